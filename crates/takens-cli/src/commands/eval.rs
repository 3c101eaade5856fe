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
use takens_catalog::{Catalog, Instance};
use takens_kernel::{Compiled, Engine, Oracle, lower, lower_exprs};

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
    /// A parameter, as name=value; an array in JSON for a vector or matrix (repeatable)
    #[arg(long, value_name = "K=V", conflicts_with = "batch")]
    param: Vec<String>,
    /// Give the Jacobian as well
    #[arg(long)]
    jacobian: bool,
    /// Points as JSON Lines: {"system", "t"?, "x", "params"?}; - reads standard input
    #[arg(long, value_name = "FILE")]
    batch: Option<PathBuf>,
    /// What computes: oracle (interpreter) or jit (machine code)
    #[arg(long, default_value = "oracle", value_parser = ["oracle", "jit"])]
    engine: String,
    /// Print one JSON document
    #[arg(long)]
    json: bool,
}

/// One point of a batch.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, expecting = "an object {\"system\", \"t\"?, \"x\", \"params\"?}")]
struct Query {
    system: String,
    t: Option<f64>,
    x: Vec<f64>,
    /// Delayed values, of which no system here has any.
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
    rhs: Box<dyn Engine>,
    jacobian: Option<Box<dyn Engine>>,
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
    let instance = entry
        .instance(&parameters::parse(&arguments.param)?, state.as_ref().map(Vec::len))
        .map_err(Failure::work)?;
    let state = state.unwrap_or_else(|| instance.initial.clone());
    let prepared = prepare(&instance, arguments)?;
    let answer = answer(name, &prepared, arguments.t, &state, &instance.parameters);
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
    let engine = |program| -> Result<Box<dyn Engine>, Failure> {
        Ok(match arguments.engine.as_str() {
            "jit" => Box::new(Compiled::new(&program).map_err(Failure::work)?),
            _ => Box::new(Oracle::new(program)),
        })
    };
    let jacobian = if arguments.jacobian {
        let (graph, rows) = takens_symbolic::jacobian(field);
        let flat: Vec<_> = rows.into_iter().flatten().collect();
        Some(engine(lower_exprs(&graph, &flat, field.dim(), field.parameters.len()))?)
    } else {
        None
    };
    Ok(Prepared { dimension: field.dim(), rhs: engine(lower(field))?, jacobian })
}

fn answer(system: &str, prepared: &Prepared, t: f64, state: &[f64], parameters: &[f64]) -> Answer {
    let inputs: Vec<f64> = [t].iter().chain(state).chain(parameters).copied().collect();
    let mut f = vec![0.0; prepared.dimension];
    prepared.rhs.call(&inputs, &mut f);
    let jacobian = prepared.jacobian.as_ref().map(|engine| {
        let mut cells = vec![0.0; prepared.dimension * prepared.dimension];
        engine.call(&inputs, &mut cells);
        cells
            .chunks(prepared.dimension)
            .map(|row| row.iter().copied().map(Number::from).collect())
            .collect()
    });
    Answer { system: system.into(), f: f.into_iter().map(Number::from).collect(), jacobian }
}

/// Answers every line in order; a line that cannot be answered gets an error in its place.
fn run_batch(arguments: &Arguments, catalog: &Catalog, batch: &Path) -> Result<(), Failure> {
    let mut input = Lines::open(batch)?;
    let mut out = std::io::BufWriter::new(std::io::stdout().lock());
    let mut cache = BTreeMap::new();
    let mut failed = false;
    while let Some(line) = input.next()? {
        let answer = line
            .map_err(|message| (None, message))
            .and_then(|line| query(arguments, catalog, &mut cache, &line));
        let reply = match answer {
            Ok(answer) => serde_json::to_string(&answer).map_err(Failure::work)?,
            Err((system, message)) => {
                failed = true;
                serde_json::json!({ "system": system, "error": message }).to_string()
            }
        };
        writeln!(out, "{reply}").map_err(print::refused)?;
    }
    out.flush().map_err(print::refused)?;
    if failed { Err(Failure::Shown) } else { Ok(()) }
}

type Refusal = (Option<String>, String);

/// A system, the number of its components, and the sizes given.
type Key = (String, usize, Vec<String>);

fn query(
    arguments: &Arguments,
    catalog: &Catalog,
    cache: &mut BTreeMap<Key, Prepared>,
    line: &str,
) -> Result<Answer, Refusal> {
    let query: Query = serde_json::from_str(line)
        .map_err(|error| (None, format!("not a point: {}", fault(&error))))?;
    let refuse = |message: String| (Some(query.system.clone()), message);
    let entry = find(catalog, &query.system).map_err(|failure| match failure {
        Failure::Work(message) => refuse(message),
        _ => refuse("unknown system".into()),
    })?;
    if query.x_tau.as_ref().is_some_and(|delayed| !delayed.is_empty()) {
        return Err(refuse(format!("{} has no delays; leave out \"x_tau\"", query.system)));
    }
    let params = query.params.clone().unwrap_or_default();
    let instance =
        entry.instance(&params, Some(query.x.len())).map_err(|error| refuse(error.to_string()))?;
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
    Ok(answer(&query.system, &cache[&key], query.t.unwrap_or(0.0), &query.x, &instance.parameters))
}
