//! Lyapunov spectra of delay equations, against exact and published values.

mod common;

use common::field;
use takens_analysis::{Spectrum, SpectrumOptions, Verdict, annotate, lyapunov_spectrum};
use takens_symbolic::{Delay, ExprId, FieldKind, Graph, Rational, Symbol, VectorField};

fn exact(graph: &mut Graph, numer: i64, denom: i64) -> ExprId {
    graph.number(Rational::new(numer.into(), denom.into()))
}

/// `dim` components, of which all are also seen `lag` ago.
fn delayed(
    dim: usize,
    (numer, denom): (i64, i64),
    rhs: impl FnOnce(&mut Graph, &[ExprId], &[ExprId]) -> Vec<ExprId>,
) -> VectorField {
    let mut field = field(FieldKind::Flow, dim, |graph, _, x| {
        let past: Vec<ExprId> = (0..dim as u32).map(|i| graph.symbol(Symbol::Delayed(i))).collect();
        rhs(graph, x, &past)
    });
    let lag = exact(&mut field.graph, numer, denom);
    for (state, name) in field.states.iter().enumerate() {
        field.delays.push(Delay { name: format!("late {name}"), state: state as u32, lag });
    }
    field.history = field.initial.clone();
    field
}

fn options(t_end: f64, exponents: Option<usize>) -> SpectrumOptions {
    SpectrumOptions { t_end, transient: t_end / 10.0, exponents, ..SpectrumOptions::default() }
}

#[track_caller]
fn meets(spectrum: &Spectrum, want: &[f64]) {
    assert_eq!(spectrum.exponents.len(), want.len());
    for ((got, error), want) in spectrum.exponents.iter().zip(&spectrum.standard_errors).zip(want) {
        let within = 4.0 * error + 3.0 / spectrum.t_end;
        assert!((got - want).abs() < within, "{got} ± {error}, not {want}: {spectrum:?}");
    }
}

/// `x' = a x(t - 1)`: the exponents are the real parts of the roots of `λ = a exp(-λ)`, which are the
/// branches of Lambert's W at `a`; computed with mpmath 1.3.
#[test]
fn a_linear_equation_has_the_exponents_of_its_roots() {
    let linear = |numer, denom| {
        delayed(1, (1, 1), |g, _, past| {
            let a = exact(g, numer, denom);
            vec![g.mul(a, past[0])]
        })
    };
    let spectrum = |field: &VectorField, count| {
        lyapunov_spectrum(field, &[], &[0.0], &options(1000.0, Some(count))).unwrap()
    };
    let pairs = [-0.318131505205, -2.0622777296, -2.65319197404];
    let want: Vec<f64> = pairs.iter().flat_map(|&pair| [pair, pair]).collect();
    meets(&spectrum(&linear(-1, 1), 6), &want);
    let want = [0.351733711249, -2.25915889853, -2.25915889853, -3.10497707189, -3.10497707189];
    let growing = spectrum(&linear(1, 2), 5);
    meets(&growing, &want);
    assert!((growing.exponents[0] - want[0]).abs() < 1e-6, "{growing:?}");
}

/// Two equations that see one another's past: `x' = -y(t - 1)`, `y' = -x(t - 1)`, whose exponents are
/// those of `z' = -z(t - 1)` for the sum and of `z' = z(t - 1)` for the difference.
#[test]
fn two_components_have_the_exponents_of_both() {
    let field = delayed(2, (1, 1), |g, _, past| vec![g.neg(past[1]), g.neg(past[0])]);
    let found = lyapunov_spectrum(&field, &[], &[0.0, 0.0], &options(1000.0, Some(5))).unwrap();
    // W(1) is the omega constant; the next branches at 1 have the real part -1.5339133198.
    let want = [0.5671432904, -0.318131505205, -0.318131505205, -1.5339133198, -1.5339133198];
    meets(&found, &want);
}

fn mackey_glass(tau: i64) -> VectorField {
    delayed(1, (tau, 1), |g, x, past| {
        let (beta, gamma, ten) = (exact(g, 1, 5), exact(g, 1, 10), g.integer(10));
        let power = g.pow(past[0], ten);
        let one = g.one();
        let crowded = g.add(one, power);
        let births = g.mul(beta, past[0]);
        let births = g.div(births, crowded);
        let deaths = g.mul(gamma, x[0]);
        vec![g.sub(births, deaths)]
    })
}

/// Two trajectories side by side, collocation with numpy, gave 0.00502 ± 0.00011 for the greatest exponent
/// over 10^5 time units. J. D. Farmer, Physica D 4 (1982) 366 has a dimension of 2.1, and the 0.007 that is
/// often quoted is in bits, which makes 0.0049 (both unverified).
#[test]
fn mackey_glass_is_chaotic() {
    let field = mackey_glass(17);
    let found = lyapunov_spectrum(&field, &[], &[1.2], &options(40_000.0, None)).unwrap();
    let within = 4.0 * found.standard_errors[0].hypot(0.00011);
    assert!((found.exponents[0] - 0.00502).abs() < within && within < 0.002, "{found:?}");
    assert!(found.exponents[1].abs() < 4.0 * found.standard_errors[1], "a phase: {found:?}");
    assert!((found.kaplan_yorke - 2.1).abs() < 0.05, "{found:?}");
    assert_eq!(found.verdict(), Verdict::Chaotic);
    assert!(found.mean_divergence.is_nan());
    // Fewer at once are the same exponents.
    let two = lyapunov_spectrum(&field, &[], &[1.2], &options(40_000.0, Some(2))).unwrap();
    assert!((two.exponents[0] - found.exponents[0]).abs() < within, "{two:?}");
}

/// A longer delay, more dimensions: more exponents are looked for until their sum is negative.
#[test]
fn as_many_exponents_are_found_as_matter() {
    let found =
        lyapunov_spectrum(&mackey_glass(50), &[], &[1.2], &options(20_000.0, None)).unwrap();
    assert_eq!(found.verdict(), Verdict::Hyperchaotic, "{found:?}");
    assert!(found.kaplan_yorke > 4.0 && found.exponents.len() > 4, "{found:?}");
    assert!(found.sum < 0.0, "{found:?}");
}

#[test]
fn annotations_have_the_exponents() {
    let annotation = annotate(&mackey_glass(17), &[], &[1.2], Some(50.0)).unwrap();
    assert_eq!(annotation.verdict, Verdict::Chaotic, "{annotation:?}");
    assert!(annotation.mean_divergence.is_none() && annotation.exponents.len() >= 4);
}
