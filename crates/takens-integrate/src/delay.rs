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
use crate::options::Options;
use std::collections::{BTreeSet, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use takens_kernel::{Engine, lower_with};
use takens_symbolic::{ExprId, Symbol, VectorField};

/// A bend of the `k`-th derivative matters to a method of order 8 for `k` up to this.
const LEVELS: usize = 8;

/// So many breaking points are kept at most; several delays that do not divide one another have many.
const MOST_BREAKS: usize = 4096;

/// One delayed value: a component and how long ago.
pub(crate) type Lag = (usize, f64);

/// What a field looks back on, compiled.
#[derive(Clone)]
pub(crate) struct Delays {
    pub(crate) terms: Vec<String>,
    components: Vec<usize>,
    lags: Arc<dyn Engine>,
    history: Arc<dyn Engine>,
    /// Whether a component's history is its initial value, whatever that is.
    constant: Vec<bool>,
    parameters: usize,
}

impl Delays {
    /// # Errors
    /// [`IntegrateError::DelayVaries`] where a delay is not made of parameters alone.
    pub(crate) fn new(field: &VectorField, options: &Options) -> Result<Self, IntegrateError> {
        for delay in &field.delays {
            let symbols = field.graph.symbols(&[delay.lag]);
            if symbols.iter().any(|symbol| !matches!(symbol, Symbol::Parameter(_))) {
                return Err(IntegrateError::DelayVaries { term: delay.name.clone() });
            }
        }
        let engine =
            |exprs: &[ExprId]| options.engine.engine(&lower_with(&field.graph, exprs, field));
        let lags: Vec<ExprId> = field.delays.iter().map(|delay| delay.lag).collect();
        let moves = |history: ExprId| field.graph.symbols(&[history]).contains(&Symbol::Time);
        let starts = field.history.iter().zip(&field.initial);
        Ok(Self {
            terms: field.delays.iter().map(|delay| delay.name.clone()).collect(),
            components: field.delays.iter().map(|delay| delay.state as usize).collect(),
            lags: engine(&lags)?,
            history: engine(&field.history)?,
            constant: starts.map(|(&past, &start)| past == start && !moves(past)).collect(),
            parameters: field.parameters.len(),
        })
    }

    /// Components and delays, for parameters and a start.
    pub(crate) fn lags(
        &self,
        parameters: &[f64],
        initial: &[f64],
    ) -> Result<Vec<Lag>, IntegrateError> {
        let mut lengths = vec![0.0; self.terms.len()];
        self.lags.call(&self.inputs(parameters, initial), &mut lengths);
        let lags: Vec<Lag> = self.components.iter().copied().zip(lengths).collect();
        check_lags(&self.terms, &lags)?;
        Ok(lags)
    }

    /// What lies before `start`.
    pub(crate) fn history(&self, parameters: &[f64], initial: &[f64], start: f64) -> History {
        let constant = self.constant.iter().zip(initial);
        History {
            start,
            inputs: self.inputs(parameters, initial),
            engine: self.history.clone(),
            constant: constant.map(|(&is, &x)| is.then_some(x)).collect(),
            row: vec![0.0; initial.len()],
            bad: None,
        }
    }

    /// Inputs of the field's programs; delayed values and modes are not known.
    fn inputs(&self, parameters: &[f64], initial: &[f64]) -> Vec<f64> {
        let mut inputs = vec![0.0];
        inputs.extend_from_slice(initial);
        inputs.extend_from_slice(&parameters[..self.parameters]);
        inputs.resize(self.lags.input_count(), f64::NAN);
        inputs
    }
}

/// The states before the start.
pub(crate) struct History {
    /// The instant up to which it goes.
    start: f64,
    /// Inputs of the engine, of which the time is the only one that changes.
    inputs: Vec<f64>,
    engine: Arc<dyn Engine>,
    /// Components whose history is their initial value.
    constant: Vec<Option<f64>>,
    row: Vec<f64>,
    bad: Option<(usize, f64, f64)>,
}

impl History {
    /// Component `component` at `time`, or at the start, if that is earlier.
    pub(crate) fn value(&mut self, component: usize, time: f64) -> f64 {
        if let Some(value) = self.constant[component] {
            return value;
        }
        self.inputs[0] = time.min(self.start);
        self.engine.call(&self.inputs, &mut self.row);
        let value = self.row[component];
        if !value.is_finite() {
            self.bad = Some((component, value, self.inputs[0]));
        }
        value
    }

    /// The last value that was no number: component, value, time.
    pub(crate) fn bad(&self) -> Option<(usize, f64, f64)> {
        self.bad
    }
}

/// All that is known of the state before now.
pub(crate) struct Past {
    states: usize,
    history: History,
    segments: VecDeque<Segment>,
    /// Where the current step begins.
    now: f64,
    /// Room for the inputs of the right-hand side, delayed values included.
    inputs: Vec<f64>,
}

/// An accepted step: its dense output, good from `begin` to `end`.
struct Segment {
    begin: Clock,
    end: f64,
    step: f64,
    numbers: Vec<f64>,
}

impl Past {
    pub(crate) fn new(states: usize, history: History) -> Self {
        let now = history.start;
        Self { states, history, segments: VecDeque::new(), now, inputs: vec![] }
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
        self.history.bad()
    }

    /// Component `component` at `time`, as seen from time `from`.
    ///
    /// At the very end of a segment two values may be known, before and after a jump: the later one
    /// counts where a step begins, the earlier one where it ends.
    fn value(&mut self, component: usize, time: f64, from: f64) -> f64 {
        let start = self.history.start;
        let close = 1e-13 * from.abs().max(start.abs()).max(f64::MIN_POSITIVE);
        let begins = from <= self.now + close;
        let time = if begins { time + close } else { time - close };
        if time < start || self.segments.is_empty() {
            return self.history.value(component, time);
        }
        let place = self.segments.partition_point(|segment| segment.begin.high <= time);
        let segment = &self.segments[place.saturating_sub(1)];
        let theta = segment.begin.until(time) / segment.step;
        interpolate(&segment.numbers, self.states, component, theta)
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
fn check_lags(names: &[String], lags: &[Lag]) -> Result<(), IntegrateError> {
    for (term, &(_, value)) in names.iter().zip(lags) {
        if !(value > 0.0 && value.is_finite()) {
            return Err(IntegrateError::DelayNotPositive { term: term.clone(), value });
        }
    }
    Ok(())
}
