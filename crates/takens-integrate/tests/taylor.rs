//! Taylor series: order, accuracy, the same bits by every way, and what no series can follow.

mod common;

use common::{circle, field, forced, lorenz, power};
use takens_core::TimeGrid;
use takens_integrate::{
    EngineChoice, IntegrateError, Method, Options, Propagator, Solution, sample,
};
use takens_symbolic::{FieldKind, Function, VectorField};

fn taylor(tolerance: f64) -> Options {
    Options { tolerance, method: Method::Taylor, ..Options::default() }
}

fn grid(start: f64, step: f64, len: usize) -> TimeGrid {
    TimeGrid::uniform(start, step, len).unwrap()
}

fn run(field: &VectorField, initial: &[f64], grid: &TimeGrid) -> Result<Solution, IntegrateError> {
    sample(field, &[], initial, grid, &taylor(1e-12))
}

/// The state at `end` after steps of one length, whatever their error, by the series of least order.
fn fixed_steps(field: &VectorField, initial: &[f64], step: f64, end: f64) -> Vec<f64> {
    let options = Options { max_step: Some(step), first_step: Some(step), ..taylor(0.1) };
    let times = TimeGrid::explicit(vec![0.0, end]).unwrap();
    let solution = sample(field, &[], initial, &times, &options).unwrap();
    assert_eq!(
        (solution.steps, solution.rejected),
        ((end / step) as u64, 0),
        "steps of one length"
    );
    solution.trajectory.values().row(1).to_vec()
}

/// The rate at which the error falls when the step is halved.
#[track_caller]
fn check_order(errors: [f64; 2], order: f64) {
    let got = (errors[0] / errors[1]).log2();
    assert!((got - order).abs() < 0.1, "order {got}, errors {errors:?}");
}

#[test]
fn the_error_falls_with_the_order_of_the_series() {
    let error = |step: f64| {
        let state = fixed_steps(&circle(), &[1.0, 0.0], step, 8.0);
        (state[0] - 8f64.cos()).hypot(state[1] + 8f64.sin())
    };
    check_order([error(0.5), error(0.25)], 9.0);
}

#[test]
fn the_error_falls_so_when_time_enters() {
    let error = |step: f64| {
        let state = fixed_steps(&forced(), &[1.0], step, 2.0);
        (state[0] - 2f64.sin().exp()).abs()
    };
    check_order([error(0.125), error(0.0625)], 9.0);
}

#[test]
fn samples_are_as_good_as_the_steps() {
    let solution = run(&circle(), &[1.0, 0.0], &grid(0.0, 0.01, 10_001)).unwrap();
    for (time, state) in solution.trajectory.grid().iter().zip(solution.trajectory.values().rows())
    {
        assert!((state[0] - time.cos()).abs() < 1e-12, "{time}: {state}");
        assert!((state[1] + time.sin()).abs() < 1e-12, "{time}: {state}");
    }
    assert!(solution.steps < 150, "{} steps", solution.steps);
}

#[test]
fn lorenz_is_followed_for_fifteen_time_units() {
    // From (1, 1, 1), with 8/3 as it is in f64: Taylor series of order 18 in steps of 0.01, by mpmath 1.3.0
    // at 40 digits.
    let want = [-4.393_109_218_383_404, -2.069_127_193_144_493, 25.914_529_969_078_477];
    let error = |options: &Options| {
        let times = TimeGrid::explicit(vec![0.0, 15.0]).unwrap();
        let solution = sample(&lorenz(), &[], &[1.0, 1.0, 1.0], &times, options).unwrap();
        let end = solution.trajectory.values().row(1).to_vec();
        end.iter().zip(want).map(|(got, want)| (got - want).abs()).fold(0.0, f64::max)
    };
    assert!(error(&taylor(1e-9)) < 2e-7);
    assert!(error(&taylor(1e-12)) < 1e-9);
    let auto = Options::default();
    assert_eq!(error(&auto), error(&taylor(auto.tolerance)), "the default is a series");
}

#[test]
fn steps_do_not_depend_on_the_sampling() {
    let coarse = run(&lorenz(), &[1.0, 1.0, 1.0], &grid(0.0, 10.0, 2)).unwrap();
    let fine = run(&lorenz(), &[1.0, 1.0, 1.0], &grid(0.0, 0.001, 10_001)).unwrap();
    assert_eq!((coarse.steps, coarse.rejected), (fine.steps, fine.rejected));
    assert_eq!(coarse.trajectory.values().row(1), fine.trajectory.values().row(10_000));
}

#[test]
fn the_bits_stay_when_machine_code_takes_over() {
    let times = grid(0.0, 0.7, 3000);
    let jit = run(&lorenz(), &[1.0, 2.0, 3.0], &times).unwrap();
    assert!(jit.steps > 12_000, "{} steps are too few for machine code", jit.steps);
    let options = Options { engine: EngineChoice::Oracle, ..taylor(1e-12) };
    assert_eq!(jit, sample(&lorenz(), &[], &[1.0, 2.0, 3.0], &times, &options).unwrap());
}

#[test]
fn rest_is_no_trouble() {
    let solution = run(&circle(), &[0.0, 0.0], &grid(0.0, 1e6, 3)).unwrap();
    assert_eq!(solution.trajectory.values()[[2, 1]], 0.0);
    assert!(solution.steps < 30, "{} steps", solution.steps);
}

#[test]
fn small_systems_are_computed_as_well_as_large_ones() {
    let solution = run(&circle(), &[1e-12, 0.0], &grid(0.0, 1.0, 11)).unwrap();
    let error = solution.trajectory.values()[[10, 0]] - 1e-12 * 10f64.cos();
    assert!(error.abs() < 1e-23, "{error:e}");
}

