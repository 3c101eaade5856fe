//! How far a trajectory is right, by the strongest proof that there is for its system.

use crate::failure::Failure;
use crate::subject::Subject;
use takens_analysis::{Proof, TRUST, samples_borne_out, trusted_samples};
use takens_core::Trajectory;
use takens_integrate::Solution;

/// How many samples are right, and how that is known: by the truth in double-double arithmetic or,
/// where a system cannot be followed so, by another run in f64 (with memory, noise, a motion along a
/// jump, or loops too large to be written out).
///
/// # Errors
/// Those of the other run.
pub(crate) fn trusted(
    subject: &Subject,
    trajectory: &Trajectory,
    second_run: impl FnOnce() -> Result<Solution, Failure>,
) -> Result<(usize, Proof), Failure> {
    if let Subject::Flat(flat) = subject
        && let Ok(samples) =
            samples_borne_out(&flat.flat.field, &flat.parameters, trajectory, TRUST)
    {
        return Ok((samples, Proof::DoubleDouble));
    }
    let other = second_run()?.trajectory;
    let samples = trusted_samples(trajectory.values(), other.values(), TRUST);
    Ok((samples, Proof::SecondRun))
}
