//! `takens status`: how far a run has come, also while it runs.

use crate::commands::bench::refuse_missing;
use crate::failure::Failure;
use crate::print::counted;
use std::fmt::Write as _;
use std::path::PathBuf;
use takens_host::Overview;

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
    let overview = takens_host::overview(&arguments.folder)
        .map_err(|error| Failure::Work(format!("{}: {error}", arguments.folder.display())))?;
    if arguments.json {
        crate::print::json(&overview)
    } else {
        crate::print::text(&render(&overview))
    }
}

fn render(overview: &Overview) -> String {
    let mut text = String::new();
    // Writing to a string does not fail.
    let mut line = |label: &str, value: String| writeln!(text, "{label:<13}{value}").unwrap_or(());
    match overview.planned {
        Some(planned) => {
            let part = 100.0 * overview.ended as f64 / planned.max(1) as f64;
            line("tasks", format!("{} of {planned} ended ({part:.1} %)", overview.ended));
        }
        None => line("tasks", format!("{} ended; the folder has no sweep", overview.ended)),
    }
    for (status, count) in &overview.statuses {
        line("", format!("{count} {}", status.replace('_', " ")));
    }
    if let Some(seconds) = overview.last_result_seconds {
        line("last result", format!("{} ago", duration(seconds)));
    }
    if let Some(rate) = overview.rate {
        let left =
            overview.seconds_left.map(|left| format!(", {} left at this rate", duration(left)));
        line("rate", format!("{rate:.2} a second{}", left.unwrap_or_default()));
    }
    if overview.set_aside > 0 {
        line("others", format!("{} of other sweeps", counted(overview.set_aside, "result")));
    }
    for member in &overview.members {
        let has = overview.in_flight.iter().filter(|flying| flying.member == member.name).count();
        let mut said =
            format!("{}: {}, {has} in flight", member.name, counted(member.results, "result"));
        if !member.share.is_empty() {
            said += &format!(", share {}", member.share);
        }
        if let Some(seconds) = member.silent_seconds {
            said += &format!(", heard of {} ago", duration(seconds));
            if seconds > member.lease_seconds {
                said += "; it may be dead, and then others take its tasks";
            }
        }
        line("worker", said);
    }
    for file in &overview.files {
        let name = file.path.file_name().unwrap_or_default().to_string_lossy();
        let last =
            file.last_result_seconds.map(|last| format!(", the last {} ago", duration(last)));
        line(
            "file",
            format!("{name}: {}{}", counted(file.results, "result"), last.unwrap_or_default()),
        );
        if let Some(damage) = &file.damage {
            line("", format!("DAMAGED ({damage}): `takens bench --resume` sets it aside"));
        }
    }
    text
}

/// A duration as people say it: `3.1 s`, `4 min`, `2.5 h`.
pub(crate) fn duration(seconds: f64) -> String {
    match seconds {
        seconds if seconds < 10.0 => format!("{seconds:.1} s"),
        seconds if seconds < 120.0 => format!("{seconds:.0} s"),
        seconds if seconds < 7200.0 => format!("{:.0} min", seconds / 60.0),
        seconds if seconds < 172_800.0 => format!("{:.1} h", seconds / 3600.0),
        seconds => format!("{:.1} days", seconds / 86_400.0),
    }
}
