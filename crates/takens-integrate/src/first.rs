//! The length of a first step.
//!
//! # Source
//! E. Hairer, S. P. Norsett, G. Wanner, Solving Ordinary Differential Equations I, 2nd ed., Springer (1993), section II.4.

/// Where a trajectory begins.
pub(crate) struct First<'a> {
    pub(crate) time: f64,
    pub(crate) state: &'a [f64],
    pub(crate) slope: &'a [f64],
    /// What is allowed of the error of each component.
    pub(crate) scale: &'a [f64],
}

impl First<'_> {
    /// A step whose error is about a hundredth of what is allowed, from the first two derivatives.
    ///
    /// - `root`: of the order of the method.
    /// - `derivative`: at a time and a state.
    pub(crate) fn step(
        &self,
        root: impl Fn(f64) -> f64,
        derivative: impl FnOnce(f64, &[f64]) -> Vec<f64>,
    ) -> f64 {
        let Self { time, state, slope, scale } = *self;
        let norm = |values: &[f64]| {
            let squares =
                values.iter().zip(scale).map(|(value, scale)| (value / scale) * (value / scale));
            (squares.sum::<f64>() / state.len() as f64).sqrt()
        };
        let (size, speed) = (norm(state), norm(slope));
        let short = if size < 1e-5 || speed < 1e-5 { 1e-6 } else { 0.01 * (size / speed) };
        let ahead: Vec<f64> = state.iter().zip(slope).map(|(x, slope)| x + short * slope).collect();
        let mut bend = derivative(time + short, &ahead);
        for (bend, slope) in bend.iter_mut().zip(slope) {
            *bend = (*bend - slope) / short;
        }
        let fastest = speed.max(norm(&bend));
        let long = if fastest <= 1e-15 { (1e-3 * short).max(1e-6) } else { root(0.01 / fastest) };
        let step = if long.is_finite() { long.min(100.0 * short) } else { short };
        step.max(16.0 * f64::EPSILON * time.abs())
    }
}
