//! The largest exponent by a second way: two trajectories, side by side.

use crate::batches::{Batches, LEAST};
use crate::spectrum::check_memory;
use crate::{AnalysisError, SpectrumOptions};
use takens_core::Stream;
use takens_integrate::{IntegrateError, Method, Options, Propagator};
use takens_kernel::{Builder, Program, Value, lower};
use takens_symbolic::{FieldKind, VectorField};

/// The largest Lyapunov exponent, from the distance of two trajectories.
///
/// Two copies of the system are moved together, a distance of 1e-6 of the size of the state apart;
/// at 20000 times the second is put back to that distance along the line that joins them, and the
/// exponent is the mean rate at which the logarithm of the distance grew in between. In a map that is
/// done at every iteration, at a distance of 1e-8 (more where the state has grown so large that
/// rounding would show). It needs no
/// derivative: so it is right where the equations jump, where the variational equations are not.
///
/// Takes the options of a spectrum; the integration is at a tolerance of 1e-8 or less, since the
/// distance must be far above its error.
///
/// Returns the exponent per unit of system time, its standard error and the time averaged over.
///
/// # Errors
/// As [`lyapunov_spectrum`](crate::lyapunov_spectrum).
///
/// # Source
/// G. Benettin, L. Galgani, J.-M. Strelcyn, Physical Review A 14, 2338-2345 (1976).
pub fn largest_exponent_by_divergence(
    field: &VectorField,
    parameters: &[f64],
    initial: &[f64],
    options: &SpectrumOptions,
) -> Result<(f64, f64, f64), AnalysisError> {
    let n = field.dim();
    check_memory(field)?;
    if initial.len() != n {
        return Err(IntegrateError::InitialLength { want: n, got: initial.len() }.into());
    }
    if field.kind == FieldKind::Map {
        return of_map(field, parameters, initial, options);
    }
    let integration = Options {
        tolerance: options.tolerance.min(1e-8),
        method: Method::Dop853,
        max_steps: options.max_steps,
        engine: options.engine,
        ..Options::default()
    };
    let names = [field.states.clone(), field.states.clone()].concat();
    let propagator = Propagator::from_program(FieldKind::Flow, &twice(field), names, &integration)?;
    let mut state = [initial, initial].concat();
    let distance = 1e-6 * initial.iter().fold(1e-3f64, |size, x| size.max(x.abs()));
    let stream = Stream::new(0, 0);
    let direction: Vec<f64> = (0..n as u64).map(|place| stream.normal(place)).collect();
    let length = norm(direction.iter().copied());
    for (x, along) in state[n..].iter_mut().zip(&direction) {
        *x += distance * along / length;
    }
    let mut walk = propagator.walk(parameters, &state, 0.0)?;
    let mut batches = Batches::new(1, options.t_end / 4096.0);
    let mut before = 0.0;
    // Not after every step: where the equations jump, steps crowd while one copy has crossed the jump and
    // the other has not, and a distance changed then is that of no two neighbours.
    let interval = options.t_end / 20_000.0;
    while walk.time() < options.transient + options.t_end {
        if let Err(error) = walk.step() {
            if batches.len() < LEAST {
                return Err(error.into());
            }
            break;
        }
        if walk.time() - before < interval {
            continue;
        }
        state.copy_from_slice(walk.state());
        let (first, second) = state.split_at_mut(n);
        let reached = norm(first.iter().zip(&*second).map(|(x, y)| y - x));
        if reached > 0.0 {
            for (x, y) in first.iter().zip(&mut *second) {
                *y = x + (*y - x) * (distance / reached);
            }
        } else {
            // The two have met; only a new distance can part them.
            second.copy_from_slice(first);
            second[0] += distance;
        }
        if before >= options.transient {
            let growth = (reached.max(f64::MIN_POSITIVE) / distance).ln();
            batches.push(walk.time() - before, &[growth]);
        }
        before = walk.time();
        walk.set_state(&state)?;
    }
    result(&batches)
}

