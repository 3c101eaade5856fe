//! Steps of Radau IIA, their sizes, and the polynomial between them.
//!
//! A step size follows the estimated error, by the lesser of the usual rule and of one that expects the
//! error to go on growing or falling as it did (Gustafsson). The stages are where a polynomial of degree 3
//! solves the equations; it is the dense output and, continued, the first guess of the next stages.
//!
//! # Source
//! E. Hairer, G. Wanner, Solving Ordinary Differential Equations II, 2nd ed., Springer (1996), section
//! IV.8: error (8.19), (8.20), step size (8.21), (8.25).

use super::Radau;
use super::newton::{MOST_ITERATIONS, Newton, Outcome, Place};
use super::tableau::NODES;
use crate::auto::{Leg, Steps};
use crate::clock::Clock;
use crate::first::First;
use crate::stuck::Stuck;
use crate::units::Units;
use crate::walk::Counts;
use crate::{IntegrateError, Options};
use takens_core::math;

/// Systems of at most this size get a Jacobian and a factorisation for every step; in larger ones these
/// are kept as long as the iteration converges fast.
const SMALL: usize = 8;
/// Faster than this, the Jacobian of an earlier step is as good as one of this.
const FAST: f64 = 1e-3;
/// A new step longer by no more than this is not taken, where it would cost a factorisation.
const SAME: f64 = 1.2;

/// The greatest of `u (u - c1) (u - c2) (1 - u)` within a step, in magnitude.
const BULGE: f64 = 0.0183;

/// A state on its way along a stiff flow.
pub(crate) struct StiffWalk<'a> {
    radau: &'a Radau,
    names: &'a [String],
    options: &'a Options,
    /// What the estimates of a step's errors are held to.
    tolerance: f64,
    before: Clock,
    now: Clock,
    state: Vec<f64>,
    /// The derivative at the state and the entries of the Jacobian, at the state or earlier.
    known: Vec<f64>,
    /// Room for the same after a step.
    after: Vec<f64>,
    /// Inputs of the right-hand side: `t`, state, parameters.
    inputs: Vec<f64>,
    units: Units,
    weights: Vec<f64>,
    error: Vec<f64>,
    newton: Newton,
    /// The step that the matrices are for; none if the Jacobian has changed since.
    factored: Option<f64>,
    /// Whether the Jacobian is that of this state.
    fresh: bool,
    /// The last step, its polynomial (see [`StiffWalk::polynomial`]) and what its size was chosen by.
    step: f64,
    differences: Vec<f64>,
    last_error: Option<f64>,
    next_step: f64,
    /// Whether no step has been made.
    first: bool,
    counts: Counts,
}

impl<'a> StiffWalk<'a> {
    /// Takes over at a leg.
    pub(crate) fn new(
        radau: &'a Radau,
        names: &'a [String],
        options: &'a Options,
        leg: Leg<'_>,
    ) -> Result<Self, IntegrateError> {
        let n = radau.n;
        let tolerance = options.tolerance;
        let Leg { parameters, state, now, .. } = leg;
        let mut inputs = vec![0.0; 1 + n];
        inputs.extend_from_slice(parameters);
        let mut walk = Self {
            radau,
            names,
            options,
            tolerance,
            before: now,
            now,
            state: state.to_vec(),
            known: vec![0.0; n + radau.entries.len()],
            after: vec![0.0; n + radau.entries.len()],
            inputs,
            units: Units::new(state),
            weights: vec![0.0; n],
            error: vec![0.0; n],
            newton: Newton::new(n, parameters, tolerance),
            factored: None,
            fresh: false,
            step: 0.0,
            differences: vec![0.0; 3 * n],
            last_error: None,
            next_step: 0.0,
            first: true,
            counts: leg.counts,
        };
        walk.linearise(now.high, state);
        walk.swap();
        if let Some(bad) = walk.slope().iter().position(|value| !value.is_finite()) {
            let (component, value) = (names[bad].clone(), walk.known[bad]);
            return Err(IntegrateError::DerivativeNotFinite { component, value, time: now.high });
        }
        walk.next_step = match leg.first_step {
            Some(step) => step,
            None => walk.first_step(),
        };
        Ok(walk)
    }

    /// The Jacobian times a vector, in `out`.
    pub(crate) fn turn(&self, vector: &[f64], out: &mut [f64]) {
        out.fill(0.0);
        let entries = self.radau.entries.iter().zip(&self.known[self.radau.n..]);
        for (&(row, column), value) in entries {
            out[row] += value * vector[column];
        }
    }

