//! Context parroting: copy what followed the earlier motif that is nearest to the present one.
//!
//! The motif is the last few states, standardised. Matches within the present's own correlation
//! time are its shadow rather than a recurrence, and are left out. Where the copy reaches the
//! present it goes on with what it has copied, that is, from the start of the match.
//!
//! # Source
//! Y. Zhang, W. Gilpin, "Context parroting: A simple but tough-to-beat baseline for foundation
//! models in scientific machine learning", arXiv:2505.11349 (2025). It is described
//! there for a scalar series; here the distance is over all of them. How near in time a match may be is
//! our choice.

use takens_plugin::prelude::*;

/// What can be chosen.
#[derive(Debug, Params)]
pub struct Params {
    /// states in a motif
    #[takens(default = 5, range = 1..=1000, tune = [1, 2, 5, 10, 20])]
    length: usize,
    /// steps between the end of a match and the present, at least; left out: the first zero of the
    /// autocorrelation
    #[takens(range = 1..=100_000)]
    exclusion: Option<usize>,
}

/// The method.
#[derive(Debug)]
pub struct Parrot {
    params: Params,
    /// The training data, for contexts that are too short to repeat themselves.
    library: Vec<Array2<f64>>,
}

impl Method for Parrot {
    type Params = Params;

    const ABOUT: About = About {
        id: "parrot",
        summary: "copy what followed the nearest earlier motif of the context",
        source: "Y. Zhang & W. Gilpin, Context parroting: A simple but tough-to-beat baseline for foundation models in scientific machine learning, arXiv:2505.11349 (2025)",
        stochastic: false,
    };

    fn new(params: Params) -> Result<Self, Fault> {
        if params.length == 0 || params.exclusion == Some(0) {
            return Err(Fault::InvalidParams("length and exclusion are at least 1".into()));
        }
        Ok(Self { params, library: Vec::new() })
    }

    fn fit(&mut self, data: &Dataset, _call: &Call) -> Result<(), Fault> {
        self.library.clear();
        data.require(1)?;
        self.library = data.series.iter().map(|series| series.values.clone()).collect();
        Ok(())
    }
}

impl Forecaster for Parrot {
    fn forecast(
        &self,
        context: ArrayView2<'_, f64>,
        horizon: usize,
        call: &Call,
    ) -> Result<Array2<f64>, Fault> {
        let dim = require_context(context, 1)?.len();
        let rows = context.nrows();
        let scale = reciprocal_deviations(context);
        let gap = self.params.exclusion.unwrap_or_else(|| first_zero(context, &scale));
        // The earliest motif must end a gap before the present; three are the least to choose from.
        let length = self.params.length.min(rows);
        if rows >= length + gap + 2 {
            let ends = length - 1..rows - gap;
            let end = nearest(context, context, ends, length, &scale, call)?.1;
            return Ok(copy(context, end, horizon));
        }
        let mut best: Option<(f64, usize, usize)> = None;
        for (index, states) in self.library.iter().enumerate() {
            if states.ncols() != dim || states.nrows() < length + 1 {
                continue;
            }
            let scale = reciprocal_deviations(states.view());
            let ends = length - 1..states.nrows() - 1;
            let (distance, end) = nearest(states.view(), context, ends, length, &scale, call)?;
            if best.is_none_or(|best| distance < best.0) {
                best = Some((distance, index, end));
            }
        }
        match best {
            Some((_, index, end)) => Ok(copy(self.library[index].view(), end, horizon)),
            None => Err(Fault::InvalidData(format!(
                "the context has {rows} samples; motifs of {length} that end {gap} steps before \
                 the present need {}",
                length + gap + 2
            ))),
        }
    }
}

/// Where in `states` the motif ends that is nearest to the end of `context`, and how far it is.
///
/// Squared Euclidean distance over all components and the `length` states; the latest of equals.
fn nearest(
    states: ArrayView2<f64>,
    context: ArrayView2<f64>,
    ends: std::ops::Range<usize>,
    length: usize,
    scale: &[f64],
    call: &Call,
) -> Result<(f64, usize), Fault> {
    let present = context.nrows() - 1;
    let mut best = (f64::INFINITY, ends.start);
    for end in ends {
        if end % 1024 == 0 {
            call.check()?;
        }
        let mut distance = 0.0;
        for back in 0..length {
            for (c, scale) in scale.iter().enumerate() {
                let d = (states[[end - back, c]] - context[[present - back, c]]) * scale;
                distance += d * d;
            }
            if distance > best.0 {
                break;
            }
        }
        if distance <= best.0 {
            best = (distance, end);
        }
    }
    Ok(best)
}

