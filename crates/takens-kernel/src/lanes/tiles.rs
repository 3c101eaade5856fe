//! Tiles: an interpreter over many lanes.
//!
//! One look at an operation serves up to [`TILE`] groups, so that what interpreting costs is shared by
//! their lanes. The inner loops are compiled for several instruction sets; which of them runs is
//! decided once.

#[cfg(target_arch = "x86_64")]
use super::functions::{self, LaneFunction};
use super::vector::{Lanes, Plain};
#[cfg(target_arch = "x86_64")]
use super::x86::{Eight, Four};
use super::{LANES, LaneEngine, Level, check_groups};
use crate::expand::expand;
use crate::functions::{binary, unary};
use crate::ir::{Op, Program};
use std::cell::RefCell;
use takens_core::math;
use takens_symbolic::{Compare, Function, find_root};

/// How many groups are computed at once.
const TILE: usize = 8;

/// The lanes of one group.
type Group = [f64; LANES];

/// Runs a program over tiles.
#[derive(Debug)]
pub(crate) struct Tiles {
    code: Code,
    level: Level,
}

/// A program whose values have places in memory.
#[derive(Debug)]
struct Code {
    steps: Vec<Step>,
    constants: Vec<Group>,
    inputs: usize,
    outputs: Vec<Place>,
    /// How many values there are in the scratch memory.
    scratch: usize,
}

/// Where a value is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Place {
    Constant(u32),
    Input(u32),
    Scratch(u32),
}

#[derive(Debug)]
struct Step {
    action: Action,
    to: u32,
    /// As many as the action reads; the rest is anything.
    from: [Place; 3],
}

#[derive(Debug)]
enum Action {
    Neg,
    Add,
    Sub,
    Mul,
    Div,
    Sqrt,
    Abs,
    Floor,
    Min,
    Max,
    Unary(Function),
    Binary(Function),
    Pow,
    /// What the three above are, over registers.
    #[cfg(target_arch = "x86_64")]
    Function(LaneFunction),
    Compare(Compare),
    And,
    Or,
    Not,
    Select,
    Root {
        equation: Box<Code>,
        arguments: Box<[Place]>,
    },
}

impl Tiles {
    pub(crate) fn new(program: &Program, level: Level) -> Self {
        Self { code: Code::new(program, level), level }
    }
}

impl LaneEngine for Tiles {
    fn width(&self) -> usize {
        LANES
    }

    fn input_count(&self) -> usize {
        self.code.inputs
    }

    fn output_count(&self) -> usize {
        self.code.outputs.len()
    }

    fn call_many(&self, groups: usize, inputs: &[f64], outputs: &mut [f64]) {
        check_groups(groups, (self.input_count(), self.output_count()), inputs, outputs);
        let (inputs, _) = inputs.as_chunks::<LANES>();
        let (outputs, _) = outputs.as_chunks_mut::<LANES>();
        for first in (0..groups).step_by(TILE) {
            let last = groups.min(first + TILE);
            let inputs = &inputs[first * self.code.inputs..last * self.code.inputs];
            let width = self.code.outputs.len();
            let outputs = &mut outputs[first * width..last * width];
            run(self.level, &self.code, last - first, inputs, outputs);
        }
    }
}

impl Code {
    fn new(program: &Program, level: Level) -> Self {
        let program = expand(program);
        let mut last_use = vec![0; program.ops.len()];
        for (here, op) in program.ops.iter().enumerate() {
            for part in op.parts() {
                last_use[part as usize] = here;
            }
        }
        for output in &program.outputs {
            last_use[output.0 as usize] = usize::MAX;
        }
        let mut code = Self {
            steps: vec![],
            constants: vec![],
            inputs: program.input_count(),
            outputs: vec![],
            scratch: 0,
        };
        let mut places: Vec<Place> = Vec::with_capacity(program.ops.len());
        let mut free: Vec<u32> = vec![];
        for (here, op) in program.ops.iter().enumerate() {
            let place = match op {
                Op::Input(index) => Place::Input(*index),
                Op::Constant(bits) => {
                    code.constants.push([f64::from_bits(*bits); LANES]);
                    Place::Constant(code.constants.len() as u32 - 1)
                }
                op => {
                    let to = free.pop().unwrap_or_else(|| {
                        code.scratch += 1;
                        code.scratch as u32 - 1
                    });
                    code.steps.push(step(op, to, &places, level));
                    Place::Scratch(to)
                }
            };
            places.push(place);
            // Given back after the result has its own place: a step never writes what it reads.
            let mut parts = op.parts();
            parts.sort_unstable();
            parts.dedup();
            for part in parts {
                if last_use[part as usize] == here
                    && let Place::Scratch(slot) = places[part as usize]
                {
                    free.push(slot);
                }
            }
        }
        code.outputs = program.outputs.iter().map(|output| places[output.0 as usize]).collect();
        code
    }
}

