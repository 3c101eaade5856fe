//! The elementary functions against vectors from mpmath, and the same bits on every machine.

use takens_core::math;

fn call(name: &str, x: &[f64]) -> f64 {
    match name {
        "sin" => math::sin(x[0]),
        "cos" => math::cos(x[0]),
        "tan" => math::tan(x[0]),
        "asin" => math::asin(x[0]),
        "acos" => math::acos(x[0]),
        "atan" => math::atan(x[0]),
        "sinh" => math::sinh(x[0]),
        "cosh" => math::cosh(x[0]),
        "tanh" => math::tanh(x[0]),
        "exp" => math::exp(x[0]),
        "log" => math::log(x[0]),
        "atan2" => math::atan2(x[0], x[1]),
        "pow" => math::pow(x[0], x[1]),
        other => panic!("no function {other}"),
    }
}

fn number(bits: &str) -> f64 {
    match bits {
        "nan" => f64::NAN,
        bits => f64::from_bits(u64::from_str_radix(bits, 16).expect("bits in hexadecimal")),
    }
}

/// How many numbers lie between two of them; the zeros are one apart.
fn distance(a: f64, b: f64) -> u64 {
    let place = |x: f64| {
        let size = (x.to_bits() << 1 >> 1) as i64;
        if x.is_sign_negative() { -1 - size } else { size }
    };
    place(a).abs_diff(place(b))
}

#[test]
fn values_are_within_one_place_of_the_true_ones() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/reference/math_vectors.json");
    let text = std::fs::read_to_string(path).expect("the reference vectors");
    let file: serde_json::Value = serde_json::from_str(&text).expect("JSON");
    let vectors = file["vectors"].as_object().expect("vectors by function");
    assert_eq!(vectors.len(), 13);
    for (name, rows) in vectors {
        for row in rows.as_array().expect("rows") {
            let row: Vec<f64> = row
                .as_array()
                .expect("a row")
                .iter()
                .map(|x| number(x.as_str().expect("bits")))
                .collect();
            let (want, arguments) = row.split_last().expect("a value");
            let got = call(name, arguments);
            let exact = *want == 0.0 || !want.is_finite();
            let near = distance(got, *want) <= u64::from(!exact) || (got.is_nan() && want.is_nan());
            assert!(near, "{name}{arguments:?} = {got:e}, not {want:e}");
        }
    }
}

/// A change of any bit of any result changes the hash: then datasets change too.
#[track_caller]
fn check(name: &str, low: f64, high: f64, want: u64) {
    let mut state = 1u64;
    let mut draw = || {
        state =
            state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        low + (high - low) * ((state >> 11) as f64 / (1u64 << 53) as f64)
    };
    let mut hash = 0xcbf2_9ce4_8422_2325_u64;
    for _ in 0..20_000 {
        let value = call(name, &[draw(), draw()]);
        hash = (hash ^ value.to_bits()).wrapping_mul(0x0000_0100_0000_01b3);
    }
    assert_eq!(hash, want, "{name}: {hash:#018x}");
}

#[test]
fn results_have_the_recorded_bits() {
    check("sin", -100.0, 100.0, 0x6b25_5c8b_66b7_f2b4);
    check("sin", -1e12, 1e12, 0x23ac_fba1_898e_b0f5);
    check("cos", -100.0, 100.0, 0xf808_37b6_23b8_6f3e);
    check("tan", -100.0, 100.0, 0x3867_5f3f_ea88_29e6);
    check("asin", -1.0, 1.0, 0xf3a5_135b_f63c_14e7);
    check("acos", -1.0, 1.0, 0xadac_bf8c_8794_28af);
    check("atan", -5.0, 5.0, 0x436a_efc9_4615_ce1e);
    check("sinh", -3.0, 3.0, 0xef67_ee84_cc2f_5bce);
    check("cosh", -3.0, 3.0, 0x80a7_0b48_9f88_d5ce);
    check("tanh", -3.0, 3.0, 0xffca_324b_fcb6_b064);
    check("exp", -745.0, 709.0, 0xa45f_b37a_2538_7b80);
    check("log", 0.0, 10.0, 0x7ab8_2f77_993c_1f73);
    check("atan2", -1.0, 1.0, 0x9225_897f_137f_1d12);
    check("pow", 0.0, 20.0, 0x8f46_e75c_e920_1d56);
}

#[test]
fn integer_powers_are_products() {
    assert_eq!(math::powi(1.5, 0), 1.0);
    assert_eq!(math::powi(f64::NAN, 0), 1.0);
    assert_eq!(math::powi(1.5, 3), 1.5 * (1.5 * 1.5));
    assert_eq!(math::powi(-2.0, -3), -0.125);
    assert_eq!(math::powi(0.0, -1), f64::INFINITY);
    assert_eq!(math::powi(10.0, 22), 1e22);
}
