//! The error of the Kaplan-Yorke dimension.

use crate::Spectrum;

impl Spectrum {
    /// The standard error of [`Spectrum::kaplan_yorke`].
    ///
    /// From those of the exponents, taken for independent: `D = k + S/|λ|` for the sum `S` of the `k`
    /// greatest exponents and the next one, `λ`, has the derivatives `1/|λ|` and `S/λ²`. An exponent
    /// counted as zero adds what it is in truth.
    #[must_use]
    pub fn kaplan_yorke_error(&self) -> f64 {
        let mut sum = 0.0;
        let mut squares = 0.0;
        for index in 0..self.exponents.len() {
            let exponent = self.significant(index);
            let error = self.standard_errors[index].hypot(self.exponents[index] - exponent);
            if sum + exponent < 0.0 {
                let size = exponent.abs();
                return f64::sqrt(squares + (sum * error / size).powi(2)) / size;
            }
            sum += exponent;
            squares += error * error;
        }
        0.0
    }
}
