//! Scores of a discovered system beside the verdict: which terms were found, and how well.
//!
//! Terms are those of the readable normal form with constants folded into coefficients; terms below
//! a bar are terms too. A term counts if it matters: `‖c·φ‖ > 1e-6·‖f‖` over the test region.

use crate::enclose::Point;
use crate::judge::{Side, field_errors, region_for};
use crate::numeric::FormValue;
use crate::problem::Problem;
use crate::skeleton::Constants;
use crate::{JudgeError, JudgeOptions};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use takens_dsl::parse_expressions;
use takens_symbolic::{
    ExprId, Graph, Normalizer, Polynomial, RationalFunction, Style, VectorField,
};

/// Scores of one component.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ComponentScores {
    /// The component's name.
    pub name: String,
    /// Terms of the truth that matter.
    pub true_terms: usize,
    /// Terms of the candidate that matter.
    pub found_terms: usize,
    /// Terms of both.
    pub shared_terms: usize,
    /// `2·shared / (true + found)`; 1 where there is nothing to find and nothing was found.
    pub support_f1: f64,
    /// Whether the terms are exactly the true ones.
    pub exact_support: bool,
    /// The largest relative error of a coefficient over true terms, a missing term counting as 1.
    pub coefficient_error: f64,
    /// Nodes of the truth's normal form.
    pub true_complexity: usize,
    /// Nodes of the candidate's normal form; none if it has no normal form.
    pub complexity: Option<usize>,
}

/// Scores of a system. A failure counts as worst.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct DiscoveryScores {
    /// Each component, in flat order.
    pub components: Vec<ComponentScores>,
    /// Mean over components.
    pub support_f1: f64,
    /// Whether all components have exactly the true terms.
    pub exact_support: bool,
    /// The largest relative error of a coefficient over all true terms.
    pub coefficient_error: f64,
    /// `‖A - B‖₂ / ‖A‖₂` for the matrices of true and found coefficients, largest singular values.
    pub spectral_error: f64,
    /// Relative L2 error of the vector field on the trajectory; none where it is not finite.
    pub trajectory_error: Option<f64>,
    /// Relative L2 error over 1.5 times the bounding box; none where it is not finite.
    pub box_error: Option<f64>,
    /// Nodes of all the truth's normal forms.
    pub true_complexity: usize,
    /// Nodes of all the candidate's normal forms; none if one has none.
    pub complexity: Option<usize>,
}

/// A term below this share of the whole does not count.
const NEGLIGIBLE: f64 = 1e-6;
/// Points over which terms are measured.
const POINTS: usize = 200;
/// Steps of the power iteration for a largest singular value.
const POWER_STEPS: usize = 300;

/// Coefficients by term, the term as text.
type Terms = BTreeMap<String, f64>;

/// Scores a candidate written as `e1; e2; ...`, as [`judge`](crate::judge) judges it.
///
/// # Errors
/// [`JudgeError`] if the candidate does not parse or has not as many expressions as components.
pub fn score(
    truth: &VectorField,
    candidate: &str,
    options: &JudgeOptions,
) -> Result<DiscoveryScores, JudgeError> {
    let (graph, expressions) = parse_expressions(candidate, truth).map_err(JudgeError::Syntax)?;
    score_expressions(truth, (&graph, &expressions), options)
}

/// Scores expressions that are already in a graph, over the symbols of `truth`.
///
/// # Errors
/// [`JudgeError`] if there are not as many expressions as components.
pub fn score_expressions(
    truth: &VectorField,
    candidate: (&Graph, &[ExprId]),
    options: &JudgeOptions,
) -> Result<DiscoveryScores, JudgeError> {
    let problem = Problem::new(truth, &options.parameters, candidate)?;
    let region = region_for(truth, options);
    let (on_trajectory, in_box) = field_errors(&problem, &region);
    let points = region.test_points(POINTS);
    let mut side = Side::new(&problem, Style::Readable, options.limits);
    let mut components = Vec::with_capacity(problem.dim());
    let (mut true_rows, mut found_rows) = (Vec::new(), Vec::new());
    for i in 0..problem.dim() {
        let (a, b) = side.forms(&problem, i);
        let terms = |form: Option<&RationalFunction>| {
            form.map(|form| terms_that_matter(&side.normalizer, &problem, form, &points))
                .unwrap_or_default()
        };
        let (a, b) = (a.ok(), b.ok());
        let (true_terms, found_terms) = (terms(a.as_ref()), terms(b.as_ref()));
        let complexity =
            |form: &RationalFunction| FormValue::new(&side.normalizer).complexity(form);
        components.push(ComponentScores {
            complexity: b.as_ref().map(complexity),
            true_complexity: a.as_ref().map_or(0, complexity),
            ..compare(&problem.states[i], &true_terms, &found_terms, b.is_some())
        });
        true_rows.push(true_terms);
        found_rows.push(found_terms);
    }
    let finite = |value: f64| value.is_finite().then_some(value);
    let count = components.len().max(1) as f64;
    Ok(DiscoveryScores {
        support_f1: components.iter().map(|component| component.support_f1).sum::<f64>() / count,
        exact_support: components.iter().all(|component| component.exact_support),
        coefficient_error: components.iter().map(|c| c.coefficient_error).fold(0.0, f64::max),
        spectral_error: spectral_error(&true_rows, &found_rows),
        trajectory_error: finite(on_trajectory.whole),
        box_error: finite(in_box.whole),
        true_complexity: components.iter().map(|component| component.true_complexity).sum(),
        complexity: components.iter().map(|component| component.complexity).sum(),
        components,
    })
}

