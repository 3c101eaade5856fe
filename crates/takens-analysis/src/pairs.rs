//! Counting pairs of points of an orbit by their distance.

use crate::AnalysisError;
use ndarray::ArrayView2;

/// Parts of the orbit, whose pairs are counted apart.
pub(crate) const BLOCKS: usize = 8;
/// Distances whose squares share sign, exponent and this many bits of the mantissa fall into one bin:
/// eight to an octave of distance.
const BITS: u32 = 2;
const SHIFT: u32 = 52 - BITS;
/// Squared distances from 2⁻⁵⁶ to 2⁸ have bins of their own.
const BINS: usize = 64 << BITS;
const FIRST: u64 = (1023 - 56) << BITS;
/// Fewer points than this are no orbit.
const LEAST_POINTS: usize = 200;

/// Numbers of pairs by distance, by part of the orbit and by how long they stay near.
pub(crate) struct Pairs {
    /// The number of points.
    pub(crate) points: usize,
    /// The number of pairs of points.
    pub(crate) all: u64,
    /// Distances, growing.
    pub(crate) radii: Vec<f64>,
    /// Pairs nearer than each distance: by stay, then part of the orbit, then distance.
    counts: Vec<Vec<Vec<u64>>>,
}

impl Pairs {
    /// Counts every pair of points at least `theiler` samples apart once; its part of the orbit is that of
    /// the earlier point (the orbit closed to a ring, so that all parts have as many).
    ///
    /// - `stays`: powers of two: the pair and those that follow, so many in all, must be near.
    pub(crate) fn count(
        points: ArrayView2<'_, f64>,
        theiler: usize,
        stays: &[usize],
    ) -> Result<Self, AnalysisError> {
        let (count, least) = (points.nrows(), LEAST_POINTS.max(4 * theiler));
        if count < least {
            return Err(AnalysisError::TooFew { got: count, least });
        }
        let columns: Vec<Vec<f64>> =
            points.columns().into_iter().map(|column| column.to_vec()).collect();
        let mut bins = vec![vec![vec![0u64; BINS]; BLOCKS]; stays.len()];
        let mut all = 0;
        let mut squares = vec![0.0; count];
        for lag in theiler.max(1)..=count / 2 {
            // The pairs (i, i + lag), and those whose later point lies behind the end, (i, i + lag - count).
            for (first, second, length) in [(0, lag, count - lag), (count - lag, 0, lag)] {
                let squares = &mut squares[..length];
                distances(&columns, first, second, squares);
                all += length as u64;
                let mut stay = 1;
                for (bins, &wanted) in bins.iter_mut().zip(stays) {
                    while stay < wanted {
                        prolong(squares, stay);
                        stay *= 2;
                    }
                    let whole = length.saturating_sub(wanted - 1);
                    tally(&squares[..whole], first, count, bins);
                }
            }
        }
        let radii = (1..BINS as u64)
            .map(|bin| f64::from_bits((FIRST + bin) << SHIFT).sqrt())
            .collect::<Vec<f64>>();
        for bins in bins.iter_mut().flatten() {
            // From pairs in a bin to pairs below its upper end.
            for bin in 1..BINS {
                bins[bin] += bins[bin - 1];
            }
        }
        Ok(Self { points: count, all, radii, counts: bins })
    }

    /// Pairs of one part of the orbit nearer than `radii[place]` for the stay of this place.
    pub(crate) fn within(&self, stay: usize, block: usize, place: usize) -> u64 {
        self.counts[stay][block][place]
    }

    /// The same of the whole orbit.
    pub(crate) fn total(&self, stay: usize, place: usize) -> u64 {
        (0..BLOCKS).map(|block| self.within(stay, block, place)).sum()
    }
}

/// Squared distances of points that follow `first` from those that follow `second`.
fn distances(columns: &[Vec<f64>], first: usize, second: usize, squares: &mut [f64]) {
    squares.fill(0.0);
    let length = squares.len();
    for column in columns {
        let pairs = column[first..first + length].iter().zip(&column[second..second + length]);
        for (square, (a, b)) in squares.iter_mut().zip(pairs) {
            *square += (a - b) * (a - b);
        }
    }
}

/// From the greatest of `stay` squares in a row to the greatest of twice as many.
fn prolong(squares: &mut [f64], stay: usize) {
    for place in stay..squares.len() {
        let later = squares[place];
        let earlier = &mut squares[place - stay];
        *earlier = if later > *earlier { later } else { *earlier };
    }
}

fn tally(squares: &[f64], first: usize, count: usize, bins: &mut [Vec<u64>]) {
    for (block, bins) in bins.iter_mut().enumerate() {
        let (from, to) = (block * count / BLOCKS, (block + 1) * count / BLOCKS);
        let from = from.saturating_sub(first).min(squares.len());
        let to = to.saturating_sub(first).min(squares.len());
        for square in &squares[from..to] {
            let bin = (square.to_bits() >> SHIFT).saturating_sub(FIRST);
            bins[(bin as usize).min(BINS - 1)] += 1;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ndarray::Array2;
    use takens_core::Stream;

    #[test]
    fn every_pair_is_counted_once() {
        let stream = Stream::new(1, 0);
        let points = Array2::from_shape_fn((301, 2), |(i, j)| stream.normal((2 * i + j) as u64));
        let (theiler, stays) = (5, [1, 4]);
        let pairs = Pairs::count(points.view(), theiler, &stays).unwrap();
        let square = |i: usize, j: usize| {
            (points[[i, 0]] - points[[j, 0]]).powi(2) + (points[[i, 1]] - points[[j, 1]]).powi(2)
        };
        for place in [200, 216, 223, 230] {
            let radius = pairs.radii[place];
            for (index, &stay) in stays.iter().enumerate() {
                let mut near = 0;
                for i in 0..301 {
                    for lag in theiler..=150 {
                        let j = (i + lag) % 301;
                        // Windows that reach over the end are left out.
                        let fits = i + stay <= 301 && j + stay <= 301;
                        let close = |k: usize| square(i + k, j + k) < radius * radius;
                        near += u64::from(fits && (0..stay).all(close));
                    }
                }
                assert_eq!(pairs.total(index, place), near, "radius {radius}, {stay}");
            }
        }
        assert_eq!(pairs.all, 301 * 146);
    }
}
