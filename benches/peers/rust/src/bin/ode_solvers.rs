//! The crate `ode_solvers`: DOP853 with dense output, on vectors of nalgebra.

use ode_solvers::dop_shared::OutputType;
use ode_solvers::{DVector, Dop853, SVector, System};
use takens_peers::givens::*;
use takens_peers::protocol::{Outcome, Prepared};
use takens_peers::{absent, lorenz, lorenz96, main_with, outcome};

struct Lorenz;

impl System<f64, SVector<f64, 3>> for Lorenz {
    fn system(&self, _t: f64, x: &SVector<f64, 3>, f: &mut SVector<f64, 3>) {
        lorenz(x.as_slice(), f.as_mut_slice());
    }
}

struct Ring;

impl System<f64, SVector<f64, 40>> for Ring {
    fn system(&self, _t: f64, x: &SVector<f64, 40>, f: &mut SVector<f64, 40>) {
        lorenz96(x.as_slice(), f.as_mut_slice());
    }
}

impl System<f64, DVector<f64>> for Ring {
    fn system(&self, _t: f64, x: &DVector<f64>, f: &mut DVector<f64>) {
        lorenz96(x.as_slice(), f.as_mut_slice());
    }
}

/// As `Dop853::new`, with room for ten million steps.
macro_rules! stepper {
    ($system:expr, $end:expr, $dx:expr, $start:expr, $tolerance:expr, $output:expr) => {
        Dop853::from_param(
            $system, 0.0, $end, $dx, $start, $tolerance, $tolerance, 0.9, 0.0, 0.333, 6.0, $end,
            0.0, 10_000_000, 1000, $output,
        )
    };
}

macro_rules! sampled {
    ($system:expr, $end:expr, $dx:expr, $len:expr, $start:expr, $tolerance:expr) => {{
        let (start, tolerance) = ($start, $tolerance);
        Ok(Prepared::new("Dop853, dense output", move || {
            let mut stepper =
                stepper!($system, $end, $dx, start.clone(), tolerance, OutputType::Dense);
            stepper.integrate().map_err(|error| error.to_string())?;
            let reached = stepper.x_out().last().copied().unwrap_or(0.0);
            outcome(stepper.y_out().iter().map(|state| state.as_slice()), $len, reached)
        }))
    }};
}

fn prepare(name: &str, tolerance: f64) -> Result<Prepared, String> {
    match name {
        "w1" => sampled!(Lorenz, 1000.0, 0.01, 100_001, SVector::from(LORENZ_START), tolerance),
        "w2" => Ok(ensemble(tolerance)),
        "w3-40" => {
            let start = SVector::<f64, 40>::from_vec(lorenz96_start(40));
            sampled!(Ring, 100.0, 0.05, 2001, start, tolerance)
        }
        "w3-1000" => {
            let start = DVector::from_vec(lorenz96_start(1000));
            sampled!(Ring, 100.0, 0.05, 2001, start, tolerance)
        }
        _ => absent(name),
    }
}

fn ensemble(tolerance: f64) -> Prepared {
    let (count, end) = ENSEMBLE;
    let starts = ensemble_starts(count);
    Prepared::new("Dop853, one after the other", move || {
        let mut values = Vec::with_capacity(3 * count);
        let mut reached = end;
        for start in &starts {
            let start = SVector::from(*start);
            let mut stepper = stepper!(Lorenz, end, end, start, tolerance, OutputType::Sparse);
            stepper.integrate().map_err(|error| error.to_string())?;
            reached = f64::min(reached, *stepper.x_out().last().ok_or("no output")?);
            values.extend_from_slice(stepper.y_out().last().ok_or("no output")?.as_slice());
        }
        Ok(Outcome { values, shape: (count, 3), reached })
    })
}

fn main() {
    main_with(prepare);
}
