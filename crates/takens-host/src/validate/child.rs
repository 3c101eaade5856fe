//! A process for each check: started, watched, and ended with all that it has started.
//!
//! [`Run`] is the coordinator's side, [`main`] that of the process. What a check found comes back over a
//! socket of its own; standard output and error are the plugin's, and end up in the message of a crash.

use super::checks::{self, Answer};
use super::report::Outcome;
use crate::isolate::{WorkerCommand, how_it_ended};
use crate::sandbox::{self, group};
use serde::{Deserialize, Serialize};
use std::io::{self, ErrorKind, PipeReader, Read, Write as _};
use std::os::fd::{AsRawFd as _, FromRawFd as _, RawFd};
use std::os::unix::net::UnixStream;
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::sync::{Mutex, OnceLock};
use std::time::{Duration, Instant};

/// How much of what a process writes is kept.
const MOST_OUTPUT: usize = 16 * 1024;
/// A check may use this much memory, in bytes.
const MEMORY: u64 = 2 << 30;

/// What a process is to do.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Request {
    /// The plugin's folder.
    pub(super) folder: PathBuf,
    /// The method; none for checks of the plugin as a whole.
    pub(super) method: Option<String>,
    /// The check, or [`ANSWER`].
    pub(super) check: String,
    pub(super) seed: u64,
    pub(super) threads: u32,
    /// Parameters to check with; none for the method's own, made quick.
    pub(super) params: Option<String>,
}

/// Not a check: the hash of what a method answers, to be compared with another process's.
pub(super) const ANSWER: &str = "answer";

/// What comes back.
#[derive(Debug, Serialize, Deserialize)]
struct Response {
    outcome: Outcome,
    answer: Option<Answer>,
}

impl Request {
    /// The request for an answer, with another seed and thread budget.
    pub(super) fn answer(&self, more: u64, threads: u32) -> Self {
        let seed = self.seed.wrapping_add(more);
        Self { check: ANSWER.into(), seed, threads, ..self.clone() }
    }

    fn respond(&self) -> Response {
        if self.check == ANSWER {
            return match checks::answer(self) {
                Ok(answer) => Response { outcome: Outcome::passed(), answer: Some(answer) },
                Err(outcome) => Response { outcome, answer: None },
            };
        }
        Response { outcome: checks::run(self), answer: None }
    }
}

/// How requests are carried out.
pub(super) struct Run<'a> {
    pub(super) command: &'a WorkerCommand,
    pub(super) in_process: bool,
    pub(super) limit: Duration,
}

impl Run<'_> {
    /// Carries out a check.
    pub(super) fn outcome(&self, request: &Request) -> io::Result<Outcome> {
        self.response(request).map(|response| response.outcome)
    }

    /// Has a method answer; what kept it from that is an outcome.
    pub(super) fn answer(&self, request: &Request) -> Result<Answer, Outcome> {
        match self.response(request) {
            Ok(Response { answer: Some(answer), .. }) => Ok(answer),
            Ok(Response { outcome, .. }) => Err(outcome),
            Err(error) => Err(Outcome::failed(format!("no process can be started: {error}"))),
        }
    }

    fn response(&self, request: &Request) -> io::Result<Response> {
        if self.in_process {
            return Ok(request.respond());
        }
        let folder = tempfile::tempdir()?;
        let (mut channel, theirs) = UnixStream::pair()?;
        let (mut output, input) = io::pipe()?;
        let mut process = Command::new(&self.command.executable);
        process.args(&self.command.args).arg(serde_json::to_string(request)?);
        process.current_dir(folder.path()).stdin(Stdio::null());
        // The allocator's hoards would count as memory in use.
        process.env("GLIBC_TUNABLES", "glibc.malloc.tcache_count=0");
        process.stdout(input.try_clone()?).stderr(input);
        sandbox::confine(&mut process, theirs.as_raw_fd(), request.threads);
        let mut child = process.spawn()?;
        // Ours closed, the end of the process is the end of both.
        drop((process, theirs));
        channel.set_nonblocking(true)?;
        never_wait(&output)?;
        let (mut said, mut written) = (Vec::new(), Vec::new());
        let start = Instant::now();
        let mut over = false;
        loop {
            let ended = group::ended(child.id());
            drain(&mut channel, &mut said, usize::MAX);
            drain(&mut output, &mut written, MOST_OUTPUT);
            if ended {
                break;
            }
            if start.elapsed() > self.limit {
                over = true;
                break;
            }
            std::thread::sleep(Duration::from_millis(2));
        }
        group::signal(child.id(), libc::SIGKILL);
        let status = child.wait()?;
        if let Ok(response) = serde_json::from_slice(&said) {
            return Ok(response);
        }
        let outcome = if over {
            let seconds = self.limit.as_secs();
            Outcome::failed(format!("not done after {seconds} s; its processes were killed"))
        } else {
            let tail = String::from_utf8_lossy(&written);
            let tail = match tail.trim() {
                "" => String::new(),
                text => format!(
                    "; it wrote: {}",
                    &text[text.floor_char_boundary(text.len().saturating_sub(400))..]
                ),
            };
            Outcome::crashed(format!("the process ended: {}{tail}", how_it_ended(status)))
        };
        Ok(Response { outcome, answer: None })
    }
}

