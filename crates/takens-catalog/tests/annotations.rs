//! What must hold of the computed invariants, over the whole collection.

use takens_analysis::{Annotation, Verdict};
use takens_catalog::Catalog;
use takens_symbolic::{FieldKind, Symbol, VectorField};

/// Every system with its annotation; systems that break the rule are told all at once.
#[track_caller]
fn all(broken: impl Fn(&VectorField, &Annotation) -> Option<String>) {
    let catalog = Catalog::builtin().unwrap();
    let mut seen = 0;
    let mut faults = Vec::new();
    for entry in catalog.entries() {
        let name = &entry.system.name;
        let annotation = entry.annotation().unwrap_or_else(|| panic!("{name} has no annotation"));
        let field = entry.flatten().unwrap().field;
        seen += 1;
        faults.extend(broken(&field, annotation).map(|what| format!("{name}: {what}")));
    }
    assert!(seen > 280, "{seen} systems");
    assert!(faults.is_empty(), "{} of {seen}:\n{}", faults.len(), faults.join("\n"));
}

/// What cannot be told from zero.
fn resolution(annotation: &Annotation, index: usize) -> f64 {
    (4.0 * annotation.standard_errors[index]).max(10.0 / annotation.t_end)
}

fn is_whole(field: &VectorField, annotation: &Annotation) -> bool {
    annotation.exponents.len() == field.dim() && field.delays.is_empty()
}

#[test]
fn what_is_absent_or_undecided_has_a_reason() {
    all(|field, annotation| {
        let is_map = field.kind == FieldKind::Map;
        let quantities = [
            ("exponents", !annotation.exponents.is_empty()),
            ("kaplan_yorke", annotation.kaplan_yorke.is_some()),
            ("mean_divergence", annotation.mean_divergence.is_some()),
            ("period", annotation.period.is_some()),
            ("largest_by_divergence", annotation.largest_by_divergence.is_some()),
            ("zero_one", annotation.zero_one.is_some()),
            ("alignment", annotation.alignment.is_some()),
            ("correlation_dimension", annotation.correlation_dimension.is_some()),
            ("kolmogorov_sinai", annotation.kolmogorov_sinai.is_some()),
            ("correlation_entropy", annotation.correlation_entropy.is_some() || !is_map),
            ("permutation_entropy", annotation.permutation_entropy.is_some()),
        ];
        // Each is there or told of, never both.
        let wrong: Vec<&str> = quantities
            .iter()
            .filter(|(name, there)| {
                let told = annotation.missing.get(*name).is_some_and(|why| !why.is_empty());
                *there == told
            })
            .map(|quantity| quantity.0)
            .collect();
        let conserved = field.invariants.len() + usize::from(field.hamiltonian.is_some());
        let kept =
            annotation.drifts.len() == conserved || annotation.missing.contains_key("drifts");
        let silent = annotation.verdict == Verdict::Undecided && annotation.reason.is_none();
        (!wrong.is_empty() || silent || !kept)
            .then(|| format!("{wrong:?}, {}, {:?}", annotation.verdict, annotation.drifts))
    });
}

/// The orbits are of some 3000 periods, at a tolerance of 1e-8 for a step, of which a thousandth is used:
/// even if all errors added up, energies would drift by no more than some hundred steps a period times that.
#[test]
fn energies_and_invariants_stay() {
    let bound = 3000.0 * 100.0 * 1e-8 * 1e-3;
    all(|_, annotation| {
        let worst = annotation
            .drifts
            .iter()
            .find(|drift| drift.greatest > bound || drift.greatest.is_nan())?;
        Some(format!("{worst:?}"))
    });
}

#[test]
fn exponents_sum_to_the_mean_divergence() {
    all(|field, annotation| {
        if !is_whole(field, annotation) {
            return None;
        }
        let divergence = annotation.mean_divergence?;
        let sum: f64 = annotation.exponents.iter().sum();
        let size = annotation.exponents.iter().map(|one| one.abs()).fold(1e-3, f64::max);
        // Both come from one integration: what is left is its error.
        let fits = (sum - divergence).abs() <= 1e-4 * size;
        (!fits).then(|| format!("sum {sum}, divergence {divergence}"))
    });
}

