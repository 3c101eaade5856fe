//! Machine code over lanes.

use super::{LANES, LaneEngine, check_groups};
use crate::error::KernelError;
use crate::ir::Program;
use crate::native::{Native, Width};
use std::cell::RefCell;

/// Runs a program as machine code for four or eight lanes.
#[derive(Debug)]
pub(crate) struct Machine {
    code: Native,
    lanes: usize,
    inputs: usize,
    outputs: usize,
}

impl Machine {
    /// The machine has to have the instructions.
    pub(super) fn new(program: &Program, width: Width) -> Result<Self, KernelError> {
        Ok(Self {
            code: Native::new(program, width)?,
            lanes: if width == Width::Eight { 8 } else { 4 },
            inputs: program.input_count(),
            outputs: program.output_count(),
        })
    }
}

/// Memory for values between operations, where the stack is too small: a register each.
#[derive(Debug, Clone, Copy)]
#[repr(align(64))]
struct Slot(#[expect(dead_code, reason = "machine code alone uses it")] [f64; LANES]);

thread_local! {
    static SCRATCH: RefCell<Vec<Slot>> = const { RefCell::new(Vec::new()) };
}

impl LaneEngine for Machine {
    fn width(&self) -> usize {
        LANES
    }

    fn input_count(&self) -> usize {
        self.inputs
    }

    fn output_count(&self) -> usize {
        self.outputs
    }

    fn call_many(&self, groups: usize, inputs: &[f64], outputs: &mut [f64]) {
        check_groups(groups, (self.inputs, self.outputs), inputs, outputs);
        if groups == 0 {
            return;
        }
        match self.code.scratch().div_ceil(size_of::<Slot>()) {
            0 => self.run(groups, inputs, outputs, std::ptr::null_mut()),
            slots => SCRATCH.with_borrow_mut(|scratch| {
                if scratch.len() < slots {
                    scratch.resize(slots, Slot([0.0; LANES]));
                }
                self.run(groups, inputs, outputs, scratch.as_mut_ptr().cast());
            }),
        }
    }
}

/// How many numbers of input and output four lanes go through before the other four follow: they share
/// lines of the cache, which are to be in the first one still.
const BLOCK: usize = 2048;

impl Machine {
    /// `scratch` has as many bytes as the code wants.
    fn run(&self, groups: usize, inputs: &[f64], outputs: &mut [f64], scratch: *mut f64) {
        let (rows, columns) = (self.inputs * LANES, self.outputs * LANES);
        let entry = self.code.lanes_entry();
        let block = match self.lanes {
            LANES => groups,
            _ => (BLOCK / (rows + columns).max(1)).clamp(1, groups),
        };
        for start in (0..groups).step_by(block) {
            let count = block.min(groups - start);
            let from = inputs[start * rows..].as_ptr();
            let to = outputs[start * columns..].as_mut_ptr();
            for first in (0..LANES).step_by(self.lanes) {
                // SAFETY: the code reads and writes its lanes of `count` groups, which are there, and
                // as much scratch as it said; the machine has its instructions, as `new` was told.
                unsafe { entry(from.wrapping_add(first), to.wrapping_add(first), count, scratch) }
            }
        }
    }
}
