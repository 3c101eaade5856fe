//! Polynomial systems as a matrix: which coefficient stands before which product of powers.
//!
//! This is what sparse regression looks for. Parameters stay symbols: the coefficient of `y` in
//! `sigma*(y - x)` is `sigma`.

use crate::{ExprId, Graph, Limits, Node, Normalizer, Rational, Style, Symbol, VectorField};
use num_traits::{One, ToPrimitive, Zero};
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::rc::Rc;

/// A product of powers of state components, time, delayed values and modes, symbols in order; empty for 1.
pub type Product = Vec<(Symbol, u32)>;

/// A system whose right-hand side is polynomial in all that moves.
#[derive(Debug, Clone)]
pub struct Coefficients {
    /// Owner of the coefficients; ids of the system's graph keep their meaning.
    pub graph: Graph,
    /// Every product that occurs, by degree, then in the order of symbols.
    pub products: Vec<Product>,
    /// For each component the products it has, by place, each with its coefficient: an expression in
    /// parameters that is not zero.
    pub rows: Vec<Vec<(usize, ExprId)>>,
}

/// Why there is no such matrix.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum NotPolynomial {
    /// An expression that is no polynomial although its parts are.
    #[error("an expression of component {component} is not a polynomial of the state")]
    Node {
        /// The component in whose right-hand side it stands.
        component: usize,
        /// The expression, in the system's graph.
        expr: ExprId,
    },
    /// More terms than are kept.
    #[error("component {component} has more than {limit} terms when it is multiplied out")]
    TooLarge {
        /// The component.
        component: usize,
        /// The limit.
        limit: usize,
    },
}

/// A polynomial has at most so many terms, and a power is at most this.
const MOST_TERMS: usize = 10_000;
const MOST_POWER: u32 = 64;

impl Coefficients {
    /// The greatest total degree of a product; 0 for a constant right-hand side.
    #[must_use]
    pub fn degree(&self) -> u32 {
        self.products.iter().map(degree).max().unwrap_or(0)
    }
}

fn degree(product: &Product) -> u32 {
    product.iter().map(|factor| factor.1).sum()
}

/// The right-hand side of `field`, multiplied out.
///
/// # Errors
/// [`NotPolynomial`] names the first expression that is not a polynomial.
pub fn coefficients(field: &VectorField) -> Result<Coefficients, NotPolynomial> {
    let mut expansion =
        Expansion { graph: field.graph.clone(), known: HashMap::new(), moving: HashSet::new() };
    let mut polynomials = Vec::with_capacity(field.rhs.len());
    for (component, &rhs) in field.rhs.iter().enumerate() {
        let polynomial = expansion.of(rhs).map_err(|stop| match stop {
            Stop::Node(expr) => NotPolynomial::Node { component, expr },
            Stop::TooLarge => NotPolynomial::TooLarge { component, limit: MOST_TERMS },
        })?;
        polynomials.push(polynomial);
    }
    let graph = expansion.graph;
    // What cancels, such as `a - a`, is no term.
    let mut normalizer = Normalizer::new(Style::Readable, Limits::default());
    for polynomial in &mut polynomials {
        let terms = Rc::make_mut(polynomial);
        terms.retain(|_, coefficient| {
            !matches!(normalizer.normalize(&graph, *coefficient), Ok(form) if form.is_zero())
        });
    }
    let all: BTreeSet<(u32, Product)> = polynomials
        .iter()
        .flat_map(|polynomial| polynomial.keys().map(|product| (degree(product), product.clone())))
        .collect();
    let places: HashMap<&Product, usize> =
        all.iter().enumerate().map(|(place, (_, product))| (product, place)).collect();
    let rows = polynomials
        .iter()
        .map(|polynomial| {
            let mut row: Vec<(usize, ExprId)> = polynomial
                .iter()
                .map(|(product, &coefficient)| (places[product], coefficient))
                .collect();
            row.sort_unstable_by_key(|term| term.0);
            row
        })
        .collect();
    let products = all.iter().map(|(_, product)| product.clone()).collect();
    Ok(Coefficients { graph, products, rows })
}

/// Products with their coefficients.
type Terms = BTreeMap<Product, ExprId>;

enum Stop {
    Node(ExprId),
    TooLarge,
}

struct Expansion {
    graph: Graph,
    known: HashMap<ExprId, Rc<Terms>>,
    /// What depends on more than parameters.
    moving: HashSet<ExprId>,
}

