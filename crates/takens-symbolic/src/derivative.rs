//! Derivatives of expressions, as expressions of the same graph.
//!
//! Start at [`jacobian`] for a whole system, or at [`Derivatives`] for single expressions. Numbers 0
//! and 1 are simplified away while they appear; nothing else is.

use crate::{Compare, ExprId, Function, Graph, Node, Rational, Symbol, VectorField};
use num_traits::{One, Zero};
use std::collections::{BTreeMap, HashMap};
use std::rc::Rc;

/// The matrix of `∂ rhs[i] / ∂ state[j]`, row by row, in a graph that extends the system's.
///
/// Ids of the system's graph keep their meaning in the extended one. Where an expression has a corner
/// or a jump, see [`Derivatives`].
#[must_use]
pub fn jacobian(field: &VectorField) -> (Graph, Vec<Vec<ExprId>>) {
    let mut graph = field.graph.clone();
    let mut derivatives = Derivatives::default();
    let zero = graph.zero();
    let rows = field
        .rhs
        .iter()
        .map(|&rhs| {
            let gradient = derivatives.gradient(&mut graph, rhs);
            let mut row = vec![zero; field.dim()];
            for (symbol, &derivative) in gradient.iter() {
                if let Symbol::State(j) = symbol {
                    row[*j as usize] = derivative;
                }
            }
            row
        })
        .collect();
    (graph, rows)
}

/// The derivatives of an expression by all symbols on which it depends; those absent are zero.
pub type Gradient = Rc<BTreeMap<Symbol, ExprId>>;

/// Derivatives of the expressions of one graph, each computed once.
///
/// - `abs`, `min`, `max` and `if` have the derivative of the branch that is taken; where two branches
///   meet in a corner, that of one of them (`abs`: 0 at 0; `min` and `max`: of the second when equal).
/// - `sign`, `floor` and `heaviside` have derivative 0, `mod(a, b)` that of `a - b·floor(a/b)` with the
///   floor constant: right everywhere but at the jumps.
/// - `a^b` has `b·a^(b-1)·a'`, and a term with `log(a)` only by symbols on which `b` depends.
/// - A root `u` of `F(u, x) = 0` has `-F_x / F_u` at the root.
#[derive(Debug, Clone, Default)]
pub struct Derivatives {
    known: HashMap<ExprId, Gradient>,
}

impl Derivatives {
    /// The derivative of `expr` by `symbol`.
    pub fn derivative(&mut self, graph: &mut Graph, expr: ExprId, symbol: Symbol) -> ExprId {
        let gradient = self.gradient(graph, expr);
        gradient.get(&symbol).copied().unwrap_or_else(|| graph.zero())
    }

    /// The derivatives of `expr` by all symbols on which it depends.
    pub fn gradient(&mut self, graph: &mut Graph, expr: ExprId) -> Gradient {
        // Parts are older than the whole: in the order of ids, each finds its parts done.
        let mut wanted = std::collections::BTreeSet::new();
        let mut open = vec![expr];
        while let Some(id) = open.pop() {
            if !self.known.contains_key(&id) && wanted.insert(id) {
                open.extend(graph.node(id).children());
            }
        }
        for id in wanted {
            let gradient = Rc::new(self.compute(graph, id));
            self.known.insert(id, gradient);
        }
        self.known[&expr].clone()
    }

    fn compute(&self, graph: &mut Graph, id: ExprId) -> BTreeMap<Symbol, ExprId> {
        match graph.node(id).clone() {
            Node::Number(_) | Node::Pi => BTreeMap::new(),
            Node::Symbol(symbol) => BTreeMap::from([(symbol, graph.one())]),
            // A condition is not a number; what depends on it jumps.
            Node::Compare(..) | Node::And(..) | Node::Or(..) | Node::Not(_) => BTreeMap::new(),
            Node::Neg(a) => self.unary(graph, a, |graph, da| Simple(graph).neg(da)),
            Node::Add(a, b) => self.binary(graph, a, b, |graph, da, db| Simple(graph).add(da, db)),
            Node::Sub(a, b) => self.binary(graph, a, b, |graph, da, db| Simple(graph).sub(da, db)),
            Node::Mul(a, b) => self.binary(graph, a, b, |graph, da, db| {
                let mut s = Simple(graph);
                let (first, second) = (s.mul(da, b), s.mul(a, db));
                s.add(first, second)
            }),
            Node::Div(a, b) => self.binary(graph, a, b, |graph, da, db| {
                let mut s = Simple(graph);
                // (a' - (a/b)·b') / b: no square that could overflow, and a/b is there already.
                let change = s.mul(id, db);
                let numerator = s.sub(da, change);
                s.div(numerator, b)
            }),
            Node::Pow(a, b) => {
                self.binary(graph, a, b, |graph, da, db| power(graph, id, a, b, da, db))
            }
            Node::Call(function, arguments) => match *arguments {
                [a] => self.unary(graph, a, |graph, da| {
                    let slope = slope(graph, function, id, a);
                    Simple(graph).mul(slope, da)
                }),
                [a, b] => self.binary(graph, a, b, |graph, da, db| {
                    slope_of_two(graph, function, a, b, da, db)
                }),
                _ => unreachable!("functions take one argument or two"),
            },
            Node::If { condition, yes, no } => self.binary(graph, yes, no, |graph, dyes, dno| {
                Simple(graph).select(condition, dyes, dno)
            }),
            Node::Root { unknown, equation, .. } => self.root(graph, id, unknown, equation),
        }
    }

