//! The order in which definitions can be computed, and circles among them.

use crate::ast::{Expr, ExprKind};
use crate::definition::primed;
use std::cmp::Reverse;
use std::collections::{BinaryHeap, HashMap};

/// The names an expression mentions, calls included, without regard to what they stand for.
pub(crate) fn mentions(expr: &Expr) -> Vec<String> {
    let mut names = vec![];
    let mut open = vec![expr];
    while let Some(expr) = open.pop() {
        match &expr.kind {
            ExprKind::Reference { name, primes, .. } => names.push(primed(&name.text, *primes)),
            ExprKind::Call { name, .. } => names.push(name.text.clone()),
            _ => {}
        }
        open.extend(expr.parts());
    }
    names
}

/// An order of the definitions in which each comes after those it mentions, as near to the given
/// order as can be; and the places of those that lie on a circle, or behind one.
pub(crate) fn order(definitions: &[(&str, Vec<String>)]) -> (Vec<usize>, Vec<usize>) {
    let places: HashMap<&str, usize> =
        definitions.iter().enumerate().map(|(place, (name, _))| (*name, place)).collect();
    let mut waits = vec![0_usize; definitions.len()];
    let mut users: Vec<Vec<usize>> = vec![vec![]; definitions.len()];
    for (place, (_, mentions)) in definitions.iter().enumerate() {
        for needed in mentions.iter().filter_map(|name| places.get(name.as_str())) {
            waits[place] += 1;
            users[*needed].push(place);
        }
    }
    let ready = (0..definitions.len()).filter(|&place| waits[place] == 0);
    let mut ready: BinaryHeap<Reverse<usize>> = ready.map(Reverse).collect();
    let mut order = Vec::with_capacity(definitions.len());
    while let Some(Reverse(place)) = ready.pop() {
        order.push(place);
        for &user in &users[place] {
            waits[user] -= 1;
            if waits[user] == 0 {
                ready.push(Reverse(user));
            }
        }
    }
    let stuck: Vec<usize> = (0..definitions.len()).filter(|&place| waits[place] > 0).collect();
    (order, stuck)
}

/// One circle among definitions that are stuck: each mentions the next, the last the first.
pub(crate) fn circle(definitions: &[(&str, Vec<String>)], stuck: &[usize]) -> Vec<usize> {
    let places: HashMap<&str, usize> =
        stuck.iter().map(|&place| (definitions[place].0, place)).collect();
    let mut path: Vec<usize> = vec![];
    let mut seen: HashMap<usize, usize> = HashMap::new();
    let mut at = stuck.first().copied();
    while let Some(place) = at {
        if let Some(&start) = seen.get(&place) {
            return path.split_off(start);
        }
        seen.insert(place, path.len());
        path.push(place);
        // Every stuck definition waits for another stuck one.
        at = definitions[place].1.iter().find_map(|name| places.get(name.as_str()).copied());
    }
    vec![]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn list(text: &str) -> Vec<(&str, Vec<String>)> {
        let lines = text.split(';').filter_map(|line| line.split_once(':'));
        lines
            .map(|(name, needs)| {
                (name.trim(), needs.split_whitespace().map(str::to_owned).collect())
            })
            .collect()
    }

    #[test]
    fn what_is_needed_comes_first() {
        assert_eq!(order(&list("a: c; b: ; c: b; d:")).0, [1, 2, 0, 3]);
    }

    #[test]
    fn circles_are_found() {
        let definitions = list("a: b; b: c; c: b x; d:");
        let (order, stuck) = order(&definitions);
        assert_eq!((order, stuck.clone()), (vec![3], vec![0, 1, 2]));
        assert_eq!(circle(&definitions, &stuck), [1, 2]);
    }
}
