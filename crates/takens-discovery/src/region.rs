//! Where two vector fields are compared: on a trajectory of the truth, and in a box around it.

use takens_core::{Stream, TimeGrid, Trajectory};
use takens_integrate::{Options, sample};
use takens_kernel::{Engine, Oracle, lower_exprs};
use takens_symbolic::{ExprId, FieldKind, Graph, VectorField};

use crate::enclose::Point;

/// Points on a trajectory, and as many spread evenly over its bounding box made 1.5 times as wide.
#[derive(Debug, Clone, PartialEq)]
pub struct Region {
    pub(crate) on_trajectory: Vec<Point>,
    pub(crate) in_box: Vec<Point>,
}

/// How many points a region has of each kind, at most.
const MOST_POINTS: usize = 500;
/// The box is this much wider than the trajectory.
const WIDENING: f64 = 1.5;
/// Lengths of time (for maps, whole iterations) that are tried in turn when none is given; a system
/// that runs away is compared over what it lasts.
const DURATIONS: [f64; 5] = [100.0, 20.0, 4.0, 0.5, 0.01];

impl Region {
    /// The region of a trajectory that is known.
    #[must_use]
    pub fn around(trajectory: &Trajectory, seed: u64) -> Self {
        let values = trajectory.values();
        let stride = trajectory.len().div_ceil(MOST_POINTS).max(1);
        let on_trajectory: Vec<Point> = (0..trajectory.len())
            .step_by(stride)
            .map(|row| Point { time: trajectory.grid().time(row), state: values.row(row).to_vec() })
            .filter(|point| point.state.iter().all(|value| value.is_finite()))
            .collect();
        let in_box = points_in_box(&on_trajectory, seed);
        Self { on_trajectory, in_box }
    }

    /// The region of the truth's own trajectory from its own start, over `duration` if given.
    #[must_use]
    pub fn of(truth: &VectorField, parameters: &[f64], duration: Option<f64>, seed: u64) -> Self {
        let initial = truth.initial_state(parameters);
        let options = Options { tolerance: 1e-6, max_steps: 20_000, ..Options::default() };
        for duration in duration.into_iter().chain(DURATIONS) {
            let grid = match truth.kind {
                FieldKind::Flow => {
                    TimeGrid::uniform(0.0, duration / MOST_POINTS as f64, MOST_POINTS)
                }
                FieldKind::Map => {
                    TimeGrid::uniform(0.0, 1.0, ((duration * 5.0) as usize).clamp(2, MOST_POINTS))
                }
            };
            let Ok(grid) = grid else { continue };
            if let Ok(solution) = sample(truth, parameters, &initial, &grid, &options) {
                return Self::around(&solution.trajectory, seed);
            }
        }
        // Nothing moves: the start itself, and a box around it.
        let start = vec![Point { time: 0.0, state: initial }];
        let start: Vec<Point> = start
            .into_iter()
            .filter(|point| point.state.iter().all(|value| value.is_finite()))
            .collect();
        let in_box = points_in_box(&start, seed);
        Self { on_trajectory: start, in_box }
    }

    /// Points for identity tests: mostly from the box, where accidents are rarer, some from the
    /// trajectory, where the truth is surely defined.
    pub(crate) fn test_points(&self, count: usize) -> Vec<&Point> {
        let stride = (self.on_trajectory.len() / (count / 4).max(1)).max(1);
        let near = self.on_trajectory.iter().skip(stride / 2).step_by(stride).take(count / 4);
        near.chain(self.in_box.iter().take(count)).take(count).collect()
    }
}

fn points_in_box(points: &[Point], seed: u64) -> Vec<Point> {
    let Some(first) = points.first() else { return Vec::new() };
    let dim = first.state.len();
    let range = |value: &dyn Fn(&Point) -> f64| {
        let ends = points
            .iter()
            .map(value)
            .fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), x| (low.min(x), high.max(x)));
        let (middle, half) = ((ends.0 + ends.1) / 2.0, (ends.1 - ends.0) / 2.0);
        // A component that stands still gets some room too.
        (middle, WIDENING * if half > 0.0 { half } else { 0.1 * middle.abs().max(1.0) })
    };
    let sides: Vec<(f64, f64)> = (0..dim).map(|i| range(&|point| point.state[i])).collect();
    let times = (first.time, points.last().map_or(0.0, |point| point.time) - first.time);
    let stream = Stream::new(seed, 0x6a75_6467);
    let width = dim as u64 + 1;
    (0..MOST_POINTS as u64)
        .map(|place| {
            let uniform = |i: u64| stream.uniform(place * width + i);
            let state = sides
                .iter()
                .zip(0..)
                .map(|((middle, half), i)| middle + half * (2.0 * uniform(i) - 1.0));
            Point { time: times.0 + times.1 * uniform(width - 1), state: state.collect() }
        })
        .collect()
}

/// How far one vector field is from another over some points.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct FieldError {
    /// Relative L2 error of the whole field, each component in units of its standard deviation.
    pub(crate) whole: f64,
    /// Relative L2 error of each component.
    pub(crate) components: Vec<f64>,
}

/// Values of `roots` at points: `points × roots`.
pub(crate) fn values(
    graph: &Graph,
    roots: &[ExprId],
    dim: usize,
    points: &[Point],
) -> Vec<Vec<f64>> {
    let engine = Oracle::new(lower_exprs(graph, roots, dim, 0));
    let mut inputs = vec![0.0; dim + 1];
    points
        .iter()
        .map(|point| {
            inputs[0] = point.time;
            inputs[1..].copy_from_slice(&point.state);
            let mut outputs = vec![0.0; roots.len()];
            engine.call(&inputs, &mut outputs);
            outputs
        })
        .collect()
}

/// The error of `candidate` against `truth`, both `points × components`, over the points where the
/// truth is finite; infinite where only the candidate is not.
pub(crate) fn field_error(
    truth: &[Vec<f64>],
    candidate: &[Vec<f64>],
    scales: &[f64],
) -> FieldError {
    let dim = scales.len();
    let mut errors = vec![0.0; dim];
    let mut sizes = vec![0.0; dim];
    for (f, g) in truth.iter().zip(candidate) {
        if !f.iter().all(|value| value.is_finite()) {
            continue;
        }
        for i in 0..dim {
            let (f, g) = (f[i] / scales[i], g[i] / scales[i]);
            errors[i] += if g.is_finite() { (g - f) * (g - f) } else { f64::INFINITY };
            sizes[i] += f * f;
        }
    }
    let relative = |error: f64, size: f64| match (error == 0.0, size == 0.0) {
        (true, _) => 0.0,
        (false, true) => f64::INFINITY,
        _ => (error / size).sqrt(),
    };
    let components =
        errors.iter().zip(&sizes).map(|(&error, &size)| relative(error, size)).collect();
    FieldError { whole: relative(errors.iter().sum(), sizes.iter().sum()), components }
}

/// The standard deviation of each column over the rows that are finite; 1 where there is none.
pub(crate) fn deviations(rows: &[Vec<f64>], dim: usize) -> Vec<f64> {
    let finite: Vec<&Vec<f64>> =
        rows.iter().filter(|row| row.iter().all(|value| value.is_finite())).collect();
    let count = finite.len().max(1) as f64;
    (0..dim)
        .map(|i| {
            let mean = finite.iter().map(|row| row[i]).sum::<f64>() / count;
            let variance = finite.iter().map(|row| (row[i] - mean).powi(2)).sum::<f64>() / count;
            if variance > 0.0 && variance.is_finite() { variance.sqrt() } else { 1.0 }
        })
        .collect()
}
