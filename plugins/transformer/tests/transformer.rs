//! What the transformer does with a series: learns, repeats itself, and forecasts better than the
//! mean of what it saw.

use ndarray::{Array2, s};
use takens_plugin::conformance::check_forecaster_with;
use takens_plugin::{Call, Dataset, Fault, Forecaster, Method};
use takens_transformer::{Params, Transformer};

type Field = fn([f64; 3]) -> [f64; 3];

fn lorenz([x, y, z]: [f64; 3]) -> [f64; 3] {
    [10.0 * (y - x), x * (28.0 - z) - y, x * y - 8.0 / 3.0 * z]
}

fn rossler([x, y, z]: [f64; 3]) -> [f64; 3] {
    [-y - z, x + 0.2 * y, 0.2 + z * (x - 5.7)]
}

fn sprott_b([x, y, z]: [f64; 3]) -> [f64; 3] {
    [y * z, x - y, 1.0 - x * y]
}

/// A trajectory on the attractor, sampled a hundred times in `period`, by ten steps of Runge and
/// Kutta from sample to sample.
fn trajectory(field: Field, start: [f64; 3], period: f64, samples: usize) -> Array2<f64> {
    let step = period / 1000.0;
    let along = |x: [f64; 3], k: [f64; 3], by: f64| [0, 1, 2].map(|i| x[i] + by * k[i]);
    let mut x = start;
    let mut path = Array2::zeros((2000 + samples, 3));
    for mut row in path.rows_mut() {
        row.iter_mut().zip(x).for_each(|(place, value)| *place = value);
        for _ in 0..10 {
            let k1 = field(x);
            let k2 = field(along(x, k1, step / 2.0));
            let k3 = field(along(x, k2, step / 2.0));
            let k4 = field(along(x, k3, step));
            x = [0, 1, 2].map(|i| x[i] + step / 6.0 * (k1[i] + 2.0 * (k2[i] + k3[i]) + k4[i]));
        }
    }
    path.slice(s![2000.., ..]).to_owned()
}

fn small() -> Params {
    Params {
        patch: 4,
        tokens: 4,
        width: 8,
        heads: 2,
        layers: 1,
        steps: 60,
        batch: 8,
        ..Params::default()
    }
}

fn run(params: Params, train: &Array2<f64>, horizon: usize, call: &Call) -> Array2<f64> {
    let mut method = Transformer::new(params).unwrap();
    method.fit(&Dataset::single(0.01, train.clone()), call).unwrap();
    method.forecast(train.view(), horizon, call).unwrap()
}

/// Pooled, from 0 to 200.
fn smape(truth: &Array2<f64>, forecast: &Array2<f64>) -> f64 {
    let share = |(a, b): (&f64, &f64)| (a - b).abs() / (a.abs() + b.abs());
    200.0 * truth.iter().zip(forecast).map(share).sum::<f64>() / truth.len() as f64
}

#[test]
fn conforms() {
    check_forecaster_with::<Transformer>(small);
}

#[test]
fn the_loss_falls() {
    let call = Call::for_tests(1);
    run(
        Params { steps: 300, ..small() },
        &trajectory(lorenz, [1.0, 2.0, 20.0], 0.75, 500),
        1,
        &call,
    );
    let reports = call.reports();
    let loss = |at: usize| reports[at].loss.unwrap();
    assert!(
        loss(reports.len() - 1) < 0.2 * loss(0),
        "from {} to {}",
        loss(0),
        loss(reports.len() - 1)
    );
    assert_eq!(reports.last().unwrap().fraction, 1.0);
}

#[test]
fn long_forecasts_stay_finite_and_in_reach() {
    let train = trajectory(lorenz, [1.0, 2.0, 20.0], 0.75, 300);
    // Hardly trained: the closed loop would run away.
    let params = Params { steps: 2, learning_rate: 1.0, ..small() };
    let forecast = run(params, &train, 3000, &Call::for_tests(1));
    assert!(forecast.iter().all(|x| x.abs() < 200.0));
}

