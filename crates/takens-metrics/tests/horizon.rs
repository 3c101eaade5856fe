//! Valid prediction times: presets, edges and censoring.

use ndarray::{Array2, array};
use takens_metrics::{Censoring, Context, Norm, Pair, Scale, ValidTime};

fn context() -> Context {
    Context {
        train_mean: vec![0.0],
        train_std: vec![1.0],
        step: 0.5,
        exponent: 2.0,
        trusted_time: None,
        seed: 0,
    }
}

/// Step 0.5, exponent 2, threshold 0.5, training deviation 1.
#[track_caller]
fn check(errors: [f64; 4], lyapunov_times: f64) {
    let truth = Array2::zeros((4, 1));
    let forecast = Array2::from_shape_vec((4, 1), errors.to_vec()).unwrap();
    let pair = Pair::new(truth.view(), forecast.view()).unwrap();
    let got = ValidTime::VLACHAS.of(&pair, &context()).unwrap();
    assert_eq!(got.lyapunov_times, lyapunov_times);
    assert_eq!(got.censored, lyapunov_times == 4.0);
}

#[test]
fn horizon_ends_at_the_first_miss() {
    check([0.1, 0.2, 0.9, 0.1], 2.0);
    check([0.5, 0.0, 0.0, 0.0], 0.0);
    check([0.0, f64::NAN, 0.0, 0.0], 1.0);
    check([0.0, 0.0, 0.0, f64::INFINITY], 3.0);
    check([0.4, -0.4, 0.4, 0.4], 4.0);
}

/// Truth 3, 5, 3, 5 and a forecast that is off by the errors.
#[track_caller]
fn check_preset(preset: ValidTime, errors: [f64; 4], samples: usize) {
    let truth = array![[3.0], [5.0], [3.0], [5.0]];
    let forecast = &truth + &Array2::from_shape_vec((4, 1), errors.to_vec()).unwrap();
    let pair = Pair::new(truth.view(), forecast.view()).unwrap();
    assert_eq!(preset.of(&pair, &context()).unwrap().samples, samples);
}

#[test]
fn presets_have_their_own_scales() {
    check_preset(ValidTime::VLACHAS, [0.4, 0.49, 0.5, 0.0], 2);
    check_preset(ValidTime::VLACHAS_STRICT, [0.04, 0.06, 0.0, 0.0], 1);
    // The spread of the truth is 1, its root mean square √17: 0.4 of it is 1.649.
    check_preset(ValidTime::SCHOTZ, [0.49, -0.49, 0.51, 0.0], 2);
    check_preset(ValidTime::PATHAK, [1.64, -1.64, 1.66, 0.0], 2);
    // Running smape: 200/7 · 1 = 28.6, then (28.6 + 200/11) / 2, then a far miss.
    check_preset(ValidTime::GILPIN, [1.0, 1.0, 9.0, 0.0], 2);
    // A late recovery does not count, and an early large error ends it at once.
    check_preset(ValidTime::GILPIN, [2.0, 0.0, 0.0, 0.0], 0);
}

#[test]
fn a_running_score_never_recovers_from_an_infinity() {
    let truth = Array2::ones((100, 1));
    let mut forecast = truth.clone();
    forecast[[50, 0]] = f64::NAN;
    let pair = Pair::new(truth.view(), forecast.view()).unwrap();
    assert_eq!(ValidTime::GILPIN.of(&pair, &context()).unwrap().samples, 50);
}

#[test]
fn the_trusted_time_cuts_a_horizon() {
    let truth = Array2::ones((100, 1));
    let pair = Pair::new(truth.view(), truth.view()).unwrap();
    let trusted = Context { trusted_time: Some(10.2), ..context() };
    let cut = ValidTime::SCHOTZ.of(&pair, &trusted).unwrap();
    assert_eq!((cut.time, cut.lyapunov_times, cut.samples, cut.censored), (10.2, 20.4, 20, true));
    let whole = ValidTime { censoring: Censoring::Horizon, ..ValidTime::SCHOTZ };
    let whole = whole.of(&pair, &trusted).unwrap();
    assert_eq!((whole.time, whole.samples, whole.censored), (50.0, 100, true));
}

#[test]
fn components_are_weighed_by_norm_and_scale() {
    let truth = array![[0.0, 0.0], [2.0, 20.0]];
    let forecast = array![[0.6, 8.0], [2.0, 20.0]];
    let pair = Pair::new(truth.view(), forecast.view()).unwrap();
    let errors = |norm, scale| {
        let context = Context { train_std: vec![1.0, 10.0], train_mean: vec![0.0; 2], ..context() };
        ValidTime { norm, scale, ..ValidTime::VLACHAS }.errors(&pair, &context).unwrap()[0]
    };
    let near = |got: f64, want: f64| assert!((got - want).abs() < 1e-12, "{got}, not {want}");
    near(errors(Norm::RootMeanSquare, Scale::TrainStd), 0.5f64.sqrt());
    near(errors(Norm::RootMeanSquare, Scale::TruthSpread), 0.5f64.sqrt());
    near(errors(Norm::Euclidean, Scale::None), 64.36f64.sqrt());
    near(errors(Norm::Euclidean, Scale::TrainStd), (64.36f64 / 101.0).sqrt());
    near(errors(Norm::Euclidean, Scale::TruthSize), (64.36f64 / 202.0).sqrt());
}
