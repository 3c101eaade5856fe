//! The sums in products of series, and their order: the same in every engine.
//!
//! `c_k = Σ a_j b_{k-j}` is summed in pairs `a_m b_{k-m} + a_{k-m} b_m` from the middle outwards, so
//! that the newest coefficients come last: all but the last pair is known one order earlier, and a
//! processor that looks ahead works on several orders at once.

/// The coefficients of a series that may differ from zero: from `low` to `high`, inclusive.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Range {
    pub(super) low: usize,
    pub(super) high: usize,
}

impl Range {
    /// A constant.
    pub(super) const STILL: Self = Self { low: 0, high: 0 };
    /// Without an end.
    pub(super) const ALL: Self = Self { low: 0, high: usize::MAX };

    pub(super) fn is_empty(self) -> bool {
        self.low > self.high
    }

    pub(super) fn holds(self, k: usize) -> bool {
        self.low <= k && k <= self.high
    }

    /// Without what comes before `low`.
    pub(super) fn from(self, low: usize) -> Self {
        Self { low: self.low.max(low), high: self.high }
    }

    /// That of a sum.
    pub(super) fn union(self, other: Self) -> Self {
        Self { low: self.low.min(other.low), high: self.high.max(other.high) }
    }

    /// That of a product.
    pub(super) fn product(self, other: Self) -> Self {
        Self { low: self.low + other.low, high: self.high.saturating_add(other.high) }
    }
}

/// The terms of coefficient `k` of a product, in the order of their summation: pairs of `(j, k - j)`, in
/// which the second is missing if it is zero or the same.
pub(super) fn terms(
    k: usize,
    a: Range,
    b: Range,
) -> impl Iterator<Item = ((usize, usize), Option<(usize, usize)>)> {
    (0..=k / 2).rev().filter_map(move |m| {
        let inside = |j: usize| Some((j, k - j)).filter(|_| a.holds(j) && b.holds(k - j));
        match (inside(m), inside(k - m)) {
            (Some(term), other) => Some((term, other.filter(|_| m != k - m))),
            (None, Some(term)) => Some((term, None)),
            (None, None) => None,
        }
    })
}
