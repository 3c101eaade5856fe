//! What the jobs of all engines have in common: the folder made ready, and the command of a worker.

use crate::catalog::load;
use crate::failure::Failure;
use crate::parameters;
use crate::print::{counted, note};
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use takens_host::{Event, JointOptions, Plan, RunError, plan, saved_sweep};

/// What every engine is told.
#[derive(Debug, clap::Args)]
pub(super) struct Common {
    /// The run's folder, with a sweep planned by `takens bench --prepare`; all machines must see it,
    /// this program and the plugins under the same paths
    #[arg(value_name = "DIR")]
    pub(super) folder: PathBuf,
    /// How many workers: processes that each take tasks
    #[arg(long, value_name = "N", value_parser = parameters::count::<usize>)]
    pub(super) workers: usize,
    /// Processors of one worker, which runs as many tasks at once as these suffice for; those that one
    /// task needs, if left out
    #[arg(long, value_name = "N", value_parser = parameters::count::<usize>)]
    pub(super) cpus_per_task: Option<usize>,
    /// Seconds that a worker may be silent until others take its tasks
    #[arg(long, value_name = "S", default_value_t = JointOptions::LEASE.as_secs_f64(), value_parser = super::work::lease)]
    pub(super) lease: f64,
    /// A folder of plugins, searched first (repeatable)
    #[arg(long, value_name = "DIR")]
    pub(super) plugin_dir: Vec<PathBuf>,
    /// Submit the job as well
    #[arg(long)]
    pub(super) submit: bool,
    /// Print one JSON document
    #[arg(long)]
    pub(super) json: bool,
}

/// A run's folder, ready for workers.
pub(super) struct Job {
    /// Its absolute path.
    pub(super) folder: PathBuf,
    /// Workers.
    pub(super) workers: usize,
    /// Processors of each.
    pub(super) processors: usize,
    /// Tasks without a result.
    pub(super) open: usize,
    /// The command of a worker, but for its share.
    command: Vec<OsString>,
}

impl Job {
    /// Looks whether the plan can be carried out, and ends what an earlier run has left.
    pub(super) fn new(common: &Common, files: &[PathBuf]) -> Result<Self, Failure> {
        if common.workers == 0 || common.cpus_per_task == Some(0) {
            return Err(Failure::usage("--workers and --cpus-per-task: at least 1 is needed"));
        }
        let catalog = load(files)?;
        let plugins = crate::commands::plugin::scan(&common.plugin_dir)?;
        let unplanned = |error: RunError| match error {
            RunError::NoSweep { .. } => Failure::Work(format!(
                "{error}; plan one with `takens bench SWEEP.toml --out {} --prepare`",
                common.folder.display()
            )),
            error => Failure::work(error),
        };
        let sweep = saved_sweep(&common.folder).map_err(unplanned)?;
        let plan: Plan = plan(&sweep, &catalog, &plugins).map_err(Failure::work)?;
        takens_host::check_plan(&common.folder, &plan).map_err(unplanned)?;
        let known = takens_host::plan_into(&common.folder, &sweep, &plan, true, &|event| {
            if let Event::SetAside(file) = event {
                note!("{} is damaged ({}): set aside", file.path.display(), file.reason);
            }
        })
        .map_err(Failure::work)?;
        let threads = plan.limits.threads as usize;
        let processors = common.cpus_per_task.unwrap_or(threads);
        let folder = absolute(&common.folder)?;
        std::fs::create_dir_all(folder.join("logs"))
            .map_err(|error| Failure::Work(format!("{}: {error}", folder.display())))?;
        Ok(Self {
            workers: common.workers,
            processors,
            open: plan.tasks.len() - known,
            command: command(common, files, &folder, (processors / threads).max(1))?,
            folder,
        })
    }

    /// The command of a worker, word by word.
    pub(super) fn command(&self, share: &str) -> Result<Vec<String>, Failure> {
        let words = self.command.iter().map(|word| text(word)).collect::<Result<Vec<_>, _>>()?;
        Ok(words.into_iter().chain(["--share".into(), share.into()]).collect())
    }

    /// A path in the run's folder, as text.
    pub(super) fn path(&self, name: &str) -> Result<String, Failure> {
        text(self.folder.join(name).as_os_str())
    }

    /// Writes the job's file.
    pub(super) fn write(&self, name: &str, content: &str) -> Result<PathBuf, Failure> {
        let path = self.folder.join(name);
        std::fs::write(&path, content)
            .map_err(|error| Failure::Work(format!("{}: {error}", path.display())))?;
        Ok(path)
    }

    /// Says what was written, and how to go on; submits it if that was asked for.
    pub(super) fn finish(
        &self,
        common: &Common,
        file: &Path,
        submit: &[&str],
    ) -> Result<(), Failure> {
        let told = if common.submit { Some(submitted(submit, file)?) } else { None };
        if common.json {
            return crate::print::json(&serde_json::json!({
                "file": file, "workers": self.workers, "tasks": self.open, "job": told,
            }));
        }
        let how = match told {
            Some(job) => format!("submitted: {job}"),
            None => format!("submit it with: {} {}", submit.join(" "), file.display()),
        };
        crate::print::text(&format!(
            "{}: {} for {}\n{how}\n",
            file.display(),
            counted(self.workers, "worker"),
            counted(self.open, "task")
        ))
    }
}

/// Submits a job's file; gives what the engine said.
fn submitted(submit: &[&str], file: &Path) -> Result<String, Failure> {
    let output = std::process::Command::new(submit[0]).args(&submit[1..]).arg(file).output();
    let output = output.map_err(|error| {
        Failure::Work(format!("{}: {error}; {} is written", submit[0], file.display()))
    })?;
    if !output.status.success() {
        let said = String::from_utf8_lossy(&output.stderr);
        return Err(Failure::Work(format!(
            "{}: {}; {} is written",
            submit.join(" "),
            said.trim(),
            file.display()
        )));
    }
    Ok(String::from_utf8_lossy(&output.stdout).trim().into())
}

/// The command of a worker: with absolute paths, for it is started anywhere.
fn command(
    common: &Common,
    files: &[PathBuf],
    folder: &Path,
    at_once: usize,
) -> Result<Vec<OsString>, Failure> {
    let program = std::env::current_exe()
        .map_err(|error| Failure::Work(format!("where this program is: {error}")))?;
    let mut words: Vec<OsString> = vec![program.into()];
    for file in files {
        words.extend(["--catalog".into(), absolute(file)?.into()]);
    }
    words.extend(["distribute".into(), "work".into(), folder.into()]);
    words.extend(["--workers".into(), at_once.to_string().into()]);
    words.extend(["--lease".into(), common.lease.to_string().into()]);
    // The places that the environment names are named too: an engine may not pass it on.
    let named = std::env::var_os("TAKENS_PLUGIN_PATH").unwrap_or_default();
    let named = std::env::split_paths(&named).filter(|path| path.is_dir());
    for place in common.plugin_dir.iter().cloned().chain(named) {
        words.extend(["--plugin-dir".into(), absolute(&place)?.into()]);
    }
    Ok(words)
}

fn absolute(path: &Path) -> Result<PathBuf, Failure> {
    path.canonicalize().map_err(|error| Failure::Work(format!("{}: {error}", path.display())))
}

fn text(word: &std::ffi::OsStr) -> Result<String, Failure> {
    let text = word.to_str().filter(|text| !text.contains(['\n', '\r']));
    text.map(str::to_string).ok_or_else(|| {
        Failure::Work(format!("{}: a job's file cannot hold this path", word.display()))
    })
}
