//! The coefficients of a solution: by loops at first, by a straight program once that pays. Large systems
//! whose equations repeat are swept through.
//!
//! All give the same bits, so that one may take the place of the other at any step.

use crate::EngineChoice;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, OnceLock};
use takens_kernel::{
    Engine, Jets, KernelError, LaneChoice, LaneEngine, LoopedJets, Program, SweptJets,
};

/// Computes the Taylor series of the solution through a point.
pub(super) struct Series {
    pub(super) order: usize,
    /// See [`Jets::is_polynomial`].
    pub(super) is_polynomial: bool,
    /// The right-hand side itself.
    pub(super) rhs: Arc<dyn Engine>,
    rhs_program: Program,
    swept: bool,
    /// Loops or sweeps.
    unwritten: Box<dyn Engine>,
    jets: Jets,
    engine: EngineChoice,
    /// So many series are computed by loops first.
    after: u64,
    /// Series computed by loops, in all runs.
    made: AtomicU64,
    /// The program; nothing if it could not be compiled.
    program: OnceLock<Option<Arc<dyn Engine>>>,
    /// The same for lanes.
    lanes: OnceLock<Result<Lanes, KernelError>>,
}

/// Programs for lanes: from `t`, state and parameters.
pub(super) struct Lanes {
    /// To the coefficients.
    pub(super) series: Arc<dyn LaneEngine>,
    /// To the derivative.
    pub(super) rhs: Arc<dyn LaneEngine>,
}

/// A program of more operations than this is never compiled.
const MOST_OPERATIONS: usize = 30_000;

/// A run tells of so many series at a time.
const TOLD: u64 = 64;

/// Series of more coefficients than this are not swept through.
const MOST_COEFFICIENTS: usize = 1 << 22;

impl Series {
    /// As [`new`](Self::new), but nothing for what other integrators do sooner.
    pub(super) fn affordable(
        rhs: &Program,
        jets: Jets,
        order: usize,
        engine: EngineChoice,
    ) -> Option<Self> {
        let fits = jets.states() * order <= MOST_COEFFICIENTS;
        fits.then(|| Self::new(rhs, jets, order, engine).ok())
            .flatten()
            .filter(|series| series.swept || series.jets.operations(order) <= MOST_OPERATIONS)
    }

    /// - `jets`: those of `rhs`.
    ///
    /// # Errors
    /// [`KernelError`] if the right-hand side cannot be compiled.
    pub(super) fn new(
        rhs: &Program,
        jets: Jets,
        order: usize,
        engine: EngineChoice,
    ) -> Result<Self, KernelError> {
        let operations = jets.operations(order);
        let swept = SweptJets::worthwhile(&jets, order);
        // Measured over the collection, a thousand samples of each flow: a sixth less time than after 256, and no more
        // than at once.
        let after = match engine {
            EngineChoice::Jit if operations <= MOST_OPERATIONS && swept.is_none() => TOLD,
            _ => u64::MAX,
        };
        let is_swept = swept.is_some();
        let unwritten: Box<dyn Engine> = match swept {
            Some(swept) => Box::new(swept),
            None => Box::new(LoopedJets::new(jets.clone(), order)),
        };
        let (made, program) = (AtomicU64::new(0), OnceLock::new());
        let is_polynomial = jets.is_polynomial();
        let lanes = OnceLock::new();
        Ok(Self {
            order,
            is_polynomial,
            rhs: engine.engine(rhs)?,
            rhs_program: rhs.clone(),
            swept: is_swept,
            unwritten,
            jets,
            engine,
            after,
            made,
            program,
            lanes,
        })
    }

    /// Coefficients 1 to `order`, from `t`, state and parameters; `made` counts those made by loops.
    pub(super) fn compute(&self, inputs: &[f64], coefficients: &mut [f64], made: &mut u64) {
        if let Some(Some(program)) = self.program.get() {
            program.call(inputs, coefficients);
            return;
        }
        self.unwritten.call(inputs, coefficients);
        *made += 1;
        if *made == TOLD {
            self.tell(std::mem::take(made));
        }
    }

    /// Whether there is a program for lanes: not for a series that is too long to compile, or where none is wanted.
    pub(super) fn has_lanes(&self) -> bool {
        self.after != u64::MAX
    }

    /// The program for lanes; nothing for a series that is too long to compile, or where none is wanted.
    ///
    /// # Errors
    /// [`KernelError`] if the machine lacks the lanes that are asked for.
    pub(super) fn lanes(&self) -> Result<Option<&Lanes>, KernelError> {
        if !self.has_lanes() {
            return Ok(None);
        }
        let compile = || {
            let series = LaneChoice::Widest.engine(&self.jets.unrolled(self.order))?;
            Ok(Lanes { series, rhs: LaneChoice::Widest.engine(&self.rhs_program)? })
        };
        self.lanes.get_or_init(compile).as_ref().map(Some).map_err(Clone::clone)
    }

    /// Counts series made by loops; the program is compiled when there are enough.
    pub(super) fn tell(&self, made: u64) {
        // The count says when, not what: no result depends on it.
        if self.made.fetch_add(made, Ordering::Relaxed) + made >= self.after {
            self.program.get_or_init(|| self.engine.engine(&self.jets.unrolled(self.order)).ok());
        }
    }
}
