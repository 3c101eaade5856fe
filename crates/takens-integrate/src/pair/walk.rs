//! The choice of step sizes of a pair.
//!
//! As in [`crate::walk`]: the factor from one step to the next is `0.9 · error^(-1/(q+1))` for an estimate
//! of order `q`, from 1/3 to 6, and not above 1 after a refusal.

use super::program::{Programs, STEP, TIME, TIME_LOW, TOLERANCE};
use super::tableau::Tableau;
use crate::IntegrateError;
use crate::auto::Steps;
use crate::clock::Clock;
use crate::first::First;
use crate::method::Start;
use crate::options::Options;
use crate::stuck::Stuck;
use crate::units::Units;
use crate::walk::{Counts, asked};
use takens_core::math;

/// A state on its way, one accepted step at a time.
pub(super) struct PairWalk<'a> {
    tableau: &'a Tableau,
    programs: &'a Programs,
    names: &'a [String],
    options: &'a Options,
    frame: Vec<f64>,
    before: Clock,
    now: Clock,
    units: Units,
    next_step: f64,
    stepped: bool,
    dense: bool,
    counts: Counts,
}

impl<'a> PairWalk<'a> {
    pub(super) fn new(
        tableau: &'a Tableau,
        programs: &'a Programs,
        names: &'a [String],
        options: &'a Options,
        start: Start<'_>,
    ) -> Result<Self, IntegrateError> {
        let places = programs.places;
        let mut frame = vec![0.0; places.len()];
        frame[TOLERANCE] = asked(options.tolerance);
        frame[places.x()].copy_from_slice(start.state);
        frame[places.parameters()].copy_from_slice(start.parameters);
        let mut walk = Self {
            tableau,
            programs,
            names,
            options,
            frame,
            before: Clock::new(start.time),
            now: Clock::new(start.time),
            units: Units::new(start.state),
            next_step: 0.0,
            stepped: false,
            dense: false,
            counts: Counts::default(),
        };
        let slope = walk.derivative(start.time, start.state);
        if let Some(bad) = slope.iter().position(|value| !value.is_finite()) {
            return Err(IntegrateError::DerivativeNotFinite {
                component: names[bad].clone(),
                value: slope[bad],
                time: start.time,
            });
        }
        walk.frame[places.k0()].copy_from_slice(&slope);
        walk.measure(start.state);
        walk.next_step = match options.first_step {
            Some(step) => step,
            None => walk.first_step(),
        };
        Ok(walk)
    }

    fn derivative(&mut self, time: f64, state: &[f64]) -> Vec<f64> {
        let mut inputs = vec![time];
        inputs.extend_from_slice(state);
        inputs.extend_from_slice(&self.frame[self.programs.places.parameters()]);
        let mut slope = vec![0.0; state.len()];
        self.programs.rhs.call(&inputs, &mut slope);
        self.counts.evaluations += 1;
        slope
    }

    /// Puts the end of the last step in the place of the start of the next.
    fn settle(&mut self) {
        if self.stepped {
            let places = self.programs.places;
            let state = self.frame[places.y()].to_vec();
            self.measure(&state);
            self.frame[places.x()].copy_from_slice(&state);
            self.frame.copy_within(places.k_last(), places.k0().start);
            self.stepped = false;
        }
    }

    /// Takes the magnitudes of a state into the units of the components (see [`Options`]).
    fn measure(&mut self, state: &[f64]) {
        self.units.measure(state);
        let units = self.programs.places.unit();
        self.units.write(&mut self.frame[units]);
    }

    fn first_step(&mut self) -> f64 {
        let places = self.programs.places;
        let state = self.frame[places.x()].to_vec();
        let slope = self.frame[places.k0()].to_vec();
        let allowed = |(unit, x): (&f64, &f64)| self.frame[TOLERANCE] * (unit + x.abs());
        let scale: Vec<f64> = self.frame[places.unit()].iter().zip(&state).map(allowed).collect();
        let first = First { time: self.now.high, state: &state, slope: &slope, scale: &scale };
        let order = f64::from(self.tableau.order);
        first.step(|x| math::pow(x, 1.0 / order), |time, state| self.derivative(time, state))
    }

