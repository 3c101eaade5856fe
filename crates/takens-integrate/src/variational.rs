//! The step of DOP853 for a state and vectors that move with its Jacobian.
//!
//! The state knows nothing of the vectors: its stages are made first, and with them the Jacobians. Then the vectors
//! are taken through all stages eight at a time, so that what is read again and again stays in the nearest cache.

use crate::coefficients::{ERROR_3, ERROR_5, NODES, STAGES};
use crate::layout::{Layout, STEP, TIME, TIME_LOW, TOLERANCE};
use crate::staged::combine;
use std::ops::Range;
use std::sync::Arc;
use takens_core::math;
use takens_kernel::{Engine, vectorised};

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

/// So many vectors are taken through the stages side by side.
const WIDE: usize = 8;

/// What is known within a step.
#[derive(Debug, Clone, Default)]
pub(crate) struct Stages {
    /// Inputs and outputs of the engine.
    inputs: Vec<f64>,
    known: Vec<f64>,
    /// `stage × entry`.
    values: Vec<f64>,
    /// Where the entries of each row end, and which entries lie on the diagonal.
    ends: Vec<usize>,
    diagonal: Vec<usize>,
    /// Of a few vectors: where they start, the units of their components, where they are at a stage, and the derivatives
    /// of all stages; each `component × vector`.
    few: Vec<f64>,
}

/// The numbers of `few` in lines of the cache.
fn in_lines(few: &mut [f64]) -> &mut [f64] {
    let begin = few.as_ptr().align_offset(64).min(SPARE);
    let end = few.len() - SPARE + begin;
    &mut few[begin..end]
}

/// Numbers kept free to begin with a line.
const SPARE: usize = 8;

impl Variational {
    fn divergence(&self, values: &[f64]) -> f64 {
        let diagonal = self.entries.iter().zip(values).filter(|((row, column), _)| row == column);
        diagonal.map(|(_, value)| value).sum()
    }

    /// Room for the stages of a step.
    pub(crate) fn stages(&self) -> Stages {
        let (n, entries) = (self.n, &self.entries);
        let end = |row: usize| entries.partition_point(|&(of, _)| of <= row);
        Stages {
            inputs: vec![0.0; self.engine.input_count()],
            known: vec![0.0; n + entries.len()],
            values: vec![0.0; 13 * entries.len()],
            ends: (0..n).map(end).collect(),
            diagonal: (0..entries.len())
                .filter(|&entry| entries[entry].0 == entries[entry].1)
                .collect(),
            few: vec![0.0; (3 + 13) * n * WIDE + SPARE],
        }
    }

    /// From the inputs of a step in `frame` to its outputs there; of the derivatives of its stages, `k` gets those
    /// of the state and of the integral of the divergence.
    pub(crate) fn step(
        &self,
        layout: Layout,
        frame: &mut [f64],
        k: &mut [Vec<f64>],
        stages: &mut Stages,
    ) {
        let rest = [0..self.n, layout.n - 1..layout.n];
        for part in rest.clone() {
            k[0][part.clone()].copy_from_slice(&frame[layout.k0()][part]);
        }
        self.state(layout, frame, k, stages);
        let mut errors = self.errors_of_state(layout, frame, k);
        for from in (0..self.vectors).step_by(WIDE) {
            let more = self.some_vectors(layout, from, frame, stages);
            errors = [errors[0] + more[0], errors[1] + more[1]];
        }
        for part in rest {
            frame[layout.k12()][part.clone()].copy_from_slice(&k[12][part]);
        }
        frame[layout.errors()].copy_from_slice(&errors);
    }

    /// All stages of the state and of the integral of the divergence.
    fn state(&self, layout: Layout, frame: &mut [f64], k: &mut [Vec<f64>], stages: &mut Stages) {
        let (n, entries, h) = (self.n, self.entries.len(), frame[STEP]);
        let Stages { inputs, known, values, diagonal, .. } = stages;
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
            k[stage][last] = diagonal.iter().map(|&entry| known[n + entry]).sum();
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

    /// All stages of the vectors from `from` on, [`WIDE`] of them at most; gives the sums of their squared errors.
    fn some_vectors(
        &self,
        layout: Layout,
        from: usize,
        frame: &mut [f64],
        stages: &mut Stages,
    ) -> [f64; 2] {
        let n = self.n;
        let count = WIDE.min(self.vectors - from);
        let Stages { few, values, ends, .. } = stages;
        let few = in_lines(few);
        let at = |range: Range<usize>, row: usize| range.start + n + row * self.vectors + from;
        let parts = [layout.x(), layout.unit(), layout.k0()];
        let (known, rest) = few.split_at_mut(2 * n * WIDE);
        let (state, k) = rest.split_at_mut(n * WIDE);
        let (start, unit) = known.split_at_mut(n * WIDE);
        for (part, rows) in parts.into_iter().zip([&mut *start, &mut *unit, &mut k[..n * WIDE]]) {
            for (row, to) in rows.as_chunks_mut::<WIDE>().0.iter_mut().enumerate() {
                let from = &frame[at(part.clone(), row)..];
                match from.first_chunk::<WIDE>() {
                    Some(whole) if count == WIDE => *to = *whole,
                    _ => {
                        to[..count].copy_from_slice(&from[..count]);
                        // What is left of a row are vectors of no length.
                        to[count..].fill(0.0);
                    }
                }
            }
        }
        let motion = Motion {
            entries: &self.entries,
            values,
            ends,
            h: frame[STEP],
            tolerance: frame[TOLERANCE],
            start,
            unit,
        };
        let sums = motion.pass(state, k);
        for (part, rows) in [(layout.y(), &*state), (layout.k12(), &k[12 * n * WIDE..])] {
            for (row, from) in rows.as_chunks::<WIDE>().0.iter().enumerate() {
                let to = &mut frame[at(part.clone(), row)..];
                match to.first_chunk_mut::<WIDE>() {
                    Some(whole) if count == WIDE => *whole = *from,
                    _ => to[..count].copy_from_slice(&from[..count]),
                }
            }
        }
        sums.map(|sums| sums[..count].iter().sum())
    }
}

/// A step of a few vectors.
struct Motion<'a> {
    entries: &'a [(usize, usize)],
    /// `stage × entry`.
    values: &'a [f64],
    ends: &'a [usize],
    h: f64,
    tolerance: f64,
    start: &'a [f64],
    unit: &'a [f64],
}

