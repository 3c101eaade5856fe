//! Programs with loops as machine code.

use super::operations::{Body, flags};
use super::{Code, Translator};
use crate::engine::{Engine, check_lengths};
use crate::error::KernelError;
use crate::ir::{Op, Value};
use crate::oracle::with_scratch;
use crate::rolled::{Array, RolledProgram, Source, Step};
use cranelift_codegen::ir::condcodes::IntCC;
use cranelift_codegen::ir::{BlockArg, InstBuilder, Value as Register, types};
use cranelift_frontend::Variable;
use std::collections::HashMap;
use std::sync::Arc;
use takens_symbolic::{Compare, Function, IntId, IntNode, Integers, Reduction};

/// Reads all inputs from the first place, writes all outputs to the second, which is another, and keeps
/// what it needs in between in the third.
type Entry = unsafe extern "C" fn(*const f64, *mut f64, *mut f64);

/// Runs a [`RolledProgram`] as machine code.
#[derive(Debug, Clone)]
pub struct CompiledLoops {
    entry: Entry,
    inputs: usize,
    outputs: usize,
    scratch: usize,
    bytes: usize,
    // Keeps the code that `entry` points to.
    _code: Arc<Code>,
}

impl CompiledLoops {
    /// Translates `program` for this machine.
    ///
    /// # Errors
    /// [`KernelError`] if there is no back end for this processor, or if the program cannot be shown to
    /// stay within its arrays.
    pub fn new(program: &RolledProgram) -> Result<Self, KernelError> {
        let ops = program.ops.len();
        if let Err(reason) = program.check() {
            return Err(KernelError::Program { ops, reason: reason.to_owned() });
        }
        let mut translator = Translator::new(ops)?;
        translator.equations(&program.ops)?;
        let (main, bytes) = translator.define(3, |body| emit(body, program))?;
        let code = translator.finish()?;
        let address = code.module.get_finalized_function(main);
        // SAFETY: `main` was defined with three pointers, in the C convention of this host.
        let entry = unsafe { std::mem::transmute::<*const u8, Entry>(address) };
        Ok(Self {
            entry,
            inputs: program.inputs,
            outputs: program.outputs,
            scratch: program.scratch,
            bytes,
            _code: Arc::new(code),
        })
    }

    /// The length of the code in bytes, what it calls not counted.
    #[must_use]
    pub fn code_len(&self) -> usize {
        self.bytes
    }
}

impl Engine for CompiledLoops {
    fn input_count(&self) -> usize {
        self.inputs
    }

    fn output_count(&self) -> usize {
        self.outputs
    }

    fn call(&self, inputs: &[f64], outputs: &mut [f64]) {
        check_lengths((self.inputs, self.outputs), inputs, outputs);
        with_scratch(|scratch| {
            scratch.resize(self.scratch, 0.0);
            // SAFETY: the code was shown to read and write within arrays of these lengths, which are
            // there and do not overlap, and `self` keeps the code alive.
            unsafe { (self.entry)(inputs.as_ptr(), outputs.as_mut_ptr(), scratch.as_mut_ptr()) }
        });
    }
}

fn emit(body: &mut Body, program: &RolledProgram) {
    let arrays = body.begin();
    let none = body.builder.ins().f64const(f64::NAN);
    body.registers = vec![none; program.ops.len()];
    let totals = (0..program.totals).map(|_| body.builder.declare_var(types::F64)).collect();
    let arrays = [arrays[0], arrays[1], arrays[2]];
    let mut loops = Loops { body, program, arrays, totals, indices: HashMap::new() };
    loops.steps(&program.steps);
    body.builder.ins().return_(&[]);
}

struct Loops<'b, 'a> {
    body: &'b mut Body<'a>,
    program: &'b RolledProgram,
    /// Inputs, outputs, scratch.
    arrays: [Register; 3],
    totals: Vec<Variable>,
    indices: HashMap<u32, Register>,
}

