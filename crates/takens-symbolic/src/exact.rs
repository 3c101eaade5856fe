//! The value of an expression at a rational point, exactly: what every engine is held against.

use crate::{Compare, ExprId, Function, Graph, Node, Rational, Symbol};
use num_traits::{One, Signed, ToPrimitive, Zero};
use std::collections::{BTreeSet, HashMap};

/// Powers beyond this are not computed: their digits are many.
const MAX_POWER: u32 = 64;

/// The values of `roots` where every symbol has the exact value that `symbol` gives; a condition is 1
/// or 0. `None` where a value is not rational or not known to be (a sine, a square root that does not
/// come out even), not defined, or a symbol has no value.
#[must_use]
pub fn evaluate_exact(
    graph: &Graph,
    roots: &[ExprId],
    symbol: &dyn Fn(Symbol) -> Option<Rational>,
) -> Vec<Option<Rational>> {
    let (mut wanted, mut open) = (BTreeSet::new(), roots.to_vec());
    while let Some(id) = open.pop() {
        if wanted.insert(id) {
            open.extend(graph.node(id).children());
        }
    }
    let mut values: HashMap<ExprId, Option<Rational>> = HashMap::new();
    // Parts are older than the whole.
    for id in wanted {
        let value = compute(graph.node(id), symbol, &|part| values[&part].clone());
        values.insert(id, value);
    }
    roots.iter().map(|root| values[root].clone()).collect()
}

fn compute(
    node: &Node,
    symbol: &dyn Fn(Symbol) -> Option<Rational>,
    part: &dyn Fn(ExprId) -> Option<Rational>,
) -> Option<Rational> {
    let truth = |holds: bool| if holds { Rational::one() } else { Rational::zero() };
    let two = |a: &ExprId, b: &ExprId| Some((part(*a)?, part(*b)?));
    Some(match node {
        Node::Number(value) => value.clone(),
        Node::Symbol(reference) => symbol(*reference)?,
        Node::Neg(a) => -part(*a)?,
        Node::Add(a, b) => two(a, b).map(|(a, b)| a + b)?,
        Node::Sub(a, b) => two(a, b).map(|(a, b)| a - b)?,
        Node::Mul(a, b) => two(a, b).map(|(a, b)| a * b)?,
        Node::Div(a, b) => {
            let (a, b) = two(a, b)?;
            if b.is_zero() { None? } else { a / b }
        }
        Node::Pow(a, b) => two(a, b).and_then(|(a, b)| power(&a, &b))?,
        Node::Compare(compare, a, b) => {
            let (a, b) = two(a, b)?;
            truth(match compare {
                Compare::Less => a < b,
                Compare::LessEqual => a <= b,
                Compare::Greater => a > b,
                Compare::GreaterEqual => a >= b,
                Compare::Equal => a == b,
                Compare::NotEqual => a != b,
            })
        }
        Node::And(a, b) => two(a, b).map(|(a, b)| truth(!a.is_zero() && !b.is_zero()))?,
        Node::Or(a, b) => two(a, b).map(|(a, b)| truth(!a.is_zero() || !b.is_zero()))?,
        Node::Not(a) => truth(part(*a)?.is_zero()),
        // The branch that is not taken need not be defined.
        Node::If { condition, yes, no } => {
            part(if part(*condition)?.is_zero() { *no } else { *yes })?
        }
        Node::Call(function, arguments) => {
            let arguments: Option<Vec<Rational>> = arguments.iter().map(|&a| part(a)).collect();
            call(*function, &arguments?)?
        }
        Node::Pi | Node::Root { .. } => None?,
    })
}

fn power(base: &Rational, exponent: &Rational) -> Option<Rational> {
    let size = exponent.numer().abs().to_u32().filter(|&size| size <= MAX_POWER)?;
    let base = if exponent.denom().is_one() {
        base.clone()
    } else if *exponent.denom() == 2.into() {
        square_root(base)?
    } else {
        return None;
    };
    if exponent.is_negative() {
        return (!base.is_zero()).then(|| num_traits::pow(base.recip(), size as usize));
    }
    Some(num_traits::pow(base, size as usize))
}

fn square_root(value: &Rational) -> Option<Rational> {
    if value.is_negative() {
        return None;
    }
    let root = Rational::new(value.numer().sqrt(), value.denom().sqrt());
    (&root * &root == *value).then_some(root)
}

fn call(function: Function, arguments: &[Rational]) -> Option<Rational> {
    let x = &arguments[0];
    let at = |point: i64, value: i64| {
        (*x == Rational::from_integer(point.into())).then(|| Rational::from_integer(value.into()))
    };
    match function {
        Function::Abs => Some(x.abs()),
        Function::Sign => Some(x.signum()),
        Function::Floor => Some(x.floor()),
        Function::Heaviside => {
            Some(if x.is_positive() { Rational::one() } else { Rational::zero() })
        }
        Function::Mod => {
            let modulus = &arguments[1];
            (!modulus.is_zero()).then(|| x - modulus * (x / modulus).floor())
        }
        Function::Min => Some(x.min(&arguments[1]).clone()),
        Function::Max => Some(x.max(&arguments[1]).clone()),
        Function::Sqrt => square_root(x),
        Function::Sin
        | Function::Tan
        | Function::Asin
        | Function::Atan
        | Function::Sinh
        | Function::Tanh => at(0, 0),
        Function::Cos | Function::Cosh | Function::Exp => at(0, 1),
        Function::Log | Function::Acos => at(1, 0),
        Function::Atan2 => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(build: impl Fn(&mut Graph, ExprId) -> ExprId, want: Option<(i64, i64)>) {
        let mut graph = Graph::new();
        let x = graph.symbol(Symbol::State(0));
        let root = build(&mut graph, x);
        let point = |_| Some(Rational::new((-4).into(), 9.into()));
        let got = evaluate_exact(&graph, &[root], &point).remove(0);
        assert_eq!(got, want.map(|(a, b)| Rational::new(a.into(), b.into())));
    }

    #[test]
    fn what_is_rational_is_exact_and_what_is_not_is_none() {
        check(|g, x| g.mul(x, x), Some((16, 81)));
        check(|g, x| g.call(Function::Abs, &[x]), Some((4, 9)));
        check(|g, x| g.call(Function::Floor, &[x]), Some((-1, 1)));
        check(|g, x| g.call(Function::Sin, &[x]), None);
        check(|g, x| g.call(Function::Sqrt, &[x]), None);
        check(
            |g, x| {
                let square = g.mul(x, x);
                g.call(Function::Sqrt, &[square])
            },
            Some((4, 9)),
        );
        check(
            |g, x| {
                let zero = g.sub(x, x);
                g.div(x, zero)
            },
            None,
        );
        // Only the branch taken has to be defined.
        check(
            |g, x| {
                let zero = g.zero();
                let negative = g.compare(Compare::Less, x, zero);
                let sine = g.call(Function::Sin, &[x]);
                g.select(negative, x, sine)
            },
            Some((-4, 9)),
        );
    }
}
