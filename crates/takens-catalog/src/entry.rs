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
        let flat = self.flatten().ok()?;
        (definition_hash(&flat.field) == annotated.definition).then_some(&annotated.annotation)
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
