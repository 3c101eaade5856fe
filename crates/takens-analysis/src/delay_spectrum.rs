//! Lyapunov spectra of delay equations.

use crate::batches::{Batches, LEAST};
use crate::spectrum::{is_driven, kaplan_yorke};
use crate::{AnalysisError, Spectrum, SpectrumOptions};
use takens_core::Stream;
use takens_integrate::{IntegrateError, Options, Propagator, with_whole_exponents};
use takens_symbolic::{
    Bindings, Delay, Derivatives, ExprId, FieldKind, Function, Rational, Symbol, VectorField,
    evaluate,
};

/// Exponents looked for at first, where it is not said how many.
const FEW: usize = 4;

/// Exponents looked for at most, where it is not said how many.
const MOST: usize = 32;

/// The part of the time after which it is decided how many exponents are looked for.
const PILOT: f64 = 0.125;

/// Whether a system is one for [`delay_spectrum`]: a flow with delays, without noise and events.
pub(crate) fn has_delays_alone(field: &VectorField) -> bool {
    let plain = field.noise.names.is_empty() && field.events.is_empty() && field.modes.is_empty();
    field.kind == FieldKind::Flow && plain && !field.delays.is_empty()
}

/// The leading Lyapunov exponents of a delay equation, with standard errors.
///
/// The state of a delay equation is a function on the past, as far back as the longest delay; so are its
/// tangent vectors. They follow the equation linearised about the trajectory and are made orthonormal
/// again after each time as long as the longest delay, in the inner product of
/// [`DelayWalk::combine`](takens_integrate::DelayWalk::combine). The exponents do not depend on it.
///
/// There are infinitely many exponents, which fall without bound. As many are computed as the options
/// say; if they do not, as many as it takes for their sum to be negative, from 4 to 32. The sum of a
/// [`Spectrum`] is that of those computed, and there is no mean divergence: it is no number.
///
/// # Source
/// J. D. Farmer, Physica D 4, 366-393 (1982) (a delay equation as a flow of functions, its spectrum);
/// D. Breda, E. Van Vleck, Numerische Mathematik 126, 225-257 (2014) (QR for delay equations), unverified.
pub(crate) fn delay_spectrum(
    field: &VectorField,
    parameters: &[f64],
    initial: &[f64],
    options: &SpectrumOptions,
) -> Result<Spectrum, AnalysisError> {
    if let Some(vectors) = options.exponents {
        return leading(field, vectors.max(1), (parameters, initial), options);
    }
    let short = SpectrumOptions { t_end: PILOT * options.t_end, ..options.clone() };
    let mut vectors = FEW;
    while vectors < MOST {
        let found = leading(field, vectors, (parameters, initial), &short);
        // Too short a time for a first look is not too short for all of it.
        if !found.is_ok_and(|found| found.kaplan_yorke >= vectors as f64 - 0.5) {
            break;
        }
        vectors *= 2;
    }
    leading(field, vectors, (parameters, initial), options)
}

/// So many leading exponents.
fn leading(
    field: &VectorField,
    vectors: usize,
    (parameters, initial): (&[f64], &[f64]),
    options: &SpectrumOptions,
) -> Result<Spectrum, AnalysisError> {
    let n = field.dim();
    if initial.len() != n {
        return Err(IntegrateError::InitialLength { want: n, got: initial.len() }.into());
    }
    if parameters.len() != field.parameters.len() {
        let want = field.parameters.len();
        return Err(IntegrateError::ParameterCount { want, got: parameters.len() }.into());
    }
    let integration = Options {
        tolerance: options.tolerance,
        max_steps: options.max_steps,
        engine: options.engine,
        ..Options::default()
    };
    // The derivative of a power has other exponents.
    let (whole, _) = with_whole_exponents(field, parameters);
    let extended = with_tangents(&whole, vectors, parameters);
    let bindings = Bindings { time: 0.0, state: initial, parameters, ..Bindings::default() };
    let mut start = initial.to_vec();
    start.extend(evaluate(&extended.graph, &extended.history[n..], &bindings));
    let propagator = Propagator::new(&extended, &integration)?;
    let mut walk = propagator.delay_walk(parameters, &start, 0.0)?;
    let interval = walk.longest_delay();
    let mut batches = Batches::new(vectors, options.t_end / 4096.0);
    let mut logs = vec![0.0; vectors];
    let (mut before, mut ended_by) = (0.0, None);
    while walk.time() < options.transient + options.t_end {
        if let Err(error) = walk.step() {
            ended_by = Some(error);
            break;
        }
        let elapsed = walk.time() - before;
        // Mesh points meet delays to rounding.
        if elapsed < interval * (1.0 - 1e-9) {
            continue;
        }
        walk.combine(n, n, |columns, weights| orthonormalise(columns, weights, &mut logs));
        // The first lengths are those of what the tangent vectors were at the start.
        if before >= options.transient && before > 0.0 {
            batches.push(elapsed, &logs);
        }
        before = walk.time();
    }
    if batches.len() < LEAST {
        return Err(match ended_by {
            Some(error) => error.into(),
            None => AnalysisError::TooShort {
                time: batches.duration(),
                batches: batches.len(),
                least: LEAST,
            },
        });
    }
    let (means, errors, late) = (batches.means(), batches.standard_errors(), batches.late_means());
    let late_errors = batches.late_standard_errors();
    let mut order: Vec<usize> = (0..vectors).collect();
    order.sort_by(|&a, &b| means[b].total_cmp(&means[a]));
    let exponents: Vec<f64> = order.iter().map(|&index| means[index]).collect();
    let mut spectrum = Spectrum {
        sum: exponents.iter().sum(),
        late: late[order[0]],
        late_error: late_errors[order[0]],
        standard_errors: order.iter().map(|&index| errors[index]).collect(),
        exponents,
        t_end: batches.duration(),
        kaplan_yorke: 0.0,
        mean_divergence: f64::NAN,
        kind: FieldKind::Flow,
        driven: is_driven(field),
        at_rest: false,
        length: batches.duration(),
        ended_by,
    };
    spectrum.kaplan_yorke = kaplan_yorke(&spectrum);
    Ok(spectrum)
}

