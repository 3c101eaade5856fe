//! `takens bench`: a sweep, from plan to leaderboard.

use crate::catalog::load;
use crate::commands::{estimate, leaderboard, report};
use crate::failure::Failure;
use crate::parameters;
use crate::print::note;
use crate::progress::Progress;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use takens_host::{Event, Limits, MethodChoice, Plan, RunOptions, Strategy, Summary, Sweep, plan};

/// Where runs go that are given no place: numbered folders.
pub(crate) const RUNS: &str = "runs";

#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// The sweep; a default one over all plugins if left out
    #[arg(value_name = "SWEEP.toml")]
    sweep: Option<PathBuf>,
    /// Systems by name, separated by commas; "all" for the whole collection
    #[arg(long, value_delimiter = ',', value_name = "NAMES")]
    systems: Vec<String>,
    /// Methods by id, separated by commas
    #[arg(long, value_delimiter = ',', value_name = "IDS")]
    methods: Vec<String>,
    /// How many seeds: different stretches of the orbit, different random numbers
    #[arg(long, value_name = "N", value_parser = parameters::count::<u64>)]
    seeds: Option<u64>,
    /// A named protocol: p1-fine, p1-coarse, p1-fine-noisy, p1-fine-univariate or p3
    #[arg(long, value_name = "NAME")]
    protocol: Option<String>,
    /// Wall seconds that one task may take
    #[arg(long, value_name = "S")]
    wall: Option<f64>,
    /// Tune methods that say nothing of it: grid, random or halving
    #[arg(long, value_name = "HOW", value_parser = strategy)]
    tune: Option<Strategy>,
    /// With --tune, how many parameters are tried at the most on each system
    #[arg(long, value_name = "N", requires = "tune", value_parser = parameters::count::<usize>)]
    tune_candidates: Option<usize>,
    /// With --tune, processor seconds for all trials of a method on a system
    #[arg(long, value_name = "S", requires = "tune")]
    tune_cpu: Option<f64>,
    /// The run's folder; runs/0001, runs/0002, ... if left out
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
    /// Go on with an interrupted run: in --out, or the latest in runs/
    #[arg(long)]
    resume: bool,
    /// Worker processes at once; one for each processor if left out
    #[arg(long, value_name = "N", value_parser = parameters::count::<usize>)]
    workers: Option<usize>,
    /// A folder of plugins, searched first (repeatable)
    #[arg(long, value_name = "DIR")]
    plugin_dir: Vec<PathBuf>,
    /// Print the leaderboard as one JSON document
    #[arg(long)]
    json: bool,
    /// Run nothing: print how many tasks there are and what they may cost, told from past runs
    #[arg(long, conflicts_with = "events")]
    plan: bool,
    /// Run nothing: keep the plan in the run's folder, for `takens distribute`
    #[arg(long, conflicts_with_all = ["plan", "events", "json"])]
    prepare: bool,
    /// In place of the leaderboard, print a JSON line for each task that ended and is kept
    #[arg(long, conflicts_with = "json")]
    events: bool,
}

/// Set by Ctrl-C; the coordinator then ends the tasks in flight and stops.
pub(crate) static STOP: AtomicBool = AtomicBool::new(false);

pub(crate) fn run(arguments: &Arguments, files: &[PathBuf]) -> Result<(), Failure> {
    let catalog = load(files)?;
    let plugins = crate::commands::plugin::scan(&arguments.plugin_dir)?;
    let folder = folder(arguments)?;
    let sweep = sweep(arguments, &folder)?;
    let plan = plan(&sweep, &catalog, &plugins).map_err(Failure::work)?;
    let workers = match arguments.workers {
        Some(0) => return Err(Failure::usage("--workers 0: at least one is needed")),
        Some(workers) => workers.min(plan.tasks.len().max(1)),
        None => std::thread::available_parallelism().map_or(1, usize::from),
    };
    if arguments.plan {
        return estimate::print(&plan, &folder, workers, arguments.json);
    }
    if arguments.prepare {
        return prepare(&folder, &sweep, &plan, arguments.resume);
    }
    install_stop();
    note!(
        "{}, {} worker process{}, into {}",
        counted(plan.tasks.len()),
        workers,
        if workers == 1 { "" } else { "es" },
        folder.display()
    );
    let progress = Progress::new(plan.tasks.len(), arguments.events)?;
    let options = RunOptions {
        folder: &folder,
        resume: arguments.resume,
        workers,
        worker: crate::commands::worker_command()?.with_threads(plan.limits.threads),
        stop: &STOP,
        joint: None,
    };
    let begun = std::time::Instant::now();
    let summary = takens_host::run(&sweep, &plan, &catalog, &plugins, &options, &|event| {
        progress.show(&event);
    })
    .map_err(Failure::work)?;
    progress.finish();
    finish(arguments, files, &folder, &summary, begun.elapsed().as_secs_f64())
}

/// Keeps the plan in the folder.
fn prepare(folder: &Path, sweep: &Sweep, plan: &Plan, resume: bool) -> Result<(), Failure> {
    let known = takens_host::plan_into(folder, sweep, plan, resume, &|event| {
        if let Event::SetAside(file) = event {
            note!("{} is damaged ({}): set aside", file.path.display(), file.reason);
        }
    })
    .map_err(Failure::work)?;
    note!("{}, {known} known already, planned in {}", counted(plan.tasks.len()), folder.display());
    note!("go on with: takens distribute slurm {} --workers N", shell_word(folder));
    Ok(())
}

