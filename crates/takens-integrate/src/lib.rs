//! Integrators as programs over kernels: trajectories, dense output, maps.
//!
//! Start at [`sample`], which gives the states of a flow or a map on a time grid, or at [`Propagator`],
//! which compiles once for many starts. A flow is stepped by Taylor series, in `taylor`, or by DOP853: `staged`
//! does it with loops, `fused` writes the whole step as one program for those who make many, with the same
//! bits, and `walk` chooses the steps; `stuck` tells why there are none. A map is iterated by `map`. Delays
//! are in `retarded`, delays and jumps in `course` with its parts `delay` and `event`, [`crossings`] of a section in `section`, noise in `noise` with `brownian`; `rolled`
//! is for systems whose equations stayed loops. `truth` follows a system in double-double arithmetic, to tell how
//! far a trajectory is right. `ensemble` is for many trajectories at once. [`observe`] computes what is seen of the states.

mod coefficients;

mod error;
mod method;
mod options;
mod propagator;

mod clock;
mod first;
mod fused;
mod layout;
mod map;
mod observe;
mod reach;
mod sizes;
mod staged;
mod stepper;
mod stuck;
mod units;
mod variational;
mod walk;

mod auto;
mod pair;
mod stiff;
mod symplectic;
mod taylor;
mod watch;

mod course;
mod delay;
mod event;
mod retarded;
mod section;

mod brownian;
mod noise;

mod rolled;

mod ensemble;
mod truth;

pub use ensemble::{Member, Reframe, Work};
pub use error::IntegrateError;
pub use method::{Method, UnknownMethod};
pub use observe::observe;
pub use options::{EngineChoice, Options};
pub use propagator::{Propagator, Solution, sample};
pub use retarded::{DelayWalk, with_whole_exponents};
pub use rolled::{rolled_initial, rolled_observe, rolled_parameters};
pub use section::{Crossings, Section, crossings};
pub use truth::{NoTruth, Truth};
pub use variational::Variational;
pub use walk::Walk;
