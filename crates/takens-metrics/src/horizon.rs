//! Forecast horizons: how long a prediction is worth anything.
//!
//! Start at [`ValidTime`]: its fields are the choices on which the literature differs, and its
//! constants are the published sets of choices. Distances between whole trajectories are in the
//! files of squared and absolute errors; comparisons of attractors, which ignore time order, in
//! `density`, `state_space` and `spectrum`.

use crate::symmetric::running_smape;
use crate::{Context, Direction, MetricError, MetricInfo, Pair};

/// How the error of a sample is measured.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Norm {
    /// Root of the mean over components of the squared error over the squared scale.
    RootMeanSquare,
    /// Euclidean length of the error over the scale, one number for the whole state.
    Euclidean,
    /// Symmetric mean absolute percentage error over all samples so far, 0 to 200; has no scale.
    RunningSmape,
}

/// What an error is divided by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scale {
    /// Standard deviation of each component over the clean training part; for
    /// [`Norm::Euclidean`], the root of the sum of their squares.
    TrainStd,
    /// Root mean square distance of the truth from its mean; for [`Norm::RootMeanSquare`], by
    /// component.
    TruthSpread,
    /// Root mean square of the truth, its mean not removed; for [`Norm::RootMeanSquare`], by
    /// component.
    TruthSize,
    /// Nothing: errors in state units.
    None,
}

/// How far a horizon can reach at most.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Censoring {
    /// To the end of the forecast.
    Horizon,
    /// To the end of the forecast or to [`Context::trusted_time`], whichever comes first: beyond
    /// it the truth is as wrong as any forecast.
    Trusted,
}

/// Valid prediction time: how long a forecast stays close to the truth.
///
/// The error of a sample is measured by `norm` over `scale`. The forecast is valid up to the first
/// sample whose error is not below `threshold`; a value that is not finite is never below it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ValidTime {
    /// How the error of a sample is measured.
    pub norm: Norm,
    /// What it is divided by.
    pub scale: Scale,
    /// The error from which on a sample counts as missed; dimensionless, or percent.
    pub threshold: f64,
    /// How far a horizon can reach at most.
    pub censoring: Censoring,
}

/// How long a forecast was valid.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Horizon {
    /// Leading valid samples.
    pub samples: usize,
    /// Their time, in units of system time.
    pub time: f64,
    /// Their time in Lyapunov times.
    pub lyapunov_times: f64,
    /// Whether the forecast was still valid where the horizon was cut: the true value is this one
    /// or more.
    pub censored: bool,
}

impl ValidTime {
    /// Root mean over components of squared error over training variance, below 0.5.
    ///
    /// # Source
    /// P. R. Vlachas et al., Neural Networks 126, 191–217 (2020).
    pub const VLACHAS: Self = Self {
        norm: Norm::RootMeanSquare,
        scale: Scale::TrainStd,
        threshold: 0.5,
        censoring: Censoring::Trusted,
    };

    /// [`ValidTime::VLACHAS`] with the stricter threshold 0.05.
    pub const VLACHAS_STRICT: Self = Self { threshold: 0.05, ..Self::VLACHAS };

    /// Length of the error below half of the root mean square distance of the truth from its mean.
    ///
    /// # Source
    /// C. Schötz, N. Boers, "Machine-Precision Prediction of Low-Dimensional Chaotic Systems",
    /// arXiv:2507.09652 (2025).
    pub const SCHOTZ: Self = Self {
        norm: Norm::Euclidean,
        scale: Scale::TruthSpread,
        threshold: 0.5,
        censoring: Censoring::Trusted,
    };

    /// Running symmetric mean absolute percentage error, 0 to 200, below 30.
    ///
    /// # Source
    /// Y. Zhang, W. Gilpin, "Zero-shot forecasting of chaotic systems", arXiv:2409.15771 (2024).
    pub const GILPIN: Self = Self {
        norm: Norm::RunningSmape,
        scale: Scale::None,
        threshold: 30.0,
        censoring: Censoring::Trusted,
    };

    /// Length of the error below 0.4 of the root mean square of the truth, mean not removed.
    ///
    /// # Source
    /// J. Pathak et al., Chaos 28, 041101 (2018).
    pub const PATHAK: Self = Self {
        norm: Norm::Euclidean,
        scale: Scale::TruthSize,
        threshold: 0.4,
        censoring: Censoring::Trusted,
    };