impl Expansion {
    fn of(&mut self, root: ExprId) -> Result<Rc<Terms>, Stop> {
        let (mut wanted, mut open) = (BTreeSet::new(), vec![root]);
        while let Some(id) = open.pop() {
            if !self.known.contains_key(&id) && wanted.insert(id) {
                open.extend(self.graph.node(id).children());
            }
        }
        // Parts are older than the whole.
        for id in wanted {
            let node = self.graph.node(id);
            let moves = match node {
                Node::Symbol(symbol) => {
                    !matches!(symbol, Symbol::Parameter(_) | Symbol::Unknown(_))
                }
                _ => node.children().iter().any(|part| self.moving.contains(part)),
            };
            if moves {
                self.moving.insert(id);
            }
            let terms = Rc::new(self.compute(id)?);
            self.known.insert(id, terms);
        }
        Ok(self.known[&root].clone())
    }

    fn compute(&mut self, id: ExprId) -> Result<Terms, Stop> {
        if !self.moving.contains(&id) {
            let zero = self.graph.as_number(id).is_some_and(Zero::is_zero);
            return Ok(if zero { Terms::new() } else { Terms::from([(vec![], id)]) });
        }
        match self.graph.node(id).clone() {
            Node::Symbol(symbol) => Ok(Terms::from([(vec![(symbol, 1)], self.graph.one())])),
            Node::Neg(a) => Ok(self.scaled(&self.known[&a].clone(), negated)),
            Node::Add(a, b) => {
                let mut sum = (*self.known[&a]).clone();
                let other = self.known[&b].clone();
                self.add(&mut sum, &other)?;
                Ok(sum)
            }
            Node::Sub(a, b) => {
                let mut sum = (*self.known[&a]).clone();
                let other = self.scaled(&self.known[&b].clone(), negated);
                self.add(&mut sum, &other)?;
                Ok(sum)
            }
            Node::Mul(a, b) => self.times(&self.known[&a].clone(), &self.known[&b].clone()),
            Node::Div(a, b) if !self.moving.contains(&b) => {
                Ok(self.scaled(&self.known[&a].clone(), |graph, c| graph.div(c, b)))
            }
            Node::Pow(a, b) => {
                let power = self.graph.as_number(b).filter(|power| power.is_integer());
                let power = power.and_then(|power| power.to_integer().to_u32());
                let power = power.filter(|&power| power <= MOST_POWER).ok_or(Stop::Node(id))?;
                let base = self.known[&a].clone();
                let mut product = Terms::from([(vec![], self.graph.one())]);
                for _ in 0..power {
                    product = self.times(&product, &base)?;
                }
                Ok(product)
            }
            _ => Err(Stop::Node(id)),
        }
    }

    fn scaled(&mut self, terms: &Terms, by: impl Fn(&mut Graph, ExprId) -> ExprId) -> Terms {
        terms.iter().map(|(product, &c)| (product.clone(), by(&mut self.graph, c))).collect()
    }

    fn add(&mut self, sum: &mut Terms, terms: &Terms) -> Result<(), Stop> {
        for (product, &coefficient) in terms {
            match sum.entry(product.clone()) {
                std::collections::btree_map::Entry::Vacant(free) => drop(free.insert(coefficient)),
                std::collections::btree_map::Entry::Occupied(mut there) => {
                    let both = plus(&mut self.graph, *there.get(), coefficient);
                    there.insert(both);
                }
            }
        }
        if sum.len() > MOST_TERMS { Err(Stop::TooLarge) } else { Ok(()) }
    }

    fn times(&mut self, a: &Terms, b: &Terms) -> Result<Terms, Stop> {
        let mut sum = Terms::new();
        for (left, &c) in a {
            for (right, &d) in b {
                let term = Terms::from([(joined(left, right), times(&mut self.graph, c, d))]);
                self.add(&mut sum, &term)?;
            }
        }
        Ok(sum)
    }
}

fn joined(a: &Product, b: &Product) -> Product {
    let mut powers: BTreeMap<Symbol, u32> = a.iter().copied().collect();
    for &(symbol, power) in b {
        *powers.entry(symbol).or_default() += power;
    }
    powers.into_iter().collect()
}

// Numbers are computed, so that the coefficients are what a person would write.

fn number(graph: &Graph, id: ExprId) -> Option<Rational> {
    graph.as_number(id).cloned()
}

