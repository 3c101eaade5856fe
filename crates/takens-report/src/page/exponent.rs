//! Score against largest exponent: whether a method fails where the motion is wild.

use super::metrics::Board;
use super::ranking::counted;
use super::score_axis::ScoreAxis;
use crate::draw::{Frame, Scale, escape, path, shorten};
use crate::leaderboard::median;
use ndarray::ArrayView2;
use takens_metrics::{Pair, spearman};

/// A panel with its distance to the next.
const PANEL: (f64, f64) = (196.0, 150.0);
/// Within a panel: left, top, and the size of the plot.
const PLOT: (f64, f64, f64, f64) = (0.0, 20.0, 180.0, 112.0);
/// Left of the panels, and below them.
const LEFT: f64 = 62.0;
const BELOW: f64 = 46.0;
const COLUMNS: usize = 5;
/// Systems that make a plot worth looking at, and a trend.
const FEW: usize = 3;
const TREND: usize = 15;
/// Points of a trend.
const BINS: usize = 5;

/// One panel for each method, for every metric.
pub(super) fn section(
    boards: &[Board],
    methods: &[String],
    exponent: impl Fn(&str) -> Option<f64>,
) -> String {
    let panels = boards.iter().map(|board| panel(board, methods, &exponent));
    format!(
        "<p>Each point is a system: the mean over seeds of a method's score against the largest Lyapunov exponent, per unit of system time. The \
         line joins medians of fifths of the systems; ρ is Spearman's rank correlation of exponent and score. A failure lies at the worst score in its \
         place.</p>{}",
        panels.collect::<String>()
    )
}

fn panel(board: &Board, methods: &[String], exponent: &impl Fn(&str) -> Option<f64>) -> String {
    format!(
        "<div data-metric=\"{}\">{}</div>",
        board.info.id,
        figure(board, methods, exponent)
            .unwrap_or_else(|reason| format!("<p class=\"nothing\">{reason}</p>"))
    )
}

