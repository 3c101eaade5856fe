//! The worker process: loads one plugin and does one job at a time.
//!
//! Start at [`main`]. Orders come by a socket whose number is in the environment; a second thread
//! reads them, so that a cancellation is heard while the method works, and ends the process when
//! the coordinator is gone. One job is in `job`. Standard output and error are the plugin's: nothing
//! of the protocol goes there.

mod job;

use crate::load::{self, CANCEL, Listener, Plugin};
use crate::sandbox::{self, FloatControl};
use crate::wire::{self, Order, Reply, Task};
use std::io::Write as _;
use std::os::fd::{FromRawFd as _, RawFd};
use std::os::unix::net::UnixStream;
use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, mpsc};
use std::time::{Duration, Instant};

/// Exit code: the coordinator is gone, and so is the worker.
const EXIT_ALONE: i32 = 0;
/// Exit code: started by hand, without a channel.
const EXIT_USAGE: i32 = 2;
/// Exit code: the channel is broken; the coordinator counts this as lost.
pub(crate) const EXIT_CHANNEL: i32 = 86;

/// Text of a job's messages beyond this many bytes is dropped.
const MOST_LOG: u64 = 256 * 1024;
/// Progress is passed on no more often than this.
const PROGRESS_EVERY: Duration = Duration::from_millis(50);

/// Runs as a worker until the coordinator is gone. Does not return.
pub fn main() -> ! {
    let Some(stream) = channel() else {
        eprintln!("takens worker: started by a coordinator only, which says {}", sandbox::CHANNEL);
        exit(EXIT_USAGE);
    };
    sandbox::volunteer();
    let control = FloatControl::now();
    let reader = match stream.try_clone() {
        Ok(reader) => reader,
        Err(_) => exit(EXIT_CHANNEL),
    };
    let channel = Arc::new(Channel {
        stream: Mutex::new(stream),
        logged: AtomicU64::new(0),
        progressed: Mutex::new(None),
    });
    load::set_listener(Box::new(Ear(Arc::clone(&channel))));
    let orders = listen(reader);
    let Ok(Incoming::Open { library, manifest }) = orders.recv() else { exit(EXIT_CHANNEL) };
    let plugin = match Plugin::open(Path::new(&library), &manifest) {
        Ok(plugin) => plugin,
        Err(error) => {
            channel.send(&Reply::Refused { reason: error.to_string() });
            exit(EXIT_ALONE);
        }
    };
    let oddities = control.restore().map(|told| format!("at load, {told}")).into_iter().collect();
    let methods = plugin.methods().iter().map(|method| method.facts.clone()).collect();
    channel.send(&Reply::Opened { methods, oddities });
    while let Ok(Incoming::Work { number, task }) = orders.recv() {
        channel.logged.store(0, Ordering::Relaxed);
        let report = job::run(&plugin, number, &task, control);
        drop(task);
        channel.send(&Reply::Finished { report });
    }
    exit(EXIT_CHANNEL)
}

/// Ends the process at once: no destructor of a plugin runs.
fn exit(code: i32) -> ! {
    // SAFETY: ends the process.
    unsafe { libc::_exit(code) }
}

/// The socket to the coordinator.
fn channel() -> Option<UnixStream> {
    let number: RawFd = std::env::var(sandbox::CHANNEL).ok()?.parse().ok()?;
    // Processes that the plugin starts must not hold the channel open.
    // SAFETY: a plain system call; it fails if the number is not open.
    if number < 3 || unsafe { libc::fcntl(number, libc::F_SETFD, libc::FD_CLOEXEC) } == -1 {
        return None;
    }
    // SAFETY: open, as was just seen, and meant for this process alone.
    Some(unsafe { UnixStream::from_raw_fd(number) })
}

/// What the main thread is to do.
enum Incoming {
    Open { library: String, manifest: String },
    Work { number: u64, task: Box<Task> },
}

/// Reads orders in a thread of its own.
fn listen(mut stream: UnixStream) -> mpsc::Receiver<Incoming> {
    let (sender, receiver) = mpsc::channel();
    let run = move || {
        let mut current = 0;
        loop {
            let incoming = match wire::read::<Order>(&mut stream) {
                Ok(Some(Order::Open { library, manifest })) => Incoming::Open { library, manifest },
                Ok(Some(Order::Work { number, task })) => {
                    // Here, in the order of arrival: a cancellation right behind is not lost, and
                    // a late one for the job before does not hit this one.
                    CANCEL.store(0, Ordering::SeqCst);
                    current = number;
                    Incoming::Work { number, task: Box::new(task) }
                }
                Ok(Some(Order::Cancel { number })) => {
                    if number == current {
                        CANCEL.store(1, Ordering::SeqCst);
                    }
                    continue;
                }
                Ok(None) => exit(EXIT_ALONE),
                Err(_) => exit(EXIT_CHANNEL),
            };
            if sender.send(incoming).is_err() {
                exit(EXIT_CHANNEL);
            }
        }
    };
    if std::thread::Builder::new().name("orders".into()).spawn(run).is_err() {
        exit(EXIT_CHANNEL);
    }
    receiver
}

/// The way back to the coordinator.
struct Channel {
    stream: Mutex<UnixStream>,
    logged: AtomicU64,
    progressed: Mutex<Option<Instant>>,
}

impl Channel {
    fn send(&self, reply: &Reply) {
        let Some(frame) = wire::frame(reply) else { exit(EXIT_CHANNEL) };
        let mut stream = self.stream.lock().unwrap_or_else(|lock| lock.into_inner());
        if stream.write_all(&frame).is_err() {
            exit(EXIT_CHANNEL);
        }
    }
}

/// Passes on what the plugin says, within bounds.
struct Ear(Arc<Channel>);

impl Listener for Ear {
    fn log(&self, level: i32, text: &str) {
        let length = text.len() as u64 + 16;
        if self.0.logged.fetch_add(length, Ordering::Relaxed) + length <= MOST_LOG {
            self.0.send(&Reply::Log { level, text: text.to_owned() });
        }
    }

    fn progress(&self, fraction: f64, loss: f64, text: &str) {
        {
            let mut last = self.0.progressed.lock().unwrap_or_else(|lock| lock.into_inner());
            let now = Instant::now();
            if last.is_some_and(|last| now - last < PROGRESS_EVERY) {
                return;
            }
            *last = Some(now);
        }
        let text = text[..text.floor_char_boundary(1024)].to_owned();
        self.0.send(&Reply::Progress { fraction, loss, text });
    }
}
