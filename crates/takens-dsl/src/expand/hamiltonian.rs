//! Equations from an energy: `q' = ∂H/∂p`, `p' = -∂H/∂q`.
//!
//! Start at [`Expander::energy`]. The energy is taken apart into terms first, so that a sum over a long
//! index costs no more than its terms, and derivatives read like what a person would write.

use super::slots::offset;
use super::{Expander, tuples};
use crate::Diagnostic;
use crate::ast::*;
use crate::definition::{Role, primed};
use crate::diagnostic::Span;
use crate::lower::{Halt, Lowered, Place};
use num_traits::{One, Signed, Zero};
use std::collections::{BTreeSet, HashMap, HashSet};
use takens_symbolic::{Derivatives, ExprId, Graph, Hamiltonian, Node, Rational, Symbol, Tidy};

/// What follows from an energy.
pub(super) struct Derived {
    pub(super) hamiltonian: Hamiltonian,
    pub(super) rhs: Vec<(i64, ExprId)>,
    /// Nothing outside of the pairs, and not the time, changes the energy.
    pub(super) conserved: bool,
    /// Where each paired component is named.
    covered: HashMap<i64, Span>,
}

impl<'a> Expander<'_, 'a> {
    pub(super) fn energy(&mut self) -> Option<Derived> {
        let energy = self.lowerer.definition.energy.as_ref()?;
        let (mut pairs, mut covered) = (vec![], HashMap::new());
        for (position, momentum) in &energy.pairs {
            self.pair(position, momentum, &mut pairs, &mut covered).ok()?;
        }
        let value = self.lowerer.number(&energy.value).ok()?;
        let graph = &mut self.lowerer.graph;
        let reads = symbols(graph, value);
        let paired = |symbol: &Symbol| match symbol {
            Symbol::State(place) => covered.contains_key(&i64::from(*place)),
            Symbol::Time => false,
            _ => true,
        };
        let conserved = reads.iter().all(paired);
        let gradient = Slope::of(graph, value);
        let mut tidy = Tidy::default();
        let mut rhs = vec![];
        for &(position, momentum) in &pairs {
            let velocity = gradient.by(graph, momentum);
            rhs.push((i64::from(position), tidy.tidy(graph, velocity)));
            let force = gradient.by(graph, position);
            let force = graph.neg(force);
            rhs.push((i64::from(momentum), tidy.tidy(graph, force)));
        }
        let hamiltonian = Hamiltonian { energy: value, pairs };
        Some(Derived { hamiltonian, rhs, conserved, covered })
    }

    /// The pairs of components that one pair of the text stands for.
    fn pair(
        &mut self,
        position: &'a Component,
        momentum: &'a Component,
        pairs: &mut Vec<(u32, u32)>,
        covered: &mut HashMap<i64, Span>,
    ) -> Lowered<()> {
        let definition = self.lowerer.definition;
        let names = |component: &'a Component| -> BTreeSet<&'a str> {
            let names = component.subscripts.iter().filter_map(|one| match &one.kind {
                ExprKind::Reference { name, .. } => definition.index(&name.text),
                _ => None,
            });
            names.map(|index| index.name.as_str()).collect()
        };
        let open = names(position);
        if open != names(momentum) {
            let span = position.span.start..momentum.span.end;
            let message = "position and momentum run over different indices";
            return Err(self.lowerer.fault(
                Diagnostic::error("E082", span, message)
                    .help("a pair of vectors is written over one index: `(q[i], p[i])`"),
            ));
        }
        let open: Vec<&str> = open.into_iter().collect();
        let mut lists = vec![];
        for name in &open {
            let index = definition.index(name).ok_or(Halt)?;
            let low = self.lowerer.integer(&index.low)?;
            let high = self.lowerer.integer(&index.high)?;
            lists.push(self.lowerer.run(low, high));
        }
        let count: usize = lists.iter().map(Vec::len).product();
        self.lowerer.spend(count, &position.span)?;
        for values in tuples(&lists) {
            let mut place = |component: &Component| -> Lowered<i64> {
                let flat = self.lowerer.with(&open, &values, |lowerer| {
                    let key = primed(&component.name.text, component.primes);
                    let Some(Role::State(state)) = definition.names.get(&key).map(|one| one.role)
                    else {
                        return Err(Halt);
                    };
                    let place = lowerer.states.get(state).cloned().ok_or(Halt)?;
                    let Component { name, subscripts, span, .. } = component;
                    lowerer.element(name, &place, subscripts, span)
                })?;
                let flat = flat.ok_or(Halt)?;
                if let Some(earlier) = covered.insert(flat, component.span.clone()) {
                    let message = format!("`{}` stands in two pairs", component.name.text);
                    return Err(self.lowerer.fault(
                        Diagnostic::error("E081", component.span.clone(), message)
                            .related(earlier, "the other one"),
                    ));
                }
                Ok(flat)
            };
            let (position, momentum) = (place(position)?, place(momentum)?);
            let both = u32::try_from(position).ok().zip(u32::try_from(momentum).ok());
            pairs.push(both.ok_or(Halt)?);
        }
        Ok(())
    }

    /// Whether the energy moves an element.
    pub(super) fn derived(&self, place: &Place, indices: &[i64]) -> bool {
        let flat = place.first + offset(place, indices);
        self.energy.as_ref().is_some_and(|derived| derived.covered.contains_key(&flat))
    }

    /// Reports an equation of a component that the energy moves.
    pub(super) fn not_derived(&mut self, flat: i64, left: &Span) {
        let covered = self.energy.as_ref().and_then(|derived| derived.covered.get(&flat));
        if let Some(pair) = covered.cloned() {
            let message = "the `hamiltonian` moves this component already";
            self.lowerer.fault(
                Diagnostic::error("E083", left.clone(), message)
                    .related(pair, "paired here")
                    .help("take the equation out, or the pair"),
            );
        }
    }
}

