//! A Taylor series by sweeps over like steps: for large systems, whose equations repeat.
//!
//! Steps of one kind that wait for the same others are put side by side, and so are, as far as that goes, what
//! they read. Then a recurrence is a loop over neighbours, for vector instructions. Each coefficient is
//! computed by the same operations in the same order as by [`LoopedJets`](super::LoopedJets), with the same bits.

use super::convolution::{Range, terms};
use super::{Jet, Jets, Step};
use crate::engine::{Engine, check_lengths};
use crate::oracle::operate;
use std::cell::RefCell;
use std::collections::HashMap;

/// Computes what the program [`Jets::unrolled`] does, with the same bits, in sweeps.
#[derive(Debug, Clone)]
pub struct SweptJets {
    /// With the steps in the order of their sweeps.
    jets: Jets,
    order: usize,
    /// In pieces, in the order in which they are made.
    sweeps: Vec<Sweep>,
    /// How many steps there were in a sweep, in the mean.
    mean_length: f64,
    /// Where the rates of neighbouring components are.
    rates: Vec<Rates>,
    /// The terms of products, by order, for each pair of ranges.
    sums: Vec<Vec<Vec<Term>>>,
}

/// The places of a pair of products, of which the second may be missing.
type Term = ((usize, usize), Option<(usize, usize)>);

/// The rates of components from `state` on, at places from `place` on.
#[derive(Debug, Clone)]
struct Rates {
    state: usize,
    place: usize,
    len: usize,
    range: Range,
}

/// Neighbouring steps of one kind.
#[derive(Debug, Clone)]
struct Sweep {
    /// The first of them.
    first: Step,
    place: usize,
    len: usize,
    /// Whether the steps read neighbours, and not all the same; for each part.
    many: [bool; 3],
    /// Which coefficients may differ from zero: of the steps, and of their parts.
    own: Range,
    parts: [Range; 3],
    /// Where the parts are.
    places: [usize; 3],
    /// The sum of a product, among `sums`.
    sum: usize,
}

impl SweptJets {
    /// Puts the recurrences up to `order` into sweeps.
    #[must_use]
    pub fn new(jets: &Jets, order: usize) -> Self {
        let jets = sorted(jets);
        let (mut sweeps, mut sums): (Vec<Sweep>, Vec<_>) = (Vec::new(), Vec::new());
        let mut known: HashMap<[usize; 4], usize> = HashMap::new();
        for (place, step) in jets.steps.iter().enumerate() {
            let mut sweep = Sweep::of(&jets, place, step);
            if sweeps.last_mut().is_some_and(|last| last.takes(&sweep, &jets)) {
                continue;
            }
            let (a, b) = match step {
                Step::Quotient(..) => (sweep.parts[1].from(1), sweep.own),
                _ => (sweep.parts[0], sweep.parts[1]),
            };
            if matches!(step, Step::Mul(..) | Step::Quotient(..)) {
                sweep.sum = *known.entry([a.low, a.high, b.low, b.high]).or_insert_with(|| {
                    sums.push((0..order).map(|k| terms(k, a, b).collect()).collect());
                    sums.len() - 1
                });
            }
            sweeps.push(sweep);
        }
        let mean_length = mean_length(&sweeps);
        let rates = rates(&jets);
        let sweeps = scheduled(&sweeps, &rates);
        Self { jets, order, sweeps, mean_length, rates, sums }
    }

    /// Sweeps, if they pay: if there are many steps, and many of them alike. `None` if not.
    #[must_use]
    pub fn worthwhile(jets: &Jets, order: usize) -> Option<Self> {
        let moving = |step: &&Step| !matches!(step, Step::Still(_) | Step::State(_));
        let many = jets.steps.iter().filter(moving).count() >= MANY;
        many.then(|| Self::new(jets, order)).filter(|swept| swept.mean_length() >= LONG)
    }

    /// How many steps there are in a sweep, in the mean.
    #[must_use]
    pub fn mean_length(&self) -> f64 {
        self.mean_length
    }
}

