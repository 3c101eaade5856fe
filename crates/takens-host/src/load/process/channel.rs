//! Questions to a program over its standard input, answers from its standard output.
//!
//! A message is a length (`u32`, little-endian), a JSON object of that many bytes, then the arrays that its
//! `shapes` list, as little-endian doubles, then as many raw bytes as its `bytes` says. While a program works
//! on a question it may ask for random numbers, and tell of progress and messages. A program that is to stop is
//! sent SIGINT; one that does not heed it is killed, and started again for the next instance. What it writes to
//! standard error goes on to ours, and its last line into the message if the program is lost.

use crate::plugins::ProcessSpec;
use crate::sandbox::tells_of_memory;
use ndarray::Array2;
use serde_json::{Value, json};
use std::io::{self, ErrorKind, Read, Write as _};
use std::os::fd::{AsRawFd, RawFd};
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};
use takens_abi::Status;
use takens_plugin::{Call, Fault, Level};

/// How long a program may take to heed SIGINT.
const GRACE: Duration = Duration::from_millis(500);
/// The wish to stop is looked at this often, in milliseconds.
const TICK: i32 = 10;
/// Messages longer than this are nonsense.
const LONGEST: usize = 1 << 30;
/// How much of what a program writes to standard error is kept, in bytes.
const KEPT: usize = 4096;

/// A question or an answer.
#[derive(Debug, Default)]
pub(super) struct Message {
    pub(super) head: Value,
    pub(super) arrays: Vec<(Vec<usize>, Vec<f64>)>,
    pub(super) bytes: Vec<u8>,
}

impl Message {
    pub(super) fn of(head: Value) -> Self {
        Self { head, ..Self::default() }
    }

    pub(super) fn push(&mut self, values: &Array2<f64>) {
        let shape = vec![values.nrows(), values.ncols()];
        self.arrays.push((shape, values.iter().copied().collect()));
    }

    fn frame(mut self) -> Vec<u8> {
        let shapes: Vec<&Vec<usize>> = self.arrays.iter().map(|(shape, _)| shape).collect();
        self.head["shapes"] = json!(shapes);
        self.head["bytes"] = self.bytes.len().into();
        let head = self.head.to_string();
        let mut frame = (head.len() as u32).to_le_bytes().to_vec();
        frame.extend(head.as_bytes());
        for value in self.arrays.iter().flat_map(|(_, values)| values) {
            frame.extend(value.to_le_bytes());
        }
        frame.extend(self.bytes);
        frame
    }

    /// The first whole message in `buffer`, taken out of it; an error if what is there is none.
    fn take(buffer: &mut Vec<u8>) -> Result<Option<Self>, ()> {
        let Some(length) = buffer.first_chunk::<4>() else { return Ok(None) };
        let begin = 4 + u32::from_le_bytes(*length) as usize;
        if begin > LONGEST {
            return Err(());
        }
        let Some(head) = buffer.get(4..begin) else { return Ok(None) };
        let head: Value = serde_json::from_slice(head).map_err(|_| ())?;
        let number = |value: &Value| value.as_u64().and_then(|value| usize::try_from(value).ok());
        let mut shapes = Vec::new();
        let mut end = begin;
        for shape in head["shapes"].as_array().into_iter().flatten() {
            let shape: Option<Vec<usize>> =
                shape.as_array().into_iter().flatten().map(number).collect();
            let shape = shape.ok_or(())?;
            let count = shape.iter().try_fold(1usize, |count, axis| count.checked_mul(*axis));
            let count = count.filter(|count| *count <= LONGEST / 8).ok_or(())?;
            end += 8 * count;
            shapes.push((shape, count));
        }
        let arrays_end = end;
        end += number(&head["bytes"]).unwrap_or(0);
        if end > LONGEST {
            return Err(());
        }
        if buffer.len() < end {
            return Ok(None);
        }
        let (numbers, _) = buffer[begin..arrays_end].as_chunks::<8>();
        let mut numbers = numbers.iter().map(|bytes| f64::from_le_bytes(*bytes));
        let arrays = shapes
            .into_iter()
            .map(|(shape, count)| (shape, numbers.by_ref().take(count).collect()))
            .collect();
        let bytes = buffer[arrays_end..end].to_vec();
        buffer.drain(..end);
        Ok(Some(Self { head, arrays, bytes }))
    }
}

