//! The value of an expression at a point: plain, for defaults and checks, not for speed.

use crate::{Compare, ExprId, Function, Graph, Node, Rational, Symbol};
use num_traits::ToPrimitive;
use std::collections::HashMap;
use takens_core::math;

/// Numbers for the symbols of an expression.
#[derive(Debug, Clone, Copy, Default)]
pub struct Bindings<'a> {
    /// Time.
    pub time: f64,
    /// Components of the state.
    pub state: &'a [f64],
    /// Parameters in flat order.
    pub parameters: &'a [f64],
    /// Delayed values, in the order of [`crate::VectorField::delays`].
    pub delayed: &'a [f64],
    /// Discrete states, in the order of [`crate::VectorField::modes`].
    pub modes: &'a [f64],
}

/// How often the search for a root may improve its guess.
const ROOT_STEPS: usize = 60;

/// The values of `roots` at `bindings`, in f64, in the writer's order of operations.
///
/// A condition is 1 where it holds and 0 where it does not; a symbol without a number in `bindings` is NaN.
#[must_use]
pub fn evaluate(graph: &Graph, roots: &[ExprId], bindings: &Bindings) -> Vec<f64> {
    let mut evaluator =
        Evaluator { graph, bindings, unknowns: HashMap::new(), values: HashMap::new() };
    roots.iter().map(|&root| evaluator.bottom_up(root)).collect()
}

/// A function of numbers, as every engine computes it.
#[must_use]
pub(crate) fn apply(function: Function, arguments: &[f64]) -> f64 {
    let x = arguments[0];
    match function {
        Function::Sin => math::sin(x),
        Function::Cos => math::cos(x),
        Function::Tan => math::tan(x),
        Function::Asin => math::asin(x),
        Function::Acos => math::acos(x),
        Function::Atan => math::atan(x),
        Function::Atan2 => math::atan2(x, arguments[1]),
        Function::Sinh => math::sinh(x),
        Function::Cosh => math::cosh(x),
        Function::Tanh => math::tanh(x),
        Function::Exp => math::exp(x),
        Function::Log => math::log(x),
        Function::Sqrt => x.sqrt(),
        Function::Abs => x.abs(),
        Function::Sign => math::sign(x),
        Function::Floor => x.floor(),
        Function::Mod => math::modulo(x, arguments[1]),
        Function::Min => math::min(x, arguments[1]),
        Function::Max => math::max(x, arguments[1]),
        Function::Heaviside => math::heaviside(x),
    }
}

/// The nearest f64 of an exact number; infinite beyond the range.
#[must_use]
pub fn to_f64(value: &Rational) -> f64 {
    value.to_f64().expect("a ratio always has a nearest number")
}

/// A number for a symbol; NaN if none is given.
fn given(numbers: &[f64], place: u32) -> f64 {
    numbers.get(place as usize).copied().unwrap_or(f64::NAN)
}

struct Evaluator<'a> {
    graph: &'a Graph,
    bindings: &'a Bindings<'a>,
    unknowns: HashMap<u32, f64>,
    values: HashMap<ExprId, f64>,
}

