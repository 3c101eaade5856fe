//! What the page's script knows: scores of all metrics, and curves of forecasts, as JSON.

use super::metrics::Board;
use crate::leaderboard::median;
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};

/// A row of the heat map.
pub(super) struct System {
    pub(super) name: String,
    /// Largest exponent, per unit of system time, where it is known.
    pub(super) exponent: Option<f64>,
    /// By method: seeds that have no forecast.
    pub(super) failed: Vec<usize>,
    /// Seeds that count.
    seeds: usize,
    /// By metric, then by method, in the order of the page; four digits.
    scores: BTreeMap<&'static str, Vec<f64>>,
}

impl System {
    /// The means over seeds of all methods; none where the metric has no value.
    pub(super) fn scores(&self, metric: &str) -> &[f64] {
        self.scores.get(metric).map_or(&[], Vec::as_slice)
    }

    /// A method's mean over seeds.
    pub(super) fn score(&self, metric: &str, method: usize) -> Option<f64> {
        self.scores.get(metric).map(|scores| scores[method])
    }

    /// The median over methods.
    pub(super) fn middle(&self, metric: &str) -> Option<f64> {
        self.scores.get(metric).map(|scores| median(scores))
    }
}

/// The systems that some metric compares, the easiest by the first metric first.
///
/// `methods` are in the order of the page; `exponent` tells the largest exponent of a system.
pub(super) fn systems(
    boards: &[Board],
    methods: &[String],
    exponent: impl Fn(&str) -> Option<f64>,
) -> Vec<System> {
    let mut all: BTreeMap<&str, System> = BTreeMap::new();
    for board in boards {
        let columns: Vec<usize> = methods
            .iter()
            .map(|name| board.table.methods.binary_search(name).expect("one set of methods"))
            .collect();
        for system in &board.table.systems {
            let row = all.entry(&system.name).or_insert_with(|| System {
                name: system.name.clone(),
                exponent: exponent(&system.name),
                failed: columns.iter().map(|column| system.failed[*column]).collect(),
                seeds: system.seeds(),
                scores: BTreeMap::new(),
            });
            let means = columns.iter().map(|column| rounded(system.mean(*column))).collect();
            row.scores.insert(board.info.id, means);
        }
    }
    let mut rows: Vec<System> = all.into_values().collect();
    if let Some(first) = boards.first() {
        let sign = crate::leaderboard::sign(first.info.direction);
        let ease = |row: &System| row.middle(first.info.id).map_or(f64::INFINITY, |it| sign * it);
        rows.sort_by(|a, b| ease(a).total_cmp(&ease(b)));
    }
    rows
}

/// Systems of the run that no metric compares.
pub(super) fn absent<'a>(run: &'a takens_host::Run, systems: &[System]) -> Vec<&'a str> {
    let shown: BTreeSet<&str> = systems.iter().map(|system| system.name.as_str()).collect();
    let all: BTreeSet<&str> = run.results.values().map(|record| record.system.as_str()).collect();
    all.into_iter().filter(|name| !shown.contains(name)).collect()
}

/// The JSON of the page, safe within a script element.
pub(super) fn json_text(
    boards: &[Board],
    methods: &[String],
    systems: &[System],
    forecasts: Value,
) -> String {
    let metrics: BTreeMap<&str, Value> = boards
        .iter()
        .map(|board| {
            let id = board.info.id;
            let rows: Vec<Value> = systems
                .iter()
                .map(|system| {
                    let scores = system.scores.get(id);
                    scores.map_or(Value::Null, |row| row.iter().map(|it| brief(*it)).collect())
                })
                .collect();
            let sign = crate::leaderboard::sign(board.info.direction);
            (id, json!({ "sign": sign, "rows": rows }))
        })
        .collect();
    let failed: Vec<Vec<usize>> = systems.iter().map(|system| system.failed.clone()).collect();
    let names: Vec<&str> = systems.iter().map(|system| system.name.as_str()).collect();
    let seeds: Vec<usize> = systems.iter().map(|system| system.seeds).collect();
    let data = json!({
        "methods": methods, "systems": names, "seeds": seeds, "failed": failed, "metrics": metrics,
        "forecasts": forecasts,
    });
    // What would end the script element, or begin a comment in it, is written as escapes.
    data.to_string()
        .replace('&', "\\u0026")
        .replace('<', "\\u003c")
        .replace('>', "\\u003e")
        .replace('\u{2028}', "\\u2028")
        .replace('\u{2029}', "\\u2029")
}

/// Four digits are what the page shows.
fn rounded(value: f64) -> f64 {
    format!("{value:.3e}").parse().unwrap_or(value)
}

/// A number in as few characters as will do. JSON has no infinity: the largest number stands for it.
fn brief(value: f64) -> Value {
    let value = value.clamp(-f64::MAX, f64::MAX);
    if value == f64::trunc(value) && value.abs() < 1e6 { json!(value as i64) } else { json!(value) }
}
