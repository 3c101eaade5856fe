//! `takens annotate`: recompute what is known of each system.

use crate::catalog::{find, load};
use crate::failure::Failure;
use crate::print::note;
use crate::{files, print};
use indicatif::{ProgressBar, ProgressStyle};
use std::io::Write;
use std::path::PathBuf;
use takens_analysis::annotate;
use takens_catalog::{Annotated, Annotations, Entry, definition_hash};

#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// Names of systems; all if left out
    names: Vec<String>,
    /// The file of annotations, of which other systems' entries are kept; standard output if left out
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
}

pub(crate) fn run(arguments: &Arguments, catalog_files: &[PathBuf]) -> Result<(), Failure> {
    let catalog = load(catalog_files)?;
    let entries: Vec<&Entry> = if arguments.names.is_empty() {
        catalog.entries().collect()
    } else {
        arguments.names.iter().map(|name| find(&catalog, name)).collect::<Result<_, _>>()?
    };
    let mut annotations = previous(arguments.output.as_ref())?;
    annotations.about = format!(
        "computed by takens {} (`takens annotate`): full Lyapunov spectra by the variational equations and QR; \
         exponents per unit of system time",
        env!("CARGO_PKG_VERSION")
    );
    let bar = ProgressBar::new(entries.len() as u64).with_style(
        ProgressStyle::with_template("{bar:30} {pos}/{len} {msg}, {eta} left")
            .map_err(Failure::work)?,
    );
    let mut failed = 0;
    for entry in entries {
        bar.set_message(entry.system.name.clone());
        match one(entry) {
            Ok(annotated) => {
                annotations.systems.insert(entry.system.name.clone(), annotated);
            }
            Err(message) => {
                failed += 1;
                bar.suspend(|| note!("{}: {message}", entry.system.name));
            }
        }
        bar.inc(1);
    }
    bar.finish_and_clear();
    let text = annotations.to_json();
    match &arguments.output {
        None => print::text(&text)?,
        Some(path) => files::whole(path, |file| {
            file.write_all(text.as_bytes()).map_err(|error| error.to_string())
        })?,
    }
    if failed == 0 {
        Ok(())
    } else {
        Err(Failure::Work(format!("{failed} system(s) could not be annotated")))
    }
}

fn previous(path: Option<&PathBuf>) -> Result<Annotations, Failure> {
    match path {
        Some(path) if path.is_file() => {
            let text = std::fs::read_to_string(path)
                .map_err(|error| Failure::Work(format!("{}: {error}", path.display())))?;
            Annotations::from_json(&text)
                .map_err(|error| Failure::Work(format!("{}: {error}", path.display())))
        }
        _ => Ok(Annotations::default()),
    }
}

fn one(entry: &Entry) -> Result<Annotated, String> {
    let field = entry.flatten().map_err(|error| error.to_string())?.field;
    let parameters = field.default_parameters();
    let initial = field.initial_state(&parameters);
    let annotation = annotate(&field, &parameters, &initial, entry.system.sample.period)
        .map_err(|error| error.to_string())?;
    Ok(Annotated { definition: definition_hash(&field), annotation })
}
