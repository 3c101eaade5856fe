//! Equations with constant delays, by the method of steps.
//!
//! What a flow with delays reads of its own past is the dense output of earlier steps, of order 7, and
//! before the start its history. No step is longer than the shortest delay, so that the past is always
//! known. Where the derivative bends at the start, it does so, ever more smoothly, one delay later, two
//! delays later and so on: steps end at these *breaking points*.
//!
//! # Source
//! A. Bellen, M. Zennaro, Numerical Methods for Delay Differential Equations, Oxford University Press
//! (2003), chapters 2 and 3, unverified.

use crate::IntegrateError;
use crate::clock::Clock;
use std::collections::{BTreeSet, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use takens_kernel::Engine;

/// A bend of the `k`-th derivative matters to a method of order 8 for `k` up to this.
const LEVELS: usize = 8;

/// So many breaking points are kept at most; several delays that do not divide one another have many.
const MOST_BREAKS: usize = 4096;

/// One delayed value: a component and how long ago.
pub(crate) type Lag = (usize, f64);

/// All that is known of the state before now.
pub(crate) struct Past {
    /// The instant up to which the history goes.
    start: f64,
    /// Inputs of the history.
    history_inputs: Vec<f64>,
    history: Arc<dyn Engine>,
    /// Components whose history is their initial value.
    constant: Vec<Option<f64>>,
    segments: VecDeque<Segment>,
    /// Where the current step begins.
    now: f64,
    /// Room for the inputs of the right-hand side, delayed values included, and for a row of history.
    inputs: Vec<f64>,
    row: Vec<f64>,
    /// The last history that was no number: component, value, time.
    bad: Option<(usize, f64, f64)>,
}

/// An accepted step: its dense output, good from `begin` to `end`.
struct Segment {
    begin: Clock,
    end: f64,
    step: f64,
    numbers: Vec<f64>,
}

impl Past {
    /// `history_inputs` are those of the programs of a field, whose time is the only one that changes.
    pub(crate) fn new(
        history: Arc<dyn Engine>,
        constant: Vec<Option<f64>>,
        states: usize,
        history_inputs: Vec<f64>,
        start: f64,
    ) -> Self {
        Self {
            start,
            history_inputs,
            history,
            constant,
            segments: VecDeque::new(),
            now: start,
            inputs: vec![],
            row: vec![0.0; states],
            bad: None,
        }
    }

    /// Takes in an accepted step and forgets what lies further back than `longest`.
    pub(crate) fn push(
        &mut self,
        begin: Clock,
        step: f64,
        end: f64,
        numbers: Vec<f64>,
        longest: f64,
    ) {
        self.segments.push_back(Segment { begin, end, step, numbers });
        self.now = end;
        while self.segments.front().is_some_and(|segment| segment.end < end - 1.01 * longest) {
            self.segments.pop_front();
        }
    }

    pub(crate) fn bad_history(&self) -> Option<(usize, f64, f64)> {
        self.bad
    }

    /// Component `component` at `time`, as seen from time `from`.
    ///
    /// At the very end of a segment two values may be known, before and after a jump: the later one
    /// counts where a step begins, the earlier one where it ends.
    fn value(&mut self, component: usize, time: f64, from: f64) -> f64 {
        let close = 1e-13 * from.abs().max(self.start.abs()).max(f64::MIN_POSITIVE);
        let begins = from <= self.now + close;
        let time = if begins { time + close } else { time - close };
        if time < self.start || self.segments.is_empty() {
            return self.before_the_start(component, time);
        }
        let place = self.segments.partition_point(|segment| segment.begin.high <= time);
        let segment = &self.segments[place.saturating_sub(1)];
        let theta = segment.begin.until(time) / segment.step;
        interpolate(&segment.numbers, self.row.len(), component, theta)
    }

    fn before_the_start(&mut self, component: usize, time: f64) -> f64 {
        if let Some(value) = self.constant[component] {
            return value;
        }
        self.history_inputs[0] = time.min(self.start);
        self.history.call(&self.history_inputs, &mut self.row);
        let value = self.row[component];
        if !value.is_finite() {
            self.bad = Some((component, value, self.history_inputs[0]));
        }
        value
    }
}

/// The interpolation of `stepper`, of one component.
fn interpolate(numbers: &[f64], n: usize, component: usize, theta: f64) -> f64 {
    let rest = 1.0 - theta;
    let (x, coefficients) = numbers.split_at(n);
    let mut sum = 0.0;
    for index in (0..coefficients.len() / n).rev() {
        let factor = if index % 2 == 0 { theta } else { rest };
        sum = factor * (coefficients[index * n + component] + sum);
    }
    x[component] + sum
}

/// The right-hand side of a flow with delays as one of `t`, state, parameters and modes: the delayed
/// values are looked up.
pub(crate) struct DelayedRhs {
    pub(crate) rhs: Arc<dyn Engine>,
    pub(crate) past: Arc<Mutex<Past>>,
    pub(crate) lags: Vec<Lag>,
    /// Components and parameters, modes not counted.
    pub(crate) states: usize,
    pub(crate) parameters: usize,
}

impl Engine for DelayedRhs {
    fn input_count(&self) -> usize {
        self.rhs.input_count() - self.lags.len()
    }

    fn output_count(&self) -> usize {
        self.rhs.output_count()
    }

    fn call(&self, inputs: &[f64], outputs: &mut [f64]) {
        let mut past = lock(&self.past);
        let mut full = std::mem::take(&mut past.inputs);
        let (head, modes) = inputs.split_at(1 + self.states + self.parameters);
        full.clear();
        full.extend_from_slice(head);
        for &(component, lag) in &self.lags {
            full.push(past.value(component, inputs[0] - lag, inputs[0]));
        }
        full.extend_from_slice(modes);
        self.rhs.call(&full, outputs);
        past.inputs = full;
    }
}

/// The lock: a panic elsewhere leaves nothing half done here.
pub(crate) fn lock(past: &Mutex<Past>) -> MutexGuard<'_, Past> {
    past.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Where steps have to end, in order.
#[derive(Debug, Default)]
pub(crate) struct Breaks {
    points: VecDeque<f64>,
}

impl Breaks {
    /// Adds what follows from a bend at `time`: all sums of up to [`LEVELS`] delays after it.
    pub(crate) fn spread(&mut self, time: f64, lags: &[Lag]) {
        let key = |value: f64| value.to_bits();
        // Positive numbers are in the order of their bits.
        let lags: BTreeSet<u64> = lags.iter().map(|&(_, lag)| key(lag)).collect();
        let mut level = BTreeSet::from([key(0.0)]);
        let mut all: BTreeSet<u64> = BTreeSet::new();
        for _ in 0..LEVELS {
            let mut next = BTreeSet::new();
            for &sum in &level {
                next.extend(lags.iter().map(|&lag| key(f64::from_bits(sum) + f64::from_bits(lag))));
            }
            all.extend(&next);
            if all.len() > MOST_BREAKS {
                break;
            }
            level = next;
        }
        let news = all.into_iter().map(|sum| time + f64::from_bits(sum)).take(MOST_BREAKS);
        let mut points: Vec<f64> = self.points.drain(..).chain(news).collect();
        points.sort_by(f64::total_cmp);
        points.dedup_by(|later, earlier| *later - *earlier <= 1e-12 * later.abs());
        points.truncate(MOST_BREAKS);
        self.points = points.into();
    }

    /// The first point after `time`; `reached` says that one was at it.
    pub(crate) fn next_after(&mut self, time: f64) -> (bool, Option<f64>) {
        let mut reached = false;
        while let Some(&point) = self.points.front() {
            if point > time + 1e-12 * time.abs() {
                return (reached, Some(point));
            }
            reached = true;
            self.points.pop_front();
        }
        (reached, None)
    }
}

/// The lengths of the delays, which must not change on the way.
pub(crate) fn check_lags(names: &[String], lags: &[Lag]) -> Result<(), IntegrateError> {
    for (term, &(_, value)) in names.iter().zip(lags) {
        if !(value > 0.0 && value.is_finite()) {
            return Err(IntegrateError::DelayNotPositive { term: term.clone(), value });
        }
    }
    Ok(())
}
