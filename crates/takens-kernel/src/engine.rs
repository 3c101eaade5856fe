//! What every engine can do.

/// A program made ready to run.
///
/// An engine may be called from several threads at once.
pub trait Engine: Send + Sync {
    /// How many numbers go in.
    fn input_count(&self) -> usize;

    /// How many numbers come out.
    fn output_count(&self) -> usize;

    /// Computes all outputs.
    ///
    /// # Panics
    /// If the lengths are not [`input_count`](Self::input_count) and
    /// [`output_count`](Self::output_count).
    fn call(&self, inputs: &[f64], outputs: &mut [f64]);
}

/// Refuses slices of the wrong length.
#[track_caller]
pub(crate) fn check_lengths(want: (usize, usize), inputs: &[f64], outputs: &[f64]) {
    assert_eq!(want, (inputs.len(), outputs.len()), "inputs and outputs of the program");
}
