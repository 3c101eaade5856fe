//! All that is known of a system's motion, at once.

use crate::correlation::{STAYS, dimension_of, entropy_of};
use crate::decide::{Evidence, decide};
use crate::orbit::{Orbit, SAMPLES};
use crate::pairs::Pairs;
use crate::spectrum::affordable_steps;
use crate::{
    Alignment, AnalysisError, Drift, Estimate, Scaling, Spectrum, SpectrumOptions, Verdict,
    alignment_index, dominant_period, drifts, has_jumps, largest_exponent_by_divergence,
    lyapunov_spectrum, permutation_entropy, pesin_entropy, zero_one_test,
};
use takens_integrate::IntegrateError;
use takens_symbolic::{FieldKind, VectorField};

/// What was computed of a system at given parameters and start. What could not be computed is absent.
#[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct Annotation {
    /// Lyapunov exponents per unit of system time (per iteration), from the greatest; none if the
    /// trajectory ended too early.
    pub exponents: Vec<f64>,
    /// Their standard errors.
    pub standard_errors: Vec<f64>,
    /// The Kaplan-Yorke dimension.
    pub kaplan_yorke: Option<f64>,
    /// Its standard error.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kaplan_yorke_error: Option<f64>,
    /// The mean divergence along the trajectory, which the exponents sum to (in a map, the mean of the
    /// logarithm of the Jacobian's determinant).
    pub mean_divergence: Option<f64>,
    /// The dominant period in system time (iterations); see [`dominant_period`].
    pub period: Option<f64>,
    /// The time over which the exponents were averaged.
    pub t_end: f64,
    /// The kind of motion, by all tests that were made.
    pub verdict: Verdict,
    /// Why it is undecided.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// Whether the right-hand side of a flow may jump (see [`has_jumps`]).
    #[serde(default)]
    pub has_jumps: bool,
    /// The largest exponent found again, from the distance of two trajectories.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub largest_by_divergence: Option<Estimate>,
    /// `K` of the 0-1 test; see [`zero_one_test`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub zero_one: Option<f64>,
    /// How far two tangent vectors aligned; see [`alignment_index`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub alignment: Option<Alignment>,
    /// The correlation dimension of the components observed, each scaled to variance one, with its
    /// scaling range in these units. Of a system that is driven in time it is that of the attractor as
    /// the components show it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub correlation_dimension: Option<Scaling>,
    /// The Kolmogorov-Sinai entropy by Pesin's formula, per unit of system time.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kolmogorov_sinai: Option<Estimate>,
    /// The correlation entropy `K₂` of a map, per iteration. (Of flows so few samples give it too high.)
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub correlation_entropy: Option<Estimate>,
    /// The permutation entropy of patterns of [`ORDER`] samples, 0 to 1.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub permutation_entropy: Option<f64>,
    /// The time between the samples that the 0-1 test, the correlation sums and the permutation entropy read.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sample_step: Option<f64>,
    /// How far the energy and the declared invariants drifted along the sampled trajectory, integrated at a
    /// tolerance of 1e-8.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub drifts: Vec<Drift>,
}

/// Values to a pattern of an annotation's permutation entropy.
pub const ORDER: usize = 5;

/// Computes what is known of a system's motion, in a few seconds.
///
/// - `parameters`: one value per scalar parameter, in flat order.
/// - `initial`: where the transient starts, at time 0.
/// - `period`: the time scale, if it is known; it sets how long the averages are.
///
/// A trajectory that escapes or cannot be followed is no error: the verdict says so.
///
/// The exponents, the 0-1 test, the alignment index and the distance of two trajectories are found
/// independently of each other. Where two of them contradict each other on whether there is chaos, the verdict is
/// [`Verdict::Undecided`], and [`Annotation::reason`] tells.
///
/// # Errors
/// [`AnalysisError`] for arguments that do not fit the system.
pub fn annotate(
    field: &VectorField,
    parameters: &[f64],
    initial: &[f64],
    period: Option<f64>,
) -> Result<Annotation, AnalysisError> {
    let subject = Subject { field, parameters, initial };
    let found = about_the_motion(dominant_period(field, parameters, initial, period))?.ok();
    let scale = period.or(found);
    let mut options = SpectrumOptions::for_field(field, scale);
    // Far more than is planned for; a system that takes still shorter steps gets a shorter average.
    options.max_steps = (6.0 * affordable_steps(field)).max(20_000.0) as u64;
    let mut annotation = Annotation::without_exponents(found, Verdict::Undecided);
    // A map's Jacobian is right on either side of a jump, and nothing lies between.
    annotation.has_jumps = field.kind == FieldKind::Flow && has_jumps(field);
    if annotation.has_jumps {
        // Where the motion sticks, steps are short and each crosses.
        options.max_steps /= 6;
    }
    series(&mut annotation, subject, scale, &options)?;
    match about_the_motion(spectrum_of(subject, &options))? {
        Ok(spectrum) => judge(&mut annotation, &spectrum, subject, &options),
        Err(error) => {
            use IntegrateError::{BlowUp, Escape};
            let escaped = matches!(error, AnalysisError::Integrate(BlowUp { .. } | Escape { .. }));
            if escaped {
                annotation.verdict = Verdict::Unbounded;
            } else {
                annotation.reason = Some(error.to_string());
            }
        }
    }
    Ok(annotation)
}

