//! From a system, parameters and a start to a trajectory.

use crate::auto::Auto;
use crate::course::Course;
use crate::ensemble::{Queue, Reframe, Work};
use crate::map::iterate;
use crate::method::{Flow, Start};
use crate::noise::Noisy;
use crate::options::Options;
use crate::pair::Pair;
use crate::reach;
use crate::retarded::Retarded;
use crate::stepper::Stepper;
use crate::stiff::Radau5;
use crate::symplectic::Symplectic;
use crate::taylor::{Smooth, TIGHT, Taylor};
use crate::variational::Variational;
use crate::walk;
use crate::{DelayWalk, EngineChoice, IntegrateError, Method, Walk};
use ndarray::Array2;
use std::sync::Arc;
use takens_core::{TimeGrid, Trajectory};
use takens_kernel::{Engine, Program, lower};
use takens_symbolic::{FieldKind, VectorField};

/// The states of a system at the instants of `grid`.
///
/// - `parameters`: one value per scalar parameter, in flat order.
/// - `initial`: the state at the first instant of the grid.
/// - `grid`: in units of system time; for a map, whole iterations.
///
/// The steps of a flow are the same whatever the grid: a sample within a step comes from the Taylor series
/// of the step itself, or with DOP853 from an interpolation of order 7. How accurate steps are is told by
/// [`Options`].
///
/// # Errors
/// [`IntegrateError`]: arguments that do not fit, or a trajectory that ends before the grid does.
///
/// # Source
/// Taylor series: À. Jorba, M. Zou, Experimental Mathematics 14, 99–117 (2005). DOP853: E. Hairer, S. P.
/// Norsett, G. Wanner, Solving Ordinary Differential Equations I, 2nd ed., Springer (1993), section II.10.
pub fn sample(
    field: &VectorField,
    parameters: &[f64],
    initial: &[f64],
    grid: &TimeGrid,
    options: &Options,
) -> Result<Solution, IntegrateError> {
    Propagator::new(field, options)?.sample(parameters, initial, grid)
}

/// A trajectory and what it cost.
#[derive(Debug, Clone, PartialEq)]
pub struct Solution {
    /// The states at the instants of the grid.
    pub trajectory: Trajectory,
    /// Steps made; for a map, iterations.
    pub steps: u64,
    /// Steps tried and refused.
    pub rejected: u64,
    /// Evaluations of the right-hand side.
    pub evaluations: u64,
    /// Of the steps, those of the integrator for stiff flows.
    pub stiff_steps: u64,
    /// What made the steps: [`Propagator::method`], and for the automatic choice what was chosen.
    pub method: String,
}

/// A system made ready: compiled once, for any number of starts and parameter values.
#[derive(Clone)]
pub struct Propagator {
    names: Vec<String>,
    parameters: usize,
    options: Options,
    motion: Motion,
}

#[derive(Clone)]
enum Motion {
    /// By DOP853, whose steps can be walked.
    Flow(Box<Stepper>),
    /// By another integrator.
    Other(Arc<dyn Flow>),
    Map(Arc<dyn Engine>),
    /// With delays, by collocation.
    Retarded(Box<Retarded>),
    /// With delays or jumps, by DOP853.
    Course(Box<Course>),
    Noisy(Box<Noisy>),
}

/// As many numbers as one trajectory may hold: 2 GiB of them.
const MOST_NUMBERS: usize = 1 << 28;

impl Propagator {
    /// Compiles a system.
    ///
    /// # Errors
    /// [`IntegrateError`] if the options mean nothing, the system has no state or there is no machine
    /// code for it.
    pub fn new(field: &VectorField, options: &Options) -> Result<Self, IntegrateError> {
        let flowing = field.kind == FieldKind::Flow;
        let plain = field.delays.is_empty() && field.events.is_empty() && field.modes.is_empty();
        let special = if !field.noise.names.is_empty() {
            if !(field.delays.is_empty() && field.events.is_empty()) {
                return Err(IntegrateError::NoiseWith);
            }
            Motion::Noisy(Box::new(Noisy::new(field, options)?))
        } else if !field.delays.is_empty()
            && field.events.is_empty()
            && field.modes.is_empty()
            && options.method == Method::Auto
        {
            Motion::Retarded(Box::new(Retarded::new(field, options)?))
        } else if !plain {
            Motion::Course(Box::new(Course::new(field, options)?))
        } else if flowing && let Some(flow) = other_flow(&lower(field), Some(field), options)? {
            Motion::Other(flow)
        } else {
            let names = field.states.clone();
            return Self::from_program(field.kind, &lower(field), names, options);
        };
        if !(plain && field.noise.names.is_empty()) {
            only(
                &[Method::Auto, Method::Dop853],
                options.method,
                "it has delays, noise or events",
            )?;
        }
        check_system(field.dim(), options)?;
        Ok(Self {
            names: field.states.clone(),
            parameters: field.parameters.len(),
            options: options.clone(),
            motion: special,
        })
    }

