//! Double-double arithmetic and functions against vectors from mpmath.

use takens_core::DoubleDouble;

fn call(name: &str, x: &[DoubleDouble]) -> DoubleDouble {
    match name {
        "add" => x[0] + x[1],
        "sub" => x[0] - x[1],
        "mul" => x[0] * x[1],
        "div" => x[0] / x[1],
        "sqrt" => x[0].sqrt(),
        "sin" => x[0].sin(),
        "cos" => x[0].cos(),
        "tan" => x[0].tan(),
        "asin" => x[0].asin(),
        "acos" => x[0].acos(),
        "atan" => x[0].atan(),
        "sinh" => x[0].sinh(),
        "cosh" => x[0].cosh(),
        "tanh" => x[0].tanh(),
        "exp" => x[0].exp(),
        "log" => x[0].log(),
        "atan2" => x[0].atan2(x[1]),
        "pow" => x[0].pow(x[1]),
        other => panic!("no function {other}"),
    }
}

/// The greatest relative error of a function over its vectors.
fn worst(name: &str) -> f64 {
    let path =
        concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/reference/double_double_vectors.json");
    let text = std::fs::read_to_string(path).expect("the reference vectors");
    let file: serde_json::Value = serde_json::from_str(&text).expect("JSON");
    let number = |bits: &serde_json::Value| {
        let bits = bits.as_str().expect("bits");
        f64::from_bits(u64::from_str_radix(bits, 16).expect("bits in hexadecimal"))
    };
    let mut worst = 0.0f64;
    for row in file["vectors"][name].as_array().expect("rows") {
        let row: Vec<f64> = row.as_array().expect("a row").iter().map(number).collect();
        let (arguments, want) = row.split_at(row.len() - 3);
        let arguments: Vec<DoubleDouble> =
            arguments.chunks(2).map(|pair| DoubleDouble::sum(pair[0], pair[1])).collect();
        let got = call(name, &arguments);
        // Both high parts agree, so that their difference is exact.
        let error = (got.high() - want[0]) + (got.low() - want[1]) - want[2];
        let relative = (error / want[0]).abs();
        assert!(relative < 1e-20, "{name}({arguments:?}) = {got:?}, not {want:?}");
        worst = worst.max(relative);
    }
    worst
}

/// In units of `u² = 2^-106`.
#[track_caller]
fn check(name: &str, units: f64) {
    let worst = worst(name) * 2f64.powi(106);
    assert!(worst < units, "{name}: {worst} units");
}

#[test]
fn arithmetic_has_the_errors_of_its_source() {
    check("add", 3.0);
    check("sub", 3.0);
    check("mul", 5.0);
    check("div", 15.0);
    check("sqrt", 3.125);
}

/// Limits are about twice the largest error seen.
#[test]
fn functions_have_errors_of_a_few_units() {
    check("sin", 3.0);
    check("cos", 3.0);
    check("tan", 6.0);
    check("asin", 4.0);
    check("acos", 4.0);
    check("atan", 3.0);
    check("atan2", 3.0);
    check("exp", 2.0);
    check("log", 4.0);
    check("sinh", 4.0);
    check("cosh", 3.0);
    check("tanh", 8.0);
    // By the product of exponent and logarithm, here up to 80.
    check("pow", 80.0);
}

fn dd(value: f64) -> DoubleDouble {
    value.into()
}

#[test]
fn what_is_no_number_or_has_no_end_is_as_in_f64() {
    let (infinity, zero) = (f64::INFINITY, dd(0.0));
    assert_eq!((dd(1.0) / zero).high(), infinity);
    assert_eq!((dd(infinity) + dd(1.0)).high(), infinity);
    assert_eq!((dd(infinity) * dd(-2.0)).high(), -infinity);
    assert_eq!((dd(1e300) * dd(1e300)).high(), infinity);
    assert_eq!((dd(1.0) / dd(infinity)).high(), 0.0);
    assert!((dd(infinity) - dd(infinity)).high().is_nan());
    assert_eq!(zero.log().high(), -infinity);
    assert!(dd(-1.0).log().high().is_nan() && dd(-1.0).sqrt().high().is_nan());
    assert_eq!((dd(1000.0).exp().high(), dd(-1000.0).exp().high()), (infinity, 0.0));
    assert_eq!(
        (dd(1000.0).sinh().high(), dd(-1000.0).cosh().high()),
        (-dd(-1000.0).sinh().high(), infinity)
    );
    assert_eq!(dd(-100.0).tanh().high(), -1.0);
    assert_eq!(dd(2.0).pow(dd(-1074.0)).high(), 5e-324);
    assert_eq!(dd(-2.0).pow(dd(3.0)), dd(-8.0));
    assert!(dd(-2.0).pow(dd(0.5)).high().is_nan());
    assert!(dd(1.5).asin().high().is_nan() && dd(infinity).sin().high().is_nan());
    assert_eq!(dd(0.0).atan2(dd(-1.0)), DoubleDouble::PI);
    assert_eq!(dd(infinity).atan().high(), std::f64::consts::FRAC_PI_2);
}

#[test]
fn steps_look_at_both_parts() {
    let below = dd(3.0) - dd(1e-20);
    assert_eq!(below.floor(), dd(2.0));
    assert_eq!((-below).floor(), dd(-3.0));
    assert_eq!((below.high(), below < dd(3.0)), (3.0, true));
    assert_eq!(dd(7.5).modulo(dd(2.0)), dd(1.5));
    assert_eq!(dd(-0.5).modulo(dd(2.0)), dd(1.5));
    assert_eq!(below.min(dd(3.0)), below);
    assert_eq!(below.max(dd(3.0)), dd(3.0));
    assert_eq!((dd(-2.0).sign(), dd(0.0).heaviside()), (dd(-1.0), dd(0.0)));
}