/// What follows `end`, over and over.
fn copy(states: ArrayView2<f64>, end: usize, horizon: usize) -> Array2<f64> {
    let follow = states.nrows() - 1 - end;
    Array2::from_shape_fn((horizon, states.ncols()), |(step, c)| {
        states[[end + 1 + step % follow, c]]
    })
}

/// One over the standard deviation of each component; 0 where it is constant or overflows.
fn reciprocal_deviations(states: ArrayView2<f64>) -> Vec<f64> {
    let reciprocal = |column: ArrayView1<f64>| {
        let count = column.len() as f64;
        let mean: f64 = column.iter().map(|x| x / count).sum();
        let variance = column.iter().map(|x| (x - mean) * (x - mean)).sum::<f64>() / count;
        if variance > 0.0 && variance.is_finite() { 1.0 / variance.sqrt() } else { 0.0 }
    };
    states.columns().into_iter().map(reciprocal).collect()
}

/// The first lag at which the autocorrelation, mean over components, is not positive; a tenth of
/// the length where there is none before that.
fn first_zero(states: ArrayView2<f64>, scale: &[f64]) -> usize {
    let rows = states.nrows();
    let latest = (rows / 10).max(1);
    let means: Vec<f64> = states
        .columns()
        .into_iter()
        .map(|column| column.iter().map(|x| x / rows as f64).sum())
        .collect();
    let correlation = |lag: usize| -> f64 {
        let products = |(c, scale): (usize, &f64)| {
            let z = |k: usize| (states[[k, c]] - means[c]) * scale;
            (lag..rows).map(|k| z(k) * z(k - lag)).sum::<f64>()
        };
        scale.iter().enumerate().map(products).sum()
    };
    (1..latest).find(|&lag| correlation(lag) <= 0.0).unwrap_or(latest)
}

export_plugin!(manifest = include_str!("../takens-plugin.toml"); forecaster Parrot);

#[cfg(test)]
mod tests {
    use super::*;
    use ndarray::{array, s};
    use takens_plugin::conformance::check_forecaster;

    #[test]
    fn conforms() {
        check_forecaster::<Parrot>();
    }

    fn forecast(context: ArrayView2<f64>, horizon: usize) -> Array2<f64> {
        let call = Call::for_tests(0);
        let mut method = Parrot::new(Params::default()).unwrap();
        method.fit(&Dataset::single(0.1, context.to_owned()), &call).unwrap();
        method.forecast(context, horizon, &call).unwrap()
    }

    #[test]
    fn a_periodic_signal_is_continued_for_ever() {
        let path = Array2::from_shape_fn((500, 2), |(k, c)| {
            f64::from([0i32, 3, 1, 7, 2, 9, 4][(k + 2 * c) % 7]) + 10.0 * c as f64
        });
        let found = forecast(path.slice(s![..100, ..]), 400);
        assert_eq!(found, path.slice(s![100.., ..]));
    }

    #[test]
    fn the_present_does_not_match_its_own_shadow() {
        // Slowly sampled, the neighbours in time are nearest: copying them would stand still.
        let path = Array2::from_shape_fn((1200, 1), |(k, _)| {
            takens_plugin::math::sin(std::f64::consts::TAU * k as f64 / 200.5)
        });
        let found = forecast(path.slice(s![..1000, ..]), 200);
        let error = (&found - &path.slice(s![1000.., ..])).mapv(f64::abs);
        assert!(error.iter().all(|e| *e < 0.04), "{error}");
    }

    #[test]
    fn a_short_context_is_looked_up_in_the_training_data() {
        let call = Call::for_tests(0);
        let mut method = Parrot::new(Params::default()).unwrap();
        let train = array![[0.0], [5.0], [1.0], [6.0], [2.0], [7.0]];
        method.fit(&Dataset::single(1.0, train), &call).unwrap();
        let found = method.forecast(array![[0.9]].view(), 3, &call).unwrap();
        assert_eq!(found, array![[6.0], [2.0], [7.0]]);
    }
}
