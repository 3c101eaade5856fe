//! A sweep under attack: killed, out of disk, with a file cut short; afterwards all must be there.
//!
//! Start at [`attack`]. It runs a sweep undisturbed, and again under blows at random moments: SIGKILL
//! to workers and to the coordinator, a full disk, a store file cut at a random byte. What the
//! coordinator said is kept must be kept, what is known must not run again, and in the end every task
//! must have one result, equal to the undisturbed one to the bit. The coordinator is the binary
//! `takens`, listened to through `bench --events`.

mod coordinator;
mod disk;
mod verdict;

use coordinator::Coordinator;
use disk::Disk;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};
use takens_core::Stream;

/// Ten systems that cost little.
const SYSTEMS: [&str; 10] = [
    "Henon",
    "Logistic",
    "Lorenz",
    "Rossler",
    "Chua",
    "Thomas",
    "Chen",
    "Finance",
    "Laser",
    "HindmarshRose",
];
/// Four methods that cost little.
const METHODS: [&str; 4] = ["naive", "mean", "parrot", "polyprop"];
/// Blows fall before this part of the sweep is done, so that there is something left to hit.
const UNTIL: f64 = 0.9;
/// This part of the kills comes soon after a start, while the coordinator still reads and plans.
const EARLY: f64 = 0.3;
const SOON: Duration = Duration::from_millis(1500);
/// Whatever takes longer than this hangs.
const PATIENCE: Duration = Duration::from_secs(300);

/// What is to happen.
#[derive(Debug, Clone, Copy)]
pub struct Settings {
    /// Short tasks; a multiple of 40.
    pub tasks: usize,
    /// SIGKILLs of workers and coordinator.
    pub kills: usize,
    /// Decides moments and victims, as far as the machine's own pace lets it.
    pub seed: u64,
    /// Worker processes at once.
    pub workers: usize,
}

/// What happened.
#[derive(Debug, Default)]
pub struct Report {
    /// SIGKILLs of workers.
    pub workers_killed: usize,
    /// SIGKILLs of the coordinator.
    pub coordinators_killed: usize,
    /// Times that the sweep was started.
    pub starts: usize,
    /// What the coordinator said of the full disk.
    pub full: String,
    /// Which file was cut, where, and how many results it had.
    pub cut: String,
    /// Seconds of the undisturbed run and of the disturbed one.
    pub seconds: (f64, f64),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Blow {
    KillWorker,
    KillCoordinator,
    /// Kill the coordinator, and cut one of its files.
    Cut,
    FillDisk,
}

/// Runs the whole attack.
///
/// # Errors
/// What was lost, came out different, ran again for nothing, or hung.
pub fn attack(settings: &Settings) -> Result<Report, String> {
    let place = tempfile::tempdir().map_err(|error| error.to_string())?;
    let sweep = write_sweep(place.path(), settings.tasks)?;
    let whole = place.path().join("whole");
    let begun = Instant::now();
    let mut undisturbed = Coordinator::start(&sweep, &whole, settings.workers, None)?;
    undisturbed.finish(PATIENCE)?;
    let seconds = begun.elapsed().as_secs_f64();

    let begun = Instant::now();
    let disk = Disk::new(place.path())?;
    let mut attack = Attack {
        settings,
        sweep,
        folder: disk.folder().join("run"),
        scratch: place.path().join("scratch"),
        disk,
        random: Random { stream: Stream::new(settings.seed, 0), place: 0 },
        kept: BTreeMap::new(),
        forgiven: BTreeSet::new(),
        report: Report::default(),
    };
    attack.run()?;
    attack.report.seconds = (seconds, begun.elapsed().as_secs_f64());
    verdict::equal(&whole, &attack.folder, settings.tasks)?;
    attack.nothing_ran_twice()?;
    Ok(attack.report)
}

/// A sweep of so many short tasks.
fn write_sweep(folder: &Path, tasks: usize) -> Result<PathBuf, String> {
    let seeds = tasks / (SYSTEMS.len() * METHODS.len());
    let text = format!(
        "systems = {SYSTEMS:?}\nmethods = {METHODS:?}\nseeds = {seeds}\n\n\
         [recipe]\ntrain = 100\ntest = 20\nsampling = {{ step = 0.05 }}\n"
    );
    let path = folder.join("sweep.toml");
    std::fs::write(&path, text).map_err(|error| error.to_string())?;
    Ok(path)
}

/// Random numbers in a row.
struct Random {
    stream: Stream,
    place: u64,
}

impl Random {
    fn uniform(&mut self) -> f64 {
        self.place += 1;
        self.stream.uniform(self.place)
    }

