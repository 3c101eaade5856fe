//! Intervals: what is certain of a value.

use super::{Numbers, Valued};
use takens_core::interval::{Arithmetic, Enclosure, Float, Interval, NoValue};
use takens_symbolic::{Compare, Function};

/// Intervals with so many binary digits.
#[derive(Debug, Clone, Copy)]
pub struct Intervals(pub Arithmetic);

impl Intervals {
    /// Intervals whose ends have `bits` binary digits.
    #[must_use]
    pub fn new(bits: u64) -> Self {
        Self(Arithmetic { bits })
    }
}

impl Numbers for Intervals {
    type Number = Interval;
    type Fault = NoValue;

    fn constant(&self, value: f64) -> Valued<Self> {
        Float::exact(value).map(Interval::point).ok_or(NoValue::Unknown)
    }

    fn neg(&self, a: &Interval) -> Valued<Self> {
        Ok(a.negated())
    }

    fn add(&self, a: &Interval, b: &Interval) -> Valued<Self> {
        self.0.add(a, b)
    }

    fn sub(&self, a: &Interval, b: &Interval) -> Valued<Self> {
        self.0.sub(a, b)
    }

    fn mul(&self, a: &Interval, b: &Interval) -> Valued<Self> {
        self.0.mul(a, b)
    }

    fn div(&self, a: &Interval, b: &Interval) -> Valued<Self> {
        self.0.div(a, b)
    }

    fn powi(&self, a: &Interval, exponent: i32) -> Valued<Self> {
        self.0.whole_power(a, exponent.into())
    }

    /// A whole power of anything, any power of what is positive.
    fn pow(&self, base: &Interval, exponent: &Interval) -> Valued<Self> {
        let a = &self.0;
        let whole = exponent.as_point().filter(|point| point.is_integer());
        if let Some(whole) = whole.and_then(|point| i64::try_from(point.floor()).ok()) {
            return a.whole_power(base, whole);
        }
        if base.low.is_positive() {
            return a.exp(&a.mul(exponent, &a.log(base)?)?);
        }
        if base.is_zero() && exponent.low.is_positive() {
            return Ok(Interval::integer(0));
        }
        let may_be_whole =
            exponent.low.is_integer() || exponent.low.floor() != exponent.high.floor();
        if base.high.is_negative() && !may_be_whole {
            Err(NoValue::Undefined)
        } else {
            Err(NoValue::Unknown)
        }
    }

    fn unary(&self, function: Function, x: &Interval) -> Valued<Self> {
        let a = &self.0;
        let one = Interval::integer(1);
        match function {
            Function::Sin => a.sin(x),
            Function::Cos => a.cos(x),
            Function::Tan => a.div(&a.sin(x)?, &a.cos(x)?),
            Function::Asin => a.asin(x),
            Function::Acos => a.acos(x),
            Function::Atan => a.atan(x),
            Function::Exp => a.exp(x),
            Function::Log => a.log(x),
            Function::Sqrt => a.sqrt(x),
            Function::Sinh => Ok(a.sub(&a.exp(x)?, &a.exp(&x.negated())?)?.shifted(-1)),
            Function::Cosh => Ok(a.add(&a.exp(x)?, &a.exp(&x.negated())?)?.shifted(-1)),
            Function::Tanh => {
                // 1 - 2/(exp(2x) + 1); far out it is 1 to all digits that matter.
                let below = a.add(&a.exp(&x.shifted(1))?, &one)?;
                a.sub(&one, &a.div(&Interval::integer(2), &below)?)
            }
            Function::Abs => Ok(a.abs(x)),
            Function::Sign => sign(x),
            Function::Heaviside => match sign(x)? {
                sign if sign.is_zero() => Ok(sign),
                sign if sign.low.is_positive() => Ok(one),
                sign if sign.high.is_negative() => Ok(Interval::integer(0)),
                _ => Ok(Interval::undecided()),
            },
            Function::Floor => floor(x),
            Function::Atan2 | Function::Mod | Function::Min | Function::Max => {
                Err(NoValue::Undefined)
            }
        }
    }

    fn binary(&self, function: Function, x: &Interval, y: &Interval) -> Valued<Self> {
        let a = &self.0;
        let least = |x: &Float, y: &Float| x.min(y).clone();
        let greatest = |x: &Float, y: &Float| x.max(y).clone();
        match function {
            Function::Mod => {
                let whole = floor(&a.div(x, y)?)?;
                a.sub(x, &a.mul(y, &whole)?)
            }
            Function::Min => {
                Ok(Interval { low: least(&x.low, &y.low), high: least(&x.high, &y.high) })
            }
            Function::Max => {
                Ok(Interval { low: greatest(&x.low, &y.low), high: greatest(&x.high, &y.high) })
            }
            Function::Atan2 => {
                let (y, x) = (x, y);
                if x.low.is_positive() {
                    return a.atan(&a.div(y, x)?);
                }
                // Off the cut, the angle from the vertical is the arctangent of -x/y.
                let half = a.pi()?.shifted(-1);
                if !y.excludes_zero() {
                    return Err(NoValue::Unknown);
                }
                let from_vertical = a.atan(&a.div(x, y)?)?;
                let vertical = if y.low.is_positive() { half } else { half.negated() };
                a.sub(&vertical, &from_vertical)
            }
            _ => Err(NoValue::Undefined),
        }
    }

    /// Whether a comparison holds for all numbers of both intervals, or for none.
    fn holds(&self, compare: Compare, x: &Interval, y: &Interval) -> Option<bool> {
        let certain = |yes: bool, no: bool| if yes { Some(true) } else { no.then_some(false) };
        match compare {
            Compare::Less => certain(x.high < y.low, x.low >= y.high),
            Compare::LessEqual => certain(x.high <= y.low, x.low > y.high),
            Compare::Greater => self.holds(Compare::Less, y, x),
            Compare::GreaterEqual => self.holds(Compare::LessEqual, y, x),
            Compare::Equal => {
                let same = x.as_point().is_some() && x == y;
                certain(same, x.high < y.low || y.high < x.low)
            }
            Compare::NotEqual => self.holds(Compare::Equal, x, y).map(|equal| !equal),
        }
    }

    fn truth(&self, holds: Option<bool>) -> Interval {
        holds.map_or_else(Interval::undecided, |holds| Interval::integer(holds.into()))
    }

    fn decided(&self, truth: &Interval) -> Option<bool> {
        if truth.is_zero() { Some(false) } else { truth.excludes_zero().then_some(true) }
    }

    fn either(&self, yes: &Interval, no: &Interval) -> Valued<Self> {
        Ok(yes.hull(no))
    }

    /// Which of the zeros the search finds is nothing that intervals can tell.
    fn root(
        &self,
        _start: &Interval,
        _residual: &mut dyn FnMut(&Interval) -> Valued<Self>,
    ) -> Valued<Self> {
        Err(NoValue::Unknown)
    }
}

fn sign(x: &Interval) -> Enclosure {
    if x.is_zero() {
        return Ok(Interval::integer(0));
    }
    Ok(match (x.low.is_positive(), x.high.is_negative()) {
        (true, _) => Interval::integer(1),
        (_, true) => Interval::integer(-1),
        _ => Interval { low: Float::integer(-1), high: Float::integer(1) },
    })
}

fn floor(x: &Interval) -> Enclosure {
    let whole = |end: &Float| Float { mantissa: end.floor(), exponent: 0 };
    Ok(Interval { low: whole(&x.low), high: whole(&x.high) })
}
