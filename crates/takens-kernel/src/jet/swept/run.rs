//! Sweeps without machine code for them: loops that the compiler turns into vector instructions.

use super::schedule::Item;
use super::{Plan, Rates, Sweep, Term};
use crate::jet::Step;
use crate::jet::convolution::Range as Orders;
use crate::lanes::Level;
use crate::oracle::operate;
use std::ops::Range;

/// Steps that are made side by side.
const WIDE: usize = 16;

/// The coefficients that a sweep may read.
#[derive(Clone, Copy)]
struct Known<'a> {
    /// Those of all steps, order after order, below the present one.
    lower: &'a [f64],
    /// Those of the present order, of the steps before the sweep.
    before: &'a [f64],
    stride: usize,
    k: usize,
}

/// Neighbours, or one number for all.
#[derive(Clone, Copy)]
struct Part<'a> {
    known: Known<'a>,
    place: usize,
    many: bool,
}

impl<'a> Known<'a> {
    /// Coefficient `k` of the steps from `place` on.
    #[inline(always)]
    fn at(&self, k: usize, place: usize) -> &'a [f64] {
        if k < self.k { &self.lower[k * self.stride + place..] } else { &self.before[place..] }
    }
}

/// A row of `W` numbers, each by a formula in which `$l` is the lane. (A closure would not always be
/// compiled for the instructions of the function that it stands in.)
macro_rules! lanes {
    ($l:ident => $value:expr) => {{
        let mut row = [0.0; W];
        for $l in 0..W {
            row[$l] = $value;
        }
        row
    }};
}

impl Part<'_> {
    /// Coefficient `k` of `W` of them.
    #[inline(always)]
    fn load<const W: usize>(&self, k: usize, from: usize) -> [f64; W] {
        if self.many { self.load_as::<W, true>(k, from) } else { self.load_as::<W, false>(k, from) }
    }

    /// As `load`, where it is known at compile time whether there are many.
    #[inline(always)]
    fn load_as<const W: usize, const MANY: bool>(&self, k: usize, from: usize) -> [f64; W] {
        if MANY {
            let row = self.known.at(k, self.place + from);
            *row.first_chunk().expect("as many as there are steps")
        } else {
            [self.known.at(k, self.place)[0]; W]
        }
    }

    /// As `load`; nothing where it is zero throughout.
    #[inline(always)]
    fn get<const W: usize>(&self, range: Orders, k: usize, from: usize) -> Option<[f64; W]> {
        if range.holds(k) { Some(self.load(k, from)) } else { None }
    }
}

impl Plan {
    /// [`run`](Self::run), compiled for what the machine has.
    pub(super) fn run_at(
        &self,
        level: Level,
        orders: Range<usize>,
        inputs: &[f64],
        outputs: &mut [f64],
        coefficients: &mut [f64],
    ) {
        match level {
            Level::Plain => self.run(orders, inputs, outputs, coefficients),
            // SAFETY: the processor has what the function is compiled for.
            #[cfg(target_arch = "x86_64")]
            Level::Avx2 => unsafe { self.run_avx2(orders, inputs, outputs, coefficients) },
            // SAFETY: as before.
            #[cfg(target_arch = "x86_64")]
            Level::Avx512 => unsafe { self.run_avx512(orders, inputs, outputs, coefficients) },
        }
    }

    /// [`run`](Self::run) in vectors of eight.
    #[cfg(target_arch = "x86_64")]
    #[target_feature(enable = "avx512f")]
    fn run_avx512(
        &self,
        orders: Range<usize>,
        inputs: &[f64],
        outputs: &mut [f64],
        coefficients: &mut [f64],
    ) {
        self.run(orders, inputs, outputs, coefficients);
    }

    /// [`run`](Self::run) in vectors of four.
    #[cfg(target_arch = "x86_64")]
    #[target_feature(enable = "avx2")]
    fn run_avx2(
        &self,
        orders: Range<usize>,
        inputs: &[f64],
        outputs: &mut [f64],
        coefficients: &mut [f64],
    ) {
        self.run(orders, inputs, outputs, coefficients);
    }

    #[inline(always)]
    fn run(
        &self,
        orders: Range<usize>,
        inputs: &[f64],
        outputs: &mut [f64],
        coefficients: &mut [f64],
    ) {
        let (stride, states) = (self.stride, self.jets.states);
        for k in orders {
            let (lower, rest) = coefficients.split_at_mut(k * stride);
            let (present, later) = rest.split_at_mut(stride);
            let next = &mut outputs[k * states..][..states];
            for item in &self.items {
                match item {
                    Item::Sweep(sweep) => self.make(sweep, k, inputs, lower, present),
                    Item::Rates(run) => {
                        let own = run.state..run.state + run.len;
                        run.make(k, present, &mut next[own.clone()]);
                        later[own.clone()].copy_from_slice(&next[own]);
                    }
                }
            }
        }
    }

