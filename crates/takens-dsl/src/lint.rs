//! Warnings: what is allowed and yet hardly meant.
//!
//! Those that follow from the text alone are here; `reach` judges ranges of parameters, and `jumps`
//! measures branches.

mod conserved;
mod interval;
mod jumps;
mod reach;

pub(crate) use conserved::conserved;
pub(crate) use jumps::jumps;
pub(crate) use reach::out_of_domain;

use crate::Diagnostic;
use crate::ast::{Entry, Expr, ExprKind};
use crate::definition::{Definition, primed};
use crate::number::likely_fraction;
use crate::order::mentions;
use std::collections::HashSet;

/// Parameters that nothing uses.
pub(crate) fn unused(
    definition: &Definition,
    used: &HashSet<String>,
    faults: &mut Vec<Diagnostic>,
) {
    for declared in definition.structural.iter().chain(&definition.parameters) {
        let name = &declared.name;
        if !used.contains(&name.text) {
            let message = format!("the parameter `{}` is never used", name.text);
            faults.push(
                Diagnostic::warning("W002", name.span.clone(), message)
                    .help("take it out, or use it in an equation"),
            );
        }
    }
    for declared in &definition.modes {
        let name = &declared.name;
        if !used.contains(&name.text) {
            let message = format!("the mode `{}` is never read", name.text);
            faults.push(
                Diagnostic::warning("W030", name.span.clone(), message)
                    .help("read it in an equation or an event, or take it out"),
            );
        } else if !definition.events.iter().any(|event| {
            event.assignments.iter().any(|assignment| assignment.target.text == name.text)
        }) {
            let message = format!("no event sets the mode `{}`", name.text);
            faults.push(
                Diagnostic::warning("W031", name.span.clone(), message)
                    .help("what never changes is a `param`"),
            );
        }
    }
    for declared in &definition.lets {
        let name = &declared.name;
        if !used.contains(&name.text) {
            let message = format!("`{}` is defined and never used", name.text);
            faults.push(Diagnostic::warning("W008", name.span.clone(), message));
        }
    }
}

/// States that no other state, definition or output depends on.
pub(crate) fn idle_states(definition: &Definition, faults: &mut Vec<Diagnostic>) {
    if definition.states.len() < 2 {
        return;
    }
    let mut matters: HashSet<String> = HashSet::new();
    for declared in definition.lets.iter().chain(&definition.outputs) {
        matters.extend(declared.value.iter().flat_map(mentions));
    }
    let energy = definition.energy.iter().map(|energy| &energy.value);
    let invariants = definition.invariants.iter().map(|one| &one.value);
    matters.extend(energy.chain(invariants).flat_map(mentions));
    for event in &definition.events {
        matters.extend(mentions(&event.when));
        matters.extend(event.assignments.iter().flat_map(|one| mentions(&one.right)));
    }
    for equation in &definition.equations {
        let state = &definition.states[equation.state];
        let own = primed(&state.name.text, state.primes);
        let others = mentions(&equation.equation.right).into_iter().filter(|name| *name != own);
        matters.extend(others);
    }
    for state in &definition.states {
        let key = primed(&state.name.text, state.primes);
        if !matters.contains(&key) {
            let message = format!("the state `{key}` affects nothing else");
            faults.push(
                Diagnostic::warning("W003", state.name.span.clone(), message)
                    .help("if it is only observed, that is fine; else an equation lacks it"),
            );
        }
    }
}

/// Decimals that look like a rounded fraction, `2.667` for `8/3`.
pub(crate) fn rounded(text: &str, expr: &Expr, faults: &mut Vec<Diagnostic>) {
    let mut open = vec![expr];
    while let Some(expr) = open.pop() {
        if let ExprKind::Number(_) = expr.kind
            && let Some(literal) = text.get(expr.span.clone())
            && let Some((above, below)) = likely_fraction(literal)
        {
            let message = format!("`{literal}` looks like {above}/{below}, rounded");
            faults.push(
                Diagnostic::warning("W005", expr.span.clone(), message)
                    .help(format!("numbers are exact here: if {above}/{below} is meant, write so"))
                    .guess(expr.span.clone(), format!("{above}/{below}")),
            );
        }
        open.extend(expr.parts());
    }
}

/// Literature values of numbers without a source.
pub(crate) fn unsourced(entries: &[Entry], faults: &mut Vec<Diagnostic>) {
    for entry in entries {
        let crate::ast::Value::Expr(value) = &entry.value else { continue };
        // A formula, such as a divergence, is its own source.
        if entry.source.is_none() && is_numeric(value) {
            let message = format!("the known value of `{}` names no source", entry.key.text);
            faults.push(
                Diagnostic::warning("W006", entry.key.span.clone(), message)
                    .help("say where it comes from: `... from \"doi:...\"`"),
            );
        }
    }
}

fn is_numeric(expr: &Expr) -> bool {
    mentions(expr).is_empty()
}
