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
    let mut starts = BTreeSet::new();
    for sweep in sweeps {
        sweep.cut_like_read(sweeps, &mut starts);
    }
    cut_like_readers(sweeps, &mut starts);
    let mut pieces = Vec::new();
    for sweep in sweeps {
        let own = sweep.place..sweep.place + sweep.len;
        let cuts: Vec<usize> = starts.range(own.clone()).copied().collect();
        let ends = cuts.iter().skip(1).copied().chain([own.end]);
        let piece = |(from, to)| sweep.piece(from - own.start..to - own.start);
        pieces.extend(cuts.iter().copied().zip(ends).map(piece));
    }
    (pieces, starts)
}

/// Cuts sweeps where what reads them first is cut, so that both can be made in one loop; and what is longer than a
/// piece.
fn cut_like_readers(sweeps: &[Sweep], starts: &mut BTreeSet<usize>) {
    // The step that reads each place first.
    let end = sweeps.last().map_or(0, |sweep| sweep.place + sweep.len);
    let mut readers: Vec<Option<usize>> = vec![None; end];
    for sweep in sweeps.iter().rev() {
        let mut last = sweep.place;
        for place in sweep.place + 1..sweep.place + sweep.len {
            let cut = readers[place].is_some_and(|reader| {
                starts.contains(&reader) || readers[place - 1] != Some(reader - 1)
            });
            if cut || starts.contains(&place) || place - last >= PIECE {
                starts.insert(place);
                last = place;
            }
        }
        for place in sweep.rows() {
            for step in 0..sweep.len {
                readers[place + step] = Some(sweep.place + step);
            }
        }
    }
}

impl Sweep {
    /// Where the neighbours begin that the steps read at the present order.
    fn rows(&self) -> impl Iterator<Item = usize> + '_ {
        let parts = if matches!(self.first, Step::Still(_)) { 0 } else { self.first.parts().len() };
        let read = self.places.iter().zip(&self.many).take(parts);
        read.filter(|&(&place, &many)| many && place < self.place).map(|(&place, _)| place)
    }

    /// Cuts the sweep where several sweeps that it reads meet.
    fn cut_like_read(&self, sweeps: &[Self], starts: &mut BTreeSet<usize>) {
        starts.insert(self.place);
        for place in self.rows() {
            let read = sweeps.partition_point(|sweep| sweep.place <= place) - 1;
            if matches!(sweeps[read].first, Step::State(_) | Step::Still(_)) {
                continue;
            }
            let cuts: Vec<usize> = starts.range(place + 1..place + self.len).copied().collect();
            starts.extend(cuts.into_iter().map(|cut| cut - place + self.place));
        }
    }

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
