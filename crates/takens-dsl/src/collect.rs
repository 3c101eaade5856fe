//! From the statements of a system to a checked one.
//!
//! Start at [`collect`]: names first, then the order of definitions, then every expression, then the
//! whole at the ends of its indices. One file for each of the steps: `names`, `equations`,
//! `expressions`; what users see of a sound system is made in `build`.

mod build;
mod equations;
mod events;
mod expressions;
mod names;
mod parts;

use crate::Diagnostic;
use crate::ast::*;
use crate::definition::{Definition, primed};
use crate::diagnostic::Span;
use crate::expand::expand;
use crate::globals::CheckedGlobals;
use crate::lint;
use crate::lower::Extent;
use crate::system::{System, SystemKind};
use crate::units::Units;
use build::Builder;
use names::Section;
use std::collections::HashSet;
use std::sync::Arc;

/// A system as it was read, statement by statement.
#[derive(Debug, Clone, Default)]
pub(crate) struct RawSystem {
    pub(crate) is_map: bool,
    pub(crate) kind: SystemKind,
    pub(crate) name: Name,
    pub(crate) doc: String,
    pub(crate) span: Span,
    /// The system that it extends, until that is resolved.
    pub(crate) extends: Option<Name>,
    /// Where those that it extends stand.
    pub(crate) ancestors: Vec<Span>,
    /// Something that it needs is at fault, which is reported.
    pub(crate) unsound: bool,
    pub(crate) declarations: Vec<(Head, Declared)>,
    pub(crate) indices: Vec<Indices>,
    pub(crate) equations: Vec<Equation>,
    pub(crate) times: Vec<Name>,
    pub(crate) histories: Vec<History>,
    pub(crate) energies: Vec<Energy>,
    pub(crate) invariants: Vec<Invariant>,
    /// A statement that may move any state is broken.
    pub(crate) unsure: bool,
    /// The units given with them.
    pub(crate) time_units: Vec<Span>,
    pub(crate) events: Vec<EventItem>,
    pub(crate) meta: Vec<Entry>,
    pub(crate) known: Vec<Entry>,
    pub(crate) sample: Vec<Entry>,
    /// Names that broken statements would have declared.
    pub(crate) broken: HashSet<String>,
    /// States of which an equation is broken.
    pub(crate) broken_equations: HashSet<String>,
}

/// Checks a system; `None` if it is unsound. What is wrong goes to `faults`.
pub(crate) fn collect(
    text: &str,
    raw: RawSystem,
    globals: &CheckedGlobals,
    units: &Units,
    faults: &mut Vec<Diagnostic>,
) -> Option<System> {
    let mut collector = Collector {
        definition: Definition {
            is_map: raw.is_map,
            kind: raw.kind,
            word: raw.span.start..raw.span.start + raw.kind.keyword().len(),
            globals: Arc::clone(&globals.globals),
            ..Definition::default()
        },
        equations_of: HashSet::new(),
        faults: vec![],
        written: vec![],
        gave_up: false,
    };
    collector.names(&raw);
    collector.equations(&raw);
    collector.parts(&raw);
    collector.events(&raw);
    collector.sort(Section::Structural);
    collector.sort(Section::Parameters);
    collector.sort(Section::Lets);
    collector.completeness(&raw);
    let used = collector.expressions(&raw, &globals.kinds);
    let Collector { definition, faults: mut found, written, gave_up, .. } = collector;
    units.check(text, &definition, raw.time_units.first(), &raw.name, &mut found);
    lint::unsourced(&raw.known, &mut found);
    for declared in definition.parameters.iter().chain(&definition.lets).chain(&definition.outputs)
    {
        declared.value.iter().for_each(|value| lint::rounded(text, value, &mut found));
    }
    for equation in &definition.equations {
        lint::rounded(text, &equation.equation.right, &mut found);
    }
    let more = definition.histories.iter().map(|(_, history)| &history.value);
    let more = more.chain(definition.energy.iter().map(|energy| &energy.value));
    for value in more.chain(definition.invariants.iter().map(|one| &one.value)) {
        lint::rounded(text, value, &mut found);
    }
    let uses_broken = used.iter().any(|name| definition.globals.broken.contains(name));
    let mut sound = !found.iter().any(Diagnostic::is_error)
        && !uses_broken
        && !raw.unsound
        && !gave_up
        && raw.broken.is_empty()
        && raw.broken_equations.is_empty()
        && !raw.unsure;
    let (expansion, more) = expand(&definition, &[], Extent::Ends);
    let mut system = None;
    if sound {
        // Beside an error, what seems unused may only be misspelt.
        lint::unused(&definition, &used, &mut found);
        lint::idle_states(&definition, &mut found);
        found.extend(more);
        if let Some(expansion) = expansion {
            let values = expansion.default_values();
            lint::out_of_domain(&definition, &expansion.ranges, &mut found);
            lint::jumps(&definition, &expansion, &values, &mut found);
            lint::conserved(&definition, &mut found);
            let faults = &mut found;
            let builder = Builder { text, definition: &definition, expansion, values, faults };
            system = Some(builder.build(&raw, &written));
        }
        sound = !found.iter().any(Diagnostic::is_error);
    } else {
        // Faults of values do not follow from faults of names.
        let own = ["E003", "E040", "E041", "E052", "E060", "E061"];
        found.extend(more.into_iter().filter(|fault| own.contains(&fault.code)));
    }
    faults.append(&mut found);
    let definition = Arc::new(definition);
    system.filter(|_| sound).map(|system| System { definition, ..system })
}

