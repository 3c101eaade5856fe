//! `takens show`: one system, whole, as text, as JSON, or in another language.

use crate::catalog::{find, load};
use crate::commands::document::{direction, document, expression, name_of};
use crate::failure::Failure;
use crate::print;
use crate::print::measured;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::path::PathBuf;
use takens_analysis::{Annotation, Estimate};
use takens_catalog::Entry;
use takens_dsl::Flat;
use takens_symbolic::{About, ExprId, FieldKind, Language, Target, export, odebench_entry};

#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// Name of the system
    name: String,
    /// How to render it
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
    /// The same as --format json
    #[arg(long)]
    json: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum Format {
    /// For people
    Text,
    /// Formulas, a fragment for a document with amsmath
    Latex,
    /// Python with SymPy: exact formulas
    Sympy,
    /// Julia with ModelingToolkit
    Julia,
    /// Python with NumPy: rhs(t, x, params=None)
    Python,
    /// C99: NAME_rhs(t, x, p, f), with NAME_defaults
    C,
    /// An entry of a file of ODEBench
    Odebench,
    /// Everything that is known of it
    Json,
}

pub(crate) fn run(arguments: &Arguments, files: &[PathBuf]) -> Result<(), Failure> {
    let catalog = load(files)?;
    let entry = find(&catalog, &arguments.name)?;
    let flat = entry.flatten().map_err(Failure::work)?;
    let format = if arguments.json { Format::Json } else { arguments.format };
    let language = match format {
        Format::Text => return print::text(&text(entry, &flat)),
        Format::Json => return print::json(&document(entry, &flat)),
        Format::Odebench => return print::json(&odebench(entry, &flat)?),
        Format::Latex => Language::Latex,
        Format::Sympy => Language::Sympy,
        Format::Julia => Language::Julia,
        Format::Python => Language::Python,
        Format::C => Language::C,
    };
    print::text(&export(&flat.field, &about(entry, &flat), language).map_err(Failure::work)?)
}

/// What an export says of the system beside its equations.
fn about(entry: &Entry, flat: &Flat) -> About {
    let system = &entry.system;
    let mut parameter_docs = vec![String::new(); flat.field.parameters.len()];
    for shape in &flat.shapes {
        let declared = system.parameters.iter().find(|one| one.name == shape.name);
        if let (Some(declared), Some(place)) = (declared, parameter_docs.get_mut(shape.first)) {
            place.clone_from(&declared.doc);
        }
    }
    About {
        name: system.name.clone(),
        doc: system.doc.clone(),
        sources: system.meta.cite.clone(),
        parameter_docs,
    }
}

/// The entry with the keys of ODEBench's own file, and the names that its variables and constants
/// have here.
fn odebench(entry: &Entry, flat: &Flat) -> Result<Value, Failure> {
    let made = odebench_entry(&flat.field, &about(entry, flat)).map_err(Failure::work)?;
    let equations: Vec<String> = made
        .variables
        .iter()
        .zip(&made.rhs)
        .map(|(name, rhs)| format!("d({name})/dt = {rhs}"))
        .collect();
    let parameters: serde_json::Map<String, Value> =
        made.parameters.iter().map(|(name, value)| (name.clone(), json!(value))).collect();
    Ok(json!({
        "name": made.name,
        "dim": made.variables.len(),
        "source": made.source,
        "variables": made.variables,
        "variable_names": made.variable_names,
        "parameters": parameters,
        "parameter_names": made.parameter_names,
        "equations": equations,
        "rhs": made.rhs,
        "rhs_with_values": made.rhs_with_values,
        "initial_conditions": [made.initial],
        "parameter_constraints": made.parameter_constraints,
        "initial_condition_constraints": null,
    }))
}

