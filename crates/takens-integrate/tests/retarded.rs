//! Delay equations by collocation: against 30 digits, known solutions, and DOP853 on the same equations.
#![allow(clippy::excessive_precision, reason = "digits as computed")]

use std::collections::BTreeMap;
use takens_core::TimeGrid;
use takens_dsl::parse_file;
use takens_integrate::{IntegrateError, Method, Options, Solution, sample};
use takens_symbolic::VectorField;

fn field(text: &str) -> VectorField {
    let parsed = parse_file(text);
    assert!(parsed.diagnostics.is_empty(), "{:?}", parsed.diagnostics);
    parsed.systems[0].flatten(&BTreeMap::new()).expect("it flattens").field
}

fn try_run(
    field: &VectorField,
    options: &Options,
    times: &[f64],
) -> Result<Solution, IntegrateError> {
    let parameters = field.default_parameters();
    let initial = field.initial_state(&parameters);
    let grid = TimeGrid::explicit([&[0.0], times].concat()).expect("a grid");
    sample(field, &parameters, &initial, &grid, options)
}

/// The states at `times`, one after the other, and the steps made.
fn run(field: &VectorField, options: &Options, times: &[f64]) -> (Vec<f64>, u64) {
    let solution = try_run(field, options, times).expect("it reaches its end");
    let (values, offset) = (solution.trajectory.into_values(), field.dim());
    (values.into_iter().skip(offset).collect(), solution.steps)
}

fn at(tolerance: f64) -> Options {
    Options { tolerance, ..Options::default() }
}

fn mackey_glass(tau: u32) -> VectorField {
    field(&format!(
        "dde MackeyGlass {{\nparam beta = 0.2, gamma = 0.1, n = 10, tau = {tau}\nstate x = 1.2\n\
         let past = x(t - tau)\nx' = beta*past/(1 + past^n) - gamma*x\n}}\n"
    ))
}

/// Computed with mpmath 1.3 at 50 digits: the method of steps, Taylor polynomials of degree 70 on cells of
/// half a time unit, each from the polynomial one delay before; polynomials of degree 60 on other cells
/// agree to 1e-47.
const TIMES: [f64; 12] =
    [60.0, 60.5, 77.7, 100.0, 123.4, 200.0, 250.25, 300.0, 333.3, 400.0, 444.4, 500.0];
const AT_17: [f64; 12] = [
    0.8290672758934004353922977410585,
    0.8080583707754942545056447278601,
    1.000557936354213703050388272468,
    1.013724016524116660298670429069,
    0.8927600476479265535197278833764,
    1.186718107116468094894930238728,
    1.077213240318635499630309112133,
    1.152515099992761479367975479864,
    0.9484239502818292859194432922922,
    1.233600529007347418238915821898,
    1.139571742851626205805238241696,
    1.063450306915087358732431763014,
];
const AT_18: [f64; 12] = [
    0.9647056083591972048827030283389,
    0.9497504750573494216065967489264,
    0.8299949398586682402807617017383,
    1.290206081025861916152481904754,
    0.4663664665705239645244557818136,
    1.118182188626897750856448888830,
    1.119905377863901065306886984530,
    1.105769009517502982553898350511,
    0.6856533562537685695561289458322,
    1.113623851335112627019350066722,
    1.159725059111889242611819307604,
    1.134052886470116043345065064246,
];

#[track_caller]
fn mackey_glass_meets(tau: u32, truths: &[f64; 12], tolerance: f64, within: f64) {
    let (values, _) = run(&mackey_glass(tau), &at(tolerance), &TIMES);
    let errors = values.iter().zip(truths).map(|(value, truth)| (value - truth).abs());
    let worst = errors.fold(0.0, f64::max);
    assert!(worst < within, "tau = {tau} at {tolerance:e}: {worst:e}");
}

#[test]
fn mackey_glass_meets_thirty_digits() {
    for (tau, truths) in [(17, &AT_17), (18, &AT_18)] {
        mackey_glass_meets(tau, truths, 1e-5, 1e-6);
        mackey_glass_meets(tau, truths, 1e-9, 1e-9);
        mackey_glass_meets(tau, truths, 1e-12, 1e-12);
    }
}

/// `x' = -x(t - tau)` with `tau` a quarter turn and four whole ones: the sine goes on as it was.
fn sine() -> VectorField {
    field(
        "dde Sine {\nparam tau = 26.703537555513241\nstate x\nhistory x(s) = sin(s)\n\
         x' = -x(t - tau)\n}\n",
    )
}