/// What is annotated.
#[derive(Clone, Copy)]
struct Subject<'a> {
    field: &'a VectorField,
    parameters: &'a [f64],
    initial: &'a [f64],
}

fn spectrum_of(subject: Subject, options: &SpectrumOptions) -> Result<Spectrum, AnalysisError> {
    lyapunov_spectrum(subject.field, subject.parameters, subject.initial, options)
}

/// Puts in what follows from a spectrum, and the verdict.
fn judge(
    annotation: &mut Annotation,
    spectrum: &Spectrum,
    subject: Subject,
    options: &SpectrumOptions,
) {
    let Subject { field, parameters, initial } = subject;
    annotation.exponents = spectrum.exponents.clone();
    annotation.standard_errors = spectrum.standard_errors.clone();
    annotation.kaplan_yorke = Some(spectrum.kaplan_yorke);
    annotation.kaplan_yorke_error = Some(spectrum.kaplan_yorke_error());
    annotation.mean_divergence = Some(spectrum.mean_divergence).filter(|mean| mean.is_finite());
    annotation.kolmogorov_sinai = Some(pesin_entropy(spectrum));
    annotation.t_end = spectrum.t_end;
    let mut evidence = Evidence { zero_one: annotation.zero_one, ..Evidence::default() };
    let half = SpectrumOptions { t_end: 0.5 * options.t_end, ..options.clone() };
    let again = largest_exponent_by_divergence(field, parameters, initial, &half);
    if let Ok((value, standard_error, time)) = again {
        let again = Estimate { value, standard_error };
        annotation.largest_by_divergence = Some(again);
        evidence.divergence = Some((again, time));
    }
    // Over 5000 turns vectors on a curve come no nearer than 1e-8; of jumps the index knows nothing.
    if !annotation.has_jumps {
        evidence.alignment = alignment_index(field, parameters, initial, options).ok();
    }
    annotation.alignment = evidence.alignment;
    (annotation.verdict, annotation.reason) = decide(spectrum, &evidence, annotation.period);
}

/// Puts in what is read off a series of samples.
fn series(
    annotation: &mut Annotation,
    subject: Subject,
    period: Option<f64>,
    options: &SpectrumOptions,
) -> Result<(), AnalysisError> {
    let Subject { field, parameters, initial } = subject;
    let period = match (field.kind, period) {
        (FieldKind::Flow, None) => return Ok(()),
        (_, period) => period.unwrap_or(1.0),
    };
    let samples = affordable_samples(field);
    let budget = (options.transient, period);
    let orbit = Orbit::new(field, parameters, initial, budget, samples, 2_000_000);
    let Ok(orbit) = about_the_motion(orbit)? else { return Ok(()) };
    annotation.drifts = drifts(field, parameters, &orbit.states)?;
    let Some(series) = orbit.series() else { return Ok(()) };
    annotation.sample_step = Some(orbit.step);
    annotation.permutation_entropy = permutation_entropy(&series, ORDER).ok();
    if !field.noise.names.is_empty() {
        // Noise has every dimension and passes every test for chaos.
        return Ok(());
    }
    annotation.zero_one = zero_one_test(&series).ok();
    // With delays the state alone is a shadow of what moves.
    let Some(points) = orbit.points().filter(|_| field.delays.is_empty()) else { return Ok(()) };
    let theiler =
        if field.kind == FieldKind::Map { 10 } else { (3.0 * period / orbit.step) as usize };
    if let Ok(pairs) = Pairs::count(points.view(), theiler, &STAYS) {
        annotation.correlation_dimension = dimension_of(&pairs).ok();
        if field.kind == FieldKind::Map {
            annotation.correlation_entropy = entropy_of(&pairs, orbit.step).ok();
        }
    }
    Ok(())
}

/// Fewer samples of large systems.
fn affordable_samples(field: &VectorField) -> usize {
    let few = 1.0 + field.dim() as f64 / 16.0;
    ((SAMPLES as f64 / few) as usize).max(2000)
}

impl Annotation {
    fn without_exponents(period: Option<f64>, verdict: Verdict) -> Self {
        Self {
            exponents: vec![],
            standard_errors: vec![],
            kaplan_yorke: None,
            kaplan_yorke_error: None,
            mean_divergence: None,
            period,
            t_end: 0.0,
            verdict,
            reason: None,
            has_jumps: false,
            largest_by_divergence: None,
            zero_one: None,
            alignment: None,
            correlation_dimension: None,
            kolmogorov_sinai: None,
            correlation_entropy: None,
            permutation_entropy: None,
            sample_step: None,
            drifts: vec![],
        }
    }
}

/// The inner result is the motion's, the outer that of what was asked.
fn about_the_motion<T>(
    result: Result<T, AnalysisError>,
) -> Result<Result<T, AnalysisError>, AnalysisError> {
    match result {
        Err(error) if !is_about_the_motion(&error) => Err(error),
        result => Ok(result),
    }
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
        AnalysisError::TooShort { .. }
        | AnalysisError::NoPeriod { .. }
        | AnalysisError::NoScaling { .. }
        | AnalysisError::TooFew { .. }
        | AnalysisError::OneDirection
        | AnalysisError::Memory { .. } => true,
        AnalysisError::Kernel(_) | AnalysisError::Option { .. } => false,
    }
}
