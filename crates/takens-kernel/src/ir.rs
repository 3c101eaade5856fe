//! The intermediate representation: straight-line, single assignment, over f64.

use crate::simplify::simpler;
use rustc_hash::FxHashMap;
use std::sync::Arc;
use takens_symbolic::{Compare, Function};

/// A number that a program computes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Value(pub(crate) u32);

/// A truth value that a program computes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Condition(pub(crate) u32);

impl Value {
    /// The place of its operation among those of the program.
    #[must_use]
    pub fn index(self) -> usize {
        self.0 as usize
    }
}

impl Condition {
    /// The place of its operation among those of the program.
    #[must_use]
    pub fn index(self) -> usize {
        self.0 as usize
    }
}

/// One operation. Its place in the program is the [`Value`] or [`Condition`] that it computes.
///
/// Every arithmetic operation rounds once, to nearest; nothing is contracted to a fused
/// multiply-add and nothing is reordered.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Op {
    /// A constant, by its bits.
    Constant(u64),
    /// Input number `i`.
    Input(u32),
    /// `-a`
    Neg(Value),
    /// `a + b`
    Add(Value, Value),
    /// `a - b`
    Sub(Value, Value),
    /// `a * b`
    Mul(Value, Value),
    /// `a / b`
    Div(Value, Value),
    /// `a` to an integer power, as `takens_core::math::powi` does it.
    Powi(Value, i32),
    /// `a` to any power, as `takens_core::math::pow` does it.
    Pow(Value, Value),
    /// An elementary function of one argument.
    Call(Function, Value),
    /// An elementary function of two arguments.
    Call2(Function, Value, Value),
    /// A comparison; false where either side is NaN, but for `!=`.
    Compare(Compare, Value, Value),
    /// Both hold.
    And(Condition, Condition),
    /// One holds or both do.
    Or(Condition, Condition),
    /// It does not hold.
    Not(Condition),
    /// `yes` where the condition holds, else `no`; both have been computed.
    Select(Condition, Value, Value),
    /// The zero of a program of its own, whose input 0 is the unknown and whose further inputs are
    /// `arguments`, by `takens_symbolic::find_root` from `start`.
    Root {
        /// What is to vanish: one output.
        equation: SharedProgram,
        /// Where the search starts.
        start: Value,
        /// Inputs 1, 2, ... of `equation`.
        arguments: Box<[Value]>,
    },
}

/// A program inside an operation, compared by identity.
#[derive(Debug, Clone)]
pub struct SharedProgram(pub Arc<Program>);

impl PartialEq for SharedProgram {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }
}

impl Eq for SharedProgram {}

impl std::hash::Hash for SharedProgram {
    fn hash<H: std::hash::Hasher>(&self, state: &mut H) {
        Arc::as_ptr(&self.0).hash(state);
    }
}

/// A pure function from `inputs` numbers to `outputs` numbers.
#[derive(Debug, Clone)]
pub struct Program {
    pub(crate) inputs: u32,
    pub(crate) ops: Vec<Op>,
    pub(crate) outputs: Vec<Value>,
}

impl Program {
    /// How many numbers go in.
    #[must_use]
    pub fn input_count(&self) -> usize {
        self.inputs as usize
    }

    /// How many numbers come out.
    #[must_use]
    pub fn output_count(&self) -> usize {
        self.outputs.len()
    }

    /// The operations, in order of evaluation.
    #[must_use]
    pub fn ops(&self) -> &[Op] {
        &self.ops
    }

    /// Where each output is computed.
    #[must_use]
    pub fn outputs(&self) -> &[Value] {
        &self.outputs
    }
}

/// Writes a [`Program`]; equal operations are computed once.
#[derive(Debug)]
pub struct Builder {
    inputs: u32,
    ops: Vec<Op>,
    places: FxHashMap<Op, u32>,
    /// Nothing is computed beforehand, where it would round to f64.
    exact: bool,
}

impl Builder {
    /// A program of `inputs` inputs.
    #[must_use]
    pub fn new(inputs: usize) -> Self {
        let inputs = u32::try_from(inputs).expect("fewer than 2^32 inputs");
        Self { inputs, ops: Vec::new(), places: FxHashMap::default(), exact: false }
    }

    /// A program for numbers finer than f64: what is added to it stays as it is.
    #[must_use]
    pub fn exact(inputs: usize) -> Self {
        Self { exact: true, ..Self::new(inputs) }
    }

    /// Whether this is a program for numbers finer than f64.
    pub(crate) fn is_exact(&self) -> bool {
        self.exact
    }

