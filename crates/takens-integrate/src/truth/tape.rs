//! From a program to rules for power series.
//!
//! Every elementary function obeys `y' = s · a'` with an `s` that is itself made of `y` and `a`, so that
//! one rule does for all of them; see [`Rule::Chain`].

use super::NoTruth;
use std::collections::HashMap;
use takens_core::DoubleDouble;
use takens_kernel::{Op, Program};
use takens_symbolic::{Compare, Function};

/// A place on the tape: the power series of one intermediate value.
pub(super) type Place = usize;

/// How the coefficients of a series follow from those of others.
#[derive(Debug, Clone)]
pub(super) enum Rule {
    /// A number.
    Constant(DoubleDouble),
    /// Time.
    Time,
    /// A component of the solution.
    State(usize),
    /// A parameter.
    Parameter(usize),
    /// `-a`
    Neg(Place),
    /// `a + b`
    Add(Place, Place),
    /// `a - b`
    Sub(Place, Place),
    /// `c · a`, where c does not change in time.
    Scale(Place, Place),
    /// `a · b`
    Mul(Place, Place),
    /// `a / b`
    Div(Place, Place),
    /// `a'`
    Derivative(Place),
    /// `y' = Σ s · a'` over the pairs `(s, a')`, where `s` may lie behind `y` on the tape: coefficient
    /// k of `y` needs those of `s` below k alone.
    Chain {
        /// How the value is computed.
        start: Start,
        /// The pairs.
        terms: Vec<(Place, Place)>,
    },
    /// The sign, or the whole part, of a switch.
    Level(usize),
    /// Whether the sign of a switch is as a comparison with zero says.
    Holds(Compare, usize),
    /// Both hold.
    And(Place, Place),
    /// One holds or both do.
    Or(Place, Place),
    /// It does not hold.
    Not(Place),
    /// One of two, by a condition.
    Select(Place, Place, Place),
}

/// The value from which a chain starts.
#[derive(Debug, Clone, Copy)]
pub(super) enum Start {
    /// A function of a place.
    Unary(Function, Place),
    /// The angle of `atan2(y, x)`.
    Angle(Place, Place),
    /// A power whose exponent does not change in time.
    Power(Place, Place),
}

/// What a switch looks at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Kind {
    /// The sign.
    Sign,
    /// The greatest integer not above.
    Floor,
}

/// The rules of a right-hand side, in order of evaluation.
#[derive(Debug, Clone, Default)]
pub(super) struct Tape {
    pub(super) rules: Vec<Rule>,
    /// Whether a place does not change in time.
    pub(super) fixed: Vec<bool>,
    /// Each component.
    pub(super) states: Vec<Place>,
    /// The derivative of each component.
    pub(super) outputs: Vec<Place>,
    /// What the corners depend on.
    pub(super) switches: Vec<(Place, Kind)>,
}

impl Tape {
    /// The rules for a program whose inputs are time, `dim` components and parameters.
    pub(super) fn new(program: &Program, dim: usize) -> Result<Self, NoTruth> {
        let mut writer = Writer::default();
        writer.tape.states = (0..dim).map(|i| writer.push(Rule::State(i))).collect();
        let mut places: Vec<Place> = Vec::with_capacity(program.ops().len());
        for op in program.ops() {
            places.push(writer.op(op, &places, dim)?);
        }
        let mut tape = writer.tape;
        tape.outputs = program.outputs().iter().map(|output| places[output.index()]).collect();
        Ok(tape)
    }

    /// Products of coefficients in one step to `order`.
    pub(super) fn work(&self, order: usize) -> u64 {
        let product = (order * order / 2) as u64;
        let rule = |(place, rule): (usize, &Rule)| match rule {
            _ if self.fixed[place] => 0,
            Rule::Mul(..) | Rule::Div(..) => product,
            Rule::Chain { terms, .. } => product * terms.len() as u64 + 100,
            _ => order as u64,
        };
        self.rules.iter().enumerate().map(rule).sum()
    }
}

#[derive(Default)]
struct Writer {
    tape: Tape,
    switches: HashMap<(Place, Kind), usize>,
}

impl Writer {
    fn push(&mut self, rule: Rule) -> Place {
        let fixed = |place: &Place| self.tape.fixed[*place];
        let is_fixed = match &rule {
            Rule::Constant(_) | Rule::Parameter(_) => true,
            Rule::Time | Rule::State(_) => false,
            Rule::Neg(a) | Rule::Not(a) | Rule::Derivative(a) => fixed(a),
            Rule::Add(a, b)
            | Rule::Sub(a, b)
            | Rule::Scale(a, b)
            | Rule::Mul(a, b)
            | Rule::Div(a, b)
            | Rule::And(a, b)
            | Rule::Or(a, b) => fixed(a) && fixed(b),
            Rule::Chain { terms, .. } => terms.iter().all(|(_, argument)| fixed(argument)),
            // Within a step.
            Rule::Level(_) | Rule::Holds(..) => true,
            Rule::Select(_, yes, no) => fixed(yes) && fixed(no),
        };
        self.tape.rules.push(rule);
        self.tape.fixed.push(is_fixed);
        self.tape.rules.len() - 1
    }

