//! Many trajectories of one system: over starts, over parameter values.
//!
//! Every one has the bits that [`Propagator::sample`] gives it alone. So the result depends neither on the number of
//! threads nor on which trajectories are computed side by side.

use crate::method::Start;
use crate::propagator::Propagator;
use crate::walk::Counts;
use crate::{IntegrateError, Solution};
use std::marker::PhantomData;
use std::sync::Mutex;
use takens_core::TimeGrid;

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
    index: usize,
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

/// States that go on from where they are, each with room for its start and its end.
struct Onward<'q, 'a, Rest> {
    rest: Rest,
    parameters: &'q [f64],
    result: Result<(), IntegrateError>,
    _room: PhantomData<&'a mut f64>,
}

impl<'a, Rest> Queue<'a> for Onward<'_, 'a, Rest>
where
    Rest: Iterator<Item = (usize, (Vec<f64>, &'a mut [f64]))>,
{
    fn next(&mut self) -> Option<Job<'a>> {
        let (index, (initial, out)) = self.rest.next()?;
        let member = Member { parameters: self.parameters.to_vec(), initial };
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

    /// Takes several states of an autonomous flow onward by `duration`, side by side.
    ///
    /// - `states`: `trajectory × component`; where they are, and then where they have come to.
    ///
    /// # Errors
    /// As [`Propagator::sample`]: that of the first trajectory that ends early. Then `states` are of no use.
    ///
    /// # Panics
    /// If there are no whole states.
    pub fn advance(
        &self,
        parameters: &[f64],
        states: &mut [f64],
        duration: f64,
    ) -> Result<(), IntegrateError> {
        let n = self.dim();
        assert!(states.len().is_multiple_of(n), "trajectory × component");
        for state in states.chunks_exact(n) {
            self.check_start(parameters, state)?;
        }
        let grid = TimeGrid::explicit(vec![0.0, duration])?;
        let mut rows = vec![0.0; 2 * states.len()];
        let starts = states.chunks_exact(n).map(<[f64]>::to_vec);
        let rest = starts.zip(rows.chunks_exact_mut(2 * n)).enumerate();
        let mut onward = Onward { rest, parameters, result: Ok(()), _room: PhantomData };
        self.work_off(states.len() / n, &grid, &mut onward);
        onward.result?;
        for (rows, state) in rows.chunks_exact(2 * n).zip(states.chunks_exact_mut(n)) {
            state.copy_from_slice(&rows[n..]);
        }
        Ok(())
    }
}
