//! Paths of Brownian motion that can be asked for anywhere, in any order.
//!
//! A path is a binary tree over `[0, 2³⁰)` units of time: the value halfway between two known ones is
//! their mean plus a normal number, which belongs to that place of the tree (a Brownian bridge). So the
//! path of a seed is one path, whatever the steps by which it is followed. Below 2⁻³² units of time it is
//! a straight line.
//!
//! # Source
//! J. G. Gaines, T. J. Lyons, "Variable step size control in the numerical solution of stochastic
//! differential equations", SIAM J. Appl. Math. 57 (1997), unverified.

use takens_core::Stream;

/// Paths end before this time.
pub(crate) const END: f64 = (1_u64 << 30) as f64;

/// The tree is this deep.
const DEPTH: usize = 62;

/// The first of the streams of a seed that belong to noise; other uses of a seed take small numbers.
const FIRST_STREAM: u64 = 0x6e6f_6973_6500_0000;

/// One Wiener process; remembers where it was asked last, so that what is near costs little.
#[derive(Debug, Clone)]
pub(crate) struct Brownian {
    stream: Stream,
    /// Intervals from the whole down to the one asked for last.
    intervals: Vec<Interval>,
}

/// A node of the tree: an interval with the values at its ends.
#[derive(Debug, Clone, Copy)]
struct Interval {
    /// The root is 1, the halves of `k` are `2 k` and `2 k + 1`.
    number: u64,
    start: f64,
    length: f64,
    left: f64,
    right: f64,
}

impl Brownian {
    /// Process number `process` of `seed`.
    pub(crate) fn new(seed: u64, process: usize) -> Self {
        let stream = Stream::new(seed, FIRST_STREAM + process as u64);
        // Place 0 is no node of the tree.
        let right = END.sqrt() * stream.normal(0);
        let whole = Interval { number: 1, start: 0.0, length: END, left: 0.0, right };
        Self { stream, intervals: vec![whole] }
    }

    /// The value at `time`, from 0 to [`END`]; zero at time 0.
    pub(crate) fn at(&mut self, time: f64) -> f64 {
        let holds = |interval: &Interval| {
            (interval.start..=interval.start + interval.length).contains(&time)
        };
        while self.intervals.len() > 1 && !self.intervals.last().is_some_and(holds) {
            self.intervals.pop();
        }
        let mut here = *self.intervals.last().expect("the whole is never given up");
        while here.start < time && time < here.start + here.length && self.intervals.len() <= DEPTH
        {
            let half = 0.5 * here.length;
            // A bridge of length `l` has variance `l / 4` at its middle.
            let middle = 0.5 * (here.left + here.right)
                + 0.5 * here.length.sqrt() * self.stream.normal(here.number);
            here = if time < here.start + half {
                Interval { number: 2 * here.number, length: half, right: middle, ..here }
            } else {
                let start = here.start + half;
                let number = 2 * here.number + 1;
                Interval { number, start, length: half, left: middle, ..here }
            };
            self.intervals.push(here);
        }
        here.left + (here.right - here.left) * ((time - here.start) / here.length)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_order_of_questions_does_not_matter() {
        let times: Vec<f64> = (0..200).map(|k| f64::from(k) * 0.37).collect();
        let mut forwards = Brownian::new(5, 0);
        let there: Vec<f64> = times.iter().map(|&time| forwards.at(time)).collect();
        let mut backwards = Brownian::new(5, 0);
        for (time, value) in times.iter().zip(&there).rev() {
            assert_eq!(backwards.at(*time), *value);
        }
        assert_eq!(there[0], 0.0);
        assert_ne!(Brownian::new(5, 1).at(1.0), there[1]);
    }

    #[test]
    fn increments_are_independent_and_of_variance_time() {
        let mut path = Brownian::new(11, 0);
        for step in [0.013, 1.0, 3.7] {
            let count = 4000;
            let increments: Vec<f64> = (0..count)
                .map(|k| path.at(f64::from(k + 1) * step) - path.at(f64::from(k) * step))
                .collect();
            let count = f64::from(count);
            let variance = increments.iter().map(|x| x * x).sum::<f64>() / count / step;
            let neighbours =
                increments.windows(2).map(|two| two[0] * two[1]).sum::<f64>() / count / step;
            // Four standard errors of each.
            assert!((variance - 1.0).abs() < 4.0 * (2.0 / count).sqrt(), "{variance} at {step}");
            assert!(neighbours.abs() < 4.0 / count.sqrt(), "{neighbours} at {step}");
        }
    }
}
