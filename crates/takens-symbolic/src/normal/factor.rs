//! Products taken apart: powers, roots, logarithms and absolute values act factor by factor.

use super::{Atom, Normalizer};
use crate::normal::budget::{NormalError, bits};
use crate::polynomial::{Exponent, multiply_exponents};
use crate::{ExprId, Generator, Graph, Monomial, Node, Polynomial, Rational, RationalFunction};
use num_bigint::BigInt;
use num_traits::{One, Signed, ToPrimitive, Zero};
use std::collections::BTreeMap;

/// `constant · Π partᵉ`; a part is a generator or a polynomial with leading coefficient ±1.
#[derive(Debug, Clone)]
pub(super) struct Factored {
    pub(super) constant: Rational,
    pub(super) parts: BTreeMap<Polynomial, Exponent>,
}

/// Primes above this are not looked for in the numbers under a root or a logarithm.
const LARGEST_PRIME: u32 = 2_000;
/// Larger numbers are not factored at all.
const LARGEST_NUMBER_BITS: u64 = 256;
/// How many factors of an expression are looked at one by one.
const MOST_FACTORS: usize = 256;

impl Normalizer {
    /// The factors of an expression as it is written, each taken apart further by its normal form.
    pub(super) fn factor(&mut self, graph: &Graph, id: ExprId) -> Result<Factored, NormalError> {
        let mut whole = Factored { constant: Rational::one(), parts: BTreeMap::new() };
        let mut open = vec![(id, 1i64)];
        let mut seen = 0;
        while let Some((id, power)) = open.pop() {
            seen += 1;
            let known = |id: &ExprId| matches!(self.memo.get(id), Some(Ok(_)));
            let descend = seen < MOST_FACTORS;
            match graph.node(id) {
                Node::Mul(a, b) if descend && known(a) && known(b) => {
                    open.extend([(*a, power), (*b, power)])
                }
                Node::Div(a, b) if descend && known(a) && known(b) => {
                    open.extend([(*a, power), (*b, -power)])
                }
                Node::Neg(a) if descend && known(a) => {
                    if power % 2 != 0 {
                        whole.constant = -whole.constant;
                    }
                    open.push((*a, power));
                }
                Node::Pow(a, b) if descend && known(a) && integer(graph, *b).is_some() => {
                    let exponent = integer(graph, *b).expect("just seen");
                    let power = power.checked_mul(exponent).filter(|power| power.abs() < 1 << 31);
                    open.push((
                        *a,
                        power.ok_or(NormalError::Budget { what: "digits in an exponent" })?,
                    ));
                }
                _ => {
                    let value = self.known(id)?;
                    let factored = self.factor_value(&value)?;
                    whole.constant *= self.number_power(&factored.constant, power)?;
                    for (part, exponent) in factored.parts {
                        let exponent = multiply_exponents(exponent, power.into())?;
                        whole.multiply(part, exponent)?;
                    }
                }
            }
        }
        whole.parts.retain(|_, exponent| !exponent.is_zero());
        Ok(whole)
    }

    /// A normal form as a product.
    pub(super) fn factor_value(
        &mut self,
        value: &RationalFunction,
    ) -> Result<Factored, NormalError> {
        if value.is_zero() {
            return Ok(Factored { constant: Rational::zero(), parts: BTreeMap::new() });
        }
        if self.atoms.of_rational(value).complex {
            // Real as a whole, but its factors need not be: only a number can be taken out.
            let Some(polynomial) = value.as_polynomial() else {
                return Err(NormalError::Unsupported {
                    what: "a root or logarithm of a quotient of waves",
                });
            };
            let constant = polynomial.leading().expect("it is not zero").1.clone();
            let part = polynomial.shifted(&Monomial::one(), &constant.recip(), &mut self.budget)?;
            return Ok(Factored { constant, parts: BTreeMap::from([(part, Exponent::one())]) });
        }
        let (constant, monomial, primitive) = self.split(value.numerator())?;
        let mut factored = Factored { constant, parts: BTreeMap::new() };
        for &(generator, exponent) in monomial.factors() {
            factored.multiply(Polynomial::generator(generator), exponent)?;
        }
        if primitive.len() > 1 {
            factored.multiply(primitive, Exponent::one())?;
        }
        for (factor, exponent) in value.denominator() {
            factored.multiply(factor.clone(), -Exponent::from_integer(exponent.into()))?;
        }
        Ok(factored)
    }

