//! How far a trajectory can be believed.

use ndarray::ArrayView2;

/// The error up to which a trajectory is called right, in standard deviations.
pub const TRUST: f64 = 1e-3;

/// How many samples, from the first, of two computations of one trajectory agree.
///
/// They agree in a sample if the root mean square over components of `(a - b) / std` is below
/// `threshold`, where `std` is the standard deviation of the component in `a` (components that are
/// constant are compared as they are). One computation should be much more accurate than the other, so
/// that their difference is the other's error.
///
/// - `a`, `b`: `time × component`; the shorter is what counts.
#[must_use]
pub fn trusted_samples(a: ArrayView2<'_, f64>, b: ArrayView2<'_, f64>, threshold: f64) -> usize {
    let scale: Vec<f64> = a
        .columns()
        .into_iter()
        .map(|column| {
            let count = column.len().max(1) as f64;
            let mean = column.sum() / count;
            let std = (column.iter().map(|x| (x - mean) * (x - mean)).sum::<f64>() / count).sqrt();
            if std > 0.0 && std.is_finite() { std } else { 1.0 }
        })
        .collect();
    a.rows()
        .into_iter()
        .zip(b.rows())
        .take_while(|(a, b)| {
            let squares =
                a.iter().zip(b).zip(&scale).map(|((a, b), scale)| ((a - b) / scale).powi(2));
            (squares.sum::<f64>() / scale.len().max(1) as f64).sqrt() < threshold
        })
        .count()
}

#[cfg(test)]
mod tests {
    use super::*;
    use ndarray::array;

    #[test]
    fn trust_ends_at_the_first_difference() {
        let a = array![[0.0, 5.0], [2.0, 5.0], [0.0, 5.0], [2.0, 5.0]];
        let mut b = a.clone();
        b[[2, 0]] += 0.01;
        assert_eq!(trusted_samples(a.view(), b.view(), TRUST), 2);
        assert_eq!(trusted_samples(a.view(), b.view(), 0.1), 4);
        b[[0, 1]] = f64::NAN;
        assert_eq!(trusted_samples(a.view(), b.view(), 0.1), 0);
    }
}
