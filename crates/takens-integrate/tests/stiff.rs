//! Stiff flows: order, stability, reference solutions, and the integrator that is chosen for them.

mod common;

use common::{circle, lorenz, power};
use takens_core::TimeGrid;
use takens_dsl::parse_file;
use takens_integrate::{EngineChoice, IntegrateError, Method, Options, Propagator, Solution};
use takens_symbolic::{FieldKind, VectorField};

fn defined(text: &str) -> VectorField {
    let parsed = parse_file(text);
    assert!(parsed.diagnostics.is_empty(), "{:?}", parsed.diagnostics);
    parsed.systems[0].flatten(&Default::default()).expect("a sound system").field
}

fn van_der_pol() -> VectorField {
    defined("ode V { state x = 2, y = 0\n x' = y\n y' = 1000*(1 - x^2)*y - x }\n")
}

fn robertson() -> VectorField {
    defined(
        "ode R { state a = 1, b = 0, c = 0\n a' = 1e4*b*c - 0.04*a\n\
         b' = 0.04*a - 1e4*b*c - 3e7*b^2\n c' = 3e7*b^2 }\n",
    )
}

/// States at 2000 and at 1e5, to 28 digits and more.
///
/// Computed by Radau IIA of 16 and of 20 stages in 45 digits, at tolerances of 1e-24 and 1e-26; the
/// digits in which the two agree.
#[allow(clippy::excessive_precision, reason = "the digits that are known")]
const VAN_DER_POL: [f64; 2] =
    [1.706_167_732_170_465_008_478_187_592_4, -8.928_097_010_248_165_477_786_030e-4];
#[allow(clippy::excessive_precision, reason = "the digits that are known")]
const ROBERTSON: [f64; 3] = [
    0.017_865_921_142_099_464_965_285_507_435_976,
    7.274_751_468_436_318_770_766_370_539_2e-8,
    0.982_134_006_110_385_350_671_526_784_900_31,
];

fn options(method: Method, tolerance: f64) -> Options {
    Options { method, tolerance, ..Options::default() }
}

fn to(
    field: &VectorField,
    initial: &[f64],
    end: f64,
    options: &Options,
) -> Result<Solution, IntegrateError> {
    let grid = TimeGrid::explicit(vec![0.0, end]).unwrap();
    Propagator::new(field, options)?.sample(&[], initial, &grid)
}

fn last(solution: &Solution) -> Vec<f64> {
    let values = solution.trajectory.values();
    values.row(values.nrows() - 1).to_vec()
}

/// The distance from `want` in units of its length.
fn error(got: &[f64], want: &[f64]) -> f64 {
    let length = |x: &mut dyn Iterator<Item = f64>| x.map(|x| x * x).sum::<f64>().sqrt();
    length(&mut got.iter().zip(want).map(|(got, want)| got - want))
        / length(&mut want.iter().copied())
}

/// The state at `end` after `count` steps of one length.
#[track_caller]
fn in_steps(
    field: &VectorField,
    initial: &[f64],
    end: f64,
    count: u64,
    tolerance: f64,
) -> Vec<f64> {
    let step = end / count as f64;
    let options = Options {
        first_step: Some(step),
        max_step: Some(step),
        ..options(Method::Radau5, tolerance)
    };
    let solution = to(field, initial, end, &options).unwrap();
    assert_eq!((solution.steps, solution.rejected), (count, 0), "steps of one length");
    last(&solution)
}

#[track_caller]
fn check_order(errors: [f64; 2], order: f64) {
    let got = (errors[0] / errors[1]).log2();
    assert!((got - order).abs() < 0.1, "order {got}, errors {errors:?}");
}

#[test]
fn the_step_has_order_five() {
    let end = 4.0f64;
    let at = |count| {
        let state = in_steps(&circle(), &[1.0, 0.0], end, count, 0.1);
        (state[0] - end.cos()).hypot(state[1] + end.sin())
    };
    check_order([at(16), at(32)], 5.0);
}

#[test]
fn the_polynomial_between_steps_has_order_three() {
    // The greatest error within one step goes as its fourth power.
    let within = |step: f64| {
        let times: Vec<f64> = (0..20).map(|i| f64::from(i) / 20.0 * step).collect();
        let options = Options { first_step: Some(step), ..options(Method::Radau5, 0.1) };
        let propagator = Propagator::new(&circle(), &options).unwrap();
        let grid = TimeGrid::explicit(times).unwrap();
        let solution = propagator.sample(&[], &[1.0, 0.0], &grid).unwrap();
        assert_eq!(solution.steps, 1);
        let values = solution.trajectory.values();
        let states = values.rows().into_iter().zip(grid.iter());
        states.map(|(x, t)| (x[0] - t.cos()).hypot(x[1] + t.sin())).fold(0.0, f64::max)
    };
    check_order([within(0.2), within(0.1)], 4.0);
}

