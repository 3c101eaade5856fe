//! What can go wrong on the way to machine code.

/// Why a program could not be compiled. [`Oracle`](crate::Oracle) runs every program on every machine.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum KernelError {
    /// The code generator has no back end for this machine.
    #[error("no machine code for this processor: {reason}; use the interpreter")]
    Machine {
        /// What the code generator said.
        reason: String,
    },
    /// The code generator refused the program.
    #[error("a program of {ops} operations could not be compiled: {reason}; use the interpreter")]
    Program {
        /// The number of operations in the program.
        ops: usize,
        /// What the code generator said.
        reason: String,
    },
    /// `TAKENS_LANES` is not the name of an engine.
    #[error("TAKENS_LANES is `{found}`; set it to avx512, avx2, tiles or plain, or unset it")]
    Lanes {
        /// What it is.
        found: String,
    },
    /// A right-hand side without recurrences for its Taylor coefficients.
    #[error("no Taylor series: {reason}; take another integrator")]
    NoSeries {
        /// What has none.
        reason: &'static str,
    },
}
