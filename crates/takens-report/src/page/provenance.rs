//! Provenance: what made these numbers, and how to make them again.

use super::ranking::counted;
use crate::draw::{escape, number};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::path::Path;
use takens_host::{Run, saved_sweep};

/// Rows of the plugins' table at most.
const PLUGINS: usize = 200;

/// The section. `provenances` are JSON by task id, as the store has them.
pub(super) fn section(folder: &Path, run: &Run, provenances: &HashMap<String, String>) -> String {
    let mut facts = Facts::default();
    for record in run.results.values() {
        let text = provenances.get(&record.id).map_or("", String::as_str);
        match serde_json::from_str::<Value>(text) {
            Ok(line) if line.is_object() => facts.add(&record.method, &line),
            _ => facts.without += 1,
        }
    }
    facts.html() + &fingerprint(run) + &again(folder)
}

/// What the results of a run say of where they come from.
#[derive(Default)]
struct Facts {
    /// By what it is: all the values that there are, with the number of results.
    values: BTreeMap<&'static str, BTreeMap<String, usize>>,
    /// Method, plugin, version and hash, with the number of results.
    plugins: BTreeMap<[String; 4], usize>,
    /// When the first and the last result came, seconds since 1970.
    time: Option<(f64, f64)>,
    /// The lowest and highest load.
    load: Option<(f64, f64)>,
    /// Results that took more than one attempt, and those with a remark.
    again: usize,
    remarks: BTreeMap<String, usize>,
    /// Results that say nothing.
    without: usize,
}

/// Keys of the provenance that are told as they are, and what they are called.
const TOLD: [(&str, &str); 7] = [
    ("takens", "Takens"),
    ("protocol_revision", "protocol revision"),
    ("recipe", "recipe of the data"),
    ("limits", "limits of a task"),
    ("memory_limit_by", "memory limited by"),
    ("processor", "processor"),
    ("kernel", "kernel"),
];

impl Facts {
    fn add(&mut self, method: &str, line: &Value) {
        for (key, name) in TOLD {
            if let Some(value) = line.get(key) {
                *self.values.entry(name).or_default().entry(words(value)).or_default() += 1;
            }
        }
        // Names of machines stay in the store: a page is shown to others.
        if let Some(machine) = line["machine"].as_str() {
            *self.values.entry("machine").or_default().entry(machine.into()).or_default() += 1;
        }
        let text = |key: &str| line[key].as_str().unwrap_or_default().to_string();
        let plugin =
            [method.to_string(), text("plugin"), text("plugin_version"), text("plugin_hash")];
        *self.plugins.entry(plugin).or_default() += 1;
        let widen = |range: &mut Option<(f64, f64)>, value: f64| {
            let (low, high) = range.unwrap_or((value, value));
            *range = Some((low.min(value), high.max(value)));
        };
        if let Some(ended) = line["ended"].as_f64().filter(|ended| *ended > 0.0) {
            widen(&mut self.time, ended);
        }
        if let Some(load) = line["load"].as_f64() {
            widen(&mut self.load, load);
        }
        self.again += usize::from(line["attempts"].as_u64().is_some_and(|attempts| attempts > 1));
        for remark in line["remarks"].as_array().into_iter().flatten().filter_map(Value::as_str) {
            *self.remarks.entry(remark.into()).or_default() += 1;
        }
    }

    fn html(&self) -> String {
        if self.plugins.is_empty() {
            return "<p class=\"nothing\">No result of this run says where it comes from.</p>"
                .into();
        }
        let mut rows: Vec<(String, String)> = Vec::new();
        if let Some((first, last)) = self.time {
            rows.push(("results from".into(), format!("{} to {}", utc(first), utc(last))));
        }
        for (_, name) in TOLD {
            if let Some(values) = self.values.get(name) {
                rows.push((name.into(), listed(values)));
            }
        }
        if let Some(machines) = self.values.get("machine") {
            rows.push(("machines".into(), machines.len().to_string()));
        }
        if let Some((low, high)) = self.load {
            rows.push((
                "load of the machine".into(),
                format!("{} to {} running processes", number(low), number(high)),
            ));
        }
        if self.again > 0 {
            rows.push(("more than one attempt".into(), counted(self.again, "result")));
        }
        if !self.remarks.is_empty() {
            rows.push(("remarks".into(), listed(&self.remarks)));
        }
        if self.without > 0 {
            rows.push(("without provenance".into(), counted(self.without, "result")));
        }
        let list: String =
            rows.iter().map(|(name, value)| format!("<dt>{name}</dt><dd>{value}</dd>")).collect();
        format!("<dl class=\"provenance\">{list}</dl>{}", self.plugin_table())
    }

