//! One file a command.

pub(crate) mod annotate;
pub(crate) mod bench;
pub(crate) mod check;
pub(crate) mod dataset;
pub(crate) mod diff;
pub(crate) mod discover;
pub(crate) mod distribute;
pub(crate) mod document;
pub(crate) mod ensemble;
pub(crate) mod estimate;
pub(crate) mod eval;
pub(crate) mod explain;
pub(crate) mod export;
pub(crate) mod fmt;
pub(crate) mod import;
pub(crate) mod json;
pub(crate) mod judge;
pub(crate) mod leaderboard;
pub(crate) mod list;
pub(crate) mod lsp;
pub(crate) mod lyapunov;
pub(crate) mod plugin;
pub(crate) mod poincare;
pub(crate) mod report;
pub(crate) mod rescore;
pub(crate) mod show;
pub(crate) mod status;
pub(crate) mod trajectory;

use crate::failure::Failure;
use takens_host::WorkerCommand;

/// This program as a worker process.
///
/// # Errors
/// [`Failure::Work`] if the system does not tell where this program is.
pub(crate) fn worker_command() -> Result<WorkerCommand, Failure> {
    let program = std::env::current_exe()
        .map_err(|error| Failure::Work(format!("where this program is: {error}")))?;
    Ok(WorkerCommand::new(program, ["worker"]))
}
