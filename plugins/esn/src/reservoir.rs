//! The reservoir: fixed random weights, driven by inputs.

/// What a reservoir is drawn from.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Design {
    pub(crate) units: usize,
    /// Incoming connections of each unit.
    pub(crate) degree: usize,
    pub(crate) spectral_radius: f64,
    pub(crate) input_scaling: f64,
    pub(crate) bias_scaling: f64,
    pub(crate) leak: f64,
}

/// Random recurrent weights, sparse by rows, with input weights and biases.
#[derive(Debug, Clone)]
pub(crate) struct Reservoir {
    design: Design,
    inputs: usize,
    /// `degree` sources and weights for each unit.
    sources: Vec<usize>,
    weights: Vec<f64>,
    /// `inputs` weights for each unit.
    input_weights: Vec<f64>,
    biases: Vec<f64>,
}

impl Reservoir {
    /// A reservoir from uniform random numbers, of which `draw` gives as many as it is asked for.
    pub(crate) fn new(design: Design, inputs: usize, draw: &mut dyn FnMut(&mut [f64])) -> Self {
        let Design { units, degree, .. } = design;
        let mut uniform = |count: usize| {
            let mut out = vec![0.0; count];
            draw(&mut out);
            out
        };
        let sources = uniform(units * degree)
            .iter()
            .map(|u| ((u * units as f64) as usize).min(units - 1))
            .collect();
        let symmetric = |x: f64| 2.0 * x - 1.0;
        let weights = uniform(units * degree).into_iter().map(symmetric).collect();
        let input_weights = uniform(units * inputs)
            .into_iter()
            .map(|x| design.input_scaling * symmetric(x))
            .collect();
        let biases =
            uniform(units).into_iter().map(|x| design.bias_scaling * symmetric(x)).collect();
        let mut reservoir = Self { design, inputs, sources, weights, input_weights, biases };
        let radius = reservoir.spectral_radius();
        if radius > 0.0 {
            let factor = design.spectral_radius / radius;
            reservoir.weights.iter_mut().for_each(|w| *w *= factor);
        }
        reservoir
    }

    /// The largest modulus of an eigenvalue, by power iteration.
    ///
    /// It is a complex pair as a rule, so that the iterate keeps turning; the mean growth of its
    /// length over many steps converges all the same.
    pub(crate) fn spectral_radius(&self) -> f64 {
        let mut x = vec![1.0; self.design.units];
        let mut y = vec![0.0; self.design.units];
        let (settle, count) = (100, 400);
        let mut growth = 0.0;
        for step in 0..settle + count {
            self.recur(&x, &mut y);
            let length = y.iter().map(|v| v * v).sum::<f64>().sqrt();
            if !(length > 0.0 && length.is_finite()) {
                return 0.0;
            }
            let before = x.iter().map(|v| v * v).sum::<f64>().sqrt();
            if step >= settle {
                growth += takens_plugin::math::log(length / before);
            }
            x.iter_mut().zip(&y).for_each(|(x, y)| *x = y / length);
        }
        takens_plugin::math::exp(growth / f64::from(count))
    }

    /// A state before any input.
    pub(crate) fn rest(&self) -> Vec<f64> {
        vec![0.0; self.design.units]
    }

    /// Takes one input; `scratch` is as long as the state.
    pub(crate) fn step(&self, state: &mut [f64], input: &[f64], scratch: &mut [f64]) {
        self.recur(state, scratch);
        let leak = self.design.leak;
        for (unit, (x, drive)) in state.iter_mut().zip(scratch.iter()).enumerate() {
            let row = &self.input_weights[unit * self.inputs..(unit + 1) * self.inputs];
            let external: f64 = row.iter().zip(input).map(|(w, u)| w * u).sum();
            let next = takens_plugin::math::tanh(drive + external + self.biases[unit]);
            *x += leak * (next - *x);
        }
    }

    fn recur(&self, x: &[f64], out: &mut [f64]) {
        let degree = self.design.degree;
        if degree == 0 {
            out.fill(0.0);
            return;
        }
        let rows = self.sources.chunks_exact(degree).zip(self.weights.chunks_exact(degree));
        for (value, (sources, weights)) in out.iter_mut().zip(rows) {
            *value = sources.iter().zip(weights).map(|(&s, w)| w * x[s]).sum();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn design(units: usize) -> Design {
        Design {
            units,
            degree: 10,
            spectral_radius: 0.9,
            input_scaling: 0.5,
            bias_scaling: 0.5,
            leak: 0.7,
        }
    }

    fn reservoir(units: usize) -> Reservoir {
        let mut state = 1u64;
        Reservoir::new(design(units), 2, &mut |out: &mut [f64]| {
            for x in out {
                // A linear congruential generator is random enough here.
                state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
                *x = (state >> 11) as f64 / (1u64 << 53) as f64;
            }
        })
    }

    #[test]
    fn the_spectral_radius_is_the_one_asked_for() {
        let reservoir = reservoir(60);
        let mut dense = nalgebra::DMatrix::<f64>::zeros(60, 60);
        for unit in 0..60 {
            for k in unit * 10..unit * 10 + 10 {
                dense[(unit, reservoir.sources[k])] += reservoir.weights[k];
            }
        }
        let eigenvalues = dense.complex_eigenvalues();
        let radius = eigenvalues.iter().map(|z| z.norm()).fold(0.0, f64::max);
        assert!((radius - 0.9).abs() < 0.01, "{radius}");
    }

    #[test]
    fn the_start_is_forgotten() {
        let reservoir = reservoir(100);
        let (mut a, mut b, mut scratch) = (reservoir.rest(), vec![1.0; 100], vec![0.0; 100]);
        for k in 0..200 {
            let input = [f64::from(k % 7) - 3.0, f64::from(k % 5) - 2.0];
            reservoir.step(&mut a, &input, &mut scratch);
            reservoir.step(&mut b, &input, &mut scratch);
        }
        let distance = a.iter().zip(&b).map(|(a, b)| (a - b).abs()).fold(0.0, f64::max);
        assert!(distance < 1e-6, "{distance}");
    }
}
