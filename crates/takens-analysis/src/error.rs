//! What can go wrong in an analysis.

use takens_integrate::IntegrateError;
use takens_kernel::KernelError;

/// Why nothing can be said. Times are in units of system time.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum AnalysisError {
    /// The trajectory cannot be computed, or ends too early.
    #[error(transparent)]
    Integrate(#[from] IntegrateError),
    /// No machine code.
    #[error(transparent)]
    Kernel(#[from] KernelError),
    /// A time among the options is not one.
    #[error("the {which} is {value}; {wanted}")]
    Option {
        /// Which option.
        which: &'static str,
        /// What was asked for.
        value: f64,
        /// What is accepted.
        wanted: &'static str,
    },
    /// The average is over too little to have an error.
    #[error(
        "the average over {time} time units has {batches} parts; at least {least} are needed for an error; take a longer time"
    )]
    TooShort {
        /// The time averaged over.
        time: f64,
        /// Parts of the average.
        batches: usize,
        /// Parts needed.
        least: usize,
    },
    /// A system whose state alone does not say how it goes on.
    #[error(
        "exponents of a system with {what} are not computed; only those of flows, maps and delay equations without noise and events are"
    )]
    Memory {
        /// What it has.
        what: &'static str,
    },
    /// A series is too short.
    #[error("{got} values are too few; at least {least} are needed")]
    TooFew {
        /// Values given.
        got: usize,
        /// Values needed.
        least: usize,
    },
    /// No stretch of the correlation sum is straight.
    #[error("{points} points have no scaling range: {reason}; take more")]
    NoScaling {
        /// Points given.
        points: usize,
        /// What was seen instead.
        reason: &'static str,
    },
    /// In one component there is one direction.
    #[error("tangent vectors of one component have one direction; alignment needs two components")]
    OneDirection,
    /// Nothing oscillates.
    #[error("{reason}, so that there is no dominant period")]
    NoPeriod {
        /// What was seen instead.
        reason: &'static str,
    },
}
