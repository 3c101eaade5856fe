//! Walking along a delay equation: collocation at Gauss nodes, on a mesh that repeats after a delay.
//!
//! # The error of a step
//! The slope over a step is a sum of Legendre's polynomials of degrees 0 to 9. What the next two would
//! add to the states is guessed from the last three pairs, as if coefficients fell geometrically; a step
//! is accepted where that is less than is asked (see [`Options`]). One pair that is small by accident is
//! not believed. The states at the ends of steps are
//! far better than those within: of order 20, where those are of order 11. So ten times as much is let
//! pass as in steps of DOP853.
//!
//! # Source
//! A. Bellen, M. Zennaro, Numerical Methods for Delay Differential Equations, Oxford University Press
//! (2003), chapters 5 and 6 (collocation, constrained meshes), unverified.

use super::equation::{Equation, Inputs};
use super::gauss::{NODES, gauss, values};
use super::mesh::Mesh;
use super::past::{Past, Places, Segment};
use super::solver::{END, Solver, TOP};
use crate::IntegrateError;
use crate::clock::Clock;
use crate::delay::{Breaks, History, Lag};
use crate::options::Options;
use crate::units::Units;
use crate::walk::{Counts, asked};
use takens_kernel::vectorised;

/// What is asked of the states within steps, which do not add up, in units of what is asked of steps whose
/// errors do.
const WITHIN: f64 = 10.0;

/// Iterations after which the equations of a step count as not solved.
const MOST_SWEEPS: u32 = 30;

/// Iterations from which on longer steps do not pay.
const MANY_SWEEPS: u32 = 10;

/// A step twice as long has an error 2^11 times as large; half of what is asked is to spare.
const SPARE: f64 = 1.0 / 4096.0;

/// Step lengths whose matrices are kept.
const MOST_LENGTHS: usize = 64;

/// A state on its way along a delay equation, one step at a time.
pub(crate) struct Retarding<'a> {
    equation: &'a Equation,
    names: &'a [String],
    options: &'a Options,
    rates: Vec<f64>,
    /// For each step length, by its bits, a solver for each rate.
    solvers: Vec<(u64, Vec<Solver>)>,
    mesh: Mesh,
    past: Past,
    breaks: Breaks,
    stop: Option<f64>,
    /// Whether the motion bends here, so that the last step does not tell how it goes on.
    bend: bool,
    inputs: Inputs,
    rest: Vec<f64>,
    numbers: Vec<f64>,
    x: Vec<f64>,
    y: Vec<f64>,
    tolerance: f64,
    /// One by the number of components.
    share: f64,
    unit: Vec<f64>,
    measured: Units,
    counts: Counts,
}

/// What came of an attempt at a step.
struct Attempt {
    /// The square of the error, in units of what is asked; no number where there is no solution.
    square: f64,
    sweeps: u32,
}

impl<'a> Retarding<'a> {
    pub(crate) fn new(
        equation: &'a Equation,
        (names, options): (&'a [String], &'a Options),
        (parameters, initial): (&[f64], &[f64]),
        begin: f64,
        history: History,
        lags: &[Lag],
    ) -> Self {
        let past = Past::new(equation.states, history, lags);
        let period = past.shortest();
        let longest = options.max_step.unwrap_or(f64::INFINITY);
        let mesh = Mesh::new(begin, period, longest, options.first_step.unwrap_or(period / 8.0));
        let mut breaks = Breaks::default();
        breaks.spread(begin, lags);
        let n = initial.len();
        let mut walk = Self {
            equation,
            names,
            options,
            rates: equation.rates(parameters),
            solvers: Vec::new(),
            mesh,
            past,
            stop: breaks.next_after(begin).1,
            breaks,
            bend: true,
            inputs: equation.inputs(parameters),
            rest: vec![0.0; n * NODES],
            numbers: vec![0.0; Places { n }.len()],
            x: initial.to_vec(),
            y: vec![0.0; n],
            tolerance: WITHIN * asked(options.tolerance),
            share: 1.0 / n as f64,
            unit: vec![0.0; n],
            measured: Units::new(initial),
            counts: Counts::default(),
        };
        walk.measure();
        walk
    }

    /// The time reached.
    pub(crate) fn now(&self) -> Clock {
        self.mesh.now
    }

    pub(crate) fn counts(&self) -> Counts {
        self.counts
    }

    /// The last step made.
    pub(crate) fn last(&mut self) -> Option<&mut Segment> {
        self.past.last()
    }

    /// The state reached.
    pub(crate) fn state(&self) -> &[f64] {
        &self.x
    }

