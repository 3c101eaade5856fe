//! Starting and ending worker processes.

use super::WorkerCommand;
use super::log::Log;
use super::run::{Outgoing, Pumped, how_it_ended};
use crate::plugins::PluginFile;
use crate::sandbox::{self, group};
use crate::wire::{self, MethodFacts, Order, Reply};
use std::io::{self, PipeReader};
use std::os::fd::AsRawFd as _;
use std::os::unix::net::UnixStream;
use std::os::unix::process::ExitStatusExt as _;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::{OnceLock, mpsc};
use std::time::{Duration, Instant};

/// A worker process with its plugin loaded. Killed, with all of its group, when dropped.
#[derive(Debug)]
pub struct Worker {
    child: Child,
    /// `None` once the other end is closed.
    pub(super) channel: Option<UnixStream>,
    /// Standard output and error. `None` once the other end is closed.
    pub(super) output: Option<PipeReader>,
    pub(super) incoming: Vec<u8>,
    pub(super) log: Log,
    pub(super) jobs: u64,
    pub(super) threads: u32,
    /// Why it can do no more jobs.
    pub(super) gone: Option<String>,
    pub(super) odd: bool,
    /// Its number may belong to another process by now.
    reaped: bool,
    methods: Vec<MethodFacts>,
    oddities: Vec<String>,
}

/// A worker that did not come to work.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SpawnError {
    /// The process cannot be started.
    #[error("the worker `{command}` cannot be started: {source}")]
    Start {
        /// The program.
        command: String,
        /// Why.
        source: io::Error,
    },
    /// The library is not a plugin of this contract, or not the one of its manifest.
    #[error("{library}: {reason}")]
    Refused {
        /// The library.
        library: String,
        /// What is wrong with it.
        reason: String,
    },
    /// The process ended while it loaded the library.
    #[error("{library}: loading it ended the process: {how}{}", tail(log))]
    Died {
        /// The library.
        library: String,
        /// What ended it.
        how: String,
        /// What it wrote.
        log: String,
    },
    /// Someone killed the process while it loaded the library: there is no telling what it would do.
    #[error("{library}: the worker was killed while it loaded it: {how}")]
    Killed {
        /// The library.
        library: String,
        /// What ended it.
        how: String,
    },
    /// The library does not finish loading.
    #[error("{library}: loading it took more than {} s", limit.as_secs_f64())]
    Slow {
        /// The library.
        library: String,
        /// How long was waited.
        limit: Duration,
    },
}

fn tail(log: &str) -> String {
    match log.trim() {
        "" => String::new(),
        log => format!("; it wrote: {log}"),
    }
}

impl Worker {
    /// Starts a worker and has it load a plugin.
    ///
    /// # Errors
    /// [`SpawnError`].
    pub fn spawn(command: &WorkerCommand, plugin: &PluginFile) -> Result<Self, SpawnError> {
        let library = plugin.library.display().to_string();
        let mut worker = Self::start(command).map_err(|source| SpawnError::Start {
            command: command.executable.display().to_string(),
            source,
        })?;
        let order =
            Order::Open { library: library.clone(), manifest: plugin.manifest_text.clone() };
        let mut outgoing = Outgoing::default();
        if let Some(frame) = wire::frame(&order) {
            outgoing.push(frame);
        }
        let start = Instant::now();
        loop {
            let left = command.load_limit.saturating_sub(start.elapsed());
            if left.is_zero() {
                return Err(SpawnError::Slow { library, limit: command.load_limit });
            }
            let ended = group::ended(worker.id());
            let pumped = worker.pump(&mut outgoing, left.min(Duration::from_millis(10)));
            match pumped {
                Pumped::Replies(replies) => {
                    for reply in replies {
                        match reply {
                            Reply::Opened { methods, oddities } => {
                                worker.methods = methods;
                                worker.oddities = oddities;
                                return Ok(worker);
                            }
                            Reply::Refused { reason } => {
                                return Err(SpawnError::Refused { library, reason });
                            }
                            // Messages that the plugin sends while it loads.
                            Reply::Log { text, .. } => worker.log.push(text.as_bytes()),
                            Reply::Progress { .. } | Reply::Finished { .. } => {}
                        }
                    }
                }
                Pumped::Nonsense => {
                    let how = "it wrote into the coordinator's channel".into();
                    return Err(SpawnError::Died { library, how, log: worker.log.take() });
                }
            }
            if ended {
                let status = worker.end();
                let how = status.map_or_else(|| "it does not say how".into(), how_it_ended);
                if matches!(
                    status.and_then(|status| status.signal()),
                    Some(libc::SIGKILL | libc::SIGTERM)
                ) {
                    return Err(SpawnError::Killed { library, how });
                }
                return Err(SpawnError::Died { library, how, log: worker.log.take() });
            }
        }
    }

