//! Writing out a rolled system: every loop run, every element a symbol.

use super::graph::{Part, Reduction, RolledNode, Store};
use super::integers::{IntId, MAX_INDICES, holds};
use super::{Block, Loop, RolledArray, RolledField};
use crate::{Compare, ExprId, Function, Graph, Node, Parameter, Rational, Symbol, VectorField};
use std::collections::HashMap;
use std::rc::Rc;

impl RolledField {
    /// The flat form: the equations in the writer's order of operations, for each component.
    ///
    /// Takes time and memory in proportion to the number of components.
    #[must_use]
    pub fn expand(&self) -> VectorField {
        let auxiliaries = self.auxiliaries.iter().map(|one| one.array.count()).sum();
        let mut expander = Expander {
            field: self,
            graph: Graph::new(),
            indices: [0; MAX_INDICES as usize],
            auxiliaries: vec![None; auxiliaries],
            closed: HashMap::new(),
            orders: HashMap::new(),
        };
        let mut parameters = vec![];
        for parameter in &self.parameters {
            let first = parameter.array.first;
            let names = parameter.array.elements();
            let defaults = expander.list(&parameter.defaults, parameter.array.count(), first);
            parameters.extend(names.zip(defaults).map(|(name, default)| Parameter {
                name,
                default,
                range: parameter.range.clone(),
            }));
        }
        for auxiliary in &self.auxiliaries {
            for (place, id) in expander.blocks(&auxiliary.blocks) {
                expander.auxiliaries[place] = Some(id);
            }
        }
        let rhs = expander.list(&self.rhs, self.dim(), 0);
        let initial = expander.list(&self.initial, self.dim(), 0);
        let observed = expander.list(&self.observed, self.output_count(), 0);
        let outputs = self.outputs.iter().flat_map(RolledArray::elements);
        VectorField {
            kind: self.kind,
            graph: expander.graph,
            states: self.state_names(),
            parameters,
            rhs,
            initial,
            outputs: outputs.zip(observed).collect(),
            ..VectorField::default()
        }
    }
}

/// What an expression becomes for given indices.
#[derive(Debug, Clone, Copy)]
enum Copied {
    Expr(ExprId),
    /// A condition on indices, which have values here.
    Truth(bool),
}

struct Expander<'f> {
    field: &'f RolledField,
    graph: Graph,
    indices: [i64; MAX_INDICES as usize],
    auxiliaries: Vec<Option<ExprId>>,
    /// Copies of expressions that depend on no index.
    closed: HashMap<ExprId, Copied>,
    orders: HashMap<ExprId, Rc<[ExprId]>>,
}

