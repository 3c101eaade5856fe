//! A sweep as it runs: a bar on a terminal, plain lines elsewhere, JSON lines for a program.

use crate::failure::Failure;
use crate::print::{note, text};
use indicatif::{ProgressBar, ProgressStyle};
use serde_json::{Value, json};
use takens_host::{Event, Record, Status};

/// Shows what happens while a sweep runs.
pub(crate) struct Progress {
    bar: ProgressBar,
    /// Whether a program listens on standard output.
    events: bool,
}

impl Progress {
    /// For so many tasks; with `events`, for a program.
    pub(crate) fn new(total: usize, events: bool) -> Result<Self, Failure> {
        let style =
            ProgressStyle::with_template("{bar:32} {pos}/{len}  {per_sec}  {eta} left  {msg}")
                .map_err(Failure::work)?;
        Ok(Self { bar: ProgressBar::new(total as u64).with_style(style), events })
    }

    /// Shows one event.
    pub(crate) fn show(&self, event: &Event) {
        if self.events {
            // Whether anybody listens is no concern of the work.
            let _ = text(&(line(event).to_string() + "\n"));
        }
        match event {
            Event::SetAside(file) => self.say(&format!(
                "{} is damaged ({}): kept as {}, its tasks run again",
                file.path.display(),
                file.reason,
                file.kept_as.display()
            )),
            Event::Known(count) => {
                self.bar.inc(*count as u64);
                self.bar.reset_eta();
            }
            Event::Tuned(choice) => self.say(&format!(
                "{} tuned on {}: {} trials, {:.1} cpu seconds, {}",
                choice.method, choice.system, choice.trials, choice.cpu_seconds, choice.chosen
            )),
            Event::Ended(record) => self.ended(record),
            Event::Elsewhere(count) => self.bar.inc(*count as u64),
        }
    }

    /// Takes the bar away.
    pub(crate) fn finish(&self) {
        self.bar.finish_and_clear();
    }

    fn ended(&self, record: &Record) {
        self.bar.set_message(format!("{} on {}", record.method, record.system));
        self.bar.inc(1);
        // Without a terminal the bar is silent: a line now and then tells that work goes on.
        let (done, total) = (self.bar.position(), self.bar.length().unwrap_or(0));
        if self.bar.is_hidden() && !self.events && done.is_multiple_of((total / 10).max(1)) {
            note!("{done}/{total} tasks");
        }
        if !matches!(record.status, Status::Done | Status::Diverged) {
            self.say(&format!(
                "{} on {}, seed {}: {} {} {}",
                record.method,
                record.system,
                record.seed,
                record.status.name(),
                record.kind,
                record.message.lines().next().unwrap_or_default()
            ));
        }
    }

    /// A line that stays, above the bar.
    fn say(&self, line: &str) {
        if self.bar.is_hidden() { note!("{line}") } else { self.bar.println(line) }
    }
}

/// An event as a program reads it.
fn line(event: &Event) -> Value {
    match event {
        Event::SetAside(file) => json!({
            "event": "set_aside", "file": file.path, "kept_as": file.kept_as, "reason": file.reason,
        }),
        Event::Known(tasks) => json!({ "event": "known", "tasks": tasks }),
        Event::Tuned(choice) => json!({
            "event": "tuned", "system": choice.system, "method": choice.method,
            "trials": choice.trials, "cpu_seconds": choice.cpu_seconds, "chosen": choice.chosen,
        }),
        Event::Elsewhere(tasks) => json!({ "event": "elsewhere", "tasks": tasks }),
        Event::Ended(record) => json!({
            "event": "ended", "task": record.id, "system": record.system, "method": record.method,
            "seed": record.seed, "status": record.status.name(), "kind": record.kind,
        }),
    }
}
