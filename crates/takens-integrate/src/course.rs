//! Flows with delays and jumps: a walk that remembers its past and is stopped where things happen.

use crate::IntegrateError;
use crate::delay::{Breaks, DelayedRhs, Delays, Lag, Past, lock};
use crate::event::{Events, Jump, Watch};
use crate::options::Options;
use crate::reach::Reach;
use crate::stepper::Stepper;
use crate::walk::{Counts, Walk};
use std::sync::{Arc, Mutex};
use takens_core::TimeGrid;
use takens_kernel::{Engine, lower, lower_with};
use takens_symbolic::{ExprId, VectorField};

/// A flow with delays, jumps or both, compiled.
#[derive(Clone)]
pub(crate) struct Course {
    /// From `t`, state, parameters and modes: the steps of a flow without delays.
    stepper: Option<Box<Stepper>>,
    rhs: Arc<dyn Engine>,
    delays: Option<Delays>,
    events: Option<Events>,
    /// Modes at the start, from parameters.
    modes: Arc<dyn Engine>,
    mode_count: usize,
    parameters: usize,
}

impl Course {
    pub(crate) fn new(field: &VectorField, options: &Options) -> Result<Self, IntegrateError> {
        let engine =
            |exprs: &[ExprId]| options.engine.engine(&lower_with(&field.graph, exprs, field));
        let initial: Vec<ExprId> = field.modes.iter().map(|mode| mode.initial).collect();
        let rhs = lower(field);
        let (mode_count, parameters) = (field.modes.len(), field.parameters.len());
        let mut course = Self {
            stepper: None,
            rhs: options.engine.engine(&rhs)?,
            delays: None,
            events: Events::new(field, options)?,
            modes: engine(&initial)?,
            mode_count,
            parameters,
        };
        if field.delays.is_empty() {
            let stepper = Stepper::new(&rhs, field.dim(), parameters + mode_count, options.engine)?;
            course.stepper = Some(Box::new(stepper));
            return Ok(course);
        }
        if Events::reads_delays(field) {
            return Err(IntegrateError::EventReadsDelay);
        }
        course.delays = Some(Delays::new(field, options)?);
        Ok(course)
    }

    /// The states at the instants of `grid` of the trajectory that is at `initial` at time `begin`.
    pub(crate) fn sample(
        &self,
        names: &[String],
        options: &Options,
        (parameters, initial): (&[f64], &[f64]),
        begin: f64,
        grid: &TimeGrid,
        mut row: impl FnMut(usize, &[f64]),
    ) -> Result<Counts, IntegrateError> {
        let mut instants = grid.iter().enumerate().peekable();
        let mut state = vec![0.0; initial.len()];
        while let Some((index, _)) = instants.next_if(|&(_, time)| time <= begin) {
            row(index, initial);
        }
        let end = grid.time(grid.len() - 1);
        let more = instants.peek().is_some();
        self.follow(names, options, (parameters, initial), (begin, end), more, |walk, jump| {
            let reached = |time: f64, walk: &Walk| match jump {
                // At the instant of a jump the state is the one behind it.
                Some(jump) => time < jump.time,
                None => walk.until(time) <= 0.0,
            };
            while let Some((index, time)) = instants.next_if(|&(_, time)| reached(time, walk)) {
                walk.interpolate(time, &mut state);
                row(index, &state);
            }
            instants.peek().is_some()
        })
    }

