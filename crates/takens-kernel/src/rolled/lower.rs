//! From a rolled system to a program with loops.
//!
//! Expressions become operations first, shared over the whole program; then blocks are written as loops,
//! and each operation goes to the steps of the innermost open loop on whose index it depends.

use super::{Array, RolledProgram, Source, Step};
use crate::ir::{Builder, Op, Value};
use crate::lower::{Code, Place};
use std::collections::{BTreeSet, HashMap, HashSet};
use takens_symbolic::{
    Block, Compare, ExprId, IntId, Integers, Node, Part as Fold, Reduction, RolledField,
    RolledNode, Store, Symbol, small_integer,
};

/// Which numbers of a system a program computes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    /// The right-hand side: one output for each component of the state.
    Rhs,
    /// The initial state.
    Initial,
    /// What is observed.
    Outputs,
    /// The defaults of the scalars of a declared parameter, by its place in the list.
    Defaults(usize),
}

/// A part of a rolled system as a program.
///
/// Inputs: time, the components of the state, the scalar parameters in flat order, as for
/// [`crate::lower`].
///
/// # Panics
/// If the part is the defaults of a parameter that the system does not have.
#[must_use]
pub fn lower_rolled(field: &RolledField, part: Part) -> RolledProgram {
    let (blocks, first, outputs) = match part {
        Part::Rhs => (&field.rhs, 0, field.dim()),
        Part::Initial => (&field.initial, 0, field.dim()),
        Part::Outputs => (&field.observed, 0, field.output_count()),
        Part::Defaults(place) => {
            let parameter = &field.parameters[place];
            (&parameter.defaults, parameter.array.first, parameter.array.count())
        }
    };
    let needed = needed(field, blocks);
    let scratch = needed.iter().map(|&place| &field.auxiliaries[place].array);
    let scratch = scratch.map(|array| array.first + array.count()).max().unwrap_or(0);
    let mut writer = Writer {
        field,
        states: field.dim() as i64,
        integers: field.graph.integers.clone(),
        code: Code { builder: Builder::new(u32::MAX as usize), places: HashMap::new() },
        sources: vec![],
        numbers: HashMap::new(),
        totals: vec![],
        free: vec![],
        scopes: vec![Scope::default()],
    };
    for place in needed {
        for block in &field.auxiliaries[place].blocks {
            writer.block(block, Array::Scratch, 0);
        }
    }
    for block in blocks {
        writer.block(block, Array::Outputs, first);
    }
    let steps = writer.scopes.pop().map_or(vec![], |scope| scope.steps);
    RolledProgram {
        inputs: 1 + field.dim() + field.parameter_count(),
        outputs,
        scratch,
        totals: writer.totals.len(),
        integers: writer.integers,
        sources: writer.sources,
        ops: writer.code.builder.into_ops(),
        steps,
    }
}

/// The auxiliaries that blocks read, and those that these read.
fn needed(field: &RolledField, blocks: &[Block]) -> BTreeSet<usize> {
    let mut needed = BTreeSet::new();
    let mut open: Vec<ExprId> = blocks.iter().map(|block| block.value).collect();
    let mut seen = HashSet::new();
    while let Some(root) = open.pop() {
        for id in field.graph.in_order(root) {
            if !seen.insert(id) {
                continue;
            }
            match field.graph.node(id) {
                RolledNode::Element(Store::Auxiliary(place), _) => {
                    let place = *place as usize;
                    if needed.insert(place) {
                        let blocks = &field.auxiliaries[place].blocks;
                        open.extend(blocks.iter().map(|block| block.value));
                    }
                }
                RolledNode::Reduce(_, parts) => terms(parts, &mut open),
                _ => {}
            }
        }
    }
    needed
}

fn terms(parts: &[Fold], found: &mut Vec<ExprId>) {
    for part in parts {
        match part {
            Fold::Term(id) => found.push(*id),
            Fold::Loop { parts, .. } => terms(parts, found),
        }
    }
}

/// A loop that is being written; the first has no index and is no loop.
#[derive(Default)]
struct Scope {
    index: Option<u32>,
    steps: Vec<Step>,
    /// Operations computed in these steps.
    done: HashSet<u32>,
}

struct Writer<'f> {
    field: &'f RolledField,
    states: i64,
    integers: Integers,
    code: Code,
    sources: Vec<Source>,
    numbers: HashMap<Source, u32>,
    /// Reductions, by the numbers of their totals.
    totals: Vec<ExprId>,
    /// For each operation the running indices that it depends on.
    free: Vec<u64>,
    scopes: Vec<Scope>,
}

