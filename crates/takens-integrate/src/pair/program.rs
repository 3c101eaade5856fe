//! The step of a pair and its dense output as two programs, the right-hand side written into each stage.
//!
//! Both read and write one array:
//!
//! ```text
//! t  t_low  h  tol  x[n]  unit[n]  k_0[n]  p[m] | y[n]  k_last[n]  k_1..k_(last-1)[n each]  e | c_1..c_d[n each]
//! <---------------- inputs of the step -------> | <-------- outputs of the step ------------>
//! <---------------------- inputs of the dense output ----------------------------> (all but e) | <- outputs ->
//! ```
//! `e` is the sum of squared errors in units of what is allowed; `c_m` is the coefficient of `θ^m`.

use super::tableau::Tableau;
use crate::{EngineChoice, IntegrateError};
use std::ops::Range;
use std::sync::Arc;
use takens_kernel::{Builder, Engine, Program, Value};
use takens_symbolic::Function;

pub(super) const TIME: usize = 0;
pub(super) const TIME_LOW: usize = 1;
pub(super) const STEP: usize = 2;
pub(super) const TOLERANCE: usize = 3;
const STATE: usize = 4;

/// Where the numbers of a step lie.
#[derive(Debug, Clone, Copy)]
pub(super) struct Places {
    pub(super) n: usize,
    m: usize,
    /// Stages of the step.
    stages: usize,
    /// Powers of the dense output.
    pub(super) powers: usize,
}

impl Places {
    fn block(self, first: usize, index: usize) -> Range<usize> {
        let start = first + index * self.n;
        start..start + self.n
    }

    pub(super) fn x(self) -> Range<usize> {
        self.block(STATE, 0)
    }

    pub(super) fn unit(self) -> Range<usize> {
        self.block(STATE, 1)
    }

    pub(super) fn k0(self) -> Range<usize> {
        self.block(STATE, 2)
    }

    pub(super) fn parameters(self) -> Range<usize> {
        let start = self.k0().end;
        start..start + self.m
    }

    pub(super) fn inputs(self) -> usize {
        self.parameters().end
    }

    pub(super) fn y(self) -> Range<usize> {
        self.block(self.inputs(), 0)
    }

    /// The derivative at the end.
    pub(super) fn k_last(self) -> Range<usize> {
        self.block(self.inputs(), 1)
    }

    /// Stage `stage`, from 1, of the step.
    fn k(self, stage: usize) -> Range<usize> {
        self.block(self.inputs(), 1 + stage)
    }

    pub(super) fn error(self) -> usize {
        self.inputs() + (1 + self.stages) * self.n
    }

    /// The coefficient of `θ^power`, from 1.
    pub(super) fn dense(self, power: usize) -> Range<usize> {
        self.block(self.error() + 1, power - 1)
    }

    pub(super) fn len(self) -> usize {
        self.dense(self.powers).end
    }
}

/// The two programs, ready to run.
pub(super) struct Programs {
    pub(super) places: Places,
    pub(super) rhs: Arc<dyn Engine>,
    step: Arc<dyn Engine>,
    dense: Arc<dyn Engine>,
}

impl Programs {
    pub(super) fn new(
        tableau: &Tableau,
        rhs: &Program,
        engine: EngineChoice,
    ) -> Result<Self, IntegrateError> {
        let n = rhs.output_count();
        let places = Places {
            n,
            m: rhs.input_count() - 1 - n,
            stages: tableau.weights.len(),
            powers: tableau.dense[0].len(),
        };
        Ok(Self {
            places,
            rhs: engine.engine(rhs)?,
            step: engine.engine(&step_program(tableau, rhs, places))?,
            dense: engine.engine(&dense_program(tableau, rhs, places))?,
        })
    }

    /// Fills the outputs of a step in `frame`.
    pub(super) fn step(&self, frame: &mut [f64]) {
        let (inputs, outputs) = frame.split_at_mut(self.places.inputs());
        let count = self.places.error() + 1 - self.places.inputs();
        self.step.call(inputs, &mut outputs[..count]);
    }

    /// Fills the coefficients of the dense output of the last step in `frame`.
    pub(super) fn dense(&self, frame: &mut [f64]) {
        let (inputs, outputs) = frame.split_at_mut(self.places.error() + 1);
        self.dense.call(&inputs[..self.places.error()], outputs);
    }
}

