//! Where loops are split: the questions that are decided for whole pieces, and the places where an
//! answer changes.
//!
//! [`Roller::decide`] answers whether a comparison of whole numbers holds for all values of the running
//! indices, or for none. Where it holds for some, the sum of indices that is compared has a root in one of
//! them, and the loop of that index is to be split there: [`Stop::Split`] goes up to it, and
//! [`Roller::over`], which opened the loop, lowers both pieces anew. The innermost index is tried first,
//! whose root may be a sum of outer ones (`j == i` splits the loop over `j` at `i`); then outer ones, so
//! that at least one piece is decided.

use super::{Roller, Rolling, Stop, Value, refused};
use takens_symbolic::{Affine, Compare, IntId, IntNode, Loop};

impl Roller<'_> {
    /// Runs `body` for an index from `low` to `high`, in pieces for each of which it succeeds as a whole.
    ///
    /// Gives each piece with its loop; a piece of one value has none, the index is a number there.
    pub(super) fn over<T>(
        &mut self,
        name: &str,
        index: u32,
        low: IntId,
        high: IntId,
        body: &mut dyn FnMut(&mut Self) -> Rolling<T>,
    ) -> Rolling<Vec<(Option<Loop>, T)>> {
        let mut open = vec![(low, high)];
        let mut found = vec![];
        while let Some((low, high)) = open.pop() {
            self.spend()?;
            let length = self.add(high, -1, low)?;
            let length = self.graph.integers.as_constant(length);
            if length.is_some_and(|length| length <= 0) {
                continue;
            }
            let range = (length != Some(1)).then_some(Loop { index, low, high });
            let value = if range.is_none() { low } else { self.graph.integers.index(index) };
            let (locals, ranges) = (self.locals.len(), self.ranges.open.len());
            let one = self.graph.integers.constant(1);
            self.locals.push((name.to_owned(), Value::Static(value, one)));
            self.ranges.open.extend(range);
            let result = body(self);
            self.locals.truncate(locals);
            self.ranges.open.truncate(ranges);
            match result {
                Ok(piece) => found.push((range, piece)),
                Err(Stop::Split { index: split, at }) if range.is_some() && split == index => {
                    open.push((at, high));
                    open.push((low, at));
                }
                Err(stop) => return Err(stop),
            }
        }
        Ok(found)
    }

    /// Whether the comparison holds for all values of the running indices or for none; `None` where that
    /// cannot be told.
    ///
    /// # Errors
    /// [`Stop::Split`] where it holds for some.
    pub(super) fn decide(&mut self, compare: Compare, a: IntId, b: IntId) -> Rolling<Option<bool>> {
        let difference = self.add(a, -1, b)?;
        let Some((low, high)) = self.ranges.bounds(&self.graph.integers, difference) else {
            return Ok(None);
        };
        let (no, yes) = match compare {
            Compare::Less => (low >= 0, high < 0),
            Compare::LessEqual => (low > 0, high <= 0),
            Compare::Greater => (high <= 0, low > 0),
            Compare::GreaterEqual => (high < 0, low >= 0),
            Compare::Equal => (low > 0 || high < 0, low == 0 && high == 0),
            Compare::NotEqual => (low == 0 && high == 0, low > 0 || high < 0),
        };
        if yes || no {
            return Ok(Some(yes));
        }
        let sum = self.graph.integers.affine(difference);
        let running = |part: IntId| matches!(self.graph.integers.node(part), IntNode::Index(_));
        if !sum.terms.iter().all(|term| running(term.0)) {
            return Ok(None);
        }
        let one_less = Affine { constant: sum.constant.saturating_sub(1), ..sum.clone() };
        let split = match compare {
            Compare::Less | Compare::GreaterEqual => self.below_zero(&sum),
            Compare::LessEqual | Compare::Greater => self.below_zero(&one_less),
            Compare::Equal | Compare::NotEqual => self
                .zero(&sum)
                .or_else(|| self.below_zero(&sum))
                .or_else(|| self.below_zero(&one_less)),
        };
        split.map_or(Ok(None), Err)
    }

    /// `a + factor · b`
    pub(super) fn add(&mut self, a: IntId, factor: i64, b: IntId) -> Rolling<IntId> {
        self.graph.integers.add(a, factor, b).ok_or_else(|| refused("an index is too large"))
    }

    /// The positions of the loops whose indices a sum has, the innermost first.
    fn positions(&self, sum: &Affine) -> Vec<usize> {
        let mut positions: Vec<usize> = sum
            .terms
            .iter()
            .filter_map(|term| match self.graph.integers.node(term.0) {
                IntNode::Index(number) => self.ranges.position(*number),
                _ => None,
            })
            .collect();
        positions.sort_unstable_by(|a, b| b.cmp(a));
        positions
    }

    /// Where `sum < 0` changes.
    fn below_zero(&mut self, sum: &Affine) -> Option<Stop> {
        for position in self.positions(sum) {
            for upper in [true, false] {
                let integers = &self.graph.integers;
                let bound = self.ranges.eliminate(integers, sum, position + 1, upper)?;
                let Some((factor, rest)) = self.without(position, &bound) else { continue };
                let at = match factor {
                    1 => Affine::default().plus(-1, &rest),
                    -1 => Some(Affine { constant: rest.constant.checked_add(1)?, ..rest }),
                    _ if !rest.terms.is_empty() => None,
                    _ if factor > 0 => Some(constant(-rest.constant.div_euclid(factor))),
                    _ => Some(constant(rest.constant.div_euclid(-factor) + 1)),
                };
                if let Some(split) = at.and_then(|at| self.split(position, at)) {
                    return Some(split);
                }
            }
        }
        None
    }

    /// Where the innermost index of `sum` makes it zero, or just behind if that is where its loop begins.
    fn zero(&mut self, sum: &Affine) -> Option<Stop> {
        let position = *self.positions(sum).first()?;
        let (factor, rest) = self.without(position, sum)?;
        let at = match factor {
            1 => Affine::default().plus(-1, &rest)?,
            -1 => rest,
            _ if rest.terms.is_empty() && rest.constant % factor == 0 => {
                constant(-(rest.constant / factor))
            }
            _ => return None,
        };
        let behind = Affine { constant: at.constant.checked_add(1)?, ..at.clone() };
        // The root must lie within the loop for all values of the outer indices.
        self.fits(position, &behind)?;
        self.split(position, at).or_else(|| self.split(position, behind))
    }

    /// The factor of the index of a loop in a sum, and the rest of the sum.
    fn without(&self, position: usize, sum: &Affine) -> Option<(i64, Affine)> {
        let index = self.ranges.open[position].index;
        let is = |part: IntId| *self.graph.integers.node(part) == IntNode::Index(index);
        let factor = sum.terms.iter().find(|term| is(term.0))?.1;
        let mut rest = sum.clone();
        rest.terms.retain(|term| !is(term.0));
        Some((factor, rest))
    }

    /// A split of a loop at a place that lies strictly within.
    fn split(&mut self, position: usize, at: Affine) -> Option<Stop> {
        let at = self.fits(position, &at)?;
        let Loop { index, low, high } = self.ranges.open[position];
        (at != low && at != high).then_some(Stop::Split { index, at })
    }

    /// The place as a number, if it is never before the start of a loop nor behind its end.
    fn fits(&mut self, position: usize, at: &Affine) -> Option<IntId> {
        let Loop { low, high, .. } = self.ranges.open[position];
        let at = self.graph.integers.sum(at.clone());
        for (large, small) in [(at, low), (high, at)] {
            let room = self.graph.integers.add(large, -1, small)?;
            if self.ranges.bounds(&self.graph.integers, room)?.0 < 0 {
                return None;
            }
        }
        Some(at)
    }
}

fn constant(constant: i64) -> Affine {
    Affine { constant, terms: vec![] }
}
