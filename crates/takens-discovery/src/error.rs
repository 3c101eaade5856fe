//! What keeps the judge from judging.

use takens_dsl::{Diagnostic, Severity};

/// A candidate that is none, or a truth that cannot be judged against.
#[derive(Debug, Clone, thiserror::Error)]
#[non_exhaustive]
pub enum JudgeError {
    /// The candidate is not a list of expressions over the truth's names.
    #[error("the candidate does not parse: {}", messages(.0))]
    Syntax(Vec<Diagnostic>),
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
    /// What changes the state is more than the state.
    #[error("a truth with {what} is not judged; candidates are expressions over the present state")]
    Memory {
        /// What it has.
        what: &'static str,
    },
    /// The tolerance means nothing.
    #[error("the tolerance is {tolerance}; it must be at least 0 and below 1")]
    Tolerance {
        /// The tolerance asked for.
        tolerance: f64,
    },
}

/// The first few errors, one after the other.
fn messages(diagnostics: &[Diagnostic]) -> String {
    let errors = diagnostics.iter().filter(|diagnostic| diagnostic.severity == Severity::Error);
    let texts: Vec<&str> = errors.map(|error| error.message.as_str()).take(3).collect();
    texts.join("; ")
}