impl Expander<'_> {
    /// The values of blocks that fill `count` places from `first`; zero where none does.
    fn list(&mut self, blocks: &[Block], count: usize, first: usize) -> Vec<ExprId> {
        let zero = self.graph.zero();
        let mut values = vec![zero; count];
        for (place, id) in self.blocks(blocks) {
            values[place - first] = id;
        }
        values
    }

    fn blocks(&mut self, blocks: &[Block]) -> Vec<(usize, ExprId)> {
        let mut found = vec![];
        for block in blocks {
            self.block(block, &block.loops, &mut found);
        }
        found
    }

    fn block(&mut self, block: &Block, loops: &[Loop], found: &mut Vec<(usize, ExprId)>) {
        match loops.split_first() {
            None => {
                let place = self.integer(block.place);
                let id = self.expr(block.value);
                found.push((usize::try_from(place).expect("places are not negative"), id));
            }
            Some((outer, inner)) => {
                for value in self.integer(outer.low)..self.integer(outer.high) {
                    self.indices[outer.index as usize] = value;
                    self.block(block, inner, found);
                }
            }
        }
    }

    fn integer(&self, id: IntId) -> i64 {
        self.field.graph.integers.value(id, &self.indices)
    }

    fn expr(&mut self, root: ExprId) -> ExprId {
        let field = self.field;
        let order =
            Rc::clone(self.orders.entry(root).or_insert_with(|| field.graph.in_order(root).into()));
        let mut copies: HashMap<ExprId, Copied> = HashMap::with_capacity(order.len());
        for &id in &*order {
            let copy = match self.closed.get(&id) {
                Some(&copy) => copy,
                None => {
                    let copy = self.node(id, &copies);
                    if field.graph.free(id) == 0 {
                        self.closed.insert(id, copy);
                    }
                    copy
                }
            };
            copies.insert(id, copy);
        }
        match copies[&root] {
            Copied::Expr(id) => id,
            Copied::Truth(holds) => self.truth(holds),
        }
    }

    /// A condition that is known, where a node is needed.
    fn truth(&mut self, holds: bool) -> ExprId {
        let (one, other) = (self.graph.one(), self.graph.integer(i64::from(holds)));
        self.graph.compare(Compare::Equal, one, other)
    }

    fn node(&mut self, id: ExprId, copies: &HashMap<ExprId, Copied>) -> Copied {
        let field = self.field;
        let RolledNode::Holds(compare, a, b) = field.graph.node(id) else {
            return match self.decided(field.graph.node(id), copies) {
                Some(copy) => copy,
                None => Copied::Expr(self.expression(id, copies)),
            };
        };
        Copied::Truth(holds(*compare, self.integer(*a), self.integer(*b)))
    }

    /// What is left of a node of which a condition is known.
    fn decided(&self, node: &RolledNode, copies: &HashMap<ExprId, Copied>) -> Option<Copied> {
        let RolledNode::Plain(node) = node else { return None };
        match *node {
            Node::Not(a) => match copies[&a] {
                Copied::Truth(holds) => Some(Copied::Truth(!holds)),
                Copied::Expr(_) => None,
            },
            Node::And(a, b) | Node::Or(a, b) => {
                let all = matches!(node, Node::And(..));
                match (copies[&a], copies[&b]) {
                    (Copied::Truth(holds), other) | (other, Copied::Truth(holds)) => {
                        Some(if holds == all { other } else { Copied::Truth(holds) })
                    }
                    _ => None,
                }
            }
            Node::If { condition, yes, no } => match copies[&condition] {
                Copied::Truth(holds) => Some(copies[if holds { &yes } else { &no }]),
                Copied::Expr(_) => None,
            },
            _ => None,
        }
    }

    fn expression(&mut self, id: ExprId, copies: &HashMap<ExprId, Copied>) -> ExprId {
        let field = self.field;
        match field.graph.node(id) {
            RolledNode::Plain(node) => {
                let copy = node.with_children(|child| match copies[&child] {
                    Copied::Expr(copy) => copy,
                    Copied::Truth(holds) => self.truth(holds),
                });
                self.graph.add_node(copy)
            }
            RolledNode::Element(store, place) => {
                let place = self.integer(*place) as u32;
                match store {
                    Store::State => self.graph.symbol(Symbol::State(place)),
                    Store::Parameter => self.graph.symbol(Symbol::Parameter(place)),
                    Store::Auxiliary(_) => self.auxiliaries[place as usize]
                        .expect("auxiliaries are computed before they are read"),
                }
            }
            RolledNode::Ratio(above, below) => {
                let (above, below) = (self.integer(*above), self.integer(*below));
                self.graph.number(Rational::new(above.into(), below.into()))
            }
            RolledNode::Holds(..) => self.truth(true),
            RolledNode::Reduce(reduction, parts) => {
                let before = self.indices;
                let mut total = None;
                self.fold(*reduction, parts, &mut total);
                self.indices = before;
                total.unwrap_or_else(|| self.graph.zero())
            }
        }
    }

    fn fold(&mut self, reduction: Reduction, parts: &[Part], total: &mut Option<ExprId>) {
        for part in parts {
            match part {
                Part::Term(term) => {
                    let term = self.expr(*term);
                    *total = Some(match *total {
                        None => term,
                        Some(before) => self.combine(reduction, before, term),
                    });
                }
                Part::Loop { index, low, high, parts } => {
                    for value in self.integer(*low)..self.integer(*high) {
                        self.indices[*index as usize] = value;
                        self.fold(reduction, parts, total);
                    }
                }
            }
        }
    }

    fn combine(&mut self, reduction: Reduction, a: ExprId, b: ExprId) -> ExprId {
        match reduction {
            Reduction::Sum => self.graph.add(a, b),
            Reduction::Product => self.graph.mul(a, b),
            Reduction::Min => self.graph.call(Function::Min, &[a, b]),
            Reduction::Max => self.graph.call(Function::Max, &[a, b]),
        }
    }
}

impl Node {
    /// The same kind of node over other parts.
    fn with_children(&self, mut part: impl FnMut(ExprId) -> ExprId) -> Self {
        match self {
            Self::Number(_) | Self::Pi | Self::Symbol(_) => self.clone(),
            Self::Neg(a) => Self::Neg(part(*a)),
            Self::Not(a) => Self::Not(part(*a)),
            Self::Add(a, b) => Self::Add(part(*a), part(*b)),
            Self::Sub(a, b) => Self::Sub(part(*a), part(*b)),
            Self::Mul(a, b) => Self::Mul(part(*a), part(*b)),
            Self::Div(a, b) => Self::Div(part(*a), part(*b)),
            Self::Pow(a, b) => Self::Pow(part(*a), part(*b)),
            Self::Compare(compare, a, b) => Self::Compare(*compare, part(*a), part(*b)),
            Self::And(a, b) => Self::And(part(*a), part(*b)),
            Self::Or(a, b) => Self::Or(part(*a), part(*b)),
            Self::Call(function, arguments) => {
                Self::Call(*function, arguments.iter().map(|&argument| part(argument)).collect())
            }
            Self::If { condition, yes, no } => {
                Self::If { condition: part(*condition), yes: part(*yes), no: part(*no) }
            }
            Self::Root { unknown, equation, start } => {
                Self::Root { unknown: *unknown, equation: part(*equation), start: part(*start) }
            }
        }
    }
}
