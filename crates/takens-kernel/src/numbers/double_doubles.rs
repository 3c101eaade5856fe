//! Double-double numbers: the second opinion on f64.

use super::{Numbers, Valued, sure};
use std::convert::Infallible;
use takens_core::DoubleDouble;
use takens_symbolic::{Compare, Function, find_root};

/// [`DoubleDouble`]s. There is always a value, if only NaN.
#[derive(Debug, Clone, Copy, Default)]
pub struct DoubleDoubles;

/// Steps of the secant method after the root is known to f64; each adds at least half as many digits
/// again.
const POLISHING: usize = 4;

impl Numbers for DoubleDoubles {
    type Number = DoubleDouble;
    type Fault = Infallible;

    fn constant(&self, value: f64) -> Valued<Self> {
        Ok(value.into())
    }

    fn neg(&self, a: &DoubleDouble) -> Valued<Self> {
        Ok(-*a)
    }

    fn add(&self, a: &DoubleDouble, b: &DoubleDouble) -> Valued<Self> {
        Ok(*a + *b)
    }

    fn sub(&self, a: &DoubleDouble, b: &DoubleDouble) -> Valued<Self> {
        Ok(*a - *b)
    }

    fn mul(&self, a: &DoubleDouble, b: &DoubleDouble) -> Valued<Self> {
        Ok(*a * *b)
    }

    fn div(&self, a: &DoubleDouble, b: &DoubleDouble) -> Valued<Self> {
        Ok(*a / *b)
    }

    fn powi(&self, a: &DoubleDouble, exponent: i32) -> Valued<Self> {
        Ok(a.powi(exponent))
    }

    fn pow(&self, a: &DoubleDouble, b: &DoubleDouble) -> Valued<Self> {
        Ok(a.pow(*b))
    }

    fn unary(&self, function: Function, a: &DoubleDouble) -> Valued<Self> {
        Ok(match function {
            Function::Sin => a.sin(),
            Function::Cos => a.cos(),
            Function::Tan => a.tan(),
            Function::Asin => a.asin(),
            Function::Acos => a.acos(),
            Function::Atan => a.atan(),
            Function::Sinh => a.sinh(),
            Function::Cosh => a.cosh(),
            Function::Tanh => a.tanh(),
            Function::Exp => a.exp(),
            Function::Log => a.log(),
            Function::Sqrt => a.sqrt(),
            Function::Abs => a.abs(),
            Function::Sign => a.sign(),
            Function::Floor => a.floor(),
            Function::Heaviside => a.heaviside(),
            Function::Atan2 | Function::Mod | Function::Min | Function::Max => DoubleDouble::NAN,
        })
    }

    fn binary(&self, function: Function, a: &DoubleDouble, b: &DoubleDouble) -> Valued<Self> {
        Ok(match function {
            Function::Atan2 => a.atan2(*b),
            Function::Mod => a.modulo(*b),
            Function::Min => a.min(*b),
            Function::Max => a.max(*b),
            _ => DoubleDouble::NAN,
        })
    }

    fn holds(&self, compare: Compare, a: &DoubleDouble, b: &DoubleDouble) -> Option<bool> {
        Some(match compare {
            Compare::Less => a < b,
            Compare::LessEqual => a <= b,
            Compare::Greater => a > b,
            Compare::GreaterEqual => a >= b,
            Compare::Equal => a == b,
            Compare::NotEqual => a != b,
        })
    }

    fn truth(&self, holds: Option<bool>) -> DoubleDouble {
        if holds == Some(true) { DoubleDouble::ONE } else { DoubleDouble::ZERO }
    }

    fn decided(&self, truth: &DoubleDouble) -> Option<bool> {
        Some(*truth != DoubleDouble::ZERO)
    }

    /// Every condition is certain.
    fn either(&self, yes: &DoubleDouble, _no: &DoubleDouble) -> Valued<Self> {
        Ok(*yes)
    }

    /// The root that f64 finds, and the secant method from there.
    fn root(
        &self,
        start: &DoubleDouble,
        residual: &mut dyn FnMut(&DoubleDouble) -> Valued<Self>,
    ) -> Valued<Self> {
        let mut at = |guess: DoubleDouble| sure(residual(&guess));
        let near = find_root(start.high(), &mut |guess| at(guess.into()).high());
        if !near.is_finite() {
            return Ok(near.into());
        }
        let mut before = DoubleDouble::from(near);
        let mut guess = before + (1e-9 * near.abs().max(1e-9)).into();
        let (mut residual_before, mut residual_here) = (at(before), at(guess));
        for _ in 0..POLISHING {
            let slope = (residual_here - residual_before) / (guess - before);
            let next = guess - residual_here / slope;
            if !next.is_finite() {
                break;
            }
            (before, residual_before) = (guess, residual_here);
            (guess, residual_here) = (next, at(next));
        }
        // Of two guesses that no longer differ, the one that is nearer.
        Ok(if residual_before.abs() < residual_here.abs() { before } else { guess })
    }
}
