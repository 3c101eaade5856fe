//! Vectors for intermediate values, kept: no call allocates once its thread is warm.

use std::cell::RefCell;
use std::thread::LocalKey;

/// The vectors of a thread that are not in use.
pub(crate) type Pool<T> = RefCell<Vec<Vec<T>>>;

/// Lends an empty vector of `pool`.
pub(crate) fn with_pool<T, R>(
    pool: &'static LocalKey<Pool<T>>,
    work: impl FnOnce(&mut Vec<T>) -> R,
) -> R {
    // Taken out while it is in use: a root calls its equation in the midst of the outer program.
    let mut values = pool.with_borrow_mut(Vec::pop).unwrap_or_default();
    values.clear();
    let result = work(&mut values);
    pool.with_borrow_mut(|pool| pool.push(values));
    result
}

thread_local! {
    static NUMBERS: Pool<f64> = const { RefCell::new(Vec::new()) };
}

/// Lends an empty vector of f64.
pub(crate) fn with_scratch<R>(work: impl FnOnce(&mut Vec<f64>) -> R) -> R {
    with_pool(&NUMBERS, work)
}