fn finish(
    arguments: &Arguments,
    files: &[PathBuf],
    folder: &Path,
    summary: &Summary,
    seconds: f64,
) -> Result<(), Failure> {
    note!("{} run in {seconds:.1} s, {} known before", counted(summary.run), summary.known);
    if summary.stopped {
        note!("stopped; go on with: takens bench --resume --out {}", shell_word(folder));
        return Err(Failure::Shown);
    }
    if arguments.events {
        return Ok(());
    }
    // The page first: whoever reads the leaderboard may close the pipe.
    let page = folder.join("report.html");
    let written = report::write(folder, &page, report::METRIC, files);
    if written.is_ok() {
        note!("report: {}", page.display());
    }
    leaderboard::print(folder, report::METRIC, arguments.json, files)?;
    written
}

fn counted(tasks: usize) -> String {
    format!("{tasks} task{}", if tasks == 1 { "" } else { "s" })
}

/// The sweep of the file, of the interrupted run, or the default one, with what the flags say.
fn sweep(arguments: &Arguments, folder: &Path) -> Result<Sweep, Failure> {
    let mut sweep = match &arguments.sweep {
        Some(path) => Sweep::from_file(path).map_err(Failure::work)?,
        None if arguments.resume => takens_host::saved_sweep(folder).map_err(Failure::work)?,
        None => Sweep::default(),
    };
    if !arguments.systems.is_empty() {
        sweep.systems.clone_from(&arguments.systems);
        (sweep.fields, sweep.tags) = (vec![], vec![]);
    }
    if !arguments.methods.is_empty() {
        sweep.methods = arguments.methods.iter().cloned().map(MethodChoice::Id).collect();
    }
    if let Some(seeds) = arguments.seeds {
        sweep.seeds = seeds;
    }
    if let Some(protocol) = &arguments.protocol {
        (sweep.protocol, sweep.recipe) = (Some(protocol.clone()), None);
    }
    if let Some(wall) = arguments.wall {
        sweep.limits = Limits { wall_seconds: wall, ..sweep.limits };
    }
    if let Some(by) = arguments.tune {
        let tuning = sweep.tuning.get_or_insert_default();
        tuning.by = by;
        tuning.candidates = arguments.tune_candidates.unwrap_or(tuning.candidates);
        tuning.cpu_seconds = arguments.tune_cpu.unwrap_or(tuning.cpu_seconds);
    }
    Ok(sweep)
}

/// The way to tune of this name.
fn strategy(name: &str) -> Result<Strategy, String> {
    let all = [Strategy::Grid, Strategy::Random, Strategy::Halving];
    let found = all.into_iter().find(|strategy| strategy.name() == name);
    found.ok_or_else(|| "grid, random and halving are accepted".into())
}

/// The folder asked for, the latest in `runs/` to resume, or a new one there.
fn folder(arguments: &Arguments) -> Result<PathBuf, Failure> {
    if let Some(sweep) = arguments.sweep.as_ref().filter(|sweep| sweep.is_dir()) {
        let word = shell_word(sweep);
        return Err(Failure::usage(format!(
            "{}: a folder; a sweep is a TOML file, and a run is gone on with by `takens bench --resume --out {word}`",
            sweep.display()
        )));
    }
    if let Some(out) = &arguments.out {
        return Ok(out.clone());
    }
    let numbered = |number: u32| Path::new(RUNS).join(format!("{number:04}"));
    let latest = (1..).take_while(|number| numbered(*number).exists()).last();
    match (arguments.resume, latest) {
        (true, Some(number)) => Ok(numbered(number)),
        (true, None) => Err(Failure::Work(format!(
            "there is no run in {RUNS}/ to go on with; name one with --out"
        ))),
        (false, latest) => Ok(numbered(latest.unwrap_or(0) + 1)),
    }
}

fn shell_word(path: &Path) -> String {
    let text = path.display().to_string();
    if text.contains(|c: char| c.is_whitespace() || c == '\'') {
        format!("'{}'", text.replace('\'', r"'\''"))
    } else {
        text
    }
}

/// Makes Ctrl-C and a polite kill set [`STOP`]; a second one ends the program at once.
pub(crate) fn install_stop() {
    extern "C" fn stop(_: libc::c_int) {
        if STOP.swap(true, Ordering::SeqCst) {
            // SAFETY: `_exit` may be called in a signal handler.
            unsafe { libc::_exit(130) };
        }
    }
    let handler = stop as extern "C" fn(libc::c_int) as libc::sighandler_t;
    for signal in [libc::SIGINT, libc::SIGTERM] {
        // SAFETY: the handler touches one atomic word and `_exit` only.
        unsafe { libc::signal(signal, handler) };
    }
}

/// The results in a run's folder, for commands that read one.
pub(crate) fn existing(folder: &Path) -> Result<takens_host::Run, Failure> {
    refuse_missing(folder)?;
    takens_host::read(folder)
        .map_err(|error| Failure::Work(format!("{}: {error}", folder.display())))
}

/// Refuses a run's folder that is not there.
pub(crate) fn refuse_missing(folder: &Path) -> Result<(), Failure> {
    if folder.is_dir() {
        return Ok(());
    }
    Err(Failure::Work(format!(
        "{}: no such folder; `takens bench --out` makes one",
        folder.display()
    )))
}
