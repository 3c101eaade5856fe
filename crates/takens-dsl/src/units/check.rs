//! All expressions of a system, each against the unit of what it is the value of.
//!
//! Start at [`Units::check`].

use super::Units;
use super::infer::{Inference, Quantity, advise, words};
use super::unit::{Exponent, Unit};
use crate::Diagnostic;
use crate::ast::*;
use crate::definition::{Definition, Role, primed};
use crate::diagnostic::Span;
use crate::lower::subscript_names;
use num_traits::One;
use std::sync::Arc;

impl Units {
    /// Checks the units of a system, if it has any; `time` is where the unit of its time stands.
    pub(crate) fn check(
        &self,
        text: &str,
        definition: &Definition,
        time: Option<&Span>,
        name: &Name,
        faults: &mut Vec<Diagnostic>,
    ) {
        let declared = || {
            let values = definition.parameters.iter().chain(&definition.states);
            values.chain(&definition.modes).chain(&definition.lets).chain(&definition.outputs)
        };
        let first = declared().find_map(|one| one.unit.as_ref());
        if first.is_none() && time.is_none() {
            return;
        }
        let mut inference = Inference::new(text, definition, self);
        inference.time = match time {
            Some(span) => inference.read(span),
            // The time of a map counts its steps.
            None if definition.is_map => Quantity::pure(),
            None => {
                let message = format!("`{}` has units, and its time has none", name.text);
                inference.faults.push(
                    Diagnostic::error("E095", first.cloned().unwrap_or_default(), message)
                        .help("say what time is measured in: `time t <s>`"),
                );
                Quantity::Any
            }
        };
        inference.system();
        faults.append(&mut inference.faults);
    }

    /// Checks that constants with a unit have values that can have it.
    pub(super) fn of(&self, quantity: Option<Arc<Unit>>) -> Quantity {
        quantity.map_or(Quantity::Any, Quantity::Of)
    }
}

impl<'a> Inference<'a> {
    fn read(&mut self, span: &Span) -> Quantity {
        let units = self.units;
        units.of(units.read(self.text, span, &mut self.faults))
    }

    /// The unit that a declaration has by what is written.
    fn own(&mut self, declared: &Declared) -> Quantity {
        match &declared.unit {
            Some(span) => self.read(span),
            None => Quantity::pure(),
        }
    }

    fn system(&mut self) {
        let definition = self.definition;
        for declared in &definition.parameters {
            let quantity = self.own(declared);
            self.parameters.push(quantity);
        }
        for declared in &definition.modes {
            let quantity = self.own(declared);
            self.modes.push(quantity);
        }
        self.states();
        for (place, declared) in definition.parameters.iter().enumerate() {
            let want = self.parameters[place].clone();
            if self.declaration(declared, &want, "its default") {
                self.parameters[place] = Quantity::Any;
            }
        }
        for declared in &definition.lets {
            let found = self.value_of_let(declared);
            self.lets.push(found);
        }
        for (place, declared) in definition.states.iter().enumerate() {
            let want = self.states[place].clone();
            if self.declaration(declared, &want, "its initial value") {
                self.states[place] = Quantity::Any;
            }
        }
        for (place, declared) in definition.modes.iter().enumerate() {
            let want = self.modes[place].clone();
            if self.declaration(declared, &want, "its initial value") {
                self.modes[place] = Quantity::Any;
            }
        }
        for declared in &definition.outputs {
            let want = self.own(declared);
            self.declaration(declared, &want, "its value");
        }
        for one in &definition.equations {
            let state = self.states[one.state].clone();
            let rate = if definition.is_map {
                state
            } else {
                let time = self.time.clone();
                self.times(&state, &time, -Exponent::one(), &one.equation.left)
            };
            self.equation(&one.equation, &rate);
        }
        for (state, history) in &definition.histories {
            let (want, time) = (self.states[*state].clone(), self.time.clone());
            self.with(&history.state.subscripts, |inference| {
                inference.locals.push((&history.time.text, time));
                let got = inference.quantity(&history.value);
                inference.locals.pop();
                inference.agree(&history.value, &got, &want, "history");
            });
        }
        if let Some(energy) = &definition.energy {
            self.energy(energy);
        }
        for invariant in &definition.invariants {
            self.quantity(&invariant.value);
        }
        for event in &definition.events {
            self.with(&event.subscripts, |inference| inference.event(event));
        }
    }

