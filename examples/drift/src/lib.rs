//! Drift: the README's method, whole. To write your own, copy this folder and change this file.

use takens_plugin::prelude::*;

/// The method.
#[derive(Debug)]
pub struct Drift;

/// There is nothing to choose.
#[derive(Debug, Params)]
pub struct Params {}

impl Method for Drift {
    type Params = Params;
    const ABOUT: About = About {
        id: "drift",
        summary: "go on along the line through the first and the last sample",
        source: "Hyndman & Athanasopoulos, Forecasting: Principles and Practice, 3rd ed. (2021), section 5.2",
        stochastic: false,
    };
    fn new(_params: Params) -> Result<Self, Fault> {
        Ok(Self)
    }
    fn fit(&mut self, data: &Dataset, _call: &Call) -> Result<(), Fault> {
        data.require(2)
    }
}

impl Forecaster for Drift {
    fn forecast(
        &self,
        context: ArrayView2<'_, f64>,
        horizon: usize,
        _call: &Call,
    ) -> Result<Array2<f64>, Fault> {
        let last = require_context(context, 2)?;
        let slope = (&last - &context.row(0)) / (context.nrows() - 1) as f64;
        Ok(Array2::from_shape_fn((horizon, last.len()), |(step, component)| {
            last[component] + (step + 1) as f64 * slope[component]
        }))
    }
}

export_plugin!(manifest = include_str!("../takens-plugin.toml"); forecaster Drift);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn conforms() {
        takens_plugin::conformance::check_forecaster::<Drift>();
    }

    #[test]
    fn a_line_goes_on() {
        let context = Array2::from_shape_vec((3, 1), vec![1.0, 2.0, 3.0]).unwrap();
        let forecast = Drift.forecast(context.view(), 2, &Call::for_tests(0)).unwrap();
        assert_eq!(forecast.column(0).to_vec(), [4.0, 5.0]);
    }
}
