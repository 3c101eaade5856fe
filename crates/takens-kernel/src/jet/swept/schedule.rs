//! The order in which sweeps are made: in pieces, each soon after what it reads.

use super::{Rates, Sweep};
use crate::jet::Step;

/// So many steps are made before what reads them: they are still in the nearest cache then.
const PIECE: usize = 256;

/// The sweeps in pieces, each soon after what it reads.
pub(super) fn scheduled(sweeps: &[Sweep], rates: &[Rates]) -> Vec<Sweep> {
    let pieces: Vec<Sweep> = sweeps.iter().flat_map(Sweep::pieces).collect();
    // The pieces with the steps of a range of places.
    let holding = |from: usize, len: usize| {
        let first = pieces.partition_point(|piece| piece.place + piece.len <= from);
        let last = pieces.partition_point(|piece| piece.place < from + len);
        first..last
    };
    let mut made = vec![false; pieces.len()];
    let mut order = Vec::with_capacity(pieces.len());
    let mut make = |wanted: std::ops::Range<usize>| {
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
        order.extend(batch);
    };
    // What is constant may read anything, and is made once.
    let still = |piece: &Sweep| matches!(piece.first, Step::Still(_));
    if let Some(last) = pieces.iter().rposition(still) {
        make(0..last + 1);
    }
    for run in rates {
        for from in (0..run.len).step_by(PIECE) {
            make(holding(run.place + from, PIECE.min(run.len - from)));
        }
    }
    make(0..pieces.len());
    order.into_iter().map(|index| pieces[index].clone()).collect()
}

impl Sweep {
    /// The sweep in pieces.
    pub(super) fn pieces(&self) -> impl Iterator<Item = Self> + '_ {
        (0..self.len).step_by(PIECE).map(|from| {
            let mut piece = self.clone();
            piece.place += from;
            piece.len = PIECE.min(self.len - from);
            for (place, many) in piece.places.iter_mut().zip(self.many) {
                *place += if many { from } else { 0 };
            }
            if let Step::State(first) = &mut piece.first {
                *first += from as u32;
            }
            piece
        })
    }
}
