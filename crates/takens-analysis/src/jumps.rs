//! Jumps of a vector field.

use std::collections::BTreeSet;
use takens_symbolic::{Function, Node, Symbol, VectorField};

/// Whether the right-hand side may jump where the state crosses a surface: `sign`, `heaviside`, `floor`,
/// `mod` or `if` of something that depends on the state.
///
/// Tangent vectors jump with it, by a matrix that the variational equations do not know of and that a
/// spectrum is given at each crossing. Jumps in time alone do no harm, nor do the corners of `abs`, `min` and
/// `max`.
#[must_use]
pub fn has_jumps(field: &VectorField) -> bool {
    // Parts are older than the whole: one pass in the order of ids.
    let mut ids = BTreeSet::new();
    let mut open = field.rhs.clone();
    while let Some(id) = open.pop() {
        if ids.insert(id) {
            open.extend(field.graph.node(id).children());
        }
    }
    let mut moving = vec![false; field.graph.len()];
    let mut jumps = false;
    for id in ids {
        let node = field.graph.node(id);
        let depends = match node {
            Node::Symbol(symbol) => matches!(symbol, Symbol::State(_) | Symbol::Unknown(_)),
            _ => node.children().iter().any(|child| moving[child.index()]),
        };
        moving[id.index()] = depends;
        jumps |= match node {
            Node::Call(
                Function::Sign | Function::Heaviside | Function::Floor | Function::Mod,
                _,
            ) => depends,
            Node::If { condition, .. } => moving[condition.index()],
            _ => false,
        };
    }
    jumps
}
