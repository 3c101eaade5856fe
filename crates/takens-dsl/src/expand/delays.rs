//! Delays of a whole system: that each lag is positive over the ranges, and the order of delayed values.

use super::{Expander, Expansion};
use crate::Diagnostic;
use std::collections::{BTreeSet, HashMap, HashSet};
use takens_symbolic::{Bindings, ExprId, Graph, Node, Range, Symbol, evaluate, to_f64};

/// Lags that are judged; no person writes more.
const MOST_LAGS: usize = 100;

/// Corners of the ranges are tried for at most so many parameters.
const MOST_CORNERS: usize = 8;

impl Expander<'_, '_> {
    /// Component and lag of each delayed value; lags that can become 0 or less are reported.
    pub(super) fn lags(
        &mut self,
        defaults: &[(i64, ExprId)],
        ranges: &[Option<Range>],
    ) -> Vec<(i64, ExprId)> {
        let terms = std::mem::take(&mut self.lowerer.delays);
        if terms.is_empty() {
            return vec![];
        }
        let mut of_scalar: HashMap<u32, &Range> = HashMap::new();
        for (place, range) in self.lowerer.parameters.iter().zip(ranges) {
            for scalar in place.first..place.first + place.count() {
                of_scalar.extend(range.as_ref().map(|range| (scalar as u32, range)));
            }
        }
        let defaults: HashMap<u32, ExprId> =
            defaults.iter().map(|&(place, id)| (place as u32, id)).collect();
        let mut judged = HashSet::new();
        for term in &terms {
            if judged.len() >= MOST_LAGS || !judged.insert(term.lag) {
                continue;
            }
            if let Some(lag) = lowest(&self.lowerer.graph, term.lag, &defaults, &of_scalar) {
                let fault = Diagnostic::error("E072", term.span.clone(), lag);
                self.lowerer.fault(fault.help(
                    "a delay looks back: its lag is positive wherever the ranges let parameters run",
                ));
            }
        }
        terms.into_iter().map(|term| (term.state, term.lag)).collect()
    }
}

/// How a lag becomes 0 or less within the ranges, at their corners or at the defaults.
fn lowest(
    graph: &Graph,
    lag: ExprId,
    defaults: &HashMap<u32, ExprId>,
    ranges: &HashMap<u32, &Range>,
) -> Option<String> {
    let needed = parameters(graph, lag, defaults)?;
    let ranged: Vec<u32> =
        needed.iter().copied().filter(|place| ranges.contains_key(place)).collect();
    let size = needed.last().map_or(0, |last| *last as usize + 1);
    let value = |corner: Option<usize>| {
        let (mut values, mut open) = (vec![f64::NAN; size], false);
        for &place in &needed {
            let end = ranged.iter().position(|&one| one == place);
            values[place as usize] = match (corner, end) {
                (Some(corner), Some(bit)) if bit < MOST_CORNERS => {
                    let range = ranges[&place];
                    let high = corner >> bit & 1 == 1;
                    open |= if high { !range.high_closed } else { !range.low_closed };
                    to_f64(if high { &range.high } else { &range.low })
                }
                _ => {
                    let id = [defaults[&place]];
                    let bindings = Bindings { parameters: &values, ..Bindings::default() };
                    evaluate(graph, &id, &bindings)[0]
                }
            };
        }
        let bindings = Bindings { parameters: &values, ..Bindings::default() };
        let lag = evaluate(graph, &[lag], &bindings)[0];
        // An open end is never reached, only what is beyond it.
        (lag < 0.0 || (lag == 0.0 && !open)).then_some(lag)
    };
    if let Some(lag) = value(None) {
        return Some(format!("this delay is {lag} at the default parameters"));
    }
    let corners = 1_usize << ranged.len().min(MOST_CORNERS);
    let lag = (0..corners).find_map(|corner| value(Some(corner)))?;
    Some(format!("this delay becomes {lag} within the ranges of its parameters"))
}

/// The parameters on which a lag depends, by defaults too, in order; `None` if one has no value.
fn parameters(
    graph: &Graph,
    lag: ExprId,
    defaults: &HashMap<u32, ExprId>,
) -> Option<BTreeSet<u32>> {
    let (mut found, mut open, mut seen) = (BTreeSet::new(), vec![lag], HashSet::new());
    while let Some(id) = open.pop() {
        match graph.node(id) {
            Node::Symbol(Symbol::Parameter(place)) if found.insert(*place) => {
                open.push(*defaults.get(place)?);
            }
            node if seen.insert(id) => open.extend(node.children()),
            _ => {}
        }
    }
    Some(found)
}

impl Expansion {
    /// Numbers the delayed values in order of components, then of first appearance in the
    /// equations; those that no equation reads are left out.
    pub(super) fn order_delays(&mut self) {
        if self.delays.is_empty() {
            return;
        }
        let mut rights = self.rhs.clone();
        rights.sort_by_key(|one| one.0);
        let (mut order, mut seen) = (vec![], HashSet::new());
        for (_, id) in rights {
            let mut open = vec![id];
            while let Some(id) = open.pop() {
                if !seen.insert(id) {
                    continue;
                }
                match self.graph.node(id) {
                    Node::Symbol(Symbol::Delayed(number)) => order.push(*number),
                    node => open.extend(node.children().into_iter().rev()),
                }
            }
        }
        order.sort_by_key(|&number| self.delays[number as usize].0);
        let places: HashMap<u32, u32> =
            order.iter().enumerate().map(|(place, &number)| (number, place as u32)).collect();
        self.delays = order.iter().map(|&number| self.delays[number as usize]).collect();
        let graph = std::mem::take(&mut self.graph);
        let mut ids = self.ids();
        let old: Vec<ExprId> = ids.iter().map(|id| **id).collect();
        let mut ordered = Graph::new();
        let new = ordered.import(&graph, &old, |graph, symbol| {
            graph.symbol(match symbol {
                Symbol::Delayed(number) => {
                    Symbol::Delayed(places.get(&number).copied().unwrap_or(number))
                }
                other => other,
            })
        });
        for (id, new) in ids.iter_mut().zip(new) {
            **id = new;
        }
        self.graph = ordered;
    }

    /// Every expression of the expansion.
    fn ids(&mut self) -> Vec<&mut ExprId> {
        let pairs = [&mut self.defaults, &mut self.rhs, &mut self.initial, &mut self.delays];
        let pairs = pairs.into_iter().chain([&mut self.history]);
        let mut found: Vec<&mut ExprId> = pairs.flatten().map(|pair| &mut pair.1).collect();
        let named = self.outputs.iter_mut().chain(&mut self.invariants);
        found.extend(named.map(|pair| &mut pair.1));
        found.extend(self.noise.iter_mut().flat_map(|one| &mut one.1).map(|pair| &mut pair.1));
        found.extend(self.hamiltonian.iter_mut().map(|one| &mut one.energy));
        found
    }
}
