//! The truth: a trajectory in double-double arithmetic, to tell how far one in f64 is right.
//!
//! Start at [`Truth`]. A flow is followed by its Taylor series, of order 30, whose coefficients come
//! from recurrences (`jet`) over the equations (`tape`); nothing is shared with the integrators whose
//! trajectories are judged, and the constants of the equations are exact. Where equations have
//! corners, steps end there (`corner`). A map is iterated.
//!
//! # Source
//! The step sizes are those of À. Jorba, M. Zou, Experimental Mathematics 14, 99–117 (2005), section 3.

mod corner;
mod jet;
mod tape;

use corner::Corners;
use jet::{Instant, Jet, polynomial};
use takens_core::{DoubleDouble, TimeGrid, math};
use takens_kernel::{DoubleDoubles, Oracle, lower_exact, sure};
use takens_symbolic::{FieldKind, VectorField};
use tape::Tape;

/// Why there is no truth to compare with.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum NoTruth {
    /// Delays, noise, modes or events.
    #[error("a system with delays, noise or events is not followed in double-double arithmetic")]
    Memory,
    /// A root of an equation in a flow.
    #[error("the root of an equation has no power series here")]
    Root,
    /// The motion stays on a corner of the equations.
    #[error(
        "the motion slides along a jump of the equations, where they do not say how it goes on"
    )]
    Sliding,
    /// The equations are undefined, or infinite, on the way.
    #[error("the equations have no finite value near t = {time}")]
    Undefined {
        /// When.
        time: f64,
    },
    /// It would take too long.
    #[error("{effort} products did not lead beyond t = {time}")]
    Effort {
        /// How many were allowed.
        effort: u64,
        /// Where they led.
        time: f64,
    },
}

/// The order of the Taylor series.
const ORDER: usize = 30;

/// The error of a step, relative to the greatest value that a component has had.
const LOCAL_ERROR: f64 = 1e-30;

/// Where in a step it is asked whether the series still solves the equations. Not at its end, where a
/// switch may flip.
const LOOKS: [f64; 4] = [0.25, 0.5, 0.75, 0.99];

/// By how much a step may miss the equations there, in the same units: what f64 does not see.
const MISSED: f64 = 1e-18;

/// A system that is ready to be followed.
#[derive(Debug, Clone)]
pub struct Truth {
    dim: usize,
    motion: Motion,
}

#[derive(Debug, Clone)]
enum Motion {
    Flow(Tape),
    Map(Oracle),
}

impl Truth {
    /// Prepares a system.
    ///
    /// # Errors
    /// [`NoTruth`] if it is of a kind that cannot be followed.
    pub fn new(field: &VectorField) -> Result<Self, NoTruth> {
        if field.has_memory() || !field.modes.is_empty() {
            return Err(NoTruth::Memory);
        }
        let program = lower_exact(field);
        let dim = field.dim();
        let motion = match field.kind {
            FieldKind::Flow => Motion::Flow(Tape::new(&program, dim)?),
            FieldKind::Map => Motion::Map(Oracle::new(program)),
        };
        Ok(Self { dim, motion })
    }

    /// Follows the trajectory that starts at `initial` at the first instant of `grid`.
    ///
    /// `visit` is given the number of each sample, from 1, and the state there, and says whether to go
    /// on.
    ///
    /// - `parameters`, `initial`: taken as exact numbers; their lengths are those of the system.
    /// - `effort`: products of coefficients; some 10⁸ a second.
    ///
    /// # Errors
    /// [`NoTruth`] where it cannot go on before `visit` has seen enough.
    ///
    /// # Panics
    /// If a length is wrong.
    pub fn follow(
        &self,
        parameters: &[f64],
        initial: &[f64],
        grid: &TimeGrid,
        effort: u64,
        mut visit: impl FnMut(usize, &[DoubleDouble]) -> bool,
    ) -> Result<(), NoTruth> {
        assert_eq!(initial.len(), self.dim, "components of the state");
        let exact = |values: &[f64]| values.iter().map(|&value| value.into()).collect::<Vec<_>>();
        let (parameters, state) = (exact(parameters), exact(initial));
        match &self.motion {
            Motion::Flow(tape) => {
                let mut flight = Flight::new(tape, parameters, state, grid.time(0), effort);
                for (index, time) in grid.iter().enumerate().skip(1) {
                    if !visit(index, &flight.state_at(time, grid.time(grid.len() - 1))?) {
                        break;
                    }
                }
                Ok(())
            }
            Motion::Map(map) => iterate(map, &parameters, state, grid, effort, visit),
        }
    }
}

