//! `takens rescore`: all metrics anew, from archived forecasts.

use crate::commands::bench::refuse_missing;
use crate::failure::Failure;
use crate::print::counted;
use serde_json::json;
use std::path::PathBuf;

#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// The run's folder
    #[arg(value_name = "DIR")]
    folder: PathBuf,
    /// Print one JSON document
    #[arg(long)]
    json: bool,
}

pub(crate) fn run(arguments: &Arguments) -> Result<(), Failure> {
    refuse_missing(&arguments.folder)?;
    let found = takens_host::rescore(&arguments.folder)
        .map_err(|error| Failure::Work(format!("{}: {error}", arguments.folder.display())))?;
    if arguments.json {
        return crate::print::json(&json!({
            "scored": found.scored, "changed": found.changed, "metrics": found.metrics,
            "file": found.file,
        }));
    }
    let mut text = format!(
        "{} scored anew, {} changed\n",
        counted(found.scored, "result"),
        counted(found.changed, "result")
    );
    for (metric, count) in &found.metrics {
        text += &format!("  {metric}: {count} new or other\n");
    }
    if let Some(file) = &found.file {
        text += &format!("kept in {}\n", file.display());
    }
    crate::print::text(&text)
}
