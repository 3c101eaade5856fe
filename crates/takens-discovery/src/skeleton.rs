//! Skeletons: what is left of a normal form when its coefficients are taken away.
//!
//! Two forms have the same skeleton if they differ in numbers alone, wherever these stand: before a
//! term, in the argument of a function, in a denominator. Constants like pi, √3 or `exp(1)` are numbers
//! here. Exponents are not, but for those of `exp`, which are coefficients of its argument. A common
//! factor of numerator and denominator means nothing and is chosen to make the difference least.

use crate::numeric::call;
use num_traits::ToPrimitive;
use std::collections::{BTreeMap, HashMap};
use takens_symbolic::{
    Atom, Exponent, Generator, Monomial, Normalizer, Polynomial, RationalFunction, to_f64,
};

/// A complex number: in exponential normal forms coefficients may be imaginary.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Complex {
    pub(crate) re: f64,
    pub(crate) im: f64,
}

impl Complex {
    fn real(re: f64) -> Self {
        Self { re, im: 0.0 }
    }

    fn plus(self, other: Self) -> Self {
        Self { re: self.re + other.re, im: self.im + other.im }
    }

    fn times(self, other: Self) -> Self {
        let (a, b) = (self, other);
        Self { re: a.re * b.re - a.im * b.im, im: a.re * b.im + a.im * b.re }
    }

    pub(crate) fn size(self) -> f64 {
        self.re.hypot(self.im)
    }

    fn over(self, other: Self) -> Self {
        let size = other.re * other.re + other.im * other.im;
        self.times(Self { re: other.re / size, im: -other.im / size })
    }

    fn polar(size: f64, angle: f64) -> Self {
        Self { re: size * angle.cos(), im: size * angle.sin() }
    }

    /// The principal power.
    fn raised(self, exponent: Exponent) -> Self {
        let e = exponent.to_f64().unwrap_or(f64::NAN);
        if self.im == 0.0 && (exponent.is_integer() || self.re > 0.0) {
            return Self::real(self.re.powf(e));
        }
        Self::polar(self.size().powf(e), e * self.im.atan2(self.re))
    }
}

/// A rational function without its numbers.
#[derive(Debug, Clone)]
pub(crate) struct Skeleton {
    key: String,
    above: Sum,
    below: Vec<(Sum, u32)>,
}

#[derive(Debug, Clone)]
struct Sum {
    key: String,
    terms: Vec<Term>,
}

#[derive(Debug, Clone)]
struct Term {
    key: String,
    coefficient: Complex,
    factors: Vec<Factor>,
}

#[derive(Debug, Clone)]
struct Factor {
    key: String,
    /// The exponent of an `exp`, a coefficient.
    exponent: Option<f64>,
    inside: Vec<Skeleton>,
}

/// Parts beyond this many are not compared.
const MOST_PARTS: usize = 50_000;
/// Terms that differ in numbers only: beyond this many they are not told apart.
const MOST_ALIKE: usize = 256;

/// The skeleton of a normal form; `None` if it is too large.
pub(crate) fn skeleton(normalizer: &Normalizer, value: &RationalFunction) -> Option<Skeleton> {
    Writer { normalizer, constants: Constants::new(normalizer), left: MOST_PARTS }.rational(value)
}

/// Values of generators that are numbers.
pub(crate) struct Constants<'a> {
    normalizer: &'a Normalizer,
    known: HashMap<Generator, Option<Complex>>,
}

impl<'a> Constants<'a> {
    pub(crate) fn new(normalizer: &'a Normalizer) -> Self {
        Self { normalizer, known: HashMap::new() }
    }

    /// A polynomial as terms with numeric coefficients: constants folded into them.
    pub(crate) fn numeric_terms(&mut self, polynomial: &Polynomial) -> BTreeMap<Monomial, Complex> {
        let mut terms: BTreeMap<Monomial, Complex> = BTreeMap::new();
        for (monomial, coefficient) in polynomial.terms() {
            let mut number = Complex::real(to_f64(coefficient));
            let mut rest = Vec::new();
            for &(generator, exponent) in monomial.factors() {
                match self.constant(generator) {
                    Some(value) => number = number.times(value.raised(exponent)),
                    None => rest.push((generator, exponent)),
                }
            }
            let sum = terms.entry(Monomial::of(rest)).or_insert(Complex::real(0.0));
            *sum = sum.plus(number);
        }
        terms.retain(|_, value| value.size() > 0.0);
        terms
    }

    /// The value of a generator that is a number.
    fn constant(&mut self, generator: Generator) -> Option<Complex> {
        if !self.normalizer.is_constant(generator) {
            return None;
        }
        if let Some(&value) = self.known.get(&generator) {
            return value;
        }
        let value =
            self.compute(generator).filter(|value| value.re.is_finite() && value.im.is_finite());
        self.known.insert(generator, value);
        value
    }

