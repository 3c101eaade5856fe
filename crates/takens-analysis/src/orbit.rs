//! A stretch of an orbit in even steps, as the tests on series read it.

use crate::AnalysisError;
use crate::signal::{REST, detrend, standardised, variance, wanders};
use ndarray::{Array2, s};
use takens_core::{Stream, TimeGrid, Trajectory};
use takens_integrate::{IntegrateError, Method, Options, Propagator, observe};
use takens_symbolic::{FieldKind, VectorField};

/// Samples to a dominant period of a flow: not a whole number, so that a periodic orbit is not seen in the
/// same few places for ever, and few enough that neighbours in a chaotic one know little of each other.
const PER_PERIOD: f64 = 2.618_033_988_749_895;
/// Samples, unless the system is large.
pub(crate) const SAMPLES: usize = 8000;

/// Samples of an orbit.
#[derive(Debug, Clone)]
pub(crate) struct Orbit {
    /// Time from one sample to the next.
    pub(crate) step: f64,
    /// The states.
    pub(crate) states: Trajectory,
    /// What is observed of them, in even steps.
    observed: Array2<f64>,
    /// What is observed at a random time within each step: in even steps a periodic or quasiperiodic orbit
    /// is a lattice, whose distances are not those of the curve or torus it lies on. Of a map, `observed` again.
    scattered: Array2<f64>,
    /// The magnitude below which a component's variation is none, for each column observed.
    rest: Vec<f64>,
}

impl Orbit {
    /// `samples` samples from time `transient` on.
    pub(crate) fn new(
        field: &VectorField,
        parameters: &[f64],
        initial: &[f64],
        (transient, period): (f64, f64),
        samples: usize,
        max_steps: u64,
    ) -> Result<Self, AnalysisError> {
        let (begin, step) = match field.kind {
            FieldKind::Map => (transient.floor(), 1.0),
            FieldKind::Flow => (transient, period / PER_PERIOD),
        };
        let options =
            Options { tolerance: 1e-8, method: Method::Dop853, max_steps, ..Options::default() };
        // The start, which tells sizes; then an even sample and a scattered one in turn (in a map, even ones).
        let scattered = match field.kind {
            FieldKind::Map => vec![],
            FieldKind::Flow => vec![Stream::new(0, 4)],
        };
        let times = (0..samples).flat_map(|place| {
            let even = begin.max(step) + place as f64 * step;
            let after =
                |stream: &Stream| even + step * (0.01 + 0.98 * stream.uniform(place as u64));
            std::iter::once(even).chain(scattered.iter().map(after)).collect::<Vec<f64>>()
        });
        let grid = TimeGrid::explicit(std::iter::once(0.0).chain(times).collect())
            .map_err(IntegrateError::from)?;
        let propagator = Propagator::new(field, &options)?;
        let states = propagator.sample(parameters, initial, &grid)?.trajectory;
        let observed = match observe(field, parameters, &states) {
            Ok(observed) => observed,
            // Outputs that need more than the state are left out.
            Err(IntegrateError::OutputReadsMore { .. }) => states.clone(),
            Err(error) => return Err(error.into()),
        };
        let values = observed.values();
        let largest = |column: ndarray::ArrayView1<'_, f64>| {
            column.iter().fold(0.0f64, |size, x| size.max(x.abs()))
        };
        let rest = values.columns().into_iter().map(|column| REST * largest(column)).collect();
        let each = 1 + scattered.len();
        let rows = |first: usize| values.slice(s![first..;each, ..]).to_owned();
        let (observed, scattered) = (rows(1), rows(each));
        Ok(Self { step, states, observed, scattered, rest })
    }

    /// One series of all that is observed: the sum of the components, each of variance one, with weights
    /// from a fixed seed. Nothing if no component moves.
    pub(crate) fn series(&self) -> Option<Vec<f64>> {
        let stream = Stream::new(0, 2);
        let mut sum: Option<Vec<f64>> = None;
        for (place, column) in self.observed.columns().into_iter().enumerate() {
            let Some(signal) = standardised(column, self.rest[place]) else { continue };
            let weight = stream.normal(place as u64);
            let sum = sum.get_or_insert_with(|| vec![0.0; signal.len()]);
            for (sum, value) in sum.iter_mut().zip(&signal) {
                *sum += weight * value;
            }
        }
        sum
    }

    /// Points whose components have variance one, those that rest left out. Nothing if no component moves,
    /// or if one has no bounds.
    pub(crate) fn points(&self) -> Option<Array2<f64>> {
        let mut columns = Vec::new();
        for (place, column) in self.scattered.columns().into_iter().enumerate() {
            let mut signal = column.to_vec();
            let std = variance(&signal).sqrt();
            if std <= self.rest[place] {
                continue;
            }
            signal.iter_mut().for_each(|x| *x /= std);
            columns.push(signal.clone());
            detrend(&mut signal);
            if wanders(&signal) || variance(&signal) < 0.5 {
                return None;
            }
        }
        let rows = self.scattered.nrows();
        let points =
            Array2::from_shape_fn((rows, columns.len()), |(row, column)| columns[column][row]);
        (!columns.is_empty()).then_some(points)
    }
}
