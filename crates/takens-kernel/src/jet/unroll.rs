//! A Taylor series as one straight program.

use super::convolution::{Range, terms};
use super::{Jet, Jets, Step};
use crate::ir::{Builder, Condition, Op, Program, Value};

impl Jets {
    /// The program from `t`, state and parameters to the coefficients of the solution: order 1 of every
    /// component, then order 2, to `order`.
    ///
    /// Its length grows with the square of the order (see [`Jets::operations`]).
    #[must_use]
    pub fn unrolled(&self, order: usize) -> Program {
        let mut writer = Writer {
            jets: self,
            b: Builder::new(self.inputs),
            zeroth: Vec::with_capacity(self.steps.len()),
            coefficients: vec![Vec::with_capacity(order); self.steps.len()],
        };
        let mut outputs = Vec::with_capacity(order * self.states);
        for k in 0..order {
            for place in 0..self.steps.len() {
                writer.coefficient(k, place);
            }
            let weight = writer.b.constant(1.0 / (k + 1) as f64);
            for (state, &rate) in self.outputs.iter().enumerate() {
                let next = match writer.get(rate, k) {
                    Some(rate) => writer.b.mul(rate, weight),
                    None => writer.b.constant(0.0),
                };
                writer.coefficients[state].push(next);
                outputs.push(next);
            }
        }
        writer.b.finish(outputs)
    }
}

struct Writer<'a> {
    jets: &'a Jets,
    b: Builder,
    /// The place in the program of each step's order 0, which may be a truth value.
    zeroth: Vec<u32>,
    /// Those of each step from order 0 or, where there is none, a stand-in.
    coefficients: Vec<Vec<Value>>,
}

