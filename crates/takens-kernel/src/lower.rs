//! From expressions to programs.
//!
//! The writer's order of operations is kept. An exact number becomes the nearest f64; a power with a
//! small integer exponent becomes multiplications, the power 1/2 a square root.

use crate::exact;
use crate::ir::{Builder, Condition, Op, Program, SharedProgram, Value};
use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;
use takens_symbolic::{
    Compare, ExprId, Function, Graph, Node, Symbol, VectorField, small_integer, to_f64,
};

/// The right-hand side of `field` as a program.
///
/// Inputs: time, the components of the state, the scalar parameters in flat order, the delayed values,
/// the discrete states. Outputs: the right-hand side of each component.
#[must_use]
pub fn lower(field: &VectorField) -> Program {
    lower_with(&field.graph, &field.rhs, field)
}

/// As [`lower`], for numbers finer than f64: the constants of the equations are not rounded, but
/// written as quotients, and pi as an inverse cosine.
#[must_use]
pub fn lower_exact(field: &VectorField) -> Program {
    Scope { graph: &field.graph, layout: layout(field), exact: true }.lower(&field.rhs)
}

/// Expressions of `graph`, whose symbols are those of `field`, as a program with the inputs of [`lower`].
///
/// # Panics
/// If an expression refers to a component, parameter, delayed value or mode that `field` lacks.
#[must_use]
pub fn lower_with(graph: &Graph, exprs: &[ExprId], field: &VectorField) -> Program {
    Scope { graph, layout: layout(field), exact: false }.lower(exprs)
}

fn layout(field: &VectorField) -> Layout<'static> {
    Layout::Field {
        states: field.dim(),
        parameters: field.parameters.len(),
        delayed: field.delays.len(),
        modes: field.modes.len(),
    }
}

/// Expressions as a program with the inputs of [`lower`] for `states` components and `parameters`
/// parameters, without delays or modes; a condition comes out as 1 where it holds and 0 where it does not.
///
/// # Panics
/// If an expression refers to a component or parameter beyond these numbers.
#[must_use]
pub fn lower_exprs(graph: &Graph, exprs: &[ExprId], states: usize, parameters: usize) -> Program {
    let layout = Layout::Field { states, parameters, delayed: 0, modes: 0 };
    Scope { graph, layout, exact: false }.lower(exprs)
}

/// What the inputs of a program mean.
enum Layout<'a> {
    /// Time, state, parameters, delayed values, modes.
    Field { states: usize, parameters: usize, delayed: usize, modes: usize },
    /// The unknown of a root, then the values of these expressions.
    Root { unknown: u32, arguments: &'a [ExprId] },
}

/// One program in the making.
struct Scope<'a> {
    graph: &'a Graph,
    layout: Layout<'a>,
    /// Whether the program is for numbers finer than f64.
    exact: bool,
}

/// Where an expression has been computed.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Place {
    Number(Value),
    Truth(Condition),
}

impl Scope<'_> {
    fn lower(&self, exprs: &[ExprId]) -> Program {
        let inputs = match self.layout {
            Layout::Field { states, parameters, delayed, modes } => {
                1 + states + parameters + delayed + modes
            }
            Layout::Root { arguments, .. } => 1 + arguments.len(),
        };
        let mut roots: HashMap<ExprId, Vec<ExprId>> = HashMap::new();
        let needed = self.needed(exprs, &mut roots);
        let builder = if self.exact { Builder::exact(inputs) } else { Builder::new(inputs) };
        let mut code = Code { builder, places: HashMap::new() };
        // Parts are older than the whole, so that the order of ids is an order of evaluation.
        for id in needed {
            let place = match self.input(id) {
                Some(index) => Place::Number(code.builder.input(index)),
                None => self.node(id, &mut code, &roots),
            };
            code.places.insert(id, place);
        }
        let outputs = exprs.iter().map(|&id| code.number(id)).collect();
        code.builder.finish(outputs)
    }

    /// What has to be computed for `exprs`; `roots` is told the arguments of each root among it.
    fn needed(
        &self,
        exprs: &[ExprId],
        roots: &mut HashMap<ExprId, Vec<ExprId>>,
    ) -> BTreeSet<ExprId> {
        let mut needed = BTreeSet::new();
        let mut open = exprs.to_vec();
        while let Some(id) = open.pop() {
            if !needed.insert(id) || self.input(id).is_some() {
                continue;
            }
            match self.graph.node(id) {
                Node::Root { unknown, equation, start } => {
                    let arguments = arguments(self.graph, *equation, *unknown);
                    open.push(*start);
                    open.extend(&arguments);
                    roots.insert(id, arguments);
                }
                node => open.extend(node.children()),
            }
        }
        needed
    }

    /// The input that holds an expression, if one does.
    fn input(&self, id: ExprId) -> Option<usize> {
        let symbol = match self.graph.node(id) {
            Node::Symbol(symbol) => Some(*symbol),
            _ => None,
        };
        match self.layout {
            Layout::Field { states, parameters, delayed, .. } => match symbol? {
                Symbol::Time => Some(0),
                Symbol::State(index) => Some(1 + index as usize),
                Symbol::Parameter(index) => Some(1 + states + index as usize),
                Symbol::Delayed(index) => Some(1 + states + parameters + index as usize),
                Symbol::Mode(index) => Some(1 + states + parameters + delayed + index as usize),
                Symbol::Unknown(_) => None,
            },
            Layout::Root { unknown, .. } if symbol == Some(Symbol::Unknown(unknown)) => Some(0),
            Layout::Root { arguments, .. } => arguments.binary_search(&id).ok().map(|at| 1 + at),
        }
    }

    fn node(&self, id: ExprId, code: &mut Code, roots: &HashMap<ExprId, Vec<ExprId>>) -> Place {
        let node = self.graph.node(id);
        if let Node::Root { unknown, equation, start } = node {
            let arguments = &roots[&id];
            let layout = Layout::Root { unknown: *unknown, arguments };
            let inner = Scope { graph: self.graph, layout, exact: self.exact }.lower(&[*equation]);
            let op = Op::Root {
                equation: SharedProgram(Arc::new(inner)),
                start: code.number(*start),
                arguments: arguments.iter().map(|&argument| code.number(argument)).collect(),
            };
            return Place::Number(code.builder.value(op));
        }
        code.plain(node, |exponent| self.graph.as_number(exponent).and_then(small_integer))
    }
}

