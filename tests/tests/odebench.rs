//! `collections/odebench.dsl` against ODEBench as published.
//!
//! The published strings, constants and starts are in `tests/reference/odebench.json`, with their
//! source and licence. Start at [`right_hand_sides_agree`]; the strings are evaluated by
//! [`Published::rhs`], which shares nothing with the language.

use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use takens_catalog::Catalog;
use takens_core::Stream;
use takens_dsl::{Flat, MetaValue, System, parse_file};
use takens_symbolic::{Bindings, evaluate};
use takens_tests::root;

const COLLECTION: &str = include_str!("../../collections/odebench.dsl");
const PUBLISHED: &str = include_str!("../reference/odebench.json");

/// Largest error of a right-hand side, as a part of its largest component.
const TOLERANCE: f64 = 1e-13;

/// A system as ODEBench has it.
struct Published {
    id: u64,
    source: String,
    parameters: Vec<f64>,
    rhs: Vec<String>,
    starts: Vec<Vec<f64>>,
    is_chaotic: bool,
    same_form: BTreeSet<u64>,
}

impl Published {
    fn rhs(&self, state: &[f64]) -> Vec<f64> {
        let constants = [state, &self.parameters];
        self.rhs.iter().map(|text| Reader { rest: text, constants }.all()).collect()
    }
}

fn numbers(value: &Value) -> Vec<f64> {
    value.as_array().into_iter().flatten().filter_map(Value::as_f64).collect()
}

fn published() -> Vec<Published> {
    let document: Value = serde_json::from_str(PUBLISHED).expect("odebench.json is JSON");
    let systems = document["systems"].as_array().expect("a list of systems");
    let read = |system: &Value| Published {
        id: system["id"].as_u64().expect("a number"),
        source: system["source"].as_str().expect("a text").into(),
        parameters: numbers(&system["parameters"]),
        rhs: system["rhs"]
            .as_array()
            .into_iter()
            .flatten()
            .filter_map(Value::as_str)
            .map(String::from)
            .collect(),
        starts: system["starts"].as_array().into_iter().flatten().map(numbers).collect(),
        is_chaotic: system["chaotic"].as_bool().expect("a truth value"),
        same_form: system["same_form"]
            .as_array()
            .into_iter()
            .flatten()
            .filter_map(Value::as_u64)
            .collect(),
    };
    systems.iter().map(read).collect()
}

/// Reads and evaluates a published string at once: a sum of products of signed powers.
struct Reader<'a> {
    rest: &'a str,
    /// The values of `x_0, x_1, ..` and of `c_0, c_1, ..`.
    constants: [&'a [f64]; 2],
}

impl Reader<'_> {
    fn all(mut self) -> f64 {
        let value = self.sum();
        assert_eq!(self.rest.trim(), "", "all of the string is read");
        value
    }

    fn takes(&mut self, symbol: &str) -> bool {
        let rest = self.rest.trim_start();
        let found = rest.strip_prefix(symbol);
        self.rest = found.unwrap_or(rest);
        found.is_some()
    }

    fn sum(&mut self) -> f64 {
        let mut value = self.product();
        loop {
            if self.takes("+") {
                value += self.product();
            } else if self.takes("-") {
                value -= self.product();
            } else {
                return value;
            }
        }
    }

    fn product(&mut self) -> f64 {
        let mut value = self.signed();
        loop {
            if self.takes("*") {
                value *= self.signed();
            } else if self.takes("/") {
                value /= self.signed();
            } else {
                return value;
            }
        }
    }

    fn signed(&mut self) -> f64 {
        if self.takes("-") { -self.signed() } else { self.power() }
    }

    fn power(&mut self) -> f64 {
        let base = self.atom();
        if self.takes("**") { base.powf(self.signed()) } else { base }
    }

    fn atom(&mut self) -> f64 {
        if self.takes("(") {
            let value = self.sum();
            assert!(self.takes(")"), "a bracket is closed before {:?}", self.rest);
            return value;
        }
        let is_word = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '.';
        let end = self.rest.find(|c| !is_word(c)).unwrap_or(self.rest.len());
        let (word, rest) = self.rest.split_at(end);
        self.rest = rest;
        let place = |digits: &str| digits.parse::<usize>().expect("a place");
        if let Some(digits) = word.strip_prefix("x_") {
            return self.constants[0][place(digits)];
        }
        if let Some(digits) = word.strip_prefix("c_") {
            return self.constants[1][place(digits)];
        }
        if let Ok(number) = word.parse() {
            return number;
        }
        let argument = self.atom();
        match word {
            "sin" => argument.sin(),
            "cos" => argument.cos(),
            "cot" => argument.cos() / argument.sin(),
            "exp" => argument.exp(),
            "log" => argument.ln(),
            "abs" => argument.abs(),
            other => panic!("unknown function {other}"),
        }
    }
}

/// A text or a number of `meta`, as text.
fn meta<'a>(system: &'a System, key: &str) -> Option<&'a str> {
    system.meta.other.iter().find_map(|(name, value)| match value {
        MetaValue::Text(text) if name == key => Some(text.as_str()),
        _ => None,
    })
}

