//! What `#[derive(Params)]` expands to calls of: a schema, put together parameter by parameter.

use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde::Serialize;
use serde_json::{Map, Value, json};

/// The schema of a whole set of parameters.
#[derive(Debug)]
pub struct Properties {
    about: &'static str,
    each: Map<String, Value>,
}

/// The schema of one parameter.
#[derive(Debug)]
pub struct Property(Schema);

impl Properties {
    /// A set that is described so; an empty text for no description.
    #[must_use]
    pub fn new(about: &'static str) -> Self {
        Self { about, each: Map::new() }
    }

    /// Adds a parameter.
    pub fn add(&mut self, name: &str, property: Property) {
        self.each.insert(name.to_owned(), property.0.to_value());
    }

    /// All of it. Other names are refused.
    #[must_use]
    pub fn schema(self) -> Schema {
        let mut schema =
            schemars::json_schema!({ "type": "object", "additionalProperties": false });
        if !self.about.is_empty() {
            schema.insert("description".into(), self.about.into());
        }
        if !self.each.is_empty() {
            schema.insert("properties".into(), Value::Object(self.each));
        }
        schema
    }
}

impl Property {
    /// A parameter of type `T`.
    #[must_use]
    pub fn new<T: JsonSchema + Serialize>(
        generator: &mut SchemaGenerator,
        about: &str,
        default: &T,
    ) -> Self {
        let mut schema = generator.subschema_for::<T>();
        schema.insert("description".into(), about.into());
        schema.insert("default".into(), json!(default));
        Self(schema)
    }

    /// The least or the greatest value: `minimum` or `maximum`.
    pub fn bound<T: Serialize>(&mut self, key: &str, bound: T) {
        self.0.insert(key.to_owned(), json!(bound));
    }

    /// How the tuner draws between two values: `log` or `linear`.
    pub fn scale(&mut self, scale: &str) {
        self.0.insert("x-takens-scale".into(), scale.into());
    }

    /// What the tuner may try.
    pub fn tune<T: Serialize>(&mut self, choices: &[T]) {
        self.0.insert("x-takens-tune".into(), json!(choices));
    }

    /// It says how much work is done.
    pub fn fidelity(&mut self) {
        self.0.insert("x-takens-fidelity".into(), true.into());
    }
}
