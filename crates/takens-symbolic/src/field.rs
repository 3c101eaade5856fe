//! A whole system, flat: what the language lowers to and engines, judge and exports start from.

use crate::{Bindings, ExprId, Graph, Rational, evaluate};

/// How the state moves.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum FieldKind {
    /// The components are time derivatives.
    #[default]
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

/// A component at an earlier time, `x(t - tau)`: [`crate::Symbol::Delayed`].
#[derive(Debug, Clone, PartialEq)]
pub struct Delay {
    /// The term as it is written: `x(t - tau)`, `x[3](t - 2*tau)`.
    pub name: String,
    /// The component that is looked up.
    pub state: u32,
    /// How long ago, in units of time: an expression in parameters, where the delay is constant, else
    /// in time and state too.
    pub lag: ExprId,
}

/// The noise of a stochastic system, in the sense of Itô: `dx_i = rhs_i dt + Σ_k terms[i][k] dW_k`.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Noise {
    /// Names of the independent Wiener processes; `w[3]` for an element.
    pub names: Vec<String>,
    /// For each component the processes that it sees, with the coefficient of each, in order. One
    /// list for each component, or none at all where there is no noise.
    pub terms: Vec<Vec<(u32, ExprId)>>,
}

/// A discrete state, which only events change: [`crate::Symbol::Mode`].
#[derive(Debug, Clone, PartialEq)]
pub struct Mode {
    /// Its name.
    pub name: String,
    /// Its value at the start, in parameters.
    pub initial: ExprId,
}

/// Which crossing of zero counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Direction {
    /// From below to above.
    Rising,
    /// From above to below.
    Falling,
    /// Both.
    Any,
}

/// What an event assigns to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Target {
    /// Component `i` of the state.
    State(u32),
    /// Discrete state `i`.
    Mode(u32),
}

/// A jump: where `when` crosses zero, all assignments read the old values and are then made at once.
#[derive(Debug, Clone, PartialEq)]
pub struct Event {
    /// Its name.
    pub name: String,
    /// What crosses zero.
    pub when: ExprId,
    /// Which crossing counts.
    pub direction: Direction,
    /// New values.
    pub assignments: Vec<(Target, ExprId)>,
}

/// The energy from which the equations were derived: `q' = ∂H/∂p`, `p' = -∂H/∂q`.
#[derive(Debug, Clone, PartialEq)]
pub struct Hamiltonian {
    /// The energy.
    pub energy: ExprId,
    /// Places of position and momentum of each pair.
    pub pairs: Vec<(u32, u32)>,
}

/// A vector field or a map, every index expanded: `rhs[i]` moves `states[i]`.
#[derive(Debug, Clone, Default)]
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
    /// Delayed values that `rhs` uses: in order of components, then of first appearance.
    pub delays: Vec<Delay>,
    /// With delays: each component before the start, in time (`t <= 0`) and parameters.
    pub history: Vec<ExprId>,
    /// Noise; `rhs` is the drift then.
    pub noise: Noise,
    /// Discrete states.
    pub modes: Vec<Mode>,
    /// Jumps, in the order in which events at one instant run.
    pub events: Vec<Event>,
    /// The energy, where the equations were derived from one.
    pub hamiltonian: Option<Hamiltonian>,
    /// Quantities that motion leaves as they are, with names.
    pub invariants: Vec<(String, ExprId)>,
}

impl VectorField {
    /// The number of state components.
    #[must_use]
    pub fn dim(&self) -> usize {
        self.states.len()
    }

    /// Whether the state alone does not say how the motion goes on: there are delays, noise or events.
    #[must_use]
    pub fn has_memory(&self) -> bool {
        !(self.delays.is_empty() && self.noise.names.is_empty() && self.events.is_empty())
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
                let bindings =
                    Bindings { time: 0.0, state: &[], parameters: &values, ..Bindings::default() };
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
        evaluate(
            &self.graph,
            &self.initial,
            &Bindings { time: 0.0, state: &[], parameters, ..Bindings::default() },
        )
    }

    /// The place of a scalar parameter by name.
    #[must_use]
    pub fn parameter_index(&self, name: &str) -> Option<usize> {
        self.parameters.iter().position(|parameter| parameter.name == name)
    }
}