/// The way to a program.
#[derive(Debug)]
pub(super) struct Channel {
    program: PathBuf,
    arguments: Vec<String>,
    script: PathBuf,
    child: Option<Child>,
    /// The process's number, for who must not wait for the end of a call; 0 if none runs.
    running: Arc<AtomicU32>,
    /// What is still to be written to the program.
    outgoing: Vec<u8>,
    incoming: Vec<u8>,
    /// The end of what it wrote to standard error.
    said: Vec<u8>,
    life: u64,
}

impl Channel {
    pub(super) fn new(spec: &ProcessSpec, script: &Path) -> Self {
        let folder = script.parent().unwrap_or(Path::new("."));
        Self {
            program: spec.program(folder),
            arguments: spec.command.iter().skip(1).cloned().collect(),
            script: script.to_owned(),
            child: None,
            running: Arc::new(AtomicU32::new(0)),
            outgoing: Vec::new(),
            incoming: Vec::new(),
            said: Vec::new(),
            life: 0,
        }
    }

    /// Where the process's number stands, 0 if none runs: it can be read during a call.
    pub(super) fn running(&self) -> Arc<AtomicU32> {
        Arc::clone(&self.running)
    }

    /// The open files that lead to the process.
    pub(super) fn files(&self) -> Vec<RawFd> {
        let ends = self.child.as_ref().map(|child| {
            let input = child.stdin.as_ref().map(AsRawFd::as_raw_fd);
            let output = child.stdout.as_ref().map(AsRawFd::as_raw_fd);
            let errors = child.stderr.as_ref().map(AsRawFd::as_raw_fd);
            input.into_iter().chain(output).chain(errors).collect()
        });
        ends.unwrap_or_default()
    }

    /// How often the program was started.
    pub(super) fn life(&self) -> u64 {
        self.life
    }

    /// Whether the program was started and not ended. It may have ended by itself.
    pub(super) fn runs(&self) -> bool {
        self.child.is_some()
    }

    /// Starts the program if it does not run.
    pub(super) fn revive(&mut self) -> Result<(), Fault> {
        if self.runs() {
            return Ok(());
        }
        let mut process = Command::new(&self.program);
        process.args(&self.arguments).arg(&self.script);
        process.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        // The same hashes every time, and nothing left in the plugin's folder.
        process.env("PYTHONHASHSEED", "0").env("PYTHONDONTWRITEBYTECODE", "1");
        // SAFETY: between fork and exec, nothing but a system call.
        unsafe {
            process.pre_exec(|| {
                libc::prctl(libc::PR_SET_PDEATHSIG, libc::SIGKILL);
                Ok(())
            });
        }
        let failed = |error: io::Error| {
            let program = self.program.display();
            Fault::Internal(format!(
                "`{program}`, which [process] in the manifest names, cannot be started: {error}"
            ))
        };
        let child = process.spawn().map_err(failed)?;
        never_wait(child.stdin.as_ref()).map_err(failed)?;
        never_wait(child.stderr.as_ref()).map_err(failed)?;
        self.running.store(child.id(), Ordering::SeqCst);
        self.child = Some(child);
        self.outgoing.clear();
        self.incoming.clear();
        self.said.clear();
        self.life += 1;
        Ok(())
    }

    /// Asks and waits for the answer, serving what the program needs meanwhile.
    pub(super) fn ask(&mut self, question: Message, call: Option<&Call>) -> Result<Message, Fault> {
        if self.life == 0 {
            self.revive()?;
        }
        self.outgoing.extend(question.frame());
        let mut stopped: Option<(Fault, Instant)> = None;
        loop {
            if let Some(message) = self.receive()? {
                match self.serve(message, call)? {
                    Some(answer) => return finished(answer, stopped.map(|(fault, _)| fault)),
                    None => continue,
                }
            }
            match &stopped {
                None => {
                    if let Some(fault) = call.and_then(|call| call.check().err()) {
                        self.interrupt();
                        stopped = Some((fault, Instant::now()));
                    }
                }
                Some((fault, asked)) if asked.elapsed() > GRACE => {
                    let fault = fault.clone();
                    self.end();
                    return Err(fault);
                }
                Some(_) => {}
            }
        }
    }

