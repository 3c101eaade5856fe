//! `takens eval`: right-hand sides and images, at a point or at many.

use crate::catalog::{find, load};
use crate::failure::Failure;
use crate::input::{Lines, fault};
use crate::{parameters, print};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::collections::BTreeMap;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use takens_catalog::{Catalog, Instance, RolledInstance};
use takens_integrate::EngineChoice;
use takens_kernel::{
    Compiled, Engine, KernelError, LaneChoice, LaneEngine, Oracle, Part, Program, lower,
    lower_rolled, lower_with,
};
use takens_symbolic::{Bindings, FieldKind, evaluate};

#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// Name of the system
    #[arg(required_unless_present = "batch", conflicts_with = "batch")]
    name: Option<String>,
    /// The state, as 1,2,3; the initial state if left out
    #[arg(long, value_name = "X", allow_hyphen_values = true, conflicts_with = "batch")]
    state: Option<String>,
    /// The time
    #[arg(long, default_value_t = 0.0, allow_hyphen_values = true)]
    t: f64,
    /// The delayed values of a `dde`, as 0.9,1.1, in the order of `show --format json`; those of the
    /// history if state and time are left out too
    #[arg(long, value_name = "X", allow_hyphen_values = true, conflicts_with = "batch")]
    delayed: Option<String>,
    /// A parameter, as name=value; an array in JSON for a vector or matrix (repeatable)
    #[arg(long, value_name = "K=V", conflicts_with = "batch")]
    param: Vec<String>,
    /// Give the Jacobian as well
    #[arg(long)]
    jacobian: bool,
    /// Points as JSON Lines: {"system", "t"?, "x", "x_tau"?, "params"?}; - reads standard input
    #[arg(long, value_name = "FILE")]
    batch: Option<PathBuf>,
    /// What computes: oracle (interpreter), jit (machine code) or tiles (interpreter over many points)
    #[arg(long, default_value = "oracle", value_parser = ["oracle", "jit", "tiles"])]
    engine: String,
    /// Print one JSON document
    #[arg(long)]
    json: bool,
}

/// One point of a batch.
#[derive(Debug, Deserialize)]
#[serde(
    deny_unknown_fields,
    expecting = "an object {\"system\", \"t\"?, \"x\", \"x_tau\"?, \"params\"?}"
)]
struct Query {
    system: String,
    t: Option<f64>,
    x: Vec<f64>,
    /// Delayed values, one for each different term.
    x_tau: Option<Vec<f64>>,
    params: Option<BTreeMap<String, Value>>,
}

#[derive(Debug, Serialize)]
struct Answer {
    system: String,
    f: Vec<Number>,
    #[serde(skip_serializing_if = "Option::is_none")]
    jacobian: Option<Vec<Vec<Number>>>,
}

/// A number of JSON, which has no infinities and no NaN: those are text.
#[derive(Debug, Serialize)]
#[serde(untagged)]
pub(crate) enum Number {
    Finite(f64),
    Other(String),
}

impl From<f64> for Number {
    fn from(value: f64) -> Self {
        if value.is_finite() { Self::Finite(value) } else { Self::Other(value.to_string()) }
    }
}

/// A system ready to be evaluated.
struct Prepared {
    dimension: usize,
    rhs: Runner,
    jacobian: Option<Runner>,
    /// Discrete states, as they are at the start.
    modes: Vec<f64>,
}

impl Prepared {
    /// How many numbers are computed at a point.
    fn output_count(&self) -> usize {
        self.dimension * (1 + self.jacobian.as_ref().map_or(0, |_| self.dimension))
    }
}

/// What computes a program at points.
enum Runner {
    One(Box<dyn Engine>),
    Many(Arc<dyn LaneEngine>),
}

impl Runner {
    fn new(engine: &str, program: Program) -> Result<Self, KernelError> {
        Ok(match engine {
            "jit" => Self::One(Box::new(Compiled::new(&program)?)),
            "tiles" => Self::Many(LaneChoice::Tiles.engine(&program)?),
            _ => Self::One(Box::new(Oracle::new(program))),
        })
    }

