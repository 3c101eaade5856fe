//! Conformance checks: what every method must keep to, for a method's own tests.
//!
//! Start at [`check_forecaster`] and [`check_discoverer`], which use the default parameters; the
//! forms ending in `_with` take parameters that are quicker to fit. Each panics with what was
//! broken. The host's validator checks more, in processes of its own.

use std::panic::{AssertUnwindSafe, catch_unwind};

use crate::{Call, Candidate, Dataset, Discoverer, Fault, Forecaster, Method, Series};
use ndarray::{Array2, s};
use takens_core::TimeGrid;

const SAMPLES: usize = 400;
const CONTEXT: usize = 100;
const HORIZON: usize = 20;

/// Checks a forecaster with its default parameters.
///
/// The same seed gives the same bits, another seed other ones if the method is stochastic and the
/// same if not; forecasts are finite and of the right shape, for one component and for several;
/// the future is not looked at; data that are too short, constant, or not finite lead to a fault or
/// to a finite forecast, never to a panic.
///
/// # Panics
/// If the method does not keep to one of these.
pub fn check_forecaster<M: Forecaster>() {
    check_forecaster_with::<M>(M::Params::default);
}

/// Checks a forecaster with given parameters, as [`check_forecaster`].
///
/// # Panics
/// If the method does not keep to one of the rules.
pub fn check_forecaster_with<M: Forecaster>(params: impl Fn() -> M::Params) {
    let params: &dyn Fn() -> M::Params = &params;
    about::<M>();
    for components in [1, 3] {
        forecaster_on::<M>(params, components);
    }
    awkward_data(|what, data, context| {
        let outcome = no_panic(what, || forecast::<M>(params, data, context, HORIZON, 1));
        if let Ok(values) = outcome {
            sound(what, &values, HORIZON, data.dim());
        }
    });
    cancelled::<M>(params);
}

fn forecaster_on<M: Forecaster>(params: &dyn Fn() -> M::Params, components: usize) {
    let what = format!("{components} component(s)");
    let data = example(components);
    let context = data.series[0].values.slice(s![SAMPLES - CONTEXT.., ..]).to_owned();
    let before = (data.clone(), context.clone());
    let run = |seed: u64, horizon: usize| {
        let result = no_panic(&what, || forecast::<M>(params, &data, &context, horizon, seed));
        match result {
            Ok(values) => Some(values),
            Err(Fault::Unsupported(_)) => None,
            Err(fault) => panic!("{what}: clean data of a chaotic system were refused: {fault}"),
        }
    };
    // A method may take one component only, or several only, if it says so.
    let Some(first) = run(1, HORIZON) else { return };
    sound(&what, &first, HORIZON, components);
    let again = run(1, HORIZON).expect("supported a moment ago");
    assert!(same_bits(&first, &again), "{what}: the same seed gave other bits");
    let other = run(2, HORIZON).expect("supported a moment ago");
    assert_eq!(
        same_bits(&first, &other),
        !M::ABOUT.stochastic,
        "{what}: ABOUT.stochastic is {}, but another seed says otherwise",
        M::ABOUT.stochastic
    );
    for horizon in [0, 1] {
        let short = run(1, horizon).expect("supported a moment ago");
        sound(&what, &short, horizon, components);
    }
    assert!(before == (data.clone(), context.clone()), "{what}: the input was changed");
    no_peeking::<M>(params, &data, &first);
    wrong_context::<M>(params, &data);
}

/// The context is the middle of a longer array: what comes after it must not matter.
fn no_peeking<M: Forecaster>(params: &dyn Fn() -> M::Params, data: &Dataset, first: &Array2<f64>) {
    let call = Call::for_tests(1);
    let mut method = M::new(params()).expect("made before");
    method.fit(data, &call).expect("fitted before");
    let values = &data.series[0].values;
    let mut longer = Array2::from_elem((SAMPLES + HORIZON, data.dim()), f64::NAN);
    longer.slice_mut(s![..SAMPLES, ..]).assign(values);
    let context = longer.slice(s![SAMPLES - CONTEXT..SAMPLES, ..]);
    let forecast = method.forecast(context, HORIZON, &call).expect("forecast before");
    assert!(same_bits(first, &forecast), "the forecast changes with what comes after the present");
}

