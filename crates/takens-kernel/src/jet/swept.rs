//! A Taylor series by sweeps over like steps: for large systems, whose equations repeat.
//!
//! Steps of one kind that wait for the same others are put side by side, and so are, as far as that goes, what
//! they read. Then a recurrence is a loop over neighbours, for vector instructions. Each coefficient is
//! computed by the same operations in the same order as by [`LoopedJets`](super::LoopedJets), with the same bits.
//!
//! `order` puts steps side by side, `schedule` says which sweep is made when, `code` writes machine code for
//! them, and where there is none `run` goes through them.

#[cfg(all(unix, target_arch = "x86_64"))]
mod code;
mod order;
mod run;
mod schedule;

use super::convolution::{Range, terms};
use super::{Jets, Step};
use crate::engine::{Engine, check_lengths};
use crate::error::KernelError;
use crate::lanes::{LaneChoice, Level};
#[cfg(all(unix, target_arch = "x86_64"))]
#[cfg(all(unix, target_arch = "x86_64"))]
use code::Code;
use order::sorted;
use schedule::{Item, scheduled};
use std::cell::RefCell;
use std::collections::HashMap;
use std::sync::Arc;

/// Computes what the program [`Jets::unrolled`] does, with the same bits, in sweeps.
#[derive(Debug, Clone)]
pub struct SweptJets {
    plan: Plan,
    level: Level,
    #[cfg(all(unix, target_arch = "x86_64"))]
    code: Option<Arc<Code>>,
}

/// What is done, whoever does it.
#[derive(Debug, Clone)]
struct Plan {
    /// With the steps in the order of their sweeps.
    jets: Jets,
    order: usize,
    /// Numbers from one order to the next.
    stride: usize,
    /// In the order in which they are made.
    items: Vec<Item>,
    /// How many of the lanes of a vector work, in the mean.
    busy: f64,
    /// The terms of products, by order, for each pair of ranges.
    sums: Vec<Vec<Vec<Term>>>,
}

/// The places of a pair of products, of which the second may be missing.
type Term = ((usize, usize), Option<(usize, usize)>);

/// The rates of components from `state` on, at places from `place` on.
#[derive(Debug, Clone)]
struct Rates {
    state: usize,
    place: usize,
    len: usize,
    range: Range,
}

/// Neighbouring steps of one kind.
#[derive(Debug, Clone)]
struct Sweep {
    /// The first of them.
    first: Step,
    place: usize,
    len: usize,
    /// Whether the steps read neighbours, and not all the same; for each part.
    many: [bool; 3],
    /// Which coefficients may differ from zero: of the steps, and of their parts.
    own: Range,
    parts: [Range; 3],
    /// Where the parts are.
    places: [usize; 3],
    /// The sum of a product, among `sums`.
    sum: usize,
}

impl SweptJets {
    /// Puts the recurrences up to `order` into sweeps, for the widest vectors of this machine.
    #[must_use]
    pub fn new(jets: &Jets, order: usize) -> Self {
        Self::of(Plan::new(jets, order), Level::best())
    }

    /// The same for chosen vectors: for tests.
    ///
    /// # Errors
    /// [`KernelError`] if this machine lacks what is asked for.
    pub fn with(jets: &Jets, order: usize, choice: LaneChoice) -> Result<Self, KernelError> {
        choice.level().map(|level| Self::of(Plan::new(jets, order), level))
    }

    /// Sweeps, if they pay: if there are many steps, and many of them alike. `None` if not.
    #[must_use]
    pub fn worthwhile(jets: &Jets, order: usize) -> Option<Self> {
        let moving = |step: &&Step| !matches!(step, Step::Still(_) | Step::State(_));
        let many = jets.steps.iter().filter(moving).count() >= MANY;
        let plan = many.then(|| Plan::new(jets, order)).filter(|plan| plan.busy >= BUSY)?;
        let level = LaneChoice::Widest.level().unwrap_or_else(|_| Level::best());
        Some(Self::of(plan, level))
    }

    fn of(plan: Plan, level: Level) -> Self {
        #[cfg(all(unix, target_arch = "x86_64"))]
        let code = Code::new(&plan, level).map(Arc::new);
        Self {
            plan,
            level,
            #[cfg(all(unix, target_arch = "x86_64"))]
            code,
        }
    }

