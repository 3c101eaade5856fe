//! What is in a dataset, and from what it can be made again.

use super::recipe::Recipe;
use super::write::Written;
use serde::Serialize;

/// What became of a system.
#[derive(Debug)]
pub(super) enum Made {
    Written(Box<System>),
    /// It has no such data, for this reason.
    Skipped(String),
}

/// A system and its files.
#[derive(Debug, Serialize)]
pub(super) struct System {
    pub(super) name: String,
    /// Hash of the definition at its sizes.
    pub(super) definition: Option<String>,
    pub(super) parameters: Vec<f64>,
    pub(super) period: Option<f64>,
    /// Time between samples.
    pub(super) step: f64,
    pub(super) method: String,
    pub(super) columns: Vec<String>,
    pub(super) files: Vec<Written>,
}

/// All of a dataset.
#[derive(Debug, Serialize)]
pub(super) struct Manifest {
    /// The version of this program.
    takens: &'static str,
    recipe: Recipe,
    /// Of all numbers, system after system in order of names, whatever the format: equal hashes, equal data.
    pub(super) hash: String,
    pub(super) systems: Vec<System>,
    /// Systems that are left out, and why.
    pub(super) skipped: Vec<(String, String)>,
}

impl Manifest {
    pub(super) fn new(recipe: &Recipe, made: Vec<(String, Made)>) -> Self {
        let mut manifest = Self {
            takens: env!("CARGO_PKG_VERSION"),
            recipe: recipe.clone(),
            hash: String::new(),
            systems: vec![],
            skipped: vec![],
        };
        for (name, made) in made {
            match made {
                Made::Written(system) => manifest.systems.push(*system),
                Made::Skipped(reason) => manifest.skipped.push((name, reason)),
            }
        }
        manifest.systems.sort_by(|a, b| a.name.cmp(&b.name));
        manifest.skipped.sort();
        let mut hasher = blake3::Hasher::new();
        for system in &manifest.systems {
            hasher.update(system.name.as_bytes());
            for file in &system.files {
                hasher.update(file.split.as_bytes());
                hasher.update(file.numbers.as_bytes());
            }
        }
        manifest.hash = hasher.finalize().to_hex().to_string();
        manifest
    }

    pub(super) fn to_json(&self) -> String {
        serde_json::to_string_pretty(self).expect("a manifest is JSON")
    }
}
