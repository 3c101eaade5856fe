//! The step of DOP853 and its dense output as two programs, the right-hand side written into each stage.

use crate::coefficients::{DENSE, ERROR_3, ERROR_5, NODES, STAGES};
use crate::layout::{KEPT_STAGES, Layout, STEP, TIME, TIME_LOW, TOLERANCE};
use std::ops::Range;
use takens_kernel::{Builder, Program, Value};
use takens_symbolic::Function;

/// From the inputs of a step (see `layout`) to its outputs; `rhs` maps `t, x, p` to the derivative.
pub(crate) fn step_program(rhs: &Program, layout: Layout) -> Program {
    let mut b = Builder::new(layout.inputs());
    let mut stages = Stages::new(&mut b, rhs, layout);
    let k0 = read(&mut b, layout.k0());
    let mut k = vec![k0];
    for stage in 1..12 {
        let state = stages.state(&mut b, STAGES[stage], &k);
        k.push(stages.derivative(&mut b, NODES[stage], &state));
    }
    let y = stages.state(&mut b, STAGES[12], &k);
    let k12 = stages.derivative(&mut b, NODES[12], &y);

    let tolerance = b.input(TOLERANCE);
    let units = read(&mut b, layout.unit());
    let mut sums = [None, None];
    for component in 0..layout.n {
        let before = b.call(Function::Abs, stages.x[component]);
        let after = b.call(Function::Abs, y[component]);
        let magnitude = b.call2(Function::Max, before, after);
        let magnitude = b.add(units[component], magnitude);
        let scale = b.mul(tolerance, magnitude);
        for (weights, sum) in [ERROR_5, ERROR_3].iter().zip(&mut sums) {
            let error = combine(&mut b, weights, &k, component);
            let error = b.div(error, scale);
            let square = b.mul(error, error);
            *sum = Some(sum.map_or(square, |before| b.add(before, square)));
        }
    }
    let mut outputs = y;
    outputs.extend(k12);
    outputs.extend(k[KEPT_STAGES].iter().flatten());
    outputs.extend(sums.map(|sum| sum.expect("a state has a component")));
    b.finish(outputs)
}

/// From all that is known after a step to coefficients 1 to 7 of the dense output.
pub(crate) fn dense_program(rhs: &Program, layout: Layout) -> Program {
    let mut b = Builder::new(layout.stepped());
    let mut stages = Stages::new(&mut b, rhs, layout);
    let k0 = read(&mut b, layout.k0());
    // No weight here is of stages 1 to 4: stage 0 holds their places.
    let mut k = vec![k0; KEPT_STAGES.start];
    for stage in KEPT_STAGES {
        k.push(read(&mut b, layout.kept(stage)));
    }
    k.push(read(&mut b, layout.k12()));
    for stage in 13..16 {
        let state = stages.state(&mut b, STAGES[stage], &k);
        k.push(stages.derivative(&mut b, NODES[stage], &state));
    }
    let y = read(&mut b, layout.y());
    let h = b.input(STEP);
    let mut outputs = vec![Vec::new(); 3];
    for component in 0..layout.n {
        let change = b.sub(y[component], stages.x[component]);
        let start = b.mul(h, k[0][component]);
        let start = b.sub(start, change);
        let end = b.mul(h, k[12][component]);
        let end = b.sub(change, end);
        let end = b.sub(end, start);
        for (output, value) in outputs.iter_mut().zip([change, start, end]) {
            output.push(value);
        }
    }
    for weights in &DENSE {
        let coefficient = |component| {
            let sum = combine(&mut b, weights, &k, component);
            b.mul(h, sum)
        };
        outputs.push((0..layout.n).map(coefficient).collect());
    }
    b.finish(outputs.concat())
}

/// What every stage of a step shares.
struct Stages<'a> {
    rhs: &'a Program,
    time: Value,
    time_low: Value,
    h: Value,
    x: Vec<Value>,
    parameters: Vec<Value>,
}

impl<'a> Stages<'a> {
    fn new(b: &mut Builder, rhs: &'a Program, layout: Layout) -> Self {
        Self {
            rhs,
            time: b.input(TIME),
            time_low: b.input(TIME_LOW),
            h: b.input(STEP),
            x: read(b, layout.x()),
            parameters: read(b, layout.parameters()),
        }
    }

    /// `x + h · Σ weight · k`
    fn state(&mut self, b: &mut Builder, weights: &[f64], k: &[Vec<Value>]) -> Vec<Value> {
        (0..self.x.len())
            .map(|component| {
                let slope = combine(b, weights, k, component);
                let change = b.mul(self.h, slope);
                b.add(self.x[component], change)
            })
            .collect()
    }

    /// The right-hand side at `t + node · h`.
    fn derivative(&mut self, b: &mut Builder, node: f64, state: &[Value]) -> Vec<Value> {
        let node = b.constant(node);
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