impl Evaluator<'_> {
    /// The value of `root`, its parts computed first, the oldest before all others: no chain of
    /// operations is too long for the stack.
    fn bottom_up(&mut self, root: ExprId) -> f64 {
        let (mut open, mut parts) = (vec![root], std::collections::BTreeSet::new());
        while let Some(id) = open.pop() {
            if !self.values.contains_key(&id) && parts.insert(id) {
                open.extend(self.graph.node(id).children());
            }
        }
        for id in parts {
            self.value(id);
        }
        self.value(root)
    }

    fn value(&mut self, id: ExprId) -> f64 {
        if let Some(&value) = self.values.get(&id) {
            return value;
        }
        let value = self.compute(id);
        self.values.insert(id, value);
        value
    }

    fn compute(&mut self, id: ExprId) -> f64 {
        let truth = |holds: bool| if holds { 1.0 } else { 0.0 };
        match self.graph.node(id).clone() {
            Node::Number(value) => to_f64(&value),
            Node::Pi => std::f64::consts::PI,
            Node::Symbol(Symbol::State(i)) => given(self.bindings.state, i),
            Node::Symbol(Symbol::Parameter(i)) => given(self.bindings.parameters, i),
            Node::Symbol(Symbol::Time) => self.bindings.time,
            Node::Symbol(Symbol::Delayed(i)) => given(self.bindings.delayed, i),
            Node::Symbol(Symbol::Mode(i)) => given(self.bindings.modes, i),
            Node::Symbol(Symbol::Unknown(number)) => {
                self.unknowns.get(&number).copied().unwrap_or(f64::NAN)
            }
            Node::Neg(a) => -self.value(a),
            Node::Add(a, b) => self.value(a) + self.value(b),
            Node::Sub(a, b) => self.value(a) - self.value(b),
            Node::Mul(a, b) => self.value(a) * self.value(b),
            Node::Div(a, b) => self.value(a) / self.value(b),
            Node::Pow(a, b) => match self.graph.as_number(b).and_then(small_integer) {
                Some(exponent) => math::powi(self.value(a), exponent),
                None => math::pow(self.value(a), self.value(b)),
            },
            Node::Call(function, arguments) => {
                let numbers: Vec<f64> =
                    arguments.iter().map(|&argument| self.value(argument)).collect();
                apply(function, &numbers)
            }
            Node::Compare(compare, a, b) => truth(holds(compare, self.value(a), self.value(b))),
            Node::And(a, b) => truth(self.value(a) != 0.0 && self.value(b) != 0.0),
            Node::Or(a, b) => truth(self.value(a) != 0.0 || self.value(b) != 0.0),
            Node::Not(a) => truth(self.value(a) == 0.0),
            Node::If { condition, yes, no } => {
                if self.value(condition) != 0.0 {
                    self.value(yes)
                } else {
                    self.value(no)
                }
            }
            Node::Root { unknown, equation, start } => self.root(unknown, equation, start),
        }
    }

    /// The secant method from `start`; NaN where it finds no zero.
    fn root(&mut self, unknown: u32, equation: ExprId, start: ExprId) -> f64 {
        let first = self.value(start);
        let mut residual = |guess: f64| {
            let mut unknowns = self.unknowns.clone();
            unknowns.insert(unknown, guess);
            let mut inner = Evaluator {
                graph: self.graph,
                bindings: self.bindings,
                unknowns,
                values: HashMap::new(),
            };
            inner.bottom_up(equation)
        };
        find_root(first, &mut residual)
    }
}

/// The zero of `residual` that the secant method reaches from `start`; NaN where it reaches none.
pub fn find_root(start: f64, residual: &mut dyn FnMut(f64) -> f64) -> f64 {
    let (mut before, mut guess) = (start, start + 1e-4 * start.abs().max(1.0));
    let mut residual_before = residual(before);
    for _ in 0..ROOT_STEPS {
        let residual_here = residual(guess);
        if residual_here == 0.0 {
            return guess;
        }
        let next = guess - residual_here * (guess - before) / (residual_here - residual_before);
        if !next.is_finite() {
            // Both residuals agree: the guess no longer improves.
            return if residual_here.abs() < 1e-12 * (1.0 + guess.abs()) {
                guess
            } else {
                f64::NAN
            };
        }
        (before, residual_before, guess) = (guess, residual_here, next);
    }
    if residual(guess).abs() < 1e-9 * (1.0 + guess.abs()) { guess } else { f64::NAN }
}

/// The exponent as an integer for which repeated multiplication is used.
#[must_use]
pub fn small_integer(exponent: &Rational) -> Option<i32> {
    let limit = 64;
    (exponent.is_integer())
        .then(|| exponent.to_i32())
        .flatten()
        .filter(|value| value.abs() <= limit)
}

fn holds(compare: Compare, a: f64, b: f64) -> bool {
    match compare {
        Compare::Less => a < b,
        Compare::LessEqual => a <= b,
        Compare::Greater => a > b,
        Compare::GreaterEqual => a >= b,
        Compare::Equal => a == b,
        Compare::NotEqual => a != b,
    }
}
