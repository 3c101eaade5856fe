//! Polynomial propagator: least squares on increments over all monomials, iterated in closed loop.
//!
//! From the present state `x_k` (or the last few, where components are hidden or there is noise)
//! the increment `x_{k+1} - x_k` is a polynomial of given total degree, found by QR in `f64`. Start
//! at [`PolynomialPropagator`]; `propagator` fits and iterates, `select` chooses degree and lags.
//!
//! # Source
//! C. Schötz, N. Boers, "Machine-Precision Prediction of Low-Dimensional Chaotic Systems",
//! arXiv:2507.09652 (2025), with 512-bit arithmetic and monomials. Ours are Chebyshev products,
//! which span the same space and keep most of the accuracy in `f64`; lags and the choice of degree
//! by a held-out tail are ours.

mod basis;
mod least_squares;
mod propagator;
mod select;

use ndarray::s;
use propagator::Propagator;
use select::{Shape, affordable};
use takens_plugin::prelude::*;

/// Degrees that are tried where none is given.
const HIGHEST_DEGREE: usize = 8;
/// Numbers of lags that are tried where none is given.
const LAGS: [usize; 7] = [1, 2, 3, 4, 6, 8, 12];
/// Choosing looks at no more samples than this, the last ones.
const MOST_TO_CHOOSE: usize = 2048;
/// The fit looks at no more samples than this, the last ones.
const MOST_TO_FIT: usize = 32_768;

/// What can be chosen; what is left out is chosen by forecasts of a held-out tail.
#[derive(Debug, Params)]
pub struct Params {
    /// total degree of the polynomials, lowered until there are two samples for each monomial;
    /// left out: the best of 1 to 8
    #[takens(range = 1..=16, tune = [1, 2, 3, 4, 5, 6, 7, 8])]
    degree: Option<usize>,
    /// states that go in, the present one and those before it; left out: 1 if the degree is given,
    /// else the best of 1 to 12
    #[takens(range = 1..=64, tune = [1, 2, 3, 4, 6, 8, 12])]
    lags: Option<usize>,
}

/// The method.
pub struct PolynomialPropagator {
    params: Params,
    fitted: Option<Fitted>,
}

struct Fitted {
    propagator: Propagator,
    shape: Shape,
    dim: usize,
}

impl Method for PolynomialPropagator {
    type Params = Params;

    const ABOUT: About = About {
        id: "polyprop",
        summary: "least squares on increments over all monomials of the last states, iterated",
        source: "C. Schötz & N. Boers, Machine-Precision Prediction of Low-Dimensional Chaotic Systems, arXiv:2507.09652 (2025)",
        stochastic: false,
    };

    fn new(params: Params) -> Result<Self, Fault> {
        if params.degree == Some(0) || params.lags == Some(0) {
            return Err(Fault::InvalidParams("degree and lags are at least 1".into()));
        }
        Ok(Self { params, fitted: None })
    }

    fn fit(&mut self, data: &Dataset, call: &Call) -> Result<(), Fault> {
        self.fitted = None;
        data.require(3)?;
        if data.step().is_none() {
            let text = "a propagator needs one constant time step in all trajectories";
            return Err(Fault::Unsupported(text.into()));
        }
        let recent = last_samples(data, MOST_TO_CHOOSE);
        let lags: Vec<usize> = match (self.params.lags, self.params.degree) {
            (Some(lags), _) => vec![lags],
            (None, Some(_)) => vec![1],
            (None, None) => LAGS.to_vec(),
        };
        let shortest = data.series.iter().map(|series| series.values.nrows()).min().unwrap_or(0);
        let lags: Vec<usize> = lags.into_iter().filter(|lags| lags + 2 <= shortest).collect();
        if lags.is_empty() {
            let text = format!("trajectories of {shortest} samples are too short for the lags");
            return Err(Fault::InvalidData(text));
        }
        let samples = data.samples() - data.series.len();
        let shape = match self.params.degree {
            None => select::choose(&recent, &lags, HIGHEST_DEGREE, call)?,
            Some(wanted) => {
                let lags = lags[0];
                let degree = affordable(samples, data.dim() * lags, wanted);
                if degree < wanted {
                    let text = format!("degree {wanted} lowered to {degree} for {samples} samples");
                    call.log(Level::Warn, &text);
                }
                Shape { degree, lags }
            }
        };
        call.log(Level::Info, &format!("degree {}, lags {}", shape.degree, shape.lags));
        let all = last_samples(data, MOST_TO_FIT);
        let propagator = Propagator::fit(&all, shape.lags, shape.degree, call)?;
        self.fitted = Some(Fitted { propagator, shape, dim: data.dim() });
        Ok(())
    }
}

impl Forecaster for PolynomialPropagator {
    fn forecast(
        &self,
        context: ArrayView2<'_, f64>,
        horizon: usize,
        call: &Call,
    ) -> Result<Array2<f64>, Fault> {
        let Some(Fitted { propagator, shape, dim }) = &self.fitted else {
            return Err(Fault::InvalidData("not fitted to any data yet".into()));
        };
        require_context(context, shape.lags)?;
        if context.ncols() != *dim {
            let text =
                format!("the context has {} components, the data had {dim}", context.ncols());
            return Err(Fault::InvalidData(text));
        }
        // A degree that was asked for is kept to; one that was chosen gives way if it runs away.
        let lowest = if self.params.degree.is_some() { shape.degree } else { 1 };
        let mut degree = shape.degree;
        loop {
            match propagator.model(degree).iterate(context, horizon, call) {
                Err(Fault::Diverged(_)) if degree > lowest => degree -= 1,
                outcome => return outcome,
            }
        }
    }
}

/// The last samples of each trajectory, about `most` in all.
fn last_samples(data: &Dataset, most: usize) -> Vec<ArrayView2<'_, f64>> {
    let each = (most / data.series.len().max(1)).max(16);
    data.series
        .iter()
        .map(|series| {
            let rows = series.values.nrows();
            series.values.slice(s![rows.saturating_sub(each).., ..])
        })
        .collect()
}

export_plugin!(manifest = include_str!("../takens-plugin.toml"); forecaster PolynomialPropagator);

#[cfg(test)]
mod tests;
