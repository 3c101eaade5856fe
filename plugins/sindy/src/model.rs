//! A found system: evaluated, integrated, iterated.

use crate::library::Library;
use takens_plugin::Fault;

/// One sum of terms for each component.
#[derive(Debug, Clone, Default)]
pub(crate) struct Model {
    pub(crate) equations: Vec<Vec<(usize, f64)>>,
}

/// Steps that the integrator may take between two samples.
const MOST_STEPS: usize = 2000;

impl Model {
    /// The right-hand side, or the image under a map.
    pub(crate) fn evaluate(&self, library: &Library, state: &[f64], out: &mut [f64]) {
        for (value, sum) in out.iter_mut().zip(&self.equations) {
            *value = sum.iter().map(|&(term, c)| c * library.value(term, state)).sum();
        }
    }

    /// The state after `time`, which may be negative; `scale` is the size of each component.
    ///
    /// Runge-Kutta of order 5 with an error estimate of order 4 (Dormand and Prince, J. Comput.
    /// Appl. Math. 6, 19-26 (1980), reference unverified), at a relative tolerance of 1e-11.
    ///
    /// # Errors
    /// [`Fault::Diverged`] if the state is not finite or the step has to be too small.
    pub(crate) fn advance(
        &self,
        library: &Library,
        state: &mut [f64],
        time: f64,
        scale: &[f64],
    ) -> Result<(), Fault> {
        let dim = state.len();
        let mut k = vec![vec![0.0; dim]; 7];
        let mut stage = vec![0.0; dim];
        self.evaluate(library, state, &mut k[0]);
        let (mut left, mut step) = (time, time / 4.0);
        for _ in 0..MOST_STEPS {
            if step.abs() >= left.abs() {
                step = left;
            }
            for s in 1..7 {
                for c in 0..dim {
                    let sum: f64 = A[s - 1].iter().zip(&k).map(|(a, k)| a * k[c]).sum();
                    stage[c] = state[c] + step * sum;
                }
                let (_, rest) = k.split_at_mut(s);
                self.evaluate(library, &stage, &mut rest[0]);
            }
            // The last stage is at the new state, and the first of the next step.
            let error = (0..dim)
                .map(|c| {
                    let sum: f64 = ERROR.iter().zip(&k).map(|(e, k)| e * k[c]).sum();
                    step.abs() * sum.abs() / (1e-11 * scale[c])
                })
                .fold(0.0, |a: f64, b| {
                    if b >= a {
                        b
                    } else if b.is_nan() {
                        f64::INFINITY
                    } else {
                        a
                    }
                });
            if error <= 1.0 {
                state.copy_from_slice(&stage);
                left -= step;
                if left == 0.0 {
                    return Ok(());
                }
                k.swap(0, 6);
            }
            let factor = 0.9 * takens_plugin::math::pow(error.max(1e-10), -0.2);
            step *= factor.clamp(0.2, 5.0);
            if step == 0.0 || !error.is_finite() && step.abs() < 1e-12 * time.abs() {
                break;
            }
        }
        Err(Fault::Diverged("the found equations cannot be integrated any further".into()))
    }
}

const A: [&[f64]; 6] = [
    &[1.0 / 5.0],
    &[3.0 / 40.0, 9.0 / 40.0],
    &[44.0 / 45.0, -56.0 / 15.0, 32.0 / 9.0],
    &[19372.0 / 6561.0, -25360.0 / 2187.0, 64448.0 / 6561.0, -212.0 / 729.0],
    &[9017.0 / 3168.0, -355.0 / 33.0, 46732.0 / 5247.0, 49.0 / 176.0, -5103.0 / 18656.0],
    &[35.0 / 384.0, 0.0, 500.0 / 1113.0, 125.0 / 192.0, -2187.0 / 6784.0, 11.0 / 84.0],
];

/// Weights of order 5 less those of order 4.
const ERROR: [f64; 7] = [
    71.0 / 57600.0,
    0.0,
    -71.0 / 16695.0,
    71.0 / 1920.0,
    -17253.0 / 339200.0,
    22.0 / 525.0,
    -1.0 / 40.0,
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_circle_closes() {
        let library = Library::new(2, 1);
        // Terms: 1, x, y.
        let model = Model { equations: vec![vec![(2, 1.0)], vec![(1, -1.0)]] };
        let mut state = [1.0, 0.0];
        for step in 0..200 {
            let time = std::f64::consts::TAU / 100.0;
            let time = if step < 150 { time } else { -time };
            model.advance(&library, &mut state, time, &[1.0, 1.0]).unwrap();
        }
        assert!((state[0] - 1.0).abs() < 1e-9 && state[1].abs() < 1e-9, "{state:?}");
    }

    #[test]
    fn a_pole_is_a_fault() {
        let library = Library::new(1, 2);
        let model = Model { equations: vec![vec![(2, 1.0)]] };
        let outcome = model.advance(&library, &mut [1.0], 2.0, &[1.0]);
        assert!(matches!(outcome, Err(Fault::Diverged(_))), "{outcome:?}");
    }
}