    /// The derivatives of a function of `a`, by the chain rule.
    fn unary(
        &self,
        graph: &mut Graph,
        a: ExprId,
        mut rule: impl FnMut(&mut Graph, ExprId) -> ExprId,
    ) -> BTreeMap<Symbol, ExprId> {
        self.known[&a].iter().map(|(&symbol, &da)| (symbol, rule(graph, da))).collect()
    }

    /// The derivatives of a function of `a` and `b`, for each symbol of either.
    fn binary(
        &self,
        graph: &mut Graph,
        a: ExprId,
        b: ExprId,
        mut rule: impl FnMut(&mut Graph, ExprId, ExprId) -> ExprId,
    ) -> BTreeMap<Symbol, ExprId> {
        let (a, b) = (&self.known[&a], &self.known[&b]);
        let zero = graph.zero();
        let of = |gradient: &Gradient, symbol| gradient.get(symbol).copied().unwrap_or(zero);
        let both = a.iter().chain(b.iter()).map(|(&symbol, _)| (symbol, zero));
        let mut gradient: BTreeMap<Symbol, ExprId> = both.collect();
        for (symbol, derivative) in &mut gradient {
            *derivative = rule(graph, of(a, symbol), of(b, symbol));
        }
        gradient
    }

    fn root(
        &self,
        graph: &mut Graph,
        root: ExprId,
        unknown: u32,
        equation: ExprId,
    ) -> BTreeMap<Symbol, ExprId> {
        let unknown = Symbol::Unknown(unknown);
        let gradient = self.known[&equation].clone();
        let Some(&by_unknown) = gradient.get(&unknown) else { return BTreeMap::new() };
        let by_unknown = substitute(graph, by_unknown, unknown, root);
        gradient
            .iter()
            .filter(|(symbol, _)| **symbol != unknown)
            .map(|(&symbol, &derivative)| {
                let derivative = substitute(graph, derivative, unknown, root);
                let mut s = Simple(graph);
                let ratio = s.div(derivative, by_unknown);
                (symbol, s.neg(ratio))
            })
            .collect()
    }
}

/// `(a^b)'`, where `whole` is `a^b`.
fn power(graph: &mut Graph, whole: ExprId, a: ExprId, b: ExprId, da: ExprId, db: ExprId) -> ExprId {
    let lower = match graph.as_number(b) {
        Some(exponent) => {
            let lower = exponent - Rational::one();
            graph.number(lower)
        }
        None => {
            let one = graph.one();
            graph.sub(b, one)
        }
    };
    let mut s = Simple(graph);
    let base = if s.is_zero(da) {
        da
    } else {
        let lowered = s.pow(a, lower);
        let slope = s.mul(b, lowered);
        s.mul(slope, da)
    };
    if s.is_zero(db) {
        return base;
    }
    let log = s.0.call(Function::Log, &[a]);
    let growth = s.mul(whole, log);
    let exponent = s.mul(growth, db);
    s.add(base, exponent)
}

