//! Many states at once: a program run over lanes.
//!
//! A group is [`LANES`] states side by side. Every lane has the bits that [`Oracle`](crate::Oracle) gives
//! for its state, whichever engine runs, so that a result depends neither on the processor nor on what
//! else is in the group. Start at [`LaneChoice::engine`].

#[cfg(target_arch = "x86_64")]
pub(crate) mod functions;
mod level;
#[cfg(all(unix, target_arch = "x86_64"))]
mod machine;
mod tiles;
mod vector;
#[cfg(target_arch = "x86_64")]
mod x86;

pub(crate) use level::Level;
pub(crate) use tiles::Tiles;

use crate::error::KernelError;
use crate::ir::Program;
#[cfg(all(unix, target_arch = "x86_64"))]
use crate::native::Width;
#[cfg(all(unix, target_arch = "x86_64"))]
use machine::Machine;
use std::sync::Arc;

/// How many lanes there are in a group, on every machine.
pub const LANES: usize = 8;

/// A program made ready to run over groups of lanes.
///
/// An engine may be called from several threads at once.
pub trait LaneEngine: Send + Sync {
    /// How many lanes there are in a group: [`LANES`].
    fn width(&self) -> usize;

    /// How many numbers go in, in each lane.
    fn input_count(&self) -> usize;

    /// How many numbers come out, in each lane.
    fn output_count(&self) -> usize;

    /// Computes all outputs of one group. Input `i` of lane `k` is `inputs[i * width + k]`, and so it is
    /// with the outputs.
    ///
    /// # Panics
    /// If the lengths are not `input_count * width` and `output_count * width`.
    fn call(&self, inputs: &[f64], outputs: &mut [f64]) {
        self.call_many(1, inputs, outputs);
    }

    /// Computes all outputs of `groups` groups, which lie one after the other: without the cost of a
    /// call for each.
    ///
    /// # Panics
    /// If the lengths are not `groups` times those of [`call`](Self::call).
    fn call_many(&self, groups: usize, inputs: &[f64], outputs: &mut [f64]);
}

/// What runs a program over lanes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum LaneChoice {
    /// The fastest that this machine has. The environment variable `TAKENS_LANES`, one of `avx512`,
    /// `avx2`, `tiles` and `plain`, takes another in its place, so that tests can compare them.
    #[default]
    Widest,
    /// Machine code for AVX-512 (F and DQ).
    Avx512,
    /// Machine code for AVX2.
    Avx2,
    /// An interpreter whose inner loops are compiled for what this machine has.
    Tiles,
    /// The same interpreter, compiled for any machine.
    Plain,
}

impl LaneChoice {
    /// `program`, ready to run over lanes.
    ///
    /// # Errors
    /// [`KernelError`] if this machine lacks what is asked for, or `TAKENS_LANES` holds something else.
    pub fn engine(self, program: &Program) -> Result<Arc<dyn LaneEngine>, KernelError> {
        match self.asked()? {
            Self::Widest => Self::widest().engine(program),
            #[cfg(all(unix, target_arch = "x86_64"))]
            Self::Avx512 if Level::best() >= Level::Avx512 => {
                Ok(Arc::new(Machine::new(program, Width::Eight)?))
            }
            #[cfg(all(unix, target_arch = "x86_64"))]
            Self::Avx2 if Level::best() >= Level::Avx2 => {
                Ok(Arc::new(Machine::new(program, Width::Four)?))
            }
            other @ (Self::Avx512 | Self::Avx2) => Err(other.lacking()),
            Self::Tiles => Ok(Arc::new(Tiles::new(program, Level::best()))),
            Self::Plain => Ok(Arc::new(Tiles::new(program, Level::Plain))),
        }
    }

    /// The vectors that are meant, for code that is not a program over lanes.
    ///
    /// # Errors
    /// As for [`engine`](Self::engine).
    pub(crate) fn level(self) -> Result<Level, KernelError> {
        match self.asked()? {
            Self::Plain => Ok(Level::Plain),
            #[cfg(target_arch = "x86_64")]
            Self::Avx2 if Level::best() >= Level::Avx2 => Ok(Level::Avx2),
            #[cfg(target_arch = "x86_64")]
            Self::Avx512 if Level::best() >= Level::Avx512 => Ok(Level::Avx512),
            other @ (Self::Avx512 | Self::Avx2) => Err(other.lacking()),
            Self::Widest | Self::Tiles => Ok(Level::best()),
        }
    }

    /// What the environment asks for in the place of the widest.
    fn asked(self) -> Result<Self, KernelError> {
        match std::env::var("TAKENS_LANES") {
            Ok(name) if self == Self::Widest && !name.is_empty() => Self::named(&name),
            _ => Ok(self),
        }
    }

    fn lacking(self) -> KernelError {
        let name = if self == Self::Avx512 { "AVX-512 F and DQ" } else { "AVX2" };
        let reason = format!("it lacks {name}, or the system is not known; take tiles");
        KernelError::Machine { reason }
    }

    /// A choice by its name in `TAKENS_LANES`.
    fn named(name: &str) -> Result<Self, KernelError> {
        match name {
            "avx512" => Ok(Self::Avx512),
            "avx2" => Ok(Self::Avx2),
            "tiles" => Ok(Self::Tiles),
            "plain" => Ok(Self::Plain),
            _ => Err(KernelError::Lanes { found: name.to_owned() }),
        }
    }

    fn widest() -> Self {
        #[cfg(all(unix, target_arch = "x86_64"))]
        match Level::best() {
            Level::Avx512 => return Self::Avx512,
            Level::Avx2 => return Self::Avx2,
            Level::Plain => {}
        }
        Self::Tiles
    }
}

/// Refuses slices of the wrong length.
#[track_caller]
pub(crate) fn check_groups(
    groups: usize,
    (want_inputs, want_outputs): (usize, usize),
    inputs: &[f64],
    outputs: &[f64],
) {
    let want = (want_inputs * LANES * groups, want_outputs * LANES * groups);
    assert_eq!(want, (inputs.len(), outputs.len()), "inputs and outputs of {groups} groups");
}
