//! The arena: every expression once.

use crate::{Compare, Function, Node, Rational, Symbol};
use num_traits::{One, Zero};
use std::collections::{BTreeSet, HashMap, HashSet};

/// An expression of a [`Graph`]. Equal expressions of one graph have equal ids.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ExprId(u32);

/// A hash-consed arena of expressions.
///
/// Building does no algebra beyond sharing: `a + b` and `b + a` are two nodes, as written. Parts are
/// always older than the whole, so that the order of ids is an order of evaluation.
#[derive(Debug, Clone, Default)]
pub struct Graph {
    nodes: Vec<Node>,
    ids: HashMap<Node, ExprId>,
    unknowns: u32,
}

impl ExprId {
    /// The place of the expression in its graph.
    #[must_use]
    pub fn index(self) -> usize {
        self.0 as usize
    }

    /// The id at a place.
    pub(crate) fn at(place: usize) -> Self {
        Self(u32::try_from(place).expect("the language bounds a system far below 2^32 nodes"))
    }
}

impl Graph {
    /// An empty graph.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
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

    /// All different expressions, parts before the whole.
    pub fn nodes(&self) -> impl ExactSizeIterator<Item = &Node> {
        self.nodes.iter()
    }

    /// What an expression is made of.
    #[must_use]
    pub fn node(&self, id: ExprId) -> &Node {
        &self.nodes[id.index()]
    }

    /// The id of a node, which is added if it is new.
    ///
    /// # Panics
    /// If a part of the node is not in this graph.
    pub fn add_node(&mut self, node: Node) -> ExprId {
        if let Some(&id) = self.ids.get(&node) {
            return id;
        }
        let fits = node.children().iter().all(|child| child.index() < self.nodes.len());
        assert!(fits, "a part of {node:?} is from another graph");
        let id = ExprId::at(self.nodes.len());
        self.nodes.push(node.clone());
        self.ids.insert(node, id);
        id
    }

    /// An exact number.
    pub fn number(&mut self, value: Rational) -> ExprId {
        self.add_node(Node::Number(value))
    }

    /// An integer.
    pub fn integer(&mut self, value: i64) -> ExprId {
        self.number(Rational::from_integer(value.into()))
    }

    /// Zero.
    pub fn zero(&mut self) -> ExprId {
        self.number(Rational::zero())
    }

    /// One.
    pub fn one(&mut self) -> ExprId {
        self.number(Rational::one())
    }

    /// The circle's ratio.
    pub fn pi(&mut self) -> ExprId {
        self.add_node(Node::Pi)
    }

    /// A reference.
    pub fn symbol(&mut self, symbol: Symbol) -> ExprId {
        self.add_node(Node::Symbol(symbol))
    }

    /// A new unknown for a [`Node::Root`], with its number.
    pub fn unknown(&mut self) -> (u32, ExprId) {
        let number = self.unknowns;
        self.unknowns += 1;
        (number, self.symbol(Symbol::Unknown(number)))
    }

    /// `-a`
    pub fn neg(&mut self, a: ExprId) -> ExprId {
        self.add_node(Node::Neg(a))
    }

    /// `a + b`
    pub fn add(&mut self, a: ExprId, b: ExprId) -> ExprId {
        self.add_node(Node::Add(a, b))
    }

    /// `a - b`
    pub fn sub(&mut self, a: ExprId, b: ExprId) -> ExprId {
        self.add_node(Node::Sub(a, b))
    }

    /// `a * b`
    pub fn mul(&mut self, a: ExprId, b: ExprId) -> ExprId {
        self.add_node(Node::Mul(a, b))
    }

    /// `a / b`
    pub fn div(&mut self, a: ExprId, b: ExprId) -> ExprId {
        self.add_node(Node::Div(a, b))
    }

    /// `a ^ b`
    pub fn pow(&mut self, a: ExprId, b: ExprId) -> ExprId {
        self.add_node(Node::Pow(a, b))
    }

    /// A function of its arguments.
    ///
    /// # Panics
    /// If the number of arguments is not the function's.
    pub fn call(&mut self, function: Function, arguments: &[ExprId]) -> ExprId {
        assert_eq!(arguments.len(), function.arity(), "arguments of {}", function.name());
        self.add_node(Node::Call(function, arguments.into()))
    }

    /// A comparison.
    pub fn compare(&mut self, compare: Compare, a: ExprId, b: ExprId) -> ExprId {
        self.add_node(Node::Compare(compare, a, b))
    }

    /// `if condition then yes else no`
    pub fn select(&mut self, condition: ExprId, yes: ExprId, no: ExprId) -> ExprId {
        self.add_node(Node::If { condition, yes, no })
    }