    /// Compiles a right-hand side or a map, from `t`, state and parameters to derivative or image.
    ///
    /// # Errors
    /// As [`Propagator::new`].
    ///
    /// # Panics
    /// If the program does not have one output per name, or fewer inputs than `t` and the state.
    pub fn from_program(
        kind: FieldKind,
        rhs: &Program,
        names: Vec<String>,
        options: &Options,
    ) -> Result<Self, IntegrateError> {
        let n = names.len();
        let parameters = parameters_of(rhs.input_count(), rhs.output_count(), n);
        check_system(n, options)?;
        let motion = match kind {
            FieldKind::Flow => match other_flow(rhs, None, options)? {
                Some(flow) => Motion::Other(flow),
                None => Motion::Flow(Box::new(Stepper::new(rhs, n, parameters, options.engine)?)),
            },
            FieldKind::Map => Motion::Map(options.engine.engine(rhs)?),
        };
        Ok(Self { names, parameters, options: options.clone(), motion })
    }

    /// A flow by Taylor series whatever the tolerance, with another method where that is impossible; nothing for
    /// one that has corners or whose series would be too long.
    ///
    /// # Errors
    /// As [`Propagator::new`].
    ///
    /// # Panics
    /// As [`Propagator::from_program`].
    pub fn by_series(
        rhs: &Program,
        names: Vec<String>,
        options: &Options,
    ) -> Result<Option<Self>, IntegrateError> {
        let parameters = parameters_of(rhs.input_count(), rhs.output_count(), names.len());
        let Some(smooth) = Smooth::new(rhs, options) else { return Ok(None) };
        Self::from_flow(Arc::new(smooth), names, parameters, options).map(Some)
    }

    /// A flow whose right-hand side is ready to run, as in [`Propagator::from_program`].
    ///
    /// # Errors
    /// As [`Propagator::new`].
    ///
    /// # Panics
    /// As [`Propagator::from_program`].
    pub fn from_engine(
        rhs: Arc<dyn Engine>,
        names: Vec<String>,
        options: &Options,
    ) -> Result<Self, IntegrateError> {
        Self::from_engine_of(FieldKind::Flow, rhs, names, options)
    }

    /// A flow with vectors that move with its Jacobian.
    ///
    /// - `names`: of the state, the vectors (`component × vector`) and the integral of the divergence.
    ///
    /// # Errors
    /// As [`Propagator::new`].
    ///
    /// # Panics
    /// If the engine has other inputs than `t`, state and parameters, or other outputs than derivatives and entries.
    pub fn variational(
        flow: Variational,
        names: Vec<String>,
        options: &Options,
    ) -> Result<Self, IntegrateError> {
        assert_eq!(flow.engine.output_count(), flow.n + flow.entries.len(), "entries are there");
        let parameters = parameters_of(flow.input_count(), flow.output_count(), names.len());
        check_system(names.len(), options)?;
        let motion = Motion::Flow(Box::new(Stepper::variational(flow, parameters)));
        Ok(Self { names, parameters, options: options.clone(), motion })
    }

    /// As [`Propagator::from_engine`], for a map too.
    pub(crate) fn from_engine_of(
        kind: FieldKind,
        rhs: Arc<dyn Engine>,
        names: Vec<String>,
        options: &Options,
    ) -> Result<Self, IntegrateError> {
        let n = names.len();
        let parameters = parameters_of(rhs.input_count(), rhs.output_count(), n);
        check_system(n, options)?;
        let motion = match kind {
            FieldKind::Flow => Motion::Flow(Box::new(Stepper::staged(rhs, n, parameters))),
            FieldKind::Map => Motion::Map(rhs),
        };
        Ok(Self { names, parameters, options: options.clone(), motion })
    }

    /// A flow that has its integrator.
    pub(crate) fn from_flow(
        flow: Arc<dyn Flow>,
        names: Vec<String>,
        parameters: usize,
        options: &Options,
    ) -> Result<Self, IntegrateError> {
        check_system(names.len(), options)?;
        Ok(Self { names, parameters, options: options.clone(), motion: Motion::Other(flow) })
    }

