//! What a method is fitted to: trajectories, and nothing of the system's name or equations.

use crate::{Str, Tensor};

/// One trajectory on its time grid.
#[repr(C)]
#[derive(Debug)]
pub struct Series {
    /// The size of this struct at the host.
    pub struct_size: u32,
    /// No bits in this version.
    pub flags: u32,
    /// The states, `time × component`, read-only.
    pub values: *const Tensor,
    /// The instants, one for each row of `values`, increasing. Null: `start + i · step`.
    pub times: *const f64,
    /// The first instant, in units of system time (iterations for maps).
    pub start: f64,
    /// The distance between instants; not a number if `times` is given.
    pub step: f64,
}

/// One or more trajectories of the same components.
#[repr(C)]
#[derive(Debug)]
pub struct Dataset {
    /// The size of this struct at the host.
    pub struct_size: u32,
    /// Bits: [`Dataset::DISCRETE_TIME`].
    pub flags: u32,
    /// The number of trajectories.
    pub series_count: u64,
    /// The trajectories.
    pub series: *const *const Series,
    /// The number of components, the same in all trajectories.
    pub component_count: u64,
    /// The names of the components: `x`, `k[0,1]`.
    pub names: *const Str,
    /// What is known of the noise: empty for nothing, else `additive` or `multiplicative`.
    pub noise_kind: Str,
    /// The standard deviation of the noise: in units of each component's standard deviation if
    /// additive, of the value itself if multiplicative. Not a number if unknown.
    pub noise_level: f64,
}

impl Dataset {
    /// Time counts iterations of a map.
    pub const DISCRETE_TIME: u32 = 1;
}
