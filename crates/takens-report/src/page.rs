//! The page: one self-contained HTML file, no network, light and dark, fit to print.

use crate::leaderboard::{Leaderboard, LeaderboardError, form, leaderboard};
use crate::svg::{escape, legend, number};
use crate::{cost, forecasts, heat, horizon};
use std::collections::BTreeMap;
use std::path::Path;
use takens_catalog::Catalog;
use takens_host::{Reader, Run, Status, StoreError};
use takens_metrics::{Direction, metric};

const STYLE: &str = include_str!("page.css");
const SCRIPT: &str = include_str!("page.js");

/// Metrics that have a ranking on the page, as far as the run has them.
const RANKED: [&str; 6] = ["smape", "nrmse", "r2", "vpt_vlachas", "vpt_schotz", "hellinger"];
/// Systems whose forecasts are drawn.
const FORECASTS: usize = 24;

/// A page that cannot be made.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ReportError {
    /// The store cannot be read.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The run has nothing to rank.
    #[error(transparent)]
    Leaderboard(#[from] LeaderboardError),
}

/// The report of the run in `folder`.
///
/// # Errors
/// [`ReportError`] if the run cannot be read or has no scored result.
pub fn html(folder: &Path, run: &Run, catalog: &Catalog) -> Result<String, ReportError> {
    let reader = Reader::open(folder)?;
    let group = |system: &str| form(catalog, system);
    let first = leaderboard(run, RANKED[0], group)?;
    let mut boards = vec![first];
    for id in &RANKED[1..] {
        match leaderboard(run, id, group) {
            Ok(board) => boards.push(board),
            Err(LeaderboardError::NoScore { .. }) => {}
            Err(error) => return Err(error.into()),
        }
    }
    let mut methods: Vec<String> = boards[0].rows.iter().map(|row| row.method.clone()).collect();
    let ranked = methods.clone();
    methods.sort();

    let mut body = summary(run);
    body += "<h2>Ranking</h2>";
    body += &rankings(&boards);
    body += "<h2>Error against horizon</h2>";
    body += &legend(&methods);
    match horizon::horizon_plot(&reader, run, &methods)? {
        Some(plot) => body += &plot,
        None => body += "<p>No system of this run has a positive Lyapunov exponent on record.</p>",
    }
    body += "<h2>Cost against score</h2>";
    body += &cost::cost_plot(&boards[0], &methods);
    body += &format!("<h2>Systems × methods: {}</h2>", escape(RANKED[0]));
    if let Ok(info) = metric(RANKED[0]) {
        body += &format!(
            "<p>{}, mean over seeds; a colour shows the rank of a score among all of this map.</p>",
            escape(info.summary)
        );
        body += &format!("<div class=\"wide\">{}</div>", heat::heat_map(run, info, &ranked));
    }
    body += "<h2>Forecasts over truth</h2><p>First component, first seed. The truth is the thick grey line, with the best few forecasts \
        over it; a dashed line ends the trusted horizon where it lies inside.</p>";
    body += &legend(&methods);
    body += &forecasts::forecast_plots(&reader, run, &methods, RANKED[0], FORECASTS)?;
    body += "<h2>Failures</h2>";
    body += &failures(run);
    Ok(format!(
        "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width\">\
         <title>Takens report</title><link rel=\"icon\" href=\"data:,\"><style>{STYLE}</style></head>\n<body><main>{body}</main><script>{SCRIPT}</script></body></html>\n"
    ))
}

fn summary(run: &Run) -> String {
    let distinct = |pick: &dyn Fn(&takens_host::Record) -> String| {
        let mut all: Vec<String> = run.results.values().map(pick).collect();
        all.sort();
        all.dedup();
        all
    };
    let done = run.results.values().filter(|record| record.status == Status::Done).count();
    let mut text = format!(
        "<h1>Takens</h1><p class=\"lead\">{} tasks: {} systems × {} methods × {} seeds, protocol {}; {done} ended in a forecast.</p>",
        run.results.len(),
        distinct(&|record| record.system.clone()).len(),
        distinct(&crate::leaderboard::competitor).len(),
        distinct(&|record| record.seed.to_string()).len(),
        escape(&distinct(&|record| record.protocol.clone()).join(", "))
    );
    for alarm in &run.alarms {
        text += &format!("<p class=\"alarm\">{}</p>", escape(alarm));
    }
    text
}

