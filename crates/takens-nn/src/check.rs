//! A check that every variable of a network learns: its gradient exists, and is the right one.

use candle_core::{Result, Tensor, Var};

/// What is wrong with a gradient.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum GradientFault {
    /// The loss does not reach the variable, or an operation on the way drops the gradient.
    #[error("`{variable}` has no gradient; an operation on its way has none")]
    Missing {
        /// The variable's name.
        variable: String,
    },
    /// The gradient is zero throughout.
    #[error("the gradient of `{variable}` is zero throughout")]
    Zero {
        /// The variable's name.
        variable: String,
    },
    /// The gradient is not that of the loss.
    #[error("the gradient of `{variable}` along itself is {got}, and differences give {want}")]
    Wrong {
        /// The variable's name.
        variable: String,
        /// Length of the gradient.
        got: f64,
        /// The same by a difference quotient.
        want: f64,
    },
    /// candle refused.
    #[error(transparent)]
    Candle(#[from] candle_core::Error),
}

/// Checks the gradient of `loss` by each of `variables`: it exists, is not zero, and its length is
/// the slope of the loss along it, by central differences, within `tolerance` (relative).
///
/// Meant for `F64` variables: in `F32` the differences are good to two or three digits. The
/// variables are left as they were.
///
/// # Errors
/// [`GradientFault`] of the first variable that fails.
pub fn gradient_check(
    variables: &[(String, Var)],
    loss: impl Fn() -> Result<Tensor>,
    tolerance: f64,
) -> std::result::Result<(), GradientFault> {
    let value = || -> Result<f64> { loss()?.to_dtype(candle_core::DType::F64)?.to_scalar::<f64>() };
    let gradients = loss()?.backward()?;
    for (name, variable) in variables {
        let variable_name = || name.clone();
        let Some(gradient) = gradients.get(variable) else {
            return Err(GradientFault::Missing { variable: variable_name() });
        };
        let double = gradient.to_dtype(candle_core::DType::F64)?;
        let length = double.sqr()?.sum_all()?.to_scalar::<f64>()?.sqrt();
        // A gradient that is not a number fails here as well.
        if length.is_nan() || length == 0.0 {
            return Err(GradientFault::Zero { variable: variable_name() });
        }
        let start = variable.as_tensor().copy()?;
        let step = 1e-5;
        let along = |distance: f64| -> Result<f64> {
            variable.set(&(&start + gradient.affine(distance / length, 0.0)?)?)?;
            value()
        };
        let slope = (along(step)? - along(-step)?) / (2.0 * step);
        variable.set(&start)?;
        if (slope - length).abs() > tolerance * length.max(1.0) {
            let variable = variable_name();
            return Err(GradientFault::Wrong { variable, got: length, want: slope });
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{DType, Weights};
    use takens_plugin::Call;

    #[test]
    fn lost_gradients_are_found() {
        let call = Call::for_tests(1);
        let mut weights = Weights::new(&call, 0, DType::F64);
        let used = weights.matrix("used", 2, 2, 1.0).unwrap();
        let unused = weights.matrix("unused", 2, 2, 1.0).unwrap();
        let variables = weights.into_variables();
        let square = |x: &Var| x.as_tensor().sqr()?.sum_all();
        gradient_check(&variables[..1], || square(&used), 1e-7).unwrap();
        let missing = gradient_check(&variables, || square(&used), 1e-7).unwrap_err();
        assert!(matches!(missing, GradientFault::Missing { variable } if variable == "unused"));
        let nothing = || (unused.as_tensor() - unused.as_tensor())?.sum_all();
        let zero = || square(&used)? + nothing()?;
        let zero = gradient_check(&variables, zero, 1e-7).unwrap_err();
        assert!(matches!(zero, GradientFault::Zero { variable } if variable == "unused"));
    }
}
