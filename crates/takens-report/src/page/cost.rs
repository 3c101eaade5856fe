//! Cost against score: what a place on the leaderboard takes.

use super::metrics::Board;
use super::score_axis::ScoreAxis;
use crate::draw::{Frame, Scale, escape, mark, number, shorten};
use crate::leaderboard::{Standing, sign};

const SIZE: (f64, f64) = (760.0, 420.0);
/// Left, right, top and bottom of the plot.
const PLOT: (f64, f64, f64, f64) = (66.0, 740.0, 12.0, 368.0);
/// Costs below this are drawn at it, seconds.
const LEAST: f64 = 1e-4;
/// Height of a label, and about the width of a character.
const LABEL: (f64, f64) = (13.0, 6.2);

/// A method in the plot.
struct Point<'a> {
    place: usize,
    row: &'a Standing,
    seconds: f64,
    at: (f64, f64),
}

/// One plot for each metric.
pub(super) fn section(boards: &[Board], methods: &[String]) -> String {
    boards
        .iter()
        .map(|board| {
            format!(
                "<div data-metric=\"{}\">{}</div>",
                board.info.id,
                figure(board, methods)
                    .unwrap_or_else(|reason| format!("<p class=\"nothing\">{reason}</p>"))
            )
        })
        .collect()
}

fn figure(board: &Board, methods: &[String]) -> Result<String, String> {
    let rows = &board.ranking.rows;
    // Processor seconds, unless no worker could tell them.
    let has_cpu = rows.iter().any(|row| row.cpu_seconds.is_some());
    let seconds = |row: &Standing| if has_cpu { row.cpu_seconds } else { row.seconds };
    let unit = if has_cpu { "processor" } else { "wall-clock" };
    let costs: Vec<f64> = rows.iter().filter_map(seconds).map(|cost| cost.max(LEAST)).collect();
    if costs.is_empty() {
        return Err("No task has told what it cost: none has ended in a forecast.".into());
    }
    let id = board.info.id;
    let (left, right, top, bottom) = PLOT;
    let y =
        ScoreAxis::of(rows.iter().flat_map(|row| [row.median, row.low, row.high]), (bottom, top))
            .ok_or_else(|| format!("No method has a finite median of {id}."))?;
    let ends = costs
        .iter()
        .fold((f64::INFINITY, 0.0f64), |(low, high), cost| (low.min(*cost), high.max(*cost)));
    let x = Scale::log((ends.0 / 2.0, ends.1 * 2.5), (left, right));
    let points: Vec<Point> = rows
        .iter()
        .filter_map(|row| {
            let cost = seconds(row)?.max(LEAST);
            Some(Point {
                place: methods.iter().position(|method| *method == row.method)?,
                row,
                seconds: cost,
                at: (x.at(cost), y.at(row.median)),
            })
        })
        .collect();
    let y_title = format!("median {id}, {}", super::ranking::direction(board.info.direction));
    let x_title = format!("median {unit} seconds of fit and forecast, one task");
    let frame = Frame { x, y: y.scale, x_title: &x_title, y_title: &y_title, ticks: (7, 6) };
    let mut text = format!(
        "<p>Median {unit} seconds of a task against the median score, with its 95 % interval. The line joins the methods that none beats at \
         their cost or below.{}{}</p><figure><div class=\"wide\" tabindex=\"0\" role=\"region\" aria-label=\"cost against {id}\">\
         <svg class=\"figure\" style=\"--w:760px\" viewBox=\"0 0 {} {}\" role=\"img\" aria-label=\"cost against {id}\">{}",
        if y.is_cut { " Scores beyond the axis are drawn at its edge." } else { "" },
        if points.len() < rows.len() {
            " Methods without a single forecast have no cost, and are not shown."
        } else {
            ""
        },
        SIZE.0,
        SIZE.1,
        frame.svg()
    );
    text += &front(&points, sign(board.info.direction));
    for point in &points {
        let (px, py) = point.at;
        text += &format!(
            "<g tabindex=\"0\" class=\"point\"><title>{}: {} ({} to {}) in {} s</title><path class=\"bar m{}\" d=\"M{px:.1} {:.1}V{:.1}\"/>{}</g>",
            escape(&point.row.method),
            number(point.row.median),
            number(point.row.low),
            number(point.row.high),
            number(point.seconds),
            point.place,
            y.at(point.row.low),
            y.at(point.row.high),
            mark(point.place, px, py)
        );
    }
    text += &labels(&points);
    Ok(text + "</svg></div></figure>")
}

/// A line of steps through the methods that no cheaper one equals.
fn front(points: &[Point], sign: f64) -> String {
    let mut sorted: Vec<&Point> = points.iter().collect();
    sorted.sort_by(|a, b| {
        let scores = (sign * a.row.median).total_cmp(&(sign * b.row.median));
        a.seconds.total_cmp(&b.seconds).then(scores)
    });
    let mut best = f64::INFINITY;
    let mut line = String::new();
    for point in sorted {
        if sign * point.row.median < best {
            best = sign * point.row.median;
            let (x, y) = point.at;
            line += &if line.is_empty() {
                format!("M{x:.1} {y:.1}")
            } else {
                format!("H{x:.1}V{y:.1}")
            };
        }
    }
    if line.is_empty() { line } else { format!("<path class=\"front\" d=\"{line}H{}\"/>", PLOT.1) }
}

/// Names beside the points, each where there is room; what finds none has its name in the tables.
fn labels(points: &[Point]) -> String {
    let (left, right, top, bottom) = PLOT;
    let mut taken: Vec<[f64; 4]> = points.iter().map(|point| around(point.at, 7.0, 7.0)).collect();
    let mut text = String::new();
    for point in points {
        let name = shorten(&point.row.method, 24);
        let width = LABEL.1 * name.chars().count() as f64;
        let (x, y) = point.at;
        let places = [
            (x + 9.0, y, "start"),
            (x - 9.0 - width, y, "end"),
            (x - width / 2.0, y - 14.0, "middle"),
            (x - width / 2.0, y + 15.0, "middle"),
            (x + 8.0, y - 12.0, "start"),
            (x + 8.0, y + 12.0, "start"),
            (x - 8.0 - width, y - 12.0, "end"),
            (x - 8.0 - width, y + 12.0, "end"),
        ];
        let room = places.into_iter().find(|(from, middle, _)| {
            let own = [*from, middle - LABEL.0 / 2.0, from + width, middle + LABEL.0 / 2.0];
            let inside = own[0] > left && own[2] < right && own[1] > top && own[3] < bottom;
            inside && !taken.iter().any(|other| overlap(&own, other))
        });
        let Some((from, middle, anchor)) = room else { continue };
        taken.push([from, middle - LABEL.0 / 2.0, from + width, middle + LABEL.0 / 2.0]);
        let at = match anchor {
            "start" => from,
            "end" => from + width,
            _ => from + width / 2.0,
        };
        text += &format!(
            "<text class=\"name\" x=\"{at:.1}\" y=\"{:.1}\" text-anchor=\"{anchor}\">{}</text>",
            middle + 4.0,
            escape(&name)
        );
    }
    text
}

/// Left, top, right and bottom.
fn around(at: (f64, f64), x: f64, y: f64) -> [f64; 4] {
    [at.0 - x, at.1 - y, at.0 + x, at.1 + y]
}

fn overlap(a: &[f64; 4], b: &[f64; 4]) -> bool {
    a[0] < b[2] && b[0] < a[2] && a[1] < b[3] && b[1] < a[3]
}
