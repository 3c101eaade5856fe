//! Jumps: where along a step an event happens, and what follows.
//!
//! An event happens where its function crosses zero in the direction that counts. The function is
//! looked at in a few places of every step, more closely at its start, so that the short flights after a
//! jump are seen; the crossing is then closed in by halving, on the dense output, to the last bits of
//! the step, and the motion goes on from just behind it.

use crate::IntegrateError;
use crate::options::Options;
use crate::walk::Walk;
use std::sync::Arc;
use takens_kernel::{Engine, lower_with};
use takens_symbolic::{Direction, ExprId, Target, VectorField};

/// Places of a step where event functions are looked at.
const PROBES: [f64; 8] = [1.0 / 64.0, 1.0 / 16.0, 0.125, 0.25, 0.375, 0.5, 0.75, 1.0];

/// Halvings to close in a crossing: a double has 52 bits.
const HALVINGS: usize = 52;

/// So short a time between two of an event, in units of the time itself or of one, and so many of them
/// in a row, are the end of what the equations describe.
const SHORTEST: f64 = 1e-9;
const MOST_SHORT: u32 = 8;

/// The events of a system, compiled.
#[derive(Clone)]
pub(crate) struct Events {
    names: Vec<String>,
    directions: Vec<Direction>,
    /// What crosses zero, one output for each event.
    when: Arc<dyn Engine>,
    /// All new values, one event after another.
    values: Arc<dyn Engine>,
    targets: Vec<Vec<Target>>,
}

/// What is remembered of the events of one trajectory.
pub(crate) struct Watch<'a> {
    events: &'a Events,
    /// `t`, state, parameters, modes.
    inputs: Vec<f64>,
    states: usize,
    /// How many parameters there are.
    parameters: usize,
    /// The place of the first mode among the inputs.
    modes: usize,
    /// The sign that each function had last; 0 where that is not settled.
    signs: Vec<f64>,
    /// When each event happened last, and how many times in a row it came shortly after itself.
    last: Vec<Option<f64>>,
    short: Vec<u32>,
    values: Vec<f64>,
}

/// A jump within the last step.
pub(crate) struct Jump {
    pub(crate) theta: f64,
    pub(crate) time: f64,
    pub(crate) state: Vec<f64>,
    /// Parameters and modes.
    pub(crate) parameters: Vec<f64>,
    /// How long steps may be at first.
    pub(crate) longest: f64,
    fired: Vec<usize>,
}

impl Jump {
    /// Whether this event, by its place in the system, is one of those that happened.
    pub(crate) fn is_of(&self, event: usize) -> bool {
        self.fired.contains(&event)
    }
}

impl Events {
    pub(crate) fn new(
        field: &VectorField,
        options: &Options,
    ) -> Result<Option<Self>, IntegrateError> {
        if field.events.is_empty() {
            return Ok(None);
        }
        let functions: Vec<ExprId> = field.events.iter().map(|event| event.when).collect();
        let assignments = field.events.iter().flat_map(|event| &event.assignments);
        let values: Vec<ExprId> = assignments.map(|assignment| assignment.1).collect();
        let engine =
            |exprs: &[ExprId]| options.engine.engine(&lower_with(&field.graph, exprs, field));
        Ok(Some(Self {
            names: field.events.iter().map(|event| event.name.clone()).collect(),
            directions: field.events.iter().map(|event| event.direction).collect(),
            when: engine(&functions)?,
            values: engine(&values)?,
            targets: field
                .events
                .iter()
                .map(|event| event.assignments.iter().map(|assignment| assignment.0).collect())
                .collect(),
        }))
    }

    /// Whether an event reads delayed values, which are not at hand here.
    pub(crate) fn reads_delays(field: &VectorField) -> bool {
        let mut exprs: Vec<ExprId> = field.events.iter().map(|event| event.when).collect();
        exprs.extend(
            field.events.iter().flat_map(|event| event.assignments.iter().map(|one| one.1)),
        );
        let symbols = field.graph.symbols(&exprs);
        symbols.iter().any(|symbol| matches!(symbol, takens_symbolic::Symbol::Delayed(_)))
    }
}

impl<'a> Watch<'a> {
    /// At the start of a trajectory; `parameters` has the modes at its end, from `first_mode` on, and
    /// `delays` values, never read, stand between them for the programs.
    pub(crate) fn new(
        events: &'a Events,
        parameters: &[f64],
        first_mode: usize,
        delays: usize,
        (time, state): (f64, &[f64]),
    ) -> Self {
        let mut inputs = vec![time];
        inputs.extend_from_slice(state);
        inputs.extend_from_slice(&parameters[..first_mode]);
        inputs.extend(std::iter::repeat_n(f64::NAN, delays));
        inputs.extend_from_slice(&parameters[first_mode..]);
        let count = events.names.len();
        let outputs = events.targets.iter().map(Vec::len).sum();
        let mut watch = Self {
            events,
            inputs,
            states: state.len(),
            parameters: first_mode,
            modes: 1 + state.len() + first_mode + delays,
            signs: vec![0.0; count],
            last: vec![None; count],
            short: vec![0; count],
            values: vec![0.0; outputs],
        };
        watch.signs = watch.look(time, state);
        watch
    }

