//! Failures by kind: a row for each method, and what was said of them.

use super::ranking::counted;
use crate::draw::{escape, shorten};
use crate::leaderboard::{competitor, end};
use std::collections::{BTreeMap, BTreeSet};
use takens_host::{Record, Run, Status};

/// Examples shown at most.
const EXAMPLES: usize = 60;
/// Characters of a message.
const MESSAGE: usize = 300;

/// The section; `methods` in the order of the page.
pub(super) fn section(run: &Run, methods: &[String]) -> String {
    if run.results.is_empty() {
        return "<p class=\"nothing\">No task has ended yet.</p>".into();
    }
    let kinds: BTreeSet<(Status, &str)> =
        run.results.values().filter(|record| record.status != Status::Done).map(kind).collect();
    if kinds.is_empty() {
        return format!(
            "<p class=\"nothing\">None: each of {} ended in a finite forecast.</p>",
            counted(run.results.len(), "task")
        );
    }
    let kinds: Vec<(Status, &str)> = kinds.into_iter().collect();
    let mut text = String::from(
        "<p>Tasks by how they ended. A forecast that ran away (<em>diverged</em>) is scored as it is; every other end but <em>done</em> counts as the \
         worst score in its place. A task without <em>data</em> says nothing of its method, and counts for none.</p>",
    );
    text += &table(run, methods, &kinds);
    text + &examples(run, methods)
}

/// How a record ended, for the columns.
fn kind(record: &Record) -> (Status, &str) {
    (record.status, end(record))
}

fn table(run: &Run, methods: &[String], kinds: &[(Status, &str)]) -> String {
    let mut counts: BTreeMap<String, BTreeMap<(Status, &str), usize>> = BTreeMap::new();
    for record in run.results.values() {
        let of_method = counts.entry(competitor(record)).or_default();
        let column = if record.status == Status::Done { (Status::Done, "") } else { kind(record) };
        *of_method.entry(column).or_default() += 1;
    }
    let headings: String = kinds
        .iter()
        .map(|(status, kind)| {
            let name = if *kind == status.name() {
                status.name().replace('_', " ")
            } else {
                format!("{}: {kind}", status.name().replace('_', " "))
            };
            format!("<th scope=\"col\">{}</th>", escape(&name))
        })
        .collect();
    let mut text = format!(
        "<div class=\"wide\" tabindex=\"0\" role=\"region\" aria-label=\"failures by method\"><table class=\"sortable\"><caption>Ends of tasks by method</caption><thead><tr>\
         <th scope=\"col\" class=\"text\">method</th><th scope=\"col\" class=\"text plain\">share</th><th scope=\"col\">tasks</th><th scope=\"col\">done</th>{headings}</tr></thead><tbody>"
    );
    for method in methods {
        let Some(of_method) = counts.get(method) else { continue };
        let tasks: usize = of_method.values().sum();
        let count = |column: &(Status, &str)| of_method.get(column).copied().unwrap_or(0);
        let done = count(&(Status::Done, ""));
        let diverged: usize = of_method
            .iter()
            .filter(|(column, _)| column.0 == Status::Diverged)
            .map(|(_, count)| count)
            .sum();
        let cells: String = kinds
            .iter()
            .map(|column| match count(column) {
                0 => "<td data-value=\"0\" class=\"na\">·</td>".to_string(),
                count => format!("<td>{count}</td>"),
            })
            .collect();
        text += &format!(
            "<tr><th scope=\"row\" class=\"text\">{}</th><td class=\"plain\">{}</td><td>{tasks}</td><td>{done}</td>{cells}</tr>",
            escape(method),
            bar(done, diverged, tasks)
        );
    }
    text + "</tbody></table></div><p class=\"legend\"><span class=\"key\"><i class=\"done\"></i>done</span><span class=\"key\"><i class=\"diverged\"></i>diverged</span>\
        <span class=\"key\"><i class=\"failed\"></i>without a forecast</span></p>"
}

/// Shares of tasks: done, diverged, failed.
fn bar(done: usize, diverged: usize, tasks: usize) -> String {
    let width = |count: usize| 120.0 * count as f64 / tasks.max(1) as f64;
    let failed = tasks - done - diverged;
    let parts = [("done", done), ("diverged", diverged), ("failed", failed)];
    let mut left = 0.0;
    let mut text = format!(
        "<svg width=\"120\" height=\"12\" viewBox=\"0 0 120 12\" role=\"img\" aria-label=\"{done} done, {diverged} diverged, {failed} failed\">"
    );
    for (class, count) in parts.into_iter().filter(|part| part.1 > 0) {
        text += &format!(
            "<rect class=\"{class}\" x=\"{left:.1}\" width=\"{:.1}\" height=\"12\"/>",
            width(count)
        );
        left += width(count);
    }
    text + "</svg>"
}

/// For each method and end, how often it happened and one message.
fn examples(run: &Run, methods: &[String]) -> String {
    let mut kinds: BTreeMap<(usize, Status, &str), (usize, &Record)> = BTreeMap::new();
    for record in run.results.values().filter(|record| record.status != Status::Done) {
        let name = competitor(record);
        let place = methods.iter().position(|method| *method == name).unwrap_or(methods.len());
        let (status, kind) = kind(record);
        let entry = kinds.entry((place, status, kind)).or_insert((0, record));
        entry.0 += 1;
        // An example that says something, of two that do the first by system.
        let told =
            |record: &Record| (record.message.is_empty(), record.system.clone(), record.seed);
        if told(record) < told(entry.1) {
            entry.1 = record;
        }
    }
    let all = kinds.len();
    let mut text = String::from(
        "<details><summary>What was said of them</summary><div class=\"wide\" tabindex=\"0\" role=\"region\" aria-label=\"messages of failures\"><table class=\"sortable\"><caption>An example of each</caption><thead><tr>\
         <th scope=\"col\" class=\"text\">method</th><th scope=\"col\" class=\"text\">end</th><th scope=\"col\">tasks</th><th scope=\"col\" class=\"text\">for example on</th>\
         <th scope=\"col\" class=\"text\">message</th></tr></thead><tbody>",
    );
    for ((_, status, kind), (count, record)) in kinds.into_iter().take(EXAMPLES) {
        let message = record.message.lines().next().unwrap_or_default();
        text += &format!(
            "<tr><th scope=\"row\" class=\"text\">{}</th><td class=\"text\">{}</td><td>{count}</td><td class=\"text\">{}, seed {}</td><td class=\"text message\">{}</td></tr>",
            escape(&competitor(record)),
            escape(if kind == status.name() { status.name() } else { kind }),
            escape(&record.system),
            record.seed,
            escape(&shorten(message, MESSAGE))
        );
    }
    text += "</tbody></table></div>";
    if all > EXAMPLES {
        text += &format!("<p>The first {EXAMPLES} of {all}; the store has all messages.</p>");
    }
    text + "</details>"
}
