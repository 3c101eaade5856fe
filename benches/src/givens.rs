//! What every program of the benches computes: starts, parameters, times.
//!
//! The same numbers stand in `peers/definitions.py`; sums and products of doubles are rounded the same way
//! in both.

/// σ, ρ, β of Lorenz's system; it starts from (1, 1, 1).
pub const LORENZ: [f64; 3] = [10.0, 28.0, 8.0 / 3.0];
/// Where W1 starts.
pub const LORENZ_START: [f64; 3] = [1.0, 1.0, 1.0];
/// W2: trajectories, and how long they are.
pub const ENSEMBLE: (usize, f64) = (10_000, 20.0);
/// The force of Lorenz 96.
pub const LORENZ96_F: f64 = 8.0;
/// μ of van der Pol's oscillator in W4.
pub const VAN_DER_POL_MU: f64 = 1000.0;
/// Start of that.
pub const VAN_DER_POL_START: [f64; 2] = [2.0, 0.0];
/// End of that.
pub const VAN_DER_POL_END: f64 = 2000.0;
/// Rates of Robertson's reactions, in the order 1 → 2, 2 → 3, 2 → 1.
pub const ROBERTSON: [f64; 3] = [0.04, 3e7, 1e4];
/// Start of these.
pub const ROBERTSON_START: [f64; 3] = [1.0, 0.0, 0.0];
/// End of these.
pub const ROBERTSON_END: f64 = 1e5;
/// Absolute tolerance of solvers that take one: the second component is about 1e-8 at the end.
pub const ROBERTSON_ABSOLUTE: f64 = 1e-10;
/// β, γ of the Mackey-Glass equation, and its constant past.
pub const MACKEY_GLASS: [f64; 3] = [0.2, 0.1, 1.2];
/// W6: how many states there are, and how often their rates are computed in a run.
pub const RATES: (usize, usize) = (512, 200);

/// Start of Lorenz 96: at rest but for one component.
#[must_use]
pub fn lorenz96_start(n: usize) -> Vec<f64> {
    let mut start = vec![LORENZ96_F; n];
    start[0] = LORENZ96_F + 0.01;
    start
}

/// Starts of W2: points of the cube of half-width 2 around (1, 1, 1), by an additive recurrence.
///
/// The steps are powers of the inverse of the plastic number, as in M. Roberts' R3 sequence.
#[must_use]
pub fn ensemble_starts(count: usize) -> Vec<[f64; 3]> {
    const STEPS: [f64; 3] = [0.8191725133961645, 0.6710436067037893, 0.5497004779019703];
    (1..=count)
        .map(|k| {
            STEPS.map(|step| {
                let product = k as f64 * step;
                4.0 * (product - product.floor()) - 1.0
            })
        })
        .collect()
}

/// States of W6, a row of `n` each: whole numbers.
#[must_use]
pub fn rate_states(n: usize) -> Vec<Vec<f64>> {
    let value = |i: usize, j: usize| ((7 * i + 3 * j) % 23) as f64 - 11.0;
    (0..RATES.0).map(|j| (0..n).map(|i| value(i, j)).collect()).collect()
}
