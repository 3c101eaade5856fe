//! Dimensions, entropies, tests for chaos and drifts of systems for which they are known.

mod common;

use common::{circle, field, henon, linear, lorenz};
use takens_analysis::{
    ALIGNED, AnalysisError, Annotation, SpectrumOptions, Verdict, alignment_index, annotate,
};
use takens_symbolic::{FieldKind, Function, Hamiltonian, VectorField};

fn annotated(field: &VectorField, initial: &[f64], period: f64) -> Annotation {
    annotate(field, &[], initial, Some(period)).unwrap()
}

/// Correlation dimension 2.05 ± 0.01: P. Grassberger, I. Procaccia, Physica D 9, 189-208 (1983).
#[test]
fn lorenz_has_its_invariants() {
    let found = annotated(&lorenz(), &[1.0, 1.0, 20.0], 0.75);
    let dimension = found.correlation_dimension.unwrap();
    assert!((dimension.value - 2.05).abs() < 4.0 * dimension.standard_error, "{dimension:?}");
    assert!(dimension.standard_error < 0.06, "{dimension:?}");
    assert!(found.zero_one.unwrap() > 0.9, "{found:?}");
    assert!(found.alignment.unwrap().index < ALIGNED, "{found:?}");
    let entropy = found.kolmogorov_sinai.unwrap();
    assert!((entropy.value - 0.9056).abs() < 4.0 * entropy.standard_error, "{entropy:?}");
    let again = found.largest_by_divergence.unwrap();
    assert!((again.value - 0.9056).abs() < 4.0 * again.standard_error, "{again:?}");
    assert!((0.5..0.98).contains(&found.permutation_entropy.unwrap()), "{found:?}");
    assert!((found.kaplan_yorke.unwrap() - 2.062).abs() < 4.0 * found.kaplan_yorke_error.unwrap());
    assert_eq!((found.verdict, found.reason), (Verdict::Chaotic, None));
}

#[test]
fn henon_has_its_invariants() {
    let found = annotated(&henon(), &[0.1, 0.1], 1.0);
    assert!((found.correlation_dimension.unwrap().value - 1.22).abs() < 0.05, "{found:?}");
    assert!((found.correlation_entropy.unwrap().value - 0.325).abs() < 0.04, "{found:?}");
    assert!(found.zero_one.unwrap() > 0.95, "{found:?}");
    assert_eq!(found.verdict, Verdict::Chaotic);
}

/// A limit cycle: `x' = x(1 - r²) - y, y' = y(1 - r²) + x`.
fn cycle() -> VectorField {
    field(FieldKind::Flow, 2, |g, _, s| {
        let (square_x, square_y) = (g.mul(s[0], s[0]), g.mul(s[1], s[1]));
        let (square, one) = (g.add(square_x, square_y), g.one());
        let rate = g.sub(one, square);
        let (grow_x, grow_y) = (g.mul(rate, s[0]), g.mul(rate, s[1]));
        vec![g.sub(grow_x, s[1]), g.add(grow_y, s[0])]
    })
}

#[test]
fn a_cycle_is_a_line() {
    let found = annotated(&cycle(), &[0.5, 0.0], std::f64::consts::TAU);
    assert!((found.correlation_dimension.unwrap().value - 1.0).abs() < 0.03, "{found:?}");
    assert!(found.zero_one.unwrap().abs() < 0.2, "{found:?}");
    assert_eq!(found.kolmogorov_sinai.unwrap().value, 0.0);
    assert_eq!((found.verdict, found.reason), (Verdict::Periodic, None));
}

/// The pendulum and, beside it, a slower one: a torus of two dimensions on which energy is kept.
#[test]
fn a_torus_is_told_from_chaos_by_three_tests() {
    let mut two = field(FieldKind::Flow, 4, |g, _, s| {
        let (sine, half) = (g.call(Function::Sin, &[s[0]]), g.integer(2));
        let slow = g.div(s[1], half);
        vec![s[2], s[3], g.neg(sine), g.neg(slow)]
    });
    let g = &mut two.graph;
    let state: Vec<_> = (0..4).map(|i| g.symbol(takens_symbolic::Symbol::State(i))).collect();
    let (cosine, half) = (g.call(Function::Cos, &[state[0]]), g.integer(2));
    let four = g.integer(4);
    let squares: Vec<_> = [(1, four), (2, half), (3, half)]
        .into_iter()
        .map(|(i, by)| {
            let square = g.mul(state[i], state[i]);
            g.div(square, by)
        })
        .collect();
    let fast = g.sub(squares[1], cosine);
    let slow = g.add(squares[0], squares[2]);
    let energy = g.add(fast, slow);
    two.hamiltonian = Some(Hamiltonian { energy, pairs: vec![(0, 2), (1, 3)] });
    let found = annotated(&two, &[1.0, 0.5, 0.0, 0.0], 6.7);
    assert!(found.zero_one.unwrap() < 0.2, "{found:?}");
    assert!(found.alignment.unwrap().index > 1e-4, "{found:?}");
    assert!((found.correlation_dimension.unwrap().value - 2.0).abs() < 0.15, "{found:?}");
    assert_eq!((found.verdict, &found.reason), (Verdict::Quasiperiodic, &None));
    let [drift] = &found.drifts[..] else { panic!("{:?}", found.drifts) };
    assert!(drift.name == "energy" && drift.greatest < 1e-6 && drift.greatest > 0.0, "{drift:?}");
}

#[test]
fn vectors_align_as_fast_as_exponents_part() {
    // Rates -1 and -3: the index falls as exp(-2 t).
    let options = SpectrumOptions { t_end: 100.0, transient: 0.0, ..SpectrumOptions::default() };
    let found = alignment_index(&linear(&[-1, -3]), &[], &[1.0, 1.0], &options).unwrap();
    let expected = -ALIGNED.ln() / 2.0;
    assert!((found.time - expected).abs() < 2.0 && found.index < ALIGNED, "{found:?}");
    let turning = alignment_index(&circle(), &[], &[1.0, 0.0], &options).unwrap();
    assert!((turning.index - 2f64.sqrt()).abs() < 1e-6, "{turning:?}");
    let alone = alignment_index(&linear(&[-1]), &[], &[1.0], &options);
    assert_eq!(alone, Err(AnalysisError::OneDirection));
}
