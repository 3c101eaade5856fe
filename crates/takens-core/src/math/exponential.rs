//! Exponential, logarithm and hyperbolic functions.

use super::coefficients::*;
use super::real::{Real, polynomial, quick_two_sum};

/// `value · 2^power` for an integer power from -2000 to 2000, rounded once.
#[inline(always)]
pub(super) fn scaled<R: Real>(value: R, power: R) -> R {
    let half = power.times(0.5).round();
    value * half.power_of_two() * (power - half).power_of_two()
}

/// `e^(x + low) = (high + tail) · 2^power`, where the tail is a few hundredths at most, for |x| below
/// 2000: gives high, tail and power.
#[inline(always)]
pub(super) fn exp_parts<R: Real>(x: R, low: R) -> (R, R, R) {
    let power = x.times(LOG2_E).round();
    let first = x - power.times(LN_2_1);
    let second = low - power.times(LN_2_2);
    let r = first + second;
    let lost = (first - r) + second;
    let (high, error) = quick_two_sum(r.constant(1.0), r);
    // Beyond its product with 1 + r the lost part does not matter.
    let tail = r * r * polynomial(r, &EXP) + (error + (lost + lost * r));
    (high, tail, power)
}

/// `x`, but not beyond the bounds; NaN stays.
#[inline(always)]
pub(super) fn clamp<R: Real>(x: R, low: f64, high: f64) -> R {
    let x = R::select(x.below(low), x.constant(low), x);
    R::select(x.above(high), x.constant(high), x)
}

/// Exponential.
#[inline(always)]
pub fn exp<R: Real>(x: R) -> R {
    let (high, tail, power) = exp_parts(clamp(x, -746.0, 710.0), x.constant(0.0));
    scaled(high + tail, power)
}

/// `x = 2^e m` for positive finite x, with m between the roots of 1/2 and 2: gives e and m.
#[inline(always)]
pub(super) fn log_parts<R: Real>(x: R) -> (R, R) {
    let small = x.below(f64::MIN_POSITIVE);
    let normal = R::select(small, x.times(18_014_398_509_481_984.0), x);
    let exponent = normal.exponent() - R::select(small, x.constant(54.0), x.constant(0.0));
    let m = normal.significand();
    let upper = m.above(std::f64::consts::SQRT_2);
    let m = R::select(upper, m.times(0.5), m);
    (R::select(upper, exponent.plus(1.0), exponent), m)
}

/// Natural logarithm; NaN below 0.
#[inline(always)]
pub fn log<R: Real>(x: R) -> R {
    let (power, m) = log_parts(x);
    let f = m.plus(-1.0);
    // log(1 + f) = 2 s + s z P(z) with s = f / (2 + f), and 2 s = f - s f = f - f²/2 + s f²/2.
    let s = f / f.plus(2.0);
    let z = s * s;
    let half_square = f * f.times(0.5);
    let rest = s * (half_square + z * polynomial(z, &LOG)) + power.times(LN_2_2);
    let value = power.times(LN_2_1) - ((half_square - rest) - f);
    let edge = R::select(x.equal(x.constant(0.0)), x.constant(f64::NEG_INFINITY), {
        // Positive and infinite, or NaN.
        R::select(x.above(0.0), x, x.constant(f64::NAN))
    });
    let inside = R::select(x.above(0.0), x, x.constant(f64::INFINITY)).below(f64::INFINITY);
    R::select(inside, value, edge)
}

/// Hyperbolic sine.
#[inline(always)]
pub fn sinh<R: Real>(x: R) -> R {
    let size = x.abs();
    let z = x * x;
    let small = x + x * z * polynomial(z, &SINH);
    let (top, bottom) = halves(size);
    let value = top.0 + (top.1 - bottom);
    let large = R::select(x.below(0.0), -value, value);
    let value = R::select(size.below(1.0), small, large);
    R::select(size.below(7.450_580_596_923_828e-9), x, value)
}

/// Hyperbolic cosine.
#[inline(always)]
pub fn cosh<R: Real>(x: R) -> R {
    let (top, bottom) = halves(x.abs());
    top.0 + (top.1 + bottom)
}

/// `e^x / 2` as a sum of two, and `e^-x / 2`, for x not below 0.
#[inline(always)]
fn halves<R: Real>(x: R) -> ((R, R), R) {
    let (high, tail, power) = exp_parts(clamp(x, 0.0, 712.0), x.constant(0.0));
    let (high, tail) = quick_two_sum(high, tail);
    let half = power.plus(-1.0);
    let inverse = high.constant(1.0) / high;
    ((scaled(high, half), scaled(tail, half)), scaled(inverse, -power.plus(1.0)))
}

/// Hyperbolic tangent.
#[inline(always)]
pub fn tanh<R: Real>(x: R) -> R {
    let size = x.abs();
    let z = x * x;
    let small = x + x * z * polynomial(z, &TANH);
    let one = x.constant(1.0);
    let (high, tail, power) = exp_parts(clamp(size.times(2.0), 0.0, 50.0), x.constant(0.0));
    let (whole, error) = quick_two_sum(scaled(high, power), one);
    let value = one - one.times(2.0) / (whole + (error + scaled(tail, power)));
    let large = R::select(x.below(0.0), -value, value);
    let value = R::select(size.below(0.55), small, large);
    R::select(size.below(7.450_580_596_923_828e-9), x, value)
}
