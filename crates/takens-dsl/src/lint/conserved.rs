//! Invariants that are none: their time derivative along the equations does not vanish.
//!
//! What shows it is a state at which the derivative is far from what rounding makes of 0: a few are
//! looked at, which costs microseconds where a normal form can cost a tenth of a second. Where none has
//! a finite value the normal form decides. What is not decided is not reported.

use crate::Diagnostic;
use crate::definition::Definition;
use crate::expand::expand;
use crate::lower::Extent;
use crate::system::flat;
use takens_symbolic::{
    Bindings, Derivatives, ExprId, FieldKind, Graph, Limits, Normalizer, Style, Symbol, Tidy,
    VectorField, evaluate, field_names, print_expr,
};

/// Systems with more components are not judged.
const MOST_STATES: usize = 64;

/// States at which a derivative is computed.
const PLACES: usize = 3;

/// What rounding cannot make of 0, as a part of the terms that cancel.
const ROUNDING: f64 = 1e-6;

/// Characters of a derivative that is shown.
const SHOWN: usize = 120;

/// Reports every `invariant` that the motion changes.
pub(crate) fn conserved(definition: &Definition, faults: &mut Vec<Diagnostic>) {
    if definition.invariants.is_empty() {
        return;
    }
    let (Some(expansion), _) = expand(definition, &[], Extent::Full) else { return };
    let field = flat(definition, expansion).field;
    if field.dim() > MOST_STATES {
        return;
    }
    for invariant in &definition.invariants {
        let name = &invariant.name.text;
        let Some((_, id)) = field.invariants.iter().find(|one| one.0 == *name) else { continue };
        let mut graph = field.graph.clone();
        let terms = change(&field, &mut graph, *id);
        let zero = graph.zero();
        let rate = terms.iter().fold(zero, |total, &term| graph.add(total, term));
        if !moves(&field, &graph, rate, &terms) {
            continue;
        }
        let rate = Tidy::default().tidy(&mut graph, rate);
        let text = print_expr(&graph, rate, &field_names(&field));
        let what = match field.kind {
            FieldKind::Flow => "its time derivative along the equations",
            FieldKind::Map => "its change from one step to the next",
        };
        let message = match text.len() <= SHOWN {
            true => format!("`{name}` is no invariant: {what} is {text}"),
            false => format!("`{name}` is no invariant: {what} does not vanish"),
        };
        faults.push(
            Diagnostic::error("E085", invariant.name.span.clone(), message)
                .help("if it is only observed, call it `output`"),
        );
    }
}

/// The terms of the change of a quantity: of its time derivative, or of one step of a map.
fn change(field: &VectorField, graph: &mut Graph, id: ExprId) -> Vec<ExprId> {
    if field.kind == FieldKind::Map {
        let image = graph.import(&field.graph, &[id], |graph, symbol| match symbol {
            Symbol::State(place) => field.rhs[place as usize],
            Symbol::Time => {
                let (time, one) = (graph.symbol(Symbol::Time), graph.one());
                graph.add(time, one)
            }
            other => graph.symbol(other),
        });
        return vec![image[0], graph.neg(id)];
    }
    let gradient = Derivatives::default().gradient(graph, id);
    let mut terms = vec![];
    for (symbol, &slope) in gradient.iter() {
        match symbol {
            // A system at fault may lack an equation, which is reported.
            Symbol::State(place) => {
                let rhs = field.rhs.get(*place as usize).copied();
                terms.extend(rhs.map(|rhs| graph.mul(slope, rhs)));
            }
            Symbol::Time => terms.push(slope),
            _ => {}
        }
    }
    terms
}

fn moves(field: &VectorField, graph: &Graph, rate: ExprId, terms: &[ExprId]) -> bool {
    let parameters = field.default_parameters();
    let start = field.initial_state(&parameters);
    let mut seen = false;
    let moved = (0..PLACES).any(|place| {
        let shifted = |(component, x): (usize, &f64)| {
            x + place as f64 * (0.137 + 0.071 * (component % 7) as f64)
        };
        let state: Vec<f64> = start.iter().enumerate().map(shifted).collect();
        let bindings = Bindings {
            time: 0.3 * place as f64,
            state: &state,
            parameters: &parameters,
            ..Bindings::default()
        };
        let values = evaluate(graph, terms, &bindings);
        let scale = values.iter().fold(0.0_f64, |scale, value| scale.max(value.abs()));
        let total: f64 = values.iter().sum();
        let finite = total.is_finite() && scale.is_finite();
        seen |= finite;
        finite && total.abs() > ROUNDING * scale
    });
    if seen {
        return moved;
    }
    let mut normalizer = Normalizer::new(Style::Exponential, Limits::default());
    let normal = normalizer.normalize(graph, rate);
    normal.is_ok_and(|normal| !normal.is_zero() && normalizer.is_elementary(&normal))
}
