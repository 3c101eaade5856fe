//! Whole numbers that depend on running indices: places, bounds of loops, indices taken as numbers.

use crate::Compare;
use std::collections::HashMap;

/// A whole number of an [`Integers`]. Equal ones have equal ids.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct IntId(u32);

/// What a whole number is made of.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum IntNode {
    /// A running index, by its number.
    Index(u32),
    /// `constant + Σ factor · part`: parts in order of ids, none of them affine, no factor zero.
    Affine {
        /// What is added.
        constant: i64,
        /// Parts with their factors.
        terms: Box<[(IntId, i64)]>,
    },
    /// `a · b`, neither of them constant.
    Mul(IntId, IntId),
    /// The greatest whole number not above `a / b`; `b` is positive.
    FloorDiv(IntId, IntId),
    /// What that leaves of `a`: from 0 to, not including, `b`, which is positive.
    Remainder(IntId, IntId),
    /// The lesser.
    Min(IntId, IntId),
    /// The greater.
    Max(IntId, IntId),
}

/// A hash-consed arena of whole numbers. Sums are kept in one normal form, constants are computed.
///
/// An operation gives `None` where a constant would leave `i64`.
#[derive(Debug, Clone, Default)]
pub struct Integers {
    nodes: Vec<IntNode>,
    ids: HashMap<IntNode, IntId>,
}

/// The most running indices that may be open at once: their numbers lie below.
pub const MAX_INDICES: u32 = 64;

/// `constant + Σ factor · part`, on its own.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Affine {
    /// What is added.
    pub constant: i64,
    /// Parts, in order of ids, with factors other than zero.
    pub terms: Vec<(IntId, i64)>,
}

impl Affine {
    /// `self + factor · other`
    #[must_use]
    pub fn plus(&self, factor: i64, other: &Self) -> Option<Self> {
        let constant = self.constant.checked_add(other.constant.checked_mul(factor)?)?;
        let (mut a, mut b) = (self.terms.iter().peekable(), other.terms.iter().peekable());
        let mut terms = Vec::with_capacity(self.terms.len() + other.terms.len());
        loop {
            let (part, sum) = match (a.peek(), b.peek()) {
                (None, None) => break,
                (Some(&&left), right) if right.is_none_or(|right| left.0 < right.0) => {
                    a.next();
                    left
                }
                (left, Some(&&(part, weight))) => {
                    b.next();
                    let weight = weight.checked_mul(factor)?;
                    match left.filter(|left| left.0 == part) {
                        Some(&&(_, before)) => {
                            a.next();
                            (part, before.checked_add(weight)?)
                        }
                        None => (part, weight),
                    }
                }
                (Some(_), None) => unreachable!("a term without a rival was taken above"),
            };
            if sum != 0 {
                terms.push((part, sum));
            }
        }
        Some(Self { constant, terms })
    }
}

impl Integers {
    /// What a number is made of.
    #[must_use]
    pub fn node(&self, id: IntId) -> &IntNode {
        &self.nodes[id.0 as usize]
    }

    fn add_node(&mut self, node: IntNode) -> IntId {
        if let Some(&id) = self.ids.get(&node) {
            return id;
        }
        let id = IntId(u32::try_from(self.nodes.len()).expect("fewer than 2^32 numbers"));
        self.nodes.push(node.clone());
        self.ids.insert(node, id);
        id
    }

    /// A constant.
    pub fn constant(&mut self, value: i64) -> IntId {
        self.add_node(IntNode::Affine { constant: value, terms: Box::default() })
    }

    /// The running index of this number.
    ///
    /// # Panics
    /// If the number is not below [`MAX_INDICES`].
    pub fn index(&mut self, number: u32) -> IntId {
        assert!(number < MAX_INDICES, "index {number} of {MAX_INDICES}");
        self.add_node(IntNode::Index(number))
    }

    /// The number as a sum.
    #[must_use]
    pub fn affine(&self, id: IntId) -> Affine {
        match self.node(id) {
            IntNode::Affine { constant, terms } => {
                Affine { constant: *constant, terms: terms.to_vec() }
            }
            _ => Affine { constant: 0, terms: vec![(id, 1)] },
        }
    }

    /// A sum as a number.
    pub fn sum(&mut self, sum: Affine) -> IntId {
        match sum.terms[..] {
            [(part, 1)] if sum.constant == 0 => part,
            _ => {
                let terms = sum.terms.into();
                self.add_node(IntNode::Affine { constant: sum.constant, terms })
            }
        }
    }

    /// The constant that a number is, if it is one.
    #[must_use]
    pub fn as_constant(&self, id: IntId) -> Option<i64> {
        match self.node(id) {
            IntNode::Affine { constant, terms } if terms.is_empty() => Some(*constant),
            _ => None,
        }
    }

    /// `a + factor · b`
    pub fn add(&mut self, a: IntId, factor: i64, b: IntId) -> Option<IntId> {
        let sum = self.affine(a).plus(factor, &self.affine(b))?;
        Some(self.sum(sum))
    }

    /// `a + constant`
    pub fn shift(&mut self, a: IntId, constant: i64) -> Option<IntId> {
        let mut sum = self.affine(a);
        sum.constant = sum.constant.checked_add(constant)?;
        Some(self.sum(sum))
    }

    /// `a · b`
    pub fn mul(&mut self, a: IntId, b: IntId) -> Option<IntId> {
        let (factor, other) = match (self.as_constant(a), self.as_constant(b)) {
            (Some(factor), _) => (factor, b),
            (_, Some(factor)) => (factor, a),
            _ => return Some(self.add_node(IntNode::Mul(a.min(b), a.max(b)))),
        };
        let product = Affine::default().plus(factor, &self.affine(other))?;
        Some(self.sum(product))
    }

