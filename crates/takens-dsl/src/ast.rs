//! The tree of a file: what was written, with the place of every part.
//!
//! Chains of one precedence (`a + b - c`) are one node with a list, so that the depth of a tree is
//! the nesting that the writer sees, and recursion over it is bounded by the limit on that.

use crate::diagnostic::Span;
use takens_symbolic::{Compare, Direction, Rational};

/// A name and its place.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct Name {
    pub(crate) text: String,
    pub(crate) span: Span,
}

/// An expression.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Expr {
    pub(crate) kind: ExprKind,
    pub(crate) span: Span,
    /// It stands in parentheses of its own.
    pub(crate) grouped: bool,
}

/// The kinds of expression.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum ExprKind {
    Number(Rational),
    Truth(bool),
    /// `x`, `x[i]`, `x'`.
    Reference {
        name: Name,
        subscripts: Vec<Expr>,
        primes: usize,
    },
    /// `f(a, b)`, and `x[i](t - tau)`, which is a delay.
    Call {
        name: Name,
        subscripts: Vec<Expr>,
        primes: usize,
        arguments: Vec<Expr>,
    },
    /// `sum(j)(body)` and its like.
    Reduce {
        name: Name,
        binders: Vec<Binder>,
        body: Box<Expr>,
    },
    Neg(Box<Expr>),
    Not(Box<Expr>),
    /// `a + b - c`: the first term, then signs and terms.
    Sum(Box<Expr>, Vec<(Sign, Expr)>),
    /// `a * b / c`: the first factor, then operators and factors.
    Product(Box<Expr>, Vec<(Factor, Expr)>),
    Power(Box<Expr>, Box<Expr>),
    Compare(Compare, Box<Expr>, Box<Expr>),
    And(Vec<Expr>),
    Or(Vec<Expr>),
    /// Conditions with their values, and the value where none holds.
    If {
        branches: Vec<(Expr, Expr)>,
        otherwise: Box<Expr>,
    },
    /// Rows of values.
    Matrix(Vec<Vec<Expr>>),
    /// Something already reported.
    Broken,
}

/// How a term joins a sum.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Sign {
    Plus,
    Minus,
}

/// How a factor joins a product.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Factor {
    Times,
    Over,
}

/// One index of a reduction: `j`, `j in a..b`, `j != i`.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Binder {
    pub(crate) name: Name,
    pub(crate) bounds: Option<(Box<Expr>, Box<Expr>)>,
    /// `(compare, other)`: only the values for which `name compare other`.
    pub(crate) condition: Option<(Compare, Box<Expr>)>,
}

/// One name of `param`, `state`, `let`, `output` or `const`, with all that was said of it.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Declared {
    pub(crate) doc: String,
    pub(crate) name: Name,
    pub(crate) subscripts: Vec<Expr>,
    /// Primes after the name, as in `state x = 1, x' = 0`.
    pub(crate) primes: usize,
    pub(crate) unit: Option<Span>,
    pub(crate) value: Option<Expr>,
    pub(crate) range: Option<Interval>,
    /// `in i` after a value: the indices it runs over.
    pub(crate) over: Vec<Name>,
    pub(crate) wrap: Option<Interval>,
    pub(crate) span: Span,
}

/// `[a, b)`.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Interval {
    pub(crate) low: Expr,
    pub(crate) low_closed: bool,
    pub(crate) high: Expr,
    pub(crate) high_closed: bool,
    pub(crate) span: Span,
}

/// What a subscript past the end of an index means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Boundary {
    /// An error.
    Strict,
    Cyclic,
    Clamped,
    Zero,
}

/// `index i, j in 0..N cyclic`.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Indices {
    pub(crate) names: Vec<Name>,
    pub(crate) low: Expr,
    pub(crate) high: Expr,
    pub(crate) boundary: Boundary,
}

/// `x[i]' = ...` or `next x[i] = ...`.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Equation {
    pub(crate) target: Name,
    pub(crate) subscripts: Vec<Expr>,
    pub(crate) primes: usize,
    /// The word `next`, where it stands.
    pub(crate) next: Option<Span>,
    pub(crate) right: Expr,
    /// The left-hand side.
    pub(crate) left: Span,
}

/// A state or one of its components, as `history` and `hamiltonian` name it: `x`, `x[i]`, `x'`.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Component {
    pub(crate) name: Name,
    pub(crate) subscripts: Vec<Expr>,
    pub(crate) primes: usize,
    pub(crate) span: Span,
}

