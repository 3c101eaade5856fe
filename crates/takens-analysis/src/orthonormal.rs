//! Orthonormal frames of tangent vectors.

/// The logarithm that stands for a column that vanishes: that of the least positive number.
const LEAST_LOG: f64 = -708.0;

/// Makes the columns of length `n` in `columns` orthonormal, by the modified Gram-Schmidt process, and
/// gives the logarithms of the diagonal of the triangular factor in `logs`.
///
/// A column that vanishes, or depends on those before it, gets the logarithm -708 and is replaced by a
/// unit vector orthogonal to those before it.
pub(crate) fn orthonormalise(columns: &mut [f64], n: usize, logs: &mut [f64]) {
    for (index, log) in logs.iter_mut().enumerate().take(columns.len() / n) {
        let (before, rest) = columns.split_at_mut(index * n);
        let column = &mut rest[..n];
        reduce(column, before, n);
        let length = norm(column);
        *log = if length > f64::MIN_POSITIVE { length.ln() } else { LEAST_LOG };
        if length > f64::MIN_POSITIVE {
            column.iter_mut().for_each(|x| *x /= length);
        } else {
            replace(column, before, n);
        }
    }
}

/// The logarithm of the magnitude of the determinant of a matrix, row by row, which is overwritten; no
/// less than that of a vanishing column per row.
pub(crate) fn log_determinant(matrix: &mut [f64], n: usize) -> f64 {
    let mut log = 0.0;
    for step in 0..n {
        let size = |row: usize| matrix[row * n + step].abs();
        let pivot =
            (step..n).max_by(|&a, &b| size(a).total_cmp(&size(b))).expect("there is a row left");
        let magnitude = size(pivot);
        if magnitude.is_nan() || magnitude <= f64::MIN_POSITIVE {
            return log + (n - step) as f64 * LEAST_LOG;
        }
        log += magnitude.ln();
        for column in 0..n {
            matrix.swap(step * n + column, pivot * n + column);
        }
        for row in step + 1..n {
            let factor = matrix[row * n + step] / matrix[step * n + step];
            for column in step..n {
                matrix[row * n + column] -= factor * matrix[step * n + column];
            }
        }
    }
    log
}

/// Takes away the part of `column` along each of the unit vectors `before`.
fn reduce(column: &mut [f64], before: &[f64], n: usize) {
    for unit in before.chunks_exact(n) {
        let along: f64 = unit.iter().zip(&*column).map(|(u, x)| u * x).sum();
        column.iter_mut().zip(unit).for_each(|(x, u)| *x -= along * u);
    }
}

fn norm(column: &[f64]) -> f64 {
    column.iter().map(|x| x * x).sum::<f64>().sqrt()
}

/// Puts a unit vector orthogonal to `before` into `column`: the axis of which most is left.
fn replace(column: &mut [f64], before: &[f64], n: usize) {
    let axis = |column: &mut [f64], axis: usize| {
        column.fill(0.0);
        column[axis] = 1.0;
        reduce(column, before, n);
        norm(column)
    };
    let mut best = (0, 0.0);
    for place in 0..n {
        let left = axis(column, place);
        if left > best.1 {
            best = (place, left);
        }
    }
    let left = axis(column, best.0);
    column.iter_mut().for_each(|x| *x /= left);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_volume_is_the_determinant() {
        let columns = [2.0, 0.5, -1.0, 0.3, 1.5, 0.7, -0.2, 0.1, 3.0];
        let mut frame = columns;
        let mut logs = [0.0; 3];
        orthonormalise(&mut frame, 3, &mut logs);
        let volume: f64 = logs.iter().sum();
        // Columns as rows: the same determinant.
        assert!((volume - log_determinant(&mut columns.clone(), 3)).abs() < 1e-14);
        let dot: f64 = (0..3).map(|i| frame[i] * frame[6 + i]).sum();
        assert!(dot.abs() < 1e-15);
    }

    #[test]
    fn a_singular_frame_stays_a_frame() {
        let mut frame = [1.0, 0.0, 2.0, 0.0];
        let mut logs = [0.0; 2];
        orthonormalise(&mut frame, 2, &mut logs);
        assert_eq!(frame, [1.0, 0.0, 0.0, 1.0]);
        assert_eq!(logs, [0.0, LEAST_LOG]);
        assert_eq!(log_determinant(&mut [1.0, 2.0, 0.5, 1.0], 2), LEAST_LOG);
    }
}
