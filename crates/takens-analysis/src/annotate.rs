//! All that is known of a system's motion, at once: an [`Annotation`].

use crate::correlation::{STAYS, dimension_of, entropy_of};
use crate::decide::{Evidence, decide};
use crate::orbit::{Orbit, SAMPLES};
use crate::pairs::Pairs;
use crate::spectrum::affordable_steps;
use crate::{
    AnalysisError, Annotation, Estimate, ORDER, Spectrum, SpectrumOptions, Verdict,
    alignment_index, dominant_period, drifts, has_jumps, largest_exponent_by_divergence,
    lyapunov_spectrum, permutation_entropy, pesin_entropy, zero_one_test,
};
use takens_integrate::IntegrateError;
use takens_symbolic::{FieldKind, VectorField};

/// A relative error of the largest exponent that asks for a longer average.
const UNSETTLED: f64 = 0.04;
/// By how much longer.
const LONGER: f64 = 8.0;

/// Quantities that follow from a spectrum.
const OF_THE_SPECTRUM: [&str; 6] = [
    "exponents",
    "kaplan_yorke",
    "mean_divergence",
    "kolmogorov_sinai",
    "largest_by_divergence",
    "alignment",
];
/// Those read off a series of samples, that of maps alone last.
const OF_A_SERIES: [&str; 4] =
    ["permutation_entropy", "zero_one", "correlation_dimension", "correlation_entropy"];

