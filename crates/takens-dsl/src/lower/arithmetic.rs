//! Numbers and the operations on them.
//!
//! Literals stay as the writer wrote them, but for `8/3` and `-2`, which are one number each; what
//! depends on indices or sizes is computed at once.

use super::{Lowered, Lowerer, Small, Value};
use crate::Diagnostic;
use crate::ast::*;
use crate::diagnostic::Span;
use num_traits::{CheckedAdd, CheckedDiv, CheckedMul, CheckedSub, One, ToPrimitive, Zero};
use takens_symbolic::Rational;

impl Lowerer<'_> {
    pub(super) fn literal(&mut self, value: &Rational) -> Value {
        if value.is_integer()
            && let Some(small) = value.to_integer().to_i64()
        {
            return Value::Literal(Small::from_integer(small));
        }
        Value::Expr(self.graph.number(value.clone()))
    }

    #[inline(never)]
    pub(super) fn negative(&mut self, operand: &Expr) -> Lowered<Value> {
        Ok(match self.value(operand)? {
            Value::Literal(value) if *value.numer() > i64::MIN => Value::Literal(-value),
            Value::Static(value) if *value.numer() > i64::MIN => Value::Static(-value),
            value => {
                let id = self.node(value, &operand.span)?;
                Value::Expr(match self.graph.as_number(id).cloned() {
                    // `-0.5` is one literal.
                    Some(number) if !matches!(value, Value::Static(_)) => {
                        self.graph.number(-number)
                    }
                    _ => self.graph.neg(id),
                })
            }
        })
    }

    #[inline(never)]
    pub(super) fn sum(&mut self, first: &Expr, rest: &[(Sign, Expr)]) -> Lowered<Value> {
        let mut total = self.value(first)?;
        let mut span = &first.span;
        for (sign, term) in rest {
            let term_value = self.value(term)?;
            let known = known_pair(total, term_value).and_then(|(a, b)| match sign {
                Sign::Plus => a.checked_add(&b),
                Sign::Minus => a.checked_sub(&b),
            });
            total = match known {
                Some(value) => Value::Static(value),
                None => {
                    let a = self.node(total, span)?;
                    let b = self.node(term_value, &term.span)?;
                    Value::Expr(match sign {
                        Sign::Plus => self.graph.add(a, b),
                        Sign::Minus => self.graph.sub(a, b),
                    })
                }
            };
            span = &term.span;
        }
        Ok(total)
    }

    #[inline(never)]
    pub(super) fn product(&mut self, first: &Expr, rest: &[(Factor, Expr)]) -> Lowered<Value> {
        let mut total = self.value(first)?;
        let mut span = &first.span;
        for (factor, operand) in rest {
            let value = self.value(operand)?;
            if *factor == Factor::Over && self.is_zero(value) {
                return Err(self.fault(
                    Diagnostic::error("E052", operand.span.clone(), "this divides by zero")
                        .label("always 0"),
                ));
            }
            total = self.times(total, span, *factor, value, &operand.span)?;
            span = &operand.span;
        }
        Ok(total)
    }

    fn times(
        &mut self,
        a: Value,
        a_span: &Span,
        factor: Factor,
        b: Value,
        b_span: &Span,
    ) -> Lowered<Value> {
        let known = known_pair(a, b).and_then(|(a, b)| match factor {
            Factor::Times => a.checked_mul(&b),
            Factor::Over => a.checked_div(&b),
        });
        if let Some(value) = known {
            return Ok(Value::Static(value));
        }
        // `8/3` is eight thirds: one literal.
        if let (Value::Literal(a), Factor::Over, Value::Literal(b)) = (a, factor, b)
            && a.is_integer()
            && b.is_integer()
            && let Some(value) = a.checked_div(&b)
        {
            return Ok(Value::Literal(value));
        }
        let a = self.node(a, a_span)?;
        let b = self.node(b, b_span)?;
        Ok(Value::Expr(match factor {
            Factor::Times => self.graph.mul(a, b),
            Factor::Over => self.graph.div(a, b),
        }))
    }

    fn is_zero(&self, value: Value) -> bool {
        match value {
            Value::Literal(value) | Value::Static(value) => value.is_zero(),
            Value::Expr(id) => self.graph.as_number(id).is_some_and(Zero::is_zero),
            _ => false,
        }
    }

    #[inline(never)]
    pub(super) fn power(&mut self, base: &Expr, exponent: &Expr) -> Lowered<Value> {
        let (a, b) = (self.value(base)?, self.value(exponent)?);
        let known = known_pair(a, b).and_then(|(a, b)| {
            let exponent = u32::try_from(b.to_integer()).ok().filter(|_| b.is_integer())?;
            (0..exponent.min(64))
                .try_fold(Small::one(), |power, _| power.checked_mul(&a))
                .filter(|_| exponent <= 64)
        });
        if let Some(value) = known {
            return Ok(Value::Static(value));
        }
        let a = self.node(a, &base.span)?;
        let b = self.node(b, &exponent.span)?;
        Ok(Value::Expr(self.graph.pow(a, b)))
    }
}

/// Both numbers, if both are known and at least one depends on indices or sizes: pure literals stay
/// as the writer wrote them.
pub(super) fn known_pair(a: Value, b: Value) -> Option<(Small, Small)> {
    match (a, b) {
        (Value::Static(a), Value::Static(b) | Value::Literal(b))
        | (Value::Literal(a), Value::Static(b)) => Some((a, b)),
        _ => None,
    }
}
