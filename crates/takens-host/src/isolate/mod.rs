//! The coordinator's side of isolation: one worker process, one job at a time, and always an answer.
//!
//! Start at [`Worker::spawn`] and [`Worker::run`]. Whatever a plugin does, `run` comes back: at the
//! latest a few seconds after the wall-clock limit and the grace that follows it. What it can come
//! back with is an [`Ending`]. Starting a process is in `spawn`, the loop that waits for a job is in
//! `run`, the bounded log in `log`.
//!
//! The memory limit is kept by polling resident memory, with RLIMIT_DATA behind it
//! ([`MEMORY_METHOD`]): never RLIMIT_AS, which reserved address space would hit.

mod log;
mod run;
mod spawn;

pub use crate::wire::MethodFacts;
pub(crate) use run::how_it_ended;
pub use run::{OnProgress, Watch};
pub use spawn::{SpawnError, Worker};

use ndarray::Array2;
use std::ffi::OsString;
use std::path::PathBuf;
use std::time::Duration;
use takens_plugin::{Candidate, Dataset};

/// How memory limits are kept, for the record.
pub const MEMORY_METHOD: &str = "rss-polling+rlimit-data";

/// How a worker process is started.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WorkerCommand {
    /// The program that runs [`crate::worker::main`].
    pub executable: PathBuf,
    /// Its arguments.
    pub args: Vec<OsString>,
    /// The thread budget: thread pools read it when they start, so it is the process's.
    pub threads: u32,
    /// How long loading a plugin may take.
    pub load_limit: Duration,
}

impl WorkerCommand {
    /// A command with a budget of one thread and a minute for loading.
    pub fn new(
        executable: impl Into<PathBuf>,
        args: impl IntoIterator<Item = impl Into<OsString>>,
    ) -> Self {
        Self {
            executable: executable.into(),
            args: args.into_iter().map(Into::into).collect(),
            threads: 1,
            load_limit: Duration::from_secs(60),
        }
    }

    /// The same with another thread budget.
    #[must_use]
    pub fn with_threads(mut self, threads: u32) -> Self {
        self.threads = threads.max(1);
        self
    }
}

/// One job: fit a method to data, continue a context.
#[derive(Debug, Clone, PartialEq)]
pub struct Job {
    /// The method's id.
    pub method: String,
    /// The parameters, a JSON object; empty for defaults.
    pub params_json: String,
    /// What the method is fitted to.
    pub dataset: Dataset,
    /// What it continues: `time × component`, ends at the present.
    pub context: Array2<f64>,
    /// By how many samples. 0: no forecast is asked for.
    pub horizon: usize,
    /// The seed.
    pub seed: u64,
    /// Tells apart what one seed is used for.
    pub stream: u64,
    /// The thread budget; that of the worker's command.
    pub threads: u32,
    /// Whether equations are asked for, if the method finds any.
    pub want_candidates: bool,
    /// What the method is told of its time. None: the wall-clock limit.
    pub deadline: Option<Duration>,
}

/// How much a job may use.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Seconds by the clock on the wall, for all of the job.
    pub wall: Duration,
    /// Resident memory of the process and its children, in bytes. 0: not limited.
    pub memory: u64,
    /// How long a job that was asked to stop may take to do so, before it is killed.
    pub grace: Duration,
}

impl Limits {
    /// These limits, with the usual grace of 10 seconds.
    #[must_use]
    pub fn new(wall: Duration, memory: u64) -> Self {
        Self { wall, memory, grace: Duration::from_secs(10) }
    }
}

/// How a job ended, and what it cost.
#[derive(Debug, Clone, PartialEq)]
pub struct Ending {
    /// How it ended.
    pub outcome: Outcome,
    /// What it cost, as far as known: of a job that was killed, the wall time and the peak that
    /// were seen from outside.
    pub cost: Cost,
    /// What it wrote to standard output and error, and its messages; bounded.
    pub log: String,
    /// What it left other than it found it. The worker is to be replaced then.
    pub oddities: Vec<String>,
}

/// How a job ended.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum Outcome {
    /// It has a result.
    Done {
        /// `horizon × component`, finite; none if the method only discovers, or none was asked.
        forecast: Option<Array2<f64>>,
        /// Equations, best first.
        candidates: Vec<Candidate>,
    },
    /// It ran away: a scored outcome.
    Diverged {
        /// The forecast with the values that are not finite, if there is one.
        forecast: Option<Array2<f64>>,
        /// What the method or the host says of it.
        message: String,
    },
    /// It gave no result, and would not the next time.
    Failed {
        /// Why.
        kind: FailureKind,
        /// The reason in words.
        message: String,
    },
    /// It did not end in time.
    TimedOut,
    /// It needs more memory than the limit.
    OutOfMemory {
        /// What was seen.
        message: String,
    },
    /// Its process died of a signal.
    Crashed {
        /// The signal's number.
        signal: i32,
    },
    /// There is no telling: the process vanished, was killed from outside, or the run was stopped.
    Lost {
        /// What was seen.
        reason: String,
    },
}

/// Why a job gave no result.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum FailureKind {
    /// The parameters are not valid.
    InvalidParams,
    /// The data are not valid for this method.
    InvalidData,
    /// The method cannot do what was asked.
    Unsupported,
    /// The method panicked.
    Panic,
    /// The method found a fault in itself.
    Internal,
    /// The method ended the process.
    Exited,
}

impl FailureKind {
    /// The kind as the store writes it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::InvalidParams => "invalid_params",
            Self::InvalidData => "invalid_data",
            Self::Unsupported => "unsupported",
            Self::Panic => "panic",
            Self::Internal => "internal",
            Self::Exited => "exited",
        }
    }
}

/// What a job cost.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Cost {
    /// Wall seconds from sending the job to its end.
    pub wall_seconds: f64,
    /// Wall seconds of fitting.
    pub fit_seconds: Option<f64>,
    /// Wall seconds of forecasting.
    pub forecast_seconds: Option<f64>,
    /// Processor seconds of all threads.
    pub cpu_seconds: Option<f64>,
    /// The largest resident memory of the process, in bytes.
    pub peak_memory: u64,
}
