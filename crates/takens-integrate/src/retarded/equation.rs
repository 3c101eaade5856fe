//! A delay equation as collocation wants it: what is linear in the present apart from the rest.
//!
//! Many delay equations read `x' = rate · x + r(t, x(t - τ))`: the present enters linearly, with a rate
//! made of parameters. For these one evaluation of `r` at the nodes solves a step. Others are solved by
//! iteration, with whatever linear part there is.

use super::gauss::NODES;
use super::linear::own_slopes;
use crate::IntegrateError;
use crate::options::Options;
use std::sync::Arc;
use takens_kernel::{Builder, Engine, Program, Value, lower, lower_with};
use takens_symbolic::{ExprId, Symbol, VectorField};

/// Operations, over all nodes, that one program may have; else nodes are computed one by one.
const WRITTEN_OUT: usize = 4000;

/// The right-hand side at all nodes of a step.
#[derive(Clone)]
pub(crate) struct Equation {
    pub(crate) states: usize,
    pub(crate) parameters: usize,
    pub(crate) delayed: usize,
    /// `r`, at all nodes or at one.
    rest: Arc<dyn Engine>,
    at_all_nodes: bool,
    /// Whether `r` reads the present state.
    pub(crate) implicit: bool,
    /// Whether `r` reads the time.
    pub(crate) driven: bool,
    /// The distinct rates, and which one each component has.
    rates: Arc<dyn Engine>,
    pub(crate) groups: Vec<usize>,
}

impl Equation {
    pub(crate) fn new(field: &VectorField, options: &Options) -> Result<Self, IntegrateError> {
        let (states, parameters, delayed) =
            (field.dim(), field.parameters.len(), field.delays.len());
        let (mut graph, slopes) = own_slopes(field);
        let reads = |component: usize, what: &dyn Fn(&Symbol) -> bool| {
            field.graph.symbols(&[field.rhs[component]]).iter().any(what)
        };
        let reads_others = |component: usize| {
            let own = Symbol::State(component as u32);
            reads(component, &|symbol| matches!(symbol, Symbol::State(_)) && *symbol != own)
        };
        let implicit = (0..states).any(|i| slopes[i].is_none() || reads_others(i));
        let zero = graph.zero();
        let linear: Vec<bool> =
            slopes.iter().map(|slope| slope.is_some_and(|slope| slope != zero)).collect();
        let rates: Vec<ExprId> = slopes.iter().map(|slope| slope.unwrap_or(zero)).collect();
        let mut distinct = rates.clone();
        distinct.sort_unstable();
        distinct.dedup();
        let place = |rate| distinct.binary_search(rate).expect("it is among them");
        let one = rest(&lower(field), &linear, implicit);
        let at_all_nodes = one.ops().len() * NODES <= WRITTEN_OUT;
        let program = if at_all_nodes { everywhere(&one, states, parameters) } else { one };
        Ok(Self {
            states,
            parameters,
            delayed,
            rest: options.engine.engine(&program)?,
            at_all_nodes,
            implicit,
            driven: (0..states).any(|i| reads(i, &|symbol| *symbol == Symbol::Time)),
            groups: rates.iter().map(place).collect(),
            rates: options.engine.engine(&lower_with(&graph, &distinct, field))?,
        })
    }

    /// The distinct rates.
    pub(crate) fn rates(&self, parameters: &[f64]) -> Vec<f64> {
        let mut inputs = vec![0.0; self.rates.input_count()];
        inputs[1 + self.states..][..self.parameters].copy_from_slice(parameters);
        let mut rates = vec![0.0; self.rates.output_count()];
        self.rates.call(&inputs, &mut rates);
        rates
    }

    /// Room for the inputs of [`Equation::rest`], parameters filled in.
    pub(crate) fn inputs(&self, parameters: &[f64]) -> Inputs {
        let (n, m, delayed) = (self.states, self.parameters, self.delayed);
        let mut all = vec![0.0; NODES * (1 + n + delayed) + m];
        let delays_from = NODES * (1 + n) + m;
        all[NODES * (1 + n)..delays_from].copy_from_slice(parameters);
        let mut one = vec![0.0; 1 + n + m + delayed];
        one[1 + n..][..m].copy_from_slice(parameters);
        Inputs { all, states: n, delays_from, one, image: vec![0.0; n] }
    }

    /// `r` of each component at all nodes: `component × node`.
    pub(crate) fn rest(&self, inputs: &mut Inputs, out: &mut [f64]) {
        if self.at_all_nodes {
            self.rest.call(&inputs.all, out);
            return;
        }
        let Inputs { all, states, delays_from, one, image } = inputs;
        let behind = 1 + *states + self.parameters;
        for node in 0..NODES {
            for place in 0..=*states {
                one[place] = all[place * NODES + node];
            }
            for place in 0..self.delayed {
                one[behind + place] = all[*delays_from + place * NODES + node];
            }
            self.rest.call(one, image);
            for (component, value) in image.iter().enumerate() {
                out[component * NODES + node] = *value;
            }
        }
    }
}

/// Inputs of the rest at all nodes: times, states, parameters and delayed values, where all but the
/// parameters have a number for each node.
pub(crate) struct Inputs {
    all: Vec<f64>,
    states: usize,
    delays_from: usize,
    /// Inputs and outputs of a single node.
    one: Vec<f64>,
    image: Vec<f64>,
}

impl Inputs {
    pub(crate) fn times(&mut self) -> &mut [f64] {
        &mut self.all[..NODES]
    }

    /// `component × node`
    pub(crate) fn states(&mut self) -> &mut [f64] {
        &mut self.all[NODES..NODES * (1 + self.states)]
    }

    /// `delayed value × node`
    pub(crate) fn delayed(&mut self) -> &mut [f64] {
        &mut self.all[self.delays_from..]
    }
}

/// From `t`, state, parameters and delayed values to `r`: the right-hand side where each component that
/// enters its own equation linearly is put to zero there.
fn rest(rhs: &Program, linear: &[bool], implicit: bool) -> Program {
    let mut b = Builder::new(rhs.input_count());
    let inputs: Vec<Value> = (0..rhs.input_count()).map(|place| b.input(place)).collect();
    let zero = b.constant(0.0);
    if !implicit {
        let mut without = inputs;
        without[1..=linear.len()].fill(zero);
        let outputs = b.inline(rhs, &without);
        return b.finish(outputs);
    }
    let mut outputs = b.inline(rhs, &inputs);
    for (component, output) in outputs.iter_mut().enumerate() {
        if linear[component] {
            let mut without = inputs.clone();
            without[1 + component] = zero;
            *output = b.inline(rhs, &without)[component];
        }
    }
    b.finish(outputs)
}

/// `one`, which maps time, `states`, `parameters` and delayed values, at all nodes.
fn everywhere(one: &Program, states: usize, parameters: usize) -> Program {
    let shared = 1 + states..1 + states + parameters;
    let mut b = Builder::new(NODES * (one.input_count() - parameters) + parameters);
    let mut outputs = vec![Vec::with_capacity(NODES); one.output_count()];
    for node in 0..NODES {
        let mut first = 0;
        let inputs: Vec<Value> = (0..one.input_count())
            .map(|place| {
                let own = if shared.contains(&place) { 0 } else { node };
                let input = b.input(first + own);
                first += if shared.contains(&place) { 1 } else { NODES };
                input
            })
            .collect();
        for (output, value) in outputs.iter_mut().zip(b.inline(one, &inputs)) {
            output.push(value);
        }
    }
    b.finish(outputs.concat())
}
