//! Equations: which state each one moves, and what other tools call an equation.
//!
//! An equation in the wrong form is reported and counts for the state that it means, so that the
//! state is not reported as unmoved.

use super::names::rank;
use super::{Collector, RawSystem};
use crate::Diagnostic;
use crate::ast::*;
use crate::definition::{Entity, Role, StateEquation, primed};
use crate::diagnostic::Span;
use crate::lower::{subscript_names, wrong_rank};
use crate::nearest::nearest;
use std::collections::HashMap;

impl Collector {
    pub(super) fn equations(&mut self, raw: &RawSystem) {
        for equation in &raw.equations {
            self.equation(equation, raw);
        }
        // Two equations for one scalar; those of vectors are compared element by element later.
        let mut seen: HashMap<usize, &Span> = HashMap::new();
        let mut twice = vec![];
        for one in &self.definition.equations {
            if !one.equation.subscripts.is_empty() {
                continue;
            }
            if let Some(earlier) = seen.insert(one.state, &one.equation.left) {
                let name = &self.definition.states[one.state].name.text;
                let message = format!("`{name}` has two equations");
                twice.push(
                    Diagnostic::error("E021", one.equation.left.clone(), message)
                        .related(earlier.clone(), "the first one"),
                );
            }
        }
        self.faults.append(&mut twice);
    }

    fn state_place(&self, key: &str) -> Option<usize> {
        match self.definition.names.get(key)?.role {
            Role::State(place) => Some(place),
            _ => None,
        }
    }

    fn equation(&mut self, equation: &Equation, raw: &RawSystem) {
        let name = &equation.target.text;
        if equation.primes == 0 && equation.next.is_none() {
            self.bare_equation(equation, raw);
            return;
        }
        let is_map = self.definition.is_map;
        // The wrong form is reported, and the equation counts.
        if is_map && equation.next.is_none() {
            let message = format!("`{name}'` is a derivative, and a `map` has none");
            self.wrong_form(equation, message, &format!("next {}", self.left_name(equation)));
        } else if !is_map && let Some(next) = &equation.next {
            let message = "`next` belongs in a `map`; an `ode` gives derivatives".to_owned();
            let span = next.start..equation.left.end;
            let wanted = format!("{}'", self.left_name(equation));
            self.faults.push(
                Diagnostic::error("E033", span.clone(), message)
                    .help(format!("write `{wanted} = ...`"))
                    .fix(span, wanted),
            );
        }
        if equation.primes > 2 || (equation.primes == 2 && equation.next.is_some()) {
            let message = "derivatives beyond the second are not supported".to_owned();
            self.faults.push(
                Diagnostic::error("E004", equation.left.clone(), message)
                    .help("name the lower ones as states of their own"),
            );
            self.equations_of.insert(name.clone());
            return;
        }
        if equation.primes == 2 && !is_map {
            self.second_order(equation, raw);
            return;
        }
        match self.state_place(name) {
            Some(state) => self.accept(state, name.clone(), equation.clone()),
            None => self.no_state(equation, raw),
        }
    }

    fn accept(&mut self, state: usize, key: String, equation: Equation) {
        let declared = &self.definition.states[state];
        if let Some(rank) = rank(declared)
            && rank != equation.subscripts.len()
        {
            let mut fault =
                wrong_rank(&equation.target, rank, equation.subscripts.len(), &equation.left);
            fault.related.push((declared.name.span.clone(), "declared here".to_owned()));
            self.faults.push(fault);
            self.equations_of.insert(key);
            return;
        }
        self.equations_of.insert(key);
        self.definition.equations.push(StateEquation { state, equation });
    }

    fn left_name(&self, equation: &Equation) -> String {
        let subscripts: Vec<String> = subscript_names(&equation.subscripts)
            .iter()
            .zip(&equation.subscripts)
            .map(|(name, subscript)| match &subscript.kind {
                ExprKind::Number(value) => value.to_string(),
                _ => (*name).to_owned(),
            })
            .collect();
        match subscripts.is_empty() {
            true => equation.target.text.clone(),
            false => format!("{}[{}]", equation.target.text, subscripts.join(", ")),
        }
    }

    fn wrong_form(&mut self, equation: &Equation, message: String, wanted: &str) {
        self.faults.push(
            Diagnostic::error("E033", equation.left.clone(), message)
                .help(format!("write `{wanted} = ...`"))
                .fix(equation.left.clone(), wanted),
        );
    }

