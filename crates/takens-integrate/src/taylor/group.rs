//! Eight trajectories side by side, each with steps of its own.
//!
//! What [`TaylorWalk`](super::walk::TaylorWalk) does with one state is done here with the lanes of a group, by the
//! same operations in the same order: every trajectory has the bits that it has alone. Loops over lanes are
//! compiled for the vector instructions of the machine.
#![expect(clippy::needless_range_loop, reason = "one index for the same lane of several rows")]

use super::control;
use super::walk::{DEFECT, GROWTH};
use crate::clock::Clock;
use crate::sizes::greater;
use takens_kernel::{LANES, vectorised};

/// A number in each lane.
pub(super) type Row = [f64; LANES];

/// Lanes for which something holds, a bit each.
pub(super) type Lanes = u8;

/// The lanes in `lanes`.
pub(super) fn each(lanes: Lanes) -> impl Iterator<Item = usize> {
    (0..LANES).filter(move |lane| lanes >> lane & 1 == 1)
}

/// What all groups of an ensemble share.
#[derive(Debug, Clone, Copy)]
pub(super) struct Rules {
    /// Components of the state.
    pub(super) n: usize,
    /// By so many of them arrivals are checked.
    pub(super) judged: usize,
    pub(super) order: usize,
    /// What the last terms of a series may be (see [`control::allowed`]).
    pub(super) allowed: f64,
    /// Whether arrivals need no check (see `TaylorWalk`).
    pub(super) is_polynomial: bool,
    /// The longest step; infinite if any length will do.
    pub(super) max_step: f64,
}

/// Where each lane is and where it goes next.
#[derive(Debug, Clone)]
pub(super) struct Group {
    /// Where the last series begins: state and time, as an unevaluated sum.
    pub(super) state: Vec<Row>,
    pub(super) high: Row,
    low: Row,
    /// The step tried, and when it ends.
    pub(super) step: Row,
    then_high: Row,
    then_low: Row,
    /// The derivative that the last series has there.
    slope: Vec<Row>,
    /// The step before; infinite if there was none.
    pub(super) last_step: Row,
    /// The longest step so far.
    pub(super) longest: Row,
    /// A bound for the next step alone; infinite if there is none.
    pub(super) limit: Row,
    largest: Vec<Row>,
    largest_of_all: Row,
    /// The next instant that is asked for.
    pub(super) instant: Row,
    /// Steps made.
    pub(super) steps: [u64; LANES],
}

impl Group {
    pub(super) fn new(n: usize) -> Self {
        let (rows, row) = (vec![[0.0; LANES]; n], [0.0; LANES]);
        Self {
            state: rows.clone(),
            high: row,
            low: row,
            step: row,
            then_high: row,
            then_low: row,
            slope: rows.clone(),
            last_step: row,
            longest: row,
            limit: row,
            largest: rows,
            largest_of_all: row,
            instant: row,
            steps: [0; LANES],
        }
    }

    /// Puts a trajectory into a lane. It arrives at its start, one of the inputs of its first series, by a
    /// step of no length.
    pub(super) fn begin(&mut self, lane: usize, start: &[Row], time: f64, first_step: Option<f64>) {
        let size = start.iter().fold(0.0f64, |size, row| size.max(row[lane].abs()));
        for largest in &mut self.largest {
            largest[lane] = 0.0;
        }
        self.largest_of_all[lane] = if size == 0.0 { 1.0 } else { size };
        (self.then_high[lane], self.then_low[lane], self.step[lane]) = (time, 0.0, 0.0);
        (self.last_step[lane], self.longest[lane]) = (f64::INFINITY, 0.0);
        self.steps[lane] = 0;
        self.limit[lane] = first_step.unwrap_or(f64::INFINITY);
    }

    /// How long after the start of the last series `time` is.
    pub(super) fn since(&self, lane: usize, time: f64) -> f64 {
        (time - self.high[lane]) - self.low[lane]
    }

    /// How much later `time` is than the end of the step tried.
    pub(super) fn until(&self, lane: usize, time: f64) -> f64 {
        (time - self.then_high[lane]) - self.then_low[lane]
    }

    /// The end of the step tried.
    pub(super) fn then(&self, lane: usize) -> Clock {
        Clock { high: self.then_high[lane], low: self.then_low[lane] }
    }

    /// One lane of the last series, in the order that one trajectory has it in.
    pub(super) fn series(&self, lane: usize, coefficients: &[Row], out: &mut Vec<f64>) {
        out.clear();
        out.extend(self.state.iter().chain(coefficients).map(|row| row[lane]));
    }
}

