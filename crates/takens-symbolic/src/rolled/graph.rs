//! Expressions in which elements have computed places and reductions are loops.

use super::integers::{IntId, Integers};
use crate::{Compare, ExprId, Function, Node, Rational, Symbol};
use std::collections::HashMap;

/// What an element is an element of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Store {
    /// The state.
    State,
    /// The parameters.
    Parameter,
    /// What is computed before the right-hand side: the [`super::Auxiliary`] of this place in its list.
    Auxiliary(u32),
}

/// What a reduction does with its terms, from the first to the last.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Reduction {
    /// `a + b`
    Sum,
    /// `a * b`
    Product,
    /// The least.
    Min,
    /// The greatest.
    Max,
}

impl Reduction {
    /// The number from which a fold may begin: with any first term it gives that term, bit for bit.
    #[must_use]
    pub fn start(self) -> f64 {
        match self {
            Self::Sum => -0.0,
            Self::Product => 1.0,
            Self::Min => f64::INFINITY,
            Self::Max => f64::NEG_INFINITY,
        }
    }
}

/// A part of a reduction: its terms, in order.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Part {
    /// One term.
    Term(ExprId),
    /// The parts within, for each value of an index.
    Loop {
        /// The number of the index.
        index: u32,
        /// Its first value.
        low: IntId,
        /// The end, which is not among its values.
        high: IntId,
        /// What is repeated.
        parts: Box<[Part]>,
    },
}

/// One node of a [`RolledGraph`]; its parts are nodes of the same graph.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum RolledNode {
    /// As in a flat graph; of symbols only the time occurs.
    Plain(Node),
    /// An element, by its flat place among all of the state, all parameters or all auxiliaries.
    Element(Store, IntId),
    /// The exact quotient of two whole numbers, the second positive.
    Ratio(IntId, IntId),
    /// A comparison of whole numbers, a condition.
    Holds(Compare, IntId, IntId),
    /// A fold over terms, of which there is at least one; one number runs through all parts.
    Reduce(Reduction, Box<[Part]>),
}

/// A hash-consed arena of rolled expressions.
#[derive(Debug, Clone, Default)]
pub struct RolledGraph {
    /// The whole numbers in places, bounds and conditions.
    pub integers: Integers,
    nodes: Vec<RolledNode>,
    /// For each node the running indices that it depends on, but for those that it binds.
    free: Vec<u64>,
    /// For each node whether a comparison of whole numbers is part of it.
    compares: Vec<bool>,
    ids: HashMap<RolledNode, ExprId>,
}

impl RolledGraph {
    /// What an expression is made of.
    #[must_use]
    pub fn node(&self, id: ExprId) -> &RolledNode {
        &self.nodes[id.index()]
    }

    /// The number of different expressions.
    #[must_use]
    pub fn len(&self) -> usize {
        self.nodes.len()
    }

    /// Whether there is no expression yet.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.nodes.is_empty()
    }

    /// The running indices on which an expression depends: bit `i` for index `i`.
    #[must_use]
    pub fn free(&self, id: ExprId) -> u64 {
        self.free[id.index()]
    }

    /// Whether a comparison of whole numbers is part of the expression.
    #[must_use]
    pub fn compares(&self, id: ExprId) -> bool {
        self.compares[id.index()]
    }

    /// The id of a node, which is added if it is new.
    pub fn add(&mut self, node: RolledNode) -> ExprId {
        if let Some(&id) = self.ids.get(&node) {
            return id;
        }
        let free = self.free_of(&node);
        let compares = matches!(node, RolledNode::Holds(..))
            || plain_children(&node).iter().any(|&child| self.compares(child));
        let id = ExprId::at(self.nodes.len());
        self.nodes.push(node.clone());
        self.free.push(free);
        self.compares.push(compares);
        self.ids.insert(node, id);
        id
    }

    /// A node as in a flat graph.
    pub fn plain(&mut self, node: Node) -> ExprId {
        self.add(RolledNode::Plain(node))
    }

    /// An exact number.
    pub fn number(&mut self, value: Rational) -> ExprId {
        self.plain(Node::Number(value))
    }

    /// The time.
    pub fn time(&mut self) -> ExprId {
        self.plain(Node::Symbol(Symbol::Time))
    }

    /// A function of its arguments.
    ///
    /// # Panics
    /// If the number of arguments is not the function's.
    pub fn call(&mut self, function: Function, arguments: &[ExprId]) -> ExprId {
        assert_eq!(arguments.len(), function.arity(), "arguments of {}", function.name());
        self.plain(Node::Call(function, arguments.into()))
    }

    /// The exact number that an expression is, if it is a literal one.
    #[must_use]
    pub fn as_number(&self, id: ExprId) -> Option<&Rational> {
        match self.node(id) {
            RolledNode::Plain(Node::Number(value)) => Some(value),
            _ => None,
        }
    }

    /// The expression and all that it is made of, the parts before the whole. What lies within a
    /// reduction is not listed: it is computed anew for each value of its indices.
    #[must_use]
    pub fn in_order(&self, root: ExprId) -> Vec<ExprId> {
        let (mut open, mut seen) = (vec![root], std::collections::BTreeSet::new());
        while let Some(id) = open.pop() {
            if seen.insert(id) {
                open.extend(plain_children(self.node(id)));
            }
        }
        seen.into_iter().collect()
    }

    fn free_of(&self, node: &RolledNode) -> u64 {
        match node {
            RolledNode::Plain(node) => {
                node.children().iter().fold(0, |all, child| all | self.free(*child))
            }
            RolledNode::Element(_, place) => self.integers.indices(*place),
            RolledNode::Ratio(a, b) | RolledNode::Holds(_, a, b) => {
                self.integers.indices(*a) | self.integers.indices(*b)
            }
            RolledNode::Reduce(_, parts) => self.free_of_parts(parts),
        }
    }

    fn free_of_parts(&self, parts: &[Part]) -> u64 {
        parts.iter().fold(0, |all, part| {
            all | match part {
                Part::Term(id) => self.free(*id),
                Part::Loop { index, low, high, parts } => {
                    (self.free_of_parts(parts) & !(1 << index))
                        | self.integers.indices(*low)
                        | self.integers.indices(*high)
                }
            }
        })
    }
}

/// The parts of a node that are computed whenever it is.
fn plain_children(node: &RolledNode) -> Vec<ExprId> {
    match node {
        RolledNode::Plain(node) => node.children(),
        _ => vec![],
    }
}