    fn stuck(&self, step: f64) -> IntegrateError {
        let places = self.programs.places;
        let frame = |place: std::ops::Range<usize>| &self.frame[place];
        let (after, slope_after) = (frame(places.y()), frame(places.k_last()));
        let undefined = |&i: &usize| !(after[i].is_finite() && slope_after[i].is_finite());
        let stuck = Stuck {
            names: self.names,
            time: self.now.high,
            step,
            state: frame(places.x()),
            slope: frame(places.k0()),
            units: &self.units,
            undefined: (0..places.n).find(undefined),
        };
        stuck.error()
    }
}

impl Steps for PairWalk<'_> {
    fn step(&mut self) -> Result<(), IntegrateError> {
        self.settle();
        let mut refused = false;
        loop {
            let tried = self.counts.steps + self.counts.rejected;
            if tried >= self.options.max_steps {
                return Err(IntegrateError::MaxSteps { steps: tried, time: self.now.high });
            }
            let step = self.next_step.min(self.options.max_step.unwrap_or(f64::INFINITY));
            if step <= f64::EPSILON * self.now.high.abs() || step < f64::MIN_POSITIVE {
                return Err(self.stuck(step));
            }
            self.frame[TIME] = self.now.high;
            self.frame[TIME_LOW] = self.now.low;
            self.frame[STEP] = step;
            self.programs.step(&mut self.frame);
            self.counts.evaluations += self.tableau.weights.len() as u64;
            let places = self.programs.places;
            let error = (self.frame[places.error()] / places.n as f64).sqrt();
            let root = math::pow(error, 1.0 / f64::from(self.tableau.estimate + 1));
            let factor = (0.9 / root).clamp(1.0 / 3.0, 6.0);
            let end = &self.frame[places.y().start..places.k_last().end];
            if error <= 1.0 && end.iter().all(|value| value.is_finite()) {
                self.next_step = step * if refused { factor.min(1.0) } else { factor };
                self.before = self.now;
                self.now = self.now.later(step);
                (self.stepped, self.dense) = (true, false);
                self.counts.steps += 1;
                return Ok(());
            }
            refused = true;
            self.counts.rejected += 1;
            // Where the error is no number, neither is the factor.
            self.next_step = step * if error > 1.0 && error.is_finite() { factor } else { 0.1 };
        }
    }

    /// The state at `time`, within the last step.
    ///
    /// The polynomials of Verner's dense output have coefficients up to 10⁵, which cancel: between the
    /// ends of a step it is good to about `1e-12 · h · |x'|`, at the ends to the last digit.
    fn interpolate(&mut self, time: f64, out: &mut [f64]) {
        let places = self.programs.places;
        if !self.stepped {
            out.copy_from_slice(&self.frame[places.x()]);
            return;
        }
        if self.now.until(time) == 0.0 {
            out.copy_from_slice(&self.frame[places.y()]);
            return;
        }
        if !self.dense {
            self.programs.dense(&mut self.frame);
            self.counts.evaluations += (self.tableau.nodes.len() - 1 - self.tableau.last()) as u64;
            self.dense = true;
        }
        let theta = self.before.until(time) / self.frame[STEP];
        let x = &self.frame[places.x()];
        let coefficients = &self.frame[places.dense(1).start..];
        for (i, out) in out.iter_mut().enumerate() {
            let sum = (0..places.powers)
                .rev()
                .fold(0.0, |sum, power| theta * (sum + coefficients[power * places.n + i]));
            *out = x[i] + sum;
        }
    }

    fn now(&self) -> Clock {
        self.now
    }

    fn last_step(&self) -> f64 {
        if self.counts.steps == 0 { 0.0 } else { self.frame[STEP] }
    }

    fn state(&self) -> &[f64] {
        let places = self.programs.places;
        &self.frame[if self.stepped { places.y() } else { places.x() }]
    }

    fn counts(&self) -> Counts {
        self.counts
    }
}
