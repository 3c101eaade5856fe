//! One job: sent, watched, and brought to an end.
//!
//! One loop, no threads: it polls the channel and the output, looks at the clock and at the memory,
//! and never waits for anything that a plugin could withhold.

use super::{Cost, Ending, FailureKind, Job, Limits, Outcome, Worker};
use crate::sandbox::group;
use crate::sandbox::tree::{self, Resident};
use crate::wire::{self, Order, Reply, Report, Task};
use crate::worker::EXIT_CHANNEL;
use std::io::{ErrorKind, Read, Write as _};
use std::os::fd::AsRawFd as _;
use std::os::unix::process::ExitStatusExt as _;
use std::process::ExitStatus;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};
use takens_abi::{Status, level};

/// The memory of the worker and of all below it is looked at, and an end noticed, this often.
const TICK: Duration = Duration::from_millis(10);
/// Who is not below the worker, for its parent has ended, is added this often: it means looking through all
/// processes.
const GROUP_TICK: Duration = Duration::from_millis(250);
/// A worker whose channel closed without its ending gets this long to end.
const CLOSED_GRACE: Duration = Duration::from_secs(1);
/// At most this much is read in one go, so that the clock is looked at in between.
const MOST_AT_ONCE: usize = 1 << 20;

/// Who looks on while a job is at work.
#[derive(Default)]
pub struct Watch<'a> {
    /// Set by someone else: end the job, by asking and then by force.
    pub stop: Option<&'a AtomicBool>,
    /// Hears how far the job has come.
    pub progress: Option<&'a mut OnProgress<'a>>,
}

/// Hears how far a job has come: fraction from 0 to 1, loss if there is one, text.
pub type OnProgress<'a> = dyn FnMut(f64, Option<f64>, &str) + 'a;

impl std::fmt::Debug for Watch<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Watch").field("stop", &self.stop).finish_non_exhaustive()
    }
}

/// Bytes on their way to the worker.
#[derive(Debug, Default)]
pub(super) struct Outgoing {
    bytes: Vec<u8>,
    sent: usize,
}

impl Outgoing {
    pub(super) fn push(&mut self, frame: Vec<u8>) {
        if self.is_empty() {
            (self.bytes, self.sent) = (frame, 0);
        } else {
            self.bytes.extend(frame);
        }
    }

    fn is_empty(&self) -> bool {
        self.sent == self.bytes.len()
    }
}

/// What came in.
pub(super) enum Pumped {
    Replies(Vec<Reply>),
    /// Something that is no message: the channel is of no use any more.
    Nonsense,
}

/// Why a job is being ended.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Reason {
    Time,
    Stopped,
    Memory(String),
    Lost(String),
}

/// How far ending it has come, and when the next step is due.
#[derive(Debug, Clone, Copy)]
enum Stage {
    Working,
    Asked { until: Instant },
    Terminated { until: Instant },
}

impl Worker {
    /// Does one job. Comes back, whatever the plugin does, soon after the limit and the grace.
    pub fn run(&mut self, job: &Job, limits: &Limits) -> Ending {
        self.run_watched(job, limits, &mut Watch::default())
    }

    /// As [`Worker::run`], with someone looking on.
    pub fn run_watched(&mut self, job: &Job, limits: &Limits, watch: &mut Watch<'_>) -> Ending {
        let start = Instant::now();
        let refuse = |outcome| Ending {
            outcome,
            cost: Cost::default(),
            log: String::new(),
            oddities: Vec::new(),
        };
        if let Some(reason) = &self.gone {
            return refuse(Outcome::Lost { reason: reason.clone() });
        }
        if group::ended(self.id()) {
            let how = self.end().map_or("it does not say how".into(), how_it_ended);
            let reason = format!("the worker ended between two jobs: {how}");
            return refuse(Outcome::Lost { reason });
        }
        let internal = |message: String| Outcome::Failed { kind: FailureKind::Internal, message };
        if job.threads != self.threads {
            return refuse(internal(format!(
                "the job has a budget of {} threads, the worker was started for {}",
                job.threads, self.threads
            )));
        }
        self.jobs += 1;
        let order = Order::Work { number: self.jobs, task: task(job, limits) };
        let Some(frame) = wire::frame(&order) else {
            return refuse(internal("the data are too large to be sent to a worker".into()));
        };
        let mut outgoing = Outgoing::default();
        outgoing.push(frame);
        let mut peak = 0;
        let (report, reason) = self.wait(outgoing, start, limits, watch, &mut peak);
        let mut ending = match report {
            Some(report) => from_report(report, &reason),
            None => self.ending(reason, limits),
        };
        ending.cost.wall_seconds = start.elapsed().as_secs_f64();
        ending.cost.peak_memory = ending.cost.peak_memory.max(peak);
        ending.log = self.log.take();
        self.odd |= !ending.oddities.is_empty();
        ending
    }

