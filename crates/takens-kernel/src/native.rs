//! Machine code for x86-64, written here: straight-line programs for one, four or eight lanes.
//!
//! The order of work: `plan` says what is done when and what is used next, `write` turns operations into
//! instructions, `values` knows where values are and gives out registers, `encode` knows the bytes,
//! `memory` makes them executable, `copies` puts several groups side by side. One walk over the program does it all, so that a large step compiles
//! in a fraction of the time that a general code generator takes.
//!
//! Elementary functions are called, not written out: a call saves no more registers than the function
//! would need, and a program of many sines stays small.

mod copies;
mod encode;
mod memory;
mod plan;
pub(crate) mod rows;
mod values;
mod write;

pub(crate) use copies::{copies, side_by_side};

use crate::error::KernelError;
use crate::expand::expand;
use crate::ir::{Op, Program, SharedProgram};
use crate::jit::Entry;
use crate::lanes::Level;
use encode::*;
use memory::Executable;
use plan::Plan;
use rustc_hash::FxHashMap;
use std::collections::HashMap;
use values::Home;
use write::Writer;

/// How many lanes an instruction works on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Width {
    /// AVX, one lane.
    One,
    /// AVX2.
    Four,
    /// AVX-512 F and DQ.
    Eight,
}

impl Width {
    fn lanes(self) -> i32 {
        match self {
            Self::One => 1,
            Self::Four => 4,
            Self::Eight => 8,
        }
    }

    /// Bytes from one input to the next.
    fn stride(self) -> i32 {
        if self == Self::One { 8 } else { 64 }
    }

    fn level(self) -> Level {
        match self {
            Self::One => Level::Plain,
            Self::Four => Level::Avx2,
            Self::Eight => Level::Avx512,
        }
    }
}

/// Machine code over lanes: reads the inputs of so many groups and writes their outputs elsewhere; the
/// last is memory for what it needs in between.
type LanesEntry = unsafe extern "C" fn(*const f64, *mut f64, usize, *mut f64);

/// Machine code and what it calls.
#[derive(Debug)]
pub(crate) struct Native {
    memory: Executable,
    bytes: usize,
    /// Bytes of memory to be brought along; with one lane there are none.
    scratch: usize,
    // Keeps the code of equations that the code calls.
    _equations: HashMap<SharedProgram, Native>,
}

/// Beyond this many bytes of values that wait for their use, lanes keep them in memory of the caller.
const STACK: i32 = 64 << 10;

/// Beyond this many bytes a program of one lane is refused: threads have stacks of 2 MiB.
const STACK_LIMIT: i32 = 512 << 10;

impl Native {
    pub(crate) fn new(program: &Program, width: Width) -> Result<Self, KernelError> {
        let program = &*expand(program);
        let too_large = |what: &str| KernelError::Program {
            ops: program.ops.len(),
            reason: format!("{what} beyond the reach of an address"),
        };
        let reach = i32::MAX as usize / 128;
        if program.input_count().max(program.output_count()).max(program.ops.len()) > reach {
            return Err(too_large("inputs, outputs or values"));
        }
        let mut equations = HashMap::new();
        for op in &program.ops {
            if let Op::Root { equation, .. } = op
                && !equations.contains_key(equation)
            {
                equations.insert(equation.clone(), Self::new(&equation.0, Width::One)?);
            }
        }
        let constants = Constants::new(program, width);
        let plan = Plan::new(program, width);
        let calls = program.ops.iter().any(is_call);
        let base = if calls { Base::ACROSS_CALLS } else { Base::LEAF };
        let entry = |equation: &SharedProgram| equations[equation].entry();
        let mut writer = Writer::new(program, &plan, width, base, &constants, &entry);
        writer.write();
        let (body, slots) = (writer.values.asm, writer.values.slots);
        if width == Width::One && slots > STACK_LIMIT {
            return Err(too_large("values that wait for their use"));
        }
        let frame = Frame { width, base, calls, slots };
        let counts = (program.input_count() as i32, program.output_count() as i32);
        let code = frame.around(&body.bytes, counts, &constants);
        let scratch = if frame.on_stack() { 0 } else { slots as usize };
        let memory = Executable::new(&code)?;
        Ok(Self { memory, bytes: code.len(), scratch, _equations: equations })
    }

    /// The code of one lane.
    pub(crate) fn entry(&self) -> Entry {
        // SAFETY: the code follows the C convention and takes two pointers; nothing is said here of
        // what they point to.
        unsafe { std::mem::transmute::<*const u8, Entry>(self.memory.start()) }
    }

    /// The code of four or eight lanes.
    pub(crate) fn lanes_entry(&self) -> LanesEntry {
        // SAFETY: as in `entry`, with four arguments.
        unsafe { std::mem::transmute::<*const u8, LanesEntry>(self.memory.start()) }
    }

    /// The length of the code in bytes, constants included.
    pub(crate) fn bytes(&self) -> usize {
        self.bytes
    }

    /// Bytes of memory that the code of lanes has to be given.
    pub(crate) fn scratch(&self) -> usize {
        self.scratch
    }
}

