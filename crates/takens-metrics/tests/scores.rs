//! What the metrics say: values worked out by hand, values of other tools, and the edges.

use ndarray::{Array2, array, s};
use proptest::prelude::*;
use std::collections::BTreeMap;
use takens_metrics::{Context, Direction, METRICS, MetricError, SEVENTEEN, score, score_all};

const INF: f64 = f64::INFINITY;
const NAN: f64 = f64::NAN;

/// A context of step 0.5 and exponent 2, with training moments 0 and 2 in every component.
fn context(components: usize) -> Context {
    Context {
        train_mean: vec![0.0; components],
        train_std: vec![2.0; components],
        step: 0.5,
        exponent: 2.0,
        trusted_time: None,
        seed: 1,
    }
}

#[track_caller]
fn close(got: f64, want: f64, tolerance: f64) {
    let equal = got == want || (got - want).abs() <= tolerance * want.abs().max(1.0);
    assert!(equal, "{got}, not {want}");
}

/// One component.
#[track_caller]
fn check<const N: usize>(id: &str, truth: [f64; N], forecast: [f64; N], want: f64) {
    let column = |values: [f64; N]| Array2::from_shape_vec((N, 1), values.to_vec()).unwrap();
    let got = score(id, column(truth).view(), column(forecast).view(), &context(1)).unwrap();
    close(got, want, 1e-12);
}

/// Two components, two samples.
#[track_caller]
fn check_plane(id: &str, truth: [[f64; 2]; 2], forecast: [[f64; 2]; 2], want: f64) {
    let (truth, forecast) = (Array2::from(truth.to_vec()), Array2::from(forecast.to_vec()));
    close(score(id, truth.view(), forecast.view(), &context(2)).unwrap(), want, 1e-12);
}

#[test]
fn squared_errors() {
    check("mse", [1.0, 2.0, 3.0, 4.0], [1.0, 2.0, 3.0, 6.0], 1.0);
    check("rmse", [0.0, 0.0], [3.0, 3.0], 3.0);
    check_plane("rmse", [[0.0, 0.0], [0.0, 0.0]], [[1.0, 7.0], [1.0, 7.0]], 5.0);
    check_plane("rmse_by_component", [[0.0, 0.0], [0.0, 0.0]], [[1.0, 7.0], [1.0, 7.0]], 4.0);
    check("nrmse", [0.0, 0.0], [3.0, 3.0], 1.5);
    check("r2", [1.0, 2.0, 3.0], [2.0, 2.0, 2.0], 0.0);
    check("r2", [1.0, 2.0, 3.0], [3.0, 2.0, 1.0], -3.0);
    check("r2", [5.0, 5.0], [5.0, 5.0], 1.0);
    check("r2", [5.0, 5.0], [5.0, 6.0], -INF);
    check_plane("r2_by_component", [[0.0, 0.0], [2.0, 2.0]], [[0.0, 1.0], [2.0, 1.0]], 0.5);
}

#[test]
fn absolute_errors() {
    check("mae", [1.0, 2.0], [2.0, 0.0], 1.5);
    check("marre", [0.0, 10.0], [1.0, 12.0], 15.0);
    check("marre", [3.0, 3.0], [3.0, 3.0], 0.0);
    check_plane("marre_by_component", [[0.0, 0.0], [1.0, 10.0]], [[0.5, 0.0], [1.0, 15.0]], 25.0);
    check("mape", [1.0, -2.0], [1.5, -2.0], 25.0);
    check("mape", [0.0, 1.0], [0.0, 1.0], 0.0);
    check("mape", [0.0, 1.0], [0.1, 1.0], INF);
    check("wape", [1.0, -3.0], [2.0, -2.0], 50.0);
    check("cv_rmse", [-1.0, -3.0], [-2.0, -4.0], 50.0);
    check("cv_std", [-1.0, -3.0], [-2.0, -4.0], 0.0);
    check("cv_std", [-1.0, -3.0], [0.0, -4.0], 50.0);
    check("cv_std", [-1.0, 1.0], [0.0, 1.0], INF);
}

#[test]
fn symmetric_percentages() {
    check("smape", [1.0, 0.0], [3.0, 0.0], 50.0);
    check("smape_half", [1.0, 0.0], [3.0, 0.0], 25.0);
    check("smape", [1.0, 1.0], [-1.0, 1.0], 100.0);
    check("smape", [1.0, 1.0], [NAN, 1.0], 100.0);
    check("smape", [1e308, 1.0], [-1e308, 1.0], 100.0);
    let context = Context { train_mean: vec![1.0], train_std: vec![4.0], ..context(1) };
    let (truth, forecast) = (array![[2.0], [1.0]], array![[4.0], [1.0]]);
    close(score("smape_z", truth.view(), forecast.view(), &context).unwrap(), 50.0, 1e-12);
}

