//! Where values are: registers, and places in memory they can be read from again.
//!
//! Registers are given out as by L. A. Belady, IBM Systems Journal 5, 78–101 (1966): when all are taken,
//! the one whose value is used furthest ahead is emptied. In a program without branches that is known.

use super::encode::*;
use super::plan::NEVER;
use super::{Base, Width};

/// Where a value can be read from memory.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Home {
    Nowhere,
    /// Distance in bytes from the inputs.
    Input(i32),
    /// Distance in bytes from the constants.
    Constant(i32),
    /// Distance in bytes from the outputs: what has been stored there is still there.
    Output(i32),
    /// Distance in bytes from the slots.
    Slot(i32),
}

/// No register.
const NONE: u8 = u8::MAX;

/// All values during a walk through the program.
#[derive(Debug)]
pub(super) struct Values {
    pub(super) asm: Assembler,
    width: Width,
    base: Base,
    home: Vec<Home>,
    register: Vec<u8>,
    next: Vec<u32>,
    /// What each register holds.
    held: [u32; 32],
    /// Registers that hold nothing, as bits.
    free: u32,
    free_slots: Vec<i32>,
    /// Slots that the operation at work reads for the last time: what it saves goes elsewhere.
    last_read: Vec<i32>,
    /// Bytes of slots in all.
    pub(super) slots: i32,
}

impl Values {
    pub(super) fn new(width: Width, base: Base, next: Vec<u32>, area: i32) -> Self {
        let asm = Assembler::new(width, 8 * next.len());
        let registers = if width == Width::Eight { u32::MAX } else { 0xffff };
        Self {
            asm,
            width,
            base,
            home: vec![Home::Nowhere; next.len()],
            register: vec![NONE; next.len()],
            next,
            held: [0; 32],
            free: registers,
            free_slots: vec![],
            last_read: vec![],
            slots: area,
        }
    }

    pub(super) fn set_home(&mut self, value: u32, home: Home) {
        self.home[value as usize] = home;
    }

    /// `value` can be read from output `offset` from now on.
    pub(super) fn stored(&mut self, value: u32, offset: i32) {
        if self.home[value as usize] == Home::Nowhere && self.next[value as usize] != NEVER {
            self.home[value as usize] = Home::Output(offset);
        }
    }

    /// The register that holds a value, if one does.
    pub(super) fn register(&self, value: u32) -> Option<u8> {
        Some(self.register[value as usize]).filter(|&register| register != NONE)
    }

    /// The bit of the register that holds a value.
    pub(super) fn pin(&self, value: u32) -> u32 {
        self.register(value).map_or(0, |register| 1 << register)
    }

    /// A register with the value in it; those in `pinned` keep what they hold.
    pub(super) fn demand(&mut self, value: u32, pinned: u32) -> u8 {
        if let Some(register) = self.register(value) {
            return register;
        }
        let register = self.take(pinned);
        self.load(register, value);
        self.bind(value, register);
        register
    }

    /// The value from where it is, if it may be read there, and from a register if it is used again
    /// and one is free.
    pub(super) fn operand(&mut self, value: u32, again: bool, pinned: u32) -> Operand {
        match self.register(value) {
            Some(register) => Operand::Register(register),
            None if again && self.free != 0 => Operand::Register(self.demand(value, pinned)),
            None => self.source(value),
        }
    }

    /// Reads a value from memory.
    pub(super) fn load(&mut self, register: u8, value: u32) {
        match self.source(value) {
            Operand::Broadcast(address) => {
                self.asm.vector(SPREAD, register, None, Operand::Broadcast(address));
            }
            source => self.asm.vector(LOAD, register, None, source),
        }
    }

    /// Where a value is in memory.
    fn source(&self, value: u32) -> Operand {
        let home = self.home[value as usize];
        let address = self.base.address(home).expect("a value is in a register or in memory");
        match home {
            Home::Constant(_) if self.width == Width::Eight => Operand::Broadcast(address),
            _ => Operand::Memory(address),
        }
    }

    /// An empty register, none of those in `pinned`.
    pub(super) fn take(&mut self, pinned: u32) -> u8 {
        let free = self.free & !pinned;
        if free != 0 {
            return free.trailing_zeros() as u8;
        }
        let registers = if self.width == Width::Eight { 32 } else { 16 };
        let victim = (0..registers)
            .filter(|register| pinned >> register & 1 == 0)
            .max_by_key(|&register| self.next[self.held[register] as usize])
            .expect("an operation pins a few registers");
        self.save(self.held[victim]);
        self.drop_register(self.held[victim]);
        victim as u8
    }

    /// Puts a value into a register that is empty.
    pub(super) fn bind(&mut self, value: u32, register: u8) {
        self.register[value as usize] = register;
        self.held[register as usize] = value;
        self.free &= !(1 << register);
    }

    /// Sees to it that a value can be read from memory.
    pub(super) fn save(&mut self, value: u32) {
        if self.home[value as usize] == Home::Nowhere {
            let slot = self.slot();
            let register = self.register[value as usize];
            let address = Address { base: self.base.slots, offset: slot };
            self.asm.vector(STORE, register, None, Operand::Memory(address));
            self.home[value as usize] = Home::Slot(slot);
        }
    }

    /// A place in memory for all lanes of a value.
    pub(super) fn slot(&mut self) -> i32 {
        self.free_slots.pop().unwrap_or_else(|| {
            self.slots += 8 * self.width.lanes();
            self.slots - 8 * self.width.lanes()
        })
    }

    /// Gives a slot back when the operation at work is done.
    pub(super) fn free_slot(&mut self, slot: i32) {
        self.last_read.push(slot);
    }

    /// The operation at work is done.
    pub(super) fn done(&mut self) {
        self.free_slots.append(&mut self.last_read);
    }

    fn drop_register(&mut self, value: u32) {
        let register = std::mem::replace(&mut self.register[value as usize], NONE);
        if register != NONE {
            self.free |= 1 << register;
        }
    }

    /// A use is over; the next one is `next`.
    pub(super) fn used(&mut self, value: u32, next: u32) {
        self.next[value as usize] = next;
        if next == NEVER {
            self.drop_register(value);
            if let Home::Slot(slot) = self.home[value as usize] {
                self.last_read.push(slot);
                self.home[value as usize] = Home::Nowhere;
            }
        }
    }

    /// Saves what all registers hold.
    pub(super) fn save_all(&mut self) {
        self.each_held(|this, value| this.save(value));
    }

    /// Empties all registers; what is needed later has been saved.
    pub(super) fn drop_all(&mut self) {
        self.each_held(|this, value| this.drop_register(value));
    }

    fn each_held(&mut self, mut each: impl FnMut(&mut Self, u32)) {
        let registers = if self.width == Width::Eight { 32 } else { 16 };
        for register in 0..registers {
            if self.free >> register & 1 == 0 {
                each(self, self.held[register]);
            }
        }
    }

    /// Where all lanes of a value are in memory, if they are.
    pub(super) fn in_memory(&self, value: u32) -> Option<Address> {
        match self.home[value as usize] {
            Home::Constant(_) if self.width == Width::Eight => None,
            home => self.base.address(home),
        }
    }
}
