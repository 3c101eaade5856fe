//! What a plugin shares with everything else in its process, and must leave as it was.

use crate::load::{process_files, process_id};
use crate::sandbox::{FloatControl, tree};
use std::ffi::CStr;
use std::os::fd::{AsRawFd as _, FromRawFd as _, OwnedFd};

/// One thing that is shared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Aspect {
    /// Rounding, flushing to zero, precision, masks of exceptions.
    FloatingPoint,
    /// Handlers and mask of signals.
    Signals,
    /// The working directory and the mask of new files' permissions.
    Directory,
    /// The environment's variables.
    Environment,
    /// How C's functions print numbers.
    Locale,
    /// What was written to standard output.
    Stdout,
    /// Open files.
    Descriptors,
    /// Processes that were started.
    Children,
    /// Files in the working directory.
    Files,
}

impl Aspect {
    /// What a change of it means, for the author.
    pub(super) fn told(self) -> &'static str {
        match self {
            Self::FloatingPoint => {
                "the floating-point environment changed (a library built with -ffast-math does that at \
                 load); all later results would differ"
            }
            Self::Signals => "signal handling changed",
            Self::Directory => "the working directory or the file mask changed",
            Self::Environment => "environment variables changed",
            Self::Locale => "the locale changed",
            Self::Stdout => "something was written to standard output; use the call's `log`",
            Self::Descriptors => "files were left open",
            Self::Children => "processes were left running",
            Self::Files => "files were left in the working directory",
        }
    }

    /// How it is now, line by line.
    pub(super) fn look(self) -> Vec<String> {
        match self {
            Self::FloatingPoint => floating_point(),
            Self::Signals => signals(),
            Self::Directory => directory(),
            Self::Environment => environment(),
            Self::Locale => locale(),
            Self::Stdout => stdout(),
            Self::Descriptors => descriptors(),
            Self::Children => children(),
            Self::Files => listing("."),
        }
    }
}

/// The lines of `after` that were not there before, and those that are gone; a few of them.
pub(super) fn difference(before: &[String], after: &[String]) -> Option<String> {
    let new = after.iter().filter(|line| !before.contains(line)).map(|line| format!("now {line}"));
    let gone = before.iter().filter(|line| !after.contains(line)).map(|line| format!("was {line}"));
    let all: Vec<String> = gone.chain(new).collect();
    let more = if all.len() > 4 { format!(" and {} more", all.len() - 4) } else { String::new() };
    (!all.is_empty()).then(|| all[..all.len().min(4)].join(", ") + &more)
}

fn floating_point() -> Vec<String> {
    unsafe extern "C" {
        fn fegetround() -> libc::c_int;
    }
    // SAFETY: a plain query of the C library.
    let rounding = unsafe { fegetround() };
    let mut lines = vec![format!("{:?}", FloatControl::now()), format!("rounding mode {rounding}")];
    #[cfg(target_arch = "x86_64")]
    {
        let mut word: u16 = 0;
        // SAFETY: stores two bytes where `word` is.
        unsafe { std::arch::asm!("fnstcw [{}]", in(reg) &raw mut word, options(nostack)) };
        lines.push(format!("x87 control word {word:#x}"));
    }
    lines
}

fn signals() -> Vec<String> {
    let mut lines = Vec::new();
    for signal in 1..=64 {
        // SAFETY: all zeros is a value of this plain struct.
        let mut action: libc::sigaction = unsafe { std::mem::zeroed() };
        // SAFETY: a plain query; it fails for the signals that the C library keeps for itself.
        if unsafe { libc::sigaction(signal, std::ptr::null(), &raw mut action) } == 0 {
            let flags = action.sa_flags;
            lines.push(format!("signal {signal}: {:#x}, {flags:#x}", action.sa_sigaction));
        }
    }
    // SAFETY: all zeros is a value of this plain struct; the query fills it.
    let blocked = unsafe {
        let mut mask: libc::sigset_t = std::mem::zeroed();
        libc::pthread_sigmask(libc::SIG_BLOCK, std::ptr::null(), &raw mut mask);
        (1..=64)
            .filter(|signal| libc::sigismember(&raw const mask, *signal) == 1)
            .map(|signal| format!("signal {signal}: blocked"))
            .collect::<Vec<_>>()
    };
    lines.extend(blocked);
    lines
}