    /// The exact number that an expression is, if it is a literal one.
    #[must_use]
    pub fn as_number(&self, id: ExprId) -> Option<&Rational> {
        match self.node(id) {
            Node::Number(value) => Some(value),
            _ => None,
        }
    }

    /// All symbols on which `roots` are built.
    #[must_use]
    pub fn symbols(&self, roots: &[ExprId]) -> BTreeSet<Symbol> {
        let (mut seen, mut symbols) = (HashSet::new(), BTreeSet::new());
        let mut open = roots.to_vec();
        while let Some(id) = open.pop() {
            if seen.insert(id) {
                match self.node(id) {
                    Node::Symbol(symbol) => drop(symbols.insert(*symbol)),
                    node => open.extend(node.children()),
                }
            }
        }
        symbols
    }

    /// Copies expressions of `other` into this graph, symbols replaced by `symbol`, in order.
    ///
    /// Unknowns are numbered anew, so that roots of two graphs do not meet.
    pub fn import(
        &mut self,
        other: &Self,
        roots: &[ExprId],
        mut symbol: impl FnMut(&mut Self, Symbol) -> ExprId,
    ) -> Vec<ExprId> {
        let mut wanted = vec![false; other.len()];
        let mut open: Vec<ExprId> = roots.to_vec();
        while let Some(id) = open.pop() {
            if !std::mem::replace(&mut wanted[id.index()], true) {
                open.extend(other.node(id).children());
            }
        }
        let mut unknowns: HashMap<u32, (u32, ExprId)> = HashMap::new();
        let mut copies: Vec<Option<ExprId>> = vec![None; other.len()];
        for (index, node) in other.nodes.iter().enumerate().filter(|(index, _)| wanted[*index]) {
            let part = |id: &ExprId| copies[id.index()].expect("parts are older than the whole");
            let copy = match node {
                Node::Symbol(Symbol::Unknown(number)) => {
                    unknowns.entry(*number).or_insert_with(|| self.unknown()).1
                }
                Node::Symbol(reference) => symbol(self, *reference),
                Node::Root { unknown, equation, start } => {
                    let (equation, start) = (part(equation), part(start));
                    let number = unknowns.entry(*unknown).or_insert_with(|| self.unknown()).0;
                    self.add_node(Node::Root { unknown: number, equation, start })
                }
                Node::Number(_) | Node::Pi => self.add_node(node.clone()),
                Node::Neg(a) => self.add_node(Node::Neg(part(a))),
                Node::Not(a) => self.add_node(Node::Not(part(a))),
                Node::Add(a, b) => self.add_node(Node::Add(part(a), part(b))),
                Node::Sub(a, b) => self.add_node(Node::Sub(part(a), part(b))),
                Node::Mul(a, b) => self.add_node(Node::Mul(part(a), part(b))),
                Node::Div(a, b) => self.add_node(Node::Div(part(a), part(b))),
                Node::Pow(a, b) => self.add_node(Node::Pow(part(a), part(b))),
                Node::Compare(compare, a, b) => {
                    self.add_node(Node::Compare(*compare, part(a), part(b)))
                }
                Node::And(a, b) => self.add_node(Node::And(part(a), part(b))),
                Node::Or(a, b) => self.add_node(Node::Or(part(a), part(b))),
                Node::Call(function, arguments) => {
                    let arguments = arguments.iter().map(part).collect();
                    self.add_node(Node::Call(*function, arguments))
                }
                Node::If { condition, yes, no } => {
                    let (condition, yes, no) = (part(condition), part(yes), part(no));
                    self.add_node(Node::If { condition, yes, no })
                }
            };
            copies[index] = Some(copy);
        }
        roots.iter().map(|id| copies[id.index()].expect("every root is wanted")).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_expressions_are_one() {
        let mut graph = Graph::new();
        let x = graph.symbol(Symbol::State(0));
        let two = graph.integer(2);
        let first = graph.mul(two, x);
        let two_again = graph.integer(2);
        assert_eq!(graph.mul(two_again, x), first);
        assert_ne!(graph.mul(x, two), first, "the writer's order is kept");
    }

    #[test]
    fn import_replaces_symbols() {
        let mut source = Graph::new();
        let x = source.symbol(Symbol::State(0));
        let t = source.symbol(Symbol::Time);
        let sum = source.add(x, t);
        let mut target = Graph::new();
        let copies = target.import(&source, &[sum], |graph, symbol| match symbol {
            Symbol::Time => graph.integer(3),
            other => graph.symbol(other),
        });
        let x = target.symbol(Symbol::State(0));
        let three = target.integer(3);
        assert_eq!(target.add(x, three), copies[0]);
    }
}
