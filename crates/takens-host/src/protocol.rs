//! Protocols: how the data of a task are made.
//!
//! Start at [`Recipe`], which is part of every task's identity, and [`prepare`], which follows it.
//! Adding a protocol adds a preset; changing what one means raises [`REVISION`].

use crate::record::Series;
use crate::store::DataRecord;
use ndarray::{Array2, s};
use serde::{Deserialize, Serialize};
use takens_analysis::{Proof, TRUST, trusted_samples, truth_beside};
use takens_catalog::{Entry, definition_text};
use takens_core::{Stream, TimeGrid, Trajectory};
use takens_dsl::SystemKind;
use takens_integrate::{IntegrateError, Options, Propagator};
use takens_symbolic::VectorField;

/// Raised whenever the same recipe would give other numbers.
pub const REVISION: u32 = 3;

/// Tolerance of every trajectory that tasks are made from.
const TOLERANCE: f64 = 1e-14;
/// Tolerance of the second computation that tells how far the first may be believed, where there is no
/// truth in double-double arithmetic.
const CHECK_TOLERANCE: f64 = 1e-12;
/// As many products as that truth may cost: a tenth of a second of them.
const EFFORT: u64 = 10_000_000;
/// It is followed until it is so far away, in standard deviations: the horizon is well before that, in
/// whatever is observed.
const APART: f64 = 1.0;
/// Periods, or iterations of a map, before the first sample, for systems that say nothing.
const DEFAULT_TRANSIENT_PERIODS: f64 = 20.0;
const DEFAULT_TRANSIENT_ITERATIONS: f64 = 1000.0;
/// The random stream that noise is drawn from; methods draw from others.
const NOISE_STREAM: u64 = 0x006e_6f69_7365;

/// How far apart samples are.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Sampling {
    /// So many samples in one dominant period of the system.
    PerPeriod(f64),
    /// So many samples in one Lyapunov time of the system.
    PerLyapunov(f64),
    /// So much system time.
    Step(f64),
}

/// Which components methods see and forecast.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Components {
    /// All of them: multivariate.
    All,
    /// The first alone: univariate.
    First,
}

/// Everything that determines the data of a task, but for system and seed.
///
/// Seed `k` starts where the trajectory is after the transient and `k` times the length of a task,
/// so that seeds are different stretches of one orbit.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Recipe {
    /// Name of the protocol, for people.
    #[serde(default = "Recipe::default_name")]
    pub name: String,
    /// Samples that methods are trained on.
    pub train: usize,
    /// Samples that they forecast in closed loop.
    pub test: usize,
    /// Spacing of the samples; one iteration for maps.
    pub sampling: Sampling,
    /// Standard deviation of Gaussian noise on the training part, in standard deviations of each
    /// component. The truth to be forecast is clean.
    #[serde(default)]
    pub noise: f64,
    /// Which components take part.
    #[serde(default = "Recipe::default_components")]
    pub components: Components,
}

/// A system that a recipe cannot be followed for.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ProtocolError {
    /// No preset has this name.
    #[error("no protocol is called {name:?}; there are {}", Recipe::PRESETS.join(", "))]
    UnknownPreset {
        /// The name asked for.
        name: String,
    },
    /// A number of the recipe makes no sense.
    #[error("{field} is {value}; {accepted}")]
    Value {
        /// Which number.
        field: &'static str,
        /// Its value.
        value: f64,
        /// What would be accepted.
        accepted: &'static str,
    },
    /// Samples are counted in periods and the system has none.
    #[error(
        "{system} has no dominant period on record; give `sample {{ period: ... }}` in its definition, or a fixed step"
    )]
    NoPeriod {
        /// The system.
        system: String,
    },
    /// Samples are counted in Lyapunov times and the system has none.
    #[error(
        "{system} has no positive Lyapunov exponent on record; give points per period or a fixed step"
    )]
    NoExponent {
        /// The system.
        system: String,
    },
    /// The definition cannot be expanded.
    #[error("{message}")]
    Definition {
        /// The system.
        system: String,
        /// Why.
        message: String,
    },
    /// The trajectory cannot be computed.
    #[error("{system}: {error}")]
    Integrate {
        /// The system.
        system: String,
        /// Why.
        error: IntegrateError,
    },
}

