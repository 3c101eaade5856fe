//! Parameters: from a Rust struct to a JSON Schema, and from JSON to the struct.
//!
//! An author writes a struct:
//!
//! ```
//! use takens_plugin::prelude::*;
//!
//! /// How the reservoir is made.
//! #[derive(Params)]
//! struct Reservoir {
//!     /// reservoir size
//!     #[takens(default = 500, range = 50..=5000, scale = "log", tune = [100, 200, 500])]
//!     units: usize,
//!     /// penalty on readout weights; left out: chosen on data held out
//!     #[takens(range = 0.0.., scale = "log")]
//!     ridge: Option<f64>,
//! }
//!
//! assert_eq!(Reservoir::default().units, 500);
//! let schema = takens_plugin::params::schema::<Reservoir>();
//! assert_eq!(schema["properties"]["units"]["maximum"], 5000);
//! assert_eq!(schema["properties"]["ridge"]["description"].as_str().unwrap().split(';').next(),
//!            Some("penalty on readout weights"));
//! ```
//!
//! `#[derive(Params)]` gives it a default, serde's traits and a JSON Schema with the comments as descriptions, and needs no
//! crate but this one. A field has a `default` unless it is an `Option`; `range` has both ends in it, `a..=b`, `a..` or `..=b`, and is
//! checked before the method is made; `tune` lists what the tuner may try, or is the range in which it draws, by `scale`; `fidelity`
//! marks the parameter that says how much work is done. What is amiss is an error of the compiler, where it stands:
//!
//! ```compile_fail
//! # use takens_plugin::prelude::*;
//! #[derive(Params)]
//! struct Reservoir {
//!     /// reservoir size
//!     #[takens(range = 50..=5000)]
//!     units: usize, // has no default: write #[takens(default = ...)], or make it an `Option`
//! }
//! ```
//! ```compile_fail
//! # use takens_plugin::prelude::*;
//! #[derive(Params)]
//! struct Reservoir {
//!     /// reservoir size
//!     #[takens(default = 500, range = 0.5..=5000.5)]
//!     units: usize, // expected `usize`, found floating-point number
//! }
//! ```
//!
//! A choice among names is an enum that derives `Serialize`, `Deserialize` and `JsonSchema`.
//!
//! Start at [`parse`]. A host that has the schema alone uses [`complete`], which checks bounds, takes
//! `500.0` for a whole number, and fills in defaults, so that equal parameters have equal text.

#[doc(hidden)]
pub mod derived;

use schemars::JsonSchema;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

/// The JSON Schema (2020-12) of a parameter struct.
#[must_use]
pub fn schema<P: JsonSchema>() -> Value {
    schemars::generate::SchemaSettings::draft2020_12()
        .into_generator()
        .into_root_schema_for::<P>()
        .to_value()
}

/// Parameters from JSON; an empty text means all defaults.
///
/// # Errors
/// What is wrong and what would be accepted: the name and the bounds, for a person.
pub fn parse<P: JsonSchema + DeserializeOwned>(text: &str) -> Result<P, String> {
    serde_json::from_value(completed::<P>(text)?).map_err(|error| error.to_string())
}

/// Parameters from JSON, checked and completed: as [`parse`], but still JSON.
///
/// # Errors
/// As [`parse`], but for what the schema does not say.
pub fn completed<P: JsonSchema>(text: &str) -> Result<Value, String> {
    let given = if text.trim().is_empty() {
        Value::Object(Map::new())
    } else {
        serde_json::from_str(text).map_err(|error| format!("not JSON: {error}"))?
    };
    complete(&schema::<P>(), &given)
}

/// `given` checked against `schema` and completed with its defaults, names in alphabetical order.
///
/// Understands what parameter structs lead to: types, bounds, lists of choices, nested objects and
/// arrays, references within the schema, alternatives. Other keywords are left to the method.
///
/// # Errors
/// The first thing that does not fit, and what would.
pub fn complete(schema: &Value, given: &Value) -> Result<Value, String> {
    Checker { root: schema }.value(schema, given, &mut Vec::new())
}

struct Checker<'a> {
    root: &'a Value,
}

