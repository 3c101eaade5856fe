//! Products of series, several orders at a time.
//!
//! The sums of orders `k`, `k + 1`, ... have most of their terms in common with each other, shifted by one:
//! what order `k` reads from memory serves those that follow as well, as long as it stays in a register.
//! So the first order of every few makes the others too, as far as their terms are known by then, and
//! leaves them in their places. The terms are added in the same order as ever.

use super::{HELD, Recurrence, registers};
use crate::jet::swept::Term;
use crate::native::rows::{Source, Turn, Two};

/// A sum in the making.
struct Sum<'a> {
    order: usize,
    terms: &'a [Term],
    /// Its register.
    to: u8,
    begun: bool,
}

impl Recurrence<'_> {
    /// The sum of a product into its register; `false` if it has no terms.
    pub(super) fn product(&self, turn: &mut Turn<'_>, held: [u8; HELD]) -> bool {
        let (registers, _) = registers(turn);
        let at_once = if registers.len() > 16 { 3 } else { 2 };
        let (others, rest) = registers.split_at(at_once - 1);
        let accumulators: Vec<u8> =
            std::iter::once(self.to).chain(others.iter().copied()).collect();
        let ([first, second], kept) = rest.split_first_chunk().expect("more than a few registers");
        let base = self.k - self.k % at_once;
        let last = if self.k == base { base + at_once - 1 } else { self.k };
        let mut sums: Vec<Sum<'_>> = (self.k..=last.min(self.plan.order - 1))
            .zip(accumulators)
            .map(|(order, to)| {
                let (early, late) = self.terms(order).split_at(self.early(order, base));
                let terms = match order {
                    _ if self.k == base && order > base => early,
                    _ => late,
                };
                Sum { order, terms, to, begun: false }
            })
            .collect();
        if self.early(self.k, base) > 0 {
            turn.load(sums[0].to, self.own(self.k));
            sums[0].begun = true;
        }
        let mut rows =
            Rows { chain: held, registers: kept, held: vec![(None, 0); kept.len()], time: 0 };
        // From the middle of the sums outwards.
        let inner = |term: &Term| term.0.0.min(term.0.1);
        for m in (0..=last / 2).rev() {
            for sum in &mut sums {
                let Some(((i, j), other)) = sum.terms.first().copied().filter(|t| inner(t) == m)
                else {
                    continue;
                };
                sum.terms = &sum.terms[1..];
                let to = if sum.begun { *first } else { sum.to };
                let (x, y) = (rows.get(self, turn, 0, i), rows.get(self, turn, 1, j));
                turn.two(Two::Mul, to, x, Source::Register(y));
                if let Some((i, j)) = other {
                    let (x, y) = (rows.get(self, turn, 0, i), rows.get(self, turn, 1, j));
                    turn.two(Two::Mul, *second, x, Source::Register(y));
                    turn.two(Two::Add, to, to, Source::Register(*second));
                }
                if std::mem::replace(&mut sum.begun, true) {
                    turn.two(Two::Add, sum.to, sum.to, Source::Register(to));
                }
            }
        }
        for sum in sums.iter().skip(1).filter(|sum| sum.begun) {
            turn.store(sum.to, self.plan.place(self.sweep.place, sum.order));
        }
        sums[0].begun
    }

    /// How many terms of an order have been added at the order `base` before.
    fn early(&self, order: usize, base: usize) -> usize {
        if order == base || !self.sweep.own.holds(base) {
            return 0;
        }
        // A factor that is made later is known one order less far.
        let [a, b] = [0, 1]
            .map(|part| base - usize::from(self.sweep.places[part] > self.sweep.place).min(base));
        let within = |(i, j): (usize, usize)| i <= a && j <= b;
        let known = |(first, second): &&Term| within(*first) && second.is_none_or(within);
        self.terms(order).iter().take_while(known).count()
    }
}

/// Registers with coefficients of the two factors.
struct Rows<'a> {
    chain: [u8; HELD],
    registers: &'a [u8],
    /// Factor and order of what is in each, and when it was read last.
    held: Vec<(Option<(usize, usize)>, usize)>,
    time: usize,
}

impl Rows<'_> {
    /// The register with coefficient `k` of a factor; the one that has not been read for longest makes room.
    fn get(&mut self, of: &Recurrence<'_>, turn: &mut Turn<'_>, part: usize, k: usize) -> u8 {
        let source = of.part(part, k, self.chain);
        if let Source::Register(register) = source {
            return register;
        }
        let wanted = Some((part, k));
        let found = self.held.iter().position(|(held, _)| *held == wanted);
        let place = found.unwrap_or_else(|| {
            let oldest = (0..self.held.len()).min_by_key(|&place| self.held[place].1);
            oldest.expect("there are registers")
        });
        if found.is_none() {
            turn.load(self.registers[place], source);
        }
        self.time += 1;
        self.held[place] = (wanted, self.time);
        self.registers[place]
    }
}
