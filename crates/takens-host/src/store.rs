//! The store: what a run has found, one SQLite file per writing process.
//!
//! A run's folder holds `results-0001.sqlite`, `results-0002.sqlite`, ...: each process that writes
//! opens a file of its own, so that no file ever has two writers, and merging two runs is copying
//! files. [`Store`] writes, one transaction per task; `reader` reads.

use crate::record::{Record, Series};
use ndarray::{Array2, ArrayView2};
use rusqlite::{Connection, params};
use std::collections::HashSet;
use std::ffi::CString;
use std::os::unix::ffi::OsStrExt as _;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// The layout of the tables below; a file of another one is refused.
pub(crate) const SCHEMA_VERSION: i64 = 1;

/// How long a write waits for readers.
const BUSY: Duration = Duration::from_secs(60);

const SCHEMA: &str = "
CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL);
CREATE TABLE data (
    id TEXT PRIMARY KEY, system TEXT NOT NULL, start REAL NOT NULL, step REAL NOT NULL,
    names TEXT NOT NULL, clean TEXT NOT NULL, discrete INTEGER NOT NULL, noise REAL NOT NULL,
    exponent REAL, trusted INTEGER NOT NULL,
    train BLOB NOT NULL, truth BLOB NOT NULL
);
CREATE TABLE result (
    id TEXT PRIMARY KEY, system TEXT NOT NULL, method TEXT NOT NULL, parameters TEXT NOT NULL,
    seed INTEGER NOT NULL, protocol TEXT NOT NULL, data TEXT NOT NULL, status TEXT NOT NULL,
    kind TEXT NOT NULL, message TEXT NOT NULL, fit_seconds REAL, forecast_seconds REAL,
    cpu_seconds REAL, peak_memory INTEGER, provenance TEXT NOT NULL, forecast BLOB
);
CREATE TABLE score (
    task TEXT NOT NULL, metric TEXT NOT NULL, value REAL NOT NULL, PRIMARY KEY (task, metric)
) WITHOUT ROWID;
";

