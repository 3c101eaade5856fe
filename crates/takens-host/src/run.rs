//! The coordinator: from a plan to results in the store.
//!
//! [`run`] starts threads that each take tasks from one queue, keep a worker process for each plugin
//! they meet, and hand every end of a task, good or bad, on to be kept in the store. The coordinator
//! never loads a plugin, and a plugin never sees the part that it is to forecast.

use crate::attempt::{Attempt, attempt};
use crate::data_cache::DataCache;
use crate::folder::{Known, check_plan, save_plan, standing, take_up};
use crate::isolate::{SpawnError, Worker, WorkerCommand};
use crate::joint::{Joint, JointOptions, Next, known_before};
use crate::plugin_set::PluginSet;
use crate::provenance::Provenance;
use crate::record::{DATA, Record, Status};
use crate::score::score;
use crate::store::{DataRecord, SetAside, Store, StoreError};
use crate::sweep::{Limits, Plan, Sweep, Task};
use crate::tuner::{Choice, Tuner, tune};
use std::collections::hash_map::{Entry, HashMap};
use std::collections::{BTreeMap, VecDeque};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::sync::{Arc, Mutex};
use takens_catalog::Catalog;

/// Tasks after which a worker process is replaced, lest what a plugin leaks piles up.
const TASKS_PER_WORKER: u32 = 200;
/// How often a task whose process vanished is started again.
const ATTEMPTS_IF_LOST: u32 = 3;
/// How often a task that panicked is started, in a fresh process.
const ATTEMPTS_IF_PANIC: u32 = 2;
/// Results that may wait for the disk, for each worker process: where tasks are shorter than a disk
/// takes to write, some are written at once.
const WAITING_PER_WORKER: usize = 4;

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
    /// Whether others work in the folder too: then the plan that it keeps is carried out, and `resume`
    /// does not matter.
    pub joint: Option<JointOptions>,
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
    /// So many tasks were ended by others that work in the folder.
    Elsewhere(usize),
}

/// What a run came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Summary {
    /// Tasks whose results were there before.
    pub known: usize,
    /// Tasks that ended in this run.
    pub run: usize,
    /// Tasks that others ended meanwhile.
    pub elsewhere: usize,
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
    /// The folder's plan is another one than this machine makes of its sweep.
    #[error(
        "the plan of {folder} is not the one made of its sweep here ({example}): the plugins, the definitions of the systems or this program are not those that it was planned with"
    )]
    OtherPlan {
        /// The folder.
        folder: PathBuf,
        /// Where they part.
        example: String,
    },
    /// Members of a joint run are alive.
    #[error(
        "{members} at work in {folder}; wait for the end (`takens status {folder}` tells how far it is), or stop them first"
    )]
    AtWork {
        /// The folder.
        folder: PathBuf,
        /// Who they are.
        members: String,
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
    let (known, before) = if options.joint.is_some() {
        check_plan(options.folder, plan)?;
        let before = known_before(options.folder)?;
        let mut ids = standing(&before.reader, &plan.limits)?;
        ids.extend(before.ended.iter().cloned());
        (Known { ids, choices: before.reader.choices()? }, Some(before))
    } else {
        let known = take_up(options.folder, options.resume, &plan.limits, on_event)?;
        save_plan(options.folder, sweep, plan)?;
        (known, None)
    };
    let Known { ids, choices } = known;
    let open: Vec<&Task> = plan.tasks.iter().filter(|task| !ids.contains(&task.id)).collect();
    drop(ids);
    let known = plan.tasks.len() - open.len();
    on_event(Event::Known(known));
    if open.is_empty() {
        return Ok(Summary { known, run: 0, elsewhere: 0, stopped: false });
    }
    let store = Store::create(options.folder)?;
    let data = DataCache::new(open.iter().map(|task| task.data.as_str()));
    let tuner = Tuner::new(&open, choices);
    let source = match options.joint.as_ref().zip(before) {
        Some((joint, before)) => {
            let joint = Joint::join(options.folder, joint, open, before, store.path())?;
            Source::Joint(Box::new(joint))
        }
        None => Source::Alone(Mutex::new(open.into())),
    };
    let shared = Shared {
        plan,
        catalog,
        plugins,
        options,
        on_event,
        data,
        tuner,
        worker: options.worker.clone().with_threads(plan.limits.threads),
        provenance: Provenance::of_this_machine(),
        source,
        store: Mutex::new(store),
        failure: Mutex::new(None),
        ended: AtomicUsize::new(0),
        elsewhere: AtomicUsize::new(0),
    };
    std::thread::scope(|scope| {
        let (ended, to_keep) = sync_channel(WAITING_PER_WORKER * options.workers);
        for _ in 0..options.workers {
            let (shared, ended) = (&shared, ended.clone());
            scope.spawn(move || shared.work(&ended));
        }
        drop(ended);
        shared.keep_all(&to_keep);
    });
    if let Some(error) = shared.failure.into_inner().expect("no thread panicked") {
        return Err(error);
    }
    let run = shared.ended.load(Ordering::Relaxed);
    let elsewhere = shared.elsewhere.load(Ordering::Relaxed);
    let stopped = known + run + elsewhere < plan.tasks.len();
    Ok(Summary { known, run, elsewhere, stopped })
}