    /// States first as they are declared; velocities without a unit of their own have that of their
    /// state over that of the time.
    fn states(&mut self) {
        let definition = self.definition;
        for declared in &definition.states {
            let quantity = self.own(declared);
            self.states.push(quantity);
        }
        for (place, declared) in definition.states.iter().enumerate() {
            if declared.primes != 1 {
                continue;
            }
            let Some(Role::State(base)) =
                definition.names.get(&declared.name.text).map(|entity| entity.role)
            else {
                continue;
            };
            let (base, time) = (self.states[base].clone(), self.time.clone());
            let rate = self.times(&base, &time, -Exponent::one(), &declared.span);
            if declared.unit.is_some()
                && let (Some(got), Some(want)) = (self.states[place].unit(), rate.unit())
                && !got.agrees(&want)
            {
                let name = primed(&declared.name.text, 1);
                let message =
                    format!("`{name}` is declared {}, and it is {}", words(&got), words(&want));
                let span = declared.unit.clone().unwrap_or_default();
                let fault = Diagnostic::error("E092", span, message);
                self.report(advise(fault, &got, &want, "leave the unit out"));
            }
            self.states[place] = rate;
        }
    }

    /// Runs `action` with the indices of a declaration in sight.
    fn with<T>(&mut self, subscripts: &'a [Expr], action: impl FnOnce(&mut Self) -> T) -> T {
        let before = self.locals.len();
        let names = subscript_names(subscripts).into_iter();
        self.locals
            .extend(names.filter(|name| !name.is_empty()).map(|name| (name, Quantity::Bare)));
        let result = action(self);
        self.locals.truncate(before);
        result
    }

    /// Default or initial value, range and `wrap` of a declaration. Whether its unit is missing: then
    /// all that it is used in may be right.
    fn declaration(&mut self, declared: &'a Declared, want: &Quantity, what: &str) -> bool {
        let mut missing = false;
        self.with(&declared.subscripts, |inference| {
            for value in declared.value.iter().flat_map(elements) {
                missing |= inference.fits(declared, value, want, what);
            }
        });
        for interval in declared.range.iter().chain(&declared.wrap) {
            missing |= self.fits(declared, &interval.low, want, "this end of its range");
            missing |= self.fits(declared, &interval.high, want, "this end of its range");
        }
        missing
    }

    /// Reports a value in another unit; whether the declaration has none where it should.
    fn fits(&mut self, declared: &Declared, value: &'a Expr, want: &Quantity, what: &str) -> bool {
        let got = self.quantity(value);
        if let Some(got) = self.mismatch(&got, want, true) {
            let want = want.unit().unwrap_or_default();
            let name = primed(&declared.name.text, declared.primes);
            let message = format!("`{name}` is {}, and {what} is {}", words(&want), words(&got));
            let mut fault = Diagnostic::error("E092", value.span.clone(), message)
                .related(declared.name.span.clone(), words(&want));
            let missing = declared.unit.is_none() && want.is_pure();
            fault = if missing {
                let at = declared
                    .subscripts
                    .last()
                    .map_or(declared.name.span.end, |last| last.span.end + 1);
                fault
                    .help(format!("say what it is in: `{name} <{got}>`"))
                    .fix(at..at, format!(" <{got}>"))
            } else {
                advise(fault, &got, &want, "a value is in the unit of what has it")
            };
            self.report(fault);
            return missing;
        }
        false
    }