    /// Serves a message that is no answer; gives it back if it is one.
    fn serve(&mut self, message: Message, call: Option<&Call>) -> Result<Option<Message>, Fault> {
        let head = &message.head;
        let text = head["text"].as_str().unwrap_or_default();
        match (head["ask"].as_str(), head["tell"].as_str(), call) {
            (Some("random"), _, Some(call)) => {
                let number = |key: &str| head[key].as_u64().unwrap_or(0);
                let count = number("count").min((LONGEST / 8) as u64) as usize;
                let mut draws = vec![0.0; count];
                call.random(number("stream"), number("offset"), &mut draws);
                let arrays = vec![(vec![count], draws)];
                self.outgoing.extend(Message { arrays, ..Message::of(json!({})) }.frame());
                Ok(None)
            }
            (_, Some("log"), Some(call)) => {
                let level = match head["level"].as_str() {
                    Some("error") => Level::Error,
                    Some("warn") => Level::Warn,
                    Some("debug") => Level::Debug,
                    _ => Level::Info,
                };
                call.log(level, text);
                Ok(None)
            }
            (_, Some("progress"), Some(call)) => {
                call.progress(
                    head["fraction"].as_f64().unwrap_or(0.0),
                    head["loss"].as_f64(),
                    text,
                );
                Ok(None)
            }
            (None, None, _) => Ok(Some(message)),
            _ => Err(self.lost("it asks for what only a fit or a forecast is given")),
        }
    }

    /// A whole message, if there is one; else waits a little, and moves what can be moved.
    fn receive(&mut self) -> Result<Option<Message>, Fault> {
        match Message::take(&mut self.incoming) {
            Ok(None) => {}
            Ok(Some(message)) => return Ok(Some(message)),
            Err(()) => return Err(self.lost("it wrote something else into the channel")),
        }
        self.pump().map_err(|why| self.lost(why))?;
        Ok(None)
    }

    /// Moves what the three pipes are ready for: no side ever waits for the other to read.
    fn pump(&mut self) -> Result<(), &'static str> {
        let Some(Child { stdin: Some(input), stdout: Some(output), stderr, .. }) = &mut self.child
        else {
            return Err("it is gone");
        };
        let entry = |fd: RawFd, events| libc::pollfd { fd, events, revents: 0 };
        // A negative number is passed over.
        let mut polled = [
            entry(output.as_raw_fd(), libc::POLLIN),
            entry(stderr.as_ref().map_or(-1, AsRawFd::as_raw_fd), libc::POLLIN),
            entry(if self.outgoing.is_empty() { -1 } else { input.as_raw_fd() }, libc::POLLOUT),
        ];
        // SAFETY: a plain system call on entries that live here.
        if unsafe { libc::poll(polled.as_mut_ptr(), polled.len() as libc::nfds_t, TICK) } <= 0 {
            return Ok(());
        }
        let ready = polled.map(|entry| entry.revents != 0);
        let mut block = vec![0; 1 << 16];
        if ready[1] && !pass_on(stderr, &mut block, &mut self.said) {
            *stderr = None;
        }
        if ready[0] {
            match output.read(&mut block) {
                Ok(0) | Err(_) => return Err("it closed the channel"),
                Ok(got) => self.incoming.extend_from_slice(&block[..got]),
            }
        }
        if ready[2] {
            match input.write(&self.outgoing) {
                Ok(put) => drop(self.outgoing.drain(..put)),
                Err(error) if may_be_tried_again(&error) => {}
                Err(_) => return Err("it does not listen"),
            }
        }
        Ok(())
    }

    fn interrupt(&mut self) {
        let id = self.child.as_ref().map(Child::id);
        if let Some(id) = id.and_then(|id| libc::pid_t::try_from(id).ok()) {
            // SAFETY: a plain system call; the child is not reaped yet, so the number is its own.
            unsafe { libc::kill(id, libc::SIGINT) };
        }
    }

    /// Ends the process; the next instance starts another.
    fn end(&mut self) -> Option<std::process::ExitStatus> {
        let mut child = self.child.take()?;
        self.running.store(0, Ordering::SeqCst);
        // It may have ended by itself.
        let _ = child.kill();
        child.wait().ok()
    }

    fn lost(&mut self, why: &str) -> Fault {
        std::thread::sleep(Duration::from_millis(50));
        let mut exited = None;
        if let Some(child) = &mut self.child {
            exited = child.try_wait().ok().flatten();
            pass_on(&mut child.stderr, &mut vec![0; 1 << 16], &mut self.said);
        }
        self.end();
        let how = exited.map_or(String::new(), |status| format!(" ({status})"));
        let said = String::from_utf8_lossy(&self.said);
        let last = said.lines().rev().map(str::trim).find(|line| !line.is_empty());
        let last = last.map_or(String::new(), |line| {
            let line: String = line.chars().take(300).collect();
            format!("; the last that it wrote: {line}")
        });
        let (program, script) = (self.program.display(), self.script.display());
        let told = format!("the method's program `{program} {script}`: {why}{how}{last}");
        // It ended before it could answer that there is no more memory, or while it said so.
        match exited.is_some_and(|status| !status.success()) && tells_of_memory(&self.said) {
            true => Fault::OutOfMemory(told),
            false => Fault::Internal(told),
        }
    }
}

