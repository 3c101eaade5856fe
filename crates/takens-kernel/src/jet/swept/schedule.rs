//! The order in which sweeps are made: in pieces, each soon after what it reads.

use super::{Rates, Sweep};
use crate::jet::Step;
use std::collections::BTreeSet;

/// So many steps are made before what reads them: they are still in the nearest cache then.
const PIECE: usize = 256;

/// What is made in one go.
#[derive(Debug, Clone)]
pub(super) enum Item {
    /// A coefficient of neighbouring steps.
    Sweep(Sweep),
    /// The next coefficient of neighbouring components of the state.
    Rates(Rates),
}

/// The sweeps in pieces, each soon after what it reads, and the rates as soon as they can be made.
pub(super) fn scheduled(sweeps: &[Sweep], rates: &[Rates]) -> Vec<Item> {
    let (pieces, starts) = pieces(sweeps);
    // The pieces with the steps of a range of places.
    let holding = |from: usize, len: usize| {
        let first = pieces.partition_point(|piece| piece.place + piece.len <= from);
        let last = pieces.partition_point(|piece| piece.place < from + len);
        first..last
    };
    let mut made = vec![false; pieces.len()];
    let mut items = Vec::with_capacity(pieces.len());
    let mut make = |wanted: std::ops::Range<usize>, items: &mut Vec<Item>| {
        let mut open: Vec<usize> = wanted.collect();
        let mut batch = Vec::new();
        while let Some(index) = open.pop() {
            if std::mem::replace(&mut made[index], true) {
                continue;
            }
            batch.push(index);
            let piece = &pieces[index];
            for (&place, &many) in piece.places.iter().zip(&piece.many) {
                // What comes later is read at lower orders alone.
                if place < piece.place {
                    open.extend(holding(place, if many { piece.len } else { 1 }));
                }
            }
        }
        // Places are in an order in which steps can be made.
        batch.sort_unstable();
        items.extend(batch.into_iter().map(|index| Item::Sweep(pieces[index].clone())));
    };
    // What is constant may read anything, and is made once.
    let still = |piece: &Sweep| matches!(piece.first, Step::Still(_));
    if let Some(last) = pieces.iter().rposition(still) {
        make(0..last + 1, &mut items);
    }
    for run in rates {
        let mut from = run.place;
        let end = run.place + run.len;
        while from < end {
            let to = starts.range(from + 1..end).next().copied().unwrap_or(end);
            make(holding(from, to - from), &mut items);
            let state = run.state + (from - run.place);
            items.push(Item::Rates(Rates { state, place: from, len: to - from, range: run.range }));
            from = to;
        }
    }
    make(0..pieces.len(), &mut items);
    items
}

/// The sweeps in pieces, and the places where these begin.
fn pieces(sweeps: &[Sweep]) -> (Vec<Sweep>, BTreeSet<usize>) {
    let mut pieces: Vec<Sweep> = Vec::new();
    let mut starts = BTreeSet::new();
    for sweep in sweeps {
        // Cut where what it reads was cut, so that both can be made in one loop.
        let latest = sweep
            .places
            .iter()
            .zip(sweep.many)
            .filter(|&(&place, many)| many && place < sweep.place)
            .map(|(&place, _)| place)
            .max();
        let read = latest.map(|place| {
            let piece = pieces.partition_point(|piece| piece.place <= place) - 1;
            (place, &pieces[piece].first)
        });
        let cuts: Vec<usize> = match read {
            Some((place, first)) if !matches!(first, Step::State(_) | Step::Still(_)) => {
                let cuts = starts.range(place + 1..place + sweep.len);
                std::iter::once(0).chain(cuts.map(|start| start - place)).collect()
            }
            _ => (0..sweep.len).step_by(PIECE).collect(),
        };
        starts.extend(cuts.iter().map(|from| sweep.place + from));
        let ends = cuts.iter().skip(1).copied().chain([sweep.len]);
        pieces.extend(cuts.iter().zip(ends).map(|(&from, to)| sweep.piece(from..to)));
    }
    (pieces, starts)
}

impl Sweep {
    fn piece(&self, steps: std::ops::Range<usize>) -> Self {
        let mut piece = self.clone();
        piece.place += steps.start;
        piece.len = steps.len();
        for (place, many) in piece.places.iter_mut().zip(self.many) {
            *place += if many { steps.start } else { 0 };
        }
        if let Step::State(first) = &mut piece.first {
            *first += steps.start as u32;
        }
        piece
    }
}
