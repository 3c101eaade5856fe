//! The numbers of one system.

use super::recipe::{Noise, Recipe};
use crate::subject::Subject;
use std::collections::BTreeMap;
use takens_catalog::{Entry, definition_hash};
use takens_core::{Stream, TimeGrid, Trajectory};
use takens_integrate::{Options, Propagator};

/// All splits of one system.
pub(super) struct Series {
    pub(super) name: String,
    /// Hash of the definition; none for a system too large to be expanded.
    pub(super) definition: Option<String>,
    pub(super) parameters: Vec<f64>,
    pub(super) period: Option<f64>,
    pub(super) step: f64,
    pub(super) method: &'static str,
    pub(super) columns: Vec<String>,
    pub(super) splits: Vec<Split>,
}

/// One trajectory.
pub(super) struct Split {
    pub(super) name: String,
    /// The state at time zero, from which the transient runs.
    pub(super) initial: Vec<f64>,
    /// Without noise.
    pub(super) clean: Trajectory,
    /// With noise, `time × component`, if there is any.
    pub(super) noisy: Option<Vec<f64>>,
}

/// Periods and iterations that are not kept, where the definition does not say.
const TRANSIENT_PERIODS: f64 = 10.0;
const TRANSIENT_ITERATIONS: f64 = 1000.0;

/// The size of the displacement that makes one split another than the next.
const SPREAD: f64 = 0.01;

/// Displacements that are tried before a split is given up.
const ATTEMPTS: u64 = 8;

/// Computes all splits, or says why the system is left out.
pub(super) fn make(entry: &Entry, recipe: &Recipe) -> Result<Series, String> {
    let subject =
        Subject::new(entry, &BTreeMap::new(), None).map_err(|failure| format!("{failure:?}"))?;
    let is_map = subject.is_map();
    let period = entry.period();
    let step = match period {
        _ if is_map => 1.0,
        Some(period) => period / recipe.per_period,
        None => return Err("it has no dominant period on record".into()),
    };
    let transient = entry.system.sample.transient.unwrap_or(if is_map {
        TRANSIENT_ITERATIONS
    } else {
        TRANSIENT_PERIODS * step * recipe.per_period
    });
    let transient = if is_map { transient.round() } else { transient };
    let key = number_of(&entry.system.name);
    let mut splits = Vec::new();
    let mut method = "";
    let mut columns = Vec::new();
    for (name, length) in &recipe.splits {
        // A stream a system and split: independent of what else is asked for.
        let stream = Stream::new(recipe.seed, key ^ number_of(name));
        let noisy_seed = stream.bits(u64::MAX - 1);
        let max_step = subject.is_noisy().then_some(step / 16.0);
        let options = Options {
            tolerance: recipe.tolerance,
            max_step,
            seed: noisy_seed,
            ..Options::default()
        };
        let propagator = subject.propagator(&options).map_err(|error| error.to_string())?;
        method = propagator.method();
        let grid =
            TimeGrid::uniform(transient, step, *length).map_err(|error| error.to_string())?;
        let (initial, states) = follow(&subject, &propagator, &grid, &stream)?;
        let seen = subject.observe(&states).map_err(|error| error.to_string())?;
        columns = seen.names().to_vec();
        splits.push(Split { name: name.clone(), initial, clean: seen, noisy: None });
    }
    if recipe.univariate {
        columns.truncate(1);
        for split in &mut splits {
            split.clean = first_component(&split.clean);
        }
    }
    if recipe.standardize {
        standardize(&mut splits);
    }
    if recipe.noise > 0.0 {
        for split in &mut splits {
            let stream = Stream::new(recipe.seed.wrapping_add(1), key ^ number_of(&split.name));
            split.noisy = Some(with_noise(&split.clean, recipe, &stream));
        }
    }
    Ok(Series {
        name: entry.system.name.clone(),
        definition: entry.flatten().ok().map(|flat| definition_hash(&flat.field)),
        parameters: subject.parameters().to_vec(),
        period,
        step,
        method,
        columns,
        splits,
    })
}

