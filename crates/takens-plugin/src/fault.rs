//! Why a method gives no result.

use takens_abi::Status;

/// Why a method gives no result. The text is for a person: it says what was found and what would
/// do.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Fault {
    /// The host asked to stop.
    #[error("cancelled")]
    Cancelled,
    /// The deadline passed.
    #[error("the time is up")]
    Timeout,
    /// The method cannot do what is asked.
    #[error("not supported: {0}")]
    Unsupported(String),
    /// The parameters are not valid.
    #[error("invalid parameters: {0}")]
    InvalidParams(String),
    /// The data are not valid: too short, or not finite.
    #[error("invalid data: {0}")]
    InvalidData(String),
    /// The fit or the forecast ran away: scored, not a crash.
    #[error("diverged: {0}")]
    Diverged(String),
    /// More memory is needed than there is.
    #[error("out of memory: {0}")]
    OutOfMemory(String),
    /// A fault of the method itself.
    #[error("internal: {0}")]
    Internal(String),
}

impl Fault {
    /// The status by which it crosses the boundary.
    #[must_use]
    pub fn status(&self) -> Status {
        match self {
            Self::Cancelled => Status::CANCELLED,
            Self::Timeout => Status::TIMEOUT,
            Self::Unsupported(_) => Status::UNSUPPORTED,
            Self::InvalidParams(_) => Status::INVALID_PARAMS,
            Self::InvalidData(_) => Status::INVALID_DATA,
            Self::Diverged(_) => Status::DIVERGED,
            Self::OutOfMemory(_) => Status::OUT_OF_MEMORY,
            Self::Internal(_) => Status::INTERNAL,
        }
    }

    /// The text alone, without what kind of fault it is.
    #[must_use]
    pub fn text(&self) -> &str {
        match self {
            Self::Cancelled => "cancelled",
            Self::Timeout => "the time is up",
            Self::Unsupported(text)
            | Self::InvalidParams(text)
            | Self::InvalidData(text)
            | Self::Diverged(text)
            | Self::OutOfMemory(text)
            | Self::Internal(text) => text,
        }
    }
}
