//! Parameters made from a schema: quick ones, extreme ones, random ones, and bad ones.

use serde_json::{Map, Value, json};
use takens_core::Stream;

/// One parameter whose values can be made.
#[derive(Debug, Clone)]
pub(super) struct Parameter {
    pub(super) name: String,
    kind: Kind,
    /// Values that the author would have a tuner try.
    tune: Vec<Value>,
    /// Whether it says how much work is done.
    fidelity: bool,
}

#[derive(Debug, Clone)]
enum Kind {
    Number { low: Option<f64>, high: Option<f64>, whole: bool, log: bool },
    Choice(Vec<Value>),
}

/// The parameters of a schema, those of a kind that is understood.
pub(super) fn parameters(schema: &Value) -> Vec<Parameter> {
    let properties = schema.get("properties").and_then(Value::as_object);
    properties
        .into_iter()
        .flatten()
        .filter_map(|(name, one)| parameter(schema, name, one))
        .collect()
}

fn parameter(root: &Value, name: &str, schema: &Value) -> Option<Parameter> {
    let target = |schema: &Value| {
        let pointer = schema.get("$ref")?.as_str()?.strip_prefix('#')?.to_owned();
        root.pointer(&pointer).cloned()
    };
    let inner = target(schema).unwrap_or_else(|| schema.clone());
    let kinds: Vec<&str> = match inner.get("type") {
        Some(Value::String(one)) => vec![one],
        Some(Value::Array(many)) => many.iter().filter_map(Value::as_str).collect(),
        _ => Vec::new(),
    };
    let bound = |keys: [&str; 2]| keys.iter().find_map(|key| inner.get(*key)?.as_f64());
    let number = |whole| Kind::Number {
        low: bound(["minimum", "exclusiveMinimum"]),
        high: bound(["maximum", "exclusiveMaximum"]),
        whole,
        log: schema.get("x-takens-scale").and_then(Value::as_str) == Some("log"),
    };
    let constants = |key| {
        let many = inner.get(key)?.as_array()?;
        many.iter().map(|one| one.get("const").cloned()).collect::<Option<Vec<_>>>()
    };
    let kind = if let Some(choices) = inner.get("enum").and_then(Value::as_array) {
        Kind::Choice(choices.clone())
    } else if let Some(choices) = constants("oneOf").or_else(|| constants("anyOf")) {
        Kind::Choice(choices)
    } else if kinds.contains(&"integer") {
        number(true)
    } else if kinds.contains(&"number") {
        number(false)
    } else if kinds.contains(&"boolean") {
        Kind::Choice(vec![json!(false), json!(true)])
    } else {
        return None;
    };
    let tune = match schema.get("x-takens-tune") {
        Some(Value::Array(choices)) => choices.clone(),
        _ => Vec::new(),
    };
    let fidelity = schema.get("x-takens-fidelity").is_some_and(|mark| *mark != json!(false));
    Some(Parameter { name: name.to_owned(), kind, tune, fidelity })
}

impl Parameter {
    fn extremes(&self) -> [Value; 2] {
        match &self.kind {
            Kind::Choice(choices) => {
                let one = |choice: Option<&Value>| choice.cloned().unwrap_or_default();
                [one(choices.first()), one(choices.last())]
            }
            Kind::Number { low, high, whole, .. } => {
                let of = |bound: &Option<f64>, open: f64| bound.unwrap_or(open);
                if *whole {
                    [of(low, 0.0), of(high, 1e6)].map(|value| json!(value as i64))
                } else {
                    [of(low, -1e6), of(high, 1e6)].map(|value| json!(value))
                }
            }
        }
    }

    fn random(&self, draw: f64) -> Value {
        match &self.kind {
            Kind::Choice(choices) => {
                let index = (draw * choices.len() as f64) as usize;
                choices.get(index).cloned().unwrap_or_default()
            }
            Kind::Number { low, high, whole, log } => {
                let (low, high) = (low.unwrap_or(0.0), high.unwrap_or(1000.0));
                let value = if *log && low > 0.0 {
                    low * (high / low).powf(draw)
                } else {
                    low + draw * (high - low)
                };
                if *whole { json!(value as i64) } else { json!(value) }
            }
        }
    }

    /// A value beyond what the schema allows, if it has a bound.
    fn beyond(&self) -> Option<Value> {
        match &self.kind {
            Kind::Number { low: Some(low), whole: true, .. } => Some(json!(*low as i64 - 1)),
            Kind::Number { low: Some(low), .. } => Some(json!(low - 1.0)),
            Kind::Number { high: Some(high), whole: true, .. } => Some(json!(*high as i64 + 1)),
            Kind::Number { high: Some(high), .. } => Some(json!(high + high.abs() + 1.0)),
            Kind::Number { .. } => None,
            Kind::Choice(_) => Some(json!("no such choice")),
        }
    }
}