    fn number(&mut self, value: f64) -> Place {
        self.push(Rule::Constant(value.into()))
    }

    fn mul(&mut self, a: Place, b: Place) -> Place {
        if self.tape.fixed[a] {
            self.push(Rule::Scale(a, b))
        } else if self.tape.fixed[b] {
            self.push(Rule::Scale(b, a))
        } else {
            self.push(Rule::Mul(a, b))
        }
    }

    fn div(&mut self, a: Place, b: Place) -> Place {
        self.push(Rule::Div(a, b))
    }

    fn op(&mut self, op: &Op, places: &[Place], dim: usize) -> Result<Place, NoTruth> {
        let at = |value: &takens_kernel::Value| places[value.index()];
        let truth = |condition: &takens_kernel::Condition| places[condition.index()];
        Ok(match op {
            Op::Constant(bits) => self.number(f64::from_bits(*bits)),
            Op::Input(0) => self.push(Rule::Time),
            Op::Input(input) => {
                let index = *input as usize - 1;
                match self.tape.states.get(index) {
                    Some(&state) => state,
                    None => self.push(Rule::Parameter(index - dim)),
                }
            }
            Op::Neg(a) => self.push(Rule::Neg(at(a))),
            Op::Add(a, b) => self.push(Rule::Add(at(a), at(b))),
            Op::Sub(a, b) => self.push(Rule::Sub(at(a), at(b))),
            Op::Mul(a, b) => self.mul(at(a), at(b)),
            Op::Div(a, b) => self.div(at(a), at(b)),
            Op::Powi(a, exponent) => self.whole_power(at(a), i64::from(*exponent)),
            Op::Pow(a, b) => self.power(at(a), at(b)),
            Op::Call(function, a) => self.call(*function, at(a)),
            Op::Call2(function, a, b) => self.call2(*function, at(a), at(b)),
            Op::Compare(compare, a, b) => {
                let difference = self.push(Rule::Sub(at(a), at(b)));
                let switch = self.switch(difference, Kind::Sign);
                self.push(Rule::Holds(*compare, switch))
            }
            Op::And(a, b) => self.push(Rule::And(truth(a), truth(b))),
            Op::Or(a, b) => self.push(Rule::Or(truth(a), truth(b))),
            Op::Not(a) => self.push(Rule::Not(truth(a))),
            Op::Select(c, yes, no) => self.push(Rule::Select(truth(c), at(yes), at(no))),
            Op::Root { .. } => return Err(NoTruth::Root),
        })
    }

    fn switch(&mut self, place: Place, kind: Kind) -> usize {
        let next = self.tape.switches.len();
        let switch = *self.switches.entry((place, kind)).or_insert(next);
        if switch == next {
            self.tape.switches.push((place, kind));
        }
        switch
    }

    fn whole_power(&mut self, a: Place, exponent: i64) -> Place {
        let (mut rest, mut square, mut product) = (exponent.unsigned_abs(), a, None);
        while rest > 0 {
            if rest & 1 == 1 {
                product = Some(product.map_or(square, |before| self.mul(before, square)));
            }
            rest >>= 1;
            if rest > 0 {
                square = self.mul(square, square);
            }
        }
        let one = self.number(1.0);
        let product = product.unwrap_or(one);
        if exponent < 0 { self.div(one, product) } else { product }
    }

    /// `a^b`: by multiplications, by `y' = b y / a · a'`, or as `exp(b log a)`.
    fn power(&mut self, a: Place, b: Place) -> Place {
        if let Rule::Constant(value) = self.tape.rules[b]
            && value.floor() == value
            && value.abs() < DoubleDouble::from(1e6)
        {
            return self.whole_power(a, value.high() as i64);
        }
        if self.tape.fixed[b] {
            return self.chain(Start::Power(a, b), a, |w, y| {
                let ratio = w.div(y, a);
                w.mul(b, ratio)
            });
        }
        let log = self.call(Function::Log, a);
        let exponent = self.mul(b, log);
        self.call(Function::Exp, exponent)
    }

    /// A chain whose slopes are still to be written, and the derivatives of its arguments.
    fn open<const N: usize>(&mut self, start: Start, arguments: [Place; N]) -> (Place, [Place; N]) {
        let derivatives = arguments.map(|a| self.push(Rule::Derivative(a)));
        let terms = derivatives.map(|derivative| (derivative, derivative)).to_vec();
        (self.push(Rule::Chain { start, terms }), derivatives)
    }