    /// The unit that `got` has where `want` is needed; `None` where it fits.
    fn mismatch(&self, got: &Quantity, want: &Quantity, literal: bool) -> Option<Arc<Unit>> {
        if literal && *got == Quantity::Bare {
            return None;
        }
        let (got, want) = (got.unit()?, want.unit()?);
        (!got.agrees(&want)).then_some(got)
    }

    fn value_of_let(&mut self, declared: &'a Declared) -> Quantity {
        let Some(span) = &declared.unit else {
            let value = declared.value.as_ref();
            return self.with(&declared.subscripts, |inference| {
                value.map_or(Quantity::Any, |value| inference.quantity(value))
            });
        };
        let want = self.read(span);
        self.declaration(declared, &want, "its value");
        want
    }

    fn equation(&mut self, equation: &'a Equation, rate: &Quantity) {
        self.with(&equation.subscripts, |inference| {
            let got = inference.quantity(&equation.right);
            let Some(got) = inference.mismatch(&got, rate, false) else { return };
            let want = rate.unit().unwrap_or_default();
            let left = inference.text[equation.left.clone()].to_owned();
            let message =
                format!("`{left}` is {}, and its right-hand side is {}", words(&want), words(&got));
            let fault = Diagnostic::error("E092", equation.right.span.clone(), message)
                .related(equation.left.clone(), words(&want));
            inference.report(advise(
                fault,
                &got,
                &want,
                "both sides of an equation are in one unit",
            ));
        });
    }

    /// Reports a value that is in another unit than it should be.
    fn agree(&mut self, value: &'a Expr, got: &Quantity, want: &Quantity, what: &str) {
        if let Some(got) = self.mismatch(got, want, true) {
            let want = want.unit().unwrap_or_default();
            let message = format!("the {what} is {}, and should be {}", words(&got), words(&want));
            let fault = Diagnostic::error("E092", value.span.clone(), message);
            self.report(advise(fault, &got, &want, "both have to be in one unit"));
        }
    }

    /// `q' = ∂H/∂p`: an energy is in the unit of each `q·p` over that of the time.
    fn energy(&mut self, energy: &'a Energy) {
        let got = self.quantity(&energy.value);
        for (position, momentum) in &energy.pairs {
            let of = |component: &Component| {
                let key = primed(&component.name.text, component.primes);
                match self.definition.names.get(&key).map(|entity| entity.role) {
                    Some(Role::State(place)) => self.states[place].clone(),
                    _ => Quantity::Any,
                }
            };
            let (q, p, time) = (of(position), of(momentum), self.time.clone());
            let action = self.times(&q, &p, Exponent::one(), &energy.span);
            let want = self.times(&action, &time, -Exponent::one(), &energy.span);
            self.agree(&energy.value, &got, &want, "energy");
        }
    }

    fn event(&mut self, event: &'a EventItem) {
        self.quantity(&event.when);
        for assignment in &event.assignments {
            let key = primed(&assignment.target.text, assignment.primes);
            let want = match self.definition.names.get(&key).map(|entity| entity.role) {
                Some(Role::State(place)) => self.states[place].clone(),
                Some(Role::Mode(place)) => self.modes[place].clone(),
                _ => Quantity::Any,
            };
            let got = self.quantity(&assignment.right);
            if let Some(got) = self.mismatch(&got, &want, true) {
                let want = want.unit().unwrap_or_default();
                let message =
                    format!("`{key}` is {}, and its new value is {}", words(&want), words(&got));
                let fault = Diagnostic::error("E092", assignment.right.span.clone(), message)
                    .related(assignment.left.clone(), words(&want));
                self.report(advise(fault, &got, &want, "a value is in the unit of what has it"));
            }
        }
    }
}

/// The numbers of a value: itself, or those of a table.
fn elements(value: &Expr) -> Vec<&Expr> {
    match &value.kind {
        ExprKind::Matrix(rows) => rows.iter().flatten().collect(),
        _ => vec![value],
    }
}
