//! The interpreter of programs with loops: slow, right, and on every machine.

use super::{Array, RolledProgram, Source, Step};
use crate::engine::{Engine, check_lengths};
use crate::functions::power;
use crate::ir::{Op, Value};
use crate::oracle::{operate, with_scratch};
use takens_core::math;
use takens_symbolic::{MAX_INDICES, Reduction, holds};

/// Runs a [`RolledProgram`] step by step.
#[derive(Debug, Clone)]
pub struct RolledOracle {
    program: RolledProgram,
}

impl RolledOracle {
    /// An interpreter of `program`.
    #[must_use]
    pub fn new(program: RolledProgram) -> Self {
        Self { program }
    }

    /// What is interpreted.
    #[must_use]
    pub fn program(&self) -> &RolledProgram {
        &self.program
    }
}

impl Engine for RolledOracle {
    fn input_count(&self) -> usize {
        self.program.inputs
    }

    fn output_count(&self) -> usize {
        self.program.outputs
    }

    fn call(&self, inputs: &[f64], outputs: &mut [f64]) {
        check_lengths((self.input_count(), self.output_count()), inputs, outputs);
        with_scratch(|values| {
            with_scratch(|scratch| {
                values.resize(self.program.ops.len(), 0.0);
                scratch.resize(self.program.scratch, 0.0);
                let mut run = Run {
                    program: &self.program,
                    inputs,
                    outputs,
                    scratch,
                    values,
                    totals: vec![0.0; self.program.totals],
                    indices: [0; MAX_INDICES as usize],
                };
                run.steps(&self.program.steps);
            });
        });
    }
}

struct Run<'a> {
    program: &'a RolledProgram,
    inputs: &'a [f64],
    outputs: &'a mut [f64],
    scratch: &'a mut [f64],
    values: &'a mut [f64],
    totals: Vec<f64>,
    indices: [i64; MAX_INDICES as usize],
}

impl Run<'_> {
    fn steps(&mut self, steps: &[Step]) {
        let program = self.program;
        for step in steps {
            match step {
                Step::Compute(place) => {
                    let op = &program.ops[*place as usize];
                    let value = match op {
                        Op::Input(number) => self.source(&program.sources[*number as usize]),
                        _ => operate(op, self.values, |_| f64::NAN),
                    };
                    self.values[*place as usize] = value;
                }
                Step::Loop { index, low, high, steps } => {
                    for value in self.integer(*low)..self.integer(*high) {
                        self.indices[*index as usize] = value;
                        self.steps(steps);
                    }
                }
                Step::Start(total, reduction) => self.totals[*total as usize] = reduction.start(),
                Step::Fold(total, reduction, Value(place)) => {
                    let (before, value) =
                        (self.totals[*total as usize], self.values[*place as usize]);
                    self.totals[*total as usize] = match reduction {
                        Reduction::Sum => before + value,
                        Reduction::Product => before * value,
                        Reduction::Min => math::min(before, value),
                        Reduction::Max => math::max(before, value),
                    };
                }
                Step::Store(array, place, Value(value)) => {
                    let (place, value) =
                        (self.integer(*place) as usize, self.values[*value as usize]);
                    match array {
                        Array::Scratch => self.scratch[place] = value,
                        _ => self.outputs[place] = value,
                    }
                }
            }
        }
    }

    fn integer(&self, id: takens_symbolic::IntId) -> i64 {
        self.program.integers.value(id, &self.indices)
    }

    fn source(&self, source: &Source) -> f64 {
        match source {
            Source::Load(Array::Scratch, place) => self.scratch[self.integer(*place) as usize],
            Source::Load(_, place) => self.inputs[self.integer(*place) as usize],
            Source::Ratio(a, b) => self.integer(*a) as f64 / self.integer(*b) as f64,
            Source::Holds(compare, a, b) => {
                if holds(*compare, self.integer(*a), self.integer(*b)) {
                    1.0
                } else {
                    0.0
                }
            }
            Source::Power(base, a, b) => {
                let exponent = self.integer(*a) as f64 / self.integer(*b) as f64;
                power(self.values[base.0 as usize], exponent)
            }
            Source::Total(total) => self.totals[*total as usize],
        }
    }
}
