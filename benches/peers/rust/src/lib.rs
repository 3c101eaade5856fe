//! Peers written in Rust, one program each, which speak the protocol of `benches/src/protocol.rs`.
//!
//! Right-hand sides are here once, over slices; a program wraps them in its peer's own traits.

#[path = "../../../src/givens.rs"]
pub mod givens;
#[path = "../../../src/protocol.rs"]
pub mod protocol;

use givens::{LORENZ, LORENZ96_F, ROBERTSON, VAN_DER_POL_MU};
use protocol::{Outcome, Prepared, serve};

/// A right-hand side.
pub type Rates = fn(&[f64], &mut [f64]);

/// Lorenz's system.
#[inline(always)]
pub fn lorenz(x: &[f64], f: &mut [f64]) {
    let [sigma, rho, beta] = LORENZ;
    f[0] = sigma * (x[1] - x[0]);
    f[1] = x[0] * (rho - x[2]) - x[1];
    f[2] = x[0] * x[1] - beta * x[2];
}

/// Lorenz 96 of any size; the ends are apart, so that the loop has no remainders.
#[inline(always)]
pub fn lorenz96(x: &[f64], f: &mut [f64]) {
    let n = x.len();
    f[0] = (x[1] - x[n - 2]) * x[n - 1] - x[0] + LORENZ96_F;
    f[1] = (x[2] - x[n - 1]) * x[0] - x[1] + LORENZ96_F;
    for (rate, w) in f[2..n - 1].iter_mut().zip(x.windows(4)) {
        *rate = (w[3] - w[0]) * w[1] - w[2] + LORENZ96_F;
    }
    f[n - 1] = (x[0] - x[n - 3]) * x[n - 2] - x[n - 1] + LORENZ96_F;
}

/// Van der Pol's oscillator.
#[inline(always)]
pub fn van_der_pol(x: &[f64], f: &mut [f64]) {
    f[0] = x[1];
    f[1] = VAN_DER_POL_MU * (1.0 - x[0] * x[0]) * x[1] - x[0];
}

/// Its Jacobian, row by row.
#[inline(always)]
pub fn van_der_pol_jacobian(x: &[f64]) -> [[f64; 2]; 2] {
    let mu = VAN_DER_POL_MU;
    [[0.0, 1.0], [-2.0 * mu * x[0] * x[1] - 1.0, mu * (1.0 - x[0] * x[0])]]
}

/// Robertson's reactions.
#[inline(always)]
pub fn robertson(x: &[f64], f: &mut [f64]) {
    let [a, b, c] = ROBERTSON;
    let (gain, back, loss) = (a * x[0], c * x[1] * x[2], b * x[1] * x[1]);
    f[0] = back - gain;
    f[1] = gain - back - loss;
    f[2] = loss;
}

/// Their Jacobian, row by row.
#[inline(always)]
pub fn robertson_jacobian(x: &[f64]) -> [[f64; 3]; 3] {
    let [a, b, c] = ROBERTSON;
    let (dy, dz, square) = (c * x[2], c * x[1], 2.0 * b * x[1]);
    [[-a, dy, dz], [a, -dy - square, -dz], [0.0, square, 0.0]]
}

/// A grid of `len` times from 0 on.
pub fn grid(step: f64, len: usize) -> Vec<f64> {
    (0..len).map(|k| step * k as f64).collect()
}

/// A result of states, each at a time, that must be as many as asked for.
///
/// # Errors
/// If there are not.
pub fn outcome<'a>(
    states: impl Iterator<Item = &'a [f64]>,
    want: usize,
    reached: f64,
) -> Result<Outcome, String> {
    let (mut values, mut rows, mut columns) = (Vec::new(), 0, 0);
    for state in states {
        values.extend_from_slice(state);
        rows += 1;
        columns = state.len();
    }
    if rows != want {
        return Err(format!("{rows} samples, {want} were asked for; it ended at {reached}"));
    }
    Ok(Outcome { values, shape: (rows, columns), reached })
}

/// Reads `WORKLOAD [TOLERANCE]` and serves.
pub fn main_with(prepare: fn(&str, f64) -> Result<Prepared, String>) {
    let mut arguments = std::env::args().skip(1);
    let name = arguments.next().unwrap_or_default();
    let tolerance = arguments.next().and_then(|text| text.parse().ok()).unwrap_or(1e-9);
    serve(|| prepare(&name, tolerance)).expect("standard output takes lines");
}

/// What a peer says of a workload that it is not asked for.
///
/// # Errors
/// Always.
pub fn absent(name: &str) -> Result<Prepared, String> {
    Err(format!("not asked for {name}"))
}
