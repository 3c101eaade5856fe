//! Dense linear systems, real and complex, by elimination with pivots.
//!
//! The sizes that systems of equations have are small: up to four, the loops are unrolled by the compiler.
//! For large ones, zeros below a pivot are passed over, which makes much of a banded matrix. The order of
//! operations is that of the rows, always, so that the bits are the same on every machine.

use std::ops::{Add, Mul, Sub};

/// A complex number.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub(crate) struct Complex {
    pub(crate) re: f64,
    pub(crate) im: f64,
}

/// What elimination needs of numbers.
pub(crate) trait Scalar:
    Copy + Default + PartialEq + Add<Output = Self> + Sub<Output = Self> + Mul<Output = Self>
{
    /// A size to choose pivots by.
    fn size(self) -> f64;
    fn reciprocal(self) -> Self;
}

/// A factored matrix.
#[derive(Debug, Clone)]
pub(crate) struct Factors<S> {
    n: usize,
    /// Row after row: below the diagonal the multipliers, on it the reciprocals of the pivots.
    numbers: Vec<S>,
    /// The row that was taken for each pivot.
    pivots: Vec<usize>,
}

impl<S: Scalar> Factors<S> {
    pub(crate) fn new(n: usize) -> Self {
        Self { n, numbers: vec![S::default(); n * n], pivots: vec![0; n] }
    }

    /// Where a matrix is put, row after row, before [`Factors::factor`].
    pub(crate) fn matrix(&mut self) -> &mut [S] {
        &mut self.numbers
    }

    /// Factors the matrix in its place; false if it is singular.
    #[must_use]
    pub(crate) fn factor(&mut self) -> bool {
        let (a, pivots) = (&mut self.numbers[..], &mut self.pivots[..]);
        match self.n {
            1 => factor(1, a, pivots),
            2 => factor(2, a, pivots),
            3 => factor(3, a, pivots),
            4 => factor(4, a, pivots),
            n => factor(n, a, pivots),
        }
    }

    /// Replaces a right-hand side by the solution.
    pub(crate) fn solve(&self, x: &mut [S]) {
        let (a, pivots) = (&self.numbers[..], &self.pivots[..]);
        match self.n {
            1 => solve(1, a, pivots, x),
            2 => solve(2, a, pivots, x),
            3 => solve(3, a, pivots, x),
            4 => solve(4, a, pivots, x),
            n => solve(n, a, pivots, x),
        }
    }
}

#[inline(always)]
fn factor<S: Scalar>(n: usize, a: &mut [S], pivots: &mut [usize]) -> bool {
    let (a, pivots) = (&mut a[..n * n], &mut pivots[..n]);
    for k in 0..n {
        let mut best = k;
        for i in k + 1..n {
            if a[i * n + k].size() > a[best * n + k].size() {
                best = i;
            }
        }
        pivots[k] = best;
        if best != k {
            for j in 0..n {
                a.swap(k * n + j, best * n + j);
            }
        }
        let size = a[k * n + k].size();
        if !(size > 0.0 && size.is_finite()) {
            return false;
        }
        let reciprocal = a[k * n + k].reciprocal();
        a[k * n + k] = reciprocal;
        let (above, below) = a.split_at_mut((k + 1) * n);
        let row = &above[k * n..];
        for i in 0..n - k - 1 {
            let below = &mut below[i * n..(i + 1) * n];
            if below[k] == S::default() {
                continue;
            }
            let factor = below[k] * reciprocal;
            below[k] = factor;
            for j in k + 1..n {
                below[j] = below[j] - factor * row[j];
            }
        }
    }
    true
}

