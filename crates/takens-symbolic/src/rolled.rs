//! A whole system, rolled: vectors and matrices stay arrays, and their equations loops.
//!
//! Start at [`RolledField`], which stands beside [`crate::VectorField`]: what takes its time or memory
//! from the number of components there takes it from the length of the text here. [`RolledField::expand`]
//! writes out the flat form.
//!
//! # Why a graph of its own
//! `Sum` and `Index` could have been nodes of [`crate::Graph`]. Then every reader of a graph (derivative,
//! normal forms, judge, printers) would meet nodes with bound names, whose children have no value by
//! themselves, and most could only refuse them. A [`RolledGraph`] has its own kinds of node and takes all
//! others from [`crate::Node`] as they are; a flat graph is what `expand` gives.
//!
//! # No modular arithmetic
//! Places are whole numbers that depend on running indices ([`Integers`]), within range for every value
//! of these: whoever builds a field splits its loops where a boundary or a condition on an index changes
//! what is done. So the ring of Lorenz 96 is one loop over its interior and single components at the ends.
//!
//! One file each: `integers`, `ranges` (how large they can be), `graph`, `expand`.

mod expand;
mod graph;
mod integers;
mod ranges;

pub use graph::{Part, Reduction, RolledGraph, RolledNode, Store};
pub use integers::{Affine, IntId, IntNode, Integers, MAX_INDICES, holds};
pub use ranges::{Loop, Ranges};

use crate::{ExprId, FieldKind, Range};

/// A declared vector, matrix or single number.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct RolledArray {
    /// Its name.
    pub name: String,
    /// Sizes of its dimensions; empty for a single number.
    pub shape: Vec<usize>,
    /// The flat place of its first scalar among all of its kind; the others follow row by row.
    pub first: usize,
}

/// A declared parameter.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct RolledParameter {
    /// Its name, shape and place.
    pub array: RolledArray,
    /// The range over which ensembles and checks let it run, ends as written.
    pub range: Option<Range>,
    /// The defaults of its scalars: expressions in parameters before it.
    pub defaults: Vec<Block>,
}

/// Numbers computed before the right-hand side, which it reads at computed places.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Auxiliary {
    /// Name, shape and place among auxiliary numbers.
    pub array: RolledArray,
    /// How they are computed, from earlier ones among others.
    pub blocks: Vec<Block>,
}

/// For all values of the loops' indices: the scalar at `place` is `value`.
#[derive(Debug, Clone, PartialEq)]
pub struct Block {
    /// The loops, the outermost first; bounds may depend on outer indices.
    pub loops: Vec<Loop>,
    /// The flat place of the scalar.
    pub place: IntId,
    /// What it is.
    pub value: ExprId,
}

/// A vector field or a map whose arrays stay arrays.
#[derive(Debug, Clone, Default)]
pub struct RolledField {
    /// Flow or map.
    pub kind: FieldKind,
    /// Owner of all expressions below.
    pub graph: RolledGraph,
    /// States in flat order.
    pub states: Vec<RolledArray>,
    /// Parameters in flat order.
    pub parameters: Vec<RolledParameter>,
    /// In order of evaluation.
    pub auxiliaries: Vec<Auxiliary>,
    /// Time derivative or image of each component: every component in one block, once.
    pub rhs: Vec<Block>,
    /// Initial value of each component, in parameters.
    pub initial: Vec<Block>,
    /// What is observed, when it is not the state itself.
    pub outputs: Vec<RolledArray>,
    /// How each output is computed.
    pub observed: Vec<Block>,
}

impl RolledArray {
    /// The number of its scalars.
    #[must_use]
    pub fn count(&self) -> usize {
        self.shape.iter().product()
    }

    /// The name of a scalar by its place from the first: `x`, `x[3]`, `k[0,1]`.
    #[must_use]
    pub fn element(&self, place: usize) -> String {
        if self.shape.is_empty() {
            return self.name.clone();
        }
        let mut indices = vec![];
        let mut rest = place;
        for &size in self.shape.iter().rev() {
            indices.push((rest % size).to_string());
            rest /= size;
        }
        indices.reverse();
        format!("{}[{}]", self.name, indices.join(","))
    }

    /// The names of all scalars, row by row.
    pub fn elements(&self) -> impl Iterator<Item = String> + '_ {
        (0..self.count()).map(|place| self.element(place))
    }
}

impl RolledField {
    /// The number of state components.
    #[must_use]
    pub fn dim(&self) -> usize {
        self.states.iter().map(RolledArray::count).sum()
    }

    /// The number of scalar parameters.
    #[must_use]
    pub fn parameter_count(&self) -> usize {
        self.parameters.iter().map(|parameter| parameter.array.count()).sum()
    }

    /// The number of outputs.
    #[must_use]
    pub fn output_count(&self) -> usize {
        self.outputs.iter().map(RolledArray::count).sum()
    }

    /// Names of the state components in flat order.
    #[must_use]
    pub fn state_names(&self) -> Vec<String> {
        self.states.iter().flat_map(RolledArray::elements).collect()
    }
}
