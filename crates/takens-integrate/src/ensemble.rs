//! Many trajectories of one system: over starts, over parameter values.
//!
//! Every one has the bits that [`Propagator::sample`] gives it alone. So the result depends neither on the number of
//! threads nor on which trajectories are computed side by side.

use crate::method::Start;
use crate::propagator::Propagator;
use crate::walk::Counts;
use crate::{IntegrateError, Solution};
use std::sync::Mutex;
use takens_core::TimeGrid;
use takens_kernel::LANES;

/// Where one trajectory of many starts.
#[derive(Debug, Clone, PartialEq)]
pub struct Member {
    /// One value per scalar parameter, in flat order.
    pub parameters: Vec<f64>,
    /// The state at the first instant.
    pub initial: Vec<f64>,
}

/// What a trajectory cost.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Work {
    /// Steps made; for a map, iterations.
    pub steps: u64,
    /// Steps tried and refused.
    pub rejected: u64,
}

impl From<&Solution> for Work {
    fn from(solution: &Solution) -> Self {
        Self { steps: solution.steps, rejected: solution.rejected }
    }
}

impl From<Counts> for Work {
    fn from(counts: Counts) -> Self {
        Self { steps: counts.steps, rejected: counts.rejected }
    }
}

/// One trajectory to be computed.
pub(crate) struct Job<'a> {
    pub(crate) index: usize,
    member: Member,
    /// `instant × component`, row after row.
    pub(crate) out: &'a mut [f64],
}

impl Job<'_> {
    pub(crate) fn parameters(&self) -> &[f64] {
        &self.member.parameters
    }

    /// The state that it starts from.
    pub(crate) fn state(&self) -> &[f64] {
        &self.member.initial
    }

    /// Where it starts, and where its states go.
    pub(crate) fn parts(&mut self, time: f64) -> (Start<'_>, &mut [f64]) {
        let Member { parameters, initial } = &self.member;
        (Start { parameters, state: initial, time }, self.out)
    }

    /// Writes the state that it starts from, as that of an instant.
    pub(crate) fn write(&mut self, instant: usize) {
        let state = &self.member.initial;
        self.out[instant * state.len()..][..state.len()].copy_from_slice(state);
    }
}

/// Trajectories to be computed, handed to whoever has room for one.
pub(crate) trait Queue<'a> {
    /// The next one.
    fn next(&mut self) -> Option<Job<'a>>;

    /// How one ended.
    fn done(&mut self, job: Job<'a>, result: Result<Work, IntegrateError>);
}

/// Something that changes states on their way at the ends of steps: tangent vectors, say, are made orthonormal again.
pub trait Reframe {
    /// By how many components, from the first on, the accuracy of steps is judged: those that are not changed.
    fn judged(&self) -> usize;

    /// Changes states where a step ends.
    ///
    /// - `steps`: how many rounds of steps there were since the last time.
    /// - `lanes`: those in which there is a trajectory, a bit each.
    /// - `states`: `component × lane`.
    /// - `marks`: what is to be known of it if it holds.
    ///
    /// Gives how many rounds of steps are made until the next time.
    fn reframe(
        &mut self,
        steps: u32,
        lanes: u8,
        states: &mut [[f64; LANES]],
        marks: &mut Vec<[f64; LANES]>,
    ) -> u32;

    /// The last change of states holds for a trajectory; for others the step may have been refused.
    ///
    /// - `time`: since its start, when the change was.
    /// - `marks`, `lane`: those of the change, and where the trajectory was.
    fn holds(&mut self, trajectory: usize, time: f64, marks: &[[f64; LANES]], lane: usize);
}

/// States that go on from where they are.
struct Onward<'a, Rest> {
    rest: Rest,
    parameters: &'a [f64],
    result: Result<(), IntegrateError>,
}

impl<'a, Rest> Queue<'a> for Onward<'_, Rest>
where
    Rest: Iterator<Item = (usize, (&'a [f64], &'a mut [f64]))>,
{
    fn next(&mut self) -> Option<Job<'a>> {
        let (index, (initial, out)) = self.rest.next()?;
        let member = Member { parameters: self.parameters.to_vec(), initial: initial.to_vec() };
        Some(Job { index, member, out })
    }

    fn done(&mut self, _job: Job<'a>, result: Result<Work, IntegrateError>) {
        if self.result.is_ok() {
            self.result = result.map(drop);
        }
    }
}

