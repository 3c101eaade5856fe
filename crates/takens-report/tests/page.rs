//! Whole pages: what a browser makes of them, with hostile names, and with nothing to show.

use html5ever::tendril::TendrilSink as _;
use html5ever::{ParseOpts, parse_document};
use markup5ever_rcdom::{Handle, NodeData, RcDom};
use ndarray::Array2;
use std::collections::{BTreeMap, BTreeSet};
use takens_catalog::Catalog;
use takens_host::{DataRecord, Record, Series, Status, Store};
use takens_report::{ReportError, html};

/// What no page may run, wherever it stands.
const HOSTILE: &str =
    "</script><script>alert(1)</script><img src=x onerror=\"alert('&amp;')\">\u{7}]]>--!>";
const SECTIONS: [&str; 9] = [
    "run",
    "ranking",
    "heat",
    "horizon",
    "exponent",
    "cost",
    "forecasts",
    "failures",
    "provenance",
];

/// An element of a parsed page.
struct Element {
    name: String,
    attributes: BTreeMap<String, String>,
    text: String,
}

/// All elements of a page in their order; panics at anything that the standard calls a fault.
#[track_caller]
fn parse(page: &str) -> Vec<Element> {
    let dom = parse_document(RcDom::default(), ParseOpts::default()).one(page);
    let errors = dom.errors.borrow();
    assert!(errors.is_empty(), "{:?}", &errors[..errors.len().min(5)]);
    let mut all = Vec::new();
    walk(&dom.document, &mut all);
    all
}

fn walk(node: &Handle, all: &mut Vec<Element>) {
    if let NodeData::Element { name, attrs, .. } = &node.data {
        let attributes = attrs.borrow();
        let attributes =
            attributes.iter().map(|it| (it.name.local.to_string(), it.value.to_string()));
        let text = text(node);
        all.push(Element { name: name.local.to_string(), attributes: attributes.collect(), text });
    }
    for child in node.children.borrow().iter() {
        walk(child, all);
    }
}

fn text(node: &Handle) -> String {
    match &node.data {
        NodeData::Text { contents } => contents.borrow().to_string(),
        _ => node.children.borrow().iter().map(text).collect(),
    }
}

/// A folder with a store of two systems, three methods, and all kinds of ends.
struct Fixture {
    folder: tempfile::TempDir,
    name: &'static str,
}

impl Fixture {
    fn new(name: &'static str) -> Self {
        Self { folder: tempfile::tempdir().unwrap(), name }
    }

    /// With `name` in every place that takes text from outside.
    fn filled(name: &'static str) -> Self {
        let fixture = Self::new(name);
        let mut store = Store::create(fixture.folder.path()).unwrap();
        for (system, exponent) in [("Lorenz", Some(0.9)), ("Rossler", Some(0.07)), (name, None)] {
            let data = fixture.data(system, exponent);
            for (method, status) in
                [("good", Status::Done), (name, Status::Crashed), ("wild", Status::Diverged)]
            {
                let record = fixture.record(&data, method, status);
                store.put(&record, Some(&data)).unwrap();
            }
        }
        fixture
    }

    fn data(&self, system: &str, exponent: Option<f64>) -> DataRecord {
        let wave = |(row, column): (usize, usize)| (0.3 * row as f64 + column as f64).sin();
        let series = Series {
            start: 0.0,
            step: 0.1,
            names: vec![self.name.into(), "y".into()],
            values: Array2::from_shape_fn((50, 2), wave),
        };
        DataRecord {
            id: format!("data of {system}"),
            system: system.into(),
            train: series.clone(),
            truth: Series { start: 5.0, ..series },
            discrete: false,
            noise: 0.0,
            clean: vec![(0.0, 0.7); 2],
            exponent,
            trusted: 40,
            proof: None,
        }
    }

