//! Steps of one length for a separable energy `H = T(p) + V(q, t)`, by a symmetric composition of order 8.
//!
//! Positions drift while momenta rest, momenta are kicked while positions rest; both are exact. Fifteen
//! such pairs, of lengths that are not all forwards, make a step whose error is of order 9 and which is
//! the exact motion of an energy close to `H`: so the energy error stays bounded for as long as the motion
//! does, in place of growing with time. That holds for steps of one length only; a sample between two
//! steps is a shorter step from the last one, which the motion itself does not take.
//!
//! # Source
//! M. Suzuki, K. Umeno, Higher-order decomposition theory of exponential operators and its applications
//! to QMC and nonlinear dynamics, in Computer Simulation Studies in Condensed-Matter Physics VI, Springer
//! (1993); R. I. McLachlan, SIAM Journal on Scientific Computing 16, 151-168 (1995).

use crate::clock::Clock;
use crate::method::{Flow, Start};
use crate::options::Options;
use crate::reach::Reach;
use crate::walk::{Counts, asked};
use crate::{IntegrateError, Method};
use std::sync::Arc;
use takens_core::TimeGrid;
use takens_kernel::{Builder, Engine, Program, Value, lower_with};
use takens_symbolic::{ExprId, Symbol, VectorField};

/// Lengths of the first eight of fifteen parts, in steps; the others mirror them.
const PARTS: [f64; 8] = [
    0.741_670_364_350_613,
    -0.409_100_825_800_031_6,
    0.190_754_710_296_238_4,
    -0.573_862_471_116_082_2,
    0.299_064_181_303_655_9,
    0.334_624_918_245_298_16,
    0.315_293_092_396_766_6,
    -0.796_887_939_352_916_4,
];

/// A flow with a separable energy.
pub(crate) struct Symplectic {
    /// From `t`, `h`, state and parameters to the state a step later.
    step: Arc<dyn Engine>,
    n: usize,
}

/// So many steps have to be accurate enough before their length is taken.
const TRIAL: u64 = 64;

/// Steps are halved so often at most in search of their length.
const HALVINGS: u32 = 60;

impl Symplectic {
    /// # Errors
    /// A reason why the system is none of these, in words.
    pub(crate) fn new(field: &VectorField, options: &Options) -> Result<Self, IntegrateError> {
        let step = step_program(field).map_err(|reason| IntegrateError::MethodNotFor {
            method: Method::Symplectic,
            reason,
        })?;
        Ok(Self { step: options.engine.engine(&step)?, n: field.dim() })
    }

    fn go(&self, time: f64, h: f64, x: &[f64], parameters: &[f64]) -> Vec<f64> {
        let mut inputs = vec![time, h];
        inputs.extend_from_slice(x);
        inputs.extend_from_slice(parameters);
        let mut y = vec![0.0; self.n];
        self.step.call(&inputs, &mut y);
        y
    }

    /// The length of the steps: the longest power of two at which the first steps agree with steps of half
    /// their length to a thousandth of the tolerance (see [`Options`]).
    fn length(&self, options: &Options, start: Start<'_>) -> f64 {
        if let Some(step) = options.first_step.or(options.max_step) {
            return step;
        }
        let good = |h: f64| {
            let mut x = start.state.to_vec();
            let mut clock = Clock::new(start.time);
            let mut unit = x.iter().fold(0.0f64, |size, x| size.max(x.abs()));
            for _ in 0..TRIAL {
                let whole = self.go(clock.high, h, &x, start.parameters);
                let half = self.go(clock.high, 0.5 * h, &x, start.parameters);
                let middle = clock.later(0.5 * h).high;
                let halves = self.go(middle, 0.5 * h, &half, start.parameters);
                unit = halves.iter().fold(unit, |size, x| size.max(x.abs()));
                let allowed = asked(options.tolerance) * unit.max(f64::MIN_POSITIVE);
                let close = |(a, b): (&f64, &f64)| (a - b).abs() <= allowed;
                if !whole.iter().zip(&halves).all(close) {
                    return false;
                }
                x = halves;
                clock = clock.later(h);
            }
            true
        };
        let mut h = 1.0;
        if good(h) {
            for _ in 0..HALVINGS {
                if !good(2.0 * h) {
                    break;
                }
                h *= 2.0;
            }
        } else {
            for _ in 0..HALVINGS {
                h *= 0.5;
                if good(h) {
                    break;
                }
            }
        }
        h
    }
}

impl Flow for Symplectic {
    fn method(&self) -> Method {
        Method::Symplectic
    }