/// The states of a map, iteration by iteration.
fn iterate(
    map: &Oracle,
    parameters: &[DoubleDouble],
    mut state: Vec<DoubleDouble>,
    grid: &TimeGrid,
    effort: u64,
    mut visit: impl FnMut(usize, &[DoubleDouble]) -> bool,
) -> Result<(), NoTruth> {
    let mut time = grid.time(0);
    let most = effort / map.program().ops().len().max(1) as u64;
    let mut made = 0;
    for (index, wanted) in grid.iter().enumerate().skip(1) {
        while time < wanted {
            let mut inputs = vec![DoubleDouble::from(time)];
            inputs.extend_from_slice(&state);
            inputs.extend_from_slice(parameters);
            state.clear();
            for value in map.evaluate(&DoubleDoubles, &inputs) {
                let value = sure(value);
                if !value.is_finite() {
                    return Err(NoTruth::Undefined { time });
                }
                state.push(value);
            }
            time += 1.0;
            made += 1;
            if made > most {
                return Err(NoTruth::Effort { effort, time });
            }
        }
        if !visit(index, &state) {
            break;
        }
    }
    Ok(())
}

/// A solution on its way.
struct Flight<'a> {
    tape: &'a Tape,
    jet: Jet,
    /// For slopes alone.
    slope: Jet,
    corners: Corners,
    parameters: Vec<DoubleDouble>,
    /// Where the current step starts and how long it is; 0 before the first.
    time: DoubleDouble,
    state: Vec<DoubleDouble>,
    step: DoubleDouble,
    /// The greatest size of each component so far.
    largest: Vec<f64>,
    effort: u64,
    spent: u64,
}

impl<'a> Flight<'a> {
    fn new(
        tape: &'a Tape,
        parameters: Vec<DoubleDouble>,
        state: Vec<DoubleDouble>,
        time: f64,
        effort: u64,
    ) -> Self {
        Self {
            tape,
            jet: Jet::new(tape, ORDER),
            slope: Jet::new(tape, 1),
            corners: Corners::new(tape),
            parameters,
            time: time.into(),
            largest: vec![0.0; state.len()],
            state,
            step: DoubleDouble::ZERO,
            effort,
            spent: 0,
        }
    }

    /// The state at a time not before the start of the current step.
    fn state_at(&mut self, time: f64, end: f64) -> Result<Vec<DoubleDouble>, NoTruth> {
        let time = DoubleDouble::from(time);
        loop {
            let since = time - self.time;
            if since <= self.step && self.step > DoubleDouble::ZERO {
                return self.within(since);
            }
            self.advance(end)?;
        }
    }

    /// The state so long after the start of the current step.
    fn within(&self, since: DoubleDouble) -> Result<Vec<DoubleDouble>, NoTruth> {
        let place = |i: usize| self.tape.states[i];
        let state: Vec<DoubleDouble> =
            (0..self.state.len()).map(|i| polynomial(self.jet.series(place(i)), since)).collect();
        if state.iter().all(|value| value.is_finite()) {
            Ok(state)
        } else {
            Err(NoTruth::Undefined { time: self.time.high() })
        }
    }

