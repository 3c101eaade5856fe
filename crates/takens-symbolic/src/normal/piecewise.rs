//! Functions with corners and jumps.
//!
//! All that has corners is written with absolute values: `max(a, b) = (a + b + |a - b|)/2`,
//! `sign u = u/|u|`, `heaviside u = (1 + sign u)/2`, and `if c then a else b = b + (a - b)·c` with `c`
//! 0 or 1. Signs are right almost everywhere as long as `u` is smooth. Where `u` has steps itself, it
//! may vanish on a whole region, and the function stays as it is.

use super::{Atom, Normalizer};
use crate::normal::budget::NormalError;
use crate::{Compare, ExprId, Function, Graph, Polynomial, Rational, RationalFunction};
use num_traits::{One, Signed, Zero};

fn half() -> Rational {
    Rational::new(1.into(), 2.into())
}

impl Normalizer {
    /// `sign` of an expression.
    pub(super) fn sign_of(
        &mut self,
        graph: &Graph,
        id: ExprId,
    ) -> Result<RationalFunction, NormalError> {
        let value = self.known(id)?;
        if self.atoms.of_rational(&value).smooth {
            let factored = self.factor(graph, id)?;
            return self.sign(&factored);
        }
        self.sign_of_value(&value)
    }

    /// `sign` of a normal form.
    fn sign_of_value(&mut self, value: &RationalFunction) -> Result<RationalFunction, NormalError> {
        if let Some(number) = value.as_constant() {
            return Ok(RationalFunction::constant(number.signum()));
        }
        if !self.atoms.of_rational(value).smooth {
            return self.odd_or_even(Function::Sign, value);
        }
        let factored = self.factor_value(value)?;
        self.sign(&factored)
    }

    /// 1 where a normal form is above zero, else 0.
    pub(super) fn step(
        &mut self,
        value: &RationalFunction,
    ) -> Result<RationalFunction, NormalError> {
        if let Some(number) = value.as_constant() {
            let one = number.is_positive();
            return Ok(if one { RationalFunction::one() } else { RationalFunction::zero() });
        }
        if self.atoms.of_rational(value).smooth {
            let sign = self.sign_of_value(value)?;
            return self.sum(&[(&RationalFunction::one(), half()), (&sign, half())]);
        }
        // heaviside s = (s + s²)/2 for a sign s in {-1, 0, 1}.
        let sign = self.sign_of_value(value)?;
        let square = self.times(&sign, &sign)?;
        self.sum(&[(&sign, half()), (&square, half())])
    }

    /// 1 where a comparison holds, else 0.
    pub(super) fn comparison(
        &mut self,
        compare: Compare,
        a: &RationalFunction,
        b: &RationalFunction,
    ) -> Result<RationalFunction, NormalError> {
        let difference = self.minus(a, b)?;
        match compare {
            Compare::Greater => self.step(&difference),
            Compare::Less => {
                let flipped = self.minus(b, a)?;
                self.step(&flipped)
            }
            Compare::GreaterEqual => {
                let less = self.comparison(Compare::Less, a, b)?;
                self.negation(&less)
            }
            Compare::LessEqual => {
                let greater = self.step(&difference)?;
                self.negation(&greater)
            }
            Compare::Equal => self.vanishes(&difference),
            Compare::NotEqual => {
                let equal = self.vanishes(&difference)?;
                self.negation(&equal)
            }
        }
    }

    /// 1 where a normal form is zero, else 0.
    fn vanishes(&mut self, value: &RationalFunction) -> Result<RationalFunction, NormalError> {
        if value.is_zero() {
            return Ok(RationalFunction::one());
        }
        if value.as_constant().is_some() || self.atoms.of_rational(value).smooth {
            // Zero at most on a set of measure zero.
            return Ok(RationalFunction::zero());
        }
        let (_, _, primitive) = self.split(value.numerator())?;
        if primitive.len() < 2 {
            return Err(NormalError::Unsupported { what: "== between such expressions" });
        }
        Ok(Polynomial::generator(self.atoms.intern(Atom::Vanishes(primitive))).into())
    }

    /// `1 - condition`
    pub(super) fn negation(
        &mut self,
        condition: &RationalFunction,
    ) -> Result<RationalFunction, NormalError> {
        self.minus(&RationalFunction::one(), condition)
    }

    /// `a` or `b` or both: `a + b - a·b`.
    pub(super) fn either(
        &mut self,
        a: &RationalFunction,
        b: &RationalFunction,
    ) -> Result<RationalFunction, NormalError> {
        let both = self.times(a, b)?;
        let one = Rational::one();
        self.sum(&[(a, one.clone()), (b, one.clone()), (&both, -one)])
    }

    /// `if condition then yes else no`
    pub(super) fn choice(
        &mut self,
        condition: &RationalFunction,
        yes: &RationalFunction,
        no: &RationalFunction,
    ) -> Result<RationalFunction, NormalError> {
        let step = self.minus(yes, no)?;
        let step = self.times(&step, condition)?;
        self.plus(no, &step)
    }

    /// `max` (or, with `least`, `min`) of two: half of `a + b ± |a - b|`.
    pub(super) fn extreme(
        &mut self,
        least: bool,
        a: &RationalFunction,
        b: &RationalFunction,
    ) -> Result<RationalFunction, NormalError> {
        let difference = self.minus(a, b)?;
        let factored = self.factor_value(&difference)?;
        let distance = self.absolute(&factored)?;
        let weight = if least { -half() } else { half() };
        self.sum(&[(a, half()), (b, half()), (&distance, weight)])
    }

    /// `floor`, with whole numbers taken out.
    pub(super) fn floor(
        &mut self,
        argument: &RationalFunction,
    ) -> Result<RationalFunction, NormalError> {
        if let Some(number) = argument.as_constant() {
            return Ok(RationalFunction::constant(number.floor()));
        }
        let number = argument.as_polynomial().and_then(|polynomial| {
            polynomial
                .terms()
                .find(|(monomial, _)| monomial.is_one())
                .map(|(_, value)| value.floor())
        });
        let number = number.unwrap_or_else(Rational::zero);
        let rest = self.minus(argument, &RationalFunction::constant(number.clone()))?;
        let floor =
            Polynomial::generator(self.atoms.intern(Atom::Call(Function::Floor, vec![rest])));
        self.plus(&floor.into(), &RationalFunction::constant(number))
    }

    /// `mod(a, b) = a - b·floor(a/b)`
    pub(super) fn modulo(
        &mut self,
        a: &RationalFunction,
        b: &RationalFunction,
    ) -> Result<RationalFunction, NormalError> {
        let inverse = self.invert(b)?;
        let quotient = self.times(a, &inverse)?;
        let floor = self.floor(&quotient)?;
        let whole = self.times(b, &floor)?;
        self.minus(a, &whole)
    }
}
