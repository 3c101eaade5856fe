//! From the operations of a right-hand side to recurrences of its Taylor coefficients.
//!
//! A function that solves a differential equation has a recurrence: `c = exp(a)` has `θc = c θa`, where
//! `θ = h d/dh` multiplies coefficient `k` by `k`, so that the sum for `(θc)_k` reads `c` below order
//! `k` only. All others here are of this kind.

use super::convolution::Range;
use super::{Jet, Jets, Step};
use crate::error::KernelError;
use crate::ir::{Op, Program, Value};
use rustc_hash::FxHashMap;

use takens_symbolic::{Compare, Function};

pub(super) fn derive(rhs: &Program, states: usize) -> Result<Jets, KernelError> {
    assert_eq!(rhs.output_count(), states, "one output per component");
    assert!(rhs.input_count() > states, "inputs are time, state and parameters");
    let mut writer = Writer::default();
    // The state comes first, so that each component has its place whether it is read or not.
    for state in 0..states {
        writer.push(Step::State(state as u32), Range::ALL);
    }
    let mut places: Vec<u32> = Vec::with_capacity(rhs.ops.len());
    for op in &rhs.ops {
        let jet = match *op {
            Op::Input(0) => writer.push(Step::Time, Range { low: 0, high: 1 }),
            Op::Input(input) if input as usize <= states => Jet(input - 1),
            ref op => writer.operation(op, &places)?,
        };
        places.push(jet.0);
    }
    let outputs = rhs.outputs.iter().map(|output| Jet(places[output.0 as usize])).collect();
    let Writer { steps, ranges, corners, .. } = writer;
    let jets = Jets { inputs: rhs.input_count(), states, steps, ranges, outputs, corners };
    Ok(pruned(jets))
}

/// Recurrences in the making; equal ones are written once.
#[derive(Default)]
struct Writer {
    steps: Vec<Step>,
    ranges: Vec<Range>,
    places: FxHashMap<Step, Jet>,
    /// Functions that come in pairs or read themselves, by function and argument.
    functions: FxHashMap<(Function, Jet), Jet>,
    corners: bool,
}

impl Writer {
    /// The jet of an operation; `places` tells the jets of those before it.
    fn operation(&mut self, op: &Op, places: &[u32]) -> Result<Jet, KernelError> {
        let zeroth = op.renumbered(places);
        if zeroth.parts().iter().all(|&part| self.range(Jet(part)) == Range::STILL) {
            return Ok(self.still(zeroth));
        }
        let jet = |value: Value| Jet(places[value.0 as usize]);
        Ok(match *op {
            Op::Neg(a) => self.neg(jet(a)),
            Op::Add(a, b) => self.add(jet(a), jet(b)),
            Op::Sub(a, b) => self.sub(jet(a), jet(b)),
            Op::Mul(a, b) => self.mul(jet(a), jet(b)),
            Op::Div(a, b) => self.quotient(jet(a), jet(b)),
            Op::Powi(a, exponent) => self.powi(jet(a), exponent),
            Op::Pow(a, b) => self.pow(jet(a), jet(b)),
            Op::Call(function, a) => self.call(function, jet(a)),
            Op::Call2(function, a, b) => self.call2(function, jet(a), jet(b)),
            Op::Select(condition, yes, no) => {
                let condition = Jet(places[condition.0 as usize]);
                self.choice(condition, jet(yes), jet(no))
            }
            Op::Compare(..) => {
                self.corners = true;
                self.still(zeroth)
            }
            Op::Root { .. } => {
                let reason = "the root of an equation has no recurrence";
                return Err(KernelError::NoSeries { reason });
            }
            Op::Constant(_) | Op::Input(_) | Op::And(..) | Op::Or(..) | Op::Not(_) => {
                unreachable!("constant along the series")
            }
        })
    }

