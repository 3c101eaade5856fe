//! Taylor's method: each step is the Taylor series of the solution, by automatic differentiation.
//!
//! `series` computes the coefficients, `control` chooses order and step, and `walk` puts them together. The polynomial of a step is also its dense output, of the same order.

mod control;
mod series;
mod walk;

use crate::auto::{Auto, Reach};
use crate::method::{Flow, Start};
use crate::options::Options;
use crate::propagator::watched;
use crate::walk::Counts;
use crate::watch::Watch;
use crate::{EngineChoice, IntegrateError, Method};
use series::Series;
use std::sync::{Arc, OnceLock};
use takens_core::TimeGrid;
use takens_kernel::{Engine, Jets, Program};
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
        let counts = self.follow(names, options, start, grid, out, &mut |_| false)?;
        Ok(counts.expect("nobody gave up"))
    }
}

impl Taylor {
    /// As [`Flow::sample`]; nothing as soon as `give_up` says so after a step.
    fn follow(
        &self,
        names: &[String],
        options: &Options,
        start: Start<'_>,
        grid: &TimeGrid,
        out: &mut [f64],
        give_up: &mut dyn FnMut(&TaylorWalk) -> bool,
    ) -> Result<Option<Counts>, IntegrateError> {
        let n = names.len();
        let mut walk = TaylorWalk::new(&self.series, names, options, start)?;
        let mut instants = grid.iter().peekable();
        let mut rest = out;
        let mut times = Vec::new();
        let mut reach = Reach::new(grid.time(grid.len() - 1));
        // What coincides with the start is the start itself.
        while instants.next_if(|&time| walk.until(time) <= 0.0).is_some() {
            let (row, rows) = rest.split_at_mut(n);
            row.copy_from_slice(start.state);
            rest = rows;
        }
        while instants.peek().is_some() {
            walk.step()?;
            reach.check(walk.now(), walk.last_step(), options)?;
            if give_up(&walk) {
                return Ok(None);
            }
            times.clear();
            while let Some(time) = instants.next_if(|&time| walk.until(time) <= 0.0) {
                times.push(walk.since(time));
            }
            let (rows, later) = rest.split_at_mut(times.len() * n);
            walk.sample(&times, rows);
            rest = later;
        }
        Ok(Some(walk.counts()))
    }
}

/// What is chosen at tight tolerances where nothing else is asked for: Taylor series, and another choice for
/// a trajectory that has no series somewhere, such as one through the zero of `x^1.5`, or that is too
/// stiff for them.
pub(crate) struct Smooth {
    taylor: Taylor,
    program: Program,
    rhs: Arc<dyn Engine>,
    engine: EngineChoice,
    /// The product of step and fastest rate at which the step is bounded by stability: where that rate
    /// alone is left, the terms of a series fall once it is below the root of `order!`, some `order / e`.
    reach: f64,
    other: OnceLock<Result<Auto, IntegrateError>>,
}

/// Above this tolerance the many stages of a series are not worth while.
const TIGHT: f64 = 1e-9;

/// So often a trajectory is looked at for stiffness, in steps.
const LOOKS: u64 = 64;

/// So many looks in succession have to find it.
const SURE: u32 = 8;

impl Smooth {
    /// Nothing if the tolerance is loose, the right-hand side has corners or its series is too long.
    pub(crate) fn new(rhs: &Program, options: &Options) -> Option<Self> {
        if options.tolerance > TIGHT {
            return None;
        }
        let jets = Jets::new(rhs, rhs.output_count()).ok().filter(|jets| !jets.has_corners())?;
        let order = control::order(options.tolerance);
        if jets.operations(order) > series::MOST_OPERATIONS {
            return None;
        }
        let engine = options.engine;
        let taylor = Taylor { series: Series::new(jets, order, engine) };
        let reach = 0.6 * order as f64 / std::f64::consts::E;
        let (program, rhs) = (rhs.clone(), engine.engine(rhs).ok()?);
        Some(Self { taylor, program, rhs, engine, reach, other: OnceLock::new() })
    }
}

impl Flow for Smooth {
    fn method(&self) -> Method {
        Method::Taylor
    }

    fn made_by(&self, counts: Counts) -> String {
        match self.other.get() {
            Some(Ok(other)) if counts.second => other.made_by(counts),
            _ => self.method().name().to_owned(),
        }
    }

    fn sample(
        &self,
        names: &[String],
        options: &Options,
        start: Start<'_>,
        grid: &TimeGrid,
        out: &mut [f64],
    ) -> Result<Counts, IntegrateError> {
        let mut watch = Watch::new(start.parameters, start.state);
        let (mut steps, mut hits) = (0u64, 0u32);
        let mut stiff = |walk: &TaylorWalk| {
            steps += 1;
            if steps.is_multiple_of(LOOKS) {
                let rate = watch.look(&*self.rhs, walk.time(), walk.state());
                hits = if rate * walk.last_step() > self.reach { hits + 1 } else { 0 };
            }
            hits >= SURE
        };
        match self.taylor.follow(names, options, start, grid, out, &mut stiff) {
            Ok(Some(counts)) => return Ok(counts),
            Ok(None) | Err(IntegrateError::Stalled { .. }) => {}
            Err(error) => return Err(error),
        }
        let other = self.other.get_or_init(|| watched(&self.program, self.engine));
        let other = other.as_ref().map_err(Clone::clone)?;
        let counts = other.sample(names, options, start, grid, out)?;
        Ok(Counts { second: true, ..counts })
    }
}
