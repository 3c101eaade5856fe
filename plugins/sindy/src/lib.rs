//! Sparse identification of nonlinear dynamics: polynomial equations with few terms, from data.
//!
//! Derivatives come from finite differences of order eight, or from local polynomials where there
//! is noise; terms are dropped by thresholds, and the threshold is the one that forecasts the
//! derivative best on data held out. The equations then tell how wrong the derivatives were, and
//! are fitted again to corrected ones until nothing changes: on clean data coefficients come out
//! nearly exact at any reasonable sampling, and smoothing loses its bias. Start at [`Sindy`]; `discover` leads through
//! the steps.
//!
//! # Source
//! S. L. Brunton, J. L. Proctor, J. N. Kutz, "Discovering governing equations from data by sparse
//! identification of nonlinear dynamical systems", PNAS 113, 3932-3937 (2016). The order in which
//! terms go is explained in `sparse`; the correction of differences is ours.

mod derivative;
mod discover;
mod library;
mod model;
mod sparse;

use discover::{Discovery, discover};
use sparse::thresholded;
use takens_plugin::prelude::*;

/// What can be chosen.
#[derive(Debug, Params)]
pub struct Params {
    /// total degree of the monomials, lowered where there are too many of them for the data
    #[takens(default = 3, range = 0..=8, tune = [2, 3, 4, 5])]
    degree: usize,
    /// terms go whose absence costs less than this share of the derivative, in root mean square;
    /// left out: terms stay that pay on data held out
    #[takens(range = 0.0..=1.0, scale = "log")]
    threshold: Option<f64>,
}

/// The method.
pub struct Sindy {
    params: Params,
    fitted: Option<Fitted>,
}

struct Fitted {
    discovery: Discovery,
    names: Vec<String>,
    time: TimeKind,
    step: Option<f64>,
}

impl Method for Sindy {
    type Params = Params;

    const ABOUT: About = About {
        id: "sindy",
        summary: "sparse polynomial equations by thresholded least squares on derivatives",
        source: "S. L. Brunton, J. L. Proctor & J. N. Kutz, Discovering governing equations from data by sparse identification of nonlinear dynamical systems, PNAS 113, 3932-3937 (2016)",
        stochastic: false,
    };

    fn new(params: Params) -> Result<Self, Fault> {
        if params.threshold.is_some_and(|threshold| threshold.is_nan() || threshold < 0.0) {
            return Err(Fault::InvalidParams("threshold is not negative".into()));
        }
        Ok(Self { params, fitted: None })
    }

    fn fit(&mut self, data: &Dataset, call: &Call) -> Result<(), Fault> {
        self.fitted = None;
        let discovery = discover(data, self.params.degree, self.params.threshold, call)?;
        let (names, time, step) = (data.names.clone(), data.time, data.step());
        self.fitted = Some(Fitted { discovery, names, time, step });
        Ok(())
    }
}

impl Sindy {
    fn fitted(&self) -> Result<&Fitted, Fault> {
        self.fitted.as_ref().ok_or_else(|| Fault::InvalidData("not fitted to any data yet".into()))
    }
}

impl Forecaster for Sindy {
    fn forecast(
        &self,
        context: ArrayView2<'_, f64>,
        horizon: usize,
        call: &Call,
    ) -> Result<Array2<f64>, Fault> {
        let Fitted { discovery, names, time, step } = self.fitted()?;
        let mut state = require_context(context, 1)?.to_vec();
        if state.len() != names.len() {
            let text = format!("{} components in the context, {} fitted", state.len(), names.len());
            return Err(Fault::InvalidData(text));
        }
        let (model, library) = (discovery.model(), &discovery.library);
        let mut image = state.clone();
        let mut path = Array2::zeros((horizon, state.len()));
        for (index, mut row) in path.rows_mut().into_iter().enumerate() {
            call.check()?;
            match (time, step) {
                (TimeKind::Discrete, _) => {
                    model.evaluate(library, &state, &mut image);
                    state.copy_from_slice(&image);
                }
                (TimeKind::Continuous, Some(step)) => {
                    model.advance(library, &mut state, *step, &discovery.scale)?;
                }
                (TimeKind::Continuous, None) => {
                    let text = "forecasts need one constant time step in the data";
                    return Err(Fault::Unsupported(text.into()));
                }
            }
            if !state.iter().all(|x| x.is_finite()) {
                let text = format!("not finite at step {} of {horizon}", index + 1);
                return Err(Fault::Diverged(text));
            }
            row.iter_mut().zip(&state).for_each(|(out, x)| *out = *x);
        }
        Ok(path)
    }
}

impl Discoverer for Sindy {
    /// The system that was chosen, then the other systems of the front of complexity against loss,
    /// one for each threshold, from the simplest on. Complexity is the number of terms and factors, loss the root mean
    /// square error of the derivative on data held out, relative, mean over components.
    fn candidates(&self, _call: &Call) -> Result<Vec<Candidate>, Fault> {
        let Fitted { discovery, names, .. } = self.fitted()?;
        let candidate = |places: &[usize]| {
            let model = discovery.model_of(places);
            let losses = discovery.paths.iter().zip(places).map(|(path, &k)| path[k].loss);
            let factors = |term: usize| 1 + discovery.library.terms[term].iter().sum::<u32>();
            let terms = model.equations.iter().flatten().map(|&(term, _)| factors(term));
            Candidate {
                equations: model
                    .equations
                    .iter()
                    .map(|sum| discovery.library.print(sum, names))
                    .collect(),
                complexity: f64::from(terms.sum::<u32>()),
                loss: losses.sum::<f64>() / places.len() as f64,
            }
        };
        let mut front: Vec<Candidate> = Vec::new();
        for quarter in 0..=24 {
            let least = takens_plugin::math::pow(10.0, -f64::from(quarter) / 4.0);
            let places: Vec<usize> =
                discovery.paths.iter().map(|path| thresholded(path, least)).collect();
            let next = candidate(&places);
            if front.iter().all(|old| next.loss < old.loss) {
                front.push(next);
            }
        }
        let chosen = candidate(&discovery.chosen);
        front.retain(|other| other.equations != chosen.equations);
        front.insert(0, chosen);
        Ok(front)
    }
}

export_plugin!(manifest = include_str!("../takens-plugin.toml"); forecaster+discoverer Sindy);

#[cfg(test)]
mod tests;
