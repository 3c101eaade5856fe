//! Elementary functions of lanes, for calls from machine code and tiles.
//!
//! They are the functions of `takens_core::math`, compiled for registers of four and of eight lanes. Large
//! angles, whose reduction has branches, are left to the function of one number.

use super::Level;
use super::vector::{Eight, Four, Lanes};
use takens_core::math::{self, generic};
use takens_symbolic::Function;

/// Reads the lanes of one or two arguments and writes those of the result. A function of one argument
/// does not look at the second.
pub(crate) type LaneFunction = unsafe extern "C" fn(*const f64, *const f64, *mut f64);

/// How many lanes a function works on.
pub(crate) fn lanes(level: Level) -> usize {
    match level {
        Level::Avx512 => 8,
        _ => 4,
    }
}

/// A function of one argument.
pub(crate) fn unary(level: Level, function: Function) -> LaneFunction {
    match level {
        Level::Avx512 => eight::unary(function),
        _ => four::unary(function),
    }
}

/// A function of two arguments.
pub(crate) fn binary(level: Level, function: Function) -> LaneFunction {
    match (level, function) {
        (Level::Avx512, Function::Atan2) => eight::atan2,
        (_, Function::Atan2) => four::atan2,
        (Level::Avx512, _) => eight::nan,
        _ => four::nan,
    }
}

/// Powers.
pub(crate) fn power(level: Level) -> LaneFunction {
    match level {
        Level::Avx512 => eight::pow,
        _ => four::pow,
    }
}

/// # Safety
/// As for [`Lanes::load`], of `x` and `to`.
#[inline(always)]
unsafe fn one<L: Lanes>(x: *const f64, to: *mut f64, function: impl Fn(L) -> L) {
    // SAFETY: the caller's.
    unsafe { function(L::load(x)).store(to) }
}

/// # Safety
/// As for [`Lanes::load`], of `x`, `y` and `to`.
#[inline(always)]
unsafe fn two<L: Lanes>(x: *const f64, y: *const f64, to: *mut f64, function: impl Fn(L, L) -> L) {
    // SAFETY: the caller's.
    unsafe { function(L::load(x), L::load(y)).store(to) }
}

/// # Safety
/// As for [`Lanes::load`], of `x` and `to`.
#[inline(always)]
unsafe fn angle<L: Lanes>(
    x: *const f64,
    to: *mut f64,
    function: impl Fn(L) -> L,
    exact: fn(f64) -> f64,
) {
    // SAFETY: the caller's.
    let lanes = unsafe { L::load(x) };
    if lanes.any_large() {
        for lane in 0..size_of::<L>() / 8 {
            // SAFETY: the caller's; `x` and `to` may be the same place.
            unsafe { *to.add(lane) = exact(*x.add(lane)) }
        }
    } else {
        // SAFETY: the caller's.
        unsafe { function(lanes).store(to) }
    }
}

macro_rules! functions {
    ($module:ident, $lanes:ident, $features:literal,
        angles: $($angle:ident $Angle:ident)*, others: $($name:ident $Name:ident)*) => {
        mod $module {
            use super::*;

            pub(super) fn unary(function: Function) -> LaneFunction {
                match function {
                    $(Function::$Angle => $angle,)*
                    $(Function::$Name => $name,)*
                    _ => nan,
                }
            }

            $(#[target_feature(enable = $features)]
            unsafe extern "C" fn $angle(x: *const f64, _: *const f64, to: *mut f64) {
                // SAFETY: the caller's.
                unsafe { angle::<$lanes>(x, to, |x| generic::$angle(x), math::$angle) }
            })*

            $(#[target_feature(enable = $features)]
            unsafe extern "C" fn $name(x: *const f64, _: *const f64, to: *mut f64) {
                // SAFETY: the caller's.
                unsafe { one::<$lanes>(x, to, |x| generic::$name(x)) }
            })*

            #[target_feature(enable = $features)]
            pub(super) unsafe extern "C" fn pow(x: *const f64, y: *const f64, to: *mut f64) {
                // SAFETY: the caller's.
                unsafe { two::<$lanes>(x, y, to, |x, y| generic::pow(x, y)) }
            }

            #[target_feature(enable = $features)]
            pub(super) unsafe extern "C" fn atan2(y: *const f64, x: *const f64, to: *mut f64) {
                // SAFETY: the caller's.
                unsafe { two::<$lanes>(y, x, to, |y, x| generic::atan2(y, x)) }
            }

            /// For a function with the wrong number of arguments, which no program contains.
            #[target_feature(enable = $features)]
            pub(super) unsafe extern "C" fn nan(x: *const f64, _: *const f64, to: *mut f64) {
                // SAFETY: the caller's.
                unsafe { one::<$lanes>(x, to, |x| generic::Real::constant(x, f64::NAN)) }
            }
        }
    };
}

functions!(four, Four, "avx2", angles: sin Sin cos Cos tan Tan, others: asin Asin acos Acos atan Atan
    sinh Sinh cosh Cosh tanh Tanh exp Exp log Log);
functions!(eight, Eight, "avx512f,avx512dq", angles: sin Sin cos Cos tan Tan, others: asin Asin
    acos Acos atan Atan sinh Sinh cosh Cosh tanh Tanh exp Exp log Log);
