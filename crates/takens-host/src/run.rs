//! The coordinator: from a plan to results in the store.
//!
//! [`run`] starts threads that each take tasks from one queue, keep a worker process for each plugin
//! they meet, and write every end of a task, good or bad, into the store at once. The coordinator
//! never loads a plugin, and a plugin never sees the part that it is to forecast.

use crate::attempt::{Attempt, attempt};
use crate::data_cache::DataCache;
use crate::isolate::{SpawnError, Worker, WorkerCommand};
use crate::plugin_set::PluginSet;
use crate::provenance::Provenance;
use crate::reader::{Reader, TASKS_FILE, has_results};
use crate::record::{DATA, Record, Status};
use crate::score::score;
use crate::store::{DataRecord, SetAside, Store, StoreError, set_damaged_aside, sync};
use crate::sweep::{Limits, Plan, Sweep, Task};
use crate::tuner::{Choice, Tuner, tune};
use std::collections::hash_map::{Entry, HashMap};
use std::collections::{BTreeMap, HashSet, VecDeque};
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use takens_catalog::Catalog;

/// Tasks after which a worker process is replaced, lest what a plugin leaks piles up.
const TASKS_PER_WORKER: u32 = 200;
/// How often a task whose process vanished is started again.
const ATTEMPTS_IF_LOST: u32 = 3;
/// How often a task that panicked is started, in a fresh process.
const ATTEMPTS_IF_PANIC: u32 = 2;
/// The file in which a run keeps its sweep, so that it can be resumed without it.
const SWEEP_FILE: &str = "sweep.json";

/// How a sweep is run.
#[derive(Debug, Clone)]
pub struct RunOptions<'a> {
    /// The run's folder.
    pub folder: &'a Path,
    /// Whether to go on with what the folder holds; if not, it must hold no results.
    pub resume: bool,
    /// Worker processes at once.
    pub workers: usize,
    /// How to start a worker process.
    pub worker: WorkerCommand,
    /// Set from outside to end early.
    pub stop: &'a AtomicBool,
}

/// What happens while a sweep runs.
#[derive(Debug)]
pub enum Event<'a> {
    /// A damaged file was set aside: its tasks run again.
    SetAside(&'a SetAside),
    /// So many tasks have results already.
    Known(usize),
    /// A method was tuned on a system, and the choice is kept.
    Tuned(&'a Choice),
    /// A task ended, and its result is kept.
    Ended(&'a Record),
}

/// What a run came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Summary {
    /// Tasks whose results were there before.
    pub known: usize,
    /// Tasks that ended in this run.
    pub run: usize,
    /// Whether it was stopped before all had ended.
    pub stopped: bool,
}

/// A run that cannot be started or kept.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum RunError {
    /// The folder holds results of an earlier run.
    #[error(
        "{folder} holds results already; go on with them by --resume, or choose another folder"
    )]
    Occupied {
        /// The folder.
        folder: PathBuf,
    },
    /// There is no sweep to resume.
    #[error("{folder} holds no sweep to go on with ({message})")]
    NoSweep {
        /// The folder.
        folder: PathBuf,
        /// What is wrong.
        message: String,
    },
    /// A plugin was built anew while tasks of its old build were open.
    #[error(
        "{library} has changed since the run began; results so far are kept, go on with the new build by --resume"
    )]
    PluginChanged {
        /// The library.
        library: PathBuf,
    },
    /// The store cannot be read or written.
    #[error("{0}; results so far are kept, go on by --resume")]
    Store(#[from] StoreError),
}

/// The sweep that the run in `folder` was started with.
///
/// # Errors
/// [`RunError::NoSweep`] if there is none.
pub fn saved_sweep(folder: &Path) -> Result<Sweep, RunError> {
    let refuse = |message: String| RunError::NoSweep { folder: folder.into(), message };
    let text = std::fs::read_to_string(folder.join(SWEEP_FILE))
        .map_err(|error| refuse(error.to_string()))?;
    serde_json::from_str(&text).map_err(|error| refuse(error.to_string()))
}

