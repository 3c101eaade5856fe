//! Learning rates over the course of a training.

use takens_core::math;

/// A learning rate that rises linearly to its peak and falls to zero along half a cosine.
///
/// # Source
/// I. Loshchilov, F. Hutter, "SGDR: stochastic gradient descent with warm restarts", ICLR (2017),
/// one cycle; the rise is that of P. Goyal et al., arXiv:1706.02677 (2017).
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Schedule {
    /// The greatest rate.
    pub peak: f64,
    /// The share of the training during which the rate rises, from 0 to 1.
    pub warmup: f64,
}

impl Schedule {
    /// The rate when `progress` of the training is done, from 0 to 1; 0 from the end on.
    ///
    /// Progress may be counted in steps or in time; a training that is cut short by a clock then
    /// still ends at a small rate.
    #[must_use]
    pub fn rate(&self, progress: f64) -> f64 {
        let progress = progress.clamp(0.0, 1.0);
        if progress < self.warmup {
            self.peak * progress / self.warmup
        } else if self.warmup >= 1.0 {
            0.0
        } else {
            let fall = (progress - self.warmup) / (1.0 - self.warmup);
            self.peak * 0.5 * (1.0 + math::cos(std::f64::consts::PI * fall))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_rate_rises_and_falls() {
        let schedule = Schedule { peak: 2.0, warmup: 0.2 };
        let check = |progress: f64, rate: f64| {
            let got = schedule.rate(progress);
            assert!((got - rate).abs() < 1e-12, "{got} at {progress}, not {rate}");
        };
        check(0.0, 0.0);
        check(0.1, 1.0);
        check(0.2, 2.0);
        check(0.6, 1.0);
        check(1.0, 0.0);
        check(7.0, 0.0);
    }
}
