//! Kinds of numbers: what the operations of a program mean in each.
//!
//! [`Oracle`](crate::Oracle) runs one program in any of them: [`Doubles`] are f64, as all engines
//! compute; [`DoubleDoubles`] have twice the digits; [`Intervals`] enclose the true value, to any
//! precision; [`Rationals`] are exact, or say which operation has no rational value.

mod double_doubles;
mod doubles;
mod intervals;
mod rationals;

pub use double_doubles::DoubleDoubles;
pub use doubles::Doubles;
pub use intervals::Intervals;
pub use rationals::{NotRational, Rationals};

use std::convert::Infallible;
use takens_symbolic::{Compare, Function};

/// A value, or why an operation has none among these numbers.
pub type Valued<K> = Result<<K as Numbers>::Number, <K as Numbers>::Fault>;

/// The value of what always has one.
#[inline]
pub fn sure<T>(value: Result<T, Infallible>) -> T {
    match value {
        Ok(value) => value,
    }
}

/// A kind of number.
///
/// Truth values are numbers too: 1 and 0, or what a kind that cannot always tell has between them.
pub trait Numbers {
    /// One of them.
    type Number: Clone;

    /// Why an operation has no value.
    type Fault: Clone;

    /// An f64, exactly.
    fn constant(&self, value: f64) -> Valued<Self>;

    /// `-a`
    fn neg(&self, a: &Self::Number) -> Valued<Self>;

    /// `a + b`
    fn add(&self, a: &Self::Number, b: &Self::Number) -> Valued<Self>;

    /// `a - b`
    fn sub(&self, a: &Self::Number, b: &Self::Number) -> Valued<Self>;

    /// `a · b`
    fn mul(&self, a: &Self::Number, b: &Self::Number) -> Valued<Self>;

    /// `a / b`
    fn div(&self, a: &Self::Number, b: &Self::Number) -> Valued<Self>;

    /// `a` to an integer power.
    fn powi(&self, a: &Self::Number, exponent: i32) -> Valued<Self>;

    /// `a` to any power.
    fn pow(&self, a: &Self::Number, b: &Self::Number) -> Valued<Self>;

    /// A function of one argument.
    fn unary(&self, function: Function, a: &Self::Number) -> Valued<Self>;

    /// A function of two arguments.
    fn binary(&self, function: Function, a: &Self::Number, b: &Self::Number) -> Valued<Self>;

    /// Whether a comparison holds; `None` if that is not certain.
    fn holds(&self, compare: Compare, a: &Self::Number, b: &Self::Number) -> Option<bool>;

    /// A truth value as a number.
    fn truth(&self, holds: Option<bool>) -> Self::Number;

    /// What a truth value as a number says.
    fn decided(&self, truth: &Self::Number) -> Option<bool>;

    /// What may be either of two, where the condition between them is not certain.
    fn either(&self, yes: &Self::Number, no: &Self::Number) -> Valued<Self>;

    /// The zero of `residual` near `start`, as `takens_symbolic::find_root` finds it.
    fn root(
        &self,
        start: &Self::Number,
        residual: &mut dyn FnMut(&Self::Number) -> Valued<Self>,
    ) -> Valued<Self>;

    /// Lends an empty vector.
    fn with_scratch<R>(&self, work: impl FnOnce(&mut Vec<Valued<Self>>) -> R) -> R {
        work(&mut Vec::new())
    }
}