/// Runs the tasks of a plan that have no result yet.
///
/// Results do not depend on the number of workers or on the order in which tasks happen to end.
///
/// # Errors
/// [`RunError`] if the folder is occupied or the store fails; what was kept stays kept.
pub fn run(
    sweep: &Sweep,
    plan: &Plan,
    catalog: &Catalog,
    plugins: &PluginSet,
    options: &RunOptions,
    on_event: &(dyn Fn(Event) + Sync),
) -> Result<Summary, RunError> {
    if !options.resume && has_results(options.folder)? {
        return Err(RunError::Occupied { folder: options.folder.into() });
    }
    let mut choices = HashMap::new();
    let known_ids = if options.resume && options.folder.exists() {
        for file in set_damaged_aside(options.folder)? {
            on_event(Event::SetAside(&file));
        }
        let reader = Reader::open(options.folder)?;
        choices = reader.choices()?;
        known(&reader, &plan.limits)?
    } else {
        HashSet::new()
    };
    let open: VecDeque<&Task> =
        plan.tasks.iter().filter(|task| !known_ids.contains(&task.id)).collect();
    drop(known_ids);
    let known = plan.tasks.len() - open.len();
    save_plan(options.folder, sweep, plan)?;
    on_event(Event::Known(known));
    if open.is_empty() {
        return Ok(Summary { known, run: 0, stopped: false });
    }
    let store = Store::create(options.folder)?;
    let shared = Shared {
        plan,
        catalog,
        plugins,
        options,
        on_event,
        data: DataCache::new(open.iter().map(|task| task.data.as_str())),
        tuner: Tuner::new(&open, choices),
        worker: options.worker.clone().with_threads(plan.limits.threads),
        provenance: Provenance::of_this_machine(),
        queue: Mutex::new(open),
        store: Mutex::new(store),
        failure: Mutex::new(None),
        ended: AtomicUsize::new(0),
    };
    std::thread::scope(|scope| {
        for _ in 0..options.workers {
            scope.spawn(|| shared.work());
        }
    });
    if let Some(error) = shared.failure.into_inner().expect("no thread panicked") {
        return Err(error);
    }
    let run = shared.ended.load(Ordering::Relaxed);
    Ok(Summary { known, run, stopped: known + run < plan.tasks.len() })
}

/// Keeps the sweep, to be resumed, and its tasks, to tell its results from those of earlier sweeps.
fn save_plan(folder: &Path, sweep: &Sweep, plan: &Plan) -> Result<(), StoreError> {
    std::fs::create_dir_all(folder)
        .map_err(|error| StoreError::Folder { path: folder.into(), error })?;
    let tasks: String = plan.tasks.iter().flat_map(|task| [task.id.as_str(), "\n"]).collect();
    save(folder, TASKS_FILE, &tasks)?;
    save(folder, SWEEP_FILE, &serde_json::to_string_pretty(sweep).expect("a sweep is plain data"))
}

/// Writes a file so that it is never seen in part, not even after a power cut.
fn save(folder: &Path, name: &str, text: &str) -> Result<(), StoreError> {
    let path = folder.join(name);
    // What a run that is resumed finds there is mostly what it would write.
    if std::fs::read_to_string(&path).is_ok_and(|found| found == text) {
        return Ok(());
    }
    let partial = folder.join(format!("{name}.{}.tmp", std::process::id()));
    let write = || {
        let mut file = std::fs::File::create(&partial)?;
        file.write_all(text.as_bytes())?;
        file.sync_all()?;
        std::fs::rename(&partial, &path)?;
        sync(folder)
    };
    write().map_err(|error| {
        // On a full disk, half a file is in the way of the next attempt.
        let _ = std::fs::remove_file(&partial);
        StoreError::Folder { path: path.clone(), error }
    })
}

/// The tasks of a folder whose results stand.
fn known(reader: &Reader, limits: &Limits) -> Result<HashSet<String>, StoreError> {
    let mut known = HashSet::new();
    reader.for_each_end(|id, status, provenance| {
        if stands(status, provenance, limits) {
            known.insert(id);
        }
    })?;
    Ok(known)
}

/// Whether a result stands. One that a limit cut short stands until the limit is raised.
fn stands(status: Status, provenance: &str, limits: &Limits) -> bool {
    let raised = |is_higher: fn(&Limits, &Limits) -> bool| {
        Provenance::limits(provenance).is_some_and(|old| is_higher(limits, &old))
    };
    match status {
        Status::Lost => false,
        Status::TimedOut => !raised(|new, old| new.wall_seconds > old.wall_seconds),
        Status::OutOfMemory => !raised(|new, old| new.memory_mib > old.memory_mib),
        Status::Done | Status::Diverged | Status::Failed | Status::Crashed => true,
    }
}

/// A thread's worker process for each plugin, with the number of tasks it has served.
pub(crate) type Workers = HashMap<usize, (Worker, u32)>;

