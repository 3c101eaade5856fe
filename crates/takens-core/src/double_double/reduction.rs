//! Reduction of an angle to `[-pi/4, pi/4]` and a quadrant.
//!
//! Moderate angles by parts of pi/2, large ones by as many bits of 2/pi as matter; as in
//! [`crate::math`], with more of them.

use super::DoubleDouble;
use super::constants::{HALF_PI, HALF_PI_PARTS};
use crate::math::TWO_OVER_PI_BITS;
use crate::math::generic::MODERATE;
use crate::math::real::two_sum;
use std::f64::consts::FRAC_2_PI;

impl DoubleDouble {
    /// `x = quadrant · pi/2 + r` modulo 2 pi, for finite x: the quadrant, from 0 to 3, and r.
    pub(super) fn reduced(self) -> (u8, Self) {
        if self.high.abs() <= MODERATE {
            return moderate(self);
        }
        let (first, r) = large(self.high);
        // The low part of a large angle is itself an angle, and the sum of both a moderate one.
        let (second, rest) = Self::from(self.low).reduced();
        let (third, r) = moderate(r + rest);
        ((first + second + third) % 4, r)
    }
}

fn moderate(x: DoubleDouble) -> (u8, DoubleDouble) {
    let count = (x.high * FRAC_2_PI).round_ties_even();
    // All products but the last are exact, and so is the first difference.
    let [a, b, c, d, e] = HALF_PI_PARTS.map(|part| count * part);
    let r = exact_sum([x.high - a, x.low, -b, -c, -d, -e]);
    (count.rem_euclid(4.0) as u8, r)
}

/// The sum of numbers that may cancel: each pass leaves the first with what the others do not reach.
///
/// # Source
/// T. Ogita, S. M. Rump, S. Oishi, SIAM J. Sci. Comput. 26, 1955–1988 (2005), algorithm 4.3.
fn exact_sum<const N: usize>(mut terms: [f64; N]) -> DoubleDouble {
    for _ in 0..3 {
        for i in 1..N {
            (terms[i], terms[i - 1]) = two_sum(terms[i], terms[i - 1]);
        }
    }
    let low = terms[..N - 1].iter().sum();
    DoubleDouble::sum(terms[N - 1], low)
}

/// Reduction of a finite f64 beyond [`MODERATE`]: its product with 2/pi modulo 4, in units of 2^-254.
fn large(x: f64) -> (u8, DoubleDouble) {
    // |x| = m 2^e. Bits of 2/pi that weigh 4 or more after multiplication by 2^e do not matter.
    let bits = x.abs().to_bits();
    let m = (bits << 12 >> 12) | (1 << 52);
    let e = (bits >> 52) as i64 - 1075;
    let first = (e - 2 + 64) as usize;
    let (word, shift) = (first / 64, first % 64);
    let window = |i: usize| {
        let pair = u128::from(TWO_OVER_PI_BITS[word + i]) << 64
            | u128::from(TWO_OVER_PI_BITS[word + i + 1]);
        (pair << shift >> 64) as u64
    };
    // From the lowest word to the highest, whose carry is a multiple of 4.
    let mut product = [0u64; 4];
    let mut carry = 0u128;
    for i in (0..4).rev() {
        carry += u128::from(window(i)) * u128::from(m);
        product[i] = carry as u64;
        carry >>= 64;
    }
    let quarters = (product[0] >> 62) as u8;
    let mut fraction = shifted(product, 2);
    // A fraction of a half or more belongs to the next quadrant, and is negative there.
    let next = fraction[0] >> 63 == 1;
    if next {
        fraction = negated(fraction);
    }
    let r = number(fraction) * HALF_PI;
    let quadrant = (quarters + u8::from(next)) % 4;
    match (x < 0.0, next) {
        (true, _) => ((4 - quadrant) % 4, if next { r } else { -r }),
        (false, _) => (quadrant, if next { -r } else { r }),
    }
}

/// 256 bits moved up by less than 64.
fn shifted(words: [u64; 4], by: u32) -> [u64; 4] {
    std::array::from_fn(|i| {
        let below = words.get(i + 1).copied().unwrap_or(0);
        let pair = u128::from(words[i]) << 64 | u128::from(below);
        (pair << by >> 64) as u64
    })
}

/// `2^256 - x`
fn negated(words: [u64; 4]) -> [u64; 4] {
    let mut carry = true;
    let mut out = [0; 4];
    for i in (0..4).rev() {
        (out[i], carry) = (!words[i]).overflowing_add(u64::from(carry));
    }
    out
}

/// The number `0.words` in base 2^64.
fn number(words: [u64; 4]) -> DoubleDouble {
    const UNIT: f64 = 1.0 / 18_446_744_073_709_551_616.0;
    // A word is two numbers of 32 bits; beyond those, nothing rounds but the sum.
    let mut weight = UNIT;
    let mut sum = DoubleDouble::ZERO;
    for word in words {
        let halves = DoubleDouble::sum((word >> 32) as f64 * 4_294_967_296.0, word as u32 as f64);
        sum += halves.scaled(weight);
        weight *= UNIT;
    }
    sum
}
