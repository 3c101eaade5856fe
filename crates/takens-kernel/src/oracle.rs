//! The interpreter: slow, right, and on every machine.

use crate::engine::{Engine, check_lengths};
use crate::functions::{binary, holds, unary};
use crate::ir::{Op, Program};
use std::cell::RefCell;
use takens_core::math;
use takens_symbolic::find_root;

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
        with_scratch(|values| run(&self.program, inputs, outputs, values));
    }
}

thread_local! {
    /// Vectors for intermediate values: no call allocates once its thread is warm.
    static SCRATCH: RefCell<Vec<Vec<f64>>> = const { RefCell::new(Vec::new()) };
}

pub(crate) fn with_scratch<R>(work: impl FnOnce(&mut Vec<f64>) -> R) -> R {
    // Taken out while it is in use: a root calls its equation in the midst of the outer program.
    let mut values = SCRATCH.with_borrow_mut(Vec::pop).unwrap_or_default();
    values.clear();
    let result = work(&mut values);
    SCRATCH.with_borrow_mut(|pool| pool.push(values));
    result
}

/// Computes `outputs`; `values` is scratch, empty at the start. A truth value is 1 or 0 there.
fn run(program: &Program, inputs: &[f64], outputs: &mut [f64], values: &mut Vec<f64>) {
    values.reserve(program.ops.len());
    for op in &program.ops {
        values.push(operate(op, values, |index| inputs[index as usize]));
    }
    for (output, place) in outputs.iter_mut().zip(&program.outputs) {
        *output = values[place.0 as usize];
    }
}

/// What an operation gives, where `values` holds what the operations before it gave. A truth value is 1
/// or 0.
pub(crate) fn operate(op: &Op, values: &[f64], input: impl FnOnce(u32) -> f64) -> f64 {
    let truth = |holds: bool| if holds { 1.0 } else { 0.0 };
    let at = |place: u32| values[place as usize];
    match op {
        Op::Constant(bits) => f64::from_bits(*bits),
        Op::Input(index) => input(*index),
        Op::Neg(a) => -at(a.0),
        Op::Add(a, b) => at(a.0) + at(b.0),
        Op::Sub(a, b) => at(a.0) - at(b.0),
        Op::Mul(a, b) => at(a.0) * at(b.0),
        Op::Div(a, b) => at(a.0) / at(b.0),
        Op::Powi(a, exponent) => math::powi(at(a.0), *exponent),
        Op::Pow(a, b) => math::pow(at(a.0), at(b.0)),
        Op::Call(function, a) => unary(*function, at(a.0)),
        Op::Call2(function, a, b) => binary(*function, at(a.0), at(b.0)),
        Op::Compare(compare, a, b) => truth(holds(*compare, at(a.0), at(b.0))),
        Op::And(a, b) => truth(at(a.0) != 0.0 && at(b.0) != 0.0),
        Op::Or(a, b) => truth(at(a.0) != 0.0 || at(b.0) != 0.0),
        Op::Not(a) => truth(at(a.0) == 0.0),
        Op::Select(condition, yes, no) => at(if at(condition.0) != 0.0 { yes.0 } else { no.0 }),
        Op::Root { equation, start, arguments } => with_scratch(|inner| {
            inner.push(0.0);
            inner.extend(arguments.iter().map(|argument| at(argument.0)));
            root(&equation.0, at(start.0), inner)
        }),
    }
}

/// The zero of `equation` from `start`; the unknown is written to the first of `inputs`.
fn root(equation: &Program, start: f64, inputs: &mut [f64]) -> f64 {
    find_root(start, &mut |guess| {
        inputs[0] = guess;
        let mut residual = [0.0];
        with_scratch(|values| run(equation, inputs, &mut residual, values));
        residual[0]
    })
}
