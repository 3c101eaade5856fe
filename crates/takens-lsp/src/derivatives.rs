//! Partial derivatives of an equation, for the hover of a state.

use std::collections::BTreeMap;
use takens_dsl::System;
use takens_symbolic::{Derivatives, FieldKind, Node, Symbol, field_names, print_expr};

/// Larger systems are not expanded for a hover.
const MAX_COMPONENTS: usize = 256;

/// Longer derivatives are cut.
const MAX_TEXT: usize = 160;

/// How many are shown.
const MAX_LINES: usize = 12;

/// The derivatives of the first component of a state's equation that are not zero, a line for each.
pub(crate) fn lines(system: &System, state: &str) -> Vec<String> {
    let size: usize = system
        .states
        .iter()
        .map(|one| one.shape.iter().product::<usize>())
        .fold(0, usize::saturating_add);
    if size > MAX_COMPONENTS {
        return vec![];
    }
    let Ok(flat) = system.flatten(&BTreeMap::new()) else { return vec![] };
    let field = &flat.field;
    let Some(row) = field.states.iter().position(|name| {
        name == state || name.strip_prefix(state).is_some_and(|rest| rest.starts_with('['))
    }) else {
        return vec![];
    };
    let Some(&right) = field.rhs.get(row) else { return vec![] };
    let names = field_names(field);
    let mut graph = field.graph.clone();
    let mut derivatives = Derivatives::default();
    let left = match field.kind {
        FieldKind::Map => format!("next {}", field.states[row]),
        _ => format!("{}'", field.states[row]),
    };
    let mut lines = vec![];
    for (place, name) in field.states.iter().enumerate() {
        let symbol = Symbol::State(u32::try_from(place).unwrap_or(u32::MAX));
        let one = derivatives.derivative(&mut graph, right, symbol);
        if matches!(graph.node(one), Node::Number(value) if value.numer().bits() == 0) {
            continue;
        }
        if lines.len() == MAX_LINES {
            lines.push("...".to_owned());
            break;
        }
        let text = print_expr(&graph, one, &names);
        let text = match text.char_indices().nth(MAX_TEXT) {
            Some((end, _)) => format!("{}...", &text[..end]),
            None => text,
        };
        lines.push(format!("d({left})/d({name}) = {text}"));
    }
    lines
}
