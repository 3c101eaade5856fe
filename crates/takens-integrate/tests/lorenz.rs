//! Lorenz against a reference of 30 digits.

mod common;

use common::lorenz;
use takens_core::TimeGrid;
use takens_integrate::{Options, sample};

const START: [f64; 3] = [-9.79, -15.04, 20.53];

/// Rows of `t, x, y, z`.
fn reference() -> Vec<Vec<f64>> {
    let text = include_str!("../../../tests/reference/lorenz_reference.json");
    let file: serde_json::Value = serde_json::from_str(text).unwrap();
    let number = |value: &serde_json::Value| value.as_str().unwrap().parse().unwrap();
    let row = |row: &serde_json::Value| row.as_array().unwrap().iter().map(number).collect();
    file["samples"].as_array().unwrap().iter().map(row).collect()
}

/// The greatest error of a component at multiples of 0.5 up to `until`, at `tolerance`.
fn error(tolerance: f64, until: f64) -> f64 {
    let grid = TimeGrid::uniform(0.0, 0.01, 100_001).unwrap();
    let options = Options { tolerance, ..Options::default() };
    let solution = sample(&lorenz(), &[], &START, &grid, &options).unwrap();
    let values = solution.trajectory.values();
    let mut error = 0.0f64;
    for row in reference().iter().take_while(|row| row[0] <= until) {
        let index = (row[0] / 0.01).round() as usize;
        for component in 0..3 {
            error = error.max((values[[index, component]] - row[1 + component]).abs());
        }
    }
    error
}

#[test]
fn fifteen_time_units_are_right_at_the_default_tolerance() {
    assert!(error(1e-9, 15.0) < 1e-4);
}

#[test]
fn a_tighter_tolerance_is_tighter() {
    assert!(error(1e-12, 15.0) < 1e-6);
    assert!(error(1e-12, 20.0) < 1e-5);
    assert!(error(1e-14, 15.0) < 1e-7);
}

#[test]
#[ignore = "a timing: cargo test --release -p takens-integrate -- --ignored"]
fn a_thousand_time_units_take_under_a_fifth_of_a_second() {
    let start = std::time::Instant::now();
    let grid = TimeGrid::uniform(0.0, 0.01, 100_001).unwrap();
    let field = lorenz();
    sample(&field, &[], &START, &grid, &Options::default()).unwrap();
    let seconds = start.elapsed().as_secs_f64();
    assert!(seconds < 0.2, "{seconds} s");
}
