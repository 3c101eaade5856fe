//! Training and running: reservoir and readout together.

use crate::readout::{Moments, Samples};
use crate::reservoir::{Design, Reservoir};
use nalgebra::DMatrix;
use ndarray::{Array2, ArrayView2};
use takens_plugin::{Call, Fault, math};

/// Share of each series that is held out to choose the ridge.
const TAIL: f64 = 0.2;
/// Forecasts are started from this many places of each tail.
const ORIGINS: usize = 6;
/// A forecast has left the attractor when a component is this many deviations from its mean.
const ESCAPE: f64 = 50.0;
/// Samples that are gathered before their products are summed.
const BLOCK: usize = 4096;

/// What training needs to know beside the reservoir's design.
#[derive(Debug, Clone)]
pub(crate) struct Training {
    pub(crate) design: Design,
    /// Penalties to choose from.
    pub(crate) ridges: Vec<f64>,
    pub(crate) washout: usize,
    /// Whether every second unit enters the readout squared as well.
    pub(crate) squares: bool,
}

/// A trained network.
pub(crate) struct Network {
    reservoir: Reservoir,
    squares: bool,
    /// Mean and deviation of each component.
    scale: Vec<(f64, f64)>,
    /// Root mean square of each component's increment, in deviations.
    unit: Vec<f64>,
    weights: DMatrix<f64>,
    /// Mean logarithm of the held-out error of the ridge that was chosen.
    pub(crate) loss: f64,
}

/// A reservoir state with the input that it has just taken.
#[derive(Clone)]
struct Moment {
    state: Vec<f64>,
    input: Vec<f64>,
}

/// Where a held-out forecast starts.
struct Origin {
    index: usize,
    now: usize,
    horizon: usize,
    moment: Moment,
}

impl Network {
    /// Trains on `series`, all with the same number of components.
    ///
    /// Random numbers come from `stream` of the call.
    ///
    /// # Errors
    /// [`Fault::InvalidData`] if no ridge gives finite weights; what [`Call::check`] says.
    pub(crate) fn train(
        series: &[ArrayView2<f64>],
        training: &Training,
        stream: u64,
        call: &Call,
    ) -> Result<Self, Fault> {
        let dim = series.first().map_or(0, ArrayView2::ncols);
        let scale = moments(series, dim);
        let mut offset = 0;
        let reservoir = Reservoir::new(training.design, dim, &mut |out: &mut [f64]| {
            call.random(stream, offset, out);
            offset += out.len() as u64;
        });
        let unit = increments(series, &scale);
        let mut network = Self {
            reservoir,
            squares: training.squares,
            scale,
            unit,
            weights: DMatrix::zeros(0, 0),
            loss: f64::INFINITY,
        };
        let features = network.features_len();
        let mut heads = Moments::new(features, dim);
        let mut tails = Moments::new(features, dim);
        let mut origins = Vec::new();
        for (index, states) in series.iter().enumerate() {
            let rows = states.nrows();
            let washout = training.washout.min(rows / 4);
            let split = rows - (rows as f64 * TAIL) as usize;
            let tail = rows - split;
            let starts: Vec<usize> =
                (0..ORIGINS).map(|k| split - 1 + k * tail / (2 * ORIGINS)).collect();
            let mut head = Samples::new(features, dim);
            let mut rest = Samples::new(features, dim);
            let mut moment = network.rest();
            for now in 0..rows {
                network.take(&mut moment, states, now);
                if tail > 1 && starts.contains(&now) {
                    let moment = moment.clone();
                    origins.push(Origin { index, now, horizon: tail / 2, moment });
                }
                if now < washout || now + 1 >= rows {
                    continue;
                }
                let into = if now + 1 < split { &mut head } else { &mut rest };
                let next = (0..dim).map(|c| {
                    let (_, deviation) = network.scale[c];
                    (states[[now + 1, c]] - states[[now, c]]) / deviation / network.unit[c]
                });
                network.push_features(&moment, into, next);
                if into.features[0].len() == BLOCK {
                    call.check()?;
                    let moments = if now + 1 < split { &mut heads } else { &mut tails };
                    moments.add(into);
                }
            }
            heads.add(&mut head);
            tails.add(&mut rest);
        }
        let mut best = (f64::INFINITY, training.ridges.last().copied().unwrap_or(1e-6));
        if training.ridges.len() > 1 {
            for &ridge in &training.ridges {
                call.check()?;
                let Some(weights) = heads.solve(ridge) else { continue };
                network.weights = weights;
                let loss = network.held_out(series, &origins, call)?;
                if loss < best.0 {
                    best = (loss, ridge);
                }
            }
        }
        heads.merge(&tails);
        // What could be solved without the tail can be as a rule with it; if not, penalise more.
        network.weights = [1.0, 1e1, 1e2, 1e4, 1e8]
            .iter()
            .find_map(|factor| heads.solve(best.1 * factor))
            .ok_or_else(unsolvable)?;
        network.loss = best.0;
        Ok(network)
    }

    /// The number of components.
    pub(crate) fn dim(&self) -> usize {
        self.scale.len()
    }

    /// Forecasts `horizon` states from the end of `context`, after taking all of it in.
    ///
    /// # Errors
    /// [`Fault::Diverged`] if the forecast leaves the attractor; what [`Call::check`] says.
    pub(crate) fn forecast(
        &self,
        context: ArrayView2<f64>,
        horizon: usize,
        call: &Call,
    ) -> Result<Array2<f64>, Fault> {
        let mut moment = self.rest();
        for now in 0..context.nrows() {
            self.take(&mut moment, &context, now);
        }
        let mut path = self.run(moment, horizon, call)?;
        for (mut column, (mean, deviation)) in path.columns_mut().into_iter().zip(&self.scale) {
            column.mapv_inplace(|z| mean + deviation * z);
        }
        Ok(path)
    }

