//! Delays, events and noise, on problems with known solutions.

use takens_core::TimeGrid;
use takens_integrate::{IntegrateError, Options, Propagator, Solution, sample};
use takens_symbolic::{
    Delay, Direction, Event, ExprId, Graph, Mode, Noise, Parameter, Rational, Symbol, Target,
    VectorField,
};

fn exact(graph: &mut Graph, numer: i64, denom: i64) -> ExprId {
    graph.number(Rational::new(numer.into(), denom.into()))
}

fn with_parameters(field: &mut VectorField, values: &[(&str, i64, i64)]) {
    for &(name, numer, denom) in values {
        let default = exact(&mut field.graph, numer, denom);
        field.parameters.push(Parameter { name: name.into(), default, range: None });
    }
}

/// `x' = -x(t - tau)`, `x = 1` before the start.
fn decay_of_the_past() -> VectorField {
    let mut field = VectorField { states: vec!["x".into()], ..VectorField::default() };
    with_parameters(&mut field, &[("tau", 1, 1)]);
    let lag = field.graph.symbol(Symbol::Parameter(0));
    field.delays.push(Delay { name: "x(t - tau)".into(), state: 0, lag });
    let delayed = field.graph.symbol(Symbol::Delayed(0));
    field.rhs = vec![field.graph.neg(delayed)];
    field.initial = vec![field.graph.one()];
    field.history = field.initial.clone();
    field
}

fn run(field: &VectorField, tolerance: f64, grid: &TimeGrid) -> Result<Solution, IntegrateError> {
    let parameters = field.default_parameters();
    let initial = field.initial_state(&parameters);
    let options = Options { tolerance, ..Options::default() };
    sample(field, &parameters, &initial, grid, &options)
}

/// The solution of [`decay_of_the_past`]: `Σ (-1)^k (t - (k-1))^k / k!` over `k <= t + 1`.
fn decay(t: f64) -> f64 {
    let (mut sum, mut factorial) = (1.0, 1.0);
    for k in 1..=(t.floor() as i32 + 1) {
        factorial *= f64::from(k);
        sum += (-1.0_f64).powi(k) * (t - f64::from(k - 1)).powi(k) / factorial;
    }
    sum
}

#[test]
fn the_method_of_steps_meets_the_known_solution() {
    let grid = TimeGrid::uniform(0.0, 0.0625, 161).unwrap();
    let solution = run(&decay_of_the_past(), 1e-9, &grid).unwrap();
    for (time, state) in grid.iter().zip(solution.trajectory.values().rows()) {
        assert!((state[0] - decay(time)).abs() < 1e-11, "at {time}: {} {}", state[0], decay(time));
    }
    assert!(solution.steps < 200, "{}", solution.steps);
}

#[test]
fn a_history_that_jumps_at_the_start_is_seen_on_its_own_side() {
    // The history is sin(t), the start 1: on [0, 1] the derivative is -sin(t - 1).
    let mut field = decay_of_the_past();
    let t = field.graph.symbol(Symbol::Time);
    field.history = vec![field.graph.call(takens_symbolic::Function::Sin, &[t])];
    let grid = TimeGrid::uniform(0.0, 0.25, 9).unwrap();
    let solution = run(&field, 1e-9, &grid).unwrap();
    let first = |t: f64| 1.0 + (t - 1.0).cos() - 1.0_f64.cos();
    let constant = first(1.0) + 1.0_f64.cos() * 0.0;
    for (time, state) in grid.iter().zip(solution.trajectory.values().rows()) {
        let truth = if time <= 1.0 {
            first(time)
        } else {
            // x' = -(1 + cos(t - 2) - cos 1)
            let s = time - 1.0;
            constant - ((1.0 - 1.0_f64.cos()) * s + (time - 2.0).sin() + 1.0_f64.sin())
        };
        assert!((state[0] - truth).abs() < 1e-11, "at {time}: {} {truth}", state[0]);
    }
    assert!(solution.rejected < 5, "{} refused", solution.rejected);
}

#[test]
fn a_long_transient_keeps_the_past() {
    let field = decay_of_the_past();
    let propagator = Propagator::new(&field, &Options::default()).unwrap();
    let late = TimeGrid::uniform(5.0, 0.5, 3).unwrap();
    let solution = propagator.sample_from(&[1.0], &[1.0], 0.0, &late).unwrap();
    for (time, state) in late.iter().zip(solution.trajectory.values().rows()) {
        assert!((state[0] - decay(time)).abs() < 1e-11);
    }
}

#[test]
fn delays_that_are_none_are_refused() {
    let field = decay_of_the_past();
    let propagator = Propagator::new(&field, &Options::default()).unwrap();
    let grid = TimeGrid::uniform(0.0, 0.5, 3).unwrap();
    for lag in [0.0, -1.0] {
        let error = propagator.sample(&[lag], &[1.0], &grid).unwrap_err();
        assert!(matches!(error, IntegrateError::DelayNotPositive { .. }), "{error}");
    }
    let error = propagator.sample(&[f64::NAN], &[1.0], &grid).unwrap_err();
    assert!(matches!(error, IntegrateError::ParameterNotFinite { .. }), "{error}");
}