#[test]
fn a_stiff_rate_does_not_shorten_the_steps() {
    // Prothero and Robinson: x = cos t, whatever the rate with which others come to it.
    for rate in [1e2, 1e4, 1e6, 1e10] {
        let field =
            defined(&format!("ode P {{ state x = 1\n x' = -{rate}*(x - cos(t)) - sin(t) }}\n"));
        let state = in_steps(&field, &[1.0], 10.0, 100, 0.01);
        assert!((state[0] - 10.0f64.cos()).abs() < 1e-6, "{rate}: {state:?}");
        // From beside, the state comes to it as well.
        let solution = to(&field, &[2.0], 10.0, &options(Method::Radau5, 1e-6)).unwrap();
        assert!((last(&solution)[0] - 10.0f64.cos()).abs() < 1e-6, "{rate}: {solution:?}");
        assert!(solution.steps < 400, "{rate}: {} steps", solution.steps);
    }
}

/// Runs a reference problem; gives the work.
#[track_caller]
fn reference(
    field: &VectorField,
    end: f64,
    want: &[f64],
    options: &Options,
    most: f64,
) -> Solution {
    let mut initial = vec![0.0; want.len()];
    initial[0] = if want.len() == 2 { 2.0 } else { 1.0 };
    let solution = to(field, &initial, end, options).unwrap();
    let error = error(&last(&solution), want);
    eprintln!(
        "{} {:e}: error {error:.1e}, {} steps ({} stiff), {} refused, {} evaluations",
        options.method,
        options.tolerance,
        solution.steps,
        solution.stiff_steps,
        solution.rejected,
        solution.evaluations
    );
    assert!(error < most, "error {error}");
    solution
}

#[test]
fn van_der_pol_and_robertson_end_where_they_should() {
    for method in [Method::Radau5, Method::Auto] {
        for (tolerance, most) in [(1e-4, 1e-2), (1e-6, 1e-4), (1e-8, 1e-6), (1e-10, 1e-8)] {
            let options = options(method, tolerance);
            let solution = reference(&van_der_pol(), 2000.0, &VAN_DER_POL, &options, most);
            assert!(solution.stiff_steps >= 40, "{}", solution.stiff_steps);
            let solution = reference(&robertson(), 1e5, &ROBERTSON, &options, most);
            assert!(solution.stiff_steps >= 40, "{}", solution.stiff_steps);
        }
    }
}

#[test]
fn both_engines_give_the_same_bits() {
    let run = |engine| {
        let options = Options { engine, ..options(Method::Auto, 1e-6) };
        to(&robertson(), &[1.0, 0.0, 0.0], 1e5, &options).unwrap()
    };
    assert_eq!(run(EngineChoice::Oracle), run(EngineChoice::Jit));
}

#[test]
fn a_flow_that_is_not_stiff_stays_with_the_explicit_integrator() {
    for tolerance in [1e-3, 1e-6, 1e-8] {
        let auto =
            to(&lorenz(), &[1.0, 1.0, 1.0], 100.0, &options(Method::Auto, tolerance)).unwrap();
        let explicit = options(Method::Dop853, tolerance);
        let explicit = to(&lorenz(), &[1.0, 1.0, 1.0], 100.0, &explicit).unwrap();
        assert_eq!(auto.trajectory, explicit.trajectory);
        assert_eq!(auto.method, "auto (dop853)");
    }
}