fn step_program(tableau: &Tableau, rhs: &Program, places: Places) -> Program {
    let mut b = Builder::new(places.inputs());
    let mut stages = Stages::new(&mut b, tableau, rhs, places);
    let last = tableau.last();
    let mut k = vec![read(&mut b, places.k0())];
    for stage in 1..last {
        k.push(stages.derivative(&mut b, stage, &k));
    }
    let y = stages.state(&mut b, last, &k);
    k.push(stages.derivative_at(&mut b, last, &y));
    let tolerance = b.input(TOLERANCE);
    let units = read(&mut b, places.unit());
    let h = b.input(STEP);
    let mut squares = None;
    for component in 0..places.n {
        let before = b.call(Function::Abs, stages.x[component]);
        let after = b.call(Function::Abs, y[component]);
        let size = b.call2(Function::Max, before, after);
        let size = b.add(units[component], size);
        let allowed = b.mul(tolerance, size);
        let slope = combine(&mut b, tableau.error, &k, component);
        let error = b.mul(h, slope);
        let error = b.div(error, allowed);
        let square = b.mul(error, error);
        squares = Some(squares.map_or(square, |sum| b.add(sum, square)));
    }
    let mut outputs = y;
    outputs.extend(&k[last]);
    outputs.extend(k[1..last].iter().flatten());
    outputs.push(squares.expect("a state has a component"));
    b.finish(outputs)
}

fn dense_program(tableau: &Tableau, rhs: &Program, places: Places) -> Program {
    let mut b = Builder::new(places.error());
    let mut stages = Stages::new(&mut b, tableau, rhs, places);
    let last = tableau.last();
    let mut k = vec![read(&mut b, places.k0())];
    for stage in 1..last {
        k.push(read(&mut b, places.k(stage)));
    }
    k.push(read(&mut b, places.k_last()));
    for stage in last + 1..tableau.nodes.len() {
        k.push(stages.derivative(&mut b, stage, &k));
    }
    let h = b.input(STEP);
    let mut outputs = Vec::new();
    for power in 0..places.powers {
        let weights: Vec<f64> = tableau.dense.iter().map(|row| row[power]).collect();
        for component in 0..places.n {
            let slope = combine(&mut b, &weights, &k, component);
            outputs.push(b.mul(h, slope));
        }
    }
    b.finish(outputs)
}

/// What every stage of a step shares.
struct Stages<'a> {
    tableau: &'a Tableau,
    rhs: &'a Program,
    time: Value,
    time_low: Value,
    h: Value,
    x: Vec<Value>,
    parameters: Vec<Value>,
}

impl<'a> Stages<'a> {
    fn new(b: &mut Builder, tableau: &'a Tableau, rhs: &'a Program, places: Places) -> Self {
        Self {
            tableau,
            rhs,
            time: b.input(TIME),
            time_low: b.input(TIME_LOW),
            h: b.input(STEP),
            x: read(b, places.x()),
            parameters: read(b, places.parameters()),
        }
    }

    /// `x + h · Σ a · k`
    fn state(&self, b: &mut Builder, stage: usize, k: &[Vec<Value>]) -> Vec<Value> {
        (0..self.x.len())
            .map(|component| {
                let slope = combine(b, self.tableau.row(stage), k, component);
                let change = b.mul(self.h, slope);
                b.add(self.x[component], change)
            })
            .collect()
    }

    fn derivative(&mut self, b: &mut Builder, stage: usize, k: &[Vec<Value>]) -> Vec<Value> {
        let state = self.state(b, stage, k);
        self.derivative_at(b, stage, &state)
    }

    /// The right-hand side at `t + node · h`.
    fn derivative_at(&self, b: &mut Builder, stage: usize, state: &[Value]) -> Vec<Value> {
        let node = b.constant(self.tableau.nodes[stage]);
        let part = b.mul(node, self.h);
        let part = b.add(self.time_low, part);
        let time = b.add(self.time, part);
        let inputs: Vec<Value> =
            std::iter::once(time).chain(state.iter().chain(&self.parameters).copied()).collect();
        b.inline(self.rhs, &inputs)
    }
}

fn read(b: &mut Builder, places: Range<usize>) -> Vec<Value> {
    places.map(|place| b.input(place)).collect()
}

fn combine(b: &mut Builder, weights: &[f64], k: &[Vec<Value>], component: usize) -> Value {
    let terms: Vec<(f64, Value)> =
        weights.iter().zip(k).map(|(&weight, k)| (weight, k[component])).collect();
    b.combine(&terms)
}
