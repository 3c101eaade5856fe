//! Looking at a call from another thread: does it stop when asked, how much does it run at once?

use super::child::give_up;
use super::report::Outcome;
use crate::load::{CANCEL, process_id};
use crate::sandbox::tree::{self, cpu_seconds};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

/// A method must stop within this time when it is asked to, or its time is up.
const PROMPT: Duration = Duration::from_secs(1);
/// On a busy machine a method that is not at fault may wait for a processor this long.
const PATIENT: Duration = Duration::from_secs(10);
/// How often the clock is looked at.
const TICK: Duration = Duration::from_millis(2);

/// Runs `body`; from `delay` on it is asked to stop (with `cancel`) or should stop by itself. If it is not
/// back a second of processor time later, its own or that of what it has started, the check ends there: the
/// method is still at work.
pub(super) fn stops<T>(what: &str, delay: Duration, cancel: bool, body: impl FnOnce() -> T) -> T {
    let done = AtomicBool::new(false);
    CANCEL.store(u32::from(cancel && delay.is_zero()), Ordering::SeqCst);
    let watch = || {
        let start = Instant::now();
        while start.elapsed() < delay {
            if done.load(Ordering::SeqCst) {
                return;
            }
            std::thread::sleep(TICK);
        }
        if cancel {
            CANCEL.store(1, Ordering::SeqCst);
        }
        let (asked, used) = (Instant::now(), cpu_seconds());
        while !done.load(Ordering::SeqCst) {
            let (late, busy) = (asked.elapsed(), cpu_seconds() - used);
            if late > PATIENT || (late > PROMPT && busy > PROMPT.as_secs_f64()) {
                let why = if cancel { "it was asked to stop" } else { "its time was up" };
                give_up(Outcome::failed(format!(
                    "{what} was still at work {:.1} s after {why}; poll `cancel` and the deadline in \
                     every long loop",
                    late.as_secs_f64()
                )));
                return;
            }
            std::thread::sleep(TICK);
        }
    };
    let result = std::thread::scope(|scope| {
        scope.spawn(watch);
        let result = body();
        done.store(true, Ordering::SeqCst);
        result
    });
    CANCEL.store(0, Ordering::SeqCst);
    result
}

/// How much ran at once while a call lasted.
#[derive(Debug, Clone, Copy)]
pub(super) struct AtOnce {
    /// How many threads more than before there were at most.
    pub(super) threads: usize,
    /// How many threads of started processes had something to do, in the mean over the call; none if the call
    /// was too short to say. Here threads that are there are not counted: whoever has a program run waits for it.
    pub(super) working: Option<f64>,
}

/// Of so few looks no mean is taken: one process may begin while another is about to wait for it.
const FEW: usize = 20;

/// Runs `body`, and tells how much ran at once meanwhile.
pub(super) fn at_once<T>(body: impl FnOnce() -> T) -> (T, AtOnce) {
    let done = AtomicBool::new(false);
    // A process that the method is should have one thread: what it started before counts.
    let before = own_threads() + 1;
    let watch = || {
        let (mut most, mut working, mut looks) = (0, 0, 0);
        while !done.load(Ordering::SeqCst) {
            most = most.max(count());
            working += tree::at_work_below(std::process::id());
            looks += 1;
            std::thread::sleep(Duration::from_micros(200));
        }
        let threads = most.max(count()).saturating_sub(before);
        let working = (looks > FEW).then(|| working as f64 / looks as f64);
        AtOnce { threads, working }
    };
    std::thread::scope(|scope| {
        let watcher = scope.spawn(watch);
        let result = body();
        done.store(true, Ordering::SeqCst);
        let seen = watcher.join().unwrap_or(AtOnce { threads: 0, working: None });
        (result, seen)
    })
}

/// The threads of this process; where the method is a process, its threads beyond the first as well.
fn count() -> usize {
    own_threads() + process_id().map_or(0, |id| threads_of(&id.to_string()).saturating_sub(1))
}

fn own_threads() -> usize {
    threads_of("self")
}

fn threads_of(process: &str) -> usize {
    std::fs::read_dir(format!("/proc/{process}/task")).map_or(0, Iterator::count)
}
