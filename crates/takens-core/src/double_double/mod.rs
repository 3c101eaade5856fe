//! Double-double numbers: unevaluated sums of two f64, about 32 decimal digits.
//!
//! The second computation that tells how far a first one, in f64, is right. Start at
//! [`DoubleDouble`]; elementary functions are in `exponential`, `power`, `trig` with `reduction`, and
//! `inverse`, the methods that programs need beside them in `steps`.
//!
//! # Source
//! M. Joldes, J.-M. Muller, V. Popescu, Tight and rigorous error bounds for basic building blocks of
//! double-word arithmetic, ACM Trans. Math. Softw. 44(2), 1–27 (2017), whose algorithms are used in
//! their forms without fused multiply-add; sums and products of two f64 are Knuth's and Dekker's.

mod constants;
mod exponential;
mod inverse;
mod power;
mod reduction;
mod steps;
mod trig;

use crate::math::real::{quick_two_sum, two_product, two_sum};
use std::ops::{Add, AddAssign, Div, Mul, Neg, Sub, SubAssign};

/// `high + low`, where `low` is at most half a unit in the last place of `high`.
///
/// In units of `u² = 2^-106 = 1.2e-32`, sums, products and square roots have relative errors of a few,
/// quotients of up to 15; the largest seen against mpmath, of the arithmetic and of every elementary
/// function, are in `tests/double_double.rs`. Between 1e-290 and 1e290 that holds; beyond, and where a
/// result is infinite or NaN, it is what f64 gives, with a low part of zero.
///
/// Comparisons are those of the exact values; NaN compares with nothing.
#[derive(Debug, Clone, Copy, PartialEq, PartialOrd, Default)]
pub struct DoubleDouble {
    high: f64,
    low: f64,
}

impl DoubleDouble {
    /// Zero.
    pub const ZERO: Self = Self { high: 0.0, low: 0.0 };

    /// One.
    pub const ONE: Self = Self { high: 1.0, low: 0.0 };

    /// Pi.
    pub const PI: Self = constants::PI;

    /// Not a number.
    pub const NAN: Self = Self { high: f64::NAN, low: 0.0 };

    /// `a + b`
    #[inline]
    #[must_use]
    pub fn sum(a: f64, b: f64) -> Self {
        let (high, low) = two_sum(a, b);
        Self::checked(high, low)
    }

    /// `a · b`
    #[inline]
    #[must_use]
    pub fn product(a: f64, b: f64) -> Self {
        let (high, low) = two_product(a, b);
        Self::checked(high, low)
    }

    /// The nearest f64.
    #[inline]
    #[must_use]
    pub fn high(self) -> f64 {
        self.high
    }

    /// What the nearest f64 leaves.
    #[inline]
    #[must_use]
    pub fn low(self) -> f64 {
        self.low
    }

    /// Neither infinite nor NaN.
    #[inline]
    #[must_use]
    pub fn is_finite(self) -> bool {
        self.high.is_finite()
    }

    /// The absolute value.
    #[inline]
    #[must_use]
    pub fn abs(self) -> Self {
        if self.high.is_sign_negative() { -self } else { self }
    }

    /// The product with a power of two, which is exact.
    #[inline]
    #[must_use]
    pub fn scaled(self, power: f64) -> Self {
        Self { high: self.high * power, low: self.low * power }
    }

    /// Square root; NaN below 0.
    ///
    /// One step of Newton's method from the root of the high part.
    #[must_use]
    pub fn sqrt(self) -> Self {
        let root = self.high.sqrt();
        if root == 0.0 || !root.is_finite() {
            return root.into();
        }
        let (square, error) = two_product(root, root);
        let rest = ((self.high - square) - error) + self.low;
        Self::quick(root, rest / (2.0 * root))
    }

    /// `Σ a[i] b[n-1-i]`, of two slices of one length: what a product of power series needs.
    ///
    /// High and low parts are summed apart, and joined at the end.
    #[inline]
    #[must_use]
    pub fn convolution(a: &[Self], b: &[Self]) -> Self {
        let (mut high, mut low) = (0.0, 0.0);
        for (x, y) in a.iter().zip(b.iter().rev()) {
            let (product, error) = two_product(x.high, y.high);
            let (sum, lost) = two_sum(high, product);
            high = sum;
            low += lost + (error + (x.high * y.low + x.low * y.high));
        }
        let (sum, error) = quick_two_sum(high, low);
        if error.is_finite() { Self { high: sum, low: error } } else { high.into() }
    }

    /// A sum whose first part is not the smaller.
    #[inline]
    fn quick(a: f64, b: f64) -> Self {
        let (high, low) = quick_two_sum(a, b);
        Self { high, low }
    }

    /// Two parts; the second only if it is a number. So infinities stay what they are.
    #[inline]
    fn checked(high: f64, low: f64) -> Self {
        Self { high, low: if low.is_finite() { low } else { 0.0 } }
    }
}

impl From<f64> for DoubleDouble {
    #[inline]
    fn from(value: f64) -> Self {
        Self { high: value, low: 0.0 }
    }
}

impl Neg for DoubleDouble {
    type Output = Self;

    #[inline]
    fn neg(self) -> Self {
        Self { high: -self.high, low: -self.low }
    }
}

/// Algorithm 6 of the source: an error of at most 3 u² for any signs.
impl Add for DoubleDouble {
    type Output = Self;

    #[inline]
    fn add(self, other: Self) -> Self {
        let (high, error) = two_sum(self.high, other.high);
        let (low, rest) = two_sum(self.low, other.low);
        let (sum, error) = quick_two_sum(high, error + low);
        let (sum, error) = quick_two_sum(sum, error + rest);
        if sum.is_finite() { Self { high: sum, low: error } } else { high.into() }
    }
}

impl Sub for DoubleDouble {
    type Output = Self;

    #[inline]
    fn sub(self, other: Self) -> Self {
        self + -other
    }
}

/// Algorithm 10 of the source.
impl Mul for DoubleDouble {
    type Output = Self;

    #[inline]
    fn mul(self, other: Self) -> Self {
        let (high, error) = two_product(self.high, other.high);
        let cross = self.high * other.low + self.low * other.high;
        let (product, error) = quick_two_sum(high, error + cross);
        if error.is_finite() { Self { high: product, low: error } } else { high.into() }
    }
}

/// Algorithm 17 of the source.
impl Div for DoubleDouble {
    type Output = Self;

    #[inline]
    fn div(self, other: Self) -> Self {
        let first = self.high / other.high;
        if first == 0.0 || !first.is_finite() {
            return first.into();
        }
        let back = other * Self::from(first);
        let rest = (self.high - back.high) + (self.low - back.low);
        let (quotient, error) = quick_two_sum(first, rest / other.high);
        if error.is_finite() { Self { high: quotient, low: error } } else { first.into() }
    }
}

impl AddAssign for DoubleDouble {
    #[inline]
    fn add_assign(&mut self, other: Self) {
        *self = *self + other;
    }
}

impl SubAssign for DoubleDouble {
    #[inline]
    fn sub_assign(&mut self, other: Self) {
        *self = *self - other;
    }
}
