//! The heat map: systems by methods, as a table, so that it can be sorted, read aloud and copied.

use super::data::System;
use super::metrics::Board;
use super::ranking::{counted, direction};
use crate::draw::{escape, number};
use crate::leaderboard::sign;
use takens_metrics::{Direction, MetricInfo};

/// Steps of the colour scale, classes `q0` (the worst) to `q15`.
const STEPS: usize = 16;

/// The map of the first metric; the script fills in another one that is chosen.
///
/// - `methods`: columns, in the order of the page.
/// - `systems`: rows, the easiest first.
/// - `absent`: systems of the run that no metric compares.
pub(super) fn section(
    board: &Board,
    methods: &[String],
    systems: &[System],
    absent: &[&str],
) -> String {
    let scale = Colours::of(board.info, systems);
    let info = board.info;
    format!(
        "<p>Mean over seeds of <strong class=\"metric-name\">{id}</strong> (<span class=\"metric-direction\">{direction}</span>). A colour shows the \
         place of a score among all scores of the map, so that one outlier does not wash out the rest: the scale tells which score is where. \
         A marked corner <span class=\"swatch f\" aria-hidden=\"true\"></span> means that at least one seed has no forecast and counts as the worst. \
         Sort by any heading; λ is the largest Lyapunov exponent per unit of system time.</p>\
         <noscript><p>Without scripts this map shows {id} only, and cannot be sorted.</p></noscript>{missing}{legend}\
         <div class=\"wide tall\" tabindex=\"0\" role=\"region\" aria-label=\"scores of methods on systems\">{table}</div>",
        id = info.id,
        direction = direction(info.direction),
        missing = missing(absent),
        legend = scale.legend(),
        table = table(board, methods, systems, &scale)
    )
}

fn missing(absent: &[&str]) -> String {
    if absent.is_empty() {
        return String::new();
    }
    let names: Vec<String> = absent.iter().take(12).map(|name| escape(name)).collect();
    let more = if absent.len() > names.len() { ", …" } else { "" };
    format!(
        "<p class=\"nothing\">Not in the map: {} that no metric can compare yet, because a method has no result there or their data \
         could not be made ({}{more}).</p>",
        counted(absent.len(), "system"),
        names.join(", ")
    )
}

fn table(board: &Board, methods: &[String], systems: &[System], scale: &Colours) -> String {
    let mut text = format!(
        "<table class=\"sortable heat\"><caption>Scores by system and method: <span class=\"metric-name\">{}</span></caption><thead><tr>\
         <th scope=\"col\" class=\"text\">system</th><th scope=\"col\" title=\"largest Lyapunov exponent per unit of system time\">λ</th>\
         <th scope=\"col\" title=\"median over methods\">median</th>",
        board.info.id
    );
    for method in methods {
        let name = escape(method);
        text += &format!(
            "<th scope=\"col\" class=\"upright\" title=\"{name}\"><span>{name}</span></th>"
        );
    }
    text += "</tr></thead><tbody>\n";
    for (place, system) in systems.iter().enumerate() {
        text += &format!(
            "<tr data-system=\"{place}\"><th scope=\"row\" class=\"text\">{}</th><td data-value=\"{}\">{}</td><td class=\"middle\">{}</td>",
            escape(&system.name),
            system.exponent.map_or_else(String::new, |exponent| format!("{exponent:e}")),
            system.exponent.map_or_else(|| "–".into(), number),
            system.middle(board.info.id).map_or_else(|| "–".into(), number),
        );
        for method in 0..methods.len() {
            let failed = if system.failed[method] > 0 { " f" } else { "" };
            text += &match system.score(board.info.id, method) {
                Some(score) => format!(
                    "<td class=\"q{}{failed}\" data-value=\"{score:e}\">{}</td>",
                    scale.step(score),
                    short(score)
                ),
                None => format!("<td class=\"na{failed}\">·</td>"),
            };
        }
        text += "</tr>\n";
    }
    text + "</tbody></table>"
}

/// Three digits: cells are narrow.
fn short(score: f64) -> String {
    // Halves are rounded up, here and in the script.
    let score = score * (1.0 + 1e-12);
    let size = score.abs();
    if size >= f64::MAX {
        number(score)
    } else if size != 0.0 && !(1e-3..1e4).contains(&size) {
        format!("{score:.0e}").replace('-', "−")
    } else {
        let decimals = if size >= 100.0 {
            0
        } else if size >= 10.0 {
            1
        } else if size >= 1.0 {
            2
        } else {
            3
        };
        format!("{score:.decimals$}").replace('-', "−")
    }
}

/// Which colour a score has: its place among all.
struct Colours {
    /// All scores, the worst first.
    sorted: Vec<f64>,
    direction: Direction,
}

impl Colours {
    fn of(info: &MetricInfo, systems: &[System]) -> Self {
        let sign = sign(info.direction);
        let mut sorted: Vec<f64> =
            systems.iter().flat_map(|row| row.scores(info.id)).copied().collect();
        sorted.sort_by(|a, b| (sign * b).total_cmp(&(sign * a)));
        Self { sorted, direction: info.direction }
    }

    /// 0 for the worst score of the map, 15 for the best; equal scores have one colour.
    fn step(&self, score: f64) -> usize {
        let sign = sign(self.direction);
        let worse = self.sorted.partition_point(|other| sign * other > sign * score);
        worse * STEPS / self.sorted.len().max(1)
    }

    /// The scale, with the scores at its quarters.
    fn legend(&self) -> String {
        let steps: String = (0..STEPS).map(|step| format!("<i class=\"q{step}\"></i>")).collect();
        let at = |share: f64| {
            number(self.sorted[((self.sorted.len() - 1) as f64 * share).round() as usize])
        };
        let labels: String =
            [("worst", 0.0), ("", 0.25), ("median", 0.5), ("", 0.75), ("best", 1.0)]
                .map(|(name, share)| {
                    format!(
                        "<span>{}{}<b>{}</b></span>",
                        name,
                        if name.is_empty() { "" } else { " " },
                        at(share)
                    )
                })
                .concat();
        format!(
            "<div class=\"scale\" role=\"img\" aria-label=\"colour scale from the worst score to the best\"><div class=\"steps\">{steps}</div>\
             <div class=\"labels\">{labels}</div></div>"
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_have_three_digits() {
        for (score, text) in [
            (0.0, "0.000"),
            (0.12345, "0.123"),
            (12.345, "12.3"),
            (123.4, "123"),
            (-1.5, "−1.50"),
            (1e-7, "1e−7"),
            (f64::INFINITY, "∞"),
        ] {
            assert_eq!(short(score), text);
        }
    }

    #[test]
    fn colours_go_from_worst_to_best() {
        let colours = Colours {
            sorted: (0..160).rev().map(f64::from).collect(),
            direction: Direction::LowerIsBetter,
        };
        assert_eq!((colours.step(159.0), colours.step(0.0), colours.step(80.0)), (0, 15, 7));
    }
}
