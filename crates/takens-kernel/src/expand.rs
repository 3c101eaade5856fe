//! Operations written out in smaller ones, for engines that know the small ones alone.

use crate::ir::{Builder, Op, Program, Value};
use std::borrow::Cow;
use takens_symbolic::{Compare, Function};

/// `program` with integer powers as multiplications, and sign, step and remainder as what they are
/// made of: the same bits.
pub(crate) fn expand(program: &Program) -> Cow<'_, Program> {
    if !program.ops.iter().any(is_large) {
        return Cow::Borrowed(program);
    }
    let mut builder = Builder::new(program.inputs as usize);
    let mut places: Vec<u32> = Vec::with_capacity(program.ops.len());
    for op in &program.ops {
        let op = op.renumbered(&places);
        let place = match op {
            Op::Powi(a, exponent) => powi(&mut builder, a, exponent).0,
            Op::Call(Function::Sign, a) => {
                let below = choose(&mut builder, (Compare::Less, a, 0.0), -1.0, 0.0);
                let (zero, one) = (builder.constant(0.0), builder.constant(1.0));
                let above = builder.compare(Compare::Greater, a, zero);
                builder.select(above, one, below).0
            }
            Op::Call(Function::Heaviside, a) => {
                choose(&mut builder, (Compare::Greater, a, 0.0), 1.0, 0.0).0
            }
            Op::Call2(Function::Mod, a, b) => {
                let ratio = builder.div(a, b);
                let whole = builder.call(Function::Floor, ratio);
                let multiple = builder.mul(b, whole);
                builder.sub(a, multiple).0
            }
            condition if condition.is_condition() => builder.condition(condition).0,
            number => builder.value(number).0,
        };
        places.push(place);
    }
    let outputs = program.outputs.iter().map(|output| Value(places[output.0 as usize])).collect();
    Cow::Owned(builder.finish(outputs))
}

fn is_large(op: &Op) -> bool {
    matches!(
        op,
        Op::Powi(..)
            | Op::Call(Function::Sign | Function::Heaviside, _)
            | Op::Call2(Function::Mod, ..)
    )
}

fn choose(
    builder: &mut Builder,
    (compare, a, bound): (Compare, Value, f64),
    yes: f64,
    no: f64,
) -> Value {
    let [bound, yes, no] = [bound, yes, no].map(|value| builder.constant(value));
    let condition = builder.compare(compare, a, bound);
    builder.select(condition, yes, no)
}

/// The multiplications of `takens_core::math::powi`, in its order.
fn powi(builder: &mut Builder, x: Value, exponent: i32) -> Value {
    let mut rest = exponent.unsigned_abs();
    let mut square = x;
    let mut product: Option<Value> = None;
    while rest > 0 {
        if rest & 1 == 1 {
            product = Some(match product {
                None => square,
                Some(before) => builder.mul(before, square),
            });
        }
        rest >>= 1;
        if rest > 0 {
            square = builder.mul(square, square);
        }
    }
    let one = builder.constant(1.0);
    match product {
        None => one,
        Some(product) if exponent < 0 => builder.div(one, product),
        Some(product) => product,
    }
}
