//! One system of the catalogue.

use crate::annotations::Annotated;
use crate::definition_hash;
use std::collections::BTreeMap;
use takens_analysis::Annotation;
use takens_dsl::{Flat, FlattenError, System};

/// A system with what is known of it.
#[derive(Debug, Clone)]
pub struct Entry {
    /// The definition.
    pub system: System,
    /// Where it stands: a file's name, `systems.dsl` for the built-in ones.
    pub origin: String,
    pub(crate) annotated: Option<Annotated>,
    /// Whether the definition is the one that the annotation was built in with. A test keeps the two
    /// together, so that listing the collection need not expand it.
    pub(crate) is_builtin: bool,
}

impl Entry {
    /// The system expanded, sizes as declared.
    ///
    /// # Errors
    /// [`FlattenError`] if an index expands beyond the limits.
    pub fn flatten(&self) -> Result<Flat, FlattenError> {
        self.system.flatten(&BTreeMap::new())
    }

    /// What was computed for this very definition, if anything.
    #[must_use]
    pub fn annotation(&self) -> Option<&Annotation> {
        let annotated = self.annotated.as_ref()?;
        (self.is_builtin || self.belongs(annotated)).then_some(&annotated.annotation)
    }

    /// Whether an annotation was computed for this definition.
    fn belongs(&self, annotated: &Annotated) -> bool {
        self.flatten().is_ok_and(|flat| definition_hash(&flat.field) == annotated.definition)
    }

    /// Dominant period in units of system time: as published in the definition, else as computed.
    #[must_use]
    pub fn period(&self) -> Option<f64> {
        self.system
            .sample
            .period
            .or_else(|| self.annotation().and_then(|annotation| annotation.period))
    }

    /// Largest Lyapunov exponent as computed, per unit of system time.
    #[must_use]
    pub fn largest_exponent(&self) -> Option<f64> {
        self.annotation().and_then(|annotation| annotation.exponents.first().copied())
    }

    /// The scientific field.
    #[must_use]
    pub fn field(&self) -> Option<&String> {
        self.system.meta.field.as_ref()
    }

    /// The tags.
    #[must_use]
    pub fn tags(&self) -> &[String] {
        &self.system.meta.tags
    }
}

#[cfg(test)]
mod tests {
    use crate::Catalog;

    #[test]
    fn built_in_annotations_belong_to_their_definitions() {
        let catalog = Catalog::builtin().unwrap();
        for entry in catalog.entries() {
            let annotated = entry.annotated.as_ref().unwrap_or_else(|| {
                panic!("{} has no annotation; run `takens annotate`", entry.system.name)
            });
            let name = &entry.system.name;
            assert!(entry.belongs(annotated), "{name} has changed; run `takens annotate {name}`");
        }
    }
}
