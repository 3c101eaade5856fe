//! `takens ensemble`: many starts or parameter values, final states or samples, into one file.
//!
//! Trajectories are computed in blocks, by all threads, and each block is written before the next is
//! begun: memory does not grow with their number, and what is written does not depend on the threads.

use crate::catalog::{find, load};
use crate::failure::Failure;
use crate::files::{self, Format};
use crate::print::note;
use crate::rows::Rows;
use crate::subject::Subject;
use crate::{parameters, print};
use indicatif::{ProgressBar, ProgressStyle};
use ndarray::Array2;
use serde::Serialize;
use std::path::PathBuf;
use takens_core::{Stream, TimeGrid};
use takens_integrate::{Member, Method, Options, Propagator};

#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// Name of the system
    name: String,
    /// Number of trajectories; with --ics, as many as the file has rows if left out
    #[arg(long, value_name = "N", value_parser = parameters::count::<usize>)]
    count: Option<usize>,
    /// Time of the last sample (iterations for a map)
    #[arg(long, value_name = "T")]
    t_end: f64,
    /// Time between samples; the final states alone are written if left out
    #[arg(long, value_name = "DT")]
    dt: Option<f64>,
    /// Tolerance
    #[arg(long, value_name = "TOL", default_value_t = 1e-9)]
    tol: f64,
    /// Integrator, as for `takens trajectory`
    #[arg(long, value_name = "M", default_value = "auto")]
    method: String,
    /// Threads; all processors if left out
    #[arg(long, value_name = "K")]
    threads: Option<usize>,
    /// Initial states: an npy file, `trajectory × component`, of float64
    #[arg(long, value_name = "FILE.npy", conflicts_with = "spread")]
    ics: Option<PathBuf>,
    /// Without --ics: how far the initial states lie from that of the definition, as a part of its size
    #[arg(long, value_name = "PART", default_value_t = 0.01)]
    spread: f64,
    /// Which random displacements
    #[arg(long, value_name = "S", default_value_t = 0)]
    seed: u64,
    /// A parameter, as name=value (repeatable)
    #[arg(long, value_name = "K=V")]
    param: Vec<String>,
    /// A parameter that goes evenly from one value to another over the trajectories, as name=from:to
    /// (repeatable); all then start where the definition does, unless --ics or --spread is given
    #[arg(long, value_name = "K=A:B")]
    vary: Vec<String>,
    /// The file, npy or parquet
    #[arg(short, long, value_name = "FILE")]
    output: PathBuf,
    /// Print a summary as JSON
    #[arg(long)]
    json: bool,
}

#[derive(Debug, Serialize)]
struct Report {
    system: String,
    method: String,
    count: usize,
    components: usize,
    samples: usize,
    t_end: f64,
    steps: u64,
    rejected: u64,
    /// Trajectories that ended early; their rows hold NaN from there on.
    failed: usize,
    /// The first of them and why.
    first_failure: Option<String>,
    seconds: f64,
}

/// So many numbers are computed before they are written.
const BLOCK: usize = 1 << 20;

