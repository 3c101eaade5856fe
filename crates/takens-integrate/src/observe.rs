//! What is observed of a trajectory.

use crate::{EngineChoice, IntegrateError};
use ndarray::Array2;
use takens_core::Trajectory;
use takens_kernel::lower_exprs;
use takens_symbolic::{ExprId, Symbol, VectorField};

/// The outputs of a system along its trajectory, by name; the trajectory itself if it has none.
///
/// - `parameters`: one value per scalar parameter, in flat order.
/// - `trajectory`: states of `field`.
///
/// # Errors
/// [`IntegrateError::ParameterCount`] or [`IntegrateError::InitialLength`] if these are of another
/// system, [`IntegrateError::OutputReadsMore`] if an output needs more than the state, [`IntegrateError::Kernel`]
/// if there is no machine code.
pub fn observe(
    field: &VectorField,
    parameters: &[f64],
    trajectory: &Trajectory,
) -> Result<Trajectory, IntegrateError> {
    if trajectory.dim() != field.dim() {
        return Err(IntegrateError::InitialLength { want: field.dim(), got: trajectory.dim() });
    }
    if parameters.len() != field.parameters.len() {
        let want = field.parameters.len();
        return Err(IntegrateError::ParameterCount { want, got: parameters.len() });
    }
    if field.outputs.is_empty() {
        return Ok(trajectory.clone());
    }
    for (output, expr) in &field.outputs {
        let more = |symbol: &Symbol| matches!(symbol, Symbol::Delayed(_) | Symbol::Mode(_));
        if field.graph.symbols(&[*expr]).iter().any(more) {
            return Err(IntegrateError::OutputReadsMore { output: output.clone() });
        }
    }
    let exprs: Vec<ExprId> = field.outputs.iter().map(|output| output.1).collect();
    let program = lower_exprs(&field.graph, &exprs, field.dim(), parameters.len());
    // Both give the same bits; compiling pays after some thousand samples.
    let choice = if trajectory.len() < 2000 { EngineChoice::Oracle } else { EngineChoice::Jit };
    let engine = choice.engine(&program)?;
    let mut inputs = vec![0.0; 1 + field.dim() + parameters.len()];
    inputs[1 + field.dim()..].copy_from_slice(parameters);
    let mut values = Array2::zeros((trajectory.len(), exprs.len()));
    let states = trajectory.values();
    for ((time, state), mut row) in
        trajectory.grid().iter().zip(states.rows()).zip(values.rows_mut())
    {
        inputs[0] = time;
        inputs[1..=field.dim()].iter_mut().zip(state).for_each(|(input, x)| *input = *x);
        engine.call(&inputs, row.as_slice_mut().expect("a row is contiguous"));
    }
    let names = field.outputs.iter().map(|output| output.0.clone()).collect();
    Ok(Trajectory::new(trajectory.grid().clone(), values, names)
        .expect("a row per instant and a column per output"))
}
