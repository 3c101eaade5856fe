//! Many trajectories by Taylor series, eight side by side.
//!
//! Every lane goes on by itself: it chooses its own steps, and when its trajectory has ended the next one
//! takes its place. What is out of the ordinary, a step too short to be made or a flow too stiff for series, is
//! left to the way that one trajectory goes alone, from its start.

use super::control;
use super::group::{self, Group, Lanes, Row, Rules, each};
use super::series::{Lanes as Programs, Series};
use super::walk::LOOKS as WITHIN;
use crate::IntegrateError;
use crate::auto::Reach;
use crate::ensemble::{Job, Queue, Reframe, Work};
use crate::options::Options;
use takens_core::TimeGrid;
use takens_kernel::{LANES, LaneEngine, sample_series};

/// So many groups are on their way at once: while one waits for its numbers, another one computes.
const GROUPS: usize = 4;

/// So many trajectories are on their way at once.
pub(super) const ROOM: usize = GROUPS * LANES;

/// So often a trajectory is looked at, in steps.
pub(super) const LOOKS: u64 = 64;

/// What is asked of a trajectory on its way.
pub(super) trait Look {
    /// Whether it is to be given up where it is now; asked after every [`LOOKS`] steps.
    fn gives_up(&mut self, time: f64, state: &[f64], step: f64) -> bool;
}

/// Trajectories from a queue, followed by one thread.
pub(super) struct Many<'e, 'a, L> {
    pub(super) series: &'e Series,
    pub(super) options: &'e Options,
    pub(super) grid: &'e TimeGrid,
    pub(super) queue: &'e mut dyn Queue<'a>,
    /// Makes what looks at one trajectory.
    pub(super) look: &'e dyn Fn(&Job<'a>) -> L,
    /// Computes a trajectory alone.
    pub(super) alone: &'e dyn Fn(&mut Job<'a>) -> Result<Work, IntegrateError>,
    /// Changes states on their way.
    pub(super) reframe: Option<&'e mut dyn Reframe>,
}

/// A trajectory in its lane.
struct Traveller<'a, L> {
    job: Job<'a>,
    look: L,
    /// How many instants have been written.
    written: usize,
    rejected: u64,
    leaves: Option<Leaves>,
}

/// How a trajectory leaves its lane.
enum Leaves {
    Done,
    Fails(IntegrateError),
    /// To be computed alone.
    Alone,
}

/// Who is in the lanes of a group.
struct Party<'a, L> {
    group: Group,
    travellers: [Option<Traveller<'a, L>>; LANES],
    /// Lanes with a trajectory.
    taken: Lanes,
    /// Those whose first series is computed next.
    fresh: Lanes,
    /// Rounds until one of them has to be looked at.
    quiet: u64,
    /// Rounds since states were changed, and until they are again.
    rounds: u32,
    wait: u32,
    /// What is to be known of a change, and whether the last arrivals are one.
    marks: Vec<Row>,
    marked: bool,
    /// One series, one state, instants within a step.
    lane: Vec<f64>,
    state: Vec<f64>,
    times: Vec<f64>,
    /// Inputs of the equations within a step, and the derivative there.
    within: Vec<Row>,
    there: Vec<Row>,
}

