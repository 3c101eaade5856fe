//! Sweeps: which methods meet which systems, under which protocol.
//!
//! A sweep is a TOML file, or flags that stand for one. [`plan`] expands it into a list of tasks
//! in a fixed order; the same sweep, systems and plugins give the same list and the same ids.

use crate::plugin_set::PluginSet;
use crate::protocol::{Identity, ProtocolError, Recipe};
use crate::tune::{Tuning, stretch};
use crate::tuner::TaskTuning;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use std::path::{Path, PathBuf};
use takens_catalog::{Catalog, Entry};

/// The systems of a sweep that names none: a well-known chaotic flow of each scientific field.
const DEFAULT_SYSTEMS: [&str; 16] = [
    "Lorenz",
    "Lorenz96",
    "RikitakeDynamo",
    "RabinovichFabrikant",
    "DoublePendulum",
    "NoseHoover",
    "Rossler",
    "Chua",
    "Laser",
    "IsothermalChemical",
    "GlycolyticOscillation",
    "HindmarshRose",
    "HastingsPowell",
    "Finance",
    "Chen",
    "Thomas",
];

/// Tasks of one sweep: all of them are held in memory.
const MOST_TASKS: f64 = 1e7;

/// A sweep as written.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Sweep {
    /// Names of systems; with `fields` and `tags`, all that any of the three picks.
    pub systems: Vec<String>,
    /// Scientific fields whose systems take part.
    pub fields: Vec<String>,
    /// Tags whose systems take part.
    pub tags: Vec<String>,
    /// Name of a protocol.
    pub protocol: Option<String>,
    /// A recipe of one's own, in place of a named protocol.
    pub recipe: Option<Recipe>,
    /// Methods; none means all that plugins offer.
    pub methods: Vec<MethodChoice>,
    /// How many seeds, from 0 up.
    pub seeds: u64,
    /// What a task may use.
    pub limits: Limits,
    /// How methods are tuned that say nothing of it; none: they run with their parameters as they are.
    pub tuning: Option<Tuning>,
}

/// A method with its parameters.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(untagged, deny_unknown_fields)]
pub enum MethodChoice {
    /// With default parameters.
    Id(String),
    /// With these parameters, the others at their defaults.
    Full {
        /// Id of the method.
        id: String,
        /// Parameters by name.
        #[serde(default)]
        parameters: serde_json::Map<String, serde_json::Value>,
        /// How the other parameters are tuned.
        #[serde(default)]
        tuning: Option<Tuning>,
    },
}

/// What one task may use.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Limits {
    /// Wall seconds, fit and forecast together.
    pub wall_seconds: f64,
    /// Resident memory of the worker and of all that it has started, MiB.
    pub memory_mib: u64,
    /// Threads; part of a task's identity, because a sum over more threads has other bits.
    pub threads: u32,
}

impl Default for Limits {
    fn default() -> Self {
        Self { wall_seconds: 120.0, memory_mib: 4096, threads: 1 }
    }
}

impl Default for Sweep {
    fn default() -> Self {
        Self {
            systems: vec![],
            fields: vec![],
            tags: vec![],
            protocol: None,
            recipe: None,
            methods: vec![],
            seeds: 2,
            limits: Limits::default(),
            tuning: None,
        }
    }
}

/// One thing to do.
#[derive(Debug, Clone)]
pub struct Task {
    /// Hash of everything that determines the result.
    pub id: String,
    /// Hash of everything that determines the data.
    pub data: String,
    /// Name of the system.
    pub system: String,
    /// Id of the method.
    pub method: String,
    /// Which plugin of the set has it.
    pub plugin: usize,
    /// Its parameters, canonical JSON; of a tuned method, with a word on how.
    pub parameters: String,
    /// Seed of data and method.
    pub seed: u64,
    /// How it is tuned.
    pub tuning: Option<TaskTuning>,
}