    fn call(&mut self, function: Function, a: Jet) -> Jet {
        if let Some(&known) = self.functions.get(&(function, a)) {
            return known;
        }
        let result = match function {
            Function::Sqrt => self.push(Step::Sqrt(a), Range::ALL),
            Function::Exp => {
                // θc = c θa
                let start = self.still_call(function, a);
                let rate = self.rate(a);
                let product = self.next();
                self.feedback(rate, Jet(product.0 + 1));
                self.integral(start, product)
            }
            Function::Log => {
                // θc = θa / a
                let start = self.still_call(function, a);
                let rate = self.rate(a);
                let rate = self.quotient(rate, a);
                self.integral(start, rate)
            }
            Function::Sin | Function::Cos => {
                // θs = c θa, θc = -s θa
                let pair = self.pair(a, [Function::Sin, Function::Cos], true);
                pair[usize::from(function == Function::Cos)]
            }
            Function::Sinh | Function::Cosh => {
                let pair = self.pair(a, [Function::Sinh, Function::Cosh], false);
                pair[usize::from(function == Function::Cosh)]
            }
            Function::Tan | Function::Tanh => {
                // θc = (1 ± c²) θa
                let start = self.still_call(function, a);
                let one = self.number(1.0);
                let rate = self.rate(a);
                let product = self.next();
                self.feedback(rate, Jet(product.0 + 3));
                let c = self.integral(start, product);
                let square = self.mul(c, c);
                let slope = match function {
                    Function::Tan => self.add(one, square),
                    _ => self.sub(one, square),
                };
                debug_assert_eq!(slope.0, product.0 + 3);
                c
            }
            Function::Asin | Function::Acos => {
                // θc = ± θa / √(1 - a²)
                let start = self.still_call(function, a);
                let one = self.number(1.0);
                let square = self.mul(a, a);
                let rest = self.sub(one, square);
                let root = self.call(Function::Sqrt, rest);
                let rate = self.rate(a);
                let rate = self.quotient(rate, root);
                let rate = if function == Function::Acos { self.neg(rate) } else { rate };
                self.integral(start, rate)
            }
            Function::Atan => {
                // θc = θa / (1 + a²)
                let start = self.still_call(function, a);
                let one = self.number(1.0);
                let square = self.mul(a, a);
                let sum = self.add(one, square);
                let rate = self.rate(a);
                let rate = self.quotient(rate, sum);
                self.integral(start, rate)
            }
            Function::Abs => {
                let minus = self.neg(a);
                let below = self.less_than_zero(a);
                self.choice(below, minus, a)
            }
            Function::Sign | Function::Floor | Function::Heaviside => {
                self.corners = true;
                self.still_call(function, a)
            }
            Function::Atan2 | Function::Mod | Function::Min | Function::Max => {
                unreachable!("a function of two arguments")
            }
        };
        self.functions.insert((function, a), result);
        result
    }

    fn call2(&mut self, function: Function, a: Jet, b: Jet) -> Jet {
        let (left, right) = (Value(a.0), Value(b.0));
        match function {
            Function::Atan2 => {
                // θc = (b θa - a θb) / (a² + b²)
                let start = self.still(Op::Call2(function, left, right));
                let (rate_a, rate_b) = (self.rate(a), self.rate(b));
                let (gain, loss) = (self.product(b, rate_a), self.product(a, rate_b));
                let turn = match (gain, loss) {
                    (Some(gain), Some(loss)) => self.sub(gain, loss),
                    (Some(gain), None) => gain,
                    (None, Some(loss)) => self.neg(loss),
                    (None, None) => unreachable!("one of them moves"),
                };
                let (a_square, b_square) = (self.mul(a, a), self.mul(b, b));
                let size = self.add(a_square, b_square);
                let rate = self.quotient(turn, size);
                self.integral(start, rate)
            }
            Function::Mod => {
                // a - b ⌊a/b⌋
                self.corners = true;
                let ratio = self.still(Op::Div(left, right));
                let whole = self.still(Op::Call(Function::Floor, Value(ratio.0)));
                let multiple = self.mul(b, whole);
                self.sub(a, multiple)
            }
            Function::Min | Function::Max => {
                self.corners = true;
                let compare =
                    if function == Function::Min { Compare::Less } else { Compare::Greater };
                let first = self.still(Op::Compare(compare, left, right));
                self.choice(first, a, b)
            }
            _ => unreachable!("a function of one argument"),
        }
    }

    /// As `takens_core::math::powi` multiplies.
    fn powi(&mut self, a: Jet, exponent: i32) -> Jet {
        let mut rest = exponent.unsigned_abs();
        let mut square = a;
        let mut product = None;
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
        match product {
            None => one,
            Some(product) if exponent < 0 => self.quotient(one, product),
            Some(product) => product,
        }
    }

    /// `θc = b c θa / a` for a constant exponent, and `θc = c θ(b log a)`.
    fn pow(&mut self, a: Jet, b: Jet) -> Jet {
        let start = self.still(Op::Pow(Value(a.0), Value(b.0)));
        if self.range(b) == Range::STILL {
            let rate = self.rate(a);
            let product = self.next();
            self.feedback(rate, Jet(product.0 + 3));
            let product = self.mul(b, product);
            let rate = self.quotient(product, a);
            let c = self.integral(start, rate);
            debug_assert_eq!(c.0, product.0 + 2);
            return c;
        }
        let log = self.call(Function::Log, a);
        let exponent = self.mul(b, log);
        let rate = self.rate(exponent);
        let product = self.next();
        self.feedback(rate, Jet(product.0 + 1));
        self.integral(start, product)
    }

