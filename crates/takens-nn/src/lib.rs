//! candle blocks that learned methods share.
//!
//! Start at [`Weights`], which makes the trainable variables of a network from the numbers of a
//! `Call`, then [`layers`], [`AdamW`] with a [`Schedule`], and [`gradient_check`] for tests.
//!
//! # What candle 0.11.1 does not do
//! - Its `LayerNorm`, `RmsNorm`, `softmax_last_dim` and `rope` run forward only: a gradient that
//!   meets one ends there, and no error says so. The blocks of [`ops`] have theirs, written by hand
//!   and each one operation, and [`gradient_check`] finds variables that get none.
//! - Its generator on the CPU cannot be seeded: weights are drawn from the host's numbers alone.
//! - Its AdamW allocates every intermediate, does not clip and has no schedule.
//!
//! # Threads
//! candle takes its number of threads from `RAYON_NUM_THREADS`, once, and else uses every core; a
//! host that keeps a budget sets it before a worker starts. Matrix products split rows and columns
//! and never a sum, so the numbers do not depend on it; [`threads_over_budget`] tells.

mod check;
pub mod layers;
pub mod ops;
mod optimiser;
mod schedule;
mod weights;

pub use candle_core::{self, DType, Device, Tensor, Var};
pub use check::{GradientFault, gradient_check};
pub use optimiser::AdamW;
pub use schedule::Schedule;
pub use weights::Weights;

use takens_plugin::{Call, Fault};

/// A fault of candle as one of the plugin.
#[must_use]
pub fn fault(error: candle_core::Error) -> Fault {
    Fault::Internal(format!("tensor operation: {error}"))
}

/// How many threads candle would use, if that is more than `call` allows.
#[must_use]
pub fn threads_over_budget(call: &Call) -> Option<usize> {
    let used = candle_core::utils::get_num_threads();
    (used > call.threads.max(1)).then_some(used)
}