    /// The derivative at the state.
    fn slope(&self) -> &[f64] {
        &self.known[..self.radau.n]
    }

    /// Takes what was computed after a step in the place of what was known before it.
    fn swap(&mut self) {
        std::mem::swap(&mut self.known, &mut self.after);
        self.fresh = true;
        self.factored = None;
    }

    /// Computes derivative and Jacobian in `self.after`; false if the derivative is not finite.
    fn linearise(&mut self, time: f64, state: &[f64]) -> bool {
        let n = self.radau.n;
        self.inputs[0] = time;
        self.inputs[1..=n].copy_from_slice(state);
        self.radau.derivatives.call(&self.inputs, &mut self.after);
        self.counts.evaluations += 1;
        let (slope, entries) = self.after.split_at_mut(n);
        for entry in entries {
            // The iteration may converge without a slope that is infinite.
            if !entry.is_finite() {
                *entry = 0.0;
            }
        }
        slope.iter().all(|value| value.is_finite())
    }

    /// As [`StiffWalk::linearise`], the Jacobian kept.
    fn differentiate(&mut self, time: f64, state: &[f64]) -> bool {
        let n = self.radau.n;
        self.inputs[0] = time;
        self.inputs[1..=n].copy_from_slice(state);
        self.radau.rhs.call(&self.inputs, &mut self.after[..n]);
        self.counts.evaluations += 1;
        self.after[..n].iter().all(|value| value.is_finite())
    }

    fn try_step(&mut self) -> Result<(), IntegrateError> {
        let mut refused = false;
        self.weigh();
        loop {
            let tried = self.counts.steps + self.counts.rejected;
            if tried >= self.options.max_steps {
                return Err(IntegrateError::MaxSteps { steps: tried, time: self.now.high });
            }
            let step = self.next_step.min(self.options.max_step.unwrap_or(f64::INFINITY));
            if step <= f64::EPSILON * self.now.high.abs() || step < f64::MIN_POSITIVE {
                return Err(self.stuck(step));
            }
            if self.factored != Some(step) {
                if !self.newton.factor(self.radau, &self.known[self.radau.n..], step) {
                    self.refuse(&mut refused, 0.5 * step);
                    continue;
                }
                self.factored = Some(step);
            }
            self.predict(step);
            let place = Place { time: self.now, step, state: &self.state, weights: &self.weights };
            let iterations =
                match self.newton.solve(self.radau, &place, &mut self.counts.evaluations) {
                    Outcome::Solved(iterations) => iterations,
                    Outcome::Shorter(_) if !self.fresh => {
                        let state = std::mem::take(&mut self.state);
                        self.linearise(self.now.high, &state);
                        self.state = state;
                        self.swap();
                        self.refuse(&mut refused, step);
                        continue;
                    }
                    Outcome::Shorter(factor) => {
                        self.refuse(&mut refused, factor * step);
                        continue;
                    }
                };
            let error = self.estimate(step, refused).max(self.between(step));
            let most = f64::from(2 * MOST_ITERATIONS);
            let safety = 0.9 * (most + 1.0) / (most + f64::from(iterations));
            let shrink = (fourth_root(error) / safety).clamp(0.125, 5.0);
            if error.is_nan() || error >= 1.0 {
                // Where the error is no number, neither is the factor.
                let next = if error.is_finite() { step / shrink } else { 0.1 * step };
                self.refuse(&mut refused, next);
                continue;
            }
            if self.accept(step) {
                self.choose_next(step, error, shrink, refused);
                return Ok(());
            }
            self.refuse(&mut refused, 0.1 * step);
        }
    }

    fn refuse(&mut self, refused: &mut bool, next_step: f64) {
        *refused = true;
        self.counts.rejected += 1;
        self.next_step = next_step;
    }

    /// What an error of one tolerance is at the state, inverted.
    fn weigh(&mut self) {
        for (i, (weight, x)) in self.weights.iter_mut().zip(&self.state).enumerate() {
            *weight = 1.0 / (self.tolerance * (self.units.unit(i) + x.abs()));
        }
    }

    /// The increments that the polynomial of the last step foresees.
    fn predict(&mut self, step: f64) {
        let z = self.newton.increments_mut();
        if self.step == 0.0 {
            z.fill(0.0);
            return;
        }
        let n = self.radau.n;
        for (node, z) in NODES.iter().zip(z.chunks_exact_mut(n)) {
            polynomial(&self.differences, node * step / self.step, z);
        }
    }

