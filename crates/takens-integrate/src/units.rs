//! The units in which errors of a state are measured (see [`Options`](crate::Options)).

/// The greatest magnitudes that the components of a state have had.
#[derive(Debug, Clone)]
pub(crate) struct Units {
    largest: Vec<f64>,
    largest_of_all: f64,
    /// The greatest magnitude at the start.
    initial: f64,
}

impl Units {
    pub(crate) fn new(initial: &[f64]) -> Self {
        let size = initial.iter().fold(0.0f64, |size, x| size.max(x.abs()));
        let largest_of_all = if size == 0.0 { 1.0 } else { size };
        let largest = initial.iter().map(|x| x.abs()).collect();
        Self { largest, largest_of_all, initial: size }
    }

    /// Takes a state into account.
    pub(crate) fn measure(&mut self, state: &[f64]) {
        for (largest, x) in self.largest.iter_mut().zip(state) {
            *largest = largest.max(x.abs());
            self.largest_of_all = self.largest_of_all.max(*largest);
        }
    }

    /// The unit of a component: the least of 1 and its greatest magnitude, but no less than a thousandth
    /// of the greatest of any.
    pub(crate) fn unit(&self, component: usize) -> f64 {
        self.largest[component].max(1e-3 * self.largest_of_all).min(1.0)
    }

    /// The component that goes to infinity, if one does.
    ///
    /// A component that is as far out as ever, moves outwards and would double in no time does; so does one
    /// that is simply far out.
    pub(crate) fn escaping(&self, time: f64, state: &[f64], slope: &[f64]) -> Option<usize> {
        let size = self.initial.max(1.0);
        let escapes = |&i: &usize| {
            let (x, slope) = (state[i], slope[i]);
            let doubling = x / slope;
            let outwards = doubling > 0.0 && x.abs() >= self.largest[i];
            let at_once = doubling < 1e-8 * time.abs().max(1e-8);
            x.abs() > 1e8 * size || (outwards && at_once && x.abs() > 3.0 * size)
        };
        (0..state.len())
            .filter(escapes)
            .max_by(|&a, &b| self.speed(a, state, slope).total_cmp(&self.speed(b, state, slope)))
    }

    /// The component that changes most in its unit.
    pub(crate) fn fastest(&self, state: &[f64], slope: &[f64]) -> usize {
        (0..state.len())
            .max_by(|&a, &b| self.speed(a, state, slope).total_cmp(&self.speed(b, state, slope)))
            .expect("a state has a component")
    }

    fn speed(&self, component: usize, state: &[f64], slope: &[f64]) -> f64 {
        slope[component].abs() / (state[component].abs() + self.unit(component))
    }
}