impl<'a, L: Look> Many<'_, 'a, L> {
    /// Computes what the queue holds.
    ///
    /// - `engine`: the programs for a group.
    /// - `room`: how many trajectories there should be lanes for.
    pub(super) fn run(&mut self, engine: &Programs, room: usize) {
        let n = engine.rhs.output_count();
        let rules = Rules {
            n,
            judged: self.reframe.as_ref().map_or(n, |reframe| reframe.judged()),
            order: self.series.order,
            allowed: control::allowed(self.options.tolerance),
            is_polynomial: self.series.is_polynomial,
            max_step: self.options.max_step.unwrap_or(f64::INFINITY),
        };
        let groups = room.div_ceil(LANES).clamp(1, GROUPS);
        let (rows, columns) = (engine.series.input_count(), engine.series.output_count());
        let mut inputs: Vec<Row> = vec![[0.0; LANES]; groups * rows];
        let [mut last, mut next]: [Vec<Row>; 2] =
            [(); 2].map(|()| vec![[0.0; LANES]; groups * columns]);
        let mut parties: Vec<Party<'a, L>> = (0..groups).map(|_| Party::new(n)).collect();
        for (party, inputs) in parties.iter_mut().zip(inputs.chunks_exact_mut(rows)) {
            for lane in 0..LANES {
                self.fill(party, lane, inputs);
            }
        }
        while parties.iter().any(|party| party.taken != 0) {
            engine.series.call_many(groups, inputs.as_flattened(), next.as_flattened_mut());
            let (last_parts, next_parts) =
                (last.chunks_exact(columns), next.chunks_exact_mut(columns));
            let parts = inputs.chunks_exact_mut(rows).zip(last_parts.zip(next_parts));
            for (party, (inputs, (last, next))) in parties.iter_mut().zip(parts) {
                self.step(party, &rules, &*engine.rhs, inputs, last, next);
            }
            std::mem::swap(&mut last, &mut next);
        }
    }

    /// Ends the step of each lane and begins the next.
    ///
    /// - `inputs`: those of the series just computed, then those of the one to be computed.
    /// - `last`: the series of the step.
    /// - `next`: the series from its end, then that of the step begun.
    fn step(
        &mut self,
        party: &mut Party<'a, L>,
        rules: &Rules,
        rhs: &dyn LaneEngine,
        inputs: &mut [Row],
        last: &[Row],
        next: &mut [Row],
    ) {
        let (mut arrived, mut passed) =
            group::conclude(&mut party.group, rules, &inputs[1..=rules.n], next);
        let fresh = std::mem::take(&mut party.fresh);
        if !rules.is_polynomial {
            arrived = party.looks_within(rules, rhs, arrived, inputs, last, next);
            passed &= arrived;
        }
        // What is carried goes on to where a change of states holds.
        let ends = match &mut self.reframe {
            Some(reframe) => party.settle(arrived & party.taken & !fresh, &mut **reframe),
            None => party.taken,
        };
        let arrival = &inputs[1..=rules.n];
        let arrived = arrived & party.taken | fresh;
        for lane in each(fresh) {
            if !next[..rules.n].iter().all(|row| row[lane].is_finite()) {
                party.leave(lane, Leaves::Alone);
            }
        }
        party.quiet = party.quiet.saturating_sub(1);
        if party.quiet == 0 {
            self.look(party, arrived & !fresh, arrival);
        }
        for lane in each(passed & party.taken) {
            party.write(lane, self.grid, last);
        }
        let refused = party.taken & !arrived;
        for lane in each(refused) {
            party.refuse(lane, last, next);
        }
        group::accept(&mut party.group, arrived, fresh, arrival);
        let short = group::choose(&mut party.group, rules, refused, next);
        group::advance(&mut party.group, rules, next, inputs);
        if let Some(reframe) = &mut self.reframe {
            party.reframe(&mut inputs[1..=rules.n], &mut **reframe);
        }
        for lane in each(short & party.taken) {
            party.leave(lane, Leaves::Alone);
        }
        if party.quiet == 0 {
            party.count(self.options);
        }
        if party.travellers.iter().flatten().any(|traveller| traveller.leaves.is_some()) {
            for lane in each(party.taken) {
                self.change(party, lane, ends >> lane & 1 == 1, inputs);
            }
        }
    }

    /// Looks at the lanes that are due.
    fn look(&self, party: &mut Party<'a, L>, arrived: Lanes, arrival: &[Row]) {
        for lane in each(arrived) {
            let made = party.group.steps[lane] + 1;
            let Some(traveller) = &mut party.travellers[lane] else { continue };
            if !made.is_multiple_of(LOOKS) {
                continue;
            }
            let (now, step) = (party.group.then(lane), party.group.step[lane]);
            let longest = party.group.longest[lane].max(step);
            let end = self.grid.time(self.grid.len() - 1);
            if let Err(error) = Reach::judge(end, now, made, longest, self.options) {
                party.leave(lane, Leaves::Fails(error));
                continue;
            }
            party.state.clear();
            party.state.extend(arrival.iter().map(|row| row[lane]));
            if traveller.look.gives_up(now.high, &party.state, step) {
                party.leave(lane, Leaves::Alone);
            }
        }
    }

    /// Takes a trajectory that leaves out of its lane and puts another one in.
    ///
    /// - `ends`: whether one that is done may end here.
    fn change(&mut self, party: &mut Party<'a, L>, lane: usize, ends: bool, inputs: &mut [Row]) {
        let Some(Traveller { mut job, rejected, leaves, .. }) =
            party.travellers[lane].take_if(|traveller| match traveller.leaves {
                None => false,
                Some(Leaves::Done) => ends,
                Some(Leaves::Fails(_) | Leaves::Alone) => true,
            })
        else {
            return;
        };
        let steps = party.group.steps[lane];
        let result = match leaves {
            Some(Leaves::Fails(error)) => Err(error),
            Some(Leaves::Alone) => (self.alone)(&mut job),
            _ => Ok(Work { steps, rejected }),
        };
        self.queue.done(job, result);
        self.fill(party, lane, inputs);
    }

    /// Puts the next trajectory into a lane; leaves it empty if there is none.
    fn fill(&mut self, party: &mut Party<'a, L>, lane: usize, inputs: &mut [Row]) {
        party.taken &= !(1 << lane);
        while let Some(mut job) = self.queue.next() {
            let time = self.grid.time(0);
            let dim = job.state().len();
            // What coincides with the start is the start itself.
            let written = self.grid.iter().take_while(|&instant| instant <= time).count();
            for row in 0..written {
                job.write(row);
            }
            if written == self.grid.len() {
                self.queue.done(job, Ok(Work::default()));
                continue;
            }
            inputs[0][lane] = time;
            for (row, x) in inputs[1..].iter_mut().zip(job.state().iter().chain(job.parameters())) {
                row[lane] = *x;
            }
            party.group.begin(lane, &inputs[1..=dim], time, self.options.first_step);
            party.group.instant[lane] = self.grid.time(written);
            let look = (self.look)(&job);
            party.travellers[lane] =
                Some(Traveller { job, look, written, rejected: 0, leaves: None });
            party.taken |= 1 << lane;
            party.fresh |= 1 << lane;
            // Its own count of steps begins.
            party.quiet = 1;
            return;
        }
    }
}

