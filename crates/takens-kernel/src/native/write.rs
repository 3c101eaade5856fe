//! Operations as instructions.

use super::encode::*;
use super::plan::{Item, NEVER, Plan};
use super::values::{Home, Values};
use super::{Base, Constants, Width};
use crate::calls;
use crate::ir::{Op, Program, SharedProgram};
use crate::jit::Entry;
use crate::lanes::functions;
use takens_symbolic::{Compare, Function};

/// The mask register that conditions pass through; eight lanes only.
const MASK: u8 = 1;

/// A walk through a program.
pub(super) struct Writer<'a> {
    program: &'a Program,
    plan: &'a Plan,
    width: Width,
    base: Base,
    constants: &'a Constants,
    /// The code of each equation of a root.
    equations: &'a dyn Fn(&SharedProgram) -> Entry,
    pub(super) values: Values,
    /// The item at work.
    here: usize,
}

impl<'a> Writer<'a> {
    pub(super) fn new(
        program: &'a Program,
        plan: &'a Plan,
        width: Width,
        base: Base,
        constants: &'a Constants,
        equations: &'a dyn Fn(&SharedProgram) -> Entry,
    ) -> Self {
        // The arguments of a root lie side by side, below all slots.
        let roots = program.ops.iter().map(|op| match op {
            Op::Root { arguments, .. } => 1 + arguments.len() as i32,
            _ => 0,
        });
        let area = roots.max().unwrap_or(0) * 8 * width.lanes();
        let mut values = Values::new(width, base, plan.first.clone(), area);
        for (place, op) in program.ops.iter().enumerate() {
            match op {
                Op::Input(index) => {
                    values.set_home(place as u32, Home::Input(*index as i32 * width.stride()));
                }
                Op::Constant(bits) => {
                    values.set_home(place as u32, Home::Constant(constants.offset(*bits)));
                }
                _ => {}
            }
        }
        Self { program, plan, width, base, constants, equations, values, here: 0 }
    }

    /// All of the program.
    pub(super) fn write(&mut self) {
        for (here, item) in self.plan.items.iter().enumerate() {
            self.here = here;
            match *item {
                Item::Compute(place) => self.compute(place),
                Item::Load(value) => {
                    let register = self.values.take(0);
                    self.values.load(register, value);
                    self.values.bind(value, register);
                    self.values.set_home(value, Home::Nowhere);
                }
                Item::Store { value, output } => {
                    let register = self.values.demand(value, 0);
                    let offset = output as i32 * self.width.stride();
                    let to = Address { base: self.base.outputs, offset };
                    self.values.asm.vector(STORE, register, None, Operand::Memory(to));
                    self.advance();
                    self.values.stored(value, offset);
                }
            }
            self.values.done();
        }
    }

    fn compute(&mut self, place: u32) {
        match self.program.ops[place as usize] {
            Op::Neg(a) => self.with_mask(XOR, place, a.0, Constants::SIGN),
            Op::Call(Function::Abs, a) => self.with_mask(AND, place, a.0, Constants::SIZE),
            Op::Not(a) => self.with_mask(XOR, place, a.0, Constants::ONES),
            Op::Add(a, b) => self.two(ADD, place, [a.0, b.0], true),
            Op::Sub(a, b) => self.two(SUB, place, [a.0, b.0], false),
            Op::Mul(a, b) => self.two(MUL, place, [a.0, b.0], true),
            Op::Div(a, b) => self.two(DIV, place, [a.0, b.0], false),
            // As in `takens_core::math`: the second, if the two do not compare.
            Op::Call2(Function::Min, a, b) => self.two(MIN, place, [a.0, b.0], false),
            Op::Call2(Function::Max, a, b) => self.two(MAX, place, [a.0, b.0], false),
            Op::And(a, b) => self.both(AND, place, [a.0, b.0]),
            Op::Or(a, b) => self.both(OR, place, [a.0, b.0]),
            Op::Call(Function::Sqrt, a) => self.sqrt(place, a.0),
            Op::Call(Function::Floor, a) => self.floor(place, a.0),
            Op::Compare(compare, a, b) => self.compare(compare, place, [a.0, b.0]),
            Op::Select(c, yes, no) => self.select(place, c.0, yes.0, no.0),
            Op::Call(function, a) => match self.width {
                Width::One => self.call_one(calls::unary_address(function), place, &[a.0]),
                _ => self.call(functions::unary(self.width.level(), function) as usize, place),
            },
            Op::Call2(function, a, b) => match self.width {
                Width::One => {
                    self.call_one(calls::binary_address(function), place, &[a.0, b.0]);
                }
                _ => self.call(functions::binary(self.width.level(), function) as usize, place),
            },
            Op::Pow(a, b) => match self.width {
                Width::One => self.call_one(calls::pow as *const u8, place, &[a.0, b.0]),
                _ => self.call(functions::power(self.width.level()) as usize, place),
            },
            Op::Root { ref equation, .. } => {
                let entry = (self.equations)(equation);
                self.root(entry, place);
            }
            Op::Constant(_) | Op::Input(_) | Op::Powi(..) => {
                unreachable!("leaves have homes, and integer powers are expanded")
            }
        }
    }

