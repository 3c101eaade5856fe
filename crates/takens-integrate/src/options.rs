//! How a trajectory is computed.

use crate::{IntegrateError, Method};
use std::sync::Arc;
use takens_kernel::{Compiled, Engine, KernelError, Oracle, Program};

/// What runs the programs. Both give the same bits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum EngineChoice {
    /// The interpreter.
    Oracle,
    /// Machine code.
    #[default]
    Jit,
}

/// How a trajectory is computed.
///
/// # The error norm
/// A step is accepted if the estimate of its error, `e`, has root mean square below one in units of
/// `tolerance / 1000 · (u + max(|x|, |x'|))` per component: `x` and `x'` are the component before and
/// after the step, `u` is the unit of the component, the least of 1 and the greatest `|x|` so far, but
/// no less than a thousandth of the greatest of any component so far (for which a start at the origin
/// counts as 1). So the tolerance is relative for large components and absolute for those near zero,
/// and a system whose numbers are all small is not computed more coarsely.
///
/// The thousandth makes up for the errors of single steps being added, and in chaos multiplied, over
/// time: at 1e-9, Lorenz's system is followed for 15 time units, in which errors grow by some 10⁶, to
/// better than 1e-4. A step is one of order 8, so that a thousandth takes 2.4 times as many of them.
/// Below 1e-10, where rounding leaves less and less room for that, `tolerance / 1000` becomes
/// `1e-13 · sqrt(tolerance / 1e-10)`.
///
/// Taylor series are held to the same norm, with the greatest component in place of the mean: each of
/// the last two terms of a series is at most `tolerance / 100`, below 1e-10 `1e-12 · sqrt(tolerance / 1e-10)`.
/// What is left out after them is smaller still, and the order grows with the digits asked for, so that
/// tight tolerances cost little more than loose ones.
///
/// Radau IIA is for stiff flows, whose errors die out rather than add up. It holds its estimates, of order
/// 3, to the tolerance itself: the errors of its steps, of order 5, are far smaller than that.
#[derive(Debug, Clone, PartialEq)]
pub struct Options {
    /// The error allowed in a step, from 1e-14 to 0.1.
    pub tolerance: f64,
    /// Which integrator makes the steps of a flow.
    pub method: Method,
    /// How many steps of a flow may be tried, refused ones included. A trajectory that would plainly take
    /// more is not begun in earnest.
    pub max_steps: u64,
    /// The first step to try, in time; guessed if not given.
    pub first_step: Option<f64>,
    /// The longest step, in time; none if not given. With noise, where steps have one length, the
    /// samples are divided evenly into steps that are not longer; sixteen of them if not given.
    pub max_step: Option<f64>,
    /// What runs the programs.
    pub engine: EngineChoice,
    /// With noise: which path it takes.
    pub seed: u64,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            tolerance: 1e-9,
            method: Method::default(),
            max_steps: 10_000_000,
            first_step: None,
            max_step: None,
            engine: EngineChoice::default(),
            seed: 0,
        }
    }
}

impl Options {
    /// The least and greatest tolerance.
    pub const TOLERANCES: (f64, f64) = (1e-14, 0.1);

    /// Refuses options that mean nothing.
    pub(crate) fn check(&self) -> Result<(), IntegrateError> {
        let (low, high) = Self::TOLERANCES;
        if !(low..=high).contains(&self.tolerance) {
            return Err(IntegrateError::Tolerance { tolerance: self.tolerance, low, high });
        }
        for (which, value) in [("first step", self.first_step), ("longest step", self.max_step)] {
            if let Some(value) = value.filter(|&value| !(value > 0.0 && value.is_finite())) {
                return Err(IntegrateError::StepOption { which, value });
            }
        }
        Ok(())
    }
}

impl EngineChoice {
    /// `program`, ready to run.
    ///
    /// # Errors
    /// [`KernelError`] if there is no machine code for it.
    pub fn engine(self, program: &Program) -> Result<Arc<dyn Engine>, KernelError> {
        Ok(match self {
            Self::Oracle => Arc::new(Oracle::new(program.clone())),
            Self::Jit => Arc::new(Compiled::new(program)?),
        })
    }
}
