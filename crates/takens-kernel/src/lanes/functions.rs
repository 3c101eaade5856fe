//! Elementary functions of lanes, for calls from machine code and tiles.
//!
//! They are the functions of `takens_core::math`, compiled for registers of four and of eight lanes. Large
//! angles, whose reduction has branches, are left to the function of one number.

use super::Level;
use super::vector::Lanes;
use super::x86::{Eight, Four};
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

/// A function of one number, lane by lane.
///
/// # Safety
/// `x` and `to` have to be places of so many lanes; they may be the same.
unsafe fn lane_by_lane(function: fn(f64) -> f64, x: *const f64, to: *mut f64, lanes: usize) {
    for lane in 0..lanes {
        // SAFETY: the caller's.
        unsafe { *to.add(lane) = function(*x.add(lane)) }
    }
}

// No closures here: they need not be inlined, and would then lack the instructions.
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
                unsafe {
                    let lanes = $lanes::load(x);
                    if lanes.any_large() {
                        lane_by_lane(math::$angle, x, to, $lanes::COUNT);
                    } else {
                        generic::$angle(lanes).store(to);
                    }
                }
            })*

            $(#[target_feature(enable = $features)]
            unsafe extern "C" fn $name(x: *const f64, _: *const f64, to: *mut f64) {
                // SAFETY: the caller's.
                unsafe { generic::$name($lanes::load(x)).store(to) }
            })*

            #[target_feature(enable = $features)]
            pub(super) unsafe extern "C" fn pow(x: *const f64, y: *const f64, to: *mut f64) {
                // SAFETY: the caller's.
                unsafe { generic::pow($lanes::load(x), $lanes::load(y)).store(to) }
            }

            #[target_feature(enable = $features)]
            pub(super) unsafe extern "C" fn atan2(y: *const f64, x: *const f64, to: *mut f64) {
                // SAFETY: the caller's.
                unsafe { generic::atan2($lanes::load(y), $lanes::load(x)).store(to) }
            }

            /// For a function with the wrong number of arguments, which no program contains.
            #[target_feature(enable = $features)]
            pub(super) unsafe extern "C" fn nan(x: *const f64, _: *const f64, to: *mut f64) {
                // SAFETY: the caller's.
                unsafe { generic::Real::constant($lanes::load(x), f64::NAN).store(to) }
            }
        }
    };
}

functions!(four, Four, "avx2", angles: sin Sin cos Cos tan Tan, others: asin Asin acos Acos atan Atan
    sinh Sinh cosh Cosh tanh Tanh exp Exp log Log);
functions!(eight, Eight, "avx512f,avx512dq", angles: sin Sin cos Cos tan Tan, others: asin Asin
    acos Acos atan Atan sinh Sinh cosh Cosh tanh Tanh exp Exp log Log);
