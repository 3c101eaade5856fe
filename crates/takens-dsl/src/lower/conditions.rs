//! Comparisons, `and`, `or`, `not`, and the choice between values.
//!
//! A condition on indices or sizes alone is decided here; only what may change during a run reaches
//! the graph.

use super::{Halt, Lowered, Lowerer, Value};
use crate::Diagnostic;
use crate::ast::*;
use crate::diagnostic::Span;
use takens_symbolic::{Compare, ExprId, Node};

impl Lowerer<'_> {
    pub(super) fn condition(&mut self, expr: &Expr) -> Lowered<Value> {
        match self.value(expr)? {
            value @ (Value::Truth(_) | Value::Condition(_)) => Ok(value),
            _ => Err(self.fault(Diagnostic::error(
                "E051",
                expr.span.clone(),
                "a condition is needed here, and this is a number",
            ))),
        }
    }

    pub(super) fn not(&mut self, value: Value) -> Value {
        match value {
            Value::Truth(holds) => Value::Truth(!holds),
            Value::Condition(id) => Value::Condition(self.graph.add_node(Node::Not(id))),
            other => other,
        }
    }

    #[inline(never)]
    pub(super) fn compare(&mut self, compare: Compare, a: &Expr, b: &Expr) -> Lowered<Value> {
        let (left, right) = (self.value(a)?, self.value(b)?);
        if let (
            Value::Literal(left) | Value::Static(left),
            Value::Literal(right) | Value::Static(right),
        ) = (left, right)
        {
            return Ok(Value::Truth(holds(compare, &left, &right)));
        }
        let left = self.node(left, &a.span)?;
        let right = self.node(right, &b.span)?;
        if let (Some(left), Some(right)) = (self.graph.as_number(left), self.graph.as_number(right))
        {
            return Ok(Value::Truth(holds(compare, left, right)));
        }
        Ok(Value::Condition(self.graph.compare(compare, left, right)))
    }

    /// `and` over the parts, or `or`. A part that is known drops out or decides.
    #[inline(never)]
    pub(super) fn joined(&mut self, parts: &[Expr], all: bool) -> Lowered<Value> {
        let mut joined: Option<ExprId> = None;
        for part in parts {
            match self.condition(part)? {
                Value::Truth(holds) if holds != all => return Ok(Value::Truth(holds)),
                Value::Condition(id) => {
                    joined = Some(match joined {
                        None => id,
                        Some(before) if all => self.graph.add_node(Node::And(before, id)),
                        Some(before) => self.graph.add_node(Node::Or(before, id)),
                    });
                }
                _ => {}
            }
        }
        Ok(joined.map_or(Value::Truth(all), Value::Condition))
    }

    #[inline(never)]
    pub(super) fn choice(
        &mut self,
        branches: &[(Expr, Expr)],
        otherwise: &Expr,
        span: &Span,
    ) -> Lowered<Value> {
        // Conditions in order; a known one ends the list or drops out, so that a branch that is
        // never taken may hold a subscript that would be out of range.
        let mut open: Vec<(ExprId, Value)> = vec![];
        let mut last = None;
        for (condition, value) in branches {
            match self.condition(condition)? {
                Value::Truth(false) => {}
                Value::Truth(true) => {
                    last = Some(self.value(value)?);
                    break;
                }
                Value::Condition(id) => {
                    let value = self.value(value)?;
                    open.push((id, value));
                }
                _ => return Err(Halt),
            }
        }
        let mut result = match last {
            Some(value) => value,
            None => self.value(otherwise)?,
        };
        while let Some((condition, yes)) = open.pop() {
            result = self.select(condition, yes, result, span)?;
        }
        Ok(result)
    }

    fn select(&mut self, condition: ExprId, yes: Value, no: Value, span: &Span) -> Lowered<Value> {
        let conditions = matches!(yes, Value::Truth(_) | Value::Condition(_));
        if !conditions {
            let yes = self.node(yes, span)?;
            let no = self.node(no, span)?;
            return Ok(Value::Expr(self.graph.select(condition, yes, no)));
        }
        // A choice between conditions, in terms of `and`, `or`, `not`.
        let first = self.and(Value::Condition(condition), yes);
        let negated = self.not(Value::Condition(condition));
        let second = self.and(negated, no);
        Ok(match (first, second) {
            (Value::Truth(true), _) | (_, Value::Truth(true)) => Value::Truth(true),
            (Value::Truth(false), other) | (other, Value::Truth(false)) => other,
            (Value::Condition(a), Value::Condition(b)) => {
                Value::Condition(self.graph.add_node(Node::Or(a, b)))
            }
            _ => return Err(Halt),
        })
    }

    fn and(&mut self, a: Value, b: Value) -> Value {
        match (a, b) {
            (Value::Truth(true), other) | (other, Value::Truth(true)) => other,
            (Value::Condition(a), Value::Condition(b)) => {
                Value::Condition(self.graph.add_node(Node::And(a, b)))
            }
            _ => Value::Truth(false),
        }
    }
}

pub(crate) fn holds<T: PartialOrd>(compare: Compare, a: &T, b: &T) -> bool {
    match compare {
        Compare::Less => a < b,
        Compare::LessEqual => a <= b,
        Compare::Greater => a > b,
        Compare::GreaterEqual => a >= b,
        Compare::Equal => a == b,
        Compare::NotEqual => a != b,
    }
}