impl Checker<'_> {
    fn value(
        &self,
        schema: &Value,
        given: &Value,
        path: &mut Vec<String>,
    ) -> Result<Value, String> {
        // A struct cannot hold itself without end, but a hand-written schema might.
        if path.len() > 32 {
            return Err("nested too deep".into());
        }
        if let Some(target) = schema.get("$ref").and_then(Value::as_str) {
            let found = target.strip_prefix('#').and_then(|pointer| self.root.pointer(pointer));
            path.push(String::new());
            let result = found.map_or(Ok(given.clone()), |found| self.value(found, given, path));
            path.pop();
            return result;
        }
        for key in ["anyOf", "oneOf"] {
            if let Some(choices) = schema.get(key).and_then(Value::as_array) {
                return self.alternatives(choices, given, path);
            }
        }
        let given = self.typed(schema, given, path)?;
        self.bounds(schema, &given, path)?;
        match given {
            Value::Object(object) => self.object(schema, object, path),
            Value::Array(items) => {
                let Some(each) = schema.get("items") else { return Ok(Value::Array(items)) };
                let mut whole = Vec::with_capacity(items.len());
                for (index, item) in items.iter().enumerate() {
                    path.push(index.to_string());
                    whole.push(self.value(each, item, path)?);
                    path.pop();
                }
                Ok(Value::Array(whole))
            }
            other => Ok(other),
        }
    }

    fn alternatives(
        &self,
        choices: &[Value],
        given: &Value,
        path: &mut Vec<String>,
    ) -> Result<Value, String> {
        let depth = path.len();
        let mut errors = Vec::new();
        for choice in choices {
            match self.value(choice, given, path) {
                Ok(whole) => return Ok(whole),
                Err(error) => errors.push(error),
            }
            path.truncate(depth);
        }
        // A list of names: some schemas give each its own alternative, some put several into one.
        let named = |choice: &Value| match (choice.get("const"), choice.get("enum")) {
            (Some(constant), _) => Some(vec![constant.to_string()]),
            (None, Some(Value::Array(many))) => Some(many.iter().map(Value::to_string).collect()),
            _ => None,
        };
        if let Some(names) = choices.iter().map(named).collect::<Option<Vec<_>>>() {
            let names = names.concat().join(", ");
            return Err(format!("{} is {given}; it must be one of {names}", name(path)));
        }
        Err(errors.into_iter().next().unwrap_or_else(|| format!("{} has no choice", name(path))))
    }

    /// The value as the type that the schema wants: a whole number may be written `500.0`.
    fn typed(&self, schema: &Value, given: &Value, path: &[String]) -> Result<Value, String> {
        let wanted: Vec<&str> = match schema.get("type") {
            Some(Value::String(one)) => vec![one],
            Some(Value::Array(many)) => many.iter().filter_map(Value::as_str).collect(),
            _ => return Ok(given.clone()),
        };
        for kind in &wanted {
            let fits = match *kind {
                "null" => given.is_null(),
                "boolean" => given.is_boolean(),
                "number" => given.is_number(),
                "string" => given.is_string(),
                "array" => given.is_array(),
                "object" => given.is_object(),
                "integer" => {
                    if given.is_i64() || given.is_u64() {
                        true
                    } else if let Some(whole) = whole(given) {
                        return Ok(Value::from(whole));
                    } else {
                        false
                    }
                }
                _ => true,
            };
            if fits {
                // One text for one number: 1 and 1.0 are the same where a real is wanted.
                if *kind == "number"
                    && let Some(number) = given.as_f64()
                {
                    return Ok(Value::from(number));
                }
                return Ok(given.clone());
            }
        }
        let article = if wanted.first().is_some_and(|kind| kind.starts_with(['i', 'a', 'o'])) {
            "an"
        } else {
            "a"
        };
        Err(format!("{} is {given}; it must be {article} {}", name(path), wanted.join(" or ")))
    }

    fn bounds(&self, schema: &Value, given: &Value, path: &[String]) -> Result<(), String> {
        if let Some(constant) = schema.get("const")
            && constant != given
        {
            return Err(format!("{} is {given}; it must be {constant}", name(path)));
        }
        if let Some(choices) = schema.get("enum").and_then(Value::as_array)
            && !choices.contains(given)
        {
            let choices: Vec<String> = choices.iter().map(Value::to_string).collect();
            let choices = choices.join(", ");
            return Err(format!("{} is {given}; it must be one of {choices}", name(path)));
        }
        let Some(number) = given.as_f64() else { return Ok(()) };
        for (key, words) in [
            ("minimum", "at least"),
            ("maximum", "at most"),
            ("exclusiveMinimum", "more than"),
            ("exclusiveMaximum", "less than"),
        ] {
            let Some(bound) = schema.get(key) else { continue };
            let holds = bound.as_f64().is_none_or(|limit| match key {
                "minimum" => number >= limit,
                "maximum" => number <= limit,
                "exclusiveMinimum" => number > limit,
                _ => number < limit,
            });
            if !holds {
                return Err(format!("{} is {given}; it must be {words} {bound}", name(path)));
            }
        }
        Ok(())
    }

    fn object(
        &self,
        schema: &Value,
        given: Map<String, Value>,
        path: &mut Vec<String>,
    ) -> Result<Value, String> {
        let empty = Map::new();
        let known = schema.get("properties").and_then(Value::as_object).unwrap_or(&empty);
        let open = schema.get("additionalProperties") != Some(&Value::Bool(false));
        for key in given.keys() {
            if !known.contains_key(key) && !open {
                let names: Vec<&str> = known.keys().map(String::as_str).collect();
                return Err(if names.is_empty() {
                    format!("unknown parameter `{key}`; there are none")
                } else {
                    format!("unknown parameter `{key}`; there are {}", names.join(", "))
                });
            }
        }
        let required = schema.get("required").and_then(Value::as_array);
        for key in required.into_iter().flatten().filter_map(Value::as_str) {
            if !given.contains_key(key) {
                path.push(key.to_owned());
                return Err(format!("{} is missing", name(path)));
            }
        }
        let mut whole = Map::new();
        let mut names: Vec<&String> = known.keys().chain(given.keys()).collect();
        names.sort();
        names.dedup();
        for key in names {
            let each = known.get(key);
            let default = || each.and_then(|each| each.get("default")).cloned();
            let Some(value) = given.get(key).cloned().or_else(default) else { continue };
            path.push(key.clone());
            let value = match each {
                Some(each) => self.value(each, &value, path)?,
                None => value,
            };
            path.pop();
            whole.insert(key.clone(), value);
        }
        Ok(Value::Object(whole))
    }
}

