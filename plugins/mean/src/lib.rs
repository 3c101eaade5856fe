//! The mean: every forecast is the mean of the training data. No parameters, no randomness.
//!
//! What is left when everything is forgotten: no forecast should be worse for long.

use takens_plugin::prelude::*;

/// The method.
#[derive(Debug)]
pub struct Mean {
    /// One for each component, once fitted.
    means: Vec<f64>,
}

/// There is nothing to choose.
#[derive(Debug, Params)]
pub struct Params {}

impl Method for Mean {
    type Params = Params;

    const ABOUT: About = About {
        id: "mean",
        summary: "forecast the mean of the training data",
        source: "Hyndman & Athanasopoulos, Forecasting: Principles and Practice, 3rd ed. (2021), section 5.2",
        stochastic: false,
    };

    fn new(_params: Params) -> Result<Self, Fault> {
        Ok(Self { means: Vec::new() })
    }

    fn fit(&mut self, data: &Dataset, _call: &Call) -> Result<(), Fault> {
        data.require(1)?;
        let samples = data.samples() as f64;
        self.means = (0..data.dim())
            .map(|component| {
                let columns = data.series.iter().map(|series| series.values.column(component));
                // Divided before they are summed: huge values do not overflow.
                columns.flatten().map(|value| value / samples).sum()
            })
            .collect();
        Ok(())
    }
}

impl Forecaster for Mean {
    fn forecast(
        &self,
        context: ArrayView2<'_, f64>,
        horizon: usize,
        _call: &Call,
    ) -> Result<Array2<f64>, Fault> {
        let dim = require_context(context, 1)?.len();
        if dim != self.means.len() {
            return Err(Fault::InvalidData(format!(
                "the context has {dim} components, the data had {}",
                self.means.len()
            )));
        }
        Ok(Array2::from_shape_fn((horizon, dim), |(_, component)| self.means[component]))
    }
}

export_plugin!(manifest = include_str!("../takens-plugin.toml"); forecaster Mean);

#[cfg(test)]
mod tests {
    use super::*;
    use ndarray::array;
    use takens_plugin::conformance::check_forecaster;

    #[test]
    fn conforms() {
        check_forecaster::<Mean>();
    }

    #[test]
    fn samples_count_alike_whatever_trajectory_they_are_in() {
        let mut data = Dataset::single(0.1, array![[1.0, 10.0], [2.0, 10.0], [3.0, 40.0]]);
        data.series.push(Dataset::single(0.1, array![[6.0, 20.0]]).series.remove(0));
        let call = Call::for_tests(0);
        let mut method = Mean::new(Params::default()).unwrap();
        method.fit(&data, &call).unwrap();
        let forecast = method.forecast(array![[0.0, 0.0]].view(), 2, &call).unwrap();
        assert_eq!(forecast, array![[3.0, 20.0], [3.0, 20.0]]);
    }
}
