//! Trajectories: states over time.

use crate::TimeGrid;
use ndarray::{Array2, ArrayView2, s};

/// A trajectory: one state per instant of a time grid.
#[derive(Debug, Clone, PartialEq)]
pub struct Trajectory {
    grid: TimeGrid,
    values: Array2<f64>,
    names: Vec<String>,
}

/// Parts that do not make a trajectory.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum TrajectoryError {
    /// As many rows as instants are needed.
    #[error("{rows} states for {instants} instants")]
    Length {
        /// Rows of the values.
        rows: usize,
        /// Instants of the grid.
        instants: usize,
    },
    /// As many names as columns are needed.
    #[error("{names} names for {components} components")]
    Names {
        /// Names given.
        names: usize,
        /// Columns of the values.
        components: usize,
    },
}

impl Trajectory {
    /// A trajectory of `values`, `time × component`, on `grid`, with a name for each component.
    ///
    /// # Errors
    /// [`TrajectoryError`] if the three do not fit together.
    pub fn new(
        grid: TimeGrid,
        values: Array2<f64>,
        names: Vec<String>,
    ) -> Result<Self, TrajectoryError> {
        if values.nrows() != grid.len() {
            return Err(TrajectoryError::Length { rows: values.nrows(), instants: grid.len() });
        }
        if values.ncols() != names.len() {
            return Err(TrajectoryError::Names { names: names.len(), components: values.ncols() });
        }
        Ok(Self { grid, values, names })
    }

    /// The instants.
    #[must_use]
    pub fn grid(&self) -> &TimeGrid {
        &self.grid
    }

    /// The states, `time × component`.
    #[must_use]
    pub fn values(&self) -> ArrayView2<'_, f64> {
        self.values.view()
    }

    /// The states, `time × component`, given away.
    #[must_use]
    pub fn into_values(self) -> Array2<f64> {
        self.values
    }

    /// The names of the components.
    #[must_use]
    pub fn names(&self) -> &[String] {
        &self.names
    }

    /// The number of instants.
    #[must_use]
    pub fn len(&self) -> usize {
        self.values.nrows()
    }

    /// Whether there is no instant at all.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The number of components.
    #[must_use]
    pub fn dim(&self) -> usize {
        self.values.ncols()
    }

    /// Samples `from..to` as a trajectory of their own.
    ///
    /// # Panics
    /// If the range is not within the trajectory.
    #[must_use]
    pub fn slice(&self, from: usize, to: usize) -> Self {
        Self {
            grid: self.grid.slice(from, to),
            values: self.values.slice(s![from..to, ..]).to_owned(),
            names: self.names.clone(),
        }
    }

    /// Mean and standard deviation (of the population) of each component.
    #[must_use]
    pub fn moments(&self) -> Vec<(f64, f64)> {
        let count = self.len().max(1) as f64;
        self.values
            .columns()
            .into_iter()
            .map(|column| {
                let mean = column.iter().sum::<f64>() / count;
                let variance = column.iter().map(|x| (x - mean) * (x - mean)).sum::<f64>() / count;
                (mean, variance.sqrt())
            })
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ndarray::array;

    fn line() -> Trajectory {
        let grid = TimeGrid::uniform(0.0, 0.5, 3).unwrap();
        let names = vec!["x".into(), "y".into()];
        Trajectory::new(grid, array![[1.0, 5.0], [2.0, 5.0], [3.0, 5.0]], names).unwrap()
    }

    #[test]
    fn parts_must_fit() {
        let grid = TimeGrid::uniform(0.0, 0.5, 3).unwrap();
        assert!(Trajectory::new(grid.clone(), Array2::zeros((2, 1)), vec!["x".into()]).is_err());
        assert!(Trajectory::new(grid, Array2::zeros((3, 1)), vec![]).is_err());
    }

    #[test]
    fn moments_are_of_the_population() {
        let moments = line().moments();
        assert_eq!(moments[0], (2.0, (2.0f64 / 3.0).sqrt()));
        assert_eq!(moments[1], (5.0, 0.0));
    }

    #[test]
    fn a_slice_keeps_its_times() {
        let tail = line().slice(1, 3);
        assert_eq!(tail.grid().time(0), 0.5);
        assert_eq!(tail.values()[[1, 0]], 3.0);
    }
}