    /// The greatest whole number not above `a / b`; `None` for a constant `b` that is not positive.
    pub fn floor_div(&mut self, a: IntId, b: IntId) -> Option<IntId> {
        if let Some(divisor) = self.as_constant(b) {
            if divisor <= 0 {
                return None;
            }
            if let Some(exact) = self.divided(a, divisor) {
                return Some(exact);
            }
            if let Some(value) = self.as_constant(a) {
                return Some(self.constant(value.div_euclid(divisor)));
            }
        }
        Some(self.add_node(IntNode::FloorDiv(a, b)))
    }

    /// `a - b · floor(a / b)`; `None` for a constant `b` that is not positive.
    pub fn remainder(&mut self, a: IntId, b: IntId) -> Option<IntId> {
        if let Some(divisor) = self.as_constant(b) {
            if divisor <= 0 {
                return None;
            }
            if let Some(value) = self.as_constant(a) {
                return Some(self.constant(value.rem_euclid(divisor)));
            }
        }
        Some(self.add_node(IntNode::Remainder(a, b)))
    }

    /// `a / divisor`, where every part of `a` can be divided.
    pub fn divided(&mut self, a: IntId, divisor: i64) -> Option<IntId> {
        let mut sum = self.affine(a);
        let parts = sum.terms.iter_mut().map(|term| &mut term.1);
        for factor in parts.chain([&mut sum.constant]) {
            if factor.checked_rem(divisor)? != 0 {
                return None;
            }
            *factor /= divisor;
        }
        Some(self.sum(sum))
    }

    /// The lesser.
    pub fn min(&mut self, a: IntId, b: IntId) -> IntId {
        match (self.as_constant(a), self.as_constant(b)) {
            (Some(a), Some(b)) => self.constant(a.min(b)),
            _ if a == b => a,
            _ => self.add_node(IntNode::Min(a.min(b), a.max(b))),
        }
    }

    /// The greater.
    pub fn max(&mut self, a: IntId, b: IntId) -> IntId {
        match (self.as_constant(a), self.as_constant(b)) {
            (Some(a), Some(b)) => self.constant(a.max(b)),
            _ if a == b => a,
            _ => self.add_node(IntNode::Max(a.min(b), a.max(b))),
        }
    }

    /// The running indices that a number depends on: bit `i` for index `i`.
    #[must_use]
    pub fn indices(&self, id: IntId) -> u64 {
        match self.node(id) {
            IntNode::Index(number) => 1 << number,
            IntNode::Affine { terms, .. } => {
                terms.iter().fold(0, |all, term| all | self.indices(term.0))
            }
            IntNode::Mul(a, b)
            | IntNode::FloorDiv(a, b)
            | IntNode::Remainder(a, b)
            | IntNode::Min(a, b)
            | IntNode::Max(a, b) => self.indices(*a) | self.indices(*b),
        }
    }

    /// The number where the running indices have these values.
    ///
    /// What leaves `i64` wraps round, and a division by zero gives zero; neither occurs in a system
    /// that the language has rolled.
    #[must_use]
    pub fn value(&self, id: IntId, indices: &[i64; MAX_INDICES as usize]) -> i64 {
        let at = |id: &IntId| self.value(*id, indices);
        match self.node(id) {
            IntNode::Index(number) => indices[*number as usize],
            IntNode::Affine { constant, terms } => {
                terms.iter().fold(*constant, |sum, (part, factor)| {
                    sum.wrapping_add(factor.wrapping_mul(at(part)))
                })
            }
            IntNode::Mul(a, b) => at(a).wrapping_mul(at(b)),
            IntNode::FloorDiv(a, b) => at(a).checked_div_euclid(at(b)).unwrap_or(0),
            IntNode::Remainder(a, b) => at(a).checked_rem_euclid(at(b)).unwrap_or(0),
            IntNode::Min(a, b) => at(a).min(at(b)),
            IntNode::Max(a, b) => at(a).max(at(b)),
        }
    }
}

/// Whether a comparison of whole numbers holds.
#[must_use]
pub fn holds(compare: Compare, a: i64, b: i64) -> bool {
    match compare {
        Compare::Less => a < b,
        Compare::LessEqual => a <= b,
        Compare::Greater => a > b,
        Compare::GreaterEqual => a >= b,
        Compare::Equal => a == b,
        Compare::NotEqual => a != b,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_sums_are_one() {
        let mut integers = Integers::default();
        let (i, j) = (integers.index(0), integers.index(1));
        let both = integers.add(i, 1, j).unwrap();
        let other = integers.add(j, 1, i).unwrap();
        assert_eq!(both, other);
        assert_eq!(integers.add(both, -1, j), Some(i));
        let three = integers.constant(3);
        let scaled = integers.mul(both, three).unwrap();
        assert_eq!(integers.divided(scaled, 3), Some(both));
        let mut values = [0; MAX_INDICES as usize];
        (values[0], values[1]) = (-4, 2);
        assert_eq!(integers.value(scaled, &values), -6);
        let half = integers.constant(4);
        let half = integers.floor_div(scaled, half).unwrap();
        assert_eq!(integers.value(half, &values), -2);
    }

    #[test]
    fn overflow_is_told() {
        let mut integers = Integers::default();
        let (most, i) = (integers.constant(i64::MAX), integers.index(0));
        assert_eq!(integers.shift(most, 1), None);
        let twice = integers.constant(2);
        let sum = integers.add(i, 1, most).unwrap();
        assert_eq!(integers.mul(sum, twice), None);
    }
}