    /// Goes to the end of the current step and computes the next, no longer than to `end`.
    fn advance(&mut self, end: f64) -> Result<(), NoTruth> {
        if self.step > DoubleDouble::ZERO {
            self.state = self.within(self.step)?;
            self.time += self.step;
        }
        self.spent += self.tape.work(ORDER);
        let time = self.time.high();
        if self.spent > self.effort {
            return Err(NoTruth::Effort { effort: self.effort, time });
        }
        self.compute();
        if self.corners.settle(self.tape, &self.jet) {
            self.compute();
        }
        for (largest, value) in self.largest.iter_mut().zip(&self.state) {
            *largest = largest.max(value.high().abs());
        }
        // A little beyond the last sample, so that it lies within.
        let left = (DoubleDouble::from(end) - self.time).high();
        let wanted = self.step_size().min(left * (1.0 + 1e-9) + f64::MIN_POSITIVE);
        if !(wanted > 1e-20 * time.abs() && wanted.is_finite()) {
            return Err(NoTruth::Undefined { time });
        }
        let flip = self.corners.first_flip(self.tape, &self.jet, wanted)?;
        self.step = flip.unwrap_or(wanted.into());
        while !self.solves() {
            self.step = self.step.scaled(0.5);
            self.corners.forget();
            if self.step.high() <= 1e-20 * time.abs().max(f64::MIN_POSITIVE) {
                return Err(NoTruth::Undefined { time });
            }
        }
        Ok(())
    }

    /// Whether the series solves the equations all along the step.
    ///
    /// A steep switch such as `tanh(100 (t - 1))` is flat to the last digit at a distance: its coefficients
    /// vanish, and the step that they allow would lead across it unnoticed.
    fn solves(&mut self) -> bool {
        let forced = vec![None; self.tape.switches.len()];
        for look in LOOKS {
            let since = self.step * DoubleDouble::from(look);
            self.spent += self.tape.work(1);
            let Ok(state) = self.within(since) else { return false };
            let at =
                Instant { time: self.time + since, state: &state, parameters: &self.parameters };
            self.slope.compute(self.tape, &at, &forced);
            for (i, &place) in self.tape.states.iter().enumerate() {
                let series = self.jet.series(place);
                let terms = (1..=ORDER).rev().map(|k| series[k] * DoubleDouble::from(k as f64));
                let slope = terms.fold(DoubleDouble::ZERO, |sum, term| sum * since + term);
                let missed = (slope - self.slope.series(place)[1]).high() * self.step.high();
                // What is no number is not small.
                let small = missed.abs() <= MISSED * self.unit(i);
                if !small {
                    return false;
                }
            }
        }
        true
    }

    fn compute(&mut self) {
        let at = Instant { time: self.time, state: &self.state, parameters: &self.parameters };
        self.jet.compute(self.tape, &at, &self.corners.forced());
    }

    /// The size in which the error of a component is measured: the greatest that it has had.
    fn unit(&self, component: usize) -> f64 {
        let largest = self.largest[component];
        if largest > 0.0 {
            return largest;
        }
        // A component that has been zero so far has the unit of the greatest; a start at the origin counts as 1.
        let whole = self.largest.iter().fold(0.0f64, |a, b| a.max(*b));
        1e-3 * if whole > 0.0 { whole } else { 1.0 }
    }

    /// The step at which the last two terms of the series are as small as the error that is allowed.
    fn step_size(&self) -> f64 {
        let mut step = f64::INFINITY;
        for (i, &place) in self.tape.states.iter().enumerate() {
            let series = self.jet.series(place);
            for k in [ORDER - 1, ORDER] {
                let size = series[k].high().abs();
                // A coefficient that is no number leaves no step.
                let longest = math::pow(LOCAL_ERROR * self.unit(i) / size, 1.0 / k as f64);
                step = if longest.is_nan() { 0.0 } else { step.min(longest) };
            }
        }
        step
    }
}
