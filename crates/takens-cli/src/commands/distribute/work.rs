//! `takens distribute work`: one process of a joint run.

use crate::catalog::load;
use crate::commands::bench::{STOP, install_stop};
use crate::failure::Failure;
use crate::parameters;
use crate::print::{counted, note};
use crate::progress::Progress;
use std::path::PathBuf;
use std::time::Duration;
use takens_host::{JointOptions, RunOptions, Share, plan, saved_sweep};

#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// The run's folder, with a sweep planned by `takens bench --prepare`
    #[arg(value_name = "DIR")]
    folder: PathBuf,
    /// The share of the tasks to begin with: K of N, counted from 1; none, to help others only
    #[arg(long, value_name = "K/N", value_parser = share)]
    share: Option<Share>,
    /// Tasks at once, each in a worker process
    #[arg(long, value_name = "N", default_value = "1", value_parser = parameters::count::<usize>)]
    workers: usize,
    /// Seconds that a process may be silent until others take its tasks
    #[arg(long, value_name = "S", default_value_t = JointOptions::LEASE.as_secs_f64(), value_parser = lease)]
    lease: f64,
    /// A folder of plugins, searched first (repeatable)
    #[arg(long, value_name = "DIR")]
    plugin_dir: Vec<PathBuf>,
    /// Print a JSON line for each task that ended and is kept
    #[arg(long)]
    events: bool,
}

pub(crate) fn run(arguments: &Arguments, files: &[PathBuf]) -> Result<(), Failure> {
    if arguments.workers == 0 {
        return Err(Failure::usage("--workers 0: at least one is needed"));
    }
    let catalog = load(files)?;
    let plugins = crate::commands::plugin::scan(&arguments.plugin_dir)?;
    let folder = &arguments.folder;
    let sweep = saved_sweep(folder).map_err(Failure::work)?;
    let plan = plan(&sweep, &catalog, &plugins).map_err(Failure::work)?;
    install_stop();
    let progress = Progress::new(plan.tasks.len(), arguments.events)?;
    let options = RunOptions {
        folder,
        resume: true,
        workers: arguments.workers,
        worker: crate::commands::worker_command()?.with_threads(plan.limits.threads),
        stop: &STOP,
        joint: Some(JointOptions {
            share: arguments.share,
            lease: Duration::from_secs_f64(arguments.lease),
        }),
    };
    let summary = takens_host::run(&sweep, &plan, &catalog, &plugins, &options, &|event| {
        progress.show(&event);
    })
    .map_err(Failure::work)?;
    progress.finish();
    note!(
        "{} run here, {} elsewhere meanwhile, {} known before",
        counted(summary.run, "task"),
        summary.elsewhere,
        summary.known
    );
    if summary.stopped {
        note!("stopped; others go on, and so does this command when it is started again");
        return Err(Failure::Shown);
    }
    Ok(())
}

/// `3/8`.
fn share(text: &str) -> Result<Share, String> {
    let parsed = text
        .split_once('/')
        .and_then(|(number, of)| Share::new(number.trim().parse().ok()?, of.trim().parse().ok()?));
    parsed.ok_or_else(|| "write K/N with K from 1 to N, as in 3/8".into())
}

/// A number of seconds in which a busy file server answers.
pub(super) fn lease(text: &str) -> Result<f64, String> {
    let seconds: f64 = text.parse().map_err(|_| "a number of seconds is needed")?;
    if (1.0..=86_400.0).contains(&seconds) {
        Ok(seconds)
    } else {
        Err("between 1 and 86400 seconds are accepted".into())
    }
}
