//! Echo state network: a fixed random reservoir with leaky tanh units, a ridge readout, closed loop.
//!
//! The readout predicts the increment of the state from a constant, the state and the reservoir.
//! What is not given is chosen by free-running forecasts of a held-out tail: the ridge, and one of
//! two reservoirs, a fast one for clean data and one that averages over time, for noise. Start at
//! [`EchoStateNetwork`]; `reservoir` draws and drives, `readout` regresses, `network` does both.
//!
//! # Source
//! H. Jaeger, "The 'echo state' approach to analysing and training recurrent neural networks", GMD
//! Report 148 (2001); M. Lukoševičius, "A practical guide to applying echo state networks", in
//! Neural Networks: Tricks of the Trade, 659-686 (2012). The two designs were chosen here.

mod network;
mod readout;
mod reservoir;

use network::{Network, Training};
use reservoir::Design;
use takens_plugin::prelude::*;

/// Ridges that are tried where none is given.
const RIDGES: [f64; 6] = [1e-12, 1e-10, 1e-8, 1e-6, 1e-4, 1e-2];

/// What can be chosen; what is left out is chosen by forecasts of a held-out tail.
#[derive(Debug, Clone, Params)]
pub struct Params {
    /// reservoir size
    #[takens(default = 500, range = 1..=5000, scale = "log", tune = [100, 200, 500, 1000])]
    units: usize,
    /// incoming connections of each unit
    #[takens(default = 10, range = 0..=1000)]
    connections: usize,
    /// largest modulus of an eigenvalue of the recurrent weights; left out: 0.5 or 0.9
    #[takens(range = 0.0..=5.0, tune = [0.3, 0.5, 0.7, 0.9, 1.1])]
    spectral_radius: Option<f64>,
    /// share of a unit that is renewed at each step; left out: 1 or 0.3
    #[takens(range = 0.001..=1.0, tune = [0.1, 0.3, 1.0])]
    leak: Option<f64>,
    /// largest weight of a standardised input
    #[takens(default = 0.2, range = 0.0..=100.0, scale = "log", tune = [0.1, 0.2, 0.5, 1.0])]
    input_scaling: f64,
    /// largest bias of a unit; left out: 1 or 0.5
    #[takens(range = 0.0..=100.0)]
    bias_scaling: Option<f64>,
    /// penalty on squared readout weights, per sample; left out: the best of 1e-12 to 1e-2
    #[takens(range = 1e-14..=1e6, scale = "log")]
    ridge: Option<f64>,
    /// samples that only drive the reservoir, at most a quarter of a trajectory
    #[takens(default = 50, range = 0..=100_000)]
    washout: usize,
    /// whether every second unit enters the readout squared as well
    #[takens(default = false)]
    squares: bool,
}

impl Params {
    /// The reservoirs to choose from, without those that the given values make equal.
    fn trainings(&self) -> Vec<Training> {
        let design = |spectral_radius, leak, bias_scaling| Design {
            units: self.units,
            degree: self.connections,
            spectral_radius: self.spectral_radius.unwrap_or(spectral_radius),
            input_scaling: self.input_scaling,
            bias_scaling: self.bias_scaling.unwrap_or(bias_scaling),
            leak: self.leak.unwrap_or(leak),
        };
        let mut designs = vec![design(0.5, 1.0, 1.0), design(0.9, 0.3, 0.5)];
        designs.dedup();
        let ridges = self.ridge.map_or(RIDGES.to_vec(), |ridge| vec![ridge]);
        let training = |design| Training {
            design,
            ridges: ridges.clone(),
            washout: self.washout,
            squares: self.squares,
        };
        designs.into_iter().map(training).collect()
    }
}

/// The method.
pub struct EchoStateNetwork {
    params: Params,
    network: Option<Network>,
}

impl Method for EchoStateNetwork {
    type Params = Params;

    const ABOUT: About = About {
        id: "esn",
        summary: "echo state network: a fixed random reservoir, a ridge readout, closed loop",
        source: "H. Jaeger, The echo state approach to analysing and training recurrent neural networks, GMD Report 148 (2001); M. Lukoševičius, A practical guide to applying echo state networks (2012)",
        stochastic: true,
    };

    fn new(params: Params) -> Result<Self, Fault> {
        let numbers = [
            ("spectral_radius", params.spectral_radius),
            ("leak", params.leak),
            ("input_scaling", Some(params.input_scaling)),
            ("bias_scaling", params.bias_scaling),
            ("ridge", params.ridge),
        ];
        for (name, value) in numbers {
            if value.is_some_and(|value| !(value.is_finite() && value >= 0.0)) {
                let text = format!("{name} is {value:?}; it is a finite number, not negative");
                return Err(Fault::InvalidParams(text));
            }
        }
        if params.units == 0 || params.leak.is_some_and(|leak| leak > 1.0) {
            return Err(Fault::InvalidParams("units is at least 1, leak at most 1".into()));
        }
        Ok(Self { params, network: None })
    }

