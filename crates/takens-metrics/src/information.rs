//! Mutual information of truth and forecast, from distances to nearest neighbours.

use crate::context::moments;
use crate::{Direction, MetricError, MetricInfo, Pair};
use ndarray::ArrayView1;
use statrs::function::gamma::digamma;

/// The neighbour whose distance sets the scale at a sample.
const NEIGHBOUR: usize = 3;

pub(crate) const MUTUAL_INFORMATION: MetricInfo = MetricInfo {
    id: "mutual_information",
    direction: Direction::HigherIsBetter,
    range: (0.0, f64::INFINITY),
    summary: "mutual information of truth and forecast in nats (KSG, k = 3), mean over components",
    compute: |pair, _| mutual_information(pair),
};

/// Mutual information of truth and forecast, mean over components, by the first estimator of
/// Kraskov, Stögbauer and Grassberger with `k = 3`:
/// `ψ(k) + ψ(n) - mean(ψ(n_x + 1) + ψ(n_y + 1))`.
///
/// Both series are scaled to unit standard deviation. At each sample, `ε` is the distance, in the
/// greater of the two coordinates, to its `k`-th neighbour in the plane of truth and forecast; `n_x`
/// samples lie nearer than `ε` in the truth alone, `n_y` in the forecast alone.
///
/// In nats, from 0 (an estimate below 0 is given as 0). A component in which either series is
/// constant counts 0, and so does one in which the forecast is not finite.
///
/// # Errors
/// [`MetricError::TooShort`] below four samples.
///
/// # Source
/// A. Kraskov, H. Stögbauer, P. Grassberger, Physical Review E 69, 066138 (2004), equation 8.
pub fn mutual_information(pair: &Pair) -> Result<f64, MetricError> {
    let len = pair.samples();
    if len <= NEIGHBOUR {
        let need = NEIGHBOUR + 1;
        return Err(MetricError::TooShort { metric: MUTUAL_INFORMATION.id, need, len });
    }
    Ok(pair.component_mean(|truth, forecast| match (scaled(truth), scaled(forecast)) {
        (Some(x), Some(y)) => estimate(&x, &y).max(0.0),
        _ => 0.0,
    }))
}

/// Over the standard deviation; nothing for a series that is constant or not finite.
fn scaled(values: ArrayView1<f64>) -> Option<Vec<f64>> {
    let (_, std) = moments(values.iter().copied());
    (std > 0.0 && std.is_finite()).then(|| values.iter().map(|x| x / std).collect())
}

fn estimate(x: &[f64], y: &[f64]) -> f64 {
    let mut points: Vec<(f64, f64)> = x.iter().copied().zip(y.iter().copied()).collect();
    points.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.total_cmp(&b.1)));
    let sorted_x: Vec<f64> = points.iter().map(|point| point.0).collect();
    let mut sorted_y: Vec<f64> = points.iter().map(|point| point.1).collect();
    sorted_y.sort_by(f64::total_cmp);
    let count = points.len() as f64;
    let marginals: f64 = (0..points.len())
        .map(|index| {
            // Distances that differ by rounding alone are equal: on a grid of values there are many.
            let radius = neighbour_distance(&points, index) * (1.0 - 1e-12);
            let near = |sorted: &[f64], at: f64| {
                let from = sorted.partition_point(|&v| at - v >= radius);
                let to = sorted.partition_point(|&v| v - at < radius);
                // The sample itself is among them, and stands for the `+ 1`.
                digamma((to.saturating_sub(from)).max(1) as f64)
            };
            near(&sorted_x, points[index].0) + near(&sorted_y, points[index].1)
        })
        .sum();
    digamma(NEIGHBOUR as f64) + digamma(count) - marginals / count
}

/// The distance to the `NEIGHBOUR`-th neighbour, in the greater coordinate, of points sorted by the
/// first: walks outwards until the first coordinate alone is farther.
fn neighbour_distance(points: &[(f64, f64)], index: usize) -> f64 {
    let (x, y) = points[index];
    let mut nearest = [f64::INFINITY; NEIGHBOUR];
    let mut offer = |other: (f64, f64)| {
        let mut distance = (other.0 - x).abs().max((other.1 - y).abs());
        for place in &mut nearest {
            if distance < *place {
                std::mem::swap(&mut distance, place);
            }
        }
        nearest[NEIGHBOUR - 1]
    };
    let (mut below, mut above) = (index, index + 1);
    let mut reach = f64::INFINITY;
    loop {
        let left = if below > 0 { x - points[below - 1].0 } else { f64::INFINITY };
        let right = if above < points.len() { points[above].0 - x } else { f64::INFINITY };
        if left.min(right) >= reach || left.min(right).is_infinite() {
            return reach;
        }
        if left <= right {
            below -= 1;
            reach = offer(points[below]);
        } else {
            reach = offer(points[above]);
            above += 1;
        }
    }
}
