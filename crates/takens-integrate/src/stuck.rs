//! Why no step is short enough: a trajectory that goes to infinity, or equations that end or jump.

use crate::IntegrateError;
use crate::units::Units;

/// Where a trajectory was when its steps shrank to nothing.
pub(crate) struct Stuck<'a> {
    /// Of the components.
    pub(crate) names: &'a [String],
    /// When.
    pub(crate) time: f64,
    /// The step that is too short.
    pub(crate) step: f64,
    /// The state and its derivative.
    pub(crate) state: &'a [f64],
    pub(crate) slope: &'a [f64],
    pub(crate) units: &'a Units,
    /// The first component that the step refused would have made no number.
    pub(crate) undefined: Option<usize>,
}

impl Stuck<'_> {
    /// What is told of it.
    ///
    /// A component that is as far out as ever, moves outwards and would double in no time goes to
    /// infinity; so does one that is simply far out. All else is a stall.
    pub(crate) fn error(&self) -> IntegrateError {
        let (x, slope, time) = (self.state, self.slope, self.time);
        let size = self.units.size();
        let escapes = |i: usize| {
            let doubling = x[i] / slope[i];
            let outwards = doubling > 0.0 && x[i].abs() >= self.units.largest(i);
            let at_once = doubling < 1e-8 * time.abs().max(1e-8);
            x[i].abs() > 1e8 * size || (outwards && at_once && x[i].abs() > 3.0 * size)
        };
        let fastest = |a: &usize, b: &usize| {
            let rate = |i: usize| slope[i].abs() / (x[i].abs() + self.units.unit(i));
            rate(*a).total_cmp(&rate(*b))
        };
        let n = x.len();
        if let Some(component) = (0..n).filter(|&i| escapes(i)).max_by(fastest) {
            return IntegrateError::BlowUp { time, component: self.names[component].clone() };
        }
        let component =
            self.undefined.or_else(|| (0..n).max_by(fastest)).expect("a state has a component");
        IntegrateError::Stalled { time, step: self.step, component: self.names[component].clone() }
    }
}
