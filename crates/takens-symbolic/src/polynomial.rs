//! Polynomials in several generators over the rationals, with rational exponents.
//!
//! A [`Monomial`] is a product of powers of [`Generator`]s. Exponents are rational and may be negative,
//! so that `1/x`, `exp(x/2)` and `x^(1/3)` are monomials like any other. Monomials are ordered
//! lexicographically by exponents, an order that products respect: the leading term of a product is
//! the product of the leading terms. What generators stand for, and which relations hold between
//! them, is known in `normal`; here they are free.

use crate::Rational;
use crate::normal::budget::{Budget, NormalError, bits};
use num_traits::{CheckedAdd, CheckedMul, One, Zero};
use std::cmp::Ordering;
use std::collections::BTreeMap;

/// An exponent.
pub type Exponent = num_rational::Ratio<i64>;

/// A quantity that polynomials are made of, numbered by the normaliser that owns it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Generator(pub(crate) u32);

/// A product of powers: generators in increasing order, no exponent zero.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
pub struct Monomial(Vec<(Generator, Exponent)>);

/// A sum of monomials with rational coefficients, none of them zero.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub struct Polynomial {
    terms: BTreeMap<Monomial, Rational>,
}

/// Numerators and denominators of exponents stay below this.
const MAX_EXPONENT: i64 = 1 << 40;

fn bounded(exponent: Option<Exponent>) -> Result<Exponent, NormalError> {
    exponent
        .filter(|value| value.numer().abs() < MAX_EXPONENT && *value.denom() < MAX_EXPONENT)
        .ok_or(NormalError::Budget { what: "digits in an exponent" })
}

/// `a + b`, or an error where that is out of range.
pub(crate) fn add_exponents(a: Exponent, b: Exponent) -> Result<Exponent, NormalError> {
    bounded(a.checked_add(&b))
}

/// `a · b`, or an error where that is out of range.
pub(crate) fn multiply_exponents(a: Exponent, b: Exponent) -> Result<Exponent, NormalError> {
    bounded(a.checked_mul(&b))
}

impl Monomial {
    /// The empty product.
    #[must_use]
    pub fn one() -> Self {
        Self::default()
    }

    /// A power of one generator.
    #[must_use]
    pub fn power(generator: Generator, exponent: Exponent) -> Self {
        if exponent.is_zero() { Self::one() } else { Self(vec![(generator, exponent)]) }
    }

    /// A product of powers of different generators, which must be in increasing order.
    ///
    /// # Panics
    /// If they are not in order.
    #[must_use]
    pub fn of(mut factors: Vec<(Generator, Exponent)>) -> Self {
        assert!(factors.is_sorted_by(|a, b| a.0 < b.0), "generators come in order, each once");
        factors.retain(|factor| !factor.1.is_zero());
        Self(factors)
    }

    /// Generators with their exponents, in order.
    #[must_use]
    pub fn factors(&self) -> &[(Generator, Exponent)] {
        &self.0
    }

    /// Whether this is the empty product.
    #[must_use]
    pub fn is_one(&self) -> bool {
        self.0.is_empty()
    }

    /// The exponent of a generator, zero where it is absent.
    #[must_use]
    pub fn exponent(&self, generator: Generator) -> Exponent {
        let place = self.0.binary_search_by_key(&generator, |factor| factor.0);
        place.map_or_else(|_| Exponent::zero(), |place| self.0[place].1)
    }

    /// The product of two monomials.
    pub(crate) fn times(&self, other: &Self) -> Result<Self, NormalError> {
        let mut factors = Vec::with_capacity(self.0.len() + other.0.len());
        let (mut a, mut b) = (self.0.iter().peekable(), other.0.iter().peekable());
        loop {
            match (a.peek(), b.peek()) {
                (Some(x), Some(y)) if x.0 == y.0 => {
                    let sum = add_exponents(x.1, y.1)?;
                    if !sum.is_zero() {
                        factors.push((x.0, sum));
                    }
                    a.next();
                    b.next();
                }
                (Some(x), Some(y)) if x.0 < y.0 => factors.extend(a.next()),
                (_, Some(_)) => factors.extend(b.next()),
                (Some(_), None) => factors.extend(a.next()),
                (None, None) => return Ok(Self(factors)),
            }
        }
    }

    /// The monomial to a power.
    pub(crate) fn raised(&self, exponent: Exponent) -> Result<Self, NormalError> {
        let factors =
            self.0.iter().map(|&(generator, e)| Ok((generator, multiply_exponents(e, exponent)?)));
        let mut factors = factors.collect::<Result<Vec<_>, NormalError>>()?;
        factors.retain(|factor| !factor.1.is_zero());
        Ok(Self(factors))
    }

    /// One over the monomial.
    pub(crate) fn inverse(&self) -> Self {
        Self(self.0.iter().map(|&(generator, exponent)| (generator, -exponent)).collect())
    }
}