/// Computes what is known of a system's motion, in a few seconds; where components are many and steps tiny, in minutes.
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
    let mut annotation = Annotation::empty();
    let found = about_the_motion(dominant_period(field, parameters, initial, period))?;
    annotation.period = annotation.or_why("period", found);
    let scale = period.or(annotation.period);
    let mut options = SpectrumOptions::for_field(field, scale);
    // Far more than is planned for; a system that takes still shorter steps gets a shorter average. A stiff one takes
    // some ten thousand steps a period.
    options.max_steps = (6.0 * affordable_steps(field)).max(1e6) as u64;
    // A map's Jacobian is right on either side of a jump, and nothing lies between.
    annotation.has_jumps = field.kind == FieldKind::Flow && has_jumps(field);
    if annotation.has_jumps {
        // Where the motion sticks, steps are short and each crosses.
        options.max_steps /= 6;
    }
    let spectrum = about_the_motion(settled_spectrum(subject, &mut options))?;
    series(&mut annotation, subject, scale, &options)?;
    match spectrum {
        Ok(spectrum) => judge(&mut annotation, &spectrum, subject, &options),
        Err(error) => {
            use IntegrateError::{BlowUp, Escape};
            annotation.lack(&OF_THE_SPECTRUM, &error);
            let escaped = matches!(error, AnalysisError::Integrate(BlowUp { .. } | Escape { .. }));
            if escaped {
                annotation.verdict = Verdict::Unbounded;
            } else {
                use IntegrateError::MaxSteps;
                let tiny = matches!(error, AnalysisError::Integrate(MaxSteps { .. }));
                annotation.reason = Some(if tiny && annotation.has_jumps {
                    format!("the motion sticks where the right-hand side jumps: {error}")
                } else {
                    error.to_string()
                });
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

/// The spectrum of what the motion settles on, within the steps that were allowed for: a system of many components or of
/// tiny steps gets what is left of them.
///
/// - Over [`LONGER`] times the time where that planned leaves the largest exponent [`UNSETTLED`]: where the motion
///   keeps to some region for long, the scatter of parts that are shorter than such a stay is less than the error of their mean.
/// - From where the first average ended, where it was still of something else.
fn settled_spectrum(
    subject: Subject,
    options: &mut SpectrumOptions,
) -> Result<Spectrum, AnalysisError> {
    let Subject { field, parameters, initial } = subject;
    let mut spectrum = lyapunov_spectrum(field, parameters, initial, options)?;
    let (largest, error) = (spectrum.exponents[0], spectrum.standard_errors[0]);
    let unsettled = largest > 2.0 * error && error > UNSETTLED * largest;
    if unsettled && spectrum.ended_by.is_none() {
        options.t_end *= LONGER;
        spectrum = lyapunov_spectrum(field, parameters, initial, options)?;
    }
    let told = matches!(spectrum.verdict(), Verdict::TransientlyChaotic | Verdict::Unbounded);
    // Where volume is kept nothing is settled on: the motion lingers near order, and goes on.
    let settles = !told && !spectrum.keeps_volume();
    if settles && spectrum.has_settled_late() && spectrum.ended_by.is_none() {
        options.transient += options.t_end;
        spectrum = lyapunov_spectrum(field, parameters, initial, options)?;
    }
    Ok(spectrum)
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
    if annotation.mean_divergence.is_none() {
        annotation.lack(&["mean_divergence"], &"with delays there are infinitely many directions");
    }
    annotation.kolmogorov_sinai = Some(pesin_entropy(spectrum));
    annotation.t_end = spectrum.t_end;
    let mut evidence = Evidence { zero_one: annotation.zero_one, ..Evidence::default() };
    let half = SpectrumOptions { t_end: 0.5 * options.t_end, ..options.clone() };
    let again = largest_exponent_by_divergence(field, parameters, initial, &half);
    if let Some((value, standard_error, time)) = annotation.or_why("largest_by_divergence", again) {
        let again = Estimate { value, standard_error };
        annotation.largest_by_divergence = Some(again);
        evidence.divergence = Some((again, time));
    }
    // Over 5000 turns vectors on a curve come no nearer than 1e-8; of jumps the index knows nothing.
    if annotation.has_jumps {
        annotation.lack(&["alignment"], &"the index knows nothing of jumps");
    } else {
        let index = alignment_index(field, parameters, initial, options);
        evidence.alignment = annotation.or_why("alignment", index);
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
    let is_map = field.kind == FieldKind::Map;
    let wanted = &OF_A_SERIES[..if is_map { 4 } else { 3 }];
    let period = match period {
        None if !is_map => {
            annotation.lack(wanted, &"without a period there is no step between samples");
            return Ok(());
        }
        period => period.unwrap_or(1.0),
    };
    let mut samples = affordable_samples(field);
    let budget = (options.transient, period);
    // Stiff systems take many steps.
    let mut most_steps = 20_000_000;
    if !field.noise.names.is_empty() {
        // All steps are short, and few samples tell the one entropy that is wanted of them.
        samples /= 4;
        most_steps = 4_000_000;
    }
    let orbit = Orbit::new(field, parameters, initial, budget, samples, most_steps);
    let orbit = match about_the_motion(orbit)? {
        Ok(orbit) => orbit,
        Err(error) => {
            annotation.lack(wanted, &error);
            if field.hamiltonian.is_some() || !field.invariants.is_empty() {
                annotation.lack(&["drifts"], &error);
            }
            return Ok(());
        }
    };
    annotation.drifts = drifts(field, parameters, &orbit.states)?;
    let Some(series) = orbit.series() else {
        annotation.lack(wanted, &"nothing moves");
        return Ok(());
    };
    annotation.sample_step = Some(orbit.step);
    let entropy = permutation_entropy(&series, ORDER);
    annotation.permutation_entropy = annotation.or_why("permutation_entropy", entropy);
    if !field.noise.names.is_empty() {
        annotation.lack(&wanted[1..], &"noise has every dimension and passes every test for chaos");
        return Ok(());
    }
    annotation.zero_one = annotation.or_why("zero_one", zero_one_test(&series));
    if !field.delays.is_empty() {
        annotation.lack(&wanted[2..], &"with delays the state alone is a shadow of what moves");
        return Ok(());
    }
    let Some(points) = orbit.points() else {
        annotation.lack(&wanted[2..], &"a component has no bounds");
        return Ok(());
    };
    let theiler = if is_map { 10 } else { (3.0 * period / orbit.step) as usize };
    match Pairs::count(points.view(), theiler, &STAYS) {
        Ok(pairs) => {
            let dimension = dimension_of(&pairs);
            annotation.correlation_dimension =
                annotation.or_why("correlation_dimension", dimension);
            if is_map {
                let entropy = entropy_of(&pairs, orbit.step);
                annotation.correlation_entropy = annotation.or_why("correlation_entropy", entropy);
            }
        }
        Err(error) => annotation.lack(&wanted[2..], &error),
    }
    Ok(())
}

/// Fewer samples of large systems.
fn affordable_samples(field: &VectorField) -> usize {
    let few = 1.0 + field.dim() as f64 / 16.0;
    ((SAMPLES as f64 / few) as usize).max(2000)
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
                | IntegrateError::TooFar { .. }
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