#[test]
fn a_cancelled_or_late_fit_stops() {
    let data = Dataset::single(0.01, trajectory(lorenz, [1.0, 2.0, 20.0], 0.75, 300));
    let mut method = Transformer::new(Params::default()).unwrap();
    let call = Call::for_tests(1);
    call.cancel();
    assert_eq!(method.fit(&data, &call), Err(Fault::Cancelled));
    let late = Call::for_tests(1).with_deadline(std::time::Duration::from_millis(50));
    assert_eq!(method.fit(&data, &late), Err(Fault::Timeout));
    let unfitted = method.forecast(data.series[0].values.view(), 1, &Call::for_tests(1));
    assert!(matches!(unfitted, Err(Fault::InvalidData(_))));
}

#[test]
fn a_step_that_does_not_fit_into_memory_is_refused() {
    let data = Dataset::single(0.01, trajectory(lorenz, [1.0, 2.0, 20.0], 0.75, 300));
    let mut call = Call::for_tests(1);
    call.memory = Some(1 << 20);
    let fault = Transformer::new(Params::default()).unwrap().fit(&data, &call);
    assert!(matches!(fault, Err(Fault::OutOfMemory(_))));
}

#[test]
fn heads_must_divide_the_width() {
    let fault = Transformer::new(Params { width: 30, heads: 4, ..Params::default() }).err();
    assert!(matches!(fault, Some(Fault::InvalidParams(text)) if text.contains("30")));
}

/// Two periods after ten, a hundred samples each.
#[test]
fn forecasts_beat_the_mean() {
    let systems: [(Field, [f64; 3], f64); 3] = [
        (lorenz, [1.0, 2.0, 20.0], 0.75),
        (rossler, [6.5, -1.2, 0.8], 5.91),
        (sprott_b, [0.1, 0.2, 0.3], 7.3),
    ];
    for (number, (field, start, period)) in systems.into_iter().enumerate() {
        let path = trajectory(field, start, period, 1200);
        let (train, truth) = path.view().split_at(ndarray::Axis(0), 1000);
        let (train, truth) = (train.to_owned(), truth.to_owned());
        let params = Params { steps: 500, ..Params::default() };
        let forecast = run(params, &train, 200, &Call::for_tests(1));
        let mean = train.mean_axis(ndarray::Axis(0)).unwrap();
        let constant = Array2::from_shape_fn((200, 3), |(_, component)| mean[component]);
        let (ours, theirs) = (smape(&truth, &forecast), smape(&truth, &constant));
        assert!(ours < theirs, "system {number}: {ours}, and the mean has {theirs}");
    }
}

/// Not a test of its own: what [`the_bits_do_not_depend_on_threads`] runs in processes of its own,
/// because candle reads its number of threads from the environment.
#[test]
#[ignore = "a process of its own: cargo test -p takens-transformer the_bits_do_not_depend_on_threads runs it"]
fn print_bits() {
    let train = trajectory(lorenz, [1.0, 2.0, 20.0], 0.75, 400);
    // Matrices large enough to be split among threads.
    let params = Params { steps: 5, batch: 128, width: 64, ..Params::default() };
    let forecast = run(params, &train, 10, &Call::for_tests(3));
    let bits: Vec<String> = forecast.iter().map(|x| format!("{:x}", x.to_bits())).collect();
    println!("bits {}", bits.join(" "));
}

#[test]
fn the_bits_do_not_depend_on_threads() {
    let bits = |threads: &str| {
        let output = std::process::Command::new(std::env::current_exe().unwrap())
            .args(["--ignored", "--exact", "print_bits", "--nocapture", "--test-threads=1"])
            .env("RAYON_NUM_THREADS", threads)
            .output()
            .unwrap();
        let text = String::from_utf8(output.stdout).unwrap();
        let at = text.find("bits ").expect("the child printed its bits");
        text[at..].lines().next().unwrap().to_owned()
    };
    assert_eq!(bits("1"), bits("2"));
}
