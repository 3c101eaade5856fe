//! Equations as patterns over the components of a state: for each component the one that moves it.

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
        let definition = self.lowerer.definition;
        let shape = self.lowerer.states[state].shape.clone();
        let mut slots = vec![];
        for (subscript, &size) in equation.subscripts.iter().zip(&shape) {
            let index = match &subscript.kind {
                ExprKind::Reference { name, .. } => definition.index(&name.text),
                _ => None,
            };
            let slot = match index {
                Some(index) => {
                    let low = self.lowerer.integer(&index.low)?;
                    let high = self.lowerer.integer(&index.high)?;
                    if high > size {
                        let message = format!(
                            "the index of `{}` reaches {}; it runs from 0 to {}",
                            equation.target.text,
                            high - 1,
                            size - 1
                        );
                        let span = subscript.span.clone();
                        return Err(self.lowerer.fault(Diagnostic::error("E040", span, message)));
                    }
                    Slot::Free { name: &index.name, low, high }
                }
                None => {
                    let value = self.lowerer.integer(subscript)?;
                    if !(0..size).contains(&value) {
                        let message = format!(
                            "the index of `{}` is {value}; it runs from 0 to {}",
                            equation.target.text,
                            size - 1
                        );
                        let span = subscript.span.clone();
                        return Err(self.lowerer.fault(Diagnostic::error("E040", span, message)));
                    }
                    Slot::Fixed(value)
                }
            };
            slots.push(slot);
        }
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
            match pattern.fixed() {
                Some(indices) => {
                    if let Some(earlier) = single.insert(indices, pattern) {
                        self.twice(earlier.equation, pattern.equation);
                    }
                }
                None => general.push(pattern),
            }
        }
        general.sort_by_key(|pattern| pattern.freedom());

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
        let mut doubled = false;
        for indices in wanted {
            self.lowerer.spend(1, &name.span)?;
            let chosen = match single.get(&indices) {
                Some(pattern) => Some(*pattern),
                None => {
                    let mut fits = general.iter().filter(|pattern| pattern.matches(&indices));
                    let first = fits.next().copied();
                    let second = fits.next();
                    if let (Some(first), Some(second)) = (first, second)
                        && first.freedom() == second.freedom()
                        && !std::mem::replace(&mut doubled, true)
                    {
                        self.twice(first.equation, second.equation);
                    }
                    first
                }
            };
            let Some(pattern) = chosen else {
                missing.get_or_insert(indices);
                continue;
            };
            let (names, values) = pattern.bindings(&indices);
            let right = &pattern.equation.right;
            let result = self.lowerer.with(&names, &values, |lowerer| lowerer.number(right));
            let offset =
                indices.iter().zip(&place.shape).fold(0, |at, (index, size)| at * size + index);
            match result {
                Ok(id) => rhs.push((place.first + offset, id)),
                Err(Halt) if self.lowerer.too_large => return Err(Halt),
                Err(Halt) => {}
            }
        }
        // A state with no equation at all is reported where names are checked.
        if let Some(indices) = missing
            && !patterns.is_empty()
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
    slots: Vec<Slot<'e>>,
}

enum Slot<'e> {
    Fixed(i64),
    Free { name: &'e str, low: i64, high: i64 },
}

impl<'e> Pattern<'e> {
    /// How many subscripts are left open: an equation with fewer overrides.
    fn freedom(&self) -> usize {
        self.slots.iter().filter(|slot| matches!(slot, Slot::Free { .. })).count()
    }

    fn fixed(&self) -> Option<Vec<i64>> {
        self.slots
            .iter()
            .map(|slot| match slot {
                Slot::Fixed(value) => Some(*value),
                Slot::Free { .. } => None,
            })
            .collect()
    }

    fn matches(&self, indices: &[i64]) -> bool {
        let each = self.slots.iter().zip(indices).all(|(slot, index)| match slot {
            Slot::Fixed(value) => value == index,
            Slot::Free { low, high, .. } => (*low..*high).contains(index),
        });
        // `u[i, i]` is the diagonal: one name has one value.
        let (names, values) = self.bindings(indices);
        each && names.iter().zip(&values).all(|(name, value)| {
            names.iter().zip(&values).all(|(other, second)| name != other || value == second)
        })
    }

    fn bindings(&self, indices: &[i64]) -> (Vec<&'e str>, Vec<i64>) {
        self.slots
            .iter()
            .zip(indices)
            .filter_map(|(slot, &index)| match slot {
                Slot::Free { name, .. } => Some((*name, index)),
                Slot::Fixed(_) => None,
            })
            .unzip()
    }
}