    fn push(&mut self, op: Op) -> u32 {
        if let Some(&place) = self.places.get(&op) {
            return place;
        }
        let place = u32::try_from(self.ops.len()).expect("fewer than 2^32 operations");
        self.ops.push(op.clone());
        self.places.insert(op, place);
        place
    }

    /// The operation that computes a number.
    pub(crate) fn op(&self, value: Value) -> &Op {
        &self.ops[value.0 as usize]
    }

    /// Adds an operation that computes a number, or something simpler that gives the same bits.
    pub fn value(&mut self, op: Op) -> Value {
        debug_assert!(!op.is_condition());
        if self.exact {
            return Value(self.push(op));
        }
        match simpler(self, &op) {
            Some(value) => value,
            None => Value(self.push(op)),
        }
    }

    /// Adds an operation that computes a truth value.
    pub fn condition(&mut self, op: Op) -> Condition {
        debug_assert!(op.is_condition());
        Condition(self.push(op))
    }

    /// A constant.
    pub fn constant(&mut self, value: f64) -> Value {
        self.value(Op::Constant(value.to_bits()))
    }

    /// Input `index`.
    ///
    /// # Panics
    /// If there is no such input.
    pub fn input(&mut self, index: usize) -> Value {
        assert!(index < self.inputs as usize, "input {index} of {}", self.inputs);
        self.value(Op::Input(index as u32))
    }

    /// `-a`
    pub fn neg(&mut self, a: Value) -> Value {
        self.value(Op::Neg(a))
    }

    /// `a + b`
    pub fn add(&mut self, a: Value, b: Value) -> Value {
        self.value(Op::Add(a, b))
    }

    /// `a - b`
    pub fn sub(&mut self, a: Value, b: Value) -> Value {
        self.value(Op::Sub(a, b))
    }

    /// `a * b`
    pub fn mul(&mut self, a: Value, b: Value) -> Value {
        self.value(Op::Mul(a, b))
    }

    /// `a / b`
    pub fn div(&mut self, a: Value, b: Value) -> Value {
        self.value(Op::Div(a, b))
    }

    /// `a` to an integer power.
    pub fn powi(&mut self, a: Value, exponent: i32) -> Value {
        self.value(Op::Powi(a, exponent))
    }

    /// `a` to any power.
    pub fn pow(&mut self, a: Value, b: Value) -> Value {
        self.value(Op::Pow(a, b))
    }

    /// A function of one argument.
    pub fn call(&mut self, function: Function, a: Value) -> Value {
        self.value(Op::Call(function, a))
    }

    /// A function of two arguments.
    pub fn call2(&mut self, function: Function, a: Value, b: Value) -> Value {
        self.value(Op::Call2(function, a, b))
    }

    /// A comparison.
    pub fn compare(&mut self, compare: Compare, a: Value, b: Value) -> Condition {
        self.condition(Op::Compare(compare, a, b))
    }

    /// `yes` where the condition holds, else `no`.
    pub fn select(&mut self, condition: Condition, yes: Value, no: Value) -> Value {
        self.value(Op::Select(condition, yes, no))
    }

    /// `Σ coefficient · value`, from the left, zero coefficients left out; zero if nothing is left.
    pub fn combine(&mut self, terms: &[(f64, Value)]) -> Value {
        let mut sum = None;
        for &(coefficient, value) in terms.iter().filter(|term| term.0 != 0.0) {
            let weight = self.constant(coefficient);
            let term = self.mul(weight, value);
            sum = Some(match sum {
                None => term,
                Some(before) => self.add(before, term),
            });
        }
        sum.unwrap_or_else(|| self.constant(0.0))
    }

    /// Writes all of `program` here, its inputs replaced by `inputs`; gives its outputs.
    ///
    /// # Panics
    /// If the number of inputs is not that of the program.
    pub fn inline(&mut self, program: &Program, inputs: &[Value]) -> Vec<Value> {
        assert_eq!(inputs.len(), program.input_count(), "inputs of the inlined program");
        let mut places: Vec<u32> = Vec::with_capacity(program.ops.len());
        for op in &program.ops {
            let place = match op {
                Op::Input(index) => inputs[*index as usize].0,
                other if other.is_condition() => self.condition(other.renumbered(&places)).0,
                other => self.value(other.renumbered(&places)).0,
            };
            places.push(place);
        }
        program.outputs.iter().map(|output| Value(places[output.0 as usize])).collect()
    }

    /// How many operations there are.
    pub(crate) fn len(&self) -> usize {
        self.ops.len()
    }

    /// The operations, in order of evaluation.
    pub(crate) fn into_ops(self) -> Vec<Op> {
        self.ops
    }