    /// Waits for the job's report, or for the worker's end; brings about the latter at a limit.
    fn wait(
        &mut self,
        mut outgoing: Outgoing,
        start: Instant,
        limits: &Limits,
        watch: &mut Watch<'_>,
        peak: &mut u64,
    ) -> (Option<Report>, Option<Reason>) {
        let mut stage = Stage::Working;
        let mut reason = None;
        let mut closed: Option<Instant> = None;
        let mut next_look = start + TICK;
        let mut next_group_look = start + GROUP_TICK;
        loop {
            let ended = group::ended(self.id());
            let report = match self.pump(&mut outgoing, TICK) {
                Pumped::Replies(replies) => self.hear(replies, watch),
                Pumped::Nonsense => {
                    reason = Some(Reason::Lost("the method wrote into the host's channel".into()));
                    return (None, reason);
                }
            };
            if report.is_some() || ended {
                return (report, reason);
            }
            let now = Instant::now();
            if self.channel.is_none() && now - *closed.get_or_insert(now) > CLOSED_GRACE {
                let lost = Reason::Lost("the worker closed its channel and went on".into());
                return (None, reason.or(Some(lost)));
            }
            if now >= next_look {
                next_look = now + TICK;
                let mut memory = tree::resident(self.id());
                if now >= next_group_look {
                    next_group_look = now + GROUP_TICK;
                    memory = memory.max(group::resident(self.id()));
                }
                *peak = memory.bytes.max(*peak);
                if limits.memory != 0 && memory.bytes > limits.memory {
                    let message = too_much(memory, limits.memory);
                    return (None, Some(Reason::Memory(message)));
                }
            }
            stage = match stage {
                Stage::Working => {
                    let stopped = watch.stop.is_some_and(|stop| stop.load(Ordering::Relaxed));
                    if stopped || now - start >= limits.wall {
                        reason = Some(if stopped { Reason::Stopped } else { Reason::Time });
                        let cancel = Order::Cancel { number: self.jobs };
                        wire::frame(&cancel).into_iter().for_each(|frame| outgoing.push(frame));
                        Stage::Asked { until: now + limits.grace }
                    } else {
                        stage
                    }
                }
                Stage::Asked { until } if now >= until => {
                    group::signal(self.id(), libc::SIGTERM);
                    Stage::Terminated { until: now + limits.grace.min(Duration::from_secs(1)) }
                }
                // What comes next is the kill, by whoever gets this answer.
                Stage::Terminated { until } if now >= until => return (None, reason),
                waiting => waiting,
            };
        }
    }

    /// Notes messages and progress; returns the report of the job at work.
    fn hear(&mut self, replies: Vec<Reply>, watch: &mut Watch<'_>) -> Option<Report> {
        let mut found = None;
        for reply in replies {
            match reply {
                Reply::Log { level, text } => {
                    self.log.push(format!("[{}] {text}\n", level_name(level)).as_bytes());
                }
                Reply::Progress { fraction, loss, text } => {
                    if let Some(progress) = &mut watch.progress {
                        progress(fraction, Some(loss).filter(|loss| !loss.is_nan()), &text);
                    }
                }
                Reply::Finished { report } if report.number == self.jobs => found = Some(report),
                Reply::Finished { .. } | Reply::Opened { .. } | Reply::Refused { .. } => {}
            }
        }
        found
    }

    /// The ending of a job whose worker has ended, or is to end now.
    fn ending(&mut self, reason: Option<Reason>, limits: &Limits) -> Ending {
        let status = self.end();
        // What it wrote last is still in the pipes.
        while matches!(self.pump(&mut Outgoing::default(), Duration::ZERO),
            Pumped::Replies(replies) if self.hear_logs(&replies))
        {}
        let outcome = match (reason, status) {
            (Some(Reason::Time), _) => Outcome::TimedOut,
            (Some(Reason::Stopped), _) => Outcome::Lost { reason: "the run was stopped".into() },
            (Some(Reason::Memory(message)), _) => Outcome::OutOfMemory { message },
            (Some(Reason::Lost(reason)), _) => Outcome::Lost { reason },
            (None, None) => Outcome::Lost { reason: "the worker does not end".into() },
            (None, Some(status)) => self.judge_end(status, limits),
        };
        Ending { outcome, cost: Cost::default(), log: String::new(), oddities: Vec::new() }
    }

