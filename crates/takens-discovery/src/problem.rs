//! One graph for both sides: the truth with its parameter values, and the candidate.

use crate::JudgeError;
use takens_symbolic::{ExprId, Graph, Rational, Symbol, VectorField};

/// Truth and candidate over the same state and time, parameters replaced by their exact values.
#[derive(Debug, Clone)]
pub(crate) struct Problem {
    pub(crate) graph: Graph,
    pub(crate) truth: Vec<ExprId>,
    pub(crate) candidate: Vec<ExprId>,
    pub(crate) states: Vec<String>,
}

impl Problem {
    /// `candidate` has its own graph, whose symbols are those of `truth`.
    pub(crate) fn new(
        truth: &VectorField,
        parameters: &[Option<Rational>],
        candidate: (&Graph, &[ExprId]),
    ) -> Result<Self, JudgeError> {
        for (has, what) in
            [(!truth.delays.is_empty(), "delays"), (!truth.modes.is_empty(), "modes")]
        {
            if has {
                return Err(JudgeError::Memory { what });
            }
        }
        if candidate.1.len() != truth.dim() {
            return Err(JudgeError::Count { want: truth.dim(), got: candidate.1.len() });
        }
        if !parameters.is_empty() && parameters.len() != truth.parameters.len() {
            return Err(JudgeError::Parameters {
                want: truth.parameters.len(),
                got: parameters.len(),
            });
        }
        let mut graph = Graph::new();
        let values = parameter_values(&mut graph, truth, parameters);
        let replace = |graph: &mut Graph, symbol: Symbol| match symbol {
            Symbol::Parameter(i) => values[i as usize],
            other => graph.symbol(other),
        };
        let rhs = graph.import(&truth.graph, &truth.rhs, replace);
        let candidate = graph.import(candidate.0, candidate.1, replace);
        let states = truth.states.clone();
        Ok(Self { graph, truth: rhs, candidate, states })
    }

    pub(crate) fn dim(&self) -> usize {
        self.states.len()
    }

    /// The name of a symbol; parameters have been replaced.
    pub(crate) fn name(&self, symbol: Symbol) -> String {
        match symbol {
            Symbol::State(i) => self.states[i as usize].clone(),
            Symbol::Time => "t".into(),
            Symbol::Delayed(i) => format!("delayed{i}"),
            Symbol::Mode(i) => format!("mode{i}"),
            Symbol::Parameter(i) => format!("parameter{i}"),
            Symbol::Unknown(i) => format!("unknown{i}"),
        }
    }
}

/// The exact value of each parameter: the one given, else its default, in the values before it.
fn parameter_values(
    graph: &mut Graph,
    truth: &VectorField,
    given: &[Option<Rational>],
) -> Vec<ExprId> {
    let mut values: Vec<ExprId> = Vec::with_capacity(truth.parameters.len());
    for (place, parameter) in truth.parameters.iter().enumerate() {
        let literal = truth.graph.as_number(parameter.default);
        let value = match given.get(place).and_then(Option::as_ref).or(literal) {
            Some(number) => graph.number(number.clone()),
            None => {
                let roots = [parameter.default];
                let copies = graph.import(&truth.graph, &roots, |graph, symbol| match symbol {
                    Symbol::Parameter(i) => values[i as usize],
                    other => graph.symbol(other),
                });
                copies[0]
            }
        };
        values.push(value);
    }
    values
}
