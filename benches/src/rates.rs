//! W6: right-hand sides of many states, in groups of lanes.

use crate::givens::{RATES, rate_states};
use crate::protocol::{Outcome, Prepared};
use crate::systems::{self, Expanded};
use takens_kernel::{LANES, LaneChoice, lower};

/// Lorenz's system.
pub(crate) fn lorenz() -> Result<Prepared, String> {
    rates(&systems::lorenz())
}

/// Lorenz 96 with 40 components.
pub(crate) fn lorenz96() -> Result<Prepared, String> {
    rates(&systems::lorenz96(40))
}

fn rates(text: &str) -> Result<Prepared, String> {
    let Expanded { field, parameters, .. } = systems::expanded(text)?;
    // As in the loops by hand, parameters are written into the program.
    let program = lower(&field).with_fixed(&parameters);
    let engine = LaneChoice::default().engine(&program).map_err(|error| error.to_string())?;
    let n = field.dim();
    let (states, rounds) = RATES;
    let groups = states / LANES;
    let inputs = grouped(&rate_states(n));
    let mut outputs = vec![0.0; states * n];
    Ok(Prepared::new(format!("lanes in groups of {LANES}, call_many"), move || {
        for _ in 0..rounds {
            engine.call_many(groups, &inputs, &mut outputs);
        }
        let value =
            |state: usize, i: usize| outputs[(state / LANES * n + i) * LANES + state % LANES];
        let values = (0..states).flat_map(|state| (0..n).map(move |i| (state, i)));
        let values = values.map(|(state, i)| value(state, i)).collect();
        Ok(Outcome { values, shape: (states, n), reached: (states * rounds) as f64 })
    }))
}

/// Time (zero) and state of every lane, group after group.
fn grouped(states: &[Vec<f64>]) -> Vec<f64> {
    let mut inputs = Vec::new();
    for group in states.chunks_exact(LANES) {
        inputs.extend([0.0; LANES]);
        for i in 0..group[0].len() {
            inputs.extend(group.iter().map(|state| state[i]));
        }
    }
    inputs
}
