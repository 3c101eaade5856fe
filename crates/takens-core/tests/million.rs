//! The errors that `takens_core::math` states, seen in a million arguments of every function.
//!
//! The double-double functions are right to 1e-29 and better (`tests/double_double.rs`), so that the
//! difference from them is the error of the f64 function to 13 digits of a unit.

use takens_core::{DoubleDouble, Stream, math};

const COUNT: u64 = 1_000_000;

/// Random arguments, number by number.
struct Draw {
    stream: Stream,
    place: u64,
}

impl Draw {
    fn uniform(&mut self, low: f64, high: f64) -> f64 {
        self.place += 1;
        low + (high - low) * self.stream.uniform(self.place)
    }

    /// As many between 0.1 and 1 as between 1 and 10, of either sign.
    fn any_size(&mut self, low: f64, high: f64) -> f64 {
        let size = math::exp(self.uniform(math::log(low), math::log(high)));
        if self.uniform(0.0, 1.0) < 0.5 { -size } else { size }
    }

    /// One of several ways to draw.
    fn one_of(&mut self, ways: &[&dyn Fn(&mut Self) -> f64]) -> f64 {
        self.place += 1;
        ways[(self.stream.bits(self.place) % ways.len() as u64) as usize](self)
    }

    fn angle(&mut self) -> f64 {
        self.one_of(&[
            &|d| d.uniform(-10.0, 10.0),
            &|d| d.any_size(1e-10, 1e6),
            &|d| d.any_size(1e6, 1e308),
            // Near the zeros.
            &|d| d.uniform(-1e5, 1e5).round() * std::f64::consts::FRAC_PI_2,
        ])
    }

    fn unit(&mut self) -> f64 {
        self.one_of(&[
            &|d| d.uniform(-1.0, 1.0),
            &|d| d.any_size(1e-12, 1.0),
            &|d| 1.0 - d.any_size(1e-16, 1.0).abs(),
            &|d| d.any_size(1e-16, 1.0).abs() - 1.0,
        ])
    }

    fn exponent(&mut self, limit: f64) -> f64 {
        self.one_of(&[&|d| d.uniform(-limit, limit), &|d| d.uniform(-3.0, 3.0), &|d| {
            d.any_size(1e-12, 1.0)
        }])
    }

    fn slope(&mut self) -> f64 {
        self.one_of(&[&|d| d.uniform(-3.0, 3.0), &|d| d.any_size(1e-12, 1e20)])
    }

    fn positive(&mut self) -> f64 {
        self.one_of(&[&|d| d.any_size(1e-290, 1e290).abs(), &|d| d.uniform(0.5, 2.0), &|d| {
            1.0 + d.any_size(1e-16, 0.5)
        }])
    }
}

/// `got - want`, in units of the last place of `want`.
fn units(got: f64, want: DoubleDouble) -> f64 {
    let place = f64::from_bits(want.high().abs().to_bits() & (0x7ff << 52)) * f64::EPSILON;
    let error = ((got - want.high()) - want.low()).abs();
    if error == 0.0 { 0.0 } else { error / place }
}

/// No error of `COUNT` is above `limit` units, and the limit is no idle one.
#[track_caller]
fn check<const N: usize>(
    limit: f64,
    draw: impl Fn(&mut Draw) -> [f64; N],
    plain: impl Fn([f64; N]) -> f64,
    exact: impl Fn([DoubleDouble; N]) -> DoubleDouble,
) {
    let mut source = Draw { stream: Stream::new(1, 0), place: 0 };
    let (mut worst, mut place) = (0.0f64, [0.0; N]);
    for _ in 0..COUNT {
        let x = draw(&mut source);
        let error = units(plain(x), exact(x.map(DoubleDouble::from)));
        assert!(!error.is_nan(), "{x:?}: {} and {:?}", plain(x), exact(x.map(DoubleDouble::from)));
        if error > worst {
            (worst, place) = (error, x);
        }
    }
    assert!(worst <= limit && worst > 0.5, "{worst} units at {place:?}, not {limit}");
}

type Exact = DoubleDouble;

#[test]
fn sine() {
    check(0.78, |d| [d.angle()], |[x]| math::sin(x), |[x]| Exact::sin(x));
}

#[test]
fn cosine() {
    check(0.80, |d| [d.angle()], |[x]| math::cos(x), |[x]| Exact::cos(x));
}

#[test]
fn tangent() {
    check(0.94, |d| [d.angle()], |[x]| math::tan(x), |[x]| Exact::tan(x));
}

#[test]
fn inverse_sine() {
    check(0.65, |d| [d.unit()], |[x]| math::asin(x), |[x]| Exact::asin(x));
}

#[test]
fn inverse_cosine() {
    check(0.63, |d| [d.unit()], |[x]| math::acos(x), |[x]| Exact::acos(x));
}

#[test]
fn inverse_tangent() {
    check(0.79, |d| [d.slope()], |[x]| math::atan(x), |[x]| Exact::atan(x));
}

#[test]
fn angle_of_a_point() {
    let draw = |d: &mut Draw| [d.slope(), d.slope()];
    check(1.39, draw, |[y, x]| math::atan2(y, x), |[y, x]| Exact::atan2(y, x));
}

#[test]
fn hyperbolic_sine() {
    check(0.85, |d| [d.exponent(709.0)], |[x]| math::sinh(x), |[x]| Exact::sinh(x));
}

#[test]
fn hyperbolic_cosine() {
    check(0.88, |d| [d.exponent(709.0)], |[x]| math::cosh(x), |[x]| Exact::cosh(x));
}

#[test]
fn hyperbolic_tangent() {
    check(1.24, |d| [d.exponent(20.0)], |[x]| math::tanh(x), |[x]| Exact::tanh(x));
}

#[test]
fn exponential() {
    check(0.64, |d| [d.exponent(700.0)], |[x]| math::exp(x), |[x]| Exact::exp(x));
}

/// Where results are below the normal numbers and round twice: against the parts of the exact value,
/// all moved up by 2^900.
#[test]
fn exponential_below_the_normal_numbers() {
    let up = |power: f64| 2f64.powi((power + 900.0) as i32);
    let mut source = Draw { stream: Stream::new(2, 0), place: 0 };
    let mut worst = 0.0f64;
    for _ in 0..COUNT {
        let x = source.uniform(-745.1, -707.0);
        let (value, power) = Exact::from(x).exp_parts();
        let want = value.scaled(up(power));
        let got = math::exp(x) * up(0.0);
        let least = 2f64.powi(-1074 + 900);
        let place = f64::from_bits(want.high().to_bits() & (0x7ff << 52)) * f64::EPSILON;
        worst = worst.max(((got - want.high()) - want.low()).abs() / place.max(least));
    }
    assert!(worst <= 0.78 && worst > 0.5, "{worst} units");
}

#[test]
fn logarithm() {
    check(0.81, |d| [d.positive()], |[x]| math::log(x), |[x]| Exact::log(x));
}

#[test]
fn power() {
    // Results within the normal numbers.
    let draw = |d: &mut Draw| {
        let x = d.positive();
        let limit = 650.0 / math::log(x).abs().max(1e-3);
        [x, d.uniform(-limit, limit)]
    };
    check(0.65, draw, |[x, y]| math::pow(x, y), |[x, y]| Exact::pow(x, y));
}
