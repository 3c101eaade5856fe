//! A system as it was checked: declarations in order, names resolved to what they stand for.

use crate::ast::*;
use crate::diagnostic::Span;
use crate::system::SystemKind;
use std::collections::{HashMap, HashSet};
use std::sync::Arc;

/// What a name of a system stands for.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Entity {
    pub(crate) role: Role,
    /// How many subscripts it takes; `None` where that is not known before its value is read.
    pub(crate) rank: Option<usize>,
    /// Where it is declared.
    pub(crate) span: Span,
}

/// The kinds of name, with the place in the list of that kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Role {
    Structural(usize),
    Parameter(usize),
    Index(usize),
    State(usize),
    Let(usize),
    /// A discrete state.
    Mode(usize),
    Time,
    /// Its definition is at fault and has been reported: uses of it are not.
    Broken,
}

impl Role {
    /// The kind in words, for messages.
    pub(crate) fn words(self) -> &'static str {
        match self {
            Self::Structural(_) => "a structural parameter",
            Self::Parameter(_) => "a parameter",
            Self::Index(_) => "an index",
            Self::State(_) => "a state",
            Self::Let(_) => "a `let`",
            Self::Mode(_) => "a `mode`",
            Self::Time => "the time",
            Self::Broken => "a name",
        }
    }
}

/// `index i in low..high boundary`.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct IndexDefinition {
    pub(crate) name: String,
    pub(crate) low: Expr,
    pub(crate) high: Expr,
    pub(crate) boundary: Boundary,
}

/// Functions and constants, which belong to the file.
#[derive(Debug, Clone, Default)]
pub(crate) struct Globals {
    pub(crate) constants: HashMap<String, Declared>,
    pub(crate) functions: HashMap<String, FunctionItem>,
    /// Names whose definitions were reported.
    pub(crate) broken: HashSet<String>,
    /// A file that was used could not be had: what is not defined here may be there.
    pub(crate) missing: bool,
}

/// A system, checked.
#[derive(Debug, Clone, Default)]
pub(crate) struct Definition {
    pub(crate) is_map: bool,
    pub(crate) kind: SystemKind,
    /// Where the word of its kind stands.
    pub(crate) word: Span,
    pub(crate) globals: Arc<Globals>,
    pub(crate) names: HashMap<String, Entity>,
    pub(crate) structural: Vec<Declared>,
    /// In an order in which each default uses earlier parameters only, once checked.
    pub(crate) parameters: Vec<Declared>,
    pub(crate) indices: Vec<IndexDefinition>,
    pub(crate) states: Vec<Declared>,
    /// In an order in which each uses earlier ones only, once checked.
    pub(crate) lets: Vec<Declared>,
    pub(crate) equations: Vec<StateEquation>,
    pub(crate) outputs: Vec<Declared>,
    /// States before the start, with the place of each in [`Definition::states`].
    pub(crate) histories: Vec<(usize, History)>,
    pub(crate) energy: Option<Energy>,
    pub(crate) invariants: Vec<Invariant>,
    /// Discrete states, which events set.
    pub(crate) modes: Vec<Declared>,
    pub(crate) events: Vec<EventItem>,
}

/// An equation with the state that it moves.
#[derive(Debug, Clone)]
pub(crate) struct StateEquation {
    /// The place of the state in [`Definition::states`].
    pub(crate) state: usize,
    pub(crate) equation: Equation,
}

/// The key of a name with primes: the velocity of `x` is declared as `x'`.
pub(crate) fn primed(name: &str, primes: usize) -> String {
    format!("{name}{}", "'".repeat(primes))
}

impl Definition {
    /// The index of this name.
    pub(crate) fn index(&self, name: &str) -> Option<&IndexDefinition> {
        match self.names.get(name)?.role {
            Role::Index(place) => self.indices.get(place),
            _ => None,
        }
    }
}