impl Writer<'_> {
    fn block(&mut self, block: &Block, array: Array, first: usize) {
        for one in &block.loops {
            self.scopes.push(Scope { index: Some(one.index), ..Scope::default() });
        }
        let value = self.expression(block.value);
        self.compute(value);
        let place = self.shifted(block.place, -(first as i64));
        self.push(Step::Store(array, place, value));
        for one in block.loops.iter().rev() {
            self.close(one.index, one.low, one.high);
        }
    }

    fn push(&mut self, step: Step) {
        self.scopes.last_mut().expect("the outermost scope stays open").steps.push(step);
    }

    /// Ends the innermost loop.
    fn close(&mut self, index: u32, low: IntId, high: IntId) {
        let steps = self.scopes.pop().map_or(vec![], |scope| scope.steps);
        self.push(Step::Loop { index, low, high, steps });
    }

    // ---- Operations -------------------------------------------------------------------------

    /// The operation that computes an expression.
    fn expression(&mut self, root: ExprId) -> Value {
        let field = self.field;
        for id in field.graph.in_order(root) {
            if !self.code.places.contains_key(&id) {
                let place = self.node(id);
                self.code.places.insert(id, place);
            }
        }
        self.code.number(root)
    }

    fn node(&mut self, id: ExprId) -> Place {
        let field = self.field;
        match field.graph.node(id) {
            RolledNode::Plain(node) => match node {
                Node::Symbol(Symbol::Time) => {
                    let place = self.integers.constant(0);
                    Place::Number(self.source(Source::Load(Array::Inputs, place)))
                }
                Node::Pow(base, exponent) => match field.graph.node(*exponent) {
                    RolledNode::Ratio(above, below) => {
                        let base = self.code.number(*base);
                        Place::Number(self.source(Source::Power(base, *above, *below)))
                    }
                    _ => self.plain(node),
                },
                _ => self.plain(node),
            },
            RolledNode::Element(store, place) => {
                let (array, shift) = match store {
                    Store::State => (Array::Inputs, 1),
                    Store::Parameter => (Array::Inputs, 1 + self.states),
                    Store::Auxiliary(_) => (Array::Scratch, 0),
                };
                let place = self.shifted(*place, shift);
                Place::Number(self.source(Source::Load(array, place)))
            }
            RolledNode::Ratio(above, below) => {
                Place::Number(self.source(Source::Ratio(*above, *below)))
            }
            RolledNode::Holds(compare, a, b) => {
                let number = self.source(Source::Holds(*compare, *a, *b));
                let zero = self.code.builder.constant(0.0);
                let compare = Compare::NotEqual;
                Place::Truth(self.code.builder.compare(compare, number, zero))
            }
            RolledNode::Reduce(..) => {
                let total = u32::try_from(self.totals.len()).expect("fewer than 2^32 reductions");
                self.totals.push(id);
                Place::Number(self.source(Source::Total(total)))
            }
        }
    }

    fn plain(&mut self, node: &Node) -> Place {
        let graph = &self.field.graph;
        self.code.plain(node, |exponent| graph.as_number(exponent).and_then(small_integer))
    }

    fn source(&mut self, source: Source) -> Value {
        let next = u32::try_from(self.sources.len()).expect("fewer than 2^32 sources");
        let number = *self.numbers.entry(source.clone()).or_insert(next);
        if number == next {
            self.sources.push(source);
        }
        self.code.builder.value(Op::Input(number))
    }

    fn shifted(&mut self, place: IntId, by: i64) -> IntId {
        self.integers.shift(place, by).expect("arrays are far smaller than 2^63")
    }

    // ---- Steps ------------------------------------------------------------------------------

    /// Writes the steps that compute a value, each in the innermost loop on whose index it depends.
    fn compute(&mut self, value: Value) {
        self.know_indices();
        let (mut open, mut wanted) = (vec![value.0], BTreeSet::new());
        while let Some(place) = open.pop() {
            let level = self.level(place);
            if !self.scopes[level].done.contains(&place) && wanted.insert(place) {
                open.extend(self.parts(place));
            }
        }
        // Parts are older than the whole, so that the order of places is an order of evaluation.
        for place in wanted {
            let level = self.level(place);
            if let Some(Source::Total(total)) = self.source_of(place) {
                self.reduction(*total, level);
            }
            let scope = &mut self.scopes[level];
            scope.steps.push(Step::Compute(place));
            scope.done.insert(place);
        }
    }

    fn source_of(&self, place: u32) -> Option<&Source> {
        match self.code.builder.op(Value(place)) {
            Op::Input(number) => Some(&self.sources[*number as usize]),
            _ => None,
        }
    }

    fn parts(&self, place: u32) -> Vec<u32> {
        match self.source_of(place) {
            Some(Source::Power(base, ..)) => vec![base.0],
            Some(_) => vec![],
            None => self.code.builder.op(Value(place)).parts(),
        }
    }

    /// Brings `free` up to date with the operations.
    fn know_indices(&mut self) {
        for place in self.free.len()..self.code.builder.len() {
            let place = place as u32;
            let own = match self.source_of(place) {
                Some(Source::Load(_, at)) => self.integers.indices(*at),
                Some(Source::Ratio(a, b) | Source::Holds(_, a, b) | Source::Power(_, a, b)) => {
                    self.integers.indices(*a) | self.integers.indices(*b)
                }
                Some(Source::Total(total)) => self.field.graph.free(self.totals[*total as usize]),
                None => 0,
            };
            let parts = self.parts(place);
            self.free.push(parts.iter().fold(own, |all, part| all | self.free[*part as usize]));
        }
    }

    /// The innermost open loop on whose index an operation depends.
    fn level(&self, place: u32) -> usize {
        let free = self.free[place as usize];
        let depends = |scope: &Scope| scope.index.is_some_and(|index| free & (1 << index) != 0);
        self.scopes.iter().rposition(depends).unwrap_or(0)
    }

    /// Writes the loops of a reduction into the steps of the loop at `level`.
    fn reduction(&mut self, total: u32, level: usize) {
        let field = self.field;
        let inner = self.scopes.split_off(level + 1);
        if let RolledNode::Reduce(reduction, parts) = field.graph.node(self.totals[total as usize])
        {
            self.push(Step::Start(total, *reduction));
            self.fold(total, *reduction, parts);
        }
        self.scopes.extend(inner);
    }

    fn fold(&mut self, total: u32, reduction: Reduction, parts: &[Fold]) {
        for part in parts {
            match part {
                Fold::Term(term) => {
                    let value = self.expression(*term);
                    self.compute(value);
                    self.push(Step::Fold(total, reduction, value));
                }
                Fold::Loop { index, low, high, parts } => {
                    self.scopes.push(Scope { index: Some(*index), ..Scope::default() });
                    self.fold(total, reduction, parts);
                    self.close(*index, *low, *high);
                }
            }
        }
    }
}
