//! Derivatives of programs: the chain rule, operation by operation.
//!
//! Start at [`tangents`]. Only what depends on an input has a derivative by it, so that a Jacobian with
//! many zeros is as short as it is sparse.
//!
//! The rules are those of `takens_symbolic::Derivatives`: `abs`, `min`, `max` and a choice have the
//! derivative of the branch that is taken, `sign`, `floor` and `heaviside` have none, `mod(a, b)` that of
//! `a - b·floor(a/b)` with the floor constant, and a root `u` of `F(u, x) = 0` has `-F_x / F_u`.

use crate::ir::{Builder, Op, Program, Value};
use std::collections::BTreeMap;
use std::ops::Range;
use std::rc::Rc;
use takens_symbolic::{Compare, Function};

/// A program and its derivatives as one program.
#[derive(Debug, Clone)]
pub struct Tangents {
    /// Inputs as before; outputs as before, and then a derivative for each of `entries`.
    pub program: Program,
    /// Which output was derived by which input (counted from the first that was asked for), in order of
    /// rows; what is absent is zero everywhere.
    pub entries: Vec<(usize, usize)>,
}

/// `program` with the derivatives of its outputs by `inputs`.
///
/// # Panics
/// If there are no such inputs.
#[must_use]
pub fn tangents(program: &Program, inputs: Range<usize>) -> Tangents {
    assert!(inputs.end <= program.input_count(), "inputs {inputs:?} of {}", program.input_count());
    let mut b = Builder::new(program.input_count());
    let one = b.constant(1.0);
    let duals: Vec<Dual> = (0..program.input_count())
        .map(|index| {
            let seed = inputs.contains(&index).then_some((index as u32, one));
            Dual { value: b.input(index), slopes: Rc::new(seed.into_iter().collect()) }
        })
        .collect();
    let results = follow(&mut b, program, &duals, 0);
    let mut outputs: Vec<Value> = results.iter().map(|result| result.value).collect();
    let mut entries = Vec::new();
    for (row, result) in results.iter().enumerate() {
        for (&input, &slope) in &*result.slopes {
            entries.push((row, input as usize - inputs.start));
            outputs.push(slope);
        }
    }
    Tangents { program: b.finish(outputs), entries }
}

/// Derivatives by the inputs on which a value depends.
type Slopes = BTreeMap<u32, Value>;

/// A value and its derivatives.
#[derive(Debug, Clone)]
struct Dual {
    value: Value,
    slopes: Rc<Slopes>,
}

/// Writes `program` with derivatives; `depth` roots lie around it.
fn follow(b: &mut Builder, program: &Program, inputs: &[Dual], depth: u32) -> Vec<Dual> {
    let nothing: Rc<Slopes> = Rc::default();
    let mut known: Vec<Dual> = Vec::with_capacity(program.ops.len());
    let mut places: Vec<u32> = Vec::with_capacity(program.ops.len());
    for op in &program.ops {
        let dual = match op {
            Op::Input(index) => inputs[*index as usize].clone(),
            op if op.is_condition() => {
                let place = b.condition(op.renumbered(&places)).0;
                // A condition is not a number: its place is kept, it has no derivative.
                Dual { value: Value(place), slopes: nothing.clone() }
            }
            op => {
                let value = b.value(op.renumbered(&places));
                let slopes = Rc::new(slopes(b, op, value, &known, depth));
                Dual { value, slopes }
            }
        };
        places.push(dual.value.0);
        known.push(dual);
    }
    program.outputs.iter().map(|output| known[output.0 as usize].clone()).collect()
}

