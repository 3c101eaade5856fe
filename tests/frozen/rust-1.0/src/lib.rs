//! A random walk with drift that uses all of ABI 1.0, as it was built into the library beside this crate.
//! Never changed, never built again: see `../README.md`.

use takens_plugin::prelude::*;

/// What can be chosen.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Params {
    /// share of the slope that is followed
    #[schemars(range(min = 0.0, max = 1.0), extend("x-takens-tune" = [0.25, 0.5, 1.0]))]
    pub weight: f64,
}

impl Default for Params {
    fn default() -> Self {
        Self { weight: 0.5 }
    }
}

/// The method.
pub struct Walk {
    weight: f64,
    slope: Vec<f64>,
}

impl Method for Walk {
    type Params = Params;

    const ABOUT: About = About {
        id: "frozen-rust",
        summary: "a random walk with drift, kept as a binary",
        source: "none",
        stochastic: true,
    };

    fn new(params: Params) -> Result<Self, Fault> {
        Ok(Self { weight: params.weight, slope: Vec::new() })
    }

    fn fit(&mut self, data: &Dataset, call: &Call) -> Result<(), Fault> {
        data.require(2)?;
        let mut slope = vec![0.0; data.dim()];
        for series in &data.series {
            call.check()?;
            let last = series.values.nrows() - 1;
            let rise = &series.values.row(last) - &series.values.row(0);
            for (slope, rise) in slope.iter_mut().zip(rise) {
                *slope += rise / last as f64 / data.series.len() as f64;
            }
        }
        call.progress(1.0, None, "fitted");
        call.log(Level::Info, "the slopes are known");
        self.slope = slope;
        Ok(())
    }
}

impl Walk {
    /// The last state of a context that fits the data.
    fn usable(&self, context: ArrayView2<'_, f64>) -> Result<Vec<f64>, Fault> {
        let last = require_context(context, 1)?;
        if last.len() != self.slope.len() {
            return Err(Fault::InvalidData("the context does not fit the data".into()));
        }
        Ok(last.to_vec())
    }
}

impl Forecaster for Walk {
    fn forecast(
        &self,
        context: ArrayView2<'_, f64>,
        horizon: usize,
        call: &Call,
    ) -> Result<Array2<f64>, Fault> {
        let last = self.usable(context)?;
        let mut draws = vec![0.0; horizon * last.len()];
        call.random(0, 0, &mut draws);
        let path = Array2::from_shape_fn((horizon, last.len()), |(row, j)| {
            let draw = draws[row * last.len() + j];
            last[j] + (self.weight * (row + 1) as f64 * self.slope[j] + 0.001 * (draw - 0.5))
        });
        if path.iter().any(|value| !value.is_finite()) {
            return Err(Fault::Diverged("the line leaves all bounds".into()));
        }
        Ok(path)
    }
}

impl Discoverer for Walk {
    fn candidates(&self, _call: &Call) -> Result<Vec<Candidate>, Fault> {
        let equations = self.slope.iter().map(|slope| format!("{slope}")).collect();
        Ok(vec![Candidate { equations, complexity: 1.0, loss: 0.0 }])
    }
}

impl Saves for Walk {
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

impl Probabilistic for Walk {
    fn sample(
        &self,
        context: ArrayView2<'_, f64>,
        horizon: usize,
        count: usize,
        call: &Call,
    ) -> Result<Array3<f64>, Fault> {
        let last = self.usable(context)?;
        let n = last.len();
        let mut draws = vec![0.0; count * horizon * n];
        call.random(1, 0, &mut draws);
        Ok(Array3::from_shape_fn((count, horizon, n), |(i, row, j)| {
            let draw = draws[(i * horizon + row) * n + j];
            last[j] + (row + 1) as f64 * self.slope[j] + draw - 0.5
        }))
    }
}

impl Jacobian for Walk {
    fn jacobian(
        &self,
        context: ArrayView2<'_, f64>,
        lags: usize,
        _call: &Call,
    ) -> Result<Array3<f64>, Fault> {
        let n = self.usable(context)?.len();
        Ok(Array3::from_shape_fn((lags, n, n), |(lag, i, j)| {
            f64::from(u8::from(lag == 0 && i == j))
        }))
    }
}

impl Online for Walk {
    fn update(&mut self, samples: ArrayView2<'_, f64>, _call: &Call) -> Result<(), Fault> {
        self.usable(samples)?;
        let last = samples.nrows() - 1;
        if last > 0 {
            let rise = &samples.row(last) - &samples.row(0);
            for (slope, rise) in self.slope.iter_mut().zip(rise) {
                *slope = 0.5 * *slope + 0.5 * rise / last as f64;
            }
        }
        Ok(())
    }
}

export_plugin!(manifest = include_str!("../takens-plugin.toml");
    forecaster+discoverer+saves+probabilistic+jacobian+online Walk);
