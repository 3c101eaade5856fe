//! Lyapunov spectra against published and exact values.

mod common;

use common::{circle, field, henon, linear, logistic, lorenz, lorenz96};
use takens_analysis::{
    AnalysisError, Spectrum, SpectrumOptions, Verdict, annotate, dominant_period, has_jumps,
    largest_exponent_by_divergence, lyapunov_spectrum,
};
use takens_integrate::{EngineChoice, IntegrateError};
use takens_symbolic::{Delay, FieldKind, Function, Noise, Symbol, VectorField};

fn options(t_end: f64) -> SpectrumOptions {
    SpectrumOptions { t_end, transient: t_end / 10.0, ..SpectrumOptions::default() }
}

#[track_caller]
fn check(field: &VectorField, initial: &[f64], t_end: f64, want: &[f64], sum: f64) -> Spectrum {
    let spectrum = lyapunov_spectrum(field, &[], initial, &options(t_end)).unwrap();
    assert_eq!(spectrum.exponents.len(), want.len());
    for ((got, error), want) in spectrum.exponents.iter().zip(&spectrum.standard_errors).zip(want) {
        assert!((got - want).abs() < 4.0 * error + 10.0 / t_end, "{got} ± {error}, not {want}");
    }
    assert!((spectrum.sum - sum).abs() < 1e-5, "sum {}", spectrum.sum);
    assert!(
        (spectrum.mean_divergence - sum).abs() < 1e-6,
        "divergence {}",
        spectrum.mean_divergence
    );
    spectrum
}

/// J. C. Sprott, sprott.physics.wisc.edu/chaos/lorenzle.htm
#[test]
fn lorenz_has_its_spectrum() {
    let want = [0.9056, 0.0, -14.5723];
    let spectrum = check(&lorenz(), &[1.0, 1.0, 20.0], 2000.0, &want, -41.0 / 3.0);
    assert!(spectrum.standard_errors[0] < 0.01, "{:?}", spectrum.standard_errors);
    assert!((spectrum.kaplan_yorke - 2.062).abs() < 2e-3);
    assert_eq!(spectrum.verdict(), Verdict::Chaotic);
}

#[test]
fn parts_side_by_side_give_the_same_spectrum() {
    let options = SpectrumOptions { t_end: 3000.0, transient: 30.0, ..SpectrumOptions::default() };
    let spectrum = |field: &VectorField, initial: &[f64], parts: bool| {
        let options = SpectrumOptions { parts, ..options.clone() };
        lyapunov_spectrum(field, &[], initial, &options).unwrap()
    };
    let [parts, whole] = [true, false].map(|parts| spectrum(&lorenz(), &[1.0, 1.0, 20.0], parts));
    assert!(parts.length < options.t_end / 8.0 && whole.length == whole.t_end);
    assert!((parts.sum + 41.0 / 3.0).abs() < 1e-5, "{}", parts.sum);
    // The average leaves out what does not fill a batch.
    assert!(parts.t_end > 0.9 * options.t_end, "{}", parts.t_end);
    for index in 0..3 {
        let error = parts.standard_errors[index] + whole.standard_errors[index];
        let apart = parts.exponents[index] - whole.exponents[index];
        assert!(apart.abs() < 4.0 * error, "{parts:?}, {whole:?}");
    }
    // Regular motion is followed as a whole: its lengths grow as powers of time.
    let regular = spectrum(&circle(), &[1.0, 0.0], true);
    assert_eq!(regular.length, regular.t_end);
}

/// J. C. Sprott, Chaos and Time-Series Analysis, Oxford (2003), appendix A.
#[test]
fn henon_has_its_spectrum() {
    let spectrum = check(&henon(), &[0.1, 0.1], 200_000.0, &[0.41922, -1.62319], 0.3f64.ln());
    assert!((spectrum.exponents[0] - 0.41922).abs() < 2e-3);
    assert!((spectrum.kaplan_yorke - 1.258).abs() < 2e-3);
}

#[test]
fn exact_exponents_are_found() {
    let spectrum = check(&linear(&[-1, -3]), &[1.0, 1.0], 50.0, &[-1.0, -3.0], -4.0);
    assert_eq!(spectrum.verdict(), Verdict::FixedPoint);
    assert_eq!(spectrum.kaplan_yorke, 0.0);
    check(&linear(&[-5, -3, -1]), &[1.0, 1.0, 1.0], 50.0, &[-1.0, -3.0, -5.0], -9.0);
    let spectrum = check(&circle(), &[1.0, 0.0], 1000.0, &[0.0, 0.0], 0.0);
    assert_eq!(spectrum.verdict(), Verdict::Quasiperiodic);
    // ln 2 for the full logistic map, whatever its derivative at 1/2.
    let spectrum = lyapunov_spectrum(&logistic(40), &[], &[0.3], &options(100_000.0)).unwrap();
    assert!((spectrum.exponents[0] - 2f64.ln()).abs() < 4.0 * spectrum.standard_errors[0]);
    let spectrum = lyapunov_spectrum(&logistic(32), &[], &[0.3], &options(1000.0)).unwrap();
    assert_eq!(spectrum.verdict(), Verdict::Periodic);
    let spectrum = lyapunov_spectrum(&logistic(20), &[], &[0.3], &options(1000.0)).unwrap();
    assert_eq!(spectrum.verdict(), Verdict::FixedPoint);
    assert!(
        (-708.0..-30.0).contains(&spectrum.exponents[0]),
        "superstable: {:?}",
        spectrum.exponents
    );
}

