//! Reuse: `ode B extends A { ... }`.
//!
//! Start at [`resolve`]. What B declares under a name that A has takes the place of A's, so that the
//! order of states and parameters stays; what is new comes behind. In detail:
//!
//! - A declaration that is replaced leaves its comment, its unit and its `wrap` behind where the new
//!   one, of the same kind, has none. Its range goes: it belonged to the old value.
//! - An equation over open indices (`u[i]' = ...`) replaces all of A's for that state; one for a
//!   single component (`u[0]' = ...`) replaces A's for the same component.
//! - `meta` and `sample` go on, entry by entry. `known` goes on only where B adds nothing but outputs,
//!   `meta`, `known` and `sample`: published numbers are of the system that was published, and
//!   annotations, which are kept by name, are computed anew for B.

use crate::Diagnostic;
use crate::ast::*;
use crate::collect::RawSystem;
use crate::limits::MAX_ANCESTORS;
use crate::lower::subscript_names;
use crate::nearest::nearest;
use std::collections::{HashMap, HashSet};

/// The systems with all that they inherit, in order. `missing`: a file that was used could not be
/// had, and an unknown system may be in it. A system that extends one at fault is left out: without
/// what it inherits, most of what could be said of it would be wrong.
pub(crate) fn resolve(
    systems: Vec<RawSystem>,
    missing: bool,
    faults: &mut Vec<Diagnostic>,
) -> Vec<RawSystem> {
    if systems.iter().all(|system| system.extends.is_none()) {
        return systems;
    }
    let places: HashMap<String, usize> =
        systems.iter().enumerate().map(|(place, one)| (one.name.text.clone(), place)).collect();
    let parents = parents(&systems, &places, missing, faults);
    let depths = depths(&systems, &parents, faults);
    let mut order: Vec<usize> = (0..systems.len()).collect();
    order.sort_by_key(|&place| depths[place]);
    let mut resolved: Vec<Option<RawSystem>> = systems.into_iter().map(Some).collect();
    for place in order {
        let Some(mut system) = resolved[place].take() else { continue };
        match parents[place] {
            Parent::None => {}
            Parent::Broken => continue,
            Parent::At(parent) => match (&resolved[parent], depths[place]) {
                (Some(parent), Some(_)) => inherit(parent, &mut system),
                _ => continue,
            },
        }
        resolved[place] = Some(system);
    }
    resolved.into_iter().flatten().collect()
}

#[derive(Clone, Copy)]
enum Parent {
    None,
    At(usize),
    /// It is at fault, which is reported.
    Broken,
}

fn parents(
    systems: &[RawSystem],
    places: &HashMap<String, usize>,
    missing: bool,
    faults: &mut Vec<Diagnostic>,
) -> Vec<Parent> {
    let find = |system: &RawSystem| {
        let Some(name) = &system.extends else { return Parent::None };
        let Some(&place) = places.get(&name.text) else {
            if !missing {
                let message = format!("no system is called `{}`", name.text);
                let mut fault = Diagnostic::error("E100", name.span.clone(), message);
                let others = places.keys().map(String::as_str);
                fault = match nearest(&name.text, others.filter(|one| *one != system.name.text)) {
                    Some(near) => {
                        fault.help(format!("did you mean `{near}`?")).fix(name.span.clone(), near)
                    }
                    None => fault.help("it must be in this file, or in one that this file uses"),
                };
                faults.push(fault);
            }
            return Parent::Broken;
        };
        let parent = &systems[place];
        if parent.kind != system.kind {
            let message = format!(
                "`{}` is {}, and `{}`, which it extends, is {}",
                system.name.text,
                system.kind.words(),
                name.text,
                parent.kind.words()
            );
            faults.push(
                Diagnostic::error("E101", name.span.clone(), message)
                    .help("a system extends one of its own kind")
                    .related(parent.name.span.clone(), "defined here"),
            );
            return Parent::Broken;
        }
        Parent::At(place)
    };
    systems.iter().map(find).collect()
}

