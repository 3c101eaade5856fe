//! The crate `ivp`: DOP853 with dense output, Radau and LSODA.

use ivp::prelude::*;
use takens_peers::givens::*;
use takens_peers::protocol::{Outcome, Prepared};
use takens_peers::{
    absent, grid, lorenz, lorenz96, main_with, outcome, robertson, robertson_jacobian, van_der_pol,
    van_der_pol_jacobian,
};

struct Lorenz;

impl FirstOrderSystem for Lorenz {
    fn derivative(&self, _t: f64, x: &[f64], f: &mut [f64]) {
        lorenz(x, f);
    }
}

struct Ring;

impl FirstOrderSystem for Ring {
    fn derivative(&self, _t: f64, x: &[f64], f: &mut [f64]) {
        lorenz96(x, f);
    }
}

struct Oscillator;

impl FirstOrderSystem for Oscillator {
    fn derivative(&self, _t: f64, x: &[f64], f: &mut [f64]) {
        van_der_pol(x, f);
    }

    fn jac(&self, _t: f64, x: &[f64], j: &mut Matrix) {
        fill(j, &van_der_pol_jacobian(x));
    }
}

struct Reactions;

impl FirstOrderSystem for Reactions {
    fn derivative(&self, _t: f64, x: &[f64], f: &mut [f64]) {
        robertson(x, f);
    }

    fn jac(&self, _t: f64, x: &[f64], j: &mut Matrix) {
        fill(j, &robertson_jacobian(x));
    }
}

fn fill<const N: usize>(j: &mut Matrix, rows: &[[f64; N]; N]) {
    for (i, row) in rows.iter().enumerate() {
        for (k, value) in row.iter().enumerate() {
            j[(i, k)] = *value;
        }
    }
}

fn sampled<F: FirstOrderSystem + 'static>(
    system: F,
    start: Vec<f64>,
    times: Vec<f64>,
    method: Method,
    (relative, absolute): (f64, f64),
) -> Result<Prepared, String> {
    let end = times.last().copied().unwrap_or(0.0);
    let about = format!("{method:?}, rtol {relative:e}, atol {absolute:e}");
    Ok(Prepared::new(about, move || {
        let solution = solve(&system, &start, &times, method, (relative, absolute))?;
        let reached = solution.t.last().copied().unwrap_or(0.0).min(end);
        outcome(solution.y.iter().map(Vec::as_slice), times.len(), reached)
    }))
}

fn solve<F: FirstOrderSystem>(
    system: &F,
    start: &[f64],
    times: &[f64],
    method: Method,
    (relative, absolute): (f64, f64),
) -> Result<Solution, String> {
    Ivp::first_order(system, 0.0, times[times.len() - 1], start)
        .method(method)
        .rtol(relative)
        .atol(absolute)
        .max_steps(10_000_000)
        .t_eval(times.to_vec())
        .solve()
        .map_err(|error| format!("{error:?}"))
}

fn prepare(name: &str, tolerance: f64) -> Result<Prepared, String> {
    let both = (tolerance, tolerance);
    let (oscillator, reactions) = (VAN_DER_POL_START.to_vec(), ROBERTSON_START.to_vec());
    let ends = |end| vec![0.0, end];
    match name {
        "w1" => sampled(Lorenz, LORENZ_START.to_vec(), grid(0.01, 100_001), Method::DOP853, both),
        "w2" => ensemble(tolerance),
        "w3-40" => sampled(Ring, lorenz96_start(40), grid(0.05, 2001), Method::DOP853, both),
        "w3-1000" => sampled(Ring, lorenz96_start(1000), grid(0.05, 2001), Method::DOP853, both),
        "w4-vdp" => sampled(Oscillator, oscillator, ends(VAN_DER_POL_END), Method::RADAU, both),
        "w4-robertson" => {
            let tolerances = (tolerance, ROBERTSON_ABSOLUTE);
            sampled(Reactions, reactions, ends(ROBERTSON_END), Method::RADAU, tolerances)
        }
        _ => absent(name),
    }
}

fn ensemble(tolerance: f64) -> Result<Prepared, String> {
    let (count, end) = ENSEMBLE;
    let starts = ensemble_starts(count);
    Ok(Prepared::new("DOP853, one after the other", move || {
        let mut values = Vec::with_capacity(3 * count);
        for start in &starts {
            let solution =
                solve(&Lorenz, start, &[0.0, end], Method::DOP853, (tolerance, tolerance))?;
            values.extend_from_slice(solution.y.last().ok_or("no output")?);
        }
        Ok(Outcome { values, shape: (count, 3), reached: end })
    }))
}

fn main() {
    main_with(prepare);
}
