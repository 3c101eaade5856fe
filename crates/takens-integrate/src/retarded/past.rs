//! The past of a delay equation: the steps made so far, as far back as the longest delay, and before
//! them the history.
//!
//! A step that looks back onto one of its own length, node onto node, takes the states there as they
//! are; others evaluate its polynomial.

use super::gauss::{NODES, POWERS, gauss, values};
use crate::clock::Clock;
use crate::delay::{History, Lag};
use std::collections::VecDeque;
use takens_kernel::vectorised;

/// All that is known of the states before now.
pub(crate) struct Past {
    states: usize,
    history: History,
    /// The distinct delays, the longest last.
    looks: Vec<Look>,
    segments: VecDeque<Segment>,
    /// How many segments have been dropped.
    forgotten: usize,
    spare: Vec<Vec<f64>>,
}

/// One delay: what is read that long ago, and where.
struct Look {
    lag: f64,
    /// Components and their places among the delayed values.
    terms: Vec<(usize, usize)>,
    /// The segment read last, counted from the start.
    cursor: usize,
}

/// An accepted step.
pub(crate) struct Segment {
    pub(crate) begin: Clock,
    pub(crate) step: f64,
    numbers: Vec<f64>,
    /// Whether the polynomials have been computed.
    dense: bool,
}

/// Where the numbers of a segment of `n` components lie: states at the start, states at the nodes and
/// slopes there (`component × node`), polynomials (`component × power`).
#[derive(Clone, Copy)]
pub(crate) struct Places {
    pub(crate) n: usize,
}

impl Places {
    pub(crate) fn start(self) -> std::ops::Range<usize> {
        0..self.n
    }

    pub(crate) fn states(self) -> std::ops::Range<usize> {
        self.n..self.n * (1 + NODES)
    }

    pub(crate) fn slopes(self) -> std::ops::Range<usize> {
        self.n * (1 + NODES)..self.n * (1 + 2 * NODES)
    }

    fn powers(self) -> std::ops::Range<usize> {
        self.n * (1 + 2 * NODES)..self.len()
    }

    pub(crate) fn len(self) -> usize {
        self.n * (1 + 2 * NODES + POWERS)
    }
}

impl Past {
    pub(crate) fn new(states: usize, history: History, lags: &[Lag]) -> Self {
        let mut looks: Vec<Look> = Vec::new();
        for (place, &(component, lag)) in lags.iter().enumerate() {
            match looks.iter_mut().find(|look| look.lag == lag) {
                Some(look) => look.terms.push((component, place)),
                None => looks.push(Look { lag, terms: vec![(component, place)], cursor: 0 }),
            }
        }
        looks.sort_by(|a, b| a.lag.total_cmp(&b.lag));
        Self { states, history, looks, segments: VecDeque::new(), forgotten: 0, spare: Vec::new() }
    }

    /// The shortest delay.
    pub(crate) fn shortest(&self) -> f64 {
        self.looks.first().map_or(f64::INFINITY, |look| look.lag)
    }

    /// The longest delay.
    pub(crate) fn longest(&self) -> f64 {
        self.looks.last().map_or(0.0, |look| look.lag)
    }

    /// Room for the numbers of a segment.
    pub(crate) fn room(&mut self) -> Vec<f64> {
        self.spare.pop().unwrap_or_else(|| vec![0.0; Places { n: self.states }.len()])
    }

    /// Takes in an accepted step and drops what no delay reaches any more.
    pub(crate) fn push(&mut self, begin: Clock, step: f64, numbers: Vec<f64>) {
        self.segments.push_back(Segment { begin, step, numbers, dense: false });
        let longest = self.longest();
        let oldest = begin.later(step).later(-longest);
        while self.segments.len() > 1
            && self.segments[1].begin.until_clock(oldest) >= -slip(longest)
        {
            self.spare.extend(self.segments.pop_front().map(|segment| segment.numbers));
            self.forgotten += 1;
        }
    }

    /// The last step made.
    pub(crate) fn last(&mut self) -> Option<&mut Segment> {
        self.segments.back_mut()
    }