fn may_be_tried_again(error: &io::Error) -> bool {
    matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::Interrupted)
}

/// Passes on what there is to our standard error, and keeps the end of it. False at its end.
fn pass_on(source: &mut Option<impl Read>, block: &mut [u8], kept: &mut Vec<u8>) -> bool {
    let Some(source) = source else { return false };
    match source.read(block) {
        Ok(0) => return false,
        Ok(got) => {
            // Whoever reads ours may be gone.
            let _ = io::stderr().write_all(&block[..got]);
            kept.extend_from_slice(&block[..got]);
            kept.drain(..kept.len().saturating_sub(KEPT));
        }
        Err(error) => return may_be_tried_again(&error),
    }
    true
}

/// Makes reading and writing come back at once.
fn never_wait(pipe: Option<&impl AsRawFd>) -> io::Result<()> {
    let Some(pipe) = pipe.map(AsRawFd::as_raw_fd) else { return Ok(()) };
    // SAFETY: plain system calls on a descriptor that is open.
    unsafe {
        let flags = libc::fcntl(pipe, libc::F_GETFL);
        if flags == -1 || libc::fcntl(pipe, libc::F_SETFL, flags | libc::O_NONBLOCK) == -1 {
            return Err(io::Error::last_os_error());
        }
    }
    Ok(())
}

