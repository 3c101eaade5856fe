//! One step of a flow, by one program or by loops.

use crate::fused::{dense_program, step_program};
use crate::layout::{DENSE_COEFFICIENTS, Layout};
use crate::staged::Scratch;
use crate::{EngineChoice, IntegrateError};
use std::sync::Arc;
use takens_kernel::{Engine, Program};

/// Beyond this many operations, a fused step takes longer to compile than it ever saves.
const FUSED_OPERATIONS: usize = 20_000;

/// Computes steps and their dense output; knows nothing of step sizes.
#[derive(Clone)]
pub(crate) struct Stepper {
    pub(crate) layout: Layout,
    rhs: Arc<dyn Engine>,
    fused: Option<[Arc<dyn Engine>; 2]>,
}

impl Stepper {
    pub(crate) fn new(
        rhs: &Program,
        n: usize,
        m: usize,
        engine: EngineChoice,
    ) -> Result<Self, IntegrateError> {
        // Twelve derivatives, and some 150 operations to combine them in each component.
        let operations = 12 * rhs.ops().len() + 150 * n;
        if operations > FUSED_OPERATIONS {
            return Ok(Self::staged(engine.engine(rhs)?, n, m));
        }
        Self::fused(rhs, n, m, engine)
    }

    pub(crate) fn fused(
        rhs: &Program,
        n: usize,
        m: usize,
        engine: EngineChoice,
    ) -> Result<Self, IntegrateError> {
        let layout = Layout { n, m };
        let step = engine.engine(&step_program(rhs, layout))?;
        let dense = engine.engine(&dense_program(rhs, layout))?;
        Ok(Self { layout, rhs: engine.engine(rhs)?, fused: Some([step, dense]) })
    }

    pub(crate) fn staged(rhs: Arc<dyn Engine>, n: usize, m: usize) -> Self {
        Self { layout: Layout { n, m }, rhs, fused: None }
    }

    /// Room for the stages of a step, where they are not hidden in a program.
    pub(crate) fn scratch(&self) -> Option<Scratch> {
        self.fused.is_none().then(|| Scratch::new(self.layout))
    }

    /// The derivative at `inputs`, that is `t`, state and parameters.
    pub(crate) fn derivative(&self, inputs: &[f64], out: &mut [f64]) {
        self.rhs.call(inputs, out);
    }

    /// Fills the outputs of a step in `frame`.
    pub(crate) fn step(&self, frame: &mut [f64], scratch: &mut Option<Scratch>) {
        match (&self.fused, scratch) {
            (Some([step, _]), _) => {
                let (inputs, rest) = frame.split_at_mut(self.layout.inputs());
                let outputs = self.layout.stepped() - self.layout.inputs();
                step.call(inputs, &mut rest[..outputs]);
            }
            (None, Some(scratch)) => scratch.step(&*self.rhs, self.layout, frame),
            (None, None) => unreachable!("a staged stepper has its scratch"),
        }
    }

    /// Fills the coefficients of the dense output in `frame`.
    pub(crate) fn dense(&self, frame: &mut [f64], scratch: &mut Option<Scratch>) {
        match (&self.fused, scratch) {
            (Some([_, dense]), _) => {
                let (inputs, outputs) = frame.split_at_mut(self.layout.stepped());
                dense.call(inputs, outputs);
            }
            (None, Some(scratch)) => scratch.dense(&*self.rhs, self.layout, frame),
            (None, None) => unreachable!("a staged stepper has its scratch"),
        }
    }

    /// The state a fraction `theta` of the step after its start.
    pub(crate) fn interpolate(&self, frame: &[f64], theta: f64, out: &mut [f64]) {
        let n = self.layout.n;
        let rest = 1.0 - theta;
        let x = &frame[self.layout.x()];
        let coefficients = &frame[self.layout.dense(1).start..][..DENSE_COEFFICIENTS * n];
        for (i, out) in out.iter_mut().enumerate() {
            let mut sum = 0.0;
            for index in (0..DENSE_COEFFICIENTS).rev() {
                let factor = if index % 2 == 0 { theta } else { rest };
                sum = factor * (coefficients[index * n + i] + sum);
            }
            *out = x[i] + sum;
        }
    }
}
