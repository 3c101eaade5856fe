//! Reading a run's folder, also while it grows.
//!
//! Start at [`Reader`], which holds all files of a folder open, or [`read`] for the results alone.

use crate::compare::difference;
use crate::record::{Record, Series, Status};
use crate::store::{
    DataRecord, StoreError, check_version, files, open_existing, proof_by_name, unpack,
};
use ndarray::Array2;
use rusqlite::{Connection, ErrorCode, OpenFlags, OptionalExtension};
use std::collections::{BTreeMap, HashMap, HashSet};
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

/// The results of the sweep in a run's folder, without forecasts, data arrays and provenance.
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
        Ok(Self { tasks: planned(folder)?, ..Self::of(files(folder)?)? })
    }

    /// Opens these files; whatever is in them counts.
    pub(crate) fn of(paths: Vec<PathBuf>) -> Result<Self, StoreError> {
        let opened = paths.into_iter().map(|path| Ok((path.clone(), open(&path)?)));
        Ok(Self { files: opened.collect::<Result<_, _>>()?, tasks: None })
    }

    /// Opens one file alone; whatever is in it counts.
    ///
    /// # Errors
    /// [`StoreError`] if it cannot be read.
    pub fn open_file(path: &Path) -> Result<Self, StoreError> {
        Self::of(vec![path.into()])
    }

    /// The results of the sweep, without forecasts, data arrays and provenance.
    ///
    /// # Errors
    /// [`StoreError`] if a file cannot be read.
    pub fn run(&self) -> Result<Run, StoreError> {
        let planned = self.tasks.as_ref().map(HashSet::len);
        let mut collection =
            Collection { run: Run { planned, ..Run::default() }, ..Collection::default() };
        for place in 0..self.files.len() {
            self.collect(place, &mut collection)?;
        }
        let mut run = collection.run;
        run.set_aside = collection.others.len();
        Ok(run)
    }

    /// The files of the folder, in the order in which they were begun.
    pub fn paths(&self) -> impl Iterator<Item = &Path> {
        self.files.iter().map(|(path, _)| path.as_path())
    }

    /// Where every result came from: see `provenance` of [`Record`], by task id.
    ///
    /// # Errors
    /// [`StoreError`] if a file cannot be read.
    pub fn provenances(&self) -> Result<HashMap<String, String>, StoreError> {
        let mut all = HashMap::new();
        self.for_each_end(|id, _, provenance| {
            all.insert(id, provenance.to_string());
        })?;
        Ok(all)
    }

    /// The parameters that tuning chose, by key; of two choices the earlier one.
    ///
    /// # Errors
    /// [`StoreError`] if a file cannot be read.
    pub(crate) fn choices(&self) -> Result<HashMap<String, String>, StoreError> {
        let mut all = HashMap::new();
        for (path, connection) in &self.files {
            let mut read = || -> rusqlite::Result<()> {
                let mut statement = connection.prepare("SELECT id, chosen FROM choice")?;
                for row in statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))? {
                    let (key, chosen): (String, String) = row?;
                    all.entry(key).or_insert(chosen);
                }
                Ok(())
            };
            read().map_err(|error| StoreError::of(path, error))?;
        }
        Ok(all)
    }

    /// Id, status and provenance of every result of every file, those of other sweeps too.
    ///
    /// # Errors
    /// [`StoreError`] if a file cannot be read.
    pub fn for_each_end(
        &self,
        mut see: impl FnMut(String, Status, &str),
    ) -> Result<(), StoreError> {
        for (path, connection) in &self.files {
            ends(connection, &mut see).map_err(|error| StoreError::of(path, error))?;
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
                .prepare_cached("SELECT * FROM data WHERE id = ?1")
                .and_then(|mut statement| statement.query_row([id], DataRow::new).optional())
                .map_err(|error| StoreError::of(path, error))?;
            if let Some(row) = row {
                return row.unpack(id).ok_or_else(|| StoreError::damaged_row(path, id)).map(Some);
            }
        }
        Ok(None)
    }

    /// How the trust in data was proved, by the id of the data, where the file says so.
    ///
    /// # Errors
    /// [`StoreError`] if a file cannot be read.
    pub fn proofs(&self) -> Result<HashMap<String, String>, StoreError> {
        let mut all = HashMap::new();
        for (path, connection) in &self.files {
            let mut read = || -> rusqlite::Result<()> {
                let mut statement = match connection.prepare("SELECT id, proof FROM data") {
                    // Layout 3 has no such column.
                    Err(error) if error.to_string().contains("no such column") => return Ok(()),
                    prepared => prepared?,
                };
                for row in statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))? {
                    let (id, proof): (String, Option<String>) = row?;
                    all.extend(proof.map(|proof| (id, proof)));
                }
                Ok(())
            };
            read().map_err(|error| StoreError::of(path, error))?;
        }
        Ok(all)
    }

    /// The archived forecast of a task, `horizon × component`, if it made one.
    ///
    /// # Errors
    /// [`StoreError`] if a file cannot be read or the array is damaged.
    pub fn forecast(&self, id: &str) -> Result<Option<Array2<f64>>, StoreError> {
        for place in 0..self.files.len() {
            if let Some(forecast) = self.forecast_in(place, id)? {
                return Ok(Some(forecast));
            }
        }
        Ok(None)
    }

    /// The forecast of a task in one file.
    fn forecast_in(&self, place: usize, id: &str) -> Result<Option<Array2<f64>>, StoreError> {
        let (path, connection) = &self.files[place];
        let blob = connection
            .prepare_cached("SELECT forecast FROM result WHERE id = ?1")
            .and_then(|mut statement| {
                statement.query_row([id], |row| row.get::<_, Option<Vec<u8>>>(0)).optional()
            })
            .map_err(|error| StoreError::of(path, error))?;
        match blob.flatten() {
            Some(blob) => unpack(&blob).ok_or_else(|| StoreError::damaged_row(path, id)).map(Some),
            None => Ok(None),
        }
    }

    /// Adds what one file holds. A later file adds to an earlier one, or stands in its place.
    fn collect(&self, place: usize, collection: &mut Collection) -> Result<(), StoreError> {
        let (path, connection) = &self.files[place];
        let refuse = |error| StoreError::of(path, error);
        // One transaction: what is written meanwhile is seen whole or not at all.
        let snapshot = connection.unchecked_transaction().map_err(refuse)?;
        let mut results = snapshot.prepare(RESULT_COLUMNS).map_err(refuse)?;
        for row in results.query_map([], record).map_err(refuse)? {
            let record = row.map_err(refuse)?;
            if self.tasks.as_ref().is_some_and(|tasks| !tasks.contains(&record.id)) {
                collection.others.insert(record.id);
            } else {
                self.merge(place, collection, record)?;
            }
        }
        let mut rescored = snapshot.prepare("SELECT id, scores FROM rescored").map_err(refuse)?;
        let rows = rescored.query_map([], |row| Ok((row.get(0)?, scores(row, 1)?)));
        for row in rows.map_err(refuse)? {
            let (id, scores): (String, _) = row.map_err(refuse)?;
            if let Some(record) = collection.run.results.get_mut(&id) {
                record.scores.extend(scores);
            }
        }
        Ok(())
    }

    /// Adds a result. A settled one outweighs one that a limit or a kill cut short; two settled ones
    /// of one task must agree.
    fn merge(
        &self,
        place: usize,
        collection: &mut Collection,
        record: Record,
    ) -> Result<(), StoreError> {
        let known = collection.run.results.get(&record.id);
        if let Some(known) = known {
            if known.status.is_settled() && record.status.is_settled() {
                let alarm =
                    self.compare((collection.places[&record.id], known), (place, &record))?;
                collection.run.alarms.extend(alarm);
            }
            if known.status.is_settled() || record.status == Status::Lost {
                return Ok(());
            }
        }
        collection.places.insert(record.id.clone(), place);
        collection.run.results.insert(record.id.clone(), record);
        Ok(())
    }

    /// How two settled results of one task differ, if they do: by the forecast, bit by bit. Scores
    /// follow from it.
    fn compare(
        &self,
        first: (usize, &Record),
        second: (usize, &Record),
    ) -> Result<Option<String>, StoreError> {
        let (a, b) = (first.1, second.1);
        let forecasts = (self.forecast_in(first.0, &a.id)?, self.forecast_in(second.0, &b.id)?);
        let difference = difference((a, forecasts.0.as_ref()), (b, forecasts.1.as_ref()));
        let file = |place: usize| self.files[place].0.display();
        let reason = if a.tuned == b.tuned {
            "the method is not deterministic"
        } else {
            "tuning chose otherwise, for the clock has a say in it"
        };
        Ok(difference.map(|(in_a, in_b)| {
            format!(
                "task {} ({} on {}, seed {}) has two different results: {in_a} in {}, {in_b} in {}; \
                 {reason}",
                a.id,
                a.method,
                a.system,
                a.seed,
                file(first.0),
                file(second.0)
            )
        }))
    }
}

