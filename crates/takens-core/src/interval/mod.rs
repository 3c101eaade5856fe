//! Interval arithmetic with outward rounding, to any precision.
//!
//! An [`Interval`] certainly contains the true value. If the interval of a difference excludes zero,
//! the difference is proved; nothing else here ever claims a proof. Elementary functions are in
//! `elementary`, numbers in `float`.

mod elementary;
mod float;

pub use float::{Float, Round};
use num_rational::BigRational;

/// A closed interval.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Interval {
    /// The lower end.
    pub low: Float,
    /// The upper end.
    pub high: Float,
}

/// Why there is no interval.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NoValue {
    /// The expression has certainly no real value here.
    Undefined,
    /// More digits, or another method, would be needed to tell.
    Unknown,
}

/// An interval around a value, or why there is none.
pub type Enclosure = Result<Interval, NoValue>;

/// Magnitudes beyond `2^±LARGEST` are given up.
const LARGEST: i64 = 20_000;

impl Interval {
    /// One number.
    pub fn point(value: Float) -> Self {
        Self { low: value.clone(), high: value }
    }

    /// One whole number.
    pub fn integer(value: i64) -> Self {
        Self::point(Float::integer(value))
    }

    /// From 0 to 1: a condition that may hold or not.
    pub fn undecided() -> Self {
        Self { low: Float::zero(), high: Float::integer(1) }
    }

    /// Whether every number in it is on one side of zero.
    pub fn excludes_zero(&self) -> bool {
        self.low.is_positive() || self.high.is_negative()
    }

    /// Whether it is zero and nothing else.
    pub fn is_zero(&self) -> bool {
        self.low.is_zero() && self.high.is_zero()
    }

    /// The one number that it contains, if it is one.
    pub fn as_point(&self) -> Option<&Float> {
        (self.low == self.high).then_some(&self.low)
    }

    /// From one end to the other.
    pub fn width(&self) -> Float {
        self.high.plus(&self.low.negated())
    }

    /// About the middle.
    pub fn middle(&self) -> f64 {
        self.low.plus(&self.high).shifted(-1).to_f64()
    }

    /// The exact opposite.
    pub fn negated(&self) -> Self {
        Self { low: self.high.negated(), high: self.low.negated() }
    }

    /// The exact interval times `2^shift`.
    pub fn shifted(&self, shift: i64) -> Self {
        Self { low: self.low.shifted(shift), high: self.high.shifted(shift) }
    }

    /// The smallest interval around both.
    pub fn hull(&self, other: &Self) -> Self {
        let low = (&self.low).min(&other.low).clone();
        let high = (&self.high).max(&other.high).clone();
        Self { low, high }
    }

    /// Wider by `radius` at both ends.
    pub fn widened(&self, radius: &Float) -> Self {
        Self { low: self.low.plus(&radius.negated()), high: self.high.plus(radius) }
    }
}

/// Arithmetic to a number of binary digits.
#[derive(Debug, Clone, Copy)]
pub struct Arithmetic {
    /// How many digits are kept.
    pub bits: u64,
}

impl Arithmetic {
    /// Rounds outward; gives up where magnitudes leave all bounds.
    fn bound(&self, low: &Float, high: &Float) -> Enclosure {
        let large = |value: &Float| value.magnitude().is_some_and(|size| size.abs() > LARGEST);
        if large(low) || large(high) {
            return Err(NoValue::Unknown);
        }
        Ok(Interval {
            low: low.rounded(self.bits, Round::Down),
            high: high.rounded(self.bits, Round::Up),
        })
    }

    /// A rational number.
    pub fn rational(&self, value: &BigRational) -> Enclosure {
        let low = Float::of_rational(value, self.bits, Round::Down);
        let high = Float::of_rational(value, self.bits, Round::Up);
        self.bound(&low, &high)
    }

    /// Sum.
    pub fn add(&self, a: &Interval, b: &Interval) -> Enclosure {
        self.bound(&a.low.plus(&b.low), &a.high.plus(&b.high))
    }

    /// Difference.
    pub fn sub(&self, a: &Interval, b: &Interval) -> Enclosure {
        self.add(a, &b.negated())
    }

    /// Product.
    pub fn mul(&self, a: &Interval, b: &Interval) -> Enclosure {
        if let (Some(x), Some(y)) = (a.as_point(), b.as_point()) {
            let product = x.times(y);
            return self.bound(&product, &product);
        }
        let products = [
            a.low.times(&b.low),
            a.low.times(&b.high),
            a.high.times(&b.low),
            a.high.times(&b.high),
        ];
        let low = products.iter().min().expect("four products");
        let high = products.iter().max().expect("four products");
        self.bound(low, high)
    }

