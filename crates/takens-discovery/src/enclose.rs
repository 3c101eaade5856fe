//! Expressions at a point, enclosed: what is certain about their values there.

use takens_core::interval::{Enclosure, Float, Interval, NoValue};
use takens_kernel::{Intervals, Numbers};
use takens_symbolic::{ExprId, Function, Graph, Node, Symbol};

/// Precisions that are tried, in binary digits, until the answer is clear.
pub(crate) const PRECISIONS: [u64; 3] = [128, 320, 800];

/// A point of the extended phase space, exact in f64.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Point {
    pub(crate) time: f64,
    pub(crate) state: Vec<f64>,
}

/// The parts of some expressions in order of evaluation.
#[derive(Debug, Clone)]
pub(crate) struct Schedule {
    order: Vec<ExprId>,
}

impl Schedule {
    pub(crate) fn new(graph: &Graph, roots: &[ExprId]) -> Self {
        let mut wanted = vec![false; graph.len()];
        let mut open = roots.to_vec();
        let mut order = Vec::new();
        while let Some(id) = open.pop() {
            if !std::mem::replace(&mut wanted[id.index()], true) {
                order.push(id);
                open.extend(graph.node(id).children());
            }
        }
        // Parts are older than the whole.
        order.sort_unstable();
        Self { order }
    }

    /// The parts, in order of evaluation.
    pub(crate) fn order(&self) -> &[ExprId] {
        &self.order
    }

    /// What one evaluation costs, in units of about a microsecond.
    pub(crate) fn cost(&self, graph: &Graph, bits: u64) -> u64 {
        let digits = bits.div_ceil(128);
        let node = |id: &ExprId| match graph.node(*id) {
            // As many terms of a series as digits, each as long as the digits.
            Node::Call(..) | Node::Pow(..) | Node::Pi => 40 * digits * digits,
            _ => digits,
        };
        self.order.iter().map(node).sum()
    }

    /// Enclosures of all parts at `point`; read those of the roots by their index.
    pub(crate) fn enclose(&self, graph: &Graph, point: &Point, bits: u64) -> Vec<Enclosure> {
        let mut values: Vec<Enclosure> = vec![Err(NoValue::Unknown); graph.len()];
        let numbers = Intervals::new(bits);
        for &id in &self.order {
            values[id.index()] = Evaluator { graph, point, numbers, values: &values }.node(id);
        }
        values
    }
}

struct Evaluator<'a> {
    graph: &'a Graph,
    point: &'a Point,
    numbers: Intervals,
    values: &'a [Enclosure],
}

impl Evaluator<'_> {
    fn value(&self, id: ExprId) -> Enclosure {
        self.values[id.index()].clone()
    }

    /// Both values; certainly undefined where one is.
    fn both(&self, a: ExprId, b: ExprId) -> Result<(Interval, Interval), NoValue> {
        match (self.value(a), self.value(b)) {
            (Ok(a), Ok(b)) => Ok((a, b)),
            (Err(NoValue::Undefined), _) | (_, Err(NoValue::Undefined)) => Err(NoValue::Undefined),
            _ => Err(NoValue::Unknown),
        }
    }

    /// Whether a condition holds, where that is certain.
    fn condition(&self, id: ExprId) -> Result<Option<bool>, NoValue> {
        Ok(self.numbers.decided(&self.value(id)?))
    }

    fn node(&self, id: ExprId) -> Enclosure {
        let k = &self.numbers;
        let exact = |value: f64| Float::exact(value).map(Interval::point).ok_or(NoValue::Unknown);
        match self.graph.node(id) {
            Node::Number(value) => k.0.rational(value),
            Node::Pi => k.0.pi(),
            Node::Symbol(Symbol::State(i)) => exact(self.point.state[*i as usize]),
            Node::Symbol(Symbol::Time) => exact(self.point.time),
            Node::Symbol(
                Symbol::Parameter(_) | Symbol::Unknown(_) | Symbol::Delayed(_) | Symbol::Mode(_),
            )
            | Node::Root { .. } => Err(NoValue::Unknown),
            Node::Neg(x) => Ok(self.value(*x)?.negated()),
            Node::Add(x, y) => self.both(*x, *y).and_then(|(x, y)| k.add(&x, &y)),
            Node::Sub(x, y) => self.both(*x, *y).and_then(|(x, y)| k.sub(&x, &y)),
            Node::Mul(x, y) => self.both(*x, *y).and_then(|(x, y)| k.mul(&x, &y)),
            Node::Div(x, y) => self.both(*x, *y).and_then(|(x, y)| k.div(&x, &y)),
            Node::Pow(x, y) => self.both(*x, *y).and_then(|(x, y)| k.pow(&x, &y)),
            Node::Call(function, arguments) => self.call(*function, arguments),
            Node::Compare(compare, x, y) => {
                let (x, y) = self.both(*x, *y)?;
                Ok(k.truth(k.holds(*compare, &x, &y)))
            }
            Node::And(x, y) => Ok(k.truth(match (self.condition(*x)?, self.condition(*y)?) {
                (Some(false), _) | (_, Some(false)) => Some(false),
                (Some(true), Some(true)) => Some(true),
                _ => None,
            })),
            Node::Or(x, y) => Ok(k.truth(match (self.condition(*x)?, self.condition(*y)?) {
                (Some(true), _) | (_, Some(true)) => Some(true),
                (Some(false), Some(false)) => Some(false),
                _ => None,
            })),
            Node::Not(x) => Ok(k.truth(self.condition(*x)?.map(|holds| !holds))),
            Node::If { condition, yes, no } => match self.condition(*condition)? {
                Some(true) => self.value(*yes),
                Some(false) => self.value(*no),
                None => match (self.value(*yes), self.value(*no)) {
                    (Ok(yes), Ok(no)) => Ok(yes.hull(&no)),
                    _ => Err(NoValue::Unknown),
                },
            },
        }
    }

    fn call(&self, function: Function, arguments: &[ExprId]) -> Enclosure {
        let x = self.value(arguments[0])?;
        match arguments.get(1) {
            None => self.numbers.unary(function, &x),
            Some(&y) => self.numbers.binary(function, &x, &self.value(y)?),
        }
    }
}
