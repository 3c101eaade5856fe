//! Reading a run's folder, also while it grows.
//!
//! Start at [`Reader`], which holds all files of a folder open, or [`read`] for the results alone.

use crate::record::{Record, Series, Status};
use crate::store::{DataRecord, SCHEMA_VERSION, StoreError, unpack};
use ndarray::Array2;
use rusqlite::{Connection, OpenFlags, OptionalExtension};
use std::collections::{BTreeMap, HashSet};
use std::path::{Path, PathBuf};

/// Everything that a folder holds.
#[derive(Debug, Default)]
pub struct Run {
    /// Results by task id. Two results of one task that differ are both named in `alarms`.
    pub results: BTreeMap<String, Record>,
    /// Data by id, without the arrays; [`Reader::data`] fetches those.
    pub data: HashSet<String>,
    /// Determinism alarms: one task, two different results.
    pub alarms: Vec<String>,
}

/// A run's folder, open for reading.
#[derive(Debug)]
pub struct Reader {
    files: Vec<(PathBuf, Connection)>,
}

/// Everything in a run's folder, without forecasts and data arrays.
///
/// # Errors
/// [`StoreError`] if the folder or one of its files cannot be read.
pub fn read(folder: &Path) -> Result<Run, StoreError> {
    Reader::open(folder)?.run()
}

/// Whether a folder holds results already.
///
/// # Errors
/// [`StoreError::Folder`] if it exists and cannot be listed.
pub fn has_results(folder: &Path) -> Result<bool, StoreError> {
    Ok(folder.exists() && !files(folder)?.is_empty())
}

impl Reader {
    /// Opens all files of a folder.
    ///
    /// # Errors
    /// [`StoreError`] if the folder or one of its files cannot be read.
    pub fn open(folder: &Path) -> Result<Self, StoreError> {
        let mut opened = Vec::new();
        for path in files(folder)? {
            if let Some(connection) = open(&path)? {
                opened.push((path, connection));
            }
        }
        Ok(Self { files: opened })
    }

    /// All results, without forecasts and data arrays.
    ///
    /// # Errors
    /// [`StoreError::Database`] if a file cannot be read.
    pub fn run(&self) -> Result<Run, StoreError> {
        let mut run = Run::default();
        for (path, connection) in &self.files {
            collect(connection, &mut run)
                .map_err(|error| StoreError::Database { path: path.clone(), error })?;
        }
        Ok(run)
    }

    /// The data of this id, from whichever file has them.
    ///
    /// # Errors
    /// [`StoreError`] if a file cannot be read or an array is damaged.
    pub fn data(&self, id: &str) -> Result<Option<DataRecord>, StoreError> {
        for (path, connection) in &self.files {
            let row = connection
                .query_row(DATA_COLUMNS, [id], DataRow::new)
                .optional()
                .map_err(|error| StoreError::Database { path: path.clone(), error })?;
            if let Some(row) = row {
                let damaged = || StoreError::Array { path: path.clone(), id: id.into() };
                return row.unpack(id).ok_or_else(damaged).map(Some);
            }
        }
        Ok(None)
    }

    /// The archived forecast of a task, `horizon × component`, if it made one.
    ///
    /// # Errors
    /// [`StoreError`] if a file cannot be read or the array is damaged.
    pub fn forecast(&self, id: &str) -> Result<Option<Array2<f64>>, StoreError> {
        for (path, connection) in &self.files {
            let blob = connection
                .query_row("SELECT forecast FROM result WHERE id = ?1", [id], |row| {
                    row.get::<_, Option<Vec<u8>>>(0)
                })
                .optional()
                .map_err(|error| StoreError::Database { path: path.clone(), error })?;
            if let Some(Some(blob)) = blob {
                let damaged = || StoreError::Array { path: path.clone(), id: id.into() };
                return unpack(&blob).ok_or_else(damaged).map(Some);
            }
        }
        Ok(None)
    }
}

/// Adds the results of one file to a run.
fn collect(connection: &Connection, run: &mut Run) -> rusqlite::Result<()> {
    let mut statement = connection.prepare("SELECT id FROM data")?;
    for id in statement.query_map([], |row| row.get::<_, String>(0))? {
        run.data.insert(id?);
    }
    let mut scores: BTreeMap<String, BTreeMap<String, f64>> = BTreeMap::new();
    let mut statement = connection.prepare("SELECT task, metric, value FROM score")?;
    let rows =
        statement.query_map([], |row| Ok((row.get::<_, String>(0)?, row.get(1)?, row.get(2)?)))?;
    for row in rows {
        let (task, metric, value) = row?;
        scores.entry(task).or_default().insert(metric, value);
    }
    let mut statement = connection.prepare(RESULT_COLUMNS)?;
    for row in statement.query_map([], record)? {
        let mut record = row?;
        record.scores = scores.remove(&record.id).unwrap_or_default();
        merge(run, record);
    }
    Ok(())
}