    /// The number of components of the state.
    #[must_use]
    pub fn dim(&self) -> usize {
        self.names.len()
    }

    /// The names of the components.
    #[must_use]
    pub fn names(&self) -> &[String] {
        &self.names
    }

    /// The name of the method: that of a [`Method`], `gauss-collocation`, `iteration`, `milstein` or
    /// `euler-maruyama`.
    #[must_use]
    pub fn method(&self) -> &'static str {
        match &self.motion {
            Motion::Flow(_) | Motion::Course(_) => "dop853",
            Motion::Other(flow) => flow.method().name(),
            Motion::Retarded(_) => "gauss-collocation",
            Motion::Map(_) => "iteration",
            Motion::Noisy(noisy) => noisy.method(),
        }
    }

    /// How many trajectories are best followed at once: more than one where they go through lanes.
    #[must_use]
    pub fn side_by_side(&self) -> usize {
        match &self.motion {
            Motion::Other(flow) => flow.side_by_side(),
            _ => 1,
        }
    }

    /// The options it was made with.
    #[must_use]
    pub fn options(&self) -> &Options {
        &self.options
    }

    /// As the function [`sample`].
    ///
    /// # Errors
    /// As the function [`sample`].
    pub fn sample(
        &self,
        parameters: &[f64],
        initial: &[f64],
        grid: &TimeGrid,
    ) -> Result<Solution, IntegrateError> {
        check_grid(grid, self.dim())?;
        self.sample_from(parameters, initial, grid.time(0), grid)
    }

    /// As [`Propagator::sample`], from a start at time `begin`, which may lie before the first instant of
    /// the grid. Delays, noise and modes make this more than going on from the state there.
    ///
    /// # Errors
    /// As the function [`sample`]; the grid must not begin before `begin`.
    pub fn sample_from(
        &self,
        parameters: &[f64],
        initial: &[f64],
        begin: f64,
        grid: &TimeGrid,
    ) -> Result<Solution, IntegrateError> {
        self.check_start(parameters, initial)?;
        check_grid(grid, self.dim())?;
        if begin < grid.time(0)
            && matches!(self.motion, Motion::Flow(_) | Motion::Other(_) | Motion::Map(_))
        {
            let arrived = self.state_at(parameters, initial, begin, grid.time(0))?;
            return self.sample_from(parameters, &arrived, grid.time(0), grid);
        }
        if begin > grid.time(0) || !begin.is_finite() {
            return Err(IntegrateError::GridBeforeStart { start: begin, first: grid.time(0) });
        }
        let mut values = Array2::zeros((grid.len(), self.dim()));
        let mut stiff_steps = 0;
        let mut method = self.method().to_owned();
        let (steps, rejected, evaluations) = match &self.motion {
            Motion::Flow(stepper) => {
                let out = values.as_slice_mut().expect("in row order");
                let start = Start { parameters, state: initial, time: begin };
                let counts = walk::sample(stepper, &self.names, &self.options, start, grid, out)?;
                (counts.steps, counts.rejected, counts.evaluations)
            }
            Motion::Other(flow) => {
                let out = values.as_slice_mut().expect("in row order");
                let start = Start { parameters, state: initial, time: begin };
                let counts = flow.sample(&self.names, &self.options, start, grid, out)?;
                stiff_steps = counts.stiff;
                method = flow.made_by(counts);
                (counts.steps, counts.rejected, counts.evaluations)
            }
            Motion::Map(map) => {
                check_iterations(grid)?;
                let (first, last) = (grid.time(0), grid.time(grid.len() - 1));
                reach::check_iterations(last - first, &self.options)?;
                let row = put(&mut values);
                let made = iterate(&**map, &self.names, parameters, initial, grid.iter(), row)?;
                (made, 0, made)
            }
            Motion::Retarded(retarded) => {
                let out = values.as_slice_mut().expect("in row order");
                let start = (parameters, initial);
                let counts =
                    retarded.sample(&self.names, &self.options, start, begin, grid, out)?;
                (counts.steps, counts.rejected, counts.evaluations)
            }
            Motion::Course(course) => {
                let row = put(&mut values);
                let start = (parameters, initial);
                let counts = course.sample(&self.names, &self.options, start, begin, grid, row)?;
                (counts.steps, counts.rejected, counts.evaluations)
            }
            Motion::Noisy(noisy) => {
                let row = put(&mut values);
                let start = (parameters, initial);
                let made = noisy.sample(&self.names, &self.options, start, begin, grid, row)?;
                (made, 0, made)
            }
        };
        let trajectory = Trajectory::new(grid.clone(), values, self.names.clone())
            .expect("a row per instant and a column per name");
        Ok(Solution { trajectory, steps, rejected, evaluations, stiff_steps, method })
    }

    /// Computes the trajectories of a queue, from the first instant of `grid` on (see `Flow::sample_all`).
    pub(crate) fn work_off<'a>(&self, room: usize, grid: &TimeGrid, queue: &mut dyn Queue<'a>) {
        if let Motion::Other(flow) = &self.motion {
            flow.sample_all(&self.names, &self.options, room, grid, queue);
            return;
        }
        while let Some(mut job) = queue.next() {
            let (start, out) = job.parts(grid.time(0));
            let result = self.sample(start.parameters, start.state, grid).map(|solution| {
                let values = solution.trajectory.values();
                out.iter_mut().zip(values).for_each(|(out, value)| *out = *value);
                Work::from(&solution)
            });
            queue.done(job, result);
        }
    }

    /// As [`work_off`](Self::work_off), with states that are changed on their way.
    pub(crate) fn carry_off<'a>(
        &self,
        room: usize,
        grid: &TimeGrid,
        queue: &mut dyn Queue<'a>,
        reframe: &mut dyn Reframe,
    ) -> Result<(), IntegrateError> {
        match &self.motion {
            Motion::Other(flow) => flow.carry(&self.options, room, grid, queue, reframe),
            _ => Err(IntegrateError::NotSideBySide),
        }
    }

    /// The state at time `end` of the trajectory that is at `initial` at time `start`.
    ///
    /// # Errors
    /// As the function [`sample`]; `end` must not come before `start`.
    pub fn state_at(
        &self,
        parameters: &[f64],
        initial: &[f64],
        start: f64,
        end: f64,
    ) -> Result<Vec<f64>, IntegrateError> {
        if start == end {
            self.check_start(parameters, initial)?;
            return Ok(initial.to_vec());
        }
        let grid = TimeGrid::explicit(vec![start, end])?;
        let trajectory = self.sample(parameters, initial, &grid)?.trajectory;
        Ok(trajectory.values().row(1).to_vec())
    }

    /// Starts a walk along a flow, for one who wants every step.
    ///
    /// # Errors
    /// As [`sample`], and [`IntegrateError::NotAFlow`] for a map or another method than
    /// [`Method::Dop853`].
    pub fn walk(
        &self,
        parameters: &[f64],
        initial: &[f64],
        start: f64,
    ) -> Result<Walk<'_>, IntegrateError> {
        let Motion::Flow(stepper) = &self.motion else { return Err(IntegrateError::NotAFlow) };
        self.check_start(parameters, initial)?;
        Walk::new(stepper, &self.names, &self.options, parameters, initial, start)
    }

    /// Starts a walk along a delay equation, for one who wants every step and the past.
    ///
    /// # Errors
    /// As [`sample`], and [`IntegrateError::NotADelayEquation`] for a system without delays, one with
    /// events, or another method than [`Method::Auto`].
    pub fn delay_walk(
        &self,
        parameters: &[f64],
        initial: &[f64],
        start: f64,
    ) -> Result<DelayWalk<'_>, IntegrateError> {
        let Motion::Retarded(retarded) = &self.motion else {
            return Err(IntegrateError::NotADelayEquation);
        };
        self.check_start(parameters, initial)?;
        let walk = retarded.walk(&self.names, &self.options, (parameters, initial), start)?;
        Ok(DelayWalk(walk))
    }

    /// Refuses grids that cannot be sampled.
    pub(crate) fn check_grid(&self, grid: &TimeGrid) -> Result<(), IntegrateError> {
        check_grid(grid, self.dim())
    }

    pub(crate) fn check_start(
        &self,
        parameters: &[f64],
        initial: &[f64],
    ) -> Result<(), IntegrateError> {
        if initial.len() != self.dim() {
            return Err(IntegrateError::InitialLength { want: self.dim(), got: initial.len() });
        }
        if parameters.len() != self.parameters {
            let got = parameters.len();
            return Err(IntegrateError::ParameterCount { want: self.parameters, got });
        }
        if let Some(index) = initial.iter().position(|value| !value.is_finite()) {
            let component = self.names[index].clone();
            return Err(IntegrateError::InitialNotFinite { component, value: initial[index] });
        }
        if let Some(index) = parameters.iter().position(|value| !value.is_finite()) {
            return Err(IntegrateError::ParameterNotFinite { index, value: parameters[index] });
        }
        Ok(())
    }
}

