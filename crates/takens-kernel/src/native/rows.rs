//! Loops over neighbouring numbers: what is done to one is done to all, in vectors of four or eight.
//!
//! Two memories are known, one to work in and one for results. A number is named by its place in one of them: in the first turn of a loop it is that place, in the next the place
//! one vector further. The last turn may have fewer numbers than a vector: it computes all of one, and
//! writes those that are wanted. So as much as a vector beyond the last place is read, but never used.

use super::encode::*;
use super::memory::Executable;
use super::{Constants, Width};
use crate::error::KernelError;
use crate::lanes::Level;

/// A memory: that to work in, or that of results.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Memory {
    /// Read and written.
    Work,
    /// The same, but its owner sees what was written.
    Results,
}

/// A number in one of the memories.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Place {
    pub(crate) memory: Memory,
    pub(crate) index: usize,
}

/// Something to compute with.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Source {
    /// Neighbours, from this place on.
    Row(Place),
    /// The number at this place, for all neighbours.
    Single(Place),
    /// A number.
    Number(f64),
    /// A register: neighbours.
    Register(u8),
}

/// An operation on two numbers.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Two {
    Add,
    Sub,
    Mul,
    Div,
}

/// Machine code of several loops, one after the other.
#[derive(Debug)]
pub(crate) struct Rows {
    memory: Executable,
}

/// Loops in the making.
#[derive(Debug)]
pub(crate) struct RowsWriter {
    asm: Assembler,
    width: Width,
    constants: Constants,
}

/// What is done in one turn of a loop.
pub(crate) struct Turn<'a> {
    writer: &'a mut RowsWriter,
    /// The registers that neighbours are counted from, in both memories.
    bases: [Pointer; 2],
    /// Bytes that this turn is further on.
    further: i32,
    /// Whether it writes fewer numbers than a vector.
    partial: bool,
}

/// The two memories.
const WORK: Pointer = RDI;
const RESULTS: Pointer = RSI;
/// The same, from turn to turn further on.
const MOVING: [Pointer; 2] = [RCX, R8];
const COUNTER: Pointer = RDX;
const CONSTANTS: Pointer = R9;

/// The mask of what the last turn writes: a mask register, or a vector register.
const MASK: u8 = 1;
const MASK_VECTOR: u8 = 15;
/// For a number that a vector instruction cannot read from memory.
const SPARE: u8 = 14;

/// So many full turns are written out.
const FEW: usize = 2;

impl RowsWriter {
    /// For this machine; nothing if its processor lacks the vectors.
    pub(crate) fn new(level: Level) -> Option<Self> {
        let width = match level {
            Level::Plain => return None,
            Level::Avx2 => Width::Four,
            Level::Avx512 => Width::Eight,
        };
        let mut constants = Constants { offsets: Default::default(), bytes: vec![] };
        constants.add(Constants::SIGN, width.lanes() as usize);
        let mut asm = Assembler::new(width, 4096);
        asm.load_relative(CONSTANTS, 0);
        Some(Self { asm, width, constants })
    }

    /// Bytes of code so far.
    pub(crate) fn len(&self) -> usize {
        self.asm.bytes.len()
    }

    /// A loop over `count` neighbours.
    pub(crate) fn each(&mut self, count: usize, body: impl Fn(&mut Turn<'_>)) {
        let lanes = self.width.lanes() as usize;
        let (full, rest) = (count / lanes, count % lanes);
        let bytes = 8 * lanes as i32;
        let turn = |writer: &mut Self, bases, further, partial| {
            body(&mut Turn { writer, bases, further, partial });
        };
        let (bases, further) = if full <= FEW {
            for turns in 0..full {
                turn(self, [WORK, RESULTS], turns as i32 * bytes, false);
            }
            ([WORK, RESULTS], full as i32 * bytes)
        } else {
            self.asm.move_pointer(MOVING[0], WORK);
            self.asm.move_pointer(MOVING[1], RESULTS);
            self.asm.load_constant(COUNTER, full as u64);
            let start = self.asm.bytes.len();
            turn(self, MOVING, 0, false);
            MOVING.into_iter().for_each(|pointer| self.asm.add(pointer, bytes));
            self.asm.repeat(COUNTER, start);
            (MOVING, 0)
        };
        if rest > 0 {
            self.mask(rest);
            turn(self, bases, further, true);
        }
    }

    /// Makes the mask of the first `count` lanes.
    fn mask(&mut self, count: usize) {
        if self.width == Width::Eight {
            self.asm.set_mask(MASK, (1 << count) - 1);
            return;
        }
        let lanes = self.width.lanes() as usize;
        let from = self.constants.bytes.len() as i32;
        let bits = (0..lanes).map(|lane| if lane < count { Constants::ONES } else { 0 });
        self.constants.bytes.extend(bits.flat_map(u64::to_le_bytes));
        let at = Address { base: CONSTANTS, offset: from };
        self.asm.vector(LOAD, MASK_VECTOR, None, Operand::Memory(at));
    }

    /// The code, ready to run.
    ///
    /// # Errors
    /// [`KernelError`] if the system gives no memory for it.
    pub(crate) fn finish(mut self) -> Result<Rows, KernelError> {
        self.asm.zero_upper();
        self.asm.give_back();
        let bytes = &mut self.asm.bytes;
        bytes.resize(bytes.len().next_multiple_of(64), 0xcc);
        // The first instruction has seven bytes, of which the last four are the distance.
        let distance = (bytes.len() - 7) as i32;
        bytes[3..7].copy_from_slice(&distance.to_le_bytes());
        bytes.extend(&self.constants.bytes);
        Ok(Rows { memory: Executable::new(bytes)? })
    }
}

impl Turn<'_> {
    /// The registers that may be used.
    pub(crate) fn registers(&self) -> impl Iterator<Item = u8> + use<> {
        let more = if self.writer.width == Width::Eight { 16..32 } else { 0..0 };
        (0..SPARE).chain(more)
    }