/// An answer, or the fault that it tells of. What was stopped has no result, whatever it says.
fn finished(answer: Message, stopped: Option<Fault>) -> Result<Message, Fault> {
    if let Some(fault) = stopped {
        return Err(fault);
    }
    let text = || answer.head["message"].as_str().unwrap_or_default().to_owned();
    let status = answer.head["status"].as_i64().unwrap_or(0);
    match Status(i32::try_from(status).unwrap_or(i32::MAX)) {
        Status::OK => Ok(answer),
        Status::CANCELLED => Err(Fault::Cancelled),
        Status::TIMEOUT => Err(Fault::Timeout),
        Status::UNSUPPORTED => Err(Fault::Unsupported(text())),
        Status::INVALID_PARAMS => Err(Fault::InvalidParams(text())),
        Status::INVALID_DATA => Err(Fault::InvalidData(text())),
        Status::DIVERGED => Err(Fault::Diverged(text())),
        Status::OUT_OF_MEMORY => Err(Fault::OutOfMemory(text())),
        _ => Err(Fault::Internal(text())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_comes_back_as_it_went_once_it_is_whole() {
        let mut message = Message::of(json!({"do": "fit"}));
        message.push(&ndarray::array![[1.5, f64::NAN], [-0.0, 1e-310]]);
        message.bytes = vec![0, 255, 7];
        let frame = message.frame();
        for cut in 0..frame.len() {
            assert!(matches!(Message::take(&mut frame[..cut].to_vec()), Ok(None)), "{cut}");
        }
        let mut two = [frame.clone(), frame].concat();
        for _ in 0..2 {
            let message = Message::take(&mut two).unwrap().unwrap();
            assert_eq!(
                (message.head["do"].as_str(), message.bytes),
                (Some("fit"), vec![0, 255, 7])
            );
            let (shape, values) = &message.arrays[0];
            assert_eq!(shape, &[2, 2]);
            let bits: Vec<u64> = values.iter().map(|value| value.to_bits()).collect();
            assert_eq!(bits, [1.5, f64::NAN, -0.0, 1e-310].map(f64::to_bits));
        }
        assert!(two.is_empty());
    }

    #[test]
    fn nonsense_is_no_message() {
        let mut text = b"Hello, world: this was printed".to_vec();
        assert!(Message::take(&mut text).is_err());
        let head = r#"{"shapes": [[4294967295, 4294967295]]}"#;
        let mut huge = [&(head.len() as u32).to_le_bytes(), head.as_bytes()].concat();
        assert!(Message::take(&mut huge).is_err());
    }

    #[track_caller]
    fn check(command: &[&str], script: &Path, told: &[&str]) {
        let command = command.iter().map(|one| (*one).to_owned()).collect();
        let mut channel = Channel::new(&ProcessSpec { command, script: String::new() }, script);
        let fault = channel.ask(Message::of(json!({"do": "describe"})), None).unwrap_err();
        let fault = fault.to_string();
        assert!(told.iter().all(|text| fault.contains(text)), "{fault}");
    }

    #[test]
    fn a_program_that_is_none_is_named() {
        let script = Path::new("/nowhere/method.py");
        check(&["no-such-program"], script, &["`no-such-program`", "cannot be started"]);
        check(&["true"], script, &["`true /nowhere/method.py`: it closed the channel"]);
        // A path is one from the manifest's folder.
        check(&[".venv/bin/python"], script, &["`/nowhere/.venv/bin/python`"]);
    }

    #[test]
    fn the_last_words_of_a_program_are_told() {
        let script = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(script.path(), "echo No module named numpy >&2; echo >&2; exit 3").unwrap();
        let told = ["exit status: 3", "the last that it wrote: No module named numpy"];
        check(&["sh"], script.path(), &told);
    }

    #[test]
    fn a_program_that_memory_was_refused_to_is_out_of_memory() {
        #[track_caller]
        fn check(script: &str, expected: bool) {
            let file = tempfile::NamedTempFile::new().unwrap();
            std::fs::write(file.path(), script).unwrap();
            let spec = ProcessSpec { command: vec!["sh".into()], script: String::new() };
            let mut channel = Channel::new(&spec, file.path());
            let fault = channel.ask(Message::of(json!({"do": "describe"})), None).unwrap_err();
            assert_eq!(matches!(fault, Fault::OutOfMemory(_)), expected, "{fault}");
        }
        check("echo 'what():  std::bad_alloc' >&2; kill -ABRT $$", true);
        check("echo MemoryError >&2; exit 1", true);
        check("echo no luck >&2; kill -ABRT $$", false);
        check("echo MemoryError, and on >&2; exit 0", false);
    }

    #[test]
    fn much_goes_both_ways_at_once() {
        // It writes more than a pipe holds, on both ways, before it reads a question that is as long.
        let script = tempfile::NamedTempFile::new().unwrap();
        let text = "import sys, struct\nsys.stderr.write('e' * 300000)\nhead = b' ' * 300000 + b'{}'\n\
                    sys.stdout.buffer.write(struct.pack('<I', len(head)) + head)\n\
                    sys.stdout.flush()\nsys.stdin.buffer.read(300000)\n";
        std::fs::write(script.path(), text).unwrap();
        let spec = ProcessSpec { command: vec!["python3".into()], script: String::new() };
        let mut channel = Channel::new(&spec, script.path());
        let question = Message { bytes: vec![0; 300_000], ..Message::of(json!({"do": "load"})) };
        assert!(channel.ask(question, None).is_ok());
    }
}