/// The derivatives of what `op` computes, which is `whole`.
fn slopes(b: &mut Builder, op: &Op, whole: Value, known: &[Dual], depth: u32) -> Slopes {
    let of = |value: &Value| &known[value.0 as usize];
    match op {
        Op::Constant(_) | Op::Input(_) => Slopes::new(),
        Op::Compare(..) | Op::And(..) | Op::Or(..) | Op::Not(_) => Slopes::new(),
        Op::Neg(a) => chain(of(a), |slope| b.neg(slope)),
        Op::Add(x, y) => both(b, of(x), of(y), sum),
        Op::Sub(x, y) => both(b, of(x), of(y), difference),
        Op::Mul(x, y) => {
            let (x, y) = (of(x), of(y));
            both(b, x, y, |b, dx, dy| {
                let first = dx.map(|dx| b.mul(dx, y.value));
                let second = dy.map(|dy| b.mul(x.value, dy));
                sum(b, first, second)
            })
        }
        Op::Div(x, y) => {
            let (x, y) = (of(x), of(y));
            both(b, x, y, |b, dx, dy| {
                // (x' - (x/y)·y') / y: no square that could overflow.
                let change = dy.map(|dy| b.mul(whole, dy));
                let numerator = difference(b, dx, change)?;
                Some(b.div(numerator, y.value))
            })
        }
        Op::Powi(a, exponent) => {
            let a = of(a);
            if a.slopes.is_empty() || *exponent == 0 {
                return Slopes::new();
            }
            let lower = b.powi(a.value, exponent - 1);
            let factor = b.constant(f64::from(*exponent));
            let slope = b.mul(factor, lower);
            chain(a, |da| b.mul(slope, da))
        }
        Op::Pow(x, y) => power(b, of(x), of(y), whole),
        Op::Call(function, a) => {
            let a = of(a);
            if a.slopes.is_empty() {
                return Slopes::new();
            }
            match slope(b, *function, a.value, whole) {
                Some(slope) => chain(a, |da| b.mul(slope, da)),
                None => Slopes::new(),
            }
        }
        Op::Call2(function, x, y) => of_two(b, *function, of(x), of(y)),
        Op::Select(condition, yes, no) => {
            let condition = crate::ir::Condition(known[condition.0 as usize].value.0);
            let zero = b.constant(0.0);
            both(b, of(yes), of(no), |b, dyes, dno| {
                Some(b.select(condition, dyes.unwrap_or(zero), dno.unwrap_or(zero)))
            })
        }
        Op::Root { equation, arguments, .. } => {
            let unknown = u32::MAX - depth;
            let one = b.constant(1.0);
            let slopes = Rc::new(Slopes::from([(unknown, one)]));
            let mut inputs = vec![Dual { value: whole, slopes }];
            inputs.extend(arguments.iter().map(|argument| of(argument).clone()));
            let residual = follow(b, &equation.0, &inputs, depth + 1).swap_remove(0);
            let Some(&by_unknown) = residual.slopes.get(&unknown) else { return Slopes::new() };
            let others = residual.slopes.iter().filter(|(input, _)| **input != unknown);
            others
                .map(|(&input, &slope)| {
                    let ratio = b.div(slope, by_unknown);
                    (input, b.neg(ratio))
                })
                .collect()
        }
    }
}

/// The derivatives of a function of one value.
fn chain(a: &Dual, mut rule: impl FnMut(Value) -> Value) -> Slopes {
    a.slopes.iter().map(|(&input, &slope)| (input, rule(slope))).collect()
}

/// The derivatives of a function of two values; `rule` has nothing where one does not depend on an input.
fn both(
    b: &mut Builder,
    x: &Dual,
    y: &Dual,
    mut rule: impl FnMut(&mut Builder, Option<Value>, Option<Value>) -> Option<Value>,
) -> Slopes {
    let mut inputs: Vec<u32> = x.slopes.keys().chain(y.slopes.keys()).copied().collect();
    inputs.sort_unstable();
    inputs.dedup();
    let mut slopes = Slopes::new();
    for input in inputs {
        let (dx, dy) = (x.slopes.get(&input).copied(), y.slopes.get(&input).copied());
        if let Some(slope) = rule(b, dx, dy) {
            slopes.insert(input, slope);
        }
    }
    slopes
}

fn sum(b: &mut Builder, x: Option<Value>, y: Option<Value>) -> Option<Value> {
    match (x, y) {
        (Some(x), Some(y)) => Some(b.add(x, y)),
        (x, y) => x.or(y),
    }
}

fn difference(b: &mut Builder, x: Option<Value>, y: Option<Value>) -> Option<Value> {
    match (x, y) {
        (Some(x), Some(y)) => Some(b.sub(x, y)),
        (None, Some(y)) => Some(b.neg(y)),
        (x, None) => x,
    }
}

