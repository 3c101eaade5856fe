//! Components of an orbit made comparable: what rests left out, what wanders replaced, variance one.

use ndarray::ArrayView1;

/// A component that varies by less than this part of its greatest magnitude, the start included, rests: what is
/// left is the error of the integration.
pub(crate) const REST: f64 = 1e-6;

/// The component without mean and trend, of variance one; nothing if it varies by `rest` or less. One that
/// wanders is replaced by its differences.
pub(crate) fn standardised(column: ArrayView1<'_, f64>, rest: f64) -> Option<Vec<f64>> {
    let mut signal = column.to_vec();
    detrend(&mut signal);
    if variance(&signal).sqrt() <= rest {
        return None;
    }
    if wanders(&signal) {
        signal = column.windows(2).into_iter().map(|pair| pair[1] - pair[0]).collect();
        signal.push(0.0);
        detrend(&mut signal);
    }
    let std = variance(&signal).sqrt();
    signal.iter_mut().for_each(|x| *x /= std);
    (std > 0.0).then_some(signal)
}

/// Whether the variance is more than 4 times that within eighths of the time.
pub(crate) fn wanders(signal: &[f64]) -> bool {
    let part = (signal.len() / 8).max(1);
    let within = signal.chunks_exact(part).map(variance).sum::<f64>() / 8.0;
    variance(signal) > 4.0 * within
}

/// Takes away the straight line of least squares.
pub(crate) fn detrend(signal: &mut [f64]) {
    let count = signal.len() as f64;
    let middle = (count - 1.0) / 2.0;
    let mean = signal.iter().sum::<f64>() / count;
    let moment: f64 = signal.iter().enumerate().map(|(i, x)| (i as f64 - middle) * x).sum();
    let slope = moment * 12.0 / (count * (count * count - 1.0));
    for (i, x) in signal.iter_mut().enumerate() {
        *x -= mean + slope * (i as f64 - middle);
    }
}

pub(crate) fn variance(signal: &[f64]) -> f64 {
    let count = signal.len() as f64;
    let mean = signal.iter().sum::<f64>() / count;
    signal.iter().map(|x| (x - mean) * (x - mean)).sum::<f64>() / count
}