/// How many systems stand behind each; `None` for those on a circle, behind one or too far up.
fn depths(
    systems: &[RawSystem],
    parents: &[Parent],
    faults: &mut Vec<Diagnostic>,
) -> Vec<Option<usize>> {
    let mut depths: Vec<Option<Option<usize>>> = vec![None; systems.len()];
    for start in 0..systems.len() {
        // Up to what is known or has no parent, then down again.
        let (mut path, mut on_path, mut at) = (vec![], HashSet::new(), start);
        let mut depth = loop {
            if let Some(known) = depths[at] {
                break known.map(|depth| depth + 1);
            }
            if !on_path.insert(at) {
                let from = path.iter().position(|&one| one == at).unwrap_or(0);
                let mut names: Vec<&str> = path[from..]
                    .iter()
                    .map(|&one: &usize| systems[one].name.text.as_str())
                    .collect();
                names.truncate(8);
                names.push(&systems[at].name.text);
                let span = systems[at].name.span.clone();
                let message =
                    format!("`{}` extends itself: {}", systems[at].name.text, names.join(" -> "));
                faults.push(Diagnostic::error("E102", span, message));
                break None;
            }
            path.push(at);
            match parents[at] {
                Parent::At(parent) => at = parent,
                Parent::None | Parent::Broken => break Some(0),
            }
        };
        for &place in path.iter().rev() {
            if depth.is_some_and(|depth| depth > MAX_ANCESTORS) {
                let span = systems[place].name.span.clone();
                let message = format!(
                    "more than {MAX_ANCESTORS} systems stand behind `{}`, one extending the other",
                    systems[place].name.text
                );
                faults.push(Diagnostic::error("E103", span, message));
                depth = None;
            }
            depths[place] = Some(depth);
            depth = depth.map(|depth| depth + 1);
        }
    }
    depths.into_iter().map(Option::flatten).collect()
}

/// Puts what `parent` has under what `child` says.
fn inherit(parent: &RawSystem, child: &mut RawSystem) {
    let moved = !child.declarations.iter().all(|(head, _)| *head == Head::Output)
        || !child.indices.is_empty()
        || !child.equations.is_empty()
        || !child.events.is_empty()
        || !child.histories.is_empty()
        || !child.energies.is_empty()
        || !child.times.is_empty();
    child.declarations =
        declarations(&parent.declarations, std::mem::take(&mut child.declarations));
    child.indices = indices(&parent.indices, std::mem::take(&mut child.indices));
    child.equations = equations(&parent.equations, std::mem::take(&mut child.equations), child);
    let own = std::mem::take(&mut child.events);
    child.events = merged(&parent.events, own, |event| event.name.text.clone());
    let of = |history: &History| history.state.name.text.clone();
    child.histories = merged(&parent.histories, std::mem::take(&mut child.histories), of);
    let named = |invariant: &Invariant| invariant.name.text.clone();
    child.invariants = merged(&parent.invariants, std::mem::take(&mut child.invariants), named);
    if child.energies.is_empty() {
        child.energies.clone_from(&parent.energies);
    }
    child.unsure |= parent.unsure;
    if child.times.is_empty() {
        child.times.clone_from(&parent.times);
        child.time_units.clone_from(&parent.time_units);
    }
    let key = |entry: &Entry| entry.key.text.clone();
    child.meta = merged(&parent.meta, std::mem::take(&mut child.meta), key);
    child.sample = merged(&parent.sample, std::mem::take(&mut child.sample), key);
    if !moved {
        child.known = merged(&parent.known, std::mem::take(&mut child.known), key);
    }
    if child.doc.is_empty() {
        child.doc.clone_from(&parent.doc);
    }
    child.broken.extend(parent.broken.iter().cloned());
    child.broken_equations.extend(parent.broken_equations.iter().cloned());
    child.unsound |= parent.unsound;
    child.ancestors.extend(parent.ancestors.iter().cloned());
    child.ancestors.push(parent.span.clone());
}

