//! The head of the page: what was run, how far it has come, and what is wrong with it.

use super::ranking::counted;
use crate::draw::escape;
use crate::leaderboard::competitor;
use std::collections::BTreeSet;
use takens_host::{Record, Run, Status};

/// Alarms shown at most.
const ALARMS: usize = 20;

pub(super) fn section(run: &Run) -> String {
    let distinct = |pick: fn(&Record) -> String| -> BTreeSet<String> {
        run.results.values().map(pick).collect()
    };
    let count = |test: fn(&Record) -> bool| run.results.values().filter(|it| test(it)).count();
    let done = count(|record| record.status == Status::Done);
    let diverged = count(|record| record.status == Status::Diverged);
    let no_data = count(Record::has_no_data);
    let failed = run.results.len() - done - diverged - no_data;
    let facts = [
        (run.results.len(), "tasks with a result"),
        (distinct(|record| record.system.clone()).len(), "systems"),
        (distinct(competitor).len(), "methods"),
        (distinct(|record| record.seed.to_string()).len(), "seeds"),
        (done, "done"),
        (diverged, "diverged"),
        (failed, "failed"),
    ];
    let facts: String = facts
        .iter()
        .map(|(count, what)| format!("<div><dt>{what}</dt><dd>{count}</dd></div>"))
        .collect();
    let protocols: Vec<String> =
        distinct(|record| record.protocol.clone()).into_iter().map(|name| escape(&name)).collect();
    let mut text = format!("<dl class=\"facts\">{facts}</dl>");
    if !protocols.is_empty() {
        text += &format!("<p>Protocol <strong>{}</strong>.</p>", protocols.join(", "));
    }
    let open = run.planned.map_or(0, |planned| planned.saturating_sub(run.results.len()));
    if open > 0 {
        text += &format!(
            "<p class=\"notice\">The run is not complete: {} of the sweep {} no result yet. What follows is what is there.</p>",
            counted(open, "task"),
            if open == 1 { "has" } else { "have" }
        );
    }
    if no_data > 0 {
        text += &format!(
            "<p class=\"notice\">{} had no data, and {} for no method.</p>",
            counted(no_data, "task"),
            if no_data == 1 { "counts" } else { "count" }
        );
    }
    if run.set_aside > 0 {
        text += &format!(
            "<p class=\"notice\">{} of other sweeps in this folder {} not count here.</p>",
            counted(run.set_aside, "result"),
            if run.set_aside == 1 { "does" } else { "do" }
        );
    }
    for alarm in run.alarms.iter().take(ALARMS) {
        text += &format!("<p class=\"alarm\" role=\"alert\">{}</p>", escape(alarm));
    }
    if run.alarms.len() > ALARMS {
        text += &format!(
            "<p class=\"alarm\">{} more are told by takens leaderboard.</p>",
            counted(run.alarms.len() - ALARMS, "alarm")
        );
    }
    text
}
