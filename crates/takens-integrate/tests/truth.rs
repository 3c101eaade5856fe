//! The truth against solutions in closed form.

mod common;

use common::{circle, field, henon};
use takens_core::{DoubleDouble, TimeGrid};
use takens_integrate::{NoTruth, Truth};
use takens_kernel::{DoubleDoubles, Oracle, Rationals, lower_exact, sure};
use takens_symbolic::{
    Compare, Derivatives, ExprId, FieldKind, Function, Graph, Rational, Symbol, VectorField,
};

const PLENTY: u64 = 1 << 34;

/// The state at time `end`, from `initial` at 0.
fn at(field: &VectorField, initial: &[f64], end: f64) -> Result<Vec<DoubleDouble>, NoTruth> {
    let grid = TimeGrid::explicit(vec![0.0, end]).unwrap();
    let mut last = Vec::new();
    Truth::new(field)?.follow(&[], initial, &grid, PLENTY, |_, state| {
        last = state.to_vec();
        true
    })?;
    Ok(last)
}

#[track_caller]
fn near(got: DoubleDouble, want: DoubleDouble, error: f64) {
    let difference = (got - want).high();
    assert!(difference.abs() <= error, "{got:?} is {difference:e} from {want:?}");
}

#[test]
fn sixteen_turns_of_a_circle_end_where_they_should() {
    let state = at(&circle(), &[1.0, 0.0], 100.0).unwrap();
    let (sine, cosine) = DoubleDouble::from(100.0).sin_cos();
    near(state[0], cosine, 1e-28);
    near(state[1], -sine, 1e-28);
}

/// `y' = f f'` leads from 0 to `(f(1)² - f(0)²)/2`: the series of `f` and of its derivative are right.
#[track_caller]
fn check_function(write: impl Fn(&mut Graph, ExprId) -> ExprId) {
    let mut value = None;
    let system = field(FieldKind::Flow, 1, |g, t, _| {
        let f = write(g, t);
        value = Some(f);
        let slope = Derivatives::default().derivative(g, f, Symbol::Time);
        vec![g.mul(f, slope)]
    });
    let mut f = system.clone();
    f.rhs = vec![value.unwrap()];
    let oracle = Oracle::new(lower_exact(&f));
    let [low, high] = [0.0, 1.0]
        .map(|t: f64| sure(oracle.evaluate(&DoubleDoubles, &[t.into(), DoubleDouble::ZERO])[0]));
    let want = (high * high - low * low).scaled(0.5);
    near(at(&system, &[0.0], 1.0).unwrap()[0], want, 1e-28 * want.high().abs().max(1.0));
}

#[test]
fn series_of_functions_are_right() {
    use Function::*;
    for function in [Sin, Cos, Tan, Asin, Acos, Atan, Sinh, Cosh, Tanh, Exp, Log, Sqrt] {
        // (t + 1)/3, within the domain of each and away from its edges.
        check_function(|g, t| {
            let (one, three) = (g.one(), g.integer(3));
            let sum = g.add(t, one);
            let argument = g.div(sum, three);
            g.call(function, &[argument])
        });
    }
}

#[test]
fn series_of_powers_and_angles_are_right() {
    let ratio = |g: &mut Graph, a: i64, b: i64| g.number(Rational::new(a.into(), b.into()));
    for (a, b) in [(7, 1), (-3, 1), (5, 2), (-1, 3), (100, 1)] {
        check_function(|g, t| {
            let one = g.one();
            let base = g.add(t, one);
            let exponent = ratio(g, a, b);
            g.pow(base, exponent)
        });
    }
    check_function(|g, t| {
        let one = g.one();
        let base = g.add(t, one);
        g.pow(base, t)
    });
    check_function(|g, t| {
        let (one, two) = (g.one(), g.integer(2));
        let x = g.sub(one, t);
        let y = g.sub(two, t);
        g.call(Function::Atan2, &[y, x])
    });
    // The constant is 1/10, not the f64 that is nearest to it.
    check_function(|g, t| {
        let tenth = ratio(g, 1, 10);
        g.mul(tenth, t)
    });
}