    /// The outputs at each point.
    fn run(&self, points: &[Vec<f64>]) -> Vec<Vec<f64>> {
        match self {
            Self::One(engine) => {
                let run = |point: &Vec<f64>| {
                    let mut values = vec![0.0; engine.output_count()];
                    engine.call(point, &mut values);
                    values
                };
                points.iter().map(run).collect()
            }
            Self::Many(engine) => {
                let width = engine.width();
                let groups = points.len().div_ceil(width);
                let (rows, columns) = (engine.input_count(), engine.output_count());
                let place = |point: usize, i: usize, count: usize| {
                    (point / width * count + i) * width + point % width
                };
                let mut inputs = vec![0.0; groups * width * rows];
                for (point, values) in points.iter().enumerate() {
                    for (i, &value) in values.iter().enumerate() {
                        inputs[place(point, i, rows)] = value;
                    }
                }
                let mut outputs = vec![0.0; groups * width * columns];
                engine.call_many(groups, &inputs, &mut outputs);
                let values =
                    |point| (0..columns).map(|i| outputs[place(point, i, columns)]).collect();
                (0..points.len()).map(values).collect()
            }
        }
    }
}

pub(crate) fn run(arguments: &Arguments, files: &[PathBuf]) -> Result<(), Failure> {
    let catalog = load(files)?;
    if let Some(batch) = &arguments.batch {
        return run_batch(arguments, &catalog, batch);
    }
    let name = arguments.name.as_deref().unwrap_or_default();
    let entry = find(&catalog, name)?;
    let state =
        arguments.state.as_deref().map(|text| parameters::numbers("--state", text)).transpose()?;
    let given = parameters::parse(&arguments.param)?;
    let dimension = state.as_ref().map(Vec::len);
    if !arguments.jacobian
        && arguments.engine != "tiles"
        && arguments.delayed.is_none()
        && let Some(large) = entry.rolled_instance(&given, dimension).map_err(Failure::work)?
    {
        return run_large(arguments, name, &large, state);
    }
    let instance = entry.instance(&given, dimension).map_err(Failure::work)?;
    let state = state.unwrap_or_else(|| instance.initial.clone());
    let delayed = match &arguments.delayed {
        Some(text) => parameters::numbers("--delayed", text)?,
        None if arguments.state.is_none() && arguments.t == 0.0 => past(&instance),
        None => vec![],
    };
    check_delayed(name, &instance, delayed.len(), "--delayed").map_err(Failure::Work)?;
    let prepared = prepare(&instance, arguments)?;
    let inputs =
        [&[arguments.t], &state[..], &instance.parameters, &delayed, &prepared.modes].concat();
    let answer = answers(name, &prepared, &[inputs]).remove(0);
    if arguments.json {
        return print::json(&answer);
    }
    let mut text = String::new();
    let is_map = entry.system.kind.keyword() == "map";
    for (component, value) in instance.flat.field.states.iter().zip(&answer.f) {
        text += &if is_map {
            format!("next {component} = {value}\n")
        } else {
            format!("{component}' = {value}\n")
        };
    }
    for (component, row) in instance.flat.field.states.iter().zip(answer.jacobian.iter().flatten())
    {
        let cells: Vec<String> = row.iter().map(ToString::to_string).collect();
        text += &format!(
            "d({component}{})/d(state) = [{}]\n",
            if is_map { "" } else { "'" },
            cells.join(", ")
        );
    }
    print::text(&text)
}

/// The right-hand side of a system whose loops are kept: it has no delays and no modes.
fn run_large(
    arguments: &Arguments,
    name: &str,
    large: &RolledInstance,
    state: Option<Vec<f64>>,
) -> Result<(), Failure> {
    let field = &large.rolled.field;
    let choice = if arguments.engine == "jit" { EngineChoice::Jit } else { EngineChoice::Oracle };
    let engine = choice.rolled(&lower_rolled(field, Part::Rhs)).map_err(Failure::work)?;
    let state = state.as_ref().unwrap_or(&large.initial);
    let inputs = [&[arguments.t], &state[..], &large.parameters].concat();
    let mut values = vec![0.0; field.dim()];
    engine.call(&inputs, &mut values);
    let f: Vec<Number> = values.into_iter().map(Number::from).collect();
    if arguments.json {
        return print::json(&Answer { system: name.into(), f, jacobian: None });
    }
    let mut text = String::new();
    for (component, value) in field.state_names().iter().zip(&f) {
        text += &match field.kind {
            FieldKind::Map => format!("next {component} = {value}\n"),
            FieldKind::Flow => format!("{component}' = {value}\n"),
        };
    }
    print::text(&text)
}

