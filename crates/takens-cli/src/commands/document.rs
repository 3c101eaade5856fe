//! A system as one JSON document: everything that is known of it.

use serde_json::{Map, Value, json};
use takens_catalog::Entry;
use takens_dsl::Flat;
use takens_symbolic::{Direction, ExprId, Range, Target, VectorField, to_f64};

/// An expression in the language's syntax, under the system's own names.
pub(crate) fn expression(flat: &Flat, id: ExprId) -> String {
    let field = &flat.field;
    takens_symbolic::print_expr(&field.graph, id, &takens_symbolic::field_names(field))
}

/// The document of `takens show --format json`; `takens help json` names its keys.
pub(crate) fn document(entry: &Entry, flat: &Flat) -> Value {
    let (system, field) = (&entry.system, &flat.field);
    let text = |id: ExprId| expression(flat, id);
    let initial = field.initial_state(&field.default_parameters());
    let equations: Vec<Value> = (field.states.iter().zip(&field.rhs).zip(&initial))
        .map(|((name, rhs), initial)| json!({ "state": name, "expression": text(*rhs), "initial": initial }))
        .collect();
    let named = |all: &[(String, ExprId)]| -> Vec<Value> {
        all.iter().map(|(name, id)| json!({ "name": name, "expression": text(*id) })).collect()
    };
    let known: Vec<Value> = (system.known.iter())
        .map(|one| {
            json!({
                "name": one.name, "text": one.text, "values": one.values,
                "tolerances": one.tolerances, "source": one.source,
            })
        })
        .collect();
    let other: Map<String, Value> =
        system.meta.other.iter().map(|(key, value)| (key.clone(), json!(value))).collect();
    let sample_other: Map<String, Value> =
        system.sample.other.iter().map(|(key, value)| (key.clone(), json!(value))).collect();
    json!({
        "name": system.name,
        "kind": system.kind.keyword(),
        "origin": entry.origin,
        "doc": system.doc,
        "field": entry.field(),
        "cite": system.meta.cite,
        "tags": entry.tags(),
        "same_form_as": system.meta.same_form_as,
        "meta": other,
        "dimension": field.dim(),
        "sizes": flat.sizes,
        "states": states(entry, flat),
        "parameter_shapes": parameter_shapes(entry, flat),
        "parameters": parameters(flat),
        "equations": equations,
        "outputs": named(&field.outputs),
        "delays": delays(flat),
        "noise": noise(flat),
        "modes": modes(flat),
        "events": events(flat),
        "energy": field.hamiltonian.as_ref().map(|one| text(one.energy)),
        "invariants": named(&field.invariants),
        "known": known,
        "sample": {
            "period": system.sample.period, "transient": system.sample.transient, "other": sample_other,
        },
        "period": entry.period(),
        "annotation": entry.annotation(),
    })
}

/// States as they are declared: a vector once, with its shape.
fn states(entry: &Entry, flat: &Flat) -> Vec<Value> {
    (flat.state_shapes.iter())
        .map(|shape| {
            let declared = entry.system.states.iter().find(|one| one.name == shape.name);
            json!({
                "name": shape.name, "shape": shape.shape, "first": shape.first,
                "doc": declared.map_or("", |one| one.doc.as_str()),
                "wrap": flat.wraps.get(shape.first).copied().flatten(),
            })
        })
        .collect()
}

/// Parameters as they are declared, structural ones too.
fn parameter_shapes(entry: &Entry, flat: &Flat) -> Vec<Value> {
    (entry.system.parameters.iter())
        .map(|declared| {
            let shape = flat.shapes.iter().find(|shape| shape.name == declared.name);
            json!({
                "name": declared.name, "doc": declared.doc, "structural": declared.structural,
                "shape": shape.map_or(&declared.shape, |shape| &shape.shape),
                "first": shape.map(|shape| shape.first),
                "default": declared.default, "range": declared.range.as_ref().map(range),
            })
        })
        .collect()
}

/// Every scalar parameter.
fn parameters(flat: &Flat) -> Vec<Value> {
    let field = &flat.field;
    (field.parameters.iter().zip(field.default_parameters()))
        .map(|(parameter, value)| {
            json!({
                "name": parameter.name, "default": expression(flat, parameter.default),
                "value": value, "range": parameter.range.as_ref().map(range),
            })
        })
        .collect()
}

fn range(range: &Range) -> Value {
    json!({
        "low": to_f64(&range.low), "low_closed": range.low_closed,
        "high": to_f64(&range.high), "high_closed": range.high_closed,
    })
}

/// Delayed values in the order of `x_tau`, with the history of their components.
fn delays(flat: &Flat) -> Vec<Value> {
    let field = &flat.field;
    (field.delays.iter())
        .map(|delay| {
            let place = delay.state as usize;
            json!({
                "name": delay.name, "state": field.states[place],
                "lag": expression(flat, delay.lag),
                "history": field.history.get(place).map(|id| expression(flat, *id)),
            })
        })
        .collect()
}

/// Terms of the noise (Itô), one for each process in each component.
fn noise(flat: &Flat) -> Vec<Value> {
    let field = &flat.field;
    let mut terms = Vec::new();
    for (state, row) in field.states.iter().zip(&field.noise.terms) {
        for (process, id) in row {
            let process = &field.noise.names[*process as usize];
            terms.push(
                json!({ "state": state, "process": process, "coefficient": expression(flat, *id) }),
            );
        }
    }
    terms
}

fn modes(flat: &Flat) -> Vec<Value> {
    (flat.field.modes.iter())
        .map(|mode| json!({ "name": mode.name, "initial": expression(flat, mode.initial) }))
        .collect()
}

fn events(flat: &Flat) -> Vec<Value> {
    let field = &flat.field;
    (field.events.iter())
        .map(|event| {
            let assignments: Vec<Value> = (event.assignments.iter())
                .map(|(target, id)| {
                    json!({ "to": name_of(field, *target), "expression": expression(flat, *id) })
                })
                .collect();
            json!({
                "name": event.name, "when": expression(flat, event.when),
                "direction": direction(event.direction), "assignments": assignments,
            })
        })
        .collect()
}

/// The word for the crossings that count.
pub(crate) fn direction(direction: Direction) -> &'static str {
    match direction {
        Direction::Rising => "rising",
        Direction::Falling => "falling",
        Direction::Any => "any",
    }
}

/// The name of what an event assigns to.
pub(crate) fn name_of(field: &VectorField, target: Target) -> &str {
    match target {
        Target::State(place) => &field.states[place as usize],
        Target::Mode(place) => &field.modes[place as usize].name,
    }
}