impl Recipe {
    /// Names of the presets.
    pub const PRESETS: [&'static str; 5] =
        ["p1-fine", "p1-coarse", "p1-fine-noisy", "p1-fine-univariate", "p3"];

    /// The recipe of a named protocol.
    ///
    /// The `p1` ones follow W. Gilpin, NeurIPS Datasets and Benchmarks (2021): ten periods for
    /// training, two to forecast. `p3` follows the clean limit of Schötz and Boers (2025).
    ///
    /// # Errors
    /// [`ProtocolError::UnknownPreset`].
    pub fn preset(name: &str) -> Result<Self, ProtocolError> {
        let p1 = |per_period: usize| Self {
            name: name.into(),
            train: 10 * per_period,
            test: 2 * per_period,
            sampling: Sampling::PerPeriod(per_period as f64),
            noise: 0.0,
            components: Components::All,
        };
        match name {
            "p1-fine" => Ok(p1(100)),
            "p1-coarse" => Ok(p1(15)),
            "p1-fine-noisy" => Ok(Self { noise: 0.2, ..p1(100) }),
            "p1-fine-univariate" => Ok(Self { components: Components::First, ..p1(100) }),
            "p3" => Ok(Self {
                name: name.into(),
                train: 1024,
                test: 2048,
                sampling: Sampling::Step(1.0 / 64.0),
                noise: 0.0,
                components: Components::All,
            }),
            _ => Err(ProtocolError::UnknownPreset { name: name.into() }),
        }
    }

    fn default_name() -> String {
        "custom".into()
    }

    fn default_components() -> Components {
        Components::All
    }

    /// Refuses numbers that no data can be made with.
    ///
    /// # Errors
    /// [`ProtocolError::Value`] names the first such number.
    pub fn check(&self) -> Result<(), ProtocolError> {
        let refuse = |field, value, accepted| Err(ProtocolError::Value { field, value, accepted });
        let samples = "between 1 and 10,000,000 samples are accepted";
        if !(1..=10_000_000).contains(&self.train) {
            return refuse("train", self.train as f64, samples);
        }
        if !(1..=10_000_000).contains(&self.test) {
            return refuse("test", self.test as f64, samples);
        }
        let (Sampling::PerPeriod(spacing)
        | Sampling::PerLyapunov(spacing)
        | Sampling::Step(spacing)) = self.sampling;
        if !(spacing > 0.0 && spacing.is_finite()) {
            return refuse("sampling", spacing, "a positive number is needed");
        }
        if !(self.noise >= 0.0 && self.noise.is_finite()) {
            return refuse(
                "noise",
                self.noise,
                "zero or a positive fraction of the standard deviation is needed",
            );
        }
        Ok(())
    }

    /// The time between samples for this system.
    fn step(&self, entry: &Entry) -> Result<f64, ProtocolError> {
        if entry.system.kind == SystemKind::Map {
            return Ok(1.0);
        }
        let system = || entry.system.name.clone();
        match self.sampling {
            Sampling::Step(step) => Ok(step),
            Sampling::PerPeriod(points) => entry
                .period()
                .map(|period| period / points)
                .ok_or_else(|| ProtocolError::NoPeriod { system: system() }),
            Sampling::PerLyapunov(points) => entry
                .largest_exponent()
                .filter(|exponent| *exponent > 0.0)
                .map(|exponent| 1.0 / (exponent * points))
                .ok_or_else(|| ProtocolError::NoExponent { system: system() }),
        }
    }
}

/// Identity of the data of one system under one recipe, for all seeds.
///
/// Expanding and printing a system takes a while, so a plan does it once for all its seeds.
pub(crate) struct Identity {
    of_all_seeds: String,
}

impl Identity {
    /// # Errors
    /// [`ProtocolError`] if the definition cannot be expanded or does not fit the recipe.
    pub(crate) fn new(entry: &Entry, recipe: &Recipe) -> Result<Self, ProtocolError> {
        let field = flatten(entry)?;
        let step = recipe.step(entry)?;
        let transient = transient(entry);
        // Horizons are scored in Lyapunov times.
        let exponent = entry.largest_exponent();
        let unnamed = Recipe { name: String::new(), ..recipe.clone() };
        let recipe = serde_json::to_string(&unnamed).expect("a recipe is plain data");
        // The name has no part in the numbers, but two systems of one definition are two rows.
        let of_all_seeds = format!(
            "revision {REVISION}\n{}\n{}\nstep {step:e}\ntransient {transient:e}\n\
             exponent {exponent:?}\n{recipe}\n",
            entry.system.name,
            definition_text(&field)
        );
        Ok(Self { of_all_seeds })
    }

