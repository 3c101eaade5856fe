//! Elementary functions of intervals: series with their remainders, added outward.
//!
//! Every step is itself interval arithmetic, at a somewhat higher precision; so rounding needs no
//! analysis, and what is left to prove is the bound of each series' remainder, named where it stands.

use super::float::Float;
use super::{Arithmetic, Enclosure, Interval, NoValue};
use num_traits::ToPrimitive;

/// Exponents and angles beyond `2^LARGEST_ARGUMENT` are given up.
const LARGEST_ARGUMENT: i64 = 14;
const LARGEST_ANGLE: i64 = 1_100;

impl Arithmetic {
    fn finer(self, more: u64) -> Self {
        Self { bits: self.bits + more }
    }

    /// An increasing function, from its enclosures at both ends.
    fn increasing(&self, a: &Interval, at: impl Fn(&Float) -> Enclosure) -> Enclosure {
        let low = at(&a.low)?;
        let high = if a.low == a.high { low.clone() } else { at(&a.high)? };
        self.bound(&low.low, &high.high)
    }

    /// `exp`
    pub fn exp(&self, a: &Interval) -> Enclosure {
        self.increasing(a, |x| self.exp_at(x))
    }

    /// `exp x = (exp(x / 2^s))^(2^s)` with `|x / 2^s| < 2^-8`.
    fn exp_at(&self, x: &Float) -> Enclosure {
        let Some(size) = x.magnitude() else { return Ok(Interval::integer(1)) };
        if size > LARGEST_ARGUMENT {
            return Err(NoValue::Unknown);
        }
        let halvings = (size + 8).max(0);
        let fine = self.finer(halvings as u64 + 32);
        let y = Interval::point(x.shifted(-halvings));
        let terms = fine.bits as i64 / 8 + 2;
        let mut sum = Interval::integer(1);
        for n in (1..terms).rev() {
            let ratio = fine.div(&y, &Interval::integer(n))?;
            sum = fine.add(&Interval::integer(1), &fine.mul(&ratio, &sum)?)?;
        }
        // The remainder is below 2·|y|^terms / terms!.
        sum = sum.widened(&Float::power_of_two(1 - 8 * terms));
        for _ in 0..halvings {
            sum = fine.mul(&sum, &sum)?;
        }
        Ok(sum)
    }

    /// `2·artanh z = 2·(z + z³/3 + z⁵/5 + …)` for `|z| ≤ 1/2`.
    fn twice_artanh(&self, z: &Interval) -> Enclosure {
        let square = self.mul(z, z)?;
        let terms = self.bits as i64 / 2 + 2;
        let mut sum = Interval::integer(0);
        for n in (0..terms).rev() {
            let coefficient = self.div(&Interval::integer(1), &Interval::integer(2 * n + 1))?;
            sum = self.add(&coefficient, &self.mul(&square, &sum)?)?;
        }
        // The remainder of the sum is below |z²|^terms / (1 - z²) < 2·4^-terms.
        sum = sum.widened(&Float::power_of_two(1 - 2 * terms));
        Ok(self.mul(z, &sum)?.shifted(1))
    }

    /// `log`
    pub fn log(&self, a: &Interval) -> Enclosure {
        if !a.high.is_positive() {
            return Err(NoValue::Undefined);
        }
        if !a.low.is_positive() {
            return Err(NoValue::Unknown);
        }
        self.increasing(a, |x| self.log_at(x))
    }

    /// `log x = k·log 2 + log m` with `1/2 ≤ m < 1`, and `log m = 2·artanh((m - 1)/(m + 1))`.
    fn log_at(&self, x: &Float) -> Enclosure {
        let k = x.magnitude().ok_or(NoValue::Undefined)?;
        let fine = self.finer(48);
        let m = Interval::point(x.shifted(-k));
        let one = Interval::integer(1);
        let z = fine.div(&fine.sub(&m, &one)?, &fine.add(&m, &one)?)?;
        let log_m = fine.twice_artanh(&z)?;
        let third = fine.div(&one, &Interval::integer(3))?;
        let log_two = fine.twice_artanh(&third)?;
        fine.add(&fine.mul(&Interval::integer(k), &log_two)?, &log_m)
    }

    /// `arctan z = z - z³/3 + z⁵/5 - …` for `|z| ≤ 1/4`.
    fn atan_series(&self, z: &Interval) -> Enclosure {
        let square = self.mul(z, z)?.negated();
        let terms = self.bits as i64 / 4 + 2;
        let mut sum = Interval::integer(0);
        for n in (0..terms).rev() {
            let coefficient = self.div(&Interval::integer(1), &Interval::integer(2 * n + 1))?;
            sum = self.add(&coefficient, &self.mul(&square, &sum)?)?;
        }
        // An alternating series errs by less than its first missing term.
        sum = sum.widened(&Float::power_of_two(-4 * terms));
        self.mul(z, &sum)
    }

