//! The store: what a run has found, one SQLite file per writing process.
//!
//! A run's folder holds `results-0001.sqlite`, `results-0002.sqlite`, ...: each process that writes
//! opens a file of its own, so that no file ever has two writers, and merging two runs is copying
//! files. [`Store`] writes, a transaction for each task or for those that end at once; `reader` reads; [`set_damaged_aside`] looks for
//! files that are not as they were written. A result is acknowledged once its transaction is on the
//! disk: neither a kill nor a power cut loses it.

mod array;
mod audit;
mod error;
mod journal;
mod seal;

pub(crate) use array::unpack;
pub use audit::{SetAside, damage, set_damaged_aside};
pub use error::StoreError;
pub(crate) use journal::is_on_network;

use crate::record::{Record, Series};
use crate::tuner::Choice;
use array::pack;
use journal::journal;
use rusqlite::types::Value;
use rusqlite::{Connection, OpenFlags, params_from_iter};
use std::collections::{BTreeMap, HashSet};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::time::Duration;
use takens_analysis::Proof;

/// The layout of the tables below.
pub(crate) const SCHEMA_VERSION: i64 = 4;
/// The oldest layout that is read. Layout 3 does not say how trust in the truth was proved.
pub(crate) const OLDEST_VERSION: i64 = 3;

/// How long a write waits for readers, and a reader for a checkpoint.
const BUSY: Duration = Duration::from_secs(60);

/// Scores are JSON: metric to number. A row of `choice` holds what tuning chose, one of `rescored` holds scores of a task, in this file or an
/// earlier one, that were computed from its forecast later. Every row ends in its seal.
const SCHEMA: &str = "
CREATE TABLE data (
    id TEXT PRIMARY KEY, system TEXT NOT NULL, start REAL NOT NULL, step REAL NOT NULL,
    names TEXT NOT NULL, clean TEXT NOT NULL, discrete INTEGER NOT NULL, noise REAL NOT NULL,
    exponent REAL, trusted INTEGER NOT NULL,
    train BLOB NOT NULL, truth BLOB NOT NULL, proof TEXT, seal BLOB NOT NULL
);
CREATE TABLE result (
    id TEXT PRIMARY KEY, system TEXT NOT NULL, method TEXT NOT NULL, parameters TEXT NOT NULL,
    seed INTEGER NOT NULL, protocol TEXT NOT NULL, data TEXT NOT NULL, status TEXT NOT NULL,
    kind TEXT NOT NULL, message TEXT NOT NULL, fit_seconds REAL, forecast_seconds REAL,
    cpu_seconds REAL, peak_memory INTEGER, scores TEXT NOT NULL, tuned TEXT NOT NULL,
    provenance TEXT NOT NULL, forecast BLOB, seal BLOB NOT NULL
);
CREATE TABLE choice (
    id TEXT PRIMARY KEY, system TEXT NOT NULL, method TEXT NOT NULL, tuning TEXT NOT NULL,
    chosen TEXT NOT NULL, trials TEXT NOT NULL, cpu_seconds REAL NOT NULL, seal BLOB NOT NULL
);
CREATE TABLE rescored (
    id TEXT PRIMARY KEY, scores TEXT NOT NULL, seal BLOB NOT NULL
);
";

/// The data that tasks of one system, recipe and seed share.
#[derive(Debug, Clone)]
pub struct DataRecord {
    /// Identity: the hash of everything that determines the data.
    pub id: String,
    /// Name of the system.
    pub system: String,
    /// The part that methods see.
    pub train: Series,
    /// The part that they are to forecast.
    pub truth: Series,
    /// Whether time counts iterations of a map.
    pub discrete: bool,
    /// Standard deviation of the noise on the training part, in those of the components.
    pub noise: f64,
    /// Mean and standard deviation of each component over the training part before noise.
    pub clean: Vec<(f64, f64)>,
    /// Largest Lyapunov exponent, per unit of system time, where it is known.
    pub exponent: Option<f64>,
    /// How many samples of the truth may be believed.
    pub trusted: usize,
    /// How that is known; none in files of earlier versions.
    pub proof: Option<Proof>,
}