fn mean_length(sweeps: &[Sweep]) -> f64 {
    let moving = |sweep: &&Sweep| !matches!(sweep.first, Step::Still(_) | Step::State(_));
    let (count, steps) = sweeps
        .iter()
        .filter(moving)
        .fold((0, 0), |(count, steps), sweep| (count + 1, steps + sweep.len));
    steps as f64 / f64::from(count.max(1))
}

/// Where the rates are, neighbours together.
fn rates(jets: &Jets) -> Vec<Rates> {
    let mut runs: Vec<Rates> = Vec::new();
    for (state, &rate) in jets.outputs.iter().enumerate() {
        let (place, range) = (rate.0 as usize, jets.range(rate));
        match runs.last_mut() {
            Some(run) if run.place + run.len == place && run.range == range => run.len += 1,
            _ => runs.push(Rates { state, place, len: 1, range }),
        }
    }
    runs
}

/// So many steps are made before what reads them: they are still in the nearest cache then.
const PIECE: usize = 256;

/// The sweeps in pieces, each soon after what it reads.
fn scheduled(sweeps: &[Sweep], rates: &[Rates]) -> Vec<Sweep> {
    let pieces: Vec<Sweep> = sweeps.iter().flat_map(Sweep::pieces).collect();
    // The pieces with the steps of a range of places.
    let holding = |from: usize, len: usize| {
        let first = pieces.partition_point(|piece| piece.place + piece.len <= from);
        let last = pieces.partition_point(|piece| piece.place < from + len);
        first..last
    };
    let mut made = vec![false; pieces.len()];
    let mut order = Vec::with_capacity(pieces.len());
    let mut make = |wanted: std::ops::Range<usize>| {
        let mut open: Vec<usize> = wanted.collect();
        let mut batch = Vec::new();
        while let Some(index) = open.pop() {
            if std::mem::replace(&mut made[index], true) {
                continue;
            }
            batch.push(index);
            let piece = &pieces[index];
            for (&place, &many) in piece.places.iter().zip(&piece.many) {
                // What comes later is read at lower orders alone.
                if place < piece.place {
                    open.extend(holding(place, if many { piece.len } else { 1 }));
                }
            }
        }
        // Places are in an order in which steps can be made.
        batch.sort_unstable();
        order.extend(batch);
    };
    // What is constant may read anything, and is made once.
    let still = |piece: &Sweep| matches!(piece.first, Step::Still(_));
    if let Some(last) = pieces.iter().rposition(still) {
        make(0..last + 1);
    }
    for run in rates {
        for from in (0..run.len).step_by(PIECE) {
            make(holding(run.place + from, PIECE.min(run.len - from)));
        }
    }
    make(0..pieces.len());
    order.into_iter().map(|index| pieces[index].clone()).collect()
}

/// Steps that are made side by side.
const WIDE: usize = 16;

/// From here on systems are swept through. (Lorenz's system of 40 was seen to gain against DOP853; where exactly
/// sweeps overtake a straight program has not been measured.)
const MANY: usize = 100;
const LONG: f64 = 12.0;

