//! `takens trajectory`: one trajectory into a file.

use crate::catalog::{find, load};
use crate::failure::Failure;
use crate::files::{self, Format};
use crate::print::number;
use crate::subject::Subject;
use crate::{parameters, print};
use serde::Serialize;
use std::path::PathBuf;
use takens_analysis::{AnalysisError, Drift, Proof, drifts, trusted};
use takens_core::{Stream, TimeGrid, Trajectory};
use takens_integrate::{IntegrateError, Method, Options};

/// Integrators by name.
const METHODS: [&str; 7] = {
    let mut names = [""; 7];
    let mut index = 0;
    while index < 7 {
        names[index] = Method::ALL[index].name();
        index += 1;
    }
    names
};

#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// Name of the system
    name: String,
    /// Number of samples, the first one included
    #[arg(long, value_name = "N", value_parser = parameters::count::<u64>)]
    points: Option<u64>,
    /// Samples in one dominant period of the system; 100 if left out
    #[arg(long, value_name = "P", conflicts_with = "dt")]
    per_period: Option<f64>,
    /// Time from the first sample to the last (iterations for a map); with --points, what lies
    /// between is divided evenly
    #[arg(long, value_name = "T")]
    t_end: Option<f64>,
    /// Time between samples
    #[arg(long, value_name = "DT")]
    dt: Option<f64>,
    /// Relative and absolute tolerance of a step
    #[arg(long, value_name = "TOL", default_value_t = 1e-9)]
    tol: f64,
    /// Integrator
    #[arg(long, value_name = "M", default_value = "auto", value_parser = METHODS)]
    method: String,
    /// Initial state, as 1,2,3
    #[arg(long, value_name = "X", allow_hyphen_values = true)]
    ic: Option<String>,
    /// A parameter, as name=value (repeatable)
    #[arg(long, value_name = "K=V")]
    param: Vec<String>,
    /// Displace the initial state at random by about one per cent; with noise, choose its path in place
    /// of that
    #[arg(long, value_name = "S")]
    seed: Option<u64>,
    /// Longest step of the integrator, in time; for a system with noise, whose steps have one length,
    /// a sixteenth of the time between samples if left out
    #[arg(long, value_name = "H")]
    max_step: Option<f64>,
    /// Time to run before the first sample
    #[arg(long, value_name = "T", default_value_t = 0.0)]
    transient: f64,
    /// Write the observed outputs of the system in place of its state
    #[arg(long)]
    observed: bool,
    /// The file: csv, npy, parquet or json; csv on standard output if left out
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
    /// Print steps, evaluations, seconds, trusted horizon and drift of the energy as JSON
    #[arg(long, requires = "output")]
    json: bool,
    /// Do not compute how far the trajectory is right
    #[arg(long, requires = "json")]
    no_horizon: bool,
}

#[derive(Debug, Serialize)]
struct Report {
    system: String,
    method: String,
    points: usize,
    t_start: f64,
    t_end: f64,
    steps: u64,
    rejected: u64,
    evaluations: u64,
    /// Of the steps, those of the integrator for stiff flows.
    stiff_steps: u64,
    seconds: f64,
    compile_seconds: f64,
    /// Time up to which the trajectory is right, counted from its first sample.
    trusted_horizon: Option<f64>,
    horizon_proof: Option<Proof>,
    /// Of the energy and of each declared invariant.
    drifts: Vec<Drift>,
}

pub(crate) fn run(arguments: &Arguments, files: &[PathBuf]) -> Result<(), Failure> {
    let format = arguments.output.as_deref().map(Format::of).transpose()?;
    let catalog = load(files)?;
    let entry = find(&catalog, &arguments.name)?;
    let ic = arguments.ic.as_deref().map(|text| parameters::numbers("--ic", text)).transpose()?;
    let given = parameters::parse(&arguments.param)?;
    let subject = Subject::new(entry, &given, ic.as_ref().map(Vec::len))?;
    let mut start = ic.unwrap_or_else(|| subject.initial().to_vec());
    let is_noisy = subject.is_noisy();
    if let Some(seed) = arguments.seed.filter(|_| !is_noisy) {
        displace(&mut start, seed);
    }
    let is_map = subject.is_map();
    parameters::check_run(arguments.tol, arguments.transient, arguments.t_end)?;
    let step = step(arguments, is_map, entry.period())?;
    let len = sample_count(arguments, step)?;
    let begun = std::time::Instant::now();
    let options = Options {
        tolerance: arguments.tol,
        method: arguments.method.parse().map_err(|error| Failure::Usage(format!("{error}")))?,
        max_step: arguments.max_step,
        seed: arguments.seed.unwrap_or(0),
        ..Options::default()
    };
    let propagator = subject.propagator(&options).map_err(Failure::work)?;
    let compile_seconds = begun.elapsed().as_secs_f64();
    let transient = if is_map { arguments.transient.round() } else { arguments.transient };
    let grid = TimeGrid::uniform(transient, step, len).map_err(Failure::work)?;
    let begun = std::time::Instant::now();
    let failed = |error| Failure::Work(format!("{}: {error}", arguments.name));
    let parameters = subject.parameters();
    let solution = propagator.sample_from(parameters, &start, 0.0, &grid).map_err(failed)?;
    let seconds = begun.elapsed().as_secs_f64();
    let trajectory = if arguments.observed {
        subject.observe(&solution.trajectory).map_err(Failure::work)?
    } else {
        solution.trajectory.clone()
    };
    match (&arguments.output, format) {
        (Some(path), Some(format)) => files::write(path, format, &trajectory)?,
        _ => return csv_to_stdout(&trajectory),
    }
    if arguments.json {
        let second_run = || {
            let finer = Options {
                tolerance: (arguments.tol / 100.0).max(Options::TOLERANCES.0),
                // The step of the noise is halved, on the same path.
                max_step: if is_noisy {
                    Some(0.5 * arguments.max_step.unwrap_or(step / 16.0))
                } else {
                    arguments.max_step
                },
                ..options
            };
            let check = subject.propagator(&finer).map_err(Failure::work)?;
            let second = check.sample_from(parameters, &start, 0.0, &grid).map_err(failed)?;
            Ok::<_, Failure>(second.trajectory)
        };
        let trusted = if arguments.no_horizon {
            None
        } else {
            Some(trusted(subject.field(), parameters, &solution.trajectory, second_run)?)
        };
        print::json(&Report {
            system: arguments.name.clone(),
            method: solution.method.clone(),
            points: len,
            t_start: transient,
            t_end: grid.time(len - 1),
            steps: solution.steps,
            rejected: solution.rejected,
            evaluations: solution.evaluations,
            stiff_steps: solution.stiff_steps,
            seconds,
            compile_seconds,
            trusted_horizon: trusted.map(|(samples, _)| grid.time(samples.max(1) - 1)),
            horizon_proof: trusted.map(|(_, proof)| proof),
            drifts: kept(&subject, &solution.trajectory)?,
        })?;
    }
    Ok(())
}