fn step(op: &Op, to: u32, places: &[Place], level: Level) -> Step {
    let action = match op {
        Op::Neg(_) => Action::Neg,
        Op::Add(..) => Action::Add,
        Op::Sub(..) => Action::Sub,
        Op::Mul(..) => Action::Mul,
        Op::Div(..) => Action::Div,
        Op::Call(Function::Sqrt, _) => Action::Sqrt,
        Op::Call(Function::Abs, _) => Action::Abs,
        Op::Call(Function::Floor, _) => Action::Floor,
        Op::Call2(Function::Min, ..) => Action::Min,
        Op::Call2(Function::Max, ..) => Action::Max,
        #[cfg(target_arch = "x86_64")]
        Op::Pow(..) if level > Level::Plain => Action::Function(functions::power(level)),
        #[cfg(target_arch = "x86_64")]
        Op::Call(function, _) if level > Level::Plain => {
            Action::Function(functions::unary(level, *function))
        }
        #[cfg(target_arch = "x86_64")]
        Op::Call2(Function::Atan2, ..) if level > Level::Plain => {
            Action::Function(functions::binary(level, Function::Atan2))
        }
        Op::Pow(..) => Action::Pow,
        Op::Call(function, _) => Action::Unary(*function),
        Op::Call2(function, ..) => Action::Binary(*function),
        Op::Compare(compare, ..) => Action::Compare(*compare),
        Op::And(..) => Action::And,
        Op::Or(..) => Action::Or,
        Op::Not(_) => Action::Not,
        Op::Select(..) => Action::Select,
        Op::Root { equation, arguments, .. } => Action::Root {
            equation: Box::new(Code::new(&equation.0, Level::Plain)),
            arguments: arguments.iter().map(|argument| places[argument.0 as usize]).collect(),
        },
        Op::Constant(_) | Op::Input(_) | Op::Powi(..) => unreachable!("not steps: {op:?}"),
    };
    let mut from = [Place::Input(0); 3];
    for (place, part) in from.iter_mut().zip(op.parts()) {
        *place = places[part as usize];
    }
    Step { action, to, from }
}

thread_local! {
    /// Scratch memory: no call allocates once its thread is warm.
    static SCRATCH: RefCell<Vec<Vec<Group>>> = const { RefCell::new(Vec::new()) };
}