#[inline(always)]
fn solve<S: Scalar>(n: usize, a: &[S], pivots: &[usize], x: &mut [S]) {
    let (a, pivots, x) = (&a[..n * n], &pivots[..n], &mut x[..n]);
    for (k, &pivot) in pivots.iter().enumerate() {
        // For the compiler, which does not know that a pivot is a row.
        if pivot < n {
            x.swap(k, pivot);
        }
    }
    for i in 1..n {
        let row = &a[i * n..(i + 1) * n];
        let mut sum = x[i];
        for j in 0..i {
            sum = sum - row[j] * x[j];
        }
        x[i] = sum;
    }
    for i in (0..n).rev() {
        let row = &a[i * n..(i + 1) * n];
        let mut sum = x[i];
        for j in i + 1..n {
            sum = sum - row[j] * x[j];
        }
        x[i] = sum * row[i];
    }
}

impl Scalar for f64 {
    #[inline]
    fn size(self) -> f64 {
        self.abs()
    }

    #[inline]
    fn reciprocal(self) -> Self {
        1.0 / self
    }
}

impl Scalar for Complex {
    #[inline]
    fn size(self) -> f64 {
        self.re.abs() + self.im.abs()
    }

    #[inline]
    fn reciprocal(self) -> Self {
        // By the greater part first: no square that could overflow.
        if self.re.abs() >= self.im.abs() {
            let ratio = self.im / self.re;
            let scale = 1.0 / (self.re + self.im * ratio);
            Self { re: scale, im: -ratio * scale }
        } else {
            let ratio = self.re / self.im;
            let scale = 1.0 / (self.re * ratio + self.im);
            Self { re: ratio * scale, im: -scale }
        }
    }
}

impl Add for Complex {
    type Output = Self;

    #[inline]
    fn add(self, other: Self) -> Self {
        Self { re: self.re + other.re, im: self.im + other.im }
    }
}

impl Sub for Complex {
    type Output = Self;

    #[inline]
    fn sub(self, other: Self) -> Self {
        Self { re: self.re - other.re, im: self.im - other.im }
    }
}

impl Mul for Complex {
    type Output = Self;

    #[inline]
    fn mul(self, other: Self) -> Self {
        Self {
            re: self.re * other.re - self.im * other.im,
            im: self.re * other.im + self.im * other.re,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use takens_core::Stream;

    /// Solves a random system of size `n` and puts the solution back.
    #[track_caller]
    fn check<S: Scalar>(n: usize, number: impl Fn(&Stream, u64) -> S) {
        let stream = Stream::new(3, n as u64);
        let matrix: Vec<S> = (0..n * n).map(|place| number(&stream, place as u64)).collect();
        let right: Vec<S> = (0..n).map(|place| number(&stream, (n * n + place) as u64)).collect();
        let mut factors = Factors::new(n);
        factors.matrix().copy_from_slice(&matrix);
        assert!(factors.factor(), "a random matrix is not singular");
        let mut x = right.clone();
        factors.solve(&mut x);
        for (row, right) in matrix.chunks_exact(n).zip(right) {
            let mut rest = right;
            for (a, x) in row.iter().zip(&x) {
                rest = rest - *a * *x;
            }
            assert!(rest.size() < 1e-10, "size {n}: {}", rest.size());
        }
    }

    #[test]
    fn solutions_solve() {
        for n in [1, 2, 3, 4, 5, 16, 40] {
            check(n, |stream, place| stream.normal(place));
            check(n, |stream, place| Complex {
                re: stream.normal(2 * place),
                im: stream.normal(2 * place + 1),
            });
        }
    }

    #[test]
    fn a_singular_matrix_is_refused() {
        let mut factors = Factors::new(2);
        factors.matrix().copy_from_slice(&[1.0, 2.0, 2.0, 4.0]);
        assert!(!factors.factor());
        factors.matrix().copy_from_slice(&[f64::NAN, 2.0, 2.0, 4.0]);
        assert!(!factors.factor());
    }

    #[test]
    fn a_zero_on_the_diagonal_is_passed_by_a_pivot() {
        let mut factors = Factors::new(2);
        factors.matrix().copy_from_slice(&[0.0, 2.0, 4.0, 0.0]);
        assert!(factors.factor());
        let mut x = [2.0, 4.0];
        factors.solve(&mut x);
        assert_eq!(x, [1.0, 1.0]);
    }
}
