//! What keeps the judge from judging.

/// A candidate that is none, or a truth that cannot be judged against.
#[derive(Debug, Clone, thiserror::Error)]
#[non_exhaustive]
pub enum JudgeError {
    /// One expression per component is needed.
    #[error(
        "{got} expressions for a system of {want} components; write one per component, separated by `;`"
    )]
    Count {
        /// Components of the truth.
        want: usize,
        /// Expressions given.
        got: usize,
    },
    /// One value (or none) per parameter is needed.
    #[error("{got} parameter values for {want} parameters")]
    Parameters {
        /// Parameters of the truth.
        want: usize,
        /// Values given.
        got: usize,
    },
    /// The tolerance means nothing.
    #[error("the tolerance is {tolerance}; it must be at least 0 and below 1")]
    Tolerance {
        /// The tolerance asked for.
        tolerance: f64,
    },
}