impl Loops<'_, '_> {
    fn steps(&mut self, steps: &[Step]) {
        let program = self.program;
        for step in steps {
            match step {
                Step::Compute(place) => {
                    let op = &program.ops[*place as usize];
                    let register = match op {
                        Op::Input(number) => self.source(&program.sources[*number as usize]),
                        _ => self.body.op(op, self.arrays[0]),
                    };
                    self.body.registers[*place as usize] = register;
                }
                Step::Loop { index, low, high, steps } => self.repeat(*index, *low, *high, steps),
                Step::Start(total, reduction) => {
                    let start = self.body.builder.ins().f64const(reduction.start());
                    self.body.builder.def_var(self.totals[*total as usize], start);
                }
                Step::Fold(total, reduction, value) => {
                    let total = self.totals[*total as usize];
                    let before = self.body.builder.use_var(total);
                    let value = self.register(*value);
                    let after = match reduction {
                        Reduction::Sum => self.body.builder.ins().fadd(before, value),
                        Reduction::Product => self.body.builder.ins().fmul(before, value),
                        Reduction::Min => self.body.binary(Function::Min, before, value),
                        Reduction::Max => self.body.binary(Function::Max, before, value),
                    };
                    self.body.builder.def_var(total, after);
                }
                Step::Store(array, place, value) => {
                    let value = self.register(*value);
                    let (address, offset) = self.address(*array, *place);
                    self.body.builder.ins().store(flags(), value, address, offset);
                }
            }
        }
    }

    fn register(&self, value: Value) -> Register {
        self.body.registers[value.0 as usize]
    }

    /// A loop whose condition stands at its end.
    fn repeat(&mut self, index: u32, low: IntId, high: IntId, steps: &[Step]) {
        let integers = &self.program.integers;
        let bounds = integers.as_constant(low).zip(integers.as_constant(high));
        let (low, high) = (self.integer(low), self.integer(high));
        let builder = &mut self.body.builder;
        let (inside, behind) = (builder.create_block(), builder.create_block());
        let running = builder.append_block_param(inside, types::I64);
        if bounds.is_some_and(|(low, high)| low < high) {
            builder.ins().jump(inside, &[BlockArg::Value(low)]);
        } else {
            let some = builder.ins().icmp(IntCC::SignedLessThan, low, high);
            builder.ins().brif(some, inside, &[BlockArg::Value(low)], behind, &[]);
        }
        builder.switch_to_block(inside);
        self.indices.insert(index, running);
        self.steps(steps);
        let builder = &mut self.body.builder;
        let next = builder.ins().iadd_imm_s(running, 1);
        let more = builder.ins().icmp(IntCC::SignedLessThan, next, high);
        builder.ins().brif(more, inside, &[BlockArg::Value(next)], behind, &[]);
        builder.seal_block(inside);
        builder.seal_block(behind);
        builder.switch_to_block(behind);
    }

    fn source(&mut self, source: &Source) -> Register {
        match source {
            Source::Load(array, place) => {
                let (address, offset) = self.address(*array, *place);
                self.body.builder.ins().load(types::F64, flags(), address, offset)
            }
            Source::Ratio(above, below) => self.ratio(*above, *below),
            Source::Holds(compare, a, b) => {
                let (a, b) = (self.integer(*a), self.integer(*b));
                let code = match compare {
                    Compare::Less => IntCC::SignedLessThan,
                    Compare::LessEqual => IntCC::SignedLessThanOrEqual,
                    Compare::Greater => IntCC::SignedGreaterThan,
                    Compare::GreaterEqual => IntCC::SignedGreaterThanOrEqual,
                    Compare::Equal => IntCC::Equal,
                    Compare::NotEqual => IntCC::NotEqual,
                };
                let builder = &mut self.body.builder;
                let holds = builder.ins().icmp(code, a, b);
                let (one, zero) = (builder.ins().f64const(1.0), builder.ins().f64const(0.0));
                builder.ins().select(holds, one, zero)
            }
            Source::Power(base, above, below) => {
                let exponent = self.ratio(*above, *below);
                let base = self.register(*base);
                self.body.index_power(base, exponent)
            }
            Source::Total(total) => self.body.builder.use_var(self.totals[*total as usize]),
        }
    }