/// A store open for writing: one file, this process's own.
#[derive(Debug)]
pub struct Store {
    path: PathBuf,
    connection: Connection,
    /// Data that this file has.
    data: HashSet<String>,
}

impl Store {
    /// A new file in `folder`, which is made if it is missing.
    ///
    /// # Errors
    /// [`StoreError`] if folder or file cannot be made.
    pub fn create(folder: &Path) -> Result<Self, StoreError> {
        std::fs::create_dir_all(folder)
            .map_err(|error| StoreError::Folder { path: folder.into(), error })?;
        let path = fresh_file(folder)?;
        let refuse = |error| StoreError::of(&path, error);
        let connection = Connection::open(&path).map_err(refuse)?;
        // A reader of a large file may hold a rollback journal up for a while.
        connection.busy_timeout(BUSY).map_err(refuse)?;
        // A kill loses nothing that was committed; full sync keeps it through a power cut as well.
        connection.pragma_update(None, "journal_mode", journal(folder)).map_err(refuse)?;
        connection.pragma_update(None, "synchronous", "FULL").map_err(refuse)?;
        Ok(Self { path, connection, data: HashSet::new() })
    }

    /// The file.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Keeps a result, with the data of its task unless this file has them: all or nothing.
    ///
    /// # Errors
    /// [`StoreError`], for example on a full disk; then nothing of it is kept.
    pub fn put(&mut self, record: &Record, data: Option<&DataRecord>) -> Result<(), StoreError> {
        self.put_all(std::iter::once((record, data)))
    }

    /// Keeps results as [`Store::put`] does, all or none of them: a disk takes as long for many as for
    /// one.
    ///
    /// # Errors
    /// [`StoreError`], for example on a full disk; then nothing is kept.
    pub fn put_all<'a>(
        &mut self,
        results: impl Iterator<Item = (&'a Record, Option<&'a DataRecord>)>,
    ) -> Result<(), StoreError> {
        let refuse = |error| StoreError::of(&self.path, error);
        let transaction = self.connection.transaction().map_err(refuse)?;
        let mut new: Vec<String> = Vec::new();
        for (record, data) in results {
            let is_new =
                |data: &&DataRecord| !self.data.contains(&data.id) && !new.contains(&data.id);
            if let Some(data) = data.filter(is_new) {
                insert(&transaction, "data", data_row(data)).map_err(refuse)?;
                new.push(data.id.clone());
            }
            insert(&transaction, "result", result_row(record)).map_err(refuse)?;
        }
        transaction.commit().map_err(refuse)?;
        self.data.extend(new);
        Ok(())
    }

    /// Keeps the parameters that tuning chose.
    ///
    /// # Errors
    /// [`StoreError`], for example on a full disk; then nothing of it is kept.
    pub fn put_choice(&mut self, choice: &Choice) -> Result<(), StoreError> {
        let row = vec![
            text(&choice.key),
            text(&choice.system),
            text(&choice.method),
            text(&choice.tuning),
            text(&choice.chosen),
            text(&choice.trials_text),
            Value::Real(choice.cpu_seconds),
        ];
        insert(&self.connection, "choice", row).map_err(|error| StoreError::of(&self.path, error))
    }

    /// Keeps scores of tasks that have results already, all or none of them.
    ///
    /// # Errors
    /// [`StoreError`], for example on a full disk; then nothing of it is kept.
    pub fn put_scores<'a>(
        &mut self,
        tasks: impl Iterator<Item = (&'a str, &'a BTreeMap<String, f64>)>,
    ) -> Result<(), StoreError> {
        let refuse = |error| StoreError::of(&self.path, error);
        let transaction = self.connection.transaction().map_err(refuse)?;
        for (id, scores) in tasks {
            insert(&transaction, "rescored", vec![text(id), scores_text(scores)])
                .map_err(refuse)?;
        }
        transaction.commit().map_err(refuse)
    }
}