/// The same recurrences, like ones side by side.
fn sorted(jets: &Jets) -> Jets {
    let count = jets.steps.len();
    let mut levels = vec![0u32; count];
    for (place, step) in jets.steps.iter().enumerate() {
        // What comes later is read at lower orders alone.
        let before = step.parts().into_iter().filter(|part| (part.0 as usize) < place);
        let level = before.map(|part| levels[part.0 as usize] + 1).max();
        levels[place] = level.unwrap_or(u32::from(!matches!(step, Step::State(_))));
    }
    let mut order: Vec<usize> = (0..count).collect();
    order.sort_by_key(|&place| levels[place]);
    let mut places = vec![u32::MAX; count];
    let mut next = 0;
    for level in order.chunk_by_mut(|&a, &b| levels[a] == levels[b]) {
        level.sort_by_cached_key(|&place| {
            let step = &jets.steps[place];
            let parts = step.parts();
            let ranges: Vec<[usize; 2]> = std::iter::once(Jet(place as u32))
                .chain(parts.iter().copied())
                .map(|jet| [jets.range(jet).low, jets.range(jet).high])
                .collect();
            let parts: Vec<u32> = parts.iter().map(|part| places[part.0 as usize]).collect();
            match step {
                Step::State(state) => (0, vec![], vec![*state], place),
                // Constants are read by products, in the order of their places.
                Step::Still(_) => (1, vec![], vec![], place),
                other => (2 + kind(other), ranges, parts, place),
            }
        });
        for &place in &*level {
            places[place] = next;
            next += 1;
        }
    }
    let mut steps = jets.steps.clone();
    let mut ranges = jets.ranges.clone();
    for (place, &to) in places.iter().enumerate() {
        steps[to as usize] = jets.steps[place].renumbered(&places);
        ranges[to as usize] = jets.ranges[place];
    }
    let outputs = jets.outputs.iter().map(|output| Jet(places[output.0 as usize])).collect();
    Jets { steps, ranges, outputs, ..jets.clone() }
}

/// A number for each kind of step.
fn kind(step: &Step) -> u8 {
    match step {
        Step::Still(_) => 0,
        Step::State(_) => 1,
        Step::Time => 2,
        Step::Neg(_) => 3,
        Step::Add(..) => 4,
        Step::Sub(..) => 5,
        Step::Mul(..) => 6,
        Step::Square(_) => 7,
        Step::Quotient(..) => 8,
        Step::Sqrt(_) => 9,
        Step::Rate(_) => 10,
        Step::Integral { .. } => 11,
        Step::Choice { .. } => 12,
    }
}

impl Sweep {
    fn of(jets: &Jets, place: usize, step: &Step) -> Self {
        let (mut parts, mut places) = ([Range::STILL; 3], [0; 3]);
        if !matches!(step, Step::Still(_)) {
            for ((range, place), part) in parts.iter_mut().zip(&mut places).zip(step.parts()) {
                (*range, *place) = (jets.range(part), part.0 as usize);
            }
        }
        let (own, many) = (jets.ranges[place], [true; 3]);
        Self { first: step.clone(), place, len: 1, many, own, parts, places, sum: 0 }
    }

    /// The sweep in pieces.
    fn pieces(&self) -> impl Iterator<Item = Self> + '_ {
        (0..self.len).step_by(PIECE).map(|from| {
            let mut piece = self.clone();
            piece.place += from;
            piece.len = PIECE.min(self.len - from);
            for (place, many) in piece.places.iter_mut().zip(self.many) {
                *place += if many { from } else { 0 };
            }
            if let Step::State(first) = &mut piece.first {
                *first += from as u32;
            }
            piece
        })
    }

    /// Takes the step of another sweep, the next place, if it is like its own.
    fn takes(&mut self, next: &Self, jets: &Jets) -> bool {
        let alike = kind(&self.first) == kind(&next.first)
            && self.own == next.own
            && self.parts == next.parts;
        if !alike {
            return false;
        }
        if !matches!(self.first, Step::Still(_)) {
            let last = &jets.steps[next.place - 1];
            // What a sweep reads comes before it.
            let within = |part: &Jet| (self.place..next.place).contains(&(part.0 as usize));
            if next.first.parts().iter().any(within) {
                return false;
            }
            let mut many = self.many;
            for ((a, b), many) in last.parts().iter().zip(next.first.parts()).zip(&mut many) {
                match b.0.wrapping_sub(a.0) {
                    0 if self.len == 1 || !*many => *many = false,
                    1 if *many => {}
                    _ => return false,
                }
            }
            self.many = many;
        }
        self.len += 1;
        true
    }
}

thread_local! {
    /// Coefficients; what was left there is never read.
    static SCRATCH: RefCell<Vec<f64>> = const { RefCell::new(Vec::new()) };
}

