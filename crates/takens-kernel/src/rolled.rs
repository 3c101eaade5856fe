//! Programs with loops: what the length of the code takes from the text of a system, and not from the
//! number of its components.
//!
//! Start at [`lower_rolled`], which makes a [`RolledProgram`] from a rolled system. [`RolledOracle`]
//! interprets it, [`crate::CompiledLoops`] runs it as machine code; both give the bits of the flat program.
//!
//! A program has two layers. Its *operations* are those of a straight-line [`crate::Program`], built and
//! simplified by the same [`crate::Builder`]; an input is a [`Source`]: an element at a computed place, an
//! index as a number, the total of a reduction. Its *steps* say when an operation is computed and in which
//! loop: outside every loop of whose index it does not depend, so that a mean over all components is
//! computed once, however many equations use it. `lower` makes both, `check` proves that every place is
//! within its array, which compiled code relies on.

mod check;
mod lower;
mod oracle;

pub use lower::{Part, lower_rolled};
pub use oracle::RolledOracle;

use crate::ir::{Op, Value};
use takens_symbolic::{Compare, IntId, Integers, Reduction};

/// An array that a program reads or writes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Array {
    /// Time, state, parameters: read only.
    Inputs,
    /// Write only.
    Outputs,
    /// Written before it is read, in one call.
    Scratch,
}

/// What an input of the operations is.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Source {
    /// An element.
    Load(Array, IntId),
    /// The quotient of two whole numbers, each an f64 first.
    Ratio(IntId, IntId),
    /// 1 where a comparison of whole numbers holds, else 0.
    Holds(Compare, IntId, IntId),
    /// A number to the power of a quotient, by multiplications where that is a small whole number.
    Power(Value, IntId, IntId),
    /// The total of a reduction, by its number.
    Total(u32),
}

/// A step of a program.
#[derive(Debug, Clone, PartialEq)]
pub enum Step {
    /// Computes the operation at this place.
    Compute(u32),
    /// Repeats steps for each value of an index.
    Loop {
        /// The number of the index.
        index: u32,
        /// Its first value.
        low: IntId,
        /// The end, which is not among its values.
        high: IntId,
        /// What is repeated.
        steps: Vec<Step>,
    },
    /// Sets a total to where its reduction begins.
    Start(u32, Reduction),
    /// Takes a value into a total.
    Fold(u32, Reduction, Value),
    /// Writes an element.
    Store(Array, IntId, Value),
}

/// A pure function from numbers to numbers, with loops.
#[derive(Debug, Clone)]
pub struct RolledProgram {
    pub(crate) inputs: usize,
    pub(crate) outputs: usize,
    pub(crate) scratch: usize,
    pub(crate) totals: usize,
    pub(crate) integers: Integers,
    pub(crate) sources: Vec<Source>,
    pub(crate) ops: Vec<Op>,
    pub(crate) steps: Vec<Step>,
}

impl RolledProgram {
    /// How many numbers go in.
    #[must_use]
    pub fn input_count(&self) -> usize {
        self.inputs
    }

    /// How many numbers come out.
    #[must_use]
    pub fn output_count(&self) -> usize {
        self.outputs
    }

    /// How many numbers a call keeps in between.
    #[must_use]
    pub fn scratch_count(&self) -> usize {
        self.scratch
    }

    /// The operations. The input of number `i` is source `i`.
    #[must_use]
    pub fn ops(&self) -> &[Op] {
        &self.ops
    }

    /// What the inputs of the operations are.
    #[must_use]
    pub fn sources(&self) -> &[Source] {
        &self.sources
    }

    /// What is done, in order.
    #[must_use]
    pub fn steps(&self) -> &[Step] {
        &self.steps
    }
}
