//! Histories, energies and invariants: what a system says of its states beside equations.

use super::names::rank;
use super::{Collector, RawSystem};
use crate::Diagnostic;
use crate::ast::*;
use crate::definition::{Role, primed};
use crate::diagnostic::Span;
use crate::lower::wrong_rank;
use crate::nearest::nearest;
use crate::system::SystemKind;
use std::collections::HashMap;

impl Collector {
    pub(super) fn parts(&mut self, raw: &RawSystem) {
        let kind = self.definition.kind;
        let mut seen: HashMap<usize, Span> = HashMap::new();
        for history in &raw.histories {
            if kind != SystemKind::Dde {
                let message = format!("only a `dde` has a history; this is {}", kind.words());
                self.faults.push(
                    Diagnostic::error("E073", history.state.span.clone(), message)
                        .help("without delays the initial value says all: `state x = 1`"),
                );
                continue;
            }
            let Some(state) = self.component(&history.state, "a history", raw) else { continue };
            if history.state.subscripts.is_empty() {
                let span = history.state.span.clone();
                if let Some(earlier) = seen.insert(state, span.clone()) {
                    let message = format!("`{}` has two histories", history.state.name.text);
                    let fault = Diagnostic::error("E021", span, message);
                    self.faults.push(fault.related(earlier, "the first one"));
                    continue;
                }
            }
            self.definition.histories.push((state, history.clone()));
        }
        for energy in &raw.energies {
            self.energy(energy, raw);
        }
        for invariant in &raw.invariants {
            self.invariant(invariant);
        }
    }

    fn energy(&mut self, energy: &Energy, raw: &RawSystem) {
        for component in energy.pairs.iter().flat_map(|(position, momentum)| [position, momentum]) {
            if let Some(state) = self.component(component, "an energy", raw) {
                let declared = &self.definition.states[state];
                self.equations_of.insert(primed(&declared.name.text, declared.primes));
            }
        }
        let kind = self.definition.kind;
        let start = energy.span.start..energy.span.start + "hamiltonian".len();
        if kind != SystemKind::Ode {
            let message = format!("only an `ode` follows from an energy; this is {}", kind.words());
            let fault = Diagnostic::error("E080", start, message);
            self.faults.push(fault.help("write its equations one by one"));
            return;
        }
        if let Some(earlier) = &self.definition.energy {
            let first = earlier.span.start..earlier.span.start + "hamiltonian".len();
            self.faults.push(
                Diagnostic::error("E021", start, "a system has one `hamiltonian`")
                    .related(first, "the first one")
                    .help("one energy has all pairs: `hamiltonian (q1, p1), (q2, p2): ...`"),
            );
            return;
        }
        self.definition.energy = Some(energy.clone());
    }

    fn invariant(&mut self, invariant: &Invariant) {
        let (name, kind) = (&invariant.name, self.definition.kind);
        if !matches!(kind, SystemKind::Ode | SystemKind::Map) {
            let message =
                format!("only an `ode` or a `map` keeps a quantity, not {}", kind.words());
            let fault = Diagnostic::error("E086", name.span.clone(), message);
            self.faults.push(fault.help("what is observed is an `output`"));
            return;
        }
        let invariants = &self.definition.invariants;
        if let Some(earlier) = invariants.iter().find(|one| one.name.text == name.text) {
            let message = format!("the invariant `{}` is defined twice", name.text);
            self.faults.push(
                Diagnostic::error("E021", name.span.clone(), message)
                    .related(earlier.name.span.clone(), "first here"),
            );
            return;
        }
        self.definition.invariants.push(invariant.clone());
    }

    /// The state that a component belongs to; what is wrong with it is reported.
    fn component(&mut self, component: &Component, what: &str, raw: &RawSystem) -> Option<usize> {
        let Component { name, subscripts, primes, span } = component;
        let key = primed(&name.text, *primes);
        let role = self.definition.names.get(&key).map(|entity| entity.role);
        let Some(Role::State(state)) = role else {
            let broken = role == Some(Role::Broken)
                || raw.broken.contains(&name.text)
                || raw.broken_equations.contains(&name.text);
            if !broken {
                let message = match role {
                    Some(role) => format!("{what} is of states, and `{key}` is {}", role.words()),
                    None => format!("{what} is of states, and no state is called `{key}`"),
                };
                let mut fault = Diagnostic::error("E074", span.clone(), message);
                let states = self.definition.states.iter().map(|state| state.name.text.as_str());
                fault = match nearest(&name.text, states) {
                    Some(near) => {
                        let near = near.to_owned();
                        fault.help(format!("did you mean `{near}`?")).guess(name.span.clone(), near)
                    }
                    None => fault.help(format!("declare it: `state {key} = ...`")),
                };
                self.faults.push(fault);
            }
            return None;
        };
        let declared = &self.definition.states[state];
        if let Some(rank) = rank(declared)
            && rank != subscripts.len()
        {
            let mut fault = wrong_rank(name, rank, subscripts.len(), span);
            fault.related.push((declared.name.span.clone(), "declared here".to_owned()));
            self.faults.push(fault);
            return None;
        }
        Some(state)
    }
}
