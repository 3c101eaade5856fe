//! W6 written by hand: what a compiler makes of loops over lanes, for the widest registers there are.
//!
//! States lie component by component. The loops are compiled three times, for AVX-512, for AVX2 and for
//! any machine; the choice is made at run time.

use crate::givens::{LORENZ, LORENZ96_F, RATES, rate_states};
use crate::protocol::{Outcome, Prepared};
use std::hint::black_box;
use takens_kernel::vectorised;

const LANES: usize = RATES.0;

/// Lorenz's system.
pub(crate) fn lorenz() -> Prepared {
    over::<3>(lorenz_rates)
}

/// Lorenz 96 with 40 components.
pub(crate) fn lorenz96() -> Prepared {
    over::<40>(lorenz96_rates)
}

/// A component of all states.
type Row = [f64; LANES];

fn over<const N: usize>(rates: fn(&[Row; N], &mut [Row; N])) -> Prepared {
    let mut inputs = Box::new([[0.0; LANES]; N]);
    for (lane, state) in rate_states(N).iter().enumerate() {
        for (row, &x) in inputs.iter_mut().zip(state) {
            row[lane] = x;
        }
    }
    let mut outputs = Box::new([[0.0; LANES]; N]);
    let (states, rounds) = RATES;
    Prepared::new("loops over lanes by hand", move || {
        for _ in 0..rounds {
            rates(black_box(&inputs), &mut outputs);
            black_box(&mut outputs);
        }
        let values = (0..states).flat_map(|lane| outputs.iter().map(move |row| row[lane]));
        let values = values.collect();
        Ok(Outcome { values, shape: (states, N), reached: (states * rounds) as f64 })
    })
}

vectorised! {
    fn lorenz_rates(input: &[Row; 3], output: &mut [Row; 3]) {
        let [sigma, rho, beta] = LORENZ;
        let [x, y, z] = input;
        let [dx, dy, dz] = output;
        for lane in 0..LANES {
            dx[lane] = sigma * (y[lane] - x[lane]);
            dy[lane] = x[lane] * (rho - z[lane]) - y[lane];
            dz[lane] = x[lane] * y[lane] - beta * z[lane];
        }
    }

    fn lorenz96_rates(x: &[Row; 40], output: &mut [Row; 40]) {
        for (i, rate) in output.iter_mut().enumerate() {
            let (here, next) = (&x[i], &x[(i + 1) % 40]);
            let (last, before) = (&x[(i + 39) % 40], &x[(i + 38) % 40]);
            for lane in 0..LANES {
                rate[lane] = (next[lane] - before[lane]) * last[lane] - here[lane] + LORENZ96_F;
            }
        }
    }
}