    fn close(&mut self, y: Place, terms: Vec<(Place, Place)>) {
        if let Rule::Chain { terms: open, .. } = &mut self.tape.rules[y] {
            *open = terms;
        }
    }

    /// A function of `a`, with the slope that `slope` writes.
    fn chain(
        &mut self,
        start: Start,
        a: Place,
        slope: impl FnOnce(&mut Self, Place) -> Place,
    ) -> Place {
        let (y, [derivative]) = self.open(start, [a]);
        let slope = slope(self, y);
        self.close(y, vec![(slope, derivative)]);
        y
    }

    /// Two functions, each the slope of the other but for a sign.
    fn pair(&mut self, functions: [Function; 2], a: Place, sign: f64) -> (Place, Place) {
        let [(first, [d]), (second, [e])] =
            functions.map(|function| self.open(Start::Unary(function, a), [a]));
        let sign = self.number(sign);
        let turned = self.mul(sign, first);
        self.close(first, vec![(second, d)]);
        self.close(second, vec![(turned, e)]);
        (first, second)
    }

    fn call(&mut self, function: Function, a: Place) -> Place {
        let one = self.number(1.0);
        match function {
            Function::Sin => self.pair([Function::Sin, Function::Cos], a, -1.0).0,
            Function::Cos => self.pair([Function::Sin, Function::Cos], a, -1.0).1,
            Function::Sinh => self.pair([Function::Sinh, Function::Cosh], a, 1.0).0,
            Function::Cosh => self.pair([Function::Sinh, Function::Cosh], a, 1.0).1,
            Function::Exp => self.chain(Start::Unary(function, a), a, |_, y| y),
            Function::Log => self.chain(Start::Unary(function, a), a, |w, _| w.div(one, a)),
            Function::Sqrt => self.chain(Start::Unary(function, a), a, |w, y| {
                let half = w.number(0.5);
                w.div(half, y)
            }),
            Function::Tan => self.chain(Start::Unary(function, a), a, |w, y| {
                let square = w.mul(y, y);
                w.push(Rule::Add(one, square))
            }),
            Function::Tanh => self.chain(Start::Unary(function, a), a, |w, y| {
                let square = w.mul(y, y);
                w.push(Rule::Sub(one, square))
            }),
            Function::Atan => self.chain(Start::Unary(function, a), a, |w, _| {
                let square = w.mul(a, a);
                let below = w.push(Rule::Add(one, square));
                w.div(one, below)
            }),
            Function::Asin | Function::Acos => self.chain(Start::Unary(function, a), a, |w, _| {
                let square = w.mul(a, a);
                let rest = w.push(Rule::Sub(one, square));
                let root = w.call(Function::Sqrt, rest);
                let sign = w.number(if function == Function::Asin { 1.0 } else { -1.0 });
                w.div(sign, root)
            }),
            Function::Abs => {
                let switch = self.switch(a, Kind::Sign);
                let negative = self.push(Rule::Holds(Compare::Less, switch));
                let turned = self.push(Rule::Neg(a));
                self.push(Rule::Select(negative, turned, a))
            }
            Function::Sign => {
                let switch = self.switch(a, Kind::Sign);
                self.push(Rule::Level(switch))
            }
            Function::Heaviside => {
                let switch = self.switch(a, Kind::Sign);
                self.push(Rule::Holds(Compare::Greater, switch))
            }
            Function::Floor => {
                let switch = self.switch(a, Kind::Floor);
                self.push(Rule::Level(switch))
            }
            // Functions of two arguments: no program has these here.
            Function::Atan2 | Function::Mod | Function::Min | Function::Max => {
                self.number(f64::NAN)
            }
        }
    }

    fn call2(&mut self, function: Function, a: Place, b: Place) -> Place {
        match function {
            Function::Mod => {
                let ratio = self.div(a, b);
                let whole = self.call(Function::Floor, ratio);
                let multiple = self.mul(b, whole);
                self.push(Rule::Sub(a, multiple))
            }
            Function::Min | Function::Max => {
                let difference = self.push(Rule::Sub(a, b));
                let switch = self.switch(difference, Kind::Sign);
                let compare =
                    if function == Function::Min { Compare::Less } else { Compare::Greater };
                let first = self.push(Rule::Holds(compare, switch));
                self.push(Rule::Select(first, a, b))
            }
            // The angle turns by (x y' - y x') / (x² + y²).
            Function::Atan2 => {
                let (y, x) = (a, b);
                let (angle, [dy, dx]) = self.open(Start::Angle(y, x), [y, x]);
                let (squares, turned) = ((self.mul(x, x), self.mul(y, y)), self.push(Rule::Neg(y)));
                let square = self.push(Rule::Add(squares.0, squares.1));
                let along_y = self.div(x, square);
                let along_x = self.div(turned, square);
                self.close(angle, vec![(along_y, dy), (along_x, dx)]);
                angle
            }
            _ => self.number(f64::NAN),
        }
    }
}