/// The derivative of a function of one argument at `a`, where `whole` is its value there.
fn slope(graph: &mut Graph, function: Function, whole: ExprId, a: ExprId) -> ExprId {
    let one = graph.one();
    let two = graph.integer(2);
    let mut s = Simple(graph);
    match function {
        Function::Sin => s.0.call(Function::Cos, &[a]),
        Function::Cos => {
            let sin = s.0.call(Function::Sin, &[a]);
            s.neg(sin)
        }
        Function::Tan => {
            let square = s.mul(whole, whole);
            s.add(one, square)
        }
        Function::Asin | Function::Acos => {
            let square = s.mul(a, a);
            let rest = s.sub(one, square);
            let height = s.0.call(Function::Sqrt, &[rest]);
            let slope = s.div(one, height);
            if function == Function::Asin { slope } else { s.neg(slope) }
        }
        Function::Atan => {
            let square = s.mul(a, a);
            let sum = s.add(one, square);
            s.div(one, sum)
        }
        Function::Sinh => s.0.call(Function::Cosh, &[a]),
        Function::Cosh => s.0.call(Function::Sinh, &[a]),
        Function::Tanh => {
            let square = s.mul(whole, whole);
            s.sub(one, square)
        }
        Function::Exp => whole,
        Function::Log => s.div(one, a),
        Function::Sqrt => {
            let twice = s.mul(two, whole);
            s.div(one, twice)
        }
        Function::Abs => s.0.call(Function::Sign, &[a]),
        Function::Sign | Function::Floor | Function::Heaviside => s.0.zero(),
        Function::Atan2 | Function::Mod | Function::Min | Function::Max => {
            unreachable!("{} takes two arguments", function.name())
        }
    }
}

/// The derivative of a function of two arguments.
fn slope_of_two(
    graph: &mut Graph,
    function: Function,
    a: ExprId,
    b: ExprId,
    da: ExprId,
    db: ExprId,
) -> ExprId {
    let mut s = Simple(graph);
    match function {
        Function::Atan2 => {
            // atan2(a, b)' = (a'·b - a·b') / (a² + b²)
            let (first, second) = (s.mul(da, b), s.mul(a, db));
            let numerator = s.sub(first, second);
            let (aa, bb) = (s.mul(a, a), s.mul(b, b));
            let square = s.add(aa, bb);
            s.div(numerator, square)
        }
        Function::Mod => {
            if s.is_zero(db) {
                return da;
            }
            let ratio = s.div(a, b);
            let turns = s.0.call(Function::Floor, &[ratio]);
            let change = s.mul(turns, db);
            s.sub(da, change)
        }
        Function::Min | Function::Max => {
            let compare = if function == Function::Min { Compare::Less } else { Compare::Greater };
            let condition = s.0.compare(compare, a, b);
            s.select(condition, da, db)
        }
        _ => unreachable!("{} takes one argument", function.name()),
    }
}

/// `expr` with `value` in the place of `symbol`.
///
/// A root whose equation changes gets an unknown of its own, so that unknowns stay unique.
pub(crate) fn substitute(graph: &mut Graph, expr: ExprId, symbol: Symbol, value: ExprId) -> ExprId {
    let place = graph.symbol(symbol);
    let mut done = HashMap::from([(place, value)]);
    substitute_in(graph, expr, symbol, &mut done)
}

fn substitute_in(
    graph: &mut Graph,
    expr: ExprId,
    symbol: Symbol,
    done: &mut HashMap<ExprId, ExprId>,
) -> ExprId {
    if let Some(&copy) = done.get(&expr) {
        return copy;
    }
    let node = graph.node(expr).clone();
    let copy = match node {
        Node::Root { unknown, equation, start } => {
            let start = substitute_in(graph, start, symbol, done);
            // A symbol that the root itself binds is another one inside.
            let bound = symbol == Symbol::Unknown(unknown);
            let changed =
                if bound { equation } else { substitute_in(graph, equation, symbol, done) };
            if changed == equation {
                graph.add_node(Node::Root { unknown, equation, start })
            } else {
                let (own, own_symbol) = graph.unknown();
                let equation = substitute(graph, changed, Symbol::Unknown(unknown), own_symbol);
                graph.add_node(Node::Root { unknown: own, equation, start })
            }
        }
        node => {
            let parts: Vec<ExprId> = node
                .children()
                .into_iter()
                .map(|part| substitute_in(graph, part, symbol, done))
                .collect();
            graph.add_node(with_parts(node, &parts))
        }
    };
    done.insert(expr, copy);
    copy
}

