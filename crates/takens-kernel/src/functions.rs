//! What the operations mean in f64: the one table that the interpreter, the folding of constants and
//! the calls from machine code share.

use takens_core::math;
use takens_symbolic::{Compare, Function};

/// A function of one argument; NaN for a function of two, which no program contains.
pub(crate) fn unary(function: Function, x: f64) -> f64 {
    match function {
        Function::Sin => math::sin(x),
        Function::Cos => math::cos(x),
        Function::Tan => math::tan(x),
        Function::Asin => math::asin(x),
        Function::Acos => math::acos(x),
        Function::Atan => math::atan(x),
        Function::Sinh => math::sinh(x),
        Function::Cosh => math::cosh(x),
        Function::Tanh => math::tanh(x),
        Function::Exp => math::exp(x),
        Function::Log => math::log(x),
        Function::Sqrt => x.sqrt(),
        Function::Abs => x.abs(),
        Function::Sign => math::sign(x),
        Function::Floor => x.floor(),
        Function::Heaviside => math::heaviside(x),
        Function::Atan2 | Function::Mod | Function::Min | Function::Max => f64::NAN,
    }
}

/// A function of two arguments; NaN for a function of one, which no program contains.
pub(crate) fn binary(function: Function, a: f64, b: f64) -> f64 {
    match function {
        Function::Atan2 => math::atan2(a, b),
        Function::Mod => math::modulo(a, b),
        Function::Min => math::min(a, b),
        Function::Max => math::max(a, b),
        _ => f64::NAN,
    }
}

/// Whether a comparison holds; none but `!=` holds with a NaN.
pub(crate) fn holds(compare: Compare, a: f64, b: f64) -> bool {
    match compare {
        Compare::Less => a < b,
        Compare::LessEqual => a <= b,
        Compare::Greater => a > b,
        Compare::GreaterEqual => a >= b,
        Compare::Equal => a == b,
        Compare::NotEqual => a != b,
    }
}

/// `x` to a power that is a number made of indices: by multiplications where a literal would be.
pub(crate) fn power(x: f64, exponent: f64) -> f64 {
    if exponent.fract() == 0.0 && exponent.abs() <= 64.0 {
        math::powi(x, exponent as i32)
    } else {
        math::pow(x, exponent)
    }
}
