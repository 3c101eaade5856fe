//! What is known of a task once it has ended.

use ndarray::Array2;
use std::collections::BTreeMap;

/// The kind of a task that failed before its method was asked: there are no data.
pub(crate) const DATA: &str = "data";

/// How a task ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Status {
    /// It forecast, and the forecast was scored.
    Done,
    /// The method found that its forecast runs away: a result, scored as the worst.
    Diverged,
    /// The method gave an error or panicked; `kind` tells which.
    Failed,
    /// It was stopped at its wall-clock limit.
    TimedOut,
    /// It was stopped at its memory limit.
    OutOfMemory,
    /// Its process died of a signal.
    Crashed,
    /// It never came to an end of its own: the process vanished or the run was stopped.
    Lost,
}

impl Status {
    const NAMES: [(Self, &'static str); 7] = [
        (Self::Done, "done"),
        (Self::Diverged, "diverged"),
        (Self::Failed, "failed"),
        (Self::TimedOut, "timed_out"),
        (Self::OutOfMemory, "out_of_memory"),
        (Self::Crashed, "crashed"),
        (Self::Lost, "lost"),
    ];

    /// The status as the store writes it.
    #[must_use]
    pub fn name(self) -> &'static str {
        Self::NAMES[self as usize].1
    }

    /// The status of this name.
    #[must_use]
    pub fn by_name(name: &str) -> Option<Self> {
        Self::NAMES.iter().find(|entry| entry.1 == name).map(|entry| entry.0)
    }

    /// Whether the task always ends like this: no limit and no kill had a part in it.
    #[must_use]
    pub fn is_settled(self) -> bool {
        matches!(self, Self::Done | Self::Diverged | Self::Failed | Self::Crashed)
    }
}

/// Equally spaced samples, `time × component`.
#[derive(Debug, Clone, PartialEq)]
pub struct Series {
    /// The time of the first sample, in units of system time.
    pub start: f64,
    /// The time between neighbours.
    pub step: f64,
    /// Names of the components.
    pub names: Vec<String>,
    /// The samples.
    pub values: Array2<f64>,
}

impl Record {
    /// Whether the task has no data, so that its end says nothing of the method.
    #[must_use]
    pub fn has_no_data(&self) -> bool {
        self.status == Status::Failed && self.kind == DATA
    }
}

/// The result of a task.
#[derive(Debug, Clone, PartialEq)]
pub struct Record {
    /// Identity of the task: the hash of everything that determines its result.
    pub id: String,
    /// Name of the system.
    pub system: String,
    /// Id of the method.
    pub method: String,
    /// Parameters of the method, canonical JSON.
    pub parameters: String,
    /// Seed of the method and of the data.
    pub seed: u64,
    /// Label of the protocol.
    pub protocol: String,
    /// Identity of the data.
    pub data: String,
    /// How it ended.
    pub status: Status,
    /// The kind of failure, empty if none.
    pub kind: String,
    /// What was said of a failure, empty if none.
    pub message: String,
    /// Wall seconds of fitting.
    pub fit_seconds: Option<f64>,
    /// Wall seconds of forecasting.
    pub forecast_seconds: Option<f64>,
    /// Processor seconds of both.
    pub cpu_seconds: Option<f64>,
    /// Largest resident memory of the worker and of the processes that it has started, bytes.
    pub peak_memory: Option<u64>,
    /// Hashes, versions, machine: JSON.
    pub provenance: String,
    /// The forecast, `horizon × component`.
    pub forecast: Option<Array2<f64>>,
    /// Scores by metric.
    pub scores: BTreeMap<String, f64>,
    /// The parameters that tuning chose, canonical JSON; empty if the method was not tuned.
    pub tuned: String,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_in_the_order_of_the_enum() {
        for (index, (status, name)) in Status::NAMES.iter().enumerate() {
            assert_eq!(*status as usize, index);
            assert_eq!(Status::by_name(name), Some(*status));
        }
    }
}
