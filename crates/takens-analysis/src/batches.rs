//! Averages over time with standard errors, of unknown length beforehand.
//!
//! Increments are gathered into batches of equal duration. When there are too many batches, neighbours
//! are merged and batches twice as long are gathered from then on, so that there are always between
//! [`MOST`]` / 2` and [`MOST`] of them.

/// As many batches as are kept.
const MOST: usize = 64;
/// Fewer batches than this have no standard error.
pub(crate) const LEAST: usize = 8;

/// Increments of several quantities over time.
#[derive(Debug, Clone)]
pub(crate) struct Batches {
    width: f64,
    open: Batch,
    closed: Vec<Batch>,
}

#[derive(Debug, Clone)]
struct Batch {
    duration: f64,
    sums: Vec<f64>,
}

impl Batches {
    /// Of `quantities` quantities; the first batches last at least `width`.
    pub(crate) fn new(quantities: usize, width: f64) -> Self {
        let open = Batch { duration: 0.0, sums: vec![0.0; quantities] };
        Self { width, open, closed: Vec::new() }
    }

    /// By how much each quantity has grown over `duration`.
    pub(crate) fn push(&mut self, duration: f64, increments: &[f64]) {
        self.open.add(duration, increments);
        if self.open.duration < self.width {
            return;
        }
        let empty = Batch { duration: 0.0, sums: vec![0.0; increments.len()] };
        self.closed.push(std::mem::replace(&mut self.open, empty));
        if self.closed.len() == MOST {
            for index in 0..MOST / 2 {
                let mut merged = self.closed[2 * index].clone();
                let second = &self.closed[2 * index + 1];
                merged.add(second.duration, &second.sums);
                self.closed[index] = merged;
            }
            self.closed.truncate(MOST / 2);
            self.width *= 2.0;
        }
    }

    /// The number of whole batches.
    pub(crate) fn len(&self) -> usize {
        self.closed.len()
    }

    /// The time of all whole batches.
    pub(crate) fn duration(&self) -> f64 {
        self.closed.iter().map(|batch| batch.duration).sum()
    }

    /// How fast each quantity grew, over all whole batches.
    pub(crate) fn means(&self) -> Vec<f64> {
        means_of(&self.closed)
    }

    /// How fast each quantity grew in the last quarter of the time.
    pub(crate) fn late_means(&self) -> Vec<f64> {
        means_of(self.late())
    }

    /// The standard error of each mean, from the scatter of the batches.
    pub(crate) fn standard_errors(&self) -> Vec<f64> {
        errors_of(&self.closed)
    }

    /// The standard error of each mean of the last quarter.
    pub(crate) fn late_standard_errors(&self) -> Vec<f64> {
        errors_of(self.late())
    }

    fn late(&self) -> &[Batch] {
        &self.closed[self.closed.len() * 3 / 4..]
    }
}

fn means_of(batches: &[Batch]) -> Vec<f64> {
    let quantities = batches.first().map_or(0, |batch| batch.sums.len());
    let mut all = Batch { duration: 0.0, sums: vec![0.0; quantities] };
    for batch in batches {
        all.add(batch.duration, &batch.sums);
    }
    all.sums.iter().map(|sum| sum / all.duration).collect()
}

fn errors_of(batches: &[Batch]) -> Vec<f64> {
    let count = batches.len() as f64;
    let scatter = |(index, mean): (usize, &f64)| {
        let squares = batches.iter().map(|batch| {
            let deviation = batch.sums[index] / batch.duration - mean;
            deviation * deviation
        });
        (squares.sum::<f64>() / (count * (count - 1.0))).sqrt()
    };
    means_of(batches).iter().enumerate().map(scatter).collect()
}

impl Batch {
    fn add(&mut self, duration: f64, increments: &[f64]) {
        self.duration += duration;
        for (sum, increment) in self.sums.iter_mut().zip(increments) {
            *sum += increment;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use takens_core::Stream;

    #[test]
    fn the_mean_is_within_its_error() {
        let stream = Stream::new(3, 0);
        let mut batches = Batches::new(1, 1.0);
        for place in 0..6400 {
            batches.push(1.0, &[2.0 + stream.normal(place)]);
        }
        assert!((MOST / 2..MOST).contains(&batches.len()));
        let error = batches.standard_errors()[0];
        // One over the root of the number; the batches know it to an eighth or so.
        assert!((0.6..1.5).contains(&(error * 80.0)), "{error}");
        assert!((batches.means()[0] - 2.0).abs() < 4.0 * error);
    }

    #[test]
    fn merging_loses_nothing() {
        let mut batches = Batches::new(2, 0.5);
        for place in 0..1024 {
            batches.push(0.25, &[1.0, f64::from(place)]);
        }
        assert_eq!(batches.duration(), 256.0);
        assert_eq!(batches.means(), [4.0, 4.0 * 511.5]);
        assert!(batches.late_means()[1] > 4.0 * 511.5);
    }
}
