//! Tuning: parameters chosen on data of their own, before a method is judged.
//!
//! A tuned method is tried with several parameters on a stretch of the orbit that no seed is judged
//! on; the best of them are then used for all seeds of that system. What to try is in `space`, from
//! the method's own schema; in which order, and for how long, in `search`. Every method has the same
//! budget of processor seconds. The clock thus has a say in how many parameters are tried: the choice
//! is kept with its trials, and a run that goes on uses it again.

mod search;
mod space;

pub(crate) use search::{Outcome, Trial, search};
pub(crate) use space::Space;

use serde::{Deserialize, Serialize};
use takens_metrics::Direction;

/// How the parameters of a method are chosen.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Tuning {
    /// In which way.
    pub by: Strategy,
    /// How many parameters are tried at the most, the defaults among them.
    pub candidates: usize,
    /// Processor seconds for all trials on one system.
    pub cpu_seconds: f64,
    /// The metric that decides.
    pub metric: String,
}

/// Which parameters are tried.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Strategy {
    /// Combinations of the values that the method's schema lists, in a random order.
    Grid,
    /// Random ones between the least and the greatest value listed.
    Random,
    /// Random ones, many on a short training part, the best of them on a longer one.
    Halving,
}

impl Strategy {
    /// Its name in a sweep.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Grid => "grid",
            Self::Random => "random",
            Self::Halving => "halving",
        }
    }
}

impl Default for Tuning {
    fn default() -> Self {
        Self { by: Strategy::Random, candidates: 16, cpu_seconds: 60.0, metric: "smape".into() }
    }
}

impl Tuning {
    /// The key under which the parameters of a tuned competitor say how it was tuned.
    pub(crate) const KEY: &'static str = "x-takens-tuning";

    /// The tuning in words: part of a task's identity, and of its competitor's name.
    pub(crate) fn label(&self) -> String {
        format!(
            "{}, {} candidates, {} cpu seconds, {}",
            self.by.name(),
            self.candidates,
            self.cpu_seconds,
            self.metric
        )
    }

    /// A score as something that is the better the lower it is; `None` where it is no number.
    pub(crate) fn loss(&self, score: f64) -> Option<f64> {
        let metric = takens_metrics::metric(&self.metric).ok()?;
        let loss = if metric.direction == Direction::HigherIsBetter { -score } else { score };
        (!loss.is_nan()).then_some(loss)
    }
}

/// The stretch of the orbit that is tuned on: one that no seed of the sweep is judged on, and the same
/// for all sweeps of up to 64 seeds, so that another seed does not tune everything anew.
pub(crate) fn stretch(seeds: u64) -> u64 {
    seeds.next_power_of_two().max(64)
}
