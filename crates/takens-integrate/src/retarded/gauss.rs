//! The ten Gauss nodes of a step, and the polynomial that passes a step through them.
//!
//! A polynomial of degree below ten is known by its values at the nodes, by its coefficients along
//! Legendre's polynomials, and by those along powers of `u`, which runs from -1 to 1 over the step.

use std::sync::LazyLock;
use takens_kernel::vectorised;

/// Nodes in a step.
pub(crate) const NODES: usize = 10;

/// Coefficients of a polynomial of degree [`NODES`], from the constant one.
pub(crate) const POWERS: usize = NODES + 1;

/// The positive zeros of Legendre's polynomial of degree 10, and half of Gauss' weights there.
///
/// Computed with 50 digits; to 15 digits as in M. Abramowitz, I. Stegun, Handbook of Mathematical
/// Functions (1964), table 25.4 (unverified).
#[allow(clippy::excessive_precision, reason = "digits as computed")]
const HALF: [(f64, f64); NODES / 2] = [
    (0.14887433898163121088, 0.14776211235737643509),
    (0.4333953941292471908, 0.13463335965499817755),
    (0.67940956829902440623, 0.109543181257991022),
    (0.86506336668898451073, 0.0747256745752902966),
    (0.97390652851717172008, 0.0333356721543440688),
];

/// What follows from the nodes alone.
pub(crate) struct Gauss {
    /// Where the nodes are, from 0 to 1 over the step.
    pub(crate) places: [f64; NODES],
    /// Weights of the integral over the step; their sum is one.
    pub(crate) weights: [f64; NODES],
    /// Row `i`: weights of the integral from the start to node `i`.
    pub(crate) integral: [[f64; NODES]; NODES],
    /// Row `k`: Legendre's polynomial of degree `k` at the nodes.
    pub(crate) legendre: [[f64; NODES]; NODES],
    /// Row `i`: the polynomial from zero whose derivative is one at node `i` and zero at the others, over a
    /// step of length one, in powers of `u`; filled up with zeros to whole vectors.
    passages: [[f64; 12]; NODES],
}

/// What follows from the nodes alone, computed once.
pub(crate) fn gauss() -> &'static Gauss {
    static GAUSS: LazyLock<Gauss> = LazyLock::new(Gauss::new);
    &GAUSS
}

impl Gauss {
    fn new() -> Self {
        let mut u = [0.0; NODES];
        let mut weights = [0.0; NODES];
        for (index, &(node, weight)) in HALF.iter().enumerate() {
            let (below, above) = (NODES / 2 - 1 - index, NODES / 2 + index);
            (u[below], u[above]) = (-node, node);
            (weights[below], weights[above]) = (weight, weight);
        }
        // P_0 to P_10 at the nodes; the last vanishes there but for rounding, and is taken to.
        let mut values = [[0.0; NODES]; POWERS];
        let mut powers = [[0.0; POWERS]; POWERS];
        for (node, &u) in u.iter().enumerate() {
            (values[0][node], values[1][node]) = (1.0, u);
        }
        (powers[0][0], powers[1][1]) = (1.0, 1.0);
        for k in 1..NODES {
            // (k+1) P_{k+1} = (2k+1) u P_k - k P_{k-1}
            let (twice, degree) = (2.0 * k as f64 + 1.0, k as f64);
            for node in 0..NODES {
                values[k + 1][node] = (twice * u[node] * values[k][node]
                    - degree * values[k - 1][node])
                    / (degree + 1.0);
            }
            for power in 0..POWERS {
                let raised = if power == 0 { 0.0 } else { powers[k][power - 1] };
                powers[k + 1][power] =
                    (twice * raised - degree * powers[k - 1][power]) / (degree + 1.0);
            }
        }
        values[NODES] = [0.0; NODES];
        let mut integral = [[0.0; NODES]; NODES];
        for i in 0..NODES {
            for j in 0..NODES {
                // ∫ P_k from -1 to u is (P_{k+1} - P_{k-1}) / (2k+1), and u + 1 for k = 0.
                let mut sum = u[i] + 1.0;
                for k in 1..NODES {
                    sum += values[k][j] * (values[k + 1][i] - values[k - 1][i]);
                }
                integral[i][j] = 0.5 * weights[j] * sum;
            }
        }
        let mut legendre = [[0.0; NODES]; NODES];
        legendre.copy_from_slice(&values[..NODES]);
        let passages = std::array::from_fn(|node| {
            let mut row = [0.0; 12];
            row[..POWERS].copy_from_slice(&passage_from(node, &weights, &legendre, &powers));
            row
        });
        Self { places: u.map(|u| 0.5 * (1.0 + u)), weights, integral, legendre, passages }
    }

