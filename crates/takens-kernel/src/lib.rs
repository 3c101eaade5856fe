//! Programs over f64: one representation, several engines, the same bits.
//!
//! Start at [`Program`]. [`lower`] makes one from a vector field; an integrator makes one from a step;
//! [`Oracle`] interprets it and [`Compiled`] runs it as machine code.

mod ir;

pub use ir::{Builder, Condition, Op, Program, Value};
