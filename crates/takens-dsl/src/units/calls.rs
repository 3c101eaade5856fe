//! Units of calls and powers.

use super::infer::{Inference, Quantity, advise, words};
use super::unit::{Exponent, MAX_POWER};
use crate::Diagnostic;
use crate::ast::*;
use crate::definition::Role;
use crate::diagnostic::Span;
use num_traits::{One, Signed, ToPrimitive, Zero};
use std::sync::Arc;
use takens_symbolic::Rational;

/// How deep the number of an exponent is followed through constants.
const MAX_LEVELS: usize = 100;

impl<'a> Inference<'a> {
    #[inline(never)]
    pub(super) fn call(&mut self, name: &'a Name, arguments: &'a [Expr], span: &Span) -> Quantity {
        let text = name.text.as_str();
        let definition = self.definition;
        if let Some(function) = definition.globals.functions.get(text) {
            let given = arguments.iter().map(|argument| self.quantity(argument)).collect();
            return self.function(function, given, span);
        }
        let local = self.locals[self.base..].iter().any(|(known, _)| *known == text);
        if !local
            && self.within.is_none()
            && let Some(entity) = definition.names.get(text)
        {
            return match entity.role {
                Role::State(place) => self.delayed(place, arguments),
                _ => Quantity::Any,
            };
        }
        match (text, arguments) {
            ("root", [unknown, equation, start]) => {
                let found = match self.quantity(start) {
                    Quantity::Bare => Quantity::pure(),
                    found => found,
                };
                if let ExprKind::Reference { name, .. } = &unknown.kind {
                    self.locals.push((&name.text, found.clone()));
                    self.quantity(equation);
                    self.locals.pop();
                }
                found
            }
            ("noise", _) => {
                let pure = Quantity::pure();
                let time = self.time.clone();
                self.times(&pure, &time, Exponent::new(-1, 2), span)
            }
            ("abs", [x]) => self.quantity(x),
            ("sqrt", [x]) => {
                let x = self.quantity(x);
                self.raised(&x, Exponent::new(1, 2), span)
            }
            ("sign" | "heaviside", [x]) => {
                self.quantity(x);
                Quantity::pure()
            }
            ("min" | "max" | "mod", several) => {
                let several: Vec<&Expr> = several.iter().collect();
                self.equal(&several, &format!("the arguments of `{text}` must be in one unit"))
            }
            ("atan2", several) => {
                let several: Vec<&Expr> = several.iter().collect();
                self.equal(&several, "the arguments of `atan2` must be in one unit");
                Quantity::pure()
            }
            (_, arguments) => {
                let mut bare = true;
                for argument in arguments {
                    let quantity = self.quantity(argument);
                    bare &= matches!(quantity, Quantity::Bare | Quantity::Any);
                    self.pure(&quantity, argument, &format!("`{text}` takes a pure number"));
                }
                if bare { Quantity::Bare } else { Quantity::pure() }
            }
        }
    }

    /// Reports what is no pure number.
    fn pure(&mut self, quantity: &Quantity, expr: &Expr, rule: &str) {
        if quantity.is_pure() {
            return;
        }
        let unit = quantity.unit().unwrap_or_default();
        let message = format!("{rule}, and {} is {}", self.shown(expr), words(&unit));
        let fault = Diagnostic::error("E093", expr.span.clone(), message);
        let fault = match unit.factor(&super::unit::Unit::pure()) {
            Some(_) => advise(fault, &unit, &super::unit::Unit::pure(), rule),
            None => fault.help(format!("divide it by a quantity in `{unit}`")),
        };
        self.report(fault);
    }

    /// The body of a function, with the units of its arguments.
    fn function(
        &mut self,
        function: &'a FunctionItem,
        given: Vec<Quantity>,
        span: &Span,
    ) -> Quantity {
        let key = (function.name.text.as_str(), given);
        if let Some(known) = self.calls.get(&key) {
            return known.clone();
        }
        let (before, base) = (self.locals.len(), self.base);
        let outermost = self.within.is_none();
        if outermost {
            self.within = Some(span.clone());
        }
        let names = function.arguments.iter().map(|argument| argument.text.as_str());
        self.locals.extend(names.zip(key.1.iter().cloned()));
        self.base = before;
        let quantity = self.quantity(&function.body);
        self.locals.truncate(before);
        self.base = base;
        if outermost {
            self.within = None;
        }
        self.calls.insert(key, quantity.clone());
        quantity
    }

