//! The step of DOP853 for a state and vectors that move with its Jacobian.
//!
//! The state knows nothing of the vectors: its stages are made first, and with them the Jacobians. Then the vectors
//! are taken through all stages a few at a time, so that what is read again and again stays in the nearest cache.

use crate::coefficients::{ERROR_3, ERROR_5, NODES, STAGES};
use crate::layout::{Layout, STEP, TIME, TIME_LOW, TOLERANCE};
use crate::staged::combine;
use std::sync::Arc;
use takens_core::math;
use takens_kernel::Engine;

/// A flow and its linearisation.
#[derive(Clone)]
pub struct Variational {
    /// From `t`, state and parameters to the derivative, and then to the entries of the Jacobian.
    pub engine: Arc<dyn Engine>,
    /// Row and column of each entry, in order of rows.
    pub entries: Vec<(usize, usize)>,
    /// Components of the state.
    pub n: usize,
    /// Vectors that are carried along.
    pub vectors: usize,
}

impl Engine for Variational {
    /// `t`, state, vectors (`component × vector`), the integral of the divergence, parameters.
    fn input_count(&self) -> usize {
        self.engine.input_count() + self.n * self.vectors + 1
    }

    /// The derivatives of state, vectors and the integral of the divergence.
    fn output_count(&self) -> usize {
        self.n + self.n * self.vectors + 1
    }

    fn call(&self, inputs: &[f64], outputs: &mut [f64]) {
        let (n, all) = (self.n, self.output_count());
        let mut state = inputs[..=n].to_vec();
        state.extend_from_slice(&inputs[1 + all..]);
        let mut known = vec![0.0; n + self.entries.len()];
        self.engine.call(&state, &mut known);
        let (rhs, values) = known.split_at(n);
        outputs[..n].copy_from_slice(rhs);
        let (vectors, divergence) = outputs[n..].split_at_mut(n * self.vectors);
        vectors.fill(0.0);
        for (&(row, column), value) in self.entries.iter().zip(values) {
            let from = &inputs[1 + n + column * self.vectors..][..self.vectors];
            let to = &mut vectors[row * self.vectors..][..self.vectors];
            to.iter_mut().zip(from).for_each(|(sum, x)| *sum += value * x);
        }
        divergence[0] = self.divergence(values);
    }
}

/// The Jacobians of the stages of a step.
#[derive(Debug, Clone, Default)]
pub(crate) struct Jacobians {
    /// Inputs and outputs of the engine.
    inputs: Vec<f64>,
    known: Vec<f64>,
    /// `stage × entry`.
    values: Vec<f64>,
    /// A few vectors at a stage.
    states: Vec<f64>,
}

impl Variational {
    fn divergence(&self, values: &[f64]) -> f64 {
        let diagonal = self.entries.iter().zip(values).filter(|((row, column), _)| row == column);
        diagonal.map(|(_, value)| value).sum()
    }

    /// From the inputs of a step in `frame` to its outputs there, and the derivatives of its stages in `k`.
    pub(crate) fn step(
        &self,
        layout: Layout,
        frame: &mut [f64],
        k: &mut [Vec<f64>],
        jacobians: &mut Jacobians,
    ) {
        k[0].copy_from_slice(&frame[layout.k0()]);
        self.state(layout, frame, k, jacobians);
        let mut errors = self.errors_of_state(layout, frame, k);
        let mut from = 0;
        while from < self.vectors {
            let left = self.vectors - from;
            let step = Vectors { of: self, layout, values: &jacobians.values, from };
            let states = &mut jacobians.states;
            let (width, more) = match left {
                ..8 => (1, step.pass_by::<1>(frame, k, states)),
                8..16 => (8, step.pass_by::<8>(frame, k, states)),
                _ => (16, step.pass_by::<16>(frame, k, states)),
            };
            errors = [errors[0] + more[0], errors[1] + more[1]];
            from += width;
        }
        frame[layout.k12()].copy_from_slice(&k[12]);
        frame[layout.errors()].copy_from_slice(&errors);
    }

