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
/// [`ReportError`] if the run cannot be read, has no result, or results that cannot be compared.
pub fn html(folder: &Path, run: &Run, catalog: &Catalog) -> Result<String, ReportError> {
    let reader = Reader::open(folder)?;
    let group = |system: &str| form(catalog, system);
    let mut boards = Vec::new();
    let mut nothing = String::new();
    for id in RANKED {
        match leaderboard(run, id, group) {
            Ok(board) => boards.push(board),
            Err(
                error @ (LeaderboardError::NoScore { .. }
                | LeaderboardError::NothingInCommon { .. }),
            ) => nothing = error.to_string(),
            Err(error) => return Err(error.into()),
        }
    }
    let mut body = summary(run);
    match boards.first() {
        Some(first) => {
            let ranking = format!("<h2>Ranking</h2>{}", rankings(&boards));
            body += &ranking;
            body += &plots(&reader, run, first)?;
        }
        None => body += &format!("<p>Nothing to rank: {}.</p>", escape(&nothing)),
    }
    body += "<h2>Failures</h2>";
    body += &failures(run);
    Ok(format!(
        "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width\">\
         <title>Takens report</title><link rel=\"icon\" href=\"data:,\"><style>{STYLE}</style></head>\n<body><main>{body}</main><script>{SCRIPT}</script></body></html>\n"
    ))
}

/// All that is drawn; `board` ranks by the metric that the plots show.
fn plots(reader: &Reader, run: &Run, board: &Leaderboard) -> Result<String, ReportError> {
    let ranked: Vec<String> = board.rows.iter().map(|row| row.method.clone()).collect();
    let mut methods = ranked.clone();
    methods.sort();
    let info = metric(&board.metric).map_err(LeaderboardError::from)?;
    let mut text = format!("<h2>Error against horizon</h2>{}", legend(&methods));
    text += &horizon::horizon_plot(reader, run, &methods)?.unwrap_or_else(|| {
        "<p>No system of this run has a positive Lyapunov exponent on record.</p>".into()
    });
    text += "<h2>Cost against score</h2>";
    text += &cost::cost_plot(board, &methods);
    text += &format!(
        "<h2>Systems × methods: {}</h2>\
         <p>{}, mean over seeds; a colour shows the rank of a score among all of this map.</p>\
         <div class=\"wide\">{}</div>",
        escape(info.id),
        escape(info.summary),
        heat::heat_map(run, info, &ranked)?
    );
    text += "<h2>Forecasts over truth</h2><p>First component, first seed. The truth is the thick grey line, with the best few forecasts \
        over it; a dashed line ends the trusted horizon where it lies inside.</p>";
    text += &legend(&methods);
    text += &forecasts::forecast_plots(reader, run, &methods, info, FORECASTS)?;
    Ok(text)
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
    let open = run.planned.map_or(0, |planned| planned - run.results.len());
    if open > 0 {
        text += &format!("<p>{open} tasks of the sweep have no result yet.</p>");
    }
    if run.set_aside > 0 {
        text += &format!(
            "<p>{} results of other sweeps in this folder do not count here.</p>",
            run.set_aside
        );
    }
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
         A task that failed counts as the worst score in its place.{}</p>\
         <div class=\"wide\"><table class=\"sortable ranking\"><thead><tr><th>#</th><th class=\"text\">method</th><th>median</th>\
         <th class=\"plain\">interval</th><th>mean rank</th><th title=\"share of bootstrap samples in which no method is better\">P(first)</th>\
         <th>done</th><th>diverged</th><th>failed</th><th>seconds</th></tr></thead><tbody>",
        escape(summary),
        board.systems,
        board.groups,
        left_out(board.left_out)
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

fn left_out(pairs: usize) -> String {
    if pairs == 0 {
        return String::new();
    }
    format!(
        " Left out: {pairs} pairs of system and seed for which a method has no result yet, or that have no data."
    )
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

#[cfg(test)]
mod tests {
    use super::*;
    use takens_host::Record;

    const HOSTILE: &str = "<script>alert(1)</script>";

    fn hostile(scores: BTreeMap<String, f64>) -> Run {
        let record = Record {
            id: "a".into(),
            system: HOSTILE.into(),
            method: HOSTILE.into(),
            parameters: format!("{{\"a\":\"{HOSTILE}\"}}"),
            seed: 0,
            protocol: HOSTILE.into(),
            data: "d".into(),
            status: Status::Failed,
            kind: HOSTILE.into(),
            message: HOSTILE.into(),
            fit_seconds: Some(1.0),
            forecast_seconds: Some(1.0),
            cpu_seconds: None,
            peak_memory: None,
            provenance: String::new(),
            forecast: None,
            tuned: String::new(),
            scores,
        };
        let results = BTreeMap::from([(record.id.clone(), record)]);
        Run { results, alarms: vec![HOSTILE.into()], planned: Some(3), set_aside: 2 }
    }

    #[test]
    fn no_name_or_message_becomes_markup() {
        let run = hostile(BTreeMap::from([("smape".into(), 10.0)]));
        let board = leaderboard(&run, "smape", str::to_string).unwrap();
        let methods: Vec<String> = board.rows.iter().map(|row| row.method.clone()).collect();
        let info = metric("smape").unwrap();
        let parts = [
            summary(&run),
            failures(&run),
            legend(&methods),
            heat::heat_map(&run, info, &methods).unwrap(),
            cost::cost_plot(&board, &methods),
            rankings(&[board]),
        ];
        for part in parts {
            assert!(part.contains("&lt;script&gt;") && !part.contains("<script"), "{part}");
        }
    }

    #[test]
    fn a_run_in_which_all_failed_still_has_a_page() {
        let catalog = Catalog::builtin().unwrap();
        let folder = std::env::temp_dir().join("takens-report-without-results");
        std::fs::create_dir_all(&folder).unwrap();
        let page = html(&folder, &hostile(BTreeMap::new()), &catalog).unwrap();
        assert!(page.contains("Nothing to rank: no task") && page.contains("<h2>Failures</h2>"));
        assert!(page.contains("2 tasks of the sweep have no result yet"));
        assert!(page.contains("2 results of other sweeps"));
        let empty = html(&folder, &Run::default(), &catalog).unwrap_err();
        assert!(empty.to_string().contains("no results yet"));
    }
}
