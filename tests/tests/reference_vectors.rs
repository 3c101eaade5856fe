//! The collection against dysts 0.96: equations, parameters, starts and outputs.
//!
//! The numbers are in `tests/reference`, with their source and licence; `departures.toml` names
//! what is meant to differ. Start at [`right_hand_sides_agree`].

use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use takens_dsl::{Flat, System, SystemKind, parse_file};
use takens_symbolic::{Bindings, evaluate};

const COLLECTION: &str = include_str!("../../systems.dsl");
const VECTORS: &str = include_str!("../reference/rhs_vectors.json");
const PARAMETERS: &str = include_str!("../reference/systems_parameters.json");
const DEPARTURES: &str = include_str!("../reference/departures.toml");

/// Largest error of a right-hand side, as a part of its largest component.
const TOLERANCE: f64 = 1e-12;

/// How far a rounded parameter may lie from its exact value, as a part of it.
const ROUNDING: f64 = 1e-3;

/// The published system that a definition is held against.
struct Published {
    name: String,
    variables: Vec<String>,
    /// Flat names, `k[0,1]` for an element of a matrix.
    parameters: BTreeMap<String, f64>,
    initial: Vec<f64>,
    vectors: Vec<Vector>,
}

/// A state and what dysts makes of it.
struct Vector {
    time: f64,
    state: Vec<f64>,
    rhs: Vec<f64>,
    delayed: Vec<f64>,
    observed: Option<Vec<f64>>,
}

/// A definition of the collection, at the published dimension and parameters.
struct Defined {
    flat: Flat,
    parameters: Vec<f64>,
}

fn numbers(value: &Value) -> Vec<f64> {
    value.as_array().into_iter().flatten().filter_map(Value::as_f64).collect()
}

fn strings(value: &Value) -> Vec<String> {
    value.as_array().into_iter().flatten().filter_map(Value::as_str).map(String::from).collect()
}

/// Adds the scalars of a parameter, each under its flat name.
fn flatten_parameter(name: &str, index: &[usize], value: &Value, out: &mut BTreeMap<String, f64>) {
    if let Some(items) = value.as_array() {
        for (i, item) in items.iter().enumerate() {
            flatten_parameter(name, &[index, &[i]].concat(), item, out);
        }
        return;
    }
    let index: Vec<String> = index.iter().map(usize::to_string).collect();
    let full = if index.is_empty() { name.into() } else { format!("{name}[{}]", index.join(",")) };
    out.insert(full, value.as_f64().expect("a parameter is a number"));
}

/// All published systems, by name.
fn published() -> Vec<Published> {
    let about: Value = serde_json::from_str(PARAMETERS).expect("systems_parameters.json is JSON");
    let vectors: Value = serde_json::from_str(VECTORS).expect("rhs_vectors.json is JSON");
    let systems = about["systems"].as_object().expect("systems by name");
    systems
        .iter()
        .map(|(name, system)| {
            let mut parameters = BTreeMap::new();
            for (parameter, value) in system["parameters"].as_object().into_iter().flatten() {
                flatten_parameter(parameter, &[], value, &mut parameters);
            }
            let group = if system["kind"] == "map" { "maps" } else { "flows" };
            let states = vectors[group][name].as_array().expect("vectors of every system");
            let vector = |v: &Value| Vector {
                time: v["t"].as_f64().unwrap_or(0.0),
                state: numbers(&v["x"]),
                rhs: numbers(&v["f"]),
                delayed: numbers(&v["x_tau"]),
                observed: v.get("observed").map(numbers),
            };
            let variables = strings(&system["variables"]);
            let mut initial = numbers(&system["initial"]);
            // The start of a system with delays is followed by later values, an embedding.
            initial.truncate(variables.len());
            Published {
                name: name.clone(),
                variables,
                parameters,
                initial,
                vectors: states.iter().map(vector).collect(),
            }
        })
        .collect()
}

/// The definitions of the collection, by name.
fn collection() -> BTreeMap<String, System> {
    let systems = parse_file(COLLECTION).systems;
    systems.into_iter().map(|system| (system.name.clone(), system)).collect()
}

