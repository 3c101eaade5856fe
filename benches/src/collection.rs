//! W7: every flow of the collection, 1000 points at 100 a period, tolerance 1e-12.

use std::collections::BTreeMap;
use takens_catalog::{Catalog, Entry};
use takens_core::TimeGrid;
use takens_dsl::SystemKind;
use takens_integrate::{Options, Propagator};

/// What became of the collection.
#[derive(Debug, Clone, Default)]
pub struct Collected {
    /// Trajectories that reached their end.
    pub done: usize,
    /// Systems without one, each with the reason.
    pub failed: Vec<String>,
}

/// Reads the collection and samples every `every`-th flow of it from its own start.
///
/// # Errors
/// A message if the collection cannot be read.
pub fn collection(every: usize) -> Result<Collected, String> {
    let catalog = Catalog::builtin().map_err(|error| error.to_string())?;
    let flows = catalog.entries().filter(|entry| entry.system.kind == SystemKind::Ode);
    let mut collected = Collected::default();
    for entry in flows.step_by(every) {
        match sampled(entry) {
            Ok(()) => collected.done += 1,
            Err(reason) => collected.failed.push(format!("{}: {reason}", entry.system.name)),
        }
    }
    Ok(collected)
}

/// Names and periods of all flows that have one.
///
/// # Errors
/// A message if the collection cannot be read.
pub fn periods() -> Result<Vec<(String, f64)>, String> {
    let catalog = Catalog::builtin().map_err(|error| error.to_string())?;
    let flows = catalog.entries().filter(|entry| entry.system.kind == SystemKind::Ode);
    Ok(flows.filter_map(|entry| Some((entry.system.name.clone(), entry.period()?))).collect())
}

fn sampled(entry: &Entry) -> Result<(), String> {
    let period = entry.period().ok_or("no period is on record")?;
    let grid = TimeGrid::uniform(0.0, period / 100.0, 1000).map_err(|error| error.to_string())?;
    let options = Options { tolerance: 1e-12, ..Options::default() };
    let rolled = entry.rolled_instance(&BTreeMap::new(), None);
    let solution = match rolled.map_err(|error| error.to_string())? {
        Some(system) => Propagator::rolled(&system.rolled.field, &options)
            .and_then(|made| made.sample(&system.parameters, &system.initial, &grid)),
        None => {
            let system =
                entry.instance(&BTreeMap::new(), None).map_err(|error| error.to_string())?;
            Propagator::new(&system.flat.field, &options)
                .and_then(|made| made.sample(&system.parameters, &system.initial, &grid))
        }
    };
    let trajectory = solution.map_err(|error| error.to_string())?.trajectory;
    if trajectory.values().iter().all(|value| value.is_finite()) {
        Ok(())
    } else {
        Err("not finite".into())
    }
}