    /// The hash of everything that determines the data of a task.
    pub(crate) fn data_id(&self, seed: u64) -> String {
        let text = format!("{}seed {seed}\n", self.of_all_seeds);
        blake3::hash(text.as_bytes()).to_hex()[..32].to_string()
    }
}

/// The data of a task: training part and truth, sampled, observed, with noise.
///
/// The truth is the continuation of the last training state as it is in f64. How far it can be trusted
/// counts from where the forecast begins, and is found by following the same state in double-double
/// arithmetic ([`truth_beside`]). Where a system cannot be followed so (a motion along a jump, roots), or
/// not at the effort allowed, a second computation in f64 stands in: a flow is integrated at a coarser
/// tolerance, a map starts one rounding away. A system with delays, noise or
/// events has more than its state to go on from: there both parts are of one orbit, which is computed
/// in f64 twice from its beginning.
///
/// # Errors
/// [`ProtocolError`] if the system does not fit the recipe or its trajectory cannot be computed.
pub fn prepare(entry: &Entry, recipe: &Recipe, seed: u64) -> Result<DataRecord, ProtocolError> {
    recipe.check()?;
    let name = &entry.system.name;
    let step = recipe.step(entry)?;
    let discrete = entry.system.kind == SystemKind::Map;
    let begin = transient(entry) + seed as f64 * (recipe.train + recipe.test) as f64 * step;
    let orbit = Orbit::new(entry, TOLERANCE)?;
    let parts = if orbit.field.has_memory() {
        whole_orbit(entry, &orbit, recipe, (seed, begin, step))?
    } else {
        continued(entry, &orbit, recipe, (discrete, begin, step))?
    };
    let Parts { train, truth, doubted, proof } = parts;
    let present = train.grid().time(recipe.train - 1);

    let columns = match recipe.components {
        Components::All => truth.dim(),
        Components::First => 1,
    };
    let names = truth.names()[..columns].to_vec();
    let part = |trajectory: &Trajectory| trajectory.values().slice(s![.., ..columns]).to_owned();
    let clean = part(&train);
    let future = part(&truth);
    let moments = moments(&clean);
    let mut seen = clean;
    let noise = Stream::new(seed, NOISE_STREAM);
    for ((row, column), value) in seen.indexed_iter_mut() {
        if recipe.noise > 0.0 {
            *value +=
                recipe.noise * moments[column].1 * noise.normal((row * columns + column) as u64);
        }
    }
    Ok(DataRecord {
        id: Identity::new(entry, recipe)?.data_id(seed),
        system: name.clone(),
        trusted: trusted_samples(future.view(), part(&doubted).view(), TRUST),
        proof: Some(proof),
        train: Series { start: begin, step, names: names.clone(), values: seen },
        truth: Series { start: present + step, step, names, values: future },
        clean: moments,
        discrete,
        noise: recipe.noise,
        exponent: entry.largest_exponent(),
    })
}

/// What is seen of an orbit: up to the present, and after it, the second time as computed otherwise.
struct Parts {
    train: Trajectory,
    truth: Trajectory,
    doubted: Trajectory,
    /// How it was computed otherwise.
    proof: Proof,
}

/// The truth is computed from the last training state, and once more to tell how far it is right.
fn continued(
    entry: &Entry,
    orbit: &Orbit,
    recipe: &Recipe,
    (discrete, begin, step): (bool, f64, f64),
) -> Result<Parts, ProtocolError> {
    let train = orbit.sample(&orbit.state_at(begin)?, begin, step, recipe.train)?;
    let last = train.values().row(recipe.train - 1).to_vec();
    let present = train.grid().time(recipe.train - 1);
    let ahead = |orbit: &Orbit, state: &[f64]| orbit.sample(state, present, step, recipe.test + 1);
    let seen = |states: &Trajectory| orbit.observe(&states.slice(1, states.len()));
    let states = ahead(orbit, &last)?;
    let (field, parameters) = (&orbit.field, &orbit.parameters);
    let (again, proof) = match truth_beside(field, parameters, &states, APART, EFFORT) {
        Ok(truth) => (truth, Proof::DoubleDouble),
        Err(_) if discrete => {
            let rounded: Vec<f64> = last.iter().map(|x| x * (1.0 + f64::EPSILON)).collect();
            (ahead(orbit, &rounded)?, Proof::SecondRun)
        }
        Err(_) => (ahead(&Orbit::new(entry, CHECK_TOLERANCE)?, &last)?, Proof::SecondRun),
    };
    let (truth, doubted) = (seen(&states)?, seen(&again)?);
    Ok(Parts { train: orbit.observe(&train)?, truth, doubted, proof })
}

/// Both parts are of one orbit; with noise, `seed` is that of its path.
fn whole_orbit(
    entry: &Entry,
    orbit: &Orbit,
    recipe: &Recipe,
    (seed, begin, step): (u64, f64, f64),
) -> Result<Parts, ProtocolError> {
    let len = recipe.train + recipe.test;
    let path = |tolerance: f64, steps: f64| {
        let noisy = !orbit.field.noise.names.is_empty();
        let max_step = noisy.then_some(step / steps);
        Orbit::with(entry, Options { tolerance, max_step, seed, ..Options::default() })
    };
    let seen = |orbit: &Orbit| orbit.observe(&orbit.whole(begin, step, len)?);
    let (whole, again) = (seen(&path(TOLERANCE, 32.0)?)?, seen(&path(CHECK_TOLERANCE, 16.0)?)?);
    Ok(Parts {
        train: whole.slice(0, recipe.train),
        truth: whole.slice(recipe.train, len),
        doubted: again.slice(recipe.train, len),
        proof: Proof::SecondRun,
    })
}

/// Part number `part` of an orbit, `points` samples of the whole state, `per_period` in a period (one
/// an iteration for a map).
///
/// # Errors
/// [`ProtocolError`] if the system has no period or its trajectory cannot be computed.
pub(crate) fn orbit_of(
    entry: &Entry,
    per_period: f64,
    points: usize,
    part: usize,
) -> Result<Series, ProtocolError> {
    let sampling = Sampling::PerPeriod(per_period);
    let recipe = Recipe { train: points, test: 1, sampling, ..Recipe::preset("p1-fine")? };
    recipe.check()?;
    let step = recipe.step(entry)?;
    let begin = transient(entry) + (part * points) as f64 * step;
    let orbit = Orbit::new(entry, TOLERANCE)?;
    let trajectory = orbit.whole(begin, step, points)?;
    Ok(Series {
        start: begin,
        step,
        names: trajectory.names().to_vec(),
        values: trajectory.into_values(),
    })
}

/// A system at its own parameters, ready to be followed at one tolerance.
struct Orbit<'a> {
    entry: &'a Entry,
    field: VectorField,
    parameters: Vec<f64>,
    propagator: Propagator,
}

