//! Powers.

use super::DoubleDouble;
use crate::math;

impl DoubleDouble {
    /// `x` to an integer power, by repeated squaring; `powi(x, 0) = 1`. The error grows with the
    /// exponent, as it does in f64.
    #[must_use]
    pub fn powi(self, exponent: i32) -> Self {
        let (mut rest, mut square, mut product) = (exponent.unsigned_abs(), self, Self::ONE);
        while rest > 0 {
            if rest & 1 == 1 {
                product = product * square;
            }
            rest >>= 1;
            if rest > 0 {
                square = square * square;
            }
        }
        if exponent < 0 { Self::ONE / product } else { product }
    }

    /// `x` to the power `y`: exact cases as in f64, small integers by multiplications, else the
    /// exponential of `y log x`, whose error is that of the product: up to `|y log x|` units.
    #[must_use]
    pub fn pow(self, y: Self) -> Self {
        let plain = || math::pow(self.high, y.high).into();
        if !(self.high.is_finite() && y.high.is_finite()) || self.high == 0.0 || y.high == 0.0 {
            return plain();
        }
        if y == Self::from(0.5) {
            return self.sqrt();
        }
        let whole = y.floor() == y;
        if whole && y.high.abs() <= 64.0 {
            return self.powi(y.high as i32);
        }
        if self.high > 0.0 {
            return (y * self.log()).exp();
        }
        if !whole {
            return Self::NAN;
        }
        let size = (y * (-self).log()).exp();
        let half = y.scaled(0.5);
        if half.floor() == half { size } else { -size }
    }
}
