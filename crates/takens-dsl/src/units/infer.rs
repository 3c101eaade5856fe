//! The unit of an expression, from the units of its names.
//!
//! Start at [`Inference::quantity`]. A fault gives [`Quantity::Any`], which fits everywhere, so that
//! nothing follows from it.

use super::Units;
use super::unit::{Exponent, Unit};
use crate::Diagnostic;
use crate::ast::*;
use crate::definition::{Definition, Role, primed};
use crate::diagnostic::Span;
use crate::limits::{MAX_INLINE_DEPTH, MAX_STEPS};
use num_traits::{One, Zero};
use std::collections::HashMap;
use std::sync::Arc;

/// What an expression is measured in.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) enum Quantity {
    /// Zero, a condition, or something reported: it fits everywhere.
    Any,
    /// A number made of literals alone.
    Bare,
    /// A quantity; pure numbers are in the unit that has no parts.
    Of(Arc<Unit>),
}

impl Quantity {
    pub(super) fn pure() -> Self {
        Self::Of(Arc::new(Unit::pure()))
    }

    /// The unit; `None` where any fits.
    pub(super) fn unit(&self) -> Option<Arc<Unit>> {
        match self {
            Self::Any => None,
            Self::Bare => Some(Arc::new(Unit::pure())),
            Self::Of(unit) => Some(Arc::clone(unit)),
        }
    }

    pub(super) fn is_pure(&self) -> bool {
        self.unit().is_none_or(|unit| unit.is_pure())
    }
}

