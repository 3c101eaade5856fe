//! Simplification that keeps every bit: what a program would compute anyway, computed while it is built.

use crate::functions::{binary, unary};
use crate::ir::{Builder, Op, Value};
use takens_core::math;
use takens_symbolic::Function;

/// A simpler equal of `op`, if there is one.
///
/// The results agree in every bit for every argument, but for the sign and payload of a NaN. So
/// `x + 0` stays, since it turns -0 into 0, and `x - x` stays, since it is NaN at infinity.
pub(crate) fn simpler(builder: &mut Builder, op: &Op) -> Option<Value> {
    let constant = |builder: &Builder, value: Value| match builder.op(value) {
        Op::Constant(bits) => Some(f64::from_bits(*bits)),
        _ => None,
    };
    let negated = |builder: &Builder, value: Value| match builder.op(value) {
        Op::Neg(inner) => Some(*inner),
        _ => None,
    };
    let both = |builder: &Builder, a, b| constant(builder, a).zip(constant(builder, b));
    let is = |builder: &Builder, value: Value, wanted: f64| {
        *builder.op(value) == Op::Constant(wanted.to_bits())
    };
    match *op {
        Op::Neg(a) => match constant(builder, a) {
            Some(a) => Some(builder.constant(-a)),
            None => negated(builder, a),
        },
        Op::Add(a, b) => {
            if let Some((a, b)) = both(builder, a, b) {
                Some(builder.constant(a + b))
            } else if is(builder, b, -0.0) {
                Some(a)
            } else if is(builder, a, -0.0) {
                Some(b)
            } else if let Some(b) = negated(builder, b) {
                Some(builder.sub(a, b))
            } else {
                negated(builder, a).map(|a| builder.sub(b, a))
            }
        }
        Op::Sub(a, b) => {
            if let Some((a, b)) = both(builder, a, b) {
                Some(builder.constant(a - b))
            } else if is(builder, b, 0.0) {
                Some(a)
            } else if is(builder, a, -0.0) {
                Some(builder.neg(b))
            } else {
                negated(builder, b).map(|b| builder.add(a, b))
            }
        }
        Op::Mul(a, b) => {
            if let Some((a, b)) = both(builder, a, b) {
                Some(builder.constant(a * b))
            } else if is(builder, b, 1.0) {
                Some(a)
            } else if is(builder, a, 1.0) {
                Some(b)
            } else if is(builder, b, -1.0) {
                Some(builder.neg(a))
            } else if is(builder, a, -1.0) {
                Some(builder.neg(b))
            } else {
                None
            }
        }
        Op::Div(a, b) => {
            if let Some((a, b)) = both(builder, a, b) {
                Some(builder.constant(a / b))
            } else {
                // The reciprocal of a power of two is exact: both round the same number.
                let reciprocal = exact_reciprocal(constant(builder, b)?)?;
                let reciprocal = builder.constant(reciprocal);
                Some(builder.mul(a, reciprocal))
            }
        }
        Op::Powi(a, exponent) => match (constant(builder, a), exponent) {
            (_, 0) => Some(builder.constant(1.0)),
            (_, 1) => Some(a),
            (Some(a), _) => Some(builder.constant(math::powi(a, exponent))),
            (_, 2) => Some(builder.mul(a, a)),
            _ => None,
        },
        Op::Pow(a, b) => {
            if let Some((a, b)) = both(builder, a, b) {
                Some(builder.constant(math::pow(a, b)))
            } else if is(builder, b, 0.5) {
                Some(builder.call(Function::Sqrt, a))
            } else {
                None
            }
        }
        Op::Call(function, a) => {
            let a = constant(builder, a)?;
            Some(builder.constant(unary(function, a)))
        }
        Op::Call2(function, a, b) => {
            let (a, b) = both(builder, a, b)?;
            Some(builder.constant(binary(function, a, b)))
        }
        Op::Select(_, yes, no) if yes == no => Some(yes),
        _ => None,
    }
}

/// `1 / x` where it is exact and normal.
fn exact_reciprocal(x: f64) -> Option<f64> {
    let power = x.is_normal() && x.to_bits() << 12 == 0;
    Some(1.0 / x).filter(|reciprocal| power && reciprocal.is_normal())
}
