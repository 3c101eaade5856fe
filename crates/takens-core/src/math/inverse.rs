//! Inverse trigonometric functions.

use super::coefficients::*;
use super::real::{Real, polynomial, two_product};

/// The angle, from 0 to pi/2, of a point with coordinates not below 0, not both infinite, and neither
/// below 2^-1000 or above 2^1000 unless 0 or infinite.
///
/// The slope is moved near 0 by turning the point back by the angle of slope 1/2, 1, 3/2 or infinity.
#[inline(always)]
fn angle<R: Real>(y: R, x: R) -> R {
    let (zero, half, more) = (y.constant(0.0), x.times(0.5), x.times(1.5));
    let steps = [
        x.times(7.0 / 16.0).less(y),
        x.times(11.0 / 16.0).less(y),
        x.times(19.0 / 16.0).less(y),
        x.times(39.0 / 16.0).less(y),
    ];
    let over = choose::<R>(steps, [y, y - half, y - x, y - more, -x]);
    let under = choose::<R>(steps, [x, x + y.times(0.5), x + y, x + y.times(1.5), y]);
    let high = [ATAN_1_2_HIGH, PI_4_HIGH, ATAN_3_2_HIGH, PI_2_HIGH];
    let low = [ATAN_1_2_LOW, PI_4_LOW, ATAN_3_2_LOW, PI_2_LOW];
    let (high, low) = (choose_constant(steps, zero, high), choose_constant(steps, zero, low));
    let t = over / under;
    let z = t * t;
    high + (t + (low + t * z * polynomial(z, &ATAN)))
}

/// The first value, or that of the last step taken.
#[inline(always)]
fn choose<R: Real>(steps: [R::Truth; 4], values: [R; 5]) -> R {
    let mut value = values[0];
    for step in 0..4 {
        value = R::select(steps[step], values[step + 1], value);
    }
    value
}

/// The same of constants.
#[inline(always)]
fn choose_constant<R: Real>(steps: [R::Truth; 4], first: R, values: [f64; 4]) -> R {
    let mut value = first;
    for step in 0..4 {
        value = R::select(steps[step], first.constant(values[step]), value);
    }
    value
}

/// Inverse tangent.
#[inline(always)]
pub fn atan<R: Real>(x: R) -> R {
    let size = x.abs();
    let value = angle(size, x.constant(1.0));
    let signed = R::select(x.below(0.0), -value, value);
    R::select(size.below(7.450_580_596_923_828e-9), x, signed)
}

/// The angle of the point `(x, y)`.
#[inline(always)]
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
    let turned = (-(value.plus(-PI_LOW))).plus(PI_HIGH);
    let value = R::select(negative(x, zero, one), turned, value);
    R::select(negative(y, zero, one), -value, value)
}

/// Whether the sign is negative; that of a zero is that of its reciprocal.
#[inline(always)]
fn negative<R: Real>(v: R, zero: R, one: R) -> R::Truth {
    R::select(v.equal(zero), one / v, v).less(zero)
}

/// `(asin(x) - x) / x` of z = x².
#[inline(always)]
fn excess<R: Real>(z: R) -> R {
    z * polynomial(z, &ASIN)
}

/// The parts of `2 asin(sqrt(z))` for the half angle: the root, and what is to be added to it.
#[inline(always)]
fn half_angle<R: Real>(z: R) -> (R, R) {
    let root = z.sqrt();
    let (square, error) = two_product(root, root);
    let rest = (z - square) - error;
    let correction = R::select(root.above(0.0), rest / root.times(2.0), rest);
    (root, correction + root * excess(z))
}

/// Inverse sine; NaN beyond 1.
#[inline(always)]
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
#[inline(always)]
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