/// A store that cannot be read or written.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StoreError {
    /// The folder cannot be made, listed or written.
    #[error("{path}: {error}")]
    Folder {
        /// The folder or file.
        path: PathBuf,
        /// What the system said.
        error: std::io::Error,
    },
    /// SQLite refuses a file: damaged, full disk, not a database.
    #[error(
        "{path}: {error}; if the file is damaged, move it away and resume: only its own tasks run again"
    )]
    Database {
        /// The file.
        path: PathBuf,
        /// What SQLite said.
        error: rusqlite::Error,
    },
    /// The file was written by another version.
    #[error("{path} has layout {found}, this program reads layout {SCHEMA_VERSION}")]
    Version {
        /// The file.
        path: PathBuf,
        /// Its layout.
        found: i64,
    },
    /// A stored array is not what its row says.
    #[error("{path}: a stored array of task or data {id} is damaged")]
    Array {
        /// The file.
        path: PathBuf,
        /// Whose array.
        id: String,
    },
}

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
        let database = |error| StoreError::Database { path: path.clone(), error };
        let connection = Connection::open(&path).map_err(database)?;
        // A reader of a large file may hold a rollback journal up for a while.
        connection.busy_timeout(BUSY).map_err(database)?;
        // A kill loses nothing that was committed; full sync keeps it through a power cut as well.
        connection.pragma_update(None, "journal_mode", journal(folder)).map_err(database)?;
        connection.pragma_update(None, "synchronous", "FULL").map_err(database)?;
        connection.execute_batch(SCHEMA).map_err(database)?;
        connection.pragma_update(None, "user_version", SCHEMA_VERSION).map_err(database)?;
        Ok(Self { path, connection, data: HashSet::new() })
    }

    /// Keeps the data of tasks, unless this file has them.
    ///
    /// # Errors
    /// [`StoreError::Database`], for example on a full disk.
    pub fn put_data(&mut self, data: &DataRecord) -> Result<(), StoreError> {
        if self.data.contains(&data.id) {
            return Ok(());
        }
        let names = serde_json::to_string(&data.truth.names).expect("names are text");
        let clean = serde_json::to_string(&data.clean).expect("moments are numbers");
        self.connection
            .execute(
                "INSERT INTO data VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)",
                params![
                    data.id,
                    data.system,
                    data.train.start,
                    data.train.step,
                    names,
                    clean,
                    data.discrete,
                    data.noise,
                    data.exponent,
                    data.trusted as i64,
                    pack(data.train.values.view()),
                    pack(data.truth.values.view()),
                ],
            )
            .map_err(|error| StoreError::Database { path: self.path.clone(), error })?;
        self.data.insert(data.id.clone());
        Ok(())
    }

    /// Keeps a result and its scores, all or nothing.
    ///
    /// # Errors
    /// [`StoreError::Database`], for example on a full disk; then nothing of it is kept.
    pub fn put(&mut self, record: &Record) -> Result<(), StoreError> {
        let path = self.path.clone();
        let database = |error| StoreError::Database { path: path.clone(), error };
        let transaction = self.connection.transaction().map_err(database)?;
        transaction
            .execute(
                "INSERT OR REPLACE INTO result VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16)",
                params![
                    record.id,
                    record.system,
                    record.method,
                    record.parameters,
                    record.seed as i64,
                    record.protocol,
                    record.data,
                    record.status.name(),
                    record.kind,
                    record.message,
                    record.fit_seconds,
                    record.forecast_seconds,
                    record.cpu_seconds,
                    record.peak_memory.map(|bytes| bytes as i64),
                    record.provenance,
                    record.forecast.as_ref().map(|forecast| pack(forecast.view())),
                ],
            )
            .map_err(database)?;
        for (metric, value) in &record.scores {
            transaction
                .execute(
                    "INSERT OR REPLACE INTO score VALUES (?1, ?2, ?3)",
                    params![record.id, metric, finite(*value)],
                )
                .map_err(database)?;
        }
        transaction.commit().map_err(database)
    }
}

fn fresh_file(folder: &Path) -> Result<PathBuf, StoreError> {
    for number in 1.. {
        let path = folder.join(format!("results-{number:04}.sqlite"));
        // `create_new` decides between two processes that start at once.
        match std::fs::OpenOptions::new().write(true).create_new(true).open(&path) {
            Ok(_) => return Ok(path),
            Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => {}
            Err(error) => return Err(StoreError::Folder { path, error }),
        }
    }
    unreachable!("numbers do not end")
}

/// SQLite's journal in this folder. The faster one, WAL, is shared through memory, which processes on
/// two machines do not have: a network's folder gets a rollback journal.
fn journal(folder: &Path) -> &'static str {
    /// As statfs(2) and the kernel's `magic.h` name them: NFS, SMB, CIFS, SMB 2, Lustre, GPFS, BeeGFS,
    /// Ceph, AFS, 9p, and FUSE, which may be anything.
    const NETWORK: [i64; 11] = [
        0x6969,
        0x517b,
        0xff53_4d42,
        0xfe53_4d42,
        0x0bd0_0bd0,
        0x4750_4653,
        0x1983_0326,
        0x00c3_6400,
        0x5346_414f,
        0x0102_1997,
        0x6573_5546,
    ];
    let Ok(path) = CString::new(folder.as_os_str().as_bytes()) else { return "DELETE" };
    // SAFETY: statfs is plain numbers, for which zeros are a value; the call fills it and reads a
    // path that ends in a zero.
    let kind = unsafe {
        let mut facts: libc::statfs = std::mem::zeroed();
        (libc::statfs(path.as_ptr(), &raw mut facts) == 0).then_some(facts.f_type as i64)
    };
    if kind.is_none_or(|kind| NETWORK.contains(&kind)) { "DELETE" } else { "WAL" }
}

