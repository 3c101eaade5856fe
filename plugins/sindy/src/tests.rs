//! What is found, on systems whose equations are known.

use super::*;
use ndarray::s;
use takens_plugin::conformance::{check_discoverer, check_forecaster};

#[test]
fn conforms() {
    check_forecaster::<Sindy>();
    check_discoverer::<Sindy>();
}

/// A trajectory of `field` by many small steps of Runge and Kutta, after a transient.
fn trajectory<const N: usize>(
    field: impl Fn([f64; N]) -> [f64; N],
    start: [f64; N],
    step: f64,
    samples: usize,
) -> Array2<f64> {
    let along = |x: [f64; N], k: [f64; N], h: f64| std::array::from_fn(|i| x[i] + h * k[i]);
    let mut x = start;
    let mut path = Array2::zeros((500 + samples, N));
    for mut row in path.rows_mut() {
        row.iter_mut().zip(x).for_each(|(out, x)| *out = x);
        let h = step / 50.0;
        for _ in 0..50 {
            let k1 = field(x);
            let k2 = field(along(x, k1, h / 2.0));
            let k3 = field(along(x, k2, h / 2.0));
            let k4 = field(along(x, k3, h));
            x = std::array::from_fn(|i| x[i] + h / 6.0 * (k1[i] + 2.0 * (k2[i] + k3[i]) + k4[i]));
        }
    }
    path.slice(s![500.., ..]).to_owned()
}

fn lorenz(step: f64, samples: usize) -> Array2<f64> {
    let field = |[x, y, z]: [f64; 3]| [10.0 * (y - x), x * (28.0 - z) - y, x * y - 8.0 / 3.0 * z];
    trajectory(field, [1.0, 2.0, 20.0], step, samples)
}

/// Each equation as its terms, `("x*z", -1.0)` and so on.
fn terms(equation: &str) -> Vec<(String, f64)> {
    let signed = equation.replace(" - ", " + -");
    let term = |text: &str| {
        let (number, name) = text.split_once('*').unwrap_or((text, "1"));
        (name.to_owned(), number.parse().expect("a coefficient comes first"))
    };
    signed.split(" + ").map(term).collect()
}

#[track_caller]
fn check(data: &Dataset, tolerance: f64, expected: &[&[(&str, f64)]]) -> Sindy {
    let call = Call::for_tests(0);
    let mut method = Sindy::new(Params::default()).unwrap();
    method.fit(data, &call).unwrap();
    let found = method.candidates(&call).unwrap().remove(0);
    for (equation, expected) in found.equations.iter().zip(expected) {
        let terms = terms(equation);
        let right = terms.len() == expected.len()
            && expected.iter().all(|(name, value)| {
                let term = terms.iter().find(|term| term.0 == *name);
                term.is_some_and(|term| (term.1 - value).abs() <= tolerance * value.abs())
            });
        assert!(right, "{:#?}\n{:?}", found, call.messages());
    }
    method
}

const LORENZ: [&[(&str, f64)]; 3] = [
    &[("x0", -10.0), ("x1", 10.0)],
    &[("x0", 28.0), ("x1", -1.0), ("x0*x2", -1.0)],
    &[("x2", -8.0 / 3.0), ("x0*x1", 1.0)],
];

#[test]
fn lorenz_is_found_at_a_hundred_points_a_period() {
    check(&Dataset::single(0.015, lorenz(0.015, 1000)), 1e-6, &LORENZ);
}

#[test]
fn lorenz_is_found_in_dense_data() {
    check(&Dataset::single(0.001, lorenz(0.001, 10_000)), 1e-6, &LORENZ);
}

#[test]
fn lorenz_is_found_in_coarse_data() {
    check(&Dataset::single(0.04, lorenz(0.04, 1000)), 1e-4, &LORENZ);
}

#[test]
fn lorenz_is_found_under_noise_of_a_thousandth() {
    let mut path = lorenz(0.005, 4000);
    let mut draws = vec![0.0; path.len()];
    Call::for_tests(3).normal(0, 0, &mut draws);
    path.iter_mut().zip(draws).for_each(|(x, draw)| *x += 0.0085 * draw);
    check(&Dataset::single(0.005, path), 0.03, &LORENZ);
}

#[test]
fn a_constant_term_is_found_too() {
    let field = |[x, y, z]: [f64; 3]| [-y - z, x + 0.2 * y, 0.2 + z * (x - 5.7)];
    let data = Dataset::single(0.06, trajectory(field, [1.0, 1.0, 0.0], 0.06, 1500));
    let rossler: [&[(&str, f64)]; 3] = [
        &[("x1", -1.0), ("x2", -1.0)],
        &[("x0", 1.0), ("x1", 0.2)],
        &[("1", 0.2), ("x2", -5.7), ("x0*x2", 1.0)],
    ];
    check(&data, 1e-6, &rossler);
}

#[test]
fn maps_give_next_states() {
    let mut x = [0.1, 0.3];
    let path = Array2::from_shape_fn((300, 2), |(_, c)| {
        if c == 0 {
            x = [1.0 - 1.4 * x[0] * x[0] + x[1], 0.3 * x[0]];
        }
        x[c]
    });
    let mut data = Dataset::single(1.0, path.slice(s![..200, ..]).to_owned());
    data.time = TimeKind::Discrete;
    let henon: [&[(&str, f64)]; 2] = [&[("1", 1.0), ("x1", 1.0), ("x0^2", -1.4)], &[("x0", 0.3)]];
    let method = check(&data, 1e-10, &henon);
    let call = Call::for_tests(0);
    let found = method.forecast(path.slice(s![..200, ..]), 10, &call).unwrap();
    let error = (&found - &path.slice(s![200..210, ..])).mapv(f64::abs);
    assert!(error.iter().all(|e| *e < 1e-8), "{error}");
}

#[test]
fn the_equations_forecast() {
    let path = lorenz(0.015, 1300);
    let call = Call::for_tests(0);
    let mut method = Sindy::new(Params::default()).unwrap();
    let train = path.slice(s![..1000, ..]);
    method.fit(&Dataset::single(0.015, train.to_owned()), &call).unwrap();
    let found = method.forecast(train, 300, &call).unwrap();
    let error = (&found - &path.slice(s![1000.., ..])).mapv(f64::abs);
    assert!(error.iter().all(|e| *e < 1e-2), "{error}");
}

#[test]
fn the_front_falls() {
    let call = Call::for_tests(0);
    let mut method = Sindy::new(Params::default()).unwrap();
    method.fit(&Dataset::single(0.015, lorenz(0.015, 1000)), &call).unwrap();
    let front = method.candidates(&call).unwrap();
    assert!(front.len() > 2, "{front:?}");
    for pair in front[1..].windows(2) {
        assert!(pair[0].complexity < pair[1].complexity && pair[0].loss > pair[1].loss);
    }
}

#[test]
fn a_threshold_that_is_given_is_kept_to() {
    let call = Call::for_tests(0);
    let params = Params { threshold: Some(1e-4), ..Params::default() };
    let mut method = Sindy::new(params).unwrap();
    method.fit(&Dataset::single(0.015, lorenz(0.015, 1000)), &call).unwrap();
    let found = method.candidates(&call).unwrap().remove(0);
    assert_eq!(found.equations.iter().map(|e| terms(e).len()).collect::<Vec<_>>(), [2, 3, 2]);
}
