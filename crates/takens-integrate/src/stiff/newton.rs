//! The stages of one step: Newton's method with the Jacobian of the step's start.
//!
//! # Source
//! E. Hairer, G. Wanner, Solving Ordinary Differential Equations II, 2nd ed., Springer (1996), section
//! IV.8: the transformed iteration (8.5), (8.6) and its stopping (8.10), (8.11).

use super::Radau;
use super::linear::{Complex, Factors};
use super::tableau::{ALPHA, BETA, ERROR, GAMMA, NODES, T, T_INVERSE};
use crate::clock::Clock;
use takens_core::math;

/// As many iterations as are made at most.
pub(crate) const MOST_ITERATIONS: u32 = 7;

/// What all stages of a step share.
pub(crate) struct Place<'a> {
    pub(crate) time: Clock,
    pub(crate) step: f64,
    pub(crate) state: &'a [f64],
    /// What an error of one tolerance is in each component, inverted.
    pub(crate) weights: &'a [f64],
}

/// How the iteration ended.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Outcome {
    /// The stages are known, after so many iterations.
    Solved(u32),
    /// They are not; a step shorter by this factor may do.
    Shorter(f64),
}

/// Stages, matrices and the state of the iteration.
pub(crate) struct Newton {
    n: usize,
    /// Increments of the stages, stage after stage.
    z: Vec<f64>,
    /// The same in the eigenvectors' basis.
    w: Vec<f64>,
    /// Inputs of the right-hand side for each stage: `t`, state, parameters.
    inputs: [Vec<f64>; 3],
    f: [Vec<f64>; 3],
    real: Factors<f64>,
    complex: Factors<Complex>,
    real_side: Vec<f64>,
    complex_side: Vec<Complex>,
    /// The iteration's error in units of its last change, as the step before left it.
    rest: f64,
    /// The rate of convergence of the last step.
    pub(crate) rate: f64,
    /// The last change that counts, in units of the tolerance.
    pub(super) accuracy: f64,
}

impl Newton {
    /// - `tolerance`: of the estimated error, which the iteration has to meet with a margin.
    pub(crate) fn new(n: usize, parameters: &[f64], tolerance: f64) -> Self {
        let mut inputs = vec![0.0; 1 + n];
        inputs.extend_from_slice(parameters);
        let floor = 10.0 * f64::EPSILON / tolerance;
        Self {
            n,
            z: vec![0.0; 3 * n],
            w: vec![0.0; 3 * n],
            inputs: [inputs.clone(), inputs.clone(), inputs],
            f: std::array::from_fn(|_| vec![0.0; n]),
            real: Factors::new(n),
            complex: Factors::new(n),
            real_side: vec![0.0; n],
            complex_side: vec![Complex::default(); n],
            rest: 1.0,
            rate: 1.0,
            accuracy: floor.max(ACCURACY),
        }
    }

    /// The increments of the stages, stage after stage; the last one is that of the state.
    pub(crate) fn increments(&self) -> &[f64] {
        &self.z
    }

    /// Where the iteration starts, stage after stage.
    pub(crate) fn increments_mut(&mut self) -> &mut [f64] {
        &mut self.z
    }

    /// Makes and factors `γ/h - J` and `(α + iβ)/h - J`; false if one is singular.
    #[must_use]
    pub(crate) fn factor(&mut self, radau: &Radau, jacobian: &[f64], step: f64) -> bool {
        let n = self.n;
        let real = self.real.matrix();
        let complex = self.complex.matrix();
        real.fill(0.0);
        complex.fill(Complex::default());
        for (&(row, column), &value) in radau.entries.iter().zip(jacobian) {
            real[row * n + column] = -value;
            complex[row * n + column].re = -value;
        }
        let (gamma, alpha, beta) = (GAMMA / step, ALPHA / step, BETA / step);
        for i in 0..n {
            real[i * n + i] += gamma;
            complex[i * n + i].re += alpha;
            complex[i * n + i].im = beta;
        }
        self.real.factor() && self.complex.factor()
    }