impl std::fmt::Display for Number {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Finite(value) => write!(f, "{}", print::number(*value)),
            Self::Other(text) => write!(f, "{text}"),
        }
    }
}

fn prepare(instance: &Instance, arguments: &Arguments) -> Result<Prepared, Failure> {
    let field = &instance.flat.field;
    let engine = |program| Runner::new(&arguments.engine, program).map_err(Failure::work);
    let jacobian = if arguments.jacobian {
        let (graph, rows) = takens_symbolic::jacobian(field);
        let flat: Vec<_> = rows.into_iter().flatten().collect();
        Some(engine(lower_with(&graph, &flat, field))?)
    } else {
        None
    };
    let modes: Vec<_> = field.modes.iter().map(|mode| mode.initial).collect();
    let bindings = Bindings { parameters: &instance.parameters, ..Bindings::default() };
    let modes = evaluate(&field.graph, &modes, &bindings);
    Ok(Prepared { dimension: field.dim(), rhs: engine(lower(field))?, jacobian, modes })
}

/// The delayed values at the start, which the history says.
fn past(instance: &Instance) -> Vec<f64> {
    let field = &instance.flat.field;
    let parameters = &instance.parameters;
    let at = |time, id| {
        let bindings = Bindings { time, parameters, ..Bindings::default() };
        evaluate(&field.graph, &[id], &bindings)[0]
    };
    let value = |delay: &takens_symbolic::Delay| {
        at(-at(0.0, delay.lag), field.history[delay.state as usize])
    };
    field.delays.iter().map(value).collect()
}

/// As many delayed values as the system has, or what is to be given.
fn check_delayed(
    system: &str,
    instance: &Instance,
    got: usize,
    option: &str,
) -> Result<(), String> {
    let delays = &instance.flat.field.delays;
    if delays.len() == got {
        return Ok(());
    }
    if delays.is_empty() {
        return Err(format!("{system} has no delays; leave out {option}"));
    }
    let names: Vec<&str> = delays.iter().map(|delay| delay.name.as_str()).collect();
    Err(format!(
        "{system} has {} and {option} gives {got}; give {}",
        print::counted(names.len(), "delayed value"),
        names.join(", ")
    ))
}

/// The answers at points, each given as the inputs of the program.
fn answers(system: &str, prepared: &Prepared, points: &[Vec<f64>]) -> Vec<Answer> {
    let numbers = |values: &[f64]| values.iter().copied().map(Number::from).collect();
    let mut jacobians = prepared.jacobian.as_ref().map(|engine| engine.run(points).into_iter());
    let answer = |f: Vec<f64>| {
        let jacobian = jacobians.as_mut().and_then(Iterator::next);
        let rows = |cells: Vec<f64>| cells.chunks(prepared.dimension).map(numbers).collect();
        Answer { system: system.into(), f: numbers(&f), jacobian: jacobian.map(rows) }
    };
    prepared.rhs.run(points).into_iter().map(answer).collect()
}

/// How many lines are read before their points are computed, and how many numbers they may hold.
const BLOCK: (usize, usize) = (1024, 1 << 20);

