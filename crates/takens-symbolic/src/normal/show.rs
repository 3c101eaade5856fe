//! Normal forms as text, in the syntax of the language.

use super::{Atom, Normalizer, SideCondition};
use crate::polynomial::Exponent;
use crate::{Generator, Monomial, Polynomial, Rational, RationalFunction, Symbol};
use num_traits::{One, Signed, ToPrimitive, Zero};
use std::cell::Cell;

/// Names for the symbols.
type Names<'a> = &'a dyn Fn(Symbol) -> String;

/// Terms printed of one polynomial; the number of the others is said.
const MOST_TERMS: usize = 200;
/// Operands printed of one form.
const MOST_OPERANDS: usize = 5_000;

impl Normalizer {
    /// A normal form as text; the language reads it back, unless the form is very large or complex.
    #[must_use]
    pub fn show(&self, value: &RationalFunction, names: &dyn Fn(Symbol) -> String) -> String {
        Printer { normalizer: self, names, left: Cell::new(MOST_OPERANDS) }.rational_text(value)
    }

    /// A side condition as text.
    #[must_use]
    pub fn show_condition(
        &self,
        condition: &SideCondition,
        names: &dyn Fn(Symbol) -> String,
    ) -> String {
        let printer = Printer { normalizer: self, names, left: Cell::new(MOST_OPERANDS) };
        match condition {
            SideCondition::NonZero(p) => format!("{} != 0", printer.polynomial_text(p)),
            SideCondition::Positive(p) => format!("{} > 0", printer.polynomial_text(p)),
        }
    }
}

struct Printer<'a> {
    normalizer: &'a Normalizer,
    names: Names<'a>,
    /// Functions of functions of sums may be exponentially long.
    left: Cell<usize>,
}

