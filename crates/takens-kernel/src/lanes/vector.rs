//! Lanes as the elementary functions and tiles want them.

use super::LANES;
use std::ops::{Add, Div, Mul, Neg, Sub};
use takens_core::math::generic::{MODERATE, Real};

/// Lanes of a register.
pub(super) trait Lanes: Real {
    /// How many there are.
    const COUNT: usize;

    /// Reads all lanes.
    ///
    /// # Safety
    /// They have to be there, and the machine has to have the instructions.
    unsafe fn load(from: *const f64) -> Self;

    /// Writes all lanes.
    ///
    /// # Safety
    /// As for [`load`](Self::load).
    unsafe fn store(self, to: *mut f64);

    /// Whether a lane is finite and beyond what the straight-line functions of angles hold for.
    fn any_large(self) -> bool;
}

/// A group in plain numbers, of which the compiler makes what any machine of its kind has.
#[derive(Clone, Copy)]
pub(super) struct Plain([f64; LANES]);

macro_rules! operators {
    ($($operator:ident $method:ident $sign:tt)*) => {
        $(impl $operator for Plain {
            type Output = Self;

            #[inline(always)]
            fn $method(mut self, other: Self) -> Self {
                for k in 0..LANES {
                    self.0[k] $sign other.0[k];
                }
                self
            }
        })*
    };
}

operators!(Add add += Sub sub -= Mul mul *= Div div /=);

macro_rules! functions {
    ($($name:ident)*) => {
        $(#[inline(always)]
        fn $name(mut self) -> Self {
            for x in &mut self.0 {
                *x = Real::$name(*x);
            }
            self
        })*
    };
}

impl Neg for Plain {
    type Output = Self;

    #[inline(always)]
    fn neg(mut self) -> Self {
        for x in &mut self.0 {
            *x = -*x;
        }
        self
    }
}

impl Real for Plain {
    type Truth = [bool; LANES];

    #[inline(always)]
    fn constant(self, value: f64) -> Self {
        Self([value; LANES])
    }

    functions!(sqrt abs floor power_of_two exponent significand);

    #[inline(always)]
    fn less(self, other: Self) -> [bool; LANES] {
        std::array::from_fn(|k| self.0[k] < other.0[k])
    }

    #[inline(always)]
    fn equal(self, other: Self) -> [bool; LANES] {
        std::array::from_fn(|k| self.0[k] == other.0[k])
    }

    #[inline(always)]
    fn select(truth: [bool; LANES], yes: Self, no: Self) -> Self {
        Self(std::array::from_fn(|k| if truth[k] { yes.0[k] } else { no.0[k] }))
    }
}

impl Lanes for Plain {
    const COUNT: usize = LANES;

    #[inline(always)]
    unsafe fn load(from: *const f64) -> Self {
        // SAFETY: the caller's.
        Self(unsafe { from.cast::<[f64; LANES]>().read() })
    }

    #[inline(always)]
    unsafe fn store(self, to: *mut f64) {
        // SAFETY: the caller's.
        unsafe { to.cast::<[f64; LANES]>().write(self.0) }
    }

    #[inline(always)]
    fn any_large(self) -> bool {
        self.0.iter().any(|x| x.abs() > MODERATE && x.is_finite())
    }
}
