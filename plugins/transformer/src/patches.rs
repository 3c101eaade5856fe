//! From states to what the network reads and predicts, and back.
//!
//! States are standardised by component. A token's input is the last state of its patch and the
//! changes from state to state that led to it; its output is the increments of the states that
//! follow over that last state. Each kind of number is divided by its own root mean square over the
//! training series, so that changes that are small at fine sampling weigh as much as the states.

use crate::Params;
use takens_plugin::prelude::*;

/// How far beyond the training range a forecast may go, in lengths of that range.
const SLACK: f64 = 1.0;

/// The shape of a token and the scales of its numbers.
#[derive(Debug, Clone)]
pub(crate) struct Patches {
    patch: usize,
    tokens: usize,
    mean: Vec<f64>,
    deviation: Vec<f64>,
    bounds: Vec<(f64, f64)>,
    /// Root mean square of the change over `1, 2, .. patch` states, `lead × component`.
    changes: Vec<f64>,
}

/// What the network is trained on: rows of inputs and outputs for every state of a series that can
/// end a token.
pub(crate) struct Examples {
    pub(crate) inputs: Vec<f32>,
    pub(crate) outputs: Vec<f32>,
    /// The rows; row `i` belongs to the token that ends at state `patch + i`.
    pub(crate) rows: usize,
}

