//! Least squares by Householder reflections, with the solutions of all leading column blocks.
//!
//! Normal equations would square the condition number, which halves the horizon of a forecast of
//! clean data. The order of every sum is fixed, so that the same data give the same bits anywhere.

use takens_plugin::{Call, Fault};

/// A design matrix reduced to triangular form, and the targets with it.
pub(crate) struct Reduced {
    /// Column `j` of the triangle, above and on the diagonal.
    columns: Vec<Vec<f64>>,
    /// Norm that each column was divided by; zero where the column was dropped.
    norms: Vec<f64>,
    /// Row of the triangle that each kept column has its diagonal in.
    pivots: Vec<Option<usize>>,
    targets: Vec<Vec<f64>>,
}

/// A column whose part beyond the columns before it is smaller than this, relative to its length,
/// depends on them.
const DEPENDENT: f64 = 4.0 * f64::EPSILON;

/// Reduces `design` (columns) and `targets` (columns of the same length).
///
/// # Errors
/// What [`Call::check`] says.
pub(crate) fn reduce(
    mut design: Vec<Vec<f64>>,
    mut targets: Vec<Vec<f64>>,
    call: &Call,
) -> Result<Reduced, Fault> {
    let rows = targets.first().map_or(0, Vec::len);
    let mut norms = Vec::with_capacity(design.len());
    for column in &mut design {
        let norm = dot(column, column).sqrt();
        let usable = norm > 0.0 && norm.is_finite();
        norms.push(if usable { norm } else { 0.0 });
        if usable {
            column.iter_mut().for_each(|x| *x /= norm);
        }
    }
    let mut pivots = vec![None; design.len()];
    let mut row = 0;
    for j in 0..design.len() {
        call.check()?;
        if row == rows || norms[j] == 0.0 {
            norms[j] = 0.0;
            continue;
        }
        let (done, rest) = design.split_at_mut(j + 1);
        let column = &mut done[j];
        let length = dot(&column[row..], &column[row..]).sqrt();
        if length <= DEPENDENT {
            norms[j] = 0.0;
            continue;
        }
        // The reflection I - v vᵀ / (v₀·α) sends the column's rest to -α e₀.
        let alpha = if column[row] > 0.0 { length } else { -length };
        let mut v = column[row..].to_vec();
        v[0] += alpha;
        let scale = 1.0 / (v[0] * alpha);
        for other in rest.iter_mut().chain(targets.iter_mut()) {
            let tail = &mut other[row..];
            let factor = dot(&v, tail) * scale;
            tail.iter_mut().zip(&v).for_each(|(x, v)| *x -= factor * v);
        }
        column[row] = -alpha;
        column.truncate(row + 1);
        pivots[j] = Some(row);
        row += 1;
    }
    Ok(Reduced { columns: design, norms, pivots, targets })
}

impl Reduced {
    /// The solution over the first `count` columns: one vector of coefficients per target.
    pub(crate) fn solve(&self, count: usize) -> Vec<Vec<f64>> {
        self.targets
            .iter()
            .map(|target| {
                let mut rest = target.clone();
                let mut solution = vec![0.0; count];
                for j in (0..count).rev() {
                    let Some(row) = self.pivots[j] else { continue };
                    let value = rest[row] / self.columns[j][row];
                    for (x, r) in rest[..row].iter_mut().zip(&self.columns[j]) {
                        *x -= value * r;
                    }
                    solution[j] = value / self.norms[j];
                }
                solution
            })
            .collect()
    }
}

/// The inner product, in eight partial sums of fixed order.
pub(crate) fn dot(a: &[f64], b: &[f64]) -> f64 {
    let mut lanes = [0.0f64; 8];
    let (a8, b8) = (a.chunks_exact(8), b.chunks_exact(8));
    let rest: f64 = a8.remainder().iter().zip(b8.remainder()).map(|(x, y)| x * y).sum();
    for (x, y) in a8.zip(b8) {
        for lane in 0..8 {
            lanes[lane] += x[lane] * y[lane];
        }
    }
    ((lanes[0] + lanes[4]) + (lanes[1] + lanes[5]))
        + ((lanes[2] + lanes[6]) + (lanes[3] + lanes[7]))
        + rest
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn leading_blocks_are_solved_as_if_alone() {
        let x: Vec<f64> = (0..40).map(|k| f64::from(k) / 20.0 - 1.0).collect();
        let power = |q: i32| x.iter().map(|x| x.powi(q)).collect::<Vec<f64>>();
        let target = x.iter().map(|x| 3.0 - 2.0 * x + 0.5 * x * x * x).collect::<Vec<f64>>();
        let call = Call::for_tests(0);
        let all = reduce((0..6).map(power).collect(), vec![target.clone()], &call).unwrap();
        let found = &all.solve(6)[0];
        for (got, want) in found.iter().zip([3.0, -2.0, 0.0, 0.5, 0.0, 0.0]) {
            assert!((got - want).abs() < 1e-13, "{found:?}");
        }
        let alone = reduce((0..2).map(power).collect(), vec![target], &call).unwrap();
        let (a, b) = (&all.solve(2)[0], &alone.solve(2)[0]);
        assert!(a.iter().zip(b).all(|(a, b)| (a - b).abs() < 1e-13), "{a:?} {b:?}");
    }

    #[test]
    fn a_dependent_column_gets_no_weight() {
        let x: Vec<f64> = (0..10).map(f64::from).collect();
        let twice = x.iter().map(|x| 2.0 * x).collect();
        let design = vec![x.clone(), twice, vec![0.0; 10]];
        let found = &reduce(design, vec![x], &Call::for_tests(0)).unwrap().solve(3)[0];
        assert!((found[0] - 1.0).abs() < 1e-14 && found[1] == 0.0 && found[2] == 0.0, "{found:?}");
    }
}
