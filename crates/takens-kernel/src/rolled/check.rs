//! The proof that a program stays within its arrays: what machine code, which has no bounds checks, relies
//! on.

use super::{Array, RolledProgram, Source, Step};
use crate::ir::Op;
use takens_symbolic::{IntId, Loop, Ranges};

impl RolledProgram {
    /// Whether every element read or written is there, and every division of whole numbers defined, for
    /// all values of the indices.
    ///
    /// # Errors
    /// What cannot be shown.
    pub(crate) fn check(&self) -> Result<(), &'static str> {
        self.check_steps(&self.steps, &mut Ranges::default())
    }

    fn check_steps(&self, steps: &[Step], ranges: &mut Ranges) -> Result<(), &'static str> {
        for step in steps {
            match step {
                Step::Compute(place) => self.check_operation(*place, ranges)?,
                Step::Store(array, place, _) => self.check_element(*array, *place, ranges)?,
                Step::Start(..) | Step::Fold(..) => {}
                Step::Loop { index, low, high, steps } => {
                    if ranges.position(*index).is_some() {
                        return Err("two loops have one index");
                    }
                    self.bounds(*low, ranges)?;
                    self.bounds(*high, ranges)?;
                    ranges.open.push(Loop { index: *index, low: *low, high: *high });
                    self.check_steps(steps, ranges)?;
                    ranges.open.pop();
                }
            }
        }
        Ok(())
    }

    fn check_operation(&self, place: u32, ranges: &Ranges) -> Result<(), &'static str> {
        let Op::Input(number) = &self.ops[place as usize] else { return Ok(()) };
        match &self.sources[*number as usize] {
            Source::Load(array, at) => self.check_element(*array, *at, ranges),
            Source::Ratio(a, b) | Source::Holds(_, a, b) | Source::Power(_, a, b) => {
                self.bounds(*a, ranges)?;
                self.bounds(*b, ranges).map(drop)
            }
            Source::Total(_) => Ok(()),
        }
    }

    fn check_element(
        &self,
        array: Array,
        place: IntId,
        ranges: &Ranges,
    ) -> Result<(), &'static str> {
        let count = match array {
            Array::Inputs => self.inputs,
            Array::Outputs => self.outputs,
            Array::Scratch => self.scratch,
        };
        let (low, high) = self.bounds(place, ranges)?;
        if low >= 0 && usize::try_from(high).is_ok_and(|high| high < count) {
            Ok(())
        } else {
            Err("an element may lie beyond its array")
        }
    }

    fn bounds(&self, id: IntId, ranges: &Ranges) -> Result<(i64, i64), &'static str> {
        ranges.bounds(&self.integers, id).ok_or("a place or a bound of a loop has no limit")
    }
}
