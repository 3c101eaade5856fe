//! Vector instructions as bytes: the VEX prefix for one and four lanes, EVEX for eight.
//!
//! # Source
//! Intel 64 and IA-32 Architectures Software Developer's Manual, vol. 2, sections 2.3 and 2.7, and the
//! opcodes of its instruction reference.

use super::Width;

/// A general register, by its number.
pub(super) type Pointer = u8;
pub(super) const RAX: Pointer = 0;
pub(super) const RCX: Pointer = 1;
pub(super) const RDX: Pointer = 2;
pub(super) const RBX: Pointer = 3;
pub(super) const RSP: Pointer = 4;
pub(super) const RBP: Pointer = 5;
pub(super) const RSI: Pointer = 6;
pub(super) const RDI: Pointer = 7;
pub(super) const R8: Pointer = 8;
pub(super) const R9: Pointer = 9;
pub(super) const R12: Pointer = 12;
pub(super) const R13: Pointer = 13;
pub(super) const R14: Pointer = 14;
pub(super) const R15: Pointer = 15;

/// `base + offset`
#[derive(Debug, Clone, Copy)]
pub(super) struct Address {
    pub(super) base: Pointer,
    pub(super) offset: i32,
}

/// The last operand of an instruction.
#[derive(Debug, Clone, Copy)]
pub(super) enum Operand {
    /// A vector register.
    Register(u8),
    /// All lanes, from memory.
    Memory(Address),
    /// One number from memory, in all lanes; eight lanes only.
    Broadcast(Address),
}

/// The mandatory prefix of an instruction.
#[derive(Debug, Clone, Copy)]
enum Prefix {
    /// 66 for lanes, F2 for one number.
    Number,
    X66,
    XF3,
}

/// An instruction without its operands.
#[derive(Debug, Clone, Copy)]
pub(super) struct Instruction {
    map: u8,
    opcode: u8,
    prefix: Prefix,
}

const fn number(map: u8, opcode: u8) -> Instruction {
    Instruction { map, opcode, prefix: Prefix::Number }
}

const fn bits(map: u8, opcode: u8) -> Instruction {
    Instruction { map, opcode, prefix: Prefix::X66 }
}

pub(super) const LOAD: Instruction = number(1, 0x10);
pub(super) const STORE: Instruction = number(1, 0x11);
pub(super) const SQRT: Instruction = number(1, 0x51);
pub(super) const ADD: Instruction = number(1, 0x58);
pub(super) const MUL: Instruction = number(1, 0x59);
pub(super) const SUB: Instruction = number(1, 0x5c);
pub(super) const MIN: Instruction = number(1, 0x5d);
pub(super) const DIV: Instruction = number(1, 0x5e);
pub(super) const MAX: Instruction = number(1, 0x5f);
pub(super) const COMPARE: Instruction = number(1, 0xc2);
pub(super) const MOVE: Instruction = bits(1, 0x28);
pub(super) const AND: Instruction = bits(1, 0x54);
pub(super) const OR: Instruction = bits(1, 0x56);
pub(super) const XOR: Instruction = bits(1, 0x57);
/// One number from memory to all lanes.
pub(super) const SPREAD: Instruction = bits(2, 0x19);
/// By the sign bits of a register; one and four lanes.
pub(super) const BLEND: Instruction = bits(3, 0x4b);
/// By a mask register; eight lanes.
pub(super) const BLEND_MASKED: Instruction = bits(2, 0x65);
/// Those lanes whose sign bits are set in another register; four lanes.
pub(super) const STORE_MASKED: Instruction = bits(2, 0x2f);
pub(super) const ROUND: Instruction = bits(3, 0x09);
pub(super) const ROUND_ONE: Instruction = bits(3, 0x0b);
/// Bits of a mask register to all bits of lanes, and back.
pub(super) const MASK_TO_LANES: Instruction =
    Instruction { map: 2, opcode: 0x38, prefix: Prefix::XF3 };