fn symbols(graph: &Graph, id: ExprId) -> HashSet<Symbol> {
    let (mut found, mut open, mut seen) = (HashSet::new(), vec![id], HashSet::new());
    while let Some(id) = open.pop() {
        match graph.node(id) {
            Node::Symbol(symbol) => {
                found.insert(*symbol);
            }
            node if seen.insert(id) => open.extend(node.children()),
            _ => {}
        }
    }
    found
}

/// The derivatives of a sum of terms, gathered by the factor before each.
struct Slope {
    /// For each component: factor, number and derivative of each term that it is in.
    of_state: HashMap<u32, Vec<(Option<ExprId>, Rational, ExprId)>>,
}

impl Slope {
    fn of(graph: &mut Graph, energy: ExprId) -> Self {
        let mut moves = vec![];
        let free = |graph: &Graph, moves: &mut Vec<Option<bool>>, id: ExprId| {
            moves.resize(moves.len().max(graph.len()), None);
            !depends(graph, moves, id)
        };
        let mut derivatives = Derivatives::default();
        let mut of_state: HashMap<u32, Vec<_>> = HashMap::new();
        let mut open = vec![(energy, None::<ExprId>, Rational::one())];
        while let Some((id, factor, number)) = open.pop() {
            if free(graph, &mut moves, id) {
                continue;
            }
            let scaled = |graph: &mut Graph, by: ExprId, over: bool| {
                let known = graph.as_number(by).filter(|by| !over || !by.is_zero());
                if let Some(by) = known.cloned() {
                    return (factor, if over { &number / by } else { &number * by });
                }
                let factor = match (factor, over) {
                    (Some(factor), false) => graph.mul(factor, by),
                    (Some(factor), true) => graph.div(factor, by),
                    (None, false) => by,
                    (None, true) => {
                        let one = graph.one();
                        graph.div(one, by)
                    }
                };
                (Some(factor), number.clone())
            };
            match *graph.node(id) {
                Node::Add(a, b) => {
                    open.extend([(b, factor, number.clone()), (a, factor, number)]);
                }
                Node::Sub(a, b) => open.extend([(b, factor, -number.clone()), (a, factor, number)]),
                Node::Neg(a) => open.push((a, factor, -number)),
                Node::Mul(a, b) if free(graph, &mut moves, a) => {
                    let (factor, number) = scaled(graph, a, false);
                    open.push((b, factor, number));
                }
                Node::Mul(a, b) if free(graph, &mut moves, b) => {
                    let (factor, number) = scaled(graph, b, false);
                    open.push((a, factor, number));
                }
                Node::Div(a, b) if free(graph, &mut moves, b) => {
                    let (factor, number) = scaled(graph, b, true);
                    open.push((a, factor, number));
                }
                _ => {
                    for (symbol, slope) in derivatives.gradient(graph, id).iter() {
                        if let Symbol::State(place) = symbol {
                            let terms = of_state.entry(*place).or_default();
                            terms.push((factor, number.clone(), *slope));
                        }
                    }
                }
            }
        }
        Self { of_state }
    }

    /// The derivative by a component.
    fn by(&self, graph: &mut Graph, state: u32) -> ExprId {
        let mut groups: Vec<(Option<ExprId>, ExprId)> = vec![];
        for (factor, number, slope) in self.of_state.get(&state).into_iter().flatten() {
            let size = graph.number(number.abs());
            let term = graph.mul(size, *slope);
            let place = groups.iter().position(|group| group.0 == *factor);
            let place = place.unwrap_or_else(|| {
                groups.push((*factor, graph.zero()));
                groups.len() - 1
            });
            let before = groups[place].1;
            groups[place].1 = if number.is_negative() {
                graph.sub(before, term)
            } else {
                graph.add(before, term)
            };
        }
        let zero = graph.zero();
        groups.into_iter().fold(zero, |total, (factor, sum)| {
            let term = factor.map_or(sum, |factor| graph.mul(factor, sum));
            graph.add(total, term)
        })
    }
}

/// Whether an expression depends on the state; parts are older than the whole, so each is asked once.
fn depends(graph: &Graph, known: &mut [Option<bool>], id: ExprId) -> bool {
    let mut open = vec![id];
    while let Some(&top) = open.last() {
        if known[top.index()].is_some() {
            open.pop();
            continue;
        }
        let node = graph.node(top);
        if let Node::Symbol(Symbol::State(_)) = node {
            known[top.index()] = Some(true);
            open.pop();
            continue;
        }
        let children = node.children();
        let waiting: Vec<ExprId> =
            children.iter().copied().filter(|child| known[child.index()].is_none()).collect();
        if waiting.is_empty() {
            known[top.index()] =
                Some(children.iter().any(|child| known[child.index()] == Some(true)));
            open.pop();
        } else {
            open.extend(waiting);
        }
    }
    known[id.index()] == Some(true)
}
