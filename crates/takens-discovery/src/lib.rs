//! The judge: is a discovered equation the truth?
//!
//! Start at [`judge()`] for the [`Verdict`], a place on the ladder from [`Level::L0`] (equal) to
//! [`Level::L5`] (different) with a proof or a counterexample, and at [`score`] for
//! [`DiscoveryScores`]. Offsets and factors are never forgiven, and no string is ever compared.
//!
//! `judge` has the rules; `enclose` is rigorous arithmetic; `skeleton` compares
//! coefficients; `region` is where vector fields are measured. Normal forms are in `takens-symbolic`.

mod display;
mod enclose;
mod error;
mod judge;
mod numeric;
mod problem;
mod region;
mod scores;
mod skeleton;
mod symmetry;
mod verdict;

pub use error::JudgeError;
pub use judge::{FIELD_TOLERANCE, JudgeOptions, judge, judge_expressions};
pub use region::Region;
pub use scores::{ComponentScores, DiscoveryScores, score, score_expressions};
pub use symmetry::Symmetries;
pub use verdict::{Certainty, ComponentVerdict, Level, Verdict, Witness};
