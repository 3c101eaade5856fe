//! A member's tasks: taken, done, and done by others.

use super::done::{List, Lists};
use super::lease::Leases;
use super::member::{Member, Watch};
use super::order::Order;
use super::{JointOptions, choices, place, poll_interval};
use crate::reader::Reader;
use crate::record::Status;
use crate::store::{StoreError, files};
use crate::sweep::Task;
use std::collections::{HashMap, HashSet};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::time::{Duration, Instant};

/// What there is for a thread to do.
#[derive(Debug)]
pub(crate) enum Next<'a> {
    /// This task.
    Task(&'a Task),
    /// Others have what is left; should they die, there is something to do.
    Wait(Duration),
    /// Nothing any more.
    End,
}

/// This process's part in a joint run.
pub(crate) struct Joint<'a> {
    place: PathBuf,
    leases: Leases,
    poll: Duration,
    state: Mutex<State<'a>>,
    /// Leaves last, after its leases have been given up.
    _member: Member,
}

struct State<'a> {
    tasks: Vec<&'a Task>,
    numbers: HashMap<&'a str, usize>,
    order: Order,
    /// Tasks that this process has leases on.
    in_flight: HashSet<usize>,
    lists: Lists,
    list: List,
    watch: Watch,
    looked: Instant,
}

/// What is done in a run's folder, told without opening the stores of members.
pub(crate) struct Before {
    /// The lists, read so far.
    lists: Lists,
    /// Tasks that members have ended.
    pub(crate) ended: HashSet<String>,
    /// The stores of nobody who is at work.
    pub(crate) reader: Reader,
}

/// What was done before this process joined.
pub(crate) fn known_before(folder: &Path) -> Result<Before, StoreError> {
    let mut lists = Lists::new(&place(folder));
    let news = lists.news().map_err(|error| StoreError::Folder { path: place(folder), error })?;
    let mut stores = files(folder)?;
    stores.retain(|path| {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        !lists.stores.contains(name.as_ref())
    });
    let ended = news.into_iter().map(|done| done.task).collect();
    Ok(Before { lists, ended, reader: Reader::of(stores)? })
}

impl<'a> Joint<'a> {
    /// Joins, to run `tasks` that have no result yet, and keep them in the file `store`.
    pub(crate) fn join(
        folder: &Path,
        options: &JointOptions,
        tasks: Vec<&'a Task>,
        before: Before,
        store: &Path,
    ) -> Result<Self, StoreError> {
        let place = place(folder);
        let join = || {
            let (member, name) = Member::join(&place, options)?;
            let state = State {
                order: Order::new(&tasks, options.share),
                numbers: tasks.iter().enumerate().map(|(n, task)| (task.id.as_str(), n)).collect(),
                tasks,
                in_flight: HashSet::new(),
                lists: before.lists,
                list: List::create(&place, &name, store)?,
                watch: Watch::new(&place, options.lease),
                looked: Instant::now(),
            };
            Ok(Self {
                leases: Leases::new(&place, &name)?,
                poll: poll_interval(options.lease),
                state: Mutex::new(state),
                place: place.clone(),
                _member: member,
            })
        };
        join().map_err(|error| StoreError::Folder { path: place.clone(), error })
    }

