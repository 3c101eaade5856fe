//! Iterating a map.

use crate::IntegrateError;
use takens_kernel::Engine;

/// The states after the iterations `counts`, increasing, from `initial` at the first of them.
///
/// Gives the number of iterations made; `row` takes each state that was asked for.
///
/// # Errors
/// [`IntegrateError::Escape`] at the first state that is not finite.
pub(crate) fn iterate(
    map: &dyn Engine,
    names: &[String],
    parameters: &[f64],
    initial: &[f64],
    counts: impl Iterator<Item = f64>,
    mut row: impl FnMut(usize, &[f64]),
) -> Result<u64, IntegrateError> {
    let n = initial.len();
    let mut inputs = vec![0.0; 1 + n + parameters.len()];
    inputs[1..=n].copy_from_slice(initial);
    inputs[1 + n..].copy_from_slice(parameters);
    let mut image = vec![0.0; n];
    let mut made = 0;
    for (index, count) in counts.enumerate() {
        if index == 0 {
            inputs[0] = count;
        }
        while inputs[0] < count {
            map.call(&inputs, &mut image);
            inputs[0] += 1.0;
            made += 1;
            if let Some(bad) = image.iter().position(|value| !value.is_finite()) {
                let component = names[bad].clone();
                return Err(IntegrateError::Escape { iteration: made, component });
            }
            inputs[1..=n].copy_from_slice(&image);
        }
        row(index, &inputs[1..=n]);
    }
    Ok(made)
}
