//! Binary floating-point numbers of any precision, rounded in the direction that is asked for.

use num_bigint::{BigInt, Sign};
use num_integer::Integer;
use num_rational::BigRational;
use num_traits::{One, Signed, ToPrimitive, Zero};
use std::cmp::Ordering;

/// `mantissa · 2^exponent`
#[derive(Debug, Clone)]
pub struct Float {
    /// Its digits, with the sign.
    pub mantissa: BigInt,
    /// The power of two that they count.
    pub exponent: i64,
}

/// Where a result goes that has too many digits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Round {
    /// To the lower neighbour.
    Down,
    /// To the upper neighbour.
    Up,
}

impl Float {
    /// Zero.
    pub fn zero() -> Self {
        Self { mantissa: BigInt::zero(), exponent: 0 }
    }

    /// A whole number.
    pub fn integer(value: i64) -> Self {
        Self { mantissa: value.into(), exponent: 0 }
    }

    /// `2^exponent`
    pub fn power_of_two(exponent: i64) -> Self {
        Self { mantissa: BigInt::one(), exponent }
    }

    /// The exact value of a finite f64.
    pub fn exact(value: f64) -> Option<Self> {
        if !value.is_finite() {
            return None;
        }
        let bits = value.to_bits();
        let biased = ((bits >> 52) & 0x7ff) as i64;
        let fraction = bits & ((1 << 52) - 1);
        let (mantissa, exponent) =
            if biased == 0 { (fraction, -1074) } else { (fraction | (1 << 52), biased - 1075) };
        let sign = if value < 0.0 { Sign::Minus } else { Sign::Plus };
        Some(Self { mantissa: BigInt::from_biguint(sign, mantissa.into()), exponent })
    }

    /// The nearest f64, about.
    pub fn to_f64(&self) -> f64 {
        let surplus = (self.mantissa.bits() as i64 - 62).max(0);
        let mantissa = (&self.mantissa >> surplus as u64).to_f64().unwrap_or(f64::NAN);
        let exponent = (self.exponent + surplus).clamp(-2000, 2000) as i32;
        // In two steps, so that neither factor overflows while the product does not.
        mantissa * 2f64.powi(exponent / 2) * 2f64.powi(exponent - exponent / 2)
    }

    /// Whether this is zero.
    pub fn is_zero(&self) -> bool {
        self.mantissa.is_zero()
    }

    /// Whether this is below zero.
    pub fn is_negative(&self) -> bool {
        self.mantissa.is_negative()
    }

    /// Whether this is above zero.
    pub fn is_positive(&self) -> bool {
        self.mantissa.is_positive()
    }

    /// The power of two just above the magnitude; `None` for zero.
    pub fn magnitude(&self) -> Option<i64> {
        (!self.is_zero()).then(|| self.mantissa.bits() as i64 + self.exponent)
    }

    /// The exact opposite.
    pub fn negated(&self) -> Self {
        Self { mantissa: -&self.mantissa, exponent: self.exponent }
    }

    /// The exact value times `2^shift`.
    pub fn shifted(&self, shift: i64) -> Self {
        Self { mantissa: self.mantissa.clone(), exponent: self.exponent + shift }
    }

    /// At most `bits` digits.
    pub fn rounded(&self, bits: u64, round: Round) -> Self {
        let surplus = self.mantissa.bits().saturating_sub(bits);
        if surplus == 0 {
            return self.clone();
        }
        // A shift of a BigInt rounds down.
        let mantissa = match round {
            Round::Down => &self.mantissa >> surplus,
            Round::Up => -(-&self.mantissa >> surplus),
        };
        Self { mantissa, exponent: self.exponent + surplus as i64 }
    }

    /// The exact sum.
    pub fn plus(&self, other: &Self) -> Self {
        if self.is_zero() {
            return other.clone();
        }
        if other.is_zero() {
            return self.clone();
        }
        let exponent = self.exponent.min(other.exponent);
        let align = |value: &Self| &value.mantissa << (value.exponent - exponent) as u64;
        Self { mantissa: align(self) + align(other), exponent }
    }

    /// The exact product.
    pub fn times(&self, other: &Self) -> Self {
        Self {
            mantissa: &self.mantissa * &other.mantissa,
            exponent: self.exponent + other.exponent,
        }
    }

    /// The quotient by a number that is not zero, to `bits` digits.
    pub fn over(&self, other: &Self, bits: u64, round: Round) -> Self {
        let shift = (bits + other.mantissa.bits() + 2).saturating_sub(self.mantissa.bits());
        let above = &self.mantissa << shift;
        let mantissa = match round {
            Round::Down => above.div_floor(&other.mantissa),
            Round::Up => -((-above).div_floor(&other.mantissa)),
        };
        let quotient = Self { mantissa, exponent: self.exponent - other.exponent - shift as i64 };
        quotient.rounded(bits, round)
    }

    /// The square root of a number that is not negative, to `bits` digits.
    pub fn root(&self, bits: u64, round: Round) -> Self {
        let mut shift = (2 * bits + 2).saturating_sub(self.mantissa.bits()) as i64;
        if (self.exponent - shift) % 2 != 0 {
            shift += 1;
        }
        let radicand = &self.mantissa << shift as u64;
        let mut mantissa = radicand.sqrt();
        if round == Round::Up && &mantissa * &mantissa != radicand {
            mantissa += 1;
        }
        Self { mantissa, exponent: (self.exponent - shift) / 2 }.rounded(bits, round)
    }

    /// A rational number to `bits` digits.
    pub fn of_rational(value: &BigRational, bits: u64, round: Round) -> Self {
        let above = Self { mantissa: value.numer().clone(), exponent: 0 };
        let below = Self { mantissa: value.denom().clone(), exponent: 0 };
        if value.is_integer() {
            above.rounded(bits, round)
        } else {
            above.over(&below, bits, round)
        }
    }

    /// The greatest integer not above.
    pub fn floor(&self) -> BigInt {
        if self.exponent >= 0 {
            &self.mantissa << self.exponent as u64
        } else {
            &self.mantissa >> self.exponent.unsigned_abs()
        }
    }

    /// Whether this is a whole number.
    pub fn is_integer(&self) -> bool {
        self.cmp(&Self { mantissa: self.floor(), exponent: 0 }) == Ordering::Equal
    }
}

impl PartialEq for Float {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for Float {}

impl PartialOrd for Float {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Float {
    fn cmp(&self, other: &Self) -> Ordering {
        let difference = self.plus(&other.negated());
        difference.mantissa.cmp(&BigInt::zero())
    }
}
