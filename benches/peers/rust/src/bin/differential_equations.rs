//! The crate `differential-equations`: DOP853 with dense output, and Radau5.

use differential_equations::prelude::*;
use takens_peers::givens::*;
use takens_peers::protocol::Prepared;
use takens_peers::{
    absent, grid, lorenz, lorenz96, main_with, outcome, robertson, robertson_jacobian, van_der_pol,
    van_der_pol_jacobian,
};

struct Lorenz;

impl ODE<f64, [f64; 3]> for Lorenz {
    fn diff(&self, _t: f64, x: &[f64; 3], f: &mut [f64; 3]) {
        lorenz(x, f);
    }
}

struct Ring;

impl ODE<f64, [f64; 40]> for Ring {
    fn diff(&self, _t: f64, x: &[f64; 40], f: &mut [f64; 40]) {
        lorenz96(x, f);
    }
}

struct Oscillator;

impl ODE<f64, [f64; 2]> for Oscillator {
    fn diff(&self, _t: f64, x: &[f64; 2], f: &mut [f64; 2]) {
        van_der_pol(x, f);
    }

    fn jacobian(&self, _t: f64, x: &[f64; 2], j: &mut Matrix<f64>) {
        fill(j, &van_der_pol_jacobian(x));
    }
}

struct Reactions;

impl ODE<f64, [f64; 3]> for Reactions {
    fn diff(&self, _t: f64, x: &[f64; 3], f: &mut [f64; 3]) {
        robertson(x, f);
    }

    fn jacobian(&self, _t: f64, x: &[f64; 3], j: &mut Matrix<f64>) {
        fill(j, &robertson_jacobian(x));
    }
}

fn fill<const N: usize>(j: &mut Matrix<f64>, rows: &[[f64; N]; N]) {
    for (i, row) in rows.iter().enumerate() {
        for (k, value) in row.iter().enumerate() {
            j[(i, k)] = *value;
        }
    }
}

fn sampled<F: ODE<f64, [f64; N]> + 'static, const N: usize>(
    system: F,
    start: [f64; N],
    times: Vec<f64>,
    tolerance: f64,
) -> Result<Prepared, String> {
    let end = times[times.len() - 1];
    Ok(Prepared::new(format!("dop853, rtol and atol {tolerance:e}"), move || {
        let method =
            ExplicitRungeKutta::dop853().rtol(tolerance).atol(tolerance).max_steps(10_000_000);
        let solution = IVP::ode(&system, 0.0, end, start)
            .t_eval(&times)
            .method(method)
            .solve()
            .map_err(|error| format!("{error:?}"))?;
        let reached = solution.t.last().copied().unwrap_or(0.0);
        outcome(solution.y.iter().map(|state| &state[..]), times.len(), reached)
    }))
}

fn stiff<F: ODE<f64, [f64; N]> + 'static, const N: usize>(
    system: F,
    start: [f64; N],
    end: f64,
    (relative, absolute): (f64, f64),
) -> Result<Prepared, String> {
    let about = format!("radau5, rtol {relative:e}, atol {absolute:e}, Jacobian given");
    Ok(Prepared::new(about, move || {
        let method = ImplicitRungeKutta::radau5().rtol(relative).atol(absolute);
        let solution = IVP::ode(&system, 0.0, end, start)
            .t_eval([0.0, end])
            .method(method)
            .solve()
            .map_err(|error| format!("{error:?}"))?;
        let reached = solution.t.last().copied().unwrap_or(0.0);
        outcome(solution.y.iter().map(|state| &state[..]), 2, reached)
    }))
}

fn prepare(name: &str, tolerance: f64) -> Result<Prepared, String> {
    match name {
        "w1" => sampled(Lorenz, LORENZ_START, grid(0.01, 100_001), tolerance),
        "w3-40" => {
            let start = lorenz96_start(40).try_into().expect("40 components");
            sampled(Ring, start, grid(0.05, 2001), tolerance)
        }
        "w4-vdp" => stiff(Oscillator, VAN_DER_POL_START, VAN_DER_POL_END, (tolerance, tolerance)),
        "w4-robertson" => {
            stiff(Reactions, ROBERTSON_START, ROBERTSON_END, (tolerance, ROBERTSON_ABSOLUTE))
        }
        _ => absent(name),
    }
}

fn main() {
    main_with(prepare);
}
