//! Inverse trigonometric functions.

use super::coefficients::*;
use super::real::{Real, polynomial, two_product};

/// The angle, from 0 to pi/2, of a point with coordinates not below 0, not both infinite, and neither
/// below 2^-1000 or above 2^1000 unless 0 or infinite.
///
/// The slope is moved near 0 by turning the point back by the angle of slope 1/2, 1, 3/2 or infinity.
#[inline]
fn angle<R: Real>(y: R, x: R) -> R {
    let constant = |value| y.constant(value);
    let steps =
        [7.0 / 16.0, 11.0 / 16.0, 19.0 / 16.0, 39.0 / 16.0].map(|slope| x.times(slope).less(y));
    let choose = |values: [R; 5]| {
        let [first, rest @ ..] = values;
        steps.iter().zip(rest).fold(first, |before, (&step, value)| R::select(step, value, before))
    };
    let over = choose([y, y - x.times(0.5), y - x, y - x.times(1.5), -x]);
    let under = choose([x, x + y.times(0.5), x + y, x + y.times(1.5), y]);
    let high = choose([0.0, ATAN_1_2_HIGH, PI_4_HIGH, ATAN_3_2_HIGH, PI_2_HIGH].map(constant));
    let low = choose([0.0, ATAN_1_2_LOW, PI_4_LOW, ATAN_3_2_LOW, PI_2_LOW].map(constant));
    let t = over / under;
    let z = t * t;
    high + (t + (low + t * z * polynomial(z, &ATAN)))
}

/// Inverse tangent.
#[inline]
pub fn atan<R: Real>(x: R) -> R {
    let size = x.abs();
    let value = angle(size, x.constant(1.0));
    let signed = R::select(x.below(0.0), -value, value);
    R::select(size.below(7.450_580_596_923_828e-9), x, signed)
}

/// The angle of the point `(x, y)`.
#[inline]
pub fn atan2<R: Real>(y: R, x: R) -> R {
    let (zero, one) = (y.constant(0.0), y.constant(1.0));
    let infinity = y.constant(f64::INFINITY);
    let (mut high, mut low) = (y.abs(), x.abs());
    // Both infinite: a slope of 1.
    let endless = R::select(high.equal(infinity), low, zero).equal(infinity);
    (high, low) = (R::select(endless, one, high), R::select(endless, one, low));
    let larger = R::select(high.less(low), low, high);
    let scale = R::select(
        larger.below(f64::from_bits(0x0c70_0000_0000_0000)),
        y.constant(f64::from_bits(0x5f30_0000_0000_0000)),
        R::select(
            larger.above(f64::from_bits(0x7e30_0000_0000_0000)),
            y.constant(f64::from_bits(0x3370_0000_0000_0000)),
            one,
        ),
    );
    (high, low) = (high * scale, low * scale);
    // Both zero: an angle of 0 before the quadrant is chosen.
    let value = R::select((high + low).equal(zero), zero, angle(high, low));
    // The sign of a zero is that of its reciprocal.
    let negative = |v: R| R::select(v.equal(zero), one / v, v).less(zero);
    let turned = (-(value.plus(-PI_LOW))).plus(PI_HIGH);
    let value = R::select(negative(x), turned, value);
    R::select(negative(y), -value, value)
}

/// `(asin(x) - x) / x` of z = x².
#[inline]
fn excess<R: Real>(z: R) -> R {
    z * polynomial(z, &ASIN)
}

/// The parts of `2 asin(sqrt(z))` for the half angle: the root, and what is to be added to it.
#[inline]
fn half_angle<R: Real>(z: R) -> (R, R) {
    let root = z.sqrt();
    let (square, error) = two_product(root, root);
    let rest = (z - square) - error;
    let correction = R::select(root.above(0.0), rest / root.times(2.0), rest);
    (root, correction + root * excess(z))
}

/// Inverse sine; NaN beyond 1.
#[inline]
pub fn asin<R: Real>(x: R) -> R {
    let size = x.abs();
    let small = x + x * excess(x * x);
    let (root, rest) = half_angle((-size).plus(1.0).times(0.5));
    // pi/2 - 2 (root + rest), as pi/4 - root + (pi/4 - root - 2 rest).
    let large = (-root.times(2.0)).plus(PI_2_HIGH);
    let lost = (-large).plus(PI_2_HIGH) - root.times(2.0);
    let large = large + ((lost - rest.times(2.0)).plus(PI_2_LOW));
    let signed = R::select(x.below(0.0), -large, large);
    let value = R::select(size.below(0.5), small, signed);
    R::select(size.below(7.450_580_596_923_828e-9), x, value)
}

/// Inverse cosine; NaN beyond 1.
#[inline]
pub fn acos<R: Real>(x: R) -> R {
    let size = x.abs();
    let top = (-x).plus(PI_2_HIGH);
    let lost = (-top).plus(PI_2_HIGH) - x;
    let middle = top + (lost - (x * excess(x * x)).plus(-PI_2_LOW));
    let (root, rest) = half_angle((-size).plus(1.0).times(0.5));
    let right = (root + rest).times(2.0);
    let top = (-root.times(2.0)).plus(PI_HIGH);
    let lost = (-top).plus(PI_HIGH) - root.times(2.0);
    let left = top + (lost - rest.times(2.0)).plus(PI_LOW);
    let outer = R::select(x.below(0.0), left, right);
    R::select(size.below(0.5), middle, outer)
}
