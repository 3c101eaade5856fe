//! Budgets: a normal form ends in bounded time and memory, or with an error that says what ran out.

use crate::Rational;

/// How large a normal form may become.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Terms of one polynomial.
    pub terms: usize,
    /// Term operations (one for every 64 bits of a coefficient) spent on one expression.
    pub work: u64,
    /// Bits of one coefficient.
    pub bits: u64,
    /// Different generators.
    pub generators: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self { terms: 5_000, work: 150_000, bits: 20_000, generators: 20_000 }
    }
}

/// Why an expression has no normal form here. None of these says that it is wrong.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum NormalError {
    /// The normal form outgrew its limits.
    #[error("the normal form needs too many {what}")]
    Budget {
        /// What ran out.
        what: &'static str,
    },
    /// A divisor is zero everywhere.
    #[error("division by an expression that is zero everywhere")]
    DivisionByZero,
    /// A function is nowhere defined.
    #[error("{function} of {argument}, which is nowhere defined")]
    Undefined {
        /// The function.
        function: &'static str,
        /// What is wrong with its argument.
        argument: &'static str,
    },
    /// A construction that the normal form does not cover.
    #[error("no normal form for {what}")]
    Unsupported {
        /// The construction.
        what: &'static str,
    },
}

/// What is left of the limits.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Budget {
    pub(crate) limits: Limits,
    work_left: u64,
}

impl Budget {
    pub(crate) fn new(limits: Limits) -> Self {
        Self { limits, work_left: limits.work }
    }

    /// A full allowance again, for the next expression.
    pub(crate) fn refill(&mut self) {
        self.work_left = self.limits.work;
    }

    /// Pays for `operations`.
    pub(crate) fn charge(&mut self, operations: u64) -> Result<(), NormalError> {
        self.work_left = self
            .work_left
            .checked_sub(operations)
            .ok_or(NormalError::Budget { what: "operations" })?;
        Ok(())
    }

    /// Checks the size of a polynomial.
    pub(crate) fn check_terms(&self, terms: usize) -> Result<(), NormalError> {
        if terms > self.limits.terms { Err(NormalError::Budget { what: "terms" }) } else { Ok(()) }
    }

    /// Checks the size of a coefficient.
    pub(crate) fn check_bits(&self, value: &Rational) -> Result<(), NormalError> {
        if bits(value) > self.limits.bits {
            Err(NormalError::Budget { what: "digits" })
        } else {
            Ok(())
        }
    }
}

/// Bits of numerator and denominator together.
pub(crate) fn bits(value: &Rational) -> u64 {
    value.numer().bits() + value.denom().bits()
}