    /// `x'' = ...` stands for `x' = v` and `v' = ...`, with `v` called `x'`.
    fn second_order(&mut self, equation: &Equation, raw: &RawSystem) {
        let name = &equation.target.text;
        let key = primed(name, 1);
        let (state, velocity) = (self.state_place(name), self.state_place(&key));
        match (state, velocity) {
            (Some(state), Some(velocity)) => {
                let span = equation.left.clone();
                let rate = ExprKind::Reference {
                    name: equation.target.clone(),
                    subscripts: equation.subscripts.clone(),
                    primes: 1,
                };
                let right = Expr::new(rate, span);
                self.accept(state, name.clone(), Equation { right, ..equation.clone() });
                self.accept(velocity, key, equation.clone());
            }
            (Some(state), None) => {
                let declared = &self.definition.states[state];
                let at = declared.span.end;
                self.faults.push(
                    Diagnostic::error(
                        "E032",
                        declared.name.span.clone(),
                        format!("the velocity `{name}'` has no initial value"),
                    )
                    .help(format!("write `state {name} = ..., {name}' = ...`"))
                    .guess(at..at, format!(", {name}' = 0")),
                );
                let entity = Entity { role: Role::Broken, rank: None, span: 0..0 };
                self.definition.names.insert(key, entity);
                self.equations_of.insert(name.clone());
            }
            (None, _) => self.no_state(equation, raw),
        }
    }

    /// `x = ...`: a derivative, an image or a definition in the style of another tool.
    fn bare_equation(&mut self, equation: &Equation, raw: &RawSystem) {
        let name = equation.target.text.as_str();
        let stripped = [
            name.strip_suffix("_dot"),
            name.strip_suffix("dot"),
            name.strip_suffix("_next"),
            name.strip_suffix("_new"),
            name.strip_prefix('d'),
        ];
        let candidates = std::iter::once(Some(name)).chain(stripped).flatten();
        let mut known = candidates.filter(|candidate| {
            self.state_place(candidate).is_some() || raw.broken_equations.contains(*candidate)
        });
        if let Some(base) = known.next() {
            let base = base.to_owned();
            let target = Name { text: base.clone(), span: equation.target.span.clone() };
            let meant = Equation { target, ..equation.clone() };
            let left = self.left_name(&meant);
            let (word, wanted) = if self.definition.is_map {
                ("image", format!("next {left}"))
            } else {
                ("derivative", format!("{left}'"))
            };
            let message = format!("the {word} of `{base}` is written `{wanted}`");
            self.faults.push(
                Diagnostic::error("E009", equation.left.clone(), message)
                    .help(format!("write `{wanted} =`"))
                    .fix(equation.left.clone(), wanted),
            );
            if let Some(state) = self.state_place(&base) {
                self.accept(state, base, meant);
            }
            return;
        }
        let at = equation.target.span.start;
        let message = format!("`{name} = ...` is no statement");
        self.faults.push(
            Diagnostic::error("E014", equation.left.clone(), message)
                .help(format!(
                    "a definition is written `let {name} = ...`, a parameter `param {name} = ...`"
                ))
                .fix(at..at, "let "),
        );
        // It is read as the `let` that it looks like.
        let place = self.definition.lets.len();
        let rank = Some(equation.subscripts.len());
        if self.declare(name, &equation.target.span, Role::Let(place), rank) {
            self.definition.lets.push(Declared {
                doc: String::new(),
                name: equation.target.clone(),
                subscripts: equation.subscripts.clone(),
                primes: 0,
                unit: None,
                value: Some(equation.right.clone()),
                range: None,
                over: vec![],
                wrap: None,
                span: equation.left.clone(),
            });
        }
    }

    fn no_state(&mut self, equation: &Equation, raw: &RawSystem) {
        let name = &equation.target.text;
        if raw.broken.contains(name) || raw.broken_equations.contains(name) {
            return;
        }
        let message = match self.definition.names.get(name) {
            Some(entity) => {
                format!("`{name}` is {}, not a state, and has no equation", entity.role.words())
            }
            None => format!("this is an equation for `{name}`, and no state is called so"),
        };
        let mut fault = Diagnostic::error("E031", equation.left.clone(), message);
        let states = self.definition.states.iter().map(|state| state.name.text.as_str());
        let near = nearest(name, states.filter(|state| !self.equations_of.contains(*state)));
        match near.map(str::to_owned) {
            Some(near) => {
                // It is taken for the equation of that state.
                self.equations_of.insert(near.clone());
                fault = fault
                    .help(format!("did you mean `{near}`?"))
                    .guess(equation.target.span.clone(), near);
            }
            None => {
                fault =
                    fault.help(format!("declare it: `state {name} = ...`, with its initial value"))
            }
        }
        self.faults.push(fault);
        // Uses of the name are the same fault.
        let entity = Entity { role: Role::Broken, rank: None, span: 0..0 };
        self.definition.names.entry(name.clone()).or_insert(entity);
    }
}
