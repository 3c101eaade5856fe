//! Time as an unevaluated sum of two numbers, so that millions of steps add up without drift.

/// An instant: `high + low`, `low` below half a unit in the last place of `high`.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Clock {
    /// The instant, rounded.
    pub(crate) high: f64,
    /// What rounding took away.
    pub(crate) low: f64,
}

impl Clock {
    pub(crate) fn new(time: f64) -> Self {
        Self { high: time, low: 0.0 }
    }

    /// The instant `step` later.
    ///
    /// The two sums are Knuth's and Dekker's: their rounding errors are exact.
    pub(crate) fn later(self, step: f64) -> Self {
        let sum = self.high + step;
        let part = sum - self.high;
        let rest = (self.high - (sum - part)) + (step - part) + self.low;
        let high = sum + rest;
        Self { high, low: rest - (high - sum) }
    }

    /// How much later than this instant `time` is.
    pub(crate) fn until(self, time: f64) -> f64 {
        (time - self.high) - self.low
    }

    /// How much later than this instant another one is.
    pub(crate) fn until_clock(self, later: Self) -> f64 {
        (later.high - self.high) + (later.low - self.low)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_million_tenths_add_up() {
        let mut clock = Clock::new(0.0);
        let mut plain = 0.0;
        for _ in 0..1_000_000 {
            clock = clock.later(0.1);
            plain += 0.1;
        }
        // 0.1 is stored 5.55e-18 too great.
        assert!((clock.until(100_000.0) + 5.55e-12).abs() < 1e-13, "{clock:?}");
        assert!((plain - 100_000.0f64).abs() > 1e-7, "the plain sum drifts: {plain}");
    }
}