/// How well what the motion keeps was kept.
fn kept(subject: &Subject, trajectory: &Trajectory) -> Result<Vec<Drift>, Failure> {
    // What stays rolled has neither energy nor invariants.
    let Some(field) = subject.field() else { return Ok(vec![]) };
    match drifts(field, subject.parameters(), trajectory) {
        // A quantity of modes or delayed values cannot be told from the states.
        Err(AnalysisError::Integrate(IntegrateError::OutputReadsMore { .. })) => Ok(vec![]),
        found => found.map_err(Failure::work),
    }
}

/// The step that puts `points` samples into `t_end`.
fn divided(arguments: &Arguments, points: u64, t_end: f64, is_map: bool) -> Result<f64, Failure> {
    if arguments.dt.is_some() || arguments.per_period.is_some() {
        return Err(Failure::usage(
            "two of --points, --t-end and --dt (or --per-period) give the third; leave one out",
        ));
    }
    if points < 2 || t_end == 0.0 {
        return Err(Failure::usage(format!(
            "--points {points} --t-end {t_end}: at least 2 samples and a time above zero are needed"
        )));
    }
    let step = t_end / (points - 1) as f64;
    if is_map && step.fract() != 0.0 {
        return Err(Failure::usage(format!(
            "--points {points} --t-end {t_end}: a map is sampled at whole iterations, and {t_end} do not divide by {}",
            points - 1
        )));
    }
    Ok(step)
}

fn step(arguments: &Arguments, is_map: bool, period: Option<f64>) -> Result<f64, Failure> {
    let positive = |option: &str, value: f64| {
        if value > 0.0 && value.is_finite() {
            Ok(value)
        } else {
            Err(Failure::usage(format!("{option} {value}: a positive number is needed")))
        }
    };
    if let (Some(points), Some(t_end)) = (arguments.points, arguments.t_end) {
        return divided(arguments, points, t_end, is_map);
    }
    match arguments.dt {
        Some(dt) if is_map => {
            let dt = positive("--dt", dt)?;
            if dt.fract() == 0.0 {
                Ok(dt)
            } else {
                Err(Failure::usage(format!("--dt {dt}: a map is sampled at whole iterations")))
            }
        }
        Some(dt) => positive("--dt", dt),
        None if is_map => Ok(1.0),
        None => {
            let per_period = positive("--per-period", arguments.per_period.unwrap_or(100.0))?;
            period.map(|period| period / per_period).ok_or_else(|| {
                Failure::Work(format!(
                    "{} has no dominant period on record; give --dt",
                    arguments.name
                ))
            })
        }
    }
}

fn sample_count(arguments: &Arguments, step: f64) -> Result<usize, Failure> {
    const LIMIT: f64 = 1e9;
    let count = match (arguments.points, arguments.t_end) {
        (Some(points), _) => points as f64,
        (None, Some(t_end)) => {
            // A last sample that rounding puts a hair beyond the end still counts.
            (t_end / step * (1.0 + 1e-12)).floor() + 1.0
        }
        (None, None) => 1000.0,
    };
    if (1.0..=LIMIT).contains(&count) {
        Ok(count as usize)
    } else {
        Err(Failure::usage(format!(
            "{} samples; between 1 and {LIMIT} are accepted: choose another --points, --t-end or --dt",
            number(count)
        )))
    }
}

/// Moves each component by a normal number times one per cent of its size, or of the state's mean
/// size where it is smaller.
fn displace(state: &mut [f64], seed: u64) {
    let mean = state.iter().map(|x| x.abs()).sum::<f64>() / state.len() as f64;
    let stream = Stream::new(seed, 0);
    for (place, value) in state.iter_mut().enumerate() {
        let size = if mean == 0.0 { 1.0 } else { value.abs().max(mean) };
        *value += 0.01 * size * stream.normal(place as u64);
    }
}

fn csv_to_stdout(trajectory: &Trajectory) -> Result<(), Failure> {
    files::csv(std::io::stdout().lock(), trajectory).map_err(print::refused)
}