/// What one thread takes and gives.
struct Share<'q, 'a, Rest, Begin> {
    rest: &'q Mutex<Rest>,
    begin: &'q Begin,
    propagator: &'q Propagator,
    results: Vec<(usize, &'a mut [f64], Result<Work, IntegrateError>)>,
}

impl<'a, Rest, Begin> Queue<'a> for Share<'_, 'a, Rest, Begin>
where
    Rest: Iterator<Item = (usize, &'a mut [f64])>,
    Begin: Fn(usize) -> Member,
{
    fn next(&mut self) -> Option<Job<'a>> {
        loop {
            let (index, out) = self.rest.lock().ok()?.next()?;
            let member = (self.begin)(index);
            match self.propagator.check_start(&member.parameters, &member.initial) {
                Ok(()) => return Some(Job { index, member, out }),
                Err(error) => self.results.push((index, out, Err(error))),
            }
        }
    }

    fn done(&mut self, job: Job<'a>, result: Result<Work, IntegrateError>) {
        self.results.push((job.index, job.out, result));
    }
}

impl Propagator {
    /// The states of `count` trajectories at the instants of `grid`, computed by all threads of the rayon pool
    /// that this is called in.
    ///
    /// - `member`: where the trajectory of an index starts, at the first instant of the grid.
    /// - `out`: `trajectory × instant × component`; NaN throughout a trajectory that ended early.
    ///
    /// Gives what each trajectory cost, or why it ended early.
    ///
    /// # Errors
    /// [`IntegrateError`] for a grid that cannot be sampled.
    ///
    /// # Panics
    /// If `out` has another length.
    pub fn sample_all(
        &self,
        count: usize,
        member: impl Fn(usize) -> Member + Sync,
        grid: &TimeGrid,
        out: &mut [f64],
    ) -> Result<Vec<Result<Work, IntegrateError>>, IntegrateError> {
        self.check_grid(grid)?;
        let size = grid.len() * self.dim();
        assert_eq!(out.len(), count * size, "trajectory × instant × component");
        let rest = Mutex::new(out.chunks_exact_mut(size).enumerate());
        let room = count.div_ceil(rayon::current_num_threads());
        let shares = rayon::broadcast(|_| {
            let (rest, begin) = (&rest, &member);
            let mut share = Share { rest, begin, propagator: self, results: Vec::new() };
            self.work_off(room, grid, &mut share);
            share.results
        });
        let mut results = vec![Ok(Work::default()); count];
        for (index, out, result) in shares.into_iter().flatten() {
            if result.is_err() {
                out.fill(f64::NAN);
            }
            results[index] = result;
        }
        Ok(results)
    }

    /// Takes several states of an autonomous flow onward, side by side, and has them changed on the way.
    ///
    /// - `duration`: a trajectory ends where it is changed after this time.
    /// - `states`: `trajectory × component`.
    ///
    /// # Errors
    /// [`IntegrateError::NotSideBySide`] where that is not possible (see [`Propagator::side_by_side`]), and as
    /// [`Propagator::sample`]: the error of a trajectory that ends early.
    ///
    /// # Panics
    /// If there are no whole states.
    pub fn carry(
        &self,
        parameters: &[f64],
        states: &[f64],
        duration: f64,
        reframe: &mut dyn Reframe,
    ) -> Result<(), IntegrateError> {
        let n = self.dim();
        assert!(states.len().is_multiple_of(n), "trajectory × component");
        for state in states.chunks_exact(n) {
            self.check_start(parameters, state)?;
        }
        let grid = TimeGrid::explicit(vec![0.0, duration])?;
        let mut rows = vec![0.0; 2 * states.len()];
        let rest = states.chunks_exact(n).zip(rows.chunks_exact_mut(2 * n)).enumerate();
        let mut onward = Onward { rest, parameters, result: Ok(()) };
        self.carry_off(states.len() / n, &grid, &mut onward, reframe)?;
        onward.result
    }
}