fn never_wait(pipe: &PipeReader) -> io::Result<()> {
    // SAFETY: plain system calls on a descriptor that is open.
    unsafe {
        let flags = libc::fcntl(pipe.as_raw_fd(), libc::F_GETFL);
        if flags == -1
            || libc::fcntl(pipe.as_raw_fd(), libc::F_SETFL, flags | libc::O_NONBLOCK) == -1
        {
            return Err(io::Error::last_os_error());
        }
    }
    Ok(())
}

/// Takes in what there is, and keeps the last `most` bytes of it.
fn drain(source: &mut impl Read, into: &mut Vec<u8>, most: usize) {
    let mut block = [0; 8192];
    // At most so much at once, that the clock is looked at in between.
    for _ in 0..64 {
        match source.read(&mut block) {
            Ok(0) => return,
            Ok(got) => into.extend_from_slice(&block[..got]),
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            Err(_) => return,
        }
        let surplus = into.len().saturating_sub(most);
        into.drain(..surplus);
    }
}

/// The way back to whoever started this process; unset where a check runs in the validator's own.
static CHANNEL: OnceLock<Mutex<UnixStream>> = OnceLock::new();

/// Runs one check as the process that was started for it. Does not return.
pub fn main(request: &str) -> ! {
    let channel = std::env::var(sandbox::CHANNEL).ok().and_then(|number| number.parse().ok());
    let (Some(channel), Ok(request)) = (channel, serde_json::from_str::<Request>(request)) else {
        eprintln!("takens probe: started by `takens plugin validate` only");
        exit(2);
    };
    // SAFETY: the number was open when this process started, and is meant for it alone; processes
    // that a plugin starts must not hold it open.
    let stream = unsafe {
        libc::fcntl(channel as RawFd, libc::F_SETFD, libc::FD_CLOEXEC);
        UnixStream::from_raw_fd(channel)
    };
    // The environment that a check looks at is the plugin's.
    // SAFETY: no other thread runs yet.
    unsafe { std::env::remove_var(sandbox::CHANNEL) };
    let _ = CHANNEL.set(Mutex::new(stream));
    sandbox::volunteer();
    sandbox::limit_data(MEMORY);
    let response = request.respond();
    send(&response)
}

/// Says what was found and ends this process, whatever the method is doing in another thread. Where
/// there is no process to end, it only says it.
pub(super) fn give_up(outcome: Outcome) {
    if CHANNEL.get().is_none() {
        eprintln!("{}: {}", outcome.verdict.name(), outcome.message);
        return;
    }
    send(&Response { outcome, answer: None })
}

fn send(response: &Response) -> ! {
    if let (Some(channel), Ok(text)) = (CHANNEL.get(), serde_json::to_vec(response)) {
        let mut channel = channel.lock().unwrap_or_else(|lock| lock.into_inner());
        // Whoever started this process may have gone.
        let _ = channel.write_all(&text);
    }
    exit(0)
}

/// Ends the process at once: no destructor of a plugin runs.
fn exit(code: i32) -> ! {
    // SAFETY: ends the process.
    unsafe { libc::_exit(code) }
}
