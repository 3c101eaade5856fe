//! How `peers/run.py` talks to a program that runs one workload: lines of JSON, commands on the input.
//!
//! On start the program makes the workload ready and tells how long that took. Then `run N` runs it N times
//! and tells the mean, and `save FILE` writes the result of the last run as raw doubles and tells how far
//! it got. `peers/python/serve.py` does the same.

use std::fs;
use std::io::{self, BufRead, Write};
use std::time::Instant;

/// What a run gave.
#[derive(Debug, Clone, Default)]
pub struct Outcome {
    /// Numbers, row after row.
    pub values: Vec<f64>,
    /// Rows and columns.
    pub shape: (usize, usize),
    /// The time that was reached; for rates, how many were computed.
    pub reached: f64,
}

/// A workload made ready.
pub struct Prepared {
    /// Words on how it is done.
    pub about: String,
    /// Runs it once.
    pub run: Box<dyn FnMut() -> Result<Outcome, String>>,
}

impl Prepared {
    /// A workload that is done as `about` says by calling `run`.
    pub fn new(
        about: impl Into<String>,
        run: impl FnMut() -> Result<Outcome, String> + 'static,
    ) -> Self {
        Self { about: about.into(), run: Box::new(run) }
    }
}

/// Wall and processor seconds since it was made.
#[derive(Debug, Clone, Copy)]
pub struct Clock {
    wall: Instant,
    processor: f64,
}

impl Clock {
    /// Starts.
    #[must_use]
    pub fn start() -> Self {
        Self { wall: Instant::now(), processor: processor_seconds() }
    }

    /// Both, divided by a number of runs, as a JSON object.
    #[must_use]
    pub fn json(&self, runs: u32) -> String {
        let processor = (processor_seconds() - self.processor) / f64::from(runs);
        let wall = self.wall.elapsed().as_secs_f64() / f64::from(runs);
        format!("{{\"wall\": {wall:e}, \"cpu\": {processor:e}}}")
    }
}

/// Processor time of all threads of this process.
fn processor_seconds() -> f64 {
    let mut time = libc::timespec { tv_sec: 0, tv_nsec: 0 };
    // SAFETY: the call writes one `timespec`, to which the pointer leads.
    let status = unsafe { libc::clock_gettime(libc::CLOCK_PROCESS_CPUTIME_ID, &raw mut time) };
    if status == 0 { time.tv_sec as f64 + 1e-9 * time.tv_nsec as f64 } else { f64::NAN }
}

/// Serves one workload until the input ends.
///
/// # Errors
/// If a line cannot be written.
pub fn serve(prepare: impl FnOnce() -> Result<Prepared, String>) -> io::Result<()> {
    let clock = Clock::start();
    let mut prepared = match prepare() {
        Ok(prepared) => prepared,
        Err(message) => return tell(&failure(&message)),
    };
    let compiled = clock.json(1);
    tell(&format!("{{\"compiled\": {compiled}, \"about\": {:?}}}", prepared.about))?;
    let mut last = Outcome::default();
    for line in io::stdin().lock().lines() {
        let line = line?;
        let (command, argument) = line.split_once(' ').unwrap_or((&line, ""));
        let answer = match command {
            "run" => run(&mut prepared, argument, &mut last),
            "save" => save(&last, argument),
            _ => Err(format!("no command `{command}`")),
        };
        tell(&answer.unwrap_or_else(|message| failure(&message)))?;
    }
    Ok(())
}

fn run(prepared: &mut Prepared, argument: &str, last: &mut Outcome) -> Result<String, String> {
    let runs: u32 = argument.parse().map_err(|_| format!("`{argument}` is no number of runs"))?;
    let clock = Clock::start();
    for _ in 0..runs {
        *last = (prepared.run)()?;
    }
    Ok(clock.json(runs))
}

fn save(last: &Outcome, path: &str) -> Result<String, String> {
    let bytes: Vec<u8> = last.values.iter().flat_map(|value| value.to_le_bytes()).collect();
    fs::write(path, bytes).map_err(|error| format!("{path}: {error}"))?;
    let (rows, columns) = last.shape;
    Ok(format!("{{\"shape\": [{rows}, {columns}], \"reached\": {:?}}}", last.reached))
}

fn failure(message: &str) -> String {
    format!("{{\"failed\": {message:?}}}")
}

fn tell(line: &str) -> io::Result<()> {
    let mut out = io::stdout().lock();
    writeln!(out, "{line}")?;
    out.flush()
}