    /// Pi, by Machin: `pi/4 = 4·arctan(1/5) - arctan(1/239)`.
    pub fn pi(&self) -> Enclosure {
        let fine = self.finer(16);
        let one = Interval::integer(1);
        let a = fine.atan_series(&fine.div(&one, &Interval::integer(5))?)?;
        let b = fine.atan_series(&fine.div(&one, &Interval::integer(239))?)?;
        let pi = fine.sub(&a.shifted(4), &b.shifted(2))?;
        self.bound(&pi.low, &pi.high)
    }

    /// `arctan`
    pub fn atan(&self, a: &Interval) -> Enclosure {
        self.increasing(a, |x| self.atan_at(x))
    }

    /// `arctan x = 2·arctan(x / (1 + √(1 + x²)))`, four times, which leaves at most tan(pi/32).
    fn atan_at(&self, x: &Float) -> Enclosure {
        let fine = self.finer(48);
        let one = Interval::integer(1);
        let mut z = Interval::point(x.clone());
        for _ in 0..4 {
            let root = fine.sqrt(&fine.add(&one, &fine.mul(&z, &z)?)?)?;
            z = fine.div(&z, &fine.add(&one, &root)?)?;
        }
        Ok(fine.atan_series(&z)?.shifted(4))
    }

    /// `arcsin x = arctan(x / √(1 - x²))`
    pub fn asin(&self, a: &Interval) -> Enclosure {
        let one = Interval::integer(1);
        if a.low > one.low || a.high < one.low.negated() {
            return Err(NoValue::Undefined);
        }
        let rest = self.sub(&one, &self.mul(a, a)?)?;
        if rest.is_zero() {
            let half = self.pi()?.shifted(-1);
            return Ok(if a.low.is_negative() { half.negated() } else { half });
        }
        self.atan(&self.div(a, &self.sqrt(&rest)?)?)
    }

    /// `arccos x = pi/2 - arcsin x`
    pub fn acos(&self, a: &Interval) -> Enclosure {
        self.sub(&self.pi()?.shifted(-1), &self.asin(a)?)
    }

    /// `sin`
    pub fn sin(&self, a: &Interval) -> Enclosure {
        self.wave(a, 0)
    }

    /// `cos`
    pub fn cos(&self, a: &Interval) -> Enclosure {
        self.wave(a, 1)
    }

    /// `sin(a + quarter·pi/2)`; its slope is at most 1, which bounds it over an interval.
    fn wave(&self, a: &Interval, quarter: i64) -> Enclosure {
        let width = a.width();
        let value = self.wave_at(&a.low, quarter)?.widened(&width);
        let one = Float::integer(1);
        let low = value.low.max(one.negated());
        let high = value.high.min(one);
        self.bound(&low, &high)
    }

    fn wave_at(&self, x: &Float, quarter: i64) -> Enclosure {
        let size = x.magnitude().unwrap_or(0);
        if size > LARGEST_ANGLE {
            return Err(NoValue::Unknown);
        }
        // x = r + k·pi/2 with |r| below 1.
        let fine = self.finer(size.max(0) as u64 + 32);
        let half_pi = fine.pi()?.shifted(-1);
        let turns = fine.div(&Interval::point(x.clone()), &half_pi)?;
        let k = turns.low.plus(&Float::power_of_two(-1)).floor();
        let multiple = Interval::point(Float { mantissa: k.clone(), exponent: 0 });
        let r = fine.sub(&Interval::point(x.clone()), &fine.mul(&multiple, &half_pi)?)?;
        let turn = ((k % 4u8).to_i64().unwrap_or(0) + quarter).rem_euclid(4);
        let value = if turn % 2 == 0 { fine.sine_series(&r)? } else { fine.cosine_series(&r)? };
        Ok(if turn >= 2 { value.negated() } else { value })
    }

    /// The number of terms after which the factorial of twice as many is beyond the precision.
    fn wave_terms(&self) -> i64 {
        let (mut terms, mut log_factorial) = (1i64, 0.0);
        while log_factorial < self.bits as f64 + 8.0 {
            log_factorial += ((2 * terms) as f64).log2() + ((2 * terms - 1) as f64).log2();
            terms += 1;
        }
        terms
    }

    /// `r - r³/3! + r⁵/5! - …` for `|r| ≤ 1`.
    fn sine_series(&self, r: &Interval) -> Enclosure {
        self.mul(r, &self.factorial_series(r, 1)?)
    }

    /// `1 - r²/2! + r⁴/4! - …` for `|r| ≤ 1`.
    fn cosine_series(&self, r: &Interval) -> Enclosure {
        self.factorial_series(r, 0)
    }

    /// `Σ (-r²)^n / (2n + odd)!`; alternating, it errs by less than its first missing term.
    fn factorial_series(&self, r: &Interval, odd: i64) -> Enclosure {
        let square = self.mul(r, r)?.negated();
        let mut sum = Interval::integer(1);
        for n in (1..self.wave_terms()).rev() {
            let divisor = Interval::integer((2 * n + odd) * (2 * n + odd - 1));
            let ratio = self.div(&square, &divisor)?;
            sum = self.add(&Interval::integer(1), &self.mul(&ratio, &sum)?)?;
        }
        Ok(sum.widened(&Float::power_of_two(-(self.bits as i64))))
    }
}
