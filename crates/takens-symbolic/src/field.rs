//! A whole system, flat: what the language lowers to and engines, judge and exports start from.

use crate::{Bindings, ExprId, Graph, Rational, evaluate};

/// How the state moves.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FieldKind {
    /// The components are time derivatives.
    Flow,
    /// The components are the image of the state.
    Map,
}

/// One scalar parameter.
#[derive(Debug, Clone, PartialEq)]
pub struct Parameter {
    /// Its name; `k[0,1]` for an element of a matrix.
    pub name: String,
    /// Its value unless it is overridden: an expression in parameters before it.
    pub default: ExprId,
    /// The range over which ensembles and checks let it run, ends as written.
    pub range: Option<Range>,
}

/// An interval of a parameter.
#[derive(Debug, Clone, PartialEq)]
pub struct Range {
    /// Lower end.
    pub low: Rational,
    /// Whether the lower end belongs to it.
    pub low_closed: bool,
    /// Upper end.
    pub high: Rational,
    /// Whether the upper end belongs to it.
    pub high_closed: bool,
}

/// A vector field or a map, every index expanded: `rhs[i]` moves `states[i]`.
#[derive(Debug, Clone)]
pub struct VectorField {
    /// Flow or map.
    pub kind: FieldKind,
    /// Owner of all expressions below.
    pub graph: Graph,
    /// Names of the state components in flat order; `x[3]` for an element of a vector.
    pub states: Vec<String>,
    /// Scalar parameters in flat order.
    pub parameters: Vec<Parameter>,
    /// Time derivative or image of each component.
    pub rhs: Vec<ExprId>,
    /// Initial value of each component, in parameters.
    pub initial: Vec<ExprId>,
    /// What is observed, with names, when it is not the state itself.
    pub outputs: Vec<(String, ExprId)>,
}

impl VectorField {
    /// The number of state components.
    #[must_use]
    pub fn dim(&self) -> usize {
        self.states.len()
    }

    /// Values of all parameters, defaults computed anew from `overrides` (`None`: not overridden).
    ///
    /// # Panics
    /// If there are not as many overrides as parameters.
    #[must_use]
    pub fn parameter_values(&self, overrides: &[Option<f64>]) -> Vec<f64> {
        assert_eq!(overrides.len(), self.parameters.len());
        let mut values: Vec<f64> = Vec::with_capacity(overrides.len());
        for (parameter, given) in self.parameters.iter().zip(overrides) {
            let value = given.unwrap_or_else(|| {
                let bindings = Bindings { time: 0.0, state: &[], parameters: &values };
                evaluate(&self.graph, &[parameter.default], &bindings)[0]
            });
            values.push(value);
        }
        values
    }

    /// Values of all parameters, none overridden.
    #[must_use]
    pub fn default_parameters(&self) -> Vec<f64> {
        self.parameter_values(&vec![None; self.parameters.len()])
    }

    /// Initial state for given parameters.
    #[must_use]
    pub fn initial_state(&self, parameters: &[f64]) -> Vec<f64> {
        evaluate(&self.graph, &self.initial, &Bindings { time: 0.0, state: &[], parameters })
    }

    /// The place of a scalar parameter by name.
    #[must_use]
    pub fn parameter_index(&self, name: &str) -> Option<usize> {
        self.parameters.iter().position(|parameter| parameter.name == name)
    }
}
