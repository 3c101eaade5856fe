//! The heat map: systems by methods.

use crate::leaderboard::{LeaderboardError, median, scores_by_system};
use crate::svg::{escape, number};
use takens_host::Run;
use takens_metrics::{Direction, MetricInfo};

const CELL: (f64, f64) = (74.0, 18.0);
const LEFT: f64 = 190.0;
const TOP: f64 = 84.0;

/// Scores of every method on every system, the easiest system first, methods in the given order.
///
/// A colour shows the place of a score among all scores of the map, so that one outlier does not
/// wash out the rest.
///
/// # Errors
/// [`LeaderboardError`] if no system has a score.
pub(crate) fn heat_map(
    run: &Run,
    info: &MetricInfo,
    methods: &[String],
) -> Result<String, LeaderboardError> {
    let table = scores_by_system(run, info)?;
    let mut systems: Vec<&String> = table.keys().collect();
    let sign = if info.direction == Direction::LowerIsBetter { 1.0 } else { -1.0 };
    let ease =
        |system: &String| sign * median(&table[system].values().copied().collect::<Vec<_>>());
    systems.sort_by(|a, b| ease(a).total_cmp(&ease(b)));
    let mut sorted: Vec<f64> =
        table.values().flat_map(|row| row.values()).map(|score| sign * score).collect();
    sorted.sort_by(f64::total_cmp);
    let place = |score: f64| {
        let below = sorted.partition_point(|other| *other < sign * score) as f64;
        below / (sorted.len().max(2) - 1) as f64
    };

    let width = LEFT + CELL.0 * methods.len() as f64 + 10.0;
    let height = TOP + CELL.1 * systems.len() as f64 + 6.0;
    let mut text = format!(
        "<svg viewBox=\"0 0 {width} {height}\" style=\"max-width:{width}px\" role=\"img\" aria-label=\"scores of methods on systems\">"
    );
    for (column, method) in methods.iter().enumerate() {
        let x = LEFT + CELL.0 * (column as f64 + 0.5);
        text += &format!(
            "<text class=\"name\" x=\"{x}\" y=\"{}\" transform=\"rotate(-32 {x} {})\">{}</text>",
            TOP - 6.0,
            TOP - 6.0,
            escape(&shorten(method, 22))
        );
    }
    for (row, system) in systems.iter().enumerate() {
        let y = TOP + CELL.1 * row as f64;
        text += &format!(
            "<text class=\"name\" x=\"{}\" y=\"{}\" text-anchor=\"end\">{}</text>",
            LEFT - 6.0,
            y + 13.0,
            escape(&shorten(system, 28))
        );
        for (column, method) in methods.iter().enumerate() {
            let Some(&score) = table[*system].get(method) else { continue };
            let x = LEFT + CELL.0 * column as f64;
            let share = place(score).clamp(0.0, 1.0);
            text += &format!(
                "<g><title>{} on {}: {}</title><rect x=\"{x}\" y=\"{y}\" width=\"{}\" height=\"{}\" fill=\"{}\"/>\
                 <text class=\"cell\" x=\"{}\" y=\"{}\" text-anchor=\"middle\">{}</text></g>",
                escape(method),
                escape(system),
                number(score),
                CELL.0 - 1.0,
                CELL.1 - 1.0,
                shade(share),
                x + CELL.0 / 2.0,
                y + 13.0,
                number(score)
            );
        }
    }
    Ok(text + "</svg>")
}

/// From a deep teal for the best to a dark red for the worst, light in the middle: text stays black.
fn shade(share: f64) -> String {
    let (hue, light) = if share < 0.5 {
        (172.0, 58.0 + 60.0 * share)
    } else {
        (14.0, 88.0 - 56.0 * (share - 0.5))
    };
    format!("hsl({hue} 55% {light:.0}%)")
}

/// At most `limit` characters.
fn shorten(text: &str, limit: usize) -> String {
    if text.chars().count() <= limit {
        text.into()
    } else {
        text.chars().take(limit - 1).chain(['…']).collect()
    }
}
