//! Field arithmetic of normal forms, with the relations between generators.
//!
//! Most generators are free. The others have exponents from a fixed window, and every product is
//! brought back into it:
//!
//! | generator | window | relation |
//! | --- | --- | --- |
//! | imaginary unit `i` | 0, 1 | `i² = -1` |
//! | `w = exp(i·pi)` | `[0, 1)` | `w = -1` |
//! | prime `p` | `[0, 1)` | `p` is a number |
//! | base `u` of a root | `[0, 1)` | `u` is a polynomial |
//! | absolute value `\|u\|` | `[0, 2)` | `\|u\|² = u²` |
//! | indicator | 1 | it is its own square |

use super::{Atom, Normalizer};
use crate::normal::budget::NormalError;
use crate::polynomial::Exponent;
use crate::{Monomial, Polynomial, Rational, RationalFunction};
use num_traits::{One, Signed, Zero};
use std::collections::BTreeMap;

impl Normalizer {
    /// `coefficient · monomial` with every exponent in its window.
    fn reduce(
        &mut self,
        monomial: Monomial,
        coefficient: Rational,
    ) -> Result<Polynomial, NormalError> {
        let mut number = coefficient;
        let mut kept = Monomial::one();
        let mut expanded: Option<Polynomial> = None;
        for &(generator, exponent) in monomial.factors() {
            let mut rest = exponent;
            let mut unfold: Option<(Polynomial, i64)> = None;
            match self.atoms.atom(generator) {
                Atom::Imaginary => {
                    let turns = exponent.to_integer().rem_euclid(4);
                    rest = (turns % 2).into();
                    number = if turns >= 2 { -number } else { number };
                }
                Atom::Unity => {
                    let whole = exponent.floor();
                    rest = exponent - whole;
                    number = if whole.to_integer() % 2 == 0 { number } else { -number };
                }
                Atom::Prime(prime) => {
                    let whole = exponent.floor();
                    rest = exponent - whole;
                    let prime = Rational::from_integer(prime.clone());
                    number *= self.number_power(&prime, whole.to_integer())?;
                }
                Atom::Base(base) if exponent >= Exponent::one() => {
                    rest = exponent.fract();
                    unfold = Some((base.clone(), exponent.to_integer()));
                }
                Atom::Absolute(argument) if exponent >= Exponent::from_integer(2) => {
                    let even = 2 * (exponent.to_integer() / 2);
                    rest = exponent - even;
                    unfold = Some((argument.clone(), even));
                }
                Atom::Vanishes(_) => rest = Exponent::one(),
                _ => {}
            }
            kept = kept.times(&Monomial::power(generator, rest))?;
            if let Some((factor, power)) = unfold {
                let factor = self.polynomial_power(&factor, power)?;
                expanded = Some(match expanded {
                    None => factor,
                    Some(before) => self.multiply(&before, &factor)?,
                });
            }
        }
        self.budget.check_bits(&number)?;
        let term = Polynomial::term(kept, number);
        match expanded {
            None => Ok(term),
            Some(factor) => self.multiply(&factor, &term),
        }
    }

    /// Whether some exponent is outside its window.
    fn needs_reduction(&self, monomial: &Monomial) -> bool {
        let one = Exponent::one();
        monomial.factors().iter().any(|&(generator, exponent)| match self.atoms.atom(generator) {
            Atom::Imaginary | Atom::Vanishes(_) => exponent != one,
            Atom::Unity | Atom::Prime(_) => exponent < Exponent::zero() || exponent >= one,
            Atom::Base(_) => exponent >= one,
            Atom::Absolute(_) => exponent >= Exponent::from_integer(2),
            _ => false,
        })
    }

    /// The product of two polynomials.
    pub(crate) fn multiply(
        &mut self,
        a: &Polynomial,
        b: &Polynomial,
    ) -> Result<Polynomial, NormalError> {
        let mut product = Polynomial::zero();
        for (x, c) in a.terms() {
            for (y, d) in b.terms() {
                let (monomial, coefficient) = (x.times(y)?, c * d);
                if self.needs_reduction(&monomial) {
                    self.budget.charge(1)?;
                    let reduced = self.reduce(monomial, coefficient)?;
                    product.add_scaled(&reduced, &Rational::one(), &mut self.budget)?;
                } else {
                    product.add_term(monomial, coefficient, &mut self.budget)?;
                }
            }
        }
        Ok(product)
    }

