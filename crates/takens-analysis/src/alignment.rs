//! The smaller alignment index: whether two tangent vectors turn into one direction.

use crate::orthonormal::orthonormalise;
use crate::spectrum::check_memory;
use crate::variational::{Linearised, engine};
use crate::{AnalysisError, SpectrumOptions};
use takens_core::Stream;
use takens_integrate::{IntegrateError, Method, Options, Propagator};
use takens_symbolic::{FieldKind, VectorField};

/// Below this the two vectors are one, as far as rounding lets tell.
pub const ALIGNED: f64 = 1e-12;

/// How far two tangent vectors aligned.
#[derive(Debug, Clone, Copy, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct Alignment {
    /// The index at the end, from 0 (one direction) to √2 (at right angles).
    pub index: f64,
    /// When the end was: when the index fell below [`ALIGNED`], or the whole time.
    pub time: f64,
}

/// The smaller alignment index (SALI) of two tangent vectors `v`, `w` that start at right angles:
/// `min(|v/|v| - w/|w||, |v/|v| + w/|w||)`, followed over time behind a transient.
///
/// It falls as `e^{-(λ₁ - λ₂) t}` if the two greatest exponents differ, stays above zero on a torus of
/// more than one dimension, and falls as `t⁻²` where the motion is on a curve. In a system that keeps
/// volume, then, to reach [`ALIGNED`] within thousands of turns tells chaos; in one that contracts,
/// vectors align on periodic orbits and at points of rest too.
///
/// Takes the time, the transient, the tolerance and the number of steps of a spectrum's options.
///
/// # Errors
/// As [`lyapunov_spectrum`](crate::lyapunov_spectrum); [`AnalysisError::OneDirection`] for a state of one
/// component.
///
/// # Source
/// C. Skokos, Journal of Physics A 34, 10029-10043 (2001); C. Skokos, C. Antonopoulos, T. C. Bountis,
/// M. N. Vrahatis, Journal of Physics A 37, 6269-6284 (2004).
pub fn alignment_index(
    field: &VectorField,
    parameters: &[f64],
    initial: &[f64],
    options: &SpectrumOptions,
) -> Result<Alignment, AnalysisError> {
    check_memory(field)?;
    let n = field.dim();
    if n < 2 {
        return Err(AnalysisError::OneDirection);
    }
    let stream = Stream::new(0, 3);
    let mut frame: Vec<f64> = (0..2 * n as u64).map(|place| stream.normal(place)).collect();
    orthonormalise(&mut frame, &mut [0.0; 2]);
    let linearised = Linearised::new(field);
    match field.kind {
        FieldKind::Flow => of_flow(field, &linearised, frame, parameters, initial, options),
        FieldKind::Map => of_map(field, &linearised, frame, parameters, initial, options),
    }
}

fn of_flow(
    field: &VectorField,
    linearised: &Linearised,
    frame: Vec<f64>,
    parameters: &[f64],
    initial: &[f64],
    options: &SpectrumOptions,
) -> Result<Alignment, AnalysisError> {
    let n = field.dim();
    let integration = Options {
        tolerance: options.tolerance,
        max_steps: options.max_steps,
        method: Method::Dop853,
        engine: options.engine,
        ..Options::default()
    };
    let start = Propagator::new(field, &integration)?;
    let mut state = start.state_at(parameters, initial, 0.0, options.transient)?;
    state.extend(frame);
    state.push(0.0);
    let propagator = linearised.propagator(field, 2, &integration)?;
    let mut walk = propagator.walk(parameters, &state, options.transient)?;
    let mut index = f64::INFINITY;
    while walk.time() < options.transient + options.t_end && index >= ALIGNED {
        walk.step()?;
        state.copy_from_slice(walk.state());
        index = angle(&mut state[n..3 * n]);
        state[3 * n] = 0.0;
        walk.set_state(&state)?;
    }
    Ok(Alignment { index, time: walk.time() - options.transient })
}

fn of_map(
    field: &VectorField,
    linearised: &Linearised,
    mut frame: Vec<f64>,
    parameters: &[f64],
    initial: &[f64],
    options: &SpectrumOptions,
) -> Result<Alignment, AnalysisError> {
    let n = field.dim();
    let start = Propagator::new(field, &Options { engine: options.engine, ..Options::default() })?;
    let transient = options.transient.floor();
    let state = start.state_at(parameters, initial, 0.0, transient)?;
    let map = engine(options.engine, &linearised.program)?;
    let mut inputs = vec![transient];
    inputs.extend_from_slice(&state);
    inputs.extend_from_slice(parameters);
    let mut outputs = vec![0.0; map.output_count()];
    let mut image = frame.clone();
    let mut index = f64::INFINITY;
    let mut time = 0.0;
    while time < options.t_end && index >= ALIGNED {
        map.call(&inputs, &mut outputs);
        let (state, values) = outputs.split_at(n);
        if let Some(bad) = state.iter().position(|value| !value.is_finite()) {
            let iteration = (transient + time) as u64 + 1;
            let component = field.states[bad].clone();
            return Err(IntegrateError::Escape { iteration, component }.into());
        }
        linearised.multiply(values, &frame, &mut image);
        std::mem::swap(&mut frame, &mut image);
        index = angle(&mut frame);
        inputs[0] += 1.0;
        inputs[1..=n].copy_from_slice(state);
        time += 1.0;
    }
    Ok(Alignment { index, time })
}

/// Makes the two vectors unit vectors and gives their index. A vector that vanished is aligned with all.
///
/// - `frame`: `component × vector`.
fn angle(frame: &mut [f64]) -> f64 {
    for vector in 0..2 {
        let column = frame.iter().skip(vector).step_by(2);
        let length = column.map(|x| x * x).sum::<f64>().sqrt();
        if !(length > 0.0 && length.is_finite()) {
            return 0.0;
        }
        frame.iter_mut().skip(vector).step_by(2).for_each(|x| *x /= length);
    }
    let distance = |sign: f64| {
        let squares =
            frame.chunks_exact(2).map(|row| (row[0] - sign * row[1]) * (row[0] - sign * row[1]));
        squares.sum::<f64>().sqrt()
    };
    distance(1.0).min(distance(-1.0))
}
