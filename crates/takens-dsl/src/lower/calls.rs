//! Calls of functions, implicit roots, and reductions over indices.

use super::arithmetic::known_pair;
use super::conditions::holds;
use super::names::unknown;
use super::{Lowered, Lowerer, Small, Value};
use crate::Diagnostic;
use crate::ast::*;
use crate::diagnostic::Span;
use num_traits::{CheckedAdd, CheckedDiv, CheckedMul, CheckedSub, One, Zero};
use takens_symbolic::{ExprId, Function, Graph, Node};

impl Lowerer<'_> {
    #[inline(never)]
    pub(super) fn call(&mut self, name: &Name, arguments: &[Expr], span: &Span) -> Lowered<Value> {
        let definition = self.definition;
        if name.text == "root" && !definition.globals.functions.contains_key("root") {
            return self.root(arguments, span);
        }
        let mut values = Vec::with_capacity(arguments.len());
        for argument in arguments {
            values.push(self.value(argument)?);
        }
        if let Some(function) = definition.globals.functions.get(&name.text) {
            let names = function.arguments.iter().map(|argument| argument.text.clone());
            return self.within_function(names.zip(values).collect(), &function.body);
        }
        if let Some(value) = known_call(&name.text, &values) {
            return Ok(Value::Static(value));
        }
        let mut nodes = Vec::with_capacity(values.len());
        for (value, argument) in values.into_iter().zip(arguments) {
            nodes.push(self.node(value, &argument.span)?);
        }
        self.builtin(name, &nodes).map(Value::Expr)
    }

    fn builtin(&mut self, name: &Name, nodes: &[ExprId]) -> Lowered<ExprId> {
        let reciprocal = |graph: &mut Graph, above: ExprId, below: ExprId| graph.div(above, below);
        Ok(match (name.text.as_str(), nodes) {
            ("sec", &[x]) => {
                let (one, below) = (self.graph.one(), self.graph.call(Function::Cos, &[x]));
                reciprocal(&mut self.graph, one, below)
            }
            ("csc", &[x]) => {
                let (one, below) = (self.graph.one(), self.graph.call(Function::Sin, &[x]));
                reciprocal(&mut self.graph, one, below)
            }
            ("cot", &[x]) => {
                let above = self.graph.call(Function::Cos, &[x]);
                let below = self.graph.call(Function::Sin, &[x]);
                reciprocal(&mut self.graph, above, below)
            }
            ("min" | "max", [first, rest @ ..]) if !rest.is_empty() => {
                let function = if name.text == "min" { Function::Min } else { Function::Max };
                rest.iter().fold(*first, |best, &next| self.graph.call(function, &[best, next]))
            }
            (text, nodes) => match Function::by_name(text) {
                Some(function) if function.arity() == nodes.len() => {
                    self.graph.call(function, nodes)
                }
                _ => return Err(self.fault(unknown(name))),
            },
        })
    }

    /// `root(q, g, start)`: the zero of `g` in `q`.
    #[inline(never)]
    fn root(&mut self, arguments: &[Expr], span: &Span) -> Lowered<Value> {
        let [Expr { kind: ExprKind::Reference { name, .. }, .. }, equation, start] = arguments
        else {
            let message =
                "`root` is written `root(q, g, start)`: the unknown, what vanishes, a start";
            return Err(self.fault(Diagnostic::error("E023", span.clone(), message)));
        };
        let start = self.number(start)?;
        let (unknown, symbol) = self.graph.unknown();
        self.locals.push((name.text.clone(), Value::Expr(symbol)));
        let equation = self.number(equation);
        self.locals.pop();
        let node = Node::Root { unknown, equation: equation?, start };
        Ok(Value::Expr(self.graph.add_node(node)))
    }

    #[inline(never)]
    pub(super) fn reduce(
        &mut self,
        name: &Name,
        binders: &[Binder],
        body: &Expr,
        span: &Span,
    ) -> Lowered<Value> {
        let before = self.locals.len();
        let mut total = None;
        let result = self.fold(name, binders, body, span, &mut total);
        self.locals.truncate(before);
        result?;
        match (total, name.text.as_str()) {
            (Some(value), _) => Ok(value),
            (None, "sum") => Ok(Value::Literal(Small::zero())),
            (None, "prod") => Ok(Value::Literal(Small::one())),
            (None, _) => {
                let message = format!("this `{}` runs over no value at all", name.text);
                Err(self.fault(Diagnostic::error("E061", span.clone(), message)))
            }
        }
    }

    fn fold(
        &mut self,
        name: &Name,
        binders: &[Binder],
        body: &Expr,
        span: &Span,
        total: &mut Option<Value>,
    ) -> Lowered<()> {
        let Some((binder, inner)) = binders.split_first() else {
            let value = self.value(body)?;
            *total = Some(match *total {
                None => value,
                Some(before) => self.combine(name, before, value, span)?,
            });
            return Ok(());
        };
        let (low, high) = self.bounds(binder)?;
        for index in self.run(low, high) {
            self.spend(1, span)?;
            let value = Value::Static(Small::from_integer(index));
            self.locals.push((binder.name.text.clone(), value));
            let wanted = match &binder.condition {
                None => Ok(true),
                Some((compare, other)) => {
                    self.integer(other).map(|other| holds(*compare, &index, &other))
                }
            };
            let result = match wanted {
                Ok(true) => self.fold(name, inner, body, span, total),
                Ok(false) => Ok(()),
                Err(halt) => Err(halt),
            };
            self.locals.pop();
            result?;
        }
        Ok(())
    }

    fn combine(&mut self, name: &Name, a: Value, b: Value, span: &Span) -> Lowered<Value> {
        let known = known_pair(a, b).and_then(|(a, b)| match name.text.as_str() {
            "sum" => a.checked_add(&b),
            "prod" => a.checked_mul(&b),
            "min" => Some(a.min(b)),
            _ => Some(a.max(b)),
        });
        if let Some(value) = known {
            return Ok(Value::Static(value));
        }
        let (a, b) = (self.node(a, span)?, self.node(b, span)?);
        Ok(Value::Expr(match name.text.as_str() {
            "sum" => self.graph.add(a, b),
            "prod" => self.graph.mul(a, b),
            "min" => self.graph.call(Function::Min, &[a, b]),
            _ => self.graph.call(Function::Max, &[a, b]),
        }))
    }

    fn bounds(&mut self, binder: &Binder) -> Lowered<(i64, i64)> {
        if let Some((low, high)) = &binder.bounds {
            return Ok((self.integer(low)?, self.integer(high)?));
        }
        let definition = self.definition;
        let Some(index) = definition.index(&binder.name.text) else {
            return Err(self.fault(unknown(&binder.name)));
        };
        self.within_function_free(|lowerer| {
            Ok((lowerer.integer(&index.low)?, lowerer.integer(&index.high)?))
        })
    }
}

/// Functions of numbers known before a run that give such numbers.
fn known_call(name: &str, values: &[Value]) -> Option<Small> {
    if !values.iter().any(|value| matches!(value, Value::Static(_))) {
        return None;
    }
    let numbers: Option<Vec<Small>> = values
        .iter()
        .map(|value| match value {
            Value::Static(number) | Value::Literal(number) => Some(*number),
            _ => None,
        })
        .collect();
    match (name, numbers?.as_slice()) {
        ("abs", &[x]) if *x.numer() > i64::MIN => Some(if x < Small::zero() { -x } else { x }),
        ("floor", &[x]) => Some(x.floor()),
        ("sign", &[x]) => Some(Small::from_integer(x.numer().signum())),
        ("mod", &[a, b]) if !b.is_zero() => {
            a.checked_sub(&b.checked_mul(&a.checked_div(&b)?.floor())?)
        }
        ("min", all @ [_, _, ..]) => all.iter().copied().min(),
        ("max", all @ [_, _, ..]) => all.iter().copied().max(),
        _ => None,
    }
}
