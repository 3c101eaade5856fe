//! Units: read, checked over every expression, and then erased.
//!
//! Start at [`Units::check`]. A unit is a product of powers (`unit`); its text is read by `text` with
//! the names of `table`; `infer` finds the unit of an expression, `calls` that of functions and
//! powers.
//!
//! A system has units if anything in it has one. Then what has none is a pure number. A number made
//! of literals alone may be the value of anything: `param w <1/s> = 2/3`; zero fits everywhere. Units
//! must agree in dimension and in scale: nothing is converted behind the writer's back, and an error
//! names the factor.

mod calls;
mod check;
mod infer;
mod table;
mod text;
mod unit;

use crate::Diagnostic;
use crate::ast::{Declared, UnitItem};
use crate::definition::Globals;
use crate::diagnostic::Span;
use crate::order::{circle, order};
use std::collections::{HashMap, HashSet};
use std::sync::Arc;
use table::Table;
use unit::Unit;

/// The units of a file: those built in and its own.
#[derive(Debug, Clone, Default)]
pub(crate) struct Units {
    table: Table,
    /// Units of the constants that have one.
    constants: HashMap<String, Arc<Unit>>,
    /// Constants whose unit is at fault.
    broken: HashSet<String>,
}

impl Units {
    /// Reads the `unit` items of a file, which may stand in any order.
    pub(crate) fn of_file(text: &str, items: Vec<UnitItem>, faults: &mut Vec<Diagnostic>) -> Self {
        let mut units = Self::default();
        let mut unique: Vec<UnitItem> = vec![];
        let mut first: HashMap<String, Span> = HashMap::new();
        for item in items {
            let name = item.name.clone();
            if let Some(earlier) = first.get(&name.text) {
                let message = format!("the unit `{}` is defined twice", name.text);
                faults.push(
                    Diagnostic::error("E096", name.span, message)
                        .related(earlier.clone(), "first here"),
                );
            } else if units.table.find(&name.text).is_some() {
                let message = format!("`{}` is a unit of the language already", name.text);
                faults.push(
                    Diagnostic::error("E096", name.span, message).help("choose another name"),
                );
            } else {
                first.insert(name.text, name.span);
                unique.push(item);
            }
        }
        let needs: Vec<(&str, Vec<String>)> = unique
            .iter()
            .map(|item| {
                let value = item.value.clone().map_or("", |span| &text[span]);
                (item.name.text.as_str(), text::words(value))
            })
            .collect();
        let (in_order, stuck) = order(&needs);
        if let Some(&start) = circle(&needs, &stuck).first() {
            let mut path: Vec<&str> =
                circle(&needs, &stuck).iter().map(|&place| needs[place].0).collect();
            path.truncate(8);
            path.push(needs[start].0);
            let message =
                format!("the unit `{}` is defined by itself: {}", path[0], path.join(" -> "));
            faults.push(Diagnostic::error("E096", unique[start].name.span.clone(), message));
        }
        for place in stuck {
            units.table.add_broken(&unique[place].name.text);
        }
        for place in in_order {
            let item = &unique[place];
            match &item.value {
                None => units.table.add_base(&item.name.text),
                // An empty place is a definition that could not be read.
                Some(span) if span.is_empty() => units.table.add_broken(&item.name.text),
                Some(span) => match units.read(text, span, faults) {
                    Some(unit) => units.table.add(&item.name.text, &unit),
                    None => units.table.add_broken(&item.name.text),
                },
            }
        }
        units
    }

    /// The unit at `span`, with or without its brackets; `None` if it cannot be read, which is
    /// reported.
    fn read(&self, text: &str, span: &Span, faults: &mut Vec<Diagnostic>) -> Option<Arc<Unit>> {
        match text::read(text, span.clone(), &self.table) {
            Ok(unit) => Some(Arc::new(unit)),
            Err(fault) => {
                faults.extend(fault.map(|fault| *fault));
                None
            }
        }
    }
}

/// The unit of a declaration as written, without its brackets.
pub(crate) fn shown(text: &str, declared: &Declared) -> Option<String> {
    let span = declared.unit.clone()?;
    Some(text[span].trim_matches(['<', '>']).trim().to_owned())
}

impl Units {
    /// Reads and checks the units of the constants of a file.
    pub(crate) fn constants(
        mut self,
        text: &str,
        globals: &Globals,
        faults: &mut Vec<Diagnostic>,
    ) -> Self {
        let mut names: Vec<&String> = globals.constants.keys().collect();
        names.sort_unstable();
        for name in &names {
            let Some(span) = &globals.constants[*name].unit else { continue };
            match self.read(text, span, faults) {
                Some(unit) => self.constants.insert((*name).clone(), unit).map_or((), |_| ()),
                None => self.broken.extend([(*name).clone()]),
            }
        }
        self
    }
}
