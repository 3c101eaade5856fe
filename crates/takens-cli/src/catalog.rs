//! The catalogue as commands want it: with faults shown and names corrected.

use crate::failure::Failure;
use crate::print::aside;
use std::path::PathBuf;
use takens_catalog::{Catalog, CatalogError, Entry};

/// The built-in collection with the user's files.
///
/// # Errors
/// [`Failure`] if a file cannot be read or has faults, which are shown.
pub(crate) fn load(files: &[PathBuf]) -> Result<Catalog, Failure> {
    Catalog::with_files(files).map_err(|error| match error {
        CatalogError::Faults { source_file, parsed } => {
            let name = source_file.path.display().to_string();
            aside(&parsed.render(&name, &source_file.text, colour()));
            Failure::Shown
        }
        other => Failure::work(other),
    })
}

/// The system of this name.
///
/// # Errors
/// [`Failure::Work`] with the nearest name, if there is none.
pub(crate) fn find<'a>(catalog: &'a Catalog, name: &str) -> Result<&'a Entry, Failure> {
    catalog.get(name).ok_or_else(|| {
        let near = catalog.nearest(name).map(|near| format!("; did you mean {near:?}?"));
        Failure::Work(format!(
            "no system is called {name:?}{}",
            near.unwrap_or_else(|| "; `takens list` shows what there is".into())
        ))
    })
}

/// Whether diagnostics may be coloured: stderr is a terminal and nobody objects.
pub(crate) fn colour() -> bool {
    use std::io::IsTerminal;
    std::io::stderr().is_terminal() && std::env::var_os("NO_COLOR").is_none()
}