    /// Coefficient `k` of the steps of a sweep.
    #[inline(always)]
    fn make(&self, sweep: &Sweep, k: usize, inputs: &[f64], lower: &[f64], present: &mut [f64]) {
        if let (Step::Still(_), 0) = (&sweep.first, k) {
            return self.still(sweep, inputs, present);
        }
        let (before, rest) = present.split_at_mut(sweep.place);
        let known = Known { lower, before, stride: self.stride, k };
        let out = &mut rest[..sweep.len];
        if k == 0 {
            self.begin(sweep, known, inputs, out);
        } else if sweep.own.holds(k) {
            self.sweep(sweep, known, out);
        } else if !matches!(sweep.first, Step::State(_)) {
            out.fill(0.0);
        }
    }

    /// What is constant along the series; one may read another.
    pub(super) fn still(&self, sweep: &Sweep, inputs: &[f64], present: &mut [f64]) {
        for place in sweep.place..sweep.place + sweep.len {
            if let Step::Still(op) = &self.jets.steps[place] {
                present[place] = operate(op, &present[..place], |index| inputs[index as usize]);
            }
        }
    }

    /// Order 0 of what moves.
    #[inline(always)]
    fn begin(&self, sweep: &Sweep, known: Known<'_>, inputs: &[f64], out: &mut [f64]) {
        match sweep.first {
            Step::State(first) => {
                out.copy_from_slice(&inputs[1 + first as usize..][..sweep.len]);
            }
            Step::Time => out.fill(inputs[0]),
            _ if sweep.own.holds(0) => self.sweep(sweep, known, out),
            _ => out.fill(0.0),
        }
    }

    /// Coefficient `k`, which lies in the range of the steps.
    #[inline(always)]
    fn sweep(&self, sweep: &Sweep, known: Known<'_>, out: &mut [f64]) {
        // More widths than these would take the compiler minutes.
        if out.len() < WIDE {
            self.cover::<1>(sweep, known, out);
        } else {
            self.cover::<WIDE>(sweep, known, out);
        }
    }

    /// By `W` steps at a time; the last ones may be made twice.
    #[inline(always)]
    fn cover<const W: usize>(&self, sweep: &Sweep, known: Known<'_>, out: &mut [f64]) {
        let last = out.len() - W;
        for from in (0..last).step_by(W) {
            self.some::<W>(sweep, known, from, out);
        }
        self.some::<W>(sweep, known, last, out);
    }

    /// That of `W` steps.
    #[inline(always)]
    fn some<const W: usize>(&self, sweep: &Sweep, known: Known<'_>, from: usize, out: &mut [f64]) {
        let k = known.k;
        let [in_a, in_b, in_c] = sweep.parts;
        let [at_a, at_b, at_c] = sweep.places;
        let [many_a, many_b, many_c] = sweep.many;
        let a = Part { known, place: at_a, many: many_a };
        let b = Part { known, place: at_b, many: many_b };
        let c = Part { known, place: at_c, many: many_c };
        let own = Part { known, place: sweep.place, many: true };
        let out: &mut [f64; W] = out[from..].first_chunk_mut().expect("as many as there are steps");
        *out = match sweep.first {
            Step::Still(_) | Step::State(_) => return,
            Step::Time => [1.0; W],
            Step::Neg(_) => {
                let a = a.load::<W>(k, from);
                lanes!(l => -a[l])
            }
            Step::Add(..) => match (a.get::<W>(in_a, k, from), b.get::<W>(in_b, k, from)) {
                (Some(a), Some(b)) => lanes!(l => a[l] + b[l]),
                (Some(one), None) | (None, Some(one)) => one,
                (None, None) => [0.0; W],
            },
            Step::Sub(..) => difference(a.get(in_a, k, from), b.get(in_b, k, from)),
            Step::Mul(..) => match convolution(&self.sums[sweep.sum][k], a, b, from) {
                Some(sum) => sum,
                None => [0.0; W],
            },
            Step::Square(_) => {
                let first = a.load::<W>(0, from);
                if k == 0 {
                    lanes!(l => first[l] * first[l])
                } else {
                    let last = a.load::<W>(k, from);
                    match inner_square::<W>(k, a, from) {
                        Some(before) => lanes!(l => before[l] + (first[l] + first[l]) * last[l]),
                        None => lanes!(l => (first[l] + first[l]) * last[l]),
                    }
                }
            }
            Step::Quotient(..) => {
                let divisor = b.load::<W>(0, from);
                if k == 0 {
                    let a = a.load::<W>(0, from);
                    lanes!(l => a[l] / divisor[l])
                } else {
                    let before = convolution::<W>(&self.sums[sweep.sum][k], b, own, from);
                    let rest = difference(a.get(in_a, k, from), before);
                    lanes!(l => rest[l] * (1.0 / divisor[l]))
                }
            }
            Step::Sqrt(_) if k == 0 => {
                let a = a.load::<W>(0, from);
                lanes!(l => a[l].sqrt())
            }
            Step::Sqrt(_) => {
                let root = own.load::<W>(0, from);
                let rest: [f64; W] = difference(a.get(in_a, k, from), inner_square(k, own, from));
                lanes!(l => rest[l] * (0.5 / root[l]))
            }
            Step::Rate(_) => {
                let a = a.load::<W>(k, from);
                lanes!(l => a[l] * k as f64)
            }
            Step::Integral { .. } if k == 0 => a.load(0, from),
            Step::Integral { .. } => {
                let (weight, rate) = (1.0 / k as f64, b.load::<W>(k, from));
                lanes!(l => rate[l] * weight)
            }
            Step::Choice { .. } => {
                let holds = a.load::<W>(0, from);
                let yes = b.get::<W>(in_b, k, from).unwrap_or([0.0; W]);
                let no = c.get::<W>(in_c, k, from).unwrap_or([0.0; W]);
                lanes!(l => if holds[l] != 0.0 { yes[l] } else { no[l] })
            }
        };
    }
}