#[test]
fn flows_away_from_rest_have_a_zero_exponent() {
    all(|field, annotation| {
        let driven = field.graph.symbols(&field.rhs).contains(&Symbol::Time);
        let applies = field.kind == FieldKind::Flow
            && !driven
            && field.dim() > 1
            && is_whole(field, annotation)
            && annotation.verdict != Verdict::FixedPoint;
        if !applies {
            return None;
        }
        let zero = (0..annotation.exponents.len())
            .any(|index| annotation.exponents[index].abs() <= resolution(annotation, index));
        (!zero).then(|| format!("{:?} ± {:?}", annotation.exponents, annotation.standard_errors))
    });
}

#[test]
fn exponents_of_hamiltonian_systems_come_in_pairs() {
    all(|field, annotation| {
        if field.hamiltonian.is_none() || !is_whole(field, annotation) {
            return None;
        }
        let last = annotation.exponents.len() - 1;
        let pairs = (0..=last / 2).all(|index| {
            let sum = annotation.exponents[index] + annotation.exponents[last - index];
            let errors = resolution(annotation, index).hypot(resolution(annotation, last - index));
            sum.abs() <= errors
        });
        (!pairs).then(|| format!("{:?}", annotation.exponents))
    });
}

#[test]
fn dimensions_are_not_above_that_of_the_state() {
    all(|field, annotation| {
        let dim = field.dim() as f64;
        let kaplan_yorke = annotation.kaplan_yorke.unwrap_or(0.0);
        let correlation = annotation
            .correlation_dimension
            .map_or(0.0, |one| one.value - 4.0 * one.standard_error - 0.1);
        let delays = !field.delays.is_empty();
        let fits = delays || (kaplan_yorke <= dim && correlation <= dim);
        (!fits).then(|| format!("{kaplan_yorke}, {:?}", annotation.correlation_dimension))
    });
}

#[test]
fn the_largest_exponent_is_found_in_two_ways() {
    all(|_, annotation| {
        let again = annotation.largest_by_divergence?;
        if annotation.reason.is_some() || annotation.exponents.is_empty() {
            return None;
        }
        let settles = matches!(
            annotation.verdict,
            Verdict::TransientlyChaotic | Verdict::Unbounded | Verdict::FixedPoint
        );
        let both = annotation.standard_errors[0].hypot(again.standard_error);
        // The second average is over half the time.
        let fits = (annotation.exponents[0] - again.value).abs()
            <= (4.0 * both).max(20.0 / annotation.t_end);
        (!fits && !settles).then(|| {
            format!("{} ± {}, {again:?}", annotation.exponents[0], annotation.standard_errors[0])
        })
    });
}

#[test]
fn tests_for_chaos_do_not_contradict_the_verdict() {
    all(|_, annotation| {
        let k = annotation.zero_one?;
        if annotation.reason.is_some() {
            return None;
        }
        let chaotic = annotation.verdict.is_chaotic();
        // A spiral into a point is no series for the test.
        let regular = matches!(annotation.verdict, Verdict::Periodic | Verdict::Quasiperiodic);
        let contradiction = (chaotic && k < 0.2) || (regular && k > 0.8);
        contradiction.then(|| format!("{}, K = {k}", annotation.verdict))
    });
}

#[test]
fn systems_without_chaos_are_tagged() {
    let catalog = Catalog::builtin().unwrap();
    let design = include_str!("../../../ARCHITECTURE.md");
    for entry in catalog.entries() {
        let name = &entry.system.name;
        let verdict =
            entry.annotation().unwrap_or_else(|| panic!("{name} has no annotation")).verdict;
        let regular =
            matches!(verdict, Verdict::Periodic | Verdict::Quasiperiodic | Verdict::FixedPoint);
        let tagged = entry.tags().iter().any(|tag| tag == "not_chaotic");
        let named = design.contains(&format!("`{name}`"));
        assert!(!tagged || named, "{name} is \"not_chaotic\" and not named in ARCHITECTURE.md");
        assert!(!regular || tagged, "{name} is {verdict} but not tagged \"not_chaotic\"");
        // Chaotic for as long as the average lasts, and then not, or less and less: these are tagged by what comes
        // after.
        let ends = ["FluidTrampoline", "HyperLu", "PomeauManneville", "Sakarya"];
        let ends = ends.contains(&name.as_str());
        assert!(
            !verdict.is_chaotic() || !tagged || ends,
            "{name} is {verdict} but tagged \"not_chaotic\""
        );
    }
}