    /// The program that computes `outputs`; what they do not need is left out.
    #[must_use]
    pub fn finish(self, outputs: Vec<Value>) -> Program {
        Program { inputs: self.inputs, ops: self.ops, outputs }.pruned()
    }
}

impl Op {
    /// Whether a truth value is computed, not a number.
    pub(crate) fn is_condition(&self) -> bool {
        matches!(self, Self::Compare(..) | Self::And(..) | Self::Or(..) | Self::Not(..))
    }

    /// The places that the operation reads.
    pub(crate) fn parts(&self) -> Vec<u32> {
        match self {
            Self::Constant(_) | Self::Input(_) => vec![],
            Self::Neg(a) | Self::Powi(a, _) | Self::Call(_, a) => vec![a.0],
            Self::Add(a, b)
            | Self::Sub(a, b)
            | Self::Mul(a, b)
            | Self::Div(a, b)
            | Self::Pow(a, b)
            | Self::Call2(_, a, b)
            | Self::Compare(_, a, b) => vec![a.0, b.0],
            Self::And(a, b) | Self::Or(a, b) => vec![a.0, b.0],
            Self::Not(a) => vec![a.0],
            Self::Select(c, yes, no) => vec![c.0, yes.0, no.0],
            Self::Root { start, arguments, .. } => std::iter::once(start.0)
                .chain(arguments.iter().map(|argument| argument.0))
                .collect(),
        }
    }
}

impl Program {
    /// The same with numbers in the place of its last inputs: parameters, say, that stay what they are. What follows
    /// from them alone is still computed by the operations of the program, so that bits stay the same.
    ///
    /// # Panics
    /// If there are fewer inputs than `values`.
    #[must_use]
    pub fn with_fixed(&self, values: &[f64]) -> Self {
        let free = self.input_count().checked_sub(values.len()).expect("as many inputs");
        let mut b = Builder::new(free);
        let mut inputs: Vec<Value> = (0..free).map(|place| b.input(place)).collect();
        inputs.extend(values.iter().map(|&value| b.constant(value)));
        let outputs = b.inline(self, &inputs);
        b.finish(outputs)
    }

    fn pruned(self) -> Self {
        let mut needed = vec![false; self.ops.len()];
        for output in &self.outputs {
            needed[output.0 as usize] = true;
        }
        for place in (0..self.ops.len()).rev() {
            if needed[place] {
                for part in self.ops[place].parts() {
                    needed[part as usize] = true;
                }
            }
        }
        if needed.iter().all(|&needed| needed) {
            return self;
        }
        let mut builder = Builder::new(self.inputs as usize);
        let mut places = vec![u32::MAX; self.ops.len()];
        for (place, op) in self.ops.iter().enumerate().filter(|(place, _)| needed[*place]) {
            places[place] = builder.push(op.renumbered(&places));
        }
        let outputs = self.outputs.iter().map(|output| Value(places[output.0 as usize])).collect();
        Program { inputs: self.inputs, ops: builder.ops, outputs }
    }
}

impl Op {
    /// The same with its parts at other places.
    pub(crate) fn renumbered(&self, places: &[u32]) -> Self {
        let value = |v: &Value| Value(places[v.0 as usize]);
        let condition = |c: &Condition| Condition(places[c.0 as usize]);
        match self {
            Self::Constant(_) | Self::Input(_) => self.clone(),
            Self::Neg(a) => Self::Neg(value(a)),
            Self::Add(a, b) => Self::Add(value(a), value(b)),
            Self::Sub(a, b) => Self::Sub(value(a), value(b)),
            Self::Mul(a, b) => Self::Mul(value(a), value(b)),
            Self::Div(a, b) => Self::Div(value(a), value(b)),
            Self::Powi(a, exponent) => Self::Powi(value(a), *exponent),
            Self::Pow(a, b) => Self::Pow(value(a), value(b)),
            Self::Call(function, a) => Self::Call(*function, value(a)),
            Self::Call2(function, a, b) => Self::Call2(*function, value(a), value(b)),
            Self::Compare(compare, a, b) => Self::Compare(*compare, value(a), value(b)),
            Self::And(a, b) => Self::And(condition(a), condition(b)),
            Self::Or(a, b) => Self::Or(condition(a), condition(b)),
            Self::Not(a) => Self::Not(condition(a)),
            Self::Select(c, yes, no) => Self::Select(condition(c), value(yes), value(no)),
            Self::Root { equation, start, arguments } => Self::Root {
                equation: equation.clone(),
                start: value(start),
                arguments: arguments.iter().map(value).collect(),
            },
        }
    }
}
