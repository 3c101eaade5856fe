//! What can be said of an attractor: exponents, dominant period, how far a trajectory can be believed.
//!
//! Start at [`lyapunov_spectrum`] or, for all that is known of a system at once, at [`annotate`].

mod annotate;
mod delay_spectrum;
mod divergence;
mod error;
mod spectrum;
mod verdict;

mod jumps;
mod period;
mod trust;

mod batches;
mod orthonormal;
mod variational;

pub use annotate::{Annotation, annotate};
pub use divergence::largest_exponent_by_divergence;
pub use error::AnalysisError;
pub use jumps::has_jumps;
pub use period::dominant_period;
pub use spectrum::{Spectrum, SpectrumOptions, lyapunov_spectrum};
pub use trust::{Proof, TRUST, samples_borne_out, trusted_samples};
pub use verdict::Verdict;