fn figure(
    board: &Board,
    methods: &[String],
    exponent: &impl Fn(&str) -> Option<f64>,
) -> Result<String, String> {
    let id = board.info.id;
    let known: Vec<(usize, f64)> = board
        .table
        .systems
        .iter()
        .enumerate()
        .filter_map(|(place, system)| {
            Some((place, exponent(&system.name).filter(|exponent| *exponent > 0.0)?))
        })
        .collect();
    let others = board.table.systems.len() - known.len();
    if known.len() < FEW {
        return Err(format!(
            "Too few systems to show {id} against their exponents: {} of {} with a positive exponent on record; {FEW} are needed.",
            known.len(),
            board.table.systems.len()
        ));
    }
    let columns: Vec<usize> = methods
        .iter()
        .map(|name| board.table.methods.binary_search(name).expect("one set of methods"))
        .collect();
    let score = |system: usize, column: usize| board.table.systems[system].mean(column);
    let all = known
        .iter()
        .flat_map(|(system, _)| columns.iter().map(move |column| score(*system, *column)));
    let (left, top, width, height) = PLOT;
    let axis = ScoreAxis::of(all, (top + height, top))
        .ok_or_else(|| format!("No system has a finite score of {id}."))?;
    let ends = known.iter().fold((f64::INFINITY, 0.0f64), |(low, high), (_, exponent)| {
        (low.min(*exponent), high.max(*exponent))
    });
    let x = Scale::log((ends.0 / 1.25, ends.1 * 1.25), (left, left + width));

    let across = COLUMNS.min(methods.len());
    let rows = methods.len().div_ceil(across);
    let size = (LEFT + PANEL.0 * across as f64, PANEL.1 * rows as f64 + BELOW - 18.0);
    let mut text = format!(
        "<figure><div class=\"wide\" tabindex=\"0\" role=\"region\" aria-label=\"{id} against the largest exponent\"><svg class=\"panels\" style=\"max-width:{0}px;--w:{0}px\" viewBox=\"0 0 {0} {1}\" role=\"img\" \
         aria-label=\"{id} against the largest Lyapunov exponent, a panel for each method\">",
        size.0, size.1
    );
    let frame =
        Frame { x, y: axis.scale, x_title: "λ per system time", y_title: "", ticks: (4, 4) };
    text += &format!("<defs><g id=\"frame-{id}\">{}</g></defs>", frame.grid());
    for (place, column) in columns.iter().enumerate() {
        // Ticks stand where no neighbour has them.
        let below = if place + across >= methods.len() { frame.below() } else { String::new() };
        let beside = if place % across == 0 { frame.beside() } else { String::new() };
        let points: Vec<(f64, f64)> =
            known.iter().map(|(system, exponent)| (*exponent, score(*system, *column))).collect();
        text += &format!(
            "<g transform=\"translate({:.0} {:.0})\"><use href=\"#frame-{id}\"/>{below}{beside}<text class=\"heading\" x=\"{left}\" y=\"13\">{}</text>{}",
            LEFT + PANEL.0 * (place % across) as f64,
            PANEL.1 * (place / across) as f64,
            escape(&shorten(&methods[place], 20)),
            correlation(&points).map_or_else(String::new, |rho| format!(
                "<text class=\"title\" x=\"{}\" y=\"13\" text-anchor=\"end\">ρ {}</text>",
                left + width,
                format!("{rho:.2}").replace('-', "−")
            ))
        );
        // Dots of no length with round ends: a tenth of the bytes of circles.
        let dots: String = points
            .iter()
            .map(|(exponent, score)| format!("M{:.0} {:.0}h0", x.at(*exponent), axis.at(*score)))
            .collect();
        text += &format!("<path class=\"dots m{place}\" d=\"{dots}\"/>");
        if points.len() >= TREND {
            let line = path(trend(points).into_iter().map(|(a, b)| (x.at(a), axis.at(b))));
            text += &format!("<path class=\"trend\" d=\"{line}\"/>");
        }
        text += "</g>";
    }
    let middle = PANEL.1 * rows as f64 / 2.0;
    text += &format!(
        "<text class=\"title\" x=\"13\" y=\"{middle}\" text-anchor=\"middle\" transform=\"rotate(-90 13 {middle})\">{id}</text></svg></div></figure>"
    );
    if axis.is_cut {
        text += "<p>Some scores lie beyond the axis, and are drawn at its edge.</p>";
    }
    if others > 0 {
        text += &format!(
            "<p>Not shown: {} without a positive exponent on record.</p>",
            counted(others, "system")
        );
    }
    Ok(text)
}

/// Medians of fifths of the points, by exponent.
fn trend(mut points: Vec<(f64, f64)>) -> Vec<(f64, f64)> {
    points.sort_by(|a, b| a.0.total_cmp(&b.0));
    (0..BINS)
        .map(|bin| {
            let part = &points[bin * points.len() / BINS..(bin + 1) * points.len() / BINS];
            let middle =
                |pick: fn(&(f64, f64)) -> f64| median(&part.iter().map(pick).collect::<Vec<_>>());
            (middle(|point| point.0), middle(|point| point.1))
        })
        .collect()
}

/// Rank correlation of exponent and score, infinite scores being greater than all others.
fn correlation(points: &[(f64, f64)]) -> Option<f64> {
    let column = |pick: fn(&(f64, f64)) -> f64| -> Vec<f64> {
        points.iter().map(pick).map(|value| value.clamp(-f64::MAX, f64::MAX)).collect()
    };
    let (exponents, scores) = (column(|point| point.0), column(|point| point.1));
    let shape = (points.len(), 1);
    let view = |values| ArrayView2::from_shape(shape, values).ok();
    Pair::new(view(&exponents)?, view(&scores)?).ok().map(|pair| spearman(&pair))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_score_that_grows_with_the_exponent_correlates_fully() {
        let points: Vec<(f64, f64)> = (1..=20)
            .map(|k| (f64::from(k), if k == 20 { f64::INFINITY } else { f64::from(k * k) }))
            .collect();
        assert!((correlation(&points).unwrap() - 1.0).abs() < 1e-12);
        let line = trend(points);
        assert_eq!(line[0], (2.5, 6.5));
        assert_eq!(line.len(), BINS);
    }
}