#[test]
fn a_diffusing_chain_is_stiff_and_decays() {
    // The slowest mode of 40 masses between walls decays with 2·(1 - cos(π/41))·1e4.
    let n = 40;
    let field = common::field(FieldKind::Flow, n, |g, _, x| {
        let rate = g.integer(10_000);
        (0..n)
            .map(|i| {
                let zero = g.zero();
                let left = if i == 0 { zero } else { x[i - 1] };
                let right = if i + 1 == n { zero } else { x[i + 1] };
                let sum = g.add(left, right);
                let two = g.integer(2);
                let twice = g.mul(two, x[i]);
                let bend = g.sub(sum, twice);
                g.mul(rate, bend)
            })
            .collect()
    });
    let mode = |i: usize| (std::f64::consts::PI * (i + 1) as f64 / (n + 1) as f64).sin();
    let initial: Vec<f64> = (0..n).map(|i| mode(i) + if i % 2 == 0 { 0.1 } else { -0.1 }).collect();
    let rate = 2e4 * (1.0 - (std::f64::consts::PI / (n + 1) as f64).cos());
    let end = 0.05;
    for method in [Method::Radau5, Method::Auto] {
        let solution = to(&field, &initial, end, &options(method, 1e-6)).unwrap();
        // The high modes are gone; what the saw tooth had of the lowest is not.
        let share = |state: &[f64]| state.iter().enumerate().map(|(i, x)| x * mode(i)).sum::<f64>();
        let want = share(&initial) * (-rate * end).exp();
        let got = share(&last(&solution));
        assert!((got - want).abs() < 1e-5 * want, "{method}: {got} {want}");
        assert!(solution.stiff_steps > 0 && solution.steps < 600, "{method}: {solution:?}");
    }
}

#[test]
fn an_implicit_step_ends_as_an_explicit_one_does() {
    let run = |field: &VectorField, initial: &[f64], end| {
        to(field, initial, end, &options(Method::Radau5, 1e-6)).unwrap_err()
    };
    match run(&power(2), &[1.0], 2.0) {
        IntegrateError::BlowUp { time, .. } => assert!((time - 1.0).abs() < 1e-3, "{time}"),
        other => panic!("{other}"),
    }
    // x = (1 - t)^(1/2) has no slope at 1 and no value beyond.
    let field = defined("ode S { state x = 1\n x' = -1/(2*x) }\n");
    match run(&field, &[1.0], 2.0) {
        IntegrateError::Stalled { time, .. } => assert!((time - 1.0).abs() < 1e-3, "{time}"),
        other => panic!("{other}"),
    }
    let field = defined("ode L { state x = 1\n x' = log(x) - 1 }\n");
    assert!(matches!(run(&field, &[1.0], 5.0), IntegrateError::Stalled { .. }));
    assert!(matches!(run(&field, &[-1.0], 5.0), IntegrateError::DerivativeNotFinite { .. }));
    let few = Options { max_steps: 20, ..options(Method::Radau5, 1e-6) };
    let error = to(&van_der_pol(), &[2.0, 0.0], 2000.0, &few).unwrap_err();
    assert!(matches!(error, IntegrateError::MaxSteps { steps: 20, .. }), "{error}");
}

#[test]
fn an_end_out_of_reach_is_told_at_once() {
    for method in [Method::Dop853, Method::Auto, Method::Radau5] {
        let error = to(&lorenz(), &[1.0, 1.0, 1.0], 1e300, &options(method, 1e-6)).unwrap_err();
        assert!(matches!(error, IntegrateError::TooFar { .. }), "{method}: {error}");
    }
}

/// Flows of the collection of which Radau IIA makes the better part.
const STIFF: [&str; 1] = ["SwiftHohenbergRing"];

#[test]
fn what_is_stiff_in_the_collection_is_found_and_the_search_costs_little() {
    let parsed = parse_file(include_str!("../../../systems.dsl"));
    let mut found = Vec::new();
    for system in &parsed.systems {
        let field = system.flatten(&Default::default()).expect("a sound system").field;
        let plain = field.delays.is_empty() && field.events.is_empty() && field.modes.is_empty();
        if field.kind != FieldKind::Flow || !plain || !field.noise.names.is_empty() {
            continue;
        }
        let parameters = field.default_parameters();
        let initial = field.initial_state(&parameters);
        let end = 10.0 * system.sample.period.unwrap_or(1.0);
        let grid = TimeGrid::explicit(vec![0.0, end]).unwrap();
        let run = |method| {
            let propagator = Propagator::new(&field, &options(method, 1e-6)).unwrap();
            propagator.sample(&parameters, &initial, &grid)
        };
        let (Ok(auto), Ok(explicit)) = (run(Method::Auto), run(Method::Dop853)) else { continue };
        if auto.stiff_steps > 0 {
            eprintln!(
                "{}: {} steps, {} stiff; by dop853 {}",
                system.name, auto.steps, auto.stiff_steps, explicit.steps
            );
        }
        let most = explicit.evaluations + explicit.evaluations / 4 + 1000;
        assert!(auto.evaluations < most, "{}: {auto:?}", system.name);
        if 2 * auto.steps < explicit.steps {
            found.push(system.name.as_str());
        }
    }
    assert_eq!(found, STIFF);
}