/// As much as a map's copies are apart, over the size of the state: the square root of the precision, roughly.
const APART: f64 = 1e-8;
/// As much as they are apart at least, over the state as it is then: a thousandth of it is rounding.
const SEEN: f64 = 1024.0 * f64::EPSILON;

fn of_map(
    field: &VectorField,
    parameters: &[f64],
    initial: &[f64],
    options: &SpectrumOptions,
) -> Result<(f64, f64, f64), AnalysisError> {
    let n = field.dim();
    let map = options.engine.engine(&lower(field))?;
    let mut first = [&[0.0], initial, parameters].concat();
    let mut second = first.clone();
    let stream = Stream::new(0, 0);
    let direction: Vec<f64> = (0..n as u64).map(|place| stream.normal(place)).collect();
    let length = norm(direction.iter().copied());
    let distance = APART * initial.iter().fold(1e-3f64, |size, x| size.max(x.abs()));
    for (x, along) in second[1..=n].iter_mut().zip(&direction) {
        *x += distance * along / length;
    }
    let mut batches = Batches::new(1, options.t_end / 4096.0);
    let mut images = (vec![0.0; n], vec![0.0; n]);
    let transient = options.transient.round() as u64;
    let last = transient.saturating_add(options.t_end.round() as u64).min(options.max_steps);
    for iteration in 0..last {
        // What the distance is after rounding.
        let before = norm(first[1..=n].iter().zip(&second[1..=n]).map(|(x, y)| y - x));
        map.call(&first, &mut images.0);
        map.call(&second, &mut images.1);
        if let Some(bad) = images.0.iter().chain(&images.1).position(|x| !x.is_finite()) {
            let component = field.states[bad % n].clone();
            if batches.len() < LEAST {
                return Err(IntegrateError::Escape { iteration: iteration + 1, component }.into());
            }
            break;
        }
        let after = norm(images.0.iter().zip(&images.1).map(|(x, y)| y - x));
        // An angle that goes round and round has no bounds; two that seem to have met far out are apart by
        // no more than rounding.
        let size = images.0.iter().fold(0.0f64, |size, x| size.max(x.abs()));
        let is_far_out = SEEN * size > distance;
        let distance = distance.max(SEEN * size);
        let least = if is_far_out { f64::EPSILON * size } else { f64::MIN_POSITIVE };
        if iteration >= transient {
            let growth = (after.max(least) / before.max(f64::MIN_POSITIVE)).ln();
            batches.push(1.0, &[growth]);
        }
        for inputs in [&mut first, &mut second] {
            inputs[0] += 1.0;
        }
        first[1..=n].copy_from_slice(&images.0);
        for (place, (x, y)) in images.0.iter().zip(&images.1).enumerate() {
            // Two that have met are put apart anew.
            let along = if after > 0.0 { (y - x) / after } else { direction[place] / length };
            second[1 + place] = x + distance * along;
        }
    }
    result(&batches)
}

fn result(batches: &Batches) -> Result<(f64, f64, f64), AnalysisError> {
    if batches.len() < LEAST {
        let (time, batches) = (batches.duration(), batches.len());
        return Err(AnalysisError::TooShort { time, batches, least: LEAST });
    }
    Ok((batches.means()[0], batches.standard_errors()[0], batches.duration()))
}

/// The right-hand side of two copies of the system, with the same parameters.
fn twice(field: &VectorField) -> Program {
    let (n, m) = (field.dim(), field.parameters.len());
    let rhs = lower(field);
    let mut b = Builder::new(1 + 2 * n + m);
    let mut outputs = Vec::with_capacity(2 * n);
    for copy in 0..2 {
        let places = std::iter::once(0)
            .chain(1 + copy * n..1 + (copy + 1) * n)
            .chain(1 + 2 * n..1 + 2 * n + m);
        let inputs: Vec<Value> = places.map(|place| b.input(place)).collect();
        outputs.extend(b.inline(&rhs, &inputs));
    }
    b.finish(outputs)
}

fn norm(values: impl Iterator<Item = f64>) -> f64 {
    values.map(|x| x * x).sum::<f64>().sqrt()
}
