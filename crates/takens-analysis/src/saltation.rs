//! What tangent vectors do where a right-hand side jumps.
//!
//! A neighbour of the orbit crosses the surface `h = 0` a little earlier or later, and for that while moves
//! with the other right-hand side: behind the surface a tangent vector `w` is
//! `w + (f₊ - f₋) (∇h · w)/(∇h · f₋ + ∂h/∂t)`, which the variational equations do not know of.
//! Motion that sticks to a surface is not followed by this: there the distance of two trajectories tells.
//!
//! Source: P. C. Müller, Chaos, Solitons & Fractals 5, 1671-1681 (1995).

use crate::jumps::has_jumps;
use crate::variational::engine;
use std::collections::BTreeSet;
use std::sync::Arc;
use takens_core::math::log;
use takens_integrate::{EngineChoice, IntegrateError, Walk};
use takens_kernel::{Engine, lower_with};
use takens_symbolic::{Derivatives, ExprId, Function, Graph, Node, Symbol, VectorField};

/// The logarithm of the least positive number stands for that of zero.
const LEAST_LOG: f64 = -708.0;
/// Halvings of the last step to close in a crossing.
const HALVINGS: usize = 60;

/// The surfaces on which a flow jumps, and the side of each that an orbit is on.
pub(crate) struct Surfaces {
    n: usize,
    /// From time, state and parameters: the right-hand side, then for each surface a number that is another on
    /// the other side, and the derivatives of what is zero on it by time and state.
    engine: Arc<dyn Engine>,
    parameters: Vec<f64>,
    sides: Vec<f64>,
}

impl Surfaces {
    /// Those of a flow at its start; none if it does not jump.
    pub(crate) fn new(
        field: &VectorField,
        parameters: &[f64],
        state: &[f64],
        choice: EngineChoice,
    ) -> Result<Option<Self>, IntegrateError> {
        if !has_jumps(field) {
            return Ok(None);
        }
        let mut graph = field.graph.clone();
        let mut derivatives = Derivatives::default();
        let mut exprs = field.rhs.clone();
        let n = field.dim();
        for (side, level) in levels(&mut graph, &field.rhs) {
            exprs.push(side);
            let states = (0..n as u32).map(Symbol::State);
            for symbol in std::iter::once(Symbol::Time).chain(states) {
                exprs.push(derivatives.derivative(&mut graph, level, symbol));
            }
        }
        let engine = engine(choice, &lower_with(&graph, &exprs, field))?;
        let mut surfaces = Self { n, engine, parameters: parameters.to_vec(), sides: vec![] };
        surfaces.sides = surfaces.sides_of(&surfaces.look(0.0, &state[..n]));
        Ok(Some(surfaces))
    }

    /// If the last step of `walk` crossed a surface, gives the tangent vectors of `state` (the state, then
    /// `component × vector`, then the integral of the divergence) their jump; whether it did.
    pub(crate) fn leap(&mut self, walk: &mut Walk, state: &mut [f64]) -> bool {
        let n = self.n;
        let now = walk.time();
        let sides = self.sides_of(&self.look(now, &walk.state()[..n]));
        let Some(surface) = (0..sides.len()).find(|&surface| sides[surface] != self.sides[surface])
        else {
            return false;
        };
        state.copy_from_slice(walk.state());
        // The last time before the crossing and the first behind it.
        let (mut low, mut high) = (now - walk.last_step(), now);
        let mut within = state.to_vec();
        for _ in 0..HALVINGS {
            let middle = 0.5 * (low + high);
            if middle <= low || middle >= high {
                break;
            }
            walk.interpolate(middle, &mut within);
            let side = self.sides_of(&self.look(middle, &within[..n]))[surface];
            if side == self.sides[surface] { low = middle } else { high = middle }
        }
        walk.interpolate(low, &mut within);
        let before = self.look(low, &within[..n]);
        walk.interpolate(high, &mut within);
        let behind = self.look(high, &within[..n]);
        self.sides = sides;
        let slopes = &before[n + surface * (n + 2) + 1..][..=n];
        let along = |rate: &[f64]| -> f64 {
            slopes[0] + slopes[1..].iter().zip(rate).map(|(slope, x)| slope * x).sum::<f64>()
        };
        let (enters, leaves) = (along(&before[..n]), along(&behind[..n]));
        if enters == 0.0 || !enters.is_finite() || !leaves.is_finite() {
            return false;
        }
        let last = state.len() - 1;
        let frame = &mut state[n..last];
        let vectors = frame.len() / n;
        for vector in 0..vectors {
            let column = frame.iter().skip(vector).step_by(vectors);
            let across: f64 = slopes[1..].iter().zip(column).map(|(slope, x)| slope * x).sum();
            let weight = across / enters;
            let column = frame.iter_mut().skip(vector).step_by(vectors);
            for ((x, behind), before) in column.zip(&behind[..n]).zip(&before[..n]) {
                *x += weight * (behind - before);
            }
        }
        let determinant = (leaves / enters).abs();
        state[last] += if determinant > 0.0 { log(determinant) } else { LEAST_LOG };
        true
    }

    fn look(&self, time: f64, state: &[f64]) -> Vec<f64> {
        let inputs = [&[time], state, &self.parameters].concat();
        let mut outputs = vec![0.0; self.engine.output_count()];
        self.engine.call(&inputs, &mut outputs);
        outputs
    }

    fn sides_of(&self, outputs: &[f64]) -> Vec<f64> {
        outputs[self.n..].iter().step_by(self.n + 2).copied().collect()
    }
}

/// For each surface, a number that tells its sides apart and an expression that is zero (or whole) on it.
fn levels(graph: &mut Graph, rhs: &[ExprId]) -> Vec<(ExprId, ExprId)> {
    let mut ids = BTreeSet::new();
    let mut open = rhs.to_vec();
    while let Some(id) = open.pop() {
        if ids.insert(id) {
            open.extend(graph.node(id).children());
        }
    }
    let mut levels = Vec::new();
    for id in ids {
        let (side, level) = match graph.node(id).clone() {
            Node::Call(Function::Sign | Function::Heaviside | Function::Floor, arguments) => {
                (id, arguments[0])
            }
            Node::Call(Function::Mod, arguments) => {
                let turns = graph.div(arguments[0], arguments[1]);
                (graph.call(Function::Floor, &[turns]), turns)
            }
            Node::Compare(_, left, right) => {
                let (zero, one) = (graph.zero(), graph.one());
                (graph.select(id, one, zero), graph.sub(left, right))
            }
            _ => continue,
        };
        let symbols = graph.symbols(&[level]);
        let moves = |symbol: &Symbol| matches!(symbol, Symbol::State(_) | Symbol::Time);
        let plain = |symbol: &Symbol| moves(symbol) || matches!(symbol, Symbol::Parameter(_));
        if symbols.iter().any(moves) && symbols.iter().all(plain) {
            levels.push((side, level));
        }
    }
    levels
}
