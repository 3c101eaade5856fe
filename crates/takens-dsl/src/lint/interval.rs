//! Intervals: the values that an expression in parameters takes as they run over their ranges.

use num_traits::Zero;
use takens_symbolic::{Range, Rational, to_f64};

/// The values from `low` to `high`, with or without the ends.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Interval {
    pub(super) low: f64,
    pub(super) low_closed: bool,
    pub(super) high: f64,
    pub(super) high_closed: bool,
    /// The parameters with ranges that it depends on, a bit for each.
    pub(super) from: u64,
    /// Every value between the ends is taken: no parameter came in twice.
    pub(super) exact: bool,
}

impl Interval {
    pub(super) fn point(value: f64) -> Self {
        let (low, high) = (value, value);
        Self { low, low_closed: true, high, high_closed: true, from: 0, exact: true }
    }

    pub(super) fn number(value: &Rational) -> Self {
        Self::point(to_f64(value))
    }

    pub(super) fn range(range: &Range, bit: u64) -> Self {
        Self {
            low: to_f64(&range.low),
            low_closed: range.low_closed,
            high: to_f64(&range.high),
            high_closed: range.high_closed,
            from: bit,
            exact: true,
        }
    }

    /// One of the two ends of a range, or what is next to it where the end is open.
    pub(super) fn end(self, upper: bool) -> Self {
        let (value, closed) =
            if upper { (self.high, self.high_closed) } else { (self.low, self.low_closed) };
        Self { low: value, low_closed: closed, high: value, high_closed: closed, ..self }
    }

    /// The least interval with both.
    pub(super) fn hull(self, other: Self) -> Self {
        let (low, low_closed) = lesser((self.low, self.low_closed), (other.low, other.low_closed));
        let (high, high_closed) =
            lesser((-self.high, self.high_closed), (-other.high, other.high_closed));
        let from = self.from | other.from;
        Self { low, low_closed, high: -high, high_closed, from, exact: false }
    }

    pub(super) fn is_point(self) -> bool {
        self.low == self.high
    }

    pub(super) fn reaches_zero(self) -> bool {
        let above = self.low < 0.0 || (self.low == 0.0 && self.low_closed);
        let below = self.high > 0.0 || (self.high == 0.0 && self.high_closed);
        above && below
    }

    pub(super) fn reaches_negative(self) -> bool {
        self.low < 0.0
    }

    fn is_finite(self) -> bool {
        self.low.is_finite() && self.high.is_finite()
    }

    // ---- Operations: `None` where the result is not a bounded interval -------------------------

    pub(super) fn neg(self) -> Self {
        let (low, high) = (-self.high, -self.low);
        Self { low, low_closed: self.high_closed, high, high_closed: self.low_closed, ..self }
    }

    pub(super) fn add(self, other: Self) -> Option<Self> {
        let sum = Self {
            low: self.low + other.low,
            low_closed: self.low_closed && other.low_closed,
            high: self.high + other.high,
            high_closed: self.high_closed && other.high_closed,
            ..self.joined(other)
        };
        Some(sum).filter(|sum| sum.is_finite())
    }

    pub(super) fn mul(self, other: Self) -> Option<Self> {
        let ends = |one: Self| [(one.low, one.low_closed), (one.high, one.high_closed)];
        let mut all = ends(self).into_iter().flat_map(|(a, a_closed)| {
            ends(other).map(|(b, b_closed)| {
                // A closed end that is 0 gives 0 with whatever stands on the other side.
                let zero = (a == 0.0 && a_closed) || (b == 0.0 && b_closed);
                (a * b, zero || (a_closed && b_closed))
            })
        });
        let first = all.next()?;
        let (low, high) = all.fold((first, (-first.0, first.1)), |(low, high), end| {
            (lesser(low, end), lesser(high, (-end.0, end.1)))
        });
        let product = Self {
            low: low.0,
            low_closed: low.1,
            high: -high.0,
            high_closed: high.1,
            ..self.joined(other)
        };
        Some(product).filter(|product| product.is_finite())
    }