impl Patches {
    /// Takes the scales from the data, and shortens the look back to what they can fill.
    pub(crate) fn measure(data: &Dataset, params: &Params) -> Result<Self, Fault> {
        let dim = data.dim();
        let shortest = data.series.iter().map(|series| series.values.nrows()).min().unwrap_or(0);
        let tokens = params.tokens.min((shortest - 1) / params.patch - 1);
        let (mut mean, mut deviation, mut bounds) = (vec![], vec![], vec![]);
        for component in 0..dim {
            let values = || data.series.iter().flat_map(|s| s.values.column(component).to_vec());
            let count = data.samples() as f64;
            let centre = values().map(|x| x / count).sum::<f64>();
            let spread = root(values().map(|x| (x - centre) * (x - centre)).sum::<f64>() / count);
            let (low, high) = values()
                .map(|x| (x - centre) / spread)
                .fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high): (f64, f64), z| {
                    (low.min(z), high.max(z))
                });
            let slack = SLACK * (high - low);
            if !(centre.is_finite() && spread.is_finite()) {
                return Err(Fault::InvalidData(format!(
                    "component {component} is too large for its deviation to be a number"
                )));
            }
            mean.push(centre);
            deviation.push(spread);
            bounds.push((low - slack, high + slack));
        }
        let mut patches =
            Self { patch: params.patch, tokens, mean, deviation, bounds, changes: vec![] };
        let standard: Vec<Vec<f64>> =
            data.series.iter().map(|series| patches.standardise(series.values.view())).collect();
        for lead in 1..=params.patch {
            for component in 0..dim {
                let (mut sum, mut count) = (0.0, 0usize);
                for states in &standard {
                    for at in (0..states.len() / dim - lead).map(|row| row * dim + component) {
                        sum += (states[at + lead * dim] - states[at]).powi(2);
                        count += 1;
                    }
                }
                patches.changes.push(root(sum / count as f64));
            }
        }
        Ok(patches)
    }

    pub(crate) fn dim(&self) -> usize {
        self.mean.len()
    }

    pub(crate) fn tokens(&self) -> usize {
        self.tokens
    }

    pub(crate) fn patch(&self) -> usize {
        self.patch
    }

    /// Numbers that a token is read from.
    pub(crate) fn input_width(&self) -> usize {
        (self.patch + 1) * self.dim()
    }

    /// Numbers that are predicted from a token.
    pub(crate) fn output_width(&self) -> usize {
        self.patch * self.dim()
    }

    /// The examples of one series. `jitter` holds as many normal numbers as the series has; they
    /// displace what is read, and the outputs still lead to the states as they were.
    pub(crate) fn examples(&self, series: &[f64], jitter: &[f64]) -> Examples {
        let dim = self.dim();
        let displaced: Vec<f64> = series
            .iter()
            .zip(jitter)
            .enumerate()
            .map(|(at, (x, noise))| x + noise * self.changes[at % dim])
            .collect();
        let rows = series.len() / dim - 2 * self.patch;
        let mut examples = Examples { inputs: vec![], outputs: vec![], rows };
        for end in self.patch..self.patch + rows {
            self.read(&displaced, end, &mut examples.inputs);
            for (index, change) in self.changes.iter().enumerate() {
                let (lead, component) = (index / dim + 1, index % dim);
                let increment =
                    series[(end + lead) * dim + component] - displaced[end * dim + component];
                examples.outputs.push((increment / change) as f32);
            }
        }
        examples
    }

    /// The input of the token that ends at state `end`.
    fn read(&self, states: &[f64], end: usize, inputs: &mut Vec<f32>) {
        let dim = self.dim();
        inputs.extend(states[end * dim..(end + 1) * dim].iter().map(|x| *x as f32));
        for at in (end + 1 - self.patch) * dim..(end + 1) * dim {
            inputs.push(((states[at] - states[at - dim]) / self.changes[at % dim]) as f32);
        }
    }

    /// The last states of a context, standardised: all that is looked back on, and no less than one
    /// token needs (a short context starts with its first state repeated).
    pub(crate) fn start(&self, context: ArrayView2<'_, f64>) -> Vec<f64> {
        let rows = context.nrows();
        let wanted = rows.clamp(self.patch + 1, self.tokens * self.patch + 1);
        let picked = (0..wanted).map(|row| (rows + row).saturating_sub(wanted));
        let picked: Vec<usize> = picked.collect();
        self.standardise(context.select(ndarray::Axis(0), &picked).view())
    }

    /// The inputs of as many tokens as the last states fill, and their number.
    pub(crate) fn inputs(&self, states: &[f64]) -> (usize, Vec<f32>) {
        let rows = states.len() / self.dim();
        let tokens = self.tokens.min((rows - 1) / self.patch);
        let mut inputs = Vec::with_capacity(tokens * self.input_width());
        for token in (0..tokens).rev() {
            self.read(states, rows - 1 - token * self.patch, &mut inputs);
        }
        (tokens, inputs)
    }

    /// Appends the states that the outputs of the last token stand for, kept within bounds.
    pub(crate) fn append(&self, outputs: &[f32], states: &mut Vec<f64>) {
        let dim = self.dim();
        let last = states[states.len() - dim..].to_vec();
        for (index, (output, change)) in outputs.iter().zip(&self.changes).enumerate() {
            let component = index % dim;
            let (low, high) = self.bounds[component];
            let state = last[component] + f64::from(*output) * change;
            // A network whose weights have run away stays where it is.
            states.push(if state.is_nan() { last[component] } else { state.clamp(low, high) });
        }
    }

    /// The states of `values`, `time × component`, standardised, one after another.
    pub(crate) fn standardise(&self, values: ArrayView2<'_, f64>) -> Vec<f64> {
        let scales = self.mean.iter().zip(&self.deviation).cycle();
        values
            .iter()
            .zip(scales)
            .zip(self.bounds.iter().cycle())
            .map(|((x, (mean, deviation)), (low, high))| {
                ((x - mean) / deviation).clamp(*low, *high)
            })
            .collect()
    }

    /// The first `horizon` of the standardised states, in state units.
    pub(crate) fn restore(&self, states: &[f64], horizon: usize) -> Array2<f64> {
        Array2::from_shape_fn((horizon, self.dim()), |(row, component)| {
            self.mean[component] + self.deviation[component] * states[row * self.dim() + component]
        })
    }
}

/// The root of a mean square, to divide by: 1 for what does not vary.
fn root(square: f64) -> f64 {
    if square > 0.0 { square.sqrt() } else { 1.0 }
}