    /// The operands of this item, as a range of the plan's.
    fn operands(&self) -> std::ops::Range<usize> {
        self.plan.starts[self.here] as usize..self.plan.starts[self.here + 1] as usize
    }

    /// The operands have been read.
    fn advance(&mut self) {
        for operand in self.operands() {
            self.values.used(self.plan.operands[operand], self.plan.after[operand]);
        }
    }

    /// Whether this operand of this item is used later as well.
    fn again(&self, operand: usize) -> bool {
        self.plan.after[self.operands().start + operand] != NEVER
    }

    /// The register of the result; what it held is saved. The operands may still be read.
    fn result(&mut self, place: u32) -> u8 {
        self.advance();
        let to = self.values.take(0);
        self.values.bind(place, to);
        to
    }

    fn two(&mut self, what: Instruction, place: u32, [a, b]: [u32; 2], commutes: bool) {
        let swap =
            commutes && self.values.register(a).is_none() && self.values.register(b).is_some();
        let (first, second, index) = if swap { (b, a, 0) } else { (a, b, 1) };
        let pinned = self.values.pin(second);
        let x = self.values.demand(first, pinned);
        let again = self.again(index);
        let y = self.values.operand(second, again, pinned | 1 << x);
        let to = self.result(place);
        self.values.asm.vector(what, to, Some(x), y);
    }

    /// Two registers: a condition of one lane has no more than that in memory.
    fn both(&mut self, what: Instruction, place: u32, [a, b]: [u32; 2]) {
        let x = self.values.demand(a, self.values.pin(b));
        let y = self.values.demand(b, 1 << x);
        let to = self.result(place);
        self.values.asm.vector(what, to, Some(x), Operand::Register(y));
    }

    fn with_mask(&mut self, what: Instruction, place: u32, a: u32, mask: u64) {
        let x = self.values.demand(a, 0);
        let to = self.result(place);
        let mask = self.constant(mask);
        self.values.asm.vector(what, to, Some(x), mask);
    }

    fn constant(&self, bits: u64) -> Operand {
        let address = Address { base: self.base.constants, offset: self.constants.offset(bits) };
        match self.width {
            Width::Eight => Operand::Broadcast(address),
            _ => Operand::Memory(address),
        }
    }

    fn sqrt(&mut self, place: u32, a: u32) {
        // From a register: with one lane the instruction has a second source for the upper lanes.
        let x = self.values.demand(a, 0);
        let to = self.result(place);
        let upper = (self.width == Width::One).then_some(x);
        self.values.asm.vector(SQRT, to, upper, Operand::Register(x));
    }

    fn floor(&mut self, place: u32, a: u32) {
        let x = self.values.demand(a, 0);
        let to = self.result(place);
        let (what, upper) = match self.width {
            Width::One => (ROUND_ONE, Some(x)),
            _ => (ROUND, None),
        };
        // Down, without an exception for what is not whole.
        self.values.asm.immediate(what, to, upper, Operand::Register(x), 9);
    }

    fn compare(&mut self, compare: Compare, place: u32, [a, b]: [u32; 2]) {
        // Quiet, and false for NaN but for the last.
        let how = match compare {
            Compare::Less => 0x11,
            Compare::LessEqual => 0x12,
            Compare::Greater => 0x1e,
            Compare::GreaterEqual => 0x1d,
            Compare::Equal => 0x00,
            Compare::NotEqual => 0x04,
        };
        let pinned = self.values.pin(b);
        let x = self.values.demand(a, pinned);
        let again = self.again(1);
        let y = self.values.operand(b, again, pinned | 1 << x);
        let to = self.result(place);
        let asm = &mut self.values.asm;
        if self.width == Width::Eight {
            asm.immediate(COMPARE, MASK, Some(x), y, how);
            asm.vector(MASK_TO_LANES, to, None, Operand::Register(MASK));
        } else {
            asm.immediate(COMPARE, to, Some(x), y, how);
        }
    }

