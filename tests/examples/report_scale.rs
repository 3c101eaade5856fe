//! `cargo xtask report-scale`: a store of 135 systems and 20 methods, to measure the report with.
//!
//! The data are real: each system's orbit under the protocol `p1-fine`. The methods are not: a forecast
//! is the truth with an error that grows with the system's exponent, from a size that is the method's,
//! and some of them fail. So the store is made in a minute or two, where a real sweep takes hours.

use ndarray::Array2;
use std::path::Path;
use std::process::ExitCode;
use std::time::Instant;
use takens_catalog::{Catalog, Entry};
use takens_core::Stream;
use takens_dsl::SystemKind;
use takens_host::{DataRecord, Recipe, Record, Status, Store, Sweep, prepare, scores};
use takens_tests::takens;

const SYSTEMS: usize = 135;
const METHODS: usize = 20;
const SEEDS: u64 = 1;
/// A message that would do harm in a page that took it for markup.
const HOSTILE: &str = "<img src=x onerror=alert(1)></script><script>alert(2)</script>";

fn main() -> ExitCode {
    let Some(folder) = std::env::args().nth(1) else {
        eprintln!("usage: report_scale DIR");
        return ExitCode::from(2);
    };
    match measure(Path::new(&folder)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

/// Makes the store anew in `folder`, and its report.
fn measure(folder: &Path) -> Result<(), String> {
    let text = |error: std::io::Error| error.to_string();
    if folder.exists() {
        std::fs::remove_dir_all(folder).map_err(text)?;
    }
    let begun = Instant::now();
    let tasks = fill(folder)?;
    println!("{tasks} tasks in {:.1} s", begun.elapsed().as_secs_f64());
    let begun = Instant::now();
    let page = folder.join("report.html");
    let status = takens().arg("report").arg(folder).arg("-o").arg(&page).status().map_err(text)?;
    if !status.success() {
        return Err(format!("takens report: {status}"));
    }
    let bytes = page.metadata().map_err(text)?.len();
    println!(
        "{}: {:.2} MB in {:.1} s",
        page.display(),
        bytes as f64 / 1e6,
        begun.elapsed().as_secs_f64()
    );
    Ok(())
}

/// Writes all results; how many there are.
fn fill(folder: &Path) -> Result<usize, String> {
    let catalog = Catalog::builtin().map_err(|error| error.to_string())?;
    let recipe = Recipe::preset("p1-fine").map_err(|error| error.to_string())?;
    let mut store = Store::create(folder).map_err(|error| error.to_string())?;
    let (mut ids, mut names) = (Vec::new(), Vec::new());
    let suitable = catalog.entries().filter(|entry| is_suitable(entry));
    for entry in suitable {
        if names.len() == SYSTEMS {
            break;
        }
        for seed in 0..SEEDS {
            // A system whose orbit cannot be had within the protocol leaves its place to another.
            let Ok(data) = prepare(entry, &recipe, seed) else { break };
            if seed == 0 {
                names.push(entry.system.name.clone());
            }
            for method in 0..METHODS {
                let record = result(&data, method, seed);
                ids.push(record.id.clone());
                store.put(&record, Some(&data)).map_err(|error| error.to_string())?;
            }
        }
    }
    if names.len() < SYSTEMS {
        return Err(format!("the collection has only {} suitable systems", names.len()));
    }
    let sweep = Sweep { systems: names, seeds: SEEDS, ..Sweep::default() };
    let sweep = serde_json::to_string_pretty(&sweep).map_err(|error| error.to_string())?;
    std::fs::write(folder.join("sweep.json"), sweep).map_err(|error| error.to_string())?;
    std::fs::write(folder.join("tasks.txt"), ids.join("\n") + "\n")
        .map_err(|error| error.to_string())?;
    Ok(ids.len())
}

/// Chaotic flows without memory, whose orbits take little time.
fn is_suitable(entry: &Entry) -> bool {
    entry.system.kind == SystemKind::Ode
        && entry.period().is_some()
        && entry.largest_exponent().is_some_and(|exponent| exponent > 1e-3)
}

/// What the method of this number makes of the data.
fn result(data: &DataRecord, method: usize, seed: u64) -> Record {
    let name = format!("synthetic-{:02}", method + 1);
    let id = format!("{name} on {} seed {seed}", data.system);
    let luck = uniform(&id);
    let (status, kind, message) = match method {
        7 if luck < 0.2 => (Status::TimedOut, "", "stopped after 120 s"),
        12 if luck < 0.1 => (Status::Crashed, "signal 11", HOSTILE),
        12 if luck < 0.3 => (Status::Diverged, "", "left the attractor"),
        16 if luck < 0.15 => (Status::OutOfMemory, "", "4096 MiB"),
        18 if luck < 0.4 => (Status::Failed, "error", "matrix is singular"),
        _ => (Status::Done, "", ""),
    };
    let forecast = matches!(status, Status::Done | Status::Diverged)
        .then(|| forecast(data, method, luck, status == Status::Diverged));
    let scores = forecast.as_ref().and_then(|forecast| scores(data, forecast.view()).ok());
    let seconds = 10f64.powf(-3.0 + 0.2 * ((7 * method) % METHODS) as f64 + luck);
    Record {
        id,
        system: data.system.clone(),
        method: name.clone(),
        parameters: "{}".into(),
        seed,
        protocol: "p1-fine".into(),
        data: data.id.clone(),
        status,
        kind: kind.into(),
        message: message.into(),
        fit_seconds: Some(0.9 * seconds),
        forecast_seconds: Some(0.1 * seconds),
        cpu_seconds: Some(seconds),
        peak_memory: Some(1 << 26),
        provenance: serde_json::json!({
            "takens": env!("CARGO_PKG_VERSION"), "plugin": name, "plugin_version": "0.0.0",
            "plugin_hash": "made by report_scale: no plugin", "ended": 1.8e9 + luck, "attempts": 1,
        })
        .to_string(),
        forecast,
        scores: scores.unwrap_or_default(),
        tuned: String::new(),
    }
}

/// The truth, led astray: the share of another stretch of the orbit grows as chaos lets errors grow.
fn forecast(data: &DataRecord, method: usize, luck: f64, diverges: bool) -> Array2<f64> {
    let truth = &data.truth.values;
    let samples = truth.nrows();
    let size = 10f64.powf(-7.0 + 7.0 * method as f64 / (METHODS - 1) as f64 + luck - 0.5);
    let rate = data.exponent.unwrap_or(0.0) * (1.0 + 0.1 * method as f64);
    let away = 1 + (luck * (samples - 1) as f64) as usize;
    Array2::from_shape_fn(truth.dim(), |(row, column)| {
        let share = (size * (rate * row as f64 * data.truth.step).exp()).min(1.0);
        if diverges && row > samples / 2 {
            return f64::NAN;
        }
        let other = truth[[(row + away) % samples, column]];
        truth[[row, column]] + share * (other - truth[[row, column]])
    })
}

/// A number in [0, 1) that belongs to a name.
fn uniform(name: &str) -> f64 {
    let seed = name.bytes().fold(0u64, |sum, byte| sum.wrapping_mul(31).wrapping_add(byte.into()));
    Stream::new(seed, 0).uniform(0)
}