    /// All stages of the state and of the integral of the divergence.
    fn state(
        &self,
        layout: Layout,
        frame: &mut [f64],
        k: &mut [Vec<f64>],
        jacobians: &mut Jacobians,
    ) {
        let (n, entries, h) = (self.n, self.entries.len(), frame[STEP]);
        let Jacobians { inputs, known, values, .. } = jacobians;
        inputs.resize(self.engine.input_count(), 0.0);
        known.resize(n + entries, 0.0);
        values.resize(13 * entries, 0.0);
        inputs[1 + n..].copy_from_slice(&frame[layout.parameters()]);
        let last = layout.n - 1;
        // The first stage has its derivative; its Jacobian is wanted by nobody.
        for stage in 1..13 {
            let weights = STAGES[stage];
            combine(&mut inputs[1..=n], weights, k);
            for (state, x) in inputs[1..=n].iter_mut().zip(&frame[layout.x()]) {
                *state = x + h * *state;
            }
            inputs[0] = frame[TIME] + (frame[TIME_LOW] + NODES[stage] * h);
            self.engine.call(inputs, known);
            k[stage][..n].copy_from_slice(&known[..n]);
            k[stage][last] = self.divergence(&known[n..]);
            values[stage * entries..][..entries].copy_from_slice(&known[n..]);
        }
        let y = layout.y();
        frame[y.start..y.start + n].copy_from_slice(&inputs[1..=n]);
        let slope: f64 = STAGES[12].iter().zip(&*k).map(|(weight, k)| weight * k[last]).sum();
        frame[y.end - 1] = frame[layout.x().end - 1] + h * slope;
    }

    /// The sums of squared errors, in units of the tolerance, of what is no vector.
    fn errors_of_state(&self, layout: Layout, frame: &[f64], k: &[Vec<f64>]) -> [f64; 2] {
        let (x, y, unit) = (&frame[layout.x()], &frame[layout.y()], &frame[layout.unit()]);
        let places = (0..self.n).chain([layout.n - 1]);
        let mut sums = [0.0; 2];
        for place in places {
            let magnitude = math::max(x[place].abs(), y[place].abs());
            let scale = 1.0 / (frame[TOLERANCE] * (unit[place] + magnitude));
            for (sum, weights) in sums.iter_mut().zip([ERROR_5, ERROR_3]) {
                let error: f64 = weights.iter().zip(k).map(|(weight, k)| weight * k[place]).sum();
                *sum += (error * scale) * (error * scale);
            }
        }
        sums
    }
}

/// A few vectors on their way through the stages.
struct Vectors<'a> {
    of: &'a Variational,
    layout: Layout,
    values: &'a [f64],
    /// The first of them.
    from: usize,
}

