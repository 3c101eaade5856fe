//! Discovery: data of a system to a method, its equations to the judge.

use crate::attempt::job_limits;
use crate::isolate::{Job, Outcome, Worker, WorkerCommand};
use crate::plugin_set::PluginSet;
use crate::protocol::{ProtocolError, orbit_of};
use crate::sweep::Limits;
use ndarray::Array2;
use serde::Serialize;
use takens_catalog::Entry;
use takens_core::{Stream, TimeGrid};
use takens_discovery::{DiscoveryScores, JudgeOptions, Verdict, judge, score};
use takens_dsl::SystemKind;
use takens_plugin::{Dataset, Noise, NoiseKind, Series, TimeKind};

/// The random stream of the noise.
const NOISE_STREAM: u64 = 0x6469_7363;

/// What a method is given to find equations from.
///
/// The default is the data of A. A. Kaptanoglu et al. (2023): five trajectories of 1000 samples,
/// 100 in a period.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct DiscoveryData {
    /// Trajectories, one after the other on the orbit.
    pub trajectories: usize,
    /// Samples in each.
    pub points: usize,
    /// Samples in a dominant period (flows).
    pub per_period: f64,
    /// Standard deviation of Gaussian noise, in root mean squares of each component.
    pub noise: f64,
    /// Seed of noise and method.
    pub seed: u64,
}

impl Default for DiscoveryData {
    fn default() -> Self {
        Self { trajectories: 5, points: 1000, per_period: 100.0, noise: 0.0, seed: 0 }
    }
}

/// Equations that a method found, with the verdict on them.
#[derive(Debug, Clone, Serialize)]
pub struct Judged {
    /// One for each state.
    pub equations: Vec<String>,
    /// The method's own measure of complexity.
    pub complexity: f64,
    /// The method's own loss.
    pub loss: f64,
    /// The verdict, or why there is none.
    pub verdict: Result<Verdict, String>,
    /// Scores against the truth, where the candidate could be read.
    pub scores: Option<DiscoveryScores>,
}

/// What a discovery came to.
#[derive(Debug, Clone, Serialize)]
pub struct Discovery {
    /// The method's candidates, its own choice first.
    pub candidates: Vec<Judged>,
    /// Wall seconds.
    pub seconds: f64,
    /// Processor seconds.
    pub cpu_seconds: Option<f64>,
}

