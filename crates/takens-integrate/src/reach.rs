//! Whether the end of a trajectory can be reached: what cannot be done is refused before hours are spent.

use crate::IntegrateError;
use crate::clock::Clock;
use crate::options::Options;

/// So often it is asked whether the end is within reach.
const FORESIGHT: u64 = 4096;
/// If as many times the steps allowed, all as long as the longest so far, do not reach the end, it is not.
const HOPE: f64 = 4.0;
/// An iteration of a map is about this much less work than a step of a flow.
const ITERATIONS: u64 = 100;

/// Whether the end can be reached by the steps allowed.
pub(crate) struct Reach {
    end: f64,
    made: u64,
    longest: f64,
}

impl Reach {
    pub(crate) fn new(end: f64) -> Self {
        Self { end, made: 0, longest: 0.0 }
    }

    /// After a step to `now`.
    ///
    /// # Errors
    /// [`IntegrateError::TooFar`] as soon as it is plain that the steps do not suffice.
    pub(crate) fn check(
        &mut self,
        now: Clock,
        step: f64,
        options: &Options,
    ) -> Result<(), IntegrateError> {
        self.made += 1;
        self.longest = self.longest.max(step);
        Self::judge(self.end, now, self.made, self.longest, options)
    }

    /// As [`check`](Self::check), after as many steps as were `made`, none longer than `longest`.
    pub(crate) fn judge(
        end: f64,
        now: Clock,
        made: u64,
        longest: f64,
        options: &Options,
    ) -> Result<(), IntegrateError> {
        let wanted = || now.until(end) / longest;
        if made.is_multiple_of(FORESIGHT) && wanted() > HOPE * options.max_steps as f64 {
            return Err(too_far(end, now, longest, options));
        }
        Ok(())
    }

    /// Before the first of steps that all have the length `step`.
    ///
    /// # Errors
    /// [`IntegrateError::TooFar`] if they do not suffice.
    pub(crate) fn check_even(
        self,
        now: Clock,
        step: f64,
        options: &Options,
    ) -> Result<(), IntegrateError> {
        let enough = now.until(self.end) / step <= options.max_steps as f64;
        if enough { Ok(()) } else { Err(too_far(self.end, now, step, options)) }
    }
}

fn too_far(end: f64, now: Clock, step: f64, options: &Options) -> IntegrateError {
    IntegrateError::TooFar { time: now.high, end, step, most: options.max_steps }
}

/// Refuses more iterations of a map than a hundred times the steps allowed.
///
/// # Errors
/// [`IntegrateError::TooManyIterations`].
pub(crate) fn check_iterations(wanted: f64, options: &Options) -> Result<(), IntegrateError> {
    let most = options.max_steps.saturating_mul(ITERATIONS);
    let enough = wanted < most as f64;
    if enough { Ok(()) } else { Err(IntegrateError::TooManyIterations { wanted, most }) }
}
