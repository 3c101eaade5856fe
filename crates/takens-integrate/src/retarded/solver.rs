//! Collocation of `x' = rate · x + r` over one step, solved once and for all: what is left at run time
//! is the product of a matrix with the values of `r` at the nodes.
//!
//! With `X` the states at the nodes, `A` the weights of the integrals up to them and `h` the step,
//! `X = x + h A (rate · X + r)`, so that `X - x = (1 - h·rate·A)⁻¹ h A (rate · x + r)`.
#![expect(clippy::needless_range_loop, reason = "one index for the same row of several columns")]

use super::gauss::{NODES, gauss};

/// What a solver computes: the changes up to the nodes, the change over the step, and [`TOP`]
/// coefficients that tell the error. Filled up with zeros to whole vectors.
pub(crate) const ROWS: usize = 24;

/// Where the change over the step is.
pub(crate) const END: usize = NODES;

/// Where the coefficients of the slope along the last six of Legendre's polynomials are, from the
/// highest, in units of what the next one would add to the states.
pub(crate) const TOP: std::ops::Range<usize> = NODES + 1..NODES + 7;

/// The collocation of one rate and step.
pub(crate) struct Solver {
    /// What each row takes of the state at the start.
    start: [f64; ROWS],
    /// What each row takes of `r` at each node.
    nodes: [[f64; ROWS]; NODES],
}

impl Solver {
    /// `rate` is per unit of time; nothing where the equations of collocation have no solution.
    pub(crate) fn new(step: f64, rate: f64) -> Option<Self> {
        let gauss = gauss();
        let h = step;
        // The system's matrix, and as right-hand sides the columns of h·A and, last, h·A·rate·1.
        let mut matrix = [[0.0; NODES]; NODES];
        let mut right = [[0.0; NODES + 1]; NODES];
        for i in 0..NODES {
            for j in 0..NODES {
                let weight = h * gauss.integral[i][j];
                matrix[i][j] = f64::from(u8::from(i == j)) - rate * weight;
                right[i][j] = weight;
            }
            right[i][NODES] = rate * h * gauss.places[i];
        }
        solve(&mut matrix, &mut right)?;
        let mut solver = Self { start: [0.0; ROWS], nodes: [[0.0; ROWS]; NODES] };
        for column in 0..=NODES {
            let changes: [f64; NODES] = right.map(|row| row[column]);
            // The slope at the nodes is rate·X + r.
            let own = |i: usize| if column == i { 1.0 } else { 0.0 };
            let first = if column == NODES { rate } else { 0.0 };
            let slopes: [f64; NODES] =
                std::array::from_fn(|i| rate * changes[i] + (own(i) + first));
            let out = if column == NODES { &mut solver.start } else { &mut solver.nodes[column] };
            out[..NODES].copy_from_slice(&changes);
            for (weight, slope) in gauss.weights.iter().zip(&slopes) {
                out[END] += h * weight * slope;
            }
            for (row, degree) in TOP.zip((0..NODES).rev()) {
                let unit = h * (2.0 * degree as f64 + 1.0) / (2.0 * (2.0 * NODES as f64 + 1.0));
                let along = gauss.weights.iter().zip(&gauss.legendre[degree]);
                for ((weight, legendre), slope) in along.zip(&slopes) {
                    out[row] += unit * weight * legendre * slope;
                }
            }
        }
        let numbers = solver.nodes.iter().flatten().chain(&solver.start);
        numbers.into_iter().all(|number| number.is_finite()).then_some(solver)
    }

    /// All rows, for the state at the start and `r` at the nodes.
    #[inline(always)]
    pub(crate) fn apply(&self, x: f64, r: &[f64; NODES]) -> [f64; ROWS] {
        let mut rows = [0.0; ROWS];
        for row in 0..ROWS {
            // Two sums, so that less waits for what comes before it; the state, which is known last, comes last.
            let [mut even, mut odd] = [0, 1].map(|node| self.nodes[node][row] * r[node]);
            for node in (2..NODES).step_by(2) {
                even += self.nodes[node][row] * r[node];
                odd += self.nodes[node + 1][row] * r[node + 1];
            }
            rows[row] = (even + odd) + self.start[row] * x;
        }
        rows
    }
}

/// Replaces `right` by the solution, by Gauss' and Jordan's elimination with row exchanges.
fn solve(matrix: &mut [[f64; NODES]; NODES], right: &mut [[f64; NODES + 1]; NODES]) -> Option<()> {
    for step in 0..NODES {
        let size = |row: &usize| matrix[*row][step].abs();
        let pivot = (step..NODES).max_by(|a, b| size(a).total_cmp(&size(b)))?;
        let largest = size(&pivot);
        if largest == 0.0 || largest.is_nan() {
            return None;
        }
        matrix.swap(step, pivot);
        right.swap(step, pivot);
        let (pivots, known) = (matrix[step], right[step]);
        for row in (0..NODES).filter(|&row| row != step) {
            let factor = matrix[row][step] / pivots[step];
            matrix[row].iter_mut().zip(pivots).for_each(|(value, pivot)| *value -= factor * pivot);
            right[row].iter_mut().zip(known).for_each(|(value, known)| *value -= factor * known);
        }
    }
    for (place, row) in right.iter_mut().enumerate() {
        row.iter_mut().for_each(|value| *value /= matrix[place][place]);
    }
    Some(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_linear_equation_is_solved_in_one_go() {
        // x' = -2 x + 2 sin(t) + cos(t) from x = 1: sin(t) + exp(-2 t).
        let solver = Solver::new(0.5, -2.0).unwrap();
        let times = gauss().places.map(|place| 0.5 * place);
        let rows = solver.apply(1.0, &times.map(|t| 2.0 * t.sin() + t.cos()));
        for (change, t) in rows.iter().zip(times.iter().chain([&0.5])) {
            let truth = t.sin() + (-2.0 * t).exp() - 1.0;
            assert!((change - truth).abs() < 1e-13, "{t}: {change} {truth}");
        }
        assert!(rows[TOP.start].abs() < 1e-12 && rows[TOP.start] != 0.0);
    }
}