pub(super) const LANES_TO_MASK: Instruction =
    Instruction { map: 2, opcode: 0x39, prefix: Prefix::XF3 };

/// Bytes in the making.
#[derive(Debug)]
pub(super) struct Assembler {
    pub(super) bytes: Vec<u8>,
    width: Width,
}

impl Assembler {
    pub(super) fn new(width: Width, capacity: usize) -> Self {
        Self { bytes: Vec::with_capacity(capacity), width }
    }

    /// `to = instruction(from, last)`; where there is no `from`, it is 0 and goes for none.
    pub(super) fn vector(&mut self, what: Instruction, to: u8, from: Option<u8>, last: Operand) {
        self.masked(what, to, from, last, 0);
    }

    /// The same with an immediate byte.
    pub(super) fn immediate(
        &mut self,
        what: Instruction,
        to: u8,
        from: Option<u8>,
        last: Operand,
        immediate: u8,
    ) {
        self.masked(what, to, from, last, 0);
        self.bytes.push(immediate);
    }

    /// The same under a mask register; 0 for none.
    pub(super) fn masked(
        &mut self,
        what: Instruction,
        to: u8,
        from: Option<u8>,
        last: Operand,
        mask: u8,
    ) {
        let prefix = match what.prefix {
            Prefix::Number if self.width == Width::One => 3,
            Prefix::Number | Prefix::X66 => 1,
            Prefix::XF3 => 2,
        };
        if self.width == Width::Eight {
            self.evex(what, prefix, to, from.unwrap_or(0), last, mask);
        } else {
            self.vex(what, prefix, to, from.unwrap_or(0), last);
        }
    }

    fn vex(&mut self, what: Instruction, prefix: u8, to: u8, from: u8, last: Operand) {
        let base = match last {
            Operand::Register(register) => register,
            Operand::Memory(address) | Operand::Broadcast(address) => address.base,
        };
        let long = u8::from(self.width == Width::Four) << 2;
        let low = (!from & 15) << 3 | long | prefix;
        let reg_low = u8::from(to < 8) << 7;
        if what.map == 1 && base < 8 {
            self.bytes.extend([0xc5, reg_low | low, what.opcode]);
        } else {
            let base_low = u8::from(base < 8) << 5;
            self.bytes.extend([0xc4, reg_low | 0x40 | base_low | what.map, low, what.opcode]);
        }
        self.last(to, last, 1);
    }

    fn evex(&mut self, what: Instruction, prefix: u8, to: u8, from: u8, last: Operand, mask: u8) {
        let bit = |value: u8, bit: u8, place: u8| (!value >> bit & 1) << place;
        // The unit in which a short displacement counts.
        let (base, unit, broadcast) = match last {
            Operand::Register(register) => (register, 1, 0),
            Operand::Memory(address) => (address.base, 64, 0),
            Operand::Broadcast(address) if what.opcode == SPREAD.opcode => (address.base, 8, 0),
            Operand::Broadcast(address) => (address.base, 8, 0x10),
        };
        let first = bit(to, 3, 7) | bit(base, 4, 6) | bit(base, 3, 5) | bit(to, 4, 4) | what.map;
        let second = 0x80 | (!from & 15) << 3 | 4 | prefix;
        let third = 0x40 | broadcast | bit(from, 4, 3) | mask;
        self.bytes.extend([0x62, first, second, third, what.opcode]);
        self.last(to, last, unit);
    }

    fn last(&mut self, to: u8, last: Operand, unit: i32) {
        match last {
            Operand::Register(register) => {
                self.bytes.push(0xc0 | (to & 7) << 3 | (register & 7));
            }
            Operand::Memory(address) | Operand::Broadcast(address) => {
                self.address(to, address, unit);
            }
        }
    }

