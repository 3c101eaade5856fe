//! What is run: a system with its numbers, expanded where it is small, with its loops where it is large.

use crate::failure::Failure;
use serde_json::Value;
use std::collections::BTreeMap;
use takens_catalog::{Entry, Instance, RolledInstance};
use takens_core::Trajectory;
use takens_integrate::{IntegrateError, Options, Propagator};
use takens_symbolic::{FieldKind, VectorField};

/// A system with numbers for everything.
pub(crate) enum Subject {
    Flat(Box<Instance>),
    Rolled(Box<RolledInstance>),
}

impl Subject {
    /// The system with these parameters and, if given, so many components.
    ///
    /// # Errors
    /// [`Failure::Work`] for a name or value that does not fit.
    pub(crate) fn new(
        entry: &Entry,
        given: &BTreeMap<String, Value>,
        dimension: Option<usize>,
    ) -> Result<Self, Failure> {
        if let Some(rolled) = entry.rolled_instance(given, dimension).map_err(Failure::work)? {
            return Ok(Self::Rolled(Box::new(rolled)));
        }
        let flat = entry.instance(given, dimension).map_err(Failure::work)?;
        Ok(Self::Flat(Box::new(flat)))
    }

    /// The system written out; nothing if it stayed rolled.
    pub(crate) fn field(&self) -> Option<&VectorField> {
        match self {
            Self::Flat(flat) => Some(&flat.flat.field),
            Self::Rolled(_) => None,
        }
    }

    /// All scalar parameters, in flat order.
    pub(crate) fn parameters(&self) -> &[f64] {
        match self {
            Self::Flat(flat) => &flat.parameters,
            Self::Rolled(rolled) => &rolled.parameters,
        }
    }

    /// Names of all scalar parameters, in flat order.
    pub(crate) fn parameter_names(&self) -> Vec<String> {
        match self {
            Self::Flat(flat) => {
                flat.flat.field.parameters.iter().map(|one| one.name.clone()).collect()
            }
            // What is rolled has its parameters as arrays, which do not vary one by one.
            Self::Rolled(_) => vec![],
        }
    }

    /// The initial state that the definition gives.
    pub(crate) fn initial(&self) -> &[f64] {
        match self {
            Self::Flat(flat) => &flat.initial,
            Self::Rolled(rolled) => &rolled.initial,
        }
    }

    pub(crate) fn is_map(&self) -> bool {
        let kind = match self {
            Self::Flat(flat) => flat.flat.field.kind,
            Self::Rolled(rolled) => rolled.rolled.field.kind,
        };
        kind == FieldKind::Map
    }

    /// Whether it has noise; what is rolled has none.
    pub(crate) fn is_noisy(&self) -> bool {
        matches!(self, Self::Flat(flat) if !flat.flat.field.noise.names.is_empty())
    }

    /// The system, compiled.
    pub(crate) fn propagator(&self, options: &Options) -> Result<Propagator, IntegrateError> {
        match self {
            Self::Flat(flat) => Propagator::new(&flat.flat.field, options),
            Self::Rolled(rolled) => Propagator::rolled(&rolled.rolled.field, options),
        }
    }

    /// The outputs along a trajectory.
    pub(crate) fn observe(&self, trajectory: &Trajectory) -> Result<Trajectory, IntegrateError> {
        match self {
            Self::Flat(flat) => {
                takens_integrate::observe(&flat.flat.field, &flat.parameters, trajectory)
            }
            Self::Rolled(rolled) => takens_integrate::rolled_observe(
                &rolled.rolled.field,
                &rolled.parameters,
                trajectory,
            ),
        }
    }
}