    fn fit(&mut self, data: &Dataset, call: &Call) -> Result<(), Fault> {
        self.network = None;
        data.require(4)?;
        let series: Vec<_> = data.series.iter().map(|series| series.values.view()).collect();
        let mut best: Option<Network> = None;
        for (stream, training) in (0..).zip(self.params.trainings()) {
            let network = Network::train(&series, &training, stream, call)?;
            if best.as_ref().is_none_or(|best| network.loss < best.loss) {
                call.log(Level::Info, &format!("reservoir {stream}, loss {}", network.loss));
                best = Some(network);
            }
        }
        self.network = best;
        Ok(())
    }
}

impl Forecaster for EchoStateNetwork {
    fn forecast(
        &self,
        context: ArrayView2<'_, f64>,
        horizon: usize,
        call: &Call,
    ) -> Result<Array2<f64>, Fault> {
        let Some(network) = &self.network else {
            return Err(Fault::InvalidData("not fitted to any data yet".into()));
        };
        require_context(context, 1)?;
        if context.ncols() != network.dim() {
            let (got, want) = (context.ncols(), network.dim());
            let text = format!("the context has {got} components, the data had {want}");
            return Err(Fault::InvalidData(text));
        }
        network.forecast(context, horizon, call)
    }
}

export_plugin!(manifest = include_str!("../takens-plugin.toml"); forecaster EchoStateNetwork);

#[cfg(test)]
mod tests {
    use super::*;
    use ndarray::s;
    use takens_plugin::conformance::check_forecaster_with;

    #[test]
    fn conforms() {
        check_forecaster_with::<EchoStateNetwork>(|| Params { units: 60, ..Params::default() });
    }

    /// Lorenz63 at step 0.015, by many small steps of Runge and Kutta.
    fn lorenz(samples: usize) -> Array2<f64> {
        let field =
            |[x, y, z]: [f64; 3]| [10.0 * (y - x), x * (28.0 - z) - y, x * y - 8.0 / 3.0 * z];
        let along = |x: [f64; 3], k: [f64; 3], h: f64| [0, 1, 2].map(|i| x[i] + h * k[i]);
        let mut x = [1.0, 2.0, 20.0];
        let mut path = Array2::zeros((1000 + samples, 3));
        for mut row in path.rows_mut() {
            row.iter_mut().zip(x).for_each(|(out, x)| *out = x);
            let h = 0.015 / 20.0;
            for _ in 0..20 {
                let k1 = field(x);
                let k2 = field(along(x, k1, h / 2.0));
                let k3 = field(along(x, k2, h / 2.0));
                let k4 = field(along(x, k3, h));
                x = [0, 1, 2].map(|i| x[i] + h / 6.0 * (k1[i] + 2.0 * (k2[i] + k3[i]) + k4[i]));
            }
        }
        path.slice(s![1000.., ..]).to_owned()
    }

    /// Root mean square error of `horizon` steps after 1000, in deviations, over all components.
    fn error(seed: u64, noise: f64, horizon: usize) -> f64 {
        let path = lorenz(1000 + horizon);
        let (train, truth) = path.view().split_at(ndarray::Axis(0), 1000);
        let mut seen = train.to_owned();
        let mut draws = vec![0.0; seen.len()];
        Call::for_tests(99).normal(0, 0, &mut draws);
        seen.iter_mut().zip(draws).for_each(|(x, draw)| *x += noise * 8.5 * draw);
        let call = Call::for_tests(seed);
        let mut method = EchoStateNetwork::new(Params::default()).unwrap();
        method.fit(&Dataset::single(0.015, seen.clone()), &call).unwrap();
        let forecast = method.forecast(seen.view(), horizon, &call).unwrap();
        let deviation = train.std_axis(ndarray::Axis(0), 0.0);
        let scaled = (&forecast - &truth) / &deviation;
        scaled.mapv(|x| x * x).mean().unwrap().sqrt()
    }

    #[test]
    fn clean_lorenz_is_forecast_over_two_periods() {
        // 200 steps of 0.015 are 2.7 Lyapunov times.
        for seed in 0..2 {
            let error = error(seed, 0.0, 200);
            assert!(error < 0.05, "seed {seed}: {error}");
        }
    }

    #[test]
    fn noise_of_a_tenth_leaves_a_forecast() {
        let error = error(0, 0.1, 40);
        assert!(error < 0.5, "{error}");
    }
}
