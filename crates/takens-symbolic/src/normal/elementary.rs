//! Exponentials, waves and inverse functions.
//!
//! `exp` of a sum is a product of `exp`s of single terms, whose rational coefficients become
//! exponents. In [`Style::Exponential`] waves are exponentials too, `cos u = (e^{iu} + e^{-iu})/2`, so
//! that addition theorems, multiple and half angles are nothing but the arithmetic of exponents.

use super::{Atom, Normalizer, Style};
use crate::normal::budget::NormalError;
use crate::polynomial::Exponent;
use crate::{Function, Monomial, Polynomial, Rational, RationalFunction};
use num_traits::{One, Signed, ToPrimitive, Zero};

/// A number as an exponent, where it is small enough for one.
fn exponent(value: &Rational) -> Option<Exponent> {
    let small = |part: &num_bigint::BigInt| part.to_i64().filter(|part| part.abs() < 1 << 31);
    Some(Exponent::new(small(value.numer())?, small(value.denom())?))
}

impl Normalizer {
    fn of_atom(&mut self, atom: Atom) -> RationalFunction {
        Polynomial::generator(self.atoms.intern(atom)).into()
    }

    pub(super) fn imaginary(&mut self) -> RationalFunction {
        self.of_atom(Atom::Imaginary)
    }

    /// The polynomial of a number that a root of small numbers makes: `number · √radicand`.
    fn surd(&mut self, number: Rational, radicand: i64) -> Result<RationalFunction, NormalError> {
        let root =
            self.number_root(&Rational::from_integer(radicand.into()), Exponent::new(1, 2))?;
        self.scaled(&root, &number)
    }

    /// `exp` of a normal form.
    pub(super) fn exponential(
        &mut self,
        argument: &RationalFunction,
    ) -> Result<RationalFunction, NormalError> {
        let mut product = RationalFunction::one();
        let terms: Vec<(Monomial, Rational)> =
            argument.numerator.terms().map(|(m, c)| (m.clone(), c.clone())).collect();
        for (monomial, coefficient) in terms {
            let factor = self.exponential_of_term(argument, monomial, &coefficient)?;
            product = self.times(&product, &factor)?;
        }
        Ok(product)
    }

    fn exponential_of_term(
        &mut self,
        argument: &RationalFunction,
        monomial: Monomial,
        coefficient: &Rational,
    ) -> Result<RationalFunction, NormalError> {
        if let (true, Some(power)) = (argument.denominator.is_empty(), exponent(coefficient)) {
            let atoms: Vec<(Atom, Exponent)> =
                monomial.factors().iter().map(|&(g, e)| (self.atoms.atom(g).clone(), e)).collect();
            let one = Exponent::one();
            match atoms.as_slice() {
                // exp(q·log|u|) = |u|^q
                [(Atom::Log(inner), e)] if *e == one => {
                    if let Some(value) = inner.as_constant() {
                        return self.number_root(&value, power);
                    }
                    return self.raise_absolute(inner, power);
                }
                [(Atom::Imaginary, _), (Atom::Pi, e)] | [(Atom::Pi, e), (Atom::Imaginary, _)]
                    if *e == one =>
                {
                    return self.root_of_unity(power);
                }
                _ => {}
            }
        }
        let whole = RationalFunction {
            numerator: Polynomial::term(monomial, Rational::one()),
            denominator: argument.denominator.clone(),
        };
        match exponent(coefficient) {
            Some(power) => {
                let generator = self.atoms.intern(Atom::Exp(whole));
                Ok(Polynomial::term(Monomial::power(generator, power), Rational::one()).into())
            }
            // Too many digits for an exponent: they stay inside.
            None => {
                let inner = self.scaled(&whole, &coefficient.abs())?;
                let generator = self.atoms.intern(Atom::Exp(inner));
                let power =
                    if coefficient.is_negative() { -Exponent::one() } else { Exponent::one() };
                Ok(Polynomial::term(Monomial::power(generator, power), Rational::one()).into())
            }
        }
    }

    /// `exp(i·pi·q)`: by square roots for multiples of a twelfth, else a generator.
    fn root_of_unity(&mut self, q: Exponent) -> Result<RationalFunction, NormalError> {
        let twelfths = q * 12;
        if twelfths.is_integer() {
            let k = twelfths.to_integer();
            let cosine = self.cosine_of_twelfths(k)?;
            let sine = self.cosine_of_twelfths(k - 6)?;
            let i = self.imaginary();
            let imaginary = self.times(&i, &sine)?;
            return self.plus(&cosine, &imaginary);
        }
        let generator = self.atoms.intern(Atom::Unity);
        let power = Polynomial::term(Monomial::power(generator, q), Rational::one());
        Ok(self.multiply(&power, &Polynomial::constant(Rational::one()))?.into())
    }

    /// `cos(k·pi/12)`
    fn cosine_of_twelfths(&mut self, k: i64) -> Result<RationalFunction, NormalError> {
        let k = k.rem_euclid(24);
        let k = k.min(24 - k);
        let (k, sign) = if k > 6 { (12 - k, -1) } else { (k, 1) };
        let number = |n: i64, d: i64| Rational::new((sign * n).into(), d.into());
        match k {
            0 => Ok(RationalFunction::constant(number(1, 1))),
            2 => self.surd(number(1, 2), 3),
            3 => self.surd(number(1, 2), 2),
            4 => Ok(RationalFunction::constant(number(1, 2))),
            6 => Ok(RationalFunction::zero()),
            // cos(pi/12), cos(5pi/12) = (sqrt 6 ± sqrt 2) / 4
            _ => {
                let (a, b) = (self.surd(number(1, 4), 6)?, self.surd(number(1, 4), 2)?);
                if k == 1 { self.plus(&a, &b) } else { self.minus(&a, &b) }
            }
        }
    }

