//! Persistence: every forecast repeats the last observed state. No parameters, no randomness.
//!
//! The floor under every leaderboard, and the plugin to copy when writing another.

use takens_plugin::prelude::*;

/// The method.
#[derive(Debug)]
pub struct Naive;

/// There is nothing to choose.
#[derive(Debug, Params)]
pub struct Params {}

impl Method for Naive {
    type Params = Params;

    const ABOUT: About = About {
        id: "naive",
        summary: "repeat the last observed state",
        source: "Hyndman & Athanasopoulos, Forecasting: Principles and Practice, 3rd ed. (2021), section 5.2",
        stochastic: false,
    };

    fn new(_params: Params) -> Result<Self, Fault> {
        Ok(Self)
    }

    fn fit(&mut self, data: &Dataset, _call: &Call) -> Result<(), Fault> {
        data.require(1)
    }
}

impl Forecaster for Naive {
    fn forecast(
        &self,
        context: ArrayView2<'_, f64>,
        horizon: usize,
        _call: &Call,
    ) -> Result<Array2<f64>, Fault> {
        let last = require_context(context, 1)?;
        Ok(Array2::from_shape_fn((horizon, last.len()), |(_, component)| last[component]))
    }
}

export_plugin!(manifest = include_str!("../takens-plugin.toml"); forecaster Naive);

#[cfg(test)]
mod tests {
    use super::*;
    use takens_plugin::conformance::check_forecaster;

    #[test]
    fn conforms() {
        check_forecaster::<Naive>();
    }

    #[test]
    fn the_last_state_is_repeated() {
        let context = Array2::from_shape_vec((2, 2), vec![1.0, 2.0, 3.0, 4.0]).unwrap();
        let forecast = Naive.forecast(context.view(), 2, &Call::for_tests(0)).unwrap();
        assert_eq!(forecast.row(0).to_vec(), [3.0, 4.0]);
        assert_eq!(forecast.row(0), forecast.row(1));
    }
}
