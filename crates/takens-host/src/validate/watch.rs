//! Looking at a call from another thread: does it stop when asked, how many threads does it run?

use super::child::give_up;
use super::report::Outcome;
use crate::load::{CANCEL, process_id};
use crate::sandbox;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

/// A method must stop within this time when it is asked to, or its time is up.
const PROMPT: Duration = Duration::from_secs(1);
/// On a busy machine a method that is not at fault may wait for a processor this long.
const PATIENT: Duration = Duration::from_secs(10);
/// How often the clock is looked at.
const TICK: Duration = Duration::from_millis(2);

/// Runs `body`; from `delay` on it is asked to stop (with `cancel`) or should stop by itself. If it is not
/// back a second of processor time later, the check ends there: the method is still at work.
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
        let (asked, used) = (Instant::now(), sandbox::own_usage().cpu_seconds);
        while !done.load(Ordering::SeqCst) {
            let (late, busy) = (asked.elapsed(), sandbox::own_usage().cpu_seconds - used);
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

/// Runs `body`, and tells how many threads more than before there were at most.
pub(super) fn threads<T>(body: impl FnOnce() -> T) -> (T, usize) {
    let (done, most) = (AtomicBool::new(false), AtomicUsize::new(0));
    // A process that the method is should have one thread: what it started before counts.
    let before = own_threads() + 1;
    let watch = || {
        while !done.load(Ordering::SeqCst) {
            most.fetch_max(count(), Ordering::SeqCst);
            std::thread::sleep(Duration::from_micros(200));
        }
        most.fetch_max(count(), Ordering::SeqCst);
    };
    let result = std::thread::scope(|scope| {
        scope.spawn(watch);
        let result = body();
        done.store(true, Ordering::SeqCst);
        result
    });
    (result, most.into_inner().saturating_sub(before))
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
