//! Machine code over lanes.

use super::{LANES, LaneEngine, check_groups};
use crate::error::KernelError;
use crate::expand::expand;
use crate::ir::Program;
use crate::native::{Native, Width, copies, side_by_side};
use std::cell::RefCell;

/// Runs a program as machine code for four or eight lanes.
#[derive(Debug)]
pub(crate) struct Machine {
    /// For one group at a time.
    code: Native,
    /// For so many groups at a time, where that is faster.
    several: Option<(usize, Native)>,
    lanes: usize,
    inputs: usize,
    outputs: usize,
}

impl Machine {
    /// The machine has to have the instructions.
    pub(super) fn new(program: &Program, width: Width) -> Result<Self, KernelError> {
        let program = &*expand(program);
        // Four lanes have half as many registers: there it gains nothing.
        let several = match copies(program) {
            _ if width != Width::Eight => None,
            1 => None,
            count => Some((count, Native::new(&side_by_side(program, count), width)?)),
        };
        Ok(Self {
            code: Native::new(program, width)?,
            several,
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
        let scratch = |code: &Native| code.scratch().div_ceil(size_of::<Slot>());
        match scratch(&self.code).max(self.several.as_ref().map_or(0, |(_, code)| scratch(code))) {
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
        let together = self.several.as_ref().map_or(1, |(count, _)| *count);
        let block = match self.lanes {
            LANES => groups,
            _ => (BLOCK / (rows + columns).max(1)).next_multiple_of(together).clamp(1, groups),
        };
        for start in (0..groups).step_by(block) {
            let count = block.min(groups - start);
            let from = inputs[start * rows..].as_ptr();
            let to = outputs[start * columns..].as_mut_ptr();
            for first in (0..LANES).step_by(self.lanes) {
                let (mut from, mut to) = (from.wrapping_add(first), to.wrapping_add(first));
                let mut left = count;
                if let Some((together, code)) = &self.several
                    && left >= *together
                {
                    let times = left / together;
                    // SAFETY: as below, for `times * together` groups.
                    unsafe { code.lanes_entry()(from, to, times, scratch) }
                    from = from.wrapping_add(times * together * rows);
                    to = to.wrapping_add(times * together * columns);
                    left %= together;
                }
                if left > 0 {
                    // SAFETY: the code reads and writes its lanes of `left` groups, which are there,
                    // and as much scratch as it said; the machine has its instructions, as `new` was
                    // told.
                    unsafe { self.code.lanes_entry()(from, to, left, scratch) }
                }
            }
        }
    }
}
