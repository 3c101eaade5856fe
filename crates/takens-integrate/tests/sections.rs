//! Poincaré sections, on motions whose crossings are known.

use takens_integrate::{Crossings, IntegrateError, Options, Section, crossings};
use takens_symbolic::{Delay, Direction, FieldKind, Symbol, VectorField};

/// `x' = y`, `y' = -x`, from `(0, 1)`: `x` is the sine of time.
fn circle() -> VectorField {
    let mut field = VectorField { states: vec!["x".into(), "y".into()], ..VectorField::default() };
    let [x, y] = [0, 1].map(|place| field.graph.symbol(Symbol::State(place)));
    let back = field.graph.neg(x);
    field.rhs = vec![y, back];
    field.initial = vec![field.graph.zero(), field.graph.one()];
    field
}

/// Where `x` crosses `level` of the circle.
fn cross(
    field: &VectorField,
    direction: Direction,
    count: usize,
    (from, until): (f64, f64),
) -> Result<Crossings, IntegrateError> {
    let mut field = field.clone();
    let x = field.graph.symbol(Symbol::State(0));
    let half = field.graph.number(takens_symbolic::Rational::new(1.into(), 2.into()));
    let level = field.graph.sub(x, half);
    let section = Section { level, direction, count, from, until };
    let options = Options { tolerance: 1e-10, ..Options::default() };
    crossings(&field, &[], &[0.0, 1.0], &section, &options)
}

const RISE: f64 = std::f64::consts::FRAC_PI_6;
const TURN: f64 = std::f64::consts::TAU;

#[track_caller]
fn check(direction: Direction, times: &[f64], from: f64) {
    let found = cross(&circle(), direction, times.len(), (from, 100.0)).unwrap();
    let grid = found.trajectory.grid();
    for (index, (time, state)) in grid.iter().zip(found.trajectory.values().rows()).enumerate() {
        assert!((time - times[index]).abs() < 1e-10, "{time}, not {}", times[index]);
        assert!((state[0] - 0.5).abs() < 1e-14, "{state}");
        assert!((state[1] - times[index].cos()).abs() < 1e-10, "{state}");
    }
}

#[test]
fn crossings_are_where_they_should_be() {
    let fall = std::f64::consts::PI - RISE;
    check(Direction::Rising, &[RISE, RISE + TURN, RISE + 2.0 * TURN], 0.0);
    check(Direction::Falling, &[fall, fall + TURN], 0.0);
    check(Direction::Any, &[RISE, fall, RISE + TURN, fall + TURN], 0.0);
    check(Direction::Any, &[fall, RISE + TURN], 1.0);
}

#[test]
fn a_delay_crosses_too() {
    // `x' = -x(t - pi/2)` with a past that is a sine goes on as one.
    let mut field = VectorField { states: vec!["x".into()], ..VectorField::default() };
    let (pi, two) = (field.graph.pi(), field.graph.integer(2));
    let lag = field.graph.div(pi, two);
    field.delays.push(Delay { name: "x(t - tau)".into(), state: 0, lag });
    let delayed = field.graph.symbol(Symbol::Delayed(0));
    field.rhs = vec![field.graph.neg(delayed)];
    field.initial = vec![field.graph.zero()];
    let time = field.graph.symbol(Symbol::Time);
    field.history = vec![field.graph.call(takens_symbolic::Function::Sin, &[time])];
    let x = field.graph.symbol(Symbol::State(0));
    let section =
        Section { level: x, direction: Direction::Falling, count: 3, from: 0.1, until: 100.0 };
    let options = Options { tolerance: 1e-10, ..Options::default() };
    let found = crossings(&field, &[], &[0.0], &section, &options).unwrap();
    for (turn, time) in found.trajectory.grid().iter().enumerate() {
        let wanted = std::f64::consts::PI + TURN * turn as f64;
        assert!((time - wanted).abs() < 1e-8, "{time}, not {wanted}");
    }
}

#[test]
fn what_has_no_section_says_so() {
    let few = cross(&circle(), Direction::Rising, 5, (0.0, 10.0)).unwrap_err();
    assert!(
        matches!(few, IntegrateError::TooFewCrossings { found: 2, wanted: 5, time: 10.0 }),
        "{few}"
    );
    let map = VectorField { kind: FieldKind::Map, ..circle() };
    let refused = cross(&map, Direction::Any, 1, (0.0, 10.0)).unwrap_err();
    assert!(refused.to_string().contains("a map"), "{refused}");
    let far = cross(&circle(), Direction::Rising, 1_000_000_000, (0.0, 1e300)).unwrap_err();
    assert!(matches!(far, IntegrateError::TooFar { .. }), "{far}");
}
