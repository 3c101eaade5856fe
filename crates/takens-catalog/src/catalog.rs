//! All systems at hand: the built-in ones and those of the user's files.

use crate::nearest::nearest;
use crate::used::parse_source;
use crate::{Annotations, AnnotationsError, Entry};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use takens_dsl::{Parsed, Severity};

/// The collection, built into the program.
const BUILTIN: &str = include_str!("../../../systems.dsl");

/// Files larger than this are not definitions.
const FILE_LIMIT: u64 = 64 << 20;

/// A set of systems by name, in order of definition.
#[derive(Debug, Clone)]
pub struct Catalog {
    entries: Vec<Entry>,
    places: BTreeMap<String, usize>,
}

/// A definition file, read.
#[derive(Debug, Clone)]
pub struct SourceFile {
    /// Its path as given.
    pub path: PathBuf,
    /// Its text.
    pub text: String,
}

/// A catalogue that cannot be made.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum CatalogError {
    /// A file cannot be read.
    #[error("{path}: {message}")]
    Read {
        /// The file.
        path: PathBuf,
        /// Why.
        message: String,
    },
    /// A file has faults; `parsed` tells where.
    #[error("{} has {} fault(s); `takens check` shows them", source_file.path.display(), parsed.diagnostics.iter().filter(|d| d.severity == Severity::Error).count())]
    Faults {
        /// The file.
        source_file: SourceFile,
        /// What was read of it, with its faults and warnings.
        parsed: Box<Parsed>,
    },
    /// The built-in annotations are damaged.
    #[error(transparent)]
    Annotations(#[from] AnnotationsError),
}

impl SourceFile {
    /// Reads a regular file of text.
    ///
    /// # Errors
    /// [`CatalogError::Read`] if it cannot be read, is no regular file, is huge or is not UTF-8.
    pub fn read(path: &Path) -> Result<Self, CatalogError> {
        let refuse = |message: String| CatalogError::Read { path: path.into(), message };
        let info = std::fs::metadata(path).map_err(|error| refuse(error.to_string()))?;
        if !info.is_file() {
            return Err(refuse("not a regular file; give a file of definitions".into()));
        }
        if info.len() > FILE_LIMIT {
            return Err(refuse(format!("{} bytes; at most {FILE_LIMIT} are accepted", info.len())));
        }
        let bytes = std::fs::read(path).map_err(|error| refuse(error.to_string()))?;
        let text = String::from_utf8(bytes).map_err(|error| {
            refuse(format!("not UTF-8 text: byte {} is wrong", error.utf8_error().valid_up_to()))
        })?;
        Ok(Self { path: path.into(), text })
    }
}

impl Catalog {
    /// The built-in collection with its annotations.
    ///
    /// # Errors
    /// [`CatalogError`] if what was built in has faults, which the tests of this crate exclude.
    pub fn builtin() -> Result<Self, CatalogError> {
        let mut catalog = Self { entries: Vec::new(), places: BTreeMap::new() };
        let source_file = SourceFile { path: "systems.dsl".into(), text: BUILTIN.into() };
        catalog.add(&source_file)?;
        let mut annotations = Annotations::builtin()?;
        for entry in &mut catalog.entries {
            entry.annotated = annotations.systems.remove(&entry.system.name);
            entry.is_builtin = true;
        }
        Ok(catalog)
    }

    /// The built-in collection, in which the definitions of `files` replace those of the same name
    /// and add the others.
    ///
    /// # Errors
    /// [`CatalogError`] for the first file that cannot be read or has faults.
    pub fn with_files(files: &[PathBuf]) -> Result<Self, CatalogError> {
        let mut catalog = Self::builtin()?;
        for path in files {
            catalog.add(&SourceFile::read(path)?)?;
        }
        Ok(catalog)
    }

    fn add(&mut self, source_file: &SourceFile) -> Result<(), CatalogError> {
        let parsed = parse_source(source_file);
        if parsed.diagnostics.iter().any(|diagnostic| diagnostic.severity == Severity::Error) {
            return Err(CatalogError::Faults {
                source_file: source_file.clone(),
                parsed: Box::new(parsed),
            });
        }
        let origin = source_file.path.display().to_string();
        for system in parsed.systems {
            let name = system.name.clone();
            let annotated =
                self.places.get(&name).and_then(|&place| self.entries[place].annotated.clone());
            let origin = match &system.file {
                Some(used) => source_file.path.with_file_name(used).display().to_string(),
                None => origin.clone(),
            };
            let entry = Entry { system, origin, annotated, is_builtin: false };
            match self.places.get(&name) {
                Some(&place) => self.entries[place] = entry,
                None => {
                    self.places.insert(name, self.entries.len());
                    self.entries.push(entry);
                }
            }
        }
        Ok(())
    }

    /// All systems, in order of definition.
    pub fn entries(&self) -> impl ExactSizeIterator<Item = &Entry> {
        self.entries.iter()
    }

    /// The system of this name.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&Entry> {
        self.places.get(name).map(|&place| &self.entries[place])
    }

    /// The name most like `name`, if one is.
    #[must_use]
    pub fn nearest(&self, name: &str) -> Option<String> {
        nearest(name, self.places.keys().map(String::as_str)).map(str::to_string)
    }
}