    /// The error of the step in units of what is allowed.
    fn estimate(&mut self, step: f64, refused: bool) -> f64 {
        let n = self.radau.n;
        self.newton.estimate(&self.known[..n], step, &mut self.error);
        let error = self.norm();
        if error < 1.0 || !(refused || self.first) {
            return error;
        }
        // Where the error is great, the estimate of a stiff component is too: once more, from beside.
        self.inputs[0] = self.now.high;
        for ((input, x), error) in self.inputs[1..].iter_mut().zip(&self.state).zip(&self.error) {
            *input = x + error;
        }
        self.radau.rhs.call(&self.inputs, &mut self.after[..n]);
        self.counts.evaluations += 1;
        self.newton.estimate(&self.after[..n], step, &mut self.error);
        self.norm()
    }

    /// The error of the polynomial between the ends of the step, in units of what is allowed.
    ///
    /// The equations damp the error of a stiff component at the ends, and so the estimate of it, but not the one
    /// between them. This one compares the cubic terms of two steps: a fourth derivative.
    fn between(&mut self, step: f64) -> f64 {
        if self.step == 0.0 {
            return 0.0;
        }
        let n = self.radau.n;
        let ratio = step / self.step;
        let (cube, share) = (ratio * ratio * ratio, BULGE / 2.0 * (step / (step + self.step)));
        let z = self.newton.increments();
        for (i, error) in self.error.iter_mut().enumerate() {
            let [_, _, cubic] = differences(z[i], z[n + i], z[2 * n + i]);
            *error = share * (cubic - cube * self.differences[2 * n + i]);
        }
        self.norm()
    }

    fn norm(&self) -> f64 {
        let n = self.radau.n;
        let change = &self.newton.increments()[2 * n..];
        let squares = (0..n).map(|i| {
            let x = self.state[i];
            let magnitude = math::max(x.abs(), (x + change[i]).abs());
            let error = self.error[i] / (self.tolerance * (self.units.unit(i) + magnitude));
            error * error
        });
        // Left to right, from the first component.
        let sum: f64 = squares.sum();
        (sum / n as f64).sqrt().max(1e-10)
    }

    /// Goes to the end of the step, if the equations have a value there.
    fn accept(&mut self, step: f64) -> bool {
        let n = self.radau.n;
        let then = self.now.later(step);
        let mut state = std::mem::take(&mut self.state);
        for (x, change) in state.iter_mut().zip(&self.newton.increments()[2 * n..]) {
            *x += change;
        }
        let keep = n > SMALL && self.newton.rate <= FAST;
        let defined = if keep {
            self.differentiate(then.high, &state)
        } else {
            self.linearise(then.high, &state)
        };
        if !(defined && state.iter().all(|x| x.is_finite())) {
            for (x, change) in state.iter_mut().zip(&self.newton.increments()[2 * n..]) {
                *x -= change;
            }
            self.state = state;
            return false;
        }
        if keep {
            self.known[..n].copy_from_slice(&self.after[..n]);
            self.fresh = false;
        } else {
            self.swap();
        }
        self.units.measure(&state);
        self.state = state;
        self.difference();
        (self.before, self.now) = (self.now, then);
        self.counts.steps += 1;
        self.counts.stiff += 1;
        self.first = false;
        true
    }

    fn choose_next(&mut self, step: f64, error: f64, shrink: f64, refused: bool) {
        let mut shrink = shrink;
        if let Some(last) = self.last_error {
            let expected = self.step / step * fourth_root(error * error / last) / 0.9;
            shrink = shrink.max(expected).clamp(0.125, 5.0);
        }
        if refused {
            shrink = shrink.max(1.0);
        }
        self.step = step;
        self.last_error = Some(error.max(1e-2));
        let kept = self.factored == Some(step) && (1.0..=SAME).contains(&(1.0 / shrink));
        self.next_step = if kept { step } else { step / shrink };
    }

    /// Keeps the polynomial of the step.
    fn difference(&mut self) {
        let n = self.radau.n;
        let z = self.newton.increments();
        for i in 0..n {
            let [last, bend, cubic] = differences(z[i], z[n + i], z[2 * n + i]);
            self.differences[i] = last;
            self.differences[n + i] = bend;
            self.differences[2 * n + i] = cubic;
        }
    }

