//! Where a result comes from: enough to tell later why two machines differ.

use crate::isolate::MEMORY_METHOD;
use crate::plugin_set::HashedPlugin;
use crate::protocol::{REVISION, Recipe};
use crate::sweep::Limits;
use serde::{Deserialize, Serialize};
use std::time::SystemTime;

/// What is the same for all tasks of a run.
#[derive(Debug, Clone)]
pub(crate) struct Provenance {
    processor: String,
    processors: usize,
    machine: String,
    kernel: String,
}

/// What is kept beside a result.
#[derive(Debug, Serialize, Deserialize)]
struct Line {
    takens: String,
    #[serde(default)]
    plugin: String,
    #[serde(default)]
    plugin_version: String,
    plugin_hash: String,
    protocol_revision: u32,
    recipe: Recipe,
    limits: Limits,
    /// How the memory limit was kept.
    #[serde(default)]
    memory_limit_by: String,
    processor: String,
    processors: usize,
    #[serde(default)]
    machine: String,
    #[serde(default)]
    kernel: String,
    /// Seconds since 1970 when it ended.
    #[serde(default)]
    ended: f64,
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
        let said = |path: &str| {
            std::fs::read_to_string(path).map_or_else(|_| String::new(), |text| text.trim().into())
        };
        Self {
            processor,
            processors: std::thread::available_parallelism().map_or(1, usize::from),
            machine: said("/proc/sys/kernel/hostname"),
            kernel: said("/proc/sys/kernel/osrelease"),
        }
    }

    /// The text kept with a task's result, JSON.
    pub(crate) fn of_task(
        &self,
        plugin: &HashedPlugin,
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
            plugin: plugin.file.manifest.id.clone(),
            plugin_version: plugin.file.manifest.version.clone(),
            plugin_hash: plugin.hash.clone(),
            protocol_revision: REVISION,
            recipe: recipe.clone(),
            limits: *limits,
            memory_limit_by: MEMORY_METHOD.into(),
            processor: self.processor.clone(),
            processors: self.processors,
            machine: self.machine.clone(),
            kernel: self.kernel.clone(),
            ended: SystemTime::now()
                .duration_since(SystemTime::UNIX_EPOCH)
                .map_or(0.0, |since| since.as_secs_f64()),
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

    /// When a stored result was made, in seconds since 1970.
    pub(crate) fn ended(text: &str) -> Option<f64> {
        /// The rest of the line is passed over.
        #[derive(Deserialize)]
        struct Ended {
            ended: f64,
        }
        serde_json::from_str::<Ended>(text).ok().map(|line| line.ended)
    }
}
