//! f64: the numbers of every engine.

use super::{Numbers, Valued, sure};
use crate::functions;
use crate::scratch::{Pool, with_pool};
use std::cell::RefCell;
use std::convert::Infallible;
use takens_core::math;
use takens_symbolic::{Compare, Function, find_root};

/// f64, with the bits that every engine gives. There is always a value, if only NaN.
#[derive(Debug, Clone, Copy, Default)]
pub struct Doubles;

thread_local! {
    static SCRATCH: Pool<Valued<Doubles>> = const { RefCell::new(Vec::new()) };
}

impl Numbers for Doubles {
    type Number = f64;
    type Fault = Infallible;

    #[inline]
    fn constant(&self, value: f64) -> Valued<Self> {
        Ok(value)
    }

    #[inline]
    fn neg(&self, a: &f64) -> Valued<Self> {
        Ok(-a)
    }

    #[inline]
    fn add(&self, a: &f64, b: &f64) -> Valued<Self> {
        Ok(a + b)
    }

    #[inline]
    fn sub(&self, a: &f64, b: &f64) -> Valued<Self> {
        Ok(a - b)
    }

    #[inline]
    fn mul(&self, a: &f64, b: &f64) -> Valued<Self> {
        Ok(a * b)
    }

    #[inline]
    fn div(&self, a: &f64, b: &f64) -> Valued<Self> {
        Ok(a / b)
    }

    fn powi(&self, a: &f64, exponent: i32) -> Valued<Self> {
        Ok(math::powi(*a, exponent))
    }

    fn pow(&self, a: &f64, b: &f64) -> Valued<Self> {
        Ok(math::pow(*a, *b))
    }

    fn unary(&self, function: Function, a: &f64) -> Valued<Self> {
        Ok(functions::unary(function, *a))
    }

    fn binary(&self, function: Function, a: &f64, b: &f64) -> Valued<Self> {
        Ok(functions::binary(function, *a, *b))
    }

    #[inline]
    fn holds(&self, compare: Compare, a: &f64, b: &f64) -> Option<bool> {
        Some(functions::holds(compare, *a, *b))
    }

    #[inline]
    fn truth(&self, holds: Option<bool>) -> f64 {
        if holds == Some(true) { 1.0 } else { 0.0 }
    }

    #[inline]
    fn decided(&self, truth: &f64) -> Option<bool> {
        Some(*truth != 0.0)
    }

    /// Every condition is certain.
    #[inline]
    fn either(&self, yes: &f64, _no: &f64) -> Valued<Self> {
        Ok(*yes)
    }

    fn root(&self, start: &f64, residual: &mut dyn FnMut(&f64) -> Valued<Self>) -> Valued<Self> {
        Ok(find_root(*start, &mut |guess| sure(residual(&guess))))
    }

    fn with_scratch<R>(&self, work: impl FnOnce(&mut Vec<Valued<Self>>) -> R) -> R {
        with_pool(&SCRATCH, work)
    }
}
