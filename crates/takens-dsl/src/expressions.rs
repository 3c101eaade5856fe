//! Expressions alone, over the names of a flat system: what a judge is given.

use crate::Diagnostic;
use crate::ast::{Declared, Expr, ExprKind, Name};
use crate::check::{Checker, Context};
use crate::definition::{Definition, Entity, Role};
use crate::habits;
use crate::limits::{MAX_EXPRESSION, MAX_FILE};
use crate::lower::{Extent, Lowerer, Place};
use crate::read::beyond_limits;
use crate::refusal::explain;
use crate::split::Statement;
use crate::syntax::read_expression;
use crate::token::{Token, TokenKind, tokenize};
use std::collections::HashMap;
use takens_symbolic::{ExprId, FieldKind, Graph, VectorField};

/// Reads `e1; e2; ...` over the states and parameters of `scope`, the time `t` and `pi`. Line ends
/// are white space, a last `;` is allowed.
///
/// The graph holds states and parameters by the places they have in `scope`.
///
/// # Errors
/// All faults, with spans of `text`.
pub fn parse_expressions(
    text: &str,
    scope: &VectorField,
) -> Result<(Graph, Vec<ExprId>), Vec<Diagnostic>> {
    if text.len() > MAX_FILE {
        let message = format!("this text has {} bytes; at most {MAX_FILE} are allowed", text.len());
        return Err(vec![Diagnostic::error("E003", 0..0, message)]);
    }
    let mut faults = vec![];
    let mut tokens = tokenize(text, &mut faults);
    let patched = habits::patch(text, &tokens, &mut faults);
    if patched != text {
        tokens = tokenize(&patched, &mut vec![]);
    }
    let ignored = [TokenKind::Newline, TokenKind::Doc];
    tokens.retain(|token| !ignored.contains(&token.kind));

    let definition = definition_of(scope);
    let kinds = HashMap::new();
    let mut checker = Checker::new(&definition.0, &kinds);
    let mut lowerer = Lowerer::new(&definition.0, vec![], Extent::Full);
    (lowerer.states, lowerer.parameters) = (definition.1, definition.2);
    let mut expressions = vec![];
    for piece in pieces(&patched, &tokens) {
        let Some(expr) = read_piece(&patched, piece, text.len(), &mut faults) else { continue };
        checker.number(&expr, Context::Run, "the expression", &[]);
        if checker.faults.iter().any(Diagnostic::is_error) {
            faults.append(&mut checker.faults);
        } else if let Ok(id) = lowerer.number(&expr) {
            expressions.push(id);
        } else {
            faults.append(&mut lowerer.faults);
        }
        checker.faults.clear();
    }
    if faults.iter().any(Diagnostic::is_error) {
        return Err(faults.into_iter().map(|fault| fault.at_whole_characters(text)).collect());
    }
    Ok((lowerer.graph, expressions))
}

/// The runs of tokens between `;` outside of brackets.
fn pieces<'t>(text: &str, tokens: &'t [Token]) -> Vec<&'t [Token]> {
    let (mut depth, mut start, mut found) = (0_usize, 0, vec![]);
    for (index, token) in tokens.iter().enumerate() {
        match token.kind {
            TokenKind::Open => depth += 1,
            TokenKind::Close => depth = depth.saturating_sub(1),
            TokenKind::Symbol if depth == 0 && token.text(text) == ";" => {
                found.push(&tokens[start..index]);
                start = index + 1;
            }
            _ => {}
        }
    }
    if start < tokens.len() || found.is_empty() {
        found.push(&tokens[start..]);
    }
    found
}

fn read_piece(
    text: &str,
    tokens: &[Token],
    end: usize,
    faults: &mut Vec<Diagnostic>,
) -> Option<Expr> {
    let (Some(first), Some(last)) = (tokens.first(), tokens.last()) else {
        faults.push(Diagnostic::error("E001", end..end, "an expression is expected"));
        return None;
    };
    let span = first.start..last.end;
    if let Some(fault) = beyond_limits(text, tokens, &span, MAX_EXPRESSION) {
        faults.push(fault);
        return None;
    }
    match read_expression(text, span.clone(), faults) {
        Ok(expr) => Some(expr),
        Err(refusal) => {
            let tokens = tokens.to_vec();
            let statement =
                Statement { doc: String::new(), tokens, block: None, span, broken: false };
            faults.push(explain(text, &statement, &refusal));
            None
        }
    }
}

/// A definition with the names of a flat system, and where its states and parameters stand.
fn definition_of(scope: &VectorField) -> (Definition, Vec<Place>, Vec<Place>) {
    let mut definition =
        Definition { is_map: scope.kind == FieldKind::Map, ..Definition::default() };
    // States are put in last: where a name is both, the state is meant.
    let parameters = scope.parameters.iter().map(|parameter| parameter.name.as_str());
    let (names, parameters) = blocks(parameters);
    for (place, name) in names.into_iter().enumerate() {
        let rank = Some(parameters[place].shape.len());
        let entity = Entity { role: Role::Parameter(place), rank, span: 0..0 };
        definition.names.insert(name.clone(), entity);
        definition.parameters.push(declared(name));
    }
    let (names, states) = blocks(scope.states.iter().map(String::as_str));
    for (place, name) in names.into_iter().enumerate() {
        let rank = Some(states[place].shape.len());
        let entity = Entity { role: Role::State(place), rank, span: 0..0 };
        definition.names.insert(name.clone(), entity);
        // The velocity `x_dot` is `x'` in equations.
        if let Some(base) = name.strip_suffix("_dot") {
            let entity = Entity { role: Role::State(place), rank, span: 0..0 };
            definition.names.insert(format!("{base}'"), entity);
        }
        definition.states.push(declared(name));
    }
    (definition, states, parameters)
}

fn declared(name: String) -> Declared {
    Declared {
        doc: String::new(),
        name: Name { text: name, span: 0..0 },
        subscripts: vec![],
        primes: 0,
        unit: None,
        value: Some(Expr::new(ExprKind::Broken, 0..0)),
        range: None,
        over: vec![],
        wrap: None,
        span: 0..0,
    }
}

/// Flat names `k[0,0]`, `k[0,1]`, ... gathered under `k`, with shape and first place.
fn blocks<'n>(names: impl Iterator<Item = &'n str>) -> (Vec<String>, Vec<Place>) {
    let (mut found, mut places): (Vec<String>, Vec<Place>) = (vec![], vec![]);
    for (flat, name) in names.enumerate() {
        let (base, indices) = match name.split_once('[') {
            Some((base, rest)) => {
                let numbers = rest.trim_end_matches(']').split(',');
                let numbers: Vec<i64> =
                    numbers.filter_map(|number| number.trim().parse().ok()).collect();
                (base, numbers)
            }
            None => (name, vec![]),
        };
        if found.last().is_none_or(|last| last != base) || indices.is_empty() {
            found.push(base.to_owned());
            places.push(Place { shape: vec![0; indices.len()], first: flat as i64 });
        }
        // The last element has the greatest indices.
        if let Some(place) = places.last_mut() {
            for (size, index) in place.shape.iter_mut().zip(&indices) {
                *size = (*size).max(index.saturating_add(1));
            }
        }
    }
    (found, places)
}