    /// Sine and cosine, or their hyperbolic kin.
    fn pair(&mut self, a: Jet, names: [Function; 2], minus: bool) -> [Jet; 2] {
        let [start, other_start] = names.map(|function| self.still_call(function, a));
        let rate = self.rate(a);
        let first = self.next().0;
        let (sine, cosine) = (Jet(first + 2 + u32::from(minus)), Jet(first + 3 + u32::from(minus)));
        let sine_rate = self.feedback(rate, cosine);
        let mut cosine_rate = self.feedback(rate, sine);
        if minus {
            cosine_rate = self.neg(cosine_rate);
        }
        let pair = [self.integral(start, sine_rate), self.integral(other_start, cosine_rate)];
        debug_assert_eq!(pair, [sine, cosine]);
        for (function, jet) in names.into_iter().zip(pair) {
            self.functions.insert((function, a), jet);
        }
        pair
    }

    fn neg(&mut self, a: Jet) -> Jet {
        self.push(Step::Neg(a), self.range(a))
    }

    fn add(&mut self, a: Jet, b: Jet) -> Jet {
        self.push(Step::Add(a, b), self.range(a).union(self.range(b)))
    }

    fn sub(&mut self, a: Jet, b: Jet) -> Jet {
        self.push(Step::Sub(a, b), self.range(a).union(self.range(b)))
    }

    fn mul(&mut self, a: Jet, b: Jet) -> Jet {
        let (left, right) = (self.range(a), self.range(b));
        if a == b && left == Range::ALL {
            self.push(Step::Square(a), Range::ALL)
        } else {
            self.push(Step::Mul(a, b), left.product(right))
        }
    }

    /// A product, if it is not zero throughout.
    fn product(&mut self, a: Jet, b: Jet) -> Option<Jet> {
        (!self.range(b).is_empty()).then(|| self.mul(a, b))
    }

    fn quotient(&mut self, a: Jet, b: Jet) -> Jet {
        let range = match self.range(b) {
            Range::STILL => self.range(a),
            _ => Range { high: usize::MAX, ..self.range(a) },
        };
        self.push(Step::Quotient(a, b), range)
    }

    /// `θa`, without a coefficient of order 0.
    fn rate(&mut self, a: Jet) -> Jet {
        self.push(Step::Rate(a), self.range(a).from(1))
    }

    /// The product of `rate`, which begins at order 1, with a series that is written later.
    fn feedback(&mut self, rate: Jet, later: Jet) -> Jet {
        let range = self.range(rate).product(Range::ALL);
        self.fresh(Step::Mul(rate, later), range)
    }

    fn integral(&mut self, start: Jet, rate: Jet) -> Jet {
        self.fresh(Step::Integral { start, rate }, self.range(rate).union(Range::STILL))
    }

    fn choice(&mut self, condition: Jet, yes: Jet, no: Jet) -> Jet {
        let range = self.range(yes).union(self.range(no));
        self.push(Step::Choice { condition, yes, no }, range)
    }

    fn less_than_zero(&mut self, a: Jet) -> Jet {
        self.corners = true;
        let zero = self.number(0.0);
        self.still(Op::Compare(Compare::Less, Value(a.0), Value(zero.0)))
    }

    fn number(&mut self, value: f64) -> Jet {
        self.still(Op::Constant(value.to_bits()))
    }

    fn still(&mut self, op: Op) -> Jet {
        self.push(Step::Still(op), Range::STILL)
    }

    fn still_call(&mut self, function: Function, a: Jet) -> Jet {
        self.still(Op::Call(function, Value(a.0)))
    }

    fn range(&self, jet: Jet) -> Range {
        self.ranges[jet.0 as usize]
    }

    /// The place of the next step.
    fn next(&self) -> Jet {
        Jet(u32::try_from(self.steps.len()).expect("fewer than 2^32 operations"))
    }

    fn push(&mut self, step: Step, range: Range) -> Jet {
        if let Some(&known) = self.places.get(&step) {
            return known;
        }
        let jet = self.fresh(step.clone(), range);
        self.places.insert(step, jet);
        jet
    }

    /// Writes a step that stands at a place foreseen.
    fn fresh(&mut self, step: Step, range: Range) -> Jet {
        let jet = self.next();
        self.steps.push(step);
        self.ranges.push(range);
        jet
    }
}

/// Without the steps that nothing needs.
fn pruned(jets: Jets) -> Jets {
    let mut needed = vec![false; jets.steps.len()];
    let mut open = jets.outputs.clone();
    open.extend((0..jets.states as u32).map(Jet));
    while let Some(jet) = open.pop() {
        if !std::mem::replace(&mut needed[jet.0 as usize], true) {
            open.extend(jets.steps[jet.0 as usize].parts());
        }
    }
    let mut count = 0;
    let places: Vec<u32> = needed
        .iter()
        .map(|&needed| {
            let place = count;
            count += u32::from(needed);
            place
        })
        .collect();
    let kept = jets.steps.iter().zip(&jets.ranges).zip(&needed).filter(|(_, needed)| **needed);
    let (steps, ranges) = kept.map(|((step, range), _)| (step.renumbered(&places), *range)).unzip();
    let outputs = jets.outputs.iter().map(|output| Jet(places[output.0 as usize])).collect();
    Jets { steps, ranges, outputs, ..jets }
}