    /// A polynomial to a power that is not negative.
    pub(crate) fn polynomial_power(
        &mut self,
        base: &Polynomial,
        n: i64,
    ) -> Result<Polynomial, NormalError> {
        if let Some((monomial, coefficient)) = base.as_term() {
            let coefficient = self.number_power(coefficient, n)?;
            let monomial = monomial.raised(n.into())?;
            return self.reduce(monomial, coefficient);
        }
        if base.is_empty() {
            return Ok(if n == 0 {
                Polynomial::constant(Rational::one())
            } else {
                Polynomial::zero()
            });
        }
        // At least n + 1 terms stay unless relations or cancellation intervene.
        if n > i64::try_from(self.budget.limits.terms).unwrap_or(i64::MAX) {
            return Err(NormalError::Budget { what: "terms" });
        }
        // One factor at a time: for sparse polynomials cheaper than squaring, and the budget bites early.
        let mut power = Polynomial::constant(Rational::one());
        for _ in 0..n {
            power = self.multiply(&power, base)?;
        }
        Ok(power)
    }

    /// A number to an integer power, within the budget.
    pub(crate) fn number_power(
        &mut self,
        base: &Rational,
        n: i64,
    ) -> Result<Rational, NormalError> {
        if base.is_zero() && n < 0 {
            return Err(NormalError::DivisionByZero);
        }
        if base.is_zero() || base.abs().is_one() {
            let odd = n % 2 != 0;
            return Ok(if n == 0 || (base.is_negative() && !odd) {
                Rational::one()
            } else {
                base.clone()
            });
        }
        let size = super::budget::bits(base).saturating_mul(n.unsigned_abs());
        if size > 2 * self.budget.limits.bits {
            return Err(NormalError::Budget { what: "digits" });
        }
        self.budget.charge(size / 64)?;
        let exponent = i32::try_from(n).map_err(|_| NormalError::Budget { what: "digits" })?;
        Ok(base.pow(exponent))
    }

    /// The sum of `sign · part`.
    pub(crate) fn sum(
        &mut self,
        parts: &[(&RationalFunction, Rational)],
    ) -> Result<RationalFunction, NormalError> {
        let mut common: BTreeMap<Polynomial, u32> = BTreeMap::new();
        for (part, _) in parts {
            for (factor, &exponent) in &part.denominator {
                let most = common.entry(factor.clone()).or_insert(0);
                *most = (*most).max(exponent);
            }
        }
        // Parts over the same denominator are added before they are brought over the common one.
        let mut groups: BTreeMap<&BTreeMap<Polynomial, u32>, Polynomial> = BTreeMap::new();
        for (part, factor) in parts {
            let group = groups.entry(&part.denominator).or_default();
            group.add_scaled(&part.numerator, factor, &mut self.budget)?;
        }
        let mut numerator = Polynomial::zero();
        for (denominator, group) in groups {
            let mut product = group;
            for (factor, &most) in &common {
                let missing = most - denominator.get(factor).copied().unwrap_or(0);
                for _ in 0..missing {
                    product = self.multiply(&product, factor)?;
                }
            }
            numerator.add_scaled(&product, &Rational::one(), &mut self.budget)?;
        }
        self.cancel(RationalFunction { numerator, denominator: common })
    }

    /// `a + b`
    pub(crate) fn plus(
        &mut self,
        a: &RationalFunction,
        b: &RationalFunction,
    ) -> Result<RationalFunction, NormalError> {
        self.sum(&[(a, Rational::one()), (b, Rational::one())])
    }

    /// `a - b`
    pub(crate) fn minus(
        &mut self,
        a: &RationalFunction,
        b: &RationalFunction,
    ) -> Result<RationalFunction, NormalError> {
        self.sum(&[(a, Rational::one()), (b, -Rational::one())])
    }

    /// `factor · a`
    pub(crate) fn scaled(
        &mut self,
        a: &RationalFunction,
        factor: &Rational,
    ) -> Result<RationalFunction, NormalError> {
        self.sum(&[(a, factor.clone())])
    }

