//! What a step of an explicit pair is.

/// Stage `i` is at `t + nodes[i] · h`; its state is `x + h · Σ_j a_ij · k_j`.
///
/// Stages `0..weights.len()` are those of the step. The next one is the derivative at its end, with
/// `weights` for its row. Stages after it are wanted by the dense output alone.
#[derive(Debug)]
pub(super) struct Tableau {
    /// The order of the step.
    pub(super) order: i32,
    /// The order of the estimate: the error of a step falls as `h^(estimate + 1)`.
    pub(super) estimate: i32,
    /// Where in the step each stage is.
    pub(super) nodes: &'static [f64],
    /// Rows of all stages but the first and that of the derivative at the end.
    pub(super) stages: &'static [&'static [f64]],
    /// The step is `x + h · Σ weights[j] · k_j`.
    pub(super) weights: &'static [f64],
    /// Its error is `h · Σ error[j] · k_j`, the derivative at the end included.
    pub(super) error: &'static [f64],
    /// At `t + θ h` the state is `x + h · Σ_j Σ_m dense[j][m] · θ^(m+1) · k_j`.
    pub(super) dense: &'static [&'static [f64]],
}

impl Tableau {
    /// The place of the derivative at the end among the stages.
    pub(super) fn last(&self) -> usize {
        self.weights.len()
    }

    /// The row of stage `stage`, which is not the first.
    pub(super) fn row(&self, stage: usize) -> &'static [f64] {
        match stage.cmp(&self.last()) {
            std::cmp::Ordering::Less => self.stages[stage - 1],
            std::cmp::Ordering::Equal => self.weights,
            std::cmp::Ordering::Greater => self.stages[stage - 2],
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::{tsit5::TSIT5, verner98::VERNER98};
    use super::*;

    /// `Σ_j row[j] · node[j]^power`
    fn moment(tableau: &Tableau, row: &[f64], power: i32) -> f64 {
        row.iter().zip(tableau.nodes).map(|(weight, node)| weight * node.powi(power)).sum()
    }

    /// Applied to `x' = f(t)`, a method of order `p` integrates polynomials of degree `p - 1`.
    #[test]
    fn quadratures_are_of_the_order() {
        for tableau in [&TSIT5, &VERNER98] {
            for power in 0..tableau.order {
                let exact = 1.0 / f64::from(power + 1);
                let got = moment(tableau, tableau.weights, power);
                assert!((got - exact).abs() < 1e-14, "{power}: {got}");
            }
            // The estimate: both formulas are exact up to its order, and one of them not beyond.
            for power in 0..tableau.estimate {
                assert!(moment(tableau, tableau.error, power).abs() < 1e-13, "{power}");
            }
            assert!(moment(tableau, tableau.error, tableau.estimate).abs() > 1e-7);
        }
    }

    /// Every stage is where its node says, and the end of the dense output is the step.
    #[test]
    fn rows_add_up() {
        for tableau in [&TSIT5, &VERNER98] {
            for stage in 1..tableau.nodes.len() {
                let sum: f64 = tableau.row(stage).iter().sum();
                assert!((sum - tableau.nodes[stage]).abs() < 1e-13, "stage {stage}: {sum}");
            }
            for (stage, row) in tableau.dense.iter().enumerate() {
                let end: f64 = row.iter().sum();
                let weight = tableau.weights.get(stage).copied().unwrap_or(0.0);
                assert!((end - weight).abs() < 1e-10, "stage {stage}: {end}, {weight}");
            }
        }
    }

    /// The dense output integrates `x' = t^power` to any part of the step.
    #[test]
    fn dense_outputs_are_of_their_order() {
        for (tableau, order) in [(&TSIT5, 4), (&VERNER98, 8)] {
            for theta in [0.1f64, 0.37, 0.8] {
                let at =
                    |row: &&[f64]| row.iter().rev().fold(0.0, |sum, value| theta * (sum + value));
                let weights: Vec<f64> = tableau.dense.iter().map(at).collect();
                for power in 0..order {
                    let exact = theta.powi(power + 1) / f64::from(power + 1);
                    let got = moment(tableau, &weights, power);
                    assert!((got - exact).abs() < 1e-11, "{power} at {theta}: {got}, {exact}");
                }
            }
        }
    }
}
