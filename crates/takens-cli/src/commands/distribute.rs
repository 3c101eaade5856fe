//! `takens distribute`: a planned sweep, run by many processes on many machines.
//!
//! The machines share the run's folder and nothing else. Somebody else's program starts the processes
//! (`slurm`, `hyperqueue`, or people by hand); each is `takens distribute work`.

mod hyperqueue;
mod job;
mod slurm;
mod work;

use crate::failure::Failure;
use std::path::PathBuf;

#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, clap::Subcommand)]
enum Command {
    /// Write (and submit) a Slurm job array of workers
    Slurm(slurm::Arguments),
    /// Write (and submit) a HyperQueue job of workers
    Hyperqueue(hyperqueue::Arguments),
    /// Be one of the processes that work in a run's folder: what the jobs start
    Work(work::Arguments),
}

pub(crate) fn run(arguments: &Arguments, files: &[PathBuf]) -> Result<(), Failure> {
    match &arguments.command {
        Command::Slurm(arguments) => slurm::run(arguments, files),
        Command::Hyperqueue(arguments) => hyperqueue::run(arguments, files),
        Command::Work(arguments) => work::run(arguments, files),
    }
}
