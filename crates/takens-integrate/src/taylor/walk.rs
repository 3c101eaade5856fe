//! Steps along a flow by Taylor series.
//!
//! A step is chosen before it is made, from the series alone. It is checked afterwards, unless the equations
//! are polynomials: at its end, where the next series begins, they must give the derivative that the
//! series has there, and at a few times before. So is noticed what no series can know: a corner of the equations,
//! a steep switch, the end of their domain. Then the step is refused and halved, and the next one goes no further than the end of the one
//! refused: so a corner is closed in on by halves, until it is too near to matter, and stepped over.

use super::control;
use super::series::Series;
use crate::IntegrateError;
use crate::clock::Clock;
use crate::method::Start;
use crate::options::Options;
use crate::sizes::{Scale, all_finite};
use crate::stuck::Stuck;
use crate::units::Units;
use crate::walk::Counts;
use takens_kernel::{sample_series, series_at, series_slope_at};

/// A state on its way, one accepted step at a time.
pub(super) struct TaylorWalk<'a> {
    series: &'a Series,
    names: &'a [String],
    options: &'a Options,
    n: usize,
    allowed: f64,
    /// `t`, state and parameters.
    inputs: Vec<f64>,
    /// The series of the last step, state first, and that of the next one.
    last: Vec<f64>,
    next: Vec<f64>,
    /// The derivative of the polynomial at some time of a step, and that of the equations there.
    slope: Vec<f64>,
    there: Vec<f64>,
    /// Where the last step began and where it ended.
    before: Clock,
    now: Clock,
    last_step: f64,
    /// The longest step up to where the last one was refused; infinite if none was.
    limit: f64,
    measured: Units,
    /// The unit of each component.
    units: Vec<f64>,
    counts: Counts,
    /// Series made by loops that `series` has not been told of.
    looped: u64,
}

/// A step is at most so many times as long as the one before: where all high coefficients vanish,
/// nothing else bounds it.
pub(super) const GROWTH: f64 = 8.0;

/// Where within a step equations and polynomial have to agree too, as fractions of the step: a series does not see
/// what has risen and fallen again before its end.
pub(super) const LOOKS: [f64; 3] = [0.25, 0.5, 0.75];

/// The derivative at the end of a step may be wrong by so many times what is allowed of its terms.
pub(super) const DEFECT: f64 = 100.0;

impl<'a> TaylorWalk<'a> {
    pub(super) fn new(
        series: &'a Series,
        names: &'a [String],
        options: &'a Options,
        start: Start<'_>,
    ) -> Result<Self, IntegrateError> {
        let n = names.len();
        let mut inputs = vec![start.time];
        inputs.extend(start.state);
        inputs.extend(start.parameters);
        let mut walk = Self {
            series,
            names,
            options,
            n,
            allowed: control::allowed(options.tolerance),
            inputs,
            last: vec![0.0; (series.order + 1) * n],
            next: vec![0.0; (series.order + 1) * n],
            slope: vec![0.0; n],
            there: vec![0.0; n],
            before: Clock::new(start.time),
            now: Clock::new(start.time),
            last_step: f64::INFINITY,
            limit: f64::INFINITY,
            measured: Units::new(start.state),
            units: vec![0.0; n],
            counts: Counts::default(),
            looped: 0,
        };
        walk.next[..n].copy_from_slice(start.state);
        walk.expand();
        match walk.derivative().iter().position(|value| !value.is_finite()) {
            None => Ok(walk),
            Some(bad) => Err(IntegrateError::DerivativeNotFinite {
                component: names[bad].clone(),
                value: walk.derivative()[bad],
                time: start.time,
            }),
        }
    }

    /// How much later `time` is than the time reached.
    pub(super) fn until(&self, time: f64) -> f64 {
        self.now.until(time)
    }

    /// When that is, to twice the digits.
    pub(super) fn now(&self) -> Clock {
        self.now
    }

    /// The time reached.
    pub(super) fn time(&self) -> f64 {
        self.now.high
    }

    /// The state reached.
    pub(super) fn state(&self) -> &[f64] {
        &self.next[..self.n]
    }

    /// The length of the last step.
    pub(super) fn last_step(&self) -> f64 {
        self.last_step
    }

    pub(super) fn counts(&self) -> Counts {
        self.counts
    }

