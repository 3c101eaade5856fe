//! How a command ends when it does not end well.

use crate::print::note;
use std::process::ExitCode;

/// Why a command failed; decides the exit code.
#[derive(Debug)]
pub(crate) enum Failure {
    /// The work failed: exit code 1, with this message on stderr.
    Work(String),
    /// The command was used wrongly: exit code 2, with this message on stderr.
    Usage(String),
    /// Faults were found and have been shown: exit code 1.
    Shown,
    /// Whoever read our output has gone: nothing left to say.
    Closed,
}

impl Failure {
    /// The work failed with an error of a lower floor.
    pub(crate) fn work(error: impl std::fmt::Display) -> Self {
        Self::Work(error.to_string())
    }

    /// Wrong usage.
    pub(crate) fn usage(message: impl std::fmt::Display) -> Self {
        Self::Usage(message.to_string())
    }

    /// Shows what is still to be shown, and gives the exit code.
    pub(crate) fn report(&self) -> ExitCode {
        match self {
            Self::Work(message) => note!("error: {message}"),
            Self::Usage(message) => {
                note!("error: {message}\n\nFor more information, try 'takens help'.")
            }
            Self::Shown | Self::Closed => {}
        }
        match self {
            Self::Usage(_) => ExitCode::from(2),
            Self::Work(_) | Self::Shown => ExitCode::FAILURE,
            Self::Closed => ExitCode::SUCCESS,
        }
    }
}