/// The flow compiled for the integrator asked for, if that is another than DOP853.
///
/// - `rhs`: from `t`, state and parameters to the derivative.
/// - `field`: where it came from, if that is known.
fn other_flow(
    rhs: &Program,
    field: Option<&VectorField>,
    options: &Options,
) -> Result<Option<Arc<dyn Flow>>, IntegrateError> {
    match options.method {
        Method::Taylor => Ok(Some(Arc::new(Taylor::new(rhs, options)?))),
        Method::Dop853 => Ok(None),
        method @ (Method::Verner98 | Method::Tsit5) => {
            Ok(Some(Arc::new(Pair::new(method, rhs, options)?)))
        }
        Method::Symplectic => match field {
            Some(field) => Ok(Some(Arc::new(Symplectic::new(field, options)?))),
            None => Err(not_for(Method::Symplectic, "its energy is not known here")),
        },
        Method::Auto => {
            let tight = options.tolerance <= TIGHT;
            match tight.then(|| Smooth::new(rhs, options)).flatten() {
                Some(smooth) => Ok(Some(Arc::new(smooth))),
                None => Ok(Some(Arc::new(watched(rhs, options.engine)?))),
            }
        }
        Method::Radau5 => Ok(Some(Arc::new(Radau5::new(rhs, options)?))),
    }
}

