//! How far a trajectory can be believed.

use ndarray::{Array2, ArrayView1, ArrayView2};
use takens_core::Trajectory;
use takens_integrate::{NoTruth, Truth};
use takens_symbolic::VectorField;

/// The error up to which a trajectory is called right, in standard deviations.
pub const TRUST: f64 = 1e-3;

/// How it is known how far a trajectory is right.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Proof {
    /// By the same equations followed in double-double arithmetic, by another method.
    DoubleDouble,
    /// By a second computation in f64, at another tolerance.
    SecondRun,
}

/// As many products as a truth may cost: a few seconds of them.
const EFFORT: u64 = 200_000_000;

/// How many samples of `trajectory`, from the first, are right, and how that is known: by the truth in
/// double-double arithmetic or, where a system cannot be followed so, by another run in f64 (with
/// memory, noise, a motion along a jump, or loops too large to be written out).
///
/// - `field`, `parameters`: where the trajectory is from; no field if it was too large to be written out.
/// - `second_run`: the same trajectory at a finer tolerance.
///
/// # Errors
/// Those of the other run.
pub fn trusted<E>(
    field: Option<&VectorField>,
    parameters: &[f64],
    trajectory: &Trajectory,
    second_run: impl FnOnce() -> Result<Trajectory, E>,
) -> Result<(usize, Proof), E> {
    if let Some(field) = field
        && let Ok(samples) = samples_borne_out(field, parameters, trajectory, TRUST)
    {
        return Ok((samples, Proof::DoubleDouble));
    }
    let other = second_run()?;
    Ok((trusted_samples(trajectory.values(), other.values(), TRUST), Proof::SecondRun))
}

/// How many samples of `trajectory`, from the first, the truth bears out.
///
/// The truth starts at the first sample, whose numbers are taken as exact, as are those of
/// `parameters`; it is followed until the two differ as in [`trusted_samples`], no further. Its own error
/// is some 10⁻³⁰ a step, so that it is right for as long as f64 can be, and as long again.
///
/// # Errors
/// [`NoTruth`] if the system is of a kind that is not followed so, or cannot be followed for as long as
/// the trajectory is right.
pub fn samples_borne_out(
    field: &VectorField,
    parameters: &[f64],
    trajectory: &Trajectory,
    threshold: f64,
) -> Result<usize, NoTruth> {
    if trajectory.is_empty() {
        return Ok(0);
    }
    let truth = truth_beside(field, parameters, trajectory, threshold, EFFORT)?;
    Ok(trusted_samples(trajectory.values(), truth.values(), threshold))
}

/// The truth that starts where `trajectory` does, rounded, at the same instants: up to the first at
/// which the two are `apart` or more, as [`trusted_samples`] measures it.
///
/// - `effort`: products of coefficients that it may cost; some 10⁸ a second.
///
/// # Errors
/// [`NoTruth`] if the system is of a kind that is not followed so, or cannot be followed so far.
///
/// # Panics
/// If the trajectory is empty or of another system.
pub fn truth_beside(
    field: &VectorField,
    parameters: &[f64],
    trajectory: &Trajectory,
    apart: f64,
    effort: u64,
) -> Result<Trajectory, NoTruth> {
    let values = trajectory.values();
    let first = values.row(0).to_vec();
    let scale = scale(values);
    let mut rows = first.clone();
    let truth = Truth::new(field)?;
    truth.follow(parameters, &first, trajectory.grid(), effort, |index, state| {
        let from = rows.len();
        rows.extend(state.iter().map(|value| value.high()));
        deviation(values.row(index), ArrayView1::from(&rows[from..]), &scale) < apart
    })?;
    let len = rows.len() / first.len();
    let rows = Array2::from_shape_vec((len, first.len()), rows).expect("whole rows");
    let grid = trajectory.slice(0, len).grid().clone();
    Ok(Trajectory::new(grid, rows, trajectory.names().to_vec()).expect("a row per instant"))
}

/// How many samples, from the first, of two computations of one trajectory agree.
///
/// They agree in a sample if the root mean square over components of `(a - b) / std` is below
/// `threshold`, where `std` is the standard deviation of the component in `a` (components that are
/// constant are compared as they are). One computation should be much more accurate than the other, so
/// that their difference is the other's error.
///
/// - `a`, `b`: `time × component`; the shorter is what counts.
#[must_use]
pub fn trusted_samples(a: ArrayView2<'_, f64>, b: ArrayView2<'_, f64>, threshold: f64) -> usize {
    let scale = scale(a);
    let agree = |(a, b): &(_, _)| deviation(*a, *b, &scale) < threshold;
    a.rows().into_iter().zip(b.rows()).take_while(agree).count()
}

/// The standard deviation of each component; 1 where it is constant.
fn scale(values: ArrayView2<'_, f64>) -> Vec<f64> {
    let of_column = |column: ArrayView1<'_, f64>| {
        let count = column.len().max(1) as f64;
        let mean = column.sum() / count;
        let std = (column.iter().map(|x| (x - mean) * (x - mean)).sum::<f64>() / count).sqrt();
        if std > 0.0 && std.is_finite() { std } else { 1.0 }
    };
    values.columns().into_iter().map(of_column).collect()
}

/// The root mean square over components of `(a - b) / scale`.
fn deviation(a: ArrayView1<'_, f64>, b: ArrayView1<'_, f64>, scale: &[f64]) -> f64 {
    let squares = a.iter().zip(b).zip(scale).map(|((a, b), scale)| ((a - b) / scale).powi(2));
    (squares.sum::<f64>() / scale.len().max(1) as f64).sqrt()
}

#[cfg(test)]
mod tests {
    use super::*;
    use ndarray::array;

    #[test]
    fn trust_ends_at_the_first_difference() {
        let a = array![[0.0, 5.0], [2.0, 5.0], [0.0, 5.0], [2.0, 5.0]];
        let mut b = a.clone();
        b[[2, 0]] += 0.01;
        assert_eq!(trusted_samples(a.view(), b.view(), TRUST), 2);
        assert_eq!(trusted_samples(a.view(), b.view(), 0.1), 4);
        b[[0, 1]] = f64::NAN;
        assert_eq!(trusted_samples(a.view(), b.view(), 0.1), 0);
    }
}
