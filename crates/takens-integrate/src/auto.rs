//! The integrator that suits: explicit as long as that goes, implicit where the flow is stiff.
//!
//! Start at [`Auto`]. An explicit method makes the steps, and `watch` compares their length with the fastest
//! rate of the flow: where stability and not the error keeps them short, [`StiffWalk`] goes on from there,
//! until its steps are no longer than those that the explicit method could make at less cost. An
//! excursion that did not pay makes the next one rarer.

use crate::clock::Clock;
use crate::method::{Flow, Start};
use crate::options::{EngineChoice, Options};
pub(crate) use crate::reach::Reach;
use crate::stepper::Stepper;
use crate::stiff::{Radau, StiffWalk};
use crate::walk::{Counts, Walk};
use crate::watch::Watch;
use crate::{IntegrateError, Method};
use std::sync::{Arc, OnceLock};
use takens_core::TimeGrid;
use takens_kernel::{Engine, Program};

/// A state on its way along a flow, one accepted step at a time.
pub(crate) trait Steps {
    /// Makes one step.
    fn step(&mut self) -> Result<(), IntegrateError>;

    /// The time reached.
    fn now(&self) -> Clock;

    /// The length of the last step; zero if there was none.
    fn last_step(&self) -> f64;

    /// The state reached.
    fn state(&self) -> &[f64];

    /// The state at `time`, within the last step.
    fn interpolate(&mut self, time: f64, out: &mut [f64]);

    fn counts(&self) -> Counts;
}

/// Writes the states at the instants of `grid`, row after row.
///
/// # Errors
/// Those of the steps, and [`IntegrateError::TooFar`] as soon as it is plain that they do not suffice.
pub(crate) fn follow(
    walk: &mut dyn Steps,
    options: &Options,
    grid: &TimeGrid,
    out: &mut [f64],
) -> Result<(), IntegrateError> {
    let dim = walk.state().len();
    let mut reach = Reach::new(grid.time(grid.len() - 1));
    for (time, row) in grid.iter().zip(out.chunks_exact_mut(dim)) {
        while walk.now().until(time) > 0.0 {
            walk.step()?;
            reach.check(walk.now(), walk.last_step(), options)?;
        }
        walk.interpolate(time, row);
    }
    Ok(())
}

/// Where an integrator takes over.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Leg<'a> {
    /// One value per scalar parameter.
    pub(crate) parameters: &'a [f64],
    pub(crate) state: &'a [f64],
    pub(crate) now: Clock,
    /// The first step to try; none to guess it.
    pub(crate) first_step: Option<f64>,
    /// The work done before.
    pub(crate) counts: Counts,
}

/// An explicit integrator that can go on from any state.
pub(crate) trait Explicit: Send + Sync {
    /// Its name.
    fn method(&self) -> Method;

    /// The longest steps that it makes where a rate of one rules, before they grow unstable.
    fn reach(&self) -> f64;

    /// Takes over.
    fn start<'a>(
        &'a self,
        names: &'a [String],
        options: &'a Options,
        leg: Leg<'_>,
    ) -> Result<Box<dyn Steps + 'a>, IntegrateError>;
}

impl Explicit for Stepper {
    fn method(&self) -> Method {
        Method::Dop853
    }

    fn reach(&self) -> f64 {
        // From its coefficients: 6.4 along the negative axis, 6.0 along the imaginary one.
        6.0
    }

    fn start<'a>(
        &'a self,
        names: &'a [String],
        options: &'a Options,
        leg: Leg<'_>,
    ) -> Result<Box<dyn Steps + 'a>, IntegrateError> {
        let time = leg.now.high;
        let mut walk = Walk::new(self, names, options, leg.parameters, leg.state, time)?;
        walk.resume(&leg);
        Ok(Box::new(walk))
    }
}

impl Steps for Walk<'_> {
    fn step(&mut self) -> Result<(), IntegrateError> {
        Walk::step(self)
    }

    fn now(&self) -> Clock {
        self.clock()
    }

    fn last_step(&self) -> f64 {
        Walk::last_step(self)
    }

    fn state(&self) -> &[f64] {
        Walk::state(self)
    }

    fn interpolate(&mut self, time: f64, out: &mut [f64]) {
        Walk::interpolate(self, time, out);
    }

    fn counts(&self) -> Counts {
        Walk::counts(self)
    }
}

