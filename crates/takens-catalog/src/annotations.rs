//! What this program computed of each system: generated, never typed in.

use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use takens_analysis::Annotation;

/// The generated file, made by `takens annotate`.
const BUILTIN: &str = include_str!("../annotations.json");

/// Annotations by system.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct Annotations {
    /// How they were made.
    pub about: String,
    /// By name of the system.
    pub systems: BTreeMap<String, Annotated>,
}

/// One system's annotation, with the definition that it belongs to.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Annotated {
    /// [`crate::definition_hash`] of the definition it was computed for.
    pub definition: String,
    /// What was computed.
    #[serde(flatten)]
    pub annotation: Annotation,
}

/// A file of annotations that cannot be read.
#[derive(Debug, thiserror::Error)]
#[error("the annotations are damaged: {error}; make them anew with `takens annotate`")]
pub struct AnnotationsError {
    /// What is wrong and where.
    #[from]
    error: serde_json::Error,
}

impl Annotations {
    /// Those of the built-in collection.
    ///
    /// # Errors
    /// [`AnnotationsError`] if the file that was built in is not what this version reads.
    pub fn builtin() -> Result<Self, AnnotationsError> {
        Self::from_json(BUILTIN)
    }

    /// Reads annotations.
    ///
    /// # Errors
    /// [`AnnotationsError`] if the text is not a file of annotations.
    pub fn from_json(text: &str) -> Result<Self, AnnotationsError> {
        Ok(serde_json::from_str(text)?)
    }

    /// The file's text: one system a line, so that a change shows as one line.
    #[must_use]
    pub fn to_json(&self) -> String {
        let systems: Vec<String> = self
            .systems
            .iter()
            .map(|(name, annotated)| format!("{}: {}", line(name), line(annotated)))
            .collect();
        format!(
            "{{\n\"about\": {},\n\"systems\": {{\n{}\n}}\n}}\n",
            line(&self.about),
            systems.join(",\n")
        )
    }
}

fn line(value: &impl Serialize) -> String {
    serde_json::to_string(value).expect("plain data becomes JSON")
}
