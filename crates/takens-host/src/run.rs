//! The coordinator: from a plan to results in the store.
//!
//! [`run`] starts threads that each take tasks from one queue, keep a worker process for each plugin
//! they meet, and write every end of a task, good or bad, into the store at once. The coordinator
//! never loads a plugin, and a plugin never sees the part that it is to forecast.

use crate::attempt::{Attempt, attempt};
use crate::isolate::{Worker, WorkerCommand};
use crate::plugin_set::PluginSet;
use crate::protocol::{self, Recipe};
use crate::provenance::Provenance;
use crate::reader::{Run, has_results, read};
use crate::record::{Record, Status};
use crate::score::score;
use crate::store::{DataRecord, Store, StoreError};
use crate::sweep::{Limits, Plan, Sweep, Task};
use std::collections::{BTreeMap, HashMap, VecDeque};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, OnceLock};
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
    /// So many tasks have results already.
    Known(usize),
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
    let before = if options.resume && options.folder.exists() {
        read(options.folder)?
    } else {
        Run::default()
    };
    let store = Store::create(options.folder)?;
    save_sweep(options.folder, sweep)?;

    let open: VecDeque<&Task> =
        plan.tasks.iter().filter(|task| !is_known(&before, task, &plan.limits)).collect();
    let known = plan.tasks.len() - open.len();
    on_event(Event::Known(known));
    let shared = Shared {
        plan,
        catalog,
        plugins,
        options,
        on_event,
        data: DataCache::new(&open),
        provenance: Provenance::of_this_machine(),
        queue: Mutex::new(open),
        store: Mutex::new(store),
        failure: Mutex::new(None),
        ended: std::sync::atomic::AtomicUsize::new(0),
    };
    std::thread::scope(|scope| {
        for _ in 0..options.workers {
            scope.spawn(|| shared.work());
        }
    });
    if let Some(error) = shared.failure.into_inner().expect("no thread panicked") {
        return Err(error.into());
    }
    let run = shared.ended.load(Ordering::Relaxed);
    Ok(Summary { known, run, stopped: known + run < plan.tasks.len() })
}

fn save_sweep(folder: &Path, sweep: &Sweep) -> Result<(), StoreError> {
    let path = folder.join(SWEEP_FILE);
    let text = serde_json::to_string_pretty(sweep).expect("a sweep is plain data");
    let partial = folder.join(format!("{SWEEP_FILE}.{}.tmp", std::process::id()));
    std::fs::write(&partial, text)
        .and_then(|()| std::fs::rename(&partial, &path))
        .map_err(|error| StoreError::Folder { path, error })
}

/// Whether a task's result stands. One that a limit cut short stands until the limit is raised.
fn is_known(before: &Run, task: &Task, limits: &Limits) -> bool {
    let Some(record) = before.results.get(&task.id) else { return false };
    match record.status {
        Status::Lost => false,
        Status::TimedOut => !Provenance::limits(&record.provenance)
            .is_some_and(|old| limits.wall_seconds > old.wall_seconds),
        Status::OutOfMemory => !Provenance::limits(&record.provenance)
            .is_some_and(|old| limits.memory_mib > old.memory_mib),
        _ => true,
    }
}

/// What the threads of a run share.
struct Shared<'a> {
    plan: &'a Plan,
    catalog: &'a Catalog,
    plugins: &'a PluginSet,
    options: &'a RunOptions<'a>,
    on_event: &'a (dyn Fn(Event) + Sync),
    data: DataCache,
    provenance: Provenance,
    queue: Mutex<VecDeque<&'a Task>>,
    store: Mutex<Store>,
    failure: Mutex<Option<StoreError>>,
    ended: std::sync::atomic::AtomicUsize,
}