/// A sweep, expanded.
#[derive(Debug)]
pub struct Plan {
    /// The recipe that all tasks follow.
    pub recipe: Recipe,
    /// What each task may use.
    pub limits: Limits,
    /// Ordered by system, seed, method, so that data are made once and soon let go.
    pub tasks: Vec<Task>,
    /// The tunings of its methods, each with the parameters that are given.
    pub tunings: Vec<(Tuning, Map<String, Value>)>,
    /// The stretch of the orbit that is tuned on.
    pub tuning_stretch: u64,
}

/// A sweep that cannot be run.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SweepError {
    /// The file cannot be read.
    #[error("{path}: {error}")]
    Read {
        /// The file.
        path: PathBuf,
        /// What the system said.
        error: std::io::Error,
    },
    /// The file is not a sweep.
    #[error("{path}: {error}")]
    Syntax {
        /// The file.
        path: PathBuf,
        /// Where and why, with the accepted keys.
        error: Box<toml::de::Error>,
    },
    /// A system that no catalogue has.
    #[error("no system is called {name:?}{}", suggestion.as_ref().map_or_else(|| "; `takens list` shows what there is".into(), |near| format!("; did you mean {near:?}?")))]
    UnknownSystem {
        /// The name asked for.
        name: String,
        /// The nearest name there is.
        suggestion: Option<String>,
    },
    /// A field or tag that picks nothing.
    #[error("no system has the {what} {value:?}; `takens list` shows what there is")]
    Nothing {
        /// Field or tag.
        what: &'static str,
        /// The one asked for.
        value: String,
    },
    /// A method that no plugin has.
    #[error("no plugin has a forecaster {id:?}; there are {}", if known.is_empty() { "none: build some with `cargo xtask plugins`".into() } else { known.join(", ") })]
    UnknownMethod {
        /// The id asked for.
        id: String,
        /// The ids there are.
        known: Vec<String>,
    },
    /// A protocol and a recipe at once.
    #[error("give `protocol` or `recipe`, not both")]
    TwoRecipes,
    /// A number that makes no sense.
    #[error("{field} is {value}; {accepted}")]
    Value {
        /// Which number.
        field: &'static str,
        /// Its value.
        value: f64,
        /// What would be accepted.
        accepted: &'static str,
    },
    /// No metric of this name can decide on parameters.
    #[error(transparent)]
    Metric(#[from] takens_metrics::MetricError),
    /// The recipe does not fit.
    #[error(transparent)]
    Protocol(#[from] ProtocolError),
}

impl Sweep {
    /// Reads a sweep from a TOML file.
    ///
    /// # Errors
    /// [`SweepError::Read`] or [`SweepError::Syntax`], which names line and column.
    pub fn from_file(path: &Path) -> Result<Self, SweepError> {
        let text = std::fs::read_to_string(path)
            .map_err(|error| SweepError::Read { path: path.into(), error })?;
        toml::from_str(&text)
            .map_err(|error| SweepError::Syntax { path: path.into(), error: Box::new(error) })
    }
}

/// The tasks of a sweep.
///
/// # Errors
/// [`SweepError`] for the first thing in it that does not exist or makes no sense.
pub fn plan(sweep: &Sweep, catalog: &Catalog, plugins: &PluginSet) -> Result<Plan, SweepError> {
    let recipe = match (&sweep.protocol, &sweep.recipe) {
        (Some(_), Some(_)) => return Err(SweepError::TwoRecipes),
        (Some(name), None) => Recipe::preset(name)?,
        (None, Some(recipe)) => recipe.clone(),
        (None, None) => Recipe::preset("p1-fine")?,
    };
    recipe.check()?;
    check_limits(sweep)?;
    let systems = choose_systems(sweep, catalog)?;
    let (methods, tunings) = choose_methods(sweep, plugins)?;
    let count = systems.len() as f64 * sweep.seeds as f64 * methods.len() as f64;
    if count > MOST_TASKS {
        let accepted = "at most 10,000,000 fit one sweep; take fewer seeds, systems or methods";
        return Err(SweepError::Value { field: "the number of tasks", value: count, accepted });
    }
    let threads = sweep.limits.threads;
    let tuning_stretch = stretch(sweep.seeds);
    let mut tasks = Vec::new();
    for entry in systems {
        let identity = Identity::new(entry, &recipe)?;
        let tuning_data = identity.data_id(tuning_stretch);
        for seed in 0..sweep.seeds {
            let data = identity.data_id(seed);
            for Competitor { plugin, method, parameters, tuning } in &methods {
                let hash = &plugins.plugins()[*plugin].hash;
                let tuning = tuning.map(|place| TaskTuning {
                    key: short_hash(&format!(
                        "{tuning_data}\n{method}\n{hash}\n{parameters}\nthreads {threads}\n"
                    )),
                    data: tuning_data.clone(),
                    place,
                });
                let tuned = tuning.as_ref().map_or_else(String::new, |t| format!("{}\n", t.key));
                tasks.push(Task {
                    id: short_hash(&format!(
                        "{data}\n{method}\n{hash}\n{parameters}\nseed {seed}\nthreads {threads}\n{tuned}"
                    )),
                    data: data.clone(),
                    system: entry.system.name.clone(),
                    method: method.clone(),
                    plugin: *plugin,
                    parameters: parameters.clone(),
                    seed,
                    tuning,
                });
            }
        }
    }
    Ok(Plan { recipe, limits: sweep.limits, tasks, tunings, tuning_stretch })
}

fn short_hash(text: &str) -> String {
    blake3::hash(text.as_bytes()).to_hex()[..32].to_string()
}

fn check_limits(sweep: &Sweep) -> Result<(), SweepError> {
    let refuse = |field, value, accepted| Err(SweepError::Value { field, value, accepted });
    if !(1..=1_000_000).contains(&sweep.seeds) {
        return refuse("seeds", sweep.seeds as f64, "between 1 and 1,000,000 are accepted");
    }
    let limits = sweep.limits;
    if !(limits.wall_seconds > 0.0 && limits.wall_seconds <= 1e7) {
        return refuse(
            "limits.wall_seconds",
            limits.wall_seconds,
            "a positive number up to 1e7 is needed",
        );
    }
    if limits.memory_mib < 64 {
        return refuse("limits.memory_mib", limits.memory_mib as f64, "at least 64 is needed");
    }
    if !(1..=1024).contains(&limits.threads) {
        return refuse(
            "limits.threads",
            f64::from(limits.threads),
            "between 1 and 1024 are accepted",
        );
    }
    Ok(())
}

fn choose_systems<'a>(sweep: &Sweep, catalog: &'a Catalog) -> Result<Vec<&'a Entry>, SweepError> {
    let has_field = |entry: &Entry| sweep.fields.iter().any(|field| entry.field() == Some(field));
    let has_tag = |entry: &Entry| sweep.tags.iter().any(|tag| entry.tags().contains(tag));
    for field in &sweep.fields {
        if !catalog.entries().any(|entry| entry.field() == Some(field)) {
            return Err(SweepError::Nothing { what: "field", value: field.clone() });
        }
    }
    for tag in &sweep.tags {
        if !catalog.entries().any(|entry| entry.tags().contains(tag)) {
            return Err(SweepError::Nothing { what: "tag", value: tag.clone() });
        }
    }
    let names_nothing =
        sweep.systems.is_empty() && sweep.fields.is_empty() && sweep.tags.is_empty();
    let mut chosen = Vec::new();
    let named: Vec<&str> = if names_nothing {
        // A user's catalogue may stand in place of the built-in one.
        DEFAULT_SYSTEMS.into_iter().filter(|name| catalog.get(name).is_some()).collect()
    } else {
        sweep.systems.iter().map(String::as_str).collect()
    };
    for name in named {
        if name == "all" {
            chosen.extend(catalog.entries());
            continue;
        }
        chosen.push(catalog.get(name).ok_or_else(|| SweepError::UnknownSystem {
            name: name.into(),
            suggestion: catalog.nearest(name),
        })?);
    }
    chosen.extend(catalog.entries().filter(|entry| has_field(entry) || has_tag(entry)));
    let mut seen = std::collections::BTreeSet::new();
    chosen.retain(|entry| seen.insert(entry.system.name.clone()));
    Ok(chosen)
}