/// Answers every line in order; a line that cannot be answered gets an error in its place.
fn run_batch(arguments: &Arguments, catalog: &Catalog, batch: &Path) -> Result<(), Failure> {
    let mut input = Lines::open(batch)?;
    let mut out = std::io::BufWriter::new(std::io::stdout().lock());
    let mut cache = BTreeMap::new();
    let mut failed = false;
    let mut end = None;
    while end.is_none() {
        let (mut points, mut numbers) = (vec![], 0);
        while points.len() < BLOCK.0 && numbers < BLOCK.1 && end.is_none() {
            match input.next() {
                Ok(Some(line)) => {
                    let point = line.map_err(|message| (None, message));
                    let point = point.and_then(|line| query(arguments, catalog, &mut cache, &line));
                    if let Ok((key, inputs)) = &point {
                        let prepared: &Prepared = &cache[key];
                        numbers += inputs.len() + prepared.output_count();
                    }
                    points.push(point);
                }
                Ok(None) => end = Some(Ok(())),
                Err(failure) => end = Some(Err(failure)),
            }
        }
        for answer in compute(&cache, points) {
            let reply = match answer {
                Ok(answer) => serde_json::to_string(&answer).map_err(Failure::work)?,
                Err((system, message)) => {
                    failed = true;
                    serde_json::json!({ "system": system, "error": message }).to_string()
                }
            };
            writeln!(out, "{reply}").map_err(print::refused)?;
        }
    }
    out.flush().map_err(print::refused)?;
    end.unwrap_or(Ok(()))?;
    if failed { Err(Failure::Shown) } else { Ok(()) }
}

type Refusal = (Option<String>, String);

/// A system, the number of its components, and the sizes given.
type Key = (String, usize, Vec<String>);

/// The answers in order; points of one system are computed together.
fn compute(
    cache: &BTreeMap<Key, Prepared>,
    points: Vec<Result<(Key, Vec<f64>), Refusal>>,
) -> Vec<Result<Answer, Refusal>> {
    let mut together: BTreeMap<Key, (Vec<usize>, Vec<Vec<f64>>)> = BTreeMap::new();
    let mut all: Vec<Option<Result<Answer, Refusal>>> = vec![];
    for (place, point) in points.into_iter().enumerate() {
        all.push(match point {
            Ok((key, inputs)) => {
                let (places, points) = together.entry(key).or_default();
                places.push(place);
                points.push(inputs);
                None
            }
            Err(refusal) => Some(Err(refusal)),
        });
    }
    for (key, (places, points)) in &together {
        for (&place, answer) in places.iter().zip(answers(&key.0, &cache[key], points)) {
            all[place] = Some(Ok(answer));
        }
    }
    all.into_iter().flatten().collect()
}

/// What a line asks for: the program and its inputs.
fn query(
    arguments: &Arguments,
    catalog: &Catalog,
    cache: &mut BTreeMap<Key, Prepared>,
    line: &str,
) -> Result<(Key, Vec<f64>), Refusal> {
    let query: Query = serde_json::from_str(line)
        .map_err(|error| (None, format!("not a point: {}", fault(&error))))?;
    let refuse = |message: String| (Some(query.system.clone()), message);
    let entry = find(catalog, &query.system).map_err(|failure| match failure {
        Failure::Work(message) => refuse(message),
        _ => refuse("unknown system".into()),
    })?;
    let params = query.params.clone().unwrap_or_default();
    let instance =
        entry.instance(&params, Some(query.x.len())).map_err(|error| refuse(error.to_string()))?;
    let delayed = query.x_tau.as_deref().unwrap_or_default();
    check_delayed(&query.system, &instance, delayed.len(), "\"x_tau\"").map_err(refuse)?;
    // What changes the program: the length of the state and the structural parameters given.
    let structural = entry.system.parameters.iter().filter(|parameter| parameter.structural);
    let sizes =
        structural.filter_map(|parameter| params.get(&parameter.name)).map(Value::to_string);
    let key = (query.system.clone(), query.x.len(), sizes.collect());
    if !cache.contains_key(&key) {
        let prepared = prepare(&instance, arguments).map_err(|failure| match failure {
            Failure::Work(message) => refuse(message),
            _ => refuse("cannot be compiled".into()),
        })?;
        cache.insert(key.clone(), prepared);
    }
    let modes = &cache[&key].modes;
    let t = query.t.unwrap_or(0.0);
    let inputs = [&[t], &query.x[..], &instance.parameters, delayed, modes].concat();
    Ok((key, inputs))
}
