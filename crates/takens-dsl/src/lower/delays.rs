//! Delays: `x(t - tau)` becomes a symbol of its own, its lag the time that is taken off.

use super::{Lowered, Lowerer, Small, Value};
use crate::Diagnostic;
use crate::ast::*;
use crate::definition::{Role, primed};
use crate::diagnostic::Span;
use crate::system::SystemKind;
use num_traits::Zero;
use std::collections::HashSet;
use takens_symbolic::{ExprId, Graph, Node, Symbol, Tidy};

/// A delayed component.
#[derive(Debug, Clone)]
pub(crate) struct DelayTerm {
    /// The flat place of the component.
    pub(crate) state: i64,
    pub(crate) lag: ExprId,
    /// Where it stands first.
    pub(crate) span: Span,
}

impl Lowerer<'_> {
    /// The value of a delay or a noise term; `None` for every other call.
    pub(super) fn delay_or_noise(
        &mut self,
        name: &Name,
        subscripts: &[Expr],
        primes: usize,
        arguments: &[Expr],
        span: &Span,
    ) -> Option<Lowered<Value>> {
        let kind = self.definition.kind;
        if !matches!(kind, SystemKind::Dde | SystemKind::Sde)
            || self.definition.globals.functions.contains_key(&name.text)
        {
            return None;
        }
        let [argument] = arguments else { return None };
        let role = self.definition.names.get(&primed(&name.text, primes)).map(|one| one.role);
        match (kind, role) {
            (SystemKind::Dde, Some(Role::State(place))) => {
                Some(self.delay(place, name, subscripts, argument, span))
            }
            (SystemKind::Sde, None) if name.text == "noise" => Some(self.noise(argument, span)),
            _ => None,
        }
    }

    fn delay(
        &mut self,
        place: usize,
        name: &Name,
        subscripts: &[Expr],
        argument: &Expr,
        span: &Span,
    ) -> Lowered<Value> {
        let place = self.states.get(place).cloned().ok_or(super::Halt)?;
        let element = self.element(name, &place, subscripts, span)?;
        let time = self.number(argument)?;
        let lag = self.lag(name, time, argument, span)?;
        let Some(state) = element else { return Ok(Value::Literal(Small::zero())) };
        let known = self.delays.iter().position(|one| one.state == state && one.lag == lag);
        let number = known.unwrap_or_else(|| {
            self.delays.push(DelayTerm { state, lag, span: span.clone() });
            self.delays.len() - 1
        });
        Ok(Value::Expr(self.graph.symbol(Symbol::Delayed(number as u32))))
    }

    /// How long before `t` the time of a delay is.
    fn lag(&mut self, name: &Name, time: ExprId, written: &Expr, span: &Span) -> Lowered<ExprId> {
        let mut terms = vec![];
        let mut open = vec![(time, true)];
        while let Some((id, plus)) = open.pop() {
            self.spend(1, span)?;
            match *self.graph.node(id) {
                Node::Add(a, b) => open.extend([(b, plus), (a, plus)]),
                Node::Sub(a, b) => open.extend([(b, !plus), (a, plus)]),
                Node::Neg(a) => open.push((a, !plus)),
                _ => terms.push((id, plus)),
            }
        }
        let now = self.graph.symbol(Symbol::Time);
        let first = terms.iter().position(|&term| term == (now, true));
        let name = &name.text;
        let Some(first) = first else {
            let message = format!("`{name}(...)` is a delay, and its time does not start from `t`");
            return Err(self.fault(
                Diagnostic::error("E071", written.span.clone(), message)
                    .help(format!("write `{name}(t - tau)`; a product is `{name}*(...)`")),
            ));
        };
        terms.remove(first);
        // What is taken off comes first, so that `t + s - tau` has the lag `tau - s`.
        terms.sort_by_key(|&(_, plus)| plus);
        let mut lag = self.graph.zero();
        for &(id, plus) in &terms {
            lag = if plus { self.graph.sub(lag, id) } else { self.graph.add(lag, id) };
        }
        let lag = Tidy::default().tidy(&mut self.graph, lag);
        match mover(&self.graph, lag) {
            None => Ok(lag),
            Some(Symbol::Time) => {
                let message = format!("the delay of `{name}` changes with the time");
                Err(self.fault(
                    Diagnostic::error("E071", written.span.clone(), message)
                        .help("delays are constant during a run: made of parameters and numbers"),
                ))
            }
            Some(_) => {
                let message = format!("the delay of `{name}` depends on the state");
                Err(self.fault(Diagnostic::error("E071", written.span.clone(), message).help(
                    "state-dependent delays are not supported: make it of parameters and numbers",
                )))
            }
        }
    }
}

/// A symbol in an expression that is not constant during a run.
fn mover(graph: &Graph, id: ExprId) -> Option<Symbol> {
    let (mut open, mut seen) = (vec![id], HashSet::new());
    while let Some(id) = open.pop() {
        match graph.node(id) {
            Node::Symbol(Symbol::Parameter(_)) => {}
            Node::Symbol(symbol) => return Some(*symbol),
            node if seen.insert(id) => open.extend(node.children()),
            _ => {}
        }
    }
    None
}
