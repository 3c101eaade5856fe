//! Stochastic flows, in the sense of Itô: steps of one length along a path of noise.
//!
//! `x ← x + f h + Σ b ΔW` (Euler and Maruyama), and where each process moves one component and its
//! coefficient reads no other, also `+ ½ b ∂b/∂x (ΔW² - h)` (Milstein), which is of strong order 1; the
//! first alone is so for coefficients that do not depend on the state, else of order 1/2. The path of a
//! seed does not depend on the step.
//!
//! # Source
//! P. E. Kloeden, E. Platen, Numerical Solution of Stochastic Differential Equations, Springer (1992),
//! sections 10.2 and 10.3, unverified.

use crate::brownian::{Brownian, END};
use crate::clock::Clock;
use crate::reach::Reach;
use crate::{IntegrateError, Options};
use std::sync::Arc;
use takens_core::TimeGrid;
use takens_kernel::{Engine, lower, lower_with};
use takens_symbolic::{Derivatives, ExprId, Symbol, VectorField};

/// A stochastic flow, compiled.
#[derive(Clone)]
pub(crate) struct Noisy {
    drift: Arc<dyn Engine>,
    /// The coefficients, one for each entry of `terms`; with Milstein's, their derivatives after them.
    coefficients: Arc<dyn Engine>,
    /// Component and process of each term.
    terms: Vec<(usize, usize)>,
    processes: usize,
    milstein: bool,
}

impl Noisy {
    pub(crate) fn new(field: &VectorField, options: &Options) -> Result<Self, IntegrateError> {
        let mut terms = vec![];
        let mut exprs = vec![];
        for (component, noises) in field.noise.terms.iter().enumerate() {
            for &(process, coefficient) in noises {
                terms.push((component, process as usize));
                exprs.push(coefficient);
            }
        }
        let mut graph = field.graph.clone();
        let milstein = is_diagonal(field, &terms, &exprs);
        if milstein {
            let slopes: Vec<ExprId> = terms
                .iter()
                .zip(&exprs)
                .map(|(&(component, _), &coefficient)| {
                    let symbol = Symbol::State(component as u32);
                    Derivatives::default().derivative(&mut graph, coefficient, symbol)
                })
                .collect();
            exprs.extend(slopes);
        }
        Ok(Self {
            drift: options.engine.engine(&lower(field))?,
            coefficients: options.engine.engine(&lower_with(&graph, &exprs, field))?,
            terms,
            processes: field.noise.names.len(),
            milstein,
        })
    }

    /// The name of the method.
    pub(crate) fn method(&self) -> &'static str {
        if self.milstein { "milstein" } else { "euler-maruyama" }
    }

    /// The states at the instants of `grid` of the path that is at `initial` at time `begin`; gives the
    /// number of steps made.
    pub(crate) fn sample(
        &self,
        names: &[String],
        options: &Options,
        (parameters, initial): (&[f64], &[f64]),
        begin: f64,
        grid: &TimeGrid,
        mut row: impl FnMut(usize, &[f64]),
    ) -> Result<u64, IntegrateError> {
        let last = grid.time(grid.len() - 1);
        if let Some(time) = [begin, last].into_iter().find(|time| !(0.0..END).contains(time)) {
            return Err(IntegrateError::NoiseTime { time, limit: END });
        }
        let n = initial.len();
        let mut inputs = vec![0.0; 1 + n + parameters.len()];
        inputs[1..=n].copy_from_slice(initial);
        inputs[1 + n..].copy_from_slice(parameters);
        let mut paths: Vec<Brownian> =
            (0..self.processes).map(|process| Brownian::new(options.seed, process)).collect();
        let mut values: Vec<f64> = paths.iter_mut().map(|path| path.at(begin)).collect();
        let mut moved = vec![0.0; self.processes];
        let numbers = self.terms.len() * if self.milstein { 2 } else { 1 };
        let (mut drift, mut noise) = (vec![0.0; n], vec![0.0; numbers]);
        // What lies before the first sample is stepped through as finely as what lies after it.
        let gaps = (1..grid.len()).map(|index| grid.time(index) - grid.time(index - 1));
        let spacing = grid.step().unwrap_or_else(|| gaps.fold(f64::INFINITY, f64::min));
        let spacing = if spacing.is_finite() { spacing } else { last - begin };
        let longest = options.max_step.unwrap_or(spacing / 16.0);
        if last > begin {
            Reach::new(last).check_even(Clock::new(begin), longest, options)?;
        }
        let (mut time, mut made) = (begin, 0_u64);
        for (index, until) in grid.iter().enumerate() {
            let (from, span) = (time, until - time);
            let count = (span / longest * (1.0 - 1e-12)).ceil().max(1.0);
            if span > 0.0 && made as f64 + count > options.max_steps as f64 {
                return Err(IntegrateError::MaxSteps { steps: made, time });
            }
            let count = if span > 0.0 { count as u64 } else { 0 };
            for k in 1..=count {
                let next = if k == count { until } else { from + span * (k as f64 / count as f64) };
                inputs[0] = time;
                self.drift.call(&inputs, &mut drift);
                self.coefficients.call(&inputs, &mut noise);
                for ((path, value), moved) in paths.iter_mut().zip(&mut values).zip(&mut moved) {
                    let there = path.at(next);
                    *moved = there - *value;
                    *value = there;
                }
                let step = next - time;
                for (x, slope) in inputs[1..=n].iter_mut().zip(&drift) {
                    *x += step * slope;
                }
                for (place, &(component, process)) in self.terms.iter().enumerate() {
                    let by = moved[process];
                    let mut change = noise[place] * by;
                    if self.milstein {
                        let slope = noise[self.terms.len() + place];
                        change += 0.5 * noise[place] * slope * (by * by - step);
                    }
                    inputs[1 + component] += change;
                }
                time = next;
                made += 1;
                if let Some(bad) = inputs[1..=n].iter().position(|value| !value.is_finite()) {
                    return Err(IntegrateError::BlowUp { time, component: names[bad].clone() });
                }
            }
            row(index, &inputs[1..=n]);
        }
        Ok(made)
    }
}

/// Whether each process moves one component, each component is moved by one process at most, and the
/// coefficient reads no other component.
fn is_diagonal(field: &VectorField, terms: &[(usize, usize)], coefficients: &[ExprId]) -> bool {
    let once = |pick: fn(&(usize, usize)) -> usize| {
        let mut seen: Vec<usize> = terms.iter().map(pick).collect();
        seen.sort_unstable();
        seen.windows(2).all(|two| two[0] != two[1])
    };
    let own = |component: usize, coefficient: ExprId| {
        let own = Symbol::State(component as u32);
        let symbols = field.graph.symbols(&[coefficient]);
        symbols.iter().all(|symbol| *symbol == own || !matches!(symbol, Symbol::State(_)))
    };
    once(|term| term.0)
        && once(|term| term.1)
        && terms.iter().zip(coefficients).all(|(term, &coefficient)| own(term.0, coefficient))
}
