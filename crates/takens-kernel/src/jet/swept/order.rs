//! Steps in an order in which like ones are neighbours, and so is what they read.

use super::Sweep;
use crate::jet::convolution::Range;
use crate::jet::{Jet, Jets, Step};
use std::collections::{HashMap, HashSet};

/// The same recurrences, like ones side by side.
pub(super) fn sorted(jets: &Jets) -> Jets {
    let count = jets.steps.len();
    let mut levels = vec![0u32; count];
    for (place, step) in jets.steps.iter().enumerate() {
        // What comes later is read at lower orders alone.
        let before = step.parts().into_iter().filter(|part| (part.0 as usize) < place);
        let level = before.map(|part| levels[part.0 as usize] + 1).max();
        levels[place] = level.unwrap_or(u32::from(!matches!(step, Step::State(_))));
    }
    let mut order: Vec<usize> = (0..count).collect();
    order.sort_by_key(|&place| levels[place]);
    let mut places = vec![u32::MAX; count];
    let mut next = 0;
    for level in order.chunk_by_mut(|&a, &b| levels[a] == levels[b]) {
        let alike = |place: usize| {
            let ranges = std::iter::once(Jet(place as u32)).chain(jets.steps[place].parts());
            let ranges = ranges.map(|jet| [jets.range(jet).low, jets.range(jet).high]);
            match &jets.steps[place] {
                Step::State(_) => (0, vec![]),
                Step::Still(_) => (1, vec![]),
                other => (2 + kind(other), ranges.collect::<Vec<_>>()),
            }
        };
        level.sort_by_cached_key(|&place| (alike(place), place));
        for group in level.chunk_by_mut(|&a, &b| alike(a) == alike(b)) {
            neighbours(jets, &places, group);
            for &place in &*group {
                places[place] = next;
                next += 1;
            }
        }
    }
    let mut steps = jets.steps.clone();
    let mut ranges = jets.ranges.clone();
    for (place, &to) in places.iter().enumerate() {
        steps[to as usize] = jets.steps[place].renumbered(&places);
        ranges[to as usize] = jets.ranges[place];
    }
    let outputs = jets.outputs.iter().map(|output| Jet(places[output.0 as usize])).collect();
    Jets { steps, ranges, outputs, ..jets.clone() }
}

/// Runs of so many steps are kept together, whatever lies between them.
const LONG: usize = 8;

/// Puts steps of one kind in the order of what they read; long runs of neighbours first, so that what is
/// strewn between them may find neighbours of its own.
fn neighbours(jets: &Jets, places: &[u32], group: &mut [usize]) {
    let reads = |place: usize| -> Vec<u32> {
        match &jets.steps[place] {
            Step::State(state) => vec![*state],
            // Constants are read by products, in the order of their places.
            Step::Still(_) => vec![],
            other => other.parts().iter().map(|part| places[part.0 as usize]).collect(),
        }
    };
    group.sort_by_cached_key(|&place| (reads(place), place));
    let sorted: Vec<(Vec<u32>, usize)> = group.iter().map(|&place| (reads(place), place)).collect();
    let mut left: HashMap<&[u32], usize> =
        sorted.iter().map(|(reads, place)| (reads.as_slice(), *place)).collect();
    let mut order = Vec::with_capacity(sorted.len());
    for (start, _) in &sorted {
        let longest = (1u32..1 << start.len()).map(|moving| run(start, moving, &left));
        let longest = longest.max_by_key(Vec::len).filter(|run| run.len() >= LONG);
        for place in longest.into_iter().flatten() {
            left.remove(reads(place).as_slice());
            order.push(place);
        }
    }
    let long: HashSet<usize> = order.iter().copied().collect();
    order.extend(sorted.iter().map(|(_, place)| *place).filter(|place| !long.contains(place)));
    group.copy_from_slice(&order);
}

/// The steps from `start` on of which each reads the next of the parts that are `moving`, a bit each.
fn run(start: &[u32], moving: u32, left: &HashMap<&[u32], usize>) -> Vec<usize> {
    let mut reads = start.to_vec();
    let mut run = Vec::new();
    while let Some(&place) = left.get(reads.as_slice()) {
        run.push(place);
        for (part, read) in reads.iter_mut().enumerate() {
            *read = read.wrapping_add(moving >> part & 1);
        }
    }
    run
}

/// A number for each kind of step.
fn kind(step: &Step) -> u8 {
    match step {
        Step::Still(_) => 0,
        Step::State(_) => 1,
        Step::Time => 2,
        Step::Neg(_) => 3,
        Step::Add(..) => 4,
        Step::Sub(..) => 5,
        Step::Mul(..) => 6,
        Step::Square(_) => 7,
        Step::Quotient(..) => 8,
        Step::Sqrt(_) => 9,
        Step::Rate(_) => 10,
        Step::Integral { .. } => 11,
        Step::Choice { .. } => 12,
    }
}

impl Sweep {
    pub(super) fn of(jets: &Jets, place: usize, step: &Step) -> Self {
        let (mut parts, mut places) = ([Range::STILL; 3], [0; 3]);
        if !matches!(step, Step::Still(_)) {
            for ((range, place), part) in parts.iter_mut().zip(&mut places).zip(step.parts()) {
                (*range, *place) = (jets.range(part), part.0 as usize);
            }
        }
        let (own, many) = (jets.ranges[place], [true; 3]);
        Self { first: step.clone(), place, len: 1, many, own, parts, places, sum: 0 }
    }

    /// Takes the step of another sweep, the next place, if it is like its own.
    pub(super) fn takes(&mut self, next: &Self, jets: &Jets) -> bool {
        let alike = kind(&self.first) == kind(&next.first)
            && self.own == next.own
            && self.parts == next.parts;
        if !alike {
            return false;
        }
        if !matches!(self.first, Step::Still(_)) {
            let last = &jets.steps[next.place - 1];
            // What a sweep reads comes before it.
            let within = |part: &Jet| (self.place..next.place).contains(&(part.0 as usize));
            if next.first.parts().iter().any(within) {
                return false;
            }
            let mut many = self.many;
            for ((a, b), many) in last.parts().iter().zip(next.first.parts()).zip(&mut many) {
                match b.0.wrapping_sub(a.0) {
                    // The state is kept apart.
                    1 if b.0 as usize == jets.states => return false,
                    0 if self.len == 1 || !*many => *many = false,
                    1 if *many => {}
                    _ => return false,
                }
            }
            self.many = many;
        }
        self.len += 1;
        true
    }
}
