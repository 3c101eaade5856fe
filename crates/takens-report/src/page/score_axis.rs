//! An axis for scores, which may have any range: some end at 1, some run to infinity.

use crate::draw::Scale;
use crate::leaderboard::quantile;

/// Shares of the scores beyond which an axis does not reach, where outliers would press all else flat.
const WITHIN: (f64, f64) = (0.02, 0.98);
/// A range of positive scores that is so wide is shown on a logarithmic axis.
const WIDE: f64 = 200.0;

/// A scale of scores; those beyond its ends are drawn at its edge.
#[derive(Debug, Clone, Copy)]
pub(super) struct ScoreAxis {
    pub(super) scale: Scale,
    ends: (f64, f64),
    pub(super) is_log: bool,
    /// Whether some scores lie beyond the ends.
    pub(super) is_cut: bool,
}

impl ScoreAxis {
    /// An axis over these scores, from pixel `to.0` (for the least) to `to.1`; `None` if none is finite.
    pub(super) fn of(scores: impl Iterator<Item = f64>, to: (f64, f64)) -> Option<Self> {
        let mut sorted: Vec<f64> = scores.filter(|score| !score.is_nan()).collect();
        let all = sorted.len();
        sorted.retain(|score| score.abs() < f64::MAX);
        if sorted.is_empty() {
            return None;
        }
        sorted.sort_by(f64::total_cmp);
        let (least, greatest) = (sorted[0], sorted[sorted.len() - 1]);
        let (low, high) = (quantile(&sorted, WITHIN.0), quantile(&sorted, WITHIN.1));
        if low > 0.0 && high / low > WIDE {
            let ends = (low / 1.3, high * 1.3);
            let is_cut = least < ends.0 || greatest > ends.1 || sorted.len() < all;
            return Some(Self { scale: Scale::log(ends, to), ends, is_log: true, is_cut });
        }
        // The whole range where it is no wider than three times what most scores need.
        let most = high - low;
        let (low, high) =
            if greatest - least <= 3.0 * most { (least, greatest) } else { (low, high) };
        let margin = 0.06 * (high - low).max(1e-9 * high.abs()).max(1e-12);
        let ends = (low - margin, high + margin);
        let is_cut = least < ends.0 || greatest > ends.1 || sorted.len() < all;
        Some(Self { scale: Scale::linear(ends, to), ends, is_log: false, is_cut })
    }

    /// Where a score lies, or the edge that is nearest.
    pub(super) fn at(&self, score: f64) -> f64 {
        self.scale.at(score.clamp(self.ends.0, self.ends.1))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn outliers_and_infinities_lie_at_the_edge() {
        let scores = || (0..100).map(f64::from).chain([1e9, f64::INFINITY]);
        let axis = ScoreAxis::of(scores(), (0.0, 100.0)).unwrap();
        assert!(axis.is_cut);
        assert_eq!((axis.at(f64::INFINITY), axis.at(1e9)), (100.0, 100.0));
        assert!((40.0..60.0).contains(&axis.at(50.0)));
        assert!(ScoreAxis::of([f64::INFINITY].into_iter(), (0.0, 1.0)).is_none());
    }

    #[test]
    fn a_wide_range_of_positive_scores_is_logarithmic() {
        let axis = ScoreAxis::of((-3..=3).map(|k| 10f64.powi(k)), (0.0, 1.0)).unwrap();
        assert!((axis.at(1.0) - 0.5).abs() < 1e-9);
    }
}