    /// How long `pair`'s forecast was valid, its first sample being one step ahead.
    ///
    /// Lyapunov times range from 0 to `len · step · exponent`. A component whose scale is zero
    /// counts 0 where the forecast is exact and infinitely much elsewhere.
    ///
    /// # Errors
    /// [`MetricError::NotChaotic`] if the exponent is not positive, so that no Lyapunov time exists;
    /// [`MetricError::Step`] if the step is not positive; [`MetricError::Moments`] if
    /// [`Scale::TrainStd`] is asked for and the context has none.
    ///
    /// # Source
    /// With the presets.
    pub fn of(&self, pair: &Pair, context: &Context) -> Result<Horizon, MetricError> {
        let positive = |x: f64| x > 0.0 && x.is_finite();
        if !positive(context.exponent) {
            return Err(MetricError::NotChaotic { exponent: context.exponent });
        }
        if !positive(context.step) {
            return Err(MetricError::Step { step: context.step });
        }
        let errors = self.errors(pair, context)?;
        let samples = errors.iter().take_while(|error| **error < self.threshold).count();
        let time = samples as f64 * context.step;
        let end = match (self.censoring, context.trusted_time) {
            (Censoring::Trusted, Some(trusted)) => trusted.max(0.0),
            _ => f64::INFINITY,
        };
        let (samples, time, censored) = if time >= end {
            // Rounding must not take away a sample that lies on the end.
            let kept = (end / context.step * (1.0 + 1e-12)).floor() as usize;
            (kept.min(samples), end, true)
        } else {
            (samples, time, samples == errors.len())
        };
        Ok(Horizon { samples, time, lyapunov_times: time * context.exponent, censored })
    }

    /// The error of each sample, by norm and scale, before the threshold.
    ///
    /// # Errors
    /// [`MetricError::Moments`] as [`ValidTime::of`].
    pub fn errors(&self, pair: &Pair, context: &Context) -> Result<Vec<f64>, MetricError> {
        if self.norm == Norm::RunningSmape {
            let mut finite = true;
            let forecast = pair.forecast();
            return Ok(forecast
                .rows()
                .into_iter()
                .zip(running_smape(pair))
                .map(|(row, running)| {
                    finite &= row.iter().all(|x| x.is_finite());
                    if finite { running } else { f64::INFINITY }
                })
                .collect());
        }
        let scales = self.squared_scales(pair, context)?;
        let rows = pair.truth().into_iter().zip(pair.forecast());
        let squares: Vec<f64> = rows
            .zip(scales.iter().cycle())
            .map(|((&truth, &forecast), scale)| {
                let error = crate::pair::error(truth, forecast);
                if error == 0.0 { 0.0 } else { error * error / scale }
            })
            .collect();
        let divisor = match self.norm {
            Norm::RootMeanSquare => pair.components() as f64,
            Norm::Euclidean | Norm::RunningSmape => 1.0,
        };
        Ok(squares
            .chunks(pair.components())
            .map(|row| (row.iter().sum::<f64>() / divisor).sqrt())
            .collect())
    }

    /// What the squared error of each component is divided by.
    fn squared_scales(&self, pair: &Pair, context: &Context) -> Result<Vec<f64>, MetricError> {
        let count = pair.samples() as f64;
        let mean_square = |about_mean: bool| -> Vec<f64> {
            pair.by_component()
                .map(|(truth, _)| {
                    let centre = if about_mean { truth.sum() / count } else { 0.0 };
                    truth.iter().map(|x| (x - centre) * (x - centre)).sum::<f64>() / count
                })
                .collect()
        };
        let by_component = match self.scale {
            Scale::None => return Ok(vec![1.0; pair.components()]),
            Scale::TrainStd => {
                context.expect_components(pair.components())?;
                context.train_std.iter().map(|std| std * std).collect()
            }
            Scale::TruthSpread => mean_square(true),
            Scale::TruthSize => mean_square(false),
        };
        Ok(match self.norm {
            Norm::Euclidean => vec![by_component.iter().sum(); pair.components()],
            Norm::RootMeanSquare | Norm::RunningSmape => by_component,
        })
    }
}

const fn preset(
    id: &'static str,
    summary: &'static str,
    compute: fn(&Pair, &Context) -> Result<f64, MetricError>,
) -> MetricInfo {
    let range = (0.0, f64::INFINITY);
    MetricInfo { id, direction: Direction::HigherIsBetter, range, summary, compute }
}

pub(crate) const VPT_VLACHAS: MetricInfo = preset(
    "vpt_vlachas",
    "valid prediction time in Lyapunov times, error below 0.5 training deviations",
    |pair, context| Ok(ValidTime::VLACHAS.of(pair, context)?.lyapunov_times),
);

pub(crate) const VPT_VLACHAS_005: MetricInfo = preset(
    "vpt_vlachas_005",
    "valid prediction time in Lyapunov times, error below 0.05 training deviations",
    |pair, context| Ok(ValidTime::VLACHAS_STRICT.of(pair, context)?.lyapunov_times),
);

pub(crate) const VPT_SCHOTZ: MetricInfo = preset(
    "vpt_schotz",
    "valid prediction time in Lyapunov times, error below half the truth's spread",
    |pair, context| Ok(ValidTime::SCHOTZ.of(pair, context)?.lyapunov_times),
);

pub(crate) const VPT_GILPIN: MetricInfo = preset(
    "vpt_gilpin",
    "valid prediction time in Lyapunov times, running smape below 30",
    |pair, context| Ok(ValidTime::GILPIN.of(pair, context)?.lyapunov_times),
);

pub(crate) const VPT_PATHAK: MetricInfo = preset(
    "vpt_pathak",
    "valid prediction time in Lyapunov times, error below 0.4 of the truth's size",
    |pair, context| Ok(ValidTime::PATHAK.of(pair, context)?.lyapunov_times),
);