    /// Whether a part is above zero almost everywhere that it is defined.
    pub(super) fn is_positive(&self, part: &Polynomial) -> bool {
        let zero = Exponent::zero();
        let whole_and_even =
            |exponent: Exponent| exponent.is_integer() && exponent.to_integer() % 2 == 0;
        self.assumed.contains(part)
            || (!part.is_empty()
                && part.terms().all(|(monomial, coefficient)| {
                    coefficient.is_positive()
                        && monomial.factors().iter().all(|&(generator, exponent)| {
                            let traits = self.atoms.traits(generator);
                            let known = traits.positive || self.assumes(generator);
                            known
                                || (!traits.complex && exponent != zero && whole_and_even(exponent))
                        })
                }))
    }

    fn assumes(&self, generator: Generator) -> bool {
        self.assumed.contains(&Polynomial::generator(generator))
    }

    /// The generator whose powers are the powers of `part`.
    fn base(&mut self, part: &Polynomial) -> Generator {
        part.as_generator().unwrap_or_else(|| self.atoms.intern(Atom::Base(part.clone())))
    }

    /// A power of one part, whose own value is not negative or whose exponent is whole.
    pub(super) fn raise(
        &mut self,
        part: &Polynomial,
        exponent: Exponent,
    ) -> Result<RationalFunction, NormalError> {
        let generator = self.base(part);
        let power =
            Polynomial::term(Monomial::power(generator, exponent.max(-exponent)), Rational::one());
        let power: RationalFunction =
            self.multiply(&power, &Polynomial::constant(Rational::one()))?.into();
        if exponent < Exponent::zero() { self.invert(&power) } else { Ok(power) }
    }

    /// The absolute value of one part to a power.
    pub(super) fn raise_absolute(
        &mut self,
        part: &Polynomial,
        exponent: Exponent,
    ) -> Result<RationalFunction, NormalError> {
        if self.is_positive(part) || (exponent / 2).is_integer() {
            return self.raise(part, exponent);
        }
        let absolute = Polynomial::generator(self.atoms.intern(Atom::Absolute(part.clone())));
        self.raise(&absolute, exponent)
    }

    /// A product to a fractional power, for real values: the product is not negative.
    pub(super) fn power_of_product(
        &mut self,
        base: &Factored,
        q: Exponent,
    ) -> Result<RationalFunction, NormalError> {
        if base.constant.is_zero() {
            let defined = q > Exponent::zero();
            return if defined {
                Ok(RationalFunction::zero())
            } else {
                Err(NormalError::DivisionByZero)
            };
        }
        let mut power: RationalFunction = self.number_root(&base.constant.abs(), q)?;
        // Parts of unknown sign to odd powers: only their product is known not to be negative.
        let mut mixed: Vec<(Polynomial, i64)> = Vec::new();
        for (part, &exponent) in &base.parts {
            let factor = if self.is_positive(part) || !exponent.is_integer() {
                self.raise(part, multiply_exponents(exponent, q)?)?
            } else if exponent.to_integer() % 2 == 0 {
                self.raise_absolute(part, multiply_exponents(exponent, q)?)?
            } else {
                mixed.push((part.clone(), exponent.to_integer()));
                continue;
            };
            power = self.times(&power, &factor)?;
        }
        let negative = base.constant.is_negative();
        if negative && mixed.is_empty() {
            return Err(NormalError::Undefined {
                function: "a fractional power",
                argument: "a negative number",
            });
        }
        if let ([(part, exponent)], false) = (mixed.as_slice(), negative) {
            self.require_positive(part);
            let factor = self.raise(part, multiply_exponents((*exponent).into(), q)?)?;
            return self.times(&power, &factor);
        }
        let mut above =
            Polynomial::constant(if negative { -Rational::one() } else { Rational::one() });
        let mut below = Polynomial::constant(Rational::one());
        for (part, exponent) in &mixed {
            let side = if *exponent > 0 { &mut above } else { &mut below };
            let factor = self.polynomial_power(part, exponent.abs())?;
            *side = self.multiply(side, &factor)?;
        }
        for (side, q) in [(above, q), (below, -q)] {
            if !side.as_constant().is_some_and(|value| value.is_one()) {
                let factor = self.raise(&side, q)?;
                power = self.times(&power, &factor)?;
            }
        }
        Ok(power)
    }

    /// A positive number to a fractional power, by its prime factors.
    pub(super) fn number_root(
        &mut self,
        value: &Rational,
        q: Exponent,
    ) -> Result<RationalFunction, NormalError> {
        let mut root = Polynomial::constant(Rational::one());
        for (prime, exponent) in prime_factors(value) {
            let generator = self.atoms.intern(Atom::Prime(prime));
            let power = Monomial::power(generator, multiply_exponents(exponent.into(), q)?);
            root = self.multiply(&root, &Polynomial::term(power, Rational::one()))?;
        }
        Ok(root.into())
    }