#[test]
fn within_steps_the_order_is_eleven() {
    let field = sine();
    // Not for long: errors, those of rounding too, grow here by 1.1 in each time unit.
    let times: Vec<f64> = (1..1000).map(|i| 0.05 * f64::from(i)).collect();
    let worst = |halvings: i32| {
        let step = 26.703_537_555_513_24 / f64::from(1 << halvings);
        let options = Options { max_step: Some(step), ..at(0.1) };
        let (values, steps) = run(&field, &options, &times);
        assert!(steps as f64 <= 50.0 / step + 1.0, "{steps} steps, not of length {step}");
        let errors = values.iter().zip(&times).map(|(value, time)| (value - time.sin()).abs());
        errors.fold(0.0, f64::max)
    };
    let (coarse, fine) = (worst(3), worst(4));
    let order = (coarse / fine).log2();
    assert!((order - 11.0).abs() < 0.1, "order {order}: {coarse:e}, {fine:e}");
}

#[test]
fn the_ends_of_steps_are_better_than_what_lies_within() {
    let field = sine();
    let step = 26.703_537_555_513_24 / 8.0;
    let options = Options { max_step: Some(step), ..at(0.1) };
    let error = |offset: f64| {
        let times: Vec<f64> = (1..16).map(|i| step * (f64::from(i) + offset)).collect();
        let values = run(&field, &options, &times).0;
        let errors = values.iter().zip(&times).map(|(value, time)| (value - time.sin()).abs());
        errors.fold(0.0, f64::max)
    };
    assert!(error(0.0) < 1e-13 && error(0.1) > 1e-11, "{:e} {:e}", error(0.0), error(0.1));
}

/// Collocation and DOP853, at tolerances a thousand times apart, on one equation.
#[track_caller]
fn both_ways_agree(text: &str, times: &[f64], within: f64) {
    let field = field(text);
    let reference = Options { method: Method::Dop853, ..at(1e-12) };
    let (want, _) = run(&field, &reference, times);
    for engine in [takens_integrate::EngineChoice::Jit, takens_integrate::EngineChoice::Oracle] {
        let (got, steps) = run(&field, &Options { engine, ..at(1e-9) }, times);
        let differences = got.iter().zip(&want).map(|(got, want)| (got - want).abs());
        let worst = differences.fold(0.0, f64::max);
        assert!(worst < within, "{worst:e} after {steps} steps of {text}");
    }
}

#[test]
fn other_equations_agree_with_another_method() {
    let times = [0.3, 1.0, 1.7, 2.5, 3.999, 5.0, 7.1, 10.0, 13.3];
    // Delays that do not divide one another, and the time.
    both_ways_agree(
        "dde Two {\nparam a = 1, b = 2.31\nstate x = 1\n\
         x' = -x(t - 1) + 0.5*sin(x(t - b)) + cos(3*t) - a*x\n}\n",
        &times,
        1e-9,
    );
    // Delays that do.
    both_ways_agree(
        "dde Comb {\nparam a = 0.7\nstate x = 1\nx' = -x(t - a)*x(t - 2*a) + x(t - 3*a)/2\n}\n",
        &times,
        1e-9,
    );
    // The present enters as it likes.
    both_ways_agree(
        "dde Logistic {\nparam r = 1.8\nstate x = 0.5\nx' = r*x*(1 - x(t - 1))\n}\n",
        &times,
        1e-9,
    );
    both_ways_agree(
        "dde Coupled {\nparam w = 2\nstate x = 1\nstate y = 0\n\
         x' = w*y - 0.1*x^3\ny' = -w*x - y*x(t - 1.5)^2 - 0.3*y\n}\n",
        &times,
        1e-9,
    );
    // A history that does not meet the start.
    both_ways_agree(
        "dde Broken {\nstate x = 1\nhistory x(s) = sin(3*s)\nx' = -2*x(t - 1.25) - x\n}\n",
        &times,
        1e-9,
    );
}

#[test]
fn a_jump_in_the_equation_is_closed_in_on() {
    // x' = -sign(x(t - 1)): zigzags of slope one. It starts at 1/2, falls to -1/2 after one unit, and
    // turns one unit after each zero.
    let text = "dde Relay {\nstate x = 0.5\nx' = -sign(x(t - 1))\n}\n";
    let times: Vec<f64> = (1..40).map(|i| 0.25 * f64::from(i)).collect();
    let zigzag = |t: f64| {
        // Down from 1/2 to -1 at t = 3/2, up to 1 at 7/2, and so on with period 4.
        if t < 1.5 { 0.5 - t } else { 1.0 - ((t - 1.5).rem_euclid(4.0) - 2.0).abs() }
    };
    let (values, _) = run(&field(text), &at(1e-9), &times);
    for (value, &time) in values.iter().zip(&times) {
        assert!((value - zigzag(time)).abs() < 1e-8, "at {time}: {value}, {}", zigzag(time));
    }
}

