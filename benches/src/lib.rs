//! The workloads W1 to W8, on which Takens is compared with others; `peers/README.md` says what they are.
//!
//! Start at [`prepare`], which makes a workload ready to run by its name. `givens` has starts, parameters
//! and times, and `protocol` is how `peers/run.py` talks to a program that runs a workload; the programs
//! of the peers written in Rust share both. One file for each group of workloads: `flows`, `spectra`,
//! `rates`, `collection`; `native` is W6 written by hand, the measure of what a machine can do.

pub mod givens;
pub mod protocol;

mod collection;
mod flows;
mod native;
mod rates;
mod spectra;
mod systems;

pub use collection::{Collected, collection, periods};
pub use protocol::{Outcome, Prepared};

/// How large a workload is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Size {
    /// As it is defined.
    Full,
    /// About a hundredth of that, for a quick look.
    Small,
}

impl Size {
    /// `count`, or a hundredth of it.
    fn of(self, count: usize) -> usize {
        match self {
            Self::Full => count,
            Self::Small => count.div_ceil(100),
        }
    }
}

/// Names of the workloads that [`prepare`] knows.
pub const NAMES: [&str; 13] = [
    "w1",
    "w2",
    "w3-40",
    "w3-1000",
    "w4-vdp",
    "w4-robertson",
    "w5-lorenz",
    "w5-lorenz96",
    "w6-lorenz",
    "w6-lorenz96",
    "w6-lorenz-native",
    "w6-lorenz96-native",
    "w8-17",
];

/// A workload, compiled and ready to run.
///
/// - `tolerance`: of trajectories; exponents and rates have none.
///
/// # Errors
/// A message if there is no such workload or it cannot be compiled.
pub fn prepare(name: &str, tolerance: f64, size: Size) -> Result<Prepared, String> {
    match name {
        "w1" => flows::lorenz(tolerance, size),
        "w2" => flows::ensemble(tolerance, size, 1),
        "w2-two" => flows::ensemble(tolerance, size, 2),
        "w3-40" => flows::lorenz96(40, tolerance, size),
        "w3-1000" => flows::lorenz96(1000, tolerance, size),
        "w4-vdp" => flows::van_der_pol(tolerance),
        "w4-robertson" => flows::robertson(tolerance),
        "w5-lorenz" => spectra::lorenz(size),
        "w5-lorenz96" => spectra::lorenz96(size),
        "w6-lorenz" => rates::lorenz(),
        "w6-lorenz96" => rates::lorenz96(),
        "w6-lorenz-native" => Ok(native::lorenz()),
        "w6-lorenz96-native" => Ok(native::lorenz96()),
        "w8-17" => flows::mackey_glass(17.0, tolerance, size),
        "w8-18" => flows::mackey_glass(18.0, tolerance, size),
        _ => Err(format!("no workload `{name}`; there are {}", NAMES.join(", "))),
    }
}