/// A discovery that came to nothing.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum DiscoverError {
    /// No plugin has this discoverer.
    #[error("no plugin has a discoverer {id:?}; there are {}", if known.is_empty() { "none: build some with `cargo xtask plugins`".into() } else { known.join(", ") })]
    UnknownMethod {
        /// The id asked for.
        id: String,
        /// The ids there are.
        known: Vec<String>,
    },
    /// The data cannot be made.
    #[error(transparent)]
    Data(#[from] ProtocolError),
    /// The worker process cannot be started.
    #[error("{0}")]
    Spawn(#[from] crate::isolate::SpawnError),
    /// The method gave no candidate.
    #[error("{method}: {message}")]
    Method {
        /// The method.
        method: String,
        /// How it ended.
        message: String,
    },
}

/// Has `method` discover the equations of `entry`'s system, and judges what it finds.
///
/// # Errors
/// [`DiscoverError`] if there is no such method, no data, or no candidate.
pub fn discover(
    entry: &Entry,
    method: &str,
    parameters: &str,
    data: &DiscoveryData,
    limits: &Limits,
    plugins: &PluginSet,
    worker: &WorkerCommand,
) -> Result<Discovery, DiscoverError> {
    let discoverers = plugins.discoverers();
    let place = discoverers
        .iter()
        .find(|(_, known)| known.id == method)
        .map(|(place, _)| *place)
        .ok_or_else(|| {
        let known = discoverers.iter().map(|(_, known)| known.id.clone()).collect();
        DiscoverError::UnknownMethod { id: method.into(), known }
    })?;
    let dataset = dataset(entry, data)?;
    let context = dataset.series[0].values.clone();
    let job = Job {
        method: method.into(),
        params_json: parameters.into(),
        dataset,
        context,
        horizon: 0,
        seed: data.seed,
        stream: 0,
        threads: limits.threads,
        want_candidates: true,
        deadline: None,
    };
    let worker = worker.clone().with_threads(limits.threads);
    let mut worker = Worker::spawn(&worker, &plugins.plugins()[place].file)?;
    let ending = worker.run(&job, &job_limits(limits));
    let refuse = |message: String| Err(DiscoverError::Method { method: method.into(), message });
    let candidates = match ending.outcome {
        Outcome::Done { candidates, .. } if !candidates.is_empty() => candidates,
        Outcome::Done { .. } => return refuse("it found no equations".into()),
        Outcome::Diverged { message, .. } => return refuse(format!("diverged: {message}")),
        Outcome::Failed { kind, message } => return refuse(format!("{}: {message}", kind.name())),
        Outcome::TimedOut => return refuse(format!("not done after {} s", limits.wall_seconds)),
        Outcome::OutOfMemory { message } => return refuse(format!("out of memory: {message}")),
        Outcome::Crashed { signal } => {
            return refuse(format!("its process died of signal {signal}"));
        }
        Outcome::Lost { reason } => return refuse(reason),
    };
    let flat = entry.flatten().map_err(|error| ProtocolError::Definition {
        system: entry.system.name.clone(),
        message: error.to_string(),
    })?;
    let options = JudgeOptions::default();
    let judged = candidates
        .into_iter()
        .map(|candidate| {
            let text = candidate.equations.join("; ");
            Judged {
                verdict: judge(&flat.field, &text, &options).map_err(|error| error.to_string()),
                scores: score(&flat.field, &text, &options).ok(),
                equations: candidate.equations,
                complexity: candidate.complexity,
                loss: candidate.loss,
            }
        })
        .collect();
    Ok(Discovery {
        candidates: judged,
        seconds: ending.cost.wall_seconds,
        cpu_seconds: ending.cost.cpu_seconds,
    })
}

/// The trajectories, whole states, under the names of the states.
fn dataset(entry: &Entry, data: &DiscoveryData) -> Result<Dataset, ProtocolError> {
    let refuse = |field, value, accepted| Err(ProtocolError::Value { field, value, accepted });
    if data.trajectories == 0 {
        return refuse("trajectories", 0.0, "at least one is needed");
    }
    if !(data.noise >= 0.0 && data.noise.is_finite()) {
        return refuse("noise", data.noise, "zero or a positive number is needed");
    }
    let noise = Stream::new(data.seed, NOISE_STREAM);
    let mut place = 0;
    let mut names = Vec::new();
    let mut series = Vec::new();
    for number in 0..data.trajectories {
        let part = orbit_of(entry, data.per_period, data.points, number)?;
        let grid = TimeGrid::uniform(part.start, part.step, part.values.nrows())
            .expect("a recipe's step is positive");
        let mut values = part.values;
        if data.noise > 0.0 {
            let size = root_mean_square(&values);
            for ((_, column), value) in values.indexed_iter_mut() {
                *value += data.noise * size[column] * noise.normal(place);
                place += 1;
            }
        }
        names = part.names;
        series.push(Series { grid, values });
    }
    let time = if entry.system.kind == SystemKind::Map {
        TimeKind::Discrete
    } else {
        TimeKind::Continuous
    };
    let noise =
        (data.noise > 0.0).then_some(Noise { kind: NoiseKind::Additive, level: data.noise });
    Ok(Dataset { series, names, noise, time })
}

fn root_mean_square(values: &Array2<f64>) -> Vec<f64> {
    let count = values.nrows().max(1) as f64;
    values
        .columns()
        .into_iter()
        .map(|column| (column.iter().map(|x| x * x).sum::<f64>() / count).sqrt())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use takens_catalog::Catalog;

    #[test]
    fn data_that_cannot_be_are_refused() {
        let catalog = Catalog::builtin().unwrap();
        let henon = catalog.get("Henon").unwrap();
        let good = DiscoveryData { trajectories: 2, points: 10, ..DiscoveryData::default() };
        assert_eq!(dataset(henon, &good).unwrap().series.len(), 2);
        for (bad, names) in [
            (DiscoveryData { trajectories: 0, ..good }, "trajectories"),
            (DiscoveryData { points: 0, ..good }, "train"),
            (DiscoveryData { noise: f64::NAN, ..good }, "noise"),
        ] {
            let error = dataset(henon, &bad).unwrap_err().to_string();
            assert!(error.contains(names), "{error}");
        }
    }
}
