//! Orthonormal frames of tangent vectors.

use takens_kernel::LANES;

/// A number in each lane.
type Row = [f64; LANES];

/// The logarithm that stands for a column that vanishes: that of the least positive number.
const LEAST_LOG: f64 = -708.0;

/// Makes the vectors of `frame` orthonormal, by the modified Gram-Schmidt process, and gives the logarithms of
/// the diagonal of the triangular factor in `logs`, one for each vector.
///
/// - `frame`: `component × vector`.
///
/// A vector that vanishes, or depends on those before it, gets the logarithm -708 and is replaced by a
/// unit vector orthogonal to those before it.
pub(crate) fn orthonormalise(frame: &mut [f64], logs: &mut [f64]) {
    let count = logs.len();
    if count == 0 {
        return;
    }
    let mut products = vec![0.0; count];
    for (index, log) in logs.iter_mut().enumerate() {
        let length = frame.iter().skip(index).step_by(count).map(|x| x * x).sum::<f64>().sqrt();
        *log = if length > f64::MIN_POSITIVE { length.ln() } else { LEAST_LOG };
        if length > f64::MIN_POSITIVE {
            frame.iter_mut().skip(index).step_by(count).for_each(|x| *x /= length);
        } else {
            replace(frame, count, index);
        }
        reduce(frame, count, index, &mut products);
    }
}

/// As [`orthonormalise`], for a frame in each of the lanes with a bit in `lanes`.
///
/// - `frame`: `component × vector`, a number for each lane.
pub(crate) fn orthonormalise_lanes(lanes: u8, frame: &mut [Row], logs: &mut [Row]) {
    let count = logs.len();
    for index in 0..count {
        let mut squares = [0.0; LANES];
        for row in frame.iter().skip(index).step_by(count) {
            for l in 0..LANES {
                squares[l] += row[l] * row[l];
            }
        }
        let lengths = squares.map(f64::sqrt);
        let mut scale = [1.0; LANES];
        for l in 0..LANES {
            let stands = lengths[l] > f64::MIN_POSITIVE;
            logs[index][l] = if stands { lengths[l].ln() } else { LEAST_LOG };
            scale[l] = if stands { lengths[l] } else { 1.0 };
            if !stands && lanes >> l & 1 == 1 {
                let mut alone: Vec<f64> = frame.iter().map(|row| row[l]).collect();
                replace(&mut alone, count, index);
                frame.iter_mut().zip(alone).for_each(|(row, x)| row[l] = x);
            }
        }
        for row in frame.iter_mut().skip(index).step_by(count) {
            for l in 0..LANES {
                row[l] /= scale[l];
            }
        }
        for after in index + 1..count {
            let mut along = [0.0; LANES];
            for row in frame.chunks_exact(count) {
                for l in 0..LANES {
                    along[l] += row[index][l] * row[after][l];
                }
            }
            for row in frame.chunks_exact_mut(count) {
                for l in 0..LANES {
                    row[after][l] -= along[l] * row[index][l];
                }
            }
        }
    }
}

/// Takes the part along the unit vector `index` away from those after it: all at once, component by component.
fn reduce(frame: &mut [f64], count: usize, index: usize, products: &mut [f64]) {
    let products = &mut products[index + 1..];
    products.fill(0.0);
    for row in frame.chunks_exact(count) {
        let unit = row[index];
        products.iter_mut().zip(&row[index + 1..]).for_each(|(sum, x)| *sum += unit * x);
    }
    for row in frame.chunks_exact_mut(count) {
        let unit = row[index];
        row[index + 1..].iter_mut().zip(&*products).for_each(|(x, along)| *x -= along * unit);
    }
}

/// Puts a unit vector orthogonal to those before it in the place of vector `index`: the axis of which most is left.
fn replace(frame: &mut [f64], count: usize, index: usize) {
    let rest = |axis: usize| {
        let mut column = vec![0.0; frame.len() / count];
        column[axis] = 1.0;
        for before in 0..index {
            let unit = frame.iter().skip(before).step_by(count);
            let along: f64 = unit.clone().zip(&column).map(|(u, x)| u * x).sum();
            column.iter_mut().zip(unit).for_each(|(x, u)| *x -= along * u);
        }
        let length = column.iter().map(|x| x * x).sum::<f64>().sqrt();
        (length, column)
    };
    let longest = (0..frame.len() / count).map(rest).max_by(|a, b| a.0.total_cmp(&b.0));
    let (length, column) = longest.expect("there is a component");
    for (place, x) in frame.iter_mut().skip(index).step_by(count).zip(column) {
        *place = x / length;
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_volume_is_the_determinant() {
        let vectors = [2.0, 0.5, -1.0, 0.3, 1.5, 0.7, -0.2, 0.1, 3.0];
        let mut frame = vectors;
        let mut logs = [0.0; 3];
        orthonormalise(&mut frame, &mut logs);
        let volume: f64 = logs.iter().sum();
        assert!((volume - log_determinant(&mut vectors.clone(), 3)).abs() < 1e-14);
        let dot: f64 = (0..3).map(|i| frame[3 * i] * frame[3 * i + 2]).sum();
        assert!(dot.abs() < 1e-15);
    }

    #[test]
    fn frames_in_lanes_are_those_alone() {
        let stream = takens_core::Stream::new(0, 0);
        let mut lanes: Vec<Row> =
            (0..9).map(|row| std::array::from_fn(|l| stream.normal(8 * row + l as u64))).collect();
        // One has a vector that depends on another.
        for row in lanes.chunks_exact_mut(3) {
            row[2][5] = -2.0 * row[0][5];
        }
        let before = lanes.clone();
        let mut logs = vec![[0.0; LANES]; 3];
        orthonormalise_lanes(0xff, &mut lanes, &mut logs);
        for l in 0..LANES {
            let mut frame: Vec<f64> = before.iter().map(|row| row[l]).collect();
            let mut alone = [0.0; 3];
            orthonormalise(&mut frame, &mut alone);
            let of_lane: Vec<f64> = lanes.iter().map(|row| row[l]).collect();
            assert_eq!(of_lane, frame, "lane {l}");
            assert_eq!(logs.iter().map(|row| row[l]).collect::<Vec<_>>(), alone, "lane {l}");
        }
    }

    #[test]
    fn a_singular_frame_stays_a_frame() {
        let mut frame = [1.0, 2.0, 0.0, 0.0];
        let mut logs = [0.0; 2];
        orthonormalise(&mut frame, &mut logs);
        assert_eq!(frame, [1.0, 0.0, 0.0, 1.0]);
        assert_eq!(logs, [0.0, LEAST_LOG]);
        assert_eq!(log_determinant(&mut [1.0, 2.0, 0.5, 1.0], 2), LEAST_LOG);
    }
}
