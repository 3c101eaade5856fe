//! The gathering of a spectrum from several parts of one trajectory at once.
//!
//! Exponents are means along a trajectory, and its parts may be gone through side by side, in the lanes of vector
//! instructions, once it is known where each begins: a trajectory without tangent vectors costs little. Each
//! part has its own frame, which is given time to align before the part begins.

use crate::batches::Batches;
use crate::jumps::has_jumps;
use crate::orthonormal::orthonormalise_lanes;
use crate::spectrum::{FINE, Gathered, RESOLVED, SpectrumOptions, first_frame, is_driven};
use crate::variational::Linearised;
use takens_core::TimeGrid;
use takens_integrate::{IntegrateError, Options, Propagator, Reframe};
use takens_kernel::{LANES, lower};
use takens_symbolic::VectorField;

/// Lengths come apart by this much from frame to frame, as a logarithm, or by a step's worth. Errors of the long vectors
/// count by so much more in the short ones.
const APART: f64 = 4.0;

/// As many steps as there are from frame to frame at most.
const MOST_STEPS: f64 = 16.0;

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
    let Ok(starts) = starts(&orbit, parameters, initial, (0..parts).map(begin)) else {
        return Ok(None);
    };
    let mut states = Vec::new();
    for start in starts {
        states.extend(start);
        states.extend(first_frame(field.dim(), vectors));
        states.push(0.0);
    }
    let mut relay = Relay {
        n: field.dim(),
        vectors,
        aligning,
        width: options.t_end * FINE,
        parts: vec![Part::default(); parts],
    };
    if tangents.carry(parameters, &states, aligning + length, &mut relay).is_err() {
        return Ok(None);
    }
    let mut batches = Batches::new(vectors + 1, options.t_end * FINE);
    for (time, increments) in relay.parts.iter().flat_map(|part| &part.records) {
        batches.push(*time, increments);
    }
    let means = batches.means();
    if !means.iter().all(|mean| mean.is_finite()) {
        // A frame left the numbers.
        return Ok(None);
    }
    // Lengths that grow as a power of time look like an exponent, and the more so the shorter the parts are.
    let chaotic = means[..vectors].iter().any(|mean| *mean > 2.0 * RESOLVED / length);
    // What is chaotic does not rest.
    let gathered = Gathered { batches, ended_by: None, at_rest: false, length };
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
struct Relay {
    n: usize,
    vectors: usize,
    /// What comes before is left out.
    aligning: f64,
    /// A record is over this time at least.
    width: f64,
    parts: Vec<Part>,
}

/// What is known of a part.
#[derive(Debug, Clone, Default)]
struct Part {
    /// When its frame was made orthonormal last.
    last: f64,
    /// Frames within the last record are still added to it.
    records: Vec<Record>,
}

impl Reframe for Relay {
    fn judged(&self) -> usize {
        self.n
    }

    fn reframe(
        &mut self,
        steps: u32,
        lanes: u8,
        states: &mut [[f64; LANES]],
        marks: &mut Vec<[f64; LANES]>,
    ) -> u32 {
        marks.resize(self.vectors + 1, [0.0; LANES]);
        let (frame, divergence) = states[self.n..].split_at_mut(self.n * self.vectors);
        let (logs, growth) = marks.split_at_mut(self.vectors);
        orthonormalise_lanes(lanes, frame, logs);
        growth[0] = std::mem::take(&mut divergence[0]);
        let mut apart = 0.0f64;
        for lane in (0..LANES).filter(|lane| lanes >> lane & 1 == 1) {
            let [low, high] = logs
                .iter()
                .fold([0.0f64; 2], |[low, high], row| [low.min(row[lane]), high.max(row[lane])]);
            apart = apart.max(high - low);
        }
        (APART / apart * f64::from(steps)).clamp(1.0, MOST_STEPS) as u32
    }

    fn holds(&mut self, trajectory: usize, time: f64, marks: &[[f64; LANES]], lane: usize) {
        let part = &mut self.parts[trajectory];
        let before = std::mem::replace(&mut part.last, time);
        // The part of a step that still aligns is left out.
        if before < self.aligning {
            return;
        }
        let grown = marks.iter().map(|row| row[lane]);
        match part.records.last_mut().filter(|record| record.0 < self.width) {
            Some((duration, sums)) => {
                *duration += time - before;
                sums.iter_mut().zip(grown).for_each(|(sum, grown)| *sum += grown);
            }
            None => part.records.push((time - before, grown.collect())),
        }
    }
}