/// A flow by an explicit integrator and, where that is stiff, by Radau IIA.
pub(crate) struct Auto {
    explicit: Box<dyn Explicit>,
    program: Program,
    rhs: Arc<dyn Engine>,
    engine: EngineChoice,
    /// Compiled when it is first wanted; nothing if it cannot be.
    stiff: OnceLock<Option<Radau>>,
    /// How many times as long as an explicit step an implicit one has to be, to cost no more.
    price: f64,
}

/// Larger systems are not tried as stiff ones: their matrices cost more than they save.
const MOST_COMPONENTS: usize = 400;
/// So many implicit steps in succession that do not pay end the excursion.
const PATIENCE: u32 = 50;
/// As many at its beginning do.
const TRIAL: u32 = 20;
/// An excursion with fewer steps that pay than this makes the next one rarer.
const WORTH_IT: u32 = 50;

impl Auto {
    /// - `program`: from `t`, state and parameters to the derivative; `rhs` runs it.
    pub(crate) fn new(
        explicit: Box<dyn Explicit>,
        program: &Program,
        rhs: Arc<dyn Engine>,
        engine: EngineChoice,
    ) -> Self {
        let (n, rate) = (program.output_count() as f64, program.ops().len() as f64);
        // Some twelve derivatives make a step of either kind; an implicit one has matrices besides.
        let matrices = 10.0 / 3.0 * n * n * n + 40.0 * n * n;
        let price = 1.0 + matrices / (12.0 * rate + 100.0);
        let stiff = OnceLock::new();
        Self { explicit, program: program.clone(), rhs, engine, stiff, price }
    }

    fn suspicion(&self) -> u32 {
        SUSPICION + SUSPICION / 16 * self.program.output_count() as u32
    }

    fn stiff(&self) -> Option<&Radau> {
        let radau = || Radau::new(&self.program, self.rhs.clone(), self.engine).ok();
        let fits = self.program.output_count() <= MOST_COMPONENTS;
        self.stiff.get_or_init(|| fits.then(radau).flatten()).as_ref()
    }
}

impl Flow for Auto {
    fn method(&self) -> Method {
        Method::Auto
    }

    fn made_by(&self, counts: Counts) -> String {
        let explicit = self.explicit.method();
        match counts.stiff {
            0 => format!("auto ({explicit})"),
            _ => format!("auto ({explicit}, {})", Method::Radau5),
        }
    }

    fn sample(
        &self,
        names: &[String],
        options: &Options,
        start: Start<'_>,
        grid: &TimeGrid,
        out: &mut [f64],
    ) -> Result<Counts, IntegrateError> {
        let Start { parameters, state, time } = start;
        let leg = Leg {
            parameters,
            state,
            now: Clock::new(time),
            first_step: options.first_step,
            counts: Counts::default(),
        };
        let driver = Driver::Explicit(self.explicit.start(names, options, leg)?);
        let watch = Watch::new(parameters, state);
        let parameters = parameters.to_vec();
        let mut drive = Drive {
            auto: self,
            names,
            options,
            parameters,
            watch,
            driver,
            hits: 0,
            wanted: self.suspicion(),
        };
        follow(&mut drive, options, grid, out)?;
        Ok(drive.counts())
    }
}

/// Who makes the steps.
enum Driver<'a> {
    Explicit(Box<dyn Steps + 'a>),
    /// The walk, the steps in succession that did not pay, those that did.
    Stiff(Box<StiffWalk<'a>>, u32, u32),
}

/// A trajectory with changes of driver.
struct Drive<'a> {
    auto: &'a Auto,
    names: &'a [String],
    options: &'a Options,
    parameters: Vec<f64>,
    watch: Watch,
    driver: Driver<'a>,
    /// What the last explicit steps say for stiffness.
    hits: u32,
    /// What has to be said for it before the driver is changed.
    wanted: u32,
}

/// An explicit step this part of the stable ones is as long as stability lets it be.
const AT_THE_EDGE: f64 = 0.8;
/// One of this part may be, where rounding disturbs the estimate of its error.
const NEAR_THE_EDGE: f64 = 0.25;
/// What the first says of stiffness, where the second says one; and what a shorter step says against it.
const STRONG: u32 = 20;
/// What has to be said for stiffness, at first; in large systems, whose derivatives take long to compile,
/// more.
const SUSPICION: u32 = 10 * STRONG;
/// Explicit steps between two looks while nothing is suspected.
const REST: u64 = 8;