/// What was computed of the motion, a line each.
fn known(annotation: &Annotation) -> Vec<(&'static str, String)> {
    let estimate = |one: Estimate| measured(one.value, one.standard_error);
    let verdict = match &annotation.reason {
        Some(reason) => format!("{}: {reason}", annotation.verdict),
        None => annotation.verdict.to_string(),
    };
    let mut lines = vec![("verdict", verdict)];
    let mut add = |key, value: Option<String>| lines.extend(value.map(|value| (key, value)));
    let exponents: Vec<String> = annotation
        .exponents
        .iter()
        .zip(&annotation.standard_errors)
        .map(|(&exponent, &error)| measured(exponent, error))
        .collect();
    add("exponents", (!exponents.is_empty()).then(|| exponents.join(", ")));
    add(
        "two paths",
        annotation.largest_by_divergence.map(|one| format!("{} (the largest)", estimate(one))),
    );
    let kaplan_yorke = annotation.kaplan_yorke.zip(annotation.kaplan_yorke_error);
    add("Kaplan-Yorke", kaplan_yorke.map(|(value, error)| measured(value, error)));
    let dimension = annotation.correlation_dimension;
    add(
        "correlation",
        dimension.map(|one| {
            let [low, high] = one.range;
            format!(
                "dimension {}, scaling from {low:.2} to {high:.2} standard deviations",
                measured(one.value, one.standard_error)
            )
        }),
    );
    let entropies = [
        annotation.kolmogorov_sinai.map(|one| format!("Kolmogorov-Sinai {}", estimate(one))),
        annotation.correlation_entropy.map(|one| format!("correlation {}", estimate(one))),
        annotation.permutation_entropy.map(|one| format!("permutation {one:.3}")),
    ];
    let entropies: Vec<String> = entropies.into_iter().flatten().collect();
    add("entropies", (!entropies.is_empty()).then(|| entropies.join(", ")));
    let tests = [
        annotation.zero_one.map(|k| format!("0-1 test {k:.2}")),
        annotation
            .alignment
            .map(|one| format!("alignment index {:.0e} after {:.4}", one.index, one.time)),
    ];
    let tests: Vec<String> = tests.into_iter().flatten().collect();
    add("tests", (!tests.is_empty()).then(|| tests.join(", ")));
    let drifts: Vec<String> =
        annotation.drifts.iter().map(|one| format!("{} {:.1e}", one.name, one.greatest)).collect();
    add("drift", (!drifts.is_empty()).then(|| drifts.join(", ")));
    for (reason, quantities) in missing(annotation) {
        lines.push(("not known", format!("{}: {reason}", quantities.join(", "))));
    }
    lines
}

/// What is absent, by the reason. The verdict tells its own.
fn missing(annotation: &Annotation) -> BTreeMap<&str, Vec<String>> {
    let mut reasons: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    for (quantity, reason) in &annotation.missing {
        if annotation.reason.as_ref() != Some(reason) {
            reasons.entry(reason).or_default().push(quantity.replace('_', " "));
        }
    }
    reasons
}

fn text(entry: &Entry, flat: &Flat) -> String {
    let (system, field) = (&entry.system, &flat.field);
    let mut text = format!(
        "{} {}  ({}, {})\n",
        system.kind.keyword(),
        system.name,
        print::counted(field.dim(), "component"),
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
        for (key, value) in known(annotation) {
            line(key, Some(value));
        }
    }
    text += "\n";
    let declared = system.parameters.iter().map(|one| (one.name.as_str(), &one.unit));
    let states = system.states.iter().map(|one| (one.name.as_str(), &one.unit));
    let units: Vec<(&str, &str)> =
        declared.chain(states).filter_map(|(name, unit)| Some((name, unit.as_deref()?))).collect();
    for parameter in &field.parameters {
        let unit = unit(&units, &parameter.name);
        let default = expression(flat, parameter.default);
        text += &format!("  param {}{unit} = {default}", parameter.name);
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
        let unit = unit(&units, name);
        text += &format!("  state {name}{unit} = {}\n", expression(flat, *initial));
    }
    if let Some(unit) = &system.time_unit {
        text += &format!("  time <{unit}>\n");
    }
    for mode in &field.modes {
        text += &format!("  mode {} = {}\n", mode.name, expression(flat, mode.initial));
    }
    text += "\n";
    for (name, rhs) in field.states.iter().zip(&field.rhs) {
        text += &match field.kind {
            FieldKind::Flow => format!("  {name}' = {}\n", expression(flat, *rhs)),
            FieldKind::Map => format!("  next {name} = {}\n", expression(flat, *rhs)),
        };
    }
    if !field.delays.is_empty() {
        for (name, history) in field.states.iter().zip(&field.history) {
            text += &format!("  history {name}(t) = {}\n", expression(flat, *history));
        }
    }
    for (name, terms) in field.states.iter().zip(&field.noise.terms) {
        for &(path, coefficient) in terms {
            let path = &field.noise.names[path as usize];
            let coefficient = expression(flat, coefficient);
            text += &format!("  noise({path}) in {name}': {coefficient}\n");
        }
    }
    for event in &field.events {
        let assign = |&(target, value): &(Target, ExprId)| {
            format!("{} := {}", name_of(field, target), expression(flat, value))
        };
        text += &format!(
            "  event {} when {} {} {{ {} }}\n",
            event.name,
            expression(flat, event.when),
            direction(event.direction),
            event.assignments.iter().map(assign).collect::<Vec<_>>().join("; ")
        );
    }
    for (name, invariant) in &field.invariants {
        text += &format!("  invariant {name} = {}\n", expression(flat, *invariant));
    }
    for (name, output) in &field.outputs {
        text += &format!("  output {name} = {}\n", expression(flat, *output));
    }
    text
}

/// The unit of a scalar with a space before it, by its declared name; nothing if it has none.
fn unit(units: &[(&str, &str)], name: &str) -> String {
    let base = name.split('[').next().unwrap_or(name);
    let found = units.iter().find(|(declared, _)| *declared == base);
    found.map_or(String::new(), |(_, unit)| format!(" <{unit}>"))
}