    /// How many of the eight lanes of a vector work, in the mean.
    #[must_use]
    pub fn busy(&self) -> f64 {
        self.plan.busy
    }
}

impl Plan {
    fn new(jets: &Jets, order: usize) -> Self {
        let jets = sorted(jets);
        let (mut sweeps, mut sums): (Vec<Sweep>, Vec<_>) = (Vec::new(), Vec::new());
        let mut known: HashMap<[usize; 4], usize> = HashMap::new();
        for (place, step) in jets.steps.iter().enumerate() {
            let mut sweep = Sweep::of(&jets, place, step);
            if sweeps.last_mut().is_some_and(|last| last.takes(&sweep, &jets)) {
                continue;
            }
            let (a, b) = match step {
                Step::Quotient(..) => (sweep.parts[1].from(1), sweep.own),
                _ => (sweep.parts[0], sweep.parts[1]),
            };
            if matches!(step, Step::Mul(..) | Step::Quotient(..)) {
                sweep.sum = *known.entry([a.low, a.high, b.low, b.high]).or_insert_with(|| {
                    sums.push((0..order).map(|k| terms(k, a, b).collect()).collect());
                    sums.len() - 1
                });
            }
            sweeps.push(sweep);
        }
        let busy = busy(&sweeps);
        let items = scheduled(&sweeps, &rates(&jets));
        let stride = stride(jets.steps.len());
        Self { jets, order, stride, items, busy, sums }
    }
}

/// Numbers from one order to the next: whole vectors, and not a multiple of what the nearest cache takes
/// for the same place.
fn stride(steps: usize) -> usize {
    let vectors = steps.div_ceil(8);
    8 * (vectors + usize::from(vectors.is_multiple_of(2)))
}

fn busy(sweeps: &[Sweep]) -> f64 {
    let moving = |sweep: &&Sweep| !matches!(sweep.first, Step::Still(_) | Step::State(_));
    let (vectors, steps) = sweeps.iter().filter(moving).fold((0, 0), |(vectors, steps), sweep| {
        (vectors + sweep.len.div_ceil(LINE), steps + sweep.len)
    });
    steps as f64 / vectors.max(1) as f64
}

/// Where the rates are, neighbours together.
fn rates(jets: &Jets) -> Vec<Rates> {
    let mut runs: Vec<Rates> = Vec::new();
    for (state, &rate) in jets.outputs.iter().enumerate() {
        let (place, range) = (rate.0 as usize, jets.range(rate));
        match runs.last_mut() {
            Some(run) if run.place + run.len == place && run.range == range => run.len += 1,
            _ => runs.push(Rates { state, place, len: 1, range }),
        }
    }
    runs
}

/// From so many steps on, and so many lanes at work, systems are swept through.
const MANY: usize = 100;
const BUSY: f64 = 3.0;

thread_local! {
    /// Coefficients; what was left there is never read.
    static SCRATCH: RefCell<Vec<f64>> = const { RefCell::new(Vec::new()) };
}

/// Numbers in a line of the cache, which is what a vector is at most.
const LINE: usize = 8;

impl Engine for SweptJets {
    fn input_count(&self) -> usize {
        self.plan.jets.inputs
    }

    fn output_count(&self) -> usize {
        self.plan.order * self.plan.jets.states
    }

    fn call(&self, inputs: &[f64], outputs: &mut [f64]) {
        check_lengths((self.input_count(), self.output_count()), inputs, outputs);
        SCRATCH.with_borrow_mut(|scratch| {
            // With a vector more than there are numbers, from the start of a line on.
            let count = self.plan.stride * (self.plan.order + 1) + LINE;
            if scratch.len() < count + LINE {
                scratch.resize(count + LINE, 0.0);
            }
            let start = scratch.as_ptr().align_offset(8 * LINE).min(LINE);
            let coefficients = &mut scratch[start..][..count];
            #[cfg(all(unix, target_arch = "x86_64"))]
            if let Some(code) = &self.code {
                return code.run(&self.plan, self.level, inputs, coefficients, outputs);
            }
            self.plan.run_at(self.level, 0..self.plan.order, inputs, outputs, coefficients);
        });
    }
}