impl<'a> Drive<'a> {
    fn inner(&self) -> &(dyn Steps + 'a) {
        match &self.driver {
            Driver::Explicit(walk) => &**walk,
            Driver::Stiff(walk, ..) => &**walk,
        }
    }

    /// Looks at the explicit step just made, but not at every one.
    fn look(&mut self) {
        let Driver::Explicit(walk) = &self.driver else { return };
        if self.hits == 0 && walk.counts().steps % REST != 0 {
            return;
        }
        let rate = self.watch.look(&*self.auto.rhs, walk.now().high, walk.state());
        let part = walk.last_step() * rate / self.auto.explicit.reach();
        self.hits = if part > AT_THE_EDGE {
            self.hits + STRONG
        } else if part > NEAR_THE_EDGE {
            self.hits + 1
        } else {
            self.hits.saturating_sub(STRONG)
        };
    }

    /// Counts whether the implicit step just made was worth its price.
    fn weigh(&mut self) {
        let Driver::Stiff(walk, idle, paid) = &mut self.driver else { return };
        let rate = self.watch.turn(|vector, out| walk.turn(vector, out), walk.state());
        if walk.last_step() * rate > self.auto.price * self.auto.explicit.reach() {
            (*idle, *paid) = (0, paid.saturating_add(1));
        } else {
            *idle += 1;
        }
    }

    /// Changes the driver, where that is due.
    fn change(&mut self) -> Result<(), IntegrateError> {
        match &self.driver {
            Driver::Explicit(walk) if self.hits >= self.wanted => {
                let Some(radau) = self.auto.stiff() else {
                    (self.hits, self.wanted) = (0, u32::MAX);
                    return Ok(());
                };
                let leg = leg(&**walk, &self.parameters);
                let walk = StiffWalk::new(radau, self.names, self.options, leg)?;
                self.driver = Driver::Stiff(Box::new(walk), 0, 0);
            }
            Driver::Stiff(_, idle, paid) if *idle >= if *paid == 0 { TRIAL } else { PATIENCE } => {
                let worth_it = *paid >= WORTH_IT;
                self.wanted =
                    if worth_it { self.auto.suspicion() } else { self.wanted.saturating_mul(8) };
                self.go_back()?;
            }
            _ => {}
        }
        Ok(())
    }

    fn go_back(&mut self) -> Result<(), IntegrateError> {
        let explicit = &self.auto.explicit;
        let walk = explicit.start(self.names, self.options, leg(self.inner(), &self.parameters))?;
        self.driver = Driver::Explicit(walk);
        self.hits = 0;
        Ok(())
    }
}

fn leg<'a>(walk: &'a dyn Steps, parameters: &'a [f64]) -> Leg<'a> {
    Leg {
        parameters,
        state: walk.state(),
        now: walk.now(),
        first_step: Some(walk.last_step()),
        counts: walk.counts(),
    }
}

impl Steps for Drive<'_> {
    fn step(&mut self) -> Result<(), IntegrateError> {
        self.change()?;
        match &mut self.driver {
            Driver::Explicit(walk) => {
                walk.step()?;
                self.look();
            }
            Driver::Stiff(walk, ..) => match walk.step() {
                Ok(()) => self.weigh(),
                Err(error @ IntegrateError::MaxSteps { .. }) => return Err(error),
                // What an implicit step does not pass, an explicit one may; if not, it says why.
                Err(_) => {
                    self.wanted = u32::MAX;
                    self.go_back()?;
                    return self.step();
                }
            },
        }
        Ok(())
    }

    fn now(&self) -> Clock {
        self.inner().now()
    }

    fn last_step(&self) -> f64 {
        self.inner().last_step()
    }

    fn state(&self) -> &[f64] {
        self.inner().state()
    }

    fn interpolate(&mut self, time: f64, out: &mut [f64]) {
        match &mut self.driver {
            Driver::Explicit(walk) => walk.interpolate(time, out),
            Driver::Stiff(walk, ..) => walk.interpolate(time, out),
        }
    }

    fn counts(&self) -> Counts {
        self.inner().counts()
    }
}
