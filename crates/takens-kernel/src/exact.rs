//! Exact numbers in a program: what f64 cannot hold is written as a quotient of what it can.

use crate::ir::{Builder, Value};
use num_bigint::{BigInt, Sign};
use num_rational::BigRational;
use num_traits::ToPrimitive;

/// A rational number that no constant rounds: `p/q`, with `p` and `q` from digits in base 2^32 where
/// they are not f64 themselves.
pub(crate) fn number(b: &mut Builder, value: &BigRational) -> Value {
    let above = integer(b, value.numer());
    if value.is_integer() {
        return above;
    }
    let below = integer(b, value.denom());
    b.div(above, below)
}

fn integer(b: &mut Builder, value: &BigInt) -> Value {
    let nearest = value.to_f64().unwrap_or(f64::INFINITY);
    if BigRational::from_float(nearest).is_some_and(|exact| exact.numer() == value) {
        return b.constant(nearest);
    }
    let (sign, digits) = value.to_u32_digits();
    let base = b.constant(4_294_967_296.0);
    let mut sum = b.constant(0.0);
    for &digit in digits.iter().rev() {
        let digit = b.constant(digit.into());
        let shifted = b.mul(sum, base);
        sum = b.add(shifted, digit);
    }
    if sign == Sign::Minus { b.neg(sum) } else { sum }
}