    pub(super) fn over(self, other: Self) -> Option<Self> {
        if other.low <= 0.0 && other.high >= 0.0 {
            return None;
        }
        let inverse = Self {
            low: other.high.recip(),
            low_closed: other.high_closed,
            high: other.low.recip(),
            high_closed: other.low_closed,
            ..other
        };
        self.mul(inverse)
    }

    pub(super) fn pow(self, exponent: Self) -> Option<Self> {
        let whole = exponent.is_point() && exponent.low.fract().is_zero();
        if whole && exponent.low > 0.0 && exponent.low <= 64.0 {
            let power = |x: f64| takens_core::math::powi(x, exponent.low as i32);
            let odd = exponent.low % 2.0 != 0.0;
            if odd || self.low >= 0.0 {
                return self.rising(power);
            }
            if self.high <= 0.0 {
                return self.neg().rising(power);
            }
            let top = self.neg().end(true).hull(self.end(true)).end(true);
            let zero = Self { low: 0.0, low_closed: true, high: 0.0, high_closed: true, ..top };
            let even = zero.hull(top.rising(power)?);
            return Some(Self { exact: self.exact, ..even });
        }
        // A power of a positive number is largest and least where both are.
        if self.low <= 0.0 {
            return None;
        }
        self.rising(takens_core::math::log)?.mul(exponent)?.rising(takens_core::math::exp)
    }

    /// The image under a function that rises.
    pub(super) fn rising(self, function: impl Fn(f64) -> f64) -> Option<Self> {
        let image = Self { low: function(self.low), high: function(self.high), ..self };
        Some(image).filter(|image| image.is_finite())
    }

    pub(super) fn joined(self, other: Self) -> Self {
        let exact = self.exact && other.exact && self.from & other.from == 0;
        Self { from: self.from | other.from, exact, ..self }
    }
}

/// The lesser end; of two equal ones the closed.
fn lesser(a: (f64, bool), b: (f64, bool)) -> (f64, bool) {
    if a.0 == b.0 {
        (a.0, a.1 || b.1)
    } else if a.0 < b.0 {
        a
    } else {
        b
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn closed(low: f64, high: f64, from: u64) -> Interval {
        Interval { low, high, from, ..Interval::point(0.0) }
    }

    #[track_caller]
    fn check(got: Option<Interval>, low: f64, high: f64) {
        let got = got.expect("bounded");
        assert_eq!((got.low, got.high), (low, high));
    }

    #[test]
    fn operations_give_all_values_and_no_more() {
        let (a, b) = (closed(-1.0, 2.0, 1), closed(3.0, 4.0, 2));
        check(a.add(b), 2.0, 6.0);
        check(a.mul(b), -4.0, 8.0);
        check(a.over(b), -1.0 / 3.0, 2.0 / 3.0);
        check(a.pow(Interval::point(2.0)), 0.0, 4.0);
        check(a.pow(Interval::point(3.0)), -1.0, 8.0);
        check(Some(a.neg()), -2.0, 1.0);
        assert_eq!(b.over(a), None);
        assert_eq!(a.pow(Interval::point(0.5)), None);
    }

    #[test]
    fn open_ends_are_not_reached() {
        let open = Interval { low_closed: false, ..closed(0.0, 1.0, 1) };
        assert!(closed(0.0, 1.0, 1).reaches_zero());
        assert!(!open.reaches_zero());
        assert!(!open.mul(closed(1.0, 2.0, 2)).expect("bounded").reaches_zero());
        assert!(open.mul(closed(0.0, 2.0, 2)).expect("bounded").reaches_zero());
    }

    #[test]
    fn a_parameter_that_comes_twice_is_not_exact() {
        let a = closed(0.0, 1.0, 1);
        assert!(a.add(closed(0.0, 1.0, 2)).expect("bounded").exact);
        assert!(!a.add(a.neg()).expect("bounded").exact);
    }
}
