//! Plugins that were built once against ABI 1.0 still load, still work, and still give the same numbers.
#![cfg(all(target_arch = "x86_64", target_os = "linux"))]

use std::path::PathBuf;
use takens_host::isolate::{Job, Limits, Outcome, Worker};
use takens_host::{PluginFile, WorkerCommand};
use takens_tests::{built, root, takens};

fn folder(name: &str) -> PathBuf {
    root().join("tests/frozen").join(name)
}

/// Every check passes, and none is skipped: the frozen plugins use all of the contract.
#[track_caller]
fn sound(name: &str) {
    let mut command = takens();
    let output = command.args(["plugin", "validate", "--json"]).arg(folder(name)).output().unwrap();
    let report: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    for check in report["checks"].as_array().unwrap() {
        assert_eq!(check["verdict"], "passed", "{name}: {check}");
    }
    assert_eq!(report["sound"], true);
}

/// What it forecasts, and the equations that it finds, from a line with slopes 2 and -1.
#[track_caller]
fn answers(name: &str, method: &str, equations: [&str; 2], forecast: [[u64; 2]; 2]) {
    let plugin = PluginFile::open(&folder(name)).unwrap();
    let command = WorkerCommand::new(built().join("takens"), ["worker"]);
    let mut worker = Worker::spawn(&command, &plugin).unwrap();
    let values = ndarray::Array2::from_shape_fn((9, 2), |(row, column)| match column {
        0 => 2.0 * row as f64,
        _ => 5.0 - row as f64,
    });
    let job = Job {
        method: method.into(),
        params_json: r#"{"weight": 1}"#.into(),
        context: values.clone(),
        dataset: takens_plugin::Dataset::single(0.1, values),
        horizon: 2,
        seed: 7,
        stream: 0,
        threads: 1,
        want_candidates: true,
        deadline: None,
    };
    let ending = worker.run(&job, &Limits::new(std::time::Duration::from_secs(60), 0));
    let Outcome::Done { forecast: Some(found), candidates } = ending.outcome else {
        panic!("{name}: {:?}", ending.outcome)
    };
    assert_eq!(candidates[0].equations, equations);
    let bits = |row: usize| [0, 1].map(|column| found[[row, column]].to_bits());
    assert_eq!([bits(0), bits(1)], forecast, "{name}: {found:?}");
    assert!(ending.log.contains("the slopes are known"), "{}", ending.log);
}

#[test]
fn frozen_plugins_are_sound() {
    sound("c-1.0");
    sound("rust-1.0");
}

#[test]
fn frozen_plugins_give_the_numbers_that_they_gave() {
    // About 18.0004, -3.9997, 20.0005, -5.0004: the line, and the random numbers of seed 7.
    let numbers =
        [[4625759880066726343, 13839561030117918440], [4626322847966601134, 13840688003699342160]];
    answers("c-1.0", "frozen-c", ["1", "-1"], numbers);
    answers("rust-1.0", "frozen-rust", ["2", "-1"], numbers);
}