impl<'a> Orbit<'a> {
    fn new(entry: &'a Entry, tolerance: f64) -> Result<Self, ProtocolError> {
        Self::with(entry, Options { tolerance, ..Options::default() })
    }

    fn with(entry: &'a Entry, options: Options) -> Result<Self, ProtocolError> {
        let field = flatten(entry)?;
        let parameters = field.default_parameters();
        let propagator = Propagator::new(&field, &options).map_err(|error| fault(entry, error))?;
        Ok(Self { entry, field, parameters, propagator })
    }

    /// `len` samples from time `begin` on of the orbit that starts at time zero.
    fn whole(&self, begin: f64, step: f64, len: usize) -> Result<Trajectory, ProtocolError> {
        let initial = self.field.initial_state(&self.parameters);
        let grid = grid(begin, step, len)?;
        let solution = self.propagator.sample_from(&self.parameters, &initial, 0.0, &grid);
        Ok(solution.map_err(|error| fault(self.entry, error))?.trajectory)
    }

    /// The state at this time, from the initial state at time zero.
    fn state_at(&self, time: f64) -> Result<Vec<f64>, ProtocolError> {
        let initial = self.field.initial_state(&self.parameters);
        let state = self.propagator.state_at(&self.parameters, &initial, 0.0, time);
        state.map_err(|error| fault(self.entry, error))
    }

    /// `len` samples of the state from `state`, which is that at time `begin`.
    fn sample(
        &self,
        state: &[f64],
        begin: f64,
        step: f64,
        len: usize,
    ) -> Result<Trajectory, ProtocolError> {
        let grid = grid(begin, step, len)?;
        let solution = self.propagator.sample(&self.parameters, state, &grid);
        Ok(solution.map_err(|error| fault(self.entry, error))?.trajectory)
    }

    /// What is seen of the states.
    fn observe(&self, states: &Trajectory) -> Result<Trajectory, ProtocolError> {
        takens_integrate::observe(&self.field, &self.parameters, states)
            .map_err(|error| fault(self.entry, error))
    }
}

