//! What can go wrong with a store, told apart by what is to be done about it.

use super::{OLDEST_VERSION, SCHEMA_VERSION};
use rusqlite::ErrorCode;
use std::path::{Path, PathBuf};

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
    /// There is no room: the result in flight is not kept, all before it are.
    #[error("{path}: the disk is full; make room")]
    Full {
        /// The file.
        path: PathBuf,
    },
    /// The system does not read or write.
    #[error("{path}: {error}; the disk may be full, over its quota, or gone")]
    Disk {
        /// The file.
        path: PathBuf,
        /// What SQLite said.
        error: rusqlite::Error,
    },
    /// A file is not as it was written.
    #[error(
        "{path} is damaged ({reason}); `takens bench --resume` sets it aside and runs its tasks again"
    )]
    Damaged {
        /// The file.
        path: PathBuf,
        /// What was found.
        reason: String,
    },
    /// SQLite refuses a file for another reason.
    #[error("{path}: {error}")]
    Database {
        /// The file.
        path: PathBuf,
        /// What SQLite said.
        error: rusqlite::Error,
    },
    /// The file was written by another version.
    #[error(
        "{path} has layout {found}, this program reads layouts {OLDEST_VERSION} to {SCHEMA_VERSION}; read it with the version that wrote it, or move it away and run its tasks again"
    )]
    Version {
        /// The file.
        path: PathBuf,
        /// Its layout.
        found: i64,
    },
}

impl StoreError {
    /// What an error of SQLite means for the file at `path`.
    pub(crate) fn of(path: &Path, error: rusqlite::Error) -> Self {
        let path = path.to_path_buf();
        match error.sqlite_error_code() {
            Some(ErrorCode::DiskFull) => Self::Full { path },
            Some(ErrorCode::SystemIoFailure) => Self::Disk { path, error },
            Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase) => {
                Self::Damaged { path, reason: error.to_string() }
            }
            // A column that is missing, or of another type, where the layout's number is right.
            _ if matches!(
                error,
                rusqlite::Error::InvalidColumnType(..)
                    | rusqlite::Error::FromSqlConversionFailure(..)
            ) =>
            {
                Self::Damaged { path, reason: error.to_string() }
            }
            _ => Self::Database { path, error },
        }
    }

    /// A stored array or row is not what was written.
    pub(crate) fn damaged_row(path: &Path, id: &str) -> Self {
        Self::Damaged { path: path.into(), reason: format!("the row of {id} is not as written") }
    }
}
