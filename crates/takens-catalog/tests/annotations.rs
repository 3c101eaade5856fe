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
        if annotation.verdict == Verdict::Undecided || annotation.exponents.is_empty() {
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
        let chaotic = annotation.verdict.is_chaotic();
        let regular = matches!(
            annotation.verdict,
            Verdict::Periodic | Verdict::Quasiperiodic | Verdict::FixedPoint
        );
        let contradiction = (chaotic && k < 0.2) || (regular && k > 0.8);
        contradiction.then(|| format!("{}, K = {k}", annotation.verdict))
    });
}

#[test]
fn systems_without_chaos_are_tagged() {
    let catalog = Catalog::builtin().unwrap();
    for entry in catalog.entries() {
        let name = &entry.system.name;
        let verdict =
            entry.annotation().unwrap_or_else(|| panic!("{name} has no annotation")).verdict;
        let regular =
            matches!(verdict, Verdict::Periodic | Verdict::Quasiperiodic | Verdict::FixedPoint);
        let tagged = entry.tags().iter().any(|tag| tag == "not_chaotic");
        assert!(!regular || tagged, "{name} is {verdict} but not tagged \"not_chaotic\"");
        // Chaotic for as long as the average lasts, and then not: these are tagged by what comes after.
        let ends = ["FluidTrampoline", "HyperLu", "Sakarya"].contains(&name.as_str());
        assert!(
            !verdict.is_chaotic() || !tagged || ends,
            "{name} is {verdict} but tagged \"not_chaotic\""
        );
    }
}