vectorised! {
    /// Compares equations and last series where the step ended, at `arrival`, whose series is `next`.
    ///
    /// Gives the lanes that arrived, and those of them that passed the instant asked for.
    pub(super) fn conclude(group: &mut Group, rules: &Rules, arrival: &[Row], next: &[Row]) -> (Lanes, Lanes) {
        group.conclude(rules, arrival, next)
    }

    /// Time and state at a part of the step tried, whose series is `coefficients`, as inputs of the equations;
    /// the derivative that the series has there is kept.
    pub(super) fn look(group: &mut Group, rules: &Rules, part: f64, coefficients: &[Row], inputs: &mut [Row]) {
        group.look(rules, part, coefficients, inputs)
    }

    /// Compares equations and series where they were looked at: whether the lanes of `arrived` agree there too.
    ///
    /// - `time`, `there`: when that is, and the derivative by the equations.
    /// - `arrival`, `next`: as in `conclude`.
    pub(super) fn confirm(group: &mut Group, rules: &Rules, arrived: Lanes, time: &Row, there: &[Row], arrival: &[Row], next: &[Row]) -> Lanes {
        group.confirm(rules, arrived, time, there, arrival, next)
    }

    /// Goes on where the lanes `arrived`, the `fresh` ones at their start.
    pub(super) fn accept(group: &mut Group, arrived: Lanes, fresh: Lanes, arrival: &[Row]) {
        group.accept(arrived, fresh, arrival)
    }

    /// Chooses the step that the last series allows, or half of one `refused`. Gives the lanes whose step is
    /// too short to be one.
    pub(super) fn choose(group: &mut Group, rules: &Rules, refused: Lanes, coefficients: &[Row]) -> Lanes {
        group.choose(rules, refused, coefficients)
    }

    /// Time and state at the end of the step, the inputs of the next series.
    pub(super) fn advance(group: &mut Group, rules: &Rules, coefficients: &[Row], inputs: &mut [Row]) {
        group.advance(rules, coefficients, inputs)
    }
}

impl Group {
    #[inline(always)]
    fn conclude(&mut self, rules: &Rules, arrival: &[Row], next: &[Row]) -> (Lanes, Lanes) {
        let mut arrived = [true; LANES];
        for row in arrival {
            for l in 0..LANES {
                arrived[l] &= row[l].abs() < f64::INFINITY;
            }
        }
        if !rules.is_polynomial {
            self.compare(rules, &self.then_high, next, (arrival, next), &mut arrived);
        }
        let (mut arrivals, mut passed): (Lanes, Lanes) = (0, 0);
        for l in 0..LANES {
            let left = (self.instant[l] - self.then_high[l]) - self.then_low[l];
            arrivals |= Lanes::from(arrived[l]) << l;
            passed |= Lanes::from(arrived[l] & (left <= 0.0)) << l;
        }
        (arrivals, passed)
    }

    #[inline(always)]
    fn confirm(
        &mut self,
        rules: &Rules,
        arrived: Lanes,
        time: &Row,
        there: &[Row],
        arrival: &[Row],
        next: &[Row],
    ) -> Lanes {
        let mut agree = [true; LANES];
        self.compare(rules, time, there, (arrival, next), &mut agree);
        (0..LANES).fold(0, |lanes, l| lanes | (Lanes::from(agree[l]) << l)) & arrived
    }

    /// Whether the derivative is that of the polynomial.
    ///
    /// - `time`, `there`: of the equations.
    /// - `end`: the state at the end of the step, and the series from there.
    #[inline(always)]
    fn compare(
        &self,
        rules: &Rules,
        time: &Row,
        there: &[Row],
        (arrival, next): (&[Row], &[Row]),
        agree: &mut [bool; LANES],
    ) {
        let Rules { n, judged, .. } = *rules;
        let clock = time.map(|time| 2.0 * f64::EPSILON * time.abs());
        for i in 0..judged {
            let units = self.units(i);
            for l in 0..LANES {
                let defect = (there[i][l] - self.slope[i][l]).abs() * self.step[l];
                let blur = 2.0 * next[n + i][l].abs() * clock[l];
                let most = DEFECT * rules.allowed * (units[l] + arrival[i][l].abs());
                agree[l] &= defect <= most + blur * self.step[l];
            }
        }
    }

    /// The unit of a component in each lane.
    #[inline(always)]
    fn units(&self, component: usize) -> Row {
        let largest = &self.largest[component];
        std::array::from_fn(|l| {
            let least = 1e-3 * self.largest_of_all[l];
            let unit = if least > largest[l] { least } else { largest[l] };
            if unit < 1.0 { unit } else { 1.0 }
        })
    }

    #[inline(always)]
    fn accept(&mut self, arrived: Lanes, fresh: Lanes, arrival: &[Row]) {
        let bits = |lanes: Lanes| -> [bool; LANES] { std::array::from_fn(|l| lanes >> l & 1 == 1) };
        let take = |lanes: &[bool; LANES], to: &mut Row, from: &Row| {
            for l in 0..LANES {
                to[l] = if lanes[l] { from[l] } else { to[l] };
            }
        };
        let (stepped, arrived) = (bits(arrived & !fresh), bits(arrived));
        for (state, row) in self.state.iter_mut().zip(arrival) {
            take(&arrived, state, row);
        }
        take(&arrived, &mut self.high, &self.then_high);
        take(&arrived, &mut self.low, &self.then_low);
        take(&stepped, &mut self.last_step, &self.step);
        for l in 0..LANES {
            let longer = self.step[l] > self.longest[l];
            self.longest[l] = if stepped[l] & longer { self.step[l] } else { self.longest[l] };
            self.steps[l] += u64::from(stepped[l]);
        }
    }