    /// `a · b`
    pub(crate) fn times(
        &mut self,
        a: &RationalFunction,
        b: &RationalFunction,
    ) -> Result<RationalFunction, NormalError> {
        // What cancels crosswise never gets multiplied out.
        let left = self.cancel(RationalFunction {
            numerator: a.numerator.clone(),
            denominator: b.denominator.clone(),
        })?;
        let right = self.cancel(RationalFunction {
            numerator: b.numerator.clone(),
            denominator: a.denominator.clone(),
        })?;
        let numerator = self.multiply(&left.numerator, &right.numerator)?;
        let mut denominator = left.denominator;
        for (factor, exponent) in right.denominator {
            let total = denominator.entry(factor).or_insert(0);
            *total = total.checked_add(exponent).ok_or(NormalError::Budget { what: "factors" })?;
        }
        // Relations between generators may make new common factors.
        self.cancel(RationalFunction { numerator, denominator })
    }

    /// Divides out factors of the denominator that divide the numerator.
    fn cancel(&mut self, mut function: RationalFunction) -> Result<RationalFunction, NormalError> {
        if function.numerator.is_empty() {
            return Ok(RationalFunction::zero());
        }
        let factors: Vec<Polynomial> = function.denominator.keys().cloned().collect();
        for factor in factors {
            while let Some(exponent) = function.denominator.get_mut(&factor) {
                let Some(quotient) =
                    function.numerator.divide_exactly(&factor, &mut self.budget)?
                else {
                    break;
                };
                function.numerator = quotient;
                *exponent -= 1;
                if *exponent == 0 {
                    function.denominator.remove(&factor);
                }
            }
        }
        Ok(function)
    }

    /// `1 / a`, with the side condition that `a` is not zero.
    pub(crate) fn invert(&mut self, a: &RationalFunction) -> Result<RationalFunction, NormalError> {
        if a.is_zero() {
            return Err(NormalError::DivisionByZero);
        }
        let (coefficient, monomial, primitive) = self.split(&a.numerator)?;
        let mut inverse = self.invert_monomial(&monomial)?;
        inverse = self.scaled(&inverse, &coefficient.recip())?;
        for (factor, exponent) in &a.denominator {
            let power = self.polynomial_power(factor, i64::from(*exponent))?;
            inverse = self.times(&inverse, &power.into())?;
        }
        if primitive.len() > 1 {
            self.require_nonzero(&primitive);
            let below = RationalFunction {
                numerator: Polynomial::constant(Rational::one()),
                denominator: BTreeMap::from([(primitive, 1)]),
            };
            inverse = self.times(&inverse, &below)?;
        }
        Ok(inverse)
    }

    fn invert_monomial(&mut self, monomial: &Monomial) -> Result<RationalFunction, NormalError> {
        let mut inverse = RationalFunction::one();
        let mut free = Monomial::one();
        for &(generator, exponent) in monomial.factors() {
            // 1/u^e = u^(n-e) / u^n, with n the least whole number for which u^n is a polynomial.
            let unfold = match self.atoms.atom(generator) {
                Atom::Base(base) => Some((base.clone(), exponent.ceil().to_integer())),
                Atom::Absolute(argument) => {
                    Some((argument.clone(), 2 * (exponent / 2).ceil().to_integer()))
                }
                Atom::Vanishes(_) => {
                    return Err(NormalError::Unsupported { what: "division by a condition" });
                }
                _ => None,
            };
            match unfold {
                None => {
                    free = free.times(&Monomial::power(generator, -exponent))?;
                    if !self.atoms.traits(generator).positive {
                        self.require_nonzero(&Polynomial::generator(generator));
                    }
                }
                Some((polynomial, whole)) => {
                    let above =
                        Monomial::power(generator, Exponent::from_integer(whole) - exponent);
                    let above = Polynomial::term(above, Rational::one());
                    inverse = self.times(&inverse, &above.into())?;
                    let once = self.invert(&polynomial.into())?;
                    for _ in 0..whole {
                        inverse = self.times(&inverse, &once)?;
                    }
                }
            }
        }
        let free = self.reduce(free, Rational::one())?;
        self.times(&inverse, &free.into())
    }

    /// `(c, m, p)` with `polynomial = c · m · p`, where `p` has no common monomial and leading
    /// coefficient 1.
    pub(crate) fn split(
        &mut self,
        polynomial: &Polynomial,
    ) -> Result<(Rational, Monomial, Polynomial), NormalError> {
        let monomial = polynomial.common_monomial();
        let Some((_, coefficient)) = polynomial.leading() else {
            return Ok((Rational::zero(), Monomial::one(), Polynomial::constant(Rational::one())));
        };
        let coefficient = coefficient.clone();
        let primitive =
            polynomial.shifted(&monomial.inverse(), &coefficient.recip(), &mut self.budget)?;
        Ok((coefficient, monomial, primitive))
    }
}