/// DOP853, with Radau IIA where that pays.
pub(crate) fn watched(rhs: &Program, choice: EngineChoice) -> Result<Auto, IntegrateError> {
    let n = rhs.output_count();
    let m = rhs.input_count() - 1 - n;
    let engine = choice.engine(rhs)?;
    let stepper = Stepper::over(engine.clone(), rhs, n, m, choice);
    Ok(Auto::new(Box::new(stepper), rhs, engine, choice))
}

/// Refuses integrators that cannot follow a system.
pub(crate) fn only(methods: &[Method], asked: Method, reason: &str) -> Result<(), IntegrateError> {
    if methods.contains(&asked) { Ok(()) } else { Err(not_for(asked, reason)) }
}

fn not_for(method: Method, reason: &str) -> IntegrateError {
    IntegrateError::MethodNotFor { method, reason: reason.to_owned() }
}

/// Takes states into the rows of `values`.
fn put(values: &mut Array2<f64>) -> impl FnMut(usize, &[f64]) {
    |index, state| {
        values.row_mut(index).as_slice_mut().expect("in row order").copy_from_slice(state);
    }
}

fn parameters_of(inputs: usize, outputs: usize, n: usize) -> usize {
    assert_eq!(outputs, n, "one output per component");
    inputs.checked_sub(1 + n).expect("inputs are time, state and parameters")
}

fn check_system(n: usize, options: &Options) -> Result<(), IntegrateError> {
    options.check()?;
    if n == 0 { Err(IntegrateError::NoState) } else { Ok(()) }
}

/// Refuses grids that are none, that rounding makes none, and those that no memory holds.
fn check_grid(grid: &TimeGrid, components: usize) -> Result<(), IntegrateError> {
    let points = grid.len();
    match grid {
        TimeGrid::Uniform { start, step, .. } => drop(TimeGrid::uniform(*start, *step, points)?),
        TimeGrid::Explicit(times) if points <= MOST_NUMBERS => {
            drop(TimeGrid::explicit(times.clone())?);
        }
        TimeGrid::Explicit(_) => {}
    }
    if points == 0 {
        return Err(IntegrateError::EmptyGrid);
    }
    let limit = MOST_NUMBERS / components;
    if points > limit {
        return Err(IntegrateError::TooManyPoints { points, components, limit });
    }
    if let (Some(step), true) = (grid.step(), points > 1) {
        // The spacing of numbers is widest at one of the ends.
        for index in [1, points - 1] {
            let time = grid.time(index);
            if !(time > grid.time(index - 1) && time.is_finite()) {
                return Err(IntegrateError::GridResolution { time, step });
            }
        }
    }
    Ok(())
}

/// Whole numbers below this have a successor.
const MOST_ITERATIONS: f64 = 9_007_199_254_740_992.0;

fn check_iterations(grid: &TimeGrid) -> Result<(), IntegrateError> {
    let whole = |time: f64| time.fract() == 0.0 && time.abs() < MOST_ITERATIONS;
    match grid.iter().position(|time| !whole(time)) {
        Some(index) => Err(IntegrateError::NotAnIteration { index, time: grid.time(index) }),
        None => Ok(()),
    }
}