    /// The first jump within the last step of `walk`, if there is one.
    pub(crate) fn find(&mut self, walk: &mut Walk) -> Result<Option<Jump>, IntegrateError> {
        let mut state = vec![0.0; self.states];
        let mut before = 0.0;
        for probe in PROBES {
            walk.within(probe, &mut state);
            let signs = self.look(walk.time_within(probe), &state);
            let crossed: Vec<usize> =
                (0..signs.len()).filter(|&event| self.counts(event, signs[event])).collect();
            if !crossed.is_empty() {
                return self.close_in(walk, before, probe, &crossed).map(Some);
            }
            // A function that is zero has not crossed yet.
            for (sign, new) in self.signs.iter_mut().zip(signs) {
                if new != 0.0 {
                    *sign = new;
                }
            }
            before = probe;
        }
        Ok(None)
    }

    /// Whether the change to `sign` is the event.
    fn counts(&self, event: usize, sign: f64) -> bool {
        let before = self.signs[event];
        before * sign < 0.0
            && match self.events.directions[event] {
                Direction::Rising => sign > 0.0,
                Direction::Falling => sign < 0.0,
                Direction::Any => true,
            }
    }

    fn close_in(
        &mut self,
        walk: &mut Walk,
        mut low: f64,
        mut high: f64,
        candidates: &[usize],
    ) -> Result<Jump, IntegrateError> {
        let mut state = vec![0.0; self.states];
        for _ in 0..HALVINGS {
            let middle = 0.5 * (low + high);
            if middle <= low || middle >= high {
                break;
            }
            walk.within(middle, &mut state);
            let signs = self.look(walk.time_within(middle), &state);
            if candidates.iter().any(|&event| self.counts(event, signs[event])) {
                high = middle;
            } else {
                low = middle;
            }
        }
        let time = walk.time_within(high);
        walk.within(high, &mut state);
        let signs = self.look(time, &state);
        let fired: Vec<usize> =
            candidates.iter().copied().filter(|&event| self.counts(event, signs[event])).collect();
        self.jump(high, time, state, fired)
    }

    /// Makes the assignments of the events `fired`, in order of declaration, each on what the one before
    /// it left.
    fn jump(
        &mut self,
        theta: f64,
        time: f64,
        mut state: Vec<f64>,
        fired: Vec<usize>,
    ) -> Result<Jump, IntegrateError> {
        let mut longest = f64::INFINITY;
        for &event in &fired {
            if let Some(last) = self.last[event].replace(time) {
                let gap = time - last;
                longest = longest.min(0.5 * gap);
                let short = gap <= SHORTEST * time.abs().max(1.0);
                self.short[event] = if short { self.short[event] + 1 } else { 0 };
                if self.short[event] >= MOST_SHORT {
                    let event = self.events.names[event].clone();
                    return Err(IntegrateError::EventsAccumulate { event, time });
                }
            }
            self.inputs[0] = time;
            self.inputs[1..=self.states].copy_from_slice(&state);
            self.events.values.call(&self.inputs, &mut self.values);
            let first: usize = self.events.targets[..event].iter().map(Vec::len).sum();
            for (place, target) in self.events.targets[event].iter().enumerate() {
                let value = self.values[first + place];
                match *target {
                    Target::State(component) => state[component as usize] = value,
                    Target::Mode(mode) => {
                        self.inputs[self.modes + mode as usize] = value;
                    }
                }
            }
        }
        let mut parameters =
            self.inputs[1 + self.states..1 + self.states + self.parameters].to_vec();
        parameters.extend_from_slice(&self.inputs[self.modes..]);
        Ok(Jump { theta, time, state, parameters, longest, fired })
    }

    /// Takes up the signs behind a jump. Those of the events that made it are not settled: the function
    /// of a ball that has just bounced is a rounding error above or below zero.
    pub(crate) fn after(&mut self, jump: &Jump) {
        self.signs = self.look(jump.time, &jump.state);
        for &event in &jump.fired {
            self.signs[event] = 0.0;
        }
    }

    fn look(&mut self, time: f64, state: &[f64]) -> Vec<f64> {
        self.inputs[0] = time;
        self.inputs[1..=self.states].copy_from_slice(state);
        let mut values = vec![0.0; self.events.names.len()];
        self.events.when.call(&self.inputs, &mut values);
        values.iter().map(|&value| takens_core::math::sign(value)).collect()
    }
}
