//! A `takens bench --events` at work: what it says, its workers, its end.

use crate::{root, takens};
use serde_json::Value;
use std::collections::BTreeSet;
use std::io::{BufRead as _, BufReader, Read as _};
use std::os::unix::process::CommandExt as _;
use std::path::Path;
use std::process::{Child, Stdio};
use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

/// A coordinator that was started.
pub(super) struct Coordinator {
    child: Child,
    started: Instant,
    heard: Arc<Mutex<Heard>>,
    listener: Option<JoinHandle<()>>,
    errors: Option<JoinHandle<String>>,
}

/// What a coordinator has said.
#[derive(Default)]
struct Heard {
    /// Tasks whose results are kept.
    kept: BTreeSet<String>,
    known: Option<usize>,
    set_aside: Vec<String>,
}

/// How a coordinator ended.
pub(super) struct End {
    pub(super) code: Option<i32>,
    pub(super) errors: String,
}

impl End {
    pub(super) fn describe(&self) -> String {
        format!("exit code {:?}\n{}", self.code, self.errors.trim())
    }
}

impl Coordinator {
    /// Starts a sweep, or goes on with it. Where `file_limit` is given, no file of it may grow beyond
    /// so many bytes.
    pub(super) fn start(
        sweep: &Path,
        folder: &Path,
        workers: usize,
        file_limit: Option<u64>,
    ) -> Result<Self, String> {
        let mut command = takens();
        command.arg("bench").arg(sweep).arg("--out").arg(folder);
        command.args(["--resume", "--events", "--workers", &workers.to_string()]);
        command.current_dir(root()).stdout(Stdio::piped()).stderr(Stdio::piped());
        if let Some(bytes) = file_limit {
            // SAFETY: two system calls, which may be made between fork and exec.
            unsafe {
                command.pre_exec(move || {
                    libc::signal(libc::SIGXFSZ, libc::SIG_IGN);
                    let limit = libc::rlimit { rlim_cur: bytes, rlim_max: bytes };
                    match libc::setrlimit(libc::RLIMIT_FSIZE, &raw const limit) {
                        0 => Ok(()),
                        _ => Err(std::io::Error::last_os_error()),
                    }
                });
            }
        }
        let mut child = command.spawn().map_err(|error| error.to_string())?;
        let heard = Arc::new(Mutex::new(Heard::default()));
        let output = BufReader::new(child.stdout.take().expect("it is piped"));
        let ear = Arc::clone(&heard);
        let listener = std::thread::spawn(move || {
            for line in output.lines().map_while(Result::ok) {
                ear.lock().expect("no listener panicked").hear(&line);
            }
        });
        let mut stderr = child.stderr.take().expect("it is piped");
        let errors = std::thread::spawn(move || {
            let mut text = Vec::new();
            let _ = stderr.read_to_end(&mut text);
            String::from_utf8_lossy(&text).into_owned()
        });
        Ok(Self {
            child,
            started: Instant::now(),
            heard,
            listener: Some(listener),
            errors: Some(errors),
        })
    }

    pub(super) fn age(&self) -> Duration {
        self.started.elapsed()
    }

    pub(super) fn kept(&self) -> usize {
        self.heard.lock().expect("no listener panicked").kept.len()
    }

    pub(super) fn all_kept(&self) -> BTreeSet<String> {
        self.heard.lock().expect("no listener panicked").kept.clone()
    }

    pub(super) fn known(&self) -> Option<usize> {
        self.heard.lock().expect("no listener panicked").known
    }

    pub(super) fn set_aside(&self) -> Vec<String> {
        self.heard.lock().expect("no listener panicked").set_aside.clone()
    }

    pub(super) fn has_ended(&mut self) -> bool {
        !matches!(self.child.try_wait(), Ok(None))
    }

    /// Its worker processes.
    pub(super) fn workers(&self) -> Vec<i32> {
        children(self.child.id())
    }

    /// Kills it, and hears what it said before.
    pub(super) fn kill(&mut self) -> Result<(), String> {
        self.child.kill().map_err(|error| error.to_string())?;
        self.wait(Duration::from_secs(60)).map(drop)
    }

    /// Waits for its end.
    pub(super) fn wait(&mut self, limit: Duration) -> Result<End, String> {
        let moment = Instant::now();
        let status = loop {
            if let Some(status) = self.child.try_wait().map_err(|error| error.to_string())? {
                break status;
            }
            if moment.elapsed() > limit {
                let _ = self.child.kill();
                return Err(format!("the coordinator does not end for {limit:?}"));
            }
            std::thread::sleep(Duration::from_millis(5));
        };
        if let Some(listener) = self.listener.take() {
            listener.join().map_err(|_| "the listener panicked")?;
        }
        let errors = self.errors.take().map(JoinHandle::join);
        let errors = errors.transpose().map_err(|_| "the listener panicked")?;
        Ok(End { code: status.code(), errors: errors.unwrap_or_default() })
    }

    /// Waits for its end, which must be a good one.
    pub(super) fn finish(&mut self, limit: Duration) -> Result<(), String> {
        let end = self.wait(limit)?;
        if end.code == Some(0) { Ok(()) } else { Err(end.describe()) }
    }
}

impl Drop for Coordinator {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Heard {
    fn hear(&mut self, line: &str) {
        // The last line of one that was killed may be cut short: then it said nothing.
        let Ok(event) = serde_json::from_str::<Value>(line) else { return };
        let text = |key: &str| event[key].as_str().unwrap_or_default().to_string();
        match event["event"].as_str() {
            Some("known") => self.known = event["tasks"].as_u64().map(|tasks| tasks as usize),
            Some("set_aside") => self.set_aside.push(text("file")),
            // One that is lost is kept to be told, and run again.
            Some("ended") if event["status"] != "lost" => {
                self.kept.insert(text("task"));
            }
            _ => {}
        }
    }
}

/// Process ids of the children of `parent`.
fn children(parent: u32) -> Vec<i32> {
    processes()
        .into_iter()
        .filter(|(_, facts)| facts.1 == parent as i32)
        .map(|(id, _)| id)
        .collect()
}

/// Every process: its id, state and parent.
fn processes() -> Vec<(i32, (char, i32))> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir("/proc").into_iter().flatten().flatten() {
        let Ok(id) = entry.file_name().to_string_lossy().parse::<i32>() else { continue };
        let Ok(stat) = std::fs::read_to_string(entry.path().join("stat")) else { continue };
        // The name, in parentheses, may hold anything; state and parent follow it.
        let after = stat.rsplit(')').next().unwrap_or_default();
        let mut words = after.split_whitespace();
        let state = words.next().and_then(|word| word.chars().next());
        if let (Some(state), Some(Ok(parent))) = (state, words.next().map(str::parse)) {
            found.push((id, (state, parent)));
        }
    }
    found
}

pub(super) fn kill(process: i32) {
    // SAFETY: sending a signal touches no memory of this process.
    unsafe { libc::kill(process, libc::SIGKILL) };
}

/// Workers do not outlive their coordinator.
pub(super) fn all_gone(workers: &[i32]) -> Result<(), String> {
    let moment = Instant::now();
    loop {
        let alive: Vec<i32> = processes()
            .into_iter()
            // One that has ended and that nobody has asked about is a zombie.
            .filter(|(id, (state, _))| workers.contains(id) && *state != 'Z')
            .map(|(id, _)| id)
            .collect();
        if alive.is_empty() {
            return Ok(());
        }
        if moment.elapsed() > Duration::from_secs(30) {
            return Err(format!("workers {alive:?} outlived their coordinator"));
        }
        std::thread::sleep(Duration::from_millis(5));
    }
}