/// Inserts a row and its seal.
fn insert(connection: &Connection, table: &str, mut row: Vec<Value>) -> rusqlite::Result<()> {
    row.push(Value::Blob(seal::seal(row.iter().map(Into::into))));
    let places = vec!["?"; row.len()].join(", ");
    let sql = format!("INSERT OR REPLACE INTO {table} VALUES ({places})");
    connection.prepare_cached(&sql)?.execute(params_from_iter(row)).map(drop)
}

fn text(text: &str) -> Value {
    Value::Text(text.into())
}

fn maybe(number: Option<f64>) -> Value {
    number.map_or(Value::Null, Value::Real)
}

fn data_row(data: &DataRecord) -> Vec<Value> {
    let names = serde_json::to_string(&data.truth.names).expect("names are text");
    let clean = serde_json::to_string(&data.clean).expect("moments are numbers");
    vec![
        text(&data.id),
        text(&data.system),
        Value::Real(data.train.start),
        Value::Real(data.train.step),
        Value::Text(names),
        Value::Text(clean),
        Value::Integer(data.discrete.into()),
        Value::Real(data.noise),
        maybe(data.exponent),
        Value::Integer(data.trusted as i64),
        Value::Blob(pack(data.train.values.view())),
        Value::Blob(pack(data.truth.values.view())),
        data.proof.map_or(Value::Null, |proof| text(proof_name(proof))),
    ]
}

/// How a proof is called in the store, as in the command line's JSON.
fn proof_name(proof: Proof) -> &'static str {
    match proof {
        Proof::DoubleDouble => "double_double",
        Proof::SecondRun => "second_run",
    }
}

/// The proof of this name.
pub(crate) fn proof_by_name(name: &str) -> Option<Proof> {
    [Proof::DoubleDouble, Proof::SecondRun].into_iter().find(|proof| proof_name(*proof) == name)
}

fn result_row(record: &Record) -> Vec<Value> {
    vec![
        text(&record.id),
        text(&record.system),
        text(&record.method),
        text(&record.parameters),
        Value::Integer(record.seed as i64),
        text(&record.protocol),
        text(&record.data),
        text(record.status.name()),
        text(&record.kind),
        text(&record.message),
        maybe(record.fit_seconds),
        maybe(record.forecast_seconds),
        maybe(record.cpu_seconds),
        record.peak_memory.map_or(Value::Null, |bytes| Value::Integer(bytes as i64)),
        scores_text(&record.scores),
        text(&record.tuned),
        text(&record.provenance),
        record.forecast.as_ref().map_or(Value::Null, |array| Value::Blob(pack(array.view()))),
    ]
}

/// JSON has no infinity: scores are never NaN, and infinities are kept as the largest number.
fn scores_text(scores: &BTreeMap<String, f64>) -> Value {
    let finite: BTreeMap<&str, f64> = scores
        .iter()
        .map(|(metric, value)| (metric.as_str(), value.clamp(-f64::MAX, f64::MAX)))
        .collect();
    Value::Text(serde_json::to_string(&finite).expect("scores are numbers"))
}