#[test]
fn corners_are_met_exactly() {
    // x'' = -sign(x) keeps y²/2 + |x| and returns after 4 √2.
    let bounce = field(FieldKind::Flow, 2, |g, _, x| {
        let sign = g.call(Function::Sign, &[x[0]]);
        vec![x[1], g.neg(sign)]
    });
    let period = DoubleDouble::from(32.0).sqrt();
    let state = at(&bounce, &[1.0, 0.0], period.scaled(8.0).high()).unwrap();
    let energy = (state[1] * state[1]).scaled(0.5) + state[0].abs();
    near(energy, DoubleDouble::ONE, 1e-28);
    // What the end lacks of eight periods is in the velocity.
    near(state[1], period.scaled(8.0).low().into(), 1e-28);

    // x' = 1, y' = mod(x, 1): whole parts count a half each. It starts on a corner.
    let saw = field(FieldKind::Flow, 2, |g, _, x| {
        let one = g.one();
        vec![one, g.call(Function::Mod, &[x[0], one])]
    });
    near(at(&saw, &[0.0, 0.0], 2.5).unwrap()[1], 1.125.into(), 1e-30);

    // One condition in two places, and the same corner as an absolute value.
    let bent = field(FieldKind::Flow, 2, |g, t, _| {
        let (one, two) = (g.one(), g.integer(2));
        let early = g.compare(Compare::Less, t, one);
        let speed = g.select(early, one, two);
        let late = g.compare(Compare::GreaterEqual, t, one);
        let other = g.select(late, two, one);
        let shift = g.sub(t, one);
        let size = g.call(Function::Abs, &[shift]);
        let both = g.add(speed, other);
        vec![both, size]
    });
    let state = at(&bent, &[0.0, 0.0], 3.0).unwrap();
    near(state[0], 10.0.into(), 1e-29);
    near(state[1], 2.5.into(), 1e-29);
}

#[test]
fn what_cannot_be_followed_is_told() {
    let slide = field(FieldKind::Flow, 1, |g, _, x| {
        let sign = g.call(Function::Sign, &[x[0]]);
        vec![g.neg(sign)]
    });
    assert_eq!(at(&slide, &[1.0], 2.0), Err(NoTruth::Sliding));
    let escape = field(FieldKind::Flow, 1, |g, _, x| vec![g.mul(x[0], x[0])]);
    let end = at(&escape, &[1.0], 2.0);
    assert!(
        matches!(end, Err(NoTruth::Undefined { time }) if (time - 1.0).abs() < 1e-6),
        "{end:?}"
    );
    let grid = TimeGrid::explicit(vec![0.0, 1e6]).unwrap();
    let truth = Truth::new(&circle()).unwrap();
    let end = truth.follow(&[], &[1.0, 0.0], &grid, 100_000, |_, _| true);
    assert!(matches!(end, Err(NoTruth::Effort { .. })), "{end:?}");
}

#[test]
fn iterates_of_a_map_are_those_of_exact_numbers() {
    let program = lower_exact(&henon());
    let oracle = Oracle::new(program);
    let number = |value: i64| Rational::from_integer(value.into());
    let mut exact = vec![number(0), number(0)];
    for step in 0..9 {
        let inputs = [number(step), exact[0].clone(), exact[1].clone()];
        exact = oracle.evaluate(&Rationals, &inputs).into_iter().map(Result::unwrap).collect();
    }
    let state = at(&henon(), &[0.0, 0.0], 9.0).unwrap();
    for (value, exact) in state.iter().zip(exact) {
        let high = Rational::from_float(value.high()).unwrap();
        let low = Rational::from_float(value.low()).unwrap();
        let difference = takens_symbolic::to_f64(&(high + low - exact));
        assert!(difference.abs() < 1e-29, "{difference:e}");
    }
}

/// `x' = tanh(200 (t - 1))` falls by one and rises by one again; its series at 0 knows of the fall alone.
#[test]
fn a_switch_that_is_flat_at_a_distance_is_not_passed_over() {
    let steep = field(FieldKind::Flow, 1, |g, t, _| {
        let (one, steepness) = (g.one(), g.integer(200));
        let distance = g.sub(t, one);
        let argument = g.mul(steepness, distance);
        vec![g.call(Function::Tanh, &[argument])]
    });
    near(at(&steep, &[0.0], 2.0).unwrap()[0], DoubleDouble::ZERO, 1e-16);
}