/// Finds units in one system.
pub(super) struct Inference<'a> {
    pub(super) text: &'a str,
    pub(super) definition: &'a Definition,
    pub(super) units: &'a Units,
    pub(super) time: Quantity,
    pub(super) parameters: Vec<Quantity>,
    pub(super) states: Vec<Quantity>,
    pub(super) modes: Vec<Quantity>,
    pub(super) lets: Vec<Quantity>,
    pub(super) faults: Vec<Diagnostic>,
    pub(super) locals: Vec<(&'a str, Quantity)>,
    /// Locals below this place belong to the caller of the function that is looked into.
    pub(super) base: usize,
    /// The outermost call that is looked into.
    pub(super) within: Option<Span>,
    /// What functions give for arguments that were met before.
    pub(super) calls: HashMap<(&'a str, Vec<Quantity>), Quantity>,
    depth: usize,
    steps: usize,
}

impl<'a> Inference<'a> {
    pub(super) fn new(text: &'a str, definition: &'a Definition, units: &'a Units) -> Self {
        Self {
            text,
            definition,
            units,
            time: Quantity::Any,
            parameters: vec![],
            states: vec![],
            modes: vec![],
            lets: vec![],
            faults: vec![],
            locals: vec![],
            base: 0,
            within: None,
            calls: HashMap::new(),
            depth: 0,
            steps: 0,
        }
    }

    /// What `expr` is measured in.
    pub(super) fn quantity(&mut self, expr: &'a Expr) -> Quantity {
        self.steps += 1;
        // What nests or costs more is refused where trees become graphs.
        if self.depth >= MAX_INLINE_DEPTH || self.steps > MAX_STEPS {
            return Quantity::Any;
        }
        self.depth += 1;
        let quantity = self.dispatch(expr);
        self.depth -= 1;
        quantity
    }

    fn dispatch(&mut self, expr: &'a Expr) -> Quantity {
        match &expr.kind {
            ExprKind::Number(value) if value.is_zero() => Quantity::Any,
            ExprKind::Number(_) => Quantity::Bare,
            ExprKind::Truth(_) | ExprKind::Broken => Quantity::Any,
            ExprKind::Reference { name, primes, .. } => self.name(&name.text, *primes),
            ExprKind::Call { name, arguments, .. } => self.call(name, arguments, &expr.span),
            ExprKind::Reduce { name, binders, body } => self.reduce(name, binders, body),
            ExprKind::Neg(operand) => self.quantity(operand),
            ExprKind::Sum(first, rest) => self.sum(first, rest),
            ExprKind::Product(first, rest) => self.product(first, rest, &expr.span),
            ExprKind::Power(base, exponent) => self.power(base, exponent, &expr.span),
            ExprKind::Compare(_, a, b) => {
                self.equal(&[a, b], "what is compared must be in one unit");
                Quantity::Any
            }
            ExprKind::If { branches, otherwise } => {
                let mut values = vec![];
                for (condition, value) in branches {
                    self.quantity(condition);
                    values.push(value);
                }
                values.push(otherwise);
                self.equal(&values, "the branches of an `if` must be in one unit")
            }
            ExprKind::Not(_) | ExprKind::And(_) | ExprKind::Or(_) | ExprKind::Matrix(_) => {
                for part in expr.parts() {
                    self.quantity(part);
                }
                Quantity::Any
            }
        }
    }

    fn name(&mut self, name: &str, primes: usize) -> Quantity {
        if primes == 0 {
            let locals = self.locals[self.base..].iter().rev();
            if let Some((_, quantity)) = locals.into_iter().find(|(local, _)| *local == name) {
                return quantity.clone();
            }
        }
        let inside = self.within.is_some();
        let entity = self.definition.names.get(&primed(name, primes)).filter(|_| !inside);
        if let Some(entity) = entity {
            let known =
                |list: &[Quantity], place: usize| list.get(place).cloned().unwrap_or(Quantity::Any);
            return match entity.role {
                Role::Structural(_) | Role::Index(_) => Quantity::Bare,
                Role::Parameter(place) => known(&self.parameters, place),
                Role::State(place) => known(&self.states, place),
                Role::Mode(place) => known(&self.modes, place),
                Role::Let(place) => known(&self.lets, place),
                Role::Time => self.time.clone(),
                Role::Broken => Quantity::Any,
                #[allow(unreachable_patterns)]
                _ => Quantity::Any,
            };
        }
        if let Some(unit) = self.units.constants.get(name) {
            return Quantity::Of(Arc::clone(unit));
        }
        match name {
            _ if self.units.broken.contains(name) => Quantity::Any,
            "t" if !inside && !self.definition.globals.constants.contains_key(name) => {
                self.time.clone()
            }
            _ if self.definition.globals.constants.contains_key(name) || name == "pi" => {
                Quantity::Bare
            }
            _ => Quantity::Any,
        }
    }

    #[inline(never)]
    fn sum(&mut self, first: &'a Expr, rest: &'a [(Sign, Expr)]) -> Quantity {
        let terms: Vec<&Expr> =
            std::iter::once(first).chain(rest.iter().map(|one| &one.1)).collect();
        self.equal(&terms, "what is added must be in one unit")
    }

    /// The unit that all of `parts` have.
    pub(super) fn equal(&mut self, parts: &[&'a Expr], rule: &str) -> Quantity {
        let mut total = Quantity::Any;
        let mut of: Option<&Expr> = None;
        let mut failed = false;
        for &part in parts {
            let quantity = self.quantity(part);
            let (Some(a), Some(b)) = (total.unit(), quantity.unit()) else {
                if total == Quantity::Any && quantity != Quantity::Any {
                    (total, of) = (quantity, Some(part));
                }
                continue;
            };
            if !a.agrees(&b) {
                failed = true;
                let before = of.unwrap_or(part);
                let message = format!(
                    "{} is {}, and {} is {}",
                    self.shown(before),
                    words(&a),
                    self.shown(part),
                    words(&b)
                );
                let fault = Diagnostic::error("E092", part.span.clone(), message)
                    .related(before.span.clone(), words(&a));
                let fault = advise(fault, &b, &a, rule);
                self.report(fault);
            } else if total == Quantity::Bare && quantity != Quantity::Bare {
                (total, of) = (quantity, Some(part));
            }
        }
        if failed { Quantity::Any } else { total }
    }

    #[inline(never)]
    fn product(&mut self, first: &'a Expr, rest: &'a [(Factor, Expr)], span: &Span) -> Quantity {
        let mut total = self.quantity(first);
        for (factor, operand) in rest {
            let power = match factor {
                Factor::Times => Exponent::one(),
                Factor::Over => -Exponent::one(),
            };
            let operand = self.quantity(operand);
            total = self.times(&total, &operand, power, span);
        }
        total
    }

    /// `a · b^power`.
    pub(super) fn times(
        &mut self,
        a: &Quantity,
        b: &Quantity,
        power: Exponent,
        span: &Span,
    ) -> Quantity {
        if (a, b) == (&Quantity::Bare, &Quantity::Bare) {
            return Quantity::Bare;
        }
        let (Some(first), Some(second)) = (a.unit(), b.unit()) else { return Quantity::Any };
        match first.times(&second, power) {
            Some(unit) => Quantity::Of(Arc::new(unit)),
            None => {
                let message = "the unit of this has a power beyond all measure, or too many parts";
                self.report(
                    Diagnostic::error("E097", span.clone(), message)
                        .help("divide by quantities of the same kind first"),
                );
                Quantity::Any
            }
        }
    }

    #[inline(never)]
    fn reduce(&mut self, name: &'a Name, binders: &'a [Binder], body: &'a Expr) -> Quantity {
        let before = self.locals.len();
        for binder in binders {
            self.locals.push((&binder.name.text, Quantity::Bare));
        }
        let quantity = self.quantity(body);
        self.locals.truncate(before);
        if name.text == "prod" && !quantity.is_pure() {
            let unit = quantity.unit().unwrap_or_default();
            let message = format!(
                "{} is {}, and `prod` multiplies pure numbers",
                self.shown(body),
                words(&unit)
            );
            self.report(
                Diagnostic::error("E093", body.span.clone(), message)
                    .help("its unit would depend on how many values the index has"),
            );
            return Quantity::Any;
        }
        quantity
    }

    /// Records a fault. One inside a function is reported at its call, since there it is made.
    pub(super) fn report(&mut self, mut fault: Diagnostic) {
        if let Some(call) = &self.within {
            let inner = std::mem::replace(&mut fault.span, call.clone());
            fault.message = format!("as this function is called here, {}", fault.message);
            fault.related = vec![(inner, "in the function".to_owned())];
            fault.fix = None;
        }
        // A power beyond all measure makes others around it: one is enough.
        let again = |last: &Diagnostic| {
            let apart = last.span.end <= fault.span.start || fault.span.end <= last.span.start;
            last.code == "E097" && fault.code == "E097" && !apart
        };
        if !self.faults.last().is_some_and(again) {
            self.faults.push(fault);
        }
    }

    /// The source of an expression, or its first letters.
    pub(super) fn shown(&self, expr: &Expr) -> String {
        let source = self.text.get(expr.span.clone()).unwrap_or("this");
        let line: String = source.split_whitespace().collect::<Vec<_>>().join(" ");
        let short: String = line.chars().take(50).collect();
        if short.len() < line.len() { format!("`{short}...`") } else { format!("`{line}`") }
    }
}

/// The unit in words.
pub(super) fn words(unit: &Unit) -> String {
    if unit.is_pure() { "a pure number".to_owned() } else { format!("in `{unit}`") }
}

/// What to do where `got` stands and `want` is needed.
pub(super) fn advise(fault: Diagnostic, got: &Unit, want: &Unit, rule: &str) -> Diagnostic {
    match got.factor(want) {
        Some(factor) => {
            let of =
                |unit: &Unit| if unit.is_pure() { "1".to_owned() } else { format!("`{unit}`") };
            let convert = match want.times(got, -Exponent::one()) {
                Some(ratio) if !factor.starts_with("about") => {
                    format!(", or multiply by a constant: `const c <{ratio}> = {factor}`")
                }
                _ => String::new(),
            };
            fault.help(format!(
                "one {} is {factor} of {}: use one unit for both{convert}",
                of(got),
                of(want)
            ))
        }
        None if got.is_pure() => fault.help(format!(
            "{rule}; a number with a unit is given a name: `param c <{want}> = ...`"
        )),
        None => fault.help(rule),
    }
}
