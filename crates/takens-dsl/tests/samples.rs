//! The samples of the language's description parse, check and flatten.

use std::collections::BTreeMap;
use takens_dsl::{Parsed, System, parse_file, render};

const SAMPLES: &str = include_str!("samples.dsl");

fn parsed() -> Parsed {
    parse_file(SAMPLES)
}

fn system(name: &str) -> System {
    parsed().systems.into_iter().find(|system| system.name == name).expect(name)
}

#[track_caller]
fn dimension(name: &str, want: usize) {
    assert_eq!(system(name).flatten(&BTreeMap::new()).unwrap().field.dim(), want, "{name}");
}

/// The right-hand side at the initial state, at default parameters.
#[track_caller]
fn start(name: &str, want: &[f64]) {
    let flat = system(name).flatten(&BTreeMap::new()).unwrap();
    let parameters = flat.field.default_parameters();
    let state = flat.field.initial_state(&parameters);
    let at_start = |mode: &takens_symbolic::Mode| {
        let bindings = takens_symbolic::Bindings {
            parameters: &parameters,
            ..takens_symbolic::Bindings::default()
        };
        takens_symbolic::evaluate(&flat.field.graph, &[mode.initial], &bindings)[0]
    };
    let modes: Vec<f64> = flat.field.modes.iter().map(at_start).collect();
    let bindings = takens_symbolic::Bindings {
        time: 0.0,
        modes: &modes,
        state: &state,
        parameters: &parameters,
        ..takens_symbolic::Bindings::default()
    };
    let rhs = takens_symbolic::evaluate(&flat.field.graph, &flat.field.rhs, &bindings);
    for (got, want) in rhs.iter().zip(want) {
        assert!((got - want).abs() <= 1e-12 * want.abs().max(1.0), "{name}: {rhs:?}");
    }
    assert_eq!(rhs.len(), want.len(), "{name}");
}

#[test]
fn samples_have_no_faults() {
    let Parsed { systems, diagnostics, .. } = parsed();
    let errors: Vec<_> = diagnostics.iter().filter(|one| one.is_error()).cloned().collect();
    assert!(errors.is_empty(), "{}", render(&errors, "samples.dsl", SAMPLES, false));
    assert_eq!(systems.len(), 20);
}

#[test]
fn samples_flatten() {
    dimension("Lorenz", 3);
    dimension("Lorenz96", 20);
    dimension("Hopfield", 3);
    dimension("Pendulum", 2);
    dimension("Ring", 12);
}

#[test]
fn values_are_those_of_the_equations() {
    let (x, y, z) = (-9.79, -15.04, 20.53);
    start("Lorenz", &[10.0 * (y - x), x * (28.0 - z) - y, x * y - 8.0 / 3.0 * z]);
    start("Henon", &[1.0 - 1.4 * 0.01 + 0.3, 0.3 * 0.1]);
    let slope = -5.0 / 7.0 * 0.7 + (-8.0 / 7.0 + 5.0 / 7.0) / 2.0 * (1.7 - 0.3);
    start("Chua", &[15.6 * (-0.7 - slope), 0.7, 0.0]);
    let h = |x: f64| -x / 2.5;
    start(
        "Hopfield",
        &[
            h(0.0) - 0.1_f64.tanh(),
            h(0.1) - 0.0_f64.tanh() + 0.2_f64.tanh(),
            h(0.2) + 0.0_f64.tanh() - 0.1_f64.tanh(),
        ],
    );
    start("Pendulum", &[0.5, -0.5 - 2.0 * 0.25_f64.sin()]);
    start("DrivenPendulum", &[0.0, 1.15 - 0.1_f64.sin()]);
    start("ColdPendulum", &[0.0, 0.5 - 0.1_f64.sin()]);
    start("Bounce", &[0.0, -9.81]);
    start("Oscillator", &[1.0, -4.0]);
    // Solves q + q^3/2 = x.
    let flat = system("Implicit").flatten(&BTreeMap::new()).unwrap();
    let values = takens_symbolic::evaluate(
        &flat.field.graph,
        &flat.field.rhs,
        &takens_symbolic::Bindings {
            time: 0.0,
            state: &[1.5],
            parameters: &[0.5],
            ..takens_symbolic::Bindings::default()
        },
    );
    assert!((values[0] - 1.0).abs() < 1e-9, "{values:?}");
}

#[test]
fn sizes_follow_the_dimension() {
    let lorenz96 = system("Lorenz96");
    let sizes = lorenz96.size_for_dimension(7).unwrap();
    assert_eq!(sizes, BTreeMap::from([("N".to_owned(), 7)]));
    assert_eq!(lorenz96.flatten(&sizes).unwrap().field.states[6], "x[6]");
    assert_eq!(lorenz96.size_for_dimension(20), Some(BTreeMap::new()));
    assert_eq!(system("Lorenz").size_for_dimension(4), None);
    assert_eq!(system("Ring").size_for_dimension(10).unwrap()["N"], 5);
}

