//! Sequentially thresholded least squares, over all thresholds at once.
//!
//! The threshold rises just enough to drop the weakest term, the rest is fitted again, and so on
//! down to one term: every threshold's result is on that path. How weak a term is, is what the fit
//! loses without it, relative to the target: unlike the size of a coefficient this is the same in
//! all units, and not fooled by terms that nearly cancel. Start at [`Blocks`], then [`path`].
//!
//! # Source
//! Brunton, Proctor & Kutz (2016), see the crate; dropping one term at a time is the stepwise
//! sparse regressor of L. Boninsegna, F. Nüske & C. Clementi, J. Chem. Phys. 148, 241723 (2018)
//! (reference unverified).

/// Parts of the data, for fits that are judged on a part they have not seen.
const BLOCKS: usize = 5;
/// Relative errors below this are as good as none: no term is worth keeping for them.
pub(crate) const ROUNDING: f64 = 1e-7;
/// Supports up to this size are thinned out one term at a time, larger ones by an eighth.
const ONE_BY_ONE: usize = 40;

/// The data reduced to triangles, one for each block of rows and one for all but each block.
///
/// Columns are terms, then targets, all divided by their length.
pub(crate) struct Blocks {
    terms: usize,
    norms: Vec<f64>,
    whole: Vec<Vec<f64>>,
    blocks: Vec<Vec<Vec<f64>>>,
    without: Vec<Vec<Vec<f64>>>,
}

/// A fit of one target by some terms.
#[derive(Debug, Clone)]
pub(crate) struct Fit {
    /// Terms and their coefficients, in the order of the library.
    pub(crate) sum: Vec<(usize, f64)>,
    /// Root mean square error on blocks not seen, relative to that of the target.
    pub(crate) loss: f64,
    /// What the fit loses without its weakest term, relative to the target.
    pub(crate) weakest: f64,
}

impl Blocks {
    /// From columns of equal length: values of the terms, then of the targets.
    pub(crate) fn new(mut columns: Vec<Vec<f64>>, terms: usize) -> Self {
        let rows = columns.first().map_or(0, Vec::len);
        let norms: Vec<f64> = columns
            .iter_mut()
            .map(|column| {
                let norm = dot(column, column).sqrt();
                let usable = norm > 0.0 && norm.is_finite();
                let scale = if usable { 1.0 / norm } else { 0.0 };
                column.iter_mut().for_each(|x| *x = if usable { *x * scale } else { 0.0 });
                if usable { norm } else { 0.0 }
            })
            .collect();
        let part = |k: usize| k * rows / BLOCKS..(k + 1) * rows / BLOCKS;
        let blocks: Vec<_> = (0..BLOCKS)
            .map(|k| triangle(columns.iter().map(|column| column[part(k)].to_vec()).collect()))
            .collect();
        let stack = |leave: Option<usize>| {
            let others = || (0..BLOCKS).filter(|k| Some(*k) != leave);
            let stacked = |c: usize| others().flat_map(|k| blocks[k][c].clone()).collect();
            triangle((0..columns.len()).map(stacked).collect())
        };
        let without = (0..BLOCKS).map(|k| stack(Some(k))).collect();
        let whole = stack(None);
        Self { terms, norms, whole, blocks, without }
    }

    fn fit(&self, support: &[usize], target: usize) -> (Vec<f64>, Vec<f64>, f64) {
        let column = self.terms + target;
        let mut sum = 0.0f64;
        for (without, block) in self.without.iter().zip(&self.blocks) {
            let (solution, _) = solve(without, support, column);
            for (row, value) in block[column].iter().enumerate() {
                let fitted: f64 =
                    support.iter().zip(&solution).map(|(&j, x)| block[j][row] * x).sum();
                sum += (value - fitted) * (value - fitted);
            }
        }
        let (solution, losses) = solve(&self.whole, support, column);
        (solution, losses, sum.sqrt())
    }

    /// Fits of `target` from all usable terms down to none, the largest first.
    pub(crate) fn path(&self, target: usize) -> Vec<Fit> {
        let size = self.norms[self.terms + target];
        let mut support: Vec<usize> = (0..self.terms).filter(|&j| self.norms[j] > 0.0).collect();
        let mut fits = Vec::new();
        loop {
            let (solution, losses, loss) = self.fit(&support, target);
            let scaled = support.iter().zip(&solution);
            let sum = scaled.map(|(&j, x)| (j, x * size / self.norms[j])).collect();
            let mut order: Vec<usize> = (0..support.len()).collect();
            order.sort_by(|&a, &b| losses[a].total_cmp(&losses[b]));
            let weakest = order.first().map_or(f64::INFINITY, |&k| losses[k]);
            fits.push(Fit { sum, loss, weakest });
            if support.is_empty() {
                return fits;
            }
            let drop = 1 + support.len().saturating_sub(ONE_BY_ONE) / 8;
            let mut dropped: Vec<usize> = order[..drop].to_vec();
            dropped.sort_unstable();
            for k in dropped.into_iter().rev() {
                support.remove(k);
            }
        }
    }
}

/// Which fit of a path is the best compromise, if a term has to lower the logarithm of the squared
/// error by `price`.
pub(crate) fn choose(path: &[Fit], price: f64) -> usize {
    let cost = |fit: &Fit| {
        2.0 * takens_plugin::math::log(fit.loss.max(ROUNDING)) + price * fit.sum.len() as f64
    };
    // Read from the largest fit to the smallest: of equals, the simplest.
    let better = |best: usize, k: usize| if cost(&path[k]) <= cost(&path[best]) { k } else { best };
    (0..path.len()).fold(0, better)
}