/// The whole number that a real one is, if it is.
fn whole(given: &Value) -> Option<i64> {
    // Beyond 2⁵³ a real number does not say which whole number is meant.
    let number = given.as_f64()?;
    (number.fract() == 0.0 && number.abs() <= 9_007_199_254_740_992.0).then_some(number as i64)
}

fn name(path: &[String]) -> String {
    let parts: Vec<&str> =
        path.iter().map(String::as_str).filter(|part| !part.is_empty()).collect();
    if parts.is_empty() { "the parameter set".into() } else { format!("`{}`", parts.join(".")) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Params;
    use serde::{Deserialize, Serialize};

    #[derive(Debug, PartialEq, Params)]
    struct Params {
        /// how many units
        #[takens(default = 500, range = 50..=5000, scale = "log", tune = 100..=1000, fidelity)]
        units: usize,
        /// how much is forgotten
        #[takens(default = 0.3, range = 0.0..=1.0)]
        leak: f64,
        /// what solves
        #[takens(default = Solver::Qr)]
        solver: Solver,
        /// penalty
        #[takens(range = 0.0..)]
        ridge: Option<f64>,
        /// what is looked back on
        #[takens(default = vec![1])]
        lags: Vec<u32>,
    }

    #[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, JsonSchema)]
    #[serde(rename_all = "lowercase")]
    enum Solver {
        /// orthogonal
        Qr,
        Cholesky,
    }

    #[track_caller]
    fn check(text: &str, expected: Result<Params, &str>) {
        assert_eq!(parse::<Params>(text), expected.map_err(str::to_owned));
    }

    #[test]
    fn missing_parameters_take_their_defaults() {
        check("", Ok(Params::default()));
        check("{}", Ok(Params::default()));
        check(r#"{"units": 60.0}"#, Ok(Params { units: 60, ..Params::default() }));
        check(r#"{"ridge": 1}"#, Ok(Params { ridge: Some(1.0), ..Params::default() }));
        check(r#"{"ridge": null}"#, Ok(Params::default()));
    }

    #[test]
    fn what_does_not_fit_is_named_with_what_would() {
        check(r#"{"units": 5}"#, Err("`units` is 5; it must be at least 50"));
        check(r#"{"leak": 1.5}"#, Err("`leak` is 1.5; it must be at most 1.0"));
        check(r#"{"units": "many"}"#, Err("`units` is \"many\"; it must be an integer"));
        check(
            r#"{"solver": "lu"}"#,
            Err("`solver` is \"lu\"; it must be one of \"cholesky\", \"qr\""),
        );
        check(r#"{"lags": [1, -2]}"#, Err("`lags.1` is -2; it must be at least 0"));
        check("[1]", Err("the parameter set is [1]; it must be an object"));
        check(
            r#"{"unit": 60}"#,
            Err("unknown parameter `unit`; there are lags, leak, ridge, solver, units"),
        );
    }

    #[test]
    fn equal_parameters_have_equal_text() {
        let schema = schema::<Params>();
        let text = |given: &str| {
            complete(&schema, &serde_json::from_str(given).unwrap()).unwrap().to_string()
        };
        assert_eq!(text("{}"), text(r#"{"units": 500.0, "leak": 0.3}"#));
        assert_eq!(
            text(r#"{"leak": 1, "units": 60}"#),
            r#"{"lags":[1],"leak":1.0,"ridge":null,"solver":"qr","units":60}"#
        );
    }

    #[test]
    fn the_schema_says_its_draft_and_keeps_extensions() {
        let schema = schema::<Params>();
        assert_eq!(schema["$schema"], "https://json-schema.org/draft/2020-12/schema");
        assert_eq!(
            schema["properties"]["units"],
            serde_json::json!({
                "type": "integer", "format": "uint", "minimum": 50, "maximum": 5000, "default": 500,
                "description": "how many units", "x-takens-scale": "log",
                "x-takens-tune": [100, 1000], "x-takens-fidelity": true,
            })
        );
        assert_eq!(schema["properties"]["ridge"]["minimum"], 0.0);
        assert_eq!(schema["properties"]["solver"]["default"], "qr");
    }
}
