//! Reading a run's folder, also while it grows.
//!
//! Start at [`Reader`], which holds all files of a folder open, or [`read`] for the results alone.

use crate::record::{Record, Series, Status};
use crate::store::{DataRecord, SCHEMA_VERSION, StoreError, unpack};
use ndarray::Array2;
use rusqlite::{Connection, ErrorCode, OpenFlags, OptionalExtension};
use std::collections::{BTreeMap, HashSet};
use std::path::{Path, PathBuf};

/// The file in which a run's folder keeps the ids of the tasks of its sweep, one a line.
pub(crate) const TASKS_FILE: &str = "tasks.txt";

/// What a folder holds of its sweep.
///
/// A folder may have seen other sweeps before, other builds of a plugin or other definitions of a
/// system. Their results stay in the store, and count again when a sweep has these tasks again; but
/// no table mixes them with those of the latest sweep.
#[derive(Debug, Default)]
pub struct Run {
    /// Results by task id. Two results of one task that differ are both named in `alarms`.
    pub results: BTreeMap<String, Record>,
    /// Tasks of the sweep, with or without a result; `None` if the folder has only results.
    pub planned: Option<usize>,
    /// Results of tasks that are not of the sweep.
    pub set_aside: usize,
    /// Determinism alarms: one task, two different results.
    pub alarms: Vec<String>,
}

/// A run's folder, open for reading.
#[derive(Debug)]
pub struct Reader {
    files: Vec<(PathBuf, Connection)>,
    /// Ids of the tasks of the sweep.
    tasks: Option<HashSet<String>>,
}

/// The results of the sweep in a run's folder, without forecasts and data arrays.
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
        Ok(Self { files: opened, tasks: tasks(folder)? })
    }

    /// The results of the sweep, without forecasts and data arrays.
    ///
    /// # Errors
    /// [`StoreError::Database`] if a file cannot be read.
    pub fn run(&self) -> Result<Run, StoreError> {
        let planned = self.tasks.as_ref().map(HashSet::len);
        let mut run = Run { planned, ..Run::default() };
        let mut others = HashSet::new();
        for (path, connection) in &self.files {
            collect(connection, self.tasks.as_ref(), &mut run, &mut others)
                .map_err(|error| StoreError::Database { path: path.clone(), error })?;
        }
        run.set_aside = others.len();
        Ok(run)
    }

    /// Id, status and provenance of every result of every file, those of other sweeps too.
    ///
    /// # Errors
    /// [`StoreError::Database`] if a file cannot be read.
    pub(crate) fn for_each_end(
        &self,
        mut see: impl FnMut(String, Status, &str),
    ) -> Result<(), StoreError> {
        for (path, connection) in &self.files {
            ends(connection, &mut see)
                .map_err(|error| StoreError::Database { path: path.clone(), error })?;
        }
        Ok(())
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

/// Adds the results of one file to a run, and the ids of tasks that are not of the sweep to `others`.
fn collect(
    connection: &Connection,
    tasks: Option<&HashSet<String>>,
    run: &mut Run,
    others: &mut HashSet<String>,
) -> rusqlite::Result<()> {
    // One transaction: a result that is written meanwhile is seen with its scores or not at all.
    let snapshot = connection.unchecked_transaction()?;
    let mut scores = snapshot.prepare("SELECT metric, value FROM score WHERE task = ?1")?;
    let mut results = snapshot.prepare(RESULT_COLUMNS)?;
    for row in results.query_map([], record)? {
        let mut record = row?;
        if tasks.is_some_and(|tasks| !tasks.contains(&record.id)) {
            others.insert(record.id);
            continue;
        }
        let pairs = scores.query_map([&record.id], |row| Ok((row.get(0)?, row.get(1)?)))?;
        record.scores = pairs.collect::<rusqlite::Result<_>>()?;
        merge(run, record);
    }
    Ok(())
}

fn ends(
    connection: &Connection,
    see: &mut impl FnMut(String, Status, &str),
) -> rusqlite::Result<()> {
    let mut statement = connection.prepare("SELECT id, status, provenance FROM result")?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        let (status, provenance): (String, String) = (row.get(1)?, row.get(2)?);
        see(row.get(0)?, Status::by_name(&status).unwrap_or(Status::Lost), &provenance);
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

/// The ids of the tasks of the folder's sweep.
fn tasks(folder: &Path) -> Result<Option<HashSet<String>>, StoreError> {
    let path = folder.join(TASKS_FILE);
    match std::fs::read_to_string(&path) {
        Ok(text) => Ok(Some(text.lines().map(str::to_string).collect())),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(StoreError::Folder { path, error }),
    }
}

/// Opens a file for reading; `None` for one whose writer was stopped before its first table.
fn open(path: &Path) -> Result<Option<Connection>, StoreError> {
    let opened = match open_shared(path) {
        Err(error) if cannot_write_beside(&error) => open_alone(path).unwrap_or(Err(error)),
        opened => opened,
    };
    let (connection, version) =
        opened.map_err(|error| StoreError::Database { path: path.into(), error })?;
    match version {
        0 => Ok(None),
        SCHEMA_VERSION => Ok(Some(connection)),
        found => Err(StoreError::Version { path: path.into(), found }),
    }
}

/// A connection with the layout of its file, beside a writer that may be at work.
fn open_shared(path: &Path) -> rusqlite::Result<(Connection, i64)> {
    // Read-write, so that the journal of a killed writer is played back.
    let connection = Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_WRITE)?;
    connection.busy_timeout(std::time::Duration::from_secs(10))?;
    let version = connection.query_row("PRAGMA user_version", [], |row| row.get(0))?;
    Ok((connection, version))
}

/// Whether SQLite could not make the file by which it shares a journal: the folder is read-only.
fn cannot_write_beside(error: &rusqlite::Error) -> bool {
    matches!(error.sqlite_error_code(), Some(ErrorCode::CannotOpen | ErrorCode::ReadOnly))
}

/// As [`open_shared`], in a folder that nobody can write to; `None` if a journal lies beside the file,
/// whose results would be left out.
fn open_alone(path: &Path) -> Option<rusqlite::Result<(Connection, i64)>> {
    let text = path.to_str()?;
    if std::fs::metadata(format!("{text}-wal")).is_ok_and(|journal| journal.len() > 0) {
        return None;
    }
    let escaped = text.replace('%', "%25").replace('?', "%3f").replace('#', "%23");
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_URI;
    let opened = Connection::open_with_flags(format!("file:{escaped}?immutable=1"), flags)
        .and_then(|c| {
            let version = c.query_row("PRAGMA user_version", [], |row| row.get(0))?;
            Ok((c, version))
        });
    Some(opened)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::Store;
    use crate::store::tests::sample;

    #[test]
    fn a_file_on_read_only_media_is_read_once_its_writer_has_closed_it() {
        let folder = tempfile::tempdir().unwrap();
        let folder = folder.path().join("50% #1?");
        let mut store = Store::create(&folder).unwrap();
        store.put(&sample("a", Status::Done)).unwrap();
        let path = files(&folder).unwrap().remove(0);
        assert!(open_alone(&path).is_none(), "the result is in the journal still");
        drop(store);
        let (connection, version) = open_alone(&path).unwrap().unwrap();
        assert_eq!(version, SCHEMA_VERSION);
        let reader = Reader { files: vec![(path, connection)], tasks: None };
        assert_eq!(reader.run().unwrap().results.len(), 1);
    }
}
