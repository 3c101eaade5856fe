//! Sine, cosine and tangent.
//!
//! The argument is reduced to `[-pi/4, pi/4]` in twice the precision: for moderate arguments by parts
//! of pi/2 (Cody and Waite, Software Manual for the Elementary Functions, 1980), for large ones by as
//! many bits of 2/pi as matter (Payne and Hanek, ACM SIGNUM Newsletter 18, 19–24 (1983)).

use super::coefficients::*;
use super::real::{Real, long_product, polynomial, quick_two_sum, two_product, two_sum};

/// Below this size the straight-line functions hold.
pub const MODERATE: f64 = 1_000_000.0;

/// `x = quadrant · pi/2 + high + low`; the quadrant is known up to multiples of 4.
#[derive(Debug, Clone, Copy)]
pub(super) struct Reduced<R> {
    quadrant: R,
    high: R,
    low: R,
}

/// Reduction of a number not above [`MODERATE`] in size.
#[inline(always)]
pub(super) fn reduce<R: Real>(x: R) -> Reduced<R> {
    let count = x.times(TWO_OVER_PI).round();
    // The first three products are exact, and so is the first difference.
    let (high, low) = two_sum(x - count.times(HALF_PI_1), -count.times(HALF_PI_2));
    let (high, error) = two_sum(high, -count.times(HALF_PI_3));
    let low = (low + error) - count.times(HALF_PI_4);
    let (high, low) = quick_two_sum(high, low);
    let quadrant = count - count.times(0.25).round().times(4.0);
    Reduced { quadrant, high, low }
}

/// Reduction of any finite number.
#[cold]
pub(super) fn reduce_large(x: f64) -> Reduced<f64> {
    // |x| = m 2^e. Bits of 2/pi that weigh 4 or more after multiplication by 2^e do not matter.
    let bits = x.abs().to_bits();
    let m = (bits << 12 >> 12) | (1 << 52);
    let e = (bits >> 52) as i64 - 1075;
    let first = (e - 2 + 64) as usize;
    let (word, shift) = (first / 64, first % 64);
    let window = [0, 1, 2].map(|i| {
        let next = TWO_OVER_PI_BITS[word + i + 1];
        if shift == 0 {
            TWO_OVER_PI_BITS[word + i]
        } else {
            TWO_OVER_PI_BITS[word + i] << shift | next >> (64 - shift)
        }
    });
    // The product with m, modulo 4, in units of 2^-190.
    let wide = |a: u64, b: u64| u128::from(a) * u128::from(b);
    let lowest = wide(window[2], m);
    let middle = wide(window[1], m) + (lowest >> 64);
    let highest = window[0].wrapping_mul(m).wrapping_add((middle >> 64) as u64);
    let quarters = (highest >> 62) as u32;
    let fraction = (u128::from(highest) << 64 | u128::from(middle as u64)) << 2
        | u128::from(lowest as u64 >> 62);
    // A fraction of a half or more belongs to the next quadrant, and is negative there.
    let next = fraction >> 127 == 1;
    let quadrant = f64::from((quarters + u32::from(next)) % 4);
    let size = if next { fraction.wrapping_neg() } else { fraction };
    let zeros = size.leading_zeros();
    let size = size << zeros;
    // 53 bits, then the 53 below them.
    let unit = f64::power_of_two(-53.0 - f64::from(zeros));
    let high = (size >> 75) as f64 * unit;
    let low = ((size >> 22) as u64 & ((1 << 53) - 1)) as f64 * (unit * f64::power_of_two(-53.0));
    let (high, low) = long_product((high, low), (PI_2_HIGH, PI_2_LOW));
    let negative = next != (x < 0.0);
    let (high, low) = if negative { (-high, -low) } else { (high, low) };
    let quadrant = if x < 0.0 { -quadrant } else { quadrant };
    // Into -2..2, as the other reduction has it.
    let quadrant = quadrant - (quadrant * 0.25).round() * 4.0;
    Reduced { quadrant, high, low }
}

