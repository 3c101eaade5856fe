//! The step of DOP853 and its dense output with loops over components, around the compiled derivative:
//! nothing to compile for few steps, and for systems too large for one program. Every number is computed by the same operations in the same order as in `fused`.

use crate::coefficients::{DENSE, ERROR_3, ERROR_5, NODES, STAGES};
use crate::layout::{Layout, STEP, TIME, TIME_LOW, TOLERANCE};
use takens_core::math;
use takens_kernel::{Engine, vectorised};

/// Room for the stages of a step.
#[derive(Debug, Clone)]
pub(crate) struct Scratch {
    /// `t`, state and parameters of a stage.
    inputs: Vec<f64>,
    /// Derivatives of all sixteen stages.
    pub(crate) k: Vec<Vec<f64>>,
    sum: Vec<f64>,
}

impl Scratch {
    pub(crate) fn new(layout: Layout) -> Self {
        Self {
            inputs: vec![0.0; 1 + layout.n + layout.m],
            k: vec![vec![0.0; layout.n]; 16],
            sum: vec![0.0; layout.n],
        }
    }

    /// From the inputs of a step in `frame` to its outputs there.
    pub(crate) fn step(&mut self, rhs: &dyn Engine, layout: Layout, frame: &mut [f64]) {
        self.inputs[1 + layout.n..].copy_from_slice(&frame[layout.parameters()]);
        self.k[0].copy_from_slice(&frame[layout.k0()]);
        for stage in 1..13 {
            self.stage(rhs, layout, frame, stage);
        }
        frame[layout.y()].copy_from_slice(&self.inputs[1..1 + layout.n]);
        frame[layout.k12()].copy_from_slice(&self.k[12]);
        let mut errors = [0.0; 2];
        for (weights, error) in [ERROR_5, ERROR_3].iter().zip(&mut errors) {
            combine(&mut self.sum, weights, &self.k);
            *error = self.squares(layout, frame);
        }
        frame[layout.errors()].copy_from_slice(&errors);
    }

    /// From all that is known after the last step to the coefficients of the dense output.
    pub(crate) fn dense(&mut self, rhs: &dyn Engine, layout: Layout, frame: &mut [f64]) {
        for stage in 13..16 {
            self.stage(rhs, layout, frame, stage);
        }
        let h = frame[STEP];
        let (known, dense) = frame.split_at_mut(layout.stepped());
        let mut outputs = dense.chunks_exact_mut(layout.n);
        let mut next = || outputs.next().expect("seven coefficients");
        let (first, second, third) = (next(), next(), next());
        for i in 0..layout.n {
            let change = known[layout.y()][i] - known[layout.x()][i];
            let start = h * self.k[0][i] - change;
            first[i] = change;
            second[i] = start;
            third[i] = (change - h * self.k[12][i]) - start;
        }
        for (weights, output) in DENSE.iter().zip(outputs) {
            combine(output, weights, &self.k);
            output.iter_mut().for_each(|value| *value *= h);
        }
    }

    fn stage(&mut self, rhs: &dyn Engine, layout: Layout, frame: &[f64], stage: usize) {
        let h = frame[STEP];
        combine(&mut self.sum, STAGES[stage], &self.k);
        let states = self.inputs[1..].iter_mut().zip(&frame[layout.x()]);
        for ((state, x), slope) in states.zip(&self.sum) {
            *state = x + h * slope;
        }
        self.inputs[0] = frame[TIME] + (frame[TIME_LOW] + NODES[stage] * h);
        rhs.call(&self.inputs, &mut self.k[stage]);
    }

    /// The sum of squares of `self.sum` in units of the tolerance.
    fn squares(&self, layout: Layout, frame: &[f64]) -> f64 {
        let states = frame[layout.x()].iter().zip(&frame[layout.y()]);
        let mut squares =
            states.zip(&frame[layout.unit()]).zip(&self.sum).map(|((states, unit), error)| {
                let magnitude = math::max(states.0.abs(), states.1.abs());
                let error = error / (frame[TOLERANCE] * (unit + magnitude));
                error * error
            });
        let first = squares.next().expect("a state has a component");
        squares.fold(first, |sum, square| sum + square)
    }
}

vectorised! {
    /// `Σ weight · k` for each component, from the left, zero weights left out.
    pub(crate) fn combine(out: &mut [f64], weights: &[f64], k: &[Vec<f64>]) {
        let mut terms = weights.iter().zip(k).filter(|(weight, _)| **weight != 0.0);
        let (&weight, first) = terms.next().expect("every row has a weight");
        for (sum, k) in out.iter_mut().zip(first) {
            *sum = weight * k;
        }
        for (&weight, k) in terms {
            for (sum, k) in out.iter_mut().zip(k) {
                *sum += weight * k;
            }
        }
    }
}
