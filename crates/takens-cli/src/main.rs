//! The binary `takens`: arguments, progress, exit codes.
//!
//! [`Cli`] is the command line; each command is a file in `commands/`, a function from its arguments
//! to success or a [`failure::Failure`]. Exit codes: 0 all well, 1 the work failed or found faults, 2 wrong
//! usage.

mod catalog;
mod columns;
mod commands;
mod failure;
mod files;
mod input;
mod interrupt;
mod parameters;
mod print;
mod progress;
mod rows;
mod subject;
mod table;

use clap::{CommandFactory, FromArgMatches, Parser, Subcommand};
use commands::{
    annotate, bench, check, dataset, diff, discover, distribute, ensemble, eval, explain, export,
    fmt, import, judge, leaderboard, list, lsp, lyapunov, plugin, poincare, report, rescore, show,
    status, trajectory,
};
use std::path::PathBuf;
use std::process::ExitCode;

/// Chaotic dynamical systems: write them, integrate them, benchmark forecasting and discovery.
#[derive(Debug, Parser)]
#[command(name = "takens", version, max_term_width = 100)]
struct Cli {
    /// Definitions that add to the built-in collection or replace parts of it (repeatable)
    #[arg(long, global = true, value_name = "FILE")]
    catalog: Vec<PathBuf>,
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// List the systems: name, kind, dimension, field, largest Lyapunov exponent
    List(list::Arguments),
    /// Show one system
    Show(show::Arguments),
    /// Check definition files: every fault and warning, with its place and a way out
    Check(check::Arguments),
    /// Read a file of another tool (ODEBench, XPPAUT) and write it in the language
    Import(import::Arguments),
    /// Give definition files their canonical layout
    Fmt(fmt::Arguments),
    /// What a diagnostic means, with an example and the way out
    Explain(explain::Arguments),
    /// Evaluate a right-hand side (or the image of a map) at a point, or at many
    Eval(eval::Arguments),
    /// Integrate one trajectory and write it to a file
    Trajectory(trajectory::Arguments),
    /// Find where a trajectory crosses a surface, and write the states there to a file
    Poincare(poincare::Arguments),
    /// Integrate many starts or parameter values at once
    Ensemble(ensemble::Arguments),
    /// Write the collection as trajectories: splits, noise, formats, with a manifest and its hash
    Dataset(dataset::Arguments),
    /// Compute the Lyapunov spectrum of a system
    Lyapunov(lyapunov::Arguments),
    /// Recompute the generated annotations: exponents, dimensions, periods
    Annotate(annotate::Arguments),
    /// Run a sweep of methods over systems
    Bench(bench::Arguments),
    /// Run a planned sweep on many machines: Slurm, HyperQueue, or by hand
    Distribute(distribute::Arguments),
    /// Rank the methods of a run
    Leaderboard(leaderboard::Arguments),
    /// Write the HTML report of a run
    Report(report::Arguments),
    /// How far a run has come, also while it runs
    Status(status::Arguments),
    /// Write the results of a run as one table: parquet or csv
    Export(export::Arguments),
    /// Compute all metrics anew from the archived forecasts of a run
    Rescore(rescore::Arguments),
    /// Compare two runs, task by task
    Diff(diff::Arguments),
    /// Discover the equations of a system from data, and judge them against the truth
    Discover(discover::Arguments),
    /// Judge candidate equations against a system's truth
    Judge(judge::Arguments),
    /// List, show, make and validate plugins
    Plugin(plugin::Arguments),
    /// Serve an editor: the language server, over standard input and output
    Lsp(lsp::Arguments),
    /// What the JSON of every command holds
    #[command(long_about = commands::json::HELP)]
    Json,
    /// Serve one plugin to a coordinator (started by `takens bench`, not by hand)
    #[command(hide = true)]
    Worker,
    /// Carry out one check of a plugin (started by `takens plugin validate`, not by hand)
    #[command(hide = true)]
    Probe {
        /// Which, as JSON
        request: String,
    },
}

fn main() -> ExitCode {
    let mut command = numbers_may_be_negative(Cli::command());
    let cli =
        Cli::from_arg_matches(&command.get_matches_mut()).unwrap_or_else(|error| error.exit());
    let files = cli.catalog.as_slice();
    let result = match &cli.command {
        Command::List(arguments) => list::run(arguments, files),
        Command::Show(arguments) => show::run(arguments, files),
        Command::Check(arguments) => check::run(arguments),
        Command::Import(arguments) => import::run(arguments),
        Command::Fmt(arguments) => fmt::run(arguments),
        Command::Explain(arguments) => explain::run(arguments),
        Command::Eval(arguments) => eval::run(arguments, files),
        Command::Trajectory(arguments) => trajectory::run(arguments, files),
        Command::Poincare(arguments) => poincare::run(arguments, files),
        Command::Ensemble(arguments) => ensemble::run(arguments, files),
        Command::Dataset(arguments) => dataset::run(arguments, files),
        Command::Lyapunov(arguments) => lyapunov::run(arguments, files),
        Command::Annotate(arguments) => annotate::run(arguments, files),
        Command::Bench(arguments) => bench::run(arguments, files),
        Command::Distribute(arguments) => distribute::run(arguments, files),
        Command::Leaderboard(arguments) => leaderboard::run(arguments, files),
        Command::Report(arguments) => report::run(arguments, files),
        Command::Status(arguments) => status::run(arguments),
        Command::Export(arguments) => export::run(arguments),
        Command::Rescore(arguments) => rescore::run(arguments),
        Command::Diff(arguments) => diff::run(arguments),
        Command::Discover(arguments) => discover::run(arguments, files),
        Command::Judge(arguments) => judge::run(arguments, files),
        Command::Plugin(arguments) => plugin::run(arguments),
        Command::Lsp(arguments) => lsp::run(arguments),
        Command::Json => commands::json::run(),
        Command::Worker => takens_host::worker::main(),
        Command::Probe { request } => takens_host::validate::child_main(request),
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => failure.report(),
    }
}

/// Lets every option take `-1` as its value: what is wrong with a number is said of the number, not
/// of an option that nobody gave.
fn numbers_may_be_negative(command: clap::Command) -> clap::Command {
    command
        .mut_args(|argument| {
            let takes = !argument.is_positional() && argument.get_action().takes_values();
            if takes { argument.allow_negative_numbers(true) } else { argument }
        })
        .mut_subcommands(numbers_may_be_negative)
}