/// A new file with empty tables under the next free number. It gets its name once it is whole, so
/// that an empty file or one without tables is damage, and not a writer that was killed.
fn fresh_file(folder: &Path) -> Result<PathBuf, StoreError> {
    let folder_error = |path: &Path, error| StoreError::Folder { path: path.into(), error };
    // As readable as the user's mask lets it be: others may want to read the run.
    let mut partial = tempfile::Builder::new()
        .prefix(".new-")
        .suffix(".sqlite")
        .permissions(PermissionsExt::from_mode(0o666))
        .tempfile_in(folder)
        .map_err(|error| folder_error(folder, error))?;
    let refuse = |error| StoreError::of(partial.path(), error);
    let connection = Connection::open(partial.path()).map_err(refuse)?;
    let layout = format!("BEGIN; {SCHEMA} PRAGMA user_version = {SCHEMA_VERSION}; COMMIT;");
    connection.execute_batch(&layout).map_err(refuse)?;
    drop(connection);
    for number in last_number(folder)? + 1.. {
        let path = folder.join(format!("results-{number:04}.sqlite"));
        // Of two processes that start at once, one gets the name.
        match partial.persist_noclobber(&path) {
            Ok(_) => {
                sync(folder).map_err(|error| folder_error(folder, error))?;
                return Ok(path);
            }
            Err(error) if error.error.kind() == std::io::ErrorKind::AlreadyExists => {
                partial = error.file;
            }
            Err(error) => return Err(folder_error(&path, error.error)),
        }
    }
    unreachable!("numbers do not end")
}

/// Brings a folder's names to the disk.
pub(crate) fn sync(folder: &Path) -> std::io::Result<()> {
    std::fs::File::open(folder)?.sync_all()
}

/// The highest number of a file in `folder`; those set aside count, lest a later file passes for an
/// earlier one.
fn last_number(folder: &Path) -> Result<u32, StoreError> {
    let names = names(folder)?;
    Ok(names.iter().filter_map(|path| number_of(path)).max().unwrap_or(0))
}

/// `12` for `results-0012.sqlite` and for `damaged-0012.sqlite`.
fn number_of(path: &Path) -> Option<u32> {
    let name = path.file_name()?.to_str()?.strip_suffix(".sqlite")?;
    let number = name.strip_prefix("results-").or_else(|| name.strip_prefix("damaged-"))?;
    number.split('-').next()?.parse().ok()
}

fn names(folder: &Path) -> Result<Vec<PathBuf>, StoreError> {
    let problem = |error| StoreError::Folder { path: folder.into(), error };
    let entries = std::fs::read_dir(folder).map_err(problem)?;
    entries.map(|entry| entry.map(|entry| entry.path()).map_err(problem)).collect()
}

/// The files of a run's folder, in the order in which they were begun.
pub(crate) fn files(folder: &Path) -> Result<Vec<PathBuf>, StoreError> {
    let mut paths = names(folder)?;
    paths.retain(|path| {
        let name = path.file_name().map(|name| name.to_string_lossy()).unwrap_or_default();
        name.starts_with("results-") && name.ends_with(".sqlite")
    });
    paths.sort_by_cached_key(|path| (number_of(path), path.clone()));
    Ok(paths)
}

/// Opens a file of a run's folder for reading, beside a writer that may be at work.
pub(crate) fn open_existing(path: &Path) -> Result<Connection, StoreError> {
    // Read-write, so that the journal of a killed writer is played back.
    let opened = Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_WRITE).and_then(
        |connection| {
            connection.busy_timeout(BUSY)?;
            let version = connection.query_row("PRAGMA user_version", [], |row| row.get(0))?;
            Ok((connection, version))
        },
    );
    let (connection, version) = opened.map_err(|error| StoreError::of(path, error))?;
    check_version(path, version)?;
    Ok(connection)
}

