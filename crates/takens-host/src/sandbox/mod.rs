//! The surroundings of a worker process: what is set before and after it starts, and reading what
//! the kernel says of it.
//!
//! The coordinator's half is [`confine`] and [`group`]; the worker's is [`FloatControl`],
//! [`limit_data`] and [`own_usage`].

use std::io;
use std::os::fd::RawFd;
use std::os::unix::process::CommandExt as _;
use std::process::Command;

/// The environment variable that holds the number of the worker's channel.
pub(crate) const CHANNEL: &str = "TAKENS_WORKER_FD";

/// Variables by which libraries learn how many threads they may start.
const THREAD_VARIABLES: [&str; 8] = [
    "RAYON_NUM_THREADS",
    "OMP_NUM_THREADS",
    "OPENBLAS_NUM_THREADS",
    "MKL_NUM_THREADS",
    "BLIS_NUM_THREADS",
    "GOTO_NUM_THREADS",
    "NUMEXPR_NUM_THREADS",
    "VECLIB_MAXIMUM_THREADS",
];

/// Makes `command` start as a worker: a process group of its own, killed when the thread that
/// starts it ends, its thread variables set, `channel` open in it, no core dumps.
pub(crate) fn confine(command: &mut Command, channel: RawFd, threads: u32) {
    command.env(CHANNEL, channel.to_string());
    for variable in THREAD_VARIABLES {
        command.env(variable, threads.to_string());
    }
    command.process_group(0);
    let parent = std::process::id();
    // SAFETY: the closure runs between fork and exec, and does nothing but system calls.
    unsafe {
        command.pre_exec(move || {
            let check = |result: libc::c_int| match result {
                -1 => Err(io::Error::last_os_error()),
                _ => Ok(()),
            };
            check(libc::fcntl(channel, libc::F_SETFD, 0))?;
            let none = libc::rlimit { rlim_cur: 0, rlim_max: 0 };
            check(libc::setrlimit(libc::RLIMIT_CORE, &raw const none))?;
            check(libc::prctl(libc::PR_SET_PDEATHSIG, libc::SIGKILL))?;
            // The coordinator may have died in between: then no signal will come.
            if libc::getppid() as u32 != parent {
                return Err(io::Error::from_raw_os_error(libc::ESRCH));
            }
            Ok(())
        });
    }
}

/// A worker and whatever it has started, unless that left the group.
pub(crate) mod group {
    /// Sends a signal to all of the group.
    pub(crate) fn signal(leader: u32, signal: libc::c_int) {
        let Ok(leader) = libc::pid_t::try_from(leader) else { return };
        // SAFETY: a plain system call. The leader is not reaped yet, so the number is still its own.
        unsafe { libc::kill(-leader, signal) };
    }

    /// Whether the leader has ended; it stays to be reaped.
    pub(crate) fn ended(leader: u32) -> bool {
        // SAFETY: all zeros is a value of this plain struct.
        let mut info: libc::siginfo_t = unsafe { std::mem::zeroed() };
        let options = libc::WEXITED | libc::WNOHANG | libc::WNOWAIT;
        // SAFETY: a plain system call that fills `info`.
        let result = unsafe { libc::waitid(libc::P_PID, leader, &raw mut info, options) };
        // SAFETY: `waitid` leaves the number 0 where nothing has ended.
        result == -1 || unsafe { info.si_pid() } != 0
    }

    /// Resident memory of one process, in bytes.
    pub(crate) fn resident(process: u32) -> Option<u64> {
        let text = std::fs::read_to_string(format!("/proc/{process}/statm")).ok()?;
        let pages: u64 = text.split_ascii_whitespace().nth(1)?.parse().ok()?;
        Some(pages * super::page_size())
    }

    /// Resident memory of all of the group, in bytes: looks through all processes, so it is slow.
    pub(crate) fn resident_of_all(leader: u32) -> u64 {
        let Ok(entries) = std::fs::read_dir("/proc") else { return 0 };
        entries
            .filter_map(|entry| entry.ok()?.file_name().to_str()?.parse::<u32>().ok())
            .filter(|process| group_of(*process) == Some(leader))
            .filter_map(resident)
            .sum()
    }

    fn group_of(process: u32) -> Option<u32> {
        let text = std::fs::read_to_string(format!("/proc/{process}/stat")).ok()?;
        // The name in brackets may hold anything; after it: state, parent, group.
        text[text.rfind(')')? + 1..].split_ascii_whitespace().nth(2)?.parse().ok()
    }
}

fn page_size() -> u64 {
    // SAFETY: a plain query.
    let size = unsafe { libc::sysconf(libc::_SC_PAGESIZE) };
    u64::try_from(size).unwrap_or(4096)
}

/// The control word of floating-point arithmetic of this thread: rounding, flushing to zero, masks
/// of exceptions; without the flags that arithmetic itself raises.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct FloatControl(u64);

impl FloatControl {
    /// As it is now.
    pub(crate) fn now() -> Self {
        #[cfg(target_arch = "x86_64")]
        {
            let mut word: u32 = 0;
            // SAFETY: stores four bytes where `word` is.
            unsafe {
                std::arch::asm!("stmxcsr [{}]", in(reg) &raw mut word, options(nostack));
            }
            Self(u64::from(word & !0x3f))
        }
        #[cfg(target_arch = "aarch64")]
        {
            let word: u64;
            // SAFETY: reads a register.
            unsafe { std::arch::asm!("mrs {}, fpcr", out(reg) word, options(nomem, nostack)) };
            Self(word)
        }
        #[cfg(not(any(target_arch = "x86_64", target_arch = "aarch64")))]
        Self(0)
    }