    fn address(&mut self, to: u8, Address { base, offset }: Address, unit: i32) {
        let short = i8::try_from(offset / unit).ok().filter(|_| offset % unit == 0);
        let mode = match short {
            Some(0) if base & 7 != RBP => 0,
            Some(_) => 0x40,
            None => 0x80,
        };
        self.bytes.push(mode | (to & 7) << 3 | (base & 7));
        if base & 7 == RSP {
            self.bytes.push(0x24);
        }
        match short {
            Some(_) if mode == 0 => {}
            Some(short) => self.bytes.push(short as u8),
            None => self.bytes.extend(offset.to_le_bytes()),
        }
    }

    fn wide(&mut self, reg: Pointer, base: Pointer) {
        self.bytes.push(0x48 | (reg >> 3) << 2 | base >> 3);
    }

    pub(super) fn push(&mut self, register: Pointer) {
        self.bytes.extend([0x40 | register >> 3, 0x50 | (register & 7)]);
    }

    pub(super) fn pop(&mut self, register: Pointer) {
        self.bytes.extend([0x40 | register >> 3, 0x58 | (register & 7)]);
    }

    pub(super) fn move_pointer(&mut self, to: Pointer, from: Pointer) {
        self.wide(from, to);
        self.bytes.extend([0x89, 0xc0 | (from & 7) << 3 | (to & 7)]);
    }

    pub(super) fn load_address(&mut self, to: Pointer, address: Address) {
        self.wide(to, address.base);
        self.bytes.push(0x8d);
        self.address(to, address, 1);
    }

    /// The address of what lies `distance` bytes after the end of this instruction.
    pub(super) fn load_relative(&mut self, to: Pointer, distance: i32) {
        self.wide(to, 0);
        self.bytes.extend([0x8d, (to & 7) << 3 | 5]);
        self.bytes.extend(distance.to_le_bytes());
    }

    pub(super) fn store_pointer(&mut self, address: Address, from: Pointer) {
        self.wide(from, address.base);
        self.bytes.push(0x89);
        self.address(from, address, 1);
    }

    pub(super) fn load_constant(&mut self, to: Pointer, value: u64) {
        self.wide(0, to);
        self.bytes.push(0xb8 | (to & 7));
        self.bytes.extend(value.to_le_bytes());
    }

    pub(super) fn add(&mut self, to: Pointer, value: i32) {
        self.wide(0, to);
        self.bytes.extend([0x81, 0xc0 | (to & 7)]);
        self.bytes.extend(value.to_le_bytes());
    }

    /// Rounds down to a multiple of 64.
    pub(super) fn align(&mut self, register: Pointer) {
        self.wide(0, register);
        self.bytes.extend([0x83, 0xe0 | (register & 7), 0xc0]);
    }

    /// Counts down, and jumps back to `target` until nothing is left.
    pub(super) fn repeat(&mut self, counter: Pointer, target: usize) {
        self.wide(0, counter);
        self.bytes.extend([0xff, 0xc8 | (counter & 7), 0x0f, 0x85]);
        let distance = target as i64 - (self.bytes.len() as i64 + 4);
        self.bytes.extend((distance as i32).to_le_bytes());
    }

    pub(super) fn call(&mut self, address: usize) {
        self.load_constant(RAX, address as u64);
        self.bytes.extend([0xff, 0xd0]);
    }

    /// Sets the bits of a mask register.
    pub(super) fn set_mask(&mut self, mask: u8, bits: u32) {
        self.bytes.push(0xb8 | RAX);
        self.bytes.extend(bits.to_le_bytes());
        self.bytes.extend([0xc5, 0xf8, 0x92, 0xc0 | mask << 3 | RAX]);
    }

    /// Spares code without VEX the cost of upper halves that are not zero.
    pub(super) fn zero_upper(&mut self) {
        self.bytes.extend([0xc5, 0xf8, 0x77]);
    }

    pub(super) fn give_back(&mut self) {
        self.bytes.push(0xc3);
    }
}