    /// Makes one step.
    pub(super) fn step(&mut self) -> Result<(), IntegrateError> {
        std::mem::swap(&mut self.last, &mut self.next);
        self.measure();
        let mut step = self.longest().min(self.limit);
        self.limit = f64::INFINITY;
        loop {
            let tried = self.counts.steps + self.counts.rejected;
            if tried >= self.options.max_steps {
                return Err(IntegrateError::MaxSteps { steps: tried, time: self.now.high });
            }
            if step <= f64::EPSILON * self.now.high.abs() || step < f64::MIN_POSITIVE {
                return Err(self.stuck(step));
            }
            if self.arrives(step) {
                self.before = self.now;
                self.now = self.now.later(step);
                self.last_step = step;
                self.counts.steps += 1;
                return Ok(());
            }
            self.counts.rejected += 1;
            step /= 2.0;
            // If half the step is made, as much is left to the end of the whole.
            self.limit = step;
        }
    }

    /// The states at `times` of the last step, counted from its start, into rows of `out`.
    pub(super) fn sample(&self, times: &[f64], out: &mut [f64]) {
        sample_series(&self.last, self.n, times, out);
    }

    /// How long after the start of the last step `time` is.
    pub(super) fn since(&self, time: f64) -> f64 {
        self.before.until(time)
    }

    /// The derivative at the start of the next step.
    fn derivative(&self) -> &[f64] {
        &self.next[self.n..2 * self.n]
    }

    /// Computes the next series, from the state at its head and the time among the inputs.
    fn expand(&mut self) {
        let (state, coefficients) = self.next.split_at_mut(self.n);
        self.inputs[1..=self.n].copy_from_slice(state);
        self.series.compute(&self.inputs, coefficients, &mut self.looped);
        self.counts.evaluations += 1;
    }

    /// Takes the magnitudes of the state into the units of the components.
    fn measure(&mut self) {
        let state = &self.last[..self.n];
        if self.counts.steps == 0 || !self.measured.cover(state) {
            self.measured.measure(state);
            self.measured.write(&mut self.units);
        }
    }

    /// The step that the series allows.
    fn longest(&self) -> f64 {
        let n = self.n;
        let order = self.series.order;
        let (state, rest) = self.last.split_at(n);
        let (before_ends, ends) = rest[(order - 2) * n..].split_at(n);
        let scale = Scale { allowed: self.allowed, units: &self.units, state };
        let [last, before_last] = scale.greatest([ends, before_ends]);
        let step = control::step(order, last, before_last);
        let first = self.counts.steps == 0;
        let limit = match self.options.first_step {
            Some(step) if first => step,
            _ if first && step == f64::INFINITY => 1e-6 * self.now.high.abs().max(1.0),
            _ => GROWTH * self.last_step,
        };
        step.min(limit).min(self.options.max_step.unwrap_or(f64::INFINITY))
    }

    /// Goes on by `step` and computes the next series; whether equations and polynomial agree there.
    fn arrives(&mut self, step: f64) -> bool {
        let n = self.n;
        series_at(&self.last, n, step, &mut self.next[..n]);
        if !all_finite(&self.next[..n]) {
            return false;
        }
        self.inputs[0] = self.now.later(step).high;
        self.expand();
        if self.series.is_polynomial {
            return true;
        }
        series_slope_at(&self.last, n, step, &mut self.slope);
        self.there.copy_from_slice(&self.next[n..2 * n]);
        self.agrees(step) && LOOKS.iter().all(|look| self.agrees_within(look * step, step))
    }

    /// Whether equations and polynomial agree `since` after the start of a step.
    fn agrees_within(&mut self, since: f64, step: f64) -> bool {
        let n = self.n;
        self.inputs[0] = self.now.later(since).high;
        series_at(&self.last, n, since, &mut self.inputs[1..=n]);
        series_slope_at(&self.last, n, since, &mut self.slope);
        self.series.rhs.call(&self.inputs, &mut self.there);
        self.counts.evaluations += 1;
        self.agrees(step)
    }

    /// Whether the derivative there is that of the polynomial.
    fn agrees(&self, step: f64) -> bool {
        let n = self.n;
        // Time is known to its last place only, and the derivative no better.
        let clock = 2.0 * f64::EPSILON * self.inputs[0].abs();
        (0..n).all(|i| {
            let defect = (self.there[i] - self.slope[i]).abs() * step;
            let blur = 2.0 * self.next[2 * n + i].abs() * clock;
            defect <= DEFECT * self.allowed * (self.units[i] + self.next[i].abs()) + blur * step
        })
    }

    fn stuck(&self, step: f64) -> IntegrateError {
        let n = self.n;
        let undefined = |&i: &usize| !(self.next[i].is_finite() && self.next[n + i].is_finite());
        let stuck = Stuck {
            names: self.names,
            time: self.now.high,
            step,
            state: &self.last[..n],
            slope: &self.last[n..2 * n],
            units: &self.measured,
            undefined: (0..n).find(undefined),
        };
        stuck.error()
    }
}

impl Drop for TaylorWalk<'_> {
    fn drop(&mut self) {
        self.series.tell(self.looped);
    }
}
