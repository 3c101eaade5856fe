//! `takens plugin validate`: what is wrong with a plugin, check by check.

use crate::commands::worker_command;
use crate::failure::Failure;
use crate::print;
use serde_json::json;
use std::fmt::Write as _;
use std::path::PathBuf;
use std::time::Duration;
use takens_host::WorkerCommand;
use takens_host::validate::{
    CHECKS, CheckResult, Options, Report, ValidateError, Verdict, validate,
};

#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    /// The plugin's folder, its library or its manifest
    #[arg(required_unless_present = "list")]
    path: Option<PathBuf>,
    /// Print one JSON document
    #[arg(long)]
    json: bool,
    /// Run the checks in this process, for a debugger: no time limits, and a crash is a crash
    #[arg(long)]
    in_process: bool,
    /// Seed of data, random parameters and methods
    #[arg(long, default_value_t = 0)]
    seed: u64,
    /// Only this method (repeatable)
    #[arg(long, value_name = "ID")]
    method: Vec<String>,
    /// Only this check (repeatable)
    #[arg(long, value_name = "NAME")]
    check: Vec<String>,
    /// Parameters that methods are checked with; left out: defaults, at the least `x-takens-fidelity`
    #[arg(long, value_name = "JSON")]
    params: Option<String>,
    /// How long one check may take, in seconds
    #[arg(long, value_name = "SECONDS", default_value_t = 120)]
    limit: u64,
    /// Print the checks there are, and what each looks for
    #[arg(long)]
    list: bool,
}

pub(super) fn run(arguments: &Arguments) -> Result<(), Failure> {
    if arguments.list {
        return print::text(&CHECKS.iter().fold(String::new(), |mut text, check| {
            let _ = writeln!(text, "{:<16}{}", check.name, check.about);
            text
        }));
    }
    let Some(path) = &arguments.path else { return Err(Failure::usage("which plugin?")) };
    if let Some(params) = &arguments.params
        && !serde_json::from_str(params).is_ok_and(|value: serde_json::Value| value.is_object())
    {
        return Err(Failure::usage("--params must be a JSON object: '{\"units\": 50}'"));
    }
    let options = Options {
        seed: arguments.seed,
        in_process: arguments.in_process,
        methods: arguments.method.clone(),
        checks: arguments.check.clone(),
        params: arguments.params.clone(),
        limit: Duration::from_secs(arguments.limit),
    };
    let probe = WorkerCommand::new(worker_command()?.executable, ["probe"]);
    let mut stopped = Ok(());
    let mut each = |result: &CheckResult| {
        if !arguments.json && stopped.is_ok() {
            stopped = print::text(&line(result));
        }
    };
    let report = match validate(path, &probe, &options, &mut each) {
        Ok(report) => report,
        Err(error @ (ValidateError::NoCheck { .. } | ValidateError::NoMethod { .. })) => {
            return Err(Failure::usage(error));
        }
        Err(error) => return Err(Failure::work(error)),
    };
    stopped?;
    if arguments.json {
        print::json(&json!({
            "plugin": report.plugin,
            "version": report.version,
            "abi": report.abi,
            "library_hash": report.library_hash,
            "seed": report.seed,
            "sound": report.is_sound(),
            "checks": report.checks,
        }))?;
    } else {
        print::text(&summary(&report))?;
    }
    if report.is_sound() { Ok(()) } else { Err(Failure::Shown) }
}

fn line(result: &CheckResult) -> String {
    let subject = result.method.as_deref().unwrap_or("");
    let message = match result.message.as_str() {
        "" => String::new(),
        message => format!("  {message}"),
    };
    let verdict = result.verdict.name();
    format!("{verdict:<8} {subject:<12} {:<16}{message}", result.check).trim_end().to_owned() + "\n"
}

fn summary(report: &Report) -> String {
    let count = |verdict| match report.count(verdict) {
        0 => None,
        count => Some(format!("{count} {}", verdict.name())),
    };
    let all =
        [Verdict::Failed, Verdict::Crashed, Verdict::Warning, Verdict::Passed, Verdict::Skipped];
    let counts: Vec<String> = all.into_iter().filter_map(count).collect();
    let verdict = if report.is_sound() { "sound" } else { "not sound" };
    format!("{} {}: {verdict} ({})\n", report.plugin, report.version, counts.join(", "))
}