#[test]
fn engines_agree_to_the_last_bit() {
    let oracle = SpectrumOptions { engine: EngineChoice::Oracle, ..options(20.0) };
    let jit = lyapunov_spectrum(&lorenz(), &[], &[1.0, 1.0, 20.0], &options(20.0)).unwrap();
    assert_eq!(jit, lyapunov_spectrum(&lorenz(), &[], &[1.0, 1.0, 20.0], &oracle).unwrap());
}

#[test]
fn large_systems_are_hyperchaotic() {
    let initial: Vec<f64> = (0..20).map(|i| 8.0 + 0.01 * f64::from(i % 7)).collect();
    let spectrum = lyapunov_spectrum(&lorenz96(20), &[], &initial, &options(100.0)).unwrap();
    assert_eq!(spectrum.verdict(), Verdict::Hyperchaotic);
    assert!((spectrum.sum + 20.0).abs() < 1e-5, "{}", spectrum.sum);
    let some = SpectrumOptions { exponents: Some(3), ..options(100.0) };
    let leading = lyapunov_spectrum(&lorenz96(20), &[], &initial, &some).unwrap();
    assert_eq!(leading.exponents.len(), 3);
    assert!((leading.exponents[0] - spectrum.exponents[0]).abs() < 0.3);
}

#[test]
fn escape_is_a_verdict() {
    let mut square = logistic(50);
    let escape = lyapunov_spectrum(&square, &[], &[0.3], &options(1000.0));
    assert!(
        matches!(escape, Err(AnalysisError::Integrate(IntegrateError::Escape { .. }))),
        "{escape:?}"
    );
    assert_eq!(annotate(&square, &[], &[0.3], None).unwrap().verdict, Verdict::Unbounded);
    square.rhs.push(square.rhs[0]);
    let blow_up = field(FieldKind::Flow, 1, |g, _, x| vec![g.mul(x[0], x[0])]);
    let annotation = annotate(&blow_up, &[], &[1.0], None).unwrap();
    assert_eq!((annotation.verdict, annotation.exponents), (Verdict::Unbounded, vec![]));
}

/// J. C. Sprott, "A dynamical system with a strange attractor and invariant tori": its friction jumps.
fn with_jumping_friction() -> VectorField {
    field(FieldKind::Flow, 3, |g, _, x| {
        let sign = g.call(Function::Sign, &[x[2]]);
        let friction = g.mul(sign, x[1]);
        let (square_y, square_x) = (g.mul(x[1], x[1]), g.mul(x[0], x[0]));
        let slope = g.neg(x[0]);
        let exponent = g.neg(square_x);
        let bell = g.call(Function::Exp, &[exponent]);
        vec![x[1], g.sub(slope, friction), g.sub(square_y, bell)]
    })
}

/// 0.2268 ± 0.0008 with the jump matrix of the crossing; without, 0.
#[test]
fn jumps_do_not_hide_chaos() {
    let annotation =
        annotate(&with_jumping_friction(), &[], &[-1.3396906, -0.21238338, 0.32982163], Some(6.6))
            .unwrap();
    assert_eq!(annotation.verdict, Verdict::Chaotic);
    assert_eq!(annotation.exponents.len(), 3);
    let error = annotation.exponents[0] - 0.2268;
    assert!(error.abs() < 4.0 * annotation.standard_errors[0], "{annotation:?}");
    assert!(annotation.exponents[1].abs() < 4.0 * annotation.standard_errors[1], "{annotation:?}");
    // The jump matrices change volumes, and the mean divergence knows.
    let sum: f64 = annotation.exponents.iter().sum();
    assert!((sum - annotation.mean_divergence.unwrap()).abs() < 1e-5, "{annotation:?}");
}

#[test]
fn two_trajectories_part_as_tangent_vectors_do() {
    let (exponent, error, _) =
        largest_exponent_by_divergence(&lorenz(), &[], &[1.0, 1.0, 20.0], &options(1000.0))
            .unwrap();
    assert!((exponent - 0.9056).abs() < 4.0 * error, "{exponent} ± {error}");
    let (exponent, ..) =
        largest_exponent_by_divergence(&linear(&[-2]), &[], &[1.0], &options(10.0)).unwrap();
    assert!((exponent + 2.0).abs() < 1e-3, "{exponent}");
}

