//! Expressions put in order for people: derived equations without `0 +`, `1*` and `-(-a)`.
//!
//! Start at [`Tidy::tidy`]. It keeps the order of terms and factors, gathers numbers and signs, and
//! joins equal terms and powers. It is no normal form: nothing is multiplied out, and nothing is
//! cancelled between numerator and denominator, so that no pole disappears.

use crate::{ExprId, Graph, Node, Rational};
use num_traits::{One, Signed, ToPrimitive, Zero};
use std::collections::{BTreeSet, HashMap};

/// Powers beyond this stay as they are written.
const MOST_POWER: i64 = 64;

/// Tidies expressions of one graph, each once.
#[derive(Debug, Clone, Default)]
pub struct Tidy {
    done: HashMap<ExprId, Term>,
    /// The terms of sums that were made.
    sums: HashMap<ExprId, Vec<Term>>,
}

/// A number times powers, over powers.
#[derive(Debug, Clone, PartialEq)]
struct Term {
    coefficient: Rational,
    above: Powers,
    below: Powers,
}

type Powers = Vec<(ExprId, i64)>;

impl Term {
    fn number(coefficient: Rational) -> Self {
        Self { coefficient, above: vec![], below: vec![] }
    }

    fn base(id: ExprId) -> Self {
        Self { above: vec![(id, 1)], ..Self::number(Rational::one()) }
    }

    /// What tells whether two terms differ by a number only.
    fn key(&self) -> (Powers, Powers) {
        let sorted = |powers: &Powers| {
            let mut powers = powers.clone();
            powers.sort_unstable();
            powers
        };
        (sorted(&self.above), sorted(&self.below))
    }
}

impl Tidy {
    /// The same value wherever `id` has one, tidied.
    pub fn tidy(&mut self, graph: &mut Graph, id: ExprId) -> ExprId {
        let mut wanted = BTreeSet::new();
        let mut open = vec![id];
        while let Some(id) = open.pop() {
            if !self.done.contains_key(&id) && wanted.insert(id) {
                open.extend(graph.node(id).children());
            }
        }
        // Parts are older than the whole.
        for part in wanted {
            let term = self.term(graph, part);
            self.done.insert(part, term);
        }
        self.built(graph, id)
    }

    fn built(&self, graph: &mut Graph, id: ExprId) -> ExprId {
        build(graph, &self.done[&id])
    }

    fn term(&mut self, graph: &mut Graph, id: ExprId) -> Term {
        match graph.node(id).clone() {
            Node::Number(value) => Term::number(value),
            Node::Neg(a) => {
                let mut term = self.done[&a].clone();
                term.coefficient = -term.coefficient;
                // The sign of a sum goes to its terms.
                let terms = self.terms(&term);
                self.gathered(graph, terms)
            }
            Node::Add(a, b) => self.sum(graph, a, b, false),
            Node::Sub(a, b) => self.sum(graph, a, b, true),
            Node::Mul(a, b) => times(&self.done[&a], &self.done[&b]),
            Node::Div(a, b) => match over(&self.done[&a], &self.done[&b]) {
                Some(term) => term,
                // A division by zero stays for all to see.
                None => Term::base(id),
            },
            Node::Pow(a, b) => self.power(graph, a, b),
            Node::Pi | Node::Symbol(_) => Term::base(id),
            node => {
                let mut part = |id: ExprId| self.built(graph, id);
                let node = match node {
                    Node::Call(function, arguments) => {
                        Node::Call(function, arguments.iter().map(|&one| part(one)).collect())
                    }
                    Node::Compare(compare, a, b) => Node::Compare(compare, part(a), part(b)),
                    Node::If { condition, yes, no } => {
                        // Conditions are no numbers and stay as they are.
                        Node::If { condition, yes: part(yes), no: part(no) }
                    }
                    other => other,
                };
                Term::base(graph.add_node(node))
            }
        }
    }

