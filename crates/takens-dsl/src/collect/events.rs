//! Events: what each sets must be a state or a `mode`, once.

use super::{Collector, RawSystem};
use crate::Diagnostic;
use crate::ast::*;
use crate::definition::{Role, primed};
use crate::diagnostic::Span;
use crate::lower::wrong_rank;
use crate::nearest::nearest;
use std::collections::HashMap;

impl Collector {
    pub(super) fn events(&mut self, raw: &RawSystem) {
        if self.definition.is_map {
            self.no_events(raw);
            return;
        }
        let mut seen: HashMap<&str, &Span> = HashMap::new();
        for event in &raw.events {
            if let Some(earlier) = seen.insert(&event.name.text, &event.name.span) {
                let message = format!("the event `{}` is defined twice", event.name.text);
                self.faults.push(
                    Diagnostic::error("E021", event.name.span.clone(), message)
                        .related(earlier.clone(), "first here"),
                );
                continue;
            }
            let assignments = self.assignments(event, raw);
            self.definition.events.push(EventItem { assignments, ..event.clone() });
        }
    }

    fn no_events(&mut self, raw: &RawSystem) {
        for event in &raw.events {
            let message = format!("`{}` is an event, and a `map` has none", event.name.text);
            self.faults.push(
                Diagnostic::error("E113", event.name.span.clone(), message)
                    .help("a map jumps at every step: put the condition into `next`, with `if`"),
            );
        }
        for mode in &self.definition.modes {
            let message = format!("`{}` is set by events, and a `map` has none", mode.name.text);
            self.faults.push(
                Diagnostic::error("E113", mode.name.span.clone(), message)
                    .help("make it a `state` with an equation `next ...`"),
            );
        }
    }

    /// The assignments that can be made.
    fn assignments(&mut self, event: &EventItem, raw: &RawSystem) -> Vec<Equation> {
        let mut seen: HashMap<String, &Span> = HashMap::new();
        let mut found = vec![];
        for assignment in &event.assignments {
            let key = primed(&assignment.target.text, assignment.primes);
            let span = assignment.left.clone();
            if let Some(next) = &assignment.next {
                let fault =
                    Diagnostic::error("E116", next.clone(), "an event sets, without `next`");
                self.faults.push(fault.help(format!("write `{key} := ...`")));
                continue;
            }
            let entity = self.definition.names.get(&key);
            let Some(entity) = entity else {
                self.nothing_to_set(assignment, &key, raw);
                continue;
            };
            let (role, rank, declared) = (entity.role, entity.rank, entity.span.clone());
            match role {
                Role::State(_) | Role::Mode(_) => {}
                Role::Broken => continue,
                role => {
                    let message =
                        format!("`{key}` is {}; an event sets states and modes only", role.words());
                    let help = match role {
                        Role::Parameter(_) => {
                            format!("declare it as `mode {key} = ...` if it changes")
                        }
                        _ => "set what it is made of".to_owned(),
                    };
                    self.faults.push(
                        Diagnostic::error("E112", span, message)
                            .help(help)
                            .related(declared, "declared here"),
                    );
                    continue;
                }
            }
            let got = assignment.subscripts.len();
            if let Some(rank) = rank.filter(|rank| *rank != got) {
                let mut fault = wrong_rank(&assignment.target, rank, got, &span);
                fault.related.push((declared, "declared here".to_owned()));
                self.faults.push(fault);
                continue;
            }
            if assignment.subscripts.is_empty()
                && let Some(earlier) = seen.insert(key.clone(), &assignment.left)
            {
                let message = format!("`{key}` is set twice by one event");
                self.faults.push(
                    Diagnostic::error("E114", span, message)
                        .help("all lines of an event read old values and are made at once")
                        .related(earlier.clone(), "first here"),
                );
                continue;
            }
            found.push(assignment.clone());
        }
        found
    }

    fn nothing_to_set(&mut self, assignment: &Equation, key: &str, raw: &RawSystem) {
        let name = &assignment.target.text;
        let globals = &self.definition.globals;
        if raw.broken.contains(name) || globals.broken.contains(name) {
            return;
        }
        let span = assignment.left.clone();
        if globals.constants.contains_key(name) {
            let message = format!("`{name}` is a constant; an event sets states and modes only");
            self.faults.push(Diagnostic::error("E112", span, message));
            return;
        }
        let mut fault =
            Diagnostic::error("E112", span.clone(), format!("no state or mode is called `{key}`"));
        if assignment.primes > 0 && self.definition.names.contains_key(name) {
            let help = format!("`{key}` follows from its equation: set `{name}`");
            self.faults.push(fault.help(help));
            return;
        }
        let can_be_set = self.definition.states.iter().chain(&self.definition.modes);
        match nearest(name, can_be_set.map(|one| one.name.text.as_str())) {
            Some(near) => {
                let fixed = assignment.target.span.clone();
                fault = fault.help(format!("did you mean `{near}`?")).fix(fixed, near);
            }
            None => fault = fault.help(format!("declare it: `mode {name} = 0`, or as a `state`")),
        }
        self.faults.push(fault);
    }
}
