//! The page: one self-contained HTML file, no network, light and dark, fit to print.
//!
//! Start at [`html`]. Each section is a file; all of them draw on the server's side, as tables and SVG, so
//! that the page says all it has to without scripts. The script adds sorting, another metric for the heat
//! map, hovering and a choice of forecasts. Which metric's panels are seen is the style sheet's matter.

mod cost;
mod data;
mod exponent;
mod failures;
mod forecasts;
mod heat;
mod horizon;
mod metrics;
mod provenance;
mod ranking;
mod score_axis;
mod summary;

use crate::archive::Archive;
use crate::draw::{escape, look_css};
use crate::leaderboard::{LeaderboardError, form};
use metrics::Board;
use std::path::Path;
use takens_catalog::Catalog;
use takens_host::{Reader, Run, StoreError};

const STYLE: &str =
    concat!(include_str!("../assets/page.css"), include_str!("../assets/figures.css"));
/// Comes last, for paper has the last word.
const PRINT: &str = include_str!("../assets/print.css");
const SCRIPT: &str = concat!(
    include_str!("../assets/theme.js"),
    include_str!("../assets/sort.js"),
    include_str!("../assets/heat.js"),
    include_str!("../assets/forecasts.js")
);
/// What the page may load: nothing. Scripts and styles are those that it brings along.
const POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'";

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

/// The report of the run in `folder`, which begins with the ranking by `metric`.
///
/// The run may be going on: the page says how far it has come.
///
/// # Errors
/// [`ReportError`] if the folder cannot be read, has neither results nor a sweep, or has results that
/// cannot be compared; if there is no such metric.
pub fn html(
    folder: &Path,
    run: &Run,
    catalog: &Catalog,
    metric: &str,
) -> Result<String, ReportError> {
    if run.results.is_empty() && run.planned.is_none() {
        return Err(LeaderboardError::Empty.into());
    }
    let reader = Reader::open(folder)?;
    let (boards, nothing) = metrics::boards(run, metric, |system| form(catalog, system))?;
    // The best first; without a ranking, by name.
    let methods: Vec<String> = match boards.first() {
        Some(first) => first.ranking.rows.iter().map(|row| row.method.clone()).collect(),
        None => provenance::competitors(run),
    };
    let archive = Archive::read(&reader, run, &methods)?;
    let sections =
        sections(folder, run, catalog, &reader, (&boards, &nothing), &methods, &archive)?;
    Ok(document(&sections, &boards, &methods))
}

/// One part of the page.
struct Section {
    id: &'static str,
    title: String,
    body: String,
}

/// The parts of a page, and the script's data.
struct Sections {
    parts: Vec<Section>,
    data: String,
}

fn sections(
    folder: &Path,
    run: &Run,
    catalog: &Catalog,
    reader: &Reader,
    (boards, nothing): (&[Board], &str),
    methods: &[String],
    archive: &Archive,
) -> Result<Sections, ReportError> {
    // The exponent that the tasks were scored with; of systems without data, that of the catalogue.
    let exponent = |name: &str| {
        let stored = archive.systems.get(name).and_then(|orbit| orbit.exponent);
        stored.or_else(|| catalog.get(name).and_then(|entry| entry.largest_exponent()))
    };
    let systems = data::systems(boards, methods, exponent);
    let absent = data::absent(run, &systems);
    let (forecasts, curves) = forecasts::section(archive, &systems, methods, boards.first());
    let ranked = |draw: &dyn Fn(&Board) -> String| match boards.first() {
        Some(first) => draw(first),
        None => format!("<p class=\"nothing\">Nothing to show: {}.</p>", escape(nothing)),
    };
    let part = |id, title: &str, body| Section { id, title: title.into(), body };
    let parts = vec![
        part("run", "The run", summary::section(run)),
        part("ranking", "Ranking", ranking::section(boards, nothing)),
        part(
            "heat",
            "Systems × methods",
            ranked(&|board| heat::section(board, methods, &systems, &absent)),
        ),
        part("horizon", "Error against horizon", horizon::section(archive, methods)),
        part(
            "exponent",
            "Score against largest exponent",
            ranked(&|_| exponent::section(boards, methods, exponent)),
        ),
        part("cost", "Cost against score", ranked(&|_| cost::section(boards, methods))),
        part("forecasts", "Forecasts over truth", forecasts),
        part("failures", "Failures", failures::section(run, methods)),
        part("provenance", "Provenance", provenance::section(folder, run, &reader.provenances()?)),
    ];
    Ok(Sections { parts, data: data::json_text(boards, methods, &systems, curves) })
}

fn document(sections: &Sections, boards: &[Board], methods: &[String]) -> String {
    let links: String = sections
        .parts
        .iter()
        .map(|part| format!("<a href=\"#{}\">{}</a>", part.id, part.title))
        .collect();
    let body: String = sections
        .parts
        .iter()
        .map(|part| {
            format!(
                "<section id=\"{0}\" aria-labelledby=\"{0}-title\"><h2 id=\"{0}-title\">{1}</h2>\n{2}</section>\n",
                part.id, part.title, part.body
            )
        })
        .collect();
    format!(
        "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><meta http-equiv=\"Content-Security-Policy\" content=\"{POLICY}\">\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"><meta name=\"generator\" content=\"Takens {version}\">\
         <title>Takens report</title><link rel=\"icon\" href=\"data:,\">\n<style>\n{STYLE}{looks}{choice}{PRINT}</style>\n\
         <script>document.documentElement.classList.add(\"scripts\")</script></head>\n<body>\n<a class=\"skip\" href=\"#ranking\">Skip to the ranking</a>\n\
         <header><h1>Takens report</h1><nav aria-label=\"Sections\">{links}</nav></header>\n\
         <div class=\"controls\"><div>{chooser}{THEME}</div></div>\n\
         <main>\n{body}</main>\n<footer><p>Made by Takens {version}. This file is whole: it loads nothing.</p></footer>\n\
         <script type=\"application/json\" id=\"data\">{data}</script>\n<script>\n{SCRIPT}</script>\n</body></html>\n",
        version = env!("CARGO_PKG_VERSION"),
        looks = look_css(methods.len()),
        choice = choice_css(boards),
        chooser = chooser(boards),
        data = sections.data
    )
}

/// Light, dark, or as the reader's system has it; the style sheet heeds the choice, the script keeps it.
const THEME: &str = "<fieldset class=\"theme\"><legend>Colours</legend>\
    <label><input type=\"radio\" name=\"theme\" id=\"theme-auto\" checked>auto</label>\
    <label><input type=\"radio\" name=\"theme\" id=\"theme-light\">light</label>\
    <label><input type=\"radio\" name=\"theme\" id=\"theme-dark\">dark</label></fieldset>";

/// The choice of the metric.
fn chooser(boards: &[Board]) -> String {
    if boards.len() < 2 {
        return String::new();
    }
    let options: String = boards
        .iter()
        .enumerate()
        .map(|(place, board)| {
            let selected = if place == 0 { " selected" } else { "" };
            let (id, summary) = (board.info.id, escape(board.info.summary));
            format!("<option value=\"{id}\"{selected} title=\"{summary}\">{id}</option>")
        })
        .collect();
    format!("<label>Metric <select id=\"metric\">{options}</select></label>")
}

/// Only the panels of the chosen metric are seen; no script is needed for it.
fn choice_css(boards: &[Board]) -> String {
    boards
        .iter()
        .map(|board| {
            let id = board.info.id;
            format!(
                ":root:has(#metric option[value={id}]:checked) [data-metric]:not([data-metric={id}]){{display:none}}\n"
            )
        })
        .collect()
}