impl Motion<'_> {
    /// All stages; gives the sums of squared errors.
    fn pass(&self, state: &mut [f64], k: &mut [f64]) -> [[f64; WIDE]; 2] {
        self.stage::<1>(state, k);
        self.stage::<2>(state, k);
        self.stage::<3>(state, k);
        self.stage::<4>(state, k);
        self.stage::<5>(state, k);
        self.stage::<6>(state, k);
        self.stage::<7>(state, k);
        self.stage::<8>(state, k);
        self.stage::<9>(state, k);
        self.stage::<10>(state, k);
        self.stage::<11>(state, k);
        self.stage::<12>(state, k);
        errors(self, state, k);
        let n = state.len();
        [1, 2].map(|stage| {
            let mut sums = [0.0; WIDE];
            for row in k[stage * n..][..n].as_chunks::<WIDE>().0 {
                for l in 0..WIDE {
                    sums[l] += row[l] * row[l];
                }
            }
            sums
        })
    }

    /// State and derivative of stage `S`. A function of its own for each, so that its weights stay in registers.
    fn stage<const S: usize>(&self, state: &mut [f64], k: &mut [f64]) {
        let (before, rest) = k.split_at_mut(S * state.len());
        let slopes = &mut rest[..state.len()];
        move_on::<S>(self.h, self.start, before, state);
        multiply(self, &self.values[S * self.entries.len()..], state, slopes);
    }
}

vectorised! {
    /// The state of stage `S`.
    fn move_on<const S: usize>(h: f64, start: &[f64], k: &[f64], state: &mut [f64]) {
        let n = state.len();
        let (start, k) = (&start[..n], stages_of::<S>(k, n));
        for i in 0..n {
            state[i] = start[i] + h * combined(STAGES[S], &k, i);
        }
    }

    /// The product of the Jacobian with `state`.
    fn multiply(motion: &Motion<'_>, values: &[f64], state: &[f64], slopes: &mut [f64]) {
        let (state, slopes) = (state.as_chunks::<WIDE>().0, slopes.as_chunks_mut::<WIDE>().0);
        let values = &values[..motion.entries.len()];
        let mut begin = 0;
        for (slope, &end) in slopes.iter_mut().zip(motion.ends) {
            let mut sum = [0.0; WIDE];
            for (&(_, column), value) in motion.entries[begin..end].iter().zip(&values[begin..end]) {
                let state = &state[column];
                for l in 0..WIDE {
                    sum[l] += value * state[l];
                }
            }
            *slope = sum;
            begin = end;
        }
    }

    /// Writes the errors, in units of what is allowed, over two stages that have no part in them.
    fn errors(motion: &Motion<'_>, state: &[f64], k: &mut [f64]) {
        let n = state.len();
        let (start, unit) = (&motion.start[..n], &motion.unit[..n]);
        let (first, rest) = k.split_at_mut(n);
        let (fifth, rest) = rest.split_at_mut(n);
        let (third, rest) = rest.split_at_mut(n);
        let k = stages_of::<9>(rest, n);
        for i in 0..n {
            let (a, b) = (start[i].abs(), state[i].abs());
            let magnitude = if a > b { a } else { b };
            let scale = 1.0 / (motion.tolerance * (unit[i] + magnitude));
            fifth[i] = (ERROR_5[0] * first[i] + combined(&ERROR_5[3..], &k, i)) * scale;
            third[i] = (ERROR_3[0] * first[i] + combined(&ERROR_3[3..], &k, i)) * scale;
        }
    }
}

/// The stages one by one.
#[inline(always)]
fn stages_of<const S: usize>(k: &[f64], n: usize) -> [&[f64]; S] {
    let mut stages: [&[f64]; S] = [&[]; S];
    for (stage, k) in stages.iter_mut().zip(k.chunks_exact(n)) {
        *stage = &k[..n];
    }
    stages
}

/// `Σ weight · k` at a place, zero weights left out.
#[inline(always)]
fn combined<const S: usize>(weights: &[f64], k: &[&[f64]; S], i: usize) -> f64 {
    let mut sum = weights[0] * k[0][i];
    for stage in 1..S {
        if weights[stage] != 0.0 {
            sum += weights[stage] * k[stage][i];
        }
    }
    sum
}
