//! Trajectories, time grids, random streams, elementary functions and numbers finer than f64: what every
//! other crate stands on.
//!
//! Start at [`Trajectory`]. Nothing here touches text, files or machine code.

mod double_double;
mod grid;
pub mod interval;
pub mod math;
mod random;
mod trajectory;

pub use double_double::DoubleDouble;
pub use grid::{GridError, TimeGrid};
pub use random::Stream;
pub use trajectory::{Trajectory, TrajectoryError};
