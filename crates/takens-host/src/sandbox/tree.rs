//! A process and all that it has started: who they are, and what they use.
//!
//! The tree is read from `/proc/PID/task/*/children`: a few files for each process in it, and none of any other.
//! Who has lost its parent is in no tree any more, and some kernels lack these files; for those the coordinator
//! looks through all processes now and then ([`super::group`]).
//!
//! Start at [`Meter`], which measures a job from within; [`resident`] looks at it from outside.

use super::page_size;
use std::fs;

/// What a job has used.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Usage {
    /// Processor seconds of this process and of all that it has started.
    pub(crate) cpu_seconds: f64,
    /// The largest resident memory of each of the processes, added up, in bytes.
    pub(crate) peak_memory: u64,
}

/// Measures what this process and all below it use from [`Meter::start`] on.
#[derive(Debug)]
pub(crate) struct Meter {
    cpu_seconds: f64,
    /// Processes whose largest memory the kernel does not forget: it may be of another job.
    old_peaks: Vec<u32>,
}

impl Meter {
    pub(crate) fn start() -> Self {
        let forget = |process: &u32| fs::write(format!("/proc/{process}/clear_refs"), "5").is_ok();
        let mut old_peaks = this_and_below();
        old_peaks.retain(|process| !forget(process));
        Self { cpu_seconds: cpu_seconds(), old_peaks }
    }

    /// What was used until now. The memory of a process that has ended is not in it.
    pub(crate) fn read(&self) -> Usage {
        let peak = |process: u32| {
            // Where it may be of another job, what there is now must do; the coordinator sees the rest.
            let key = if self.old_peaks.contains(&process) { "VmRSS:" } else { "VmHWM:" };
            status_bytes(process, key)
        };
        Usage {
            cpu_seconds: (cpu_seconds() - self.cpu_seconds).max(0.0),
            peak_memory: this_and_below().into_iter().filter_map(peak).sum(),
        }
    }
}

/// Resident memory of a tree.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Resident {
    /// Added up; what two processes share counts twice.
    pub(crate) bytes: u64,
    /// By how many processes.
    pub(crate) processes: usize,
}

impl Resident {
    pub(super) fn of(processes: impl IntoIterator<Item = u32>) -> Self {
        // One that has ended and that nobody asked after has no memory.
        let each = processes.into_iter().filter_map(resident_alone).filter(|bytes| *bytes > 0);
        each.fold(Self { bytes: 0, processes: 0 }, |all, bytes| Self {
            bytes: all.bytes + bytes,
            processes: all.processes + 1,
        })
    }
}

/// Resident memory of a process and all below it.
pub(crate) fn resident(root: u32) -> Resident {
    Resident::of(std::iter::once(root).chain(below(root)))
}

/// Memory that is in no other process and in no file, of a process and all below it, in bytes.
///
/// What was only read from a file is left out: whether it is shared depends on who else reads that file.
pub(crate) fn private(root: u32) -> Option<u64> {
    let of = |process: u32| bytes_in(&format!("/proc/{process}/smaps_rollup"), "Private_Dirty:");
    // Others may end while they are counted; the first is the one that was asked for.
    Some(of(root)? + below(root).into_iter().filter_map(of).sum::<u64>())
}

/// The processes below `root`: its children, theirs, and so on.
pub(crate) fn below(root: u32) -> Vec<u32> {
    let mut found = vec![root];
    let mut next = 0;
    while let Some(process) = found.get(next) {
        for child in children(*process) {
            // One that changes parents while it is looked for would be found twice.
            if !found.contains(&child) {
                found.push(child);
            }
        }
        next += 1;
    }
    found.split_off(1)
}

