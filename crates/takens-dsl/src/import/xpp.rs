//! Files of XPPAUT: one system, a statement a line.
//!
//! [`read`] takes the lines apart; `statement` sorts them into a `Model`, `convert` turns expressions
//! into the language's, `emit` writes the system. The syntax is that of B. Ermentrout's description,
//! sites.pitt.edu/~phase/bard/bardware/xpp/help/xppodes.html.

mod convert;
mod emit;
mod statement;

use super::formula::Piece;
use super::{ImportFault, Line};
use std::collections::BTreeMap;

/// What the file says, in the order in which it says it.
#[derive(Debug, Default)]
struct Model {
    /// Remarks, options and other things that do not move the state.
    comments: Vec<(String, usize)>,
    parameters: Vec<Quantity>,
    /// Parameters that are computed from others.
    derived: Vec<Quantity>,
    /// Fixed numbers, then quantities computed on the way.
    fixed: Vec<Quantity>,
    functions: Vec<Function>,
    equations: Vec<Quantity>,
    is_map: bool,
    is_flow: bool,
    aux: Vec<Quantity>,
    initial: BTreeMap<String, Quantity>,
    wiener: Vec<String>,
    events: Vec<Event>,
}

/// A name and what it stands for.
#[derive(Debug, Clone)]
struct Quantity {
    name: String,
    value: Vec<Piece>,
    line: usize,
}

#[derive(Debug)]
struct Function {
    name: String,
    arguments: Vec<String>,
    body: Vec<Piece>,
    line: usize,
}

#[derive(Debug)]
struct Event {
    rising: bool,
    condition: Vec<Piece>,
    assignments: Vec<Quantity>,
    line: usize,
}

/// The lines of the system.
pub(super) fn read(text: &str, name: &str) -> Result<Vec<Line>, Vec<ImportFault>> {
    let mut model = Model::default();
    let mut faults = Vec::new();
    for (line, statement) in statements(text) {
        match statement::sort(&mut model, &statement, line) {
            Ok(statement::Then::GoOn) => {}
            Ok(statement::Then::Stop) => break,
            Err(message) => faults.push(ImportFault { line, message }),
        }
    }
    if model.equations.is_empty() && faults.is_empty() {
        let message = "no equations: `x' = ...`, `dx/dt = ...` or `x(t+1) = ...` is expected";
        faults.push(ImportFault { line: 0, message: message.into() });
    }
    if model.is_map && model.is_flow {
        let message = "differential and difference equations in one file; the language has either";
        faults.push(ImportFault { line: 0, message: message.into() });
    }
    if faults.is_empty() { emit::lines(&model, name) } else { Err(faults) }
}

/// Statements with the number of their first line; a backslash at the end of a line continues it.
fn statements(text: &str) -> Vec<(usize, String)> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let mut all: Vec<(usize, String)> = Vec::new();
    let mut open = false;
    for (place, line) in text.lines().enumerate() {
        let line = line.trim_end();
        let (line, goes_on) = match line.strip_suffix('\\') {
            Some(line) => (line, true),
            None => (line, false),
        };
        match all.last_mut().filter(|_| open) {
            Some((_, statement)) => statement.push_str(line),
            None => all.push((place + 1, line.to_owned())),
        }
        open = goes_on;
    }
    all
}
