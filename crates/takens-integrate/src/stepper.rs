//! One step of a flow, by loops at first and by a fused program once that pays.
//!
//! Both give the same bits, so that a walk may change from one to the other between any two steps.

use crate::fused::{dense_program, step_program};
use crate::layout::{DENSE_COEFFICIENTS, Layout};
use crate::staged::Scratch;
use crate::variational::{Stages, Variational};
use crate::{EngineChoice, IntegrateError};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, OnceLock};
use takens_kernel::{Engine, Program};

/// Computes steps and their dense output; knows nothing of step sizes.
#[derive(Clone)]
pub(crate) struct Stepper {
    pub(crate) layout: Layout,
    rhs: Arc<dyn Engine>,
    upgrade: Option<Arc<Upgrade>>,
    /// Where the right-hand side is a flow with its linearisation.
    variational: Option<Arc<Variational>>,
}

/// The way to the fused programs.
struct Upgrade {
    rhs: Program,
    engine: EngineChoice,
    /// So many steps are made by loops first.
    after: u64,
    /// Steps made by loops, by all walks.
    made: AtomicU64,
    /// The step and its dense output; nothing if they could not be compiled.
    programs: OnceLock<Option<[Arc<dyn Engine>; 2]>>,
}

/// A fused step of more operations than this is never compiled.
const MOST_OPERATIONS: u64 = 20_000;

/// Where a walk's last step was computed.
#[derive(Debug)]
pub(crate) struct Workspace {
    scratch: Scratch,
    stages: Option<Stages>,
    fused: bool,
    /// Steps made by loops that the stepper has not been told of.
    untold: u64,
}

impl Stepper {
    pub(crate) fn new(
        rhs: &Program,
        n: usize,
        m: usize,
        engine: EngineChoice,
    ) -> Result<Self, IntegrateError> {
        Ok(Self::over(engine.engine(rhs)?, rhs, n, m, engine))
    }

    /// As [`Stepper::new`], where `running` runs the right-hand side already.
    pub(crate) fn over(
        running: Arc<dyn Engine>,
        rhs: &Program,
        n: usize,
        m: usize,
        engine: EngineChoice,
    ) -> Self {
        let mut stepper = Self::staged(running, n, m);
        // Twelve derivatives, and some 150 operations to combine them in each component.
        let operations = (12 * rhs.ops().len() + 150 * n) as u64;
        // To write and compile an operation takes some 0.4 µs, for step and dense output twice that: as long as some
        // thousand steps are faster by then, if an operation is faster by a nanosecond (an estimate). An
        // interpreter has nothing to compile.
        let after = match engine {
            EngineChoice::Oracle => 0,
            EngineChoice::Jit => 2048,
        };
        if operations <= MOST_OPERATIONS {
            let (made, programs) = (AtomicU64::new(0), OnceLock::new());
            let upgrade = Upgrade { rhs: rhs.clone(), engine, after, made, programs };
            upgrade.tell(0, stepper.layout);
            stepper.upgrade = Some(Arc::new(upgrade));
        }
        stepper
    }

    pub(crate) fn staged(rhs: Arc<dyn Engine>, n: usize, m: usize) -> Self {
        Self { layout: Layout { n, m }, rhs, upgrade: None, variational: None }
    }

    /// For a flow with its linearisation.
    pub(crate) fn variational(flow: Variational, m: usize) -> Self {
        let flow = Arc::new(flow);
        let stepper = Self::staged(flow.clone(), flow.output_count(), m);
        Self { variational: Some(flow), ..stepper }
    }

    pub(crate) fn workspace(&self) -> Workspace {
        let scratch = Scratch::new(self.layout);
        let stages = self.variational.as_ref().map(|flow| flow.stages());
        Workspace { scratch, stages, fused: false, untold: 0 }
    }

    /// The derivative at `inputs`, that is `t`, state and parameters.
    pub(crate) fn derivative(&self, inputs: &[f64], out: &mut [f64]) {
        self.rhs.call(inputs, out);
    }

    /// Fills the outputs of a step in `frame`.
    pub(crate) fn step(&self, frame: &mut [f64], workspace: &mut Workspace) {
        if let Some([step, _]) = self.programs() {
            let (inputs, rest) = frame.split_at_mut(self.layout.inputs());
            let outputs = self.layout.stepped() - self.layout.inputs();
            step.call(inputs, &mut rest[..outputs]);
            workspace.fused = true;
            return;
        }
        let Workspace { scratch, stages, .. } = workspace;
        match (&self.variational, stages) {
            (Some(flow), Some(stages)) => flow.step(self.layout, frame, &mut scratch.k, stages),
            _ => scratch.step(&*self.rhs, self.layout, frame),
        }
        workspace.fused = false;
        workspace.untold += 1;
        if workspace.untold == 1024 {
            self.tell(workspace);
        }
    }

    /// Fills the coefficients of the dense output of the last step in `frame`.
    pub(crate) fn dense(&self, frame: &mut [f64], workspace: &mut Workspace) {
        match self.programs() {
            Some([_, dense]) if workspace.fused => {
                let (inputs, outputs) = frame.split_at_mut(self.layout.stepped());
                dense.call(inputs, outputs);
            }
            _ => {
                if self.variational.is_some() {
                    // The stages of vectors were not kept.
                    workspace.scratch.step(&*self.rhs, self.layout, &mut frame.to_vec());
                }
                workspace.scratch.dense(&*self.rhs, self.layout, frame);
            }
        }
    }

    /// Counts the steps that a walk made by loops; the fused programs are compiled when there are enough.
    pub(crate) fn tell(&self, workspace: &mut Workspace) {
        let steps = std::mem::take(&mut workspace.untold);
        if let Some(upgrade) = &self.upgrade {
            upgrade.tell(steps, self.layout);
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

    fn programs(&self) -> Option<&[Arc<dyn Engine>; 2]> {
        self.upgrade.as_ref()?.programs.get()?.as_ref()
    }
}

impl Upgrade {
    fn tell(&self, steps: u64, layout: Layout) {
        // The count says when, not what: no result depends on it.
        if self.made.fetch_add(steps, Ordering::Relaxed) + steps >= self.after {
            self.programs.get_or_init(|| {
                let step = self.engine.engine(&step_program(&self.rhs, layout)).ok()?;
                let dense = self.engine.engine(&dense_program(&self.rhs, layout)).ok()?;
                Some([step, dense])
            });
        }
    }
}
