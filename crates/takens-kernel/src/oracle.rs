//! The interpreter: slow, right, and on every machine.

use crate::engine::{Engine, check_lengths};
use crate::ir::{Op, Program};
use crate::numbers::{Doubles, Numbers, Valued, sure};
pub(crate) use crate::scratch::with_scratch;

/// Runs a [`Program`] operation by operation: what the other engines are compared with.
#[derive(Debug, Clone)]
pub struct Oracle {
    program: Program,
}

impl Oracle {
    /// An interpreter of `program`.
    #[must_use]
    pub fn new(program: Program) -> Self {
        Self { program }
    }

    /// What is interpreted.
    #[must_use]
    pub fn program(&self) -> &Program {
        &self.program
    }

    /// The outputs among numbers of another kind. A fault in what an output needs is the output's.
    ///
    /// # Panics
    /// If the number of inputs is not that of the program.
    pub fn evaluate<K: Numbers>(&self, numbers: &K, inputs: &[K::Number]) -> Vec<Valued<K>> {
        assert_eq!(inputs.len(), self.program.input_count(), "inputs of the program");
        let mut outputs = Vec::with_capacity(self.program.output_count());
        numbers.with_scratch(|values| {
            run(numbers, &self.program, inputs, values);
            outputs.extend(self.program.outputs.iter().map(|at| values[at.0 as usize].clone()));
        });
        outputs
    }
}

impl Engine for Oracle {
    fn input_count(&self) -> usize {
        self.program.input_count()
    }

    fn output_count(&self) -> usize {
        self.program.output_count()
    }

    fn call(&self, inputs: &[f64], outputs: &mut [f64]) {
        check_lengths((self.input_count(), self.output_count()), inputs, outputs);
        Doubles.with_scratch(|values| {
            run(&Doubles, &self.program, inputs, values);
            for (output, place) in outputs.iter_mut().zip(&self.program.outputs) {
                *output = sure(values[place.0 as usize]);
            }
        });
    }
}

/// Computes all operations; `values` is scratch, empty at the start.
fn run<K: Numbers>(
    numbers: &K,
    program: &Program,
    inputs: &[K::Number],
    values: &mut Vec<Valued<K>>,
) {
    values.reserve(program.ops.len());
    for op in &program.ops {
        let at = |place: u32| values[place as usize].as_ref().map_err(K::Fault::clone);
        let value = operate_in(numbers, op, at, |index| Ok(inputs[index as usize].clone()));
        values.push(value);
    }
}

/// What an operation gives in f64, where `values` holds what the operations before it gave. A truth
/// value is 1 or 0.
pub(crate) fn operate(op: &Op, values: &[f64], input: impl FnOnce(u32) -> f64) -> f64 {
    sure(operate_in(&Doubles, op, |place| Ok(&values[place as usize]), |index| Ok(input(index))))
}

/// What an operation gives, where `at` has what the operations before it gave.
#[inline]
fn operate_in<'a, K: Numbers>(
    k: &K,
    op: &Op,
    at: impl Fn(u32) -> Result<&'a K::Number, K::Fault>,
    input: impl FnOnce(u32) -> Valued<K>,
) -> Valued<K>
where
    K::Number: 'a,
{
    match op {
        Op::Constant(bits) => k.constant(f64::from_bits(*bits)),
        Op::Input(index) => input(*index),
        Op::Neg(a) => k.neg(at(a.0)?),
        Op::Add(a, b) => k.add(at(a.0)?, at(b.0)?),
        Op::Sub(a, b) => k.sub(at(a.0)?, at(b.0)?),
        Op::Mul(a, b) => k.mul(at(a.0)?, at(b.0)?),
        Op::Div(a, b) => k.div(at(a.0)?, at(b.0)?),
        Op::Powi(a, exponent) => k.powi(at(a.0)?, *exponent),
        Op::Pow(a, b) => k.pow(at(a.0)?, at(b.0)?),
        Op::Call(function, a) => k.unary(*function, at(a.0)?),
        Op::Call2(function, a, b) => k.binary(*function, at(a.0)?, at(b.0)?),
        Op::Compare(compare, a, b) => Ok(k.truth(k.holds(*compare, at(a.0)?, at(b.0)?))),
        Op::And(a, b) => Ok(k.truth(match (k.decided(at(a.0)?), k.decided(at(b.0)?)) {
            (Some(false), _) | (_, Some(false)) => Some(false),
            (Some(true), Some(true)) => Some(true),
            _ => None,
        })),
        Op::Or(a, b) => Ok(k.truth(match (k.decided(at(a.0)?), k.decided(at(b.0)?)) {
            (Some(true), _) | (_, Some(true)) => Some(true),
            (Some(false), Some(false)) => Some(false),
            _ => None,
        })),
        Op::Not(a) => Ok(k.truth(k.decided(at(a.0)?).map(|holds| !holds))),
        Op::Select(condition, yes, no) => match k.decided(at(condition.0)?) {
            Some(true) => at(yes.0).cloned(),
            Some(false) => at(no.0).cloned(),
            None => k.either(at(yes.0)?, at(no.0)?),
        },
        Op::Root { equation, start, arguments } => {
            let start = at(start.0)?.clone();
            let mut inputs = vec![start.clone()];
            for argument in arguments {
                inputs.push(at(argument.0)?.clone());
            }
            k.root(&start, &mut |guess| {
                inputs[0] = guess.clone();
                k.with_scratch(|values| {
                    run(k, &equation.0, &inputs, values);
                    values[equation.0.outputs[0].0 as usize].clone()
                })
            })
        }
    }
}
