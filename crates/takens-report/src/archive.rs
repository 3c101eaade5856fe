//! What the page needs of the archived forecasts, read in one pass over the store.
//!
//! Forecasts of a large run do not fit in memory, nor their points on a page: a task leaves its error
//! against time, and the first seed of each system its first component, both thinned.

use crate::leaderboard::{competitor, end};
use ndarray::{Array2, ArrayView1};
use std::collections::BTreeMap;
use takens_analysis::Proof;
use takens_host::{DataRecord, Reader, Record, Run, Status, StoreError};

/// Forecasts read at most.
const TASKS: usize = 20_000;
/// Points kept of a curve.
const POINTS: usize = 240;
/// Iterations kept of a map: its points do not lie on a curve, and more of them are a thicket.
const ITERATIONS: usize = 60;
/// Exponents below this make no Lyapunov time.
const CHAOTIC: f64 = 1e-6;

/// What was read.
#[derive(Debug, Default)]
pub(crate) struct Archive {
    /// By system: the data of its first seed, with the forecasts.
    pub(crate) systems: BTreeMap<String, Orbit>,
    /// Errors by method, in the order of the page's methods.
    pub(crate) errors: Vec<Vec<ErrorCurve>>,
    /// The horizons of all data that have a Lyapunov time.
    pub(crate) horizons: Vec<Reach>,
    /// Tasks that were read.
    pub(crate) read: usize,
    /// Tasks that could have been.
    pub(crate) of: usize,
}

/// A forecast's error in standard deviations, root mean square over components, at some times in
/// Lyapunov times, within the trusted horizon.
pub(crate) type ErrorCurve = Vec<(f64, f64)>;

/// How far data reach, in Lyapunov times.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Reach {
    /// The last sample that may be believed.
    pub(crate) trusted: f64,
    /// The last sample.
    pub(crate) end: f64,
    /// How the first is known; none in stores of earlier versions.
    pub(crate) proof: Option<Proof>,
}

/// The first component of the truth, and what methods made of it.
#[derive(Debug)]
pub(crate) struct Orbit {
    /// Largest exponent, per unit of system time, where it is known.
    pub(crate) exponent: Option<f64>,
    /// The seed whose data these are.
    pub(crate) seed: u64,
    /// Whether it is a map's, of which only the first iterations are kept.
    pub(crate) is_map: bool,
    /// Name of the component.
    pub(crate) component: String,
    /// Time between neighbouring points.
    pub(crate) step: f64,
    /// Time from the last training sample to the last trusted one.
    pub(crate) trusted: f64,
    /// The truth.
    pub(crate) truth: Vec<f64>,
    /// Forecasts by method, in the order of the page's methods; in place of one, how the task ended.
    pub(crate) forecasts: BTreeMap<usize, Result<Vec<f64>, String>>,
}

impl Orbit {
    /// The unit of time of its plots, and its name: Lyapunov times where there are any, so that systems
    /// can be compared.
    pub(crate) fn unit(&self) -> (f64, &'static str) {
        match self.exponent.filter(|exponent| *exponent > CHAOTIC) {
            Some(exponent) => (exponent, "Lyapunov times ahead"),
            None => (1.0, "system time ahead"),
        }
    }
}

impl Archive {
    /// Reads the forecasts of a run. `methods` are its competitors in the order of the page.
    ///
    /// # Errors
    /// [`StoreError`] if the store cannot be read.
    pub(crate) fn read(reader: &Reader, run: &Run, methods: &[String]) -> Result<Self, StoreError> {
        let places: BTreeMap<&str, usize> =
            methods.iter().enumerate().map(|(place, name)| (name.as_str(), place)).collect();
        let mut records: Vec<&Record> = run.results.values().collect();
        let made = |record: &&&Record| matches!(record.status, Status::Done | Status::Diverged);
        let of = records.iter().filter(made).count();
        // First seeds first: of a huge run the page shows some seeds of all systems.
        records.sort_by(|a, b| (a.seed, &a.data, &a.id).cmp(&(b.seed, &b.data, &b.id)));
        records.truncate(TASKS);
        let read = records.iter().filter(made).count();
        let mut archive =
            Self { errors: vec![Vec::new(); methods.len()], read, of, ..Self::default() };
        for same_data in records.chunk_by(|a, b| (a.seed, &a.data) == (b.seed, &b.data)) {
            let Some(data) = reader.data(&same_data[0].data)? else { continue };
            archive.add(reader, &data, same_data, &places)?;
        }
        Ok(archive)
    }

    /// Adds the tasks of one system and seed.
    fn add(
        &mut self,
        reader: &Reader,
        data: &DataRecord,
        records: &[&Record],
        places: &BTreeMap<&str, usize>,
    ) -> Result<(), StoreError> {
        let samples = data.truth.values.nrows();
        let exponent = data.exponent.filter(|exponent| *exponent > CHAOTIC);
        if let Some(exponent) = exponent {
            let time = |samples: usize| samples as f64 * data.truth.step * exponent;
            self.horizons.push(Reach {
                trusted: time(data.trusted),
                end: time(samples),
                proof: data.proof,
            });
        }
        let most = if data.discrete { samples.min(ITERATIONS) } else { samples };
        let stride = most.div_ceil(POINTS).max(1);
        let thin =
            |column: ArrayView1<f64>| column.iter().take(most).copied().step_by(stride).collect();
        let first_seed = !self.systems.contains_key(&data.system);
        let mut forecasts = BTreeMap::new();
        for record in records {
            let Some(&place) = places.get(competitor(record).as_str()) else { continue };
            let forecast = reader.forecast(&record.id)?;
            let forecast = forecast.filter(|array| array.dim() == data.truth.values.dim());
            if let (Some(forecast), Some(exponent)) = (&forecast, exponent) {
                self.errors[place].push(error_curve(data, forecast, exponent));
            }
            if first_seed {
                let curve = forecast.map(|array| thin(array.column(0)));
                forecasts.insert(place, curve.ok_or_else(|| end(record).to_string()));
            }
        }
        if first_seed {
            let orbit = Orbit {
                exponent: data.exponent,
                seed: records[0].seed,
                is_map: data.discrete,
                component: data.truth.names.first().cloned().unwrap_or_default(),
                step: data.truth.step * stride as f64,
                trusted: data.trusted as f64 * data.truth.step,
                truth: thin(data.truth.values.column(0)),
                forecasts,
            };
            self.systems.insert(data.system.clone(), orbit);
        }
        Ok(())
    }
}

/// The error of a forecast against time.
fn error_curve(data: &DataRecord, forecast: &Array2<f64>, exponent: f64) -> ErrorCurve {
    let unit = data.truth.step * exponent;
    let pairs = forecast.rows().into_iter().zip(data.truth.values.rows());
    let stride = data.trusted.div_ceil(POINTS).max(1);
    pairs
        .take(data.trusted)
        .enumerate()
        .step_by(stride)
        .map(|(sample, (forecast, truth))| {
            let scaled = forecast.iter().zip(truth).zip(&data.clean);
            let squares =
                scaled.map(|((f, t), (_, std))| ((f - t) / std.max(f64::MIN_POSITIVE)).powi(2));
            let error = (squares.sum::<f64>() / truth.len() as f64).sqrt();
            ((sample + 1) as f64 * unit, if error.is_finite() { error } else { f64::MAX })
        })
        .collect()
}