    /// Quotient.
    pub fn div(&self, a: &Interval, b: &Interval) -> Enclosure {
        if b.is_zero() {
            return Err(NoValue::Undefined);
        }
        if !b.excludes_zero() {
            return Err(NoValue::Unknown);
        }
        let ends = [(&a.low, &b.low), (&a.low, &b.high), (&a.high, &b.low), (&a.high, &b.high)];
        let low = ends
            .iter()
            .map(|(x, y)| x.over(y, self.bits, Round::Down))
            .min()
            .expect("four quotients");
        let high = ends
            .iter()
            .map(|(x, y)| x.over(y, self.bits, Round::Up))
            .max()
            .expect("four quotients");
        self.bound(&low, &high)
    }

    /// Square root.
    pub fn sqrt(&self, a: &Interval) -> Enclosure {
        if a.high.is_negative() {
            return Err(NoValue::Undefined);
        }
        if a.low.is_negative() {
            return Err(NoValue::Unknown);
        }
        self.bound(&a.low.root(self.bits, Round::Down), &a.high.root(self.bits, Round::Up))
    }

    /// Absolute value.
    pub fn abs(&self, a: &Interval) -> Interval {
        if a.low.is_negative() && a.high.is_positive() {
            let high = a.high.clone().max(a.low.negated());
            return Interval { low: Float::zero(), high };
        }
        if a.low.is_negative() { a.negated() } else { a.clone() }
    }

    /// `a` to a whole power.
    pub fn whole_power(&self, a: &Interval, exponent: i64) -> Enclosure {
        if exponent < 0 {
            let positive = exponent.checked_neg().ok_or(NoValue::Unknown)?;
            return self.div(&Interval::integer(1), &self.whole_power(a, positive)?);
        }
        // An even power of an interval around zero is not negative.
        let base = if exponent % 2 == 0 { self.abs(a) } else { a.clone() };
        let (mut rest, mut square, mut power) = (exponent, base, Interval::integer(1));
        while rest > 0 {
            if rest % 2 == 1 {
                power = self.mul(&power, &square)?;
            }
            rest /= 2;
            if rest > 0 {
                square = self.mul(&square, &square)?;
            }
        }
        Ok(power)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const A: Arithmetic = Arithmetic { bits: 128 };

    fn at(value: f64) -> Interval {
        Interval::point(Float::exact(value).unwrap())
    }

    /// The enclosure is at most `2^-100` wide relative to 1 and contains the f64 to its rounding.
    #[track_caller]
    fn check(got: Enclosure, want: f64) {
        let got = got.unwrap();
        assert!(got.width() <= Float::power_of_two(-100), "width {:e}", got.width().to_f64());
        assert!(
            (got.middle() - want).abs() <= 4e-16 * want.abs().max(1.0),
            "{} for {want}",
            got.middle()
        );
    }

    #[test]
    fn functions_enclose_what_the_library_computes() {
        for x in [-30.5, -7.0, -1.0, -0.3, 1e-9, 0.4, 1.0, 2.5, 3.2, 11.0] {
            check(A.sin(&at(x)), x.sin());
            check(A.cos(&at(x)), x.cos());
            check(A.atan(&at(x)), x.atan());
            if x < 3.0 {
                check(A.exp(&at(x)), x.exp());
            }
            if x > 0.0 {
                check(A.log(&at(x)), x.ln());
                check(A.sqrt(&at(x)), x.sqrt());
            }
        }
        check(A.pi(), std::f64::consts::PI);
        check(A.sin(&at(1e15)), 1e15f64.sin());
        check(A.asin(&at(0.5)), 0.5f64.asin());
        check(A.asin(&at(1.0)), 1f64.asin());
        check(A.acos(&at(-0.5)), (-0.5f64).acos());
    }

    #[test]
    fn identities_hold_inside_the_enclosures() {
        let x = at(0.7);
        let (s, c) = (A.sin(&x).unwrap(), A.cos(&x).unwrap());
        let one = A.add(&A.mul(&s, &s).unwrap(), &A.mul(&c, &c).unwrap()).unwrap();
        assert!(!A.sub(&one, &Interval::integer(1)).unwrap().excludes_zero());
        let back = A.log(&A.exp(&x).unwrap()).unwrap();
        assert!(!A.sub(&back, &x).unwrap().excludes_zero());
        let third = A.rational(&BigRational::new(1.into(), 3.into())).unwrap();
        assert!(third.low < third.high);
    }

    #[test]
    fn undefined_is_told_from_unknown() {
        assert_eq!(A.log(&at(-1.0)), Err(NoValue::Undefined));
        assert_eq!(A.sqrt(&at(-1.0)), Err(NoValue::Undefined));
        assert_eq!(A.div(&at(1.0), &Interval::undecided()), Err(NoValue::Unknown));
        assert_eq!(A.div(&at(1.0), &at(0.0)), Err(NoValue::Undefined));
        assert_eq!(A.exp(&at(1e9)), Err(NoValue::Unknown));
        assert_eq!(A.whole_power(&at(3.0), 1_000_000_000), Err(NoValue::Unknown));
    }
}