fn negated(graph: &mut Graph, a: ExprId) -> ExprId {
    match (number(graph, a), graph.node(a).clone()) {
        (Some(value), _) => graph.number(-value),
        (None, Node::Neg(inner)) => inner,
        _ => graph.neg(a),
    }
}

fn plus(graph: &mut Graph, a: ExprId, b: ExprId) -> ExprId {
    match (number(graph, a), number(graph, b), graph.node(b).clone()) {
        (Some(a), Some(b), _) => graph.number(a + b),
        (_, _, Node::Neg(inner)) => graph.sub(a, inner),
        _ => graph.add(a, b),
    }
}

fn times(graph: &mut Graph, a: ExprId, b: ExprId) -> ExprId {
    let minus_one = |value: &Rational| (-value).is_one();
    match (number(graph, a), number(graph, b)) {
        (Some(a), Some(b)) => graph.number(a * b),
        (Some(one), None) if one.is_one() => b,
        (None, Some(one)) if one.is_one() => a,
        (Some(one), None) if minus_one(&one) => negated(graph, b),
        (None, Some(one)) if minus_one(&one) => negated(graph, a),
        _ => match (graph.node(a).clone(), graph.node(b).clone()) {
            (Node::Neg(x), Node::Neg(y)) => graph.mul(x, y),
            (Node::Neg(x), _) => {
                let product = graph.mul(x, b);
                graph.neg(product)
            }
            (_, Node::Neg(y)) => {
                let product = graph.mul(a, y);
                graph.neg(product)
            }
            _ => graph.mul(a, b),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Function, Parameter, print_expr};

    /// `x' = f(x, y, a)`, `y' = 0`.
    fn field(build: impl Fn(&mut Graph, ExprId, ExprId, ExprId) -> ExprId) -> VectorField {
        let states = vec!["x".into(), "y".into()];
        let mut field = VectorField { states, ..VectorField::default() };
        let graph = &mut field.graph;
        let (x, y) = (graph.symbol(Symbol::State(0)), graph.symbol(Symbol::State(1)));
        let a = graph.symbol(Symbol::Parameter(0));
        let (one, zero) = (graph.one(), graph.zero());
        let rhs = build(graph, x, y, a);
        field.parameters = vec![Parameter { name: "a".into(), default: one, range: None }];
        field.rhs = vec![rhs, zero];
        field
    }

    fn check(build: impl Fn(&mut Graph, ExprId, ExprId, ExprId) -> ExprId, want: &str) {
        let found = coefficients(&field(build)).expect("a polynomial");
        let names = |symbol: Symbol| match symbol {
            Symbol::State(0) => "x".into(),
            Symbol::State(_) => "y".into(),
            _ => "a".to_owned(),
        };
        let product = |place: usize| {
            let factor = |&(symbol, power): &(Symbol, u32)| format!("{}^{power}", names(symbol));
            found.products[place].iter().map(factor).collect::<Vec<_>>().join(" ")
        };
        let term = |&(place, c): &(usize, ExprId)| {
            format!("{}: {}", product(place), print_expr(&found.graph, c, &names))
        };
        let got: Vec<String> = found.rows[0].iter().map(term).collect();
        assert_eq!(got.join(", "), want);
    }

    #[test]
    fn parameters_stay_symbols() {
        check(
            |g, x, y, a| {
                let difference = g.sub(y, x);
                g.mul(a, difference)
            },
            "x^1: -a, y^1: a",
        );
    }

    #[test]
    fn powers_are_multiplied_out_and_what_cancels_is_gone() {
        check(
            |g, x, y, a| {
                let (two, sum) = (g.integer(2), g.add(x, y));
                let (square, xx) = (g.pow(sum, two), g.mul(x, x));
                let rest = g.sub(square, xx);
                g.div(rest, a)
            },
            "x^1 y^1: 2/a, y^2: 1/a",
        );
    }

    #[test]
    fn what_is_no_polynomial_is_named() {
        let field = field(|g, x, y, _| {
            let sine = g.call(Function::Sin, &[x]);
            g.mul(sine, y)
        });
        let Err(NotPolynomial::Node { component, expr }) = coefficients(&field) else {
            panic!("a sine is no polynomial")
        };
        assert_eq!(component, 0);
        assert!(matches!(field.graph.node(expr), Node::Call(Function::Sin, _)));
    }
}