    /// The next task; `elsewhere` is told of those that others have ended meanwhile.
    pub(crate) fn next(&self, elsewhere: &dyn Fn(&[&'a Task])) -> Result<Next<'a>, StoreError> {
        let mut news = Vec::new();
        let next = self.state.lock().expect("no thread panicked").next(self, &mut news);
        if !news.is_empty() {
            elsewhere(&news);
        }
        next.map_err(|error| self.refuse(error))
    }

    /// A task has ended, and its result is kept.
    pub(crate) fn ended(&self, task: &Task, status: Status) -> Result<(), StoreError> {
        let mut state = self.state.lock().expect("no thread panicked");
        state.list.add(&task.id, status).map_err(|error| self.refuse(error))?;
        let number = state.numbers[task.id.as_str()];
        state.order.set_done(number);
        state.in_flight.remove(&number);
        // After the list: whoever gets the lease now finds the task there.
        self.leases.give_up(&task.id);
        Ok(())
    }

    /// The parameters that tuning chose under a key: chosen by one member, used by all. `make` chooses;
    /// `is_stopped` ends the waiting for somebody else who is at it.
    pub(crate) fn choice<E: From<StoreError>>(
        &self,
        key: &str,
        is_stopped: &dyn Fn() -> bool,
        make: impl FnOnce() -> Result<Option<String>, E>,
    ) -> Result<Option<String>, E> {
        let refuse = |error| E::from(self.refuse(error));
        let lease = format!("tune-{key}");
        while !is_stopped() {
            if let Some(chosen) = choices::read(&self.place, key).map_err(refuse)? {
                return Ok(Some(chosen));
            }
            if !self.leases.take(&lease).map_err(refuse)? {
                self.end_if_dead(&lease).map_err(refuse)?;
                std::thread::sleep(self.poll);
                continue;
            }
            // It may have been made between the look and the lease.
            let made = match choices::read(&self.place, key).map_err(refuse)? {
                Some(chosen) => Ok(Some(chosen)),
                None => make().and_then(|made| {
                    let publish = |made: String| choices::publish(&self.place, key, &made);
                    made.map(publish).transpose().map_err(refuse)
                }),
            };
            self.leases.give_up(&lease);
            return made;
        }
        Ok(None)
    }

    fn end_if_dead(&self, lease: &str) -> io::Result<()> {
        let mut state = self.state.lock().expect("no thread panicked");
        match self.leases.holder(lease)? {
            Some(holder) if state.watch.is_dead(&holder) => self.leases.end_that_of(&holder, lease),
            _ => Ok(()),
        }
    }

    fn refuse(&self, error: io::Error) -> StoreError {
        StoreError::Folder { path: self.place.clone(), error }
    }
}

impl<'a> State<'a> {
    fn next(&mut self, joint: &Joint, news: &mut Vec<&'a Task>) -> io::Result<Next<'a>> {
        if self.looked.elapsed() >= joint.poll {
            self.watch.look()?;
            self.looked = Instant::now();
        }
        loop {
            while let Some(number) = self.order.next() {
                let task = self.tasks[number];
                if !joint.leases.take(&task.id)? {
                    self.order.hold(number);
                    continue;
                }
                // Whoever had the lease before may have ended the task.
                self.read_lists(news)?;
                if self.order.is_done(number) {
                    joint.leases.give_up(&task.id);
                    continue;
                }
                self.in_flight.insert(number);
                return Ok(Next::Task(task));
            }
            self.read_lists(news)?;
            if self.order.left() <= self.in_flight.len() {
                return Ok(Next::End);
            }
            if !self.free_the_dead(joint)? {
                return Ok(Next::Wait(joint.poll));
            }
        }
    }

    /// Reads what others have ended.
    fn read_lists(&mut self, news: &mut Vec<&'a Task>) -> io::Result<()> {
        for done in self.lists.news()? {
            let Some(number) = self.numbers.get(done.task.as_str()).copied() else { continue };
            // One's own tasks are ended by oneself, even where somebody else was at them too.
            if !self.in_flight.contains(&number) && self.order.set_done(number) {
                news.push(self.tasks[number]);
            }
        }
        Ok(())
    }

    /// Whether there is something to try again: a lease was given up, or whoever had it is dead.
    fn free_the_dead(&mut self, joint: &Joint) -> io::Result<bool> {
        let mut any = false;
        for number in self.order.held() {
            let task = &self.tasks[number].id;
            let holder = joint.leases.holder(task)?;
            if let Some(holder) = &holder {
                if !self.watch.is_dead(holder) {
                    continue;
                }
                joint.leases.end_that_of(holder, task)?;
            }
            self.order.free(number);
            any = true;
        }
        Ok(any)
    }
}

impl Drop for Joint<'_> {
    /// What was not ended is for others.
    fn drop(&mut self) {
        let Ok(state) = self.state.get_mut() else { return };
        for number in &state.in_flight {
            self.leases.give_up(&state.tasks[*number].id);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::order::tests::tasks;
    use super::super::{JointOptions, Share};
    use super::*;
    use std::sync::atomic::{AtomicUsize, Ordering};

    const LEASE: Duration = Duration::from_millis(400);

    fn join<'a>(folder: &Path, tasks: &'a [Task], share: Option<Share>) -> Joint<'a> {
        let before = known_before(folder).unwrap();
        let open = tasks.iter().filter(|task| !before.ended.contains(&task.id)).collect();
        let options = JointOptions { share, lease: LEASE };
        Joint::join(folder, &options, open, before, Path::new("results-0001.sqlite")).unwrap()
    }

    fn take<'a>(joint: &Joint<'a>) -> Option<&'a Task> {
        match joint.next(&|_| {}).unwrap() {
            Next::Task(task) => Some(task),
            _ => None,
        }
    }

    #[test]
    fn each_task_is_run_by_one_member() {
        let folder = tempfile::tempdir().unwrap();
        let tasks = tasks(50);
        let runs: Vec<AtomicUsize> = tasks.iter().map(|_| AtomicUsize::new(0)).collect();
        let elsewhere = AtomicUsize::new(0);
        // Of four shares, three have somebody; one member helps only.
        let members = [Share::new(1, 4), Share::new(2, 4), Share::new(3, 4), None]
            .map(|share| join(folder.path(), &tasks, share));
        std::thread::scope(|scope| {
            for joint in members {
                let (tasks, runs, elsewhere) = (&tasks, &runs, &elsewhere);
                scope.spawn(move || {
                    loop {
                        let count = |news: &[&Task]| {
                            elsewhere.fetch_add(news.len(), Ordering::Relaxed);
                        };
                        match joint.next(&count).unwrap() {
                            Next::Task(task) => {
                                let number = tasks.iter().position(|t| t.id == task.id).unwrap();
                                runs[number].fetch_add(1, Ordering::Relaxed);
                                joint.ended(task, Status::Done).unwrap();
                            }
                            Next::Wait(poll) => std::thread::sleep(poll),
                            Next::End => return,
                        }
                    }
                });
            }
        });
        assert!(runs.iter().all(|runs| runs.load(Ordering::Relaxed) == 1));
        // Every member hears of all that the others did.
        assert_eq!(elsewhere.load(Ordering::Relaxed), 3 * tasks.len());
        assert!(super::super::lease::all(&place(folder.path())).unwrap().is_empty());
    }

    #[test]
    fn the_task_of_a_dead_member_is_run_by_another_and_that_of_a_live_one_is_not() {
        let folder = tempfile::tempdir().unwrap();
        let tasks = tasks(1);
        let (dead, alive) = (join(folder.path(), &tasks, None), join(folder.path(), &tasks, None));
        let lost = take(&dead).unwrap();
        let kept = take(&alive).unwrap();
        // What a kill leaves: a silent member's file, and its lease.
        let cards = super::super::member::all(&place(folder.path())).unwrap();
        assert_eq!(cards.len(), 2);
        let lease = place(folder.path()).join("leases").join(&lost.id);
        let holder = std::fs::read_to_string(&lease).unwrap();
        let card = place(folder.path()).join("members").join(&holder);
        let left = (std::fs::read(&card).unwrap(), holder.clone());
        drop(dead);
        std::fs::write(&card, left.0).unwrap();
        std::fs::write(&lease, left.1).unwrap();

        let third = join(folder.path(), &tasks, None);
        let begun = Instant::now();
        let mut ran = Vec::new();
        while !ran.contains(&lost.id.as_str()) {
            assert!(begun.elapsed() < 20 * LEASE, "{ran:?}");
            match take(&third) {
                Some(task) => {
                    ran.push(&task.id);
                    third.ended(task, Status::Done).unwrap();
                }
                None => std::thread::sleep(LEASE / 20),
            }
        }
        assert!(begun.elapsed() >= LEASE / 2, "a lease lasts");
        assert_eq!(ran.len(), 3);
        assert!(!ran.contains(&kept.id.as_str()));
        assert!(matches!(third.next(&|_| {}).unwrap(), Next::Wait(_)));
        alive.ended(kept, Status::Done).unwrap();
        assert!(matches!(third.next(&|_| {}).unwrap(), Next::End));
    }

    #[test]
    fn a_choice_is_made_once() {
        let folder = tempfile::tempdir().unwrap();
        let tasks = tasks(1);
        let made = AtomicUsize::new(0);
        let chosen: Vec<String> = std::thread::scope(|scope| {
            let threads: Vec<_> = (0..4)
                .map(|n| {
                    let (joint, made) = (join(folder.path(), &tasks, None), &made);
                    scope.spawn(move || {
                        let make = || {
                            made.fetch_add(1, Ordering::Relaxed);
                            std::thread::sleep(LEASE / 4);
                            Ok::<_, StoreError>(Some(format!("by {n}")))
                        };
                        joint.choice("k", &|| false, make).unwrap().unwrap()
                    })
                })
                .collect();
            threads.into_iter().map(|thread| thread.join().unwrap()).collect()
        });
        assert_eq!(made.load(Ordering::Relaxed), 1);
        assert!(chosen.iter().all(|choice| *choice == chosen[0]));
    }
}