    fn compute(&mut self, generator: Generator) -> Option<Complex> {
        Some(match self.normalizer.atom(generator) {
            Atom::Imaginary => Complex { re: 0.0, im: 1.0 },
            Atom::Unity => Complex::real(-1.0),
            Atom::Pi => Complex::real(std::f64::consts::PI),
            Atom::Prime(prime) => Complex::real(prime.to_f64()?),
            Atom::Exp(argument) => {
                let argument = self.quotient(argument)?;
                Complex::polar(argument.re.exp(), argument.im)
            }
            Atom::Log(argument) => Complex::real(self.sum(argument)?.size().ln()),
            Atom::Base(base) => self.sum(base)?,
            Atom::Absolute(argument) => Complex::real(self.sum(argument)?.size()),
            Atom::Call(function, arguments) => {
                let arguments: Option<Vec<f64>> =
                    arguments.iter().map(|argument| Some(self.quotient(argument)?.re)).collect();
                Complex::real(call(*function, &arguments?))
            }
            _ => return None,
        })
    }

    fn sum(&mut self, polynomial: &Polynomial) -> Option<Complex> {
        let mut sum = Complex::real(0.0);
        for (monomial, coefficient) in polynomial.terms() {
            let mut term = Complex::real(to_f64(coefficient));
            for &(generator, exponent) in monomial.factors() {
                term = term.times(self.constant(generator)?.raised(exponent));
            }
            sum = sum.plus(term);
        }
        Some(sum)
    }

    fn quotient(&mut self, value: &RationalFunction) -> Option<Complex> {
        let mut quotient = self.sum(value.numerator())?;
        for (factor, exponent) in value.denominator() {
            let factor = self.sum(factor)?;
            quotient = quotient.over(factor.raised(Exponent::from_integer(exponent.into())));
        }
        Some(quotient)
    }
}

struct Writer<'a> {
    normalizer: &'a Normalizer,
    constants: Constants<'a>,
    left: usize,
}

impl Writer<'_> {
    fn rational(&mut self, value: &RationalFunction) -> Option<Skeleton> {
        let above = self.sum(value.numerator())?;
        let mut below = Vec::new();
        for (factor, exponent) in value.denominator() {
            below.push((self.sum(factor)?, exponent));
        }
        below.sort_by(|a, b| (&a.0.key, a.1).cmp(&(&b.0.key, b.1)));
        let keys: Vec<String> =
            below.iter().map(|(sum, exponent)| format!("({})^{exponent}", sum.key)).collect();
        Some(Skeleton { key: format!("{}/{}", above.key, keys.join("*")), above, below })
    }

    fn sum(&mut self, polynomial: &Polynomial) -> Option<Sum> {
        let mut terms = Vec::new();
        for (monomial, coefficient) in self.constants.numeric_terms(polynomial) {
            self.left = self.left.checked_sub(1)?;
            let mut factors = Vec::new();
            for &(generator, exponent) in monomial.factors() {
                factors.push(self.factor(generator, exponent)?);
            }
            factors.sort_by(|a, b| a.key.cmp(&b.key));
            let key =
                factors.iter().map(|factor| factor.key.as_str()).collect::<Vec<_>>().join("*");
            terms.push(Term { key, coefficient, factors });
        }
        terms.sort_by(|a, b| a.key.cmp(&b.key));
        let key = terms.iter().map(|term| term.key.as_str()).collect::<Vec<_>>().join("+");
        self.left = self.left.checked_sub(key.len() / 64)?;
        Some(Sum { key, terms })
    }

    fn factor(&mut self, generator: Generator, exponent: Exponent) -> Option<Factor> {
        let plain = |name: String| Factor {
            key: format!("{name}^{exponent}"),
            exponent: None,
            inside: vec![],
        };
        let (name, inside) = match self.normalizer.atom(generator) {
            Atom::Exp(argument) => {
                let inside = self.rational(argument)?;
                let key = format!("exp({})", inside.key);
                return Some(Factor { key, exponent: exponent.to_f64(), inside: vec![inside] });
            }
            Atom::Log(p) => ("log", vec![self.rational(&p.clone().into())?]),
            Atom::Base(p) => ("base", vec![self.rational(&p.clone().into())?]),
            Atom::Absolute(p) => ("abs", vec![self.rational(&p.clone().into())?]),
            Atom::Vanishes(p) => ("vanishes", vec![self.rational(&p.clone().into())?]),
            Atom::Call(function, arguments) => {
                let inside: Option<Vec<Skeleton>> =
                    arguments.iter().map(|argument| self.rational(argument)).collect();
                (function.name(), inside?)
            }
            Atom::Root { equation, start } => {
                ("root", vec![self.rational(equation)?, self.rational(start)?])
            }
            _ => return Some(plain(format!("g{generator:?}"))),
        };
        let keys = inside.iter().map(|part| part.key.as_str()).collect::<Vec<_>>().join(",");
        Some(Factor { key: format!("{name}({keys})^{exponent}"), exponent: None, inside })
    }
}