impl Ord for Monomial {
    /// Lexicographic: the first generator whose exponents differ decides.
    fn cmp(&self, other: &Self) -> Ordering {
        let zero = Exponent::zero();
        for place in 0.. {
            let (x, y) = match (self.0.get(place), other.0.get(place)) {
                (None, None) => return Ordering::Equal,
                (Some(x), None) => (x.1, zero),
                (None, Some(y)) => (zero, y.1),
                (Some(x), Some(y)) if x.0 == y.0 => (x.1, y.1),
                (Some(x), Some(y)) if x.0 < y.0 => (x.1, zero),
                (Some(_), Some(y)) => (zero, y.1),
            };
            if x != y {
                return x.cmp(&y);
            }
        }
        Ordering::Equal
    }
}

impl PartialOrd for Monomial {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Polynomial {
    /// Zero.
    #[must_use]
    pub fn zero() -> Self {
        Self::default()
    }

    /// A number.
    #[must_use]
    pub fn constant(value: Rational) -> Self {
        Self::term(Monomial::one(), value)
    }

    /// One term.
    #[must_use]
    pub fn term(monomial: Monomial, coefficient: Rational) -> Self {
        let mut terms = BTreeMap::new();
        if !coefficient.is_zero() {
            terms.insert(monomial, coefficient);
        }
        Self { terms }
    }

    /// A generator.
    #[must_use]
    pub fn generator(generator: Generator) -> Self {
        Self::term(Monomial::power(generator, Exponent::one()), Rational::one())
    }

    /// Monomials with their coefficients, in increasing order.
    pub fn terms(&self) -> impl DoubleEndedIterator<Item = (&Monomial, &Rational)> {
        self.terms.iter()
    }

    /// The number of terms.
    #[must_use]
    pub fn len(&self) -> usize {
        self.terms.len()
    }

    /// Whether this is the sum of no terms, zero.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.terms.is_empty()
    }

    /// The number that the polynomial is, if it is one.
    #[must_use]
    pub fn as_constant(&self) -> Option<Rational> {
        match self.terms.first_key_value() {
            None => Some(Rational::zero()),
            Some((monomial, value)) if self.len() == 1 && monomial.is_one() => Some(value.clone()),
            Some(_) => None,
        }
    }

    /// The monomial and coefficient that the polynomial is, if it is one term.
    #[must_use]
    pub fn as_term(&self) -> Option<(&Monomial, &Rational)> {
        if self.len() == 1 { self.terms.first_key_value() } else { None }
    }

    /// The generator that the polynomial is, if it is one.
    #[must_use]
    pub fn as_generator(&self) -> Option<Generator> {
        let (monomial, coefficient) = self.as_term()?;
        match monomial.factors() {
            [(generator, exponent)] if exponent.is_one() && coefficient.is_one() => {
                Some(*generator)
            }
            _ => None,
        }
    }

    /// The term of the greatest monomial.
    #[must_use]
    pub fn leading(&self) -> Option<(&Monomial, &Rational)> {
        self.terms.last_key_value()
    }

    /// All generators, in order.
    #[must_use]
    pub fn generators(&self) -> std::collections::BTreeSet<Generator> {
        self.terms.keys().flat_map(|monomial| monomial.factors()).map(|factor| factor.0).collect()
    }

    /// Adds `coefficient · monomial`.
    pub(crate) fn add_term(
        &mut self,
        monomial: Monomial,
        coefficient: Rational,
        budget: &mut Budget,
    ) -> Result<(), NormalError> {
        use std::collections::btree_map::Entry;
        if coefficient.is_zero() {
            return Ok(());
        }
        budget.charge(1 + bits(&coefficient) / 64)?;
        match self.terms.entry(monomial) {
            Entry::Vacant(entry) => {
                entry.insert(coefficient);
            }
            Entry::Occupied(mut entry) => {
                *entry.get_mut() += coefficient;
                budget.check_bits(entry.get())?;
                if entry.get().is_zero() {
                    entry.remove();
                }
            }
        }
        budget.check_terms(self.len())
    }

    /// Adds `factor · other`.
    pub(crate) fn add_scaled(
        &mut self,
        other: &Self,
        factor: &Rational,
        budget: &mut Budget,
    ) -> Result<(), NormalError> {
        for (monomial, coefficient) in &other.terms {
            let product = if factor.is_one() { coefficient.clone() } else { coefficient * factor };
            self.add_term(monomial.clone(), product, budget)?;
        }
        Ok(())
    }

    /// The polynomial times a number and a monomial, generators taken as free.
    pub(crate) fn shifted(
        &self,
        monomial: &Monomial,
        factor: &Rational,
        budget: &mut Budget,
    ) -> Result<Self, NormalError> {
        let mut product = Self::zero();
        for (own, coefficient) in &self.terms {
            product.add_term(own.times(monomial)?, coefficient * factor, budget)?;
        }
        Ok(product)
    }

