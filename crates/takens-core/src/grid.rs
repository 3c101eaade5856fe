//! Time grids: the instants at which a trajectory is sampled.

/// The instants of a trajectory, in units of system time (iterations for maps).
#[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TimeGrid {
    /// Sample `i` is at `start + i · step`.
    Uniform {
        /// The first instant.
        start: f64,
        /// The distance between neighbours, positive.
        step: f64,
        /// The number of instants.
        len: usize,
    },
    /// Any strictly increasing instants.
    Explicit(Vec<f64>),
}

/// A grid that is not one.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum GridError {
    /// The step of a uniform grid is zero, negative or not finite.
    #[error("the time step is {step}; it must be positive and finite")]
    Step {
        /// The step asked for.
        step: f64,
    },
    /// The instants of an explicit grid do not increase.
    #[error(
        "the time of sample {index} is {time}, which does not come after {previous}; times must increase"
    )]
    Order {
        /// Which sample.
        index: usize,
        /// Its instant.
        time: f64,
        /// The instant before it.
        previous: f64,
    },
}

impl TimeGrid {
    /// A uniform grid of `len` instants from `start`, `step` apart.
    ///
    /// # Errors
    /// [`GridError::Step`] if `step` is not positive and finite.
    pub fn uniform(start: f64, step: f64, len: usize) -> Result<Self, GridError> {
        if step > 0.0 && step.is_finite() && start.is_finite() {
            Ok(Self::Uniform { start, step, len })
        } else {
            Err(GridError::Step { step })
        }
    }

    /// A grid of given instants.
    ///
    /// # Errors
    /// [`GridError::Order`] if they do not strictly increase or one is not finite.
    pub fn explicit(times: Vec<f64>) -> Result<Self, GridError> {
        let mut previous = f64::NEG_INFINITY;
        for (index, &time) in times.iter().enumerate() {
            let ordered = time.is_finite() && time > previous;
            if !ordered {
                return Err(GridError::Order { index, time, previous });
            }
            previous = time;
        }
        Ok(Self::Explicit(times))
    }

    /// The number of instants.
    #[must_use]
    pub fn len(&self) -> usize {
        match self {
            Self::Uniform { len, .. } => *len,
            Self::Explicit(times) => times.len(),
        }
    }

    /// Whether there is no instant at all.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The instant of sample `index`.
    ///
    /// # Panics
    /// If `index` is not below [`TimeGrid::len`].
    #[must_use]
    pub fn time(&self, index: usize) -> f64 {
        match self {
            Self::Uniform { start, step, len } => {
                assert!(index < *len, "sample {index} of a grid of {len}");
                // One product and one sum: no drift, however long the grid.
                start + index as f64 * step
            }
            Self::Explicit(times) => times[index],
        }
    }

    /// All instants, in order.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = f64> + '_ {
        (0..self.len()).map(|index| self.time(index))
    }

    /// The step of a uniform grid.
    #[must_use]
    pub fn step(&self) -> Option<f64> {
        match self {
            Self::Uniform { step, .. } => Some(*step),
            Self::Explicit(_) => None,
        }
    }

    /// The part of the grid from sample `from` up to, not including, `to`.
    ///
    /// # Panics
    /// If the range is not within the grid.
    #[must_use]
    pub fn slice(&self, from: usize, to: usize) -> Self {
        assert!(from <= to && to <= self.len(), "samples {from}..{to} of a grid of {}", self.len());
        match self {
            Self::Uniform { start, step, .. } => {
                Self::Uniform { start: start + from as f64 * step, step: *step, len: to - from }
            }
            Self::Explicit(times) => Self::Explicit(times[from..to].to_vec()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn uniform_grids_do_not_drift() {
        let grid = TimeGrid::uniform(1.0, 0.1, 1_000_001).unwrap();
        assert_eq!(grid.time(1_000_000), 1.0 + 1_000_000.0 * 0.1);
        assert_eq!(grid.slice(10, 12).time(1), 1.0 + 10.0 * 0.1 + 0.1);
    }

    #[test]
    fn bad_grids_are_refused() {
        assert!(TimeGrid::uniform(0.0, 0.0, 3).is_err());
        assert!(TimeGrid::uniform(0.0, f64::NAN, 3).is_err());
        assert!(TimeGrid::explicit(vec![0.0, 1.0, 1.0]).is_err());
        assert!(TimeGrid::explicit(vec![0.0, f64::NAN]).is_err());
    }
}
