//! Functions with steps and corners.

use super::DoubleDouble;

impl DoubleDouble {
    /// The greatest integer not above.
    #[must_use]
    pub fn floor(self) -> Self {
        let high = self.high.floor();
        if high == self.high { Self::quick(high, self.low.floor()) } else { high.into() }
    }

    /// -1, 0 or 1; 0 at 0 and for NaN, as in f64.
    #[must_use]
    pub fn sign(self) -> Self {
        crate::math::sign(self.high).into()
    }

    /// 1 above zero, else 0.
    #[must_use]
    pub fn heaviside(self) -> Self {
        crate::math::heaviside(self.high).into()
    }

    /// `self - divisor · floor(self / divisor)`
    #[must_use]
    pub fn modulo(self, divisor: Self) -> Self {
        self - divisor * (self / divisor).floor()
    }

    /// The lesser; the second where they do not compare.
    #[must_use]
    pub fn min(self, other: Self) -> Self {
        if self < other { self } else { other }
    }

    /// The greater; the second where they do not compare.
    #[must_use]
    pub fn max(self, other: Self) -> Self {
        if self > other { self } else { other }
    }
}
