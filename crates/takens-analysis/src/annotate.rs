//! All that is known of a system's motion, at once.

use crate::spectrum::affordable_steps;
use crate::{
    AnalysisError, Spectrum, SpectrumOptions, Verdict, dominant_period, has_jumps,
    largest_exponent_by_divergence, lyapunov_spectrum,
};
use takens_integrate::IntegrateError;
use takens_symbolic::{FieldKind, VectorField};

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
    /// Whether the right-hand side of a flow may jump (see [`has_jumps`]). If the largest exponent, found again
    /// without derivatives, then differs, it is the only one given.
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
    // Far more than is planned for; a system that takes still shorter steps gets a shorter average.
    options.max_steps = (6.0 * affordable_steps(field)).max(20_000.0) as u64;
    // A map's Jacobian is right on either side of a jump, and nothing lies between.
    let has_jumps = field.kind == FieldKind::Flow && has_jumps(field);
    let spectrum = match lyapunov_spectrum(field, parameters, initial, &options) {
        Ok(spectrum) => spectrum,
        // Of a system with noise or events the period is all that is found so far.
        Err(AnalysisError::Memory { .. }) => {
            return Ok(Annotation::without_exponents(found, Verdict::Undecided, has_jumps));
        }
        Err(error) if is_about_the_motion(&error) => {
            let escaped = matches!(
                error,
                AnalysisError::Integrate(
                    IntegrateError::BlowUp { .. } | IntegrateError::Escape { .. }
                )
            );
            let verdict = if escaped { Verdict::Unbounded } else { Verdict::Undecided };
            return Ok(Annotation::without_exponents(found, verdict, has_jumps));
        }
        Err(error) => return Err(error),
    };
    let mut annotation = Annotation {
        verdict: spectrum.verdict(),
        exponents: spectrum.exponents.clone(),
        standard_errors: spectrum.standard_errors.clone(),
        kaplan_yorke: Some(spectrum.kaplan_yorke),
        mean_divergence: Some(spectrum.mean_divergence).filter(|mean| mean.is_finite()),
        period: found,
        t_end: spectrum.t_end,
        has_jumps,
    };
    let settled = matches!(annotation.verdict, Verdict::Periodic | Verdict::Quasiperiodic);
    if settled && spectrum.resolution(0) * found.unwrap_or(0.0) > UNRESOLVED {
        annotation.verdict = Verdict::Undecided;
    }
    if has_jumps {
        check_jumps(&mut annotation, &spectrum, field, parameters, initial, &options);
    }
    Ok(annotation)
}

impl Annotation {
    fn without_exponents(period: Option<f64>, verdict: Verdict, has_jumps: bool) -> Self {
        Self {
            exponents: vec![],
            standard_errors: vec![],
            kaplan_yorke: None,
            mean_divergence: None,
            period,
            t_end: 0.0,
            verdict,
            has_jumps,
        }
    }
}

/// A growth per period that cannot be told from none leaves it open whether there is chaos.
const UNRESOLVED: f64 = 0.15;

/// Replaces exponents from which the largest one, found without derivatives, differs.
fn check_jumps(
    annotation: &mut Annotation,
    spectrum: &Spectrum,
    field: &VectorField,
    parameters: &[f64],
    initial: &[f64],
    options: &SpectrumOptions,
) {
    let Ok((largest, error, time)) =
        largest_exponent_by_divergence(field, parameters, initial, options)
    else {
        return;
    };
    let both = error.hypot(spectrum.standard_errors[0]);
    let noise = (4.0 * both).max(10.0 / time);
    if (largest - spectrum.exponents[0]).abs() <= noise {
        return;
    }
    annotation.exponents = vec![largest];
    annotation.standard_errors = vec![error];
    annotation.kaplan_yorke = None;
    annotation.t_end = time;
    annotation.verdict = if largest > noise { Verdict::Chaotic } else { Verdict::Undecided };
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
        AnalysisError::Kernel(_) | AnalysisError::Option { .. } | AnalysisError::Memory { .. } => {
            false
        }
    }
}
