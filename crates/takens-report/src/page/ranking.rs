//! The ranking: a table for each metric, with intervals drawn.

use super::metrics::Board;
use super::score_axis::ScoreAxis;
use crate::draw::{escape, number};
use crate::leaderboard::{DRAWS, Leaderboard, SEED, Standing};
use takens_metrics::Direction;

/// Where the drawn intervals lie within their cell.
const WHISKER: (f64, f64) = (5.0, 135.0);

/// The tables of all metrics; the style sheet shows the one that is chosen.
pub(super) fn section(boards: &[Board], nothing: &str) -> String {
    if boards.is_empty() {
        return format!("<p class=\"nothing\">Nothing to rank: {}.</p>", escape(nothing));
    }
    boards.iter().map(panel).collect::<String>() + METHOD
}

/// What the figures are, for whoever is to believe them.
const METHOD: &str = "<details class=\"method\"><summary>How the ranking is made</summary>\
    <p>A method's figure is the median over systems of its mean over seeds. A task without a score of its own (an error, a time-out, a \
    crash, memory, a lost process) counts as the worst in its place: the bad end of the metric's range or, where the range has no end, the \
    worst score that any method has on that system. A system and seed for which some method has no result yet is left out for all \
    methods, and so is one whose data could not be made. Systems on which a metric has no value (a horizon in Lyapunov times without a \
    positive exponent) do not count for that metric.</p>\
    <p>Intervals are 95 % percentile intervals of a paired bootstrap in two stages: groups of systems of one form are drawn with \
    replacement (a system and its twins are one group, since twins are not independent evidence), then seeds within each system; all methods \
    get the same draws. <em>Behind the first</em> is the interval of the paired difference between a method's median and that of the method \
    ranked first; one that holds zero does not tell the two apart. <em>P(first)</em> is the share of samples in which no method has a better \
    median. The bootstrap has a fixed seed: the same results give the same table.</p></details>";

fn panel(board: &Board) -> String {
    let ranking = &board.ranking;
    format!(
        "<div data-metric=\"{}\"><p>{}, <strong>{}</strong>. Median over {}; 95 % intervals by a paired bootstrap ({DRAWS} samples, seed {SEED}) \
         over {} of one form.{}</p>{}</div>",
        board.info.id,
        escape(&sentence(board.info.summary)),
        direction(ranking.direction),
        counted(ranking.systems, "system"),
        counted(ranking.groups, "group of systems"),
        left_out(ranking.left_out),
        table(ranking)
    )
}

/// With a capital.
fn sentence(text: &str) -> String {
    let mut rest = text.chars();
    rest.next().map_or_else(String::new, |first| first.to_uppercase().chain(rest).collect())
}

pub(super) fn direction(direction: Direction) -> &'static str {
    match direction {
        Direction::LowerIsBetter => "lower is better",
        Direction::HigherIsBetter => "higher is better",
    }
}

pub(super) fn counted(count: usize, what: &str) -> String {
    match (count, what.split_once(' ')) {
        (1, _) => format!("1 {what}"),
        (_, Some((noun, rest))) => format!("{count} {noun}s {rest}"),
        (_, None) => format!("{count} {what}s"),
    }
}

fn left_out(pairs: usize) -> String {
    if pairs == 0 {
        return String::new();
    }
    format!(
        " Left out: {} and seed for which a method has no result yet, or that have no data.",
        counted(pairs, "pair of system")
    )
}

const INTERVAL: &str = "95 % interval";
const HEADINGS: [(&str, &str, &str); 12] = [
    ("", "rank", "place by the median; equal figures share one"),
    ("text", "method", "with parameters, if they are not the defaults"),
    ("", "median", "median over systems of the mean over seeds"),
    ("text plain", INTERVAL, "interval of the median; the dot is the median"),
    ("", "behind the first", "95 % interval of the paired difference to the first method's median"),
    ("", "mean rank", "mean over systems of the place among all methods"),
    ("", "P(first)", "share of bootstrap samples in which no method is better"),
    ("", "tasks", "tasks of the method that have a result"),
    ("", "done", "tasks that ended in a finite forecast"),
    ("", "diverged", "tasks whose forecast ran away: scored, not excused"),
    ("", "failed", "tasks without a forecast: they count as the worst score in their place"),
    ("", "CPU s", "median processor seconds of fit and forecast"),
];