fn wrong_context<M: Forecaster>(params: &dyn Fn() -> M::Params, data: &Dataset) {
    let call = Call::for_tests(1);
    let mut method = M::new(params()).expect("made before");
    method.fit(data, &call).expect("fitted before");
    for shape in [(0, data.dim()), (1, data.dim()), (CONTEXT, data.dim() + 1)] {
        let what = format!("a context of {} samples and {} components", shape.0, shape.1);
        let context = Array2::from_shape_fn(shape, |(row, _)| (row as f64).sin());
        let result = no_panic(&what, || method.forecast(context.view(), HORIZON, &call));
        if let Ok(values) = result {
            // A method whose model has no fixed number of components continues what it is given.
            sound(&what, &values, HORIZON, shape.1);
        }
    }
}

/// Checks a discoverer with its default parameters.
///
/// The same seed gives the same candidates; there is at least one, best first, each with one
/// equation for each component and numbers that can be compared; awkward data lead to a fault or to
/// candidates, never to a panic.
///
/// # Panics
/// If the method does not keep to one of these.
pub fn check_discoverer<M: Discoverer>() {
    check_discoverer_with::<M>(M::Params::default);
}

/// Checks a discoverer with given parameters, as [`check_discoverer`].
///
/// # Panics
/// If the method does not keep to one of the rules.
pub fn check_discoverer_with<M: Discoverer>(params: impl Fn() -> M::Params) {
    let params: &dyn Fn() -> M::Params = &params;
    about::<M>();
    let data = example(3);
    let first = no_panic("3 components", || discover::<M>(params, &data, 1))
        .unwrap_or_else(|fault| panic!("clean data of a chaotic system were refused: {fault}"));
    assert!(!first.is_empty(), "there is no candidate");
    sound_candidates("3 components", &first, 3);
    let again = discover::<M>(params, &data, 1);
    assert_eq!(Ok(first), again, "the same seed gave other candidates");
    awkward_data(|what, data, _| {
        if let Ok(candidates) = no_panic(what, || discover::<M>(params, data, 1)) {
            sound_candidates(what, &candidates, data.dim());
        }
    });
    cancelled::<M>(params);
}

fn sound_candidates(what: &str, candidates: &[Candidate], components: usize) {
    for candidate in candidates {
        assert_eq!(candidate.equations.len(), components, "{what}: equations of {candidate:?}");
        assert!(
            candidate.equations.iter().all(|equation| !equation.trim().is_empty()),
            "{what}: an equation of {candidate:?} is empty"
        );
        assert!(!candidate.complexity.is_nan(), "{what}: the complexity of {candidate:?}");
        assert!(!candidate.loss.is_nan(), "{what}: the loss of {candidate:?}");
    }
}

fn about<M: Method>() {
    let about = M::ABOUT;
    let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    assert!(
        !about.id.is_empty() && about.id.chars().all(plain),
        "the id `{}` must be lower-case letters, digits and `-`",
        about.id
    );
    assert!(!about.summary.is_empty(), "the summary is empty");
    assert!(!about.source.is_empty(), "the source is empty");
    let defaults = crate::params::parse::<M::Params>("{}");
    assert!(
        defaults.is_ok(),
        "an empty object is not accepted as parameters: {:?}",
        defaults.err()
    );
}

fn cancelled<M: Method>(params: &dyn Fn() -> M::Params) {
    let call = Call::for_tests(1);
    call.cancel();
    let mut method = M::new(params()).expect("made before");
    match no_panic("a cancelled call", || method.fit(&example(1), &call)) {
        Ok(()) | Err(Fault::Cancelled | Fault::Unsupported(_)) => {}
        Err(fault) => panic!("a cancelled fit answered {fault}"),
    }
}

