//! Numbers and the operations on them, as in `lower::arithmetic`: what depends on indices is exact.

use super::{Known, Roller, Rolling, Value, refused};
use crate::ast::*;
use crate::lower::Small;
use num_traits::{CheckedDiv, ToPrimitive, Zero};
use takens_symbolic::{Compare, ExprId, IntId, Node, Rational};

/// Whole numbers beyond this are refused: sums and products of two within are exact in `i64` to the last.
const LARGEST: i64 = 1 << 62;

impl Roller<'_> {
    pub(super) fn literal(&mut self, value: &Rational) -> Value {
        if value.is_integer()
            && let Some(small) = value.to_integer().to_i64()
        {
            return Value::Literal(Small::from_integer(small));
        }
        Value::Expr(self.graph.number(value.clone()), Known::No)
    }

    /// `above / below` in lowest terms as far as that shows; `below` is positive.
    pub(super) fn quotient(&mut self, above: IntId, below: IntId) -> Rolling<Value> {
        let one = self.graph.integers.constant(1);
        let (mut above, mut below) = (above, below);
        if let Some(divisor) = self.graph.integers.as_constant(below) {
            if let Some(whole) = self.graph.integers.divided(above, divisor) {
                (above, below) = (whole, one);
            } else if let Some(value) = self.graph.integers.as_constant(above) {
                let lowest = Small::new(value, divisor);
                above = self.graph.integers.constant(*lowest.numer());
                below = self.graph.integers.constant(*lowest.denom());
            }
        }
        if self.within(above, LARGEST) && self.within(below, LARGEST) {
            return Ok(Value::Static(above, below));
        }
        Err(refused("a number made of indices is too large"))
    }

    /// A whole number.
    pub(super) fn whole(&mut self, value: i64) -> IntId {
        self.graph.integers.constant(value)
    }

    pub(super) fn times_whole(&mut self, a: IntId, b: IntId) -> Rolling<IntId> {
        let product = self.graph.integers.mul(a, b);
        product.ok_or_else(|| refused("a number made of indices is too large"))
    }

    /// Both as quotients, if both are known and at least one depends on indices or sizes.
    pub(super) fn known_pair(&mut self, a: Value, b: Value) -> Option<[(IntId, IntId); 2]> {
        match (a, b) {
            (Value::Static(..), Value::Static(..) | Value::Literal(_))
            | (Value::Literal(_), Value::Static(..)) => {
                Some([self.as_quotient(a)?, self.as_quotient(b)?])
            }
            _ => None,
        }
    }

    /// A number known before a run as a quotient.
    pub(super) fn as_quotient(&mut self, value: Value) -> Option<(IntId, IntId)> {
        match value {
            Value::Static(above, below) => Some((above, below)),
            Value::Literal(value) => Some((self.whole(*value.numer()), self.whole(*value.denom()))),
            _ => None,
        }
    }

    /// Refuses an operation that would have to go on exactly for some values of the indices only.
    pub(super) fn meet(&self, a: Value, b: Value) -> Rolling<()> {
        let known = |value| match value {
            Value::Expr(_, known) => known,
            Value::Literal(_) => Known::Literal,
            Value::Static(..) => Known::Static,
            _ => Known::No,
        };
        let mixed = |value| matches!(value, Value::Expr(_, Known::Literal | Known::Static));
        let exact = known(a).max(known(b)) == Known::Static && known(a).min(known(b)) != Known::No;
        if exact && (mixed(a) || mixed(b)) {
            return Err(refused("a choice by indices gives a number that goes on exactly"));
        }
        Ok(())
    }

    /// What an operation on these two gives where it stays in the graph.
    fn after(&self, a: Value, b: Value, id: ExprId, literal: bool) -> Value {
        let mixed = |value| matches!(value, Value::Expr(_, Known::Literal));
        let known = |value| mixed(value) || matches!(value, Value::Literal(_));
        let stays = literal && (mixed(a) || mixed(b)) && known(a) && known(b);
        Value::Expr(id, if stays { Known::Literal } else { Known::No })
    }

    #[inline(never)]
    pub(super) fn negative(&mut self, operand: &Expr) -> Rolling<Value> {
        Ok(match self.value(operand)? {
            Value::Literal(value) if *value.numer() > i64::MIN => Value::Literal(-value),
            Value::Static(above, below) => {
                let minus = self.whole(-1);
                let above = self.times_whole(above, minus)?;
                self.quotient(above, below)?
            }
            value => {
                let id = self.node(value)?;
                let known = if let Value::Expr(_, known) = value { known } else { Known::No };
                let id = match self.graph.as_number(id).cloned() {
                    Some(number) => self.graph.number(-number),
                    None => self.graph.plain(Node::Neg(id)),
                };
                Value::Expr(id, known)
            }
        })
    }

    #[inline(never)]
    pub(super) fn sum(&mut self, first: &Expr, rest: &[(Sign, Expr)]) -> Rolling<Value> {
        let mut total = self.value(first)?;
        for (sign, term) in rest {
            let term = self.value(term)?;
            total = self.plus(total, *sign, term)?;
        }
        Ok(total)
    }

    fn plus(&mut self, a: Value, sign: Sign, b: Value) -> Rolling<Value> {
        if let Some([(above, below), (other, divisor)]) = self.known_pair(a, b) {
            let factor = if sign == Sign::Plus { 1 } else { -1 };
            if below == divisor {
                let above = self.add(above, factor, other)?;
                return self.quotient(above, below);
            }
            let (left, right) =
                (self.times_whole(above, divisor)?, self.times_whole(other, below)?);
            let above = self.add(left, factor, right)?;
            let below = self.times_whole(below, divisor)?;
            return self.quotient(above, below);
        }
        self.meet(a, b)?;
        let (left, right) = (self.node(a)?, self.node(b)?);
        let id = self.graph.plain(match sign {
            Sign::Plus => Node::Add(left, right),
            Sign::Minus => Node::Sub(left, right),
        });
        Ok(self.after(a, b, id, false))
    }

    #[inline(never)]
    pub(super) fn product(&mut self, first: &Expr, rest: &[(Factor, Expr)]) -> Rolling<Value> {
        let mut total = self.value(first)?;
        for (factor, operand) in rest {
            let value = self.value(operand)?;
            if *factor == Factor::Over && self.is_zero(value) {
                return Err(refused("something is divided by zero"));
            }
            total = self.times(total, *factor, value)?;
        }
        Ok(total)
    }

    fn times(&mut self, a: Value, factor: Factor, b: Value) -> Rolling<Value> {
        if let Some([(above, below), (other, divisor)]) = self.known_pair(a, b) {
            let (other, divisor) = match factor {
                Factor::Times => (other, divisor),
                Factor::Over => self.reciprocal(other, divisor)?,
            };
            let (above, below) =
                (self.times_whole(above, other)?, self.times_whole(below, divisor)?);
            return self.quotient(above, below);
        }
        // `8/3` is eight thirds: one literal.
        if let (Value::Literal(a), Factor::Over, Value::Literal(b)) = (a, factor, b)
            && a.is_integer()
            && b.is_integer()
            && let Some(value) = a.checked_div(&b)
        {
            return Ok(Value::Literal(value));
        }
        self.meet(a, b)?;
        if factor == Factor::Over
            && let Value::Static(above, _) = b
        {
            self.not_zero(above)?;
        }
        let (left, right) = (self.node(a)?, self.node(b)?);
        let id = self.graph.plain(match factor {
            Factor::Times => Node::Mul(left, right),
            Factor::Over => Node::Div(left, right),
        });
        Ok(self.after(a, b, id, factor == Factor::Over))
    }

    /// `below / above` with a positive divisor.
    fn reciprocal(&mut self, above: IntId, below: IntId) -> Rolling<(IntId, IntId)> {
        self.not_zero(above)?;
        let zero = self.whole(0);
        match self.decide(Compare::Less, above, zero)? {
            Some(false) => Ok((below, above)),
            Some(true) => {
                let minus = self.whole(-1);
                Ok((self.times_whole(below, minus)?, self.times_whole(above, minus)?))
            }
            None => Err(refused("the sign of a divisor made of indices is not clear")),
        }
    }

    fn not_zero(&mut self, value: IntId) -> Rolling<()> {
        let zero = self.whole(0);
        match self.decide(Compare::Equal, value, zero)? {
            Some(false) => Ok(()),
            _ => Err(refused("a divisor made of indices may be zero")),
        }
    }

    fn is_zero(&self, value: Value) -> bool {
        match value {
            Value::Literal(value) => value.is_zero(),
            Value::Static(above, _) => self.graph.integers.as_constant(above) == Some(0),
            Value::Expr(id, _) => self.graph.as_number(id).is_some_and(Zero::is_zero),
            _ => false,
        }
    }

    #[inline(never)]
    pub(super) fn power(&mut self, base: &Expr, exponent: &Expr) -> Rolling<Value> {
        let (a, b) = (self.value(base)?, self.value(exponent)?);
        if let Some([(above, below), (power, divisor)]) = self.known_pair(a, b) {
            let integers = &self.graph.integers;
            let whole = integers.as_constant(divisor) == Some(1);
            match integers.as_constant(power) {
                Some(power @ 0..=64) if whole => {
                    let (mut left, mut right) = (self.whole(1), self.whole(1));
                    for _ in 0..power {
                        left = self.times_whole(left, above)?;
                        right = self.times_whole(right, below)?;
                        self.quotient(left, right)?;
                    }
                    return self.quotient(left, right);
                }
                Some(_) => {}
                None if whole => {
                    if let Some(value) = self.alternating(above, below, power)? {
                        return Ok(value);
                    }
                }
                None => return Err(refused("an exponent is a fraction of indices")),
            }
        }
        self.meet(a, b)?;
        if matches!(b, Value::Expr(_, Known::Literal | Known::Static)) {
            return Err(refused("a choice by indices gives an exponent"));
        }
        let (a, b) = (self.node(a)?, self.node(b)?);
        Ok(Value::Expr(self.graph.plain(Node::Pow(a, b)), Known::No))
    }

    /// A known number to a whole power that runs: exact from 0 to 64, which is done here for 1, 0 and -1
    /// alone, and `None` beyond.
    fn alternating(&mut self, above: IntId, below: IntId, power: IntId) -> Rolling<Option<Value>> {
        let (zero, most) = (self.whole(0), self.whole(64));
        let within = (
            self.decide(Compare::GreaterEqual, power, zero)?,
            self.decide(Compare::LessEqual, power, most)?,
        );
        if within.0 == Some(false) || within.1 == Some(false) {
            return Ok(None);
        }
        let integers = &self.graph.integers;
        let base = (integers.as_constant(above), integers.as_constant(below));
        let (one, two) = (self.whole(1), self.whole(2));
        match (within, base) {
            ((Some(true), Some(true)), (Some(1), Some(1))) => Ok(Some(Value::Static(one, one))),
            ((Some(true), Some(true)), (Some(-1), Some(1))) => {
                // 1 - 2 (power mod 2), and the remainder is power - 2 floor(power / 2).
                let half = self.graph.integers.floor_div(power, two);
                let half = half.ok_or_else(|| refused("an exponent is too large"))?;
                let remainder = self.add(power, -2, half)?;
                let sign = self.add(one, -2, remainder)?;
                Ok(Some(self.quotient(sign, one)?))
            }
            _ => Err(refused("a number is raised to a power that is an index")),
        }
    }
}