    /// `sin` or `cos` of a normal form.
    pub(super) fn wave(
        &mut self,
        function: Function,
        argument: &RationalFunction,
    ) -> Result<RationalFunction, NormalError> {
        let half = Rational::new(1.into(), 2.into());
        if self.style == Style::Readable && !self.is_multiple_of_pi(argument) {
            return self.odd_or_even(function, argument);
        }
        let i = self.imaginary();
        let forward = self.times(&i, argument)?;
        let backward = self.scaled(&forward, &-Rational::one())?;
        let (forward, backward) = (self.exponential(&forward)?, self.exponential(&backward)?);
        if function == Function::Cos {
            return self.sum(&[(&forward, half.clone()), (&backward, half)]);
        }
        let difference = self.sum(&[(&forward, -half.clone()), (&backward, half)])?;
        self.times(&i, &difference)
    }

    /// Whether this is a number of twelfths of pi, zero included.
    fn is_multiple_of_pi(&mut self, argument: &RationalFunction) -> bool {
        if argument.is_zero() {
            return true;
        }
        let pi = Monomial::power(self.atoms.intern(Atom::Pi), Exponent::one());
        let term = argument.as_polynomial().and_then(Polynomial::as_term);
        let twelve = Rational::from_integer(12.into());
        term.is_some_and(|(monomial, value)| *monomial == pi && (value * twelve).is_integer())
    }

    /// A function that is odd or even, with the sign of its argument taken out.
    pub(super) fn odd_or_even(
        &mut self,
        function: Function,
        argument: &RationalFunction,
    ) -> Result<RationalFunction, NormalError> {
        if argument.is_zero() {
            let even = matches!(function, Function::Cos | Function::Cosh);
            return Ok(if even { RationalFunction::one() } else { RationalFunction::zero() });
        }
        let negative = argument.numerator.leading().is_some_and(|(_, value)| value.is_negative());
        if !negative {
            return Ok(self.of_atom(Atom::Call(function, vec![argument.clone()])));
        }
        let flipped = self.scaled(argument, &-Rational::one())?;
        let value = self.of_atom(Atom::Call(function, vec![flipped]));
        let even = matches!(function, Function::Cos | Function::Cosh);
        if even { Ok(value) } else { self.scaled(&value, &-Rational::one()) }
    }

    /// `sinh`, `cosh` or `tanh`: by exponentials, but for [`Style::Readable`].
    pub(super) fn hyperbolic(
        &mut self,
        function: Function,
        argument: &RationalFunction,
    ) -> Result<RationalFunction, NormalError> {
        if self.style == Style::Readable {
            return self.odd_or_even(function, argument);
        }
        let half = Rational::new(1.into(), 2.into());
        let up = self.exponential(argument)?;
        if function == Function::Tanh {
            let square = self.times(&up, &up)?;
            let one = RationalFunction::one();
            let (above, below) = (self.minus(&square, &one)?, self.plus(&square, &one)?);
            let below = self.invert(&below)?;
            return self.times(&above, &below);
        }
        let down = self.scaled(argument, &-Rational::one())?;
        let down = self.exponential(&down)?;
        let sign = if function == Function::Sinh { -half.clone() } else { half.clone() };
        self.sum(&[(&up, half), (&down, sign)])
    }

    /// `acos u = pi/2 - asin u`
    pub(super) fn arc_cosine(
        &mut self,
        argument: &RationalFunction,
    ) -> Result<RationalFunction, NormalError> {
        let pi = self.of_atom(Atom::Pi);
        let sine = self.odd_or_even(Function::Asin, argument)?;
        self.sum(&[(&pi, Rational::new(1.into(), 2.into())), (&sine, -Rational::one())])
    }

    /// `a^b` for an exponent that is no number: `exp(b · log a)`, for positive `a`.
    pub(super) fn general_power(
        &mut self,
        base: &super::factor::Factored,
        exponent: &RationalFunction,
    ) -> Result<RationalFunction, NormalError> {
        if base.constant.is_zero() {
            return Err(NormalError::Unsupported { what: "zero to a power that is not a number" });
        }
        let log = self.logarithm(base)?;
        let product = self.times(exponent, &log)?;
        self.exponential(&product)
    }

    /// A normal form to a whole power.
    pub(super) fn whole_power(
        &mut self,
        base: &RationalFunction,
        n: i64,
    ) -> Result<RationalFunction, NormalError> {
        if n < 0 {
            let inverse = self.invert(base)?;
            let n = n.checked_neg().ok_or(NormalError::Budget { what: "digits in an exponent" })?;
            return self.whole_power(&inverse, n);
        }
        if n == 0 {
            return Ok(RationalFunction::one());
        }
        let numerator = self.polynomial_power(&base.numerator, n)?;
        let mut denominator = base.denominator.clone();
        for exponent in denominator.values_mut() {
            let raised = i64::from(*exponent).checked_mul(n).and_then(|e| u32::try_from(e).ok());
            *exponent =
                raised.filter(|e| *e < 10_000).ok_or(NormalError::Budget { what: "factors" })?;
        }
        Ok(RationalFunction { numerator, denominator })
    }

    /// A normal form to the power of a number.
    pub(super) fn rational_power(
        &mut self,
        base: super::factor::Factored,
        q: &Rational,
    ) -> Result<RationalFunction, NormalError> {
        match exponent(q) {
            Some(q) => self.power_of_product(&base, q),
            None if !base.constant.is_zero() => {
                self.general_power(&base, &RationalFunction::constant(q.clone()))
            }
            None if q.is_zero() => Ok(RationalFunction::one()),
            None => Err(NormalError::Budget { what: "digits in an exponent" }),
        }
    }
}