/// What has been read so far.
#[derive(Default)]
struct Collection {
    run: Run,
    /// The file that each result is from.
    places: HashMap<String, usize>,
    /// Tasks that are not of the sweep.
    others: HashSet<String>,
}

fn ends(
    connection: &Connection,
    see: &mut impl FnMut(String, Status, &str),
) -> rusqlite::Result<()> {
    let mut statement = connection.prepare("SELECT id, status, provenance FROM result")?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        let status = Status::by_name(row.get_ref(1)?.as_str()?).unwrap_or(Status::Lost);
        see(row.get(0)?, status, row.get_ref(2)?.as_str()?);
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
    proof: Option<String>,
}

impl DataRow {
    fn new(row: &rusqlite::Row) -> rusqlite::Result<Self> {
        Ok(Self {
            system: row.get("system")?,
            start: row.get("start")?,
            step: row.get("step")?,
            names: row.get("names")?,
            clean: row.get("clean")?,
            discrete: row.get("discrete")?,
            noise: row.get("noise")?,
            exponent: row.get("exponent")?,
            trusted: row.get("trusted")?,
            train: row.get("train")?,
            truth: row.get("truth")?,
            // Layout 3 has no such column.
            proof: match row.get("proof") {
                Err(rusqlite::Error::InvalidColumnName(_)) => None,
                found => found?,
            },
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
            proof: self.proof.as_deref().and_then(proof_by_name),
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

const RESULT_COLUMNS: &str = "SELECT id, system, method, parameters, seed, protocol, data, status, kind, \
    message, fit_seconds, forecast_seconds, cpu_seconds, peak_memory, scores, tuned FROM result";

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
        provenance: String::new(),
        forecast: None,
        scores: scores(row, 14)?,
        tuned: row.get(15)?,
    })
}

fn scores(row: &rusqlite::Row, column: usize) -> rusqlite::Result<BTreeMap<String, f64>> {
    serde_json::from_str(row.get_ref(column)?.as_str()?).map_err(|error| {
        rusqlite::Error::FromSqlConversionFailure(column, rusqlite::types::Type::Text, error.into())
    })
}

/// The ids of the tasks of the folder's sweep.
pub(crate) fn planned(folder: &Path) -> Result<Option<HashSet<String>>, StoreError> {
    let path = folder.join(TASKS_FILE);
    match std::fs::read_to_string(&path) {
        Ok(text) => Ok(Some(text.lines().map(str::to_string).collect())),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(StoreError::Folder { path, error }),
    }
}

/// Opens a file for reading, in a folder that nobody can write to as well.
fn open(path: &Path) -> Result<Connection, StoreError> {
    match open_existing(path) {
        Err(StoreError::Database { path, error }) if cannot_write_beside(&error) => {
            open_alone(&path).unwrap_or(Err(StoreError::Database { path, error }))
        }
        opened => opened,
    }
}

/// Whether SQLite could not make the file by which it shares a journal: the folder is read-only.
fn cannot_write_beside(error: &rusqlite::Error) -> bool {
    matches!(error.sqlite_error_code(), Some(ErrorCode::CannotOpen | ErrorCode::ReadOnly))
}

/// Opens a file as one that nobody writes to; `None` if a journal lies beside it, whose results would
/// be left out.
fn open_alone(path: &Path) -> Option<Result<Connection, StoreError>> {
    let text = path.to_str()?;
    if std::fs::metadata(format!("{text}-wal")).is_ok_and(|journal| journal.len() > 0) {
        return None;
    }
    let escaped = text.replace('%', "%25").replace('?', "%3f").replace('#', "%23");
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_URI;
    let opened = Connection::open_with_flags(format!("file:{escaped}?immutable=1"), flags)
        .and_then(|connection| {
            let version = connection.query_row("PRAGMA user_version", [], |row| row.get(0))?;
            Ok((connection, version))
        })
        .map_err(|error| StoreError::of(path, error));
    Some(opened.and_then(|(connection, version)| {
        check_version(path, version)?;
        Ok(connection)
    }))
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
        store.put(&sample("a", Status::Done), None).unwrap();
        let path = files(&folder).unwrap().remove(0);
        assert!(open_alone(&path).is_none(), "the result is in the journal still");
        drop(store);
        let connection = open_alone(&path).unwrap().unwrap();
        let reader = Reader { files: vec![(path, connection)], tasks: None };
        assert_eq!(reader.run().unwrap().results.len(), 1);
    }
}