#[test]
fn logarithmic_errors() {
    let e = std::f64::consts::E;
    check("rmsle", [0.0, 0.0], [e - 1.0, e - 1.0], 1.0);
    check("rmsle", [0.0, 0.0], [-1.0, 0.0], INF);
    check("rmsle_shifted", [-5.0, -4.0], [7.0, 8.0], 0.0);
    check("rmsle_shifted", [-5.0, -5.0], [7.0, 6.0 + e], 0.5f64.sqrt());
}

#[test]
fn correlations() {
    check("pearson", [1.0, 2.0, 3.0], [2.0, 4.0, 6.0], 1.0);
    check("pearson", [1.0, 2.0, 3.0], [4.0, 4.0, 4.0], 0.0);
    check("pearson", [1e300, 2e300, 3e300], [-1.0, -2.0, -3.0], -1.0);
    check("pearson", [1.0, 2.0, 3.0], [1.0, NAN, 3.0], -1.0);
    check("spearman", [1.0, 2.0, 3.0], [1.0, 10.0, 1000.0], 1.0);
    check("spearman", [1.0, 2.0, 3.0, 4.0], [2.0, 1.0, 4.0, 3.0], 0.6);
    check("kendall", [1.0, 2.0, 3.0, 4.0], [2.0, 1.0, 4.0, 3.0], 1.0 / 3.0);
    // Two pairs tied in the truth, none in the forecast: 4 of 4 left, over √(4 · 6).
    check("kendall", [1.0, 1.0, 2.0, 2.0], [1.0, 2.0, 3.0, 4.0], 4.0 / 24f64.sqrt());
    check("kendall", [1.0, 2.0], [INF, 2.0], -1.0);
}

#[test]
fn densities_and_spectra_of_equal_series() {
    let series = [0.0, 1.0, -1.0, 2.0, 0.5, -2.0];
    for id in ["kl", "kl_monte_carlo", "kl_dysts", "d_stsp", "d_stsp_two_sigma", "d_stsp_gmm"] {
        check(id, series, series, 0.0);
    }
    for id in ["hellinger", "hellinger_dysts", "d_h"] {
        check(id, series, series, 0.0);
    }
    check("hellinger", [1.0, -1.0, 1.0, -1.0], [1.0, 1.0, -1.0, -1.0], 1.0);
    check("hellinger", [1.0, -1.0, 1.0, -1.0], [3.0; 4], 1.0);
    check("hellinger", [2.0; 4], [3.0; 4], 0.0);
    check("mutual_information", series, [1.0; 6], 0.0);
}

#[test]
fn a_divergence_between_two_gaussians_is_recovered() {
    // Quantiles of normal densities, the second shifted by one: half a nat, less the smoothing.
    let normal = takens_core::Stream::new(3, 0);
    let truth = Array2::from_shape_fn((2000, 1), |(i, _)| normal.normal(i as u64));
    let forecast = truth.mapv(|x| x + 1.0);
    let of = |id| score(id, truth.view(), forecast.view(), &context(1)).unwrap();
    close(of("kl"), 0.5, 0.06);
    close(of("kl_monte_carlo"), 0.5, 0.1);
    close(of("kl_monte_carlo"), of("kl"), 0.05);
}

#[test]
fn other_tools_agree() {
    #[derive(serde::Deserialize)]
    struct Reference {
        train_mean: Vec<f64>,
        train_std: Vec<f64>,
        truth: Vec<[f64; 3]>,
        forecast: Vec<[f64; 3]>,
        scores: BTreeMap<String, f64>,
        scores_of_the_first_two: BTreeMap<String, f64>,
    }
    let reference: Reference = toml::from_str(include_str!("reference/scores.toml")).unwrap();
    let (truth, forecast) = (Array2::from(reference.truth), Array2::from(reference.forecast));
    for (components, scores) in [(3, reference.scores), (2, reference.scores_of_the_first_two)] {
        let context = Context {
            train_mean: reference.train_mean[..components].to_vec(),
            train_std: reference.train_std[..components].to_vec(),
            ..context(components)
        };
        let part = s![.., ..components];
        for (id, want) in scores {
            let got = score(&id, truth.slice(part), forecast.slice(part), &context).unwrap();
            let near = got == want || (got - want).abs() <= 1e-10 * want.abs();
            assert!(near, "{id}: {got}, not {want}");
        }
    }
}

#[test]
fn a_forecast_that_is_not_finite_gets_the_worst_score() {
    let truth = array![[0.5, 1.0], [1.5, 2.0], [2.5, 1.0], [3.0, 5.0], [0.0, 2.0]];
    for bad in [NAN, INF, -INF] {
        let forecast = Array2::from_elem(truth.dim(), bad);
        for (id, value) in score_all(truth.view(), forecast.view(), &context(2)).unwrap() {
            let worst = METRICS.iter().find(|info| info.id == id).unwrap().worst();
            assert_eq!(value.unwrap(), worst, "{id} of {bad}");
        }
    }
}