    fn plugin_table(&self) -> String {
        let rows: String = self
            .plugins
            .iter()
            .take(PLUGINS)
            .map(|([method, plugin, version, hash], count)| {
                format!(
                    "<tr><th scope=\"row\" class=\"text\">{}</th><td class=\"text\">{}</td><td class=\"text\">{}</td><td class=\"text\"><code>{}</code></td><td>{count}</td></tr>",
                    escape(method),
                    escape(plugin),
                    escape(version),
                    escape(hash)
                )
            })
            .collect();
        let more = if self.plugins.len() > PLUGINS {
            format!("<p>The first {PLUGINS} of {}.</p>", self.plugins.len())
        } else {
            String::new()
        };
        format!(
            "<div class=\"wide\" tabindex=\"0\" role=\"region\" aria-label=\"plugins\"><table class=\"sortable\"><caption>Plugins, each with the hash of its file</caption><thead><tr><th scope=\"col\" class=\"text\">method</th>\
             <th scope=\"col\" class=\"text\">plugin</th><th scope=\"col\" class=\"text\">version</th><th scope=\"col\" class=\"text\">hash (BLAKE3)</th>\
             <th scope=\"col\">results</th></tr></thead><tbody>{rows}</tbody></table></div>{more}"
        )
    }
}

/// All values; with the number of results each, if there are several.
fn listed(values: &BTreeMap<String, usize>) -> String {
    let alone = values.len() == 1;
    let items: Vec<String> = values
        .iter()
        .map(
            |(value, count)| {
                if alone { escape(value) } else { format!("{} ({count})", escape(value)) }
            },
        )
        .collect();
    items.join("; ")
}

/// A value without the marks of JSON: `name p1-fine, train 1000, sampling: per_period 100`.
fn words(value: &Value) -> String {
    match value {
        Value::Object(fields) => {
            let fields: Vec<String> = fields
                .iter()
                .map(|(key, value)| {
                    let colon = if value.is_object() { ":" } else { "" };
                    format!("{}{colon} {}", key.replace('_', " "), words(value))
                })
                .collect();
            fields.join(", ")
        }
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

/// A moment, to the second.
fn utc(seconds: f64) -> String {
    chrono::DateTime::from_timestamp(seconds as i64, 0).map_or_else(
        || format!("{seconds} s after 1970"),
        |moment| moment.format("%Y-%m-%d %H:%M:%S UTC").to_string(),
    )
}

/// What makes two runs the same: the hash of all ends and scores.
fn fingerprint(run: &Run) -> String {
    let mut tasks = blake3::Hasher::new();
    let mut ends = blake3::Hasher::new();
    for (id, record) in &run.results {
        tasks.update(format!("{id}\n").as_bytes());
        ends.update(format!("{id} {} {}\n", record.status.name(), record.kind).as_bytes());
        for (metric, score) in &record.scores {
            ends.update(format!("{metric} {:016x}\n", score.to_bits()).as_bytes());
        }
    }
    format!(
        "<dl class=\"provenance\"><dt>hash of the tasks</dt><dd><code>{}</code></dd><dt>hash of ends and scores</dt><dd><code>{}</code></dd></dl>\
         <p>A task's id is a hash of all that determines its result: the system's definition, the recipe, the plugin's file, parameters, seed and \
         threads. Two runs of equal hashes have equal results, to the last bit of each score; times are not part of them.</p>",
        tasks.finalize().to_hex(),
        ends.finalize().to_hex()
    )
}

/// The sweep, and what to do with it.
fn again(folder: &Path) -> String {
    let sweep = saved_sweep(folder).ok().and_then(|sweep| toml::to_string(&sweep).ok());
    let Some(sweep) = sweep else {
        return "<p class=\"nothing\">The folder has no sweep on record, so the page cannot say what to run again.</p>".into();
    };
    format!(
        "<h3>To run it again</h3><p>Save this sweep, build the plugins above at these versions, and compare the two folders:</p>\
         <pre tabindex=\"0\" aria-label=\"the sweep\">{}</pre><pre tabindex=\"0\" aria-label=\"commands\">takens bench sweep.toml --out again\ntakens diff RUN again\ntakens report again -o again.html</pre>",
        escape(&sweep)
    )
}

/// The methods that results are from, for a page without a ranking.
pub(super) fn competitors(run: &Run) -> Vec<String> {
    let names: BTreeSet<String> =
        run.results.values().map(crate::leaderboard::competitor).collect();
    names.into_iter().collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn values_are_told_in_words() {
        let recipe = json!({"name": "p1-fine", "sampling": {"per_period": 100.0}});
        assert_eq!(words(&recipe), "name p1-fine, sampling: per period 100.0");
        assert_eq!(utc(1.8e9), "2027-01-15 08:00:00 UTC");
    }
}