    /// The longest delay.
    pub(crate) fn longest(&self) -> f64 {
        self.past.longest()
    }

    /// The past and the state reached, to be changed together.
    pub(crate) fn parts(&mut self) -> (&mut Past, &mut [f64]) {
        (&mut self.past, &mut self.x)
    }

    /// Makes one step.
    pub(crate) fn step(&mut self) -> Result<(), IntegrateError> {
        loop {
            let tried = self.counts.steps + self.counts.rejected;
            if tried >= self.options.max_steps {
                let time = self.now().high;
                return Err(IntegrateError::MaxSteps { steps: tried, time });
            }
            let step = self.mesh.step(self.stop);
            if self.mesh.is_finest() || step <= f64::EPSILON * self.now().high.abs() {
                return Err(self.stuck(step));
            }
            let Attempt { square, sweeps } = self.attempt(step);
            if square <= 1.0 && self.y.iter().all(|y| y.is_finite()) {
                let room = self.past.room();
                self.past.push(self.now(), step, std::mem::replace(&mut self.numbers, room));
                std::mem::swap(&mut self.x, &mut self.y);
                self.measure();
                self.mesh.advance(step);
                self.bend = false;
                if self.stop.is_some() {
                    (self.bend, self.stop) = self.breaks.next_after(self.now().high);
                }
                if square < SPARE * SPARE && sweeps < MANY_SWEEPS {
                    self.mesh.coarsen();
                }
                self.counts.steps += 1;
                return Ok(());
            }
            self.counts.rejected += 1;
            // Each halving takes the error down by 2^11, if it is one.
            let mut left = if square.is_finite() { square.sqrt() } else { 1e8 };
            while left > 1.0 {
                self.mesh.refine();
                left *= 1.0 / 2048.0;
            }
        }
    }

    /// Solves the equations of a step.
    fn attempt(&mut self, step: f64) -> Attempt {
        let failed = Attempt { square: f64::NAN, sweeps: 0 };
        let now = self.now();
        if self.equation.driven {
            for (time, place) in self.inputs.times().iter_mut().zip(gauss().places) {
                *time = now.high + (now.low + place * step);
            }
        }
        self.past.read(now, step, self.inputs.delayed());
        let Some(solvers) = self.solvers(step) else { return failed };
        if !self.equation.implicit {
            return Attempt { square: self.sweep(solvers).0, sweeps: 1 };
        }
        self.guess(step);
        let mut before = f64::INFINITY;
        for sweeps in 1..=MOST_SWEEPS {
            let (square, change) = self.sweep(solvers);
            if change <= 1.0 {
                return Attempt { square, sweeps };
            }
            // Where it does not contract it will not; the first sweeps may still swing.
            if !change.is_finite() || (sweeps > 4 && change > 0.9 * before) {
                break;
            }
            before = change;
        }
        failed
    }

    /// From the states at the nodes among the inputs to better ones, there and in the segment.
    ///
    /// Gives the square of the error of the step, and by how much states changed, in units of what may be left over.
    fn sweep(&mut self, solvers: usize) -> (f64, f64) {
        sweep(self, solvers)
    }

    #[inline(always)]
    fn sweep_plain(&mut self, solvers: usize) -> (f64, f64) {
        let n = self.equation.states;
        let places = Places { n };
        self.equation.rest(&mut self.inputs, &mut self.rest);
        self.counts.evaluations += NODES as u64;
        let solvers = &self.solvers[solvers].1;
        let (head, slopes) = self.numbers.split_at_mut(places.slopes().start);
        let (starts, states) = head.split_at_mut(places.states().start);
        starts.copy_from_slice(&self.x);
        let states = states.as_chunks_mut::<NODES>().0;
        let slopes = slopes.as_chunks_mut::<NODES>().0;
        let rest = self.rest.as_chunks::<NODES>().0;
        let (mut squares, mut change) = ([0.0; 3], 0.0f64);
        for i in 0..n {
            let (group, x) = (self.equation.groups[i], self.x[i]);
            let rows = solvers[group].apply(x, &rest[i]);
            for node in 0..NODES {
                states[i][node] = x + rows[node];
                slopes[i][node] = self.rates[group] * states[i][node] + rest[i][node];
            }
            self.y[i] = x + rows[END];
            let size = x.abs().max(self.y[i].abs());
            let scale = self.tolerance * (self.unit[i] + size);
            let over = 1.0 / scale;
            for (square, pair) in squares.iter_mut().zip(rows[TOP].as_chunks::<2>().0) {
                let pair = pair.map(|coefficient| coefficient * over);
                *square += pair[0] * pair[0] + pair[1] * pair[1];
            }
            if self.equation.implicit {
                let old = &mut self.inputs.states()[i * NODES..][..NODES];
                // A tenth of the error, if rounding lets it.
                let left = (0.1 * scale).max(8.0 * f64::EPSILON * size);
                for (old, new) in old.iter_mut().zip(&states[i]) {
                    let moved = (new - *old).abs() / left;
                    // Not `max`: what is no number must not be lost.
                    change = if moved > change || moved.is_nan() { moved } else { change };
                    *old = *new;
                }
            }
        }
        (expected(squares) * self.share, change)
    }

