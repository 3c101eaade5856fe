//! What can go wrong between a system and its trajectory.

use crate::Method;
use takens_core::GridError;
use takens_kernel::KernelError;

/// Why there is no trajectory. Times are in units of system time.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum IntegrateError {
    /// A system without a single component.
    #[error("the system has no state; nothing can be integrated")]
    NoState,
    /// The start has the wrong number of components.
    #[error("{got} initial values for a state of {want} components")]
    InitialLength {
        /// Components of the state.
        want: usize,
        /// Values given.
        got: usize,
    },
    /// The wrong number of parameters.
    #[error("{got} parameter values for a system of {want} parameters")]
    ParameterCount {
        /// Parameters of the system, counted as scalars.
        want: usize,
        /// Values given.
        got: usize,
    },
    /// The start is not a point.
    #[error("the initial value of {component} is {value}; it must be finite")]
    InitialNotFinite {
        /// The component's name.
        component: String,
        /// What was given.
        value: f64,
    },
    /// A parameter is not a number.
    #[error("parameter {index} is {value}; it must be finite")]
    ParameterNotFinite {
        /// The parameter's place in flat order.
        index: usize,
        /// What was given.
        value: f64,
    },
    /// The equations have no value at the start.
    #[error(
        "the derivative of {component} is {value} at the initial state, t = {time}; start where the equations are defined"
    )]
    DerivativeNotFinite {
        /// The component's name.
        component: String,
        /// The derivative.
        value: f64,
        /// The initial time.
        time: f64,
    },
    /// The tolerance cannot be met or means nothing.
    #[error("the tolerance is {tolerance}; from {low:e} to {high} are accepted")]
    Tolerance {
        /// What was asked for.
        tolerance: f64,
        /// The least accepted.
        low: f64,
        /// The greatest accepted.
        high: f64,
    },
    /// A step size among the options is not one.
    #[error("the {which} is {value}; it must be positive")]
    StepOption {
        /// Which option.
        which: &'static str,
        /// What was asked for.
        value: f64,
    },
    /// The time grid is not one.
    #[error(transparent)]
    Grid(#[from] GridError),
    /// No sample was asked for.
    #[error("the time grid has no instant; ask for at least one")]
    EmptyGrid,
    /// Neighbouring instants are one number.
    #[error(
        "a time step of {step} is lost beside the time {time}; shift the time or take longer steps"
    )]
    GridResolution {
        /// An instant of the grid.
        time: f64,
        /// The step asked for.
        step: f64,
    },
    /// More samples than are kept in memory.
    #[error(
        "{points} samples of {components} components were asked for; at most {limit} samples of these fit in memory; sample more coarsely or in pieces"
    )]
    TooManyPoints {
        /// Samples asked for.
        points: usize,
        /// Components of each.
        components: usize,
        /// Samples that fit.
        limit: usize,
    },
    /// An instant of a map is not a number of iterations.
    #[error("sample {index} of a map is at {time}; the times of a map are whole iterations")]
    NotAnIteration {
        /// Which sample.
        index: usize,
        /// Its instant.
        time: f64,
    },
    /// The solution goes to infinity in finite time.
    #[error("{component} goes to infinity at t = {time}")]
    BlowUp {
        /// Where the last step ended.
        time: f64,
        /// The component's name.
        component: String,
    },
    /// No step is small enough for the tolerance.
    #[error(
        "the steps shrank to {step:e} at t = {time}, below rounding, because of {component}: the equations jump, stop being defined or need a looser tolerance there"
    )]
    Stalled {
        /// Where the last step ended.
        time: f64,
        /// The step that was refused.
        step: f64,
        /// The component of the greatest error.
        component: String,
    },
    /// More steps than were allowed.
    #[error(
        "{steps} steps led to t = {time} only; allow more steps, loosen the tolerance or ask for less time (a stiff system needs tiny steps)"
    )]
    MaxSteps {
        /// Steps tried.
        steps: u64,
        /// Where the last step ended.
        time: f64,
    },
    /// No number of steps that is allowed leads to the end.
    #[error(
        "t = {end:e} is too far: the steps reached t = {time}, the longest was {step:e}, and {most} are allowed; ask for less time, loosen the tolerance or allow more steps"
    )]
    TooFar {
        /// Where the last step ended.
        time: f64,
        /// The last sample asked for.
        end: f64,
        /// The longest step so far.
        step: f64,
        /// As many steps as are allowed.
        most: u64,
    },
    /// No number of iterations that is allowed leads to the end.
    #[error(
        "{wanted:e} iterations are too far; fewer than {most:e} are allowed: ask for fewer, or allow more steps"
    )]
    TooManyIterations {
        /// Iterations asked for.
        wanted: f64,
        /// So many are too many.
        most: u64,
    },
    /// A section of what crosses nothing.
    #[error("a section is of a flow without noise, and this is {what}")]
    NoSection {
        /// What the system is.
        what: &'static str,
    },
    /// A section that is not met often enough.
    #[error(
        "the section was crossed {found} times up to t = {time}, and {wanted} were asked for; take another section or direction, or more time"
    )]
    TooFewCrossings {
        /// Crossings found.
        found: usize,
        /// Crossings asked for.
        wanted: usize,
        /// How far the trajectory was followed.
        time: f64,
    },
    /// A map's state leaves the numbers.
    #[error("{component} goes to infinity at iteration {iteration}")]
    Escape {
        /// The first iteration without a finite state.
        iteration: u64,
        /// The component's name.
        component: String,
    },
    /// A delay that is none.
    #[error(
        "the delay of {term} is {value}; it must be positive: change the parameters it is made of"
    )]
    DelayNotPositive {
        /// The delayed term.
        term: String,
        /// Its delay, in time.
        value: f64,
    },
    /// A delay that changes on the way.
    #[error(
        "the delay of {term} depends on time or state; only delays of constant length can be followed"
    )]
    DelayVaries {
        /// The delayed term.
        term: String,
    },
    /// What lies before the start has no value.
    #[error(
        "the history of {component} is {value} at t = {time}; it must be finite as far back as the delays reach"
    )]
    HistoryNotFinite {
        /// The component's name.
        component: String,
        /// Its value there.
        value: f64,
        /// When.
        time: f64,
    },
    /// Events that follow one another ever faster.
    #[error(
        "`{event}` happens ever faster near t = {time}: the equations do not say what comes after; end the trajectory before, or let the event end this motion by a mode"
    )]
    EventsAccumulate {
        /// The event.
        event: String,
        /// When it happened last.
        time: f64,
    },
    /// A path of noise has an end.
    #[error(
        "noise is known from t = 0 to t = {limit:e}, and t = {time} was asked for; shift the time"
    )]
    NoiseTime {
        /// The instant asked for.
        time: f64,
        /// The end.
        limit: f64,
    },
    /// An output that the state alone does not give.
    #[error(
        "the output `{output}` reads a delayed value or a mode; only outputs of the state, time and parameters can be observed"
    )]
    OutputReadsMore {
        /// The output.
        output: String,
    },
    /// An event that looks back.
    #[error("an event reads a delayed value; let it read the state alone")]
    EventReadsDelay,
    /// Noise together with delays or events.
    #[error("noise together with delays or events cannot be followed; leave out one of them")]
    NoiseWith,
    /// The grid begins before the trajectory.
    #[error("the first sample is at t = {first}, before the start at t = {start}")]
    GridBeforeStart {
        /// When the trajectory starts.
        start: f64,
        /// The first instant of the grid.
        first: f64,
    },
    /// The integrator asked for cannot follow this system.
    #[error("the method {method} cannot follow this system: {reason}; take `auto`")]
    MethodNotFor {
        /// The integrator.
        method: Method,
        /// Why not.
        reason: String,
    },
    /// A flow was wanted.
    #[error("only the steps of a flow without delays, noise or events can be walked")]
    NotAFlow,
    /// Trajectories in the lanes of vector instructions were wanted.
    #[error("this trajectory cannot be followed side by side with others")]
    NotSideBySide,
    /// A delay equation was wanted.
    #[error(
        "only delay equations without noise and events, by the method `auto`, have a past to walk along"
    )]
    NotADelayEquation,
    /// No machine code.
    #[error(transparent)]
    Kernel(#[from] KernelError),
}
