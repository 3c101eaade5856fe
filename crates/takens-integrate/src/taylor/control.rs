//! Order and step of a Taylor series.
//!
//! The order follows from the tolerance alone. The step is as long as the last two coefficients allow:
//! each of the terms `|x_p| h^p` and `|x_{p-1}| h^{p-1}` may be as large as the error allowed, in units
//! of the components. Two, because one may vanish by chance or symmetry. What is left out of the series
//! is then smaller than the last term by about `h / ρ`, where `ρ` is the radius of convergence.
//!
//! # Source
//! À. Jorba, M. Zou, Experimental Mathematics 14, 99–117 (2005), section 3. Theirs is the case that the
//! order and the error allowed belong together, so that `h = ρ / e²`.

/// The order of the series, for the tolerance of the trajectory: eight more than the digits asked for.
///
/// Measured: at few components most of a step is spent in waiting, so that longer series pay up to here.
pub(super) fn order(tolerance: f64) -> usize {
    let digits = -takens_core::math::log(tolerance) / std::f64::consts::LN_10;
    (digits.round() as usize + 8).clamp(8, 24)
}

/// What each of the last two terms may be, for the tolerance of the trajectory (see [`crate::Options`]).
pub(super) fn allowed(tolerance: f64) -> f64 {
    if tolerance >= 1e-10 { 0.01 * tolerance } else { 1e-12 * (tolerance / 1e-10).sqrt() }
}

/// The longest step, given the greatest coefficients of orders `order` and `order - 1`, in units of the
/// error allowed; infinite if both are zero, 0 if one is no number.
#[inline(always)]
pub(super) fn step(order: usize, last: f64, before_last: f64) -> f64 {
    if !(last < f64::INFINITY && before_last < f64::INFINITY) {
        return 0.0;
    }
    if last == 0.0 && before_last == 0.0 {
        return f64::INFINITY;
    }
    let exponent = |size: f64, order: usize| log_2(size) * (1.0 / order as f64);
    let (a, b) = (exponent(last, order), exponent(before_last, order - 1));
    exp_2(-if a > b { a } else { b })
}

/// The logarithm of a number that is not negative, to 3e-4: a step need not be known to sixteen digits.
/// What is below the least normal number counts as that.
#[inline(always)]
fn log_2(x: f64) -> f64 {
    let x = if x > f64::MIN_POSITIVE { x } else { f64::MIN_POSITIVE };
    let bits = x.to_bits();
    let exponent = f64::from((bits >> 52) as i32 - 1023);
    // The fit is exact at both ends, so that the whole is continuous.
    let s = f64::from_bits((bits & 0x000f_ffff_ffff_ffff) | 0x3ff0_0000_0000_0000) - 1.0;
    let bend = 0.440_780_8 + s * (-0.242_669_46 + s * 0.081_615_744);
    exponent + (s + s * (1.0 - s) * bend)
}

/// A power of two, to a part in 2000, for exponents from -1000 to 1000.
#[inline(always)]
fn exp_2(y: f64) -> f64 {
    const SHIFT: f64 = 6_755_399_441_055_744.0;
    let y = if y < -1000.0 { -1000.0 } else { y };
    let y = if y > 1000.0 { 1000.0 } else { y };
    // The integer stands in the last bits of the sum.
    let shifted = (y - 0.5) + SHIFT;
    let power = f64::from_bits((shifted.to_bits() << 52).wrapping_add(1023 << 52));
    let s = y - (shifted - SHIFT);
    let bend = -0.305_254_18 + s * -0.079_204_145;
    power * (1.0 + s + s * (1.0 - s) * bend)
}

#[cfg(test)]
mod tests {
    use super::*;
    use takens_core::math;

    #[test]
    fn powers_are_good_to_three_digits() {
        let mut x = 1e-300;
        while x < 1e300 {
            let want = math::log(x) / math::log(2.0);
            assert!((log_2(x) - want).abs() < 4e-4, "{x:e}");
            x *= 1.37;
        }
        for i in -9999..9999 {
            let y = f64::from(i) * 0.1;
            let error = exp_2(y) / math::pow(2.0, y) - 1.0;
            assert!(error.abs() < 5e-4, "{y}: {error}");
        }
    }

    #[test]
    fn the_step_is_the_shorter_of_two() {
        let check = |order, last, before, want: f64| {
            let got = step(order, last, before);
            assert!((got / want - 1.0).abs() < 1e-3, "{got}, {want}");
        };
        // 1024 h^10 = 1, and 512 h^9 = 1.
        check(10, 1024.0, 0.0, 0.5);
        check(10, 0.0, 512.0, 0.5);
        check(10, 1024.0, 262_144.0, 0.25);
        assert_eq!(step(10, 0.0, 0.0), f64::INFINITY);
        assert_eq!(step(10, f64::NAN, 1.0), 0.0);
        assert_eq!(step(10, 1.0, f64::INFINITY), 0.0);
    }
}