    /// As for DOP853, with an estimate of order 3.
    fn first_step(&mut self) -> f64 {
        let n = self.radau.n;
        let allowed = |(i, x): (usize, &f64)| self.tolerance * (self.units.unit(i) + x.abs());
        let scale: Vec<f64> = self.state.iter().enumerate().map(allowed).collect();
        let (state, slope) = (&self.state, &self.known[..n]);
        let first = First { time: self.now.high, state, slope, scale: &scale };
        self.counts.evaluations += 1;
        first.step(fourth_root, |time, state| {
            self.inputs[0] = time;
            self.inputs[1..=n].copy_from_slice(state);
            let mut slope = vec![0.0; n];
            self.radau.rhs.call(&self.inputs, &mut slope);
            slope
        })
    }

    /// Why no step is short enough.
    fn stuck(&self, step: f64) -> IntegrateError {
        let stuck = Stuck {
            names: self.names,
            time: self.now.high,
            step,
            state: &self.state,
            slope: self.slope(),
            units: &self.units,
            undefined: None,
        };
        stuck.error()
    }
}

impl Steps for StiffWalk<'_> {
    fn step(&mut self) -> Result<(), IntegrateError> {
        self.try_step()
    }

    fn now(&self) -> Clock {
        self.now
    }

    fn last_step(&self) -> f64 {
        self.step
    }

    fn state(&self) -> &[f64] {
        &self.state
    }

    fn interpolate(&mut self, time: f64, out: &mut [f64]) {
        if self.step == 0.0 {
            out.copy_from_slice(&self.state);
            return;
        }
        let behind = self.before.until(time) / self.step - 1.0;
        polynomial(&self.differences, behind, out);
        for (out, x) in out.iter_mut().zip(&self.state) {
            *out += x;
        }
    }

    fn counts(&self) -> Counts {
        self.counts
    }
}

/// The divided differences of a step's polynomial, from its end backwards.
fn differences(z1: f64, z2: f64, z3: f64) -> [f64; 3] {
    let [c1, c2, _] = NODES;
    let last = (z2 - z3) / (c2 - 1.0);
    let middle = (z1 - z2) / (c1 - c2);
    let bend = (middle - last) / (c1 - 1.0);
    [last, bend, bend - (middle - z1 / c1) / c2]
}

/// The polynomial of the last step minus its end, `u` steps after that end.
fn polynomial(differences: &[f64], u: f64, out: &mut [f64]) {
    let n = out.len();
    let [c1, c2, _] = NODES;
    let (second, third) = (u + (1.0 - c2), u + (1.0 - c1));
    for (i, out) in out.iter_mut().enumerate() {
        let [last, bend, change] = [differences[i], differences[n + i], differences[2 * n + i]];
        *out = u * (last + second * (bend + third * change));
    }
}

fn fourth_root(value: f64) -> f64 {
    value.sqrt().sqrt()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::EngineChoice;
    use takens_kernel::Builder;

    /// The error at 2 of `x' = -2 t x²`, `x = 1 / (1 + t²)`, in steps of one length.
    fn error(count: u32) -> f64 {
        let mut b = Builder::new(2);
        let (t, x) = (b.input(0), b.input(1));
        let square = b.mul(x, x);
        let change = b.mul(t, square);
        let twice = b.add(change, change);
        let slope = b.neg(twice);
        let program = b.finish(vec![slope]);
        let rhs = EngineChoice::Oracle.engine(&program).unwrap();
        let radau = Radau::new(&program, rhs, EngineChoice::Oracle).unwrap();
        let step = 2.0 / f64::from(count);
        let options = Options { tolerance: 0.1, max_step: Some(step), ..Options::default() };
        let names = ["x".to_owned()];
        let leg = Leg {
            parameters: &[],
            state: &[1.0],
            now: Clock::new(0.0),
            first_step: Some(step),
            counts: Counts::default(),
        };
        let mut walk = StiffWalk::new(&radau, &names, &options, leg).unwrap();
        // The error of the step alone is looked at, not that of the iteration.
        walk.newton.accuracy = 1e-13;
        for _ in 0..count {
            walk.step().unwrap();
        }
        assert_eq!((walk.now().high, walk.counts().rejected), (2.0, 0));
        (walk.state()[0] - 0.2).abs()
    }

    #[test]
    fn the_step_has_order_five_where_the_equations_are_not_linear() {
        let errors = [error(32), error(64)];
        let order = (errors[0] / errors[1]).log2();
        assert!((order - 5.0).abs() < 0.1, "order {order}, errors {errors:?}");
    }
}
