//! Rolled systems: parameters, start, motion and outputs without a flat form.
//!
//! Everything runs programs with loops. Below some thousand numbers the interpreter is quicker than the
//! making of machine code; both give the same bits.

use crate::options::{EngineChoice, Options};
use crate::propagator::only;
use crate::taylor::{Smooth, TIGHT};
use crate::{IntegrateError, Method, Propagator};
use ndarray::Array2;
use std::sync::Arc;
use takens_core::Trajectory;
use takens_kernel::{
    CompiledLoops, Engine, KernelError, Part, RolledOracle, RolledProgram, lower, lower_rolled,
};
use takens_symbolic::{FieldKind, RolledArray, RolledField};

/// So many numbers are computed by the interpreter before machine code pays.
const MANY: usize = 5000;

impl EngineChoice {
    /// A program with loops, ready to run.
    ///
    /// # Errors
    /// [`KernelError`] if there is no machine code for it.
    pub fn rolled(self, program: &RolledProgram) -> Result<Arc<dyn Engine>, KernelError> {
        Ok(match self {
            Self::Oracle => Arc::new(RolledOracle::new(program.clone())),
            Self::Jit => Arc::new(CompiledLoops::new(program)?),
        })
    }

    /// What is quicker for `count` numbers, computed once.
    fn for_once(count: usize) -> Self {
        if count < MANY { Self::Oracle } else { Self::Jit }
    }
}

impl Propagator {
    /// Compiles a rolled system: as [`Propagator::new`] does its flat form, with the same bits.
    ///
    /// # Errors
    /// As [`Propagator::new`].
    pub fn rolled(field: &RolledField, options: &Options) -> Result<Self, IntegrateError> {
        only(&[Method::Auto, Method::Dop853], options.method, "its equations are kept as loops")?;
        if let Some(smooth) = written_out(field, options) {
            return Self::from_flow(
                Arc::new(smooth),
                field.state_names(),
                field.parameter_count(),
                options,
            );
        }
        let rhs = options.engine.rolled(&lower_rolled(field, Part::Rhs))?;
        Self::from_engine_of(field.kind, rhs, field.state_names(), options)
    }
}

/// More components than this are never written out, which takes time and memory in proportion to them.
const MOST_WRITTEN_OUT: usize = 20_000;

/// The flow by Taylor series, which are swept through where the loops were.
fn written_out(field: &RolledField, options: &Options) -> Option<Smooth> {
    let wanted = options.method == Method::Auto && options.tolerance <= TIGHT;
    let fits = field.kind == FieldKind::Flow && field.dim() <= MOST_WRITTEN_OUT;
    (wanted && fits).then(|| Smooth::new(&lower(&field.expand()), options)).flatten()
}

/// Values of all parameters of a rolled system, defaults computed anew from `overrides`, which has a place
/// for each scalar parameter (`None`: not overridden).
///
/// # Errors
/// [`IntegrateError::ParameterCount`] if there are not as many overrides as parameters,
/// [`IntegrateError::Kernel`] if there is no machine code.
pub fn rolled_parameters(
    field: &RolledField,
    overrides: &[Option<f64>],
) -> Result<Vec<f64>, IntegrateError> {
    let count = field.parameter_count();
    if overrides.len() != count {
        return Err(IntegrateError::ParameterCount { want: count, got: overrides.len() });
    }
    let first = 1 + field.dim();
    let mut inputs = vec![0.0; first + count];
    for (place, parameter) in field.parameters.iter().enumerate() {
        let array = &parameter.array;
        let own = array.first..array.first + array.count();
        if overrides[own.clone()].iter().any(Option::is_none) {
            let mut values = vec![0.0; array.count()];
            run(field, Part::Defaults(place), &inputs, &mut values)?;
            inputs[first + own.start..first + own.end].copy_from_slice(&values);
        }
        for (value, given) in inputs[first + own.start..].iter_mut().zip(&overrides[own]) {
            *value = given.unwrap_or(*value);
        }
    }
    Ok(inputs.split_off(first))
}

/// The initial state of a rolled system for given parameters.
///
/// # Errors
/// [`IntegrateError::ParameterCount`] if there are not as many values as parameters,
/// [`IntegrateError::Kernel`] if there is no machine code.
pub fn rolled_initial(field: &RolledField, parameters: &[f64]) -> Result<Vec<f64>, IntegrateError> {
    let want = field.parameter_count();
    if parameters.len() != want {
        return Err(IntegrateError::ParameterCount { want, got: parameters.len() });
    }
    let mut inputs = vec![0.0; 1 + field.dim()];
    inputs.extend(parameters);
    let mut values = vec![0.0; field.dim()];
    run(field, Part::Initial, &inputs, &mut values)?;
    Ok(values)
}

fn run(
    field: &RolledField,
    part: Part,
    inputs: &[f64],
    outputs: &mut [f64],
) -> Result<(), IntegrateError> {
    let program = lower_rolled(field, part);
    EngineChoice::for_once(outputs.len()).rolled(&program)?.call(inputs, outputs);
    Ok(())
}

/// As [`crate::observe`], for a rolled system.
///
/// # Errors
/// As [`crate::observe`].
pub fn rolled_observe(
    field: &RolledField,
    parameters: &[f64],
    trajectory: &Trajectory,
) -> Result<Trajectory, IntegrateError> {
    let (dim, count) = (field.dim(), field.parameter_count());
    if trajectory.dim() != dim {
        return Err(IntegrateError::InitialLength { want: dim, got: trajectory.dim() });
    }
    if parameters.len() != count {
        return Err(IntegrateError::ParameterCount { want: count, got: parameters.len() });
    }
    if field.outputs.is_empty() {
        return Ok(trajectory.clone());
    }
    let program = lower_rolled(field, Part::Outputs);
    let outputs = field.output_count();
    let engine = EngineChoice::for_once(trajectory.len() * outputs).rolled(&program)?;
    let mut inputs = vec![0.0; 1 + dim];
    inputs.extend(parameters);
    let mut values = Array2::zeros((trajectory.len(), outputs));
    let states = trajectory.values();
    for ((time, state), mut row) in
        trajectory.grid().iter().zip(states.rows()).zip(values.rows_mut())
    {
        inputs[0] = time;
        inputs[1..=dim].iter_mut().zip(state).for_each(|(input, x)| *input = *x);
        engine.call(&inputs, row.as_slice_mut().expect("a row is contiguous"));
    }
    let names = field.outputs.iter().flat_map(RolledArray::elements).collect();
    Ok(Trajectory::new(trajectory.grid().clone(), values, names)
        .expect("a row per instant and a column per output"))
}
