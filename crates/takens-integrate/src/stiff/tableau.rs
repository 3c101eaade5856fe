//! Radau IIA of order 5, and what turns its three coupled stages into one real and one complex system.
//!
//! With `Z` the increments of the stages over the state, a step solves `A⁻¹ Z = h F(x + Z)`. `A⁻¹` has one
//! real eigenvalue and a complex pair; in the basis of their eigenvectors, the columns of [`T`], it is
//! `[γ 0 0; 0 α -β; 0 β α]`. The eigenvectors are scaled so that the last row of `T` is `1 1 0`.
//!
//! # Source
//! E. Hairer, G. Wanner, Solving Ordinary Differential Equations II, 2nd ed., Springer (1996), section
//! IV.5, table 5.6 (the method) and section IV.8 (transformation, error estimate). The decimals were
//! computed with 50 digits from the closed form of the method; the tests hold them to its conditions.

/// Where in a step the stages lie.
pub(crate) const NODES: [f64; 3] = [0.155_051_025_721_682_2, 0.644_948_974_278_317_8, 1.0];

/// The real eigenvalue of the inverse of the method's matrix.
pub(crate) const GAMMA: f64 = 3.637_834_252_744_496;
/// The real part of the complex pair.
pub(crate) const ALPHA: f64 = 2.681_082_873_627_752;
/// The imaginary part of the complex pair.
pub(crate) const BETA: f64 = 3.050_430_199_247_410_5;

/// From the eigenvectors' basis to stages: the last row is `1 1 0`.
pub(crate) const T: [[f64; 3]; 2] = [
    [0.094_438_762_488_975_24, -0.141_255_295_020_954_2, -0.030_029_194_105_147_428],
    [0.250_213_122_965_333_3, 0.204_129_352_293_799_94, 0.382_942_112_757_261_9],
];

/// The inverse of `T`.
pub(crate) const T_INVERSE: [[f64; 3]; 3] = [
    [4.178_718_591_551_904, 0.327_682_820_761_062_4, 0.523_376_445_499_449_5],
    [-4.178_718_591_551_904, -0.327_682_820_761_062_4, 0.476_623_554_500_550_44],
    [-0.502_872_634_945_786_9, 2.571_926_949_855_605, -0.596_039_204_828_225],
];

/// Weights of the increments in the estimate of the error, an embedded formula of order 3:
/// `(-13 - 7√6, -13 + 7√6, -1) / 3`.
pub(crate) const ERROR: [f64; 3] =
    [-10.048_809_399_827_416, 1.382_142_733_160_749, -0.333_333_333_333_333_3];

#[cfg(test)]
mod tests {
    use super::*;

    /// The method's matrix, from its closed form.
    fn method() -> [[f64; 3]; 3] {
        let root = 6.0f64.sqrt();
        [
            [
                (88.0 - 7.0 * root) / 360.0,
                (296.0 - 169.0 * root) / 1800.0,
                (3.0 * root - 2.0) / 225.0,
            ],
            [
                (296.0 + 169.0 * root) / 1800.0,
                (88.0 + 7.0 * root) / 360.0,
                -(2.0 + 3.0 * root) / 225.0,
            ],
            [(16.0 - root) / 36.0, (16.0 + root) / 36.0, 1.0 / 9.0],
        ]
    }

    fn product(a: [[f64; 3]; 3], b: [[f64; 3]; 3]) -> [[f64; 3]; 3] {
        std::array::from_fn(|i| std::array::from_fn(|j| (0..3).map(|k| a[i][k] * b[k][j]).sum()))
    }

    #[track_caller]
    fn check(got: f64, want: f64) {
        assert!((got - want).abs() < 4e-15 * (1.0 + want.abs()), "{got} is not {want}");
    }

    const FULL: [[f64; 3]; 3] = [T[0], T[1], [1.0, 1.0, 0.0]];

    #[test]
    fn the_stages_are_collocation() {
        for (row, node) in method().iter().zip(NODES) {
            for power in 1..=3 {
                let sum = (0..3).map(|j| row[j] * NODES[j].powi(power - 1)).sum::<f64>();
                check(sum, node.powi(power) / f64::from(power));
            }
        }
        for power in 1..=5 {
            let sum = (0..3).map(|j| method()[2][j] * NODES[j].powi(power - 1)).sum::<f64>();
            check(sum, 1.0 / f64::from(power));
        }
    }

    #[test]
    fn the_basis_makes_one_real_and_one_complex_system() {
        // A · T · Λ = T says that Λ is the inverse of A in the basis T.
        let spectrum = [[GAMMA, 0.0, 0.0], [0.0, ALPHA, -BETA], [0.0, BETA, ALPHA]];
        let back = product(product(method(), FULL), spectrum);
        let unit = product(FULL, T_INVERSE);
        for i in 0..3 {
            for j in 0..3 {
                check(back[i][j], FULL[i][j]);
                check(unit[i][j], f64::from(u8::from(i == j)));
            }
        }
    }

    #[test]
    fn the_estimate_is_of_order_three() {
        // Σ e·z + h·x' vanishes up to the cubic term: with z = node^power of x = t^power.
        for power in 1..=3 {
            let sum = (0..3).map(|j| ERROR[j] * NODES[j].powi(power)).sum::<f64>();
            check(sum, if power == 1 { -1.0 } else { 0.0 });
        }
        let fourth = (0..3).map(|j| ERROR[j] * NODES[j].powi(4)).sum::<f64>();
        assert!(fourth.abs() > 0.01, "{fourth}");
    }
}
