//! Taylor's method: each step is the Taylor series of the solution, by automatic differentiation.
//!
//! `series` computes the coefficients, `control` chooses order and step, and `walk` puts them together; `lanes` does so for
//! many trajectories at once, in groups of eight. The polynomial of a step is also its dense output, of the same order.

mod control;
mod group;
mod lanes;
mod series;
mod walk;

use crate::auto::{Auto, Reach};
use crate::ensemble::{Job, Queue, Reframe, Work};
use crate::method::{Flow, Start};
use crate::options::Options;
use crate::propagator::watched;
use crate::walk::Counts;
use crate::watch::Watch;
use crate::{EngineChoice, IntegrateError, Method};
use lanes::{LOOKS, Look, Many};
use series::Series;
use std::sync::OnceLock;
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
        let order = control::order(options.tolerance);
        Ok(Self { series: Series::new(rhs, jets, order, options.engine)? })
    }
}

impl Flow for Taylor {
    fn method(&self) -> Method {
        Method::Taylor
    }

    fn side_by_side(&self) -> usize {
        if self.series.has_lanes() { lanes::ROOM } else { 1 }
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

    fn sample_all<'a>(
        &self,
        names: &[String],
        options: &Options,
        room: usize,
        grid: &TimeGrid,
        queue: &mut dyn Queue<'a>,
    ) {
        let alone = &|job: &mut Job<'a>| {
            let (start, out) = job.parts(grid.time(0));
            self.sample(names, options, start, grid, out).map(Work::from)
        };
        self.follow_all(options, room, grid, queue, &|_| Persistent, alone);
    }
}

/// Gives up nothing.
struct Persistent;

impl Look for Persistent {
    fn gives_up(&mut self, _time: f64, _state: &[f64], _step: f64) -> bool {
        false
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

    /// Computes the trajectories of a queue: side by side, where there are more than one.
    fn follow_all<'a, L: Look>(
        &self,
        options: &Options,
        room: usize,
        grid: &TimeGrid,
        queue: &mut dyn Queue<'a>,
        look: &dyn Fn(&Job<'a>) -> L,
        alone: &dyn Fn(&mut Job<'a>) -> Result<Work, IntegrateError>,
    ) {
        let lanes = if room > 1 { self.series.lanes() } else { Ok(None) };
        if let Ok(Some(engine)) = lanes {
            let (series, reframe) = (&self.series, None);
            Many { series, options, grid, queue, look, alone, reframe }.run(engine, room);
            return;
        }
        while let Some(mut job) = queue.next() {
            let result = match &lanes {
                Err(error) => Err(error.clone().into()),
                Ok(_) => alone(&mut job),
            };
            queue.done(job, result);
        }
    }
}

/// What is chosen at tight tolerances where nothing else is asked for: Taylor series, and another choice for
/// a trajectory that has no series somewhere, such as one through the zero of `x^1.5`, or that is too
/// stiff for them.
pub(crate) struct Smooth {
    taylor: Taylor,
    program: Program,
    engine: EngineChoice,
    /// The product of step and fastest rate at which the step is bounded by stability: where that rate
    /// alone is left, the terms of a series fall once it is below the root of `order!`, some `order / e`.
    reach: f64,
    other: OnceLock<Result<Auto, IntegrateError>>,
}

/// Above this tolerance the many stages of a series are not worth while.
pub(crate) const TIGHT: f64 = 1e-9;

/// So many looks in succession have to find it.
const SURE: u32 = 8;

impl Smooth {
    /// Nothing if the right-hand side has corners or its series is too long.
    pub(crate) fn new(rhs: &Program, options: &Options) -> Option<Self> {
        let jets = Jets::new(rhs, rhs.output_count()).ok().filter(|jets| !jets.has_corners())?;
        let (order, engine) = (control::order(options.tolerance), options.engine);
        let taylor = Taylor { series: Series::affordable(rhs, jets, order, engine)? };
        let reach = 0.6 * order as f64 / std::f64::consts::E;
        Some(Self { taylor, program: rhs.clone(), engine, reach, other: OnceLock::new() })
    }
}

impl Flow for Smooth {
    fn method(&self) -> Method {
        Method::Taylor
    }

    fn side_by_side(&self) -> usize {
        self.taylor.side_by_side()
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
        let mut suspicion = Suspicion::new(self, start.parameters, start.state);
        let mut steps = 0u64;
        let mut stiff = |walk: &TaylorWalk| {
            steps += 1;
            steps.is_multiple_of(LOOKS)
                && suspicion.gives_up(walk.time(), walk.state(), walk.last_step())
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

    fn sample_all<'a>(
        &self,
        names: &[String],
        options: &Options,
        room: usize,
        grid: &TimeGrid,
        queue: &mut dyn Queue<'a>,
    ) {
        let look = &|job: &Job<'a>| Suspicion::new(self, job.parameters(), job.state());
        let alone = &|job: &mut Job<'a>| {
            let (start, out) = job.parts(grid.time(0));
            self.sample(names, options, start, grid, out).map(Work::from)
        };
        self.taylor.follow_all(options, room, grid, queue, look, alone);
    }

    fn carry<'a>(
        &self,
        options: &Options,
        room: usize,
        grid: &TimeGrid,
        queue: &mut dyn Queue<'a>,
        reframe: &mut dyn Reframe,
    ) -> Result<(), IntegrateError> {
        let series = &self.taylor.series;
        let engine = series.lanes()?.ok_or(IntegrateError::NotSideBySide)?;
        let look = |job: &Job<'a>| Suspicion::new(self, job.parameters(), job.state());
        let alone = |_: &mut Job<'a>| Err(IntegrateError::NotSideBySide);
        let (look, alone) = (&look, &alone);
        let mut many = Many { series, options, grid, queue, look, alone, reframe: None };
        many.reframe = Some(reframe);
        many.run(engine, room);
        Ok(())
    }
}

/// Looks at a trajectory for stiffness.
struct Suspicion<'a> {
    flow: &'a Smooth,
    watch: Watch,
    /// Looks in succession that found it.
    hits: u32,
}

impl<'a> Suspicion<'a> {
    fn new(flow: &'a Smooth, parameters: &[f64], state: &[f64]) -> Self {
        Self { flow, watch: Watch::new(parameters, state), hits: 0 }
    }
}

impl Look for Suspicion<'_> {
    fn gives_up(&mut self, time: f64, state: &[f64], step: f64) -> bool {
        let rate = self.watch.look(&*self.flow.taylor.series.rhs, time, state);
        self.hits = if rate * step > self.flow.reach { self.hits + 1 } else { 0 };
        self.hits >= SURE
    }
}
