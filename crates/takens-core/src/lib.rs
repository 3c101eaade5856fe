//! Trajectories, time grids, random streams and elementary functions: what every other crate stands on.
//!
//! Start at [`Trajectory`]. Nothing here touches text, files or machine code.

mod grid;
pub mod math;
mod random;
mod trajectory;

pub use grid::{GridError, TimeGrid};
pub use random::Stream;
pub use trajectory::{Trajectory, TrajectoryError};
