//! Scores of a forecast against the truth: pure functions of arrays.
//!
//! Start at [`score`] and at the registry [`METRICS`]. A metric lives in the file of its family,
//! as a function with its definition and a [`MetricInfo`] beside it; adding one touches that file
//! and its line in the registry, and nothing else.
//!
//! Where the literature has several conventions under one name, each has an id of its own: `smape`,
//! `smape_z` and `smape_half`, or `cv_std` and `cv_rmse`.
//!
//! # A forecast that is not finite
//! A method that diverges gets a score, never a NaN. A metric that is a mean over samples takes its
//! limit as the forecast grows without bound: an infinite error, 200 for a sample of `smape`. Any
//! other metric gives the worst end of its range ([`MetricInfo::worst`]). A horizon ends at the
//! first sample that is not finite.

mod absolute;
mod context;
mod correlation;
mod density;
mod error;
mod horizon;
mod information;
mod logarithmic;
mod pair;
mod spectrum;
mod squared;
mod state_space;
mod symmetric;
mod variation;

pub use absolute::{mae, mape, marre, marre_by_component, wape};
pub use context::Context;
pub use correlation::{kendall, pearson, spearman};
pub use density::{Bandwidth, Estimate, kl_divergence, kl_divergence_monte_carlo};
pub use error::MetricError;
pub use horizon::{Censoring, Horizon, Norm, Scale, ValidTime};
pub use information::mutual_information;
pub use logarithmic::{rmsle, rmsle_shifted};
pub use pair::Pair;
pub use spectrum::{hellinger, hellinger_raw_bins, hellinger_smoothed};
pub use squared::{mse, nrmse, r2, r2_by_component, rmse, rmse_by_component};
pub use state_space::{BinRange, state_space_divergence};
pub use symmetric::{running_smape, smape, smape_standardised};
pub use variation::{cv_rmse, cv_std};

use ndarray::ArrayView2;

/// Which end of a metric's range is the good one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Direction {
    /// Errors and distances.
    LowerIsBetter,
    /// Correlations, shares of variance, horizons.
    HigherIsBetter,
}

/// What the registry knows of a metric.
#[derive(Debug, Clone, Copy)]
pub struct MetricInfo {
    /// Its name, unique, in snake case.
    pub id: &'static str,
    /// Which end is the good one.
    pub direction: Direction,
    /// The values it can take, ends included.
    pub range: (f64, f64),
    /// One line for a person.
    pub summary: &'static str,
    compute: fn(&Pair, &Context) -> Result<f64, MetricError>,
}

impl MetricInfo {
    /// The bad end of the range.
    #[must_use]
    pub fn worst(&self) -> f64 {
        match self.direction {
            Direction::LowerIsBetter => self.range.1,
            Direction::HigherIsBetter => self.range.0,
        }
    }

    /// The score of a pair. See [`score`].
    ///
    /// # Errors
    /// As [`score`].
    pub fn of(&self, pair: &Pair, context: &Context) -> Result<f64, MetricError> {
        let value = (self.compute)(pair, context)?;
        // Forecasts near the largest float overflow to inf - inf; such a forecast has diverged.
        Ok(if value.is_nan() { self.worst() } else { value })
    }
}

/// The metrics, in the order in which tables show them.
pub const METRICS: &[MetricInfo] = &[
    squared::MSE,
    absolute::MAE,
    squared::RMSE,
    squared::RMSE_BY_COMPONENT,
    squared::NRMSE,
    absolute::MARRE,
    absolute::MARRE_BY_COMPONENT,
    squared::R2,
    squared::R2_BY_COMPONENT,
    logarithmic::RMSLE,
    logarithmic::RMSLE_SHIFTED,
    symmetric::SMAPE,
    symmetric::SMAPE_Z,
    symmetric::SMAPE_HALF,
    absolute::MAPE,
    absolute::WAPE,
    correlation::SPEARMAN,
    correlation::PEARSON,
    correlation::KENDALL,
    variation::CV_STD,
    variation::CV_RMSE,
    information::MUTUAL_INFORMATION,
    density::KL,
    density::KL_MONTE_CARLO,
    density::KL_DYSTS,
    spectrum::HELLINGER,
    spectrum::HELLINGER_DYSTS,
    spectrum::D_H,
    state_space::D_STSP,
    state_space::D_STSP_TWO_SIGMA,
    state_space::D_STSP_GMM,
    horizon::VPT_VLACHAS,
    horizon::VPT_VLACHAS_005,
    horizon::VPT_SCHOTZ,
    horizon::VPT_GILPIN,
    horizon::VPT_PATHAK,
];

/// The seventeen metrics of the dysts benchmark, one reading of each.
///
/// # Source
/// W. Gilpin, Physical Review Research 5, 043252 (2023).
pub const SEVENTEEN: [&str; 17] = [
    "mse",
    "mae",
    "rmse",
    "nrmse",
    "marre",
    "r2",
    "rmsle_shifted",
    "smape",
    "mape",
    "wape",
    "spearman",
    "pearson",
    "kendall",
    "cv_std",
    "mutual_information",
    "kl",
    "hellinger",
];

/// The scores of one forecast: ids in the order of [`METRICS`], each with its value or its error.
pub type Scores = Vec<(&'static str, Result<f64, MetricError>)>;

/// The registry's entry of this id.
///
/// # Errors
/// [`MetricError::Unknown`] if there is none, with the nearest id.
pub fn metric(id: &str) -> Result<&'static MetricInfo, MetricError> {
    METRICS.iter().find(|info| info.id == id).ok_or_else(|| MetricError::Unknown {
        id: id.to_owned(),
        nearest: error::nearest(id, METRICS.iter().map(|info| info.id)),
    })
}

/// The score of `forecast` against `truth` under the metric called `id`.
///
/// - `truth`, `forecast`: `time × component`, on the same time grid.
/// - `context`: moments of the clean training part, time step, exponent.
///
/// Never NaN; see the crate's documentation for forecasts that are not finite.
///
/// # Errors
/// [`MetricError::Unknown`] for an id that is not in [`METRICS`]; [`MetricError::Shape`],
/// [`MetricError::Empty`] and [`MetricError::Truth`] for arrays that cannot be compared; the
/// metric's own errors, for a context that lacks what it needs, or a truth outside its domain.
pub fn score(
    id: &str,
    truth: ArrayView2<f64>,
    forecast: ArrayView2<f64>,
    context: &Context,
) -> Result<f64, MetricError> {
    metric(id)?.of(&Pair::new(truth, forecast)?, context)
}

/// Every metric's score, in the order of [`METRICS`], each with its own error.
///
/// # Errors
/// [`MetricError::Shape`], [`MetricError::Empty`] or [`MetricError::Truth`] if the arrays cannot
/// be compared at all.
pub fn score_all(
    truth: ArrayView2<f64>,
    forecast: ArrayView2<f64>,
    context: &Context,
) -> Result<Scores, MetricError> {
    let pair = Pair::new(truth, forecast)?;
    Ok(METRICS.iter().map(|info| (info.id, info.of(&pair, context))).collect())
}
