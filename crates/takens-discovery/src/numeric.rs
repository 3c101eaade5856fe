//! Normal forms in floating point: values of terms, and sizes.

use crate::enclose::Point;
use num_traits::ToPrimitive;
use std::collections::HashMap;
use takens_core::math;
use takens_symbolic::{
    Atom, Exponent, Function, Generator, Monomial, Normalizer, Polynomial, RationalFunction, to_f64,
};

/// Values and sizes of readable normal forms.
pub(crate) struct FormValue<'a> {
    normalizer: &'a Normalizer,
    /// Values of generators at one point, the latest.
    values: HashMap<Generator, f64>,
    point: Option<Point>,
    sizes: HashMap<Generator, usize>,
}

impl<'a> FormValue<'a> {
    pub(crate) fn new(normalizer: &'a Normalizer) -> Self {
        Self { normalizer, values: HashMap::new(), point: None, sizes: HashMap::new() }
    }

    /// The value of a monomial at a point; NaN where it has none.
    pub(crate) fn monomial(&mut self, monomial: &Monomial, point: &Point) -> f64 {
        if self.point.as_ref() != Some(point) {
            self.values.clear();
            self.point = Some(point.clone());
        }
        self.product(monomial)
    }

    fn product(&mut self, monomial: &Monomial) -> f64 {
        monomial
            .factors()
            .iter()
            .map(|&(generator, exponent)| power(self.generator(generator), exponent))
            .product()
    }

    fn polynomial(&mut self, polynomial: &Polynomial) -> f64 {
        polynomial
            .terms()
            .map(|(monomial, coefficient)| to_f64(coefficient) * self.product(monomial))
            .sum()
    }

    fn rational(&mut self, form: &RationalFunction) -> f64 {
        let mut value = self.polynomial(form.numerator());
        for (factor, exponent) in form.denominator() {
            value /= self.polynomial(factor).powi(exponent.to_i32().unwrap_or(i32::MAX));
        }
        value
    }

    fn generator(&mut self, generator: Generator) -> f64 {
        if let Some(&value) = self.values.get(&generator) {
            return value;
        }
        let normalizer = self.normalizer;
        let state = |point: &Option<Point>, i: u32| {
            point.as_ref().map_or(f64::NAN, |p| p.state[i as usize])
        };
        let value = match normalizer.atom(generator) {
            Atom::Pi => std::f64::consts::PI,
            Atom::Prime(prime) => prime.to_f64().unwrap_or(f64::NAN),
            Atom::State(i) => state(&self.point, *i),
            Atom::Time => self.point.as_ref().map_or(f64::NAN, |point| point.time),
            Atom::Exp(argument) => math::exp(self.rational(argument)),
            Atom::Log(argument) => math::log(self.polynomial(argument).abs()),
            Atom::Base(base) => self.polynomial(base),
            Atom::Absolute(argument) => self.polynomial(argument).abs(),
            Atom::Vanishes(argument) => f64::from(self.polynomial(argument) == 0.0),
            Atom::Call(function, arguments) => {
                let x: Vec<f64> =
                    arguments.iter().map(|argument| self.rational(argument)).collect();
                call(*function, &x)
            }
            _ => f64::NAN,
        };
        self.values.insert(generator, value);
        value
    }

    /// The number of nodes of a normal form written as a tree: operands and operators.
    pub(crate) fn complexity(&mut self, form: &RationalFunction) -> usize {
        let below: Vec<usize> = form
            .denominator()
            .map(|(factor, exponent)| self.size(factor) + if exponent > 1 { 2 } else { 0 })
            .collect();
        let above = self.size(form.numerator());
        // Each factor below costs the operator that joins it.
        below.iter().fold(above, |sum, size| sum.saturating_add(size + 1))
    }

    fn size(&mut self, polynomial: &Polynomial) -> usize {
        if polynomial.is_empty() {
            return 1;
        }
        // One operator between neighbouring terms.
        let mut total = polynomial.len() - 1;
        for (monomial, coefficient) in polynomial.terms() {
            let mut operands = Vec::new();
            let unit = num_traits::Signed::abs(coefficient) == num_traits::One::one();
            if !unit || monomial.is_one() {
                operands.push(1);
            }
            for &(generator, exponent) in monomial.factors() {
                let plain = exponent == Exponent::from_integer(1);
                operands.push(self.generator_size(generator) + if plain { 0 } else { 2 });
            }
            let joined = operands.iter().fold(0usize, |sum, size| sum.saturating_add(*size))
                + operands.len()
                - 1;
            total = total.saturating_add(joined);
        }
        total
    }

    fn generator_size(&mut self, generator: Generator) -> usize {
        if let Some(&size) = self.sizes.get(&generator) {
            return size;
        }
        let normalizer = self.normalizer;
        let size = match normalizer.atom(generator) {
            Atom::Exp(argument) => 1 + self.complexity(argument),
            Atom::Log(p) | Atom::Absolute(p) | Atom::Vanishes(p) => 1 + self.size(p),
            Atom::Base(p) => self.size(p),
            Atom::Call(_, arguments) => {
                1 + arguments.iter().map(|argument| self.complexity(argument)).sum::<usize>()
            }
            Atom::Root { equation, start } => {
                1 + self.complexity(equation) + self.complexity(start)
            }
            _ => 1,
        };
        self.sizes.insert(generator, size);
        size
    }
}

fn power(base: f64, exponent: Exponent) -> f64 {
    match exponent.to_integer().to_i32() {
        Some(whole) if exponent.is_integer() => math::powi(base, whole),
        _ => math::pow(base, exponent.to_f64().unwrap_or(f64::NAN)),
    }
}

/// The functions that a readable normal form leaves as they are.
pub(crate) fn call(function: Function, x: &[f64]) -> f64 {
    match (function, x) {
        (Function::Sin, [x]) => math::sin(*x),
        (Function::Cos, [x]) => math::cos(*x),
        (Function::Asin, [x]) => math::asin(*x),
        (Function::Atan, [x]) => math::atan(*x),
        (Function::Sinh, [x]) => math::sinh(*x),
        (Function::Cosh, [x]) => math::cosh(*x),
        (Function::Tanh, [x]) => math::tanh(*x),
        (Function::Floor, [x]) => x.floor(),
        (Function::Sign, [x]) => math::sign(*x),
        (Function::Atan2, [y, x]) => math::atan2(*y, *x),
        _ => f64::NAN,
    }
}