    /// `x(t - tau)`: what it was, at a time.
    fn delayed(&mut self, place: usize, arguments: &'a [Expr]) -> Quantity {
        for argument in arguments {
            let (time, quantity) = (self.time.unit(), self.quantity(argument).unit());
            if let (Some(time), Some(quantity)) = (time, quantity)
                && !time.agrees(&quantity)
            {
                let message = format!(
                    "{} is {}, and the time is {}",
                    self.shown(argument),
                    words(&quantity),
                    words(&time)
                );
                let fault = Diagnostic::error("E092", argument.span.clone(), message);
                self.report(advise(fault, &quantity, &time, "a state is looked up at a time"));
            }
        }
        self.states.get(place).cloned().unwrap_or(Quantity::Any)
    }

    #[inline(never)]
    pub(super) fn power(&mut self, base: &'a Expr, exponent: &'a Expr, span: &Span) -> Quantity {
        let of_base = self.quantity(base);
        let of_exponent = self.quantity(exponent);
        self.pure(&of_exponent, exponent, "an exponent is a pure number");
        if of_base.is_pure() {
            let literal = matches!(of_exponent, Quantity::Bare | Quantity::Any);
            return match of_base {
                Quantity::Bare if literal => Quantity::Bare,
                // Zero to the power of zero is 1.
                Quantity::Any if literal => Quantity::Any,
                _ => Quantity::pure(),
            };
        }
        if !of_exponent.is_pure() {
            return Quantity::Any;
        }
        let Some(exact) = self.exact(exponent, 0) else {
            let unit = of_base.unit().unwrap_or_default();
            let message = format!(
                "{} is {}, so its exponent must be a number known before the run",
                self.shown(base),
                words(&unit)
            );
            self.report(Diagnostic::error("E094", exponent.span.clone(), message).help(format!(
                "write a number such as `2` or `1/3`, or divide the base by a quantity in `{unit}`"
            )));
            return Quantity::Any;
        };
        match (exact.numer().to_i64(), exact.denom().to_i64()) {
            (Some(above), Some(below)) if above.abs() <= MAX_POWER && below <= MAX_POWER => {
                self.raised(&of_base, Exponent::new(above, below), span)
            }
            _ => {
                let message = format!("a unit is raised to powers up to {MAX_POWER} only");
                self.report(Diagnostic::error("E097", exponent.span.clone(), message));
                Quantity::Any
            }
        }
    }

    fn raised(&mut self, base: &Quantity, power: Exponent, span: &Span) -> Quantity {
        match base {
            Quantity::Of(unit) => match unit.power(power) {
                Some(unit) => Quantity::Of(Arc::new(unit)),
                None => {
                    let message = format!("the unit of this has a power beyond {MAX_POWER}");
                    self.report(Diagnostic::error("E097", span.clone(), message));
                    Quantity::Any
                }
            },
            other => other.clone(),
        }
    }

    /// The number that an exponent is, if literals and constants make it.
    fn exact(&self, expr: &Expr, level: usize) -> Option<Rational> {
        if level > MAX_LEVELS {
            return None;
        }
        let inner = |expr: &Expr| self.exact(expr, level + 1);
        let small = |value: Rational| {
            let bits = value.numer().bits().max(value.denom().bits());
            (bits <= 64).then_some(value)
        };
        match &expr.kind {
            ExprKind::Number(value) => small(value.clone()),
            ExprKind::Neg(operand) => inner(operand).map(|value| -value),
            ExprKind::Sum(first, rest) => {
                rest.iter().try_fold(inner(first)?, |sum, (sign, term)| {
                    small(match sign {
                        Sign::Plus => sum + inner(term)?,
                        Sign::Minus => sum - inner(term)?,
                    })
                })
            }
            ExprKind::Product(first, rest) => {
                rest.iter().try_fold(inner(first)?, |product, (factor, operand)| {
                    let operand = inner(operand)?;
                    small(match factor {
                        Factor::Times => product * operand,
                        Factor::Over if operand.is_zero() => return None,
                        Factor::Over => product / operand,
                    })
                })
            }
            ExprKind::Power(base, exponent) => {
                let (base, exponent) = (inner(base)?, inner(exponent)?);
                let times = exponent.to_integer().to_u32().filter(|_| exponent.is_integer())?;
                (times <= 64 && !exponent.is_negative()).then_some(())?;
                (0..times).try_fold(Rational::one(), |power, _| small(power * &base))
            }
            ExprKind::Reference { name, subscripts, primes: 0 } if subscripts.is_empty() => {
                let text = name.text.as_str();
                let own = self.within.is_none() && self.definition.names.contains_key(text);
                let local = self.locals[self.base..].iter().any(|(known, _)| *known == text);
                if own || local || self.units.constants.contains_key(text) {
                    return None;
                }
                inner(self.definition.globals.constants.get(text)?.value.as_ref()?)
            }
            _ => None,
        }
    }
}
