//! What can be said of an attractor: exponents, dominant period, how far a trajectory can be believed.
//!
//! Start at [`lyapunov_spectrum`] or, for all that is known of a system at once, at [`annotate`].

mod annotate;
mod annotation;
mod error;
mod estimate;

mod alignment;
mod delay_spectrum;
mod divergence;
mod jumps;
mod kaplan_yorke;
mod pesin;
mod spectrum;
mod verdict;

mod correlation;
mod drift;
mod period;
mod permutation;
mod trust;
mod zero_one;

mod decide;

mod batches;
mod cost;
mod orbit;
mod orthonormal;
mod pairs;
mod relay;
mod saltation;
mod signal;
mod variational;

#[cfg(test)]
mod made_up;

pub use alignment::{ALIGNED, Alignment, alignment_index};
pub use annotate::annotate;
pub use annotation::{Annotation, ORDER};
pub use correlation::{Scaling, correlation_dimension, correlation_entropy};
pub use cost::expected_seconds;
pub use decide::Says;
pub use divergence::largest_exponent_by_divergence;
pub use drift::{Drift, drifts};
pub use error::AnalysisError;
pub use estimate::Estimate;
pub use jumps::has_jumps;
pub use period::dominant_period;
pub use permutation::permutation_entropy;
pub use pesin::pesin_entropy;
pub use spectrum::{Spectrum, SpectrumOptions, lyapunov_spectrum};
pub use trust::{Proof, TRUST, samples_borne_out, trusted, trusted_samples, truth_beside};
pub use verdict::Verdict;
pub use zero_one::zero_one_test;