    fn record(&self, data: &DataRecord, method: &str, status: Status) -> Record {
        let forecast = (status != Status::Crashed).then(|| {
            let error = if status == Status::Done { 0.01 } else { 1e200 };
            let grown = |((row, column), truth): ((usize, usize), &f64)| {
                ((row, column), truth + error * row as f64)
            };
            let mut forecast = data.truth.values.clone();
            for (place, value) in data.truth.values.indexed_iter().map(grown) {
                forecast[place] = value;
            }
            forecast
        });
        let scores = forecast.as_ref().map(|it| takens_host::scores(data, it.view()).unwrap());
        Record {
            id: format!("{method} on {}", data.system),
            system: data.system.clone(),
            method: method.into(),
            parameters: format!("{{\"a\":\"{}\"}}", self.name),
            seed: 0,
            protocol: self.name.into(),
            data: data.id.clone(),
            status,
            kind: if status == Status::Crashed { self.name.into() } else { String::new() },
            message: self.name.into(),
            fit_seconds: Some(1.0),
            forecast_seconds: Some(0.5),
            cpu_seconds: Some(1.2),
            peak_memory: None,
            provenance: serde_json::json!({
                "takens": self.name, "plugin": self.name, "plugin_version": self.name,
                "plugin_hash": self.name, "recipe": {"name": self.name}, "kernel": self.name,
                "remarks": [self.name], "attempts": 2, "ended": 1.8e9, "load": 1.0,
            })
            .to_string(),
            forecast,
            scores: scores.unwrap_or_default(),
            tuned: String::new(),
        }
    }

    fn page(&self) -> Result<String, ReportError> {
        let mut run = takens_host::read(self.folder.path()).unwrap();
        if !run.results.is_empty() {
            run.alarms.push(self.name.into());
        }
        html(self.folder.path(), &run, &Catalog::builtin().unwrap(), "smape")
    }

    /// Writes the plan of a sweep.
    fn plan(self, tasks: &str) -> Self {
        std::fs::write(self.folder.path().join("tasks.txt"), tasks).unwrap();
        self
    }
}

/// The section of this name, as text.
fn section<'a>(elements: &'a [Element], id: &str) -> &'a str {
    let found = elements.iter().find(|it| it.name == "section" && it.attributes["id"] == id);
    &found.unwrap_or_else(|| panic!("no section {id}")).text
}

#[test]
fn a_page_is_sound_html_with_every_section() {
    let page = Fixture::filled("plain").page().unwrap();
    let elements = parse(&page);
    let mut ids = BTreeSet::new();
    for id in elements.iter().filter_map(|it| it.attributes.get("id")) {
        assert!(ids.insert(id.as_str()), "{id} twice");
    }
    let sections: Vec<&str> = elements
        .iter()
        .filter(|it| it.name == "section")
        .map(|it| it.attributes["id"].as_str())
        .collect();
    assert_eq!(sections, SECTIONS);
    for element in &elements {
        for key in ["aria-labelledby", "for"] {
            if let Some(id) = element.attributes.get(key) {
                assert!(ids.contains(id.as_str()), "{key} {id}");
            }
        }
        if element.name == "a" {
            assert!(ids.contains(&element.attributes["href"][1..]));
        }
        if element.name == "th" {
            assert!(["col", "row"].contains(&element.attributes["scope"].as_str()));
        }
        if element.name == "svg" && !element.attributes.contains_key("aria-hidden") {
            let named = ["aria-label", "aria-labelledby"];
            assert!(named.iter().any(|key| element.attributes.contains_key(*key)));
        }
    }
    let count = |name: &str| elements.iter().filter(|it| it.name == name).count();
    assert_eq!(count("table"), count("caption"));
    assert_eq!(count("h1"), 1);
    // Every metric that the run has has a ranking, and a choice.
    let tables = elements
        .iter()
        .filter(|it| it.attributes.get("class").is_some_and(|class| class == "sortable ranking"));
    let metrics =
        elements.iter().filter(|it| it.attributes.contains_key("value") && it.name == "option");
    assert_eq!(tables.count(), metrics.count());
    assert!(section(&elements, "horizon").contains("first truth in doubt"));
    assert!(section(&elements, "horizon").contains("2 in a way that is not on record"));
    assert!(section(&elements, "provenance").contains("2027-01-15 08:00:00 UTC"));
}

