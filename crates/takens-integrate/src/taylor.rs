//! Taylor's method: each step is the Taylor series of the solution, by automatic differentiation.
//!
//! `series` computes the coefficients, `control` chooses order and step, and `walk` puts them together. The polynomial of a step is also its dense output, of the same order.

mod control;
mod series;
mod walk;

use crate::method::{Flow, Start};
use crate::options::Options;
use crate::walk::Counts;
use crate::{IntegrateError, Method};
use series::Series;
use takens_core::TimeGrid;
use takens_kernel::{Jets, Program};
use walk::TaylorWalk;

/// A flow that is followed by Taylor series.
pub(crate) struct Taylor {
    series: Series,
}

impl Taylor {
    /// - `rhs`: from `t`, state and parameters to the derivative of each component.
    pub(crate) fn new(rhs: &Program, options: &Options) -> Result<Self, IntegrateError> {
        let jets = Jets::new(rhs, rhs.output_count())?;
        Ok(Self { series: Series::new(jets, control::order(options.tolerance), options.engine) })
    }
}

impl Flow for Taylor {
    fn method(&self) -> Method {
        Method::Taylor
    }

    fn sample(
        &self,
        names: &[String],
        options: &Options,
        start: Start<'_>,
        grid: &TimeGrid,
        out: &mut [f64],
    ) -> Result<Counts, IntegrateError> {
        let n = names.len();
        let mut walk = TaylorWalk::new(&self.series, names, options, start)?;
        let mut instants = grid.iter().peekable();
        let mut rest = out;
        let mut times = Vec::new();
        // What coincides with the start is the start itself.
        while instants.next_if(|&time| walk.until(time) <= 0.0).is_some() {
            let (row, rows) = rest.split_at_mut(n);
            row.copy_from_slice(start.state);
            rest = rows;
        }
        while instants.peek().is_some() {
            walk.step()?;
            times.clear();
            while let Some(time) = instants.next_if(|&time| walk.until(time) <= 0.0) {
                times.push(walk.since(time));
            }
            let (rows, later) = rest.split_at_mut(times.len() * n);
            walk.sample(&times, rows);
            rest = later;
        }
        Ok(walk.counts())
    }
}
