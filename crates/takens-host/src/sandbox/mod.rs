//! The surroundings of a worker process: what is set before and after it starts, and reading what
//! the kernel says of it.
//!
//! The coordinator's half is [`confine`] and [`group`]; the worker's is [`FloatControl`] and
//! [`limit_data`]. What a process and all that it has started use is in [`tree`].

pub(crate) mod tree;

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

    /// Resident memory of all of the group: looks through all processes, so it is slow.
    pub(crate) fn resident(leader: u32) -> super::tree::Resident {
        use super::tree::{Resident, group_of};
        let entries = std::fs::read_dir("/proc").into_iter().flatten();
        let all = entries.filter_map(|entry| entry.ok()?.file_name().to_str()?.parse().ok());
        Resident::of(all.filter(|process| group_of(*process) == Some(leader)))
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

/// Lets the data of this process, and of each that it has started, grow by twice `memory` bytes, 0 for no
/// limit: a backstop behind the coordinator's polling, for allocations that are quicker than it. What is
/// only reserved counts here, so it is not the limit itself.
pub(crate) fn limit_data(memory: u64) {
    for process in tree::this_and_below() {
        limit_data_of(process, memory);
    }
}

fn limit_data_of(process: u32, memory: u64) {
    let Ok(id) = libc::pid_t::try_from(process) else { return };
    // SAFETY: all zeros is a value of this plain struct.
    let mut limit: libc::rlimit = unsafe { std::mem::zeroed() };
    // SAFETY: a plain system call that fills `limit`.
    if unsafe { libc::prlimit(id, libc::RLIMIT_DATA, std::ptr::null(), &raw mut limit) } != 0 {
        return;
    }
    limit.rlim_cur = match (memory, tree::status_bytes(process, "VmData:")) {
        (0, _) | (_, None) => limit.rlim_max,
        (memory, Some(now)) => now
            .saturating_add(memory.saturating_mul(2))
            .saturating_add(64 << 20)
            .min(limit.rlim_max),
    };
    // SAFETY: a plain system call; the soft limit stays below the hard one.
    unsafe { libc::prlimit(id, libc::RLIMIT_DATA, &raw const limit, std::ptr::null_mut()) };
}

/// Whether a process wrote that it was refused memory, as the allocators of Rust and C++ do before they end
/// it, and Python.
pub(crate) fn tells_of_memory(written: &[u8]) -> bool {
    let text = String::from_utf8_lossy(written);
    ["memory allocation of", "bad_alloc", "MemoryError"].iter().any(|word| text.contains(word))
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
}
