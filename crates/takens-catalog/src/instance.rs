//! A system with numbers for everything: sizes, parameters, start.

use crate::Entry;
use crate::nearest::nearest;
use serde_json::Value;
use std::collections::BTreeMap;
use takens_dsl::{Flat, ParameterShape};

/// An expanded system with the values of its parameters.
#[derive(Debug, Clone)]
pub struct Instance {
    /// The expanded system.
    pub flat: Flat,
    /// All scalar parameters, in flat order.
    pub parameters: Vec<f64>,
    /// The initial state that the definition gives for these parameters.
    pub initial: Vec<f64>,
}

/// Values that do not fit a system.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum InstanceError {
    /// The definition cannot be expanded to these sizes.
    #[error("{message}")]
    Expand {
        /// The system.
        system: String,
        /// Why.
        message: String,
    },
    /// A parameter that the system does not have.
    #[error("{system} has no parameter {name:?}{}", suggestion.as_ref().map(|near| format!("; did you mean {near:?}?")).unwrap_or_default())]
    Unknown {
        /// The system.
        system: String,
        /// The name given.
        name: String,
        /// The nearest name there is.
        suggestion: Option<String>,
    },
    /// A value that is no number, or not as many numbers as the parameter has.
    #[error("parameter {name} of {system} takes {wanted}; {given} was given")]
    Value {
        /// The system.
        system: String,
        /// The parameter.
        name: String,
        /// What it takes.
        wanted: String,
        /// What was given.
        given: String,
    },
    /// No size gives the state this many components.
    #[error("{system} has {} state components; {given} were given", expected.map_or_else(|| "another number of".into(), |n| n.to_string()))]
    Dimension {
        /// The system.
        system: String,
        /// How many it has, if that is fixed.
        expected: Option<usize>,
        /// How many were given.
        given: usize,
    },
}

impl Entry {
    /// The system with the given parameters, by name: a number for a scalar, an array for a vector,
    /// an array of rows for a matrix. Structural parameters follow `dimension`, the number of state
    /// components wanted, unless they are given too.
    ///
    /// # Errors
    /// [`InstanceError`] for the first name or value that does not fit.
    pub fn instance(
        &self,
        given: &BTreeMap<String, Value>,
        dimension: Option<usize>,
    ) -> Result<Instance, InstanceError> {
        let system = &self.system.name;
        let sizes = self.sizes(given, dimension)?;
        let flat = self.system.flatten(&sizes).map_err(|error| InstanceError::Expand {
            system: system.clone(),
            message: error.to_string(),
        })?;
        self.check_dimension(flat.field.dim(), dimension)?;
        let overrides = self.overrides(&flat.shapes, flat.field.parameters.len(), given)?;
        let parameters = flat.field.parameter_values(&overrides);
        let initial = flat.field.initial_state(&parameters);
        Ok(Instance { flat, parameters, initial })
    }

    /// Structural sizes: as they are given, else to fit the number of components.
    pub(crate) fn sizes(
        &self,
        given: &BTreeMap<String, Value>,
        dimension: Option<usize>,
    ) -> Result<BTreeMap<String, i64>, InstanceError> {
        let structural = self.structural();
        let mut sizes = match dimension {
            None => BTreeMap::new(),
            Some(dimension) => self.system.size_for_dimension(dimension).ok_or_else(|| {
                let expected = self.flatten().ok().map(|flat| flat.field.dim());
                let system = self.system.name.clone();
                InstanceError::Dimension { system, expected, given: dimension }
            })?,
        };
        for (name, value) in given.iter().filter(|(name, _)| structural.contains(&name.as_str())) {
            let size = value
                .as_i64()
                .or_else(|| value.as_f64().filter(|x| x.fract() == 0.0).map(|x| x as i64));
            sizes.insert(
                name.clone(),
                size.ok_or_else(|| self.wrong_value(name, "an integer", value))?,
            );
        }
        Ok(sizes)
    }

