//! What is known of whole numbers while loops run: how small and how large they can be.
//!
//! The bounds of an inner loop may depend on outer indices, as in `j in 0..i`. A sum is bounded by
//! putting in the ends of its innermost index first, which may be sums of outer ones, and so on outwards:
//! `i - 1 - j` is seen to stay at zero or above, which the intervals of `i` and `j` alone would not show.

use super::integers::{Affine, IntId, IntNode, Integers};

/// One running index and where it runs: from `low` to, not including, `high`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Loop {
    /// The number of the index.
    pub index: u32,
    /// Its first value.
    pub low: IntId,
    /// The end, which is not among its values.
    pub high: IntId,
}

/// The loops that are open, the outermost first.
#[derive(Debug, Clone, Default)]
pub struct Ranges {
    /// The loops.
    pub open: Vec<Loop>,
}

impl Ranges {
    /// The least and greatest value of a number, or bounds of them; `None` where there are none.
    #[must_use]
    pub fn bounds(&self, integers: &Integers, id: IntId) -> Option<(i64, i64)> {
        let sum = integers.affine(id);
        let low = self.eliminate(integers, &sum, 0, false)?;
        let high = self.eliminate(integers, &sum, 0, true)?;
        Some((low.constant, high.constant))
    }

    /// A bound of `sum`, the greatest value if `upper`, that is a sum of indices of the first `depth`
    /// loops.
    #[must_use]
    pub fn eliminate(
        &self,
        integers: &Integers,
        sum: &Affine,
        depth: usize,
        upper: bool,
    ) -> Option<Affine> {
        let mut sum = sum.clone();
        let atoms: Vec<(IntId, i64)> = sum.terms.clone();
        for (part, factor) in atoms {
            if !matches!(integers.node(part), IntNode::Index(_)) {
                let (low, high) = self.interval(integers, part)?;
                let end = if (factor > 0) == upper { high } else { low };
                sum = replaced(&sum, part, factor, &Affine { constant: end, terms: vec![] })?;
            }
        }
        while let Some((part, factor, range)) = self.innermost(integers, &sum, depth)? {
            let end = if (factor > 0) == upper {
                let mut last = integers.affine(range.high);
                last.constant = last.constant.checked_sub(1)?;
                last
            } else {
                integers.affine(range.low)
            };
            sum = replaced(&sum, part, factor, &end)?;
        }
        Some(sum)
    }

    /// The place of the loop of an index.
    #[must_use]
    pub fn position(&self, index: u32) -> Option<usize> {
        self.open.iter().rposition(|open| open.index == index)
    }

    /// The term of the innermost index of a loop from `depth` on; `None` if an index does not run.
    #[allow(clippy::type_complexity)]
    fn innermost(
        &self,
        integers: &Integers,
        sum: &Affine,
        depth: usize,
    ) -> Option<Option<(IntId, i64, Loop)>> {
        let mut best: Option<(usize, IntId, i64)> = None;
        for &(part, factor) in &sum.terms {
            let position = match integers.node(part) {
                IntNode::Index(number) => self.position(*number)?,
                // The bound of a loop holds something that is no sum: no finer bound is needed.
                _ => return None,
            };
            if position >= depth && best.is_none_or(|best| best.0 < position) {
                best = Some((position, part, factor));
            }
        }
        Some(best.map(|(position, part, factor)| (part, factor, self.open[position])))
    }

    /// Bounds of something that is no sum.
    fn interval(&self, integers: &Integers, id: IntId) -> Option<(i64, i64)> {
        let at = |id: &IntId| self.bounds(integers, *id);
        match integers.node(id) {
            IntNode::Index(_) | IntNode::Affine { .. } => at(&id),
            IntNode::Mul(a, b) => {
                let (a, b) = (at(a)?, at(b)?);
                let corners = [(a.0, b.0), (a.0, b.1), (a.1, b.0), (a.1, b.1)];
                let products: Option<Vec<i64>> =
                    corners.iter().map(|(a, b)| a.checked_mul(*b)).collect();
                let products = products?;
                Some((*products.iter().min()?, *products.iter().max()?))
            }
            IntNode::FloorDiv(a, b) => {
                let (a, b) = (at(a)?, at(b)?);
                if b.0 <= 0 {
                    return None;
                }
                let corners = [(a.0, b.0), (a.0, b.1), (a.1, b.0), (a.1, b.1)];
                let quotients = corners.map(|(a, b)| a.div_euclid(b));
                Some((*quotients.iter().min()?, *quotients.iter().max()?))
            }
            IntNode::Remainder(a, b) => {
                let (a, b) = (at(a)?, at(b)?);
                if b.0 <= 0 {
                    return None;
                }
                // Within one turn the remainder runs with `a`.
                let turn = a.0.div_euclid(b.1);
                if b.0 == b.1 && turn == a.1.div_euclid(b.1) {
                    return Some((a.0 - turn * b.1, a.1 - turn * b.1));
                }
                Some((0, b.1 - 1))
            }
            IntNode::Min(a, b) => {
                let (a, b) = (at(a)?, at(b)?);
                Some((a.0.min(b.0), a.1.min(b.1)))
            }
            IntNode::Max(a, b) => {
                let (a, b) = (at(a)?, at(b)?);
                Some((a.0.max(b.0), a.1.max(b.1)))
            }
        }
    }
}

/// `sum` with `by` in the place of one of its parts.
fn replaced(sum: &Affine, part: IntId, factor: i64, by: &Affine) -> Option<Affine> {
    let mut rest = sum.clone();
    rest.terms.retain(|term| term.0 != part);
    rest.plus(factor, by)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_triangle_is_seen_as_one() {
        let mut integers = Integers::default();
        let (zero, ten) = (integers.constant(0), integers.constant(10));
        let (i, j) = (integers.index(0), integers.index(1));
        let open =
            vec![Loop { index: 0, low: zero, high: ten }, Loop { index: 1, low: zero, high: i }];
        let ranges = Ranges { open };
        let rest = integers.add(i, -1, j).unwrap();
        assert_eq!(ranges.bounds(&integers, rest), Some((1, 9)));
        let both = integers.add(i, 1, j).unwrap();
        assert_eq!(ranges.bounds(&integers, both), Some((0, 17)));
        let square = integers.mul(i, i).unwrap();
        assert_eq!(ranges.bounds(&integers, square), Some((0, 81)));
        let four = integers.constant(4);
        let half = integers.floor_div(both, four).unwrap();
        assert_eq!(ranges.bounds(&integers, half), Some((0, 4)));
        let unbound = integers.index(7);
        assert_eq!(ranges.bounds(&integers, unbound), None);
    }
}
