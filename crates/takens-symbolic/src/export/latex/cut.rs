//! What becomes an auxiliary quantity: parts that are used more than once and not short, and the
//! widest parts of what would not fit a line.

use super::super::plan::{is_condition, needed};
use super::formula::{Formulas, WIDTH};
use super::symbol::Symbols;
use crate::{ExprId, Graph, Node};
use std::collections::BTreeMap;

/// A part used more than once is written out if it is at most this wide.
const SHORT: usize = 12;

/// What stands on the left of an equation.
const LEFT: usize = 8;

/// Formulas in which parts have names, and these parts in an order in which each is defined by those
/// before it.
pub(super) fn plan<'a>(
    graph: &'a Graph,
    roots: &[ExprId],
    symbols: &'a Symbols,
) -> (Formulas<'a>, Vec<ExprId>) {
    let all = needed(graph, roots);
    let mut uses: BTreeMap<ExprId, usize> = BTreeMap::new();
    for &id in &all {
        let node = graph.node(id);
        for part in node.children() {
            *uses.entry(part).or_insert(0) += 1;
        }
    }
    for &root in roots {
        *uses.entry(root).or_insert(0) += 1;
    }
    let mut formulas = Formulas::bare(graph, symbols);
    let mut named: Vec<ExprId> = Vec::new();
    // Widths are those of the text; it stays bounded because wide parts have names.
    let mut widths: BTreeMap<ExprId, usize> = BTreeMap::new();
    for &id in &all {
        let node = graph.node(id);
        let mut width = formulas.written(id).width;
        let limit = WIDTH - LEFT;
        while width > limit {
            let candidates: Vec<ExprId> = match node {
                // A sum is broken between its terms; one term alone must fit.
                Node::Add(_, b) | Node::Sub(_, b) => {
                    if widths[b] > limit {
                        vec![*b]
                    } else {
                        vec![]
                    }
                }
                _ => rows(graph, id, &formulas),
            };
            let widest = candidates
                .into_iter()
                .filter(|part| {
                    !formulas.names.contains_key(part)
                        && !is_condition(graph.node(*part))
                        && widths[part] > SHORT / 2
                })
                .max_by_key(|part| widths[part]);
            let Some(part) = widest else { break };
            name(&mut formulas, &mut named, symbols, part);
            width = formulas.written(id).width;
        }
        widths.insert(id, width);
        let shared = uses[&id] > 1 && width > SHORT && !is_condition(node);
        let is_root = matches!(node, Node::Root { .. });
        if is_root || shared {
            name(&mut formulas, &mut named, symbols, id);
            widths.insert(id, 3);
        }
    }
    named.sort();
    for (number, id) in (1..).zip(&named) {
        formulas.names.insert(*id, symbols.fresh(number));
    }
    (formulas, named)
}

fn name(formulas: &mut Formulas, named: &mut Vec<ExprId>, symbols: &Symbols, id: ExprId) {
    named.push(id);
    formulas.names.insert(id, symbols.fresh(named.len()));
}

/// The parts that stand in the text of a node, those of nested choices and products too.
fn rows(graph: &Graph, id: ExprId, formulas: &Formulas) -> Vec<ExprId> {
    let mut parts = Vec::new();
    let mut open = graph.node(id).children();
    while let Some(part) = open.pop() {
        parts.push(part);
        if matches!(graph.node(part), Node::Mul(..) | Node::If { .. } | Node::Neg(_))
            && !formulas.names.contains_key(&part)
        {
            open.extend(graph.node(part).children());
        }
    }
    // Naming a product whole hides less than naming its widest factor.
    parts.retain(|part| {
        !matches!(graph.node(*part), Node::Mul(..)) || graph.node(id).children().contains(part)
    });
    parts
}
