//! Walking along a flow: the choice of step sizes.
//!
//! The step follows the estimate of its error alone, never the samples: a step may end beyond the last
//! of them. The factor from one step to the next is `0.9 · error^(-1/8)`, from 1/3 to 6, and not above 1
//! after a refusal; the eighth root is three square roots, so that it is the same number everywhere.
//!
//! # Source
//! E. Hairer, S. P. Norsett, G. Wanner, Solving Ordinary Differential Equations I, 2nd ed., Springer
//! (1993), sections II.4 (step sizes, first step) and II.10 (the error estimate of DOP853).

use crate::IntegrateError;
use crate::auto::Leg;
use crate::clock::Clock;
use crate::first::First;
use crate::layout::{Layout, STEP, TIME, TIME_LOW, TOLERANCE};
use crate::method::Start;
use crate::options::Options;
use crate::sizes;
use crate::stepper::{Stepper, Workspace};
use crate::stuck::Stuck;
use crate::units::Units;
use takens_core::TimeGrid;

/// A state on its way along a flow, one accepted step at a time.
///
/// Made by [`Propagator::walk`](crate::Propagator::walk).
pub struct Walk<'a> {
    stepper: &'a Stepper,
    names: &'a [String],
    options: &'a Options,
    frame: Vec<f64>,
    workspace: Workspace,
    /// Inputs of the right-hand side: `t`, state, parameters.
    inputs: Vec<f64>,
    /// Where the last step began and where it ended.
    before: Clock,
    now: Clock,
    units: Units,
    next_step: f64,
    /// Where the equations may bend: a step ends there, none passes it.
    stop: Option<f64>,
    /// Whether a step has been made since the state was last put in the first place of the frame.
    stepped: bool,
    dense: bool,
    counts: Counts,
}

/// The work done on a walk.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Counts {
    pub(crate) steps: u64,
    pub(crate) rejected: u64,
    pub(crate) evaluations: u64,
    /// Of the steps, those made by a method for stiff flows.
    pub(crate) stiff: u64,
    /// Whether the second choice made the steps, because the first could not.
    pub(crate) second: bool,
}

/// What is asked of single steps, for a tolerance (see [`Options`]).
pub(crate) fn asked(tolerance: f64) -> f64 {
    if tolerance >= 1e-10 { 1e-3 * tolerance } else { 1e-13 * (tolerance / 1e-10).sqrt() }
}

impl<'a> Walk<'a> {
    /// At `initial`, finite and of the right length, at time `start`.
    pub(crate) fn new(
        stepper: &'a Stepper,
        names: &'a [String],
        options: &'a Options,
        parameters: &[f64],
        initial: &[f64],
        start: f64,
    ) -> Result<Self, IntegrateError> {
        let layout = stepper.layout;
        let mut frame = vec![0.0; layout.len()];
        frame[TOLERANCE] = asked(options.tolerance);
        frame[layout.x()].copy_from_slice(initial);
        frame[layout.parameters()].copy_from_slice(parameters);
        let mut walk = Self {
            stepper,
            names,
            options,
            frame,
            workspace: stepper.workspace(),
            inputs: vec![0.0; 1 + layout.n + layout.m],
            before: Clock::new(start),
            now: Clock::new(start),
            units: Units::new(initial),
            next_step: 0.0,
            stop: None,
            stepped: false,
            dense: false,
            counts: Counts::default(),
        };
        walk.refresh()?;
        walk.measure(layout.x());
        walk.next_step = match options.first_step {
            Some(step) => step,
            None => walk.first_step(),
        };
        Ok(walk)
    }

    /// The time reached.
    #[must_use]
    pub fn time(&self) -> f64 {
        self.now.high
    }

    /// The length of the last step, in time.
    #[must_use]
    pub fn last_step(&self) -> f64 {
        self.frame[STEP]
    }

    /// How much later `time` is than the time reached, exact to rounding however long the walk.
    #[must_use]
    pub fn until(&self, time: f64) -> f64 {
        self.now.until(time)
    }

    /// The state reached.
    #[must_use]
    pub fn state(&self) -> &[f64] {
        let layout = self.layout();
        &self.frame[if self.stepped { layout.y() } else { layout.x() }]
    }

    /// Goes on from another state at the same time.
    ///
    /// # Errors
    /// [`IntegrateError::DerivativeNotFinite`] if the equations have no value there.
    ///
    /// # Panics
    /// If the length is not that of the state.
    pub fn set_state(&mut self, state: &[f64]) -> Result<(), IntegrateError> {
        self.settle();
        let layout = self.layout();
        self.frame[layout.x()].copy_from_slice(state);
        self.refresh()
    }

