//! Integrators by name, and what they have in common.

use crate::IntegrateError;
use crate::ensemble::{Queue, Reframe, Work};
use crate::options::Options;
use crate::walk::Counts;
use std::fmt;
use std::str::FromStr;
use takens_core::TimeGrid;

/// Which integrator makes the steps of a flow.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
#[non_exhaustive]
pub enum Method {
    /// The one that suits system and tolerance.
    #[default]
    Auto,
    /// Taylor series of an order that suits the tolerance.
    Taylor,
    /// Verner's most efficient pair of orders 9 and 8.
    Verner98,
    /// Dormand and Prince's method of order 8 with estimates of orders 5 and 3.
    Dop853,
    /// Tsitouras' pair of orders 5 and 4.
    Tsit5,
    /// Radau IIA of order 5, for stiff systems.
    Radau5,
    /// A symmetric composition of order 8 for a separable energy, in steps of one length.
    Symplectic,
}

impl Method {
    /// All of them, as they are told to users.
    pub const ALL: [Self; 7] = [
        Self::Auto,
        Self::Taylor,
        Self::Verner98,
        Self::Dop853,
        Self::Tsit5,
        Self::Radau5,
        Self::Symplectic,
    ];

    /// The name on the command line and in reports.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Auto => "auto",
            Self::Taylor => "taylor",
            Self::Verner98 => "verner98",
            Self::Dop853 => "dop853",
            Self::Tsit5 => "tsit5",
            Self::Radau5 => "radau5",
            Self::Symplectic => "symplectic",
        }
    }
}

impl fmt::Display for Method {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// Not the name of an integrator.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{name}` is no integrator; there are {}", Method::ALL.map(Method::name).join(", "))]
pub struct UnknownMethod {
    /// What was asked for.
    pub name: String,
}

impl FromStr for Method {
    type Err = UnknownMethod;

    fn from_str(name: &str) -> Result<Self, UnknownMethod> {
        let found = Self::ALL.into_iter().find(|method| method.name() == name);
        found.ok_or_else(|| UnknownMethod { name: name.to_owned() })
    }
}

/// Where a trajectory starts.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Start<'a> {
    /// One value per scalar parameter, in flat order; finite.
    pub(crate) parameters: &'a [f64],
    /// The state; finite and of the right length.
    pub(crate) state: &'a [f64],
    /// When.
    pub(crate) time: f64,
}

/// A flow compiled for one integrator.
pub(crate) trait Flow: Send + Sync {
    /// The name of the integrator.
    fn method(&self) -> Method;

    /// What made the steps of a trajectory, in words.
    fn made_by(&self, _counts: Counts) -> String {
        self.method().name().to_owned()
    }

    /// Writes the states at the instants of `grid`, none of which lies before the start.
    ///
    /// - `names`: of the components, for messages.
    /// - `out`: `instant × component`, row after row.
    fn sample(
        &self,
        names: &[String],
        options: &Options,
        start: Start<'_>,
        grid: &TimeGrid,
        out: &mut [f64],
    ) -> Result<Counts, IntegrateError>;

    /// How many trajectories are best followed at once.
    fn side_by_side(&self) -> usize {
        1
    }

    /// Computes the trajectories of a queue, each as [`sample`](Self::sample) does, from the first instant
    /// of `grid` on.
    ///
    /// - `room`: how many there may be for this thread; whoever takes more keeps others waiting.
    fn sample_all<'a>(
        &self,
        names: &[String],
        options: &Options,
        _room: usize,
        grid: &TimeGrid,
        queue: &mut dyn Queue<'a>,
    ) {
        while let Some(mut job) = queue.next() {
            let (start, out) = job.parts(grid.time(0));
            let result = self.sample(names, options, start, grid, out);
            queue.done(job, result.map(Work::from));
        }
    }

    /// As [`sample_all`](Self::sample_all), with states that are changed on their way.
    ///
    /// # Errors
    /// [`IntegrateError::NotSideBySide`] where there are no lanes.
    fn carry<'a>(
        &self,
        _options: &Options,
        _room: usize,
        _grid: &TimeGrid,
        _queue: &mut dyn Queue<'a>,
        _reframe: &mut dyn Reframe,
    ) -> Result<(), IntegrateError> {
        Err(IntegrateError::NotSideBySide)
    }
}