    #[inline(always)]
    fn choose(&mut self, rules: &Rules, refused: Lanes, coefficients: &[Row]) -> Lanes {
        let Rules { n, order, allowed, .. } = *rules;
        for (state, largest) in self.state.iter().zip(&mut self.largest) {
            for l in 0..LANES {
                let x = state[l].abs();
                largest[l] = if x > largest[l] { x } else { largest[l] };
                let all = self.largest_of_all[l];
                self.largest_of_all[l] = if largest[l] > all { largest[l] } else { all };
            }
        }
        let (mut last, mut before_last) = ([0.0; LANES], [0.0; LANES]);
        let (before_ends, ends) = coefficients[(order - 2) * n..].split_at(n);
        for i in 0..n {
            let units = self.units(i);
            for l in 0..LANES {
                let scale = 1.0 / (allowed * (units[l] + self.state[i][l].abs()));
                last[l] = greater(last[l], ends[i][l].abs() * scale);
                before_last[l] = greater(before_last[l], before_ends[i][l].abs() * scale);
            }
        }
        let mut short = 0;
        for l in 0..LANES {
            let step = control::step(order, last[l], before_last[l]);
            let time = self.high[l].abs();
            // A first step that nothing bounds.
            let free = step == f64::INFINITY
                && self.last_step[l] == f64::INFINITY
                && self.limit[l] == f64::INFINITY;
            let step = if free { 1e-6 * if time > 1.0 { time } else { 1.0 } } else { step };
            let mut bound = GROWTH * self.last_step[l];
            bound = if rules.max_step < bound { rules.max_step } else { bound };
            bound = if self.limit[l] < bound { self.limit[l] } else { bound };
            let step = if bound < step { bound } else { step };
            // If half a step is made, as much is left to the end of the whole.
            let half = 0.5 * self.step[l];
            let refused = refused >> l & 1 == 1;
            self.step[l] = if refused { half } else { step };
            self.limit[l] = if refused { half } else { f64::INFINITY };
            let step = self.step[l];
            short |= Lanes::from(step <= f64::EPSILON * time || step < f64::MIN_POSITIVE) << l;
        }
        short
    }

    #[inline(always)]
    fn advance(&mut self, rules: &Rules, coefficients: &[Row], inputs: &mut [Row]) {
        (self.then_high, self.then_low) = self.later(&self.step);
        inputs[0] = self.then_high;
        let mut slope = std::mem::take(&mut self.slope);
        self.follow(rules, coefficients, &self.step, &mut inputs[1..], &mut slope);
        self.slope = slope;
    }

    #[inline(always)]
    fn look(&mut self, rules: &Rules, part: f64, coefficients: &[Row], inputs: &mut [Row]) {
        let since = self.step.map(|step| part * step);
        inputs[0] = self.later(&since).0;
        let mut slope = std::mem::take(&mut self.slope);
        self.follow(rules, coefficients, &since, &mut inputs[1..], &mut slope);
        self.slope = slope;
    }

    /// The sums of `Clock::later`.
    #[inline(always)]
    fn later(&self, since: &Row) -> (Row, Row) {
        let (mut then_high, mut then_low) = ([0.0; LANES], [0.0; LANES]);
        for l in 0..LANES {
            let (high, since) = (self.high[l], since[l]);
            let sum = high + since;
            let part = sum - high;
            let rest = (high - (sum - part)) + (since - part) + self.low[l];
            then_high[l] = sum + rest;
            then_low[l] = rest - (then_high[l] - sum);
        }
        (then_high, then_low)
    }

    /// State and derivative of the last series, `h` after its start.
    #[inline(always)]
    fn follow(
        &self,
        rules: &Rules,
        coefficients: &[Row],
        h: &Row,
        states: &mut [Row],
        slopes: &mut [Row],
    ) {
        let n = rules.n;
        // The sums of `series_at`.
        let square = h.map(|h| h * h);
        for i in 0..n {
            let [mut even, mut odd] = [[0.0; LANES]; 2];
            let pairs = coefficients.chunks_exact(2 * n);
            let single = pairs.remainder();
            if !single.is_empty() {
                even = single[i];
            }
            for pair in pairs.rev() {
                for l in 0..LANES {
                    even[l] = even[l] * square[l] + pair[i][l];
                    odd[l] = odd[l] * square[l] + pair[n + i][l];
                }
            }
            for l in 0..LANES {
                states[i][l] = self.state[i][l] + h[l] * (even[l] + h[l] * odd[l]);
            }
        }
        if rules.is_polynomial {
            return;
        }
        // Those of `series_slope_at`.
        for i in 0..n {
            let mut slope = [0.0; LANES];
            for k in (1..=rules.order).rev() {
                let row = &coefficients[(k - 1) * n + i];
                for l in 0..LANES {
                    slope[l] = slope[l] * h[l] + row[l] * k as f64;
                }
            }
            slopes[i] = slope;
        }
    }
}