    fn moving(&self, place: Place) -> Operand {
        let offset = 8 * place.index as i32 + self.further;
        Operand::Memory(Address { base: self.bases[place.memory as usize], offset })
    }

    fn still(place: Place) -> Address {
        let base = [WORK, RESULTS][place.memory as usize];
        Address { base, offset: 8 * place.index as i32 }
    }

    fn operand(&mut self, source: Source) -> Operand {
        match source {
            Source::Register(register) => Operand::Register(register),
            Source::Row(place) => self.moving(place),
            Source::Single(place) if self.writer.width == Width::Eight => {
                Operand::Broadcast(Self::still(place))
            }
            Source::Single(_) => {
                self.load(SPARE, source);
                Operand::Register(SPARE)
            }
            Source::Number(number) => {
                let constants = &mut self.writer.constants;
                constants.add(number.to_bits(), self.writer.width.lanes() as usize);
                let offset = constants.offset(number.to_bits());
                let address = Address { base: CONSTANTS, offset };
                match self.writer.width {
                    Width::Eight => Operand::Broadcast(address),
                    _ => Operand::Memory(address),
                }
            }
        }
    }

    /// `to = source`
    pub(crate) fn load(&mut self, to: u8, source: Source) {
        let eight = self.writer.width == Width::Eight;
        let (what, from) = match source {
            Source::Register(_) => (MOVE, self.operand(source)),
            Source::Row(_) => (LOAD, self.operand(source)),
            Source::Number(_) if !eight => (LOAD, self.operand(source)),
            Source::Number(_) => (SPREAD, self.operand(source)),
            Source::Single(place) => {
                let from = Self::still(place);
                (SPREAD, if eight { Operand::Broadcast(from) } else { Operand::Memory(from) })
            }
        };
        self.writer.asm.vector(what, to, None, from);
    }

    /// The register that holds `source`: `spare`, if it is in none yet.
    pub(crate) fn register(&mut self, source: Source, spare: u8) -> u8 {
        if let Source::Register(register) = source {
            return register;
        }
        self.load(spare, source);
        spare
    }

    /// `to = from · source`, for one of the operations.
    pub(crate) fn two(&mut self, what: Two, to: u8, from: u8, source: Source) {
        let what = match what {
            Two::Add => ADD,
            Two::Sub => SUB,
            Two::Mul => MUL,
            Two::Div => DIV,
        };
        let operand = self.operand(source);
        self.writer.asm.vector(what, to, Some(from), operand);
    }

    /// `to = √from`
    pub(crate) fn sqrt(&mut self, to: u8, from: u8) {
        self.writer.asm.vector(SQRT, to, None, Operand::Register(from));
    }

    /// `to = -from`
    pub(crate) fn neg(&mut self, to: u8, from: u8) {
        let sign = self.operand(Source::Number(f64::from_bits(Constants::SIGN)));
        self.writer.asm.vector(XOR, to, Some(from), sign);
    }

    /// `to = yes` where `condition` is not zero, else `no`; all of them registers.
    pub(crate) fn choose(&mut self, to: u8, condition: u8, yes: u8, no: u8) {
        /// Not equal, or not comparable.
        const DIFFERS: u8 = 4;
        /// Another than that of the last turn.
        const CHOICE: u8 = 2;
        let zero = self.operand(Source::Number(0.0));
        let asm = &mut self.writer.asm;
        if self.writer.width == Width::Eight {
            asm.immediate(COMPARE, CHOICE, Some(condition), zero, DIFFERS);
            asm.masked(BLEND_MASKED, to, Some(no), Operand::Register(yes), CHOICE);
        } else {
            asm.immediate(COMPARE, SPARE, Some(condition), zero, DIFFERS);
            asm.immediate(BLEND, to, Some(no), Operand::Register(yes), SPARE << 4);
        }
    }

    /// Writes to neighbours from `place` on.
    pub(crate) fn store(&mut self, from: u8, place: Place) {
        let to = self.moving(place);
        let asm = &mut self.writer.asm;
        match (self.partial, self.writer.width) {
            (false, _) => asm.vector(STORE, from, None, to),
            (true, Width::Eight) => asm.masked(STORE, from, None, to, MASK),
            (true, _) => asm.vector(STORE_MASKED, from, Some(MASK_VECTOR), to),
        }
    }
}

impl Rows {
    /// Runs all loops.
    ///
    /// # Safety
    /// Every place that was named has to lie in its memory, with all of the neighbours that are read or
    /// written; and so have the places up to one vector beyond those that are read.
    pub(crate) unsafe fn call(&self, work: &mut [f64], results: &mut [f64]) {
        type Entry = unsafe extern "C" fn(*mut f64, *mut f64);
        // SAFETY: the code follows the C convention, takes two pointers, and lives as long as `self`.
        unsafe {
            let entry = std::mem::transmute::<*const u8, Entry>(self.memory.start());
            entry(work.as_mut_ptr(), results.as_mut_ptr());
        }
    }
}
