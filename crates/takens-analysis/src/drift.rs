//! How well quantities that motion keeps are kept by a computed trajectory.

use crate::AnalysisError;
use takens_core::Trajectory;
use takens_integrate::observe;
use takens_symbolic::VectorField;

/// A quantity that should not change, and by how much it did.
#[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct Drift {
    /// Its name; `energy` for the energy from which the equations were derived.
    pub name: String,
    /// The greatest departure from its first value, over the magnitude of that or over 1, whichever is greater.
    pub greatest: f64,
}

/// The drift of the energy and of every declared invariant along a trajectory.
///
/// - `trajectory`: states of `field`.
///
/// # Errors
/// [`AnalysisError::Integrate`] if these are the states of another system.
pub fn drifts(
    field: &VectorField,
    parameters: &[f64],
    trajectory: &Trajectory,
) -> Result<Vec<Drift>, AnalysisError> {
    let mut kept = field.clone();
    kept.outputs = field.invariants.clone();
    if let Some(hamiltonian) = &field.hamiltonian {
        kept.outputs.insert(0, ("energy".into(), hamiltonian.energy));
    }
    if kept.outputs.is_empty() {
        return Ok(Vec::new());
    }
    let values = observe(&kept, parameters, trajectory)?;
    let drift = |(name, column): (&(String, _), ndarray::ArrayView1<'_, f64>)| {
        let first = column[0];
        let departure =
            column.iter().fold(0.0f64, |greatest, value| greatest.max((value - first).abs()));
        Drift { name: name.0.clone(), greatest: departure / first.abs().max(1.0) }
    };
    Ok(kept.outputs.iter().zip(values.values().columns()).map(drift).collect())
}
