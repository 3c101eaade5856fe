//! What is done when, and when each value is used next.

use crate::ir::{Op, Program};
use crate::native::Width;

/// One thing to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Item {
    /// The operation at a place.
    Compute(u32),
    /// An input into a register, before an output takes its place in memory.
    Load(u32),
    /// A value to an output.
    Store { value: u32, output: u32 },
}

/// A value that is not used again.
pub(super) const NEVER: u32 = u32::MAX;

/// A program in order of execution.
#[derive(Debug, Default)]
pub(super) struct Plan {
    pub(super) items: Vec<Item>,
    /// The values read by all items, one after the other.
    pub(super) operands: Vec<u32>,
    /// Where the operands of each item begin, and where those of the last end.
    pub(super) starts: Vec<u32>,
    /// For each operand: the next item that reads it.
    pub(super) after: Vec<u32>,
    /// For each value: the first item that reads it.
    pub(super) first: Vec<u32>,
}

impl Plan {
    /// An output is stored as soon as it is known. With one lane outputs may lie where the inputs are:
    /// there the store waits until the input of the same number has been read for the last time, and
    /// inputs that are outputs are loaded at the beginning.
    pub(super) fn new(program: &Program, width: Width) -> Self {
        let in_place = width == Width::One;
        let ops = &program.ops;
        let mut plan = Self::default();
        let is_leaf = |value: u32| matches!(ops[value as usize], Op::Input(_) | Op::Constant(_));
        let mut loaded = vec![false; ops.len()];
        if in_place {
            for output in &program.outputs {
                let value = output.0 as usize;
                if matches!(ops[value], Op::Input(_)) && !loaded[value] {
                    loaded[value] = true;
                    plan.items.push(Item::Load(output.0));
                }
            }
        }
        // The place after which each input of the memory is read no more.
        let mut last_read = vec![0; program.inputs as usize];
        if in_place {
            for (place, op) in ops.iter().enumerate() {
                operands(op, |operand| {
                    if let Op::Input(index) = ops[operand as usize]
                        && !loaded[operand as usize]
                    {
                        last_read[index as usize] = place as u32;
                    }
                });
            }
        }
        let mut stores: Vec<(u32, u32, u32)> = Vec::with_capacity(program.outputs.len());
        for (output, value) in program.outputs.iter().enumerate() {
            let known = if is_leaf(value.0) { 0 } else { value.0 };
            let read = last_read.get(output).copied().unwrap_or(0);
            stores.push((known.max(read), output as u32, value.0));
        }
        stores.sort_unstable();
        let mut stores = stores.into_iter().peekable();
        for (place, op) in ops.iter().enumerate() {
            let place = place as u32;
            if !matches!(op, Op::Input(_) | Op::Constant(_)) {
                plan.items.push(Item::Compute(place));
            }
            while let Some((_, output, value)) = stores.next_if(|store| store.0 == place) {
                plan.items.push(Item::Store { value, output });
            }
        }
        plan.uses(program);
        plan
    }

    fn uses(&mut self, program: &Program) {
        self.starts.reserve(self.items.len() + 1);
        self.operands.reserve(2 * self.items.len());
        for item in &self.items {
            self.starts.push(self.operands.len() as u32);
            match *item {
                Item::Compute(place) => {
                    operands(&program.ops[place as usize], |operand| self.operands.push(operand));
                }
                Item::Load(_) => {}
                Item::Store { value, .. } => self.operands.push(value),
            }
        }
        self.starts.push(self.operands.len() as u32);
        self.after = vec![NEVER; self.operands.len()];
        self.first = vec![NEVER; program.ops.len()];
        for item in (0..self.items.len()).rev() {
            let range = self.starts[item] as usize..self.starts[item + 1] as usize;
            for operand in range.clone() {
                self.after[operand] = self.first[self.operands[operand] as usize];
            }
            for operand in range {
                self.first[self.operands[operand] as usize] = item as u32;
            }
        }
    }
}

/// The places that an operation reads.
fn operands(op: &Op, mut each: impl FnMut(u32)) {
    match op {
        Op::Constant(_) | Op::Input(_) => {}
        Op::Neg(a) | Op::Powi(a, _) | Op::Call(_, a) => each(a.0),
        Op::Add(a, b)
        | Op::Sub(a, b)
        | Op::Mul(a, b)
        | Op::Div(a, b)
        | Op::Pow(a, b)
        | Op::Call2(_, a, b)
        | Op::Compare(_, a, b) => {
            each(a.0);
            each(b.0);
        }
        Op::And(a, b) | Op::Or(a, b) => {
            each(a.0);
            each(b.0);
        }
        Op::Not(a) => each(a.0),
        Op::Select(c, yes, no) => {
            each(c.0);
            each(yes.0);
            each(no.0);
        }
        Op::Root { start, arguments, .. } => {
            each(start.0);
            arguments.iter().for_each(|argument| each(argument.0));
        }
    }
}