/// The definition of a published system.
#[track_caller]
fn define(collection: &BTreeMap<String, System>, published: &Published) -> Defined {
    let name = &published.name;
    let system = collection.get(name).unwrap_or_else(|| panic!("{name} is not in systems.dsl"));
    let sizes = system
        .size_for_dimension(published.variables.len())
        .unwrap_or_else(|| panic!("{name} cannot have {} states", published.variables.len()));
    let flat = system.flatten(&sizes).unwrap_or_else(|error| panic!("{name}: {error}"));
    let mut overrides = vec![None; flat.field.parameters.len()];
    for (parameter, &value) in &published.parameters {
        let index = flat.field.parameter_index(parameter);
        let index = index.unwrap_or_else(|| panic!("{name} has no parameter {parameter}"));
        overrides[index] = Some(value);
    }
    let parameters = flat.field.parameter_values(&overrides);
    Defined { flat, parameters }
}

impl Defined {
    fn rhs(&self, vector: &Vector) -> Vec<f64> {
        let field = &self.flat.field;
        evaluate(&field.graph, &field.rhs, &self.bindings(vector))
    }

    fn observed(&self, vector: &Vector) -> Vec<f64> {
        let field = &self.flat.field;
        let outputs: Vec<_> = field.outputs.iter().map(|(_, output)| *output).collect();
        evaluate(&field.graph, &outputs, &self.bindings(vector))
    }

    fn bindings<'a>(&'a self, vector: &'a Vector) -> Bindings<'a> {
        Bindings {
            time: vector.time,
            state: &vector.state,
            parameters: &self.parameters,
            delayed: &vector.delayed,
            ..Bindings::default()
        }
    }
}

/// The largest difference, as a part of the largest component of `want`.
fn error(got: &[f64], want: &[f64]) -> f64 {
    assert_eq!(got.len(), want.len());
    let scale = want.iter().fold(0.0_f64, |scale, w| scale.max(w.abs()));
    let difference = |(g, w): (&f64, &f64)| if g == w { 0.0 } else { (g - w).abs() / scale };
    // Not `f64::max`, which would drop a NaN.
    got.iter().zip(want).map(difference).fold(0.0, |worst, e| if e <= worst { worst } else { e })
}

/// The entries of one section of `departures.toml`.
fn departures(section: &str) -> Vec<toml::Value> {
    let table: toml::Table = DEPARTURES.parse().expect("departures.toml is TOML");
    table[section].as_array().cloned().expect("a list")
}

fn text<'a>(entry: &'a toml::Value, key: &str) -> &'a str {
    entry.get(key).and_then(toml::Value::as_str).expect("a text")
}

/// Systems whose equations are meant to differ.
fn departed() -> BTreeSet<String> {
    departures("equations").iter().map(|entry| text(entry, "system").to_string()).collect()
}

#[test]
fn collection_has_no_faults() {
    let parsed = parse_file(COLLECTION);
    let faults: Vec<String> =
        parsed.diagnostics.iter().map(|d| format!("{}: {}", d.code, d.message)).collect();
    assert!(faults.is_empty(), "{faults:#?}");
}

#[test]
fn collection_has_every_published_system() {
    let collection = collection();
    let (mut flows, mut maps) = (0, 0);
    for published in published() {
        match collection.get(&published.name).map(|system| system.kind) {
            Some(SystemKind::Map) => maps += 1,
            Some(_) => flows += 1,
            None => panic!("{} is missing", published.name),
        }
    }
    assert_eq!((flows, maps), (135, 23));
}

#[test]
fn right_hand_sides_agree() {
    let (collection, departed) = (collection(), departed());
    for published in published().iter().filter(|p| !departed.contains(&p.name)) {
        let defined = define(&collection, published);
        assert_eq!(published.vectors.len(), 8, "{}", published.name);
        for vector in &published.vectors {
            let error = error(&defined.rhs(vector), &vector.rhs);
            assert!(error <= TOLERANCE, "{}: error {error:e}", published.name);
        }
    }
}

