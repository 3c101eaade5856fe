//! Which definition each use means.

use super::{Definition, NameKind, Outline, Sort, Use};
use std::collections::HashMap;

/// The definitions by name: those of the file, those of each system, and those that one statement sees.
struct Names<'a> {
    global: HashMap<&'a str, usize>,
    own: HashMap<(usize, &'a str), usize>,
    noise: HashMap<(usize, &'a str), usize>,
    local: HashMap<&'a str, Vec<usize>>,
}

impl Outline {
    /// Brings uses and definitions together.
    pub(super) fn resolve(&mut self) {
        self.noise_paths();
        let names = Names::of(&self.definitions);
        let lineages: Vec<Vec<usize>> =
            (0..self.systems.len()).map(|system| self.lineage(system)).collect();
        let targets: Vec<Option<usize>> =
            self.uses.iter().map(|one| names.find(one, &self.definitions, &lineages)).collect();
        let replaced: Vec<Option<usize>> = self
            .definitions
            .iter()
            .map(|one| {
                let lineage = &lineages[one.system.filter(|_| !one.kind.is_local())?];
                let mut bases = lineage.iter().skip(1);
                bases.find_map(|&base| names.own.get(&(base, one.name.as_str())).copied())
            })
            .collect();
        for (one, target) in self.uses.iter_mut().zip(targets) {
            one.definition = target;
        }
        for (one, replaced) in self.definitions.iter_mut().zip(replaced) {
            one.replaces = replaced;
        }
    }

    /// A path of noise is defined where it is used first.
    fn noise_paths(&mut self) {
        let mut first: HashMap<(Option<usize>, String), ()> = HashMap::new();
        let mut paths = vec![];
        self.uses.retain(|one| {
            let new = one.sort == Sort::Noise
                && first.insert((one.system, one.name.clone()), ()).is_none();
            if new {
                paths.push(Definition {
                    name: one.name.clone(),
                    kind: NameKind::Noise,
                    span: one.span.clone(),
                    doc: String::new(),
                    system: one.system,
                    visible: one.span.clone(),
                    whole: one.span.clone(),
                    value: None,
                    range: None,
                    unit: None,
                    replaces: None,
                });
            }
            !new
        });
        self.definitions.append(&mut paths);
    }
}

impl<'a> Names<'a> {
    fn of(definitions: &'a [Definition]) -> Self {
        let mut names = Self {
            global: HashMap::new(),
            own: HashMap::new(),
            noise: HashMap::new(),
            local: HashMap::new(),
        };
        for (place, one) in definitions.iter().enumerate() {
            let name = one.name.as_str();
            // Of two definitions the first one counts; the check reports the other.
            match (one.kind, one.system) {
                (kind, _) if kind.is_local() => names.local.entry(name).or_default().push(place),
                // Outputs, invariants and events are no names of expressions.
                (NameKind::Output | NameKind::Invariant | NameKind::Event, _) => {}
                (NameKind::Noise, Some(system)) => {
                    names.noise.entry((system, name)).or_insert(place);
                }
                (_, Some(system)) => {
                    names.own.entry((system, name)).or_insert(place);
                }
                (_, None) => {
                    names.global.entry(name).or_insert(place);
                }
            }
        }
        names
    }

    fn find(&self, one: &Use, all: &[Definition], lineages: &[Vec<usize>]) -> Option<usize> {
        let name = one.name.as_str();
        let global = || self.global.get(name).copied();
        let of_kind = |place: &usize, kind: NameKind| all[*place].kind == kind;
        match one.sort {
            Sort::Base | Sort::Mention => {
                return global().filter(|place| of_kind(place, NameKind::System));
            }
            Sort::Noise => return self.noise.get(&(one.system?, name)).copied(),
            Sort::Call => {
                let function = global().filter(|place| of_kind(place, NameKind::Function));
                if function.is_some() {
                    return function;
                }
            }
            Sort::Value | Sort::Target => {}
        }
        // The innermost of those that see the place.
        let local = self.local.get(name).and_then(|places| {
            let sees = |place: &&usize| {
                let visible = &all[**place].visible;
                visible.start <= one.span.start && one.span.end <= visible.end
            };
            places.iter().filter(sees).min_by_key(|place| all[**place].visible.len()).copied()
        });
        let own = || {
            let mut lineage = lineages.get(one.system?)?.iter();
            lineage.find_map(|&system| self.own.get(&(system, name)).copied())
        };
        let file = || global().filter(|place| !of_kind(place, NameKind::System));
        local.or_else(own).or_else(file)
    }
}
