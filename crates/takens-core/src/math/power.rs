//! Powers.

use super::coefficients::*;
use super::exponential::{clamp, exp_parts, log_parts, scaled};
use super::real::{Real, long_product, polynomial, quick_two_sum, two_product, two_sum};

/// `x` to an integer power, by repeated squaring.
#[inline(always)]
pub fn powi<R: Real>(x: R, exponent: i32) -> R {
    let mut rest = exponent.unsigned_abs();
    let mut square = x;
    let mut product: Option<R> = None;
    while rest > 0 {
        if rest & 1 == 1 {
            product = Some(match product {
                None => square,
                Some(before) => before * square,
            });
        }
        rest >>= 1;
        if rest > 0 {
            square = square * square;
        }
    }
    let one = x.constant(1.0);
    match product {
        None => one,
        Some(product) if exponent < 0 => one / product,
        Some(product) => product,
    }
}

/// The natural logarithm of a positive finite number, in twice the precision.
#[inline(always)]
fn long_log<R: Real>(x: R) -> (R, R) {
    let (power, m) = log_parts(x);
    // s = (m - 1) / (m + 1); the numerator is exact.
    let f = m.plus(-1.0);
    let (under, under_low) = two_sum(m, m.constant(1.0));
    let s = f / under;
    let (product, error) = two_product(s, under);
    let s = (s, ((f - product) - error - s * under_low) / under);
    let z = long_product(s, s);
    // 2 s (1 + z (1/3 + z (1/5 + z Q(z)))), the last in plain precision.
    let tail = z.0 * polynomial(z.0, &LOG_TAIL);
    let (high, low) = quick_two_sum(x.constant(TWO_FIFTHS_HIGH), tail);
    let sum = long_product(z, (high, low.plus(TWO_FIFTHS_LOW)));
    let (high, low) = quick_two_sum(x.constant(TWO_THIRDS_HIGH), sum.0);
    let sum = long_product(z, (high, low + sum.1.plus(TWO_THIRDS_LOW)));
    let sum = long_product(s, sum);
    let twice = (s.0.times(2.0), s.1.times(2.0));
    let (high, low) = quick_two_sum(twice.0, sum.0);
    let low = low + (twice.1 + sum.1);
    let (whole, error) = two_sum(power.times(LN_2_LONG_1), high);
    let (whole, more) = two_sum(whole, power.times(LN_2_LONG_2));
    quick_two_sum(whole, (error + more) + (low + power.times(LN_2_LONG_3)))
}

/// `x` to any power: the exponential of `y log x`, in twice the precision until the end.
#[inline(always)]
pub fn pow<R: Real>(x: R, y: R) -> R {
    let (zero, one) = (x.constant(0.0), x.constant(1.0));
    let infinity = x.constant(f64::INFINITY);
    let size = x.abs();

    // Beyond 2^65 the exponent only decides between 0, 1 and infinity.
    let exponent = clamp(y, -36_893_488_147_419_103_232.0, 36_893_488_147_419_103_232.0);
    let log = long_log(size);
    let (high, low) = two_product(exponent, log.0);
    let low = low + exponent * log.1;
    let inside = high.abs().below(746.0);
    let low = R::select(inside, low, zero);
    let (high, tail, power) = exp_parts(clamp(high, -746.0, 710.0), low);
    let value = scaled(high + tail, power);

    // At 0 and infinity the logarithm is of no use.
    let rising = at_ends(size, value, zero, infinity);
    let falling = at_ends(size, value, infinity, zero);
    let value = R::select(y.below(0.0), falling, rising);

    // A negative base: the sign of an odd power, and nothing between the integers.
    let half = y.times(0.5);
    let integer = y.equal(y.floor());
    let odd = R::select(half.equal(half.floor()), zero, R::select(integer, one, zero));
    let negative = R::select(x.equal(zero), one / x, x).less(zero);
    let mirrored = R::select(odd.equal(one), -value, value);
    let real = R::select(
        integer,
        mirrored,
        R::select(size.equal(zero), value, {
            R::select(size.equal(infinity), value, x.constant(f64::NAN))
        }),
    );
    let value = R::select(negative, real, value);
    let value = R::select(size.equal(size), value, x);

    let value = R::select(y.equal(y.constant(0.5)), x.sqrt(), value);
    R::select(y.equal(zero), one, R::select(x.equal(one), one, value))
}

/// `value`, but for sizes of 0 and infinity.
#[inline(always)]
fn at_ends<R: Real>(size: R, value: R, at_zero: R, at_infinity: R) -> R {
    let value = R::select(size.equal(size.constant(0.0)), at_zero, value);
    R::select(size.equal(size.constant(f64::INFINITY)), at_infinity, value)
}
