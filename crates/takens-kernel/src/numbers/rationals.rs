//! Exact rational numbers, as far as they go.

use super::{Numbers, Valued};
use num_rational::BigRational;
use num_traits::{One, Signed, ToPrimitive, Zero};
use takens_symbolic::{Compare, Function};

/// Exact rational numbers.
#[derive(Debug, Clone, Copy, Default)]
pub struct Rationals;

/// An operation that has no rational value.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum NotRational {
    /// A function that is irrational, or not real, at its argument.
    #[error("{function} has no rational value at {argument}")]
    Function {
        /// The function's name.
        function: &'static str,
        /// Its argument; with a comma between two.
        argument: String,
    },
    /// A quotient by zero.
    #[error("a division by zero has no value")]
    DivisionByZero,
    /// An infinite or undefined constant.
    #[error("the constant {value} is no rational number")]
    Constant {
        /// The constant.
        value: String,
    },
    /// A root of an equation, which the search knows to some digits only.
    #[error("the root of an equation is not known as a rational number")]
    Root,
    /// A power of too many digits to be written down.
    #[error("a power would have more than {limit} binary digits")]
    TooLarge {
        /// How many are allowed.
        limit: u64,
    },
}

/// The most binary digits of a power.
const MOST_DIGITS: u64 = 1 << 20;

impl Numbers for Rationals {
    type Number = BigRational;
    type Fault = NotRational;

    fn constant(&self, value: f64) -> Valued<Self> {
        let fault = || NotRational::Constant { value: value.to_string() };
        BigRational::from_float(value).ok_or_else(fault)
    }

    fn neg(&self, a: &BigRational) -> Valued<Self> {
        Ok(-a)
    }

    fn add(&self, a: &BigRational, b: &BigRational) -> Valued<Self> {
        Ok(a + b)
    }

    fn sub(&self, a: &BigRational, b: &BigRational) -> Valued<Self> {
        Ok(a - b)
    }

    fn mul(&self, a: &BigRational, b: &BigRational) -> Valued<Self> {
        Ok(a * b)
    }

    fn div(&self, a: &BigRational, b: &BigRational) -> Valued<Self> {
        if b.is_zero() { Err(NotRational::DivisionByZero) } else { Ok(a / b) }
    }

    fn powi(&self, a: &BigRational, exponent: i32) -> Valued<Self> {
        if a.is_zero() && exponent < 0 {
            return Err(NotRational::DivisionByZero);
        }
        let digits = a.numer().bits().max(a.denom().bits());
        if digits.saturating_mul(exponent.unsigned_abs().into()) > MOST_DIGITS {
            return Err(NotRational::TooLarge { limit: MOST_DIGITS });
        }
        Ok(num_traits::Pow::pow(a, exponent))
    }

    /// Whole powers, and square roots of squares.
    fn pow(&self, a: &BigRational, b: &BigRational) -> Valued<Self> {
        if b.is_integer() {
            let too_large = NotRational::TooLarge { limit: MOST_DIGITS };
            return match b.to_i32() {
                Some(exponent) => self.powi(a, exponent),
                None if a.is_one() => Ok(BigRational::one()),
                None => Err(too_large),
            };
        }
        let half = BigRational::new(1.into(), 2.into());
        let root = if *b == half { exact_root(a) } else { None };
        root.ok_or_else(|| NotRational::Function {
            function: "a power",
            argument: format!("{a}, {b}"),
        })
    }

    /// Arithmetic, steps and corners; of the others, the one rational argument at which each has a
    /// rational value (Lindemann's theorem: there is no second).
    fn unary(&self, function: Function, a: &BigRational) -> Valued<Self> {
        let (zero, one) = (BigRational::zero, BigRational::one);
        let value = match function {
            Function::Abs => Some(a.abs()),
            Function::Sign => Some(a.signum()),
            Function::Floor => Some(a.floor()),
            Function::Heaviside => Some(if a.is_positive() { one() } else { zero() }),
            Function::Sqrt => exact_root(a),
            Function::Sin | Function::Tan | Function::Asin | Function::Atan => {
                a.is_zero().then(zero)
            }
            Function::Sinh | Function::Tanh => a.is_zero().then(zero),
            Function::Cos | Function::Cosh | Function::Exp => a.is_zero().then(one),
            Function::Log | Function::Acos => a.is_one().then(zero),
            Function::Atan2 | Function::Mod | Function::Min | Function::Max => None,
        };
        let fault = || NotRational::Function { function: function.name(), argument: a.to_string() };
        value.ok_or_else(fault)
    }

    fn binary(&self, function: Function, a: &BigRational, b: &BigRational) -> Valued<Self> {
        let value = match function {
            Function::Mod if b.is_zero() => return Err(NotRational::DivisionByZero),
            Function::Mod => Some(a - b * (a / b).floor()),
            Function::Min => Some(a.min(b).clone()),
            Function::Max => Some(a.max(b).clone()),
            Function::Atan2 => (a.is_zero() && !b.is_negative()).then(BigRational::zero),
            _ => None,
        };
        let argument = || format!("{a}, {b}");
        value.ok_or_else(|| NotRational::Function {
            function: function.name(),
            argument: argument(),
        })
    }

    fn holds(&self, compare: Compare, a: &BigRational, b: &BigRational) -> Option<bool> {
        Some(match compare {
            Compare::Less => a < b,
            Compare::LessEqual => a <= b,
            Compare::Greater => a > b,
            Compare::GreaterEqual => a >= b,
            Compare::Equal => a == b,
            Compare::NotEqual => a != b,
        })
    }

    fn truth(&self, holds: Option<bool>) -> BigRational {
        if holds == Some(true) { BigRational::one() } else { BigRational::zero() }
    }

    fn decided(&self, truth: &BigRational) -> Option<bool> {
        Some(!truth.is_zero())
    }

    /// Every condition is certain.
    fn either(&self, yes: &BigRational, _no: &BigRational) -> Valued<Self> {
        Ok(yes.clone())
    }

    fn root(
        &self,
        _start: &BigRational,
        _residual: &mut dyn FnMut(&BigRational) -> Valued<Self>,
    ) -> Valued<Self> {
        Err(NotRational::Root)
    }
}

/// The square root of the square of a rational number.
fn exact_root(a: &BigRational) -> Option<BigRational> {
    if a.is_negative() {
        return None;
    }
    let root = BigRational::new(a.numer().sqrt(), a.denom().sqrt());
    (&root * &root == *a).then_some(root)
}
