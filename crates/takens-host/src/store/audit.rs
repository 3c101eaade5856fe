//! Damaged files: found, named, set aside, so that only their own tasks run again.

use super::seal::is_whole;
use super::{StoreError, files, number_of, open_existing};
use rusqlite::Connection;
use std::path::{Path, PathBuf};

/// The tables whose rows are sealed.
const SEALED: [&str; 4] = ["data", "result", "choice", "rescored"];

/// A damaged file that was taken out of a run's folder's reckoning.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SetAside {
    /// The file, as it was called.
    pub path: PathBuf,
    /// The file, as it is called now.
    pub kept_as: PathBuf,
    /// What is wrong with it.
    pub reason: String,
}

/// What is wrong with the file at `path`; `None` if it is as its writer wrote it.
///
/// Checks the tree of pages, and the seal of every row.
///
/// # Errors
/// [`StoreError`] if that cannot be told: the file cannot be read, or is of another version.
pub fn damage(path: &Path) -> Result<Option<String>, StoreError> {
    // SQLite takes an empty file for a new database, and drops the journal beside it.
    if std::fs::metadata(path).is_ok_and(|facts| facts.len() == 0) {
        return Ok(Some("it is empty".into()));
    }
    // Both read the whole file: they do so at once.
    let found = std::thread::scope(|scope| {
        let seals = scope.spawn(|| look(path, broken_seal));
        let pages = look(path, broken_page);
        let seals = seals.join().expect("looking does not panic");
        if matches!(pages, Ok(None)) { seals } else { pages }
    });
    match found {
        Err(StoreError::Damaged { reason, .. }) => Ok(Some(reason)),
        found => found,
    }
}

fn look(
    path: &Path,
    fault: fn(&Connection) -> rusqlite::Result<Option<String>>,
) -> Result<Option<String>, StoreError> {
    let connection = open_existing(path)?;
    fault(&connection).map_err(|error| StoreError::of(path, error))
}

fn broken_page(connection: &Connection) -> rusqlite::Result<Option<String>> {
    let verdict: String =
        connection.query_row("PRAGMA integrity_check(1)", [], |row| row.get(0))?;
    Ok((verdict != "ok").then(|| verdict.replace('\n', "; ")))
}

fn broken_seal(connection: &Connection) -> rusqlite::Result<Option<String>> {
    for table in SEALED {
        let mut statement = connection.prepare(&format!("SELECT * FROM {table}"))?;
        let columns = statement.column_count();
        let mut rows = statement.query([])?;
        while let Some(row) = rows.next()? {
            if !is_whole(row, columns)? {
                let id: String = row.get(0)?;
                return Ok(Some(format!("the row of {id} in {table} is not as written")));
            }
        }
    }
    Ok(None)
}

/// Renames every damaged file of a run's folder, so that readers pass it by.
///
/// # Errors
/// [`StoreError`] if the folder cannot be read or a file cannot be renamed.
pub fn set_damaged_aside(folder: &Path) -> Result<Vec<SetAside>, StoreError> {
    let mut found = Vec::new();
    for path in files(folder)? {
        if let Some(reason) = damage(&path)? {
            let kept_as = set_aside(folder, &path)?;
            found.push(SetAside { path, kept_as, reason });
        }
    }
    Ok(found)
}

/// Renames a file and the journals beside it.
fn set_aside(folder: &Path, path: &Path) -> Result<PathBuf, StoreError> {
    let number = number_of(path).unwrap_or(0);
    let name = |again: u32| match again {
        0 => folder.join(format!("damaged-{number:04}.sqlite")),
        again => folder.join(format!("damaged-{number:04}-{again}.sqlite")),
    };
    let kept_as = (0..).map(name).find(|path| !path.exists()).expect("numbers do not end");
    // The journals first: a new file of the old name must never meet them.
    for ending in ["-wal", "-shm", "-journal", ""] {
        let (from, to) = (with_ending(path, ending), with_ending(&kept_as, ending));
        match std::fs::rename(&from, &to) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
                return Err(StoreError::Folder { path: from, error });
            }
            _ => {}
        }
    }
    Ok(kept_as)
}

fn with_ending(path: &Path, ending: &str) -> PathBuf {
    let mut name = path.as_os_str().to_os_string();
    name.push(ending);
    name.into()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::reader::read;
    use crate::record::Status;
    use crate::store::Store;
    use crate::store::tests::sample;
    use std::os::unix::fs::FileExt as _;

    /// A folder with two files: results 0 to 49, and "other".
    fn folder() -> (tempfile::TempDir, PathBuf) {
        let folder = tempfile::tempdir().unwrap();
        let mut store = Store::create(folder.path()).unwrap();
        for number in 0..50 {
            store.put(&sample(&number.to_string(), Status::Done), None).unwrap();
        }
        let path = store.path().to_path_buf();
        drop(store);
        Store::create(folder.path()).unwrap().put(&sample("other", Status::Done), None).unwrap();
        (folder, path)
    }

    #[test]
    fn a_file_cut_anywhere_is_set_aside_and_the_others_stay() {
        for part in [0.0, 0.001, 0.1, 0.5, 0.9, 0.99999] {
            let (folder, path) = folder();
            let length = path.metadata().unwrap().len();
            let file = std::fs::OpenOptions::new().write(true).open(&path).unwrap();
            file.set_len((length as f64 * part) as u64).unwrap();
            let aside = set_damaged_aside(folder.path()).unwrap();
            assert_eq!(aside.len(), 1, "cut at {part}");
            assert_eq!(aside[0].path, path);
            assert!(aside[0].kept_as.exists() && !aside[0].reason.is_empty());
            assert_eq!(read(folder.path()).unwrap().results.len(), 1);
            // The number is not used again: what is later stays later.
            assert!(Store::create(folder.path()).unwrap().path().ends_with("results-0003.sqlite"));
            assert!(set_damaged_aside(folder.path()).unwrap().is_empty());
        }
    }

    #[test]
    fn a_flipped_bit_in_a_number_is_noticed() {
        let (_folder, path) = folder();
        assert_eq!(damage(&path).unwrap(), None);
        let bytes = std::fs::read(&path).unwrap();
        let place = bytes.windows(4).rposition(|window| window == b"12.5").unwrap();
        let file = std::fs::OpenOptions::new().write(true).open(&path).unwrap();
        file.write_at(b"3", place as u64 + 1).unwrap();
        let reason = damage(&path).unwrap().unwrap();
        assert!(reason.contains("not as written"), "{reason}");
    }

    #[test]
    fn something_else_under_the_name_of_a_store_is_damage() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("results-0001.sqlite");
        std::fs::write(&path, vec![7u8; 5000]).unwrap();
        let error = read(folder.path()).unwrap_err().to_string();
        assert!(error.contains("results-0001.sqlite") && error.contains("--resume"), "{error}");
        assert_eq!(set_damaged_aside(folder.path()).unwrap().len(), 1);
        assert!(read(folder.path()).unwrap().results.is_empty());
    }
}