/// The processes that one has started and that are still there, also if they have ended and nobody has asked
/// how.
pub(crate) fn children(process: u32) -> Vec<u32> {
    let Ok(threads) = fs::read_dir(format!("/proc/{process}/task")) else { return Vec::new() };
    let of = |thread: fs::DirEntry| fs::read_to_string(thread.path().join("children"));
    let all: Vec<String> = threads.flatten().filter_map(|thread| of(thread).ok()).collect();
    let ids = all.iter().flat_map(|ids| ids.split_ascii_whitespace());
    ids.filter_map(|id| id.parse().ok()).collect()
}

/// This process and all below it.
pub(super) fn this_and_below() -> Vec<u32> {
    let this = std::process::id();
    std::iter::once(this).chain(below(this)).collect()
}

/// Processor seconds of this process and of all that it has started.
///
/// Who has ended counts once its parent has asked how it ended, and until then as one that runs.
pub(crate) fn cpu_seconds() -> f64 {
    let ended = reaped_cpu(libc::RUSAGE_SELF) + reaped_cpu(libc::RUSAGE_CHILDREN);
    ended + below(std::process::id()).into_iter().filter_map(cpu_of).sum::<f64>()
}

/// Processor seconds of this process, or of those that it has started and that are no more.
fn reaped_cpu(who: libc::c_int) -> f64 {
    // SAFETY: all zeros is a value of this plain struct.
    let mut usage: libc::rusage = unsafe { std::mem::zeroed() };
    // SAFETY: a plain system call that fills `usage`.
    unsafe { libc::getrusage(who, &raw mut usage) };
    let seconds = |time: libc::timeval| time.tv_sec as f64 + 1e-6 * time.tv_usec as f64;
    seconds(usage.ru_utime) + seconds(usage.ru_stime)
}

/// Processor seconds of another process, and of those that it has started and that are no more.
fn cpu_of(process: u32) -> Option<f64> {
    unsafe extern "C" {
        fn clock_getcpuclockid(process: libc::pid_t, clock: *mut libc::clockid_t) -> libc::c_int;
    }
    let mut clock = 0;
    let mut time = libc::timespec { tv_sec: 0, tv_nsec: 0 };
    // `/proc/PID/stat` has its own time as well, but in hundredths of a second: many tasks take less.
    // SAFETY: plain calls of the C library, which fill `clock` and `time`.
    let told = unsafe {
        clock_getcpuclockid(libc::pid_t::try_from(process).ok()?, &raw mut clock) == 0
            && libc::clock_gettime(clock, &raw mut time) == 0
    };
    let own = told.then_some(time.tv_sec as f64 + 1e-9 * time.tv_nsec as f64)?;
    // SAFETY: a plain query.
    let ticks = unsafe { libc::sysconf(libc::_SC_CLK_TCK) }.max(1) as f64;
    let reaped = stat_numbers::<2>(process, CUTIME).unwrap_or([0; 2]);
    Some(own + reaped.iter().sum::<u64>() as f64 / ticks)
}

/// Places in `/proc/PID/stat` after the name: the group, and the times of ended children as user and in the kernel.
const GROUP: usize = 2;
const CUTIME: usize = 13;

/// The group of a process.
pub(super) fn group_of(process: u32) -> Option<u32> {
    u32::try_from(stat_numbers::<1>(process, GROUP)?[0]).ok()
}

fn stat_numbers<const N: usize>(process: u32, place: usize) -> Option<[u64; N]> {
    let text = fs::read_to_string(format!("/proc/{process}/stat")).ok()?;
    // The name in brackets may hold anything.
    let mut words = text[text.rfind(')')? + 1..].split_ascii_whitespace().skip(place);
    let mut numbers = [0; N];
    for number in &mut numbers {
        *number = words.next()?.parse().ok()?;
    }
    Some(numbers)
}

/// How many threads of the processes below `root` have something to do at this moment, whether a processor is
/// free for them or not.
pub(crate) fn at_work_below(root: u32) -> usize {
    let threads =
        |process: u32| fs::read_dir(format!("/proc/{process}/task")).into_iter().flatten();
    let runs = |thread: &fs::DirEntry| {
        let text = fs::read_to_string(thread.path().join("stat")).unwrap_or_default();
        text.rsplit(')').next().is_some_and(|rest| rest.trim_start().starts_with('R'))
    };
    below(root).into_iter().flat_map(threads).flatten().filter(runs).count()
}

