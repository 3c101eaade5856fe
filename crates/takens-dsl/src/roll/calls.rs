//! Calls of functions, and reductions over indices, which stay loops.

use super::{Known, Roller, Rolling, Value, refused};
use crate::ast::*;
use crate::lower::Small;
use num_traits::{One, Zero};
use takens_symbolic::{
    Compare, ExprId, Function, IntId, Loop, Node, Part, Rational, Reduction, RolledNode,
};

/// Indices of reductions are numbered from here, those of blocks below.
const FIRST_OF_REDUCTIONS: u32 = 16;

impl Roller<'_> {
    #[inline(never)]
    pub(super) fn call(&mut self, name: &Name, arguments: &[Expr]) -> Rolling<Value> {
        let definition = self.definition;
        let function = definition.globals.functions.get(&name.text);
        if function.is_none() && name.text == "root" {
            return Err(refused("an implicit root"));
        }
        let mut values = Vec::with_capacity(arguments.len());
        for argument in arguments {
            values.push(self.value(argument)?);
        }
        if let Some(function) = function {
            let names = function.arguments.iter().map(|argument| argument.text.clone());
            return self.within_function(names.zip(values).collect(), &function.body);
        }
        if let Some(value) = self.known_call(&name.text, &values)? {
            return Ok(value);
        }
        let mut nodes = Vec::with_capacity(values.len());
        for value in values {
            nodes.push(self.node(value)?);
        }
        let id = self.builtin(&name.text, &nodes)?;
        Ok(Value::Expr(id, Known::No))
    }

    fn builtin(&mut self, name: &str, nodes: &[ExprId]) -> Rolling<ExprId> {
        Ok(match (name, nodes) {
            ("sec" | "csc", &[x]) => {
                let one = self.graph.number(Rational::one());
                let function = if name == "sec" { Function::Cos } else { Function::Sin };
                let below = self.graph.call(function, &[x]);
                self.graph.plain(Node::Div(one, below))
            }
            ("cot", &[x]) => {
                let above = self.graph.call(Function::Cos, &[x]);
                let below = self.graph.call(Function::Sin, &[x]);
                self.graph.plain(Node::Div(above, below))
            }
            ("min" | "max", [first, rest @ ..]) if !rest.is_empty() => {
                let function = if name == "min" { Function::Min } else { Function::Max };
                rest.iter().fold(*first, |best, &next| self.graph.call(function, &[best, next]))
            }
            (name, nodes) => match Function::by_name(name) {
                Some(function) if function.arity() == nodes.len() => {
                    self.graph.call(function, nodes)
                }
                _ => return Err(refused("a call of something that is no plain function")),
            },
        })
    }

    /// Functions of numbers known before a run that give such numbers.
    fn known_call(&mut self, name: &str, values: &[Value]) -> Rolling<Option<Value>> {
        let exact = ["abs", "floor", "sign", "mod", "min", "max"].contains(&name);
        let runs =
            |value: &Value| matches!(value, Value::Static(..) | Value::Expr(_, Known::Static));
        if !exact || !values.iter().any(runs) {
            return Ok(None);
        }
        if values.iter().any(|value| matches!(value, Value::Expr(_, Known::Static))) {
            return Err(refused("a choice by indices gives a number that goes on exactly"));
        }
        let numbers: Option<Vec<(IntId, IntId)>> =
            values.iter().map(|&value| self.as_quotient(value)).collect();
        let Some(numbers) = numbers else {
            let mixed = |value: &Value| matches!(value, Value::Expr(_, Known::Literal));
            return match values.iter().any(mixed) {
                true => Err(refused("a choice by indices gives a number that goes on exactly")),
                false => Ok(None),
            };
        };
        let (zero, one) = (self.whole(0), self.whole(1));
        match (name, numbers.as_slice()) {
            ("abs", &[(above, below)]) => {
                let minus = self.whole(-1);
                let negative = self.times_whole(above, minus)?;
                let size = match self.decide(Compare::Less, above, zero)? {
                    Some(true) => negative,
                    Some(false) => above,
                    None => self.graph.integers.max(above, negative),
                };
                self.quotient(size, below).map(Some)
            }
            ("floor", &[(above, below)]) => {
                let floor = self.floor(above, below)?;
                self.quotient(floor, one).map(Some)
            }
            ("sign", &[(above, _)]) => {
                let minus = self.whole(-1);
                let small = self.graph.integers.min(above, one);
                let sign = self.graph.integers.max(small, minus);
                self.quotient(sign, one).map(Some)
            }
            ("mod", &[(a, one_a), (b, one_b)]) => {
                let whole = |id| self.graph.integers.as_constant(id) == Some(1);
                if !whole(one_a) || !whole(one_b) {
                    return Err(refused("`mod` of a fraction of indices"));
                }
                if self.decide(Compare::Greater, b, zero)? != Some(true) {
                    return Err(refused("`mod` by something that may not be positive"));
                }
                let rest = self.graph.integers.remainder(a, b);
                let rest = rest.ok_or_else(|| refused("a division of indices"))?;
                self.quotient(rest, one).map(Some)
            }
            ("min" | "max", [first, rest @ ..]) if !rest.is_empty() => {
                if numbers.iter().any(|number| number.1 != first.1) {
                    return Err(refused("`min` or `max` of fractions of indices"));
                }
                let mut best = first.0;
                for &(next, _) in rest {
                    best = match (name, self.decide(Compare::Less, next, best)?) {
                        ("min", Some(true)) | ("max", Some(false)) => next,
                        (_, Some(_)) => best,
                        ("min", None) => self.graph.integers.min(best, next),
                        (_, None) => self.graph.integers.max(best, next),
                    };
                }
                self.quotient(best, first.1).map(Some)
            }
            _ => Ok(None),
        }
    }

    fn floor(&mut self, above: IntId, below: IntId) -> Rolling<IntId> {
        let floor = self.graph.integers.floor_div(above, below);
        floor.ok_or_else(|| refused("a division of indices"))
    }

    #[inline(never)]
    pub(super) fn reduce(
        &mut self,
        name: &Name,
        binders: &[Binder],
        body: &Expr,
    ) -> Rolling<Value> {
        let before = self.reductions;
        let mut exact = None;
        let parts = self.parts(binders, body, &mut exact);
        self.reductions = before;
        let parts = parts?;
        let reduction = match name.text.as_str() {
            "sum" => Reduction::Sum,
            "prod" => Reduction::Product,
            "min" => Reduction::Min,
            "max" => Reduction::Max,
            _ => return Err(refused("an unknown reduction")),
        };
        match (&parts[..], reduction, exact) {
            ([], Reduction::Sum, _) => return Ok(Value::Literal(Small::zero())),
            ([], Reduction::Product, _) => return Ok(Value::Literal(Small::one())),
            ([], ..) => return Err(refused("a reduction over no value at all")),
            ([Part::Term(_)], _, Some(value)) => return Ok(value),
            ([Part::Term(id)], _, None) => return Ok(Value::Expr(*id, Known::No)),
            (_, _, Some(Value::Static(..) | Value::Expr(_, Known::Static))) => {
                return Err(refused("a reduction of indices as numbers, which is exact"));
            }
            _ => {}
        }
        let count = self.least_count(&parts)?;
        if count.is_none_or(|count| count < 1) {
            return Err(refused("a reduction that may run over no value at all"));
        }
        Ok(Value::Expr(self.graph.add(RolledNode::Reduce(reduction, parts.into())), Known::No))
    }

    /// The parts of a reduction; `exact` is told of a term that is known before a run.
    fn parts(
        &mut self,
        binders: &[Binder],
        body: &Expr,
        exact: &mut Option<Value>,
    ) -> Rolling<Vec<Part>> {
        let Some((binder, inner)) = binders.split_first() else {
            let value = self.value(body)?;
            let is_static =
                |value: &Value| matches!(value, Value::Static(..) | Value::Expr(_, Known::Static));
            if !exact.as_ref().is_some_and(is_static) && !matches!(value, Value::Expr(_, Known::No))
            {
                *exact = Some(value);
            }
            return Ok(vec![Part::Term(self.node(value)?)]);
        };
        let (low, high) = self.bounds(binder)?;
        if self.decide(Compare::Less, low, high)? == Some(false) {
            return Ok(vec![]);
        }
        let index = FIRST_OF_REDUCTIONS + self.reductions;
        if index >= takens_symbolic::MAX_INDICES {
            return Err(refused("reductions nest too deeply"));
        }
        self.reductions += 1;
        let name = &binder.name.text;
        let pieces = self.over(name, index, low, high, &mut |roller| {
            let wanted = match &binder.condition {
                None => true,
                Some((compare, other)) => {
                    let Some((_, Value::Static(at, _))) = roller.locals.last().cloned() else {
                        return Err(refused("an index without a value"));
                    };
                    let other = roller.integer(other)?;
                    roller
                        .decide(*compare, at, other)?
                        .ok_or_else(|| refused("a condition on an index that no loop can follow"))?
                }
            };
            if wanted { roller.parts(inner, body, exact) } else { Ok(vec![]) }
        });
        self.reductions -= 1;
        let mut parts = vec![];
        for (range, inner) in pieces? {
            match range {
                _ if inner.is_empty() => {}
                None => parts.extend(inner),
                Some(Loop { index, low, high }) => {
                    parts.push(Part::Loop { index, low, high, parts: inner.into() });
                }
            }
        }
        Ok(parts)
    }

    fn bounds(&mut self, binder: &Binder) -> Rolling<(IntId, IntId)> {
        if let Some((low, high)) = &binder.bounds {
            return Ok((self.integer(low)?, self.integer(high)?));
        }
        let definition = self.definition;
        let index = definition.index(&binder.name.text);
        let index = index.ok_or_else(|| refused("an index is broken"))?;
        self.apart(|roller| Ok((roller.integer(&index.low)?, roller.integer(&index.high)?)))
    }

    /// A number of terms that a reduction has at least, for all values of the outer indices.
    fn least_count(&mut self, parts: &[Part]) -> Rolling<Option<i64>> {
        let mut total = self.whole(0);
        let mut sure = 0;
        for part in parts {
            match part {
                Part::Term(_) => sure += 1,
                Part::Loop { index, low, high, parts } => {
                    let length = self.add(*high, -1, *low)?;
                    self.ranges.open.push(Loop { index: *index, low: *low, high: *high });
                    let inner = self.least_count(parts);
                    self.ranges.open.pop();
                    if inner?.is_some_and(|count| count >= 1)
                        && self
                            .ranges
                            .bounds(&self.graph.integers, length)
                            .is_some_and(|bounds| bounds.0 >= 0)
                    {
                        total = self.add(total, 1, length)?;
                    }
                }
            }
        }
        let least = self.ranges.bounds(&self.graph.integers, total).map(|bounds| bounds.0);
        Ok(least.map(|least| least.saturating_add(sure)))
    }
}