/// Operations of expressions, and where each expression has been computed.
pub(crate) struct Code {
    pub(crate) builder: Builder,
    pub(crate) places: HashMap<ExprId, Place>,
}

impl Code {
    /// The operation of a node that is neither a symbol nor a root; `small` gives an exponent for which
    /// repeated multiplication is used.
    pub(crate) fn plain(&mut self, node: &Node, small: impl Fn(ExprId) -> Option<i32>) -> Place {
        let op = match node {
            Node::Number(value) if self.builder.is_exact() => {
                return Place::Number(exact::number(&mut self.builder, value));
            }
            Node::Pi if self.builder.is_exact() => {
                Op::Call(Function::Acos, self.builder.constant(-1.0))
            }
            Node::Number(value) => Op::Constant(to_f64(value).to_bits()),
            Node::Pi => Op::Constant(std::f64::consts::PI.to_bits()),
            // An unknown that no root binds.
            Node::Symbol(_) | Node::Root { .. } => Op::Constant(f64::NAN.to_bits()),
            Node::Neg(a) => Op::Neg(self.number(*a)),
            Node::Add(a, b) => Op::Add(self.number(*a), self.number(*b)),
            Node::Sub(a, b) => Op::Sub(self.number(*a), self.number(*b)),
            Node::Mul(a, b) => Op::Mul(self.number(*a), self.number(*b)),
            Node::Div(a, b) => Op::Div(self.number(*a), self.number(*b)),
            Node::Pow(a, b) => match small(*b) {
                Some(exponent) => Op::Powi(self.number(*a), exponent),
                None => Op::Pow(self.number(*a), self.number(*b)),
            },
            Node::Call(function, arguments) => match **arguments {
                [a] => Op::Call(*function, self.number(a)),
                [a, b] => Op::Call2(*function, self.number(a), self.number(b)),
                _ => unreachable!("functions have one or two arguments"),
            },
            Node::Compare(compare, a, b) => Op::Compare(*compare, self.number(*a), self.number(*b)),
            Node::And(a, b) => Op::And(self.truth(*a), self.truth(*b)),
            Node::Or(a, b) => Op::Or(self.truth(*a), self.truth(*b)),
            Node::Not(a) => Op::Not(self.truth(*a)),
            Node::If { condition, yes, no } => {
                Op::Select(self.truth(*condition), self.number(*yes), self.number(*no))
            }
        };
        if op.is_condition() {
            Place::Truth(self.builder.condition(op))
        } else {
            Place::Number(self.builder.value(op))
        }
    }

    pub(crate) fn number(&mut self, id: ExprId) -> Value {
        match self.places[&id] {
            Place::Number(value) => value,
            Place::Truth(condition) => {
                let (one, zero) = (self.builder.constant(1.0), self.builder.constant(0.0));
                self.builder.select(condition, one, zero)
            }
        }
    }

    pub(crate) fn truth(&mut self, id: ExprId) -> Condition {
        match self.places[&id] {
            Place::Truth(condition) => condition,
            Place::Number(value) => {
                let zero = self.builder.constant(0.0);
                self.builder.compare(Compare::NotEqual, value, zero)
            }
        }
    }
}

/// The greatest numeric parts of `equation` that do not contain the unknown, in order of their ids:
/// they are computed once, outside the search.
fn arguments(graph: &Graph, equation: ExprId, unknown: u32) -> Vec<ExprId> {
    let mut reached = BTreeSet::new();
    let mut open = vec![equation];
    while let Some(id) = open.pop() {
        if reached.insert(id) {
            open.extend(graph.node(id).children());
        }
    }
    let mut varying: BTreeSet<ExprId> = BTreeSet::new();
    for &id in &reached {
        let node = graph.node(id);
        if *node == Node::Symbol(Symbol::Unknown(unknown))
            || node.children().iter().any(|child| varying.contains(child))
        {
            varying.insert(id);
        }
    }
    let mut arguments = BTreeSet::new();
    let mut seen = BTreeSet::new();
    let mut open = vec![equation];
    while let Some(id) = open.pop() {
        if !seen.insert(id) {
            continue;
        }
        let node = graph.node(id);
        let condition =
            matches!(node, Node::Compare(..) | Node::And(..) | Node::Or(..) | Node::Not(_));
        if let Node::Root { unknown, equation, start } = node
            && varying.contains(&id)
        {
            // What contains the inner unknown cannot leave the inner equation.
            open.push(*start);
            open.extend(self::arguments(graph, *equation, *unknown));
        } else if varying.contains(&id) || condition {
            open.extend(node.children());
        } else if !matches!(node, Node::Number(_) | Node::Pi) {
            arguments.insert(id);
        }
    }
    arguments.into_iter().collect()
}