#[test]
fn an_exact_forecast_gets_the_best_score() {
    let truth = array![[0.5, 1.0], [1.5, 2.0], [2.5, 1.0], [3.0, 5.0], [0.0, 2.0]];
    for (id, value) in score_all(truth.view(), truth.view(), &context(2)).unwrap() {
        let value = value.unwrap();
        let best = match id {
            "mutual_information" => value.max(0.0),
            _ if id.starts_with("vpt") => 5.0 * 0.5 * 2.0,
            _ if METRICS.iter().any(|m| m.id == id && m.direction == Direction::HigherIsBetter) => {
                1.0
            }
            _ => 0.0,
        };
        close(value, best, 1e-7);
    }
}

#[test]
fn what_cannot_be_scored_is_refused() {
    let (two, three) = (array![[1.0], [2.0]], array![[1.0], [2.0], [3.0]]);
    let nothing = Array2::zeros((0, 1));
    let broken = array![[1.0], [NAN]];
    let of = |id: &str, truth: &Array2<f64>, forecast: &Array2<f64>, context: &Context| {
        score(id, truth.view(), forecast.view(), context).unwrap_err()
    };
    let good = context(1);
    let shape = MetricError::Shape { want: (2, 1), got: (3, 1) };
    assert_eq!(of("mse", &two, &three, &good), shape);
    let empty = MetricError::Empty { samples: 0, components: 1 };
    assert_eq!(of("mse", &nothing, &nothing, &good), empty);
    assert!(matches!(of("mse", &broken, &two, &good), MetricError::Truth { sample: 1, .. }));
    assert!(matches!(of("nrmse", &two, &two, &context(3)), MetricError::Moments { want: 1, .. }));
    assert!(matches!(of("rmsle", &(-&two), &two, &good), MetricError::Domain { .. }));
    assert!(matches!(of("mutual_information", &two, &two, &good), MetricError::TooShort { .. }));
    let message = of("smaped", &two, &two, &good).to_string();
    assert_eq!(message, "no metric is called `smaped`; did you mean `smape`?");
    let calm = Context { exponent: 0.0, ..context(1) };
    assert_eq!(of("vpt_schotz", &two, &two, &calm), MetricError::NotChaotic { exponent: 0.0 });
    let still = Context { step: 0.0, ..context(1) };
    assert_eq!(of("vpt_schotz", &two, &two, &still), MetricError::Step { step: 0.0 });
}

#[test]
fn the_registry_has_every_metric_once() {
    for (index, info) in METRICS.iter().enumerate() {
        assert!(METRICS[..index].iter().all(|other| other.id != info.id), "{} twice", info.id);
        assert!(!info.summary.is_empty());
    }
    for id in SEVENTEEN {
        assert!(METRICS.iter().any(|info| info.id == id), "{id}");
    }
}

fn series(len: usize) -> impl Strategy<Value = Vec<f64>> {
    prop::collection::vec(prop_oneof![4 => -3.0..3.0f64, 1 => Just(0.0), 1 => Just(1.0)], len)
}

proptest! {
    #[test]
    fn scores_stay_in_their_range(truth in series(24), forecast in series(24)) {
        let truth = Array2::from_shape_vec((12, 2), truth).unwrap();
        let forecast = Array2::from_shape_vec((12, 2), forecast).unwrap();
        for (id, value) in score_all(truth.view(), forecast.view(), &context(2)).unwrap() {
            let info = METRICS.iter().find(|info| info.id == id).unwrap();
            match value {
                Ok(value) => prop_assert!(
                    info.range.0 <= value && value <= info.range.1, "{id}: {value}"
                ),
                Err(error) => {
                    prop_assert!(matches!(error, MetricError::Domain { .. }), "{id}: {error}")
                }
            }
        }
    }

    #[test]
    fn kendall_counts_pairs(x in series(15), y in series(15)) {
        let (mut difference, mut free_x, mut free_y) = (0.0, 0.0f64, 0.0f64);
        for i in 0..15 {
            for j in 0..i {
                let (a, b) = (x[i] - x[j], y[i] - y[j]);
                difference += if a * b > 0.0 { 1.0 } else if a * b < 0.0 { -1.0 } else { 0.0 };
                free_x += f64::from(u8::from(a != 0.0));
                free_y += f64::from(u8::from(b != 0.0));
            }
        }
        let column = |v: &[f64]| Array2::from_shape_vec((15, 1), v.to_vec()).unwrap();
        let got = score("kendall", column(&x).view(), column(&y).view(), &context(1)).unwrap();
        let want = if free_x * free_y == 0.0 { 0.0 } else { difference / (free_x * free_y).sqrt() };
        prop_assert!((got - want).abs() < 1e-12, "{got}, not {want}");
    }
}