    fn start(command: &WorkerCommand) -> io::Result<Self> {
        let (channel, theirs) = UnixStream::pair()?;
        let (output, input) = io::pipe()?;
        channel.set_nonblocking(true)?;
        // SAFETY: plain system calls on a descriptor that is open.
        unsafe {
            let flags = libc::fcntl(output.as_raw_fd(), libc::F_GETFL);
            if flags == -1
                || libc::fcntl(output.as_raw_fd(), libc::F_SETFL, flags | libc::O_NONBLOCK) == -1
            {
                return Err(io::Error::last_os_error());
            }
        }
        let mut process = Command::new(&command.executable);
        process.args(&command.args).stdin(Stdio::null());
        process.stdout(input.try_clone()?).stderr(input);
        sandbox::confine(&mut process, theirs.as_raw_fd(), command.threads);
        let child = start_from_lasting_thread(process)?;
        // The worker holds its own copy: ours closed, the end of the worker is the end of the channel.
        drop(theirs);
        Ok(Self {
            child,
            channel: Some(channel),
            output: Some(output),
            incoming: Vec::new(),
            log: Log::default(),
            jobs: 0,
            threads: command.threads,
            gone: None,
            odd: false,
            reaped: false,
            methods: Vec::new(),
            oddities: Vec::new(),
        })
    }

    /// The process.
    #[must_use]
    pub fn id(&self) -> u32 {
        self.child.id()
    }

    /// What the loaded library says of its methods.
    #[must_use]
    pub fn methods(&self) -> &[MethodFacts] {
        &self.methods
    }

    /// What loading the library changed in the process, and was put back.
    #[must_use]
    pub fn oddities(&self) -> &[String] {
        &self.oddities
    }

    /// How many jobs it was given.
    #[must_use]
    pub fn jobs(&self) -> u64 {
        self.jobs
    }

    /// Whether it can be given another job: alive, and as it was when it started.
    #[must_use]
    pub fn is_fit(&self) -> bool {
        self.gone.is_none() && !self.odd
    }

    /// Kills the whole group and reaps the leader; `None` if even that does not end it.
    pub(super) fn end(&mut self) -> Option<ExitStatus> {
        self.gone.get_or_insert_with(|| "the worker has ended".into());
        if self.reaped {
            return self.child.wait().ok();
        }
        group::signal(self.id(), libc::SIGKILL);
        // A process in the middle of a disk access may take its time.
        let start = Instant::now();
        while !group::ended(self.id()) {
            if start.elapsed() > Duration::from_secs(5) {
                return None;
            }
            std::thread::sleep(Duration::from_millis(1));
        }
        self.reaped = true;
        self.child.wait().ok()
    }
}

impl Drop for Worker {
    fn drop(&mut self) {
        if !self.reaped {
            self.end();
        }
    }
}

/// Starts a process from a thread that never ends.
///
/// The signal that a worker asks for on its parent's death comes when the *thread* that started it
/// ends, and coordinators start workers from threads that come and go.
fn start_from_lasting_thread(command: Command) -> io::Result<Child> {
    type Request = (Command, mpsc::Sender<io::Result<Child>>);
    static STARTER: OnceLock<Option<mpsc::Sender<Request>>> = OnceLock::new();
    let starter = STARTER.get_or_init(|| {
        let (sender, receiver) = mpsc::channel::<Request>();
        let run = move || {
            for (mut command, answer) in receiver {
                // Nobody waits for the answer any more: the child is then dropped, not waited for.
                let _ = answer.send(command.spawn());
            }
        };
        std::thread::Builder::new().name("worker starter".into()).spawn(run).ok().map(|_| sender)
    });
    let gone = || io::Error::other("the thread that starts workers is gone");
    let (answer, child) = mpsc::channel();
    starter.as_ref().ok_or_else(gone)?.send((command, answer)).map_err(|_| gone())?;
    child.recv().map_err(|_| gone())?
}
