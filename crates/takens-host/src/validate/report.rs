//! What a validation says.

use crate::plugins::PluginFile;
use serde::{Deserialize, Serialize};

/// How a check ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Verdict {
    /// All is as it should be.
    Passed,
    /// Something is not; the plugin must be changed.
    Failed,
    /// The process died.
    Crashed,
    /// There is nothing to check: the method has no such ability.
    Skipped,
    /// Allowed, but to be looked at.
    Warning,
}

impl Verdict {
    /// The word for it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Passed => "passed",
            Self::Failed => "failed",
            Self::Crashed => "crashed",
            Self::Skipped => "skipped",
            Self::Warning => "warning",
        }
    }

    /// Whether the plugin must be changed.
    #[must_use]
    pub fn is_fault(self) -> bool {
        matches!(self, Self::Failed | Self::Crashed)
    }
}

/// The end of one check.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[non_exhaustive]
pub struct CheckResult {
    /// Which check.
    pub check: &'static str,
    /// Of which method; none for the plugin as a whole.
    pub method: Option<String>,
    /// How it ended.
    pub verdict: Verdict,
    /// What was seen; empty if there is nothing to say.
    pub message: String,
    /// Wall seconds.
    pub seconds: f64,
}

impl CheckResult {
    pub(super) fn new(
        check: &'static str,
        method: Option<&str>,
        verdict: Verdict,
        message: String,
        seconds: f64,
    ) -> Self {
        Self { check, method: method.map(str::to_owned), verdict, message, seconds }
    }
}

/// A whole validation.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Report {
    /// Id of the plugin.
    pub plugin: String,
    /// Its version.
    pub version: String,
    /// The contract it says it was built for.
    pub abi: String,
    /// blake3 of its library, hexadecimal; empty if it cannot be read.
    pub library_hash: String,
    /// The seed that gives the same checks again.
    pub seed: u64,
    /// Every check that was run.
    pub checks: Vec<CheckResult>,
}

impl Report {
    pub(super) fn new(plugin: &PluginFile, seed: u64) -> Self {
        Self {
            plugin: plugin.manifest.id.clone(),
            version: plugin.manifest.version.clone(),
            abi: plugin.manifest.abi.clone(),
            library_hash: plugin.hash().unwrap_or_default(),
            seed,
            checks: Vec::new(),
        }
    }

    /// Whether no check found a fault.
    #[must_use]
    pub fn is_sound(&self) -> bool {
        self.checks.iter().all(|check| !check.verdict.is_fault())
    }

    /// How many checks ended like that.
    #[must_use]
    pub fn count(&self, verdict: Verdict) -> usize {
        self.checks.iter().filter(|check| check.verdict == verdict).count()
    }
}

/// What a check has found.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct Outcome {
    pub(super) verdict: Verdict,
    pub(super) message: String,
}

impl Outcome {
    pub(super) fn passed() -> Self {
        Self { verdict: Verdict::Passed, message: String::new() }
    }

    pub(super) fn passed_with(message: impl Into<String>) -> Self {
        Self { verdict: Verdict::Passed, message: message.into() }
    }

    pub(super) fn failed(message: impl Into<String>) -> Self {
        Self { verdict: Verdict::Failed, message: message.into() }
    }

    pub(super) fn warning(message: impl Into<String>) -> Self {
        Self { verdict: Verdict::Warning, message: message.into() }
    }

    pub(super) fn skipped(message: impl Into<String>) -> Self {
        Self { verdict: Verdict::Skipped, message: message.into() }
    }

    pub(super) fn crashed(message: impl Into<String>) -> Self {
        Self { verdict: Verdict::Crashed, message: message.into() }
    }
}
