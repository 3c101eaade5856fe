//! What becomes a local variable.
//!
//! Expressions share parts: written out, a small graph can become a text beyond all bounds. A part
//! that is used more than once and is not small gets a name, and so does one that is nested too deep
//! for a reader (and for other languages' parsers).

use crate::{ExprId, Graph, Node};
use std::collections::{BTreeMap, BTreeSet};

/// When a part gets a name.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Rule {
    /// A part used more than once gets one from so many operations on; a function counts as this many.
    pub(crate) shared: u32,
    /// Any part gets one where so many operations nest.
    pub(crate) depth: u32,
    /// Any part gets one where so many operations would stand in one expression.
    pub(crate) size: u32,
}

/// For code: short expressions repeat, no line is out of hand.
pub(crate) const CODE: Rule = Rule { shared: 3, depth: 40, size: 60 };

/// The parts of `roots` that get names, in an order of evaluation. A [`Node::Root`] always has one;
/// what is inside its equation is not looked at.
pub(crate) fn locals(graph: &Graph, roots: &[ExprId], rule: Rule) -> Vec<ExprId> {
    let mut uses: BTreeMap<ExprId, u32> = BTreeMap::new();
    let mut open = roots.to_vec();
    while let Some(id) = open.pop() {
        let count = uses.entry(id).or_insert(0);
        *count += 1;
        if *count == 1 {
            open.extend(parts(graph.node(id)));
        }
    }
    let whole: BTreeSet<ExprId> = roots.iter().copied().collect();
    // Operations that stand in the text of a part, and how deep they nest.
    let mut extent: BTreeMap<ExprId, (u32, u32)> = BTreeMap::new();
    let mut named = Vec::new();
    for (&id, &count) in &uses {
        let node = graph.node(id);
        let (mut size, mut depth) = match node {
            Node::Number(_) | Node::Pi | Node::Symbol(_) => (0, 0),
            Node::Neg(_) => (0, 1),
            Node::Call(..) | Node::If { .. } => (rule.shared, 1),
            _ => (1, 1),
        };
        for part in parts(node) {
            let (inner, nested) = extent[&part];
            size += inner;
            depth = depth.max(nested + 1);
        }
        let shared = count > 1 && size >= rule.shared;
        let big = (depth >= rule.depth || size >= rule.size) && !whole.contains(&id);
        if matches!(node, Node::Root { .. }) || shared || big {
            named.push(id);
            (size, depth) = (0, 0);
        }
        extent.insert(id, (size, depth));
    }
    named
}

/// The parts that stand in the text of a node.
fn parts(node: &Node) -> Vec<ExprId> {
    match node {
        Node::Root { start, .. } => vec![*start],
        node => node.children(),
    }
}

/// All nodes that `roots` need, those inside the equations of roots too.
pub(crate) fn needed(graph: &Graph, roots: &[ExprId]) -> BTreeSet<ExprId> {
    let mut needed = BTreeSet::new();
    let mut open = roots.to_vec();
    while let Some(id) = open.pop() {
        if needed.insert(id) {
            open.extend(graph.node(id).children());
        }
    }
    needed
}

/// Whether a node is true or false rather than a number.
pub(crate) fn is_condition(node: &Node) -> bool {
    matches!(node, Node::Compare(..) | Node::And(..) | Node::Or(..) | Node::Not(_))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Function, Symbol};

    #[test]
    fn a_doubling_chain_stays_short() {
        let mut graph = Graph::new();
        let mut x = graph.symbol(Symbol::State(0));
        for _ in 0..64 {
            let y = graph.call(Function::Sin, &[x]);
            x = graph.add(y, y);
        }
        assert_eq!(locals(&graph, &[x], CODE).len(), 64);
    }

    #[test]
    fn short_parts_repeat() {
        let mut graph = Graph::new();
        let x = graph.symbol(Symbol::State(0));
        let two = graph.integer(2);
        let square = graph.pow(x, two);
        let sum = graph.add(square, square);
        assert!(locals(&graph, &[sum, square], CODE).is_empty());
    }
}
