//! What the elementary functions are made of: a small arithmetic, and exact sums and products.

use std::ops::{Add, Div, Mul, Neg, Sub};

/// Numbers that the elementary functions can be computed with: f64, lanes of f64, or places in a
/// program that computes them later.
///
/// All operations round to nearest as f64 does, so that every implementation gives the same bits.
/// There is no branch: a choice is a [`select`](Self::select) between two computed numbers.
pub trait Real:
    Copy
    + Neg<Output = Self>
    + Add<Output = Self>
    + Sub<Output = Self>
    + Mul<Output = Self>
    + Div<Output = Self>
{
    /// The outcome of a comparison.
    type Truth: Copy;

    /// A constant, in the context of `self`.
    fn constant(self, value: f64) -> Self;

    /// Square root.
    fn sqrt(self) -> Self;

    /// Absolute value.
    fn abs(self) -> Self;

    /// The greatest integer not above.
    fn floor(self) -> Self;

    /// `self < other`; false with a NaN.
    fn less(self, other: Self) -> Self::Truth;

    /// `self == other`; false with a NaN.
    fn equal(self, other: Self) -> Self::Truth;

    /// `yes` where `truth` holds, else `no`.
    fn select(truth: Self::Truth, yes: Self, no: Self) -> Self;

    /// `2^self` for an integer from -1022 to 1023; any number for other arguments.
    fn power_of_two(self) -> Self;

    /// The exponent of a positive normal number: the integer `e` with `self / 2^e` in `[1, 2)`; any
    /// number for other arguments.
    fn exponent(self) -> Self;

    /// `self / 2^e` of a positive normal number; any number for other arguments.
    fn significand(self) -> Self;

    /// The nearest integer, ties to even, of a number below 2^51 in size.
    #[must_use]
    fn round(self) -> Self {
        let shift = self.constant(6_755_399_441_055_744.0);
        (self + shift) - shift
    }

    /// `self < value`.
    fn below(self, value: f64) -> Self::Truth {
        self.less(self.constant(value))
    }

    /// `value < self`.
    fn above(self, value: f64) -> Self::Truth {
        self.constant(value).less(self)
    }

    /// `self + value`
    #[must_use]
    fn plus(self, value: f64) -> Self {
        self + self.constant(value)
    }

    /// `self * value`
    #[must_use]
    fn times(self, value: f64) -> Self {
        self * self.constant(value)
    }
}

impl Real for f64 {
    type Truth = bool;

    #[inline(always)]
    fn constant(self, value: f64) -> Self {
        value
    }

    #[inline(always)]
    fn sqrt(self) -> Self {
        f64::sqrt(self)
    }

    #[inline(always)]
    fn abs(self) -> Self {
        f64::abs(self)
    }

    #[inline(always)]
    fn floor(self) -> Self {
        f64::floor(self)
    }

    #[inline(always)]
    fn less(self, other: Self) -> bool {
        self < other
    }

    #[inline(always)]
    fn equal(self, other: Self) -> bool {
        self == other
    }

    #[inline(always)]
    fn select(truth: bool, yes: Self, no: Self) -> Self {
        if truth { yes } else { no }
    }

    #[inline(always)]
    fn power_of_two(self) -> Self {
        // The sum has the integer in its lowest bits, from where it is moved to the exponent.
        Self::from_bits((self + (TWO_52 + 1023.0)).to_bits() << 52)
    }

    #[inline(always)]
    fn exponent(self) -> Self {
        Self::from_bits((self.to_bits() >> 52) | TWO_52.to_bits()) - (TWO_52 + 1023.0)
    }

    #[inline(always)]
    fn significand(self) -> Self {
        Self::from_bits((self.to_bits() << 12 >> 12) | 1.0f64.to_bits())
    }
}

const TWO_52: f64 = 4_503_599_627_370_496.0;

/// `Σ coefficients[i] x^i`, the even and the odd powers apart, each by Horner's rule.
#[inline(always)]
pub(super) fn polynomial<R: Real>(x: R, coefficients: &[f64]) -> R {
    let square = x * x;
    horner(square, coefficients, 0) + x * horner(square, coefficients, 1)
}

/// Every second coefficient from `first` on, by Horner's rule in `square`. Loops rather than closures,
/// which would not be inlined for certain.
#[inline(always)]
fn horner<R: Real>(square: R, coefficients: &[f64], first: usize) -> R {
    let mut place = coefficients.len() - 1;
    place -= (place - first) % 2;
    let mut sum = square.constant(coefficients[place]);
    while place > first {
        place -= 2;
        sum = (sum * square).plus(coefficients[place]);
    }
    sum
}

/// `a + b` and its rounding error.
///
/// # Source
/// D. E. Knuth, The Art of Computer Programming, vol. 2, section 4.2.2, theorem B.
#[inline(always)]
pub(crate) fn two_sum<R: Real>(a: R, b: R) -> (R, R) {
    let sum = a + b;
    let b_seen = sum - a;
    (sum, (a - (sum - b_seen)) + (b - b_seen))
}

/// `a + b` and its rounding error where `|a| >= |b|`.
#[inline(always)]
pub(crate) fn quick_two_sum<R: Real>(a: R, b: R) -> (R, R) {
    let sum = a + b;
    (sum, b - (sum - a))
}

/// `a * b` and its rounding error, for factors below 2^996 in size.
///
/// # Source
/// T. J. Dekker, Numer. Math. 18, 224–242 (1971); the splitting is Veltkamp's.
#[inline(always)]
pub(crate) fn two_product<R: Real>(a: R, b: R) -> (R, R) {
    let product = a * b;
    let (a_high, a_low) = split(a);
    let (b_high, b_low) = split(b);
    let error = ((a_high * b_high - product) + a_high * b_low + a_low * b_high) + a_low * b_low;
    (product, error)
}

#[inline(always)]
fn split<R: Real>(a: R) -> (R, R) {
    let shifted = a.times(134_217_729.0);
    let high = shifted - (shifted - a);
    (high, a - high)
}

/// The product of two sums of two.
#[inline(always)]
pub(super) fn long_product<R: Real>(a: (R, R), b: (R, R)) -> (R, R) {
    let (high, low) = two_product(a.0, b.0);
    quick_two_sum(high, low + (a.0 * b.1 + a.1 * b.0))
}
