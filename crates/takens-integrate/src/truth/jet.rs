//! The Taylor coefficients of a solution, by recurrences.
//!
//! # Source
//! À. Jorba, M. Zou, Experimental Mathematics 14, 99–117 (2005), section 2.

use super::tape::{Kind, Place, Rule, Start, Tape};
use takens_core::DoubleDouble;
use takens_kernel::{DoubleDoubles, Numbers, sure};
use takens_symbolic::Compare;

/// The coefficients of all places of a tape at one instant.
#[derive(Debug, Clone)]
pub(super) struct Jet {
    order: usize,
    /// `order + 1` for each place.
    coefficients: Vec<DoubleDouble>,
    /// The sign or whole part that each switch has on this step.
    pub(super) levels: Vec<f64>,
}

impl Jet {
    pub(super) fn new(tape: &Tape, order: usize) -> Self {
        Self {
            order,
            coefficients: vec![DoubleDouble::ZERO; tape.rules.len() * (order + 1)],
            levels: vec![0.0; tape.switches.len()],
        }
    }

    /// The series of a place.
    pub(super) fn series(&self, place: Place) -> &[DoubleDouble] {
        let start = place * (self.order + 1);
        &self.coefficients[start..=start + self.order]
    }

    fn first(&self, place: Place) -> DoubleDouble {
        self.series(place)[0]
    }

    fn set(&mut self, place: Place, k: usize, value: DoubleDouble) {
        self.coefficients[place * (self.order + 1) + k] = value;
    }

    /// Computes all series from the state at `time`. Each switch has the level that its value has,
    /// unless `forced` gives one.
    pub(super) fn compute(&mut self, tape: &Tape, at: &Instant<'_>, forced: &[Option<f64>]) {
        for (place, rule) in tape.rules.iter().enumerate() {
            if let Rule::Level(switch) | Rule::Holds(_, switch) = rule {
                let (place, kind) = tape.switches[*switch];
                let value = self.first(place);
                self.levels[*switch] = forced[*switch].unwrap_or_else(|| match kind {
                    Kind::Sign => value.sign().high(),
                    Kind::Floor => value.floor().high(),
                });
            }
            let value = self.value(rule, at);
            self.set(place, 0, value);
        }
        for k in 1..=self.order {
            for (place, rule) in tape.rules.iter().enumerate() {
                if !tape.fixed[place] {
                    self.advance(tape, place, rule, k);
                }
            }
        }
    }

    /// The value of a rule: coefficient 0.
    fn value(&self, rule: &Rule, at: &Instant<'_>) -> DoubleDouble {
        let first = |place: &Place| self.first(*place);
        let holds = |place: &Place| first(place) != DoubleDouble::ZERO;
        let truth = |holds: bool| if holds { DoubleDouble::ONE } else { DoubleDouble::ZERO };
        match rule {
            Rule::Constant(value) => *value,
            Rule::Time => at.time,
            Rule::State(i) => at.state[*i],
            Rule::Parameter(i) => at.parameters[*i],
            // Of its argument's coefficient 1, which is not there yet.
            Rule::Derivative(_) => DoubleDouble::ZERO,
            Rule::Neg(a) => -first(a),
            Rule::Add(a, b) => first(a) + first(b),
            Rule::Sub(a, b) => first(a) - first(b),
            Rule::Scale(a, b) | Rule::Mul(a, b) => first(a) * first(b),
            Rule::Div(a, b) => first(a) / first(b),
            Rule::Chain { start, .. } => sure(match start {
                Start::Unary(function, a) => DoubleDoubles.unary(*function, &first(a)),
                Start::Angle(y, x) => Ok(first(y).atan2(first(x))),
                Start::Power(a, b) => Ok(first(a).pow(first(b))),
            }),
            Rule::Level(switch) => self.levels[*switch].into(),
            Rule::Holds(compare, switch) => truth(compare_to_zero(*compare, self.levels[*switch])),
            Rule::And(a, b) => truth(holds(a) && holds(b)),
            Rule::Or(a, b) => truth(holds(a) || holds(b)),
            Rule::Not(a) => truth(!holds(a)),
            Rule::Select(c, yes, no) => first(if holds(c) { yes } else { no }),
        }
    }

    /// Coefficient k of a rule, from those that are there; for a derivative, coefficient k - 1.
    fn advance(&mut self, tape: &Tape, place: Place, rule: &Rule, k: usize) {
        let at = |a: &Place| self.series(*a)[k];
        let value = match rule {
            // What does not change in time is not asked.
            Rule::Constant(_)
            | Rule::Parameter(_)
            | Rule::Level(_)
            | Rule::Holds(..)
            | Rule::And(..)
            | Rule::Or(..)
            | Rule::Not(_) => return,
            Rule::Time => DoubleDouble::from(if k == 1 { 1.0 } else { 0.0 }),
            Rule::State(i) => self.series(tape.outputs[*i])[k - 1] / DoubleDouble::from(k as f64),
            Rule::Derivative(a) => {
                let value = at(a) * DoubleDouble::from(k as f64);
                return self.set(place, k - 1, value);
            }
            Rule::Neg(a) => -at(a),
            Rule::Add(a, b) => at(a) + at(b),
            Rule::Sub(a, b) => at(a) - at(b),
            Rule::Scale(c, a) => self.first(*c) * at(a),
            Rule::Mul(a, b) if a == b => {
                // Each product of two different coefficients comes twice.
                let a = self.series(*a);
                let half = k.div_ceil(2);
                let twice = DoubleDouble::convolution(&a[..half], &a[k + 1 - half..=k]).scaled(2.0);
                if k.is_multiple_of(2) { twice + a[k / 2] * a[k / 2] } else { twice }
            }
            Rule::Mul(a, b) => {
                DoubleDouble::convolution(&self.series(*a)[..=k], &self.series(*b)[..=k])
            }
            Rule::Div(a, b) if tape.fixed[*b] => at(a) / self.first(*b),
            Rule::Div(a, b) => {
                let (quotient, b) = (&self.series(place)[..k], self.series(*b));
                (at(a) - DoubleDouble::convolution(quotient, &b[1..=k])) / b[0]
            }
            Rule::Chain { terms, .. } => {
                let sum = terms.iter().map(|(slope, derivative)| {
                    let slope = &self.series(*slope)[..k];
                    DoubleDouble::convolution(slope, &self.series(*derivative)[..k])
                });
                sum.fold(DoubleDouble::ZERO, |sum, term| sum + term) / DoubleDouble::from(k as f64)
            }
            Rule::Select(c, yes, no) => {
                at(if self.first(*c) == DoubleDouble::ZERO { no } else { yes })
            }
        };
        self.set(place, k, value);
    }
}

/// Where and when a step starts.
#[derive(Debug)]
pub(super) struct Instant<'a> {
    pub(super) time: DoubleDouble,
    pub(super) state: &'a [DoubleDouble],
    pub(super) parameters: &'a [DoubleDouble],
}

fn compare_to_zero(compare: Compare, level: f64) -> bool {
    match compare {
        Compare::Less => level < 0.0,
        Compare::LessEqual => level <= 0.0,
        Compare::Greater => level > 0.0,
        Compare::GreaterEqual => level >= 0.0,
        Compare::Equal => level == 0.0,
        Compare::NotEqual => level != 0.0,
    }
}

/// `Σ series[k] t^k`
pub(super) fn polynomial(series: &[DoubleDouble], t: DoubleDouble) -> DoubleDouble {
    series.iter().rev().fold(DoubleDouble::ZERO, |sum, &coefficient| sum * t + coefficient)
}