    /// The polynomial that starts at `x` and whose derivative at the nodes is `slopes`, over a step of
    /// length `step`, in powers of `u`.
    #[inline(always)]
    pub(crate) fn passage(&self, x: f64, slopes: &[f64; NODES], step: f64) -> [f64; POWERS] {
        let mut sum = [0.0; 12];
        for (row, slope) in self.passages.iter().zip(slopes) {
            for (sum, part) in sum.iter_mut().zip(row) {
                *sum += part * slope;
            }
        }
        let mut coefficients: [f64; POWERS] = std::array::from_fn(|power| step * sum[power]);
        coefficients[0] += x;
        coefficients
    }
}

/// The polynomial from zero at -1 whose derivative along a step of length one is one at a node and zero
/// at the others.
fn passage_from(
    node: usize,
    weights: &[f64; NODES],
    legendre: &[[f64; NODES]; NODES],
    powers: &[[f64; POWERS]; POWERS],
) -> [f64; POWERS] {
    // Coefficients of the slope along P_k, each over 2k + 1.
    let mut along = [0.0; NODES + 2];
    for (along, legendre) in along.iter_mut().zip(legendre) {
        *along = weights[node] * legendre[node];
    }
    // The integral's: P_k integrates to (P_{k+1} - P_{k-1}) / (2k+1).
    let mut integral = [0.0; POWERS];
    integral[0] = 0.5 * (along[0] - along[1]);
    for k in 1..POWERS {
        integral[k] = 0.5 * (along[k - 1] - along[k + 1]);
    }
    let mut coefficients = [0.0; POWERS];
    for (k, along) in integral.iter().enumerate() {
        for power in (k % 2..=k).step_by(2) {
            coefficients[power] += along * powers[k][power];
        }
    }
    coefficients
}

vectorised! {
    /// A polynomial in powers of `u`, at `LANES` places.
    pub(crate) fn values<const LANES: usize>(
        coefficients: &[f64; POWERS],
        u: &[f64; LANES],
    ) -> [f64; LANES] {
        let square = u.map(|u| u * u);
        let (mut even, mut odd) = ([coefficients[POWERS - 1]; LANES], [0.0; LANES]);
        for pair in coefficients[..POWERS - 1].as_chunks::<2>().0.iter().rev() {
            for lane in 0..LANES {
                even[lane] = even[lane] * square[lane] + pair[0];
                odd[lane] = odd[lane] * square[lane] + pair[1];
            }
        }
        std::array::from_fn(|lane| even[lane] + u[lane] * odd[lane])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn powers_are_integrated_exactly() {
        let gauss = gauss();
        for power in 0..2 * NODES as i32 {
            let whole: f64 =
                gauss.weights.iter().zip(gauss.places).map(|(w, c)| w * c.powi(power)).sum();
            assert!((whole - 1.0 / f64::from(power + 1)).abs() < 1e-15, "{power}: {whole}");
        }
        for (row, place) in gauss.integral.iter().zip(gauss.places) {
            for power in 0..NODES as i32 {
                let part: f64 = row.iter().zip(gauss.places).map(|(a, c)| a * c.powi(power)).sum();
                let truth = place.powi(power + 1) / f64::from(power + 1);
                assert!((part - truth).abs() < 1e-15, "{power} to {place}: {part} {truth}");
            }
        }
    }

    #[test]
    fn a_passage_meets_a_known_polynomial() {
        // x = (t + 2)^10 / 10^10 over t in [3, 5], so that u = t - 4.
        let slopes = gauss().places.map(|c| (5.0 + 2.0 * c).powi(9) / 1e9);
        let coefficients = gauss().passage(0.5_f64.powi(10), &slopes, 2.0);
        let u = [-1.0, -0.3, 0.25, 1.0];
        for (value, u) in values(&coefficients, &u).iter().zip(u) {
            let truth = ((u + 6.0) / 10.0_f64).powi(10);
            assert!((value - truth).abs() < 2e-16, "{u}: {value} {truth}");
        }
    }
}