    /// The greatest monomial that divides every term, exponents of any sign.
    pub(crate) fn common_monomial(&self) -> Monomial {
        let mut terms = self.terms.keys();
        let Some(first) = terms.next() else { return Monomial::one() };
        let mut common: BTreeMap<Generator, Exponent> = first.0.iter().copied().collect();
        for monomial in terms {
            for (generator, least) in &mut common {
                *least = (*least).min(monomial.exponent(*generator));
            }
            for &(generator, exponent) in &monomial.0 {
                // The terms before lack this generator: their exponent is zero.
                common.entry(generator).or_insert_with(|| exponent.min(Exponent::zero()));
            }
        }
        Monomial(common.into_iter().filter(|factor| !factor.1.is_zero()).collect())
    }

    /// `self / divisor` if that is a polynomial, generators taken as free.
    ///
    /// Leading and trailing monomials of a product are products of those of the factors, which bounds
    /// the quotient at both ends and ends the division.
    pub(crate) fn divide_exactly(
        &self,
        divisor: &Self,
        budget: &mut Budget,
    ) -> Result<Option<Self>, NormalError> {
        let (Some((lead, coefficient)), Some((own_last, _))) =
            (divisor.leading(), self.terms.first_key_value())
        else {
            return Ok(None);
        };
        let last = divisor
            .terms
            .first_key_value()
            .expect("a divisor with a leading term has a last one")
            .0;
        let least = own_last.times(&last.inverse())?;
        let inverse_lead = lead.inverse();
        let mut steps = self.len() + 64;
        let (mut rest, mut quotient) = (self.clone(), Self::zero());
        while let Some((monomial, own)) = rest.leading() {
            let (ratio, factor) = (monomial.times(&inverse_lead)?, own / coefficient);
            if ratio < least || steps == 0 {
                return Ok(None);
            }
            steps -= 1;
            for (part, value) in &divisor.terms {
                rest.add_term(part.times(&ratio)?, -(value * &factor), budget)?;
            }
            quotient.add_term(ratio, factor, budget)?;
        }
        Ok(Some(quotient))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::normal::budget::Limits;

    fn x() -> Polynomial {
        Polynomial::generator(Generator(0))
    }

    fn polynomial(terms: &[(i64, i64, i64)]) -> Polynomial {
        let mut budget = Budget::new(Limits::default());
        let mut sum = Polynomial::zero();
        for &(coefficient, i, j) in terms {
            let power = |generator, e: i64| Monomial::power(Generator(generator), e.into());
            let monomial = power(0, i).times(&power(1, j)).unwrap();
            sum.add_term(monomial, Rational::from_integer(coefficient.into()), &mut budget)
                .unwrap();
        }
        sum
    }

    #[track_caller]
    fn check_quotient(
        a: &[(i64, i64, i64)],
        b: &[(i64, i64, i64)],
        quotient: Option<&[(i64, i64, i64)]>,
    ) {
        let mut budget = Budget::new(Limits::default());
        let got = polynomial(a).divide_exactly(&polynomial(b), &mut budget).unwrap();
        assert_eq!(got, quotient.map(polynomial));
    }

    #[test]
    fn opposite_terms_vanish() {
        let mut budget = Budget::new(Limits::default());
        let mut sum = x();
        sum.add_scaled(&x(), &Rational::from_integer((-1).into()), &mut budget).unwrap();
        assert!(sum.is_empty());
        assert_eq!(sum.as_constant(), Some(Rational::zero()));
    }

    #[test]
    fn the_order_respects_products() {
        let monomials = [(0, 0), (0, 1), (1, -1), (1, 0), (2, 0), (-1, 3)];
        let monomial = |(i, j): (i64, i64)| {
            let power = |g, e: i64| Monomial::power(Generator(g), e.into());
            power(0, i).times(&power(1, j)).unwrap()
        };
        for a in monomials.map(monomial) {
            for b in monomials.map(monomial) {
                for c in monomials.map(monomial) {
                    assert_eq!(a.cmp(&b), a.times(&c).unwrap().cmp(&b.times(&c).unwrap()));
                }
            }
        }
    }

    #[test]
    fn division_is_exact_or_refused() {
        check_quotient(
            &[(1, 2, 0), (-1, 0, 0)],
            &[(1, 1, 0), (1, 0, 0)],
            Some(&[(1, 1, 0), (-1, 0, 0)]),
        );
        check_quotient(&[(1, 2, 0), (1, 0, 0)], &[(1, 1, 0), (1, 0, 0)], None);
        check_quotient(&[(1, 1, 1), (1, 0, 2)], &[(1, 1, 0), (1, 0, 1)], Some(&[(1, 0, 1)]));
        check_quotient(&[(1, 0, 0)], &[(1, 1, 0), (1, 0, 1)], None);
    }

    #[test]
    fn the_common_monomial_may_have_negative_exponents() {
        let power = |g, e: i64| Monomial::power(Generator(g), e.into());
        let common = polynomial(&[(1, 2, -1), (3, 1, 0)]).common_monomial();
        assert_eq!(common, power(0, 1).times(&power(1, -1)).unwrap());
    }
}
