//! Flows by DOP853: order, dense output, the same bits by every way, and how a trajectory ends early.

mod common;

use common::{circle, field, forced, lorenz, lorenz96, power};
use std::sync::Arc;
use takens_core::TimeGrid;
use takens_integrate::{
    EngineChoice, IntegrateError, Method, Options, Propagator, Solution, observe, sample,
};
use takens_kernel::{Engine, Oracle, lower};
use takens_symbolic::{FieldKind, Function, VectorField};

fn grid(start: f64, step: f64, len: usize) -> TimeGrid {
    TimeGrid::uniform(start, step, len).unwrap()
}

fn run(field: &VectorField, initial: &[f64], grid: &TimeGrid) -> Result<Solution, IntegrateError> {
    sample(field, &[], initial, grid, &dop853())
}

fn dop853() -> Options {
    Options { method: Method::Dop853, ..Options::default() }
}

/// Steps of one length, whatever their error: `(end of the step, state there)`.
fn fixed_steps(field: &VectorField, initial: &[f64], step: f64, count: usize) -> Vec<f64> {
    let options =
        Options { tolerance: 0.1, first_step: Some(step), max_step: Some(step), ..dop853() };
    let propagator = Propagator::new(field, &options).unwrap();
    let mut walk = propagator.walk(&[], initial, 0.0).unwrap();
    for _ in 0..count {
        walk.step().unwrap();
    }
    assert!((walk.time() - step * count as f64).abs() < 1e-12, "no step was refused");
    walk.state().to_vec()
}

/// The rate at which the error falls when the step is halved.
#[track_caller]
fn check_order(errors: [f64; 2], order: f64) {
    let got = (errors[0] / errors[1]).log2();
    assert!((got - order).abs() < 0.1, "order {got}, errors {errors:?}");
}

#[test]
fn the_step_has_order_eight() {
    // A long way at steps well inside the range where the leading term rules.
    let end = 8.0f64;
    let error = |step: f64| {
        let state = fixed_steps(&circle(), &[1.0, 0.0], step, (end / step) as usize);
        (state[0] - end.cos()).hypot(state[1] + end.sin())
    };
    check_order([error(0.25), error(0.125)], 8.0);
}

#[test]
fn the_step_has_order_eight_when_time_enters() {
    let end = 2.0f64;
    let error = |step: f64| {
        let state = fixed_steps(&forced(), &[1.0], step, (end / step) as usize);
        (state[0] - end.sin().exp()).abs()
    };
    check_order([error(0.5), error(0.25)], 8.0);
}

#[test]
fn the_dense_output_has_order_seven() {
    // The greatest error within one step goes as its eighth power.
    let error = |step: f64| {
        let options =
            Options { tolerance: 0.1, first_step: Some(step), max_step: Some(step), ..dop853() };
        let propagator = Propagator::new(&circle(), &options).unwrap();
        let mut walk = propagator.walk(&[], &[1.0, 0.0], 0.0).unwrap();
        walk.step().unwrap();
        let within = |part: u32| {
            let time = step * f64::from(part) / 32.0;
            let mut state = [0.0, 0.0];
            walk.interpolate(time, &mut state);
            (state[0] - time.cos()).hypot(state[1] + time.sin())
        };
        (0..=32).map(within).fold(0.0, f64::max)
    };
    check_order([error(0.5), error(0.25)], 8.0);
}

#[test]
fn interpolation_is_as_good_as_the_steps() {
    let solution = run(&circle(), &[1.0, 0.0], &grid(0.0, 0.01, 10_001)).unwrap();
    for (time, state) in solution.trajectory.grid().iter().zip(solution.trajectory.values().rows())
    {
        assert!((state[0] - time.cos()).abs() < 1e-8, "{time}: {state}");
        assert!((state[1] + time.sin()).abs() < 1e-8, "{time}: {state}");
    }
    assert!(solution.steps < 1000, "{} steps", solution.steps);
}

#[test]
fn steps_do_not_depend_on_the_sampling() {
    let coarse = run(&lorenz(), &[1.0, 1.0, 1.0], &grid(0.0, 10.0, 2)).unwrap();
    let fine = run(&lorenz(), &[1.0, 1.0, 1.0], &grid(0.0, 0.001, 10_001)).unwrap();
    assert_eq!((coarse.steps, coarse.rejected), (fine.steps, fine.rejected));
    assert_eq!(coarse.trajectory.values().row(1), fine.trajectory.values().row(10_000));
}

#[test]
fn every_way_gives_the_same_bits() {
    let times = TimeGrid::explicit(vec![0.0, 0.3, 0.31, 7.0]).unwrap();
    let cases = [
        (lorenz(), vec![1.0, 2.0, 3.0]),
        (forced(), vec![0.5]),
        (lorenz96(7), vec![0.1, 8.0, 3.0, 1.0, 0.0, 0.0, 2.0]),
    ];
    for (field, initial) in cases {
        let jit = run(&field, &initial, &times).unwrap();
        let options = Options { engine: EngineChoice::Oracle, ..dop853() };
        let oracle = sample(&field, &[], &initial, &times, &options).unwrap();
        assert_eq!(jit, oracle);
        let rhs: Arc<dyn Engine> = Arc::new(Oracle::new(lower(&field)));
        let staged = Propagator::from_engine(rhs, field.states.clone(), &options).unwrap();
        assert_eq!(jit, staged.sample(&[], &initial, &times).unwrap());
    }
}

#[test]
fn the_bits_stay_when_the_step_is_fused_on_the_way() {
    // Some 80000 steps: the loops hand over to the program long before the end.
    let times = grid(0.0, 0.7, 1500);
    let jit = run(&lorenz(), &[1.0, 2.0, 3.0], &times).unwrap();
    let rhs: Arc<dyn Engine> = Arc::new(Oracle::new(lower(&lorenz())));
    let names = lorenz().states;
    let staged = Propagator::from_engine(rhs, names, &dop853()).unwrap();
    assert_eq!(jit, staged.sample(&[], &[1.0, 2.0, 3.0], &times).unwrap());
}