fn directory() -> Vec<String> {
    let folder = std::env::current_dir()
        .map_or_else(|error| error.to_string(), |folder| folder.display().to_string());
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let mask = status.lines().find(|line| line.starts_with("Umask:")).unwrap_or_default();
    vec![folder, mask.replace('\t', " ")]
}

fn environment() -> Vec<String> {
    let variables = std::env::vars_os();
    variables.map(|(name, value)| format!("{}={}", name.display(), value.display())).collect()
}

fn locale() -> Vec<String> {
    // SAFETY: a plain query; the text is the C library's and copied at once.
    let name = unsafe { libc::setlocale(libc::LC_ALL, std::ptr::null()) };
    if name.is_null() {
        return Vec::new();
    }
    // SAFETY: not null, so a text that ends with a zero byte.
    vec![unsafe { CStr::from_ptr(name) }.to_string_lossy().into_owned()]
}

/// The length of what was written. Works once [`Captured`] holds standard output.
fn stdout() -> Vec<String> {
    // SAFETY: all zeros is a value of this plain struct; null means all streams.
    let size = unsafe {
        libc::fflush(std::ptr::null_mut());
        let mut status: libc::stat = std::mem::zeroed();
        libc::fstat(1, &raw mut status);
        status.st_size
    };
    vec![format!("{size} bytes")]
}

/// But for the pipes to the process that a method is, where it is one.
fn descriptors() -> Vec<String> {
    let known: Vec<String> = process_files().iter().map(ToString::to_string).collect();
    let Ok(entries) = std::fs::read_dir("/proc/self/fd") else { return Vec::new() };
    let link = |entry: std::fs::DirEntry| {
        let target = std::fs::read_link(entry.path()).ok()?;
        // The listing itself is open while it lasts.
        let own = target.starts_with("/proc/") && target.ends_with("fd");
        let own = own || known.iter().any(|file| entry.file_name() == file.as_str());
        (!own).then(|| format!("{} for {}", entry.file_name().display(), target.display()))
    };
    entries.flatten().filter_map(link).collect()
}

/// But for the process that a method is, where it is one.
fn children() -> Vec<String> {
    let all = tree::children(std::process::id()).into_iter();
    all.filter(|id| Some(*id) != process_id()).map(|id| format!("process {id}")).collect()
}

fn listing(folder: &str) -> Vec<String> {
    let Ok(entries) = std::fs::read_dir(folder) else { return Vec::new() };
    entries.flatten().map(|entry| entry.file_name().display().to_string()).collect()
}

/// Standard output as a file of its own, until dropped.
pub(super) struct Captured(Option<OwnedFd>);

impl Captured {
    pub(super) fn begin() -> Self {
        // SAFETY: plain system calls; what they give is open and ours alone.
        unsafe {
            libc::fflush(std::ptr::null_mut());
            let file = libc::memfd_create(c"stdout".as_ptr(), libc::MFD_CLOEXEC);
            let before = libc::fcntl(1, libc::F_DUPFD_CLOEXEC, 3);
            if file < 0 || before < 0 {
                return Self(None);
            }
            libc::dup2(file, 1);
            libc::close(file);
            Self(Some(OwnedFd::from_raw_fd(before)))
        }
    }
}

impl Drop for Captured {
    fn drop(&mut self) {
        if let Some(before) = &self.0 {
            // SAFETY: plain system calls on descriptors that are open.
            unsafe {
                libc::fflush(std::ptr::null_mut());
                libc::dup2(before.as_raw_fd(), 1);
            }
        }
    }
}
