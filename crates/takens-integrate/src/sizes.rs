//! Looks at all components of a state at once, compiled for the vector instructions of the machine.
#![expect(clippy::needless_range_loop, reason = "one index for the same lane of several rows")]

use takens_kernel::vectorised;

/// So many components are looked at side by side.
const WIDE: usize = 8;

/// In what the terms of a series are measured.
pub(crate) struct Scale<'a> {
    /// What is allowed of each, in units of its component.
    pub(crate) allowed: f64,
    pub(crate) units: &'a [f64],
    pub(crate) state: &'a [f64],
}

impl Scale<'_> {
    /// The greatest of each of two rows of terms, in what is allowed.
    pub(crate) fn greatest(&self, terms: [&[f64]; 2]) -> [f64; 2] {
        greatest(self, terms)
    }
}

vectorised! {
    /// Whether all are finite.
    pub(crate) fn all_finite(values: &[f64]) -> bool; plainly if (values.len() < WIDE) {
        let chunks = values.chunks_exact(WIDE);
        let rest = chunks.remainder().iter().all(|x| x.is_finite());
        rest & chunks.fold(true, |all, chunk| {
            // No branch within a chunk.
            all & chunk.iter().fold(true, |all, x| all & x.is_finite())
        })
    }

    /// Whether none is larger in magnitude than what is at its place in `bounds`; false for one that is no number.
    pub(crate) fn all_within(values: &[f64], bounds: &[f64]) -> bool; plainly if (values.len() < WIDE) {
        let within = |all: bool, (x, bound): (&f64, &f64)| all & (x.abs() <= *bound);
        let (chunks, limits) = (values.chunks_exact(WIDE), bounds.chunks_exact(WIDE));
        let rest = chunks.remainder().iter().zip(limits.remainder()).fold(true, within);
        rest & chunks
            .zip(limits)
            .fold(true, |all, (chunk, limits)| all & chunk.iter().zip(limits).fold(true, within))
    }

    /// Raises each of `largest` to the magnitude of what is at its place in `values`; the greatest of them then. What
    /// is no number is left out.
    pub(crate) fn take_in(largest: &mut [f64], values: &[f64]) -> f64; plainly if (values.len() < WIDE) {
        let mut all = [0.0f64; WIDE];
        let raise = |all: &mut f64, largest: &mut f64, value: f64| {
            let value = value.abs();
            *largest = if value > *largest { value } else { *largest };
            *all = if *largest > *all { *largest } else { *all };
        };
        let (mut rows, chunks) = (largest.chunks_exact_mut(WIDE), values.chunks_exact(WIDE));
        let rest = chunks.remainder();
        for (row, chunk) in rows.by_ref().zip(chunks) {
            for lane in 0..WIDE {
                raise(&mut all[lane], &mut row[lane], chunk[lane]);
            }
        }
        for (largest, value) in rows.into_remainder().iter_mut().zip(rest) {
            raise(&mut all[0], largest, *value);
        }
        all.into_iter().fold(0.0, f64::max)
    }

    fn greatest(scale: &Scale<'_>, terms: [&[f64]; 2]) -> [f64; 2]; plainly if (scale.state.len() < WIDE) {
        let [ends, before_ends] = terms;
        let Scale { allowed, units, state } = *scale;
        let n = state.len();
        let (units, ends, before_ends) = (&units[..n], &ends[..n], &before_ends[..n]);
        let mut rows = [[0.0f64; WIDE]; 2];
        let whole = n - n % WIDE;
        for from in (0..whole).step_by(WIDE) {
            for lane in 0..WIDE {
                let i = from + lane;
                let unit = 1.0 / (allowed * (units[i] + state[i].abs()));
                rows[0][lane] = greater(rows[0][lane], ends[i].abs() * unit);
                rows[1][lane] = greater(rows[1][lane], before_ends[i].abs() * unit);
            }
        }
        let [mut last, mut before_last] = rows.map(|row| row.into_iter().fold(0.0, greater));
        for i in whole..n {
            let unit = 1.0 / (allowed * (units[i] + state[i].abs()));
            last = greater(last, ends[i].abs() * unit);
            before_last = greater(before_last, before_ends[i].abs() * unit);
        }
        [last, before_last]
    }
}

/// The greater of two sizes, or the one that is no number.
#[inline(always)]
pub(crate) fn greater(a: f64, b: f64) -> f64 {
    if b <= a { a } else { b }
}
