//! {{name}}: a forecasting method for Takens.
//!
//! It goes on along the line through the first and the last sample, by a share `weight` of its slope:
//! replace `fit` and `forecast` by something better.

use takens_plugin::prelude::*;

/// What can be chosen.
#[derive(Debug, Params)]
pub struct Params {
    /// share of the slope that is followed
    #[takens(default = 0.5, range = 0.0..=1.0, tune = [0.25, 0.5, 1.0])]
    pub weight: f64,
}

/// The method.
#[derive(Debug)]
pub struct Drift {
    weight: f64,
    /// Of each component, per sample; empty before the fit.
    slope: Vec<f64>,
}

impl Method for Drift {
    type Params = Params;

    const ABOUT: About = About {
        id: "{{name}}",
        summary: "go on along a line: to be replaced by something better",
        source: "none",
        stochastic: false,
    };

    fn new(params: Params) -> Result<Self, Fault> {
        Ok(Self { weight: params.weight, slope: Vec::new() })
    }

    fn fit(&mut self, data: &Dataset, call: &Call) -> Result<(), Fault> {
        data.require(2)?;
        let mut slope = vec![0.0; data.dim()];
        for series in &data.series {
            // In every long loop: goes on, or says why not.
            call.check()?;
            let last = series.values.nrows() - 1;
            let rise = &series.values.row(last) - &series.values.row(0);
            for (slope, rise) in slope.iter_mut().zip(rise) {
                *slope += rise / last as f64 / data.series.len() as f64;
            }
        }
        self.slope = slope;
        Ok(())
    }
}

impl Forecaster for Drift {
    fn forecast(
        &self,
        context: ArrayView2<'_, f64>,
        horizon: usize,
        _call: &Call,
    ) -> Result<Array2<f64>, Fault> {
        let last = require_context(context, 1)?;
        if last.len() != self.slope.len() {
            let (got, want) = (last.len(), self.slope.len());
            let text = format!("the context has {got} components, the data had {want}");
            return Err(Fault::InvalidData(text));
        }
        let path = Array2::from_shape_fn((horizon, last.len()), |(step, component)| {
            last[component] + self.weight * (step + 1) as f64 * self.slope[component]
        });
        if path.iter().any(|value| !value.is_finite()) {
            return Err(Fault::Diverged("the line leaves all bounds".into()));
        }
        Ok(path)
    }
}

// So that a fitted instance can be kept. What is written is sealed: `load` is given bytes of a `save` of
// the same method, version and parameters, or is not called.
impl Saves for Drift {
    fn save(&self) -> Result<Vec<u8>, Fault> {
        Ok(self.slope.iter().flat_map(|slope| slope.to_le_bytes()).collect())
    }

    fn load(&mut self, bytes: &[u8]) -> Result<(), Fault> {
        let (numbers, rest) = bytes.as_chunks::<8>();
        if !rest.is_empty() {
            return Err(Fault::InvalidData("half a number".into()));
        }
        self.slope = numbers.iter().map(|bytes| f64::from_le_bytes(*bytes)).collect();
        Ok(())
    }
}

export_plugin!(manifest = include_str!("../takens-plugin.toml"); forecaster+saves Drift);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn conforms() {
        takens_plugin::conformance::check_forecaster::<Drift>();
    }
}
