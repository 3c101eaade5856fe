//! The readout: ridge regression on the reservoir's states, by Cholesky factors.

use nalgebra::{DMatrix, DVector};

/// Features and targets by columns, each as long as there are samples.
pub(crate) struct Samples {
    pub(crate) features: Vec<Vec<f64>>,
    pub(crate) targets: Vec<Vec<f64>>,
}

impl Samples {
    pub(crate) fn new(features: usize, targets: usize) -> Self {
        Self { features: vec![Vec::new(); features], targets: vec![Vec::new(); targets] }
    }
}

/// Sums of products of features and targets, to which samples can be added.
#[derive(Debug, Clone)]
pub(crate) struct Moments {
    gram: DMatrix<f64>,
    cross: DMatrix<f64>,
    samples: usize,
}

impl Moments {
    pub(crate) fn new(features: usize, targets: usize) -> Self {
        Self {
            gram: DMatrix::zeros(features, features),
            cross: DMatrix::zeros(features, targets),
            samples: 0,
        }
    }

    /// Takes the samples in and leaves `samples` empty.
    pub(crate) fn add(&mut self, samples: &mut Samples) {
        for (j, column) in samples.features.iter().enumerate() {
            for (i, other) in samples.features.iter().enumerate().skip(j) {
                self.gram[(i, j)] += dot(other, column);
            }
            for (k, target) in samples.targets.iter().enumerate() {
                self.cross[(j, k)] += dot(column, target);
            }
        }
        self.samples += samples.features.first().map_or(0, Vec::len);
        samples.features.iter_mut().chain(&mut samples.targets).for_each(Vec::clear);
    }

    /// Adds the samples of `other`.
    pub(crate) fn merge(&mut self, other: &Self) {
        self.gram += &other.gram;
        self.cross += &other.cross;
        self.samples += other.samples;
    }

    /// Weights, `features × targets`, under a penalty of `ridge` times the number of samples on
    /// their squares; the first feature is the constant and is not penalised.
    ///
    /// `None` if the penalty is too small for the matrix to be positive definite in `f64`.
    pub(crate) fn solve(&self, ridge: f64) -> Option<DMatrix<f64>> {
        let mut matrix = self.gram.clone();
        let penalty = ridge * self.samples.max(1) as f64;
        for i in 1..matrix.nrows() {
            matrix[(i, i)] += penalty;
        }
        // A reservoir's states span many orders of magnitude: scale to a unit diagonal first.
        let scale = DVector::from_iterator(
            matrix.nrows(),
            matrix.diagonal().iter().map(|d| if *d > 0.0 { 1.0 / d.sqrt() } else { 0.0 }),
        );
        for j in 0..matrix.ncols() {
            for i in j..matrix.nrows() {
                matrix[(i, j)] *= scale[i] * scale[j];
            }
            if scale[j] == 0.0 {
                matrix[(j, j)] = 1.0;
            }
        }
        let factor = matrix.cholesky()?;
        let mut weights = self.cross.clone();
        weights.row_iter_mut().zip(scale.iter()).for_each(|(mut row, s)| row *= *s);
        factor.solve_mut(&mut weights);
        weights.row_iter_mut().zip(scale.iter()).for_each(|(mut row, s)| row *= *s);
        weights.iter().all(|w| w.is_finite()).then_some(weights)
    }
}

/// The inner product, in eight partial sums of fixed order.
fn dot(a: &[f64], b: &[f64]) -> f64 {
    let mut lanes = [0.0f64; 8];
    let (a8, b8) = (a.chunks_exact(8), b.chunks_exact(8));
    let rest: f64 = a8.remainder().iter().zip(b8.remainder()).map(|(x, y)| x * y).sum();
    for (x, y) in a8.zip(b8) {
        for lane in 0..8 {
            lanes[lane] += x[lane] * y[lane];
        }
    }
    lanes.iter().sum::<f64>() + rest
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_found_and_the_ridge_spares_the_constant() {
        let x: Vec<f64> = (0..50).map(|k| f64::from(k) / 10.0).collect();
        let centred: Vec<f64> = x.iter().map(|x| x - 2.45).collect();
        let y: Vec<f64> = centred.iter().map(|x| 7.0 - 2.0 * x).collect();
        let mut moments = Moments::new(2, 1);
        moments.add(&mut Samples { features: vec![vec![1.0; 50], centred], targets: vec![y] });
        let free = moments.solve(1e-12).unwrap();
        assert!((free[(0, 0)] - 7.0).abs() < 1e-9 && (free[(1, 0)] + 2.0).abs() < 1e-9);
        let heavy = moments.solve(1e6).unwrap();
        assert!((heavy[(0, 0)] - 7.0).abs() < 1e-9 && heavy[(1, 0)].abs() < 1e-4);
    }
}