pub(crate) fn run(arguments: &Arguments, catalogs: &[PathBuf]) -> Result<(), Failure> {
    let format = Format::of(&arguments.output)?;
    if !matches!(format, Format::Npy | Format::Parquet) {
        return Err(Failure::usage(format!(
            "{}: an ensemble is written as npy or parquet",
            arguments.output.display()
        )));
    }
    let catalog = load(catalogs)?;
    let entry = find(&catalog, &arguments.name)?;
    let given = parameters::parse(&arguments.param)?;
    let ics = arguments.ics.as_ref().map(read_ics).transpose()?;
    let subject = Subject::new(entry, &given, ics.as_ref().map(Array2::ncols))?;
    let starts = Starts::new(arguments, &subject, ics)?;
    let grid = grid(arguments, subject.is_map())?;
    let options = Options {
        tolerance: arguments.tol,
        method: arguments.method.parse::<Method>().map_err(Failure::usage)?,
        seed: arguments.seed,
        ..Options::default()
    };
    let propagator = subject.propagator(&options).map_err(Failure::work)?;
    let pool = rayon::ThreadPoolBuilder::new()
        .num_threads(arguments.threads.unwrap_or(0))
        .build()
        .map_err(Failure::work)?;

    let begun = std::time::Instant::now();
    let (dim, samples) = (propagator.dim(), if arguments.dt.is_some() { grid.len() } else { 1 });
    let mut report = Report {
        system: arguments.name.clone(),
        method: propagator.method().into(),
        count: starts.count,
        components: dim,
        samples,
        t_end: grid.time(grid.len() - 1),
        steps: 0,
        rejected: 0,
        failed: 0,
        first_failure: None,
        seconds: 0.0,
    };
    let bar = progress_bar(starts.count)?;
    let block = (BLOCK / (grid.len() * dim)).clamp(1, 16384);
    files::whole(&arguments.output, |file| {
        let mut rows = match format {
            Format::Npy if arguments.dt.is_some() => {
                Rows::npy(file, &[starts.count, samples, dim])?
            }
            Format::Npy => Rows::npy(file, &[starts.count, dim])?,
            _ => Rows::parquet(file, &column_names(&propagator))?,
        };
        for first in (0..starts.count).step_by(block) {
            let last = (first + block).min(starts.count);
            let size = grid.len() * dim;
            let mut states = vec![0.0; (last - first) * size];
            let member = |index| starts.member(first + index);
            let sample = || propagator.sample_all(last - first, member, &grid, &mut states);
            let results = pool.install(sample).map_err(|error| error.to_string())?;
            // One block is one group of rows in parquet, however short a trajectory is.
            let mut numbers = Vec::new();
            for ((index, result), states) in (first..).zip(results).zip(states.chunks_exact(size)) {
                match result {
                    Ok(work) => {
                        report.steps += work.steps;
                        report.rejected += work.rejected;
                    }
                    Err(failure) => {
                        report.failed += 1;
                        let failure = || format!("trajectory {index}: {failure}");
                        report.first_failure.get_or_insert_with(failure);
                    }
                }
                let rows = &states[(grid.len() - samples) * dim..];
                match format {
                    Format::Npy => numbers.extend_from_slice(rows),
                    _ => numbers.extend(with_times(index, &grid, samples, dim, rows)),
                }
            }
            rows.push(&numbers)?;
            bar.inc((last - first) as u64);
        }
        match &report.first_failure {
            Some(failure) if report.failed == report.count => {
                Err(format!("all trajectories ended early; {failure}"))
            }
            _ => rows.finish(),
        }
    })?;
    bar.finish_and_clear();
    report.seconds = begun.elapsed().as_secs_f64();
    if let Some(failure) = &report.first_failure {
        note!(
            "{} of {} trajectories ended early, NaN in their rows; the first of them: {failure}",
            report.failed,
            report.count
        );
    }
    if arguments.json {
        print::json(&report)?;
    }
    Ok(())
}

/// Where the trajectories begin.
struct Starts {
    count: usize,
    initial: Vec<f64>,
    parameters: Vec<f64>,
    ics: Option<Array2<f64>>,
    /// Size of the random displacement of each component.
    spread: Option<(f64, u64)>,
    /// Places of parameters, and what they go from and to.
    varied: Vec<(usize, f64, f64)>,
}

impl Starts {
    fn new(
        arguments: &Arguments,
        subject: &Subject,
        ics: Option<Array2<f64>>,
    ) -> Result<Self, Failure> {
        let rows = ics.as_ref().map(Array2::nrows);
        let count = match (arguments.count, rows) {
            (None, None) => return Err(Failure::usage("--count N is needed, or --ics FILE.npy")),
            (Some(count), Some(rows)) if count > rows => {
                return Err(Failure::usage(format!(
                    "--count {count}: the file of initial states has {rows} rows"
                )));
            }
            (Some(count), _) => count,
            (None, Some(rows)) => rows,
        };
        if count == 0 {
            return Err(Failure::usage("--count 0: at least one trajectory is needed"));
        }
        if !(arguments.spread >= 0.0 && arguments.spread.is_finite()) {
            return Err(Failure::usage(format!(
                "--spread {}: a number from zero up is needed",
                arguments.spread
            )));
        }
        let varied =
            arguments.vary.iter().map(|text| vary(text, subject)).collect::<Result<Vec<_>, _>>()?;
        let random = ics.is_none() && (varied.is_empty() || arguments.spread != 0.01);
        Ok(Self {
            count,
            initial: subject.initial().to_vec(),
            parameters: subject.parameters().to_vec(),
            ics,
            spread: random.then_some((arguments.spread, arguments.seed)),
            varied,
        })
    }

