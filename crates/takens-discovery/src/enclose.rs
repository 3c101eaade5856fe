//! Expressions at a point, enclosed: what is certain about their values there.

use crate::interval::{Arithmetic, Enclosure, Float, Interval, NoValue};
use takens_symbolic::{Compare, ExprId, Function, Graph, Node, Symbol};

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
        let arithmetic = Arithmetic { bits };
        for &id in &self.order {
            values[id.index()] = Evaluator { graph, point, arithmetic, values: &values }.node(id);
        }
        values
    }
}

struct Evaluator<'a> {
    graph: &'a Graph,
    point: &'a Point,
    arithmetic: Arithmetic,
    values: &'a [Enclosure],
}

/// What is known of a condition.
fn verdict(holds: Option<bool>) -> Interval {
    match holds {
        Some(holds) => Interval::integer(holds.into()),
        None => Interval::undecided(),
    }
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
        let value = self.value(id)?;
        Ok(if value.is_zero() {
            Some(false)
        } else if value.excludes_zero() {
            Some(true)
        } else {
            None
        })
    }

    fn node(&self, id: ExprId) -> Enclosure {
        let a = &self.arithmetic;
        let exact = |value: f64| Float::exact(value).map(Interval::point).ok_or(NoValue::Unknown);
        match self.graph.node(id) {
            Node::Number(value) => a.rational(value),
            Node::Pi => a.pi(),
            Node::Symbol(Symbol::State(i)) => exact(self.point.state[*i as usize]),
            Node::Symbol(Symbol::Time) => exact(self.point.time),
            Node::Symbol(
                Symbol::Parameter(_) | Symbol::Unknown(_) | Symbol::Delayed(_) | Symbol::Mode(_),
            )
            | Node::Root { .. } => Err(NoValue::Unknown),
            Node::Neg(x) => Ok(self.value(*x)?.negated()),
            Node::Add(x, y) => self.both(*x, *y).and_then(|(x, y)| a.add(&x, &y)),
            Node::Sub(x, y) => self.both(*x, *y).and_then(|(x, y)| a.sub(&x, &y)),
            Node::Mul(x, y) => self.both(*x, *y).and_then(|(x, y)| a.mul(&x, &y)),
            Node::Div(x, y) => self.both(*x, *y).and_then(|(x, y)| a.div(&x, &y)),
            Node::Pow(x, y) => self.both(*x, *y).and_then(|(x, y)| self.power(&x, &y)),
            Node::Call(function, arguments) => self.call(*function, arguments),
            Node::Compare(compare, x, y) => {
                let (x, y) = self.both(*x, *y)?;
                Ok(verdict(holds(*compare, &x, &y)))
            }
            Node::And(x, y) => Ok(verdict(match (self.condition(*x)?, self.condition(*y)?) {
                (Some(false), _) | (_, Some(false)) => Some(false),
                (Some(true), Some(true)) => Some(true),
                _ => None,
            })),
            Node::Or(x, y) => Ok(verdict(match (self.condition(*x)?, self.condition(*y)?) {
                (Some(true), _) | (_, Some(true)) => Some(true),
                (Some(false), Some(false)) => Some(false),
                _ => None,
            })),
            Node::Not(x) => Ok(verdict(self.condition(*x)?.map(|holds| !holds))),
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

    /// A whole power of anything, any power of what is positive.
    fn power(&self, base: &Interval, exponent: &Interval) -> Enclosure {
        let a = &self.arithmetic;
        let whole = exponent.as_point().filter(|point| point.is_integer());
        if let Some(whole) = whole.and_then(|point| i64::try_from(point.floor()).ok()) {
            return a.whole_power(base, whole);
        }
        if base.low.is_positive() {
            return a.exp(&a.mul(exponent, &a.log(base)?)?);
        }
        if base.is_zero() && exponent.low.is_positive() {
            return Ok(Interval::integer(0));
        }
        let may_be_whole =
            exponent.low.is_integer() || exponent.low.floor() != exponent.high.floor();
        if base.high.is_negative() && !may_be_whole {
            Err(NoValue::Undefined)
        } else {
            Err(NoValue::Unknown)
        }
    }

    fn call(&self, function: Function, arguments: &[ExprId]) -> Enclosure {
        let a = &self.arithmetic;
        let x = self.value(arguments[0])?;
        let one = Interval::integer(1);
        match function {
            Function::Sin => a.sin(&x),
            Function::Cos => a.cos(&x),
            Function::Tan => a.div(&a.sin(&x)?, &a.cos(&x)?),
            Function::Asin => a.asin(&x),
            Function::Acos => a.acos(&x),
            Function::Atan => a.atan(&x),
            Function::Exp => a.exp(&x),
            Function::Log => a.log(&x),
            Function::Sqrt => a.sqrt(&x),
            Function::Sinh => Ok(a.sub(&a.exp(&x)?, &a.exp(&x.negated())?)?.shifted(-1)),
            Function::Cosh => Ok(a.add(&a.exp(&x)?, &a.exp(&x.negated())?)?.shifted(-1)),
            Function::Tanh => {
                // 1 - 2/(exp(2x) + 1); far out it is 1 to all digits that matter.
                let below = a.add(&a.exp(&x.shifted(1))?, &one)?;
                a.sub(&one, &a.div(&Interval::integer(2), &below)?)
            }
            Function::Abs => Ok(a.abs(&x)),
            Function::Sign => sign(&x),
            Function::Heaviside => match sign(&x)? {
                sign if sign.is_zero() => Ok(sign),
                sign if sign.low.is_positive() => Ok(one),
                sign if sign.high.is_negative() => Ok(Interval::integer(0)),
                _ => Ok(Interval::undecided()),
            },
            Function::Floor => floor(&x),
            Function::Mod => {
                let y = self.value(arguments[1])?;
                let whole = floor(&a.div(&x, &y)?)?;
                a.sub(&x, &a.mul(&y, &whole)?)
            }
            Function::Min => {
                let y = self.value(arguments[1])?;
                Ok(Interval { low: x.low.min(y.low), high: x.high.min(y.high) })
            }
            Function::Max => {
                let y = self.value(arguments[1])?;
                Ok(Interval { low: x.low.max(y.low), high: x.high.max(y.high) })
            }
            Function::Atan2 => {
                let y = x;
                let x = self.value(arguments[1])?;
                if x.low.is_positive() {
                    return a.atan(&a.div(&y, &x)?);
                }
                // Off the cut, the angle from the vertical is the arctangent of -x/y.
                let half = a.pi()?.shifted(-1);
                if !y.excludes_zero() {
                    return Err(NoValue::Unknown);
                }
                let from_vertical = a.atan(&a.div(&x, &y)?)?;
                let vertical = if y.low.is_positive() { half } else { half.negated() };
                a.sub(&vertical, &from_vertical)
            }
        }
    }
}

fn sign(x: &Interval) -> Enclosure {
    if x.is_zero() {
        return Ok(Interval::integer(0));
    }
    Ok(match (x.low.is_positive(), x.high.is_negative()) {
        (true, _) => Interval::integer(1),
        (_, true) => Interval::integer(-1),
        _ => Interval { low: Float::integer(-1), high: Float::integer(1) },
    })
}

fn floor(x: &Interval) -> Enclosure {
    let whole = |end: &Float| Float { mantissa: end.floor(), exponent: 0 };
    Ok(Interval { low: whole(&x.low), high: whole(&x.high) })
}

/// Whether a comparison holds for all numbers of both intervals, or for none.
fn holds(compare: Compare, x: &Interval, y: &Interval) -> Option<bool> {
    let certain = |yes: bool, no: bool| if yes { Some(true) } else { no.then_some(false) };
    match compare {
        Compare::Less => certain(x.high < y.low, x.low >= y.high),
        Compare::LessEqual => certain(x.high <= y.low, x.low > y.high),
        Compare::Greater => holds(Compare::Less, y, x),
        Compare::GreaterEqual => holds(Compare::LessEqual, y, x),
        Compare::Equal => {
            let same = x.as_point().is_some() && x == y;
            certain(same, x.high < y.low || y.high < x.low)
        }
        Compare::NotEqual => holds(Compare::Equal, x, y).map(|equal| !equal),
    }
}