#[test]
fn flat_names_and_shapes_are_those_of_the_declarations() {
    let flat = system("Hopfield").flatten(&BTreeMap::new()).unwrap();
    assert_eq!(flat.field.parameters[5].name, "k[1,2]");
    assert_eq!(flat.shapes[0].shape, [3, 3]);
    assert_eq!((flat.shapes[1].name.as_str(), flat.shapes[1].first), ("tau", 9));
    let pendulum = system("Pendulum").flatten(&BTreeMap::new()).unwrap();
    assert_eq!(pendulum.field.states, ["th", "th_dot"]);
    assert_eq!(pendulum.wraps[0], Some((-std::f64::consts::PI, std::f64::consts::PI)));
    assert_eq!(pendulum.field.outputs[0].0, "energy");
}

#[test]
fn units_are_shown_as_written() {
    let pendulum = system("DrivenPendulum");
    assert_eq!(pendulum.time_unit.as_deref(), Some("s"));
    assert_eq!(pendulum.parameters[2].unit.as_deref(), Some("1/s^2"));
    assert_eq!(pendulum.states[0].unit, None);
    assert_eq!(pendulum.outputs[0].unit.as_deref(), Some("1/s^2"));
}

#[test]
fn what_is_extended_keeps_its_order() {
    let cold = system("ColdPendulum");
    let names = |system: &System| -> Vec<String> {
        system.parameters.iter().map(|one| one.name.clone()).collect()
    };
    assert_eq!(names(&cold), names(&system("DrivenPendulum")));
    assert_eq!(cold.parameters[2].unit.as_deref(), Some("1/s^2"));
    assert_eq!(cold.parameters[2].range, None);
    assert_eq!(cold.states.len(), 2);
    assert_eq!(cold.outputs.len(), 2);
}

#[test]
fn events_and_modes_become_those_of_the_field() {
    use takens_symbolic::{Direction, Target};
    let field = system("Bounce").flatten(&BTreeMap::new()).unwrap().field;
    assert_eq!(field.modes.len(), 1);
    assert_eq!(field.events.len(), 1);
    assert_eq!(field.events[0].direction, Direction::Falling);
    let targets: Vec<Target> = field.events[0].assignments.iter().map(|one| one.0).collect();
    assert_eq!(targets, [Target::State(1), Target::Mode(0)]);
    let spikes = system("Spikes").flatten(&BTreeMap::new()).unwrap().field;
    let names: Vec<&str> = spikes.events.iter().map(|one| one.name.as_str()).collect();
    assert_eq!(names, ["spike[0]", "spike[1]", "spike[2]"]);
    assert_eq!(spikes.events[2].assignments[1].0, Target::State(5));
    assert_eq!(spikes.modes[1].name, "count[1]");
}

#[test]
fn defaults_follow_overridden_parameters() {
    let flat = system("Ring").flatten(&BTreeMap::new()).unwrap();
    let names: Vec<&str> = flat.field.parameters.iter().map(|one| one.name.as_str()).collect();
    let place = |name| names.iter().position(|one| *one == name).unwrap();
    let mut overrides = vec![None; names.len()];
    assert_eq!(flat.field.parameter_values(&overrides)[place("twice")], 2.0);
    overrides[place("k")] = Some(5.0);
    assert_eq!(flat.field.parameter_values(&overrides)[place("twice")], 10.0);
    assert_eq!(flat.field.default_parameters()[place("w[3]")], 1.75);
}

#[test]
fn meta_known_and_sample_are_read() {
    let lorenz = system("Lorenz");
    assert_eq!(lorenz.meta.field.as_deref(), Some("fluid dynamics"));
    assert_eq!(lorenz.meta.tags.len(), 3);
    assert_eq!(lorenz.sample.period, Some(1.5008));
    assert_eq!(lorenz.known[0].values.as_deref(), Some(&[0.9056, 0.0, -14.5723][..]));
    assert_eq!(lorenz.known[0].tolerances, [5e-4, 1e-4, 5e-4]);
    assert_eq!(lorenz.known[1].values, Some(vec![-(11.0 + 8.0 / 3.0)]));
    assert_eq!(lorenz.doc, "Convection rolls between two plates.");
    assert_eq!(lorenz.parameters[0].doc, "Prandtl number");
    assert_eq!(lorenz.parameters[2].default, "8/3");
    assert!(!lorenz.parameters[1].range.as_ref().unwrap().low_closed);
}

#[test]
fn sums_of_literals_are_whole_numbers() {
    let text = "ode A {\n index i in 0..4-1\n state v[i] = i\n v[i]' = -v[2 - 1] + sum(j in 1..4-1)(v[j])\n}";
    let parsed = parse_file(text);
    assert_eq!(parsed.diagnostics, []);
    let field = parsed.systems[0].flatten(&BTreeMap::new()).unwrap().field;
    assert_eq!(field.states, ["v[0]", "v[1]", "v[2]"]);
}
