//! Verdicts in words, for people.

use crate::{Certainty, Level, Witness};
use std::fmt;

impl Level {
    /// What the level says, in a few words.
    #[must_use]
    pub fn meaning(self) -> &'static str {
        match self {
            Self::L0 => "equal to the truth",
            Self::L1 => "equal to the truth but for small differences of coefficients",
            Self::L2 => "the terms of the truth, with other coefficients",
            Self::L3 => "other terms, nearly the same vector field",
            Self::L4 => "equal to the truth under a symmetry",
            Self::L5 => "different from the truth",
        }
    }
}

impl fmt::Display for Level {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::L0 => "L0",
            Self::L1 => "L1",
            Self::L2 => "L2",
            Self::L3 => "L3",
            Self::L4 => "L4",
            Self::L5 => "L5",
        })
    }
}

impl fmt::Display for Certainty {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Proved => "proved",
            Self::Probable => "probable",
            Self::Undecided => "undecided",
        })
    }
}

impl fmt::Display for Witness {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NormalForm { form, conditions, .. } => {
                write!(f, "both are {form}")?;
                if !conditions.is_empty() {
                    write!(f, ", where {}", conditions.join(" and "))?;
                }
                Ok(())
            }
            Self::Point { x, truth, candidate, .. } => {
                let value = candidate.map_or_else(|| "undefined".into(), |value| value.to_string());
                write!(f, "at {x:?} the truth is {truth}, the candidate {value}")
            }
            Self::Agreement { points, .. } => write!(f, "both agree at {points} random points"),
            Self::Nothing { reason, .. } => f.write_str(reason),
        }
    }
}
