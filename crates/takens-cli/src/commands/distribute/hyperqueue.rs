//! `takens distribute hyperqueue`: a job definition file of workers.
//!
//! The format is that of HyperQueue's documentation, "Job Definition File" (`[[task]]` with `id`,
//! `command`, `stdout`, `stderr`, `crash_limit`, and `[[task.request]]`). A test runs the commands of
//! the file, and `tests/cluster/hq.py` has a HyperQueue run them; that its program `hq` takes the file as it is
//! is unverified.

use super::job::{Common, Job};
use crate::failure::Failure;
use serde::Serialize;
use std::path::PathBuf;

#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    #[command(flatten)]
    common: Common,
    /// How long one worker may need at the least, as HyperQueue writes it: 30m, 2h
    #[arg(long, value_name = "TIME")]
    time_request: Option<String>,
}

/// How often a worker is started again whose machine went away.
const CRASH_LIMIT: u32 = 20;

/// A job definition file.
#[derive(Serialize)]
struct Definition {
    name: String,
    task: Vec<Task>,
}

/// One worker.
#[derive(Serialize)]
struct Task {
    id: usize,
    stdout: String,
    stderr: String,
    crash_limit: u32,
    command: Vec<String>,
    request: Vec<Request>,
}

#[derive(Serialize)]
struct Request {
    #[serde(skip_serializing_if = "Option::is_none")]
    time_request: Option<String>,
    resources: Resources,
}

#[derive(Serialize)]
struct Resources {
    cpus: usize,
}

pub(crate) fn run(arguments: &Arguments, files: &[PathBuf]) -> Result<(), Failure> {
    let job = Job::new(&arguments.common, files)?;
    let tasks = (1..=job.workers).map(|number| task(&job, number, arguments));
    let name = job.folder.file_name().map(|name| name.to_string_lossy()).unwrap_or_default();
    let definition =
        Definition { name: format!("takens-{name}"), task: tasks.collect::<Result<_, _>>()? };
    let text = toml::to_string(&definition).map_err(Failure::work)?;
    let file = job.write("hyperqueue.toml", &text)?;
    job.finish(&arguments.common, &file, &["hq", "job", "submit-file"])
}

fn task(job: &Job, number: usize, arguments: &Arguments) -> Result<Task, Failure> {
    Ok(Task {
        id: number,
        stdout: job.path(&format!("logs/hyperqueue-{number}.out"))?,
        stderr: job.path(&format!("logs/hyperqueue-{number}.err"))?,
        crash_limit: CRASH_LIMIT,
        command: job.command(&format!("{number}/{}", job.workers))?,
        request: vec![Request {
            time_request: arguments.time_request.clone(),
            resources: Resources { cpus: job.processors },
        }],
    })
}
