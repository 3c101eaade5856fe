//! Chores of the workspace: `cargo xtask quickstart | ci | chaos | tidy | plugins`.

mod ci;
mod metadata;
mod plugins;
mod quickstart;
mod report;
mod tidy;
mod trial;

use std::process::{Command, ExitCode};

const USAGE: &str = "\
usage: cargo xtask COMMAND
  quickstart           build the binary and the plugins (release), then run the default sweep
  ci                   the whole check: format, floors, clippy, tests, documentation
  chaos [--tasks N] [--kills N] [--seed S]  a sweep that is killed, out of disk and damaged, and yet whole
  overhead             what the host costs: time a task, plan and resume of 100,000 tasks, memory
  report-scale         a report of 135 systems and 20 methods, in target/report-scale
  report-check [FILE]  open a report in headless Chromium: sorting, hovering, colours, printing, time to open
  fuzz [--minutes N] [--seed S]  feed mutated files to the language; what does harm joins the corpus
  tidy                 check floors, headers and leftovers
  plugins [--release]  build the plugins and put each beside the binary, with its manifest";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let result = match words.as_slice() {
        ["quickstart", rest @ ..] => quickstart::run(rest),
        ["ci"] => ci::run(),
        ["chaos", rest @ ..] => trial::run("chaos", rest),
        ["overhead"] => trial::run("overhead", &[]),
        ["report-scale"] => report::scale(),
        ["report-check"] => report::check(None),
        ["report-check", page] => report::check(Some(page)),
        ["fuzz", rest @ ..] => {
            let run = ["run", "--release", "-p", "takens-dsl", "--example", "fuzz", "--"];
            cargo(&[&run[..], rest].concat(), &[])
        }
        ["tidy"] => tidy::run(),
        ["plugins"] => plugins::build("dev"),
        ["plugins", "--release"] => plugins::build("release"),
        _ => {
            eprintln!("{USAGE}");
            return ExitCode::from(2);
        }
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            eprintln!("xtask: {message}");
            ExitCode::FAILURE
        }
    }
}

/// Runs `cargo` with these arguments; an error if it fails.
fn cargo(arguments: &[&str], environment: &[(&str, &str)]) -> Result<(), String> {
    let line = format!("cargo {}", arguments.join(" "));
    eprintln!("$ {line}");
    let mut command = Command::new(std::env::var("CARGO").unwrap_or_else(|_| "cargo".into()));
    command.args(arguments).envs(environment.iter().copied());
    let status = command.status().map_err(|error| format!("{line}: {error}"))?;
    if status.success() { Ok(()) } else { Err(format!("{line}: {status}")) }
}
