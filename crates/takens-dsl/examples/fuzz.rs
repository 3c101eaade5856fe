//! The fuzzer: `cargo xtask fuzz [--minutes N] [--seed S]`.
//!
//! Batches of mutants go to a child process with bounded memory, which says after each how long it
//! took. A text that kills the child, or takes more than a second for each 64 KiB, is tried alone once
//! more; if it fails again it is written to the corpus. At the end stands one line: inputs, seconds, the
//! longest time, the most memory.

#[path = "../tests/fuzz/mutate.rs"]
mod mutate;

use mutate::{Dice, corpus, corpus_folder, exercise, mutant};
use std::io::{BufRead, BufReader, Read, Write};
use std::process::{Command, ExitCode, Stdio};
use std::sync::mpsc;
use std::time::{Duration, Instant};

const BATCH: usize = 200;

/// Memory of a child, in KiB.
const MEMORY: u64 = 512 * 1024;

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    if arguments.first().is_some_and(|word| word == "--child") {
        return child();
    }
    let (mut minutes, mut seed) = (1.0_f64, 1_u64);
    for pair in arguments.chunks(2) {
        let read = match pair {
            [key, value] if key == "--minutes" => {
                value.parse().map(|value| minutes = value).is_ok()
            }
            [key, value] if key == "--seed" => value.parse().map(|value| seed = value).is_ok(),
            _ => false,
        };
        if !(read && minutes > 0.0 && minutes < 1e6) {
            eprintln!("usage: fuzz [--minutes N] [--seed S]");
            return ExitCode::from(2);
        }
    }
    match drive(minutes, seed) {
        Ok(0) => ExitCode::SUCCESS,
        Ok(_) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("fuzz: {error}");
            ExitCode::FAILURE
        }
    }
}

/// What a run has seen.
#[derive(Default)]
struct Seen {
    inputs: usize,
    worst: Duration,
    memory: u64,
    faults: usize,
}

fn drive(minutes: f64, seed: u64) -> Result<usize, std::io::Error> {
    let corpus = corpus();
    let mut dice = Dice(seed);
    let start = Instant::now();
    let mut seen = Seen::default();
    while start.elapsed().as_secs_f64() < 60.0 * minutes {
        let batch: Vec<String> = (0..BATCH).map(|_| mutant(&corpus, &mut dice)).collect();
        let mut rest = &batch[..];
        while !rest.is_empty() {
            let (done, failed) = run(rest, &mut seen)?;
            seen.inputs += done;
            let Some(why) = failed else { break };
            let text = &rest[done];
            rest = &rest[done + 1..];
            seen.inputs += 1;
            // A busy machine may have been at fault: only what fails alone as well counts.
            if run(std::slice::from_ref(text), &mut seen)?.1.is_some() {
                seen.faults += 1;
                let name = format!("found-{seed}-{}.dsl", seen.inputs);
                std::fs::write(corpus_folder().join(&name), text)?;
                println!("{name}: {why}");
            }
        }
    }
    println!(
        "{} inputs, {:.0} seconds, worst time {:.3} seconds, peak memory {} MiB, {} faults",
        seen.inputs,
        start.elapsed().as_secs_f64(),
        seen.worst.as_secs_f64(),
        seen.memory / 1024,
        seen.faults
    );
    Ok(seen.faults)
}

/// Gives texts to a child; how many it handled, and why it failed at the next one.
fn run(texts: &[String], seen: &mut Seen) -> Result<(usize, Option<String>), std::io::Error> {
    let program = std::env::current_exe()?;
    let limited = format!("ulimit -v {MEMORY}; exec \"$0\" --child");
    let mut child = Command::new("sh")
        .args(["-c", &limited])
        .arg(program)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()?;
    let mut input = Vec::new();
    for text in texts {
        input.extend(u64::try_from(text.len()).unwrap_or(0).to_le_bytes());
        input.extend(text.as_bytes());
    }
    let mut stdin = child.stdin.take().expect("piped above");
    let writer = std::thread::spawn(move || {
        // A child that dies early closes its end, which shows in what it says.
        let _ = stdin.write_all(&input);
    });
    let stdout = child.stdout.take().expect("piped above");
    let (send, lines) = mpsc::channel();
    let reader = std::thread::spawn(move || {
        for line in BufReader::new(stdout).lines().map_while(Result::ok) {
            let _ = send.send(line);
        }
    });
    let (mut done, mut failed) = (0, None);
    while done < texts.len() {
        let allowed = Duration::from_secs(1 + texts[done].len() as u64 / (64 * 1024));
        match lines.recv_timeout(allowed * 20) {
            Ok(line) => {
                let mut numbers = line.split(' ').filter_map(|word| word.parse::<u64>().ok());
                let took = Duration::from_micros(numbers.next().unwrap_or(0));
                seen.worst = seen.worst.max(took);
                seen.memory = seen.memory.max(numbers.next().unwrap_or(0));
                if took > allowed {
                    failed = Some(format!("took {took:?}"));
                    break;
                }
                done += 1;
            }
            Err(mpsc::RecvTimeoutError::Timeout) => {
                failed = Some("hangs".to_owned());
                break;
            }
            Err(mpsc::RecvTimeoutError::Disconnected) => {
                failed = Some("kills the process".to_owned());
                break;
            }
        }
    }
    let _ = child.kill();
    child.wait()?;
    let _ = (writer.join(), reader.join());
    Ok((done, failed))
}

/// Handles texts from standard input; after each, a line with microseconds of processor time and KiB of
/// memory.
fn child() -> ExitCode {
    let mut input = std::io::stdin().lock();
    let mut length = [0; 8];
    while input.read_exact(&mut length).is_ok() {
        let mut text = vec![0; usize::try_from(u64::from_le_bytes(length)).unwrap_or(0)];
        if input.read_exact(&mut text).is_err() {
            break;
        }
        let text = String::from_utf8_lossy(&text);
        let (start, busy) = (Instant::now(), processor_time());
        exercise(&text);
        // A busy machine takes its time; what counts is how long this process ran.
        let ran = processor_time().zip(busy).map(|(now, before)| now.saturating_sub(before));
        println!("{} {}", ran.unwrap_or_else(|| start.elapsed()).as_micros(), peak());
    }
    ExitCode::SUCCESS
}

/// How long this process has run on a processor; nothing where the system does not tell.
fn processor_time() -> Option<Duration> {
    let text = std::fs::read_to_string("/proc/self/schedstat").ok()?;
    text.split_whitespace().next()?.parse().ok().map(Duration::from_nanos)
}

/// The most memory this process has had, in KiB; 0 where the system does not tell.
fn peak() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    line.and_then(|line| line.split_whitespace().next()?.parse().ok()).unwrap_or(0)
}