impl Shared<'_> {
    /// One thread: takes tasks until there are none, or the run is to end.
    fn work(&self) {
        // A worker process for each plugin, with the number of tasks it has served.
        let mut workers: HashMap<usize, (Worker, u32)> = HashMap::new();
        while !self.options.stop.load(Ordering::Relaxed)
            && self.failure.lock().expect("no thread panicked").is_none()
        {
            let Some(task) = self.queue.lock().expect("no thread panicked").pop_front() else {
                return;
            };
            let data = self.data.get(task, self.catalog, &self.plan.recipe);
            let mut record = match &data {
                Ok(data) => self.serve(task, data, &mut workers),
                Err(message) => self.blank(task, Status::Failed, "data", message.clone()),
            };
            if self.options.stop.load(Ordering::Relaxed) && record.status == Status::Lost {
                return;
            }
            if let Ok(data) = &data {
                score(&mut record, data);
            }
            if let Err(error) = self.keep(&record, data.as_deref().ok()) {
                *self.failure.lock().expect("no thread panicked") = Some(error);
                return;
            }
            self.data.release(task);
            self.ended.fetch_add(1, Ordering::Relaxed);
            (self.on_event)(Event::Ended(&record));
        }
    }

    /// Runs a task, again where another attempt may end otherwise.
    fn serve(
        &self,
        task: &Task,
        data: &DataRecord,
        workers: &mut HashMap<usize, (Worker, u32)>,
    ) -> Record {
        let mut attempts = 0;
        loop {
            attempts += 1;
            let outcome = self.one_attempt(task, data, workers);
            if outcome.worker_is_spent {
                workers.remove(&task.plugin);
            }
            let again = match outcome.status {
                Status::Lost => attempts < ATTEMPTS_IF_LOST,
                Status::Failed => outcome.kind == "panic" && attempts < ATTEMPTS_IF_PANIC,
                _ => false,
            };
            if again && !self.options.stop.load(Ordering::Relaxed) {
                workers.remove(&task.plugin);
                continue;
            }
            return self.record(task, outcome, attempts);
        }
    }

    fn one_attempt(
        &self,
        task: &Task,
        data: &DataRecord,
        workers: &mut HashMap<usize, (Worker, u32)>,
    ) -> Attempt {
        let plugin = &self.plugins.plugins()[task.plugin];
        if workers.get(&task.plugin).is_some_and(|(_, served)| *served >= TASKS_PER_WORKER) {
            workers.remove(&task.plugin);
        }
        let (worker, served) = match workers.entry(task.plugin) {
            std::collections::hash_map::Entry::Occupied(entry) => entry.into_mut(),
            std::collections::hash_map::Entry::Vacant(entry) => {
                match Worker::spawn(&self.options.worker, &plugin.file) {
                    Ok(worker) => entry.insert((worker, 0)),
                    Err(error) => return Attempt::not_started(&error),
                }
            }
        };
        *served += 1;
        attempt(worker, task, data, &self.plan.limits, self.options.stop)
    }

    fn keep(&self, record: &Record, data: Option<&DataRecord>) -> Result<(), StoreError> {
        let mut store = self.store.lock().expect("no thread panicked");
        if let Some(data) = data {
            store.put_data(data)?;
        }
        store.put(record)
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
                &plugin.hash,
                &self.plan.recipe,
                &self.plan.limits,
                attempts,
                &attempt.remarks,
            ),
            forecast: attempt.forecast,
            scores: BTreeMap::new(),
        }
    }
}

/// Data by id, made once by whoever asks first, let go after the last task that needs them.
struct DataCache {
    slots: Mutex<HashMap<String, Slot>>,
}

struct Slot {
    tasks: usize,
    data: Arc<OnceLock<Prepared>>,
}

type Prepared = Result<Arc<DataRecord>, String>;

impl DataCache {
    fn new(tasks: &VecDeque<&Task>) -> Self {
        let mut slots: HashMap<String, Slot> = HashMap::new();
        for task in tasks {
            slots
                .entry(task.data.clone())
                .or_insert_with(|| Slot { tasks: 0, data: Arc::default() })
                .tasks += 1;
        }
        Self { slots: Mutex::new(slots) }
    }

    fn get(&self, task: &Task, catalog: &Catalog, recipe: &Recipe) -> Prepared {
        let cell = {
            let slots = self.slots.lock().expect("no thread panicked");
            slots.get(&task.data).map(|slot| Arc::clone(&slot.data))
        };
        let cell = cell.expect("a slot lasts as long as its tasks");
        cell.get_or_init(|| {
            let entry = catalog
                .get(&task.system)
                .ok_or_else(|| format!("{} is not in the catalogue", task.system))?;
            protocol::prepare(entry, recipe, task.seed)
                .map(Arc::new)
                .map_err(|error| error.to_string())
        })
        .clone()
    }

    fn release(&self, task: &Task) {
        let mut slots = self.slots.lock().expect("no thread panicked");
        if let Some(slot) = slots.get_mut(&task.data) {
            slot.tasks -= 1;
            if slot.tasks == 0 {
                slots.remove(&task.data);
            }
        }
    }
}