fn is_call(op: &Op) -> bool {
    use takens_symbolic::Function::{Abs, Floor, Max, Min, Sqrt};
    match op {
        Op::Root { .. } | Op::Pow(..) => true,
        Op::Call(function, _) => !matches!(function, Abs | Floor | Sqrt),
        Op::Call2(function, ..) => !matches!(function, Min | Max),
        _ => false,
    }
}

/// The registers that addresses are counted from.
#[derive(Debug, Clone, Copy)]
struct Base {
    inputs: Pointer,
    outputs: Pointer,
    counter: Pointer,
    constants: Pointer,
    slots: Pointer,
    /// The stack of the caller.
    stack: Pointer,
}

impl Base {
    /// Registers that a function may use freely.
    const LEAF: Self =
        Self { inputs: RDI, outputs: RSI, counter: RDX, constants: RAX, slots: R8, stack: R9 };

    /// Registers that calls leave alone.
    const ACROSS_CALLS: Self =
        Self { inputs: RBX, outputs: RBP, counter: R12, constants: R14, slots: R13, stack: R15 };

    fn address(self, home: Home) -> Option<Address> {
        let (base, offset) = match home {
            Home::Nowhere => return None,
            Home::Input(offset) => (self.inputs, offset),
            Home::Output(offset) => (self.outputs, offset),
            Home::Constant(offset) => (self.constants, offset),
            Home::Slot(offset) => (self.slots, offset),
        };
        Some(Address { base, offset })
    }
}

/// What stands around the operations.
struct Frame {
    width: Width,
    base: Base,
    calls: bool,
    slots: i32,
}

impl Frame {
    const SAVED: [Pointer; 6] = [RBX, RBP, R12, R13, R14, R15];

    fn on_stack(&self) -> bool {
        self.width == Width::One || self.slots <= STACK
    }

    fn around(&self, body: &[u8], counts: (i32, i32), constants: &Constants) -> Vec<u8> {
        let base = self.base;
        let mut asm = Assembler::new(self.width, body.len() + 512 + constants.bytes.len());
        if self.calls {
            Self::SAVED.into_iter().for_each(|register| asm.push(register));
            asm.move_pointer(base.inputs, RDI);
            asm.move_pointer(base.outputs, RSI);
            asm.move_pointer(base.counter, RDX);
        }
        if !self.on_stack() {
            asm.move_pointer(base.slots, RCX);
        }
        let stack = self.calls || self.slots > 0;
        if stack {
            asm.move_pointer(base.stack, RSP);
            if self.on_stack() {
                // Touched page by page, so that an overflow is seen where the stack ends.
                for page in 1..=self.slots / 4096 {
                    asm.store_pointer(Address { base: RSP, offset: -4096 * page }, base.stack);
                }
                asm.add(RSP, -self.slots);
            }
            asm.align(RSP);
            if self.on_stack() {
                asm.move_pointer(base.slots, RSP);
            }
        }
        // An instruction of seven bytes.
        let constants_from = asm.bytes.len() + 7;
        asm.load_relative(base.constants, 0);
        let start = asm.bytes.len();
        asm.bytes.extend(body);
        if self.width != Width::One {
            asm.add(base.inputs, counts.0 * self.width.stride());
            asm.add(base.outputs, counts.1 * self.width.stride());
            asm.repeat(base.counter, start);
            asm.zero_upper();
        }
        if stack {
            asm.move_pointer(RSP, base.stack);
        }
        if self.calls {
            Self::SAVED.into_iter().rev().for_each(|register| asm.pop(register));
        }
        asm.give_back();
        asm.bytes.resize(asm.bytes.len().next_multiple_of(64), 0xcc);
        let distance = (asm.bytes.len() - constants_from) as i32;
        asm.bytes[constants_from - 4..constants_from].copy_from_slice(&distance.to_le_bytes());
        asm.bytes.extend(&constants.bytes);
        asm.bytes
    }
}

/// Numbers that stand behind the code.
#[derive(Debug)]
struct Constants {
    offsets: FxHashMap<u64, i32>,
    bytes: Vec<u8>,
}

impl Constants {
    const SIGN: u64 = 1 << 63;
    const SIZE: u64 = !Self::SIGN;
    const ONES: u64 = u64::MAX;

    /// Every constant once; four lanes have it four times, since they cannot read one number into all.
    fn new(program: &Program, width: Width) -> Self {
        let mut this = Self { offsets: FxHashMap::default(), bytes: vec![] };
        // Masks are read as a whole register even with one lane.
        let (masks, lanes) = match width {
            Width::One => (2, 1),
            Width::Four => (4, 4),
            Width::Eight => (1, 1),
        };
        for mask in [Self::SIGN, Self::SIZE, Self::ONES] {
            this.add(mask, masks);
        }
        for op in &program.ops {
            if let Op::Constant(bits) = op {
                this.add(*bits, lanes);
            }
        }
        this
    }

    fn add(&mut self, bits: u64, times: usize) {
        let offset = self.bytes.len() as i32;
        self.offsets.entry(bits).or_insert_with(|| {
            self.bytes.extend(bits.to_le_bytes().repeat(times));
            offset
        });
    }

    fn offset(&self, bits: u64) -> i32 {
        self.offsets[&bits]
    }
}