    /// Follows the trajectory that is at `initial` at time `begin` for as long as there is `more`: after every
    /// step `visit` is given the walk and the jump within the step, if there was one, and tells.
    ///
    /// - `end`: how far it goes at most, as far as is known, so that what is too far is refused.
    pub(crate) fn follow(
        &self,
        names: &[String],
        options: &Options,
        (parameters, initial): (&[f64], &[f64]),
        (begin, end): (f64, f64),
        mut more: bool,
        mut visit: impl FnMut(&mut Walk, Option<&Jump>) -> bool,
    ) -> Result<Counts, IntegrateError> {
        let n = initial.len();
        let full = |head: &[f64]| {
            let mut inputs = vec![0.0; 1 + n];
            inputs[1..].copy_from_slice(initial);
            inputs.extend_from_slice(head);
            let delays = self.delays.as_ref().map_or(0, |delays| delays.terms.len());
            inputs.resize(inputs.len() + delays + self.mode_count, f64::NAN);
            inputs
        };
        let mut modes = vec![0.0; self.mode_count];
        self.modes.call(&full(parameters), &mut modes);
        let mut constants = parameters.to_vec();
        constants.extend_from_slice(&modes);
        let memory = match &self.delays {
            Some(delays) => Some(Memory::new(delays, &self.rhs, (parameters, initial), begin)?),
            None => None,
        };
        let mut memory = memory;
        let own;
        let stepper = match (&memory, &self.stepper) {
            (Some(memory), _) => {
                own = Stepper::staged(memory.rhs.clone(), n, constants.len());
                &own
            }
            (None, Some(stepper)) => &**stepper,
            (None, None) => unreachable!("a flow without delays has a stepper"),
        };
        let mut options = options.clone();
        if let Some(memory) = &memory {
            // A step reads nothing of itself.
            let longest = options.max_step.unwrap_or(f64::INFINITY);
            options.max_step = Some(longest.min(memory.shortest));
        }
        let delays = self.delays.as_ref().map_or(0, |delays| delays.terms.len());
        let mut watch = self.events.as_ref().map(|events| {
            Watch::new(events, &constants, self.parameters, delays, (begin, initial))
        });
        let walk = Walk::new(stepper, names, &options, &constants, initial, begin);
        let mut walk = walk.map_err(|error| explained(memory.as_ref(), names, error))?;
        let mut reach = Reach::new(end);
        while more {
            if let Some(memory) = &mut memory {
                memory.aim(&mut walk)?;
            }
            walk.step().map_err(|error| explained(memory.as_ref(), names, error))?;
            reach.check(walk.clock(), walk.last_step(), &options)?;
            let jump = match &mut watch {
                Some(watch) => watch.find(&mut walk)?,
                None => None,
            };
            let end = jump.as_ref().map_or(walk.time(), |jump| jump.time);
            more = visit(&mut walk, jump.as_ref());
            if let Some(memory) = &mut memory {
                memory.keep(&mut walk, end);
            }
            if let (Some(jump), Some(watch)) = (jump, &mut watch) {
                if let Some(memory) = &mut memory {
                    memory.bend(jump.time);
                }
                walk.jump(jump.theta, &jump.state, &jump.parameters, jump.longest)?;
                watch.after(&jump);
            }
        }
        Ok(walk.counts())
    }
}

/// What a trajectory with delays carries along.
struct Memory {
    past: Arc<Mutex<Past>>,
    rhs: Arc<dyn Engine>,
    lags: Vec<Lag>,
    shortest: f64,
    longest: f64,
    breaks: Breaks,
}

impl Memory {
    fn new(
        delays: &Delays,
        rhs: &Arc<dyn Engine>,
        (parameters, initial): (&[f64], &[f64]),
        begin: f64,
    ) -> Result<Self, IntegrateError> {
        let lags = delays.lags(parameters, initial)?;
        let past = Past::new(initial.len(), delays.history(parameters, initial, begin));
        let past = Arc::new(Mutex::new(past));
        let (states, parameters) = (initial.len(), parameters.len());
        let rhs = DelayedRhs {
            rhs: rhs.clone(),
            past: past.clone(),
            lags: lags.clone(),
            states,
            parameters,
        };
        let length = |lag: &Lag| lag.1;
        let mut breaks = Breaks::default();
        breaks.spread(begin, &lags);
        Ok(Self {
            past,
            rhs: Arc::new(rhs),
            shortest: lags.iter().map(length).fold(f64::INFINITY, f64::min),
            longest: lags.iter().map(length).fold(0.0, f64::max),
            lags,
            breaks,
        })
    }

    /// Has the next step end at the next breaking point.
    fn aim(&mut self, walk: &mut Walk) -> Result<(), IntegrateError> {
        let (reached, next) = self.breaks.next_after(walk.time());
        walk.stop_at(next);
        // The derivative may be another one behind the point.
        if reached { walk.restart() } else { Ok(()) }
    }

    fn keep(&self, walk: &mut Walk, end: f64) {
        let (begin, step, numbers) = walk.last_segment();
        lock(&self.past).push(begin, step, end, numbers, self.longest);
    }

    fn bend(&mut self, time: f64) {
        self.breaks.spread(time, &self.lags);
    }
}

/// The error, or what is behind it: a history that is no number.
fn explained(memory: Option<&Memory>, names: &[String], error: IntegrateError) -> IntegrateError {
    match memory.and_then(|memory| lock(&memory.past).bad_history()) {
        Some((component, value, time)) => {
            IntegrateError::HistoryNotFinite { component: names[component].clone(), value, time }
        }
        None => error,
    }
}