    /// Runs freely from `moment`; the path is in deviations from the mean.
    fn run(&self, mut moment: Moment, horizon: usize, call: &Call) -> Result<Array2<f64>, Fault> {
        let dim = self.scale.len();
        let mut path = Array2::zeros((horizon, dim));
        let mut scratch = self.reservoir.rest();
        let mut features = Vec::with_capacity(self.features_len());
        for step in 0..horizon {
            self.features(&moment, &mut features);
            for c in 0..dim {
                let column = self.weights.column(c);
                let increment: f64 = column.iter().zip(&features).map(|(w, f)| w * f).sum();
                moment.input[c] += increment * self.unit[c];
                path[[step, c]] = moment.input[c];
            }
            // NaN compares with nothing and is caught here too.
            if !moment.input.iter().all(|z| z.abs() <= ESCAPE) {
                let text = format!("left the attractor at step {} of {horizon}", step + 1);
                return Err(Fault::Diverged(text));
            }
            if step % 256 == 0 {
                call.check()?;
            }
            self.reservoir.step(&mut moment.state, &moment.input, &mut scratch);
        }
        Ok(path)
    }

    fn held_out(
        &self,
        series: &[ArrayView2<f64>],
        origins: &[Origin],
        call: &Call,
    ) -> Result<f64, Fault> {
        let dim = self.scale.len();
        let (mut sum, mut count) = (0.0, 0usize);
        for Origin { index, now, horizon, moment } in origins {
            let path = match self.run(moment.clone(), *horizon, call) {
                Ok(path) => Some(path),
                Err(Fault::Diverged(_)) => None,
                Err(fault) => return Err(fault),
            };
            for step in 0..*horizon {
                let error = path.as_ref().map_or(f64::INFINITY, |path| {
                    let squares: f64 = (0..dim)
                        .map(|c| {
                            let (mean, deviation) = self.scale[c];
                            let truth = (series[*index][[now + 1 + step, c]] - mean) / deviation;
                            (path[[step, c]] - truth) * (path[[step, c]] - truth)
                        })
                        .sum();
                    (squares / dim as f64).sqrt()
                });
                sum += math::log(error.clamp(1e-12, 1e2));
                count += 1;
            }
        }
        Ok(if count == 0 { f64::INFINITY } else { sum / count as f64 })
    }

    fn rest(&self) -> Moment {
        Moment { state: self.reservoir.rest(), input: vec![0.0; self.scale.len()] }
    }

    fn take(&self, moment: &mut Moment, states: &ArrayView2<f64>, now: usize) {
        for (c, (mean, deviation)) in self.scale.iter().enumerate() {
            moment.input[c] = (states[[now, c]] - mean) / deviation;
        }
        let mut scratch = self.reservoir.rest();
        self.reservoir.step(&mut moment.state, &moment.input, &mut scratch);
    }

    fn features_len(&self) -> usize {
        let units = self.reservoir.rest().len();
        1 + self.scale.len() + units + if self.squares { units / 2 } else { 0 }
    }

    fn features(&self, moment: &Moment, out: &mut Vec<f64>) {
        out.clear();
        out.push(1.0);
        out.extend(&moment.input);
        out.extend(&moment.state);
        if self.squares {
            out.extend(moment.state.iter().skip(1).step_by(2).map(|x| x * x));
        }
    }

    fn push_features(&self, moment: &Moment, into: &mut Samples, next: impl Iterator<Item = f64>) {
        let mut features = Vec::with_capacity(into.features.len());
        self.features(moment, &mut features);
        into.features.iter_mut().zip(features).for_each(|(column, x)| column.push(x));
        into.targets.iter_mut().zip(next).for_each(|(column, x)| column.push(x));
    }
}

fn unsolvable() -> Fault {
    Fault::InvalidData("no ridge gives a finite readout; are the values of a sane size?".into())
}

/// Mean and deviation of each component over all series; a constant has deviation 1.
fn moments(series: &[ArrayView2<f64>], dim: usize) -> Vec<(f64, f64)> {
    (0..dim)
        .map(|c| {
            let values = || series.iter().flat_map(|x| x.column(c).to_vec());
            let count = values().count().max(1) as f64;
            let mean = values().sum::<f64>() / count;
            let variance = values().map(|x| (x - mean) * (x - mean)).sum::<f64>() / count;
            (mean, if variance > 0.0 && variance.is_finite() { variance.sqrt() } else { 1.0 })
        })
        .collect()
}

/// Root mean square increment of each component, in deviations; 1 where nothing moves.
fn increments(series: &[ArrayView2<f64>], scale: &[(f64, f64)]) -> Vec<f64> {
    scale
        .iter()
        .enumerate()
        .map(|(c, (_, deviation))| {
            let (mut sum, mut count) = (0.0, 0usize);
            for states in series {
                for now in 1..states.nrows() {
                    let d = (states[[now, c]] - states[[now - 1, c]]) / deviation;
                    sum += d * d;
                    count += 1;
                }
            }
            let rms = (sum / count.max(1) as f64).sqrt();
            if rms > 0.0 { rms } else { 1.0 }
        })
        .collect()
}
