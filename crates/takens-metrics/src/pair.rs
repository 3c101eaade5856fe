//! A truth and a forecast that can be compared.

use crate::MetricError;
use ndarray::{ArrayView1, ArrayView2};

/// A truth and a forecast of one shape, not empty, the truth finite.
#[derive(Debug, Clone, Copy)]
pub struct Pair<'a> {
    truth: ArrayView2<'a, f64>,
    forecast: ArrayView2<'a, f64>,
    finite: bool,
}

impl<'a> Pair<'a> {
    /// Puts `truth` and `forecast`, both `time × component`, side by side.
    ///
    /// # Errors
    /// [`MetricError::Shape`] if they differ in shape, [`MetricError::Empty`] if they have no
    /// value, [`MetricError::Truth`] if a true value is not finite.
    pub fn new(
        truth: ArrayView2<'a, f64>,
        forecast: ArrayView2<'a, f64>,
    ) -> Result<Self, MetricError> {
        if truth.dim() != forecast.dim() {
            return Err(MetricError::Shape { want: truth.dim(), got: forecast.dim() });
        }
        if truth.is_empty() {
            let (samples, components) = truth.dim();
            return Err(MetricError::Empty { samples, components });
        }
        if let Some(((sample, component), &value)) =
            truth.indexed_iter().find(|(_, value)| !value.is_finite())
        {
            return Err(MetricError::Truth { sample, component, value });
        }
        Ok(Self { truth, forecast, finite: forecast.iter().all(|value| value.is_finite()) })
    }

    /// The truth, `time × component`.
    #[must_use]
    pub fn truth(&self) -> ArrayView2<'a, f64> {
        self.truth
    }

    /// The forecast, `time × component`.
    #[must_use]
    pub fn forecast(&self) -> ArrayView2<'a, f64> {
        self.forecast
    }

    /// Whether every forecast value is finite.
    #[must_use]
    pub fn is_finite(&self) -> bool {
        self.finite
    }

    /// The number of samples.
    #[must_use]
    pub fn samples(&self) -> usize {
        self.truth.nrows()
    }

    /// The number of components.
    #[must_use]
    pub fn components(&self) -> usize {
        self.truth.ncols()
    }

    /// All values, sample by sample: the true one and the forecast.
    pub(crate) fn values(&self) -> impl Iterator<Item = (f64, f64)> + Clone + 'a {
        self.truth.into_iter().copied().zip(self.forecast.into_iter().copied())
    }

    /// All errors, forecast less truth; infinite where the forecast is not finite.
    pub(crate) fn errors(&self) -> impl Iterator<Item = f64> + Clone + 'a {
        self.values().map(|(truth, forecast)| error(truth, forecast))
    }

    /// The components, each the true series and the forecast one.
    pub(crate) fn by_component(
        &self,
    ) -> impl Iterator<Item = (ArrayView1<'a, f64>, ArrayView1<'a, f64>)> {
        let (truth, forecast) = (self.truth, self.forecast);
        (0..self.components()).map(move |component| {
            // Views of a view live as long as the array behind it.
            let column = |of: ArrayView2<'a, f64>| of.index_axis_move(ndarray::Axis(1), component);
            (column(truth), column(forecast))
        })
    }

    /// The mean over components of a score of one component.
    pub(crate) fn component_mean(
        &self,
        score: impl Fn(ArrayView1<'a, f64>, ArrayView1<'a, f64>) -> f64,
    ) -> f64 {
        self.by_component().map(|(truth, forecast)| score(truth, forecast)).sum::<f64>()
            / self.components() as f64
    }
}

/// Forecast less truth; infinite where the forecast is not finite.
pub(crate) fn error(truth: f64, forecast: f64) -> f64 {
    if forecast.is_finite() { forecast - truth } else { f64::INFINITY }
}

/// `numerator / denominator` of two numbers that are not negative, where nothing over nothing is
/// nothing.
pub(crate) fn ratio(numerator: f64, denominator: f64) -> f64 {
    if numerator == 0.0 { 0.0 } else { numerator / denominator }
}

/// The mean of a sequence that is not empty.
pub(crate) fn mean(values: impl Iterator<Item = f64>) -> f64 {
    let (sum, count) = values.fold((0.0, 0usize), |(sum, count), x| (sum + x, count + 1));
    sum / count as f64
}
