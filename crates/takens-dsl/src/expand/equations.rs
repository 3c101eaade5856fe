//! Equations as patterns over the components of a state: for each component the one that moves it.

use super::slots::{Slots, offset};
use super::{Expander, element_name, tuples};
use crate::Diagnostic;
use crate::ast::*;
use crate::diagnostic::Span;
use crate::lower::{Extent, Halt, Lowered};
use std::collections::HashMap;
use takens_symbolic::ExprId;

impl<'a> Expander<'_, 'a> {
    pub(super) fn equations(&mut self) -> Vec<(i64, ExprId)> {
        let definition = self.lowerer.definition;
        let mut of_state: Vec<Vec<Pattern>> = definition.states.iter().map(|_| vec![]).collect();
        for equation in &definition.equations {
            if let Ok(pattern) = self.pattern(equation.state, &equation.equation) {
                of_state[equation.state].push(pattern);
            }
        }
        let mut rhs = vec![];
        for (state, patterns) in of_state.into_iter().enumerate() {
            if self.state_equations(state, &patterns, &mut rhs).is_err() {
                break;
            }
        }
        rhs
    }

    /// The left-hand side as a pattern over elements.
    fn pattern(&mut self, state: usize, equation: &'a Equation) -> Lowered<Pattern<'a>> {
        let slots = self.slots(state, &equation.target.text, &equation.subscripts)?;
        Ok(Pattern { equation, slots })
    }

    fn state_equations(
        &mut self,
        state: usize,
        patterns: &[Pattern],
        rhs: &mut Vec<(i64, ExprId)>,
    ) -> Lowered<()> {
        let place = self.lowerer.states[state].clone();
        let name = &self.lowerer.definition.states[state].name;
        // Equations for one component are found by its place, the others are tried in turn.
        let mut single: HashMap<Vec<i64>, &Pattern> = HashMap::new();
        let mut general: Vec<&Pattern> = vec![];
        for pattern in patterns {
            match pattern.slots.fixed() {
                Some(indices) => {
                    if let Some(earlier) = single.insert(indices, pattern) {
                        self.twice(earlier.equation, pattern.equation);
                    }
                }
                None => general.push(pattern),
            }
        }
        general.sort_by_key(|pattern| pattern.slots.freedom());

        let lists: Vec<Vec<i64>> =
            place.shape.iter().map(|&size| self.lowerer.run(0, size)).collect();
        let mut wanted = tuples(&lists);
        if self.lowerer.extent == Extent::Ends {
            let mut others: Vec<Vec<i64>> = single.keys().cloned().collect();
            others.sort_unstable();
            wanted.extend(others);
            wanted.sort_unstable();
            wanted.dedup();
        }
        let mut missing: Option<Vec<i64>> = None;
        let (mut doubled, mut derived) = (false, false);
        for indices in wanted {
            self.lowerer.spend(1, &name.span)?;
            let chosen = match single.get(&indices) {
                Some(pattern) => Some(*pattern),
                None => {
                    let mut fits = general.iter().filter(|pattern| pattern.slots.matches(&indices));
                    let first = fits.next().copied();
                    let second = fits.next();
                    if let (Some(first), Some(second)) = (first, second)
                        && first.slots.freedom() == second.slots.freedom()
                        && !std::mem::replace(&mut doubled, true)
                    {
                        self.twice(first.equation, second.equation);
                    }
                    first
                }
            };
            let Some(pattern) = chosen else {
                if self.derived(&place, &indices) {
                    derived = true;
                    continue;
                }
                missing.get_or_insert(indices);
                continue;
            };
            let (names, values) = pattern.slots.bindings(&indices);
            let right = &pattern.equation.right;
            let result = self.lowerer.with(&names, &values, |lowerer| lowerer.number(right));
            let offset = offset(&place, &indices);
            match result {
                Ok(id) => {
                    let flat = place.first + offset;
                    self.not_derived(flat, &pattern.equation.left);
                    let id = self.drift(flat, id);
                    rhs.push((flat, id));
                }
                Err(Halt) if self.lowerer.too_large => return Err(Halt),
                Err(Halt) => {}
            }
        }
        // A state with no equation at all is reported where names are checked.
        if let Some(indices) = missing
            && (derived || !patterns.is_empty())
        {
            let element = element_name(&name.text, &indices);
            self.lowerer.fault(Diagnostic::error(
                "E030",
                name.span.clone(),
                format!("no equation says how `{element}` moves"),
            ));
        }
        Ok(())
    }

    fn twice(&mut self, first: &Equation, second: &Equation) {
        let span: Span = second.left.clone();
        self.lowerer.fault(
            Diagnostic::error("E021", span, "this component has two equations")
                .related(first.left.clone(), "the other one"),
        );
    }
}

struct Pattern<'e> {
    equation: &'e Equation,
    slots: Slots<'e>,
}