/// What the threads of a run share.
pub(crate) struct Shared<'a> {
    pub(crate) plan: &'a Plan,
    pub(crate) catalog: &'a Catalog,
    plugins: &'a PluginSet,
    options: &'a RunOptions<'a>,
    on_event: &'a (dyn Fn(Event) + Sync),
    data: DataCache,
    pub(crate) tuner: Tuner,
    /// How to start a worker process, with the plan's threads.
    worker: WorkerCommand,
    provenance: Provenance,
    queue: Mutex<VecDeque<&'a Task>>,
    store: Mutex<Store>,
    failure: Mutex<Option<RunError>>,
    ended: AtomicUsize,
}

impl Shared<'_> {
    /// One thread: takes tasks until there are none, or the run is to end.
    fn work(&self) {
        let mut workers = Workers::new();
        while !self.is_stopped() && self.failure.lock().expect("no thread panicked").is_none() {
            let Some(task) = self.queue.lock().expect("no thread panicked").pop_front() else {
                return;
            };
            if let Err(error) = self.bring_to_end(task, &mut workers) {
                self.failure.lock().expect("no thread panicked").get_or_insert(error);
                return;
            }
        }
    }

    /// Runs a task and keeps its result; of one that a stop cut short, nothing is kept.
    fn bring_to_end(&self, task: &Task, workers: &mut Workers) -> Result<(), RunError> {
        let place = (task.system.as_str(), task.seed);
        let data = self.data.get(&task.data, place, self.catalog, &self.plan.recipe);
        let mut record = match &data {
            Ok(data) => {
                let Some(chosen) = self.tuned(task, workers)? else { return Ok(()) };
                let job = Task { parameters: chosen, ..task.clone() };
                let record = self.serve(&job, data, &self.plan.limits, workers)?;
                let tuned = if task.tuning.is_some() { job.parameters } else { String::new() };
                Record { parameters: task.parameters.clone(), tuned, ..record }
            }
            Err(message) => self.blank(task, Status::Failed, DATA, message.clone()),
        };
        if self.is_stopped() && record.status == Status::Lost {
            return Ok(());
        }
        if let Ok(data) = &data {
            score(&mut record, data);
        }
        self.keep(&record, data.as_deref().ok())?;
        self.data.release(&task.data);
        self.tuner.release(task);
        self.ended.fetch_add(1, Ordering::Relaxed);
        (self.on_event)(Event::Ended(&record));
        Ok(())
    }

    /// The parameters that a task's method runs with: those of the task, or those that tuning chose.
    /// `None` if the run was stopped before that.
    fn tuned(&self, task: &Task, workers: &mut Workers) -> Result<Option<String>, RunError> {
        let Some(key) = &task.tuning else { return Ok(Some(task.parameters.clone())) };
        self.tuner.choice(key, || {
            let choice = tune(self, task, key, workers)?;
            if let Some(choice) = &choice {
                self.store.lock().expect("no thread panicked").put_choice(choice)?;
                (self.on_event)(Event::Tuned(choice));
            }
            Ok(choice.map(|choice| choice.chosen))
        })
    }

    pub(crate) fn is_stopped(&self) -> bool {
        self.options.stop.load(Ordering::Relaxed)
    }

    /// Runs a task, again where another attempt may end otherwise.
    pub(crate) fn serve(
        &self,
        task: &Task,
        data: &DataRecord,
        limits: &Limits,
        workers: &mut Workers,
    ) -> Result<Record, RunError> {
        let mut attempts = 0;
        loop {
            attempts += 1;
            let mut outcome = self.one_attempt(task, data, limits, workers)?;
            let again = match outcome.status {
                Status::Lost => attempts < ATTEMPTS_IF_LOST,
                Status::Failed => outcome.kind == "panic" && attempts < ATTEMPTS_IF_PANIC,
                _ => false,
            };
            if again || outcome.worker_is_spent {
                workers.remove(&task.plugin);
            }
            if again && !self.is_stopped() {
                continue;
            }
            if again {
                // Another attempt was due: it is for the run that goes on.
                outcome.status = Status::Lost;
            }
            return Ok(self.record(task, outcome, attempts));
        }
    }

    fn one_attempt(
        &self,
        task: &Task,
        data: &DataRecord,
        limits: &Limits,
        workers: &mut Workers,
    ) -> Result<Attempt, RunError> {
        match self.worker(task.plugin, workers)? {
            Ok((worker, served)) => {
                *served += 1;
                Ok(attempt(worker, task, data, limits, self.options.stop))
            }
            Err(error) => Ok(Attempt::not_started(&error)),
        }
    }

    /// The thread's worker process for a plugin, with the number of tasks that it has served.
    pub(crate) fn worker<'w>(
        &self,
        place: usize,
        workers: &'w mut Workers,
    ) -> Result<Result<&'w mut (Worker, u32), SpawnError>, RunError> {
        let plugin = &self.plugins.plugins()[place];
        if workers.get(&place).is_some_and(|(_, served)| *served >= TASKS_PER_WORKER) {
            workers.remove(&place);
        }
        match workers.entry(place) {
            Entry::Occupied(entry) => Ok(Ok(entry.into_mut())),
            Entry::Vacant(entry) => {
                let worker = Worker::spawn(&self.worker, &plugin.file);
                // What was loaded must be what the task's id names.
                if !plugin.is_unchanged() {
                    let library = plugin.file.library.clone();
                    return Err(RunError::PluginChanged { library });
                }
                Ok(worker.map(|worker| entry.insert((worker, 0))))
            }
        }
    }

    fn keep(&self, record: &Record, data: Option<&DataRecord>) -> Result<(), StoreError> {
        self.store.lock().expect("no thread panicked").put(record, data)
    }

    fn blank(&self, task: &Task, status: Status, kind: &str, message: String) -> Record {
        self.record(task, Attempt { status, kind: kind.into(), message, ..Attempt::default() }, 1)
    }

    fn record(&self, task: &Task, attempt: Attempt, attempts: u32) -> Record {
        let plugin = &self.plugins.plugins()[task.plugin];
        Record {
            id: task.id.clone(),
            system: task.system.clone(),
            method: task.method.clone(),
            parameters: task.parameters.clone(),
            seed: task.seed,
            protocol: self.plan.recipe.name.clone(),
            data: task.data.clone(),
            status: attempt.status,
            kind: attempt.kind,
            message: attempt.message,
            fit_seconds: attempt.fit_seconds,
            forecast_seconds: attempt.forecast_seconds,
            cpu_seconds: attempt.cpu_seconds,
            peak_memory: attempt.peak_memory,
            provenance: self.provenance.of_task(
                plugin,
                &self.plan.recipe,
                &self.plan.limits,
                attempts,
                &attempt.remarks,
            ),
            forecast: attempt.forecast,
            scores: BTreeMap::new(),
            tuned: String::new(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::protocol::Recipe;

    #[test]
    fn what_a_limit_cut_short_stands_until_the_limit_is_raised() {
        let under = |wall_seconds, memory_mib| Limits { wall_seconds, memory_mib, threads: 1 };
        let recipe = Recipe::preset("p1-fine").unwrap();
        let (_folder, set) = one_plugin();
        let provenance = Provenance::of_this_machine().of_task(
            &set.plugins()[0],
            &recipe,
            &under(10.0, 100),
            1,
            &[],
        );
        assert!(provenance.contains("\"plugin_version\":\"0.1.0\""), "{provenance}");
        let check = |status, wall_seconds, memory_mib, expected| {
            let now = under(wall_seconds, memory_mib);
            assert_eq!(stands(status, &provenance, &now), expected, "{status:?} under {now:?}");
        };
        check(Status::Done, 20.0, 200, true);
        check(Status::Failed, 20.0, 200, true);
        check(Status::Lost, 10.0, 100, false);
        check(Status::TimedOut, 10.0, 200, true);
        check(Status::TimedOut, 5.0, 100, true);
        check(Status::TimedOut, 20.0, 100, false);
        check(Status::OutOfMemory, 20.0, 100, true);
        check(Status::OutOfMemory, 10.0, 200, false);
    }

    /// A plugin whose library is a text.
    fn one_plugin() -> (tempfile::TempDir, PluginSet) {
        let folder = tempfile::tempdir().unwrap();
        let place = folder.path().join("one");
        std::fs::create_dir(&place).unwrap();
        let manifest = format!(
            "id = \"one\"\nversion = \"0.1.0\"\nabi = \"1.0\"\n[library]\n{} = \"l.so\"\n\
             [[method]]\nid = \"one\"\nkind = \"forecaster\"\nsummary = \"s\"\n",
            crate::plugins::target()
        );
        std::fs::write(place.join("takens-plugin.toml"), manifest).unwrap();
        std::fs::write(place.join("l.so"), "one build").unwrap();
        let set = PluginSet::of(crate::plugins::scan(&[folder.path().into()])).unwrap();
        (folder, set)
    }

    #[test]
    fn only_a_new_build_of_a_plugin_counts_as_changed() {
        let (_folder, set) = one_plugin();
        let plugin = &set.plugins()[0];
        let library = &plugin.file.library;
        assert!(plugin.is_unchanged());
        std::fs::remove_file(library).unwrap();
        std::fs::write(library, "one build").unwrap();
        assert!(plugin.is_unchanged());
        std::fs::write(library, "another build").unwrap();
        assert!(!plugin.is_unchanged());
    }
}
