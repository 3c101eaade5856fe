//! `takens bench --plan`: how many tasks a sweep has, and what they may cost, without running it.

use crate::commands::bench::RUNS;
use crate::commands::status::duration;
use crate::failure::Failure;
use crate::print::counted;
use crate::table::{Align, table};
use std::path::Path;
use takens_host::{Estimate, Plan, Run};

/// Prints what is to be expected of a plan, told from past runs in `runs/` and in the run's folder.
pub(crate) fn print(plan: &Plan, folder: &Path, workers: usize, json: bool) -> Result<(), Failure> {
    let own = if folder.is_dir() { takens_host::read(folder).ok() } else { None };
    let estimate = takens_host::estimate(plan, own.as_ref(), &past_runs(folder));
    if json {
        let mut document = serde_json::to_value(&estimate).map_err(Failure::work)?;
        document["workers"] = workers.into();
        return crate::print::json(&document);
    }
    crate::print::text(&render(&estimate, workers))
}

/// The runs in `runs/` that can be read, but for the one in `folder`.
fn past_runs(folder: &Path) -> Vec<Run> {
    let entries = std::fs::read_dir(RUNS).into_iter().flatten().flatten();
    let own = folder.canonicalize().ok();
    entries
        .map(|entry| entry.path())
        .filter(|path| path.is_dir() && path.canonicalize().ok() != own)
        .filter_map(|path| takens_host::read(&path).ok())
        .collect()
}

fn render(estimate: &Estimate, workers: usize) -> String {
    let rows: Vec<Vec<String>> = estimate
        .methods
        .iter()
        .map(|method| {
            let open = method.tasks - method.known;
            vec![
                method.method.clone(),
                method.tasks.to_string(),
                method.known.to_string(),
                match method.seconds {
                    Some(seconds) => duration(seconds),
                    None if open == 0 => "-".into(),
                    None => "unknown".into(),
                },
                counted(method.past, "result"),
            ]
        })
        .collect();
    let heading = [
        ("method", Align::Left),
        ("tasks", Align::Right),
        ("known", Align::Right),
        ("expected", Align::Right),
        ("told from", Align::Right),
    ];
    let open = estimate.tasks - estimate.known;
    let mut text = table(&heading, &rows);
    text += &format!("{}, {} known already\n", counted(estimate.tasks, "task"), estimate.known);
    if open > 0 {
        let share = |seconds: f64| duration(seconds / workers as f64);
        let (limit, on) = (share(estimate.limit_seconds), counted(workers, "worker"));
        text += &if estimate.without_past == open {
            format!("at most {limit} on {on}\n")
        } else {
            format!("about {} on {on}, at most {limit}\n", share(estimate.seconds))
        };
    }
    if estimate.without_past > 0 {
        text += &format!(
            "{} of methods without a past run are not in the estimate\n",
            counted(estimate.without_past, "task")
        );
    }
    text
}
