//! Maps.

mod common;

use common::{field, henon, power};
use takens_core::TimeGrid;
use takens_integrate::{EngineChoice, IntegrateError, Options, sample};
use takens_symbolic::FieldKind;

fn times(start: f64, step: f64, len: usize) -> TimeGrid {
    TimeGrid::uniform(start, step, len).unwrap()
}

#[test]
fn iterates_are_those_of_the_formula() {
    for engine in [EngineChoice::Oracle, EngineChoice::Jit] {
        let options = Options { engine, ..Options::default() };
        let solution = sample(&henon(), &[], &[0.1, 0.2], &times(0.0, 1.0, 4), &options).unwrap();
        let (mut x, mut y) = (0.1f64, 0.2f64);
        for row in solution.trajectory.values().rows() {
            assert_eq!(row.to_vec(), [x, y]);
            (x, y) = (1.0 - 14.0 / 10.0 * (x * x) + y, 3.0 / 10.0 * x);
        }
        assert_eq!((solution.steps, solution.evaluations), (3, 3));
    }
}

#[test]
fn times_count_iterations() {
    let every =
        sample(&henon(), &[], &[0.1, 0.2], &times(0.0, 1.0, 11), &Options::default()).unwrap();
    let fifth =
        sample(&henon(), &[], &[0.1, 0.2], &times(0.0, 5.0, 3), &Options::default()).unwrap();
    assert_eq!(every.trajectory.values().row(10), fifth.trajectory.values().row(2));
    let clock = field(FieldKind::Map, 1, |_, t, _| vec![t]);
    let solution = sample(&clock, &[], &[0.0], &times(3.0, 2.0, 3), &Options::default()).unwrap();
    assert_eq!(solution.trajectory.values().column(0).to_vec(), [0.0, 4.0, 6.0]);
}

#[test]
fn a_map_has_no_halves() {
    let error = sample(&henon(), &[], &[0.1, 0.2], &times(0.0, 0.5, 4), &Options::default());
    assert_eq!(error, Err(IntegrateError::NotAnIteration { index: 1, time: 0.5 }));
}

#[test]
fn escape_is_told_with_its_iteration() {
    let mut square = power(2);
    square.kind = FieldKind::Map;
    // 10^(2^n) overflows at n = 9.
    let error = sample(&square, &[], &[10.0], &times(0.0, 1.0, 20), &Options::default());
    assert_eq!(error, Err(IntegrateError::Escape { iteration: 9, component: "x[0]".into() }));
}