/// Refuses a layout that this program does not read.
pub(crate) fn check_version(path: &Path, version: i64) -> Result<(), StoreError> {
    match version {
        OLDEST_VERSION..=SCHEMA_VERSION => Ok(()),
        // Files get their name with their tables in place.
        0 => Err(StoreError::Damaged { path: path.into(), reason: "it has no tables".into() }),
        found => Err(StoreError::Version { path: path.into(), found }),
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use crate::reader::{Reader, TASKS_FILE, read};
    use crate::record::Status;
    use ndarray::array;
    use std::collections::BTreeMap;

    pub(crate) fn sample(id: &str, status: Status) -> Record {
        Record {
            id: id.into(),
            system: "Lorenz".into(),
            method: "naive".into(),
            parameters: "{}".into(),
            seed: 1,
            protocol: "p1".into(),
            data: "d".into(),
            status,
            kind: String::new(),
            message: String::new(),
            fit_seconds: Some(0.5),
            forecast_seconds: None,
            cpu_seconds: None,
            peak_memory: Some(7),
            provenance: "{}".into(),
            forecast: Some(array![[1.0, -2.5], [f64::MIN_POSITIVE, 4.0]]),
            scores: BTreeMap::from([("smape".into(), 12.5), ("mse".into(), f64::INFINITY)]),
            tuned: String::new(),
        }
    }

    #[test]
    fn what_is_put_is_read() {
        let folder = tempfile::tempdir().unwrap();
        let mut store = Store::create(folder.path()).unwrap();
        let record = sample("a", Status::Done);
        store.put(&record, None).unwrap();
        let run = read(folder.path()).unwrap();
        assert_eq!(run.results["a"].scores["smape"], 12.5);
        assert_eq!(run.results["a"].scores["mse"], f64::MAX);
        let reader = Reader::open(folder.path()).unwrap();
        assert_eq!(reader.forecast("a").unwrap(), record.forecast);
        assert_eq!(reader.forecast("b").unwrap(), None);
    }

    #[test]
    fn a_second_writer_gets_a_file_of_its_own_and_readers_see_both() {
        let folder = tempfile::tempdir().unwrap();
        let mut first = Store::create(folder.path()).unwrap();
        let mut second = Store::create(folder.path()).unwrap();
        first.put(&sample("a", Status::Lost), None).unwrap();
        second.put(&sample("a", Status::Done), None).unwrap();
        second.put(&sample("b", Status::Diverged), None).unwrap();
        let run = read(folder.path()).unwrap();
        assert_eq!(run.results.len(), 2);
        assert_eq!(run.results["a"].status, Status::Done);
        assert!(run.alarms.is_empty());
    }

    #[test]
    fn two_different_results_of_one_task_raise_an_alarm_that_names_both() {
        let folder = tempfile::tempdir().unwrap();
        let mut same = sample("a", Status::Done);
        let mut other = sample("a", Status::Done);
        // Scores follow from the forecast: those of another version are no second result.
        same.scores.insert("smape".into(), 13.0);
        other.forecast.as_mut().unwrap()[[1, 0]] = 3.0;
        Store::create(folder.path()).unwrap().put(&sample("a", Status::Done), None).unwrap();
        Store::create(folder.path()).unwrap().put(&same, None).unwrap();
        assert!(read(folder.path()).unwrap().alarms.is_empty());
        Store::create(folder.path()).unwrap().put(&other, None).unwrap();
        let alarms = read(folder.path()).unwrap().alarms;
        assert_eq!(alarms.len(), 1);
        for part in ["results-0001.sqlite", "results-0003.sqlite", "sample 2", "not deterministic"]
        {
            assert!(alarms[0].contains(part), "{part:?} is missing from {}", alarms[0]);
        }
    }

    #[test]
    fn later_scores_stand_beside_those_of_the_result_or_in_their_place() {
        let folder = tempfile::tempdir().unwrap();
        let put = |scores: &[(&str, f64)]| {
            let scores = scores.iter().map(|(id, value)| (id.to_string(), *value)).collect();
            let mut store = Store::create(folder.path()).unwrap();
            store.put_scores([("a", &scores)].into_iter()).unwrap();
        };
        put(&[("smape", 1.0)]);
        Store::create(folder.path()).unwrap().put(&sample("a", Status::Done), None).unwrap();
        assert_eq!(read(folder.path()).unwrap().results["a"].scores["smape"], 12.5);
        put(&[("new", 2.0), ("smape", 3.0)]);
        let scores = &read(folder.path()).unwrap().results["a"].scores;
        assert_eq!((scores["new"], scores["smape"], scores["mse"]), (2.0, 3.0, f64::MAX));
    }

    #[test]
    fn the_latest_sweep_says_which_results_count() {
        let folder = tempfile::tempdir().unwrap();
        let mut store = Store::create(folder.path()).unwrap();
        store.put(&sample("a", Status::Done), None).unwrap();
        store.put(&sample("old", Status::Done), None).unwrap();
        std::fs::write(folder.path().join(TASKS_FILE), "a\nnot yet\n").unwrap();
        let run = read(folder.path()).unwrap();
        assert_eq!(run.results.keys().collect::<Vec<_>>(), ["a"]);
        assert_eq!((run.planned, run.set_aside), (Some(2), 1));
    }

    #[test]
    fn data_are_kept_once() {
        let folder = tempfile::tempdir().unwrap();
        let mut store = Store::create(folder.path()).unwrap();
        let values = array![[1.0], [f64::MAX]];
        let series = Series { start: 3.0, step: 0.5, names: vec!["x".into()], values };
        let data = DataRecord {
            id: "d".into(),
            system: "Lorenz".into(),
            train: series.clone(),
            truth: Series { start: 4.0, ..series },
            discrete: false,
            noise: 0.0,
            clean: vec![(0.1, 0.2)],
            exponent: None,
            trusted: 2,
            proof: Some(Proof::DoubleDouble),
        };
        store.put(&sample("a", Status::Done), Some(&data)).unwrap();
        store.put(&sample("b", Status::Done), Some(&data)).unwrap();
        let read = Reader::open(folder.path()).unwrap().data("d").unwrap().unwrap();
        assert_eq!((read.train, read.truth, read.clean), (data.train, data.truth, data.clean));
        assert_eq!((read.trusted, read.proof), (2, Some(Proof::DoubleDouble)));
    }

    #[test]
    fn files_of_the_layout_before_are_read_and_checked() {
        let folder = tempfile::tempdir().unwrap();
        let mut store = Store::create(folder.path()).unwrap();
        let older = "ALTER TABLE data DROP COLUMN proof; PRAGMA user_version = 3";
        store.connection.execute_batch(older).unwrap();
        store.put(&sample("a", Status::Done), None).unwrap();
        let values = Value::Blob(pack(array![[1.0], [2.0]].view()));
        let row = vec![
            text("d"),
            text("Lorenz"),
            Value::Real(3.0),
            Value::Real(0.5),
            text("[\"x\"]"),
            text("[[0.1,0.2]]"),
            Value::Integer(0),
            Value::Real(0.0),
            Value::Null,
            Value::Integer(2),
            values.clone(),
            values,
        ];
        insert(&store.connection, "data", row).unwrap();
        assert_eq!(damage(store.path()).unwrap(), None);
        let reader = Reader::open(folder.path()).unwrap();
        let data = reader.data("d").unwrap().unwrap();
        assert_eq!((data.trusted, data.proof, data.truth.start), (2, None, 4.0));
        assert!(reader.proofs().unwrap().is_empty());
        assert_eq!(reader.run().unwrap().results.len(), 1);
        store.connection.pragma_update(None, "user_version", SCHEMA_VERSION + 1).unwrap();
        let error = Reader::open(folder.path()).unwrap_err().to_string();
        assert!(error.contains("layouts 3 to 4"), "{error}");
    }

    #[test]
    fn a_rollback_journal_keeps_results_too() {
        let folder = tempfile::tempdir().unwrap();
        let mut store = Store::create(folder.path()).unwrap();
        store.connection.pragma_update(None, "journal_mode", "DELETE").unwrap();
        store.put(&sample("a", Status::Done), None).unwrap();
        let reader = Reader::open(folder.path()).unwrap();
        assert_eq!(reader.run().unwrap().results.len(), 1);
        store.put(&sample("b", Status::Done), None).unwrap();
        assert_eq!(reader.run().unwrap().results.len(), 2);
        assert_eq!(journal(Path::new("/proc/no such folder")), "DELETE");
    }
}
