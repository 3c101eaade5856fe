//! The crate `diffsol`: Tsit45 with dense output for flows, BDF and ESDIRK34 for stiff systems.

use diffsol::{
    DenseMatrix, NalgebraLU, NalgebraMat, OdeBuilder, OdeSolverMethod, OdeSolverStopReason,
    VectorView,
};
use takens_peers::givens::*;
use takens_peers::protocol::{Outcome, Prepared};
use takens_peers::{
    Rates, absent, grid, lorenz, lorenz96, main_with, robertson, robertson_jacobian, van_der_pol,
    van_der_pol_jacobian,
};

type M = NalgebraMat<f64>;

/// Columns are states; rows are wanted.
fn rows<D: DenseMatrix<T = f64>>(
    states: &D,
    stopped: OdeSolverStopReason<f64>,
    end: f64,
) -> Result<Outcome, String> {
    if stopped != OdeSolverStopReason::TstopReached {
        return Err(format!("stopped early: {stopped:?}"));
    }
    let (n, len) = (states.nrows(), states.ncols());
    let mut values = Vec::with_capacity(n * len);
    for k in 0..len {
        let state = states.column(k);
        values.extend((0..n).map(|i| state.get_index(i)));
    }
    Ok(Outcome { values, shape: (len, n), reached: end })
}

fn sampled(
    rates: Rates,
    start: Vec<f64>,
    times: Vec<f64>,
    tolerance: f64,
) -> Result<Prepared, String> {
    let n = start.len();
    let problem = OdeBuilder::<M>::new()
        .rtol(tolerance)
        .atol([tolerance])
        .rhs(move |x: &[f64], _p: &[f64], _t: f64, f: &mut [f64]| rates(x, f))
        .init(move |_p: &[f64], _t: f64, x: &mut [f64]| x.copy_from_slice(&start), n)
        .build()
        .map_err(|error| error.to_string())?;
    let end = times[times.len() - 1];
    Ok(Prepared::new("tsit45, solve_dense", move || {
        let mut solver = problem.tsit45().map_err(|error| error.to_string())?;
        let (states, stopped) = solver.solve_dense(&times).map_err(|error| error.to_string())?;
        rows(&states, stopped, end)
    }))
}

fn stiff<const N: usize>(
    rates: Rates,
    jacobian: fn(&[f64]) -> [[f64; N]; N],
    start: [f64; N],
    end: f64,
    (relative, absolute): (f64, f64),
) -> Result<Prepared, String> {
    let problem = OdeBuilder::<M>::new()
        .rtol(relative)
        .atol([absolute])
        .rhs_implicit(
            move |x: &[f64], _p: &[f64], _t: f64, f: &mut [f64]| rates(x, f),
            move |x: &[f64], _p: &[f64], _t: f64, v: &[f64], f: &mut [f64]| {
                for (row, out) in jacobian(x).iter().zip(f) {
                    *out = row.iter().zip(v).map(|(a, b)| a * b).sum();
                }
            },
        )
        .init(move |_p: &[f64], _t: f64, x: &mut [f64]| x.copy_from_slice(&start), N)
        .build()
        .map_err(|error| error.to_string())?;
    let times = [0.0, end];
    Ok(Prepared::new(format!("bdf, rtol {relative:e}, atol {absolute:e}"), move || {
        let mut solver = problem.bdf::<NalgebraLU<f64>>().map_err(|error| error.to_string())?;
        let (states, stopped) = solver.solve_dense(&times).map_err(|error| error.to_string())?;
        rows(&states, stopped, end)
    }))
}

fn prepare(name: &str, tolerance: f64) -> Result<Prepared, String> {
    let both = (tolerance, tolerance);
    match name {
        "w1" => sampled(lorenz, LORENZ_START.to_vec(), grid(0.01, 100_001), tolerance),
        "w3-40" => sampled(lorenz96, lorenz96_start(40), grid(0.05, 2001), tolerance),
        "w3-1000" => sampled(lorenz96, lorenz96_start(1000), grid(0.05, 2001), tolerance),
        "w4-vdp" => {
            stiff(van_der_pol, van_der_pol_jacobian, VAN_DER_POL_START, VAN_DER_POL_END, both)
        }
        "w4-robertson" => stiff(
            robertson,
            robertson_jacobian,
            ROBERTSON_START,
            ROBERTSON_END,
            (tolerance, ROBERTSON_ABSOLUTE),
        ),
        _ => absent(name),
    }
}

fn main() {
    main_with(prepare);
}