    fn select(&mut self, place: u32, condition: u32, yes: u32, no: u32) {
        let pinned = self.values.pin(yes) | self.values.pin(no);
        let c = self.values.demand(condition, pinned);
        let n = self.values.demand(no, pinned | 1 << c);
        let y = self.values.demand(yes, pinned | 1 << c | 1 << n);
        let to = self.result(place);
        let (asm, y) = (&mut self.values.asm, Operand::Register(y));
        if self.width == Width::Eight {
            asm.vector(LANES_TO_MASK, MASK, None, Operand::Register(c));
            asm.masked(BLEND_MASKED, to, Some(n), y, MASK);
        } else {
            asm.immediate(BLEND, to, Some(n), y, c << 4);
        }
    }

    /// A function of numbers in the first registers.
    fn call_one(&mut self, function: *const u8, place: u32, arguments: &[u32]) {
        self.values.save_all();
        let asm_move = |values: &mut Values, to: u8, value: u32| match values.register(value) {
            Some(from) if from == to => {}
            Some(from) => values.asm.vector(MOVE, to, None, Operand::Register(from)),
            None => values.load(to, value),
        };
        match *arguments {
            [a, b] => {
                // The second first; what it would overwrite is in memory.
                let a_register = self.values.register(a);
                asm_move(&mut self.values, 1, b);
                if a_register == Some(1) && a != b {
                    self.values.load(0, a);
                } else {
                    asm_move(&mut self.values, 0, a);
                }
            }
            _ => asm_move(&mut self.values, 0, arguments[0]),
        }
        self.values.asm.call(function as usize);
        self.values.drop_all();
        self.advance();
        self.values.bind(place, 0);
    }

    /// A function of lanes in memory.
    fn call(&mut self, function: usize, place: u32) {
        self.values.save_all();
        let slot = self.values.slot();
        let mut borrowed = vec![];
        for (operand, to) in self.operands().zip([RDI, RSI]) {
            let value = self.plan.operands[operand];
            let address = self.values.in_memory(value).unwrap_or_else(|| {
                // A constant has one lane in memory.
                let own = self.values.slot();
                borrowed.push(own);
                let address = Address { base: self.base.slots, offset: own };
                self.values.load(0, value);
                self.values.asm.vector(STORE, 0, None, Operand::Memory(address));
                address
            });
            self.values.asm.load_address(to, address);
        }
        let to = Address { base: self.base.slots, offset: slot };
        self.values.asm.load_address(RDX, to);
        self.values.asm.call(function);
        self.values.drop_all();
        self.advance();
        borrowed.into_iter().for_each(|slot| self.values.free_slot(slot));
        self.values.set_home(place, Home::Slot(slot));
    }

    /// `find_root` lane by lane, on the equation's own code.
    fn root(&mut self, equation: Entry, place: u32) {
        self.values.save_all();
        self.values.drop_all();
        let slot = self.values.slot();
        let operands = self.operands();
        let count = operands.len() as u64;
        let bytes = 8 * self.width.lanes();
        for (index, operand) in operands.enumerate() {
            self.values.load(0, self.plan.operands[operand]);
            let to = Address { base: self.base.slots, offset: index as i32 * bytes };
            self.values.asm.vector(STORE, 0, None, Operand::Memory(to));
        }
        let asm = &mut self.values.asm;
        asm.load_constant(RDI, equation as usize as u64);
        asm.load_address(RSI, Address { base: self.base.slots, offset: 0 });
        asm.load_constant(RDX, count);
        asm.load_address(RCX, Address { base: self.base.slots, offset: slot });
        asm.zero_upper();
        asm.call(match self.width {
            Width::One => calls::roots::<1> as *const () as usize,
            Width::Four => calls::roots::<4> as *const () as usize,
            Width::Eight => calls::roots::<8> as *const () as usize,
        });
        self.advance();
        self.values.set_home(place, Home::Slot(slot));
    }
}