/// In maps too: `ln 2` for the full logistic map.
#[test]
fn two_orbits_of_a_map_part() {
    let (exponent, error, _) =
        largest_exponent_by_divergence(&logistic(40), &[], &[0.3], &options(20_000.0)).unwrap();
    assert!((exponent - 2f64.ln()).abs() < 4.0 * error + 1e-4, "{exponent} ± {error}");
    let (exponent, ..) =
        largest_exponent_by_divergence(&logistic(32), &[], &[0.3], &options(1000.0)).unwrap();
    let spectrum = lyapunov_spectrum(&logistic(32), &[], &[0.3], &options(1000.0)).unwrap();
    assert!((exponent - spectrum.exponents[0]).abs() < 1e-3, "{exponent}");
}

#[test]
fn where_nothing_moves_the_exponent_is_zero() {
    let still = field(FieldKind::Flow, 1, |g, _, _| vec![g.zero()]);
    let spectrum = lyapunov_spectrum(&still, &[], &[1.0], &options(10.0)).unwrap();
    assert_eq!(spectrum.exponents, [0.0]);
    assert_eq!(spectrum.verdict(), Verdict::FixedPoint);
}

#[test]
fn wrong_options_are_refused() {
    let error = lyapunov_spectrum(&circle(), &[], &[1.0, 0.0], &options(-1.0)).unwrap_err();
    assert!(error.to_string().contains("must be positive"), "{error}");
    let error = lyapunov_spectrum(&circle(), &[], &[1.0], &options(1.0)).unwrap_err();
    assert!(
        matches!(error, AnalysisError::Integrate(IntegrateError::InitialLength { .. })),
        "{error}"
    );
}

#[test]
fn periods_are_found() {
    let period = dominant_period(&circle(), &[], &[1.0, 0.0], None).unwrap();
    assert!((period / std::f64::consts::TAU - 1.0).abs() < 1e-3, "{period}");
    let hinted = dominant_period(&circle(), &[], &[1.0, 0.0], Some(100.0)).unwrap();
    assert!((hinted / period - 1.0).abs() < 1e-2, "{hinted}");
    // Turns around one wing of the attractor.
    let period = dominant_period(&lorenz(), &[], &[1.0, 1.0, 20.0], None).unwrap();
    assert!((0.7..0.8).contains(&period), "{period}");
    let rest = dominant_period(&linear(&[-1]), &[], &[1.0], Some(1.0));
    assert!(matches!(rest, Err(AnalysisError::NoPeriod { .. })), "{rest:?}");
}

#[test]
fn annotations_are_complete() {
    let annotation = annotate(&lorenz(), &[], &[1.0, 1.0, 20.0], Some(1.5)).unwrap();
    assert_eq!(annotation.verdict, Verdict::Chaotic);
    assert!((annotation.exponents[0] - 0.9056).abs() < 0.01, "{annotation:?}");
    assert!((annotation.mean_divergence.unwrap() + 41.0 / 3.0).abs() < 1e-6);
    assert!(!annotation.has_jumps);
}

#[test]
fn a_system_with_delays_has_a_period_and_exponents() {
    let mut late = field(FieldKind::Flow, 1, |g, _, _| {
        let past = g.symbol(Symbol::Delayed(0));
        vec![g.neg(past)]
    });
    // x' = -x(t - pi/2) is solved by a cosine; 11/7 is close.
    let (eleven, seven) = (late.graph.integer(11), late.graph.integer(7));
    let lag = late.graph.div(eleven, seven);
    late.delays = vec![Delay { name: "x(t - lag)".into(), state: 0, lag }];
    late.history = vec![late.graph.one()];
    let annotation = annotate(&late, &[], &[1.0], Some(6.0)).unwrap();
    // The first two roots of λ = -exp(-11/7 λ): Lambert's W, computed with mpmath 1.3.
    for exponent in &annotation.exponents[..2] {
        assert!((exponent - 0.000182231221).abs() < 1e-3, "{annotation:?}");
    }
    let period = annotation.period.unwrap();
    assert!((period - std::f64::consts::TAU).abs() < 0.1, "{period}");
}

#[test]
fn exponents_under_noise_are_refused() {
    let mut noisy = circle();
    let one = noisy.graph.one();
    noisy.noise = Noise { names: vec!["w".into()], terms: vec![vec![(0, one)], vec![]] };
    let refused = lyapunov_spectrum(&noisy, &[], &[1.0, 0.0], &SpectrumOptions::default());
    assert!(matches!(refused, Err(AnalysisError::Memory { what: "noise" })), "{refused:?}");
}

#[test]
fn jumps_are_seen() {
    let of_state = field(FieldKind::Flow, 1, |g, _, x| vec![g.call(Function::Sign, &[x[0]])]);
    let of_time = field(FieldKind::Flow, 1, |g, t, _| vec![g.call(Function::Sign, &[t])]);
    let corner = field(FieldKind::Flow, 1, |g, _, x| vec![g.call(Function::Abs, &[x[0]])]);
    assert_eq!([of_state, of_time, corner].map(|field| has_jumps(&field)), [true, false, false]);
}
