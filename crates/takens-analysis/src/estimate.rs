//! Numbers with errors.

/// A number with its standard error.
#[derive(Debug, Clone, Copy, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct Estimate {
    /// The number.
    pub value: f64,
    /// Its standard error.
    pub standard_error: f64,
}

impl Estimate {
    /// Whether two numbers agree: they differ by less than four standard errors, both added in squares, or by
    /// less than `resolution`.
    #[must_use]
    pub fn agrees(&self, other: &Self, resolution: f64) -> bool {
        let both = self.standard_error.hypot(other.standard_error);
        (self.value - other.value).abs() <= (4.0 * both).max(resolution)
    }
}
