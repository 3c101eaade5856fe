//! What the propagator achieves on clean data of the Lorenz system and elsewhere.

use super::*;
use ndarray::Axis;
use takens_plugin::conformance::check_forecaster;

#[test]
fn conforms() {
    check_forecaster::<PolynomialPropagator>();
}

/// Valid prediction time by the convention of the source: until the norm of the error reaches
/// half of the root mean square distance of the truth from its mean.
fn valid_steps(truth: ArrayView2<f64>, forecast: ArrayView2<f64>) -> usize {
    let mean = truth.mean_axis(Axis(0)).unwrap();
    let squares = |x: Array1<f64>| x.mapv(|x| x * x).sum();
    let spread: f64 = truth.rows().into_iter().map(|row| squares(&row - &mean)).sum();
    let limit = 0.25 * spread / truth.nrows() as f64;
    (0..truth.nrows())
        .find(|&k| squares(&forecast.row(k) - &truth.row(k)) >= limit)
        .unwrap_or(truth.nrows())
}

/// Median over starts of the valid prediction time of Lorenz63, in Lyapunov times.
fn median_horizon(params: impl Fn() -> Params, samples: usize) -> f64 {
    let (step, horizon, starts) = (0.015625, 2400, 21);
    let mut horizons: Vec<f64> = (0..starts)
        .map(|k| {
            let k = f64::from(k);
            let start = [1.0 + 0.37 * k, 2.0 - 0.21 * k, 20.0 + 0.5 * k];
            let path = truth::lorenz(start, step, 1280 + samples + horizon);
            let train = path.slice(s![1280..1280 + samples, ..]);
            let truth = path.slice(s![1280 + samples.., ..]);
            let call = Call::for_tests(0);
            let mut method = PolynomialPropagator::new(params()).unwrap();
            method.fit(&Dataset::single(step, train.to_owned()), &call).unwrap();
            match method.forecast(train, horizon, &call) {
                Ok(forecast) => valid_steps(truth, forecast.view()) as f64 * step * 0.9056,
                Err(_) => 0.0,
            }
        })
        .collect();
    horizons.sort_by(f64::total_cmp);
    horizons[horizons.len() / 2]
}

/// The source gives 17.4 Lyapunov times for its best degree; monomials and a singular value
/// decomposition in `f64` give 16.6 at degree 6.
#[test]
fn lorenz_is_forecast_for_fifteen_lyapunov_times() {
    let median = median_horizon(|| Params { degree: Some(6), lags: Some(1) }, 1024);
    println!("degree 6: {median:.2} Lyapunov times");
    assert!(median >= 15.0, "{median}");
}

#[test]
fn the_degree_chosen_by_itself_is_a_good_one() {
    let median = median_horizon(Params::default, 1024);
    println!("degree chosen: {median:.2} Lyapunov times");
    assert!(median >= 20.0, "{median}");
}

#[test]
fn a_polynomial_map_is_found_to_rounding() {
    let mut x = [0.1, 0.3];
    let path = Array2::from_shape_fn((210, 2), |(_, c)| {
        if c == 0 {
            x = [1.0 - 1.4 * x[0] * x[0] + x[1], 0.3 * x[0]];
        }
        x[c]
    });
    let call = Call::for_tests(0);
    let mut method = PolynomialPropagator::new(Params::default()).unwrap();
    let train = path.slice(s![..200, ..]);
    method.fit(&Dataset::single(1.0, train.to_owned()), &call).unwrap();
    let forecast = method.forecast(train, 10, &call).unwrap();
    let error = (&forecast - &path.slice(s![200.., ..])).mapv(f64::abs);
    assert!(error.iter().all(|e| *e < 1e-9), "{error}");
}

#[test]
fn hidden_components_are_made_up_for_by_lags() {
    let path = Array2::from_shape_fn((400, 1), |(k, _)| {
        takens_plugin::math::sin(0.1 * k as f64) + takens_plugin::math::cos(0.237 * k as f64)
    });
    let call = Call::for_tests(0);
    let mut method = PolynomialPropagator::new(Params::default()).unwrap();
    let train = path.slice(s![..300, ..]);
    method.fit(&Dataset::single(0.1, train.to_owned()), &call).unwrap();
    let forecast = method.forecast(train, 100, &call).unwrap();
    let error = (&forecast - &path.slice(s![300.., ..])).mapv(f64::abs);
    assert!(error.iter().all(|e| *e < 1e-6), "{error}");
}

