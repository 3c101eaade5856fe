//! What is known of a system's motion.

use crate::{Alignment, AnalysisError, Drift, Estimate, Scaling, Verdict};
use std::collections::BTreeMap;

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
    /// The dominant period in system time (iterations); see [`dominant_period`](crate::dominant_period).
    pub period: Option<f64>,
    /// The time over which the exponents were averaged.
    pub t_end: f64,
    /// The kind of motion, by all tests that were made.
    pub verdict: Verdict,
    /// Why it is undecided, or what speaks against it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// Whether the right-hand side of a flow may jump (see [`has_jumps`](crate::has_jumps)).
    #[serde(default)]
    pub has_jumps: bool,
    /// The largest exponent found again, from the distance of two trajectories.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub largest_by_divergence: Option<Estimate>,
    /// `K` of the 0-1 test; see [`zero_one_test`](crate::zero_one_test).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub zero_one: Option<f64>,
    /// How far two tangent vectors aligned; see [`alignment_index`](crate::alignment_index).
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
    /// Of the quantities above that are absent: why each is, by the name of the field. (A correlation entropy
    /// is told of maps alone, and drifts of systems that keep something.)
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub missing: BTreeMap<String, String>,
}

/// Values to a pattern of an annotation's permutation entropy.
pub const ORDER: usize = 5;

impl Annotation {
    /// Nothing known yet.
    pub(crate) fn empty() -> Self {
        Self {
            exponents: vec![],
            standard_errors: vec![],
            kaplan_yorke: None,
            kaplan_yorke_error: None,
            mean_divergence: None,
            period: None,
            t_end: 0.0,
            verdict: Verdict::Undecided,
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
            missing: BTreeMap::new(),
        }
    }

    /// Notes why these are absent.
    pub(crate) fn lack(&mut self, quantities: &[&str], why: &impl ToString) {
        for quantity in quantities {
            self.missing.insert((*quantity).to_owned(), why.to_string());
        }
    }

    /// What was found; if nothing was, the reason is noted.
    pub(crate) fn or_why<T>(
        &mut self,
        quantity: &str,
        found: Result<T, AnalysisError>,
    ) -> Option<T> {
        found.map_err(|error| self.lack(&[quantity], &error)).ok()
    }
}
