//! Elementary functions: one implementation for all engines, the same bits everywhere.
//!
//! Nothing here but sums, products, quotients, square roots and moves of bits, each rounded once, so
//! that the results do not depend on machine or compiler. The functions are written once, for any
//! [`generic::Real`]: without branches, so that they also run in lanes or as parts of a program. For
//! f64 they are the functions below. The errors stated there, in units of the last place, are the
//! largest seen in a million arguments against [`crate::DoubleDouble`] (`tests/million.rs`), which in
//! turn is held against mpmath; `tests/reference/math_vectors.json` has a sample for both.

mod coefficients;
mod exponential;
mod inverse;
mod power;
pub(crate) mod real;
mod trig;

pub(crate) use coefficients::TWO_OVER_PI_BITS;

/// The same functions for other numbers than f64.
///
/// All are inlined into their callers: what is compiled for lanes is so for the instructions of the
/// caller, and a function of its own would lack them.
pub mod generic {
    pub use super::exponential::{cosh, exp, log, sinh, tanh};
    pub use super::inverse::{acos, asin, atan, atan2};
    pub use super::power::{pow, powi};
    pub use super::real::Real;
    pub use super::trig::{MODERATE, cos, sin, tan};
}

/// Whether an argument needs the long reduction by multiples of pi/2.
#[inline]
fn large(x: f64) -> bool {
    x.abs() > trig::MODERATE && x.abs() < f64::INFINITY
}

/// Sine of any number of radians; NaN at infinity. Error 0.78.
#[must_use]
pub fn sin(x: f64) -> f64 {
    if large(x) { trig::sin_reduced(trig::reduce_large(x)) } else { trig::sin(x) }
}

/// Cosine of any number of radians; NaN at infinity. Error 0.80.
#[must_use]
pub fn cos(x: f64) -> f64 {
    if large(x) { trig::cos_reduced(trig::reduce_large(x)) } else { trig::cos(x) }
}

/// Tangent of any number of radians; NaN at infinity. Error 0.94.
#[must_use]
pub fn tan(x: f64) -> f64 {
    if large(x) { trig::tan_reduced(trig::reduce_large(x)) } else { trig::tan(x) }
}

/// Inverse sine, from -pi/2 to pi/2; NaN beyond 1. Error 0.65.
#[must_use]
pub fn asin(x: f64) -> f64 {
    inverse::asin(x)
}

/// Inverse cosine, from 0 to pi; NaN beyond 1. Error 0.63.
#[must_use]
pub fn acos(x: f64) -> f64 {
    inverse::acos(x)
}

/// Inverse tangent, from -pi/2 to pi/2. Error 0.79.
#[must_use]
pub fn atan(x: f64) -> f64 {
    inverse::atan(x)
}

/// The angle of the point `(x, y)`, from -pi to pi; zeros and infinities have signs and directions as
/// in IEEE 754-2019, section 9.2.1. Error 1.39.
#[must_use]
pub fn atan2(y: f64, x: f64) -> f64 {
    inverse::atan2(y, x)
}

/// Hyperbolic sine. Error 0.85.
#[must_use]
pub fn sinh(x: f64) -> f64 {
    exponential::sinh(x)
}

/// Hyperbolic cosine. Error 0.88.
#[must_use]
pub fn cosh(x: f64) -> f64 {
    exponential::cosh(x)
}

/// Hyperbolic tangent. Error 1.24.
#[must_use]
pub fn tanh(x: f64) -> f64 {
    exponential::tanh(x)
}

/// Exponential. Error 0.78, near and below the least normal number, else 0.64.
#[must_use]
pub fn exp(x: f64) -> f64 {
    exponential::exp(x)
}

/// Natural logarithm; -∞ at 0, NaN below. Error 0.81.
#[must_use]
pub fn log(x: f64) -> f64 {
    exponential::log(x)
}

/// `x` to an integer power, by repeated squaring; `powi(x, 0) = 1`.
///
/// Every multiplication rounds: the relative error grows to about `|exponent| / 2` units. A negative
/// power is the reciprocal of the positive one, so that it is 0 where that overflows.
#[must_use]
pub fn powi(x: f64, exponent: i32) -> f64 {
    power::powi(x, exponent)
}

/// `x` to the power `y`. Error 0.65.
///
/// Special values are those of IEEE 754-2019, section 9.2.1, but for `y = 1/2`, which is the square
/// root: NaN at -∞ and -0 at -0.
#[must_use]
pub fn pow(x: f64, y: f64) -> f64 {
    power::pow(x, y)
}

/// -1, 0 or 1; 0 at 0.
#[must_use]
pub fn sign(x: f64) -> f64 {
    if x > 0.0 {
        1.0
    } else if x < 0.0 {
        -1.0
    } else {
        0.0
    }
}

/// 1 above zero, else 0.
#[must_use]
pub fn heaviside(x: f64) -> f64 {
    if x > 0.0 { 1.0 } else { 0.0 }
}

/// `a - b·floor(a/b)`.
#[must_use]
pub fn modulo(a: f64, b: f64) -> f64 {
    a - b * (a / b).floor()
}

/// The lesser; the second where they do not compare.
#[must_use]
pub fn min(a: f64, b: f64) -> f64 {
    if a < b { a } else { b }
}

/// The greater; the second where they do not compare.
#[must_use]
pub fn max(a: f64, b: f64) -> f64 {
    if a > b { a } else { b }
}