/// The node with other parts, in the order of [`Node::children`]; not for roots.
fn with_parts(node: Node, parts: &[ExprId]) -> Node {
    match (node, parts) {
        (leaf @ (Node::Number(_) | Node::Pi | Node::Symbol(_)), _) => leaf,
        (Node::Neg(_), &[a]) => Node::Neg(a),
        (Node::Not(_), &[a]) => Node::Not(a),
        (Node::Add(..), &[a, b]) => Node::Add(a, b),
        (Node::Sub(..), &[a, b]) => Node::Sub(a, b),
        (Node::Mul(..), &[a, b]) => Node::Mul(a, b),
        (Node::Div(..), &[a, b]) => Node::Div(a, b),
        (Node::Pow(..), &[a, b]) => Node::Pow(a, b),
        (Node::Compare(compare, ..), &[a, b]) => Node::Compare(compare, a, b),
        (Node::And(..), &[a, b]) => Node::And(a, b),
        (Node::Or(..), &[a, b]) => Node::Or(a, b),
        (Node::Call(function, _), parts) => Node::Call(function, parts.into()),
        (Node::If { .. }, &[condition, yes, no]) => Node::If { condition, yes, no },
        (node, parts) => unreachable!("{node:?} does not have {} parts", parts.len()),
    }
}

/// Builds nodes, simplifying zeros and ones.
struct Simple<'a>(&'a mut Graph);

