//! `takens diff`: two runs beside each other.

use crate::commands::bench::refuse_missing;
use crate::failure::Failure;
use crate::print::counted;
use crate::table::{Align, table};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use takens_host::{Comparison, Moved, Reader};
use takens_metrics::Direction;

/// So many tasks with two results are listed.
const MOST_LISTED: usize = 20;

#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// One run's folder
    #[arg(value_name = "DIR")]
    first: PathBuf,
    /// Another run's folder
    #[arg(value_name = "DIR")]
    second: PathBuf,
    /// The metric in which tasks that are no longer the same are compared
    #[arg(long, value_name = "M", default_value = "smape")]
    metric: String,
    /// Print one JSON document
    #[arg(long)]
    json: bool,
}

/// Exit code 1 if a task has two different results.
pub(crate) fn run(arguments: &Arguments) -> Result<(), Failure> {
    let metric = takens_metrics::metric(&arguments.metric).map_err(Failure::work)?;
    let open = |folder: &Path| {
        refuse_missing(folder)?;
        Reader::open(folder)
            .map_err(|error| Failure::Work(format!("{}: {error}", folder.display())))
    };
    let found = takens_host::compare(&open(&arguments.first)?, &open(&arguments.second)?)
        .map_err(Failure::work)?;
    if arguments.json {
        crate::print::json(&found)?;
    } else {
        crate::print::text(&render(
            &found,
            metric.id,
            metric.direction == Direction::HigherIsBetter,
        ))?;
    }
    if found.different.is_empty() { Ok(()) } else { Err(Failure::Shown) }
}

fn render(found: &Comparison, metric: &str, higher_is_better: bool) -> String {
    let mut text = format!("{} equal to the bit\n", counted(found.equal, "task"));
    if !found.different.is_empty() {
        text +=
            &format!("{} with two different results:\n", counted(found.different.len(), "task"));
        for one in found.different.iter().take(MOST_LISTED) {
            text += &format!(
                "  {} on {}, seed {} ({}): {} against {}\n",
                one.method, one.system, one.seed, one.task, one.first, one.second
            );
        }
        if found.different.len() > MOST_LISTED {
            text += "  ...; --json lists all\n";
        }
    }
    if found.only_first + found.only_second > 0 {
        text += &format!(
            "{} only in the first, {} only in the second\n",
            counted(found.only_first, "task"),
            counted(found.only_second, "task")
        );
    }
    if !found.moved.is_empty() {
        text += &format!(
            "{} of other builds or definitions, in {metric}:\n{}",
            counted(found.moved.len(), "task"),
            moved(&found.moved, metric, higher_is_better)
        );
    }
    text
}

/// By method: how many of its tasks score better, worse and the same, and the median change.
fn moved(all: &[Moved], metric: &str, higher_is_better: bool) -> String {
    let mut methods: BTreeMap<&str, (Vec<f64>, usize)> = BTreeMap::new();
    for one in all {
        let (changes, ends) = methods.entry(&one.method).or_default();
        changes.extend(one.scores.get(metric).map(|(first, second)| second - first));
        *ends += usize::from(one.statuses.0 != one.statuses.1);
    }
    let rows: Vec<Vec<String>> = methods
        .into_iter()
        .map(|(method, (mut changes, ends))| {
            changes.sort_by(f64::total_cmp);
            let count = |wanted: std::cmp::Ordering| {
                let is = |change: &&f64| change.partial_cmp(&&0.0) == Some(wanted);
                changes.iter().filter(is).count()
            };
            let (up, down) = (count(std::cmp::Ordering::Greater), count(std::cmp::Ordering::Less));
            let (better, worse) = if higher_is_better { (up, down) } else { (down, up) };
            let median = changes.get(changes.len() / 2);
            vec![
                method.to_string(),
                better.to_string(),
                worse.to_string(),
                count(std::cmp::Ordering::Equal).to_string(),
                median.map_or_else(|| "-".into(), |median| format!("{median:+.4}")),
                ends.to_string(),
            ]
        })
        .collect();
    let heading = [
        ("method", Align::Left),
        ("better", Align::Right),
        ("worse", Align::Right),
        ("same", Align::Right),
        ("median change", Align::Right),
        ("other end", Align::Right),
    ];
    table(&heading, &rows)
}