#[test]
fn the_systems_of_the_collection_go_their_way() {
    let text = include_str!("../../../systems.dsl");
    let parsed = parse_file(text);
    let mut seen = 0;
    for system in &parsed.systems {
        let Ok(flat) = system.flatten(&BTreeMap::new()) else { continue };
        if flat.field.delays.is_empty() {
            continue;
        }
        seen += 1;
        let times: Vec<f64> = (1..=40).map(|i| 0.5 * f64::from(i)).collect();
        let (got, _) = run(&flat.field, &at(1e-9), &times);
        let reference = Options { method: Method::Dop853, ..at(1e-11) };
        let (want, _) = run(&flat.field, &reference, &times);
        for ((got, want), time) in got.iter().zip(&want).zip(&times) {
            // Ikeda's delay equation takes errors up a thousandfold on the way.
            let error = (got - want).abs();
            assert!(error < 1e-7 * (1.0 + want.abs()), "{}: {error:e} at {time}", system.name);
        }
    }
    assert!(seen >= 7, "{seen} systems with delays");
}

#[test]
fn what_cannot_be_followed_is_told() {
    let error = |text: &str, options: &Options| {
        try_run(&field(text), options, &[5.0]).expect_err("it fails")
    };
    let log = "dde Log {\nstate x = 1\nhistory x(s) = log(s)\nx' = -x(t - 1)\n}\n";
    let found = error(log, &at(1e-9));
    assert!(matches!(found, IntegrateError::HistoryNotFinite { .. }), "{found}");
    let square = "dde Square {\nstate x = 1\nx' = x^2 + x(t - 1)\n}\n";
    match error(square, &at(1e-9)) {
        IntegrateError::BlowUp { component, time } => {
            // x' = x² + 1 from 1 (up to t = 1): tan(t + π/4).
            assert_eq!(component, "x");
            assert!((time - std::f64::consts::FRAC_PI_4).abs() < 1e-6, "{time}");
        }
        other => panic!("{other}"),
    }
    let few = Options { max_steps: 3, ..at(1e-9) };
    let found = error("dde Few {\nstate x = 1\nx' = -x(t - 1)\n}\n", &few);
    assert!(matches!(found, IntegrateError::MaxSteps { steps: 3, .. }), "{found}");
    let root = "dde Root {\nstate x = -1\nx' = sqrt(x(t - 1))\n}\n";
    let found = error(root, &at(1e-9));
    assert!(matches!(found, IntegrateError::DerivativeNotFinite { .. }), "{found}");
}

#[test]
fn samples_do_not_change_the_steps() {
    let field = mackey_glass(17);
    let times: Vec<f64> = (1..=3000).map(|i| 0.1 * f64::from(i)).collect();
    let (dense, many) = run(&field, &at(1e-9), &times);
    let (end, few) = run(&field, &at(1e-9), &[300.0]);
    assert_eq!(many, few);
    assert_eq!(dense[2999].to_bits(), end[0].to_bits());
}

#[test]
fn exponents_are_what_the_parameters_say() {
    // The same equation, its exponent a parameter of another default, a parameter, and a number.
    let text = |param: &str, power: &str| {
        format!(
            "dde Power {{\n{param}\nstate x = 1.2\nlet past = x(t - 2)\n\
             x' = 2*past/(1 + past^{power}) - x\n}}\n"
        )
    };
    let end = |text: &str, parameters: &[f64]| {
        let grid = TimeGrid::explicit(vec![0.0, 7.0]).unwrap();
        let field = field(text);
        let end = sample(&field, parameters, &[1.2], &grid, &at(1e-12)).unwrap();
        end.trajectory.values()[[1, 0]]
    };
    let number = end(&text("", "9"), &[]);
    assert_eq!(end(&text("param n = 9", "n"), &[9.0]).to_bits(), number.to_bits());
    assert!((end(&text("param n = 5", "n"), &[9.0]) - number).abs() < 1e-12);
    assert!((end(&text("param n = 9", "n"), &[5.0]) - number).abs() > 1e-3);
}
