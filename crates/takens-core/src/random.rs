//! Counter-based randomness: the same numbers whatever the order in which they are asked for.
//!
//! The generator is Philox 4x64 with ten rounds: a keyed bijection of counters, so that number `n`
//! of a stream costs the same as number 0 and two streams never meet.
//!
//! # Source
//! J. K. Salmon, M. A. Moraes, R. O. Dror, D. E. Shaw, "Parallel random numbers: as easy as 1, 2, 3",
//! SC '11 (2011). The round constants are those of the paper.

const MULTIPLIERS: [u64; 2] = [0xD2E7_470E_E14C_6C93, 0xCA5A_8263_9512_1157];
const WEYL: [u64; 2] = [0x9E37_79B9_7F4A_7C15, 0xBB67_AE85_84CA_A73B];

/// A stream of random numbers, named by a seed and a stream number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stream {
    key: [u64; 2],
}

impl Stream {
    /// Stream number `stream` of `seed`.
    #[must_use]
    pub fn new(seed: u64, stream: u64) -> Self {
        Self { key: [seed, stream] }
    }

    /// The 64 random bits at place `offset`.
    #[must_use]
    pub fn bits(&self, offset: u64) -> u64 {
        let block = philox([offset / 4, 0, 0, 0], self.key);
        block[(offset % 4) as usize]
    }

    /// The number at place `offset`, uniform in `[0, 1)`, a multiple of 2⁻⁵³.
    #[must_use]
    pub fn uniform(&self, offset: u64) -> f64 {
        unit(self.bits(offset))
    }

    /// Fills `out` with the uniform numbers at places `offset`, `offset + 1`, and so on.
    pub fn fill_uniform(&self, offset: u64, out: &mut [f64]) {
        for (place, value) in (offset..).zip(out) {
            *value = self.uniform(place);
        }
    }

    /// The standard normal number at place `offset`, by the transform of Box and Muller on the
    /// uniform numbers at places `2 · offset` and `2 · offset + 1`.
    #[must_use]
    pub fn normal(&self, offset: u64) -> f64 {
        // 1 - u is in (0, 1]: the logarithm is finite.
        let radius = (-2.0 * crate::math::log(1.0 - self.uniform(2 * offset))).sqrt();
        radius * crate::math::cos(std::f64::consts::TAU * self.uniform(2 * offset + 1))
    }
}

fn unit(bits: u64) -> f64 {
    (bits >> 11) as f64 * (1.0 / (1u64 << 53) as f64)
}

fn philox(mut counter: [u64; 4], mut key: [u64; 2]) -> [u64; 4] {
    for round in 0..10 {
        if round > 0 {
            key = [key[0].wrapping_add(WEYL[0]), key[1].wrapping_add(WEYL[1])];
        }
        let (high0, low0) = wide_product(MULTIPLIERS[0], counter[0]);
        let (high1, low1) = wide_product(MULTIPLIERS[1], counter[2]);
        counter = [high1 ^ counter[1] ^ key[0], low1, high0 ^ counter[3] ^ key[1], low0];
    }
    counter
}

fn wide_product(a: u64, b: u64) -> (u64, u64) {
    let product = u128::from(a) * u128::from(b);
    ((product >> 64) as u64, product as u64)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The known answers that numpy's `Philox` (also 4x64-10) gives; see the generator's test below.
    #[test]
    fn philox_of_zero_is_the_published_block() {
        assert_eq!(
            philox([0; 4], [0; 2]),
            [0x16554d9eca36314c, 0xdb20fe9d672d0fdc, 0xd7e772cee186176b, 0x7e68b68aec7ba23b]
        );
        assert_eq!(
            philox([u64::MAX; 4], [u64::MAX; 2]),
            [0x87b092c3013fe90b, 0x438c3c67be8d0224, 0x9cc7d7c69cd777b6, 0xa09caebf594f0ba0]
        );
    }

    #[test]
    fn any_place_can_be_asked_for_alone() {
        let stream = Stream::new(7, 1);
        let mut all = [0.0; 11];
        stream.fill_uniform(5, &mut all);
        assert_eq!(all[6], stream.uniform(11));
        assert_ne!(Stream::new(7, 2).uniform(0), stream.uniform(0));
    }

    #[test]
    fn normal_numbers_have_mean_zero_and_variance_one() {
        let stream = Stream::new(1, 0);
        let count = 20_000;
        let draws: Vec<f64> = (0..count).map(|place| stream.normal(place)).collect();
        let mean = draws.iter().sum::<f64>() / count as f64;
        let variance = draws.iter().map(|x| x * x).sum::<f64>() / count as f64;
        // Four standard errors of each.
        assert!(mean.abs() < 4.0 / (count as f64).sqrt(), "mean {mean}");
        assert!((variance - 1.0).abs() < 4.0 * (2.0 / count as f64).sqrt(), "variance {variance}");
    }
}
