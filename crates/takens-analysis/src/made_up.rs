//! Series for tests.

use takens_core::Stream;

/// Independent normal values.
pub(crate) fn noise(count: u64) -> Vec<f64> {
    let stream = Stream::new(11, 0);
    (0..count).map(|place| stream.normal(place)).collect()
}

/// The logistic map behind a transient.
pub(crate) fn logistic(rate: f64, count: usize) -> Vec<f64> {
    let mut x = 0.3;
    let mut next = || {
        x = rate * x * (1.0 - x);
        x
    };
    for _ in 0..1000 {
        next();
    }
    (0..count).map(|_| next()).collect()
}