#[test]
fn large_systems_take_the_other_way() {
    let initial: Vec<f64> = (0..300).map(|i| 8.0 + 0.01 * f64::from(i % 7)).collect();
    let solution = run(&lorenz96(300), &initial, &grid(0.0, 0.5, 3)).unwrap();
    assert!(solution.trajectory.values().iter().all(|x| x.is_finite() && x.abs() < 20.0));
}

#[test]
fn time_does_not_drift() {
    // The phase of a forced system after many steps is that of the clock.
    let field = field(FieldKind::Flow, 1, |g, t, _| vec![g.call(Function::Cos, &[t])]);
    let solution = run(&field, &[0.0], &grid(1e6, 1e4, 2)).unwrap();
    let want = 1.01e6f64.sin() - 1e6f64.sin();
    assert!((solution.trajectory.values()[[1, 0]] - want).abs() < 1e-7);
}

#[test]
fn small_systems_are_computed_as_well_as_large_ones() {
    let solution = run(&circle(), &[1e-12, 0.0], &grid(0.0, 1.0, 11)).unwrap();
    let error = solution.trajectory.values()[[10, 0]] - 1e-12 * 10f64.cos();
    assert!(error.abs() < 1e-20, "{error:e}");
}

#[test]
fn rest_is_no_trouble() {
    let solution = run(&circle(), &[0.0, 0.0], &grid(0.0, 1e6, 3)).unwrap();
    assert_eq!(solution.trajectory.values()[[2, 1]], 0.0);
}

#[track_caller]
fn check_error(result: Result<Solution, IntegrateError>, message: &str) {
    let error = result.expect_err(message).to_string();
    assert!(error.contains(message), "{error}\nshould contain: {message}");
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
    // Growth without an end in time overflows.
    check_error(run(&power(1), &[1.0], &grid(0.0, 1000.0, 2)), "x[0] goes to infinity at t = 70");
}

#[test]
fn a_stall_is_told_with_its_time() {
    // x = sqrt(1 - 2t) reaches zero at 0.5, where the derivative is infinite.
    let sink = field(FieldKind::Flow, 1, |g, _, x| {
        let one = g.one();
        let inverse = g.div(one, x[0]);
        vec![g.neg(inverse)]
    });
    match run(&sink, &[1.0], &grid(0.0, 1.0, 2)) {
        Err(IntegrateError::Stalled { time, .. }) => assert!((time - 0.5).abs() < 1e-9, "{time}"),
        other => panic!("{other:?}"),
    }
}

#[test]
fn arguments_are_checked() {
    let one = grid(0.0, 1.0, 2);
    check_error(run(&circle(), &[1.0], &one), "1 initial values for a state of 2");
    check_error(run(&circle(), &[1.0, f64::NAN], &one), "x[1] is NaN; it must be finite");
    check_error(run(&power(-1), &[0.0], &one), "derivative of x[0] is inf at the initial state");
    check_error(sample(&circle(), &[1.0], &[1.0, 0.0], &one, &dop853()), "1 parameter values");
    for tolerance in [0.0, -1.0, f64::NAN, 1e-16, 1.0] {
        let options = Options { tolerance, ..dop853() };
        check_error(
            sample(&circle(), &[], &[1.0, 0.0], &one, &options),
            "from 1e-14 to 0.1 are accepted",
        );
    }
    let options = Options { max_steps: 3, ..dop853() };
    let long = grid(0.0, 1e3, 2);
    check_error(sample(&circle(), &[], &[1.0, 0.0], &long, &options), "3 steps led to t = ");
    let options = Options { first_step: Some(-1.0), ..dop853() };
    check_error(sample(&circle(), &[], &[1.0, 0.0], &one, &options), "first step is -1");
}

#[test]
fn grids_are_checked() {
    let start = [1.0, 0.0];
    let check = |grid: TimeGrid, message: &str| check_error(run(&circle(), &start, &grid), message);
    check(grid(0.0, 0.01, 1_000_000_000), "at most 134217728 samples");
    check(TimeGrid::Explicit(vec![]), "no instant");
    check(TimeGrid::Explicit(vec![0.0, 2.0, 1.0]), "times must increase");
    check(TimeGrid::Uniform { start: 0.0, step: -1.0, len: 3 }, "must be positive");
    check(grid(1e20, 1.0, 3), "a time step of 1 is lost");
    check(grid(0.0, 1e308, 5), "is lost beside");
}

#[test]
fn one_instant_is_the_start() {
    let solution = run(&circle(), &[1.0, 2.0], &grid(5.0, 1.0, 1)).unwrap();
    assert_eq!(solution.trajectory.values().row(0).to_vec(), [1.0, 2.0]);
    assert_eq!(solution.steps, 0);
}

#[test]
fn outputs_are_observed() {
    let mut field = circle();
    let (x, y) = (field.rhs[0], field.rhs[1]);
    let sum = field.graph.sub(x, y);
    field.outputs = vec![("sum".into(), sum)];
    let solution = run(&field, &[1.0, 0.0], &grid(0.0, 0.5, 4)).unwrap();
    let seen = observe(&field, &[], &solution.trajectory).unwrap();
    let states = solution.trajectory.values();
    assert_eq!(seen.names(), ["sum"]);
    assert_eq!(seen.values()[[3, 0]], states[[3, 1]] + states[[3, 0]]);
    let plain = observe(&circle(), &[], &solution.trajectory).unwrap();
    assert_eq!(plain, solution.trajectory);
}