#[test]
fn running_away_is_a_fault() {
    // Doubling at each step: any polynomial that fits it leaves the box of the training data.
    let path = Array2::from_shape_fn((20, 1), |(k, _)| f64::from(1u32 << k));
    let call = Call::for_tests(0);
    let params = Params { degree: Some(1), lags: Some(1) };
    let mut method = PolynomialPropagator::new(params).unwrap();
    method.fit(&Dataset::single(1.0, path.clone()), &call).unwrap();
    let outcome = method.forecast(path.view(), 50, &call);
    assert!(matches!(outcome, Err(Fault::Diverged(_))), "{outcome:?}");
}

#[test]
fn uneven_time_steps_are_refused() {
    let grid = TimeGrid::explicit(vec![0.0, 0.1, 0.3, 0.4]).unwrap();
    let series = Series { grid, values: Array2::zeros((4, 1)) };
    let data = Dataset { series: vec![series], names: vec!["x".into()], ..Dataset::default() };
    let mut method = PolynomialPropagator::new(Params::default()).unwrap();
    let outcome = method.fit(&data, &Call::for_tests(0));
    assert!(matches!(outcome, Err(Fault::Unsupported(_))), "{outcome:?}");
}

/// Trajectories of the Lorenz system that are right for forty Lyapunov times.
///
/// Taylor series of order 28 in double-double arithmetic (106 bits): an error of 1e-30 grows to
/// 1e-12 over them, where the forecasts under test start with 1e-16.
mod truth {
    use ndarray::Array2;

    pub(super) fn lorenz(start: [f64; 3], step: f64, samples: usize) -> Array2<f64> {
        let mut state = start.map(|x| Wide(x, 0.0));
        let mut path = Array2::zeros((samples, 3));
        for mut row in path.rows_mut() {
            row.iter_mut().zip(state).for_each(|(out, x)| *out = x.0);
            state = taylor_step(state, step, 28);
        }
        path
    }

    #[test]
    fn halving_the_step_changes_nothing_that_matters() {
        let whole = lorenz([1.0, 2.0, 20.0], 0.015625, 2210);
        let half = lorenz([1.0, 2.0, 20.0], 0.0078125, 4420);
        // 34 units of time are 31 Lyapunov times.
        let error = (0..3).map(|c| (whole[[2209, c]] - half[[4418, c]]).abs()).fold(0.0, f64::max);
        assert!(error < 1e-8, "{error}");
    }

    fn taylor_step(x: [Wide; 3], step: f64, order: usize) -> [Wide; 3] {
        let beta = Wide(8.0, 0.0).over(3.0);
        let mut series = x.map(|x| vec![x]);
        for k in 0..order {
            let [x, y, z] = &series;
            let zero = Wide(0.0, 0.0);
            let xz = (0..=k).fold(zero, |sum, j| sum.plus(x[j].times(z[k - j])));
            let xy = (0..=k).fold(zero, |sum, j| sum.plus(x[j].times(y[k - j])));
            let derivative = [
                y[k].minus(x[k]).times(Wide(10.0, 0.0)),
                x[k].times(Wide(28.0, 0.0)).minus(xz).minus(y[k]),
                xy.minus(beta.times(z[k])),
            ];
            for (terms, value) in series.iter_mut().zip(derivative) {
                terms.push(value.over((k + 1) as f64));
            }
        }
        series.map(|terms| {
            let horner = |sum: Wide, term: &Wide| sum.times(Wide(step, 0.0)).plus(*term);
            terms.iter().rev().fold(Wide(0.0, 0.0), horner)
        })
    }

    /// An unevaluated sum of two numbers, the second below half a unit of the first's last place.
    #[derive(Clone, Copy)]
    struct Wide(f64, f64);

    impl Wide {
        fn sum(a: f64, b: f64) -> Self {
            let s = a + b;
            let t = s - a;
            Self(s, (a - (s - t)) + (b - t))
        }
        fn product(a: f64, b: f64) -> Self {
            let p = a * b;
            Self(p, a.mul_add(b, -p))
        }
        fn plus(self, other: Self) -> Self {
            let (s, t) = (Self::sum(self.0, other.0), Self::sum(self.1, other.1));
            let u = Self::sum(s.0, s.1 + t.0);
            Self::sum(u.0, u.1 + t.1)
        }
        fn minus(self, other: Self) -> Self {
            self.plus(Self(-other.0, -other.1))
        }
        fn times(self, other: Self) -> Self {
            let p = Self::product(self.0, other.0);
            Self::sum(p.0, p.1 + (self.0 * other.1 + self.1 * other.0))
        }
        fn over(self, divisor: f64) -> Self {
            let q = self.0 / divisor;
            let rest = self.minus(Self::product(q, divisor));
            Self::sum(q, rest.0 / divisor)
        }
    }
}
