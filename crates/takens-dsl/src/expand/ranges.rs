//! Defaults and ranges of parameters, and the intervals into which states wrap.

use super::{Expander, element_name};
use crate::Diagnostic;
use crate::ast::*;
use crate::limits::MAX_NODES;
use crate::lower::Lowered;
use num_traits::FromPrimitive;
use std::collections::HashSet;
use takens_symbolic::{Bindings, ExprId, Graph, Node, Range, Rational, Symbol, evaluate, to_f64};

impl Expander<'_, '_> {
    pub(super) fn defaults(&mut self) -> (Vec<(i64, ExprId)>, Vec<Option<Range>>) {
        let definition = self.lowerer.definition;
        let total = self.lowerer.parameters.last().map_or(0, |place| place.first + place.count());
        // Values are needed to judge ranges; tables beyond any text are not judged.
        let judged = total <= MAX_NODES as i64;
        let mut values = vec![f64::NAN; if judged { total as usize } else { 0 }];
        let (mut defaults, mut ranges) = (vec![], vec![]);
        for (place, declared) in definition.parameters.iter().enumerate() {
            let range = declared.range.as_ref().and_then(|interval| self.range(interval));
            let Some(value) = &declared.value else {
                ranges.push(range);
                continue;
            };
            let place = self.lowerer.parameters[place].clone();
            let elements = self.elements(declared, value, &place);
            if judged {
                let ids: Vec<ExprId> = elements.iter().map(|element| element.2).collect();
                let numbers = constants(&self.lowerer.graph, &ids, &values);
                for ((_, flat, _), number) in elements.iter().zip(&numbers) {
                    values[*flat as usize] = *number;
                }
                if let Some(range) = &range {
                    let outside = elements
                        .iter()
                        .zip(&numbers)
                        .find(|(_, number)| !number.is_nan() && !contains(range, **number));
                    if let Some(((indices, ..), &number)) = outside {
                        let text = element_name(&declared.name.text, indices);
                        let name = Name { text, span: declared.name.span.clone() };
                        self.in_range(&name, declared, number, range);
                    }
                }
            }
            defaults.extend(elements.into_iter().map(|(_, flat, id)| (flat, id)));
            ranges.push(range);
        }
        (defaults, ranges)
    }

    pub(super) fn in_range(&mut self, name: &Name, declared: &Declared, value: f64, range: &Range) {
        if contains(range, value) {
            return;
        }
        let span = declared.value.as_ref().map_or(name.span.clone(), |value| value.span.clone());
        let message = format!("the default of `{}` is {value}, outside its own range", name.text);
        let mut fault = Diagnostic::error("E060", span, message);
        if let Some(interval) = &declared.range {
            fault = fault.related(interval.span.clone(), "the range");
        }
        self.lowerer.fault(fault);
    }

    pub(super) fn range(&mut self, interval: &Interval) -> Option<Range> {
        let low = self.constant(&interval.low).ok()?;
        let high = self.constant(&interval.high).ok()?;
        let single = low == high && interval.low_closed && interval.high_closed;
        if low < high || single {
            let (low_closed, high_closed) = (interval.low_closed, interval.high_closed);
            return Some(Range { low, low_closed, high, high_closed });
        }
        let message = "this interval is empty: its lower end comes first and is the lesser";
        self.lowerer.fault(Diagnostic::error("E061", interval.span.clone(), message));
        None
    }

    /// An exact number where the expression is one; else the nearest f64, as for `2*pi`.
    fn constant(&mut self, expr: &Expr) -> Lowered<Rational> {
        let id = self.lowerer.number(expr)?;
        if let Some(exact) = self.lowerer.graph.as_number(id) {
            return Ok(exact.clone());
        }
        let value = constants(&self.lowerer.graph, &[id], &[])[0];
        Rational::from_f64(value).ok_or_else(|| {
            self.lowerer.fault(Diagnostic::error(
                "E061",
                expr.span.clone(),
                format!("the end of an interval must be a finite number, and this is {value}"),
            ))
        })
    }

    pub(super) fn wraps(&mut self) -> Vec<Option<(f64, f64)>> {
        let definition = self.lowerer.definition;
        let interval = |expander: &mut Self, declared: &Declared| {
            let range = expander.range(declared.wrap.as_ref()?)?;
            Some((to_f64(&range.low), to_f64(&range.high)))
        };
        definition.states.iter().map(|state| interval(self, state)).collect()
    }
}

/// The numbers that expressions in parameters are; NaN for one that needs more than there is, which
/// is at fault and reported elsewhere.
fn constants(graph: &Graph, ids: &[ExprId], parameters: &[f64]) -> Vec<f64> {
    let known = |id: ExprId| {
        let (mut open, mut seen) = (vec![id], HashSet::new());
        while let Some(id) = open.pop() {
            match graph.node(id) {
                Node::Symbol(Symbol::State(_) | Symbol::Mode(_)) => return false,
                Node::Symbol(Symbol::Parameter(place)) if *place as usize >= parameters.len() => {
                    return false;
                }
                node if seen.insert(id) => open.extend(node.children()),
                _ => {}
            }
        }
        true
    };
    let bindings = Bindings { time: 0.0, state: &[], parameters, ..Bindings::default() };
    let value = |&id: &ExprId| {
        if known(id) { evaluate(graph, &[id], &bindings)[0] } else { f64::NAN }
    };
    ids.iter().map(value).collect()
}

fn contains(range: &Range, value: f64) -> bool {
    let (low, high) = (to_f64(&range.low), to_f64(&range.high));
    let above = if range.low_closed { value >= low } else { value > low };
    let below = if range.high_closed { value <= high } else { value < high };
    above && below
}