/// The definitions by their number in ODEBench.
fn defined() -> BTreeMap<u64, System> {
    let number = |system: &System| {
        let id = meta(system, "odebench").expect("every system has its number");
        id.parse().expect("a number")
    };
    parse_file(COLLECTION).systems.into_iter().map(|system| (number(&system), system)).collect()
}

/// Each published system with its definition.
fn pairs() -> Vec<(Published, System, Flat)> {
    let mut defined = defined();
    let pair = |published: Published| {
        let system = defined.remove(&published.id).expect("every published system is defined");
        let flat = system.flatten(&BTreeMap::new()).expect("it has no sizes");
        (published, system, flat)
    };
    let pairs = published().into_iter().map(pair).collect();
    assert!(defined.is_empty(), "nothing else is defined");
    pairs
}

#[test]
fn collection_is_whole_and_has_no_faults() {
    let parsed = parse_file(COLLECTION);
    let faults: Vec<String> =
        parsed.diagnostics.iter().map(|d| format!("{}: {}", d.code, d.message)).collect();
    assert!(faults.is_empty(), "{faults:#?}");
    assert_eq!(parsed.systems.len(), 63);
    assert_eq!(pairs().len(), 63);
}

#[test]
fn no_name_is_taken_twice() {
    let builtin = Catalog::builtin().expect("the collection is sound");
    let all =
        Catalog::with_files(&[root().join("collections/odebench.dsl")]).expect("ODEBench is sound");
    let taken: Vec<String> = (defined().into_values().map(|system| system.name))
        .filter(|name| builtin.get(name).is_some())
        .collect();
    assert!(taken.is_empty(), "also in systems.dsl: {taken:?}");
    assert_eq!(all.entries().len(), builtin.entries().len() + 63);
}

#[test]
fn right_hand_sides_agree() {
    for (published, system, flat) in pairs() {
        let random = Stream::new(63, published.id);
        let field = &flat.field;
        let parameters = field.default_parameters();
        for start in &published.starts {
            for round in 0..8 {
                // Near a start: some right-hand sides are real only where the state is a share.
                let near = |(place, x): (u64, &f64)| x * (0.8 + 0.3 * random.uniform(place)) + 1e-3;
                let state: Vec<f64> = (8 * round..).zip(start).map(near).collect();
                let bindings =
                    Bindings { state: &state, parameters: &parameters, ..Bindings::default() };
                let got = evaluate(&field.graph, &field.rhs, &bindings);
                let want = published.rhs(&state);
                assert_eq!(got.len(), want.len());
                let scale = want.iter().fold(0.0_f64, |scale, w| scale.max(w.abs()));
                for (got, want) in got.iter().zip(&want) {
                    let error = (got - want).abs() / scale;
                    assert!(error <= TOLERANCE, "{}: {got} for {want}", system.name);
                }
            }
        }
    }
}

#[test]
fn constants_and_starts_are_the_published_ones() {
    for (published, system, flat) in pairs() {
        let parameters = flat.field.default_parameters();
        assert_eq!(parameters, published.parameters, "{}", system.name);
        let first = flat.field.initial_state(&parameters);
        let second = system.known.iter().find(|known| known.name == "second_start");
        let second = second.and_then(|known| known.values.clone()).expect("a second start");
        assert_eq!([first, second], published.starts[..], "{}", system.name);
    }
}

#[test]
fn sources_are_the_published_ones() {
    for (published, system, _) in pairs() {
        let cited = system.meta.cite.last().expect("a source");
        let page = published.source.strip_prefix("strogatz p.").map(|page| format!("p. {page}"));
        let want = page.unwrap_or_else(|| {
            published.source.replace("https://doi.org/", "doi:").replace("https://", "")
        });
        assert!(cited.ends_with(&want), "{} cites {cited:?}", system.name);
        let says_chaotic = !system.meta.tags.iter().any(|tag| tag == "not_chaotic");
        // From its published starts this one ends on a cycle: exponents 0, -0.112, -0.112.
        let is_chaotic = published.is_chaotic && system.name != "AizawaSphere";
        assert_eq!(says_chaotic, is_chaotic, "{}", system.name);
    }
}

#[test]
fn twins_are_those_of_equal_form() {
    let pairs = pairs();
    let numbers: BTreeMap<&str, u64> =
        pairs.iter().map(|(published, system, _)| (system.name.as_str(), published.id)).collect();
    for (published, system, _) in &pairs {
        // The first of a group is the one that the others name.
        let first = published.same_form.first().filter(|&&id| id < published.id);
        let named = system.meta.same_form_as.first().map(|name| numbers[name.as_str()]);
        assert_eq!(named.as_ref(), first, "{}", system.name);
    }
    let builtin = Catalog::builtin().expect("the collection is sound");
    for (_, system, _) in &pairs {
        if let Some(name) = meta(system, "same_form_in_collection") {
            assert!(builtin.get(name).is_some(), "{name} of {} is unknown", system.name);
        }
    }
}