impl Simple<'_> {
    fn is_zero(&self, a: ExprId) -> bool {
        self.0.as_number(a).is_some_and(Zero::is_zero)
    }

    fn is_one(&self, a: ExprId) -> bool {
        self.0.as_number(a).is_some_and(One::is_one)
    }

    fn neg(&mut self, a: ExprId) -> ExprId {
        match self.0.node(a).clone() {
            Node::Number(value) => self.0.number(-value),
            Node::Neg(inner) => inner,
            _ => self.0.neg(a),
        }
    }

    fn add(&mut self, a: ExprId, b: ExprId) -> ExprId {
        match (self.0.as_number(a), self.0.as_number(b)) {
            (Some(a), Some(b)) => {
                let sum = a + b;
                self.0.number(sum)
            }
            _ if self.is_zero(a) => b,
            _ if self.is_zero(b) => a,
            _ => self.0.add(a, b),
        }
    }

    fn sub(&mut self, a: ExprId, b: ExprId) -> ExprId {
        match (self.0.as_number(a), self.0.as_number(b)) {
            (Some(a), Some(b)) => {
                let difference = a - b;
                self.0.number(difference)
            }
            _ if self.is_zero(b) => a,
            _ if self.is_zero(a) => self.neg(b),
            _ => self.0.sub(a, b),
        }
    }

    fn mul(&mut self, a: ExprId, b: ExprId) -> ExprId {
        match (self.0.as_number(a), self.0.as_number(b)) {
            (Some(a), Some(b)) => {
                let product = a * b;
                self.0.number(product)
            }
            _ if self.is_zero(a) || self.is_zero(b) => self.0.zero(),
            _ if self.is_one(a) => b,
            _ if self.is_one(b) => a,
            _ => self.0.mul(a, b),
        }
    }

    fn div(&mut self, a: ExprId, b: ExprId) -> ExprId {
        if self.is_zero(a) && !self.is_zero(b) {
            return a;
        }
        if self.is_one(b) { a } else { self.0.div(a, b) }
    }

    fn pow(&mut self, a: ExprId, b: ExprId) -> ExprId {
        if self.is_zero(b) {
            return self.0.one();
        }
        if self.is_one(b) { a } else { self.0.pow(a, b) }
    }

    fn select(&mut self, condition: ExprId, yes: ExprId, no: ExprId) -> ExprId {
        if yes == no { yes } else { self.0.select(condition, yes, no) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Bindings, evaluate};

    /// Compares the derivative of what `build` makes of `x` and `y` with central differences.
    #[track_caller]
    fn check(build: impl Fn(&mut Graph, ExprId, ExprId) -> ExprId) {
        let mut graph = Graph::new();
        let x = graph.symbol(Symbol::State(0));
        let y = graph.symbol(Symbol::State(1));
        let expr = build(&mut graph, x, y);
        let mut derivatives = Derivatives::default();
        let by_state = [0, 1].map(|i| derivatives.derivative(&mut graph, expr, Symbol::State(i)));
        for point in [[0.3, 0.7], [0.81, 0.2], [0.55, 0.5]] {
            let value = |state: &[f64], id| {
                evaluate(
                    &graph,
                    &[id],
                    &Bindings { time: 0.0, state, parameters: &[], ..Bindings::default() },
                )[0]
            };
            for i in 0..2 {
                let step = 1e-5;
                let (mut above, mut below) = (point, point);
                above[i] += step;
                below[i] -= step;
                let want = (value(&above, expr) - value(&below, expr)) / (2.0 * step);
                let got = value(&point, by_state[i]);
                assert!(
                    (got - want).abs() < 1e-6 * (1.0 + want.abs()),
                    "d/d{i} at {point:?}: {got}, not {want}"
                );
            }
        }
    }

    #[test]
    fn functions_match_differences() {
        for (function, _, arity) in Function::ALL {
            if arity == 1 {
                check(|g, x, y| {
                    let product = g.mul(x, y);
                    let third = g.div(x, y);
                    let inner = if matches!(function, Function::Asin | Function::Acos) {
                        product
                    } else {
                        third
                    };
                    g.call(function, &[inner])
                });
            } else {
                check(|g, x, y| {
                    let square = g.mul(x, x);
                    g.call(function, &[square, y])
                });
            }
        }
    }

    #[test]
    fn arithmetic_matches_differences() {
        check(|g, x, y| {
            let (sum, difference) = (g.add(x, y), g.sub(x, y));
            let product = g.mul(sum, difference);
            let inverse = g.neg(x);
            let ratio = g.div(product, inverse);
            g.sub(ratio, sum)
        });
    }

    #[test]
    fn powers_match_differences() {
        for exponent in [-2, 0, 1, 2, 5] {
            check(|g, x, y| {
                let exponent = g.integer(exponent);
                let base = g.add(x, y);
                g.pow(base, exponent)
            });
        }
        check(|g, x, y| g.pow(x, y));
        check(|g, x, y| {
            let (three, two) = (g.integer(3), g.integer(2));
            let half = g.div(three, two);
            let base = g.mul(x, y);
            g.pow(base, half)
        });
    }

    #[test]
    fn branches_match_differences() {
        check(|g, x, y| {
            let condition = g.compare(Compare::Less, x, y);
            let (yes, no) = (g.mul(x, y), g.div(x, y));
            g.select(condition, yes, no)
        });
    }

    /// The root in `u` of `u + u³·a = b`.
    fn cubic(g: &mut Graph, a: ExprId, b: ExprId) -> ExprId {
        let (unknown, u) = g.unknown();
        let three = g.integer(3);
        let cube = g.pow(u, three);
        let bent = g.mul(cube, a);
        let left = g.add(u, bent);
        let equation = g.sub(left, b);
        let start = g.one();
        g.add_node(Node::Root { unknown, equation, start })
    }

    #[test]
    fn roots_match_differences() {
        check(cubic);
        check(|g, x, y| {
            let root = cubic(g, x, y);
            let product = g.mul(root, x);
            cubic(g, product, root)
        });
        // A root inside the equation of another.
        check(|g, x, y| {
            let (unknown, u) = g.unknown();
            let square = g.mul(u, u);
            let inner = cubic(g, square, x);
            let sum = g.add(u, inner);
            let equation = g.sub(sum, y);
            let start = g.zero();
            g.add_node(Node::Root { unknown, equation, start })
        });
    }

    #[test]
    fn zeros_and_ones_do_not_stay() {
        let mut graph = Graph::new();
        let x = graph.symbol(Symbol::State(0));
        let p = graph.symbol(Symbol::Parameter(0));
        let product = graph.mul(p, x);
        let sum = graph.add(product, p);
        let mut derivatives = Derivatives::default();
        assert_eq!(derivatives.derivative(&mut graph, sum, Symbol::State(0)), p);
        let zero = graph.zero();
        assert_eq!(derivatives.derivative(&mut graph, sum, Symbol::Time), zero);
        // x^r with a parameter as exponent has no logarithm in it.
        let power = graph.pow(x, p);
        let slope = derivatives.derivative(&mut graph, power, Symbol::State(0));
        let bindings =
            Bindings { time: 0.0, state: &[0.0], parameters: &[1.5], ..Bindings::default() };
        assert_eq!(evaluate(&graph, &[slope], &bindings), [0.0]);
    }

    #[test]
    fn a_system_has_its_jacobian() {
        let mut graph = Graph::new();
        let x = graph.symbol(Symbol::State(0));
        let y = graph.symbol(Symbol::State(1));
        let xy = graph.mul(x, y);
        let zero = graph.zero();
        let field = VectorField {
            kind: crate::FieldKind::Flow,
            graph,
            states: vec!["x".into(), "y".into()],
            parameters: vec![],
            rhs: vec![xy, x],
            initial: vec![zero, zero],
            ..VectorField::default()
        };
        let (mut graph, rows) = jacobian(&field);
        let one = graph.one();
        assert_eq!(rows, [[y, x], [one, zero]]);
    }
}
