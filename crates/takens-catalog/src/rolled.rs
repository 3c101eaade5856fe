//! A large system with numbers for everything, its vectors and matrices arrays.

use crate::{Entry, InstanceError};
use serde_json::Value;
use std::collections::BTreeMap;
use takens_dsl::{ParameterShape, Roll, Rolled};
use takens_integrate::{IntegrateError, rolled_initial, rolled_parameters};

/// A rolled system with the values of its parameters.
#[derive(Debug, Clone)]
pub struct RolledInstance {
    /// The rolled system.
    pub rolled: Rolled,
    /// All scalar parameters, in flat order.
    pub parameters: Vec<f64>,
    /// The initial state that the definition gives for these parameters.
    pub initial: Vec<f64>,
}

/// Up to so many components a system is expanded: the whole step of an integrator is one straight
/// program then.
const FEW: usize = 64;

impl Entry {
    /// As [`Entry::instance`], for a system of more than 64 components whose loops can be kept; nothing for
    /// others.
    ///
    /// # Errors
    /// [`InstanceError`] for the first name or value that does not fit.
    pub fn rolled_instance(
        &self,
        given: &BTreeMap<String, Value>,
        dimension: Option<usize>,
    ) -> Result<Option<RolledInstance>, InstanceError> {
        let sizes = self.sizes(given, dimension)?;
        if self.system.dimension_at(&sizes).is_none_or(|found| found <= FEW) {
            return Ok(None);
        }
        // What is at fault at these sizes is told by the expansion.
        let Ok(Roll::Rolled(rolled)) = self.system.roll(&sizes) else { return Ok(None) };
        let field = &rolled.field;
        self.check_dimension(field.dim(), dimension)?;
        let arrays = field.parameters.iter().map(|parameter| parameter.array.clone());
        let shapes: Vec<ParameterShape> = arrays
            .map(|array| ParameterShape {
                name: array.name,
                shape: array.shape,
                first: array.first,
            })
            .collect();
        let overrides = self.overrides(&shapes, field.parameter_count(), given)?;
        let refuse = |error: IntegrateError| InstanceError::Expand {
            system: self.system.name.clone(),
            message: error.to_string(),
        };
        let parameters = rolled_parameters(field, &overrides).map_err(refuse)?;
        let initial = rolled_initial(field, &parameters).map_err(refuse)?;
        Ok(Some(RolledInstance { rolled: *rolled, parameters, initial }))
    }
}

#[cfg(test)]
mod tests {
    use crate::Catalog;
    use std::collections::BTreeMap;

    #[test]
    fn a_large_ring_starts_where_its_flat_form_does() {
        let catalog = Catalog::builtin().unwrap();
        let entry = catalog.get("Lorenz96").unwrap();
        let given = |text| serde_json::from_str::<BTreeMap<_, _>>(text).unwrap();
        let large = given(r#"{"N": 100, "f": 8.5}"#);
        let rolled = entry.rolled_instance(&large, None).unwrap().unwrap();
        let flat = entry.instance(&large, None).unwrap();
        assert_eq!(rolled.parameters, flat.parameters);
        assert_eq!(rolled.initial, flat.initial);
        assert!(entry.rolled_instance(&given("{}"), None).unwrap().is_none());
        assert!(entry.rolled_instance(&given(r#"{"N": 100, "g": 1}"#), None).is_err());
        let sized = entry.rolled_instance(&given("{}"), Some(1000)).unwrap().unwrap();
        assert_eq!(sized.initial.len(), 1000);
    }
}
