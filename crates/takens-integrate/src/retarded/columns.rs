//! Tangent functions of a delay equation, as columns of numbers that may be combined.
//!
//! A tangent vector of a delay equation is a function on the past, as far back as the longest delay. Its
//! inner product with another is the product of the present values plus the mean of the product over the
//! past that is kept, by Gauss' formula, which is exact for what collocation computes.

use super::gauss::{NODES, gauss};
use super::past::Places;
use super::walk::Retarding;
use crate::IntegrateError;

/// A delay equation on its way, one step at a time, with its past.
///
/// Made by [`Propagator::delay_walk`](crate::Propagator::delay_walk).
pub struct DelayWalk<'a>(pub(crate) Retarding<'a>);

impl DelayWalk<'_> {
    /// The time reached.
    #[must_use]
    pub fn time(&self) -> f64 {
        self.0.now().high
    }

    /// The state reached.
    #[must_use]
    pub fn state(&self) -> &[f64] {
        self.0.state()
    }

    /// The longest delay.
    #[must_use]
    pub fn longest_delay(&self) -> f64 {
        self.0.longest()
    }

    /// Makes one step.
    ///
    /// # Errors
    /// [`IntegrateError`] where the trajectory ends.
    pub fn step(&mut self) -> Result<(), IntegrateError> {
        self.0.step()
    }

    /// Combines components: from `first` on these are vectors of `size` components each, and `work` may
    /// replace them by combinations of one another, which the past is replaced by too.
    ///
    /// `work` takes the vectors as columns of one length, one after the other, and a weight for each
    /// place in a column, such that the sum of weighted products is the inner product of two functions.
    /// It must do the same to all places. The equation must be linear in these components, and a time as
    /// long as the longest delay have passed since the start, since the history stays as it was.
    ///
    /// # Panics
    /// If the components from `first` on are no whole number of vectors.
    pub fn combine(&mut self, first: usize, size: usize, work: impl FnOnce(&mut [f64], &[f64])) {
        let (past, state) = self.0.parts();
        let places = Places { n: state.len() };
        assert!(size > 0 && (state.len() - first).is_multiple_of(size), "whole vectors");
        let mut weights = vec![1.0; size];
        let kept: f64 = past.segments().map(|segment| segment.step).sum();
        for segment in past.segments() {
            // States at the start and slopes go along; they do not count.
            weights.extend(std::iter::repeat_n(0.0, size * (1 + NODES)));
            let part = segment.step / kept;
            for _ in 0..size {
                weights.extend(gauss().weights.map(|weight| weight * part));
            }
        }
        let mut columns = Vec::with_capacity(weights.len() * ((state.len() - first) / size));
        let vectors: Vec<usize> = (first..state.len()).step_by(size).collect();
        for &vector in &vectors {
            columns.extend_from_slice(&state[vector..vector + size]);
            for segment in past.segments() {
                for part in parts(places, vector, size) {
                    columns.extend_from_slice(&segment.numbers()[part]);
                }
            }
        }
        work(&mut columns, &weights);
        let mut rest = columns.as_slice();
        let mut put = |out: &mut [f64]| {
            let (now, later) = rest.split_at(out.len());
            out.copy_from_slice(now);
            rest = later;
        };
        for &vector in &vectors {
            put(&mut state[vector..vector + size]);
            for segment in past.segments() {
                for part in parts(places, vector, size) {
                    put(&mut segment.numbers()[part]);
                }
            }
        }
    }
}

/// Where a segment has the numbers of `size` components: starts, slopes, states.
fn parts(places: Places, component: usize, size: usize) -> [std::ops::Range<usize>; 3] {
    let from =
        |start: usize, each: usize| start + component * each..start + (component + size) * each;
    [
        from(places.start().start, 1),
        from(places.slopes().start, NODES),
        from(places.states().start, NODES),
    ]
}