    pub(crate) fn check_dimension(
        &self,
        found: usize,
        wanted: Option<usize>,
    ) -> Result<(), InstanceError> {
        match wanted {
            Some(given) if given != found => {
                let (system, expected) = (self.system.name.clone(), Some(found));
                Err(InstanceError::Dimension { system, expected, given })
            }
            _ => Ok(()),
        }
    }

    /// The values given for parameters, by flat place.
    pub(crate) fn overrides(
        &self,
        shapes: &[ParameterShape],
        count: usize,
        given: &BTreeMap<String, Value>,
    ) -> Result<Vec<Option<f64>>, InstanceError> {
        let structural = self.structural();
        let mut overrides = vec![None; count];
        for (name, value) in given.iter().filter(|(name, _)| !structural.contains(&name.as_str())) {
            self.set(shapes, name, value, &mut overrides)?;
        }
        Ok(overrides)
    }

    /// Names of the parameters that set sizes.
    fn structural(&self) -> Vec<&str> {
        let all = self.system.parameters.iter();
        all.filter(|parameter| parameter.structural)
            .map(|parameter| parameter.name.as_str())
            .collect()
    }

    fn set(
        &self,
        shapes: &[ParameterShape],
        name: &str,
        value: &Value,
        overrides: &mut [Option<f64>],
    ) -> Result<(), InstanceError> {
        // An element of a vector or matrix by its own name, `k[0,1]`.
        if let Some(place) = element(shapes, name) {
            let number =
                value.as_f64().ok_or_else(|| self.wrong_value(name, "one number", value))?;
            overrides[place] = Some(number);
            return Ok(());
        }
        let Some(shape) = shapes.iter().find(|shape| shape.name == name) else {
            let names = shapes.iter().map(|shape| shape.name.as_str()).chain(self.structural());
            let suggestion = nearest(name, names).map(str::to_string);
            return Err(InstanceError::Unknown {
                system: self.system.name.clone(),
                name: name.into(),
                suggestion,
            });
        };
        let mut numbers = Vec::new();
        let count: usize = shape.shape.iter().product();
        if !collect(value, &shape.shape, &mut numbers) || numbers.len() != count {
            let sizes: Vec<String> = shape.shape.iter().map(ToString::to_string).collect();
            let wanted = format!("an array of {} numbers", sizes.join(" × "));
            return Err(self.wrong_value(name, &wanted, value));
        }
        for (place, number) in numbers.into_iter().enumerate() {
            overrides[shape.first + place] = Some(number);
        }
        Ok(())
    }

    fn wrong_value(&self, name: &str, wanted: &str, value: &Value) -> InstanceError {
        let mut given = value.to_string();
        if given.chars().count() > 60 {
            given = given.chars().take(57).chain("...".chars()).collect();
        }
        InstanceError::Value {
            system: self.system.name.clone(),
            name: name.into(),
            wanted: wanted.into(),
            given,
        }
    }
}

/// The flat place of a scalar by its name: `rho`, `k[0,1]`.
fn element(shapes: &[ParameterShape], name: &str) -> Option<usize> {
    let (base, subscripts) = match name.split_once('[') {
        None => (name, vec![]),
        Some((base, rest)) => {
            let numbers = rest.strip_suffix(']')?.split(',').map(|number| number.parse().ok());
            (base, numbers.collect::<Option<Vec<usize>>>()?)
        }
    };
    let shape = shapes.iter().find(|shape| shape.name == base)?;
    let fits = subscripts.len() == shape.shape.len()
        && subscripts.iter().zip(&shape.shape).all(|(subscript, size)| subscript < size);
    let offset =
        subscripts.iter().zip(&shape.shape).fold(0, |offset, (at, size)| offset * size + at);
    fits.then_some(shape.first + offset)
}

/// Gathers the numbers of a nested array of this shape; false if it has another.
fn collect(value: &Value, shape: &[usize], numbers: &mut Vec<f64>) -> bool {
    match (shape.split_first(), value) {
        (None, Value::Number(number)) => {
            numbers.push(number.as_f64().unwrap_or(f64::NAN));
            true
        }
        (Some((&len, rest)), Value::Array(items)) => {
            items.len() == len && items.iter().all(|item| collect(item, rest, numbers))
        }
        _ => false,
    }
}