impl Vectors<'_> {
    /// [`pass`](Self::pass), compiled for what the machine has.
    fn pass_by<const W: usize>(
        &self,
        frame: &mut [f64],
        k: &mut [Vec<f64>],
        states: &mut Vec<f64>,
    ) -> [f64; 2] {
        #[cfg(target_arch = "x86_64")]
        {
            if std::arch::is_x86_feature_detected!("avx512f") {
                // SAFETY: the processor has what the function is compiled for.
                return unsafe { self.pass_avx512::<W>(frame, k, states) };
            }
            if std::arch::is_x86_feature_detected!("avx2") {
                // SAFETY: as before.
                return unsafe { self.pass_avx2::<W>(frame, k, states) };
            }
        }
        self.pass::<W>(frame, k, states)
    }

    #[cfg(target_arch = "x86_64")]
    #[target_feature(enable = "avx512f")]
    fn pass_avx512<const W: usize>(
        &self,
        frame: &mut [f64],
        k: &mut [Vec<f64>],
        states: &mut Vec<f64>,
    ) -> [f64; 2] {
        self.pass::<W>(frame, k, states)
    }

    #[cfg(target_arch = "x86_64")]
    #[target_feature(enable = "avx2")]
    fn pass_avx2<const W: usize>(
        &self,
        frame: &mut [f64],
        k: &mut [Vec<f64>],
        states: &mut Vec<f64>,
    ) -> [f64; 2] {
        self.pass::<W>(frame, k, states)
    }

    /// Where the vectors have their component `row`.
    #[inline(always)]
    fn at(&self, row: usize) -> usize {
        self.of.n + row * self.of.vectors + self.from
    }

    /// All stages of `W` vectors; gives the sums of their squared errors.
    #[inline(always)]
    fn pass<const W: usize>(
        &self,
        frame: &mut [f64],
        k: &mut [Vec<f64>],
        states: &mut Vec<f64>,
    ) -> [f64; 2] {
        let (n, h) = (self.of.n, frame[STEP]);
        let (x, y) = (self.layout.x().start, self.layout.y().start);
        states.resize(n * W, 0.0);
        let (states, _) = states.as_chunks_mut::<W>();
        for (stage, weights) in STAGES.iter().enumerate().take(13).skip(1) {
            let (before, rest) = k.split_at_mut(stage);
            let terms = Terms::new(weights, before);
            for (row, state) in states.iter_mut().enumerate() {
                let at = self.at(row);
                let sum = terms.at::<W>(at);
                let start = chunk::<W>(frame, x + at);
                for l in 0..W {
                    state[l] = start[l] + h * sum[l];
                }
            }
            let mut entries = self.of.entries.iter();
            let mut values = self.values[stage * entries.len()..].iter();
            for row in 0..n {
                let mut sum = [0.0; W];
                let count = entries.as_slice().iter().take_while(|(of, _)| *of == row).count();
                for (&(_, column), &value) in entries.by_ref().take(count).zip(values.by_ref()) {
                    let state = &states[column];
                    for l in 0..W {
                        sum[l] += value * state[l];
                    }
                }
                rest[0][self.at(row)..][..W].copy_from_slice(&sum);
            }
        }
        let errors = [Terms::new(&ERROR_5, k), Terms::new(&ERROR_3, k)];
        let mut squares = [[0.0; W]; 2];
        for (row, state) in states.iter().enumerate() {
            let at = self.at(row);
            let (start, unit) =
                (chunk::<W>(frame, x + at), chunk::<W>(frame, self.layout.unit().start + at));
            let mut scale = [0.0; W];
            for l in 0..W {
                let (a, b) = (start[l].abs(), state[l].abs());
                let magnitude = if a > b { a } else { b };
                scale[l] = 1.0 / (frame[TOLERANCE] * (unit[l] + magnitude));
            }
            for (squares, terms) in squares.iter_mut().zip(&errors) {
                let error = terms.at::<W>(at);
                for l in 0..W {
                    let error = error[l] * scale[l];
                    squares[l] += error * error;
                }
            }
            frame[y + at..][..W].copy_from_slice(state);
        }
        squares.map(|squares| squares.into_iter().sum())
    }
}

#[inline(always)]
fn chunk<const W: usize>(values: &[f64], at: usize) -> [f64; W] {
    *values[at..].first_chunk().expect("a row is whole")
}

/// `Σ weight · k`, zero weights left out.
struct Terms<'a> {
    terms: [(f64, &'a [f64]); 12],
    count: usize,
}

impl<'a> Terms<'a> {
    #[inline(always)]
    fn new(weights: &[f64], k: &'a [Vec<f64>]) -> Self {
        let mut this = Self { terms: [(0.0, &[]); 12], count: 0 };
        for (&weight, k) in weights.iter().zip(k).filter(|(weight, _)| **weight != 0.0) {
            this.terms[this.count] = (weight, k);
            this.count += 1;
        }
        this
    }

    /// At the places from `at` on.
    #[inline(always)]
    fn at<const W: usize>(&self, at: usize) -> [f64; W] {
        let mut sum = [0.0; W];
        for (weight, k) in &self.terms[..self.count] {
            let k = chunk::<W>(k, at);
            for l in 0..W {
                sum[l] += weight * k[l];
            }
        }
        sum
    }
}
