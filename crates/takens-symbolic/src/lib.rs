//! Exact expressions: a hash-consed graph over the rationals.
//!
//! Start at [`Graph`], which owns expressions, and [`VectorField`], a whole system made of them. The
//! *numeric* view of an expression is the graph itself, in the writer's order; the *algebraic* view,
//! for equality and export, is a normal form.

mod coefficients;
mod derivative;
mod eval;
mod exact;
mod export;
mod field;
mod graph;
mod node;
mod normal;
mod polynomial;
mod print;
mod rational;
mod rolled;
mod tidy;

pub use coefficients::{Coefficients, NotPolynomial, Product, coefficients};
pub use derivative::{Derivatives, Gradient, jacobian};
pub use eval::{Bindings, evaluate, find_root, small_integer, to_f64};
pub use exact::evaluate_exact;
pub use export::{About, ExportError, Language, OdebenchEntry, export, odebench_entry};
pub use field::{
    Delay, Direction, Event, FieldKind, Hamiltonian, Mode, Noise, Parameter, Range, Target,
    VectorField,
};
pub use graph::{ExprId, Graph};
pub use node::{Compare, Function, Node, Rational, Symbol};
pub use normal::{Atom, Limits, NormalError, Normalizer, SideCondition, Style};
pub use polynomial::{Exponent, Generator, Monomial, Polynomial};
pub use print::{KEYWORDS, field_names, print_expr, quote};
pub use rational::RationalFunction;
pub use rolled::{
    Affine, Auxiliary, Block, IntId, IntNode, Integers, Loop, MAX_INDICES, Part, Ranges, Reduction,
    RolledArray, RolledField, RolledGraph, RolledNode, RolledParameter, Store, holds,
};
pub use tidy::Tidy;