/// One table for each metric, with buttons to choose.
fn rankings(boards: &[Leaderboard]) -> String {
    let mut text = String::from("<p class=\"tabs\" role=\"tablist\">");
    for (place, board) in boards.iter().enumerate() {
        text += &format!(
            "<button role=\"tab\" aria-selected=\"{}\" data-tab=\"{}\">{}</button>",
            place == 0,
            escape(&board.metric),
            escape(&board.metric)
        );
    }
    text += "</p>";
    for (place, board) in boards.iter().enumerate() {
        text += &format!(
            "<section data-panel=\"{}\"{}>",
            escape(&board.metric),
            if place == 0 { "" } else { " hidden" }
        );
        text += &ranking(board);
        text += "</section>";
    }
    text
}

fn ranking(board: &Leaderboard) -> String {
    let arrow = if board.direction == Direction::LowerIsBetter {
        "lower is better"
    } else {
        "higher is better"
    };
    let summary = metric(&board.metric).map_or("", |info| info.summary);
    let shown = |value: f64| value.abs() < f64::MAX;
    let ends = board
        .rows
        .iter()
        .flat_map(|row| [row.low, row.high])
        .filter(|value| shown(*value))
        .fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), value| {
            (low.min(value), high.max(value))
        });
    let scale = crate::svg::Scale::linear(ends, (3.0, 157.0));
    let mut text = format!(
        "<p>{} ({arrow}): median over {} systems, 95 % interval from a paired bootstrap over {} groups of systems of one form and over seeds. \
         A task that failed counts as the worst score in its place.</p>\
         <div class=\"wide\"><table class=\"sortable ranking\"><thead><tr><th>#</th><th class=\"text\">method</th><th>median</th>\
         <th class=\"plain\">interval</th><th>mean rank</th><th title=\"share of bootstrap samples in which no method is better\">P(first)</th>\
         <th>done</th><th>diverged</th><th>failed</th><th>seconds</th></tr></thead><tbody>",
        escape(summary),
        board.systems,
        board.groups
    );
    for row in &board.rows {
        let whisker = if shown(row.low) && shown(row.high) && shown(row.median) {
            format!(
                "<svg width=\"160\" height=\"14\" aria-hidden=\"true\"><line class=\"whisker\" x1=\"{:.1}\" x2=\"{:.1}\" y1=\"7\" y2=\"7\"/>\
                 <circle cx=\"{:.1}\" cy=\"7\" r=\"3.5\"/></svg>",
                scale.at(row.low),
                scale.at(row.high),
                scale.at(row.median)
            )
        } else {
            String::new()
        };
        let failed: usize = row.failures.values().sum();
        let kinds: Vec<String> =
            row.failures.iter().map(|(kind, count)| format!("{count} {kind}")).collect();
        text += &format!(
            "<tr><td>{}</td><td class=\"text\">{}</td><td data-value=\"{:e}\">{}</td><td class=\"plain\" title=\"{} to {}\">{whisker}</td>\
             <td>{:.2}</td><td>{:.2}</td><td>{}/{}</td><td>{}</td><td title=\"{}\">{failed}</td><td data-value=\"{:e}\">{}</td></tr>",
            row.rank,
            escape(&row.method),
            row.median,
            number(row.median),
            number(row.low),
            number(row.high),
            row.mean_rank,
            row.first,
            row.done,
            row.tasks,
            row.diverged,
            escape(&kinds.join(", ")),
            row.seconds.unwrap_or(f64::MAX),
            row.seconds.map_or_else(|| "–".into(), number)
        );
    }
    text + "</tbody></table></div>"
}

/// Every kind of failure with its count and one message.
fn failures(run: &Run) -> String {
    let mut kinds: BTreeMap<(String, String), (usize, String)> = BTreeMap::new();
    for record in run.results.values().filter(|record| record.status != Status::Done) {
        let kind = if record.kind.is_empty() {
            record.status.name().to_string()
        } else {
            format!("{} ({})", record.status.name(), record.kind)
        };
        let message = record.message.lines().next().unwrap_or_default();
        let entry = kinds
            .entry((record.method.clone(), kind))
            .or_insert_with(|| (0, format!("{}: {message}", record.system)));
        entry.0 += 1;
    }
    if kinds.is_empty() {
        return "<p>Every task ended in a forecast.</p>".into();
    }
    let mut text = String::from(
        "<div class=\"wide\"><table class=\"sortable\"><thead><tr><th class=\"text\">method</th><th class=\"text\">end</th><th>tasks</th>\
         <th class=\"text\">for example</th></tr></thead><tbody>",
    );
    for ((method, kind), (count, example)) in kinds {
        text += &format!(
            "<tr><td class=\"text\">{}</td><td class=\"text\">{}</td><td>{count}</td><td class=\"text\">{}</td></tr>",
            escape(&method),
            escape(&kind),
            escape(&example)
        );
    }
    text + "</tbody></table></div>"
}
