//! Events and discrete states, every index expanded.

use super::{Expander, element_name, tuples};
use crate::Diagnostic;
use crate::ast::*;
use crate::definition::{Role, primed};
use crate::limits::MAX_EVENTS;
use crate::lower::{Halt, Lowered, subscript_names};
use takens_symbolic::{Event, Mode, Target};

impl<'a> Expander<'_, 'a> {
    /// The discrete states with their initial values.
    pub(super) fn modes(&mut self) -> Vec<(i64, Mode)> {
        let definition = self.lowerer.definition;
        let mut found = vec![];
        for (place, mode) in definition.modes.iter().enumerate() {
            let Some(value) = &mode.value else { continue };
            let place = self.lowerer.modes[place].clone();
            for (indices, flat, initial) in self.elements(mode, value, &place) {
                let name = element_name(&mode.name.text, &indices);
                found.push((flat, Mode { name, initial }));
            }
        }
        found
    }

    pub(super) fn events(&mut self) -> Vec<Event> {
        let mut found = vec![];
        for event in &self.lowerer.definition.events {
            if self.elements_of_event(event, &mut found).is_err() && self.lowerer.too_large {
                break;
            }
        }
        found
    }

    fn elements_of_event(&mut self, event: &'a EventItem, found: &mut Vec<Event>) -> Lowered<()> {
        let names = subscript_names(&event.subscripts);
        let shape = self.lowerer.shape_of_subscripts(&event.subscripts)?;
        let lists: Vec<Vec<i64>> = shape.iter().map(|&size| self.lowerer.run(0, size)).collect();
        let count: usize = lists.iter().map(Vec::len).product();
        self.lowerer.spend(count, &event.name.span)?;
        if found.len() + count > MAX_EVENTS {
            self.lowerer.too_large = true;
            let message = format!("this system has more than {MAX_EVENTS} events");
            let fault = Diagnostic::error("E003", event.name.span.clone(), message)
                .help("let one event with `min` or `max` watch for many");
            return Err(self.lowerer.fault(fault));
        }
        for indices in tuples(&lists) {
            self.lowerer.spend(1, &event.name.span)?;
            let name = element_name(&event.name.text, &indices);
            let one = self.lowerer.with(&names, &indices, |lowerer| {
                let when = lowerer.number(&event.when)?;
                let mut assignments = vec![];
                for assignment in &event.assignments {
                    let value = lowerer.number(&assignment.right)?;
                    let key = primed(&assignment.target.text, assignment.primes);
                    let role = lowerer.definition.names.get(&key).map(|entity| entity.role);
                    let (place, target): (_, fn(u32) -> Target) = match role {
                        Some(Role::State(place)) => (lowerer.states.get(place), Target::State),
                        Some(Role::Mode(place)) => (lowerer.modes.get(place), Target::Mode),
                        _ => return Err(Halt),
                    };
                    let place = place.cloned().ok_or(Halt)?;
                    let subscripts = &assignment.subscripts;
                    let (name, span) = (&assignment.target, &assignment.left);
                    // Beyond a `zero` boundary there is nothing to set.
                    let Some(flat) = lowerer.element(name, &place, subscripts, span)? else {
                        continue;
                    };
                    let target = target(u32::try_from(flat).map_err(|_| Halt)?);
                    if assignments.iter().any(|(other, _)| *other == target) {
                        let message = format!("`{key}` is set twice by one event");
                        let fault = Diagnostic::error("E114", span.clone(), message);
                        return Err(lowerer
                            .fault(fault.help(
                                "all lines of an event read old values and are made at once",
                            )));
                    }
                    assignments.push((target, value));
                }
                Lowered::Ok(Event { name, when, direction: event.direction, assignments })
            })?;
            found.push(one);
        }
        Ok(())
    }
}