/// Resident memory of one process, in bytes.
fn resident_alone(process: u32) -> Option<u64> {
    let text = fs::read_to_string(format!("/proc/{process}/statm")).ok()?;
    let pages: u64 = text.split_ascii_whitespace().nth(1)?.parse().ok()?;
    Some(pages * page_size())
}

pub(super) fn status_bytes(process: u32, key: &str) -> Option<u64> {
    bytes_in(&format!("/proc/{process}/status"), key)
}

fn bytes_in(file: &str, key: &str) -> Option<u64> {
    let text = fs::read_to_string(file).ok()?;
    let line = text.lines().find_map(|line| line.strip_prefix(key))?;
    let kilobytes: u64 = line.trim().strip_suffix("kB")?.trim().parse().ok()?;
    Some(kilobytes * 1024)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::process::{Child, Command, Stdio};
    use std::time::{Duration, Instant};

    fn shell(script: &str) -> Child {
        Command::new("sh").args(["-c", script]).stdin(Stdio::piped()).spawn().unwrap()
    }

    #[track_caller]
    fn wait<T>(what: &str, mut find: impl FnMut() -> Option<T>) -> T {
        let begun = Instant::now();
        loop {
            if let Some(found) = find() {
                return found;
            }
            assert!(begun.elapsed() < Duration::from_secs(60), "{what} did not happen");
            std::thread::sleep(Duration::from_millis(5));
        }
    }

    #[test]
    fn children_of_children_are_below() {
        let mut child = shell("sleep 100 & wait");
        let mut tree = wait("a grandchild", || {
            let tree = below(child.id());
            (!tree.is_empty()).then_some(tree)
        });
        assert!(below(std::process::id()).contains(&tree[0]));
        assert!(children(std::process::id()).contains(&child.id()));
        let all = resident(child.id());
        assert_eq!(all.processes, 2);
        assert!(all.bytes > resident_alone(child.id()).unwrap());
        assert!(private(child.id()).unwrap() < all.bytes);
        child.kill().unwrap();
        child.wait().unwrap();
        assert_eq!(below(child.id()), [0; 0]);
        let orphan = libc::pid_t::try_from(tree.remove(0)).unwrap();
        // SAFETY: a plain system call on a process of this test.
        unsafe { libc::kill(orphan, libc::SIGKILL) };
    }

    #[test]
    fn time_counts_while_a_child_runs_and_after_its_end() {
        const BUSY: f64 = 0.2;
        let before = cpu_seconds();
        let mut child = shell("while :; do :; done");
        wait("work", || cpu_of(child.id()).filter(|seconds| *seconds > BUSY));
        let during = cpu_seconds() - before;
        // Other tests start and end children meanwhile.
        assert!(during > 0.9 * BUSY, "{during} s");
        assert!(at_work_below(std::process::id()) >= 1);
        child.kill().unwrap();
        child.wait().unwrap();
        assert_eq!(cpu_of(child.id()), None);
        let after = cpu_seconds() - before;
        assert!(after > 0.9 * BUSY, "{after} s");
    }

    #[test]
    fn a_meter_forgets_what_was_before() {
        const LARGE: u64 = 256 << 20;
        let take = || drop(std::hint::black_box(vec![1u8; LARGE as usize]));
        take();
        let meter = Meter::start();
        let used = meter.read();
        assert!(used.peak_memory > 100_000 && used.peak_memory < LARGE, "{used:?}");
        assert!(used.cpu_seconds >= 0.0, "{used:?}");
        take();
        let used = meter.read();
        assert!(used.peak_memory >= LARGE || !meter.old_peaks.is_empty(), "{used:?}");
    }
}
