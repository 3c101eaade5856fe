//! Where a result comes from: enough to tell later why two machines differ.

use crate::protocol::{REVISION, Recipe};
use crate::sweep::Limits;
use serde::{Deserialize, Serialize};

/// What is the same for all tasks of a run.
#[derive(Debug, Clone)]
pub(crate) struct Provenance {
    processor: String,
    processors: usize,
}

/// What is kept beside a result.
#[derive(Debug, Serialize, Deserialize)]
struct Line {
    takens: String,
    plugin_hash: String,
    protocol_revision: u32,
    recipe: Recipe,
    limits: Limits,
    processor: String,
    processors: usize,
    /// Mean number of running processes over the last minute.
    load: Option<f64>,
    attempts: u32,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    remarks: Vec<String>,
}

impl Provenance {
    /// This machine, now.
    pub(crate) fn of_this_machine() -> Self {
        let processor = std::fs::read_to_string("/proc/cpuinfo")
            .ok()
            .and_then(|text| {
                let line = text.lines().find(|line| line.starts_with("model name"))?;
                Some(line.split(':').nth(1)?.trim().to_string())
            })
            .unwrap_or_else(|| std::env::consts::ARCH.to_string());
        Self { processor, processors: std::thread::available_parallelism().map_or(1, usize::from) }
    }

    /// The text kept with a task's result, JSON.
    pub(crate) fn of_task(
        &self,
        plugin_hash: &str,
        recipe: &Recipe,
        limits: &Limits,
        attempts: u32,
        remarks: &[String],
    ) -> String {
        let load = std::fs::read_to_string("/proc/loadavg")
            .ok()
            .and_then(|text| text.split(' ').next()?.parse().ok());
        let line = Line {
            takens: env!("CARGO_PKG_VERSION").into(),
            plugin_hash: plugin_hash.into(),
            protocol_revision: REVISION,
            recipe: recipe.clone(),
            limits: *limits,
            processor: self.processor.clone(),
            processors: self.processors,
            load,
            attempts,
            remarks: remarks.to_vec(),
        };
        serde_json::to_string(&line).expect("provenance is plain data")
    }

    /// The limits that a stored result was made under.
    pub(crate) fn limits(text: &str) -> Option<Limits> {
        serde_json::from_str::<Line>(text).ok().map(|line| line.limits)
    }
}