/// The equation together with `vectors` copies of it linearised, whose delays follow those of the field.
///
/// The tangent vectors begin as waves of different lengths, and so in general position.
fn with_tangents(field: &VectorField, vectors: usize, parameters: &[f64]) -> VectorField {
    let (n, delays) = (field.dim() as u32, field.delays.len() as u32);
    let mut extended = field.clone();
    let graph = &mut extended.graph;
    let bindings = Bindings { time: 0.0, state: &[], parameters, ..Bindings::default() };
    let lags: Vec<ExprId> = field.delays.iter().map(|delay| delay.lag).collect();
    let longest = evaluate(graph, &lags, &bindings).into_iter().fold(0.0, f64::max);
    let mut derivatives = Derivatives::default();
    let gradients: Vec<_> = field.rhs.iter().map(|&rhs| derivatives.gradient(graph, rhs)).collect();
    let (time, stream) = (graph.symbol(Symbol::Time), Stream::new(0, 0));
    for vector in 0..vectors as u32 {
        let (own, looks) = (n * (1 + vector), delays * (1 + vector));
        for (component, gradient) in gradients.iter().enumerate() {
            let mut sum = None;
            for (&symbol, &slope) in gradient.iter() {
                let tangent = match symbol {
                    Symbol::State(state) => Symbol::State(own + state),
                    Symbol::Delayed(look) => Symbol::Delayed(looks + look),
                    _ => continue,
                };
                let tangent = graph.symbol(tangent);
                let term = graph.mul(slope, tangent);
                sum = Some(sum.map_or(term, |sum| graph.add(sum, term)));
            }
            extended.rhs.push(sum.unwrap_or_else(|| graph.zero()));
            extended
                .states
                .push(format!("tangent vector {vector} along {}", field.states[component]));
            // cos(ω t + φ), ω from a quarter of a wave over the longest delay.
            let phase = 6.0 * stream.uniform(u64::from(own) + component as u64);
            let frequency = f64::from(vector + 1) * 1.5 / longest;
            let [phase, frequency] = [phase, frequency].map(|value| {
                let value = if value.is_finite() { value } else { 0.0 };
                graph.number(Rational::from_float(value).expect("it is finite"))
            });
            let turned = graph.mul(frequency, time);
            let turned = graph.add(turned, phase);
            extended.history.push(graph.call(Function::Cos, &[turned]));
            extended.initial.push(graph.zero());
        }
        for delay in &field.delays {
            let name = format!("tangent vector {vector} of {}", delay.name);
            extended.delays.push(Delay { name, state: own + delay.state, lag: delay.lag });
        }
    }
    extended.outputs.clear();
    extended.invariants.clear();
    extended.hamiltonian = None;
    extended
}

/// Makes columns orthonormal in the inner product with these weights, by the modified Gram-Schmidt
/// process, and gives the logarithms of the lengths that were left of them.
fn orthonormalise(columns: &mut [f64], weights: &[f64], logs: &mut [f64]) {
    let product = |a: &[f64], b: &[f64]| -> f64 {
        a.iter().zip(b).zip(weights).map(|((a, b), weight)| weight * a * b).sum()
    };
    for (index, log) in logs.iter_mut().enumerate() {
        let (before, rest) = columns.split_at_mut(index * weights.len());
        let column = &mut rest[..weights.len()];
        for unit in before.chunks_exact(weights.len()) {
            let along = product(unit, column);
            column.iter_mut().zip(unit).for_each(|(x, u)| *x -= along * u);
        }
        let length = product(column, column).sqrt();
        *log = length.max(f64::MIN_POSITIVE).ln();
        if length > f64::MIN_POSITIVE {
            column.iter_mut().for_each(|x| *x /= length);
        }
    }
}