    fn below(&mut self, limit: usize) -> usize {
        (self.uniform() * limit as f64) as usize
    }
}

struct Attack<'a> {
    settings: &'a Settings,
    sweep: PathBuf,
    folder: PathBuf,
    scratch: PathBuf,
    disk: Disk,
    random: Random,
    /// How often the coordinator said of a task that its result is kept.
    kept: BTreeMap<String, usize>,
    /// Tasks whose results were in the file that was cut.
    forgiven: BTreeSet<String>,
    report: Report,
}

impl Attack<'_> {
    /// All blows, then the rest of the sweep in peace.
    fn run(&mut self) -> Result<(), String> {
        let mut running: Option<Coordinator> = None;
        for (after, blow) in self.schedule() {
            let mut coordinator = match running.take() {
                Some(coordinator) => coordinator,
                None => self.start(None)?,
            };
            let early = blow != Blow::FillDisk && self.random.uniform() < EARLY;
            let soon = SOON.mul_f64(self.random.uniform());
            let moment = Instant::now();
            while !(early && coordinator.age() >= soon) && self.done(&coordinator) < after {
                if coordinator.has_ended() {
                    let ends = coordinator.wait(PATIENCE)?;
                    return Err(format!("with blows left, the sweep ended: {}", ends.describe()));
                }
                patience(moment, "the sweep does not go on")?;
                std::thread::sleep(Duration::from_millis(2));
            }
            std::thread::sleep(Duration::from_millis(20).mul_f64(self.random.uniform()));
            running = self.strike(blow, coordinator)?;
        }
        let mut last = match running {
            Some(coordinator) => coordinator,
            None => self.start(None)?,
        };
        last.finish(PATIENCE)?;
        self.hear(&last);
        Ok(())
    }

    /// Blows, each with the number of results after which it falls.
    fn schedule(&mut self) -> Vec<(usize, Blow)> {
        let mut blows: Vec<Blow> =
            (0..self.settings.kills.saturating_sub(1))
                .map(|_| {
                    if self.random.uniform() < 0.5 {
                        Blow::KillWorker
                    } else {
                        Blow::KillCoordinator
                    }
                })
                .collect();
        // Never the first: there must be something to lose.
        for special in [Blow::Cut, Blow::FillDisk] {
            let place = 1 + self.random.below(blows.len());
            blows.insert(place, special);
        }
        let most = UNTIL * self.settings.tasks as f64;
        let mut moments: Vec<usize> =
            blows.iter().map(|_| 1 + (most * self.random.uniform()) as usize).collect();
        moments.sort_unstable();
        moments.into_iter().zip(blows).collect()
    }

    fn start(&mut self, file_limit: Option<u64>) -> Result<Coordinator, String> {
        self.report.starts += 1;
        Coordinator::start(&self.sweep, &self.folder, self.settings.workers, file_limit)
    }

    /// Results kept so far.
    fn done(&self, running: &Coordinator) -> usize {
        self.kept.len() + running.kept()
    }

    /// Notes what a coordinator said that ran until now.
    fn hear(&mut self, coordinator: &Coordinator) {
        for task in coordinator.all_kept() {
            *self.kept.entry(task).or_default() += 1;
        }
    }

    /// Strikes; gives back the coordinator if it goes on.
    fn strike(
        &mut self,
        blow: Blow,
        mut coordinator: Coordinator,
    ) -> Result<Option<Coordinator>, String> {
        match blow {
            Blow::KillWorker => {
                let moment = Instant::now();
                let workers = loop {
                    let workers = coordinator.workers();
                    if !workers.is_empty() || coordinator.has_ended() {
                        break workers;
                    }
                    patience(moment, "no worker is started")?;
                    std::thread::sleep(Duration::from_millis(2));
                };
                if !workers.is_empty() {
                    coordinator::kill(workers[self.random.below(workers.len())]);
                    self.report.workers_killed += 1;
                }
                return Ok(Some(coordinator));
            }
            Blow::KillCoordinator => self.kill(&mut coordinator)?,
            Blow::Cut => {
                self.kill(&mut coordinator)?;
                return self.cut().map(Some);
            }
            Blow::FillDisk => {
                if let Some(limit) = self.disk.limit() {
                    // Such a limit is for a process from its start on; what journals hold is brought
                    // to its place before.
                    coordinator.kill()?;
                    self.hear(&coordinator);
                    takens_host::read(&self.folder).map_err(|error| error.to_string())?;
                    coordinator = self.start(Some(limit))?;
                }
                self.disk.fill()?;
                let end = coordinator.wait(PATIENCE)?;
                self.hear(&coordinator);
                self.disk.make_room()?;
                let said = end.errors.lines().find(|line| line.contains("error:"));
                let said = said.unwrap_or_default().to_string();
                if end.code != Some(1) || !disk::is_clear(&said) {
                    return Err(format!("the disk was full, and: {}", end.describe()));
                }
                self.report.full = said;
            }
        }
        self.nothing_is_lost()?;
        Ok(None)
    }

    fn kill(&mut self, coordinator: &mut Coordinator) -> Result<(), String> {
        let workers = coordinator.workers();
        coordinator.kill()?;
        self.report.coordinators_killed += 1;
        self.hear(coordinator);
        coordinator::all_gone(&workers)
    }

    /// What was said to be kept is there: in the store itself every third time, and otherwise left
    /// for the next coordinator to find as the last one left it.
    fn nothing_is_lost(&mut self) -> Result<(), String> {
        if self.random.uniform() > 1.0 / 3.0 || !self.folder.exists() {
            return Ok(());
        }
        let run = takens_host::read(&self.folder).map_err(|error| error.to_string())?;
        match self.kept.keys().find(|task| !run.results.contains_key(*task)) {
            Some(task) => Err(format!("the result of {task} was kept, and is lost")),
            None => Ok(()),
        }
    }

    /// Cuts the file with the most bytes anywhere, and sees what the next coordinator makes of it.
    fn cut(&mut self) -> Result<Coordinator, String> {
        let failed = |error: std::io::Error| error.to_string();
        // Reading it brings what is in its journal into the file itself.
        takens_host::read(&self.folder).map_err(|error| error.to_string())?;
        let size = |path: &PathBuf| path.metadata().map_or(0, |facts| facts.len());
        let victim = verdict::stores(&self.folder)?.into_iter().max_by_key(size);
        let victim = victim.ok_or("there is no store file to cut")?;
        let (tasks, length) = (verdict::tasks_of(&victim, &self.scratch)?, size(&victim));
        let at = (length as f64 * self.random.uniform()) as u64;
        let file = std::fs::OpenOptions::new().write(true).open(&victim).map_err(failed)?;
        file.set_len(at).map_err(failed)?;
        let name = victim.file_name().unwrap_or_default().to_string_lossy().into_owned();
        write!(self.report.cut, "{name} at byte {at} of {length}, {} results", tasks.len())
            .expect("text can be written");
        self.kept.retain(|task, _| !tasks.contains(task));
        self.forgiven.extend(tasks);

        let coordinator = self.start(None)?;
        let moment = Instant::now();
        let known = loop {
            if let Some(known) = coordinator.known() {
                break known;
            }
            patience(moment, "the sweep does not start")?;
            std::thread::sleep(Duration::from_millis(2));
        };
        let aside = coordinator.set_aside();
        if aside.len() != 1 || !aside[0].ends_with(&name) {
            return Err(format!("{name} was cut at byte {at} of {length}; set aside: {aside:?}"));
        }
        if known < self.kept.len() {
            return Err(format!("{known} results known, but {} were kept", self.kept.len()));
        }
        Ok(coordinator)
    }

    /// Only tasks of the file that was cut were run again.
    fn nothing_ran_twice(&self) -> Result<(), String> {
        let twice =
            self.kept.iter().find(|(task, times)| **times > 1 && !self.forgiven.contains(*task));
        match twice {
            Some((task, times)) => Err(format!("{task} was kept, and yet run {times} times")),
            None => Ok(()),
        }
    }
}

fn patience(since: Instant, what: &str) -> Result<(), String> {
    if since.elapsed() > PATIENCE { Err(format!("{what} for {PATIENCE:?}")) } else { Ok(()) }
}
