//! Where the numbers of a step lie: one array that the programs of a step read and write in place.
//!
//! ```text
//! t  t_low  h  tol  x[n]  unit[n]  k0[n]  p[m] | y[n]  k12[n]  k5..k11[7n]  e5 e3 | r1..r7[7n]
//! <------------- inputs of the step --------->   <----- outputs of the step ---->
//! <-------------------- inputs of the dense output ---------------------------->   <- outputs ->
//! ```
//! `x` and `y` are the states before and after, `k0` and `k12` the derivatives there, `k5` to `k11` those
//! of stages that the dense output needs, `e5` and `e3` sums of squared errors, `r` its coefficients.

use std::ops::Range;

/// The layout for `n` components and `m` parameters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Layout {
    pub(crate) n: usize,
    pub(crate) m: usize,
}

pub(crate) const TIME: usize = 0;
pub(crate) const TIME_LOW: usize = 1;
pub(crate) const STEP: usize = 2;
pub(crate) const TOLERANCE: usize = 3;
const STATE: usize = 4;

/// The stages, between the first and the last, that the dense output reads.
pub(crate) const KEPT_STAGES: Range<usize> = 5..12;
/// The coefficients of the dense output, but for the first, which is `x`.
pub(crate) const DENSE_COEFFICIENTS: usize = 7;

impl Layout {
    pub(crate) fn x(self) -> Range<usize> {
        STATE..STATE + self.n
    }

    pub(crate) fn unit(self) -> Range<usize> {
        self.after(self.x())
    }

    pub(crate) fn k0(self) -> Range<usize> {
        self.after(self.unit())
    }

    pub(crate) fn parameters(self) -> Range<usize> {
        let start = self.k0().end;
        start..start + self.m
    }

    /// Inputs of the step.
    pub(crate) fn inputs(self) -> usize {
        self.parameters().end
    }

    pub(crate) fn y(self) -> Range<usize> {
        self.after(self.parameters())
    }

    pub(crate) fn k12(self) -> Range<usize> {
        self.after(self.y())
    }

    /// Stage `stage` of [`KEPT_STAGES`].
    pub(crate) fn kept(self, stage: usize) -> Range<usize> {
        let start = self.k12().end + (stage - KEPT_STAGES.start) * self.n;
        start..start + self.n
    }

    /// The two sums of squared errors.
    pub(crate) fn errors(self) -> Range<usize> {
        let start = self.k12().end + KEPT_STAGES.len() * self.n;
        start..start + 2
    }

    /// All that is known after a step: inputs of the dense output.
    pub(crate) fn stepped(self) -> usize {
        self.errors().end
    }

    /// Coefficient `index` of the dense output, from 1.
    pub(crate) fn dense(self, index: usize) -> Range<usize> {
        let start = self.stepped() + (index - 1) * self.n;
        start..start + self.n
    }

    /// The length of the whole array.
    pub(crate) fn len(self) -> usize {
        self.stepped() + DENSE_COEFFICIENTS * self.n
    }

    fn after(self, before: Range<usize>) -> Range<usize> {
        before.end..before.end + self.n
    }
}
