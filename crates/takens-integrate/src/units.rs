//! The units in which errors of a state are measured (see [`Options`](crate::Options)).

use crate::sizes::{all_within, take_in};

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
        self.largest_of_all = self.largest_of_all.max(take_in(&mut self.largest, state));
    }

    /// Whether no component of a state is larger than ever before.
    pub(crate) fn cover(&self, state: &[f64]) -> bool {
        all_within(state, &self.largest)
    }

    /// The unit of a component: the least of 1 and its greatest magnitude, but no less than a thousandth
    /// of the greatest of any.
    pub(crate) fn unit(&self, component: usize) -> f64 {
        self.largest[component].max(1e-3 * self.largest_of_all).min(1.0)
    }

    /// Writes the units of all components.
    pub(crate) fn write(&self, units: &mut [f64]) {
        let least = 1e-3 * self.largest_of_all;
        for (unit, largest) in units.iter_mut().zip(&self.largest) {
            *unit = largest.max(least).min(1.0);
        }
    }

    /// The greatest magnitude that a component has had.
    pub(crate) fn largest(&self, component: usize) -> f64 {
        self.largest[component]
    }

    /// The greatest magnitude at the start, or one if that was less.
    pub(crate) fn size(&self) -> f64 {
        self.initial.max(1.0)
    }
}
