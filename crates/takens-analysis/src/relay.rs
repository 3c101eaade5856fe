//! The gathering of a spectrum from several parts of one trajectory at once.
//!
//! Exponents are means along a trajectory, and its parts may be gone through side by side, in the lanes of vector
//! instructions, once it is known where each begins: a trajectory without tangent vectors costs little. Each
//! part has its own frame, which is given time to align before the part begins.

use crate::batches::Batches;
use crate::jumps::has_jumps;
use crate::orthonormal::orthonormalise;
use crate::spectrum::{FINE, Gathered, RESOLVED, SpectrumOptions, first_frame, is_driven};
use crate::variational::Linearised;
use takens_core::TimeGrid;
use takens_integrate::{IntegrateError, Options, Propagator};
use takens_kernel::lower;
use takens_symbolic::VectorField;

/// Lengths come apart by this much from frame to frame, as a logarithm. Steps are chosen by what vectors show: once all
/// point one way, a step sees nothing of how fast the others shrink.
const APART: f64 = 12.0;

/// A part is at least so many times as long as the transient: where it ends and the next one begins are not quite the
/// same place, and the shorter the parts the more that scatters.
const LEAST: f64 = 3.0;

/// With fewer parts nothing is gained.
const FEW: usize = 8;

/// A frame is given at most this share of a part to align.
const ALIGNING: f64 = 0.15;

/// What is gathered by Taylor series. Nothing where that is not the way: for equations that jump, bend or depend
/// on time, for a trajectory that ends early, and where the parts are too short to tell chaos from regular motion.
pub(crate) fn gathered_by_series(
    field: &VectorField,
    linearised: &Linearised,
    vectors: usize,
    parameters: &[f64],
    initial: &[f64],
    options: &SpectrumOptions,
) -> Result<Option<Gathered>, IntegrateError> {
    let longest = options.t_end / (LEAST * options.transient);
    let wanted = options.parts && options.steps_per_frame.is_none() && options.transient > 0.0;
    if !wanted || longest < FEW as f64 || is_driven(field) || has_jumps(field) {
        return Ok(None);
    }
    let integration = Options {
        tolerance: options.tolerance,
        max_steps: options.max_steps,
        engine: options.engine,
        // Where nothing moves steps would grow without bounds.
        max_step: Some(options.t_end / 256.0),
        ..Options::default()
    };
    let Some(tangents) = linearised.by_series(field, vectors, &integration)? else {
        return Ok(None);
    };
    let parts = tangents.side_by_side().min(longest as usize);
    if parts < FEW {
        return Ok(None);
    }
    let Some(orbit) = Propagator::by_series(&lower(field), field.states.clone(), &integration)?
    else {
        return Ok(None);
    };
    let length = options.t_end / parts as f64;
    let aligning = options.transient.min(ALIGNING * length);
    let begin = |part: usize| options.transient + part as f64 * length - aligning;
    let mut relay = Relay {
        n: field.dim(),
        vectors,
        parameters,
        states: Vec::new(),
        parts: vec![Vec::new(); parts],
        interval: length * FINE,
        at_rest: false,
    };
    let Ok(starts) = starts(&orbit, parameters, initial, (0..parts).map(begin)) else {
        return Ok(None);
    };
    for start in starts {
        relay.states.extend(start);
        relay.states.extend(first_frame(field.dim(), vectors));
        relay.states.push(0.0);
    }
    if relay.run(&tangents, aligning, false).is_err() || relay.run(&tangents, length, true).is_err()
    {
        return Ok(None);
    }
    let mut batches = Batches::new(vectors + 1, options.t_end * FINE);
    for (time, increments) in relay.parts.iter().flatten() {
        batches.push(*time, increments);
    }
    // Lengths that grow as a power of time look like an exponent, and the more so the shorter the parts are.
    let chaotic = batches.means()[..vectors].iter().any(|mean| *mean > 2.0 * RESOLVED / length);
    let gathered = Gathered { batches, ended_by: None, at_rest: relay.at_rest, length };
    Ok(chaotic.then_some(gathered))
}

/// The states of a trajectory at the times where its parts begin.
fn starts(
    orbit: &Propagator,
    parameters: &[f64],
    initial: &[f64],
    times: impl Iterator<Item = f64>,
) -> Result<Vec<Vec<f64>>, IntegrateError> {
    let times: Vec<f64> = times.collect();
    let grid = TimeGrid::explicit(times)?;
    let solution = orbit.sample_from(parameters, initial, 0.0, &grid)?;
    Ok(solution.trajectory.values().rows().into_iter().map(|row| row.to_vec()).collect())
}

/// Increments of logarithms over a time.
type Record = (f64, Vec<f64>);

/// All parts on their way.
struct Relay<'a> {
    n: usize,
    vectors: usize,
    parameters: &'a [f64],
    /// State, frame and divergence of each part.
    states: Vec<f64>,
    parts: Vec<Vec<Record>>,
    /// Time from one frame to the next.
    interval: f64,
    /// Whether the last part did not move.
    at_rest: bool,
}

/// A part ended early, or its frame left the numbers.
struct Lost;

impl Relay<'_> {
    /// Goes on by `duration`, and keeps records if they are wanted.
    fn run(&mut self, tangents: &Propagator, duration: f64, keeps: bool) -> Result<(), Lost> {
        let all = tangents.dim();
        let mut left = duration;
        while left > 0.0 {
            // No last interval that is but a fraction of the others.
            let intervals = (left / self.interval).ceil().max(1.0);
            let time = left / intervals;
            let last = self.states.len() - all;
            let before = self.states[last..][..self.n].to_vec();
            tangents.advance(self.parameters, &mut self.states, time).map_err(|_| Lost)?;
            self.at_rest = before == self.states[last..][..self.n];
            left = if intervals == 1.0 { 0.0 } else { left - time };
            let mut apart = 0.0f64;
            for (state, records) in self.states.chunks_exact_mut(all).zip(&mut self.parts) {
                let mut increments = vec![0.0; self.vectors + 1];
                let frame = &mut state[self.n..all - 1];
                orthonormalise(frame, &mut increments[..self.vectors]);
                let range = |value: &f64| value.is_finite();
                if !increments.iter().all(range) {
                    return Err(Lost);
                }
                let lengths = &increments[..self.vectors];
                let [low, high] = lengths
                    .iter()
                    .fold([0.0f64; 2], |[low, high], &one| [low.min(one), high.max(one)]);
                apart = apart.max(high - low);
                increments[self.vectors] = std::mem::take(&mut state[all - 1]);
                if keeps {
                    records.push((time, increments));
                }
            }
            let change = (0.8 * APART / apart).clamp(0.5, 2.0);
            self.interval = (change * time).min(duration / 16.0);
        }
        Ok(())
    }
}
