//! Rational functions: a polynomial over a product of polynomials.
//!
//! The denominator stays factored as it came, so that sums of many quotients share what they have in
//! common. Two rational functions are equal where both are defined exactly if the numerator of their
//! difference is zero: no greatest common divisor is needed. Arithmetic is in `normal`, which knows
//! the relations between generators.

use crate::polynomial::Polynomial;
use crate::{Generator, Rational};
use num_traits::One;
use std::collections::{BTreeMap, BTreeSet};

/// `numerator / (p₁^k₁ · p₂^k₂ · …)`.
///
/// A factor of the denominator has at least two terms, no common monomial, and leading coefficient 1:
/// numbers and monomials are in the numerator.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct RationalFunction {
    pub(crate) numerator: Polynomial,
    pub(crate) denominator: BTreeMap<Polynomial, u32>,
}

impl From<Polynomial> for RationalFunction {
    fn from(numerator: Polynomial) -> Self {
        Self { numerator, denominator: BTreeMap::new() }
    }
}

impl RationalFunction {
    /// A number.
    #[must_use]
    pub fn constant(value: Rational) -> Self {
        Polynomial::constant(value).into()
    }

    /// Zero.
    #[must_use]
    pub fn zero() -> Self {
        Polynomial::zero().into()
    }

    /// One.
    #[must_use]
    pub fn one() -> Self {
        Self::constant(Rational::one())
    }

    /// The numerator.
    #[must_use]
    pub fn numerator(&self) -> &Polynomial {
        &self.numerator
    }

    /// The factors of the denominator with their exponents.
    pub fn denominator(&self) -> impl ExactSizeIterator<Item = (&Polynomial, u32)> {
        self.denominator.iter().map(|(factor, &exponent)| (factor, exponent))
    }

    /// Whether this is zero wherever it is defined.
    #[must_use]
    pub fn is_zero(&self) -> bool {
        self.numerator.is_empty()
    }

    /// The polynomial that the function is, if nothing is left below the bar.
    #[must_use]
    pub fn as_polynomial(&self) -> Option<&Polynomial> {
        self.denominator.is_empty().then_some(&self.numerator)
    }

    /// The number that the function is, if it is one.
    #[must_use]
    pub fn as_constant(&self) -> Option<Rational> {
        self.as_polynomial().and_then(Polynomial::as_constant)
    }

    /// All generators of numerator and denominator.
    #[must_use]
    pub fn generators(&self) -> BTreeSet<Generator> {
        let below = self.denominator.keys().flat_map(Polynomial::generators);
        self.numerator.generators().into_iter().chain(below).collect()
    }

    /// The number of terms above and below the bar.
    #[must_use]
    pub fn len(&self) -> usize {
        self.numerator.len() + self.denominator.keys().map(Polynomial::len).sum::<usize>()
    }

    /// Whether there is no term at all, so that the function is zero.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.is_zero()
    }
}