impl<L> Party<'_, L> {
    fn new(n: usize) -> Self {
        Self {
            group: Group::new(n),
            travellers: [const { None }; LANES],
            taken: 0,
            fresh: 0,
            quiet: 1,
            rounds: 0,
            wait: 1,
            marks: Vec::new(),
            marked: false,
            lane: Vec::new(),
            state: Vec::new(),
            times: Vec::new(),
            within: Vec::new(),
            there: Vec::new(),
        }
    }

    /// Changes the states at the end of the step tried, if it is time.
    fn reframe(&mut self, arrival: &mut [Row], reframe: &mut dyn Reframe) {
        self.rounds += 1;
        if self.rounds >= self.wait {
            self.wait = reframe.reframe(self.rounds, self.taken, arrival, &mut self.marks);
            (self.rounds, self.marked) = (0, true);
        }
    }

    /// The change of states, if there was one, holds for those that `arrived`, which are given back.
    fn settle(&mut self, arrived: Lanes, reframe: &mut dyn Reframe) -> Lanes {
        if !std::mem::take(&mut self.marked) {
            return 0;
        }
        for lane in each(arrived) {
            if let Some(traveller) = &self.travellers[lane] {
                let time = self.group.then(lane).high;
                reframe.holds(traveller.job.index, time, &self.marks, lane);
            }
        }
        arrived
    }

    /// Those of the lanes that `arrived` whose equations and series agree within the step too.
    fn looks_within(
        &mut self,
        rules: &Rules,
        rhs: &dyn LaneEngine,
        arrived: Lanes,
        inputs: &[Row],
        last: &[Row],
        next: &[Row],
    ) -> Lanes {
        let arrival = &inputs[1..=rules.n];
        self.within.clear();
        self.within.extend_from_slice(inputs);
        self.there.resize(rules.n, [0.0; LANES]);
        WITHIN.iter().fold(arrived, |arrived, &part| {
            group::look(&mut self.group, rules, part, last, &mut self.within);
            rhs.call(self.within.as_flattened(), self.there.as_flattened_mut());
            let time = self.within[0];
            group::confirm(&mut self.group, rules, arrived, &time, &self.there, arrival, next)
        })
    }

    /// The first reason counts.
    fn leave(&mut self, lane: usize, how: Leaves) {
        if let Some(traveller) = &mut self.travellers[lane] {
            traveller.leaves.get_or_insert(how);
        }
    }

    /// Writes the instants that lie within the step, whose series is `last`.
    fn write(&mut self, lane: usize, grid: &TimeGrid, last: &[Row]) {
        let (group, times) = (&mut self.group, &mut self.times);
        let Some(Traveller { job, written, leaves, .. }) = &mut self.travellers[lane] else {
            return;
        };
        let first = *written;
        times.clear();
        while *written < grid.len() {
            let time = grid.time(*written);
            if group.until(lane, time) > 0.0 {
                group.instant[lane] = time;
                break;
            }
            times.push(group.since(lane, time));
            *written += 1;
        }
        let n = group.state.len();
        group.series(lane, last, &mut self.lane);
        sample_series(&self.lane, n, times, &mut job.out[first * n..*written * n]);
        if *written == grid.len() {
            leaves.get_or_insert(Leaves::Done);
        }
    }

    /// Stays at the last series.
    fn refuse(&mut self, lane: usize, last: &[Row], next: &mut [Row]) {
        if let Some(traveller) = &mut self.travellers[lane] {
            traveller.rejected += 1;
        }
        for (next, last) in next.iter_mut().zip(last) {
            next[lane] = last[lane];
        }
    }

    /// Counts the rounds until a lane has to be looked at; ends those that have no steps left.
    fn count(&mut self, options: &Options) {
        let mut quiet = LOOKS;
        for (lane, traveller) in self.travellers.iter_mut().enumerate() {
            let Some(traveller) = traveller else { continue };
            let steps = self.group.steps[lane];
            let tried = steps + traveller.rejected;
            if tried >= options.max_steps {
                let time = self.group.high[lane];
                let error = IntegrateError::MaxSteps { steps: tried, time };
                traveller.leaves.get_or_insert(Leaves::Fails(error));
                continue;
            }
            quiet = quiet.min(LOOKS - steps % LOOKS).min(options.max_steps - tried);
        }
        self.quiet = quiet;
    }
}
