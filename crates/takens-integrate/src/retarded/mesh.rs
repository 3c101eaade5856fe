//! Where steps begin and end: a mesh that repeats itself after the shortest delay.
//!
//! Time is cut into periods as long as the shortest delay, and periods into cells by halving. A step is a
//! cell, finer where the error asks for it. So steps end where the start is seen again, one delay later,
//! two delays later and so on, and a cell looks back onto a cell, whose nodes are those that it reads.

use crate::clock::Clock;

/// Halvings beyond which there is no going on.
const FINEST: u32 = 60;

/// Steps that miss their end by less than this part of them do not miss it.
const SAME: f64 = 1e-9;

/// A place in the mesh.
pub(crate) struct Mesh {
    period: f64,
    /// The fewest halvings allowed.
    coarsest: u32,
    /// Where the current period begins, the cell in it, and its size.
    origin: Clock,
    level: u32,
    cell: u64,
    /// Whether a step has ended inside the cell.
    inside: bool,
    pub(crate) now: Clock,
}

impl Mesh {
    /// From `begin`, with cells no longer than `longest`, at first no longer than `first`.
    pub(crate) fn new(begin: f64, period: f64, longest: f64, first: f64) -> Self {
        let halvings = |length: f64| {
            (0..FINEST).find(|&level| width(period, level) <= length).unwrap_or(FINEST)
        };
        let coarsest = halvings(longest);
        let (origin, now) = (Clock::new(begin), Clock::new(begin));
        let level = halvings(first).max(coarsest);
        Self { period, coarsest, origin, level, cell: 0, inside: false, now }
    }

    /// The next step: to the end of the cell, or less far to `stop`.
    pub(crate) fn step(&self, stop: Option<f64>) -> f64 {
        let whole = width(self.period, self.level);
        let step =
            if self.inside { (self.cell as f64 + 1.0) * whole - self.offset() } else { whole };
        match stop.map(|stop| self.now.until(stop)) {
            Some(left) if left > 0.0 && left < step * (1.0 - SAME) => left,
            _ => step,
        }
    }

    /// Goes on by the step that [`Mesh::step`] gave.
    pub(crate) fn advance(&mut self, step: f64) {
        let whole = width(self.period, self.level);
        let end = (self.cell as f64 + 1.0) * whole;
        let complete =
            if self.inside { self.offset() + step >= end - SAME * whole } else { step >= whole };
        self.now = self.now.later(step);
        self.inside = !complete;
        if complete {
            self.cell += 1;
            if self.cell == 1 << self.level {
                self.cell = 0;
                self.origin = self.origin.later(self.period);
            }
        }
    }

    /// Whether cells are halved no more.
    pub(crate) fn is_finest(&self) -> bool {
        self.level == FINEST
    }

    /// Halves the cells.
    pub(crate) fn refine(&mut self) {
        self.level = (self.level + 1).min(FINEST);
        let whole = width(self.period, self.level);
        self.cell = if self.inside {
            ((self.offset() / whole + SAME) as u64).min((1 << self.level) - 1)
        } else {
            2 * self.cell
        };
    }

    /// Takes cells twice as long, if one begins here.
    pub(crate) fn coarsen(&mut self) {
        if self.level > self.coarsest && !self.inside && self.cell.is_multiple_of(2) {
            self.level -= 1;
            self.cell /= 2;
        }
    }

    /// How far now is from the beginning of the period.
    fn offset(&self) -> f64 {
        self.origin.until_clock(self.now)
    }
}

/// Exact: a power of two divides without rounding.
fn width(period: f64, level: u32) -> f64 {
    period / (1u64 << level) as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_end_where_periods_do() {
        let mut mesh = Mesh::new(0.5, 1.7, f64::INFINITY, 0.3);
        let mut steps = Vec::new();
        // A stop in the middle of a cell, and changes of size on the way.
        for index in 0..8 {
            let step = mesh.step(Some(1.1));
            mesh.advance(step);
            steps.push(mesh.now.high);
            match index {
                1 => mesh.refine(),
                4 => mesh.coarsen(),
                _ => {}
            }
        }
        assert!(steps.contains(&1.1), "{steps:?}");
        while mesh.now.high < 3.8 {
            let step = mesh.step(None);
            mesh.advance(step);
            mesh.coarsen();
            steps.push(mesh.now.high);
        }
        for end in [2.2, 3.9] {
            assert!(steps.iter().any(|t| (t - end).abs() < 1e-15 * end), "{end}: {steps:?}");
        }
    }
}