impl Writer<'_> {
    /// Coefficient `k`, unless it is zero.
    fn get(&self, jet: Jet, k: usize) -> Option<Value> {
        self.jets.range(jet).holds(k).then(|| self.known(jet, k))
    }

    fn known(&self, jet: Jet, k: usize) -> Value {
        self.coefficients[jet.0 as usize][k]
    }

    /// Writes coefficient `k` of the step at `place`.
    fn coefficient(&mut self, k: usize, place: usize) {
        let jets = self.jets;
        let (step, range) = (&jets.steps[place], jets.ranges[place]);
        if let Step::Still(op) = step {
            if k == 0 {
                self.still(op, place);
            }
            return;
        }
        // The state's is known from the order before.
        if matches!(step, Step::State(_)) && k > 0 {
            return;
        }
        let value = if range.holds(k) {
            self.moving(step, k, Jet(place as u32), range)
        } else {
            self.b.constant(0.0)
        };
        self.coefficients[place].push(value);
        if k == 0 {
            self.zeroth.push(value.0);
        }
    }

    /// An operation at order 0.
    fn still(&mut self, op: &Op, place: usize) {
        let op = op.renumbered(&self.zeroth);
        if op.is_condition() {
            self.zeroth.push(self.b.condition(op).0);
        } else {
            let value = self.b.value(op);
            self.coefficients[place].push(value);
            self.zeroth.push(value.0);
        }
    }

    fn moving(&mut self, step: &Step, k: usize, own: Jet, range: Range) -> Value {
        match *step {
            Step::Still(_) => unreachable!("has order 0 only"),
            Step::Time if k == 0 => self.b.input(0),
            Step::Time => self.b.constant(1.0),
            Step::State(state) => self.b.input(1 + state as usize),
            Step::Neg(a) => {
                let a = self.known(a, k);
                self.b.neg(a)
            }
            Step::Add(a, b) => match (self.get(a, k), self.get(b, k)) {
                (Some(a), Some(b)) => self.b.add(a, b),
                (a, b) => a.or(b).unwrap_or_else(|| self.b.constant(0.0)),
            },
            Step::Sub(a, b) => self.difference(self.get(a, k), self.get(b, k)),
            Step::Mul(a, b) => {
                self.convolution(k, (a, self.jets.range(a)), (b, self.jets.range(b)))
            }
            Step::Square(a) => self.square(k, a),
            Step::Quotient(a, b) if k == 0 => {
                let (a, b) = (self.known(a, 0), self.known(b, 0));
                self.b.div(a, b)
            }
            Step::Quotient(a, b) => {
                let divisor = self.jets.range(b).from(1);
                let before = terms(k, divisor, range)
                    .next()
                    .map(|_| self.convolution(k, (b, divisor), (own, range)));
                let rest = self.difference(self.get(a, k), before);
                let (one, b) = (self.b.constant(1.0), self.known(b, 0));
                let reciprocal = self.b.div(one, b);
                self.b.mul(rest, reciprocal)
            }
            Step::Sqrt(a) => {
                let zeroth = self.known(a, 0);
                if k == 0 {
                    return self.b.call(takens_symbolic::Function::Sqrt, zeroth);
                }
                let before = self.inner_square(k, own);
                let rest = self.difference(self.get(a, k), before);
                let (half, root) = (self.b.constant(0.5), self.known(own, 0));
                let reciprocal = self.b.div(half, root);
                self.b.mul(rest, reciprocal)
            }
            Step::Rate(a) => {
                let (factor, a) = (self.b.constant(k as f64), self.known(a, k));
                self.b.mul(a, factor)
            }
            Step::Integral { start, .. } if k == 0 => self.known(start, 0),
            Step::Integral { rate, .. } => {
                let (weight, rate) = (self.b.constant(1.0 / k as f64), self.known(rate, k));
                self.b.mul(rate, weight)
            }
            Step::Choice { condition, yes, no } => {
                let zero = self.b.constant(0.0);
                let (yes, no) = (self.get(yes, k), self.get(no, k));
                let condition = Condition(self.zeroth[condition.0 as usize]);
                self.b.select(condition, yes.unwrap_or(zero), no.unwrap_or(zero))
            }
        }
    }

    fn difference(&mut self, a: Option<Value>, b: Option<Value>) -> Value {
        match (a, b) {
            (Some(a), Some(b)) => self.b.sub(a, b),
            (Some(a), None) => a,
            (None, Some(b)) => self.b.neg(b),
            (None, None) => self.b.constant(0.0),
        }
    }

    fn convolution(&mut self, k: usize, a: (Jet, Range), b: (Jet, Range)) -> Value {
        let mut sum = None;
        for (first, second) in terms(k, a.1, b.1) {
            let mut term = self.product(a.0, b.0, first);
            if let Some(second) = second {
                let other = self.product(a.0, b.0, second);
                term = self.b.add(term, other);
            }
            sum = Some(sum.map_or(term, |sum| self.b.add(sum, term)));
        }
        sum.unwrap_or_else(|| self.b.constant(0.0))
    }

    fn product(&mut self, a: Jet, b: Jet, (i, j): (usize, usize)) -> Value {
        let (a, b) = (self.known(a, i), self.known(b, j));
        self.b.mul(a, b)
    }

    fn square(&mut self, k: usize, a: Jet) -> Value {
        let first = self.known(a, 0);
        if k == 0 {
            return self.b.mul(first, first);
        }
        let twice = self.b.add(first, first);
        let last = self.known(a, k);
        let newest = self.b.mul(twice, last);
        match self.inner_square(k, a) {
            Some(before) => self.b.add(before, newest),
            None => newest,
        }
    }

    /// `Σ a_j a_{k-j}` for `0 < j < k`, each pair once and doubled.
    fn inner_square(&mut self, k: usize, a: Jet) -> Option<Value> {
        let mut sum = None;
        for m in (1..k.div_ceil(2)).rev() {
            let term = self.product(a, a, (m, k - m));
            sum = Some(sum.map_or(term, |sum| self.b.add(sum, term)));
        }
        let pairs = sum.map(|sum| self.b.add(sum, sum));
        let middle = (k.is_multiple_of(2) && k > 0).then(|| self.product(a, a, (k / 2, k / 2)));
        match (pairs, middle) {
            (Some(pairs), Some(middle)) => Some(self.b.add(pairs, middle)),
            (pairs, middle) => pairs.or(middle),
        }
    }
}
