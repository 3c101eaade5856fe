//! What a method is fitted to.

use crate::Fault;
use ndarray::{Array2, ArrayView1, ArrayView2, Axis};
use takens_core::TimeGrid;

/// One trajectory on its time grid.
#[derive(Debug, Clone, PartialEq)]
pub struct Series {
    /// The instants.
    pub grid: TimeGrid,
    /// The states, `time × component`, one row for each instant.
    pub values: Array2<f64>,
}

/// One or more trajectories of the same system. Its name and equations are not told.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Dataset {
    /// The trajectories, each with as many components as there are names.
    pub series: Vec<Series>,
    /// The names of the components, as candidates' equations use them.
    pub names: Vec<String>,
    /// What is known of the noise.
    pub noise: Option<Noise>,
    /// Whether time flows or counts.
    pub time: TimeKind,
}

/// Whether time flows or counts: what an equation of a [`Candidate`](crate::Candidate) is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum TimeKind {
    /// A flow, sampled; equations are of derivatives.
    #[default]
    Continuous,
    /// Iterations of a map; equations are of next states.
    Discrete,
}

/// What is known of the noise.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Noise {
    /// How it enters.
    pub kind: NoiseKind,
    /// Its standard deviation: in units of each component's standard deviation if additive, of
    /// the value itself if multiplicative.
    pub level: f64,
}

/// How noise enters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum NoiseKind {
    /// Added to the values.
    Additive,
    /// Values are multiplied by one plus the noise.
    Multiplicative,
}

impl NoiseKind {
    /// The name by which it crosses the boundary.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Additive => "additive",
            Self::Multiplicative => "multiplicative",
        }
    }

    /// The kind of that name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        [Self::Additive, Self::Multiplicative].into_iter().find(|kind| kind.name() == name)
    }
}

impl Dataset {
    /// One trajectory with uniform time steps from time 0, of components `x0`, `x1`, ...
    ///
    /// # Panics
    /// If `step` is not positive and finite.
    #[must_use]
    pub fn single(step: f64, values: Array2<f64>) -> Self {
        let grid = TimeGrid::uniform(0.0, step, values.nrows()).expect("a positive, finite step");
        let names = (0..values.ncols()).map(|index| format!("x{index}")).collect();
        Self { series: vec![Series { grid, values }], names, ..Self::default() }
    }

    /// The number of components.
    #[must_use]
    pub fn dim(&self) -> usize {
        self.names.len()
    }

    /// The number of samples in all trajectories together.
    #[must_use]
    pub fn samples(&self) -> usize {
        self.series.iter().map(|series| series.values.nrows()).sum()
    }

    /// The time step that all trajectories share, up to one part in 10⁹, if there is one.
    #[must_use]
    pub fn step(&self) -> Option<f64> {
        let first = self.series.first()?.grid.step()?;
        let same = |step: f64| (step - first).abs() <= 1e-9 * first;
        self.series.iter().all(|series| series.grid.step().is_some_and(same)).then_some(first)
    }

    /// Checks what nearly every method needs: at least one trajectory, each of at least
    /// `samples` samples, at least one component, every value finite.
    ///
    /// # Errors
    /// [`Fault::InvalidData`], naming the trajectory and the place.
    pub fn require(&self, samples: usize) -> Result<(), Fault> {
        if self.series.is_empty() {
            return Err(Fault::InvalidData("there is no trajectory".into()));
        }
        if self.names.is_empty() {
            return Err(Fault::InvalidData("there is no component".into()));
        }
        for (number, series) in self.series.iter().enumerate() {
            let (rows, columns) = series.values.dim();
            if columns != self.dim() || rows != series.grid.len() {
                return Err(Fault::InvalidData(format!(
                    "trajectory {number} is {rows} × {columns} on {} instants, and there are {} \
                     names",
                    series.grid.len(),
                    self.dim()
                )));
            }
            if rows < samples {
                return Err(Fault::InvalidData(format!(
                    "trajectory {number} has {rows} samples; at least {samples} are needed"
                )));
            }
            finite(series.values.view(), &format!("trajectory {number}"))?;
        }
        Ok(())
    }
}

/// Checks what nearly every forecast needs of its context: at least `samples` samples (and at
/// least one), at least one component, every value finite. Returns the last state.
///
/// # Errors
/// [`Fault::InvalidData`], naming the place.
pub fn require_context(
    context: ArrayView2<'_, f64>,
    samples: usize,
) -> Result<ArrayView1<'_, f64>, Fault> {
    let rows = context.nrows();
    if rows < samples.max(1) || context.ncols() == 0 {
        return Err(Fault::InvalidData(format!(
            "the context is {rows} samples of {} components; at least {} samples of 1 are needed",
            context.ncols(),
            samples.max(1)
        )));
    }
    finite(context.view(), "the context")?;
    Ok(context.index_axis_move(Axis(0), rows - 1))
}

fn finite(values: ArrayView2<'_, f64>, what: &str) -> Result<(), Fault> {
    match values.indexed_iter().find(|(_, value)| !value.is_finite()) {
        None => Ok(()),
        Some(((row, column), value)) => Err(Fault::InvalidData(format!(
            "{what} has {value} at sample {row}, component {column}; every value must be finite"
        ))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ndarray::array;

    #[track_caller]
    fn check(data: &Dataset, expected: &str) {
        let found = data.require(2).err().map_or(String::new(), |fault| fault.to_string());
        assert_eq!(found, expected);
    }

    #[test]
    fn unfit_data_are_named() {
        check(&Dataset::single(0.1, array![[1.0], [2.0]]), "");
        check(&Dataset::default(), "invalid data: there is no trajectory");
        check(
            &Dataset::single(0.1, array![[1.0]]),
            "invalid data: trajectory 0 has 1 samples; at least 2 are needed",
        );
        check(
            &Dataset::single(0.1, array![[1.0, 0.0], [2.0, f64::NAN]]),
            "invalid data: trajectory 0 has NaN at sample 1, component 1; every value must be \
             finite",
        );
    }

    #[test]
    fn the_last_state_is_the_present() {
        let context = array![[1.0, 2.0], [3.0, 4.0]];
        assert_eq!(require_context(context.view(), 1).unwrap(), array![3.0, 4.0]);
        assert!(require_context(context.view(), 3).is_err());
    }

    #[test]
    fn a_step_is_shared_or_not_at_all() {
        let mut data = Dataset::single(0.1, Array2::zeros((3, 1)));
        assert_eq!(data.step(), Some(0.1));
        data.series.push(Dataset::single(0.2, Array2::zeros((3, 1))).series.remove(0));
        assert_eq!(data.step(), None);
    }
}