#[test]
fn no_name_or_message_becomes_markup() {
    let page = Fixture::filled(HOSTILE).page().unwrap();
    let elements = parse(&page);
    let scripts: Vec<&Element> = elements.iter().filter(|it| it.name == "script").collect();
    let plain = Fixture::filled("plain").page().unwrap();
    assert_eq!(scripts.len(), parse(&plain).iter().filter(|it| it.name == "script").count());
    for element in &elements {
        assert!(!["img", "iframe", "object", "embed"].contains(&element.name.as_str()));
        assert!(!element.attributes.keys().any(|key| key.starts_with("on") || key == "src"));
    }
    let data = scripts.iter().find(|it| it.attributes.get("id").is_some_and(|id| id == "data"));
    let data: serde_json::Value = serde_json::from_str(&data.unwrap().text).unwrap();
    let listed = |key: &str| {
        let names = data[key].as_array().unwrap();
        names.iter().any(|name| name.as_str().unwrap().contains(HOSTILE))
    };
    assert!(listed("systems") && listed("methods"));
    // Shown as they are, but for control characters.
    let shown = HOSTILE.replace('\u{7}', "\u{fffd}");
    for id in ["run", "ranking", "heat", "forecasts", "failures", "provenance"] {
        assert!(section(&elements, id).contains(&shown), "not in {id}");
    }
}

#[test]
fn nothing_is_loaded() {
    let page = Fixture::filled("plain").page().unwrap();
    for element in parse(&page) {
        for (key, value) in &element.attributes {
            if ["href", "src", "action", "data", "poster", "srcset"].contains(&key.as_str()) {
                assert!(value.starts_with('#') || value == "data:,", "{key}={value}");
            }
        }
        if ["style", "script"].contains(&element.name.as_str()) {
            for word in ["url(", "@import", "fetch(", "XMLHttpRequest", "innerHTML", "eval("] {
                assert!(!element.text.contains(word), "{word}");
            }
            let addresses = element.text.matches("://").count();
            let namespaces = element.text.matches("http://www.w3.org/2000/svg").count();
            assert_eq!(addresses, namespaces);
        }
    }
}

#[test]
fn the_same_store_gives_the_same_page() {
    let fixture = Fixture::filled("plain");
    assert_eq!(fixture.page().unwrap(), fixture.page().unwrap());
}

#[test]
fn a_sweep_without_results_has_a_page_of_sentences() {
    let fixture = Fixture::new("plain").plan("a\nb\n");
    drop(Store::create(fixture.folder.path()).unwrap());
    let elements = parse(&fixture.page().unwrap());
    assert!(section(&elements, "run").contains("2 tasks of the sweep have no result yet"));
    for id in &SECTIONS[1..] {
        assert!(
            elements.iter().any(|it| it.attributes.get("class").is_some_and(|c| c == "nothing"))
        );
        assert!(section(&elements, id).split_whitespace().count() > 4, "{id} says nothing");
    }
    assert!(!elements.iter().any(|it| it.name == "svg"), "an empty plot");
}

#[test]
fn a_folder_that_is_no_run_has_no_page() {
    let error = Fixture::new("plain").page().unwrap_err();
    assert!(error.to_string().contains("no results yet"), "{error}");
}

#[test]
fn a_run_in_which_all_failed_has_its_failures_on_the_page() {
    let fixture = Fixture::new("plain");
    let mut store = Store::create(fixture.folder.path()).unwrap();
    let data = fixture.data("Lorenz", Some(0.9));
    store.put(&fixture.record(&data, "bad", Status::Crashed), Some(&data)).unwrap();
    drop(store);
    let elements = parse(&fixture.page().unwrap());
    assert!(section(&elements, "ranking").contains("Nothing to rank: no task has a smape score"));
    assert!(section(&elements, "forecasts").contains("No forecast has been archived"));
    assert!(section(&elements, "failures").contains("crashed: plain"));
}

#[test]
fn a_run_that_goes_on_says_what_is_missing() {
    let fixture =
        Fixture::filled("plain").plan("good on Lorenz\nplain on Lorenz\nwild on Lorenz\nlater\n");
    let elements = parse(&fixture.page().unwrap());
    let head = section(&elements, "run");
    assert!(head.contains("not complete: 1 task of the sweep has no result yet"), "{head}");
    assert!(head.contains("6 results of other sweeps in this folder do not count here"));
    // One system is too few to show scores against exponents.
    assert!(section(&elements, "exponent").contains("Too few systems"));
}

#[test]
fn an_unknown_metric_is_refused() {
    let fixture = Fixture::filled("plain");
    let run = takens_host::read(fixture.folder.path()).unwrap();
    let catalog = Catalog::builtin().unwrap();
    let error = html(fixture.folder.path(), &run, &catalog, "smapee").unwrap_err();
    assert!(error.to_string().contains("smape"), "{error}");
}