    fn hear_logs(&mut self, replies: &[Reply]) -> bool {
        for reply in replies {
            if let Reply::Log { level, text } = reply {
                self.log.push(format!("[{}] {text}\n", level_name(*level)).as_bytes());
            }
        }
        !replies.is_empty()
    }

    fn judge_end(&self, status: ExitStatus, limits: &Limits) -> Outcome {
        match (status.signal(), status.code()) {
            (Some(libc::SIGKILL | libc::SIGTERM), _) => {
                Outcome::Lost { reason: format!("{}, not by this host", how_it_ended(status)) }
            }
            // An allocator that was refused memory ends the process like this.
            (Some(libc::SIGABRT), _) if limits.memory != 0 && self.log.tells_of_memory() => {
                Outcome::OutOfMemory { message: "an allocation was refused".into() }
            }
            (Some(signal), _) => Outcome::Crashed { signal },
            (None, Some(EXIT_CHANNEL)) => {
                Outcome::Lost { reason: "the worker lost its channel".into() }
            }
            (None, _) => Outcome::Failed {
                kind: FailureKind::Exited,
                message: format!("the method ended the process: {}", how_it_ended(status)),
            },
        }
    }

    /// Moves bytes for at most `wait`: sends what there is, takes in what has come.
    pub(super) fn pump(&mut self, outgoing: &mut Outgoing, wait: Duration) -> Pumped {
        let fd = |fd: Option<i32>| fd.unwrap_or(-1);
        let sending = if outgoing.is_empty() { 0 } else { libc::POLLOUT };
        let mut polled = [
            libc::pollfd {
                fd: fd(self.channel.as_ref().map(|channel| channel.as_raw_fd())),
                events: libc::POLLIN | sending,
                revents: 0,
            },
            libc::pollfd {
                fd: fd(self.output.as_ref().map(|output| output.as_raw_fd())),
                events: libc::POLLIN,
                revents: 0,
            },
        ];
        let milliseconds = wait.as_millis().min(1000) as libc::c_int;
        // SAFETY: a plain system call on two entries that live here.
        unsafe { libc::poll(polled.as_mut_ptr(), 2, milliseconds) };
        if polled[1].revents != 0 {
            let log = &mut self.log;
            if !drain(&mut self.output, |bytes| log.push(bytes)) {
                self.output = None;
            }
        }
        if polled[0].revents & libc::POLLOUT != 0
            && let Some(channel) = &mut self.channel
        {
            match channel.write(&outgoing.bytes[outgoing.sent..]) {
                Ok(count) => outgoing.sent += count,
                // A worker that is gone is noticed by its end, not here.
                Err(error) if retry(&error) => {}
                Err(_) => outgoing.sent = outgoing.bytes.len(),
            }
        }
        if polled[0].revents & !libc::POLLOUT != 0 {
            let incoming = &mut self.incoming;
            if !drain(&mut self.channel, |bytes| incoming.extend_from_slice(bytes)) {
                self.channel = None;
            }
        }
        let mut replies = Vec::new();
        loop {
            match wire::next(&mut self.incoming) {
                Ok(Some(reply)) => replies.push(reply),
                Ok(None) => return Pumped::Replies(replies),
                Err(_) => return Pumped::Nonsense,
            }
        }
    }
}

/// Reads what is there, up to a bound; false at the end of the stream.
fn drain<R: Read>(stream: &mut Option<R>, mut take: impl FnMut(&[u8])) -> bool {
    let Some(stream) = stream else { return false };
    let mut buffer = [0; 64 * 1024];
    for _ in 0..MOST_AT_ONCE / buffer.len() {
        match stream.read(&mut buffer) {
            Ok(0) => return false,
            Ok(count) => take(&buffer[..count]),
            Err(error) if retry(&error) => return true,
            Err(_) => return false,
        }
    }
    true
}

fn retry(error: &std::io::Error) -> bool {
    matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::Interrupted)
}

