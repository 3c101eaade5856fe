//! Cost against score: what a place on the leaderboard takes.

use crate::leaderboard::Leaderboard;
use crate::svg::{Scale, axes, colour, escape, number};

const SIZE: (f64, f64) = (520.0, 320.0);

/// Each method at its median seconds and median score.
pub(crate) fn cost_plot(board: &Leaderboard, methods: &[String]) -> String {
    let points: Vec<(&str, f64, f64)> = board
        .rows
        .iter()
        .filter_map(|row| Some((row.method.as_str(), row.seconds?.max(1e-5), row.median)))
        .filter(|point| point.2.abs() < f64::MAX)
        .collect();
    if points.is_empty() {
        return "<p>No task has ended in a forecast.</p>".into();
    }
    let ends = |values: Vec<f64>| {
        values.into_iter().fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), value| {
            (low.min(value), high.max(value))
        })
    };
    let seconds = ends(points.iter().map(|point| point.1).collect());
    let scores = ends(points.iter().map(|point| point.2).collect());
    let margin = 0.08 * (scores.1 - scores.0).max(1e-9);
    let x = Scale::log((seconds.0 / 2.0, seconds.1 * 2.0), (64.0, SIZE.0 - 14.0));
    let y = Scale::linear((scores.0 - margin, scores.1 + margin), (SIZE.1 - 40.0, 12.0));
    let mut text = format!(
        "<svg viewBox=\"0 0 {} {}\" style=\"max-width:{}px\" role=\"img\" aria-label=\"cost against score\">",
        SIZE.0, SIZE.1, SIZE.0
    );
    text += &axes(
        SIZE.1,
        (&x, "median seconds of fit and forecast"),
        (&y, &format!("median {}", board.metric)),
    );
    let mut labels: Vec<(f64, f64)> = Vec::new();
    for (method, seconds, score) in points {
        let place = methods.iter().position(|other| other == method).unwrap_or(0);
        let (cx, cy) = (x.at(seconds), y.at(score));
        let (anchor, dx) = if cx > SIZE.0 * 0.75 { ("end", -8.0) } else { ("start", 8.0) };
        // A label that would cover an earlier one moves up.
        let mut label = cy + 4.0;
        let covered = |y: f64| {
            labels.iter().any(|(x, other)| (x - cx).abs() < 90.0 && (other - y).abs() < 12.0)
        };
        while covered(label) {
            label -= 12.0;
        }
        labels.push((cx, label));
        text += &format!(
            "<g><title>{}: {} in {} s</title><circle cx=\"{cx:.1}\" cy=\"{cy:.1}\" r=\"5\" fill=\"{}\"/>\
             <text class=\"name\" x=\"{:.1}\" y=\"{:.1}\" text-anchor=\"{anchor}\">{}</text></g>",
            escape(method),
            number(score),
            number(seconds),
            colour(place),
            cx + dx,
            label,
            escape(method)
        );
    }
    text + "</svg>"
}
