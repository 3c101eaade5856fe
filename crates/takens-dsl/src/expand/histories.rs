//! The state of a system with delays before the start.

use super::slots::{Slots, offset};
use super::{Expander, element_name, tuples};
use crate::Diagnostic;
use crate::ast::*;
use crate::lower::{Extent, Lowered, Small, Value};
use crate::system::SystemKind;
use std::collections::HashMap;
use takens_symbolic::{ExprId, Symbol};

impl<'a> Expander<'_, 'a> {
    /// The history of each component. Where a component has no initial value, its history ends in
    /// one; where it has no history, its initial value is the history.
    pub(super) fn histories(&mut self, initial: &mut Vec<(i64, ExprId)>) -> Vec<(i64, ExprId)> {
        let definition = self.lowerer.definition;
        if definition.kind != SystemKind::Dde {
            return vec![];
        }
        let mut of_state: Vec<Vec<(&'a History, Slots<'a>)>> =
            definition.states.iter().map(|_| vec![]).collect();
        for (state, history) in &definition.histories {
            let Component { name, subscripts, .. } = &history.state;
            if let Ok(slots) = self.slots(*state, &name.text, subscripts) {
                of_state[*state].push((history, slots));
            }
        }
        let mut found = vec![];
        for (state, mut patterns) in of_state.into_iter().enumerate() {
            patterns.sort_by_key(|(_, slots)| slots.freedom());
            if self.state_history(state, &patterns, initial, &mut found).is_err() {
                break;
            }
        }
        found
    }

    fn state_history(
        &mut self,
        state: usize,
        patterns: &[(&History, Slots)],
        initial: &mut Vec<(i64, ExprId)>,
        found: &mut Vec<(i64, ExprId)>,
    ) -> Lowered<()> {
        let place = self.lowerer.states[state].clone();
        let declared = &self.lowerer.definition.states[state];
        let starts: HashMap<i64, ExprId> = initial.iter().copied().collect();
        let lists: Vec<Vec<i64>> =
            place.shape.iter().map(|&size| self.lowerer.run(0, size)).collect();
        let mut wanted = tuples(&lists);
        if self.lowerer.extent == Extent::Ends {
            wanted.extend(patterns.iter().filter_map(|(_, slots)| slots.fixed()));
            wanted.sort_unstable();
            wanted.dedup();
        }
        for indices in wanted {
            self.lowerer.spend(1, &declared.span)?;
            let flat = place.first + offset(&place, &indices);
            let start = starts.get(&flat).copied();
            let mut fits = patterns.iter().filter(|(_, slots)| slots.matches(&indices));
            let Some((history, slots)) = fits.next() else {
                match start {
                    Some(start) => found.push((flat, start)),
                    None if declared.value.is_none() && !patterns.is_empty() => {
                        let element = element_name(&declared.name.text, &indices);
                        let message = format!("`{element}` has no initial value and no history");
                        self.lowerer.fault(Diagnostic::error(
                            "E032",
                            declared.name.span.clone(),
                            message,
                        ));
                        return Ok(());
                    }
                    None => {}
                }
                continue;
            };
            if let Some((other, more)) = fits.next()
                && more.freedom() == slots.freedom()
            {
                let message = "this component has two histories";
                self.lowerer.fault(
                    Diagnostic::error("E021", other.state.span.clone(), message)
                        .related(history.state.span.clone(), "the other one"),
                );
            }
            let (names, values) = slots.bindings(&indices);
            let time = self.lowerer.graph.symbol(Symbol::Time);
            let at = |expander: &mut Self, time: Value| {
                expander.lowerer.with(&names, &values, |lowerer| {
                    lowerer.with_value(&history.time.text, time, |one| one.number(&history.value))
                })
            };
            if let Ok(id) = at(self, Value::Expr(time)) {
                found.push((flat, id));
                if start.is_none()
                    && let Ok(id) = at(self, Value::Static(Small::from_integer(0)))
                {
                    let id = takens_symbolic::Tidy::default().tidy(&mut self.lowerer.graph, id);
                    initial.push((flat, id));
                }
            }
        }
        Ok(())
    }
}
