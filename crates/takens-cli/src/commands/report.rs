//! `takens report`: the page of a run.

use crate::commands::bench::existing;
use crate::failure::Failure;
use crate::files;
use crate::print::note;
use std::io::Write;
use std::path::{Path, PathBuf};

#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// The run's folder
    #[arg(value_name = "DIR")]
    folder: PathBuf,
    /// The page; report.html in the run's folder if left out
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
    /// The metric that the page begins with
    #[arg(long, value_name = "M", default_value = METRIC)]
    metric: String,
}

/// What runs are ranked by, if nobody says otherwise.
pub(crate) const METRIC: &str = "smape";

pub(crate) fn run(arguments: &Arguments, files: &[PathBuf]) -> Result<(), Failure> {
    let page = arguments.output.clone().unwrap_or_else(|| arguments.folder.join("report.html"));
    write(&arguments.folder, &page, &arguments.metric, files)?;
    note!("report: {}", page.display());
    Ok(())
}

/// Writes the page of the run in `folder`.
pub(crate) fn write(
    folder: &Path,
    page: &Path,
    metric: &str,
    catalog_files: &[PathBuf],
) -> Result<(), Failure> {
    let catalog = crate::catalog::load(catalog_files)?;
    let run = existing(folder)?;
    let html = takens_report::html(folder, &run, &catalog, metric).map_err(Failure::work)?;
    files::whole(page, |file| file.write_all(html.as_bytes()).map_err(|error| error.to_string()))
}
