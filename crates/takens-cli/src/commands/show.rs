//! `takens show`: one system, whole.

use crate::catalog::{find, load};
use crate::failure::Failure;
use crate::print;
use serde_json::{Value, json};
use std::path::PathBuf;
use takens_catalog::Entry;
use takens_dsl::Flat;
use takens_symbolic::{ExprId, FieldKind};

#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// Name of the system
    name: String,
    /// How to render it
    #[arg(long, default_value = "text", value_parser = ["text", "json"])]
    format: String,
    /// The same as --format json
    #[arg(long)]
    json: bool,
}

pub(crate) fn run(arguments: &Arguments, files: &[PathBuf]) -> Result<(), Failure> {
    let catalog = load(files)?;
    let entry = find(&catalog, &arguments.name)?;
    let flat = entry.flatten().map_err(Failure::work)?;
    if arguments.json || arguments.format == "json" {
        return print::json(&document(entry, &flat));
    }
    print::text(&text(entry, &flat))
}

/// An expression in the language's syntax, under the system's own names.
pub(crate) fn expression(flat: &Flat, id: ExprId) -> String {
    let field = &flat.field;
    takens_symbolic::print_expr(&field.graph, id, &takens_symbolic::field_names(field))
}

fn text(entry: &Entry, flat: &Flat) -> String {
    let (system, field) = (&entry.system, &flat.field);
    let mut text = format!(
        "{} {}  ({} components, {})\n",
        system.kind.keyword(),
        system.name,
        field.dim(),
        entry.origin
    );
    if !system.doc.is_empty() {
        text += &format!("{}\n", system.doc);
    }
    let mut line = |key: &str, value: Option<String>| {
        if let Some(value) = value {
            text += &format!("  {key:<13}{value}\n");
        }
    };
    line("field", entry.field().cloned());
    line("source", (!system.meta.cite.is_empty()).then(|| system.meta.cite.join("; ")));
    line("tags", (!entry.tags().is_empty()).then(|| entry.tags().join(", ")));
    line("period", entry.period().map(|period| period.to_string()));
    if let Some(annotation) = entry.annotation() {
        let exponents: Vec<String> = annotation
            .exponents
            .iter()
            .zip(&annotation.standard_errors)
            .map(|(exponent, error)| format!("{exponent:.4} ± {error:.1e}"))
            .collect();
        line("exponents", Some(exponents.join(", ")));
        line("Kaplan-Yorke", annotation.kaplan_yorke.map(|dimension| format!("{dimension:.3}")));
        line("verdict", Some(annotation.verdict.to_string()));
    }
    text += "\n";
    for parameter in &field.parameters {
        text += &format!("  param {} = {}", parameter.name, expression(flat, parameter.default));
        if let Some(range) = &parameter.range {
            let (open, close) = (
                if range.low_closed { '[' } else { '(' },
                if range.high_closed { ']' } else { ')' },
            );
            let number = takens_symbolic::to_f64;
            text += &format!(" in {open}{}, {}{close}", number(&range.low), number(&range.high));
        }
        text += "\n";
    }
    for (name, initial) in field.states.iter().zip(&field.initial) {
        text += &format!("  state {name} = {}\n", expression(flat, *initial));
    }
    text += "\n";
    for (name, rhs) in field.states.iter().zip(&field.rhs) {
        text += &match field.kind {
            FieldKind::Flow => format!("  {name}' = {}\n", expression(flat, *rhs)),
            FieldKind::Map => format!("  next {name} = {}\n", expression(flat, *rhs)),
        };
    }
    for (name, output) in &field.outputs {
        text += &format!("  output {name} = {}\n", expression(flat, *output));
    }
    text
}

fn document(entry: &Entry, flat: &Flat) -> Value {
    let (system, field) = (&entry.system, &flat.field);
    let values = field.default_parameters();
    let initial = field.initial_state(&values);
    let parameters: Vec<Value> = field
        .parameters
        .iter()
        .zip(&values)
        .map(|(parameter, value)| {
            let range = parameter.range.as_ref().map(|range| {
                json!({
                    "low": takens_symbolic::to_f64(&range.low), "low_closed": range.low_closed,
                    "high": takens_symbolic::to_f64(&range.high), "high_closed": range.high_closed,
                })
            });
            json!({ "name": parameter.name, "default": expression(flat, parameter.default), "value": value, "range": range })
        })
        .collect();
    let equations: Vec<Value> = field
        .states
        .iter()
        .zip(&field.rhs)
        .zip(&initial)
        .map(|((name, rhs), initial)| json!({ "state": name, "expression": expression(flat, *rhs), "initial": initial }))
        .collect();
    let outputs: Vec<Value> = field
        .outputs
        .iter()
        .map(|(name, output)| json!({ "name": name, "expression": expression(flat, *output) }))
        .collect();
    json!({
        "name": system.name,
        "kind": system.kind.keyword(),
        "origin": entry.origin,
        "doc": system.doc,
        "field": entry.field(),
        "cite": system.meta.cite,
        "tags": entry.tags(),
        "same_form_as": system.meta.same_form_as,
        "dimension": field.dim(),
        "parameters": parameters,
        "equations": equations,
        "outputs": outputs,
        "period": entry.period(),
        "annotation": entry.annotation(),
    })
}