    fn power(&self, graph: &mut Graph, a: ExprId, b: ExprId) -> Term {
        let exponent = &self.done[&b];
        let whole = (exponent.above.is_empty() && exponent.below.is_empty())
            .then(|| exponent.coefficient.clone())
            .filter(Rational::is_integer)
            .and_then(|value| value.to_integer().to_i64())
            .filter(|power| power.abs() <= MOST_POWER);
        let base = &self.done[&a];
        match whole {
            Some(0) => Term::number(Rational::one()),
            Some(1) => base.clone(),
            Some(power) if base.coefficient.is_one() && base.below.is_empty() => {
                let [(inner, 1)] = base.above[..] else { return self.plain_power(graph, a, b) };
                let powers = vec![(inner, power.abs())];
                let number = Term::number(Rational::one());
                if power > 0 {
                    Term { above: powers, ..number }
                } else {
                    Term { below: powers, ..number }
                }
            }
            _ => self.plain_power(graph, a, b),
        }
    }

    fn plain_power(&self, graph: &mut Graph, a: ExprId, b: ExprId) -> Term {
        let (a, b) = (self.built(graph, a), self.built(graph, b));
        Term::base(graph.pow(a, b))
    }

    fn sum(&mut self, graph: &mut Graph, a: ExprId, b: ExprId, minus: bool) -> Term {
        let mut terms: Vec<Term> = self.terms(&self.done[&a]);
        let mut places: HashMap<_, usize> =
            terms.iter().enumerate().map(|(place, term)| (term.key(), place)).collect();
        for mut term in self.terms(&self.done[&b]) {
            if minus {
                term.coefficient = -term.coefficient;
            }
            match places.get(&term.key()) {
                Some(&place) => terms[place].coefficient += term.coefficient,
                None => {
                    places.insert(term.key(), terms.len());
                    terms.push(term);
                }
            }
        }
        terms.retain(|term| !term.coefficient.is_zero());
        self.gathered(graph, terms)
    }

    /// The sum of terms that differ.
    fn gathered(&mut self, graph: &mut Graph, mut terms: Vec<Term>) -> Term {
        match terms.len() {
            0 => Term::number(Rational::zero()),
            1 => terms.remove(0),
            _ => {
                let id = build_sum(graph, &terms);
                self.sums.insert(id, terms);
                Term::base(id)
            }
        }
    }

    /// The terms of a sum, or the one that a term is.
    fn terms(&self, term: &Term) -> Vec<Term> {
        if term.coefficient.is_zero() {
            return vec![];
        }
        let inner = match term.above[..] {
            [(id, 1)] if term.below.is_empty() => self.sums.get(&id),
            _ => None,
        };
        // A factor before a sum stays there, but for a sign.
        match inner {
            Some(inner) if term.coefficient.abs().is_one() => {
                let mut inner = inner.clone();
                for one in &mut inner {
                    one.coefficient *= &term.coefficient;
                }
                inner
            }
            _ => vec![term.clone()],
        }
    }
}

fn join(a: &Powers, b: &Powers) -> Powers {
    let mut joined = a.clone();
    for &(base, power) in b {
        match joined.iter_mut().find(|one| one.0 == base && one.1 + power <= MOST_POWER) {
            Some(one) => one.1 += power,
            None => joined.push((base, power)),
        }
    }
    joined
}

fn times(a: &Term, b: &Term) -> Term {
    let coefficient = &a.coefficient * &b.coefficient;
    if coefficient.is_zero() {
        return Term::number(coefficient);
    }
    Term { coefficient, above: join(&a.above, &b.above), below: join(&a.below, &b.below) }
}

fn over(a: &Term, b: &Term) -> Option<Term> {
    if b.coefficient.is_zero() {
        return None;
    }
    let coefficient = &a.coefficient / &b.coefficient;
    if coefficient.is_zero() {
        return Some(Term::number(coefficient));
    }
    Some(Term { coefficient, above: join(&a.above, &b.below), below: join(&a.below, &b.above) })
}

