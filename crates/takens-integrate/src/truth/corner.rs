//! Corners on the way: where a switch flips within a step.
//!
//! On a step every switch keeps its level, so that the solution is analytic. The step ends at the first
//! zero of what a switch looks at, and the next one starts with that switch flipped.

use super::NoTruth;
use super::jet::{Jet, polynomial};
use super::tape::{Kind, Tape};
use takens_core::DoubleDouble;

/// The start of a step on a corner, where the value does not tell the level.
#[derive(Debug, Clone, Copy)]
struct OnCorner {
    level: f64,
    /// Where the corner is: 0 for a sign, an integer for a whole part.
    corner: f64,
    /// As many coefficients of the distance from the corner are zero.
    zeros: usize,
}

/// What is known of the switches at the start of a step.
#[derive(Debug, Clone)]
pub(super) struct Corners {
    starts: Vec<Option<OnCorner>>,
}

/// A corner that a switch may reach.
struct Edge {
    switch: usize,
    corner: f64,
    /// The sign of the distance from the corner on this step.
    side: f64,
    /// The level beyond.
    beyond: f64,
    /// The distance as a power series, without its leading zeros.
    distance: Vec<DoubleDouble>,
}

impl Corners {
    pub(super) fn new(tape: &Tape) -> Self {
        Self { starts: vec![None; tape.switches.len()] }
    }

    /// No corner is reached after all.
    pub(super) fn forget(&mut self) {
        self.starts.fill(None);
    }

    /// The level of each switch that its value does not tell.
    pub(super) fn forced(&self) -> Vec<Option<f64>> {
        self.starts.iter().map(|start| start.map(|start| start.level)).collect()
    }

    /// Chooses the level of what starts on a corner by chance; says whether the jet has to be computed
    /// again.
    ///
    /// A switch that is zero and stays zero has level 0; one that leaves zero has the sign with which
    /// it does.
    pub(super) fn settle(&mut self, tape: &Tape, jet: &Jet) -> bool {
        let mut changed = false;
        for (switch, &(place, kind)) in tape.switches.iter().enumerate() {
            let (series, level) = (jet.series(place), jet.levels[switch]);
            // A sign of 0, or a whole part that is the value.
            if self.starts[switch].is_some() || series[0] != DoubleDouble::from(level) {
                continue;
            }
            if kind == Kind::Sign && level != 0.0 {
                continue;
            }
            let zero = |k: &usize| series[*k] == DoubleDouble::ZERO;
            let Some(zeros) = (1..series.len()).find(|k| !zero(k)) else { continue };
            let sign = series[zeros].sign().high();
            let chosen = match kind {
                Kind::Sign => sign,
                Kind::Floor => level + sign.min(0.0),
            };
            self.starts[switch] = Some(OnCorner { level: chosen, corner: level, zeros });
            changed |= chosen != level;
        }
        changed
    }

    /// Where the first switch flips within a step of length `h`, if one does; the next step starts there.
    ///
    /// # Errors
    /// [`NoTruth::Sliding`] if a switch is driven back to the corner from which it comes.
    pub(super) fn first_flip(
        &mut self,
        tape: &Tape,
        jet: &Jet,
        h: f64,
    ) -> Result<Option<DoubleDouble>, NoTruth> {
        let edges = self.edges(tape, jet);
        let (mut end, mut first) = (h, None);
        for edge in &edges {
            if edge.distance[0].high() * edge.side <= 0.0 {
                return Err(NoTruth::Sliding);
            }
            if let Some(time) = first_root(&edge.distance, end) {
                end = time.high();
                first = Some(time);
            }
        }
        self.starts.fill(None);
        let Some(time) = first else { return Ok(None) };
        // Whatever else vanishes there flips too: one condition may stand in several places.
        for edge in &edges {
            let size = size(&edge.distance, time.high());
            if polynomial(&edge.distance, time).high().abs() <= 1e-27 * size {
                let start = OnCorner { level: edge.beyond, corner: edge.corner, zeros: 1 };
                self.starts[edge.switch] = Some(start);
            }
        }
        Ok(Some(time))
    }

    fn edges(&self, tape: &Tape, jet: &Jet) -> Vec<Edge> {
        let mut edges = Vec::new();
        for (switch, &(place, kind)) in tape.switches.iter().enumerate() {
            let level = jet.levels[switch];
            let corners = match kind {
                Kind::Sign if level == 0.0 => vec![],
                Kind::Sign => vec![(0.0, level, -level)],
                Kind::Floor => {
                    vec![(level, 1.0, level - 1.0), (level + 1.0, -1.0, level + 1.0)]
                }
            };
            for (corner, side, beyond) in corners {
                let start = self.starts[switch].filter(|start| start.corner == corner);
                let zeros = start.map_or(0, |start| start.zeros);
                let mut distance = jet.series(place).to_vec();
                distance[0] -= corner.into();
                let distance = distance.split_off(zeros);
                if distance.iter().any(|&value| value != DoubleDouble::ZERO) {
                    edges.push(Edge { switch, corner, side, beyond, distance });
                }
            }
        }
        edges
    }
}

/// `Σ |series[k]| t^k`
fn size(series: &[DoubleDouble], t: f64) -> f64 {
    series.iter().rev().fold(0.0, |sum, coefficient| sum * t + coefficient.high().abs())
}

/// The first zero of a power series, not zero at 0, in `(0, end]` at which its sign changes.
///
/// A piece on which the slope is too small to reach zero from its middle is passed over, any other is
/// halved, the earlier half first; so that no zero is missed.
fn first_root(series: &[DoubleDouble], end: f64) -> Option<DoubleDouble> {
    /// Pieces this much shorter than the step are looked at as they are.
    const SHORTEST: f64 = 1.0 / (1u64 << 36) as f64;
    let high: Vec<f64> = series.iter().map(|coefficient| coefficient.high()).collect();
    let value = |t: f64| high.iter().rev().fold(0.0, |sum, coefficient| sum * t + coefficient);
    let slope = high
        .iter()
        .enumerate()
        .skip(1)
        .rev()
        .fold(0.0, |sum, (k, coefficient)| sum * end + k as f64 * coefficient.abs());
    let noise = 1e-14 * size(series, end);
    let sign = series[0].sign();
    let mut open = vec![(0.0, end)];
    while let Some((left, right)) = open.pop() {
        let (middle, half) = (0.5 * (left + right), 0.5 * (right - left));
        if value(middle).abs() > half * slope + noise {
            continue;
        }
        if half > SHORTEST * end {
            open.extend([(middle, right), (left, middle)]);
        } else if polynomial(series, right.into()).sign() != sign {
            return Some(refined(series, middle, end));
        }
    }
    None
}

/// A zero near `guess`, not beyond `end`, by Newton's method.
fn refined(series: &[DoubleDouble], guess: f64, end: f64) -> DoubleDouble {
    let slopes: Vec<DoubleDouble> =
        (1..series.len()).map(|k| series[k] * DoubleDouble::from(k as f64)).collect();
    let mut root = DoubleDouble::from(guess);
    for _ in 0..4 {
        let next = root - polynomial(series, root) / polynomial(&slopes, root);
        if next.is_finite() && next > DoubleDouble::ZERO {
            root = next;
        }
    }
    root.min(end.into())
}