/// `given`, with the parameter that says how much work is done at its least, if it is not given.
pub(super) fn quick(schema: &Value, given: &str) -> String {
    let Ok(Value::Object(mut whole)) = serde_json::from_str(given) else { return given.to_owned() };
    for one in parameters(schema).iter().filter(|one| one.fidelity) {
        whole.entry(one.name.clone()).or_insert_with(|| one.extremes()[0].clone());
    }
    Value::Object(whole).to_string()
}

/// `base` with one more parameter set.
fn with(base: &str, name: &str, value: Value) -> String {
    let mut whole: Map<String, Value> = serde_json::from_str(base).unwrap_or_default();
    whole.insert(name.to_owned(), value);
    Value::Object(whole).to_string()
}

/// Parameter sets within the schema that lie at its edges: all at their least, all at their most, each
/// alone.
pub(super) fn extremes(schema: &Value, base: &str) -> Vec<String> {
    let all = parameters(schema);
    let mut sets: Vec<String> = (0..2)
        .map(|side| {
            all.iter().map(|one| (one.name.clone(), one.extremes()[side].clone())).collect()
        })
        .map(|set: Map<String, Value>| Value::Object(set).to_string())
        .collect();
    for one in &all {
        sets.extend(one.extremes().map(|value| with(base, &one.name, value)));
    }
    sets
}

/// Random parameter sets within the schema.
pub(super) fn random(schema: &Value, seed: u64, count: usize) -> Vec<String> {
    let (all, draws) = (parameters(schema), Stream::new(seed, 1));
    (0..count)
        .map(|set| {
            let place = |index: usize| (set * all.len() + index) as u64;
            let value = |(index, one): (usize, &Parameter)| {
                (one.name.clone(), one.random(draws.uniform(place(index))))
            };
            Value::Object(all.iter().enumerate().map(value).collect()).to_string()
        })
        .collect()
}

/// Parameter sets that the author would have a tuner try, each differing from `base` in one.
pub(super) fn tuned(schema: &Value, base: &str) -> Vec<String> {
    let all = parameters(schema);
    all.iter()
        .flat_map(|one| one.tune.iter().map(|value| with(base, &one.name, value.clone())))
        .collect()
}

/// Texts that are no parameters of this method: what is wrong, and the text.
pub(super) fn bad(schema: &Value) -> Vec<(String, String)> {
    let mut sets = vec![
        ("half a text".to_owned(), "{".to_owned()),
        ("not JSON".into(), "units = 5".into()),
        ("an array".into(), "[1]".into()),
        ("nested too deep".into(), "[".repeat(5000) + &"]".repeat(5000)),
    ];
    if schema.get("additionalProperties") == Some(&json!(false)) {
        sets.push(("an unknown parameter".into(), r#"{"no-such-parameter": 1}"#.into()));
    }
    for one in parameters(schema) {
        let name = &one.name;
        sets.push((format!("`{name}` of the wrong type"), with("{}", name, json!({"a": [1]}))));
        if let Some(beyond) = one.beyond() {
            sets.push((format!("`{name}` beyond its bounds"), with("{}", name, beyond)));
        }
    }
    sets
}

#[cfg(test)]
mod tests {
    use super::*;

    fn schema() -> Value {
        json!({
            "type": "object", "additionalProperties": false,
            "properties": {
                "steps": {"type": "integer", "minimum": 1, "maximum": 9, "x-takens-fidelity": true},
                "rate": {"type": ["number", "null"], "minimum": 1e-4, "maximum": 1.0,
                    "x-takens-scale": "log", "x-takens-tune": [0.1, 0.2]},
                "kind": {"$ref": "#/$defs/Kind"},
            },
            "$defs": {"Kind": {"enum": ["a", "b"]}},
        })
    }

    #[test]
    fn edges_and_random_values_fit_the_schema() {
        let sets = [extremes(&schema(), "{}"), random(&schema(), 7, 50), tuned(&schema(), "{}")];
        for text in sets.concat() {
            let given = serde_json::from_str(&text).unwrap();
            takens_plugin::params::complete(&schema(), &given).unwrap();
        }
        assert_eq!(random(&schema(), 7, 3), random(&schema(), 7, 3));
    }

    #[test]
    fn bad_values_do_not() {
        let sets = bad(&schema());
        assert_eq!(sets.len(), 4 + 1 + 3 * 2);
        for (what, text) in sets {
            let given = serde_json::from_str::<Value>(&text);
            let refused = given
                .map_err(|error| error.to_string())
                .and_then(|given| takens_plugin::params::complete(&schema(), &given));
            assert!(refused.is_err(), "{what}: {text}");
        }
    }

    #[test]
    fn quick_parameters_do_the_least_work() {
        assert_eq!(quick(&schema(), "{}"), r#"{"steps":1}"#);
        assert_eq!(quick(&schema(), r#"{"steps": 4}"#), r#"{"steps":4}"#);
    }
}
