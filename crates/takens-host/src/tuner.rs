//! Tuning inside a run: which choice belongs to which task, made once and kept.

use crate::data_cache::DataCache;
use crate::run::{RunError, Shared, Workers};
use crate::score::scores;
use crate::store::DataRecord;
use crate::sweep::{Limits, Task};
use crate::tune::{Outcome, Space, Trial, Tuning, search};
use ndarray::s;
use std::collections::HashMap;
use std::sync::{Arc, Mutex};
use std::time::Instant;
use takens_core::Stream;

/// The random stream that candidates are drawn from; methods and noise draw from others.
const STREAM: u64 = 0x7475_6e65;

/// What a task says of its tuning.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TaskTuning {
    /// Hash of everything that determines the choice, but for the clock.
    pub(crate) key: String,
    /// The data that are tuned on.
    pub(crate) data: String,
    /// Which tuning of the plan.
    pub(crate) place: usize,
}

/// The parameters that tuning chose for a method on a system.
#[derive(Debug, Clone, PartialEq)]
pub struct Choice {
    /// Hash of everything that determines the choice, but for the clock.
    pub key: String,
    /// The system.
    pub system: String,
    /// The method.
    pub method: String,
    /// The tuning in words.
    pub tuning: String,
    /// The parameters chosen, canonical JSON.
    pub chosen: String,
    /// How many trials there were.
    pub trials: usize,
    /// All of them, JSON: parameters, part of the training data, loss, processor seconds.
    pub trials_text: String,
    /// Processor seconds of all trials.
    pub cpu_seconds: f64,
}

/// Choices by key: made by the first task that asks, while others that need the same one wait.
pub(crate) struct Tuner {
    choices: HashMap<String, Arc<Mutex<Option<String>>>>,
    data: DataCache,
}

impl Tuner {
    /// For these tasks; `known` are choices of earlier runs, by key.
    pub(crate) fn new(tasks: &[&Task], mut known: HashMap<String, String>) -> Self {
        let tunings = || tasks.iter().filter_map(|task| task.tuning.as_ref());
        let mut choices = HashMap::new();
        for tuning in tunings() {
            choices
                .entry(tuning.key.clone())
                .or_insert_with(|| Arc::new(Mutex::new(known.remove(&tuning.key))));
        }
        Self { choices, data: DataCache::new(tunings().map(|tuning| tuning.data.as_str())) }
    }

    /// The choice of this key; `make` makes it if there is none, or tells that the run was stopped.
    pub(crate) fn choice(
        &self,
        tuning: &TaskTuning,
        make: impl FnOnce() -> Result<Option<String>, RunError>,
    ) -> Result<Option<String>, RunError> {
        let mut slot = self.choices[&tuning.key].lock().expect("no thread panicked");
        if slot.is_none() {
            *slot = make()?;
        }
        Ok(slot.clone())
    }

    /// One task less that may need the data.
    pub(crate) fn release(&self, task: &Task) {
        if let Some(tuning) = &task.tuning {
            self.data.release(&tuning.data);
        }
    }
}

/// Tunes a task's method on its system. `None` if the run was stopped meanwhile.
///
/// Where nothing can be tried, the choice is the given parameters: what is wrong will be said of the
/// task itself.
pub(crate) fn tune(
    run: &Shared,
    task: &Task,
    key: &TaskTuning,
    workers: &mut Workers,
) -> Result<Option<Choice>, RunError> {
    let (tuning, fixed) = &run.plan.tunings[key.place];
    let place = (task.system.as_str(), run.plan.tuning_stretch);
    let data = run.tuner.data.get(&key.data, place, run.catalog, &run.plan.recipe);
    let schema = run.worker(task.plugin, workers)?.ok().and_then(|(worker, _)| {
        worker.methods().iter().find(|m| m.id == task.method).map(|m| m.schema.clone())
    });
    let outcome = match (data, schema) {
        (Ok(data), Some(schema)) => {
            let space = Space::of(&schema, fixed);
            let candidates =
                space.candidates(tuning.by, tuning.candidates, &Stream::new(0, STREAM));
            let tried = search(tuning, candidates, |parameters, part, left| {
                let parameters = serde_json::to_string(parameters).expect("parameters are data");
                let job = Task { parameters, seed: run.plan.tuning_stretch, ..task.clone() };
                trial(run, &job, tuning, (&data, part, left), workers)
            });
            match tried {
                Ok(outcome) => outcome,
                Err(Stop::Run(error)) => return Err(error),
                Err(Stop::Asked) => return Ok(None),
            }
        }
        _ => Outcome { chosen: fixed.clone(), trials: vec![] },
    };
    let cpu_seconds = outcome.trials.iter().map(|trial: &Trial| trial.cpu_seconds).sum();
    Ok(Some(Choice {
        key: key.key.clone(),
        system: task.system.clone(),
        method: task.method.clone(),
        tuning: tuning.label(),
        chosen: serde_json::to_string(&outcome.chosen).expect("parameters are plain data"),
        trials: outcome.trials.len(),
        trials_text: serde_json::to_string(&outcome.trials).expect("trials are plain data"),
        cpu_seconds,
    }))
}

/// Why tuning ends early.
enum Stop {
    Asked,
    Run(RunError),
}

/// One trial: its loss, and the processor seconds that it took.
fn trial(
    run: &Shared,
    job: &Task,
    tuning: &Tuning,
    (data, part, left): (&DataRecord, f64, f64),
    workers: &mut Workers,
) -> Result<(Option<f64>, f64), Stop> {
    let limits = &run.plan.limits;
    // A trial that outlasts the budget has lost; a process may use all its threads at once.
    let limits = Limits { wall_seconds: limits.wall_seconds.min(left), ..*limits };
    let begun = Instant::now();
    let data = latter(data, part);
    let record = run.serve(job, &data, &limits, workers).map_err(Stop::Run)?;
    if run.is_stopped() {
        return Err(Stop::Asked);
    }
    let loss = record.forecast.as_ref().and_then(|forecast| {
        let scores = scores(&data, forecast.view()).ok()?;
        tuning.loss(*scores.get(&tuning.metric)?)
    });
    Ok((loss, record.cpu_seconds.unwrap_or_else(|| begun.elapsed().as_secs_f64())))
}

/// The same data with the latter part of the training data: a forecast begins where they end.
fn latter(data: &DataRecord, part: f64) -> DataRecord {
    let all = data.train.values.nrows();
    let kept = ((all as f64 * part).ceil() as usize).clamp(1, all);
    let mut data = data.clone();
    data.train.start += (all - kept) as f64 * data.train.step;
    data.train.values = data.train.values.slice(s![all - kept.., ..]).to_owned();
    data
}