impl Rates {
    /// Coefficient `k + 1` of the state.
    #[inline(always)]
    fn make(&self, k: usize, present: &[f64], next: &mut [f64]) {
        if !self.range.holds(k) {
            return next.fill(0.0);
        }
        let weight = 1.0 / (k + 1) as f64;
        for (next, rate) in next.iter_mut().zip(&present[self.place..][..self.len]) {
            *next = rate * weight;
        }
    }
}

#[inline(always)]
fn difference<const W: usize>(a: Option<[f64; W]>, b: Option<[f64; W]>) -> [f64; W] {
    match (a, b) {
        (Some(a), Some(b)) => lanes!(l => a[l] - b[l]),
        (Some(a), None) => a,
        (None, Some(b)) => lanes!(l => -b[l]),
        (None, None) => [0.0; W],
    }
}

/// The sum over `terms`; nothing if there is none.
#[inline(always)]
fn convolution<const W: usize>(
    terms: &[Term],
    a: Part<'_>,
    b: Part<'_>,
    from: usize,
) -> Option<[f64; W]> {
    match (a.many, b.many) {
        (true, true) => convolution_of::<W, true, true>(terms, a, b, from),
        // Products commute, but their sums are to be made in the same order.
        (true, false) => convolution_of::<W, true, false>(terms, a, b, from),
        // Equal products are one step, so that one of the two has many.
        (false, _) => convolution_of::<W, false, true>(terms, a, b, from),
    }
}

#[inline(always)]
fn convolution_of<const W: usize, const A: bool, const B: bool>(
    terms: &[Term],
    a: Part<'_>,
    b: Part<'_>,
    from: usize,
) -> Option<[f64; W]> {
    let (first, rest) = terms.split_first()?;
    let mut sum = product::<W, A, B>(first, a, b, from);
    for next in rest {
        let next = product::<W, A, B>(next, a, b, from);
        sum = lanes!(l => sum[l] + next[l]);
    }
    Some(sum)
}

/// One term.
#[inline(always)]
fn product<const W: usize, const A: bool, const B: bool>(
    term: &Term,
    a: Part<'_>,
    b: Part<'_>,
    from: usize,
) -> [f64; W] {
    let ((i, j), second) = *term;
    let (x, y) = (a.load_as::<W, A>(i, from), b.load_as::<W, B>(j, from));
    match second {
        None => lanes!(l => x[l] * y[l]),
        Some((i, j)) => {
            let (u, v) = (a.load_as::<W, A>(i, from), b.load_as::<W, B>(j, from));
            lanes!(l => x[l] * y[l] + u[l] * v[l])
        }
    }
}

/// `Σ a_j a_{k-j}` for `0 < j < k`, each pair once and doubled.
#[inline(always)]
fn inner_square<const W: usize>(k: usize, a: Part<'_>, from: usize) -> Option<[f64; W]> {
    let (mut sum, mut any) = ([0.0; W], false);
    for m in (1..k.div_ceil(2)).rev() {
        let (x, y) = (a.load::<W>(m, from), a.load::<W>(k - m, from));
        sum = if any { lanes!(l => sum[l] + x[l] * y[l]) } else { lanes!(l => x[l] * y[l]) };
        any = true;
    }
    if !k.is_multiple_of(2) || k == 0 {
        return if any { Some(lanes!(l => sum[l] + sum[l])) } else { None };
    }
    let middle = a.load::<W>(k / 2, from);
    Some(if any {
        lanes!(l => (sum[l] + sum[l]) + middle[l] * middle[l])
    } else {
        lanes!(l => middle[l] * middle[l])
    })
}