/// The largest relative difference of corresponding coefficients; `None` if the skeletons differ.
pub(crate) fn difference(truth: &Skeleton, candidate: &Skeleton) -> Option<f64> {
    if truth.key != candidate.key {
        return None;
    }
    let above = Matching::of(&truth.above, &candidate.above);
    let below: Vec<(Matching, u32)> = truth
        .below
        .iter()
        .zip(&candidate.below)
        .map(|(a, b)| (Matching::of(&a.0, &b.0), a.1))
        .collect();
    // As written; each factor of the denominator scaled to fit; numerator and denominator together.
    let mut scalings =
        vec![vec![1.0; below.len()], below.iter().map(|(m, _)| m.best_scale()).collect()];
    if let [(matching, 1)] = below.as_slice() {
        let both =
            Matching { ratios: [&above.ratios[..], &matching.ratios[..]].concat(), inside: 0.0 };
        scalings.push(vec![both.best_scale()]);
    }
    let total = |scales: &Vec<f64>| {
        let whole: f64 =
            scales.iter().zip(&below).map(|(scale, (_, e))| scale.powi(*e as i32)).product();
        let parts =
            scales.iter().zip(&below).map(|(&scale, (matching, _))| matching.difference(scale));
        parts.fold(above.difference(whole), f64::max)
    };
    scalings.iter().map(total).min_by(f64::total_cmp)
}

/// Which coefficients of two sums belong together.
struct Matching {
    /// True coefficient over candidate's.
    ratios: Vec<Complex>,
    /// The largest difference inside functions.
    inside: f64,
}

impl Matching {
    /// Terms of equal keys are paired greedily, the closest first for each true term.
    fn of(truth: &Sum, candidate: &Sum) -> Self {
        let mut matching = Self { ratios: Vec::new(), inside: 0.0 };
        let mut free = vec![true; candidate.terms.len()];
        for term in &truth.terms {
            let start = candidate.terms.partition_point(|other| other.key < term.key);
            let same = candidate.terms[start..]
                .iter()
                .take_while(|other| other.key == term.key)
                .take(MOST_ALIKE);
            let nearest = same
                .enumerate()
                .filter(|(place, _)| free[start + place])
                .map(|(place, other)| {
                    let ratio = term.coefficient.over(other.coefficient);
                    let inside = factors_difference(&term.factors, &other.factors);
                    (start + place, ratio, inside, inside.max(distance(ratio, 1.0)))
                })
                .min_by(|a, b| a.3.total_cmp(&b.3));
            if let Some((place, ratio, inside, _)) = nearest {
                free[place] = false;
                matching.ratios.push(ratio);
                matching.inside = matching.inside.max(inside);
            }
        }
        matching
    }

    fn difference(&self, scale: f64) -> f64 {
        self.ratios.iter().map(|&ratio| distance(ratio, scale)).fold(self.inside, f64::max)
    }

    /// The scale for the candidate that makes the largest relative difference about least.
    fn best_scale(&self) -> f64 {
        let sizes = || self.ratios.iter().map(|ratio| ratio.size());
        let (low, high) = (sizes().fold(f64::INFINITY, f64::min), sizes().fold(0.0, f64::max));
        let scale = (low * high).sqrt();
        if scale > 0.0 && scale.is_finite() { scale } else { 1.0 }
    }
}

/// `|scale · c - t| / |t|` for `ratio = t / c`.
fn distance(ratio: Complex, scale: f64) -> f64 {
    let off = Complex::real(scale).over(ratio).plus(Complex::real(-1.0));
    if off.size().is_nan() { f64::INFINITY } else { off.size() }
}

fn factors_difference(truth: &[Factor], candidate: &[Factor]) -> f64 {
    let mut worst: f64 = 0.0;
    for (a, b) in truth.iter().zip(candidate) {
        if let (Some(x), Some(y)) = (a.exponent, b.exponent) {
            worst = worst.max(distance(Complex::real(x / y), 1.0));
        }
        for (inner, other) in a.inside.iter().zip(&b.inside) {
            worst = worst.max(difference(inner, other).unwrap_or(f64::INFINITY));
        }
    }
    worst
}