    /// The steps that are kept, the oldest first.
    pub(crate) fn segments(&mut self) -> impl Iterator<Item = &mut Segment> {
        self.segments.iter_mut()
    }

    pub(crate) fn history(&self) -> &History {
        &self.history
    }

    /// The delayed values, `delayed value × node`, of a step that begins at `begin`.
    pub(crate) fn read(&mut self, begin: Clock, step: f64, delayed: &mut [f64]) {
        let Self { states, history, looks, segments, forgotten, .. } = self;
        let places = Places { n: *states };
        for look in looks {
            let from = begin.later(-look.lag);
            let mut index = look.cursor.saturating_sub(*forgotten);
            while segments
                .get(index + 1)
                .is_some_and(|next| next.begin.until_clock(from) >= -slip(look.lag))
            {
                index += 1;
            }
            look.cursor = index + *forgotten;
            if let Some(segment) = segments.get(index)
                && segment.step == step
                && segment.begin.until_clock(from).abs() <= slip(look.lag)
            {
                let known = &segment.numbers[places.states()];
                for &(component, place) in &look.terms {
                    delayed[place * NODES..][..NODES]
                        .copy_from_slice(&known[component * NODES..][..NODES]);
                }
                continue;
            }
            let after = gauss().places.map(|place| place * step);
            let mut node = 0;
            while node < NODES {
                while segments
                    .get(index + 1)
                    .is_some_and(|next| next.begin.until_clock(from) + after[node] >= 0.0)
                {
                    index += 1;
                }
                let ahead = segments.get(index).map(|segment| segment.begin.until_clock(from));
                match (ahead, segments.get_mut(index)) {
                    (Some(ahead), Some(segment))
                        if ahead + after[node] >= 0.0 || index + *forgotten > 0 =>
                    {
                        // All nodes are evaluated; those up to the segment's end are kept.
                        let u = after.map(|after| 2.0 * ((ahead + after) / segment.step) - 1.0);
                        let end = (node + 1..NODES).find(|&node| u[node] > 1.0).unwrap_or(NODES);
                        for &(component, place) in &look.terms {
                            let values = values(segment.polynomial(component, places), &u);
                            delayed[place * NODES..][node..end].copy_from_slice(&values[node..end]);
                        }
                        node = end;
                    }
                    _ => {
                        let time = from.high + (from.low + after[node]);
                        for &(component, place) in &look.terms {
                            delayed[place * NODES + node] = history.value(component, time);
                        }
                        node += 1;
                    }
                }
            }
        }
    }
}

vectorised! {
    fn densify(segment: &mut Segment, places: Places) {
        segment.densify_plain(places);
    }
}

/// Instants that differ by less, in a sum with a delay, are one.
fn slip(lag: f64) -> f64 {
    4.0 * f64::EPSILON * lag
}

impl Segment {
    /// The polynomial of a component, in powers of the `u` that runs from -1 to 1 over the step.
    pub(crate) fn polynomial(&mut self, component: usize, places: Places) -> &[f64; POWERS] {
        if !self.dense {
            self.densify(places);
        }
        &self.numbers[places.powers()].as_chunks().0[component]
    }

    /// Computes the polynomials.
    fn densify(&mut self, places: Places) {
        densify(self, places);
    }

    #[inline(always)]
    fn densify_plain(&mut self, places: Places) {
        let (known, powers) = self.numbers.split_at_mut(places.powers().start);
        let slopes = known[places.slopes()].as_chunks::<NODES>().0;
        let starts = &known[places.start()];
        for ((powers, x), slopes) in powers.as_chunks_mut().0.iter_mut().zip(starts).zip(slopes) {
            *powers = gauss().passage(*x, slopes, self.step);
        }
        self.dense = true;
    }

    /// Where `time` lies in the step, from -1 to 1.
    pub(crate) fn place(&self, time: f64) -> f64 {
        2.0 * (self.begin.until(time) / self.step) - 1.0
    }

    /// Its numbers, to be changed by combining components; polynomials are computed anew.
    pub(crate) fn numbers(&mut self) -> &mut [f64] {
        self.dense = false;
        &mut self.numbers
    }
}
