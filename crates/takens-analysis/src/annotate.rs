//! All that is known of a system's motion, at once.

use crate::spectrum::affordable_steps;
use crate::{
    AnalysisError, SpectrumOptions, Verdict, dominant_period, has_jumps, lyapunov_spectrum,
};
use takens_integrate::IntegrateError;
use takens_symbolic::VectorField;

/// What was computed of a system at given parameters and start.
#[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct Annotation {
    /// Lyapunov exponents per unit of system time (per iteration), from the greatest; none if the
    /// trajectory ended too early.
    pub exponents: Vec<f64>,
    /// Their standard errors.
    pub standard_errors: Vec<f64>,
    /// The Kaplan-Yorke dimension.
    pub kaplan_yorke: Option<f64>,
    /// The mean divergence along the trajectory, which the exponents sum to (in a map, the mean of the
    /// logarithm of the Jacobian's determinant).
    pub mean_divergence: Option<f64>,
    /// The dominant period in system time (iterations); see [`dominant_period`].
    pub period: Option<f64>,
    /// The time over which the exponents were averaged.
    pub t_end: f64,
    /// The kind of motion.
    pub verdict: Verdict,
    /// Whether the right-hand side may jump: exponents are then doubtful (see [`has_jumps`]).
    #[serde(default)]
    pub has_jumps: bool,
}

/// Computes what is known of a system's motion, in about a second.
///
/// - `parameters`: one value per scalar parameter, in flat order.
/// - `initial`: where the transient starts, at time 0.
/// - `period`: the time scale, if it is known; it sets how long the averages are.
///
/// A trajectory that escapes or cannot be followed is no error: the verdict says so.
///
/// # Errors
/// [`AnalysisError`] for arguments that do not fit the system.
pub fn annotate(
    field: &VectorField,
    parameters: &[f64],
    initial: &[f64],
    period: Option<f64>,
) -> Result<Annotation, AnalysisError> {
    let found = match dominant_period(field, parameters, initial, period) {
        Ok(found) => Some(found),
        Err(error) if is_about_the_motion(&error) => None,
        Err(error) => return Err(error),
    };
    let mut options = SpectrumOptions::for_field(field, period.or(found));
    // Twice what is planned for: a system that takes shorter steps than most gets a shorter average.
    options.max_steps = (2.0 * affordable_steps(field)).max(20_000.0) as u64;
    let has_jumps = has_jumps(field);
    let spectrum = match lyapunov_spectrum(field, parameters, initial, &options) {
        Ok(spectrum) => spectrum,
        Err(error) if is_about_the_motion(&error) => {
            let escaped = matches!(
                error,
                AnalysisError::Integrate(
                    IntegrateError::BlowUp { .. } | IntegrateError::Escape { .. }
                )
            );
            return Ok(Annotation {
                exponents: vec![],
                standard_errors: vec![],
                kaplan_yorke: None,
                mean_divergence: None,
                period: found,
                t_end: 0.0,
                verdict: if escaped { Verdict::Unbounded } else { Verdict::Undecided },
                has_jumps,
            });
        }
        Err(error) => return Err(error),
    };
    Ok(Annotation {
        verdict: spectrum.verdict(),
        exponents: spectrum.exponents,
        standard_errors: spectrum.standard_errors,
        kaplan_yorke: Some(spectrum.kaplan_yorke),
        mean_divergence: Some(spectrum.mean_divergence),
        period: found,
        t_end: spectrum.t_end,
        has_jumps,
    })
}

/// Whether the trajectory is to blame, rather than what was asked.
fn is_about_the_motion(error: &AnalysisError) -> bool {
    match error {
        AnalysisError::Integrate(error) => matches!(
            error,
            IntegrateError::BlowUp { .. }
                | IntegrateError::Escape { .. }
                | IntegrateError::Stalled { .. }
                | IntegrateError::MaxSteps { .. }
                | IntegrateError::DerivativeNotFinite { .. }
        ),
        AnalysisError::TooShort { .. } | AnalysisError::NoPeriod { .. } => true,
        AnalysisError::Kernel(_) | AnalysisError::Option { .. } => false,
    }
}
