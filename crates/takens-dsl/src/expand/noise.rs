//! Noise by component, its paths numbered in the order in which components see them.

use super::Expander;
use crate::Diagnostic;
use crate::system::SystemKind;
use std::collections::HashMap;
use takens_symbolic::{ExprId, Node, Symbol};

/// Paths and their coefficients, as one component sees them.
type Terms = Vec<(u32, ExprId)>;

impl Expander<'_, '_> {
    /// The right-hand side without its noise, which is kept for [`Self::paths`].
    pub(super) fn drift(&mut self, flat: i64, right: ExprId) -> ExprId {
        if self.lowerer.definition.kind != SystemKind::Sde {
            return right;
        }
        match self.lowerer.without_noise(right) {
            Ok((drift, coefficients)) => {
                self.noise.push((flat, coefficients));
                drift
            }
            // The fault is recorded, so that nothing comes of this expansion.
            Err(_) => right,
        }
    }

    /// The names of the paths, and for each component those that it sees.
    pub(super) fn paths(&mut self) -> (Vec<String>, Vec<(i64, Terms)>) {
        let mut noise = std::mem::take(&mut self.noise);
        noise.sort_by_key(|one| one.0);
        let (mut names, mut places) = (vec![], HashMap::new());
        let mut found = vec![];
        for (flat, coefficients) in noise {
            let mut terms = vec![];
            for (number, coefficient) in coefficients {
                let place = *places.entry(number).or_insert_with(|| {
                    let named = self.lowerer.paths.named.get(&number);
                    names.push(named.map_or_else(String::new, |named| named.0.clone()));
                    names.len() as u32 - 1
                });
                terms.push((place, coefficient));
            }
            terms.sort_unstable();
            found.push((flat, terms));
        }
        (names, found)
    }

    /// The fault of a value that reads the past or noise.
    pub(super) fn unsteady(&self, name: &str, id: ExprId, what: &str) -> Option<Diagnostic> {
        let definition = self.lowerer.definition;
        let (code, reads) = match definition.kind {
            SystemKind::Sde if self.lowerer.noise_in(id).is_some() => ("E079", "noise"),
            SystemKind::Dde if self.delayed(id) => ("E070", "a delayed state"),
            _ => return None,
        };
        let base = name.split('[').next().unwrap_or(name);
        let output = definition.outputs.iter().find(|one| one.name.text == base);
        let span = output.map_or(0..0, |one| one.name.span.clone());
        let message = format!("`{base}` reads {reads}, and {what} is made of the present state");
        let fault = Diagnostic::error(code, span, message);
        Some(fault.help("use states, parameters and the time in it"))
    }

    fn delayed(&self, id: ExprId) -> bool {
        let (mut open, mut seen) = (vec![id], std::collections::HashSet::new());
        while let Some(id) = open.pop() {
            match self.lowerer.graph.node(id) {
                Node::Symbol(Symbol::Delayed(_)) => return true,
                node if seen.insert(id) => open.extend(node.children()),
                _ => {}
            }
        }
        false
    }
}