/// A ball of height `y` and speed `v`, in unit gravity, that keeps the part `r` of its speed; a mode
/// counts the bounces.
fn ball() -> VectorField {
    let states = vec!["y".into(), "v".into()];
    let mut field = VectorField { states, ..VectorField::default() };
    with_parameters(&mut field, &[("r", 1, 2)]);
    let graph = &mut field.graph;
    let (y, v) = (graph.symbol(Symbol::State(0)), graph.symbol(Symbol::State(1)));
    let (r, bounces) = (graph.symbol(Symbol::Parameter(0)), graph.symbol(Symbol::Mode(0)));
    let one = graph.one();
    field.rhs = vec![v, graph.neg(one)];
    field.initial = vec![one, graph.zero()];
    let back = graph.mul(r, v);
    let assignments = vec![
        (Target::State(1), graph.neg(back)),
        (Target::Mode(0), graph.add(bounces, one)),
        (Target::State(0), graph.zero()),
    ];
    field.modes.push(Mode { name: "bounces".into(), initial: graph.zero() });
    let direction = Direction::Falling;
    field.events.push(Event { name: "bounce".into(), when: y, direction, assignments });
    field
}

#[test]
fn a_ball_bounces_when_it_should() {
    let field = ball();
    // It falls for sqrt(2), then flies for 2 · sqrt(2) · r^k.
    let fall = 2.0_f64.sqrt();
    let grid =
        TimeGrid::explicit(vec![0.0, fall + 0.25, fall * 2.0 + 0.25, fall * 2.5 + 0.1]).unwrap();
    let rows = run(&field, 1e-9, &grid).unwrap().trajectory.into_values();
    let flight = |speed: f64, since: f64| speed * since - since * since / 2.0;
    let truths = [1.0, flight(fall / 2.0, 0.25), flight(fall / 4.0, 0.25), flight(fall / 8.0, 0.1)];
    for (row, truth) in rows.rows().into_iter().zip(truths) {
        assert!((row[0] - truth).abs() < 1e-10, "{row} {truth}");
    }
}

#[test]
fn a_ball_that_comes_to_rest_is_an_error_with_its_time() {
    let grid = TimeGrid::explicit(vec![0.0, 10.0]).unwrap();
    match run(&ball(), 1e-9, &grid).unwrap_err() {
        IntegrateError::EventsAccumulate { event, time } => {
            assert_eq!(event, "bounce");
            assert!((time - 3.0 * 2.0_f64.sqrt()).abs() < 1e-7, "{time}");
        }
        other => panic!("{other}"),
    }
}

#[test]
fn an_event_of_either_direction_does_not_see_its_own_jump() {
    let mut field = ball();
    field.events[0].direction = Direction::Any;
    let fall = 2.0_f64.sqrt();
    let grid = TimeGrid::explicit(vec![0.0, fall * 2.0 + 0.25]).unwrap();
    let rows = run(&field, 1e-9, &grid).unwrap().trajectory.into_values();
    assert!((rows[[1, 0]] - (fall / 4.0 * 0.25 - 0.03125)).abs() < 1e-10, "{rows}");
}

/// `dx = a x dt + b x dW`, whose solution is `exp((a - b²/2) t + b W)`.
fn geometric() -> VectorField {
    let mut field = VectorField { states: vec!["x".into()], ..VectorField::default() };
    with_parameters(&mut field, &[("a", 1, 2), ("b", 3, 4)]);
    let graph = &mut field.graph;
    let x = graph.symbol(Symbol::State(0));
    let (a, b) = (graph.symbol(Symbol::Parameter(0)), graph.symbol(Symbol::Parameter(1)));
    field.rhs = vec![graph.mul(a, x)];
    field.initial = vec![graph.one()];
    let coefficient = graph.mul(b, x);
    field.noise = Noise { names: vec!["w".into()], terms: vec![vec![(0, coefficient)]] };
    field
}

#[test]
fn milstein_is_of_strong_order_one_on_one_path() {
    let field = geometric();
    // The same path at every step: what differs is the error of the method.
    let end = |seed: u64, step: f64| {
        let options = Options { seed, max_step: Some(step), ..Options::default() };
        let grid = TimeGrid::explicit(vec![0.0, 1.0]).unwrap();
        let parameters = field.default_parameters();
        let solution = sample(&field, &parameters, &[1.0], &grid, &options).unwrap();
        solution.trajectory.values()[[1, 0]]
    };
    let mean = |step: f64| {
        let errors = (0..64).map(|seed| (end(seed, step) - end(seed, 1.0 / 4096.0)).abs());
        errors.sum::<f64>() / 64.0
    };
    let (coarse, fine) = (mean(1.0 / 16.0), mean(1.0 / 128.0));
    let order = (coarse / fine).log2() / 3.0;
    assert!((order - 1.0).abs() < 0.15, "order {order}: {coarse} {fine}");
}

#[test]
fn paths_differ_by_seed_and_have_the_right_moments() {
    // x = exp((a - b²/2) t + b W): the mean of log x at t = 1 is a - b²/2, its variance b².
    let field = geometric();
    let grid = TimeGrid::explicit(vec![0.0, 1.0]).unwrap();
    let logs: Vec<f64> = (0..400)
        .map(|seed| {
            let options = Options { seed, max_step: Some(1.0 / 256.0), ..Options::default() };
            let start = field.default_parameters();
            let solution = sample(&field, &start, &[1.0], &grid, &options).unwrap();
            solution.trajectory.values()[[1, 0]].ln()
        })
        .collect();
    let mean = logs.iter().sum::<f64>() / 400.0;
    let variance = logs.iter().map(|x| (x - mean) * (x - mean)).sum::<f64>() / 399.0;
    let (drift, spread) = (0.5 - 0.75 * 0.75 / 2.0, 0.75 * 0.75);
    // Four standard errors of each.
    assert!((mean - drift).abs() < 4.0 * 0.75 / 20.0, "{mean}");
    assert!((variance / spread - 1.0).abs() < 4.0 * (2.0_f64 / 400.0).sqrt(), "{variance}");
}
