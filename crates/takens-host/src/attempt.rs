//! One attempt at a task: a job for a worker, and its end in the store's words.

use crate::isolate::{Ending, Job, Limits as JobLimits, Outcome, SpawnError, Watch, Worker};
use crate::record::{Series, Status};
use crate::store::DataRecord;
use crate::sweep::{Limits, Task};
use ndarray::Array2;
use std::sync::atomic::AtomicBool;
use std::time::Duration;
use takens_core::TimeGrid;
use takens_plugin::{Dataset, Noise, NoiseKind, TimeKind};

/// Longest part of a log that is kept with a failure.
const LOG_LIMIT: usize = 2000;

/// How an attempt ended.
#[derive(Debug, Clone)]
pub(crate) struct Attempt {
    pub(crate) status: Status,
    pub(crate) kind: String,
    pub(crate) message: String,
    pub(crate) forecast: Option<Array2<f64>>,
    pub(crate) fit_seconds: Option<f64>,
    pub(crate) forecast_seconds: Option<f64>,
    pub(crate) cpu_seconds: Option<f64>,
    pub(crate) peak_memory: Option<u64>,
    pub(crate) remarks: Vec<String>,
    /// Whether the worker process must not be used again.
    pub(crate) worker_is_spent: bool,
}

impl Default for Attempt {
    fn default() -> Self {
        Self {
            status: Status::Lost,
            kind: String::new(),
            message: String::new(),
            forecast: None,
            fit_seconds: None,
            forecast_seconds: None,
            cpu_seconds: None,
            peak_memory: None,
            remarks: vec![],
            worker_is_spent: false,
        }
    }
}

impl Attempt {
    /// The worker process could not be started, or refused the plugin.
    pub(crate) fn not_started(error: &SpawnError) -> Self {
        let status = match error {
            // The plugin has no part in it: no process could be had, or someone killed it.
            SpawnError::Start { .. } | SpawnError::Killed { .. } => Status::Lost,
            SpawnError::Slow { .. } => Status::TimedOut,
            SpawnError::Refused { .. } | SpawnError::Died { .. } => Status::Failed,
        };
        Self {
            status,
            kind: if status == Status::Lost { String::new() } else { "load".into() },
            message: error.to_string(),
            worker_is_spent: true,
            ..Self::default()
        }
    }

    fn of(ending: Ending) -> Self {
        let mut attempt = Self {
            fit_seconds: ending.cost.fit_seconds,
            forecast_seconds: ending.cost.forecast_seconds,
            cpu_seconds: ending.cost.cpu_seconds,
            peak_memory: Some(ending.cost.peak_memory),
            worker_is_spent: !ending.oddities.is_empty(),
            remarks: ending.oddities,
            ..Self::default()
        };
        let (status, kind, message) = match ending.outcome {
            Outcome::Done { forecast, .. } => {
                attempt.forecast = forecast;
                (Status::Done, String::new(), String::new())
            }
            Outcome::Diverged { forecast, message } => {
                attempt.forecast = forecast;
                (Status::Diverged, String::new(), message)
            }
            Outcome::Failed { kind, message } => (Status::Failed, kind.name().into(), message),
            Outcome::TimedOut => (Status::TimedOut, String::new(), String::new()),
            Outcome::OutOfMemory { message } => (Status::OutOfMemory, String::new(), message),
            Outcome::Crashed { signal } => {
                (Status::Crashed, format!("signal {signal}"), String::new())
            }
            Outcome::Lost { reason } => (Status::Lost, String::new(), reason),
        };
        (attempt.status, attempt.kind, attempt.message) = (status, kind, message);
        if !matches!(status, Status::Done | Status::Diverged) {
            // A process that was killed is gone, and one that failed may be in any state.
            attempt.worker_is_spent = true;
            if !ending.log.is_empty() {
                attempt.message += &format!("\nlog: {}", tail(&ending.log));
            }
        }
        attempt
    }
}

/// Runs a task in a worker.
pub(crate) fn attempt(
    worker: &mut Worker,
    task: &Task,
    data: &DataRecord,
    limits: &Limits,
    stop: &AtomicBool,
) -> Attempt {
    let job = Job {
        method: task.method.clone(),
        params_json: task.parameters.clone(),
        dataset: dataset(&data.train, data.discrete, data.noise),
        context: data.train.values.clone(),
        horizon: data.truth.values.nrows(),
        seed: task.seed,
        stream: 0,
        threads: limits.threads,
        want_candidates: false,
        deadline: None,
    };
    let mut watch = Watch { stop: Some(stop), progress: None };
    Attempt::of(worker.run_watched(&job, &job_limits(limits), &mut watch))
}

/// What methods are told of a training part: nothing of the system but its components' names.
pub(crate) fn dataset(train: &Series, discrete: bool, noise: f64) -> Dataset {
    let grid = TimeGrid::uniform(train.start, train.step, train.values.nrows())
        .expect("the recipe's step is positive");
    Dataset {
        series: vec![takens_plugin::Series { grid, values: train.values.clone() }],
        names: train.names.clone(),
        noise: (noise > 0.0).then_some(Noise { kind: NoiseKind::Additive, level: noise }),
        time: if discrete { TimeKind::Discrete } else { TimeKind::Continuous },
    }
}

pub(crate) fn job_limits(limits: &Limits) -> JobLimits {
    JobLimits::new(Duration::from_secs_f64(limits.wall_seconds), limits.memory_mib << 20)
}

/// The end of a log, cut between characters.
fn tail(log: &str) -> &str {
    let mut start = log.len().saturating_sub(LOG_LIMIT);
    while !log.is_char_boundary(start) {
        start += 1;
    }
    &log[start..]
}
