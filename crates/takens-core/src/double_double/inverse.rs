//! Inverse trigonometric functions.

use super::DoubleDouble;
use super::constants::HALF_PI;
use crate::math;

impl DoubleDouble {
    /// Inverse tangent, from -pi/2 to pi/2.
    #[must_use]
    pub fn atan(self) -> Self {
        self.atan2(Self::ONE)
    }

    /// The angle of the point `(x, y)` for `atan2(y, x)`, from -pi to pi; zeros and infinities as in f64.
    ///
    /// The f64 angle, corrected by the angle that is left when the point is turned back by it.
    #[must_use]
    pub fn atan2(self, x: Self) -> Self {
        let y = self;
        let plain = math::atan2(y.high, x.high);
        if y.high == 0.0 && x.high < 0.0 {
            return if y.high.is_sign_negative() { -Self::PI } else { Self::PI };
        }
        if x.high == 0.0 && y.high != 0.0 {
            return if y.high < 0.0 { -HALF_PI } else { HALF_PI };
        }
        if !(x.is_finite() && y.is_finite()) || y.high == 0.0 {
            return plain.into();
        }
        let slope = y / x;
        if x.high > 0.0 && slope.high.abs() < 1e-8 {
            // The next term of the series is below 1e-56 in place of 1.
            let z = slope * slope;
            return slope - slope * z * (Self::from(3.0).recip() - z / Self::from(5.0));
        }
        // Powers of two near the larger coordinate keep the products in range.
        let size = y.high.abs().max(x.high.abs());
        let unit = f64::from_bits(size.to_bits() >> 52 << 52);
        let (x, y) = (x / unit.into(), y / unit.into());
        let (sine, cosine) = Self::from(plain).sin_cos();
        Self::from(plain) + (y * cosine - x * sine) / (x * cosine + y * sine)
    }

    /// Inverse sine, from -pi/2 to pi/2; NaN beyond 1.
    #[must_use]
    pub fn asin(self) -> Self {
        self.atan2(self.complement())
    }

    /// Inverse cosine, from 0 to pi; NaN beyond 1.
    #[must_use]
    pub fn acos(self) -> Self {
        self.complement().atan2(self)
    }

    /// `√(1 - x²)`; NaN beyond 1.
    fn complement(self) -> Self {
        ((Self::ONE - self) * (Self::ONE + self)).sqrt()
    }

    /// `1 / x`
    #[must_use]
    pub fn recip(self) -> Self {
        Self::ONE / self
    }
}