/// SQLite stores NaN as NULL; scores are never NaN, and infinities are kept as the largest number.
fn finite(value: f64) -> f64 {
    value.clamp(-f64::MAX, f64::MAX)
}

/// Rows, columns, then the numbers in row order, compressed.
fn pack(values: ArrayView2<f64>) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(16 + 8 * values.len());
    bytes.extend((values.nrows() as u64).to_le_bytes());
    bytes.extend((values.ncols() as u64).to_le_bytes());
    for value in values.iter() {
        bytes.extend(value.to_le_bytes());
    }
    zstd::encode_all(bytes.as_slice(), 3).expect("memory can be written")
}

pub(crate) fn unpack(blob: &[u8]) -> Option<Array2<f64>> {
    let bytes = zstd::decode_all(blob).ok()?;
    let word = |place: usize| {
        Some(<[u8; 8]>::try_from(bytes.get(place..place + 8)?).expect("eight bytes"))
    };
    let rows = usize::try_from(u64::from_le_bytes(word(0)?)).ok()?;
    let columns = usize::try_from(u64::from_le_bytes(word(8)?)).ok()?;
    let numbers = bytes[16..]
        .chunks_exact(8)
        .map(|chunk| f64::from_le_bytes(chunk.try_into().expect("eight bytes")));
    Array2::from_shape_vec((rows, columns), numbers.collect()).ok()
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
        }
    }

    #[test]
    fn what_is_put_is_read() {
        let folder = tempfile::tempdir().unwrap();
        let mut store = Store::create(folder.path()).unwrap();
        let record = sample("a", Status::Done);
        store.put(&record).unwrap();
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
        first.put(&sample("a", Status::Lost)).unwrap();
        second.put(&sample("a", Status::Done)).unwrap();
        second.put(&sample("b", Status::Diverged)).unwrap();
        let run = read(folder.path()).unwrap();
        assert_eq!(run.results.len(), 2);
        assert_eq!(run.results["a"].status, Status::Done);
        assert!(run.alarms.is_empty());
    }

    #[test]
    fn two_different_results_of_one_task_raise_an_alarm() {
        let folder = tempfile::tempdir().unwrap();
        let mut other = sample("a", Status::Done);
        other.scores.insert("smape".into(), 13.0);
        Store::create(folder.path()).unwrap().put(&sample("a", Status::Done)).unwrap();
        Store::create(folder.path()).unwrap().put(&other).unwrap();
        assert_eq!(read(folder.path()).unwrap().alarms.len(), 1);
    }

    #[test]
    fn the_latest_sweep_says_which_results_count() {
        let folder = tempfile::tempdir().unwrap();
        let mut store = Store::create(folder.path()).unwrap();
        store.put(&sample("a", Status::Done)).unwrap();
        store.put(&sample("old", Status::Done)).unwrap();
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
        };
        store.put_data(&data).unwrap();
        store.put_data(&data).unwrap();
        let read = Reader::open(folder.path()).unwrap().data("d").unwrap().unwrap();
        assert_eq!((read.train, read.truth, read.clean), (data.train, data.truth, data.clean));
    }

    #[test]
    fn a_rollback_journal_keeps_results_too() {
        let folder = tempfile::tempdir().unwrap();
        let mut store = Store::create(folder.path()).unwrap();
        store.connection.pragma_update(None, "journal_mode", "DELETE").unwrap();
        store.put(&sample("a", Status::Done)).unwrap();
        let reader = Reader::open(folder.path()).unwrap();
        assert_eq!(reader.run().unwrap().results.len(), 1);
        store.put(&sample("b", Status::Done)).unwrap();
        assert_eq!(reader.run().unwrap().results.len(), 2);
        assert_eq!(journal(Path::new("/proc/no such folder")), "DELETE");
    }

    #[test]
    fn a_damaged_file_is_named() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("results-0001.sqlite"), vec![7u8; 5000]).unwrap();
        let error = read(folder.path()).unwrap_err().to_string();
        assert!(error.contains("results-0001.sqlite"), "{error}");
    }
}