/// The old list with entries of equal key replaced in place, the other new ones behind.
fn merged<T: Clone>(old: &[T], new: Vec<T>, key: impl Fn(&T) -> String) -> Vec<T> {
    let mut by_key: HashMap<String, Vec<T>> = HashMap::new();
    let mut order = vec![];
    for one in new {
        let list = by_key.entry(key(&one)).or_default();
        if list.is_empty() {
            order.push(key(&one));
        }
        list.push(one);
    }
    let mut replaced = HashSet::new();
    let mut found = vec![];
    for one in old {
        let name = key(one);
        match by_key.remove(&name) {
            Some(list) => {
                found.extend(list);
                replaced.insert(name);
            }
            None if replaced.contains(&name) => {}
            None => found.push(one.clone()),
        }
    }
    found.extend(order.into_iter().filter_map(|name| by_key.remove(&name)).flatten());
    found
}

/// Outputs have names of their own: they may be called as a state is.
fn declared_key((head, one): &(Head, Declared)) -> String {
    let space = if *head == Head::Output { "output " } else { "" };
    format!("{space}{}{}", one.name.text, "'".repeat(one.primes))
}

fn declarations(old: &[(Head, Declared)], mut new: Vec<(Head, Declared)>) -> Vec<(Head, Declared)> {
    let before: HashMap<String, &(Head, Declared)> =
        old.iter().map(|one| (declared_key(one), one)).collect();
    for one in &mut new {
        let key = declared_key(one);
        let Some((head, before)) = before.get(&key).filter(|before| before.0 == one.0) else {
            continue;
        };
        let declared = &mut one.1;
        if declared.doc.is_empty() {
            declared.doc.clone_from(&before.doc);
        }
        if declared.unit.is_none() {
            declared.unit.clone_from(&before.unit);
        }
        if declared.wrap.is_none() && *head == Head::State {
            declared.wrap.clone_from(&before.wrap);
        }
    }
    merged(old, new, declared_key)
}

fn indices(old: &[Indices], new: Vec<Indices>) -> Vec<Indices> {
    let again: HashSet<&str> =
        new.iter().flat_map(|one| &one.names).map(|name| name.text.as_str()).collect();
    let mut found: Vec<Indices> = vec![];
    for one in old {
        let mut one = one.clone();
        one.names.retain(|name| !again.contains(name.text.as_str()));
        if !one.names.is_empty() {
            found.push(one);
        }
    }
    found.extend(new);
    found
}

fn equations(old: &[Equation], new: Vec<Equation>, child: &RawSystem) -> Vec<Equation> {
    let index_names: HashSet<&str> =
        child.indices.iter().flat_map(|one| &one.names).map(|name| name.text.as_str()).collect();
    let open = |equation: &Equation| {
        subscript_names(&equation.subscripts).iter().any(|name| index_names.contains(name))
    };
    let component = |equation: &Equation| -> Vec<String> {
        equation.subscripts.iter().map(|one| format!("{:?}", kind(one))).collect()
    };
    let mut general: HashSet<&str> = HashSet::new();
    let mut single: HashSet<(&str, Vec<String>)> = HashSet::new();
    for equation in &new {
        if equation.subscripts.is_empty() || open(equation) {
            general.insert(&equation.target.text);
        } else {
            single.insert((&equation.target.text, component(equation)));
        }
    }
    let stays = |equation: &&Equation| {
        let target = equation.target.text.as_str();
        !general.contains(target) && !single.contains(&(target, component(equation)))
    };
    let mut found: Vec<Equation> = old.iter().filter(stays).cloned().collect();
    found.extend(new);
    found
}

/// An expression without its places, for comparison.
fn kind(expr: &Expr) -> ExprKind {
    fn clear(expr: &mut Expr) {
        expr.span = 0..0;
        match &mut expr.kind {
            ExprKind::Reference { name, .. } => name.span = 0..0,
            ExprKind::Neg(inner) => clear(inner),
            ExprKind::Sum(first, rest) => {
                clear(first);
                rest.iter_mut().for_each(|(_, term)| clear(term));
            }
            ExprKind::Product(first, rest) => {
                clear(first);
                rest.iter_mut().for_each(|(_, factor)| clear(factor));
            }
            _ => {}
        }
    }
    let mut copy = expr.clone();
    clear(&mut copy);
    copy.kind
}
