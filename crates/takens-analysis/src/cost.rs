//! How long a spectrum will take, before it is begun.

use crate::SpectrumOptions;
use crate::spectrum::affordable_steps;
use takens_symbolic::{FieldKind, VectorField};

/// Seconds that [`lyapunov_spectrum`](crate::lyapunov_spectrum) takes, within a factor of three or so.
///
/// - `period`: the time in which the state of a flow goes around once; without it, one time unit.
#[must_use]
pub fn expected_seconds(
    field: &VectorField,
    options: &SpectrumOptions,
    period: Option<f64>,
) -> f64 {
    let time = options.t_end + options.transient;
    let steps = match field.kind {
        FieldKind::Map => time,
        // Most systems need 50 to 100 steps for a period.
        FieldKind::Flow => 80.0 * time / period.unwrap_or(1.0),
    };
    // Tangent vectors cost alike, but for making them orthogonal, in which every pair meets.
    let all = field.dim() as f64;
    let share = options.exponents.map_or(1.0, |count| (1.0 + count as f64) / (1.0 + all));
    share * steps / affordable_steps(field)
}