fn compare(name: &str, truth: &Terms, found: &Terms, has_form: bool) -> ComponentScores {
    let shared = truth.keys().filter(|term| found.contains_key(*term)).count();
    let all = truth.len() + found.len();
    let errors = truth.iter().map(|(term, &c)| match found.get(term) {
        Some(&d) => ((d - c) / c).abs(),
        None => 1.0,
    });
    ComponentScores {
        name: name.into(),
        true_terms: truth.len(),
        found_terms: found.len(),
        shared_terms: shared,
        support_f1: match (all, has_form) {
            (_, false) => 0.0,
            (0, true) => 1.0,
            _ => 2.0 * shared as f64 / all as f64,
        },
        exact_support: has_form && shared == truth.len() && shared == found.len(),
        coefficient_error: errors.fold(0.0, f64::max),
        true_complexity: 0,
        complexity: None,
    }
}

/// The terms of a normal form that matter over the points.
fn terms_that_matter(
    normalizer: &Normalizer,
    problem: &Problem,
    form: &RationalFunction,
    points: &[&Point],
) -> Terms {
    let names = |symbol| problem.name(symbol);
    let mut found = Terms::new();
    let mut collect = |polynomial: &Polynomial, bar: &str| {
        let terms = Constants::new(normalizer).numeric_terms(polynomial);
        let mut values = FormValue::new(normalizer);
        let mut whole = vec![0.0; points.len()];
        let mut sizes = Vec::with_capacity(terms.len());
        for (monomial, coefficient) in &terms {
            let mut size = 0.0;
            for (sum, point) in whole.iter_mut().zip(points) {
                let value = coefficient.re * values.monomial(monomial, point);
                if value.is_finite() {
                    *sum += value;
                    size += value * value;
                }
            }
            sizes.push(size);
        }
        let total: f64 = whole.iter().map(|value| value * value).sum();
        for ((monomial, coefficient), size) in terms.iter().zip(sizes) {
            if size > NEGLIGIBLE * NEGLIGIBLE * total || points.is_empty() {
                let one = num_traits::One::one();
                let text = normalizer.show(&Polynomial::term(monomial.clone(), one).into(), &names);
                found.insert(format!("{bar}{text}"), coefficient.re);
            }
        }
    };
    collect(form.numerator(), "");
    for (factor, exponent) in form.denominator() {
        // The number of factors tells denominators apart; their terms are told by the text.
        collect(factor, &format!("1/^{exponent} "));
    }
    found
}

/// `‖A - B‖₂ / ‖A‖₂` of the coefficient matrices, components by terms.
fn spectral_error(truth: &[Terms], found: &[Terms]) -> f64 {
    let difference: Vec<Terms> = truth
        .iter()
        .zip(found)
        .map(|(a, b)| {
            let mut row = a.clone();
            for (term, value) in b {
                *row.entry(term.clone()).or_insert(0.0) -= value;
            }
            row
        })
        .collect();
    let (above, below) = (largest_singular_value(&difference), largest_singular_value(truth));
    if above == 0.0 { 0.0 } else { above / below }
}

/// The largest singular value of a sparse matrix, by power iteration on `A·Aᵀ`.
fn largest_singular_value(rows: &[Terms]) -> f64 {
    // Unequal weights, so that no singular vector of a regular matrix is orthogonal by accident.
    let mut vector: Vec<f64> =
        (0..rows.len()).map(|i| 1.0 + 0.1 * (i as f64 * 0.7).sin()).collect();
    let mut value = 0.0;
    for _ in 0..POWER_STEPS {
        let length = vector.iter().map(|x| x * x).sum::<f64>().sqrt();
        if length == 0.0 {
            return 0.0;
        }
        let mut image: BTreeMap<&str, f64> = BTreeMap::new();
        for (row, weight) in rows.iter().zip(&vector) {
            for (term, coefficient) in row {
                *image.entry(term).or_insert(0.0) += coefficient * weight / length;
            }
        }
        value = image.values().map(|x| x * x).sum::<f64>().sqrt();
        vector = rows
            .iter()
            .map(|row| {
                row.iter().map(|(term, coefficient)| coefficient * image[term.as_str()]).sum()
            })
            .collect();
    }
    value
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(terms: &[(&str, f64)]) -> Terms {
        terms.iter().map(|&(term, value)| (term.to_string(), value)).collect()
    }

    #[test]
    fn singular_values_of_small_matrices() {
        let diagonal = [row(&[("x", 3.0)]), row(&[("y", -4.0)])];
        assert!((largest_singular_value(&diagonal) - 4.0).abs() < 1e-12);
        let shear = [row(&[("x", 1.0), ("y", 1.0)]), row(&[("y", 1.0)])];
        let golden = (1.0 + 5f64.sqrt()) / 2.0;
        assert!((largest_singular_value(&shear) - golden).abs() < 1e-12);
        assert_eq!(spectral_error(&diagonal, &diagonal), 0.0);
    }

    #[test]
    fn a_missing_term_counts_as_wholly_wrong() {
        let scores =
            compare("x", &row(&[("x", 1.0), ("y", 2.0)]), &row(&[("x", 1.01), ("z", 1.0)]), true);
        assert_eq!(scores.coefficient_error, 1.0);
        assert_eq!(scores.support_f1, 0.5);
        assert!(!scores.exact_support);
    }
}