/// Computes the outputs of at most [`TILE`] groups.
fn run(level: Level, code: &Code, groups: usize, inputs: &[Group], outputs: &mut [Group]) {
    // Taken out while it is in use: a root calls its equation in the midst of the outer program.
    let mut scratch = SCRATCH.with_borrow_mut(Vec::pop).unwrap_or_default();
    if scratch.len() < code.scratch * TILE {
        scratch.resize(code.scratch * TILE, [0.0; LANES]);
    }
    let mut tile = Tile { code, level, groups, inputs, scratch: &mut scratch };
    match level {
        Level::Plain => {
            // SAFETY: plain numbers need no special instructions.
            unsafe { tile.run::<Plain>() }
        }
        #[cfg(target_arch = "x86_64")]
        Level::Avx2 => {
            // SAFETY: `Level::best` saw that this machine has AVX2.
            unsafe { run_avx2(&mut tile) }
        }
        #[cfg(target_arch = "x86_64")]
        Level::Avx512 => {
            // SAFETY: `Level::best` saw that this machine has AVX-512 F and DQ.
            unsafe { run_avx512(&mut tile) }
        }
    }
    let width = code.outputs.len();
    for group in 0..groups {
        for (index, &place) in code.outputs.iter().enumerate() {
            outputs[group * width + index] = tile.at(place, group);
        }
    }
    SCRATCH.with_borrow_mut(|pool| pool.push(scratch));
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx2")]
fn run_avx2(tile: &mut Tile) {
    // SAFETY: these are the instructions of the registers.
    unsafe { tile.run::<Four>() }
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx512f,avx512dq")]
fn run_avx512(tile: &mut Tile) {
    // SAFETY: these are the instructions of the registers.
    unsafe { tile.run::<Eight>() }
}

/// Applies an expression register by register. A macro, since a closure need not be inlined, and would then
/// lack the instructions of the function it is called from.
macro_rules! each {
    ($tile:ident, $step:ident, $lanes:ident, |$($part:ident),*| $result:expr) => {{
        let to = $tile.target($step);
        let mut places = $step.from.iter();
        $(let $part = match places.next() {
            Some(&place) => $tile.source(place),
            None => unreachable!("three places"),
        };)*
        for group in 0..$tile.groups {
            for lane in (0..LANES).step_by($lanes::COUNT) {
                // SAFETY: `source` and `target` are places of that many groups, and the caller of `run`
                // knows that the machine has the instructions.
                unsafe {
                    $(let $part = $lanes::load($part.0.add(group * $part.1 + lane));)*
                    let result: $lanes = $result;
                    result.store(to.add(group * LANES + lane));
                }
            }
        }
    }};
}

/// A truth value as 1 or 0.
#[inline(always)]
fn one<L: Lanes>(like: L, truth: L::Truth) -> L {
    L::select(truth, like.constant(1.0), like.constant(0.0))
}

/// A program at work. Value `v` of group `g` is `scratch[v * TILE + g]`.
struct Tile<'a> {
    code: &'a Code,
    #[cfg_attr(not(target_arch = "x86_64"), expect(dead_code, reason = "there is one level"))]
    level: Level,
    groups: usize,
    inputs: &'a [Group],
    scratch: &'a mut [Group],
}

impl Tile<'_> {
    #[inline(always)]
    fn at(&self, place: Place, group: usize) -> Group {
        match place {
            Place::Constant(index) => self.code.constants[index as usize],
            Place::Input(index) => self.inputs[group * self.code.inputs + index as usize],
            Place::Scratch(index) => self.scratch[index as usize * TILE + group],
        }
    }

    /// All steps, by registers of `L`; to be compiled with the instructions of its caller.
    ///
    /// # Safety
    /// The machine has to have the instructions of `L`.
    #[inline(always)]
    unsafe fn run<L: Lanes>(&mut self) {
        let code = self.code;
        for step in &code.steps {
            match &step.action {
                Action::Neg => each!(self, step, L, |a| -a),
                Action::Add => each!(self, step, L, |a, b| a + b),
                Action::Sub => each!(self, step, L, |a, b| a - b),
                Action::Mul => each!(self, step, L, |a, b| a * b),
                Action::Div => each!(self, step, L, |a, b| a / b),
                Action::Sqrt => each!(self, step, L, |a| a.sqrt()),
                Action::Abs => each!(self, step, L, |a| a.abs()),
                Action::Floor => each!(self, step, L, |a| a.floor()),
                Action::Min => each!(self, step, L, |a, b| L::select(a.less(b), a, b)),
                Action::Max => each!(self, step, L, |a, b| L::select(b.less(a), a, b)),
                Action::Compare(Compare::Less) => each!(self, step, L, |a, b| one(a, a.less(b))),
                Action::Compare(Compare::Greater) => each!(self, step, L, |a, b| one(a, b.less(a))),
                Action::Compare(Compare::Equal) => each!(self, step, L, |a, b| one(a, a.equal(b))),
                Action::Compare(Compare::NotEqual) => {
                    each!(self, step, L, |a, b| a.constant(1.0) - one(a, a.equal(b)));
                }
                // Of the two comparisons one holds at most.
                Action::Compare(Compare::LessEqual) => {
                    each!(self, step, L, |a, b| one(a, a.less(b)) + one(a, a.equal(b)));
                }
                Action::Compare(Compare::GreaterEqual) => {
                    each!(self, step, L, |a, b| one(a, b.less(a)) + one(a, a.equal(b)));
                }
                Action::And => each!(self, step, L, |a, b| a * b),
                Action::Or => {
                    each!(self, step, L, |a, b| L::select(a.equal(a.constant(0.0)), b, a))
                }
                Action::Not => each!(self, step, L, |a| a.constant(1.0) - a),
                Action::Select => each!(self, step, L, |c, yes, no| {
                    L::select(c.equal(c.constant(0.0)), no, yes)
                }),
                Action::Unary(function) => self.lane_by_lane(step, |a, _| unary(*function, a)),
                Action::Binary(function) => {
                    self.lane_by_lane(step, |a, b| binary(*function, a, b));
                }
                Action::Pow => self.lane_by_lane(step, math::pow),
                #[cfg(target_arch = "x86_64")]
                Action::Function(function) => self.function(step, *function),
                Action::Root { equation, arguments } => self.root(step, equation, arguments),
            }
        }
    }

    /// A function of one or two numbers.
    fn lane_by_lane(&mut self, step: &Step, f: impl Fn(f64, f64) -> f64) {
        for group in 0..self.groups {
            let [a, b] = [0, 1].map(|part| self.at(step.from[part], group));
            self.scratch[step.to as usize * TILE + group] = std::array::from_fn(|k| f(a[k], b[k]));
        }
    }

    /// Where the first group of a value is, and how far the next is from it.
    #[inline(always)]
    fn source(&self, place: Place) -> (*const f64, usize) {
        let (groups, next) = match place {
            Place::Constant(index) => (&self.code.constants[index as usize..], 0),
            Place::Input(index) => (&self.inputs[index as usize..], LANES * self.code.inputs),
            Place::Scratch(index) => {
                let first = index as usize * TILE;
                (&self.scratch[first..first + TILE], LANES)
            }
        };
        (groups.as_ptr().cast(), next)
    }

    /// Where the first group of a result goes, the next beside it; nothing that the step reads is there.
    #[inline(always)]
    fn target(&mut self, step: &Step) -> *mut f64 {
        let first = step.to as usize * TILE;
        self.scratch[first..first + TILE].as_mut_ptr().cast()
    }

    /// The function of the level at which this runs.
    #[cfg(target_arch = "x86_64")]
    fn function(&mut self, step: &Step, function: LaneFunction) {
        let [a, b] = [0, 1].map(|part| self.source(step.from[part]));
        let to = self.target(step);
        for group in 0..self.groups {
            for lane in (0..LANES).step_by(functions::lanes(self.level)) {
                // SAFETY: as in `each`; the function is one of this level, and if it has one argument it
                // does not look at the second.
                unsafe {
                    let [a, b] =
                        [a, b].map(|(start, next)| start.wrapping_add(group * next + lane));
                    function(a, b, to.add(group * LANES + lane));
                }
            }
        }
    }

    /// Lane by lane, by the plain code: the lanes need different numbers of iterations.
    fn root(&mut self, step: &Step, equation: &Code, arguments: &[Place]) {
        let mut inputs = vec![[0.0; LANES]; 1 + arguments.len()];
        for group in 0..self.groups {
            let start = self.at(step.from[0], group);
            let mut zeros = [0.0; LANES];
            for (lane, zero) in zeros.iter_mut().enumerate() {
                for (input, &argument) in inputs[1..].iter_mut().zip(arguments) {
                    *input = [self.at(argument, group)[lane]; LANES];
                }
                *zero = find_root(start[lane], &mut |guess| {
                    inputs[0] = [guess; LANES];
                    let mut residual = [[0.0; LANES]];
                    run(Level::Plain, equation, 1, &inputs, &mut residual);
                    residual[0][0]
                });
            }
            self.scratch[step.to as usize * TILE + group] = zeros;
        }
    }
}