/// Where the threads of a run get their tasks from.
enum Source<'a> {
    /// This process is alone in the folder.
    Alone(Mutex<VecDeque<&'a Task>>),
    /// Others are there too.
    Joint(Box<Joint<'a>>),
}

/// A thread's worker process for each plugin, with the number of tasks it has served.
pub(crate) type Workers = HashMap<usize, (Worker, u32)>;

/// A task that has ended, and what is to be kept of it.
struct Ended<'a> {
    task: &'a Task,
    record: Record,
    data: Option<Arc<DataRecord>>,
}

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
    source: Source<'a>,
    store: Mutex<Store>,
    failure: Mutex<Option<RunError>>,
    ended: AtomicUsize,
    elsewhere: AtomicUsize,
}

impl<'a> Shared<'a> {
    /// One thread: takes tasks until there are none, or the run is to end.
    fn work(&self, ended: &SyncSender<Ended<'a>>) {
        let mut workers = Workers::new();
        while !self.is_stopped() && self.failure.lock().expect("no thread panicked").is_none() {
            let end = match self.next() {
                Ok(Next::Task(task)) => self.bring_to_end(task, &mut workers).map(|end| {
                    if let Some(end) = end {
                        // If nobody takes it, keeping has failed, and the loop ends.
                        let _ = ended.send(end);
                    }
                }),
                Ok(Next::Wait(a_while)) => {
                    std::thread::sleep(a_while);
                    Ok(())
                }
                Ok(Next::End) => return,
                Err(error) => Err(error.into()),
            };
            if let Err(error) = end {
                self.failure.lock().expect("no thread panicked").get_or_insert(error);
                return;
            }
        }
    }

    fn next(&self) -> Result<Next<'a>, StoreError> {
        match &self.source {
            Source::Alone(queue) => {
                let task = queue.lock().expect("no thread panicked").pop_front();
                Ok(task.map_or(Next::End, Next::Task))
            }
            Source::Joint(joint) => joint.next(&|tasks| {
                for task in tasks {
                    self.release(task);
                }
                self.elsewhere.fetch_add(tasks.len(), Ordering::Relaxed);
                (self.on_event)(Event::Elsewhere(tasks.len()));
            }),
        }
    }

    /// A task that needs its data no more.
    fn release(&self, task: &Task) {
        self.data.release(&task.data);
        self.tuner.release(task);
    }

    /// Keeps results as they come, those that wait at once.
    fn keep_all(&self, ended: &Receiver<Ended<'a>>) {
        while let Ok(first) = ended.recv() {
            let most = WAITING_PER_WORKER * self.options.workers;
            let all: Vec<Ended> =
                std::iter::once(first).chain(ended.try_iter().take(most)).collect();
            if let Err(error) = self.keep(&all) {
                self.failure.lock().expect("no thread panicked").get_or_insert(error.into());
                return;
            }
        }
    }

    fn keep(&self, all: &[Ended]) -> Result<(), StoreError> {
        let results = all.iter().map(|end| (&end.record, end.data.as_deref()));
        self.store.lock().expect("no thread panicked").put_all(results)?;
        for Ended { task, record, .. } in all {
            if let Source::Joint(joint) = &self.source {
                joint.ended(task, record.status)?;
            }
            self.release(task);
            self.ended.fetch_add(1, Ordering::Relaxed);
            (self.on_event)(Event::Ended(record));
        }
        Ok(())
    }

    /// Runs a task; of one that a stop cut short, there is nothing to keep.
    fn bring_to_end(
        &self,
        task: &'a Task,
        workers: &mut Workers,
    ) -> Result<Option<Ended<'a>>, RunError> {
        let place = (task.system.as_str(), task.seed);
        let data = self.data.get(&task.data, place, self.catalog, &self.plan.recipe);
        let mut record = match &data {
            Ok(data) => {
                let Some(chosen) = self.tuned(task, workers)? else { return Ok(None) };
                let job = Task { parameters: chosen, ..task.clone() };
                let record = self.serve(&job, data, &self.plan.limits, workers)?;
                let tuned = if task.tuning.is_some() { job.parameters } else { String::new() };
                Record { parameters: task.parameters.clone(), tuned, ..record }
            }
            Err(message) => self.blank(task, Status::Failed, DATA, message.clone()),
        };
        if self.is_stopped() && record.status == Status::Lost {
            return Ok(None);
        }
        let data = data.ok();
        if let Some(data) = &data {
            score(&mut record, data);
        }
        Ok(Some(Ended { task, record, data }))
    }

    /// The parameters that a task's method runs with: those of the task, or those that tuning chose.
    /// `None` if the run was stopped before that.
    fn tuned(&self, task: &Task, workers: &mut Workers) -> Result<Option<String>, RunError> {
        let Some(key) = &task.tuning else { return Ok(Some(task.parameters.clone())) };
        let mut make = || {
            let choice = tune(self, task, key, workers)?;
            if let Some(choice) = &choice {
                self.store.lock().expect("no thread panicked").put_choice(choice)?;
                (self.on_event)(Event::Tuned(choice));
            }
            Ok(choice.map(|choice| choice.chosen))
        };
        self.tuner.choice(key, || match &self.source {
            Source::Alone(_) => make(),
            Source::Joint(joint) => joint.choice(&key.key, &|| self.is_stopped(), make),
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