    /// The logarithm of a product that is positive.
    pub(super) fn logarithm(
        &mut self,
        argument: &Factored,
    ) -> Result<RationalFunction, NormalError> {
        if argument.constant.is_zero()
            || (argument.constant.is_negative() && argument.parts.is_empty())
        {
            return Err(NormalError::Undefined {
                function: "log",
                argument: "a number that is not positive",
            });
        }
        let mut sum = RationalFunction::zero();
        let mut open = vec![(argument.clone(), Exponent::one())];
        while let Some((factored, weight)) = open.pop() {
            for (prime, exponent) in prime_factors(&factored.constant.abs()) {
                let log = Atom::Log(Polynomial::constant(Rational::from_integer(prime)));
                let log: RationalFunction = Polynomial::generator(self.atoms.intern(log)).into();
                let weight = multiply_exponents(exponent.into(), weight)?;
                sum = self.sum(&[(&sum, Rational::one()), (&log, rational(weight))])?;
            }
            for (part, exponent) in &factored.parts {
                let weight = multiply_exponents(*exponent, weight)?;
                let inside =
                    part.as_generator().map(|generator| self.atoms.atom(generator).clone());
                let log: RationalFunction = match inside {
                    Some(Atom::Exp(argument)) => argument,
                    Some(Atom::Base(inner) | Atom::Absolute(inner)) => {
                        open.push((self.factor_value(&inner.into())?, weight));
                        continue;
                    }
                    _ => {
                        if !self.is_positive(part) && exponent.to_integer() % 2 != 0 {
                            self.require_positive(part);
                        }
                        Polynomial::generator(self.atoms.intern(Atom::Log(part.clone()))).into()
                    }
                };
                sum = self.sum(&[(&sum, Rational::one()), (&log, rational(weight))])?;
            }
        }
        Ok(sum)
    }

    /// The absolute value of a product.
    pub(super) fn absolute(
        &mut self,
        argument: &Factored,
    ) -> Result<RationalFunction, NormalError> {
        let mut product = RationalFunction::constant(argument.constant.abs());
        for (part, &exponent) in &argument.parts {
            let factor = self.raise_absolute(part, exponent)?;
            product = self.times(&product, &factor)?;
        }
        Ok(product)
    }

    /// The sign of a product of smooth parts: `part / |part|`, which is right almost everywhere.
    pub(super) fn sign(&mut self, argument: &Factored) -> Result<RationalFunction, NormalError> {
        let mut product = RationalFunction::constant(argument.constant.signum());
        for (part, exponent) in &argument.parts {
            let odd = exponent.is_integer() && exponent.to_integer() % 2 != 0;
            if odd && !self.is_positive(part) {
                let above = self.raise(part, -Exponent::one())?;
                let absolute = self.raise_absolute(part, Exponent::one())?;
                let factor = self.times(&above, &absolute)?;
                product = self.times(&product, &factor)?;
            }
        }
        Ok(product)
    }
}

impl Factored {
    fn multiply(&mut self, part: Polynomial, exponent: Exponent) -> Result<(), NormalError> {
        let total = self.parts.entry(part).or_insert_with(Exponent::zero);
        *total = crate::polynomial::add_exponents(*total, exponent)?;
        Ok(())
    }
}

/// The exact value of an exponent.
pub(super) fn rational(value: Exponent) -> Rational {
    Rational::new((*value.numer()).into(), (*value.denom()).into())
}

/// A literal integer, its sign included.
fn integer(graph: &Graph, id: ExprId) -> Option<i64> {
    let (id, sign) = match graph.node(id) {
        Node::Neg(inner) => (*inner, -1),
        _ => (id, 1),
    };
    let value = graph.as_number(id)?;
    if value.is_integer() { value.to_i64()?.checked_mul(sign) } else { None }
}

/// `value = Π pᵉ` for a positive number; what has no small prime factor stays whole.
fn prime_factors(value: &Rational) -> Vec<(BigInt, i64)> {
    let mut factors = Vec::new();
    for (side, sign) in [(value.numer(), 1), (value.denom(), -1)] {
        let mut rest = side.clone();
        if bits(value) <= LARGEST_NUMBER_BITS {
            let mut prime = 2u32;
            while prime <= LARGEST_PRIME && BigInt::from(prime) * prime <= rest {
                let mut exponent = 0;
                while (&rest % prime).is_zero() {
                    rest /= prime;
                    exponent += sign;
                }
                if exponent != 0 {
                    factors.push((prime.into(), exponent));
                }
                prime += if prime == 2 { 1 } else { 2 };
            }
        }
        if !rest.is_one() {
            factors.push((rest, sign));
        }
    }
    factors
}
