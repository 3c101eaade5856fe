//! Stiff flows, by Radau IIA of order 5.
//!
//! `walk` chooses the steps, `newton` solves for the stages of one, with the matrices of `linear` and the
//! numbers of `tableau`. Right-hand side and Jacobian are one program, derived operation by operation.
//!
//! # Source
//! E. Hairer, G. Wanner, Solving Ordinary Differential Equations II, 2nd ed., Springer (1996), section IV.8.

mod linear;
mod newton;
mod tableau;
mod walk;

use crate::auto::{Leg, Steps, follow};
use crate::clock::Clock;
use crate::method::{Flow, Start};
use crate::options::{EngineChoice, Options};
use crate::walk::Counts;
use crate::{IntegrateError, Method};
use std::sync::Arc;
use takens_core::TimeGrid;
use takens_kernel::{Engine, Program, tangents};

pub(crate) use walk::StiffWalk;

/// A right-hand side with its Jacobian, ready to run.
pub(crate) struct Radau {
    n: usize,
    rhs: Arc<dyn Engine>,
    /// From the inputs of the right-hand side to its outputs and the entries of the Jacobian.
    derivatives: Arc<dyn Engine>,
    /// Row and column of each entry.
    entries: Vec<(usize, usize)>,
}

impl Radau {
    /// - `program`: from `t`, `n` components and parameters to the derivative; `rhs` runs it.
    pub(crate) fn new(
        program: &Program,
        rhs: Arc<dyn Engine>,
        engine: EngineChoice,
    ) -> Result<Self, IntegrateError> {
        let n = program.output_count();
        let tangents = tangents(program, 1..1 + n);
        let derivatives = engine.engine(&tangents.program)?;
        Ok(Self { n, rhs, derivatives, entries: tangents.entries })
    }
}

/// A flow by Radau IIA from beginning to end.
pub(crate) struct Radau5(Radau);

impl Radau5 {
    pub(crate) fn new(program: &Program, options: &Options) -> Result<Self, IntegrateError> {
        let rhs = options.engine.engine(program)?;
        Ok(Self(Radau::new(program, rhs, options.engine)?))
    }
}

impl Flow for Radau5 {
    fn method(&self) -> Method {
        Method::Radau5
    }

    fn sample(
        &self,
        names: &[String],
        options: &Options,
        start: Start<'_>,
        grid: &TimeGrid,
        out: &mut [f64],
    ) -> Result<Counts, IntegrateError> {
        let leg = Leg {
            parameters: start.parameters,
            state: start.state,
            now: Clock::new(start.time),
            first_step: options.first_step,
            counts: Counts::default(),
        };
        let mut walk = StiffWalk::new(&self.0, names, options, leg)?;
        follow(&mut walk, options, grid, out)?;
        Ok(walk.counts())
    }
}
