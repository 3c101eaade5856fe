//! What a run's folder holds, beside what it should hold.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use takens_host::{Reader, Run};

/// Whether both folders have one result for each of so many tasks, equal to the bit.
pub(super) fn equal(whole: &Path, hurt: &Path, tasks: usize) -> Result<(), String> {
    let text = |error: takens_host::StoreError| error.to_string();
    let (whole, hurt) = (Reader::open(whole).map_err(text)?, Reader::open(hurt).map_err(text)?);
    let (expected, found): (Run, Run) = (whole.run().map_err(text)?, hurt.run().map_err(text)?);
    if let Some(alarm) = found.alarms.first() {
        return Err(alarm.clone());
    }
    if (expected.results.len(), found.results.len()) != (tasks, tasks) {
        let numbers = (expected.results.len(), found.results.len());
        return Err(format!(
            "{numbers:?} results undisturbed and disturbed; there are {tasks} tasks"
        ));
    }
    for (id, record) in &expected.results {
        let other = found.results.get(id).ok_or_else(|| format!("{id} has no result"))?;
        let bits = |reader: &Reader| -> Result<Option<Vec<u64>>, String> {
            let forecast = reader.forecast(id).map_err(text)?;
            Ok(forecast.map(|array| array.iter().map(|value| value.to_bits()).collect()))
        };
        let ends_alike = (record.status, &record.kind) == (other.status, &other.kind);
        if !ends_alike || record.scores != other.scores || bits(&whole)? != bits(&hurt)? {
            return Err(format!("{id} came out different:\n{record:?}\n{other:?}"));
        }
    }
    let mut settled: BTreeMap<String, usize> = BTreeMap::new();
    let count = |id: String, status: takens_host::Status, _: &str| {
        *settled.entry(id).or_default() += usize::from(status.is_settled());
    };
    hurt.for_each_end(count).map_err(text)?;
    match settled.iter().find(|(_, count)| **count != 1) {
        Some((id, count)) => Err(format!("{id} has {count} results")),
        None => Ok(()),
    }
}

/// The store files of a folder.
pub(super) fn stores(folder: &Path) -> Result<Vec<PathBuf>, String> {
    let entries = std::fs::read_dir(folder).map_err(|error| error.to_string())?;
    let mut paths: Vec<PathBuf> = entries.flatten().map(|entry| entry.path()).collect();
    paths.retain(|path| {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        name.starts_with("results-") && name.ends_with(".sqlite")
    });
    paths.sort();
    Ok(paths)
}

/// The tasks that have a result in this file, told from a copy in a folder of its own.
pub(super) fn tasks_of(file: &Path, scratch: &Path) -> Result<BTreeSet<String>, String> {
    std::fs::create_dir_all(scratch).map_err(|error| error.to_string())?;
    let copy = scratch.join(file.file_name().unwrap_or_default());
    std::fs::copy(file, copy).map_err(|error| error.to_string())?;
    let run = takens_host::read(scratch).map_err(|error| error.to_string())?;
    Ok(run.results.into_keys().collect())
}