fn table(ranking: &Leaderboard) -> String {
    let ends = ranking.rows.iter().flat_map(|row| [row.low, row.high, row.median]);
    let axis = ScoreAxis::of(ends, WHISKER);
    let headings: String = HEADINGS
        .iter()
        .map(|(class, name, title)| {
            let is_drawn = *name == INTERVAL && axis.is_some_and(|axis| axis.is_log);
            let more = if is_drawn { ", log scale" } else { "" };
            format!("<th scope=\"col\" class=\"{class}\" title=\"{title}\">{name}{more}</th>")
        })
        .collect();
    let rows: String = ranking.rows.iter().map(|row| line(row, axis)).collect();
    format!(
        "<div class=\"wide\" tabindex=\"0\" role=\"region\" aria-label=\"ranking by {0}\"><table class=\"sortable ranking\"><caption>Ranking by {0}</caption>\
         <thead><tr>{headings}</tr></thead><tbody>{rows}</tbody></table></div>",
        ranking.metric
    )
}

fn line(row: &Standing, axis: Option<ScoreAxis>) -> String {
    let failed: usize = row.failures.values().sum();
    let kinds: Vec<String> =
        row.failures.iter().map(|(kind, count)| format!("{count} {kind}")).collect();
    let behind = if row.rank == 1 && (row.behind_low, row.behind_high) == (0.0, 0.0) {
        "–".to_string()
    } else {
        // Behind means worse, whichever end of the metric is the good one.
        let apart = row.behind_low > 0.0;
        let class = if apart { "apart" } else { "together" };
        format!(
            "<span class=\"{class}\">{} to {}</span>",
            number(row.behind_low),
            number(row.behind_high)
        )
    };
    format!(
        "<tr><td>{}</td><th scope=\"row\" class=\"text\">{}</th><td data-value=\"{:e}\">{}</td>\
         <td class=\"plain\" title=\"{} to {}\">{}</td><td data-value=\"{:e}\">{behind}</td><td>{:.2}</td><td>{:.2}</td><td>{}</td>\
         <td>{}</td><td>{}</td><td title=\"{}\">{failed}</td><td data-value=\"{:e}\">{}</td></tr>",
        row.rank,
        escape(&row.method),
        row.median,
        number(row.median),
        number(row.low),
        number(row.high),
        whisker(row, axis),
        row.behind_low,
        row.mean_rank,
        row.first,
        row.tasks,
        row.done,
        row.diverged,
        escape(&kinds.join(", ")),
        row.cpu_seconds.unwrap_or(f64::MAX),
        row.cpu_seconds.map_or_else(|| "–".into(), number)
    )
}

/// The interval, drawn; what lies beyond the axis ends at its edge. Nothing, if no score is finite.
fn whisker(row: &Standing, axis: Option<ScoreAxis>) -> String {
    let Some(axis) = axis else { return String::new() };
    let dot = if row.median.abs() < f64::MAX {
        format!("<circle cx=\"{:.1}\" cy=\"7\" r=\"3.5\"/>", axis.at(row.median))
    } else {
        String::new()
    };
    format!(
        "<svg width=\"140\" height=\"14\" viewBox=\"0 0 140 14\" role=\"img\" aria-label=\"{} to {}\"><path class=\"whisker\" d=\"M{:.1} 7H{:.1}\"/>{dot}</svg>",
        number(row.low),
        number(row.high),
        axis.at(row.low),
        axis.at(row.high)
    )
}