/// Data that a method must survive, with a context each.
fn awkward_data(mut try_one: impl FnMut(&str, &Dataset, &Array2<f64>)) {
    let from = |values: Array2<f64>| Dataset::single(0.02, values);
    let mut cases: Vec<(String, Dataset)> = Vec::new();
    for samples in [0, 1, 2, 3, 7] {
        let values = example(2).series[0].values.slice(s![..samples, ..]).to_owned();
        cases.push((format!("{samples} samples"), from(values)));
    }
    cases.push(("no trajectory".into(), Dataset { names: vec!["x".into()], ..Dataset::default() }));
    cases.push(("no component".into(), from(Array2::zeros((SAMPLES, 0)))));
    for value in [0.0, 3.5, 1e300] {
        cases.push((format!("constant {value:e}"), from(Array2::from_elem((SAMPLES, 2), value))));
    }
    let mut one_constant = example(2).series[0].values.clone();
    one_constant.column_mut(1).fill(-1.0);
    cases.push(("one component constant".into(), from(one_constant)));
    for value in [f64::NAN, f64::INFINITY] {
        let mut values = example(2).series[0].values.clone();
        values[[SAMPLES / 2, 1]] = value;
        cases.push((format!("one {value}"), from(values)));
        cases.push((format!("all {value}"), from(Array2::from_elem((SAMPLES, 2), value))));
    }
    let huge = example(2).series[0].values.mapv(|value| value * 1e200);
    cases.push(("huge values".into(), from(huge)));
    for (what, data) in &cases {
        let context = data.series.first().map_or(Array2::zeros((0, 1)), |series| {
            let from = series.values.nrows().saturating_sub(CONTEXT);
            series.values.slice(s![from.., ..]).to_owned()
        });
        try_one(what, data, &context);
    }
}

fn forecast<M: Forecaster>(
    params: &dyn Fn() -> M::Params,
    data: &Dataset,
    context: &Array2<f64>,
    horizon: usize,
    seed: u64,
) -> Result<Array2<f64>, Fault> {
    let call = Call::for_tests(seed);
    let mut method = M::new(params())?;
    method.fit(data, &call)?;
    method.forecast(context.view(), horizon, &call)
}

fn discover<M: Discoverer>(
    params: &dyn Fn() -> M::Params,
    data: &Dataset,
    seed: u64,
) -> Result<Vec<Candidate>, Fault> {
    let call = Call::for_tests(seed);
    let mut method = M::new(params())?;
    method.fit(data, &call)?;
    method.candidates(&call)
}

#[track_caller]
fn no_panic<T>(what: &str, body: impl FnOnce() -> Result<T, Fault>) -> Result<T, Fault> {
    match catch_unwind(AssertUnwindSafe(body)) {
        Ok(result) => result,
        Err(_) => panic!("{what}: the method panicked (its message is above)"),
    }
}

#[track_caller]
fn sound(what: &str, values: &Array2<f64>, horizon: usize, components: usize) {
    assert_eq!(values.dim(), (horizon, components), "{what}: the shape of the forecast");
    if let Some((place, value)) = values.indexed_iter().find(|(_, value)| !value.is_finite()) {
        panic!("{what}: the forecast has {value} at {place:?}; a fault must say so instead");
    }
}

fn same_bits(a: &Array2<f64>, b: &Array2<f64>) -> bool {
    a.dim() == b.dim() && a.iter().zip(b).all(|(a, b)| a.to_bits() == b.to_bits())
}

/// A trajectory of the Lorenz system, its first `components` components, at most three.
fn example(components: usize) -> Dataset {
    let field = |[x, y, z]: [f64; 3]| [10.0 * (y - x), x * (28.0 - z) - y, x * y - 8.0 / 3.0 * z];
    let shifted = |state: [f64; 3], slope: [f64; 3], by: f64| {
        [state[0] + by * slope[0], state[1] + by * slope[1], state[2] + by * slope[2]]
    };
    let step = 0.02;
    let mut state = [-7.6, -9.3, 23.1];
    let mut values = Array2::zeros((SAMPLES, components));
    for mut row in values.rows_mut() {
        row.iter_mut().zip(state).for_each(|(place, value)| *place = value);
        // The classical method of Runge and Kutta.
        let k1 = field(state);
        let k2 = field(shifted(state, k1, step / 2.0));
        let k3 = field(shifted(state, k2, step / 2.0));
        let k4 = field(shifted(state, k3, step));
        for (index, place) in state.iter_mut().enumerate() {
            *place += step / 6.0 * (k1[index] + 2.0 * k2[index] + 2.0 * k3[index] + k4[index]);
        }
    }
    let grid = TimeGrid::uniform(0.0, step, SAMPLES).expect("a positive step");
    let names = ["x", "y", "z"].iter().take(components).map(|&name| name.to_owned()).collect();
    Dataset { series: vec![Series { grid, values }], names, ..Dataset::default() }
}