impl Printer<'_> {
    fn rational_text(&self, value: &RationalFunction) -> String {
        let above = self.polynomial_text(value.numerator());
        if value.denominator().len() == 0 {
            return above;
        }
        let below = value.denominator().map(|(factor, exponent)| {
            let text = format!("({})", self.polynomial_text(factor));
            if exponent == 1 { text } else { format!("{text}^{exponent}") }
        });
        let below = below.collect::<Vec<_>>().join("*");
        let below = if value.denominator().len() > 1 { format!("({below})") } else { below };
        let above = if value.numerator().len() > 1 { format!("({above})") } else { above };
        format!("{above}/{below}")
    }

    fn polynomial_text(&self, polynomial: &Polynomial) -> String {
        if polynomial.is_empty() {
            return "0".into();
        }
        let mut terms: Vec<(&Monomial, &Rational)> = polynomial.terms().rev().collect();
        // Low degrees first, as a reader expects a series.
        terms.sort_by_cached_key(|(monomial, _)| {
            monomial.factors().iter().fold(Exponent::zero(), |sum, factor| {
                crate::polynomial::add_exponents(sum, factor.1.max(-factor.1)).unwrap_or(sum)
            })
        });
        let mut text = String::new();
        for (place, (monomial, coefficient)) in terms.iter().take(MOST_TERMS).enumerate() {
            let sign = match (place, coefficient.is_negative()) {
                (0, false) => "",
                (0, true) => "-",
                (_, false) => " + ",
                (_, true) => " - ",
            };
            text += sign;
            text += &self.term_text(monomial, &coefficient.abs());
        }
        if terms.len() > MOST_TERMS {
            text += &format!(" + (and {} more terms)", terms.len() - MOST_TERMS);
        }
        text
    }

    fn term_text(&self, monomial: &Monomial, coefficient: &Rational) -> String {
        let (mut above, mut below) = (Vec::new(), Vec::new());
        if !coefficient.is_one() || monomial.is_one() {
            above.push(number_text(coefficient));
        }
        for &(generator, exponent) in monomial.factors() {
            // exp(u)^q reads better as exp(q*u).
            if let Atom::Exp(argument) = self.normalizer.atom(generator) {
                let inner = self.rational_text(argument);
                let plain = argument.numerator().len() == 1;
                let inner = if exponent.is_one() {
                    inner
                } else if plain && argument.as_constant().is_some_and(|value| value.is_one()) {
                    exponent_text(exponent)
                } else if exponent == -Exponent::one() {
                    format!("-{inner}")
                } else {
                    format!("{}*{inner}", exponent_text(exponent))
                };
                above.push(format!("exp({inner})"));
                continue;
            }
            let base = self.generator_text(generator);
            let absolute = exponent.max(-exponent);
            let power = if absolute.is_one() {
                base
            } else if absolute == Exponent::new(1, 2) {
                format!(
                    "sqrt({})",
                    base.strip_prefix('(').and_then(|b| b.strip_suffix(')')).unwrap_or(&base)
                )
            } else if absolute.is_integer() {
                format!("{base}^{absolute}")
            } else {
                format!("{base}^({absolute})")
            };
            if exponent.is_negative() { below.push(power) } else { above.push(power) }
        }
        if above.is_empty() {
            above.push("1".into());
        }
        let above = above.join("*");
        match below.len() {
            0 => above,
            1 => format!("{above}/{}", below[0]),
            _ => format!("{above}/({})", below.join("*")),
        }
    }

    fn generator_text(&self, generator: Generator) -> String {
        let Some(left) = self.left.get().checked_sub(1) else { return "(…)".into() };
        self.left.set(left);
        let polynomial = |p: &Polynomial| self.polynomial_text(p);
        let rational = |r: &RationalFunction| self.rational_text(r);
        match self.normalizer.atom(generator) {
            Atom::Imaginary => "i".into(),
            Atom::Unity => "exp(i*pi)".into(),
            Atom::Pi => "pi".into(),
            Atom::Prime(prime) => prime.to_string(),
            Atom::State(i) => (self.names)(Symbol::State(*i)),
            Atom::Parameter(i) => (self.names)(Symbol::Parameter(*i)),
            Atom::Time => (self.names)(Symbol::Time),
            Atom::Delayed(i) => (self.names)(Symbol::Delayed(*i)),
            Atom::Mode(i) => (self.names)(Symbol::Mode(*i)),
            Atom::Unknown(i) => format!("unknown{i}"),
            Atom::Exp(argument) => format!("exp({})", rational(argument)),
            Atom::Log(argument) => format!("log({})", polynomial(argument)),
            Atom::Base(base) => format!("({})", polynomial(base)),
            Atom::Absolute(argument) => format!("abs({})", polynomial(argument)),
            Atom::Vanishes(argument) => format!("(if {} == 0 then 1 else 0)", polynomial(argument)),
            Atom::Call(function, arguments) => {
                let arguments: Vec<String> = arguments.iter().map(rational).collect();
                format!("{}({})", function.name(), arguments.join(", "))
            }
            Atom::Root { equation, start } => {
                format!("root({}, {})", rational(equation), rational(start))
            }
        }
    }
}

fn exponent_text(exponent: Exponent) -> String {
    if exponent.is_integer() { exponent.to_string() } else { format!("({exponent})") }
}

/// An exact number: a decimal where it is one and short, else a fraction.
fn number_text(value: &Rational) -> String {
    let exact = value.to_f64().filter(|number| number.is_finite()).map(|number| number.to_string());
    let same = |text: &String| decimal(text).is_some_and(|read| read == *value);
    match exact.filter(|text| text.len() <= 12).filter(same) {
        Some(text) => text,
        None => format!("({value})"),
    }
}

/// The exact value of a plain decimal numeral.
fn decimal(text: &str) -> Option<Rational> {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    let digits = format!("{whole}{fraction}").parse().ok()?;
    let scale = num_bigint::BigInt::from(10).pow(u32::try_from(fraction.len()).ok()?);
    Some(Rational::new(digits, scale))
}