/// The trajectory from the start of the definition, displaced; a displacement that leaves the basin is
/// followed by another.
fn follow(
    subject: &Subject,
    propagator: &Propagator,
    grid: &TimeGrid,
    stream: &Stream,
) -> Result<(Vec<f64>, Trajectory), String> {
    let mut last = String::new();
    for attempt in 0..ATTEMPTS {
        let mut initial = subject.initial().to_vec();
        let size = initial.iter().fold(0.0f64, |size, x| size.max(x.abs()));
        let size = if size == 0.0 { 1.0 } else { size };
        let first = attempt * initial.len() as u64;
        for (place, x) in (first..).zip(&mut initial) {
            *x += SPREAD * size * stream.normal(place);
        }
        match propagator.sample_from(subject.parameters(), &initial, 0.0, grid) {
            Ok(solution) => return Ok((initial, solution.trajectory)),
            Err(error) => last = error.to_string(),
        }
    }
    Err(format!(
        "{ATTEMPTS} starts near that of the definition all failed, the last because {last}"
    ))
}

fn first_component(trajectory: &Trajectory) -> Trajectory {
    let values = trajectory.values().slice(ndarray::s![.., ..1]).to_owned();
    let names = trajectory.names()[..1].to_vec();
    Trajectory::new(trajectory.grid().clone(), values, names).expect("one column and its name")
}

/// Subtracts means and divides by standard deviations, both of the first split.
fn standardize(splits: &mut [Split]) {
    let Some(first) = splits.first() else { return };
    let scale: Vec<(f64, f64)> = moments(&first.clean);
    for split in splits {
        let mut values = split.clean.values().to_owned();
        for (mut column, (mean, std)) in values.columns_mut().into_iter().zip(&scale) {
            let std = if *std > 0.0 { *std } else { 1.0 };
            column.mapv_inplace(|x| (x - mean) / std);
        }
        let (grid, names) = (split.clean.grid().clone(), split.clean.names().to_vec());
        split.clean = Trajectory::new(grid, values, names).expect("the shape is as it was");
    }
}

/// Mean and standard deviation of each component; sums from the first sample on, so that they are the same
/// everywhere.
fn moments(trajectory: &Trajectory) -> Vec<(f64, f64)> {
    let count = trajectory.len() as f64;
    let values = trajectory.values();
    let sum = |items: &mut dyn Iterator<Item = f64>| items.fold(0.0, |sum, x| sum + x);
    values
        .columns()
        .into_iter()
        .map(|column| {
            let mean = sum(&mut column.iter().copied()) / count;
            let squares = sum(&mut column.iter().map(|x| (x - mean) * (x - mean)));
            (mean, (squares / count).sqrt())
        })
        .collect()
}

fn with_noise(trajectory: &Trajectory, recipe: &Recipe, stream: &Stream) -> Vec<f64> {
    let scale = moments(trajectory);
    let level = recipe.noise;
    let draw = |place: u64| match recipe.noise_kind {
        Noise::Gaussian | Noise::Multiplicative => stream.normal(place),
        // Uniform from -√3 to √3 has variance one.
        Noise::Uniform => 3.0f64.sqrt() * (2.0 * stream.uniform(place) - 1.0),
    };
    let values = trajectory.values();
    let columns = scale.len();
    (0u64..)
        .zip(values.iter())
        .map(|(place, &x)| match recipe.noise_kind {
            Noise::Multiplicative => x * (1.0 + level * draw(place)),
            _ => x + level * scale[place as usize % columns].1 * draw(place),
        })
        .collect()
}

/// A number that belongs to a name.
fn number_of(name: &str) -> u64 {
    let hash = blake3::hash(name.as_bytes());
    u64::from_le_bytes(hash.as_bytes()[..8].try_into().expect("eight bytes"))
}
