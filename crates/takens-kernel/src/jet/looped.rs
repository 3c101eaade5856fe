//! A Taylor series by loops over orders: nothing to compile, for short runs and for large systems.

use super::convolution::{Range, terms};
use super::{Jet, Jets, Step};
use crate::engine::{Engine, check_lengths};
use crate::oracle::{operate, with_scratch};

/// Computes what the program [`Jets::unrolled`] does, with the same bits, without writing it out.
#[derive(Debug, Clone)]
pub struct LoopedJets {
    jets: Jets,
    order: usize,
    /// The steps that have coefficients beyond order 0.
    moving: Vec<u32>,
}

impl LoopedJets {
    /// An interpreter of the recurrences up to `order`.
    #[must_use]
    pub fn new(jets: Jets, order: usize) -> Self {
        let moves = |step: &Step| !matches!(step, Step::Still(_) | Step::State(_));
        let places = 0..jets.steps.len() as u32;
        let moving = places.filter(|&place| moves(&jets.steps[place as usize])).collect();
        Self { jets, order, moving }
    }
}

impl Engine for LoopedJets {
    fn input_count(&self) -> usize {
        self.jets.inputs
    }

    fn output_count(&self) -> usize {
        self.order * self.jets.states
    }

    fn call(&self, inputs: &[f64], outputs: &mut [f64]) {
        check_lengths((self.input_count(), self.output_count()), inputs, outputs);
        with_scratch(|zeroth| {
            with_scratch(|rows| self.run(inputs, outputs, zeroth, rows));
        });
    }
}

/// Coefficients of all steps, a row for each, `stride` long.
struct Rows<'a> {
    values: &'a mut [f64],
    stride: usize,
}

impl LoopedJets {
    /// - `zeroth`: coefficients of order 0, truth values among them as 1 or 0; empty at the start.
    fn run(&self, inputs: &[f64], outputs: &mut [f64], zeroth: &mut Vec<f64>, rows: &mut Vec<f64>) {
        let jets = &self.jets;
        let stride = self.order + 1;
        rows.resize(jets.steps.len() * stride, 0.0);
        let rows = Rows { values: rows, stride };
        for (place, (step, &range)) in jets.steps.iter().zip(&jets.ranges).enumerate() {
            let value = match step {
                Step::Still(op) => operate(op, zeroth, |index| inputs[index as usize]),
                Step::Time => inputs[0],
                Step::State(state) => inputs[1 + *state as usize],
                _ if range.holds(0) => self.moving(step, 0, place, zeroth, &rows),
                _ => 0.0,
            };
            zeroth.push(value);
            rows.values[place * stride] = value;
        }
        for k in 0..self.order {
            if k > 0 {
                for &place in &self.moving {
                    let place = place as usize;
                    if jets.ranges[place].holds(k) {
                        let value = self.moving(&jets.steps[place], k, place, zeroth, &rows);
                        rows.values[place * stride + k] = value;
                    }
                }
            }
            let weight = 1.0 / (k + 1) as f64;
            let next = &mut outputs[k * jets.states..][..jets.states];
            for ((state, &rate), next) in jets.outputs.iter().enumerate().zip(next) {
                *next = if jets.range(rate).holds(k) { rows.get(rate, k) * weight } else { 0.0 };
                rows.values[state * stride + k + 1] = *next;
            }
        }
    }

