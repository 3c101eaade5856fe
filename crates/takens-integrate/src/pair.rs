//! Explicit pairs of Runge and Kutta: one method from one table.
//!
//! A `tableau` says what a step is; `program` writes it, and its dense output, as two fused programs;
//! `walk` chooses the steps. `tsit5` and `verner98` are tables, nothing else.

mod program;
mod tableau;
mod tsit5;
mod verner98;
mod walk;

use crate::auto::{Steps, follow};
use crate::method::{Flow, Start};
use crate::options::Options;
use crate::walk::Counts;
use crate::{IntegrateError, Method};
use program::Programs;
use tableau::Tableau;
use takens_core::TimeGrid;
use takens_kernel::Program;
use walk::PairWalk;

/// A flow that is followed by an explicit pair.
pub(crate) struct Pair {
    method: Method,
    tableau: &'static Tableau,
    programs: Programs,
}

impl Pair {
    /// - `method`: [`Method::Verner98`] or [`Method::Tsit5`].
    /// - `rhs`: from `t`, state and parameters to the derivative of each component.
    pub(crate) fn new(
        method: Method,
        rhs: &Program,
        options: &Options,
    ) -> Result<Self, IntegrateError> {
        let tableau = match method {
            Method::Tsit5 => &tsit5::TSIT5,
            _ => &verner98::VERNER98,
        };
        Ok(Self { method, tableau, programs: Programs::new(tableau, rhs, options.engine)? })
    }
}

impl Flow for Pair {
    fn method(&self) -> Method {
        self.method
    }

    fn sample(
        &self,
        names: &[String],
        options: &Options,
        start: Start<'_>,
        grid: &TimeGrid,
        out: &mut [f64],
    ) -> Result<Counts, IntegrateError> {
        let mut walk = PairWalk::new(self.tableau, &self.programs, names, options, start)?;
        follow(&mut walk, options, grid, out)?;
        Ok(walk.counts())
    }
}