    /// Sets it.
    fn set(self) {
        #[cfg(target_arch = "x86_64")]
        {
            let word = self.0 as u32;
            // SAFETY: loads a word that was stored before, so no reserved bit is set.
            unsafe {
                std::arch::asm!("ldmxcsr [{}]", in(reg) &raw const word, options(nostack));
            }
        }
        #[cfg(target_arch = "aarch64")]
        // SAFETY: writes back what was read before.
        unsafe {
            std::arch::asm!("msr fpcr, {}", in(reg) self.0, options(nomem, nostack));
        }
    }

    /// Sets it back if it has changed since; tells what was found.
    pub(crate) fn restore(self) -> Option<String> {
        let found = Self::now();
        if found == self {
            return None;
        }
        self.set();
        Some(format!("the floating-point control word went from {:#x} to {:#x}", self.0, found.0))
    }
}

/// What a process has used.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Usage {
    /// Processor seconds of all threads.
    pub(crate) cpu_seconds: f64,
    /// The largest resident memory since [`forget_peak`], in bytes.
    pub(crate) peak_memory: u64,
}

/// What this process has used.
pub(crate) fn own_usage() -> Usage {
    // SAFETY: all zeros is a value of this plain struct.
    let mut usage: libc::rusage = unsafe { std::mem::zeroed() };
    // SAFETY: a plain system call that fills `usage`.
    unsafe { libc::getrusage(libc::RUSAGE_SELF, &raw mut usage) };
    let seconds = |time: libc::timeval| time.tv_sec as f64 + 1e-6 * time.tv_usec as f64;
    Usage {
        cpu_seconds: seconds(usage.ru_utime) + seconds(usage.ru_stime),
        peak_memory: status_bytes("VmHWM:").unwrap_or(usage.ru_maxrss as u64 * 1024),
    }
}

/// Starts the measurement of the largest resident memory anew.
pub(crate) fn forget_peak() {
    // Some kernels have it not: then the peak is that of the process so far.
    let _ = std::fs::write("/proc/self/clear_refs", "5");
}

/// Lets this process's data grow by twice `memory` bytes, 0 for no limit: a backstop behind the
/// coordinator's polling, for allocations that are quicker than it. What is only reserved counts
/// here, so it is not the limit itself.
pub(crate) fn limit_data(memory: u64) {
    // SAFETY: all zeros is a value of this plain struct.
    let mut limit: libc::rlimit = unsafe { std::mem::zeroed() };
    // SAFETY: a plain system call that fills `limit`.
    if unsafe { libc::getrlimit(libc::RLIMIT_DATA, &raw mut limit) } != 0 {
        return;
    }
    limit.rlim_cur = match (memory, status_bytes("VmData:")) {
        (0, _) | (_, None) => limit.rlim_max,
        (memory, Some(now)) => now
            .saturating_add(memory.saturating_mul(2))
            .saturating_add(64 << 20)
            .min(limit.rlim_max),
    };
    // SAFETY: a plain system call; the soft limit stays below the hard one.
    unsafe { libc::setrlimit(libc::RLIMIT_DATA, &raw const limit) };
}

fn status_bytes(key: &str) -> Option<u64> {
    let text = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = text.lines().find_map(|line| line.strip_prefix(key))?;
    let kilobytes: u64 = line.trim().strip_suffix("kB")?.trim().parse().ok()?;
    Some(kilobytes * 1024)
}

/// The processes that this one has started and that are still there, but for `known`.
pub(crate) fn children_but(known: Option<u32>) -> Vec<u32> {
    let Ok(threads) = std::fs::read_dir("/proc/self/task") else { return Vec::new() };
    let of = |thread: std::fs::DirEntry| std::fs::read_to_string(thread.path().join("children"));
    let all: Vec<String> = threads.flatten().filter_map(|thread| of(thread).ok()).collect();
    let ids = all.iter().flat_map(|ids| ids.split_whitespace());
    ids.filter_map(|id| id.parse().ok()).filter(|id| Some(*id) != known).collect()
}

/// Makes the kernel, short of memory, end this process rather than the coordinator.
pub(crate) fn volunteer() {
    // Not allowed everywhere, and of no consequence for results.
    let _ = std::fs::write("/proc/self/oom_score_adj", "500");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_changed_control_word_is_found_and_restored() {
        let before = FloatControl::now();
        assert_eq!(before.restore(), None);
        #[cfg(target_arch = "x86_64")]
        {
            FloatControl(before.0 | 0x8040).set();
            let told = before.restore().unwrap();
            assert!(told.contains("control word"), "{told}");
            assert_eq!(FloatControl::now(), before);
        }
    }

    #[test]
    fn usage_of_this_process_is_told() {
        let usage = own_usage();
        assert!(usage.peak_memory > 100_000 && usage.cpu_seconds >= 0.0, "{usage:?}");
        assert!(group::resident(std::process::id()).unwrap() > 100_000);
    }
}
