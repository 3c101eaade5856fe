//! Random programs and random numbers to run them on.
#![allow(dead_code, reason = "each test file uses its part")]

use proptest::prelude::*;
use std::sync::Arc;
use takens_kernel::{Builder, Condition, Op, Program, SharedProgram, Value};
use takens_symbolic::{Compare, Function};

pub(crate) const INPUTS: usize = 5;

/// One operation of a random program: what it is, and three places to take its parts from.
pub(crate) type Choice = (u8, [u16; 3], f64);

fn compare(choice: u16) -> Compare {
    use Compare::*;
    [Less, LessEqual, Greater, GreaterEqual, Equal, NotEqual][choice as usize % 6]
}

/// A program of random operations; all that it computes comes out.
pub(crate) fn program(choices: &[Choice], roots: bool) -> Program {
    let mut builder = Builder::new(INPUTS);
    let mut values: Vec<Value> = (0..INPUTS).map(|index| builder.input(index)).collect();
    let first = builder.compare(Compare::Less, values[0], values[1]);
    let mut conditions: Vec<Condition> = vec![first];
    for &(kind, parts, constant) in choices {
        let value = |part: usize| values[parts[part] as usize % values.len()];
        let condition = |part: usize| conditions[parts[part] as usize % conditions.len()];
        let op = match kind % 32 {
            0..=2 => Op::Add(value(0), value(1)),
            3..=5 => Op::Sub(value(0), value(1)),
            6..=8 => Op::Mul(value(0), value(1)),
            9..=10 => Op::Div(value(0), value(1)),
            11 => Op::Neg(value(0)),
            12 => Op::Constant(constant.to_bits()),
            13 => Op::Powi(value(0), i32::from(parts[1] % 129) - 64),
            14 => Op::Pow(value(0), value(1)),
            15..=19 => {
                let (function, _, arity) = Function::ALL[parts[2] as usize % 20];
                match arity {
                    1 => Op::Call(function, value(0)),
                    _ => Op::Call2(function, value(0), value(1)),
                }
            }
            20 => Op::Call2(Function::Min, value(0), value(1)),
            21 => Op::Call2(Function::Mod, value(0), value(1)),
            22 => Op::Call(Function::Floor, value(0)),
            23..=24 => Op::Compare(compare(parts[2]), value(0), value(1)),
            25 => Op::And(condition(0), condition(1)),
            26 => Op::Or(condition(0), condition(1)),
            27 => Op::Not(condition(0)),
            28 if roots => Op::Root {
                equation: equation(parts[2]),
                start: value(0),
                arguments: [value(1), value(2)].into(),
            },
            _ => Op::Select(condition(0), value(1), value(2)),
        };
        match op {
            Op::Compare(..) | Op::And(..) | Op::Or(..) | Op::Not(..) => {
                conditions.push(builder.condition(op));
            }
            op => values.push(builder.value(op)),
        }
    }
    builder.finish(values)
}

/// `u³ + |a| u = b`, or an equation with a root inside.
fn equation(choice: u16) -> SharedProgram {
    let mut builder = Builder::new(3);
    let [u, a, b] = [0, 1, 2].map(|index| builder.input(index));
    let cube = builder.powi(u, 3);
    let size = builder.call(Function::Abs, a);
    let linear = builder.mul(size, u);
    let mut left = builder.add(cube, linear);
    if choice % 2 == 1 {
        let inner = Op::Root { equation: equation(0), start: b, arguments: [u, a].into() };
        let inner = builder.value(inner);
        left = builder.add(left, inner);
    }
    let residual = builder.sub(left, b);
    SharedProgram(Arc::new(builder.finish(vec![residual])))
}

pub(crate) fn number() -> impl Strategy<Value = f64> {
    prop_oneof![
        4 => -10.0..10.0f64,
        1 => any::<f64>(),
        1 => prop::sample::select(vec![
            0.0, -0.0, 1.0, -1.0, 0.5, 2.0, f64::INFINITY, f64::NEG_INFINITY, f64::NAN,
            f64::MIN_POSITIVE, 5e-324, f64::MAX, 1e22, -2.5
        ]),
    ]
}

pub(crate) fn choices(length: usize) -> impl Strategy<Value = Vec<Choice>> {
    prop::collection::vec((any::<u8>(), any::<[u16; 3]>(), number()), 1..length)
}

/// A program in which `count` values are computed and then used in the same order, a sine between.
pub(crate) fn waiting(count: usize) -> Program {
    let mut builder = Builder::new(INPUTS);
    let inputs: Vec<Value> = (0..INPUTS).map(|index| builder.input(index)).collect();
    let mut values = vec![];
    for i in 0..count {
        let (a, b) = (inputs[i % INPUTS], inputs[(i / INPUTS) % INPUTS]);
        let factor = builder.constant(1.0 + i as f64);
        let product = builder.mul(a, factor);
        values.push(builder.add(product, b));
    }
    let mut sum = builder.call(Function::Sin, values[0]);
    let mut sums = vec![sum];
    for &value in &values {
        sum = builder.sub(value, sum);
        sums.push(sum);
    }
    sums.truncate(3);
    sums.push(sum);
    builder.finish(sums)
}

/// A program of `length` means of two of the last 90 values: few registers for many values, which are
/// read again and again at unequal distances. The last ones come out.
pub(crate) fn crowded(length: usize, seed: u64) -> Program {
    let mut builder = Builder::new(INPUTS);
    let mut values: Vec<Value> = (0..INPUTS).map(|index| builder.input(index)).collect();
    let mut state = seed | 1;
    let mut random = |below: usize| {
        state =
            state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) as usize % below
    };
    for i in 0..length {
        let reach = values.len().min(90);
        let [a, b] = [0, 1].map(|_| values[values.len() - 1 - random(reach)]);
        let weight = builder.constant(0.5 + (i % 7) as f64 / 100.0);
        let sum = if i % 3 == 0 { builder.sub(a, b) } else { builder.add(a, b) };
        let mean = builder.mul(sum, weight);
        values.push(if i % 97 == 96 { builder.call(Function::Tanh, mean) } else { mean });
    }
    builder.finish(values.split_off(values.len() - 5))
}