/// The largest fit of a path of which no term is worth less than `least`.
pub(crate) fn thresholded(path: &[Fit], least: f64) -> usize {
    path.iter().position(|fit| fit.weakest >= least).unwrap_or(path.len() - 1)
}

/// The triangular factor of Householder's reduction, each column cut at the number of columns.
fn triangle(mut columns: Vec<Vec<f64>>) -> Vec<Vec<f64>> {
    let rows = columns.first().map_or(0, Vec::len);
    let count = columns.len();
    for j in 0..count.min(rows) {
        reflect(&mut columns, j);
    }
    columns.iter_mut().for_each(|column| column.truncate(count.min(rows)));
    columns
}

/// Reflects rows from `j` on so that column `j` ends there.
fn reflect(columns: &mut [Vec<f64>], j: usize) {
    let (done, rest) = columns.split_at_mut(j + 1);
    let column = &mut done[j];
    let length = dot(&column[j..], &column[j..]).sqrt();
    if length == 0.0 || length.is_nan() {
        return;
    }
    let alpha = if column[j] > 0.0 { length } else { -length };
    let mut v = column[j..].to_vec();
    v[0] += alpha;
    let scale = 1.0 / (v[0] * alpha);
    for other in rest {
        let factor = dot(&v, &other[j..]) * scale;
        other[j..].iter_mut().zip(&v).for_each(|(x, v)| *x -= factor * v);
    }
    column[j] = -alpha;
    column[j + 1..].fill(0.0);
}

/// Least squares of column `target` over the columns of `support`: coefficients, and for each what
/// the residual's length would grow by, in quadrature, without it.
fn solve(triangle: &[Vec<f64>], support: &[usize], target: usize) -> (Vec<f64>, Vec<f64>) {
    let count = support.len();
    let mut columns: Vec<Vec<f64>> = support.iter().map(|&j| triangle[j].clone()).collect();
    columns.push(triangle[target].clone());
    let rows = columns[count].len();
    for j in 0..count.min(rows) {
        reflect(&mut columns, j);
    }
    // A diagonal at rounding belongs to a column that depends on those before it: left out.
    let usable: Vec<bool> = (0..count).map(|j| j < rows && columns[j][j].abs() > 1e-14).collect();
    let back_substitute = |right: &mut Vec<f64>| {
        for j in (0..count).rev() {
            let value = if usable[j] { right[j] / columns[j][j] } else { 0.0 };
            for row in 0..j {
                right[row] -= value * columns[j][row];
            }
            right[j] = value;
        }
    };
    let mut solution: Vec<f64> =
        columns[count].iter().copied().chain(std::iter::repeat(0.0)).take(count).collect();
    back_substitute(&mut solution);
    // Row j of the inverse triangle has the length of one over what is peculiar to column j.
    let mut squares = vec![0.0; count];
    for k in 0..count {
        let mut unit = vec![0.0; count];
        unit[k] = 1.0;
        back_substitute(&mut unit);
        squares.iter_mut().zip(&unit).for_each(|(s, x)| *s += x * x);
    }
    let loss = |(x, s): (&f64, &f64)| if *s > 0.0 { x.abs() / s.sqrt() } else { 0.0 };
    let losses = solution.iter().zip(&squares).map(loss).collect();
    (solution, losses)
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
    use takens_plugin::Call;

    fn columns(count: usize) -> Vec<Vec<f64>> {
        let mut draws = vec![0.0; 200 * count];
        Call::for_tests(4).random(0, 0, &mut draws);
        draws.chunks(200).map(<[f64]>::to_vec).collect()
    }

    #[test]
    fn the_terms_that_matter_are_found() {
        let mut all = columns(12);
        let noise = all.pop().unwrap();
        let target =
            (0..200).map(|k| 3.0 * all[2][k] - 0.5 * all[7][k] + 1e-3 * (noise[k] - 0.5)).collect();
        all.push(target);
        let path = Blocks::new(all, 11).path(0);
        let fit = &path[choose(&path, 0.1)];
        assert_eq!(fit.sum.iter().map(|t| t.0).collect::<Vec<_>>(), [2, 7]);
        assert!((fit.sum[0].1 - 3.0).abs() < 1e-3 && (fit.sum[1].1 + 0.5).abs() < 1e-3);
    }

    #[test]
    fn what_a_term_is_worth_is_what_the_fit_loses_without_it() {
        let all = columns(4);
        let reduced = triangle(all);
        let residual = |support: &[usize]| {
            let (solution, _) = solve(&reduced, support, 3);
            let row = |r: usize| -> f64 {
                let fit: f64 = support.iter().zip(&solution).map(|(&j, x)| reduced[j][r] * x).sum();
                (reduced[3][r] - fit) * (reduced[3][r] - fit)
            };
            (0..4).map(row).sum::<f64>()
        };
        let (_, losses) = solve(&reduced, &[0, 1, 2], 3);
        let direct = (residual(&[0, 2]) - residual(&[0, 1, 2])).sqrt();
        assert!((losses[1] - direct).abs() < 1e-10, "{losses:?} {direct}");
    }
}