/// `history x[i](s) = ...`
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct History {
    pub(crate) state: Component,
    /// The name of the time before the start.
    pub(crate) time: Name,
    pub(crate) value: Expr,
}

/// `hamiltonian (q, p), ...: energy`
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Energy {
    /// Position and momentum of each pair.
    pub(crate) pairs: Vec<(Component, Component)>,
    pub(crate) value: Expr,
    pub(crate) span: Span,
}

/// `invariant name = ...`
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Invariant {
    pub(crate) name: Name,
    pub(crate) value: Expr,
}

/// What a `param`-like statement declares.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Head {
    Param,
    Structural,
    State,
    Let,
    Output,
    Const,
    Mode,
}

/// `unit hp = 735.49875*W`; without a value it is a unit of its own.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct UnitItem {
    pub(crate) name: Name,
    pub(crate) value: Option<Span>,
}

/// `event hit[i] when EXPR rising { v[i] := ... }`.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct EventItem {
    pub(crate) name: Name,
    pub(crate) subscripts: Vec<Expr>,
    pub(crate) when: Expr,
    pub(crate) direction: Direction,
    /// Each is an equation whose left-hand side is what is set.
    pub(crate) assignments: Vec<Equation>,
}

/// `fn f(a, b) = ...`.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct FunctionItem {
    pub(crate) doc: String,
    pub(crate) name: Name,
    pub(crate) arguments: Vec<Name>,
    pub(crate) body: Expr,
}

/// A value of `meta`.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Value {
    Text(String),
    Texts(Vec<String>),
    Expr(Expr),
}

/// `key: value ± tolerance from "source"`.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Entry {
    pub(crate) key: Name,
    pub(crate) value: Value,
    pub(crate) value_span: Span,
    pub(crate) tolerance: Option<Value>,
    pub(crate) source: Option<String>,
}

/// A statement, read.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Syntax {
    Language {
        version: Rational,
        span: Span,
    },
    Function(FunctionItem),
    Declaration {
        head: Head,
        items: Vec<Declared>,
    },
    Indices(Indices),
    Time {
        name: Name,
        unit: Option<Span>,
    },
    Unit(UnitItem),
    /// `use "file.dsl"`: the string, read.
    Use {
        path: String,
        span: Span,
    },
    Event(EventItem),
    Equation(Equation),
    History(History),
    Energy(Energy),
    Invariant(Invariant),
    Entry(Entry),
}

impl Expr {
    pub(crate) fn new(kind: ExprKind, span: Span) -> Self {
        Self { kind, span, grouped: false }
    }

    /// The parts of the expression, in the order of the text.
    pub(crate) fn parts(&self) -> Vec<&Expr> {
        match &self.kind {
            ExprKind::Number(_) | ExprKind::Truth(_) | ExprKind::Broken => vec![],
            ExprKind::Reference { subscripts, .. } => subscripts.iter().collect(),
            ExprKind::Call { subscripts, arguments, .. } => {
                subscripts.iter().chain(arguments).collect()
            }
            ExprKind::Reduce { binders, body, .. } => {
                let mut parts: Vec<&Expr> = vec![];
                for binder in binders {
                    if let Some((low, high)) = &binder.bounds {
                        parts.extend([&**low, &**high]);
                    }
                    if let Some((_, other)) = &binder.condition {
                        parts.push(other);
                    }
                }
                parts.push(body);
                parts
            }
            ExprKind::Neg(a) | ExprKind::Not(a) => vec![a],
            ExprKind::Sum(first, rest) => {
                std::iter::once(&**first).chain(rest.iter().map(|(_, term)| term)).collect()
            }
            ExprKind::Product(first, rest) => {
                std::iter::once(&**first).chain(rest.iter().map(|(_, factor)| factor)).collect()
            }
            ExprKind::Power(a, b) | ExprKind::Compare(_, a, b) => vec![a, b],
            ExprKind::And(parts) | ExprKind::Or(parts) => parts.iter().collect(),
            ExprKind::If { branches, otherwise } => {
                let mut parts: Vec<&Expr> = vec![];
                for (condition, value) in branches {
                    parts.extend([condition, value]);
                }
                parts.push(otherwise);
                parts
            }
            ExprKind::Matrix(rows) => rows.iter().flatten().collect(),
        }
    }
}