    /// First states at the nodes: the last step gone on with, or the state as it is.
    fn guess(&mut self, step: f64) {
        let places = Places { n: self.equation.states };
        let states = self.inputs.states().as_chunks_mut::<NODES>().0;
        match self.past.last() {
            Some(last) if !self.bend && step <= last.step => {
                let u = gauss().places.map(|place| 1.0 + 2.0 * place * (step / last.step));
                for (component, states) in states.iter_mut().enumerate() {
                    *states = values(last.polynomial(component, places), &u);
                }
            }
            _ => {
                for (states, x) in states.iter_mut().zip(&self.x) {
                    *states = [*x; NODES];
                }
            }
        }
    }

    /// Where the solvers for this step length are.
    fn solvers(&mut self, step: f64) -> Option<usize> {
        let key = step.to_bits();
        if let Some(place) = self.solvers.iter().position(|entry| entry.0 == key) {
            return Some(place);
        }
        let made: Option<Vec<Solver>> =
            self.rates.iter().map(|&rate| Solver::new(step, rate)).collect();
        if self.solvers.len() == MOST_LENGTHS {
            self.solvers.clear();
        }
        self.solvers.push((key, made?));
        Some(self.solvers.len() - 1)
    }

    /// Takes the magnitudes of the state into the units of the components.
    fn measure(&mut self) {
        self.measured.measure(&self.x);
        self.measured.write(&mut self.unit);
    }

    /// Why no step is short enough: a history that is no number, equations without a value, a component
    /// on its way to infinity, or what cannot be told.
    fn stuck(&self, step: f64) -> IntegrateError {
        let time = self.now().high;
        let places = Places { n: self.equation.states };
        let name = |component: usize| self.names[component].clone();
        if let Some((component, value, time)) = self.past.history().bad() {
            return IntegrateError::HistoryNotFinite { component: name(component), value, time };
        }
        let slopes = self.numbers[places.slopes()].as_chunks::<NODES>().0;
        let undefined = slopes.iter().position(|s| !s.iter().all(|slope| slope.is_finite()));
        if let (Some(component), 0) = (undefined, self.counts.steps) {
            let value = slopes[component][0];
            return IntegrateError::DerivativeNotFinite { component: name(component), value, time };
        }
        let size = self.measured.size();
        let escapes = |&i: &usize| {
            let outwards =
                self.x[i] / slopes[i][0] > 0.0 && self.x[i].abs() >= self.measured.largest(i);
            self.x[i].abs() > 1e8 * size || (outwards && self.x[i].abs() > 1e4 * size)
        };
        if let Some(component) = (0..self.x.len()).find(escapes) {
            return IntegrateError::BlowUp { time, component: name(component) };
        }
        let rate = |i: &usize| slopes[*i][0].abs() / (self.x[*i].abs() + self.unit[*i]);
        let fastest = (0..self.x.len()).max_by(|a, b| rate(a).total_cmp(&rate(b)));
        let component = undefined.or(fastest).expect("a state has a component");
        IntegrateError::Stalled { time, step, component: name(component) }
    }
}

vectorised! {
    fn sweep(walk: &mut Retarding<'_>, solvers: usize) -> (f64, f64) {
        walk.sweep_plain(solvers)
    }
}

/// The pair of coefficients to come, from the last ones, of which the first is the latest: the slowest
/// fall that is seen goes on from the greatest of them. All are squares.
fn expected([last, before, first]: [f64; 3]) -> f64 {
    // One, too, where both vanish; no branches, since these go either way.
    let fall = |late: f64, early: f64| (late / early).min(1.0);
    if last == 0.0 && before == 0.0 {
        // A polynomial of low degree.
        return 0.0;
    }
    let slowest = fall(last, before).max(fall(before, first));
    let (near, far) = (last * slowest, before * slowest * slowest);
    // What is no number stays none.
    if near.is_nan() { near } else { near.max(far) }
}