fn grid(begin: f64, step: f64, len: usize) -> Result<TimeGrid, ProtocolError> {
    let accepted = "a positive number is needed";
    let refused = |_| ProtocolError::Value { field: "step", value: step, accepted };
    TimeGrid::uniform(begin, step, len).map_err(refused)
}

fn fault(entry: &Entry, error: IntegrateError) -> ProtocolError {
    ProtocolError::Integrate { system: entry.system.name.clone(), error }
}

/// Mean and standard deviation of each component.
fn moments(values: &Array2<f64>) -> Vec<(f64, f64)> {
    let mean = |column: &ndarray::ArrayView1<f64>| column.mean().unwrap_or(0.0);
    values.columns().into_iter().map(|column| (mean(&column), column.std(0.0))).collect()
}

fn transient(entry: &Entry) -> f64 {
    let default = match entry.system.kind {
        SystemKind::Map => DEFAULT_TRANSIENT_ITERATIONS,
        SystemKind::Ode | SystemKind::Dde | SystemKind::Sde => {
            DEFAULT_TRANSIENT_PERIODS * entry.period().unwrap_or(1.0)
        }
    };
    let transient = entry.system.sample.transient.unwrap_or(default);
    if entry.system.kind == SystemKind::Map { transient.round() } else { transient }
}

fn flatten(entry: &Entry) -> Result<VectorField, ProtocolError> {
    entry.flatten().map(|flat| flat.field).map_err(|error| ProtocolError::Definition {
        system: entry.system.name.clone(),
        message: error.to_string(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use takens_catalog::Catalog;

    /// A catalogue with the systems in `text` beside the built-in ones.
    fn catalog(text: &str) -> Catalog {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("own.dsl");
        std::fs::write(&path, text).unwrap();
        Catalog::with_files(&[path]).unwrap()
    }

    fn short(components: Components, noise: f64) -> Recipe {
        let p1 = Recipe::preset("p1-coarse").unwrap();
        Recipe { train: 20, test: 100, components, noise, ..p1 }
    }

    #[test]
    fn whatever_changes_the_data_changes_their_identity() {
        let own = |name: &str, rate: f64| {
            format!("map {name} {{\n param r = {rate}\n state x = 0.3\n next x = r*x*(1 - x)\n}}\n")
        };
        let catalog = catalog(
            &("lang 1\n".to_string() + &own("One", 3.9) + &own("Two", 3.9) + &own("Three", 3.8)),
        );
        let recipe = short(Components::All, 0.0);
        let id = |name: &str, recipe: &Recipe, seed| {
            Identity::new(catalog.get(name).unwrap(), recipe).unwrap().data_id(seed)
        };
        let first = id("One", &recipe, 0);
        assert_eq!(first, id("One", &Recipe { name: "other".into(), ..recipe.clone() }, 0));
        let others = [
            id("One", &recipe, 1),
            id("One", &short(Components::All, 0.1), 0),
            id("Two", &recipe, 0),
            id("Three", &recipe, 0),
        ];
        for (place, other) in others.iter().enumerate() {
            assert!(*other != first && !others[..place].contains(other), "{place}");
        }
    }

    #[test]
    fn the_orbit_of_a_map_is_trusted_as_long_as_rounding_allows() {
        let catalog = Catalog::builtin().unwrap();
        let data = prepare(catalog.get("Henon").unwrap(), &short(Components::All, 0.0), 0).unwrap();
        // From 2e-16 to 1e-3 at an exponent of 0.42 an iteration.
        assert!((55..90).contains(&data.trusted), "{}", data.trusted);
    }

    #[test]
    fn the_truth_goes_on_where_the_training_part_ends() {
        let catalog = Catalog::builtin().unwrap();
        let henon = catalog.get("Henon").unwrap();
        let data = prepare(henon, &short(Components::All, 0.0), 1).unwrap();
        let (last, next) = (data.train.values.row(19), data.truth.values.row(0));
        assert!((1.0 - 1.4 * last[0] * last[0] + last[1] - next[0]).abs() < 1e-12);

        let univariate = prepare(henon, &short(Components::First, 0.0), 1).unwrap();
        assert_eq!(univariate.truth.values.column(0), data.truth.values.column(0));
        assert_eq!(univariate.truth.names, data.truth.names[..1]);

        let noisy = prepare(henon, &short(Components::All, 0.2), 1).unwrap();
        assert_eq!(noisy.truth.values, data.truth.values);
        assert_eq!(noisy.clean, data.clean);
        assert_ne!(noisy.train.values, data.train.values);
    }
}
