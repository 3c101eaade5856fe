//! Subscripts on a left-hand side: which elements of a state they reach.

use super::Expander;
use crate::Diagnostic;
use crate::ast::*;
use crate::lower::{Lowered, Place};

impl<'a> Expander<'_, 'a> {
    /// What the subscripts of a state say of its elements.
    pub(super) fn slots(
        &mut self,
        state: usize,
        target: &str,
        subscripts: &'a [Expr],
    ) -> Lowered<Slots<'a>> {
        let definition = self.lowerer.definition;
        let shape = self.lowerer.states[state].shape.clone();
        let mut slots = vec![];
        for (subscript, &size) in subscripts.iter().zip(&shape) {
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
                            target,
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
                            target,
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
        Ok(Slots(slots))
    }
}

/// The place of an element among those of its state.
pub(super) fn offset(place: &Place, indices: &[i64]) -> i64 {
    indices.iter().zip(&place.shape).fold(0, |at, (index, size)| at * size + index)
}

/// The subscripts of a left-hand side.
pub(super) struct Slots<'e>(Vec<Slot<'e>>);

/// What a subscript of a left-hand side says.
enum Slot<'e> {
    Fixed(i64),
    Free { name: &'e str, low: i64, high: i64 },
}

impl<'e> Slots<'e> {
    /// How many subscripts are left open: an equation with fewer overrides.
    pub(super) fn freedom(&self) -> usize {
        self.0.iter().filter(|slot| matches!(slot, Slot::Free { .. })).count()
    }

    pub(super) fn fixed(&self) -> Option<Vec<i64>> {
        self.0
            .iter()
            .map(|slot| match slot {
                Slot::Fixed(value) => Some(*value),
                Slot::Free { .. } => None,
            })
            .collect()
    }

    pub(super) fn matches(&self, indices: &[i64]) -> bool {
        let each = self.0.iter().zip(indices).all(|(slot, index)| match slot {
            Slot::Fixed(value) => value == index,
            Slot::Free { low, high, .. } => (*low..*high).contains(index),
        });
        // `u[i, i]` is the diagonal: one name has one value.
        let (names, values) = self.bindings(indices);
        each && names.iter().zip(&values).all(|(name, value)| {
            names.iter().zip(&values).all(|(other, second)| name != other || value == second)
        })
    }

    pub(super) fn bindings(&self, indices: &[i64]) -> (Vec<&'e str>, Vec<i64>) {
        self.0
            .iter()
            .zip(indices)
            .filter_map(|(slot, &index)| match slot {
                Slot::Free { name, .. } => Some((*name, index)),
                Slot::Fixed(_) => None,
            })
            .unzip()
    }
}