    fn sample(
        &self,
        names: &[String],
        options: &Options,
        start: Start<'_>,
        grid: &TimeGrid,
        out: &mut [f64],
    ) -> Result<Counts, IntegrateError> {
        let h = self.length(options, start);
        let mut counts = Counts::default();
        let mut x = start.state.to_vec();
        let mut now = Clock::new(start.time);
        Reach::new(grid.time(grid.len() - 1)).check_even(now, h, options)?;
        for (time, row) in grid.iter().zip(out.chunks_exact_mut(self.n)) {
            while now.until(time) >= h {
                if counts.steps >= options.max_steps {
                    return Err(IntegrateError::MaxSteps { steps: counts.steps, time: now.high });
                }
                let y = self.go(now.high, h, &x, start.parameters);
                if let Some(bad) = y.iter().position(|value| !value.is_finite()) {
                    let component = names[bad].clone();
                    return Err(IntegrateError::BlowUp { time: now.high, component });
                }
                x = y;
                now = now.later(h);
                counts.steps += 1;
                counts.evaluations += 15;
            }
            let rest = now.until(time);
            if rest > 0.0 {
                counts.evaluations += 15;
                row.copy_from_slice(&self.go(now.high, rest, &x, start.parameters));
            } else {
                row.copy_from_slice(&x);
            }
        }
        Ok(counts)
    }
}

/// From `t`, `h`, state and parameters to the state a step later; or why there is no such step.
fn step_program(field: &VectorField) -> Result<Program, String> {
    let Some(hamiltonian) = &field.hamiltonian else {
        return Err("it is not defined by an energy (`hamiltonian`)".into());
    };
    let (positions, momenta): (Vec<usize>, Vec<usize>) =
        hamiltonian.pairs.iter().map(|&(q, p)| (q as usize, p as usize)).unzip();
    if 2 * positions.len() != field.dim() {
        return Err("some components belong to no pair of position and momentum".into());
    }
    let reads = |moved: &[usize], read: &[usize], time: bool| {
        let exprs: Vec<ExprId> = moved.iter().map(|&place| field.rhs[place]).collect();
        field.graph.symbols(&exprs).iter().any(|symbol| match symbol {
            Symbol::State(place) => read.contains(&(*place as usize)),
            Symbol::Time => time,
            _ => false,
        })
    };
    if reads(&positions, &positions, true) || reads(&momenta, &momenta, false) {
        return Err("its energy is not a function of the momenta plus one of the positions".into());
    }
    let part = |places: &[usize]| {
        let exprs: Vec<ExprId> = places.iter().map(|&place| field.rhs[place]).collect();
        lower_with(&field.graph, &exprs, field)
    };
    let (velocity, force) = (part(&positions), part(&momenta));
    let (n, m) = (field.dim(), field.parameters.len());
    let mut b = Builder::new(2 + n + m);
    let mut time = b.input(0);
    let h = b.input(1);
    let mut state: Vec<Value> = (0..n).map(|i| b.input(2 + i)).collect();
    let parameters: Vec<Value> = (0..m).map(|i| b.input(2 + n + i)).collect();
    let all: Vec<f64> = PARTS.iter().chain(PARTS[..7].iter().rev()).copied().collect();
    let mut drifted = 0.0;
    for (index, part) in all.iter().enumerate() {
        // Half of this drift and half of the one before are one.
        let drift = 0.5 * (part + if index == 0 { 0.0 } else { all[index - 1] });
        time = advance(&mut b, &velocity, &positions, (time, h, drift), &mut state, &parameters);
        drifted += drift;
        advance(&mut b, &force, &momenta, (time, h, *part), &mut state, &parameters);
    }
    let drift = 1.0 - drifted;
    advance(&mut b, &velocity, &positions, (time, h, drift), &mut state, &parameters);
    Ok(b.finish(state))
}

/// Moves the components at `places` by `length` steps along `slope`; gives the time after it.
fn advance(
    b: &mut Builder,
    slope: &Program,
    places: &[usize],
    (time, h, length): (Value, Value, f64),
    state: &mut [Value],
    parameters: &[Value],
) -> Value {
    let mut inputs = vec![time];
    inputs.extend_from_slice(state);
    inputs.extend_from_slice(parameters);
    let slopes = b.inline(slope, &inputs);
    let length = b.constant(length);
    let step = b.mul(length, h);
    for (&place, slope) in places.iter().zip(slopes) {
        let change = b.mul(step, slope);
        state[place] = b.add(state[place], change);
    }
    b.add(time, step)
}