    fn ratio(&mut self, above: IntId, below: IntId) -> Register {
        let whole = self.program.integers.as_constant(below) == Some(1);
        let above = self.integer(above);
        let above = self.body.builder.ins().fcvt_from_sint(types::F64, above);
        if whole {
            return above;
        }
        let below = self.integer(below);
        let below = self.body.builder.ins().fcvt_from_sint(types::F64, below);
        self.body.builder.ins().fdiv(above, below)
    }

    /// Where an element lies: a register and a constant offset.
    fn address(&mut self, array: Array, place: IntId) -> (Register, i32) {
        let base = match array {
            Array::Inputs => self.arrays[0],
            Array::Outputs => self.arrays[1],
            Array::Scratch => self.arrays[2],
        };
        let mut sum = self.program.integers.affine(place);
        let offset = sum.constant.checked_mul(8).and_then(|offset| i32::try_from(offset).ok());
        let offset = offset.unwrap_or(0);
        sum.constant -= i64::from(offset / 8);
        if sum.terms.is_empty() && sum.constant == 0 {
            return (base, offset);
        }
        let running = self.sum(sum.constant, &sum.terms);
        let bytes = self.body.builder.ins().ishl_imm_u(running, 3);
        (self.body.builder.ins().iadd(base, bytes), offset)
    }

    fn integer(&mut self, id: IntId) -> Register {
        let program = self.program;
        let integers: &Integers = &program.integers;
        match integers.node(id) {
            IntNode::Index(number) => self.indices[number],
            IntNode::Affine { constant, terms } => self.sum(*constant, terms),
            IntNode::Mul(a, b) => {
                let (a, b) = (self.integer(*a), self.integer(*b));
                self.body.builder.ins().imul(a, b)
            }
            IntNode::FloorDiv(a, b) => {
                let (a, b) = (self.integer(*a), self.integer(*b));
                let builder = &mut self.body.builder;
                // The quotient towards zero, less one where the remainder is negative.
                let quotient = builder.ins().sdiv(a, b);
                let remainder = builder.ins().srem(a, b);
                let below = builder.ins().sshr_imm_u(remainder, 63);
                builder.ins().iadd(quotient, below)
            }
            IntNode::Remainder(a, b) => {
                let (a, b) = (self.integer(*a), self.integer(*b));
                let builder = &mut self.body.builder;
                let remainder = builder.ins().srem(a, b);
                let below = builder.ins().sshr_imm_u(remainder, 63);
                let more = builder.ins().band(below, b);
                builder.ins().iadd(remainder, more)
            }
            IntNode::Min(a, b) | IntNode::Max(a, b) => {
                let code = match integers.node(id) {
                    IntNode::Min(..) => IntCC::SignedLessThan,
                    _ => IntCC::SignedGreaterThan,
                };
                let (a, b) = (self.integer(*a), self.integer(*b));
                let builder = &mut self.body.builder;
                let first = builder.ins().icmp(code, a, b);
                builder.ins().select(first, a, b)
            }
        }
    }

    /// `constant + Σ factor · part`
    fn sum(&mut self, constant: i64, terms: &[(IntId, i64)]) -> Register {
        let mut sum = None;
        for &(part, factor) in terms {
            let part = self.integer(part);
            let builder = &mut self.body.builder;
            let term = if factor == 1 { part } else { builder.ins().imul_imm_s(part, factor) };
            sum = Some(match sum {
                None => term,
                Some(before) => builder.ins().iadd(before, term),
            });
        }
        match sum {
            None => self.body.builder.ins().iconst(types::I64, constant),
            Some(sum) if constant == 0 => sum,
            Some(sum) => self.body.builder.ins().iadd_imm_s(sum, constant),
        }
    }
}
