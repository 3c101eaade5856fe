//! The Kolmogorov-Sinai entropy from the exponents.

use crate::{Estimate, Spectrum};

/// The sum of the positive exponents, per unit of system time, natural logarithm.
///
/// By Pesin's formula this is the Kolmogorov-Sinai entropy of a measure that is smooth along unstable
/// directions, as those that trajectories of chaotic attractors show are thought to be; by Ruelle's
/// inequality it is a bound from above in any case. Exponents that do not differ from zero count as zero.
/// The error takes the exponents' errors for independent.
///
/// # Source
/// J.-P. Eckmann, D. Ruelle, Reviews of Modern Physics 57, 617-656 (1985), section V.B.
#[must_use]
pub fn pesin_entropy(spectrum: &Spectrum) -> Estimate {
    let positive: Vec<usize> =
        (0..spectrum.exponents.len()).filter(|&index| spectrum.significant(index) > 0.0).collect();
    // From 0: the sum of no numbers would be -0.
    let (value, squares) = positive.into_iter().fold((0.0, 0.0), |(value, squares), index| {
        (value + spectrum.exponents[index], squares + spectrum.standard_errors[index].powi(2))
    });
    Estimate { value, standard_error: f64::sqrt(squares) }
}