/// The sine of `high + low`.
#[inline(always)]
fn sine<R: Real>(high: R, low: R) -> R {
    let z = high * high;
    let cube = z * high;
    high + (cube * polynomial(z, &SIN) + low * (-z.times(0.5)).plus(1.0))
}

/// The cosine of `high + low`.
#[inline(always)]
fn cosine<R: Real>(high: R, low: R) -> R {
    let z = high * high;
    let half = z.times(0.5);
    let top = (-half).plus(1.0);
    top + ((((-top).plus(1.0)) - half) + (z * z * polynomial(z, &COS) - high * low))
}

/// Sine of a reduced argument.
#[inline(always)]
pub(super) fn sin_reduced<R: Real>(x: Reduced<R>) -> R {
    let (s, c) = (sine(x.high, x.low), cosine(x.high, x.low));
    let odd = x.quadrant.abs().equal(x.quadrant.constant(1.0));
    let value = R::select(odd, c, s);
    // 1: c, 2: -s, -2: -s, -1: -c
    let far = x.quadrant.abs().above(1.5);
    let sign = R::select(far, -value, value);
    R::select(x.quadrant.equal(x.quadrant.constant(-1.0)), -value, sign)
}

/// Cosine of a reduced argument.
#[inline(always)]
pub(super) fn cos_reduced<R: Real>(x: Reduced<R>) -> R {
    let (s, c) = (sine(x.high, x.low), cosine(x.high, x.low));
    let odd = x.quadrant.abs().equal(x.quadrant.constant(1.0));
    let value = R::select(odd, s, c);
    // 1: -s, 2: -c, -2: -c, -1: s
    R::select(x.quadrant.abs().above(1.5), -value, {
        R::select(x.quadrant.equal(x.quadrant.constant(1.0)), -value, value)
    })
}

/// Tangent of a reduced argument: a quotient of sine and cosine, each in twice the precision.
#[inline(always)]
pub(super) fn tan_reduced<R: Real>(x: Reduced<R>) -> R {
    let (high, low) = (x.high, x.low);
    let (z, z_error) = two_product(high, high);
    let z_low = z_error + (high * low).times(2.0);
    let s = quick_two_sum(high, z * high * polynomial(z, &SIN) + low * (-z.times(0.5)).plus(1.0));
    let half = z.times(0.5);
    let (top, top_low) = quick_two_sum(z.constant(1.0), -half);
    let c = quick_two_sum(top, top_low + (z * z * polynomial(z, &COS) - z_low.times(0.5)));
    let odd = x.quadrant.abs().equal(x.quadrant.constant(1.0));
    let over = (R::select(odd, -c.0, s.0), R::select(odd, -c.1, s.1));
    let under = (R::select(odd, s.0, c.0), R::select(odd, s.1, c.1));
    let quotient = over.0 / under.0;
    let (product, error) = two_product(quotient, under.0);
    let rest = ((over.0 - product) - error) + (over.1 - quotient * under.1);
    quotient + rest / under.0
}

/// So small that sine and tangent are the argument, and -0 remains what it is.
#[inline(always)]
fn or_tiny<R: Real>(x: R, value: R) -> R {
    R::select(x.abs().below(7.450_580_596_923_828e-9), x, value)
}

/// Sine of a number not above [`MODERATE`] in size, of an infinity or of NaN.
#[inline(always)]
pub fn sin<R: Real>(x: R) -> R {
    or_tiny(x, sin_reduced(reduce(x)))
}

/// Cosine of a number not above [`MODERATE`] in size, of an infinity or of NaN.
#[inline(always)]
pub fn cos<R: Real>(x: R) -> R {
    cos_reduced(reduce(x))
}

/// Tangent of a number not above [`MODERATE`] in size, of an infinity or of NaN.
#[inline(always)]
pub fn tan<R: Real>(x: R) -> R {
    or_tiny(x, tan_reduced(reduce(x)))
}
