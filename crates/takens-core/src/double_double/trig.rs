//! Sine, cosine and tangent.

use super::DoubleDouble;
use super::constants::INVERSE_FACTORIALS;

impl DoubleDouble {
    /// Sine of any number of radians; NaN at infinity.
    #[must_use]
    pub fn sin(self) -> Self {
        self.sin_cos().0
    }

    /// Cosine of any number of radians; NaN at infinity.
    #[must_use]
    pub fn cos(self) -> Self {
        self.sin_cos().1
    }

    /// Sine and cosine.
    #[must_use]
    pub fn sin_cos(self) -> (Self, Self) {
        if !self.is_finite() {
            return (Self::NAN, Self::NAN);
        }
        let (quadrant, r) = self.reduced();
        let (sine, cosine) = (r.sine_series(), r.cosine_series());
        match quadrant {
            0 => (sine, cosine),
            1 => (cosine, -sine),
            2 => (-sine, -cosine),
            _ => (-cosine, sine),
        }
    }

    /// Tangent of any number of radians; NaN at infinity.
    #[must_use]
    pub fn tan(self) -> Self {
        let (sine, cosine) = self.sin_cos();
        sine / cosine
    }

    /// `r - r³/3! + r⁵/5! - …` for |r| up to pi/4.
    fn sine_series(self) -> Self {
        let z = -(self * self);
        self + self * z * z.alternate(3)
    }

    /// `1 - r²/2! + r⁴/4! - …` for |r| up to pi/4.
    fn cosine_series(self) -> Self {
        let z = -(self * self);
        // The first two terms are added last and exactly enough.
        Self::ONE + (z.scaled(0.5) + z * z * z.alternate(4))
    }

    /// `1/first! + z/(first + 2)! + z²/(first + 4)! + …`
    fn alternate(self, first: usize) -> Self {
        let terms = INVERSE_FACTORIALS[first..].iter().step_by(2).rev();
        terms.fold(Self::ZERO, |sum, &coefficient| sum * self + coefficient)
    }
}
