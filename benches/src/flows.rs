//! W1 to W4 and W8: trajectories and ensembles.

use crate::Size;
use crate::givens::{ENSEMBLE, ROBERTSON_END, VAN_DER_POL_END, ensemble_starts, lorenz96_start};
use crate::protocol::{Outcome, Prepared};
use crate::systems::{self, Expanded};
use takens_core::TimeGrid;
use takens_integrate::{Member, Options, Propagator, Solution, rolled_parameters};

/// W1: to t = 1000, 100,001 samples.
pub(crate) fn lorenz(tolerance: f64, size: Size) -> Result<Prepared, String> {
    sampled(&systems::lorenz(), tolerance, 0.01, size.of(100_000) + 1)
}

/// W3: to t = 100, 2001 samples.
pub(crate) fn lorenz96(n: usize, tolerance: f64, size: Size) -> Result<Prepared, String> {
    let field = systems::rolled(&systems::lorenz96(n))?;
    let propagator =
        Propagator::rolled(&field, &options(tolerance)).map_err(|error| error.to_string())?;
    let parameters = rolled_parameters(&field, &[None]).map_err(|error| error.to_string())?;
    let grid = uniform(0.05, size.of(2000) + 1)?;
    Ok(trajectory(propagator, parameters, lorenz96_start(n), grid))
}

/// W4: the state at the end.
pub(crate) fn van_der_pol(tolerance: f64) -> Result<Prepared, String> {
    sampled(&systems::van_der_pol(), tolerance, VAN_DER_POL_END, 2)
}

/// W4: the state at the end.
pub(crate) fn robertson(tolerance: f64) -> Result<Prepared, String> {
    sampled(&systems::robertson(), tolerance, ROBERTSON_END, 2)
}

/// W8: to t = 10,000, 10,001 samples.
pub(crate) fn mackey_glass(tau: f64, tolerance: f64, size: Size) -> Result<Prepared, String> {
    sampled(&systems::mackey_glass(tau), tolerance, 1.0, size.of(10_000) + 1)
}

/// W2: final states of 10,000 trajectories.
pub(crate) fn ensemble(tolerance: f64, size: Size, threads: usize) -> Result<Prepared, String> {
    let Expanded { field, parameters, .. } = systems::expanded(&systems::lorenz())?;
    let propagator =
        Propagator::new(&field, &options(tolerance)).map_err(|error| error.to_string())?;
    let (count, end) = (size.of(ENSEMBLE.0), ENSEMBLE.1);
    let starts = ensemble_starts(count);
    let grid = TimeGrid::explicit(vec![0.0, end]).map_err(|error| error.to_string())?;
    let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build();
    let pool = pool.map_err(|error| error.to_string())?;
    let about = format!("Propagator::sample_all, {}", propagator.method());
    Ok(Prepared::new(about, move || {
        let mut states = vec![0.0; count * 6];
        let member = |index: usize| Member {
            parameters: parameters.clone(),
            initial: starts[index].to_vec(),
        };
        let sample = || propagator.sample_all(count, member, &grid, &mut states);
        for result in pool.install(sample).map_err(|error| error.to_string())? {
            result.map_err(|error| error.to_string())?;
        }
        let values = states.chunks_exact(6).flat_map(|rows| rows[3..].to_vec()).collect();
        Ok(Outcome { values, shape: (count, 3), reached: end })
    }))
}

fn options(tolerance: f64) -> Options {
    Options { tolerance, ..Options::default() }
}

fn uniform(step: f64, len: usize) -> Result<TimeGrid, String> {
    TimeGrid::uniform(0.0, step, len).map_err(|error| error.to_string())
}

/// A text sampled from its own start.
fn sampled(text: &str, tolerance: f64, step: f64, len: usize) -> Result<Prepared, String> {
    let Expanded { field, parameters, initial } = systems::expanded(text)?;
    let propagator =
        Propagator::new(&field, &options(tolerance)).map_err(|error| error.to_string())?;
    Ok(trajectory(propagator, parameters, initial, uniform(step, len)?))
}

fn trajectory(
    propagator: Propagator,
    parameters: Vec<f64>,
    initial: Vec<f64>,
    grid: TimeGrid,
) -> Prepared {
    let about = format!("Propagator::sample, {}", propagator.method());
    let end = grid.time(grid.len() - 1);
    Prepared::new(about, move || {
        let Solution { trajectory, .. } =
            propagator.sample(&parameters, &initial, &grid).map_err(|error| error.to_string())?;
        let shape = trajectory.values().dim();
        let values = trajectory.into_values().into_raw_vec_and_offset().0;
        Ok(Outcome { values, shape, reached: end })
    })
}
