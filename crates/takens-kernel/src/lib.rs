//! Programs over f64: one representation, several engines, the same bits.
//!
//! Start at [`Program`]. [`lower`] makes one from a vector field; an integrator makes one from a step;
//! [`Oracle`] interprets it and [`Compiled`] runs it as machine code. A [`RolledProgram`] has loops, with
//! [`RolledOracle`] and [`CompiledLoops`] for engines. A [`LaneEngine`] runs a program for many states at once.
//! [`tangents`] adds derivatives to a program, [`Jets`] turns a right-hand side into the Taylor series of its solutions.
//!
//! The oracle also runs a program in other [`Numbers`] than f64: with twice the digits, enclosed, or exact.
//!
//! The engines agree to the last bit in every number, infinities and the sign of zero included; where
//! one gives NaN the other does too, but the payload and sign of a NaN are not defined.

mod calls;
mod compiled;
mod engine;
mod error;
mod exact;
mod expand;
mod functions;
mod ir;
mod jet;
mod jit;
mod lanes;
mod lower;
#[cfg(all(unix, target_arch = "x86_64"))]
mod native;
mod numbers;
mod oracle;
mod rolled;
mod scratch;
mod simplify;
mod tangent;
mod vectorised;

pub use compiled::Compiled;
pub use engine::Engine;
pub use error::KernelError;
pub use ir::{Builder, Condition, Op, Program, SharedProgram, Value};
pub use jet::{Jets, LoopedJets, SweptJets, sample_series, series_at, series_slope_at};
pub use jit::{CompiledLoops, Entry};
pub use lanes::{LANES, LaneChoice, LaneEngine};
pub use lower::{lower, lower_exact, lower_exprs, lower_with};
pub use numbers::{
    DoubleDoubles, Doubles, Intervals, NotRational, Numbers, Rationals, Valued, sure,
};
pub use oracle::Oracle;
pub use rolled::{Array, Part, RolledOracle, RolledProgram, Source, Step, lower_rolled};
pub use tangent::{Tangents, tangents};