impl Engine for SweptJets {
    fn input_count(&self) -> usize {
        self.jets.inputs
    }

    fn output_count(&self) -> usize {
        self.order * self.jets.states
    }

    fn call(&self, inputs: &[f64], outputs: &mut [f64]) {
        check_lengths((self.input_count(), self.output_count()), inputs, outputs);
        SCRATCH.with_borrow_mut(|coefficients| {
            let count = self.jets.steps.len() * (self.order + 1);
            if coefficients.len() < count {
                coefficients.resize(count, 0.0);
            }
            let coefficients = &mut coefficients[..count];
            #[cfg(target_arch = "x86_64")]
            {
                if std::arch::is_x86_feature_detected!("avx512f") {
                    // SAFETY: the processor has what the function is compiled for.
                    return unsafe { self.run_avx512(inputs, outputs, coefficients) };
                }
                if std::arch::is_x86_feature_detected!("avx2") {
                    // SAFETY: as before.
                    return unsafe { self.run_avx2(inputs, outputs, coefficients) };
                }
            }
            self.run(inputs, outputs, coefficients);
        });
    }
}

/// The coefficients that a sweep may read.
#[derive(Clone, Copy)]
struct Known<'a> {
    /// Those of all steps, order after order, below the present one.
    lower: &'a [f64],
    /// Those of the present order, of the steps before the sweep.
    before: &'a [f64],
    steps: usize,
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
        if k < self.k { &self.lower[k * self.steps + place..] } else { &self.before[place..] }
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
    fn get<const W: usize>(&self, range: Range, k: usize, from: usize) -> Option<[f64; W]> {
        if range.holds(k) { Some(self.load(k, from)) } else { None }
    }
}

impl SweptJets {
    /// [`run`](Self::run) in vectors of eight.
    #[cfg(target_arch = "x86_64")]
    #[target_feature(enable = "avx512f")]
    fn run_avx512(&self, inputs: &[f64], outputs: &mut [f64], coefficients: &mut [f64]) {
        self.run(inputs, outputs, coefficients);
    }

    /// [`run`](Self::run) in vectors of four.
    #[cfg(target_arch = "x86_64")]
    #[target_feature(enable = "avx2")]
    fn run_avx2(&self, inputs: &[f64], outputs: &mut [f64], coefficients: &mut [f64]) {
        self.run(inputs, outputs, coefficients);
    }

    #[inline(always)]
    fn run(&self, inputs: &[f64], outputs: &mut [f64], coefficients: &mut [f64]) {
        let (steps, states) = (self.jets.steps.len(), self.jets.states);
        for k in 0..self.order {
            let (lower, rest) = coefficients.split_at_mut(k * steps);
            let (present, later) = rest.split_at_mut(steps);
            for sweep in &self.sweeps {
                if let (Step::Still(_), 0) = (&sweep.first, k) {
                    self.still(sweep, inputs, present);
                    continue;
                }
                let (before, rest) = present.split_at_mut(sweep.place);
                let known = Known { lower, before, steps, k };
                let out = &mut rest[..sweep.len];
                if k == 0 {
                    self.begin(sweep, known, inputs, out);
                } else if sweep.own.holds(k) {
                    self.sweep(sweep, known, out);
                } else if !matches!(sweep.first, Step::State(_)) {
                    out.fill(0.0);
                }
            }
            let weight = 1.0 / (k + 1) as f64;
            let next = &mut outputs[k * states..][..states];
            for run in &self.rates {
                let next = &mut next[run.state..][..run.len];
                if run.range.holds(k) {
                    for (next, rate) in next.iter_mut().zip(&present[run.place..][..run.len]) {
                        *next = rate * weight;
                    }
                } else {
                    next.fill(0.0);
                }
            }
            later[..states].copy_from_slice(next);
        }
    }

    /// What is constant along the series; one may read another.
    fn still(&self, sweep: &Sweep, inputs: &[f64], present: &mut [f64]) {
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