#[test]
fn time_does_not_drift() {
    let field = field(FieldKind::Flow, 1, |g, t, _| vec![g.call(Function::Cos, &[t])]);
    let solution = run(&field, &[0.0], &grid(1e6, 1e4, 2)).unwrap();
    let want = 1.01e6f64.sin() - 1e6f64.sin();
    assert!((solution.trajectory.values()[[1, 0]] - want).abs() < 1e-7);
}

#[test]
fn a_blow_up_is_told_with_its_time() {
    for (exponent, end) in [(2, 1.0), (3, 0.5), (9, 0.125)] {
        match run(&power(exponent), &[1.0], &grid(0.0, 1.0, 3)) {
            Err(IntegrateError::BlowUp { time, component }) => {
                assert!((time - end).abs() < 1e-6, "{exponent}: {time}");
                assert_eq!(component, "x[0]");
            }
            other => panic!("{exponent}: {other:?}"),
        }
    }
    assert!(run(&power(2), &[1.0], &grid(0.0, 0.999_999, 2)).is_ok(), "the end is before infinity");
    let growth = run(&power(1), &[1.0], &grid(0.0, 1000.0, 2));
    assert!(
        matches!(growth, Err(IntegrateError::BlowUp { time, .. }) if time > 700.0),
        "{growth:?}"
    );
}

/// `x' = factor x^exponent`
fn power_of(exponent: i64, factor: i64) -> VectorField {
    field(FieldKind::Flow, 1, |g, _, x| {
        let (exponent, factor) = (g.integer(exponent), g.integer(factor));
        let power = g.pow(x[0], exponent);
        vec![g.mul(factor, power)]
    })
}

/// `x' = -g(x)` of one component.
fn scalar(function: Function) -> VectorField {
    field(FieldKind::Flow, 1, |g, _, x| {
        let value = g.call(function, &[x[0]]);
        vec![g.neg(value)]
    })
}

#[test]
fn a_series_is_not_followed_beyond_its_equations() {
    // x' = -√x: x = (1 - t/2)², a polynomial that grows again after t = 2, where the equation ends.
    let times = grid(0.0, 0.25, 13);
    match run(&scalar(Function::Sqrt), &[1.0], &times) {
        Err(IntegrateError::Stalled { time, .. }) => assert!((time - 2.0).abs() < 1e-4, "{time}"),
        Ok(solution) => assert!(solution.trajectory.values()[[12, 0]] < 1e-9),
        other => panic!("{other:?}"),
    }
    // x' = -1/x: x = √(1 - 2t), whose derivative has no end.
    let sink = power_of(-1, -1);
    for options in [taylor(1e-12), Options::default()] {
        match sample(&sink, &[], &[1.0], &grid(0.0, 1.0, 2), &options) {
            Err(IntegrateError::Stalled { time, .. }) => {
                assert!((time - 0.5).abs() < 1e-9, "{time}");
            }
            other => panic!("{other:?}"),
        }
    }
}

#[test]
fn steps_end_at_corners() {
    // x'' = -sign x from rest at 1/2: parabolas, each half a period of 2 long.
    let bounce = field(FieldKind::Flow, 2, |g, _, x| {
        let sign = g.call(Function::Sign, &[x[0]]);
        vec![x[1], g.neg(sign)]
    });
    let solution = run(&bounce, &[0.5, 0.0], &grid(0.0, 0.5, 81)).unwrap();
    for (time, state) in solution.trajectory.grid().iter().zip(solution.trajectory.values().rows())
    {
        let phase = time % 4.0;
        let want = match phase {
            p if p < 1.0 => 0.5 - 0.5 * p * p,
            p if p < 3.0 => 0.5 * (p - 2.0) * (p - 2.0) - 0.5,
            p => 0.5 - 0.5 * (4.0 - p) * (4.0 - p),
        };
        assert!((state[0] - want).abs() < 1e-8, "{time}: {} {want}", state[0]);
    }
    assert!(solution.steps + solution.rejected < 4000, "{solution:?}");
}

#[test]
fn a_corner_is_followed_by_another_method_unless_asked_for() {
    let method = |function, tolerance| {
        let options = Options { tolerance, ..Options::default() };
        Propagator::new(&scalar(function), &options).unwrap().method()
    };
    assert_eq!(method(Function::Sin, 1e-9), "taylor");
    assert_eq!(method(Function::Abs, 1e-9), "auto");
    assert_eq!(method(Function::Sin, 1e-6), "auto");
}

#[test]
fn a_switch_within_a_step_is_not_passed_over() {
    // Smooth, but steeper than any step is short. Over a period what it adds to `x' = 1` is nothing.
    let switched = field(FieldKind::Flow, 1, |g, t, _| {
        let (steep, one) = (g.integer(60), g.one());
        let sine = g.call(Function::Sin, &[t]);
        let far = g.mul(steep, sine);
        let side = g.call(Function::Tanh, &[far]);
        vec![g.add(one, side)]
    });
    for (tolerance, error) in [(1e-9, 1e-7), (1e-12, 1e-10)] {
        let times = grid(0.0, std::f64::consts::TAU, 21);
        let solution = sample(&switched, &[], &[0.0], &times, &taylor(tolerance)).unwrap();
        for (t, x) in times.iter().zip(solution.trajectory.values()) {
            assert!((x - t).abs() < error, "{tolerance:e}: {x} at {t}");
        }
    }
}