    /// Coefficient `k`, which lies in the range of the step at `place`.
    fn moving(&self, step: &Step, k: usize, place: usize, zeroth: &[f64], rows: &Rows<'_>) -> f64 {
        let own = Jet(place as u32);
        let get = |a: Jet| self.jets.range(a).holds(k).then(|| rows.get(a, k));
        match *step {
            Step::Still(_) | Step::State(_) => unreachable!("known at order 0"),
            Step::Time => 1.0,
            Step::Neg(a) => -rows.get(a, k),
            Step::Add(a, b) => match (get(a), get(b)) {
                (Some(a), Some(b)) => a + b,
                (a, b) => a.or(b).unwrap_or(0.0),
            },
            Step::Sub(a, b) => difference(get(a), get(b)),
            Step::Mul(a, b) => {
                let ranges = (self.jets.range(a), self.jets.range(b));
                convolution(k, (rows.row(a), ranges.0), (rows.row(b), ranges.1)).unwrap_or(0.0)
            }
            Step::Square(a) => {
                let a = rows.row(a);
                if k == 0 {
                    return a[0] * a[0];
                }
                let newest = (a[0] + a[0]) * a[k];
                inner_square(k, a).map_or(newest, |before| before + newest)
            }
            Step::Quotient(a, b) if k == 0 => rows.get(a, 0) / rows.get(b, 0),
            Step::Quotient(a, b) => {
                let (divisor, own_range) = (self.jets.range(b).from(1), self.jets.range(own));
                let before = convolution(k, (rows.row(b), divisor), (rows.row(own), own_range));
                difference(get(a), before) * (1.0 / rows.get(b, 0))
            }
            Step::Sqrt(a) if k == 0 => rows.get(a, 0).sqrt(),
            Step::Sqrt(a) => {
                let own = rows.row(own);
                difference(get(a), inner_square(k, own)) * (0.5 / own[0])
            }
            Step::Rate(a) => rows.get(a, k) * k as f64,
            Step::Integral { start, .. } if k == 0 => rows.get(start, 0),
            Step::Integral { rate, .. } => rows.get(rate, k) * (1.0 / k as f64),
            Step::Choice { condition, yes, no } => {
                let holds = zeroth[condition.0 as usize] != 0.0;
                get(if holds { yes } else { no }).unwrap_or(0.0)
            }
        }
    }
}

impl Rows<'_> {
    fn row(&self, jet: Jet) -> &[f64] {
        &self.values[jet.0 as usize * self.stride..][..self.stride]
    }

    fn get(&self, jet: Jet, k: usize) -> f64 {
        self.values[jet.0 as usize * self.stride + k]
    }
}

fn difference(a: Option<f64>, b: Option<f64>) -> f64 {
    match (a, b) {
        (Some(a), Some(b)) => a - b,
        (Some(a), None) => a,
        (None, Some(b)) => -b,
        (None, None) => 0.0,
    }
}

/// The sum over [`terms`]; nothing if there is none.
fn convolution(k: usize, a: (&[f64], Range), b: (&[f64], Range)) -> Option<f64> {
    if a.1 == Range::ALL && b.1 == Range::ALL {
        return Some(full_convolution(k, a.0, b.0));
    }
    if a.1 == Range::STILL {
        return Some(a.0[0] * b.0[k]);
    }
    if b.1 == Range::STILL {
        return Some(a.0[k] * b.0[0]);
    }
    let mut sum = None;
    for ((i, j), second) in terms(k, a.1, b.1) {
        let mut term = a.0[i] * b.0[j];
        if let Some((i, j)) = second {
            term += a.0[i] * b.0[j];
        }
        sum = Some(if let Some(sum) = sum { sum + term } else { term });
    }
    sum
}

fn full_convolution(k: usize, a: &[f64], b: &[f64]) -> f64 {
    let (a, b) = (&a[..=k], &b[..=k]);
    let mut m = k / 2;
    let mut sum = if k.is_multiple_of(2) { a[m] * b[m] } else { a[m] * b[k - m] + a[k - m] * b[m] };
    while m > 0 {
        m -= 1;
        sum += a[m] * b[k - m] + a[k - m] * b[m];
    }
    sum
}

/// `Σ a_j a_{k-j}` for `0 < j < k`, each pair once and doubled.
fn inner_square(k: usize, a: &[f64]) -> Option<f64> {
    let a = &a[..=k];
    let even = k.is_multiple_of(2);
    let mut m = k.div_ceil(2);
    if m < 2 {
        return (k == 2).then(|| a[1] * a[1]);
    }
    m -= 1;
    let mut sum = a[m] * a[k - m];
    while m > 1 {
        m -= 1;
        sum += a[m] * a[k - m];
    }
    let pairs = sum + sum;
    Some(if even { pairs + a[k / 2] * a[k / 2] } else { pairs })
}