    /// Makes one step.
    ///
    /// # Errors
    /// [`IntegrateError::BlowUp`], [`IntegrateError::Stalled`] or [`IntegrateError::MaxSteps`].
    pub fn step(&mut self) -> Result<(), IntegrateError> {
        self.settle();
        let mut refused = false;
        loop {
            let tried = self.counts.steps + self.counts.rejected;
            if tried >= self.options.max_steps {
                return Err(IntegrateError::MaxSteps { steps: tried, time: self.now.high });
            }
            let wanted = self.next_step.min(self.options.max_step.unwrap_or(f64::INFINITY));
            let step = self.up_to_the_stop(wanted);
            if step <= f64::EPSILON * self.now.high.abs() || step < f64::MIN_POSITIVE {
                return Err(self.stuck(step));
            }
            self.frame[TIME] = self.now.high;
            self.frame[TIME_LOW] = self.now.low;
            self.frame[STEP] = step;
            self.stepper.step(&mut self.frame, &mut self.workspace);
            self.counts.evaluations += 12;
            let error = self.error();
            let factor = (0.9 / eighth_root(error)).clamp(1.0 / 3.0, 6.0);
            if error <= 1.0 && self.is_finite() {
                self.next_step = step * if refused { factor.min(1.0) } else { factor };
                if step < wanted && !refused {
                    // Shortened for the stop, not for the error: the length wanted is as good as before.
                    self.next_step = self.next_step.max(wanted);
                }
                self.before = self.now;
                self.now = self.now.later(step);
                self.stepped = true;
                self.dense = false;
                self.counts.steps += 1;
                return Ok(());
            }
            refused = true;
            self.counts.rejected += 1;
            // Where the error is no number, neither is the factor.
            self.next_step = step * if error > 1.0 && error.is_finite() { factor } else { 0.1 };
        }
    }

    /// The state at `time`, within the last step, by the interpolation of order 7.
    ///
    /// # Panics
    /// If the length of `out` is not that of the state.
    pub fn interpolate(&mut self, time: f64, out: &mut [f64]) {
        if !self.stepped {
            out.copy_from_slice(self.state());
            return;
        }
        self.make_dense();
        let theta = self.before.until(time) / self.frame[STEP];
        self.stepper.interpolate(&self.frame, theta, out);
    }

    /// Lets no step pass `time`; none, if it is not given.
    pub(crate) fn stop_at(&mut self, time: Option<f64>) {
        self.stop = time;
    }

    /// `wanted`, or less: so that a step ends at the stop and the one before it is not much longer.
    fn up_to_the_stop(&self, wanted: f64) -> f64 {
        let Some(stop) = self.stop else { return wanted };
        let left = self.now.until(stop);
        if left <= 0.0 || left > 2.0 * wanted {
            wanted
        } else if left > wanted {
            left / 2.0
        } else {
            left
        }
    }

    /// Where the last step began, its length, and its dense output: `x`, then coefficients 1 to 7.
    pub(crate) fn last_segment(&mut self) -> (Clock, f64, Vec<f64>) {
        self.make_dense();
        let layout = self.layout();
        let mut numbers = self.frame[layout.x()].to_vec();
        numbers.extend_from_slice(&self.frame[layout.dense(1).start..]);
        (self.before, self.frame[STEP], numbers)
    }

    /// The state a fraction `theta` of the last step after its start.
    pub(crate) fn within(&mut self, theta: f64, out: &mut [f64]) {
        self.make_dense();
        self.stepper.interpolate(&self.frame, theta, out);
    }

    /// When the last step was at fraction `theta`.
    pub(crate) fn time_within(&self, theta: f64) -> f64 {
        self.before.later(theta * self.frame[STEP]).high
    }

    /// Goes back to fraction `theta` of the last step and on from there with another state, other
    /// parameters and steps of at most `longest` at first.
    pub(crate) fn jump(
        &mut self,
        theta: f64,
        state: &[f64],
        parameters: &[f64],
        longest: f64,
    ) -> Result<(), IntegrateError> {
        let then = self.before.later(theta * self.frame[STEP]);
        self.settle();
        self.now = then;
        let layout = self.layout();
        self.frame[layout.x()].copy_from_slice(state);
        self.frame[layout.parameters()].copy_from_slice(parameters);
        self.next_step = self.next_step.min(longest);
        self.refresh()
    }

    /// Computes the derivative at the state reached anew, where it may jump.
    pub(crate) fn restart(&mut self) -> Result<(), IntegrateError> {
        self.settle();
        self.refresh()
    }

    pub(crate) fn clock(&self) -> Clock {
        self.now
    }

    /// Takes over where another integrator was.
    pub(crate) fn resume(&mut self, leg: &Leg<'_>) {
        (self.before, self.now) = (leg.now, leg.now);
        self.counts.steps += leg.counts.steps;
        self.counts.rejected += leg.counts.rejected;
        self.counts.evaluations += leg.counts.evaluations;
        self.counts.stiff = leg.counts.stiff;
        self.next_step = leg.first_step.unwrap_or(self.next_step);
    }

