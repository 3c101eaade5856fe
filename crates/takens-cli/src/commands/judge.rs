//! `takens judge`: the verdict on anyone's expressions.

use crate::catalog::{find, load};
use crate::failure::Failure;
use crate::input::{Lines, fault};
use crate::print;
use serde::Deserialize;
use serde_json::json;
use std::path::{Path, PathBuf};
use takens_catalog::Catalog;
use takens_discovery::{JudgeOptions, Symmetries, Verdict, judge};
use takens_dsl::{Severity, parse_file};
use takens_symbolic::VectorField;

#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// Name of the system whose equations are the truth
    #[arg(long, value_name = "NAME", required_unless_present = "batch")]
    truth: Option<String>,
    /// The candidate: an expression for each state, in order, separated by ;
    #[arg(
        long,
        value_name = "EXPR; ...",
        required_unless_present = "batch",
        allow_hyphen_values = true
    )]
    candidate: Option<String>,
    /// Candidates as JSON Lines: {"truth": NAME or {"dsl": text}, "candidate"}; - reads standard input
    #[arg(long, value_name = "FILE", conflicts_with_all = ["truth", "candidate"])]
    batch: Option<PathBuf>,
    /// Relative tolerance of a coefficient
    #[arg(long, default_value_t = 0.01)]
    tolerance: f64,
    /// Changes of coordinates under which a candidate counts as L4: permutation, scaling, time
    #[arg(long, value_name = "LIST", value_delimiter = ',', value_enum)]
    symmetry: Vec<Symmetry>,
    /// Print one JSON document
    #[arg(long)]
    json: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum Symmetry {
    /// Components in another order
    Permutation,
    /// Components in other units
    Scaling,
    /// Time at another rate
    Time,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, expecting = "an object {\"truth\", \"candidate\"}")]
struct Query {
    truth: Truth,
    candidate: String,
}

#[derive(Debug, Deserialize)]
#[serde(untagged, expecting = "\"truth\" must be a name or {\"dsl\": text}")]
enum Truth {
    Name(String),
    Definition { dsl: String },
}

pub(crate) fn run(arguments: &Arguments, files: &[PathBuf]) -> Result<(), Failure> {
    if !(arguments.tolerance >= 0.0 && arguments.tolerance < 1.0) {
        return Err(Failure::usage(format!(
            "--tolerance {}: between 0 and 1 is accepted",
            arguments.tolerance
        )));
    }
    let symmetries = Symmetries {
        permutation: arguments.symmetry.contains(&Symmetry::Permutation),
        scaling: arguments.symmetry.contains(&Symmetry::Scaling),
        time: arguments.symmetry.contains(&Symmetry::Time),
    };
    let options =
        JudgeOptions { tolerance: arguments.tolerance, symmetries, ..JudgeOptions::default() };
    let catalog = load(files)?;
    if let Some(batch) = &arguments.batch {
        return run_batch(&catalog, batch, &options);
    }
    let name = arguments.truth.as_deref().unwrap_or_default();
    let candidate = arguments.candidate.as_deref().unwrap_or_default();
    let truth = find(&catalog, name)?.flatten().map_err(Failure::work)?.field;
    let verdict = judge(&truth, candidate, &options).map_err(Failure::work)?;
    if arguments.json {
        return print::json(&verdict);
    }
    print::text(&describe(&truth, &verdict))
}

/// The verdict in words.
pub(crate) fn describe(truth: &VectorField, verdict: &Verdict) -> String {
    let mut text =
        format!("{} ({}): {}\n", verdict.level, verdict.certainty, verdict.level.meaning());
    if let Some(change) = &verdict.symmetry {
        text += &format!("  equal under {change}\n");
    }
    for (name, component) in truth.states.iter().zip(&verdict.components) {
        text += &format!(
            "  {name:<8}{} ({})  {}\n",
            component.level, component.certainty, component.witness
        );
    }
    text
}

/// One verdict for each line, in order; a line that cannot be judged gets an error in its place.
fn run_batch(catalog: &Catalog, batch: &Path, options: &JudgeOptions) -> Result<(), Failure> {
    let mut input = Lines::open(batch)?;
    let mut failed = false;
    while let Some(line) = input.next()? {
        let reply = match line.and_then(|line| answer(catalog, &line, options)) {
            Ok(verdict) => serde_json::to_string(&verdict).map_err(Failure::work)?,
            Err(message) => {
                failed = true;
                json!({ "error": message }).to_string()
            }
        };
        print::text(&(reply + "\n"))?;
    }
    if failed { Err(Failure::Shown) } else { Ok(()) }
}

fn answer(catalog: &Catalog, line: &str, options: &JudgeOptions) -> Result<Verdict, String> {
    let query: Query = serde_json::from_str(line)
        .map_err(|error| format!("not a candidate: {}", fault(&error)))?;
    let truth = match &query.truth {
        Truth::Name(name) => {
            let entry = find(catalog, name).map_err(|failure| match failure {
                Failure::Work(message) => message,
                _ => "unknown system".into(),
            })?;
            entry.flatten().map_err(|error| error.to_string())?.field
        }
        Truth::Definition { dsl } => defined(dsl)?,
    };
    judge(&truth, &query.candidate, options).map_err(|error| error.to_string())
}

/// The one system that a text defines.
fn defined(dsl: &str) -> Result<VectorField, String> {
    let parsed = parse_file(dsl);
    if let Some(fault) =
        parsed.diagnostics.iter().find(|diagnostic| diagnostic.severity == Severity::Error)
    {
        let (line, column) = takens_dsl::LineIndex::new(dsl).position(fault.span.start);
        return Err(format!("truth, line {line}, column {column}: {}", fault.message));
    }
    let [system] = parsed.systems.as_slice() else {
        return Err(format!("the truth defines {} systems; one is needed", parsed.systems.len()));
    };
    let flat =
        system.flatten(&std::collections::BTreeMap::new()).map_err(|error| error.to_string())?;
    Ok(flat.field)
}