/// `(x^y)'`, where `whole` is `x^y`: the logarithm only by inputs on which the exponent depends.
fn power(b: &mut Builder, x: &Dual, y: &Dual, whole: Value) -> Slopes {
    let one = b.constant(1.0);
    let by_base = (!x.slopes.is_empty()).then(|| {
        let lower = b.sub(y.value, one);
        let lower = b.pow(x.value, lower);
        b.mul(y.value, lower)
    });
    let by_exponent = (!y.slopes.is_empty()).then(|| {
        let log = b.call(Function::Log, x.value);
        b.mul(whole, log)
    });
    both(b, x, y, |b, dx, dy| {
        let first = by_base.zip(dx).map(|(slope, dx)| b.mul(slope, dx));
        let second = by_exponent.zip(dy).map(|(slope, dy)| b.mul(slope, dy));
        sum(b, first, second)
    })
}

/// The derivative of a function of one argument at `a`, where it is `whole`; nothing where it is flat.
fn slope(b: &mut Builder, function: Function, a: Value, whole: Value) -> Option<Value> {
    let one = b.constant(1.0);
    Some(match function {
        Function::Sin => b.call(Function::Cos, a),
        Function::Cos => {
            let sin = b.call(Function::Sin, a);
            b.neg(sin)
        }
        Function::Tan => {
            let square = b.mul(whole, whole);
            b.add(one, square)
        }
        Function::Asin | Function::Acos => {
            let square = b.mul(a, a);
            let rest = b.sub(one, square);
            let height = b.call(Function::Sqrt, rest);
            let slope = b.div(one, height);
            if function == Function::Asin { slope } else { b.neg(slope) }
        }
        Function::Atan => {
            let square = b.mul(a, a);
            let sum = b.add(one, square);
            b.div(one, sum)
        }
        Function::Sinh => b.call(Function::Cosh, a),
        Function::Cosh => b.call(Function::Sinh, a),
        Function::Tanh => {
            let square = b.mul(whole, whole);
            b.sub(one, square)
        }
        Function::Exp => whole,
        Function::Log => b.div(one, a),
        Function::Sqrt => {
            let twice = b.add(whole, whole);
            b.div(one, twice)
        }
        Function::Abs => b.call(Function::Sign, a),
        Function::Sign | Function::Floor | Function::Heaviside => return None,
        // Functions of two arguments, which no program calls with one.
        Function::Atan2 | Function::Mod | Function::Min | Function::Max => b.constant(f64::NAN),
    })
}

/// The derivatives of a function of two arguments.
fn of_two(b: &mut Builder, function: Function, x: &Dual, y: &Dual) -> Slopes {
    match function {
        Function::Atan2 => {
            // atan2(x, y)' = (x'·y - x·y') / (x² + y²)
            let (xx, yy) = (b.mul(x.value, x.value), b.mul(y.value, y.value));
            let square = b.add(xx, yy);
            both(b, x, y, |b, dx, dy| {
                let first = dx.map(|dx| b.mul(dx, y.value));
                let second = dy.map(|dy| b.mul(x.value, dy));
                let numerator = difference(b, first, second)?;
                Some(b.div(numerator, square))
            })
        }
        Function::Mod => {
            let turns = (!y.slopes.is_empty()).then(|| {
                let ratio = b.div(x.value, y.value);
                b.call(Function::Floor, ratio)
            });
            both(b, x, y, |b, dx, dy| {
                let change = turns.zip(dy).map(|(turns, dy)| b.mul(turns, dy));
                difference(b, dx, change)
            })
        }
        Function::Min | Function::Max => {
            let compare = if function == Function::Min { Compare::Less } else { Compare::Greater };
            let first = b.compare(compare, x.value, y.value);
            let zero = b.constant(0.0);
            both(b, x, y, |b, dx, dy| Some(b.select(first, dx.unwrap_or(zero), dy.unwrap_or(zero))))
        }
        // Functions of one argument, which no program calls with two.
        _ => Slopes::new(),
    }
}