    pub(crate) fn counts(&self) -> Counts {
        self.counts
    }

    fn make_dense(&mut self) {
        if !self.dense {
            self.stepper.dense(&mut self.frame, &mut self.workspace);
            self.counts.evaluations += 3;
            self.dense = true;
        }
    }

    fn layout(&self) -> Layout {
        self.stepper.layout
    }

    /// Puts the end of the last step in the place of the start of the next.
    fn settle(&mut self) {
        if self.stepped {
            let layout = self.layout();
            self.measure(layout.y());
            self.frame.copy_within(layout.y(), layout.x().start);
            self.frame.copy_within(layout.k12(), layout.k0().start);
            self.stepped = false;
        }
    }

    /// Takes the magnitudes of the state at `place` into the units of the components.
    fn measure(&mut self, place: std::ops::Range<usize>) {
        self.units.measure(&self.frame[place]);
        let units = self.layout().unit();
        self.units.write(&mut self.frame[units]);
    }

    /// The derivative at the start of the next step.
    fn refresh(&mut self) -> Result<(), IntegrateError> {
        let layout = self.layout();
        self.inputs[0] = self.now.high;
        self.inputs[1..=layout.n].copy_from_slice(&self.frame[layout.x()]);
        self.inputs[1 + layout.n..].copy_from_slice(&self.frame[layout.parameters()]);
        let slope = &mut self.frame[layout.k0()];
        self.stepper.derivative(&self.inputs, slope);
        self.counts.evaluations += 1;
        match slope.iter().position(|value| !value.is_finite()) {
            None => Ok(()),
            Some(bad) => Err(IntegrateError::DerivativeNotFinite {
                component: self.names[bad].clone(),
                value: slope[bad],
                time: self.now.high,
            }),
        }
    }

    fn first_step(&mut self) -> f64 {
        let layout = self.layout();
        let allowed = |(unit, x): (&f64, &f64)| self.frame[TOLERANCE] * (unit + x.abs());
        let state = &self.frame[layout.x()];
        let scale: Vec<f64> = self.frame[layout.unit()].iter().zip(state).map(allowed).collect();
        let slope = &self.frame[layout.k0()];
        let first = First { time: self.now.high, state, slope, scale: &scale };
        self.counts.evaluations += 1;
        first.step(eighth_root, |time, state| {
            self.inputs[0] = time;
            self.inputs[1..=layout.n].copy_from_slice(state);
            let mut slope = vec![0.0; layout.n];
            self.stepper.derivative(&self.inputs, &mut slope);
            slope
        })
    }

    /// The error of the step in units of what is allowed; NaN where the step left the numbers.
    fn error(&self) -> f64 {
        let layout = self.layout();
        let [fifth, third] = self.frame[layout.errors()] else { unreachable!("two sums") };
        if fifth == 0.0 {
            return 0.0;
        }
        let both = fifth + 0.01 * third;
        self.frame[STEP] * fifth / (both * layout.n as f64).sqrt()
    }

    fn is_finite(&self) -> bool {
        let layout = self.layout();
        sizes::all_finite(&self.frame[layout.y().start..layout.k12().end])
    }

    /// Why no step is short enough.
    fn stuck(&self, step: f64) -> IntegrateError {
        let layout = self.layout();
        let frame = |place: std::ops::Range<usize>| &self.frame[place];
        let (after, slope_after) = (frame(layout.y()), frame(layout.k12()));
        let undefined = |i: &usize| !(after[*i].is_finite() && slope_after[*i].is_finite());
        let stuck = Stuck {
            names: self.names,
            time: self.now.high,
            step,
            state: frame(layout.x()),
            slope: frame(layout.k0()),
            units: &self.units,
            undefined: (0..layout.n).find(undefined),
        };
        stuck.error()
    }
}

/// Writes the states at the instants of `grid`, the first of which is that of the start, into rows of `out`.
pub(crate) fn sample(
    stepper: &Stepper,
    names: &[String],
    options: &Options,
    start: Start<'_>,
    grid: &TimeGrid,
    out: &mut [f64],
) -> Result<Counts, IntegrateError> {
    let Start { parameters, state, time } = start;
    let mut walk = Walk::new(stepper, names, options, parameters, state, time)?;
    crate::auto::follow(&mut walk, options, grid, out)?;
    Ok(walk.counts())
}

impl Drop for Walk<'_> {
    fn drop(&mut self) {
        self.stepper.tell(&mut self.workspace);
    }
}

fn eighth_root(value: f64) -> f64 {
    value.sqrt().sqrt().sqrt()
}