#[test]
fn departures_do_differ() {
    let (collection, mut departed) = (collection(), departed());
    for published in published() {
        if departed.remove(&published.name) {
            let defined = define(&collection, &published);
            let differs = |v: &Vector| error(&defined.rhs(v), &v.rhs) > 1e-6;
            assert!(published.vectors.iter().any(differs), "{} agrees", published.name);
        }
    }
    assert!(departed.is_empty(), "unknown systems {departed:?}");
}

#[test]
fn states_keep_their_order_and_start() {
    let collection = collection();
    for published in published() {
        let defined = define(&collection, &published);
        // A fixed number of variables became an index: x0 is x[0] here, r0 of MacArthur R[0].
        let plain = |name: &String| name.replace(['[', ']'], "").to_lowercase();
        let states: Vec<String> = defined.flat.field.states.iter().map(plain).collect();
        let variables: Vec<String> = published.variables.iter().map(plain).collect();
        assert_eq!(states, variables, "{}", published.name);
        let start = defined.flat.field.initial_state(&defined.parameters);
        assert_eq!(start, published.initial, "{}", published.name);
    }
}

#[test]
fn parameters_are_the_published_ones() {
    let collection = collection();
    let mut exact = BTreeSet::new();
    for entry in departures("parameters") {
        let names = entry["names"].as_array().expect("names").clone();
        let system = text(&entry, "system");
        exact.extend(names.iter().filter_map(|n| n.as_str()).map(|n| format!("{system}.{n}")));
    }
    for published in published() {
        let field = define(&collection, &published).flat.field;
        let defaults = field.default_parameters();
        for (parameter, &value) in &published.parameters {
            let full = format!("{}.{parameter}", published.name);
            let index = field.parameter_index(parameter).expect("checked by define");
            let default = defaults[index];
            if exact.remove(&full) {
                let close = (default - value).abs() <= ROUNDING * value.abs();
                assert!(default != value && close, "{full}: {default} for {value}");
            } else {
                assert_eq!(default, value, "{full}");
            }
        }
    }
    assert!(exact.is_empty(), "unknown parameters {exact:?}");
}

#[test]
fn outputs_are_the_published_ones() {
    let collection = collection();
    for published in published() {
        let defined = define(&collection, &published);
        for vector in &published.vectors {
            if vector.observed.is_none() && defined.flat.field.outputs.is_empty() {
                continue;
            }
            let want = vector.observed.as_ref().unwrap_or(&vector.state);
            let error = error(&defined.observed(vector), want);
            assert!(error <= 1e-9, "{}: error {error:e}", published.name);
        }
    }
}

/// Energy of the double pendulum with all lengths and masses 1.
fn double_pendulum_energy(x: &[f64], gravity: f64) -> f64 {
    let (th1, th2, p1, p2) = (x[0], x[1], x[2], x[3]);
    let kinetic = (p1 * p1 + 2.0 * p2 * p2 - 2.0 * p1 * p2 * (th1 - th2).cos())
        / (2.0 * (1.0 + (th1 - th2).sin().powi(2)));
    kinetic - gravity * (2.0 * th1.cos() + th2.cos())
}

#[test]
fn double_pendulum_conserves_energy() {
    let collection = collection();
    let published = published().into_iter().find(|p| p.name == "DoublePendulum").expect("there");
    let defined = define(&collection, &published);
    let gravity = published.parameters["g"];
    let step = 1e-5;
    for vector in &published.vectors {
        let along = |f: &[f64], by: f64| {
            let x: Vec<f64> = vector.state.iter().zip(f).map(|(x, f)| x + by * f).collect();
            double_pendulum_energy(&x, gravity)
        };
        let power = |f: &[f64]| (along(f, step) - along(f, -step)) / (2.0 * step);
        let (ours, theirs) = (power(&defined.rhs(vector)).abs(), power(&vector.rhs).abs());
        assert!(ours < 1e-6 && theirs > 1e-4, "{ours:e} beside {theirs:e}");
    }
}