fn task(job: &Job, limits: &Limits) -> Task {
    let deadline = job.deadline.unwrap_or(limits.wall).min(limits.wall);
    Task {
        method: job.method.clone(),
        params: job.params_json.clone(),
        data: job.dataset.clone(),
        context: job.context.clone(),
        horizon: job.horizon as u64,
        seed: job.seed,
        stream: job.stream,
        threads: job.threads,
        want_candidates: job.want_candidates,
        deadline_ns: u64::try_from(deadline.as_nanos()).unwrap_or(u64::MAX).max(1),
        memory_bytes: limits.memory,
    }
}

fn from_report(report: Report, reason: &Option<Reason>) -> Ending {
    let failed = |kind| Outcome::Failed { kind, message: report.message.clone() };
    let outcome = match (Status(report.status), reason) {
        // Too late is too late, whatever it found; and a method that was asked to stop may answer
        // with what it had by then.
        (_, Some(Reason::Stopped)) => Outcome::Lost { reason: "the run was stopped".into() },
        (_, Some(Reason::Time)) | (Status::TIMEOUT, _) => Outcome::TimedOut,
        (Status::OK, _) => {
            let wild = |forecast: &ndarray::Array2<f64>| {
                forecast.indexed_iter().find(|(_, value)| !value.is_finite()).map(|found| found.0)
            };
            match report.forecast.as_ref().and_then(wild) {
                Some((sample, component)) => Outcome::Diverged {
                    message: format!("not finite at sample {sample}, component {component}"),
                    forecast: report.forecast,
                },
                None => Outcome::Done { forecast: report.forecast, candidates: report.candidates },
            }
        }
        (Status::DIVERGED, _) => {
            Outcome::Diverged { forecast: None, message: report.message.clone() }
        }
        (Status::OUT_OF_MEMORY, _) => Outcome::OutOfMemory { message: report.message.clone() },
        (Status::INVALID_PARAMS, _) => failed(FailureKind::InvalidParams),
        (Status::INVALID_DATA, _) => failed(FailureKind::InvalidData),
        (Status::UNSUPPORTED, _) => failed(FailureKind::Unsupported),
        (Status::PANIC, _) => failed(FailureKind::Panic),
        (Status::CANCELLED, _) => Outcome::Failed {
            kind: FailureKind::Internal,
            message: "the method says it was cancelled, and it was not".into(),
        },
        _ => failed(FailureKind::Internal),
    };
    let positive = |seconds: f64| (seconds > 0.0).then_some(seconds);
    let cost = Cost {
        wall_seconds: 0.0,
        fit_seconds: positive(report.fit_seconds),
        forecast_seconds: positive(report.forecast_seconds),
        cpu_seconds: Some(report.cpu_seconds),
        peak_memory: report.peak_memory,
    };
    Ending { outcome, cost, log: String::new(), oddities: report.oddities }
}

fn too_much(memory: Resident, limit: u64) -> String {
    let of = match memory.processes {
        0 | 1 => String::new(),
        many => format!(" in {many} processes"),
    };
    format!("{} bytes resident{of}; the limit is {limit}", memory.bytes)
}

fn level_name(number: i32) -> &'static str {
    match number {
        level::ERROR => "error",
        level::WARN => "warn",
        level::INFO => "info",
        _ => "debug",
    }
}

/// How a process ended, in words.
pub(crate) fn how_it_ended(status: ExitStatus) -> String {
    match (status.signal(), status.code()) {
        (Some(signal), _) => format!("killed by signal {signal}"),
        (None, Some(code)) => format!("exit code {code}"),
        (None, None) => "it does not say how".into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_method_answers_when_asked_to_stop_is_no_result() {
        let report = |status: Status| Report {
            number: 1,
            status: status.0,
            message: String::new(),
            forecast: Some(ndarray::array![[1.0]]),
            candidates: Vec::new(),
            fit_seconds: 1.0,
            forecast_seconds: 1.0,
            cpu_seconds: 1.0,
            peak_memory: 1,
            oddities: Vec::new(),
        };
        for status in [Status::OK, Status::TIMEOUT, Status::INTERNAL, Status::DIVERGED] {
            let ending = from_report(report(status), &Some(Reason::Stopped));
            assert!(matches!(ending.outcome, Outcome::Lost { .. }), "{status:?}");
        }
        let ending = from_report(report(Status::OK), &Some(Reason::Time));
        assert_eq!(ending.outcome, Outcome::TimedOut);
    }
}
