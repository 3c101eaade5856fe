//! Noise: a path is a symbol on its own until the drift is told from its coefficients.
//!
//! Start at [`Lowerer::without_noise`]. The coefficients are exact: equations must be linear in noise.

use super::names::index_of;
use super::{Halt, Lowered, Lowerer, Small, Value};
use crate::Diagnostic;
use crate::ast::*;
use crate::diagnostic::Span;
use crate::expand::element_name;
use num_traits::Zero;
use std::collections::{BTreeMap, HashMap, HashSet};
use takens_symbolic::{ExprId, Node, Symbol, Tidy};

/// The paths of a system, by the number of the unknown that stands for each.
#[derive(Debug, Clone, Default)]
pub(crate) struct Paths {
    known: HashMap<String, (u32, ExprId)>,
    /// Name and place of each.
    pub(crate) named: HashMap<u32, (String, Span)>,
}

/// The coefficient of each path, by its number.
pub(crate) type Coefficients = BTreeMap<u32, ExprId>;

/// What is linear in noise: the rest, and the coefficients.
type Linear = (Option<ExprId>, Coefficients);

impl Lowerer<'_> {
    pub(super) fn noise(&mut self, path: &Expr, span: &Span) -> Lowered<Value> {
        let ExprKind::Reference { name, subscripts, .. } = &path.kind else { return Err(Halt) };
        let definition = self.definition;
        let mut shape = vec![];
        for subscript in subscripts {
            let value = self.integer(subscript)?;
            // A path is as long as the index that runs over it.
            shape.push(match index_of(definition, subscript) {
                Some(index) => self.within_function_free(|one| one.integer(&index.high))?,
                None => value.max(0).saturating_add(1),
            });
        }
        let Some(indices) = self.subscripts(name, &shape, subscripts, span)? else {
            return Ok(Value::Literal(Small::zero()));
        };
        let full = element_name(&name.text, &indices);
        if let Some(&(_, id)) = self.paths.known.get(&full) {
            return Ok(Value::Expr(id));
        }
        let (number, id) = self.graph.unknown();
        self.paths.known.insert(full.clone(), (number, id));
        self.paths.named.insert(number, (full, span.clone()));
        Ok(Value::Expr(id))
    }

    /// Whether an expression holds noise.
    pub(crate) fn noise_in(&self, id: ExprId) -> Option<u32> {
        if self.paths.named.is_empty() {
            return None;
        }
        let (mut open, mut seen) = (vec![id], HashSet::new());
        while let Some(id) = open.pop() {
            match self.graph.node(id) {
                Node::Symbol(Symbol::Unknown(number)) if self.paths.named.contains_key(number) => {
                    return Some(*number);
                }
                node if seen.insert(id) => open.extend(node.children()),
                _ => {}
            }
        }
        None
    }

    /// The drift of a right-hand side and the coefficients of its noise.
    pub(crate) fn without_noise(&mut self, id: ExprId) -> Lowered<(ExprId, Coefficients)> {
        if self.noise_in(id).is_none() {
            return Ok((id, Coefficients::new()));
        }
        let mut order = vec![];
        let (mut open, mut seen) = (vec![id], HashSet::new());
        while let Some(id) = open.pop() {
            if seen.insert(id) {
                order.push(id);
                open.extend(self.graph.node(id).children());
            }
        }
        order.sort_unstable();
        let mut parts: HashMap<ExprId, Linear> = HashMap::new();
        for id in order {
            let linear = self.linear(id, &parts)?;
            if !linear.1.is_empty() {
                parts.insert(id, linear);
            }
        }
        let (drift, coefficients) = parts.remove(&id).unwrap_or((Some(id), Coefficients::new()));
        let mut tidy = Tidy::default();
        let mut tidied = Coefficients::new();
        for (path, id) in coefficients {
            let id = tidy.tidy(&mut self.graph, id);
            if !self.graph.as_number(id).is_some_and(Zero::is_zero) {
                tidied.insert(path, id);
            }
        }
        Ok((drift.unwrap_or_else(|| self.graph.zero()), tidied))
    }

    /// One node, its parts done; those without noise have no entry.
    fn linear(&mut self, id: ExprId, parts: &HashMap<ExprId, Linear>) -> Lowered<Linear> {
        let node = self.graph.node(id).clone();
        if let Node::Symbol(Symbol::Unknown(number)) = node
            && self.paths.named.contains_key(&number)
        {
            return Ok((None, BTreeMap::from([(number, self.graph.one())])));
        }
        let noisy = |id: &ExprId| parts.get(id);
        let Some(first) = node.children().iter().find_map(noisy).map(|part| part.1.clone()) else {
            return Ok((Some(id), Coefficients::new()));
        };
        let of = |id: ExprId| -> Linear {
            parts.get(&id).cloned().unwrap_or((Some(id), Coefficients::new()))
        };
        Ok(match node {
            Node::Neg(a) => {
                let (drift, found) = of(a);
                let mut neg = |id| self.graph.neg(id);
                (drift.map(&mut neg), found.into_iter().map(|(path, id)| (path, neg(id))).collect())
            }
            Node::Add(a, b) => self.added(of(a), of(b), false),
            Node::Sub(a, b) => self.added(of(a), of(b), true),
            Node::Mul(a, b) if noisy(&a).is_none() => {
                let (drift, found) = of(b);
                let mut times = |id| self.graph.mul(a, id);
                let found = found.into_iter().map(|(path, id)| (path, times(id))).collect();
                (drift.map(times), found)
            }
            Node::Mul(a, b) if noisy(&b).is_none() => {
                let (drift, found) = of(a);
                let mut times = |id| self.graph.mul(id, b);
                let found = found.into_iter().map(|(path, id)| (path, times(id))).collect();
                (drift.map(times), found)
            }
            Node::Div(a, b) if noisy(&b).is_none() => {
                let (drift, found) = of(a);
                let mut over = |id| self.graph.div(id, b);
                let found = found.into_iter().map(|(path, id)| (path, over(id))).collect();
                (drift.map(over), found)
            }
            Node::If { condition, yes, no } if self.noise_in(condition).is_none() => {
                let ((drift, mut found), (other, others)) = (of(yes), of(no));
                let zero = self.graph.zero();
                for path in others.keys() {
                    found.entry(*path).or_insert(zero);
                }
                for (path, id) in &mut found {
                    let other = others.get(path).copied().unwrap_or(zero);
                    *id = self.graph.select(condition, *id, other);
                }
                let (drift, other) = (drift.unwrap_or(zero), other.unwrap_or(zero));
                (Some(self.graph.select(condition, drift, other)), found)
            }
            node => return Err(self.nonlinear(&node, first.keys().next().copied())),
        })
    }

    fn added(&mut self, a: Linear, b: Linear, minus: bool) -> Linear {
        let graph = &mut self.graph;
        let mut put = |before: Option<ExprId>, term: ExprId| match (before, minus) {
            (Some(before), false) => graph.add(before, term),
            (Some(before), true) => graph.sub(before, term),
            (None, false) => term,
            (None, true) => graph.neg(term),
        };
        let drift = match b.0 {
            Some(term) => Some(put(a.0, term)),
            None => a.0,
        };
        let mut found = a.1;
        for (path, term) in b.1 {
            let before = found.get(&path).copied();
            found.insert(path, put(before, term));
        }
        (drift, found)
    }

    fn nonlinear(&mut self, node: &Node, path: Option<u32>) -> Halt {
        let (name, span) =
            path.and_then(|path| self.paths.named.get(&path).cloned()).unwrap_or_default();
        let place = match node {
            Node::Mul(..) => "is multiplied by noise".to_owned(),
            Node::Div(..) => "stands in a divisor".to_owned(),
            Node::Pow(..) => "stands in a power".to_owned(),
            Node::Call(function, _) => format!("stands inside `{}`", function.name()),
            _ => "stands in a condition".to_owned(),
        };
        let message = format!("`noise({name})` {place}, and equations are linear in noise");
        self.fault(
            Diagnostic::error("E078", span, message)
                .help("noise has no value of its own: it enters as `a + b*noise(w)`"),
        )
    }
}