    /// Solves for the stages; counts the evaluations of the right-hand side.
    pub(crate) fn solve(
        &mut self,
        radau: &Radau,
        place: &Place<'_>,
        evaluations: &mut u64,
    ) -> Outcome {
        for (inputs, node) in self.inputs.iter_mut().zip(NODES) {
            inputs[0] = place.time.high + (place.time.low + node * place.step);
        }
        self.transform();
        let mut rest = self.rest.max(f64::EPSILON);
        // The power 3/4 forgets, slowly: the step before need not have been like this one.
        rest = rest.sqrt() * rest.sqrt().sqrt();
        let mut last = 0.0;
        let mut last_rate = 0.0;
        for iteration in 1..=MOST_ITERATIONS {
            self.put_stages(place.state);
            for (inputs, f) in self.inputs.iter().zip(&mut self.f) {
                radau.rhs.call(inputs, f);
            }
            *evaluations += 3;
            let change = self.improve(place);
            if !change.is_finite() {
                return Outcome::Shorter(0.5);
            }
            if iteration > 1 {
                let ratio = change / last;
                let rate = if iteration == 2 { ratio } else { (ratio * last_rate).sqrt() };
                last_rate = ratio;
                self.rate = rate;
                if rate >= 0.99 {
                    return Outcome::Shorter(0.5);
                }
                rest = rate / (1.0 - rate);
                let left = MOST_ITERATIONS - iteration;
                let expected = rest * change * math::powi(rate, left as i32) / self.accuracy;
                if expected >= 1.0 && iteration < MOST_ITERATIONS {
                    let exponent = -1.0 / f64::from(4 + left);
                    return Outcome::Shorter(0.8 * math::pow(expected.min(20.0), exponent));
                }
            }
            last = change.max(f64::EPSILON);
            if rest * change <= self.accuracy {
                self.rest = rest;
                return Outcome::Solved(iteration);
            }
        }
        Outcome::Shorter(0.5)
    }

    /// The estimate of the error, per component: `(γ/h - J)⁻¹ (f + Σ e·z / h)`, where `slope` is `f`.
    pub(crate) fn estimate(&self, slope: &[f64], step: f64, out: &mut [f64]) {
        let n = self.n;
        let [first, second, third] = self.stages();
        for i in 0..n {
            let sum = ERROR[0] * first[i] + ERROR[1] * second[i] + ERROR[2] * third[i];
            out[i] = slope[i] + sum / step;
        }
        self.real.solve(out);
    }

    fn stages(&self) -> [&[f64]; 3] {
        let (first, rest) = self.z.split_at(self.n);
        let (second, third) = rest.split_at(self.n);
        [first, second, third]
    }

    /// From `z` to `w`.
    fn transform(&mut self) {
        let n = self.n;
        for i in 0..n {
            let z = [self.z[i], self.z[n + i], self.z[2 * n + i]];
            for (row, w) in T_INVERSE.iter().zip(self.w[i..].iter_mut().step_by(n)) {
                *w = row[0] * z[0] + row[1] * z[1] + row[2] * z[2];
            }
        }
    }

    fn put_stages(&mut self, state: &[f64]) {
        for (inputs, z) in self.inputs.iter_mut().zip(self.z.chunks_exact(self.n)) {
            for ((input, x), z) in inputs[1..].iter_mut().zip(state).zip(z) {
                *input = x + z;
            }
        }
    }

    /// One iteration; gives the size of the change in units of the tolerance.
    fn improve(&mut self, place: &Place<'_>) -> f64 {
        let n = self.n;
        let (gamma, alpha, beta) = (GAMMA / place.step, ALPHA / place.step, BETA / place.step);
        let [f1, f2, f3] = &self.f;
        for i in 0..n {
            let f = [f1[i], f2[i], f3[i]];
            let [first, second, third] =
                T_INVERSE.map(|row| row[0] * f[0] + row[1] * f[1] + row[2] * f[2]);
            let w = [self.w[i], self.w[n + i], self.w[2 * n + i]];
            self.real_side[i] = first - gamma * w[0];
            self.complex_side[i] = Complex {
                re: second - (alpha * w[1] - beta * w[2]),
                im: third - (beta * w[1] + alpha * w[2]),
            };
        }
        self.real.solve(&mut self.real_side);
        self.complex.solve(&mut self.complex_side);
        let mut squares = 0.0;
        for i in 0..n {
            let weight = place.weights[i];
            let change = [self.real_side[i], self.complex_side[i].re, self.complex_side[i].im];
            let size = change.map(|change| change * weight);
            squares += size[0] * size[0] + size[1] * size[1] + size[2] * size[2];
            let w =
                [self.w[i] + change[0], self.w[n + i] + change[1], self.w[2 * n + i] + change[2]];
            self.w[i] = w[0];
            self.w[n + i] = w[1];
            self.w[2 * n + i] = w[2];
            self.z[i] = T[0][0] * w[0] + T[0][1] * w[1] + T[0][2] * w[2];
            self.z[n + i] = T[1][0] * w[0] + T[1][1] * w[1] + T[1][2] * w[2];
            self.z[2 * n + i] = w[0] + w[1];
        }
        (squares / (3 * n) as f64).sqrt()
    }
}

/// The iteration's error in units of the tolerance of the step.
const ACCURACY: f64 = 1e-2;
