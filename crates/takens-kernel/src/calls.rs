//! What machine code calls.

use crate::functions::{binary, power, unary};
use crate::jit::Entry;
use takens_core::math;
use takens_symbolic::{Function, find_root};

macro_rules! wrappers {
    ($($name:ident $function:ident)*) => {
        $(pub(crate) extern "C" fn $name(x: f64) -> f64 {
            unary(Function::$function, x)
        })*

        /// The address of a function of one argument.
        pub(crate) fn unary_address(function: Function) -> *const u8 {
            match function {
                $(Function::$function => $name as *const u8,)*
                _ => nan as *const u8,
            }
        }
    };
}

wrappers!(sin Sin cos Cos tan Tan asin Asin acos Acos atan Atan sinh Sinh cosh Cosh tanh Tanh exp Exp
    log Log floor Floor);

/// The address of a function of two arguments.
pub(crate) fn binary_address(function: Function) -> *const u8 {
    match function {
        Function::Atan2 => atan2 as *const u8,
        _ => nan as *const u8,
    }
}

/// For a function of two arguments with one, or the other way round, which no program contains.
extern "C" fn nan(_: f64) -> f64 {
    f64::NAN
}

pub(crate) extern "C" fn atan2(y: f64, x: f64) -> f64 {
    binary(Function::Atan2, y, x)
}

pub(crate) extern "C" fn pow(x: f64, y: f64) -> f64 {
    math::pow(x, y)
}

pub(crate) extern "C" fn index_power(x: f64, y: f64) -> f64 {
    power(x, y)
}

/// The zero of an equation from `start`; `inputs` are its inputs, the first of them to be set.
pub(crate) extern "C" fn root(equation: Entry, start: f64, inputs: *mut f64) -> f64 {
    find_root(start, &mut |guess| {
        let mut residual = 0.0;
        // SAFETY: called from generated code and from `roots`, with room for all inputs of the
        // equation and with the equation's own code, which has one output.
        unsafe {
            *inputs = guess;
            equation(inputs, &raw mut residual);
        }
        residual
    })
}

/// The zeros of an equation in all lanes, one after the other: `arguments` holds the starts, then the
/// further inputs, `count` times `LANES` numbers in all.
///
/// # Safety
/// For generated code alone, which keeps to that, with the equation's own code and room for the zeros.
pub(crate) unsafe extern "C" fn roots<const LANES: usize>(
    equation: Entry,
    arguments: *const f64,
    count: usize,
    zeros: *mut f64,
) {
    let mut few = [0.0; 16];
    let mut many = vec![0.0; if count > few.len() { count } else { 0 }];
    let inputs = if count > few.len() { &mut many[..] } else { &mut few[..] };
    for lane in 0..LANES {
        for (index, input) in inputs.iter_mut().enumerate().take(count) {
            // SAFETY: the caller keeps to the lengths above.
            *input = unsafe { *arguments.add(index * LANES + lane) };
        }
        let zero = root(equation, inputs[0], inputs.as_mut_ptr());
        // SAFETY: as above.
        unsafe { *zeros.add(lane) = zero };
    }
}
