//! `takens list`: the systems, a line each.

use crate::catalog;
use crate::failure::Failure;
use crate::print;
use crate::print::{measured, note};
use crate::table::{Align, table};
use serde::Serialize;
use std::path::PathBuf;
use takens_analysis::Verdict;
use takens_catalog::Entry;

#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// Only this kind: ode, map, dde or sde
    #[arg(long, value_name = "K")]
    kind: Option<String>,
    /// Only this scientific field
    #[arg(long, value_name = "F")]
    field: Option<String>,
    /// Only systems with this tag
    #[arg(long, value_name = "T")]
    tag: Option<String>,
    /// Print one JSON array
    #[arg(long)]
    json: bool,
}

#[derive(Debug, Serialize)]
struct Line {
    name: String,
    kind: String,
    dimension: usize,
    field: Option<String>,
    tags: Vec<String>,
    verdict: Option<Verdict>,
    largest_exponent: Option<f64>,
    standard_error: Option<f64>,
    kaplan_yorke: Option<f64>,
    period: Option<f64>,
    origin: String,
}

pub(crate) fn run(arguments: &Arguments, files: &[PathBuf]) -> Result<(), Failure> {
    let catalog = catalog::load(files)?;
    if let Some(kind) = &arguments.kind
        && !["ode", "map", "dde", "sde"].contains(&kind.as_str())
    {
        return Err(Failure::usage(format!("--kind {kind:?}: there are ode, map, dde and sde")));
    }
    let lines: Vec<Line> =
        catalog.entries().filter(|entry| chosen(arguments, entry)).map(line).collect();
    if arguments.json {
        return print::json(&lines);
    }
    if lines.is_empty() {
        let fields: std::collections::BTreeSet<_> =
            catalog.entries().filter_map(|entry| entry.field()).collect();
        let tags: std::collections::BTreeSet<_> =
            catalog.entries().flat_map(|entry| entry.tags()).collect();
        note!("no system fits; fields: {fields:?}; tags: {tags:?}");
        return Ok(());
    }
    let rows: Vec<Vec<String>> = lines
        .iter()
        .map(|line| {
            vec![
                line.name.clone(),
                line.kind.clone(),
                line.dimension.to_string(),
                line.verdict.map_or_else(|| "-".into(), |verdict| verdict.to_string()),
                line.largest_exponent
                    .zip(line.standard_error)
                    .map_or_else(|| "-".into(), |(value, error)| measured(value, error)),
                line.kaplan_yorke.map_or_else(|| "-".into(), |dimension| format!("{dimension:.2}")),
                line.field.clone().unwrap_or_else(|| "-".into()),
            ]
        })
        .collect();
    let heading = [
        ("name", Align::Left),
        ("kind", Align::Left),
        ("dim", Align::Right),
        ("motion", Align::Left),
        ("λ max", Align::Right),
        ("D_KY", Align::Right),
        ("field", Align::Left),
    ];
    print::text(&(table(&heading, &rows) + &format!("{}\n", print::counted(rows.len(), "system"))))
}

fn chosen(arguments: &Arguments, entry: &Entry) -> bool {
    let fits = |wanted: &Option<String>, found: &dyn Fn(&String) -> bool| {
        wanted.as_ref().is_none_or(found)
    };
    fits(&arguments.kind, &|kind| *kind == entry.system.kind.keyword())
        && fits(&arguments.field, &|field| entry.field() == Some(field))
        && fits(&arguments.tag, &|tag| entry.tags().contains(tag))
}

fn line(entry: &Entry) -> Line {
    let annotation = entry.annotation();
    Line {
        name: entry.system.name.clone(),
        kind: entry.system.kind.keyword().into(),
        dimension: entry.system.default_dimension(),
        field: entry.field().cloned(),
        tags: entry.tags().to_vec(),
        verdict: annotation.map(|annotation| annotation.verdict),
        largest_exponent: entry.largest_exponent(),
        standard_error: annotation.and_then(|one| one.standard_errors.first().copied()),
        kaplan_yorke: annotation.and_then(|annotation| annotation.kaplan_yorke),
        period: entry.period(),
        origin: entry.origin.clone(),
    }
}
