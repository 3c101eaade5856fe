//! Permutation entropy: how many orders of neighbouring values occur, and how often.

use crate::AnalysisError;
use std::collections::BTreeMap;

/// The permutation entropy of a series: the entropy of the orders in which `order` values in a row come.
///
/// A window of `order` values is one of `order!` patterns, by which of its values is the least, the next
/// and so on; of equal values the earlier counts as less. Natural logarithm, divided by `ln order!`: 0 if
/// one pattern occurs alone, 1 if all occur equally often, as in noise.
///
/// - `order`: from 2 to 8.
///
/// # Errors
/// [`AnalysisError::Option`] for another order, [`AnalysisError::TooFew`] for fewer values than ten
/// windows to a pattern.
///
/// # Source
/// C. Bandt, B. Pompe, Physical Review Letters 88, 174102 (2002).
pub fn permutation_entropy(series: &[f64], order: usize) -> Result<f64, AnalysisError> {
    if !(2..=8).contains(&order) {
        let wanted = "from 2 to 8 values make a pattern";
        return Err(AnalysisError::Option {
            which: "order of the permutation entropy",
            value: order as f64,
            wanted,
        });
    }
    let patterns: usize = (1..=order).product();
    let least = 10 * patterns + order;
    if series.len() < least {
        return Err(AnalysisError::TooFew { got: series.len(), least });
    }
    let mut counts: BTreeMap<u64, u64> = BTreeMap::new();
    for window in series.windows(order) {
        *counts.entry(pattern(window)).or_default() += 1;
    }
    let total = (series.len() - order + 1) as f64;
    let entropy: f64 = counts
        .values()
        .map(|&count| {
            let share = count as f64 / total;
            -share * takens_core::math::log(share)
        })
        .sum();
    Ok(entropy / takens_core::math::log(patterns as f64))
}

/// A number for the order of the values: for each, how many earlier ones are not greater.
fn pattern(window: &[f64]) -> u64 {
    (1..window.len()).fold(0, |code, at| {
        let below = window[..at].iter().filter(|earlier| **earlier <= window[at]).count();
        code * (at as u64 + 1) + below as u64
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::made_up::{logistic, noise};

    #[track_caller]
    fn check(series: &[f64], order: usize, want: f64, error: f64) {
        let entropy = permutation_entropy(series, order).unwrap();
        assert!((entropy - want).abs() < error, "{entropy}, not {want}");
    }

    #[test]
    fn known_series_have_their_entropy() {
        let line: Vec<f64> = (0..2000).map(f64::from).collect();
        check(&line, 4, 0.0, 1e-12);
        check(&noise(20_000), 4, 1.0, 2e-3);
        // Up and down in turn: two patterns of three.
        let zigzag: Vec<f64> = (0..2001).map(|i| f64::from(i % 2) * f64::from(i)).collect();
        check(&zigzag, 2, 1.0, 1e-2);
        // The full logistic map is the tent map in another coordinate, whose patterns of three have these
        // lengths on the line; that of three falling values does not occur.
        let shares: [f64; 5] = [1.0 / 3.0, 1.0 / 15.0, 4.0 / 15.0, 2.0 / 15.0, 1.0 / 5.0];
        let entropy: f64 = shares.iter().map(|p| -p * p.ln()).sum();
        check(&logistic(4.0, 40_000), 3, entropy / 6f64.ln(), 3e-3);
    }

    #[test]
    fn equal_values_keep_their_order() {
        assert_eq!(pattern(&[1.0, 1.0, 1.0]), pattern(&[1.0, 2.0, 3.0]));
        assert_ne!(pattern(&[2.0, 1.0, 3.0]), pattern(&[1.0, 2.0, 3.0]));
    }

    #[test]
    fn what_cannot_be_counted_is_refused() {
        assert!(matches!(permutation_entropy(&[0.0; 99], 9), Err(AnalysisError::Option { .. })));
        assert_eq!(
            permutation_entropy(&[0.0; 60], 3),
            Err(AnalysisError::TooFew { got: 60, least: 63 })
        );
    }
}