/// A method with its parameters, on all systems.
struct Competitor {
    /// Which plugin of the set has it.
    plugin: usize,
    method: String,
    /// Canonical JSON; of a tuned method, with a word on how.
    parameters: String,
    /// Which tuning of the plan.
    tuning: Option<usize>,
}

/// The tunings of a plan, each with the parameters that are given.
type Tunings = Vec<(Tuning, Map<String, Value>)>;

fn choose_methods(
    sweep: &Sweep,
    plugins: &PluginSet,
) -> Result<(Vec<Competitor>, Tunings), SweepError> {
    let forecasters = plugins.forecasters();
    let known: Vec<String> = forecasters.iter().map(|(_, method)| method.id.clone()).collect();
    let all: Vec<MethodChoice> = known.iter().cloned().map(MethodChoice::Id).collect();
    if all.is_empty() && sweep.methods.is_empty() {
        return Err(SweepError::UnknownMethod { id: "any".into(), known });
    }
    let mut chosen: Vec<Competitor> = Vec::new();
    let mut tunings = Tunings::new();
    for choice in if sweep.methods.is_empty() { &all } else { &sweep.methods } {
        let (id, given, tuning) = match choice {
            MethodChoice::Id(id) => (id, Map::new(), None),
            MethodChoice::Full { id, parameters, tuning } => {
                (id, parameters.clone(), tuning.as_ref())
            }
        };
        let plugin = forecasters
            .iter()
            .find(|(_, method)| method.id == *id)
            .map(|(place, _)| *place)
            .ok_or_else(|| SweepError::UnknownMethod { id: id.clone(), known: known.clone() })?;
        let tuning = tuning.or(sweep.tuning.as_ref());
        let mut parameters = given.clone();
        if let Some(tuning) = tuning {
            check_tuning(tuning)?;
            parameters.insert(Tuning::KEY.into(), tuning.label().into());
        }
        // `Map` keeps its keys sorted: equal parameters give equal text.
        let parameters = serde_json::to_string(&parameters).expect("parameters are plain data");
        // A method that is named twice is one competitor.
        if chosen.iter().any(|one| (&one.method, &one.parameters) == (id, &parameters)) {
            continue;
        }
        let tuning = tuning.map(|tuning| {
            tunings.push((tuning.clone(), given));
            tunings.len() - 1
        });
        chosen.push(Competitor { plugin, method: id.clone(), parameters, tuning });
    }
    Ok((chosen, tunings))
}