struct Collector {
    definition: Definition,
    /// Keys of states that have an equation.
    equations_of: HashSet<String>,
    faults: Vec<Diagnostic>,
    /// Names of parameters in the order in which they were declared.
    written: Vec<String>,
    /// Some name may be defined in a file that could not be had.
    gave_up: bool,
}

impl Collector {
    fn completeness(&mut self, raw: &RawSystem) {
        if self.definition.states.is_empty() && raw.broken.is_empty() {
            let message = format!("`{}` has no state", raw.name.text);
            self.faults.push(
                Diagnostic::error("E030", raw.name.span.clone(), message)
                    .help("declare what moves: `state x = 1`"),
            );
        }
        for state in &self.definition.states {
            let key = primed(&state.name.text, state.primes);
            let name = &state.name;
            let has_equation =
                self.equations_of.contains(&key) || raw.broken_equations.contains(&name.text);
            if !has_equation && !raw.unsure {
                let (message, help) = if state.primes > 0 {
                    (
                        format!("the velocity `{key}` has no equation `{}''`", name.text),
                        format!("write `{}'' = ...`", name.text),
                    )
                } else if raw.is_map {
                    (
                        format!("no equation says how `{key}` moves"),
                        format!("write `next {key} = ...`"),
                    )
                } else {
                    (format!("no equation says how `{key}` moves"), format!("write `{key}' = ...`"))
                };
                self.faults.push(Diagnostic::error("E030", name.span.clone(), message).help(help));
            }
            let history = raw.histories.iter().any(|one| one.state.name.text == name.text);
            if state.value.is_none() && !history {
                let at = state.subscripts.last().map_or(name.span.end, |last| last.span.end + 1);
                self.faults.push(
                    Diagnostic::error(
                        "E032",
                        name.span.clone(),
                        format!("the state `{key}` has no initial value"),
                    )
                    .help(match raw.kind {
                        SystemKind::Dde => {
                            format!("write `state {key} = ...`, or `history {key}(s) = ...`")
                        }
                        _ => format!("write `state {key} = ...`"),
                    })
                    .guess(at..at, " = 0"),
                );
            }
        }
        let parameters = self.definition.parameters.iter().map(|one| ("parameter", one));
        let structural = self.definition.structural.iter().map(|one| ("structural parameter", one));
        let lets = self.definition.lets.iter().map(|one| ("definition", one));
        let modes = self.definition.modes.iter().map(|one| ("mode", one));
        let outputs = self.definition.outputs.iter().map(|one| ("output", one));
        let mut missing = vec![];
        for (what, one) in parameters.chain(structural).chain(lets).chain(outputs).chain(modes) {
            if one.value.is_none() {
                let message = format!("the {what} `{}` has no value", one.name.text);
                missing.push(Diagnostic::error("E032", one.name.span.clone(), message));
            }
        }
        self.faults.append(&mut missing);
    }
}