fn build(graph: &mut Graph, term: &Term) -> ExprId {
    if term.above.is_empty() && term.below.is_empty() {
        return graph.number(term.coefficient.clone());
    }
    let value = build_positive(graph, term);
    if term.coefficient.is_negative() { graph.neg(value) } else { value }
}

fn build_sum(graph: &mut Graph, terms: &[Term]) -> ExprId {
    let first = build(graph, &terms[0]);
    terms[1..].iter().fold(first, |total, term| {
        let value = build_positive(graph, term);
        if term.coefficient.is_negative() {
            graph.sub(total, value)
        } else {
            graph.add(total, value)
        }
    })
}

/// The term without its sign.
fn build_positive(graph: &mut Graph, term: &Term) -> ExprId {
    let (number, divisor) = split(&term.coefficient.abs());
    let lone = term.above.is_empty();
    let number = (lone || !number.is_one()).then(|| graph.number(number));
    let above: Vec<ExprId> =
        number.into_iter().chain(term.above.iter().map(|&one| build_power(graph, one))).collect();
    let divisor = (!divisor.is_one()).then(|| graph.number(divisor));
    let below: Vec<ExprId> =
        divisor.into_iter().chain(term.below.iter().map(|&one| build_power(graph, one))).collect();
    let product = |graph: &mut Graph, factors: &[ExprId]| {
        factors[1..].iter().fold(factors[0], |total, &factor| graph.mul(total, factor))
    };
    let value = product(graph, &above);
    if below.is_empty() {
        return value;
    }
    let below = product(graph, &below);
    graph.div(value, below)
}

fn build_power(graph: &mut Graph, (base, power): (ExprId, i64)) -> ExprId {
    if power == 1 {
        return base;
    }
    let power = graph.integer(power);
    graph.pow(base, power)
}

/// A number as a factor and a divisor: `1/2` divides by 2, `0.2` multiplies.
fn split(value: &Rational) -> (Rational, Rational) {
    let divisor = value.denom().to_u64();
    let decimal = |mut rest: u64| {
        for prime in [2, 5] {
            while rest.is_multiple_of(prime) {
                rest /= prime;
            }
        }
        rest == 1
    };
    match divisor {
        Some(divisor) if divisor > 4 && decimal(divisor) => (value.clone(), Rational::one()),
        _ => (
            Rational::from_integer(value.numer().clone()),
            Rational::from_integer(value.denom().clone()),
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Symbol, print_expr};

    #[track_caller]
    fn check(make: impl FnOnce(&mut Graph, ExprId, ExprId) -> ExprId, want: &str) {
        let mut graph = Graph::new();
        let (x, y) = (graph.symbol(Symbol::State(0)), graph.symbol(Symbol::State(1)));
        let id = make(&mut graph, x, y);
        let tidied = Tidy::default().tidy(&mut graph, id);
        let names = |symbol| if symbol == Symbol::State(0) { "x".into() } else { "y".to_owned() };
        assert_eq!(print_expr(&graph, tidied, &names), want);
    }

    #[test]
    fn signs_and_numbers_are_gathered() {
        check(
            |g, x, _| {
                let (minus, two) = (g.neg(x), g.integer(2));
                let twice = g.mul(two, minus);
                let half = g.div(twice, two);
                g.neg(half)
            },
            "x",
        );
        check(
            |g, x, y| {
                let (zero, one) = (g.zero(), g.one());
                let first = g.mul(one, y);
                let sum = g.add(zero, first);
                let product = g.mul(zero, x);
                g.sub(sum, product)
            },
            "y",
        );
        check(
            |g, x, y| {
                let sum = g.add(x, y);
                g.neg(sum)
            },
            "-x - y",
        );
    }

    #[test]
    fn equal_terms_and_powers_join() {
        check(
            |g, x, y| {
                let (a, b) = (g.mul(x, y), g.mul(y, x));
                let sum = g.add(a, b);
                g.mul(sum, x)
            },
            "2*x^2*y",
        );
        check(
            |g, x, y| {
                let s = g.div(x, y);
                g.mul(s, y)
            },
            "x*y/y",
        );
    }
}