fn check_tuning(tuning: &Tuning) -> Result<(), SweepError> {
    let refuse = |field, value, accepted| Err(SweepError::Value { field, value, accepted });
    if !(1..=10_000).contains(&tuning.candidates) {
        let accepted = "between 1 and 10,000 are accepted";
        return refuse("tuning.candidates", tuning.candidates as f64, accepted);
    }
    if !(tuning.cpu_seconds > 0.0 && tuning.cpu_seconds.is_finite()) {
        return refuse("tuning.cpu_seconds", tuning.cpu_seconds, "a positive number is needed");
    }
    takens_metrics::metric(&tuning.metric)?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plugins::{scan, target};
    use std::collections::HashSet;

    /// Plugins of one method each, with libraries that hold nothing but a name.
    fn plugins(ids: &[&str]) -> PluginSet {
        let root = tempfile::tempdir().unwrap();
        for id in ids {
            let folder = root.path().join(id);
            std::fs::create_dir(&folder).unwrap();
            let manifest = format!(
                "id = \"{id}\"\nversion = \"0.1.0\"\nabi = \"1.0\"\n[library]\n{} = \"l.so\"\n\
                 [[method]]\nid = \"{id}\"\nkind = \"forecaster\"\nsummary = \"s\"\n",
                target()
            );
            std::fs::write(folder.join("takens-plugin.toml"), manifest).unwrap();
            std::fs::write(folder.join("l.so"), id).unwrap();
        }
        PluginSet::of(scan(&[root.path().into()])).unwrap()
    }

    fn sweep(text: &str) -> Sweep {
        toml::from_str(text).unwrap()
    }

    #[test]
    fn a_plan_has_every_task_once() {
        let catalog = Catalog::builtin().unwrap();
        let plugins = plugins(&["a", "b"]);
        let text = "systems = [\"all\", \"Lorenz\"]\nmethods = [\"a\", \"b\", \"a\", \
            { id = \"a\", parameters = { n = 2, k = 1 } }]\nseeds = 3";
        let plan = plan(&sweep(text), &catalog, &plugins).unwrap();
        assert_eq!(plan.tasks.len(), catalog.entries().len() * 3 * 3);
        let ids: HashSet<&str> = plan.tasks.iter().map(|task| task.id.as_str()).collect();
        assert_eq!(ids.len(), plan.tasks.len());
        assert_eq!(plan.tasks[2].parameters, r#"{"k":1,"n":2}"#);
    }

    #[test]
    fn more_seeds_and_threads_keep_or_change_ids_as_they_should() {
        let catalog = Catalog::builtin().unwrap();
        let plugins = plugins(&["a"]);
        let ids = |text: &str| -> Vec<String> {
            let text = format!("systems = [\"Lorenz\"]\n{text}");
            let plan = plan(&sweep(&text), &catalog, &plugins).unwrap();
            plan.tasks.into_iter().map(|task| task.id).collect()
        };
        let two = ids("seeds = 2");
        assert_eq!(ids("seeds = 3")[..2], two);
        assert_eq!(ids("seeds = 2\nlimits = { wall_seconds = 1.0 }"), two);
        assert!(ids("seeds = 2\nlimits = { threads = 2 }").iter().all(|id| !two.contains(id)));
    }

    #[test]
    fn a_tuned_method_is_another_competitor_and_shares_its_choice_among_seeds() {
        let catalog = Catalog::builtin().unwrap();
        let plugins = plugins(&["a"]);
        let plan = |text: &str| {
            plan(&sweep(&format!("systems = [\"Lorenz\"]\n{text}")), &catalog, &plugins).unwrap()
        };
        let plain = plan("methods = [\"a\"]\nseeds = 2");
        let tuned = plan("methods = [\"a\"]\nseeds = 2\ntuning = { by = \"grid\" }");
        assert!(plain.tasks.iter().all(|task| task.tuning.is_none()));
        assert_ne!(plain.tasks[0].id, tuned.tasks[0].id);
        assert_eq!(tuned.tasks[0].tuning, tuned.tasks[1].tuning);
        assert!(tuned.tasks[0].parameters.contains("grid, 16 candidates, 60 cpu seconds, smape"));
        // Another seed tunes nothing anew; another budget does.
        let more = plan("methods = [\"a\"]\nseeds = 3\ntuning = { by = \"grid\" }");
        assert_eq!(more.tasks[0].id, tuned.tasks[0].id);
        let longer = plan("methods = [\"a\"]\ntuning = { by = \"grid\", cpu_seconds = 61 }");
        assert_ne!(longer.tasks[0].tuning, tuned.tasks[0].tuning);
        // One beside the other, the second with a budget of its own.
        let both = plan(
            "methods = [\"a\", { id = \"a\", parameters = { n = 1 }, \
             tuning = { by = \"halving\", metric = \"r2\" } }]\nseeds = 1",
        );
        assert_eq!((both.tasks.len(), both.tunings.len()), (2, 1));
        assert_eq!(both.tunings[0].1["n"], 1);
    }

    #[test]
    fn each_field_and_tag_must_pick_something() {
        let catalog = Catalog::builtin().unwrap();
        let field = catalog.get("Lorenz").unwrap().field().unwrap().clone();
        let text = format!("fields = [\"{field}\", \"astrology\"]");
        let error = plan(&sweep(&text), &catalog, &plugins(&["a"])).unwrap_err();
        assert!(error.to_string().contains("\"astrology\""), "{error}");
    }

    #[test]
    fn a_sweep_that_fits_no_memory_is_refused() {
        let catalog = Catalog::builtin().unwrap();
        let text = "systems = [\"all\"]\nseeds = 1000000";
        let error = plan(&sweep(text), &catalog, &plugins(&["a"])).unwrap_err();
        assert!(error.to_string().contains("at most 10,000,000"), "{error}");
    }
}
