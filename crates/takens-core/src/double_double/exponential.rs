//! Exponential, logarithm and hyperbolic functions.

use super::DoubleDouble;
use super::constants::{INVERSE_FACTORIALS, INVERSE_ODD, LN_2_PARTS};
use crate::math::generic::Real;
use crate::math::real::two_sum;
use std::f64::consts::LOG2_E;

impl DoubleDouble {
    /// Exponential.
    #[must_use]
    pub fn exp(self) -> Self {
        let (value, power) = self.exp_parts();
        value.times_power_of_two(power)
    }

    /// `exp(x) = value · 2^power` with a value between 1/2 and 2, so that neither overflows: 0 and
    /// infinity come out beyond 800 in size.
    #[must_use]
    pub fn exp_parts(self) -> (Self, f64) {
        if self.high.is_nan() || self.high.abs() > 800.0 {
            return (crate::math::exp(self.high).into(), 0.0);
        }
        let power = (self.high * LOG2_E).round_ties_even();
        (Self::ONE + self.less_log_2(power).exp_m1_small(), power)
    }

    /// `exp(x) - 1`, accurate near 0.
    fn exp_m1(self) -> Self {
        if self.high.abs() < 0.35 { self.exp_m1_small() } else { self.exp() - Self::ONE }
    }

    /// `exp(x) - 1` for |x| below 0.36: the series at x/16, doubled four times by
    /// `e^2r - 1 = 2(e^r - 1) + (e^r - 1)²`.
    fn exp_m1_small(self) -> Self {
        let r = self.scaled(1.0 / 16.0);
        let mut value = r * r.series(&INVERSE_FACTORIALS[1..16]);
        for _ in 0..4 {
            value = value.scaled(2.0) + value * value;
        }
        value
    }

    /// `Σ coefficients[i] x^i`
    pub(super) fn series(self, coefficients: &[Self]) -> Self {
        coefficients.iter().rev().fold(Self::ZERO, |sum, &coefficient| sum * self + coefficient)
    }

    /// `x - power · log 2` for an integer power below 2^11: only the last part of the product rounds.
    fn less_log_2(self, power: f64) -> Self {
        let [first, second, third] = LN_2_PARTS.map(|part| power * part);
        let (high, low) = two_sum(first, second);
        self - Self { high, low } - third.into()
    }

    /// `x · 2^power`; in two steps, so that neither factor leaves the range of f64.
    fn times_power_of_two(self, power: f64) -> Self {
        let half = (0.5 * power).round_ties_even();
        let value = self.scaled(Real::power_of_two(half)).scaled(Real::power_of_two(power - half));
        if value.high.is_finite() { value } else { value.high.into() }
    }

    /// Natural logarithm; -∞ at 0, NaN below.
    ///
    /// `x = 2^k m` with m between the roots of 1/2 and 2, and `log m = 2 artanh((m - 1)/(m + 1))`.
    #[must_use]
    pub fn log(self) -> Self {
        if !(self.high > 0.0 && self.high.is_finite()) {
            return crate::math::log(self.high).into();
        }
        let normal = self.high >= f64::MIN_POSITIVE;
        let (x, shift) = if normal { (self, 0.0) } else { (self.scaled(TWO_54), 54.0) };
        let mut power = Real::exponent(x.high);
        if Real::significand(x.high) > std::f64::consts::SQRT_2 {
            power += 1.0;
        }
        let m = x.times_power_of_two(-power);
        let s = (m - Self::ONE) / (m + Self::ONE);
        let log_m = s.scaled(2.0) * (s * s).series(&INVERSE_ODD);
        log_m.less_log_2(shift - power)
    }

    /// Hyperbolic sine.
    #[must_use]
    pub fn sinh(self) -> Self {
        if self.high.abs() < 1.0 {
            let rise = self.exp_m1();
            return (rise + rise / (rise + Self::ONE)).scaled(0.5);
        }
        let (rising, falling) = self.abs().halves();
        if self.high < 0.0 { falling - rising } else { rising - falling }
    }

    /// Hyperbolic cosine.
    #[must_use]
    pub fn cosh(self) -> Self {
        let (rising, falling) = self.abs().halves();
        rising + falling
    }

    /// `e^x / 2` and `e^-x / 2` for x not below 0.
    fn halves(self) -> (Self, Self) {
        let (value, power) = self.exp_parts();
        let falling = (Self::ONE / value).times_power_of_two(-power - 1.0);
        (value.times_power_of_two(power - 1.0), falling)
    }

    /// Hyperbolic tangent.
    #[must_use]
    pub fn tanh(self) -> Self {
        let size = self.abs();
        let value = if size.high < 0.5 {
            let rise = size.scaled(2.0).exp_m1();
            rise / (rise + Self::ONE.scaled(2.0))
        } else if size.high < 40.0 {
            Self::ONE - Self::ONE.scaled(2.0) / (size.scaled(2.0).exp() + Self::ONE)
        } else {
            crate::math::tanh(size.high).into()
        };
        if self.high < 0.0 { -value } else { value }
    }
}

const TWO_54: f64 = 18_014_398_509_481_984.0;