/// A row of the table `data`, as stored.
struct DataRow {
    system: String,
    start: f64,
    step: f64,
    names: String,
    clean: String,
    discrete: bool,
    noise: f64,
    exponent: Option<f64>,
    trusted: i64,
    train: Vec<u8>,
    truth: Vec<u8>,
}

impl DataRow {
    fn new(row: &rusqlite::Row) -> rusqlite::Result<Self> {
        Ok(Self {
            system: row.get(0)?,
            start: row.get(1)?,
            step: row.get(2)?,
            names: row.get(3)?,
            clean: row.get(4)?,
            discrete: row.get(5)?,
            noise: row.get(6)?,
            exponent: row.get(7)?,
            trusted: row.get(8)?,
            train: row.get(9)?,
            truth: row.get(10)?,
        })
    }

    fn unpack(self, id: &str) -> Option<DataRecord> {
        let names: Vec<String> = serde_json::from_str(&self.names).ok()?;
        let (train, truth) = (unpack(&self.train)?, unpack(&self.truth)?);
        let truth_start = self.start + train.nrows() as f64 * self.step;
        Some(DataRecord {
            id: id.into(),
            system: self.system,
            clean: serde_json::from_str(&self.clean).ok()?,
            discrete: self.discrete,
            noise: self.noise,
            exponent: self.exponent,
            trusted: usize::try_from(self.trusted).ok()?,
            train: Series {
                start: self.start,
                step: self.step,
                names: names.clone(),
                values: train,
            },
            truth: Series { start: truth_start, step: self.step, names, values: truth },
        })
    }
}

const DATA_COLUMNS: &str = "SELECT system, start, step, names, clean, discrete, noise, exponent, trusted, train, truth FROM data WHERE id = ?1";

const RESULT_COLUMNS: &str = "SELECT id, system, method, parameters, seed, protocol, data, status, kind, \
    message, fit_seconds, forecast_seconds, cpu_seconds, peak_memory, provenance FROM result";

fn record(row: &rusqlite::Row) -> rusqlite::Result<Record> {
    Ok(Record {
        id: row.get(0)?,
        system: row.get(1)?,
        method: row.get(2)?,
        parameters: row.get(3)?,
        seed: row.get::<_, i64>(4)? as u64,
        protocol: row.get(5)?,
        data: row.get(6)?,
        status: Status::by_name(&row.get::<_, String>(7)?).unwrap_or(Status::Lost),
        kind: row.get(8)?,
        message: row.get(9)?,
        fit_seconds: row.get(10)?,
        forecast_seconds: row.get(11)?,
        cpu_seconds: row.get(12)?,
        peak_memory: row.get::<_, Option<i64>>(13)?.map(|bytes| bytes as u64),
        provenance: row.get(14)?,
        forecast: None,
        scores: BTreeMap::new(),
    })
}

/// Adds a result. A settled one outweighs one that a limit or a kill cut short; two settled ones of
/// one task must agree.
fn merge(run: &mut Run, record: Record) {
    let Some(known) = run.results.get(&record.id) else {
        run.results.insert(record.id.clone(), record);
        return;
    };
    let both_settled = known.status.is_settled() && record.status.is_settled();
    if both_settled && (known.status != record.status || known.scores != record.scores) {
        run.alarms.push(format!(
            "task {} ({} on {}, seed {}) has two different results: the method is not deterministic",
            record.id, record.method, record.system, record.seed
        ));
    }
    if !known.status.is_settled() && record.status != Status::Lost {
        run.results.insert(record.id.clone(), record);
    }
}

fn files(folder: &Path) -> Result<Vec<PathBuf>, StoreError> {
    let problem = |error| StoreError::Folder { path: folder.into(), error };
    let mut paths = Vec::new();
    for entry in std::fs::read_dir(folder).map_err(problem)? {
        let path = entry.map_err(problem)?.path();
        let name =
            path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        if name.starts_with("results-") && name.ends_with(".sqlite") {
            paths.push(path);
        }
    }
    paths.sort();
    Ok(paths)
}

/// Opens a file for reading; `None` for one whose writer was stopped before its first table.
fn open(path: &Path) -> Result<Option<Connection>, StoreError> {
    let database = |error| StoreError::Database { path: path.into(), error };
    // Read-write, so that the journal of a killed writer is played back.
    let connection =
        Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_WRITE).map_err(database)?;
    connection.busy_timeout(std::time::Duration::from_secs(10)).map_err(database)?;
    let version: i64 =
        connection.query_row("PRAGMA user_version", [], |row| row.get(0)).map_err(database)?;
    match version {
        0 => Ok(None),
        SCHEMA_VERSION => Ok(Some(connection)),
        found => Err(StoreError::Version { path: path.into(), found }),
    }
}
