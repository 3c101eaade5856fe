//! Comparisons, `and`, `or`, `not`, and the choice between values, as in `lower::conditions`.
//!
//! A condition on indices splits their loops. One that cannot (`i == mod(j, 3)`) stays, and is computed
//! at run time.

use super::{Known, Roller, Rolling, Value, refused};
use crate::ast::*;
use crate::lower::holds;
use takens_symbolic::{Compare, ExprId, Node, RolledNode};

impl Roller<'_> {
    pub(super) fn condition(&mut self, expr: &Expr) -> Rolling<Value> {
        match self.value(expr)? {
            value @ (Value::Truth(_) | Value::Condition(_)) => Ok(value),
            _ => Err(refused("a number stands where a condition is needed")),
        }
    }

    pub(super) fn not(&mut self, value: Value) -> Value {
        match value {
            Value::Truth(holds) => Value::Truth(!holds),
            Value::Condition(id) => Value::Condition(self.graph.plain(Node::Not(id))),
            other => other,
        }
    }

    #[inline(never)]
    pub(super) fn compare(&mut self, compare: Compare, a: &Expr, b: &Expr) -> Rolling<Value> {
        let (left, right) = (self.value(a)?, self.value(b)?);
        if let (Value::Literal(left), Value::Literal(right)) = (left, right) {
            return Ok(Value::Truth(holds(compare, &left, &right)));
        }
        if let Some([(above, below), (other, divisor)]) = self.known_pair(left, right) {
            let (left, right) =
                (self.times_whole(above, divisor)?, self.times_whole(other, below)?);
            return Ok(match self.decide(compare, left, right)? {
                Some(holds) => Value::Truth(holds),
                None => Value::Condition(self.graph.add(RolledNode::Holds(compare, left, right))),
            });
        }
        self.meet(left, right)?;
        let (left, right) = (self.node(left)?, self.node(right)?);
        if let (Some(left), Some(right)) = (self.graph.as_number(left), self.graph.as_number(right))
        {
            return Ok(Value::Truth(holds(compare, left, right)));
        }
        Ok(Value::Condition(self.graph.plain(Node::Compare(compare, left, right))))
    }

    /// `and` over the parts, or `or`. A part that is known drops out or decides.
    #[inline(never)]
    pub(super) fn joined(&mut self, parts: &[Expr], all: bool) -> Rolling<Value> {
        let mut joined: Option<ExprId> = None;
        for part in parts {
            match self.condition(part)? {
                Value::Truth(holds) if holds != all => return Ok(Value::Truth(holds)),
                Value::Condition(id) => {
                    joined = Some(match joined {
                        None => id,
                        Some(before) if all => self.graph.plain(Node::And(before, id)),
                        Some(before) => self.graph.plain(Node::Or(before, id)),
                    });
                }
                _ => {}
            }
        }
        Ok(joined.map_or(Value::Truth(all), Value::Condition))
    }

    #[inline(never)]
    pub(super) fn choice(&mut self, branches: &[(Expr, Expr)], otherwise: &Expr) -> Rolling<Value> {
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
                _ => return Err(refused("a condition is a number")),
            }
        }
        let mut result = match last {
            Some(value) => value,
            None => self.value(otherwise)?,
        };
        while let Some((condition, yes)) = open.pop() {
            result = self.select(condition, yes, result)?;
        }
        Ok(result)
    }

    fn select(&mut self, condition: ExprId, yes: Value, no: Value) -> Rolling<Value> {
        if !matches!(yes, Value::Truth(_) | Value::Condition(_)) {
            // Where an index decides, the number may be one that is known before a run.
            let known = |value| match value {
                Value::Literal(_) => Known::Literal,
                Value::Static(..) => Known::Static,
                Value::Expr(_, known) => known,
                _ => Known::No,
            };
            let decided = self.graph.compares(condition);
            let known = if decided { known(yes).max(known(no)) } else { Known::No };
            let (yes, no) = (self.node(yes)?, self.node(no)?);
            let id = self.graph.plain(Node::If { condition, yes, no });
            return Ok(Value::Expr(id, known));
        }
        // A choice between conditions, in terms of `and`, `or`, `not`.
        let first = self.and(Value::Condition(condition), yes);
        let negated = self.not(Value::Condition(condition));
        let second = self.and(negated, no);
        Ok(match (first, second) {
            (Value::Truth(true), _) | (_, Value::Truth(true)) => Value::Truth(true),
            (Value::Truth(false), other) | (other, Value::Truth(false)) => other,
            (Value::Condition(a), Value::Condition(b)) => {
                Value::Condition(self.graph.plain(Node::Or(a, b)))
            }
            _ => return Err(refused("a choice between a condition and a number")),
        })
    }

    fn and(&mut self, a: Value, b: Value) -> Value {
        match (a, b) {
            (Value::Truth(true), other) | (other, Value::Truth(true)) => other,
            (Value::Condition(a), Value::Condition(b)) => {
                Value::Condition(self.graph.plain(Node::And(a, b)))
            }
            _ => Value::Truth(false),
        }
    }
}