    /// State and parameters of trajectory `index`.
    fn member(&self, index: usize) -> Member {
        let mut initial = match &self.ics {
            Some(ics) => ics.row(index).to_vec(),
            None => self.initial.clone(),
        };
        if let Some((spread, seed)) = self.spread {
            // One stream a trajectory, so that more of them leave the first as they are.
            let stream = Stream::new(seed, index as u64);
            let size = self.initial.iter().fold(0.0f64, |size, x| size.max(x.abs()));
            let size = if size == 0.0 { 1.0 } else { size };
            for (place, x) in (0..).zip(&mut initial) {
                *x += spread * size * stream.normal(place);
            }
        }
        let mut parameters = self.parameters.clone();
        let part = if self.count > 1 { index as f64 / (self.count - 1) as f64 } else { 0.0 };
        for &(place, from, to) in &self.varied {
            parameters[place] = from + part * (to - from);
        }
        Member { parameters, initial }
    }
}

/// `name=from:to` of a scalar parameter.
fn vary(text: &str, subject: &Subject) -> Result<(usize, f64, f64), Failure> {
    let wrong =
        || Failure::usage(format!("--vary {text:?}: write name=from:to, as in --vary rho=20:30"));
    let (name, range) = text.split_once('=').ok_or_else(wrong)?;
    let (from, to) = range.split_once(':').ok_or_else(wrong)?;
    let value = |text: &str| text.trim().parse::<f64>().ok().filter(|value| value.is_finite());
    let (from, to) = value(from).zip(value(to)).ok_or_else(wrong)?;
    let names = subject.parameter_names();
    let place = names.iter().position(|known| known == name.trim()).ok_or_else(|| {
        Failure::usage(format!(
            "--vary {name}: no such parameter; there are {}",
            if names.is_empty() { "none".into() } else { names.join(", ") }
        ))
    })?;
    Ok((place, from, to))
}

fn read_ics(path: &PathBuf) -> Result<Array2<f64>, Failure> {
    let refuse = |error: String| {
        Failure::Work(format!(
            "{}: {error}; an npy file of float64, trajectory × component, is needed",
            path.display()
        ))
    };
    let states: Array2<f64> =
        ndarray_npy::read_npy(path).map_err(|error| refuse(error.to_string()))?;
    if states.ncols() == 0 {
        return Err(refuse("there are no components".into()));
    }
    if let Some(((row, column), value)) =
        states.indexed_iter().find(|(_, value)| !value.is_finite())
    {
        return Err(refuse(format!("row {row}, component {column} is {value}")));
    }
    Ok(states)
}

/// Samples from 0 to the end; start and end if none are wanted between.
fn grid(arguments: &Arguments, is_map: bool) -> Result<TimeGrid, Failure> {
    let t_end = arguments.t_end;
    if !(t_end > 0.0 && t_end.is_finite()) {
        return Err(Failure::usage(format!("--t-end {t_end}: a time above zero is needed")));
    }
    if is_map && (t_end.fract() != 0.0 || arguments.dt.is_some_and(|dt| dt.fract() != 0.0)) {
        return Err(Failure::usage("a map is sampled at whole iterations"));
    }
    let Some(dt) = arguments.dt else {
        return TimeGrid::explicit(vec![0.0, t_end]).map_err(Failure::work);
    };
    if !(dt > 0.0 && dt.is_finite()) {
        return Err(Failure::usage(format!("--dt {dt}: a positive number is needed")));
    }
    let count = (t_end / dt * (1.0 + 1e-12)).floor() + 1.0;
    if count > 1e9 {
        return Err(Failure::usage(format!(
            "{count} samples of each trajectory; at most 1e9 are accepted"
        )));
    }
    TimeGrid::uniform(0.0, dt, count as usize).map_err(Failure::work)
}

fn column_names(propagator: &Propagator) -> Vec<String> {
    ["trajectory", "t"].into_iter().map(String::from).chain(propagator.names().to_vec()).collect()
}

/// Rows with the number of the trajectory and the time before them.
fn with_times(index: usize, grid: &TimeGrid, samples: usize, dim: usize, rows: &[f64]) -> Vec<f64> {
    let times = grid.iter().skip(grid.len() - samples);
    times
        .zip(rows.chunks_exact(dim))
        .flat_map(|(time, row)| [index as f64, time].into_iter().chain(row.iter().copied()))
        .collect()
}

fn progress_bar(total: usize) -> Result<ProgressBar, Failure> {
    let style = ProgressStyle::with_template("{bar:32} {pos}/{len}  {per_sec}  {eta} left")
        .map_err(Failure::work)?;
    Ok(ProgressBar::new(total as u64).with_style(style))
}
