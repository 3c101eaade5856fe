//! `takens leaderboard`: the ranking of a run.

use crate::commands::bench::existing;
use crate::commands::report::METRIC;
use crate::failure::Failure;
use crate::print::note;
use crate::table::{Align, table};
use std::path::{Path, PathBuf};
use takens_report::{Leaderboard, Standing};

#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// The run's folder
    #[arg(value_name = "DIR")]
    folder: PathBuf,
    /// What to rank by
    #[arg(long, value_name = "M", default_value = METRIC)]
    metric: String,
    /// Print one JSON document
    #[arg(long)]
    json: bool,
}

pub(crate) fn run(arguments: &Arguments, files: &[PathBuf]) -> Result<(), Failure> {
    print(&arguments.folder, &arguments.metric, arguments.json, files)
}

/// Prints the ranking of the run in `folder`.
pub(crate) fn print(
    folder: &Path,
    metric: &str,
    json: bool,
    files: &[PathBuf],
) -> Result<(), Failure> {
    let catalog = crate::catalog::load(files)?;
    let run = existing(folder)?;
    for alarm in &run.alarms {
        note!("warning: {alarm}");
    }
    if run.set_aside > 0 {
        note!("{} results of other sweeps in this folder do not count here", run.set_aside);
    }
    let board =
        takens_report::leaderboard(&run, metric, |system| takens_report::form(&catalog, system))
            .map_err(|error| Failure::Work(format!("{}: {error}", folder.display())))?;
    if board.left_out > 0 {
        note!(
            "left out: {} pairs of system and seed for which a method has no result yet, or that have no data",
            board.left_out
        );
    }
    if json { crate::print::json(&board) } else { crate::print::text(&render(&board)) }
}

fn render(board: &Leaderboard) -> String {
    let rows: Vec<Vec<String>> = board
        .rows
        .iter()
        .map(|row| {
            let failures: Vec<String> =
                row.failures.iter().map(|(kind, count)| format!("{count} {kind}")).collect();
            vec![
                row.rank.to_string(),
                row.method.clone(),
                number(row.median),
                format!("[{}, {}]", number(row.low), number(row.high)),
                behind(row),
                format!("{:.2}", row.mean_rank),
                format!("{}/{}", row.done, row.tasks),
                row.diverged.to_string(),
                if failures.is_empty() { "-".into() } else { failures.join(", ") },
                row.seconds.map_or_else(|| "-".into(), |seconds| format!("{seconds:.2}")),
            ]
        })
        .collect();
    let median = format!("median {}", board.metric);
    let heading = [
        ("", Align::Right),
        ("method", Align::Left),
        (median.as_str(), Align::Right),
        ("95 % interval", Align::Left),
        ("behind the first", Align::Left),
        ("mean rank", Align::Right),
        ("done", Align::Right),
        ("diverged", Align::Right),
        ("failed", Align::Left),
        ("seconds", Align::Right),
    ];
    format!(
        "{}{} in {} of one form\n",
        table(&heading, &rows),
        crate::print::counted(board.systems, "system"),
        crate::print::counted(board.groups, "group")
    )
}

/// The interval of the paired difference to the first; one that holds zero tells nothing apart.
fn behind(row: &Standing) -> String {
    if (row.rank, row.behind_low, row.behind_high) == (1, 0.0, 0.0) {
        return "-".into();
    }
    format!("[{}, {}]", number(row.behind_low), number(row.behind_high))
}

/// Four digits, and powers of ten where those would not do.
fn number(value: f64) -> String {
    let size = value.abs();
    if size == 0.0 || (1e-3..1e5).contains(&size) {
        format!("{value:.4}").trim_end_matches('0').trim_end_matches('.').to_string()
    } else {
        format!("{value:.2e}")
    }
}
