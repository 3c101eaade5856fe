//! `cargo xtask overhead`: what the host itself costs, in a release build.
//!
//! Three figures, each with the bound that it must keep: milliseconds a task for tasks that are
//! trivial, data and scores included; seconds to plan 100,000 tasks, and to find in a store which of
//! them are known; the coordinator's memory while it does so.

use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode, Stdio};
use std::time::Instant;
use takens_host::{Record, Status, Store};
use takens_tests::takens;

/// Tasks of the first figure.
const TRIVIAL: usize = 2000;
/// It is the median of so many runs: others may use the machine.
const TIMES: usize = 5;
/// Tasks of the others: 100 systems, 250 seeds, 4 methods.
const MANY: usize = 100_000;
/// Tasks of a resumed run that have no result yet.
const OPEN: usize = 100;

fn main() -> ExitCode {
    match measure() {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

/// Whether all bounds are kept.
fn measure() -> Result<bool, String> {
    let text = |error: std::io::Error| error.to_string();
    let place = tempfile::tempdir().map_err(text)?;
    let mut kept = true;
    let mut say = |what: &str, value: f64, unit: &str, bound: f64| {
        println!("{what:<44} {value:>9.3} {unit:<3} (bound {bound} {unit})");
        kept &= value <= bound;
    };

    let sweep = place.path().join("trivial.toml");
    let trivial = "systems = [\"Henon\", \"Logistic\"]\nmethods = [\"naive\", \"mean\"]\nseeds = 500\n\n\
         [recipe]\ntrain = 20\ntest = 5\nsampling = { step = 1.0 }\n";
    std::fs::write(&sweep, trivial).map_err(text)?;
    let mut runs = Vec::new();
    for time in 0..TIMES {
        let run = bench(&sweep, &place.path().join(format!("trivial-{time}")), &[])?;
        assert_eq!(run.ended, TRIVIAL, "{}", run.errors);
        runs.push(run);
    }
    runs.sort_by(|a, b| a.seconds.total_cmp(&b.seconds));
    let run = &runs[TIMES / 2];
    let each = |seconds: f64| 1000.0 * seconds / TRIVIAL as f64;
    say("a trivial task, from start to end (median)", each(run.seconds), "ms", 5.0);
    say("the same in processor time, all processes", each(run.cpu_seconds), "ms", 5.0);
    say("the coordinator's memory", run.memory_mb, "MB", 300.0);

    let sweep = place.path().join("many.toml");
    std::fs::write(&sweep, many()?).map_err(text)?;
    let begun = Instant::now();
    let output =
        takens().arg("bench").arg(&sweep).args(["--plan", "--json"]).output().map_err(text)?;
    let seconds = begun.elapsed().as_secs_f64();
    let plan: serde_json::Value = serde_json::from_slice(&output.stdout)
        .map_err(|error| format!("{error}\n{}", String::from_utf8_lossy(&output.stderr)))?;
    assert_eq!(plan["tasks"], MANY);
    say("planning 100,000 tasks", seconds, "s", 2.0);

    // On a disk in memory, where 100,000 transactions take seconds and not minutes.
    let memory = Path::new("/dev/shm");
    let place = if memory.is_dir() { tempfile::tempdir_in(memory) } else { tempfile::tempdir() };
    let folder = place.map_err(text)?;
    let folder = folder.path().join("run");
    let bytes = fill(&sweep, &folder)?;
    let run = bench(&sweep, &folder, &["--resume"])?;
    assert_eq!((run.known, run.ended), (MANY - OPEN, OPEN), "{}", run.errors);
    println!("the store holds {:.0} MB", bytes as f64 / 1e6);
    say("resuming 100,000 tasks, to the first new result", run.first_seconds, "s", 5.0);
    println!("{:<44} {:>9.3} s", "the same and the rest, in processor time", run.cpu_seconds);
    say("the coordinator's memory", run.memory_mb, "MB", 300.0);
    let seconds = timed(&["status", folder.to_str().unwrap_or_default()])?;
    println!("{:<44} {seconds:>9.3} s", "takens status");
    Ok(kept)
}

/// A sweep of 100,000 tasks.
fn many() -> Result<String, String> {
    let output = takens().args(["list", "--kind", "ode", "--json"]).output();
    let output = output.map_err(|error| error.to_string())?;
    let list: Vec<serde_json::Value> =
        serde_json::from_slice(&output.stdout).map_err(|error| error.to_string())?;
    let names: Vec<&str> =
        list.iter().filter_map(|entry| entry["name"].as_str()).take(100).collect();
    assert_eq!(names.len(), 100);
    Ok(format!(
        "systems = {names:?}\nmethods = [\"naive\", \"mean\", \"parrot\", \"polyprop\"]\nseeds = 250\n\n\
         [recipe]\ntrain = 1000\ntest = 200\nsampling = {{ step = 0.01 }}\n"
    ))
}

/// A store with a result of the usual size for every task but some; the bytes that it takes.
fn fill(sweep: &Path, folder: &Path) -> Result<u64, String> {
    // The coordinator writes the plan, and is stopped at its first task.
    let mut child = takens()
        .args(["bench", "--events", "--workers", "1", "--out"])
        .arg(folder)
        .arg(sweep)
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .map_err(|error| error.to_string())?;
    let mut first = String::new();
    BufReader::new(child.stdout.take().expect("it is piped"))
        .read_line(&mut first)
        .map_err(|error| error.to_string())?;
    child.kill().and_then(|()| child.wait()).map_err(|error| error.to_string())?;
    let tasks =
        std::fs::read_to_string(folder.join("tasks.txt")).map_err(|error| error.to_string())?;
    for file in stores(folder)? {
        std::fs::remove_file(file).map_err(|error| error.to_string())?;
    }
    let random = takens_core::Stream::new(1, 0);
    let mut store = Store::create(folder).map_err(|error| error.to_string())?;
    let metrics: Vec<&str> = takens_metrics::METRICS.iter().map(|metric| metric.id).collect();
    for (number, id) in tasks.lines().skip(OPEN).enumerate() {
        let offset = 1000 * number as u64;
        let forecast = |(row, column)| random.uniform(offset + (3 * row + column) as u64);
        let score = |(place, metric): (usize, &&str)| {
            (metric.to_string(), random.uniform(offset + 700 + place as u64))
        };
        let record = Record {
            id: id.into(),
            system: "Lorenz".into(),
            method: "naive".into(),
            parameters: "{}".into(),
            seed: 0,
            protocol: "custom".into(),
            data: "0123456789abcdef0123456789abcdef".into(),
            status: Status::Done,
            tuned: String::new(),
            kind: String::new(),
            message: String::new(),
            fit_seconds: Some(0.1),
            forecast_seconds: Some(0.1),
            cpu_seconds: Some(0.2),
            peak_memory: Some(1 << 25),
            provenance: format!("{{\"ended\":{number},\"filler\":\"{}\"}}", "x".repeat(700)),
            forecast: Some(ndarray::Array2::from_shape_fn((200, 3), forecast)),
            scores: metrics.iter().enumerate().map(score).collect(),
        };
        store.put(&record, None).map_err(|error| error.to_string())?;
    }
    drop(store);
    let sizes = stores(folder)?.into_iter().filter_map(|path| path.metadata().ok());
    Ok(sizes.map(|facts| facts.len()).sum())
}

fn stores(folder: &Path) -> Result<Vec<PathBuf>, String> {
    let entries = std::fs::read_dir(folder).map_err(|error| error.to_string())?;
    let is_store = |path: &PathBuf| path.to_string_lossy().contains("results-");
    Ok(entries.flatten().map(|entry| entry.path()).filter(is_store).collect())
}

/// How a call of `takens bench --events` went.
struct Run {
    seconds: f64,
    /// Until the first new result was kept.
    first_seconds: f64,
    known: usize,
    ended: usize,
    memory_mb: f64,
    /// Processor time of the coordinator and of the workers that it has waited for.
    cpu_seconds: f64,
    errors: String,
}

fn bench(sweep: &Path, folder: &Path, more: &[&str]) -> Result<Run, String> {
    let text = |error: std::io::Error| error.to_string();
    let errors = tempfile::NamedTempFile::new().map_err(text)?;
    let mut command: Command = takens();
    command.arg("bench").arg(sweep).arg("--out").arg(folder).args(more);
    command.args(["--events", "--workers", "2"]).stdout(Stdio::piped());
    command.stderr(errors.reopen().map_err(text)?);
    let begun = Instant::now();
    let mut child = command.spawn().map_err(text)?;
    let mut run = Run {
        seconds: 0.0,
        first_seconds: 0.0,
        known: 0,
        ended: 0,
        memory_mb: 0.0,
        cpu_seconds: 0.0,
        errors: String::new(),
    };
    for line in BufReader::new(child.stdout.take().expect("it is piped")).lines() {
        let event: serde_json::Value =
            serde_json::from_str(&line.map_err(text)?).map_err(|error| error.to_string())?;
        match event["event"].as_str() {
            Some("known") => run.known = event["tasks"].as_u64().unwrap_or(0) as usize,
            Some("ended") => {
                run.ended += 1;
                if run.ended == 1 {
                    run.first_seconds = begun.elapsed().as_secs_f64();
                }
            }
            _ => {}
        }
    }
    (run.memory_mb, run.cpu_seconds) = wait(&mut child)?;
    run.seconds = begun.elapsed().as_secs_f64();
    run.errors = std::fs::read_to_string(errors.path()).map_err(text)?;
    Ok(run)
}

/// Waits for the end of a process; its largest resident memory, in units of 10⁶ bytes, and its
/// processor seconds.
fn wait(child: &mut std::process::Child) -> Result<(f64, f64), String> {
    let mut status = 0;
    // SAFETY: rusage is plain numbers, for which zeros are a value; the call fills it.
    let usage = unsafe {
        let mut usage: libc::rusage = std::mem::zeroed();
        if libc::wait4(child.id() as i32, &raw mut status, 0, &raw mut usage) == -1 {
            return Err(std::io::Error::last_os_error().to_string());
        }
        usage
    };
    let seconds = |time: libc::timeval| time.tv_sec as f64 + 1e-6 * time.tv_usec as f64;
    let cpu_seconds = seconds(usage.ru_utime) + seconds(usage.ru_stime);
    Ok((usage.ru_maxrss as f64 * 1024.0 / 1e6, cpu_seconds))
}

fn timed(arguments: &[&str]) -> Result<f64, String> {
    let begun = Instant::now();
    let output = takens().args(arguments).output().map_err(|error| error.to_string())?;
    if !output.status.success() {
        return Err(String::from_utf8_lossy(&output.stderr).into_owned());
    }
    Ok(begun.elapsed().as_secs_f64())
}
