//! How far a run has come, seen from outside, also while it runs.

use crate::joint::{self, InFlight, MemberOverview};
use crate::provenance::Provenance;
use crate::reader::{Reader, planned};
use crate::record::Status;
use crate::store::{StoreError, files};
use serde::Serialize;
use std::collections::{BTreeMap, HashMap};
use std::path::{Path, PathBuf};
use std::time::SystemTime;

/// The rate is taken over this long before the last result, in seconds.
const RECENT: f64 = 600.0;

/// How far a run has come.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Overview {
    /// Tasks of the sweep; `None` if the folder has only results.
    pub planned: Option<usize>,
    /// Tasks of the sweep that have a result.
    pub ended: usize,
    /// The same by how they ended.
    pub statuses: BTreeMap<&'static str, usize>,
    /// Results of tasks of other sweeps.
    pub set_aside: usize,
    /// Seconds since the last result.
    pub last_result_seconds: Option<f64>,
    /// Results a second, over the last minutes of work.
    pub rate: Option<f64>,
    /// Seconds until the end at this rate; `None` where none is left or the rate is not known.
    pub seconds_left: Option<f64>,
    /// The store files, in the order in which they were begun.
    pub files: Vec<FileOverview>,
    /// Processes that work in the folder jointly, and those that died there.
    pub members: Vec<MemberOverview>,
    /// What they have in flight: tasks, and tunings (`tune-KEY`).
    pub in_flight: Vec<InFlight>,
}

/// One store file.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct FileOverview {
    /// The file.
    pub path: PathBuf,
    /// Results in it.
    pub results: usize,
    /// Seconds since the last of them.
    pub last_result_seconds: Option<f64>,
    /// What is wrong with it, as far as reading it tells.
    pub damage: Option<String>,
}

/// How far the run in a folder has come. A damaged file is told of, and passed by.
///
/// # Errors
/// [`StoreError`] if the folder cannot be read, or a file is of another version.
pub fn overview(folder: &Path) -> Result<Overview, StoreError> {
    let tasks = planned(folder)?;
    let joint = joint::view(folder)?;
    let now = seconds_now();
    let mut ends: HashMap<String, Status> = HashMap::new();
    let mut moments = Vec::new();
    let mut seen = Vec::new();
    for path in files(folder)? {
        let (mut results, mut last, mut found) = (0, None::<f64>, Vec::new());
        let mut see = |id: String, status, ended: Option<f64>| {
            results += 1;
            last = last.into_iter().chain(ended).reduce(f64::max);
            found.push((id, status, ended));
        };
        // A store that is being written, maybe on another machine, is told of by its writer.
        let list = path.file_name().and_then(|name| joint.lists.get(name.to_str()?));
        let read = match list {
            Some(list) => {
                list.iter().for_each(|done| see(done.task.clone(), done.status, Some(done.ended)));
                Ok(())
            }
            None => Reader::open_file(&path).and_then(|reader| {
                reader.for_each_end(|id, status, provenance| {
                    see(id, status, Provenance::ended(provenance));
                })
            }),
        };
        let damage = match read {
            Ok(()) => None,
            Err(StoreError::Damaged { reason, .. }) => Some(reason),
            Err(error) => return Err(error),
        };
        let last_result_seconds = last.map(|last| (now - last).max(0.0));
        seen.push(FileOverview { path, results, last_result_seconds, damage });
        for (id, status, ended) in found {
            moments.extend(ended);
            let known = ends.entry(id).or_insert(status);
            if !known.is_settled() && status != Status::Lost {
                *known = status;
            }
        }
    }
    let all = ends.len();
    if let Some(tasks) = &tasks {
        ends.retain(|id, _| tasks.contains(id));
    }
    let mut statuses = BTreeMap::new();
    for status in ends.values() {
        *statuses.entry(status.name()).or_default() += 1;
    }
    let last = moments.iter().copied().reduce(f64::max);
    let rate = last.and_then(|last| rate(&moments, last));
    let left = tasks.as_ref().map_or(0, |tasks| tasks.len() - ends.len());
    Ok(Overview {
        planned: tasks.as_ref().map(std::collections::HashSet::len),
        ended: ends.len(),
        statuses,
        set_aside: all - ends.len(),
        last_result_seconds: last.map(|last| (now - last).max(0.0)),
        rate,
        seconds_left: rate.filter(|_| left > 0).map(|rate| left as f64 / rate),
        files: seen,
        members: joint.members,
        in_flight: joint.in_flight,
    })
}

/// Results a second over the last minutes before `last`.
fn rate(moments: &[f64], last: f64) -> Option<f64> {
    let recent = || moments.iter().copied().filter(|moment| last - moment <= RECENT);
    let first = recent().reduce(f64::min)?;
    let others = recent().count() - 1;
    (last > first).then(|| others as f64 / (last - first))
}

fn seconds_now() -> f64 {
    SystemTime::now()
        .duration_since(SystemTime::UNIX_EPOCH)
        .map_or(0.0, |since| since.as_secs_f64())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::reader::TASKS_FILE;
    use crate::store::Store;
    use crate::store::tests::sample;

    #[test]
    fn a_run_is_counted_while_it_grows_and_in_spite_of_a_damaged_file() {
        let folder = tempfile::tempdir().unwrap();
        let mut store = Store::create(folder.path()).unwrap();
        let mut put = |id: &str, status, ended: f64| {
            let mut record = sample(id, status);
            record.provenance = format!("{{\"ended\":{ended}}}");
            store.put(&record, None).unwrap();
        };
        put("old", Status::Done, 1000.0);
        put("a", Status::Done, 5000.0);
        put("b", Status::TimedOut, 5010.0);
        put("c", Status::Lost, 5020.0);
        std::fs::write(folder.path().join("results-0002.sqlite"), vec![7u8; 5000]).unwrap();
        std::fs::write(folder.path().join(TASKS_FILE), "a\nb\nc\nd\ne\n").unwrap();
        let seen = overview(folder.path()).unwrap();
        assert_eq!((seen.planned, seen.ended, seen.set_aside), (Some(5), 3, 1));
        assert_eq!(seen.statuses, BTreeMap::from([("done", 1), ("timed_out", 1), ("lost", 1)]));
        assert_eq!((seen.rate, seen.seconds_left), (Some(0.1), Some(20.0)));
        assert_eq!(seen.files[0].results, 4);
        assert!(seen.files[0].damage.is_none() && seen.files[1].damage.is_some());
    }
}
