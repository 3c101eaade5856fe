//! From trees to the graph: names become symbols, functions are put in place, indices are expanded.
//!
//! Start at [`Lowerer::value`]. What is known before a run (indices, structural parameters, integer
//! literals beside them) is computed exactly here, so that a condition on an index chooses its
//! branch once and for all and a subscript is a number.
//!
//! One file for each kind of expression: `arithmetic`, `conditions`, `names` with their subscripts,
//! `calls` of functions and reductions over an index.

mod arithmetic;
mod calls;
mod conditions;
mod delays;
mod names;
mod noise;

pub(crate) use conditions::holds;
pub(crate) use delays::DelayTerm;
pub(crate) use names::{boundary_of, subscript_names, unbound_index, wrong_rank};
pub(crate) use noise::Coefficients;

use crate::Diagnostic;
use crate::ast::*;
use crate::definition::Definition;
use crate::diagnostic::Span;
use crate::limits::{MAX_INLINE_DEPTH, MAX_NODES, MAX_STEPS};
use num_rational::Ratio;
use num_traits::ToPrimitive;
use std::collections::HashMap;
use takens_symbolic::{ExprId, Graph, Rational, evaluate_exact};

/// Numbers known before a run.
pub(crate) type Small = Ratio<i64>;

/// What an expression becomes.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Value {
    /// An integer or fraction as written.
    Literal(Small),
    /// A number that depends on indices or structural parameters.
    Static(Small),
    /// A number known at run time.
    Expr(ExprId),
    /// A condition known before a run.
    Truth(bool),
    /// A condition known at run time.
    Condition(ExprId),
}

/// A fault was recorded; what depends on the value is given up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Halt;

/// A result, or a fault that was recorded.
pub(crate) type Lowered<T> = Result<T, Halt>;

/// How indices are expanded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Extent {
    /// All values.
    Full,
    /// A few at each end: enough to find faults, whatever the size.
    Ends,
}

/// How many values at each end [`Extent::Ends`] takes.
const ENDS: i64 = 3;

/// Where the scalars of a vector or matrix stand.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct Place {
    pub(crate) shape: Vec<i64>,
    pub(crate) first: i64,
}

impl Place {
    pub(crate) fn count(&self) -> i64 {
        self.shape.iter().fold(1_i64, |count, &size| count.saturating_mul(size))
    }
}

/// Lowers expressions of one system at given sizes.
pub(crate) struct Lowerer<'a> {
    pub(crate) definition: &'a Definition,
    pub(crate) graph: Graph,
    pub(crate) sizes: Vec<i64>,
    pub(crate) parameters: Vec<Place>,
    pub(crate) states: Vec<Place>,
    pub(crate) modes: Vec<Place>,
    pub(crate) extent: Extent,
    pub(crate) faults: Vec<Diagnostic>,
    /// A limit on the whole was passed.
    pub(crate) too_large: bool,
    /// Delayed values, in the order in which they were met: [`takens_symbolic::Symbol::Delayed`].
    pub(crate) delays: Vec<DelayTerm>,
    pub(crate) paths: noise::Paths,
    /// Values of `let`s at given indices, each computed once.
    lets: HashMap<(usize, Vec<i64>), Value>,
    constants: HashMap<String, Value>,
    locals: Vec<(String, Value)>,
    /// Locals below this place belong to the caller of the function being put in place.
    base: usize,
    in_function: bool,
    depth: usize,
    steps: usize,
}

impl<'a> Lowerer<'a> {
    pub(crate) fn new(definition: &'a Definition, sizes: Vec<i64>, extent: Extent) -> Self {
        Self {
            definition,
            graph: Graph::new(),
            sizes,
            parameters: vec![],
            states: vec![],
            modes: vec![],
            extent,
            faults: vec![],
            too_large: false,
            delays: vec![],
            paths: noise::Paths::default(),
            lets: HashMap::new(),
            constants: HashMap::new(),
            locals: vec![],
            base: 0,
            in_function: false,
            depth: 0,
            steps: 0,
        }
    }

    // ---- What callers need ------------------------------------------------------------------

    /// Runs `action` with names bound to integers.
    pub(crate) fn with<T>(
        &mut self,
        names: &[&str],
        values: &[i64],
        action: impl FnOnce(&mut Self) -> T,
    ) -> T {
        let before = self.locals.len();
        for (name, &value) in names.iter().zip(values) {
            self.locals.push(((*name).to_owned(), Value::Static(Small::from_integer(value))));
        }
        let result = action(self);
        self.locals.truncate(before);
        result
    }

    /// The number that `expr` is, as a node.
    pub(crate) fn number(&mut self, expr: &Expr) -> Lowered<ExprId> {
        let value = self.value(expr)?;
        self.node(value, &expr.span)
    }

    /// The integer that `expr` is, which must not depend on a run.
    pub(crate) fn integer(&mut self, expr: &Expr) -> Lowered<i64> {
        match self.value(expr)? {
            Value::Literal(value) | Value::Static(value) if value.is_integer() => {
                Ok(value.to_integer())
            }
            Value::Expr(id) => {
                // A sum of literals is computed: `v[2 - 1]`.
                let exact = evaluate_exact(&self.graph, &[id], &|_| None).remove(0);
                let exact = exact.filter(|value| value.is_integer());
                match exact.and_then(|value| value.to_integer().to_i64()) {
                    Some(value) => Ok(value),
                    None => Err(self.not_an_integer(expr)),
                }
            }
            _ => Err(self.not_an_integer(expr)),
        }
    }

    fn not_an_integer(&mut self, expr: &Expr) -> Halt {
        self.fault(
            Diagnostic::error(
                "E043",
                expr.span.clone(),
                "this must be a whole number known before the run",
            )
            .help("it may use integers, indices and structural parameters"),
        )
    }

    /// The values an index takes from `low` to, not including, `high`.
    pub(crate) fn run(&self, low: i64, high: i64) -> Vec<i64> {
        if self.extent == Extent::Full || high.saturating_sub(low) <= 2 * ENDS {
            (low..high).collect()
        } else {
            (low..low + ENDS).chain(high - ENDS..high).collect()
        }
    }

    /// Runs `action` with a name bound to a value.
    pub(crate) fn with_value<T>(
        &mut self,
        name: &str,
        value: Value,
        action: impl FnOnce(&mut Self) -> T,
    ) -> T {
        self.locals.push((name.to_owned(), value));
        let result = action(self);
        self.locals.pop();
        result
    }

    /// Records a fault.
    pub(crate) fn fault(&mut self, fault: Diagnostic) -> Halt {
        self.faults.push(fault);
        Halt
    }

    /// Counts work; the limits on a whole system are judged here.
    pub(crate) fn spend(&mut self, steps: usize, span: &Span) -> Lowered<()> {
        self.steps = self.steps.saturating_add(steps);
        if self.graph.len() <= MAX_NODES && self.steps <= MAX_STEPS {
            return Ok(());
        }
        if !self.too_large {
            self.too_large = true;
            let message =
                format!("expanded over its indices, this system has more than {MAX_NODES} nodes");
            self.fault(
                Diagnostic::error("E003", span.clone(), message)
                    .help("make the structural sizes smaller"),
            );
        }
        Err(Halt)
    }

    /// A value as a node of the graph; a condition is refused.
    pub(crate) fn node(&mut self, value: Value, span: &Span) -> Lowered<ExprId> {
        match value {
            Value::Literal(value) | Value::Static(value) => Ok(self.exact(value)),
            Value::Expr(id) => Ok(id),
            Value::Truth(_) | Value::Condition(_) => Err(self.fault(Diagnostic::error(
                "E050",
                span.clone(),
                "a number is needed here, and this is a condition",
            ))),
        }
    }

    fn exact(&mut self, value: Small) -> ExprId {
        self.graph.number(Rational::new((*value.numer()).into(), (*value.denom()).into()))
    }

    // ---- Expressions ------------------------------------------------------------------------

    /// What `expr` is.
    pub(crate) fn value(&mut self, expr: &Expr) -> Lowered<Value> {
        self.spend(1, &expr.span)?;
        if self.depth >= MAX_INLINE_DEPTH {
            return Err(self.fault(Diagnostic::error(
                "E003",
                expr.span.clone(),
                format!(
                    "with all functions put in place, this nests deeper than {MAX_INLINE_DEPTH}"
                ),
            )));
        }
        self.depth += 1;
        let result = self.dispatch(expr);
        self.depth -= 1;
        result
    }

    fn dispatch(&mut self, expr: &Expr) -> Lowered<Value> {
        match &expr.kind {
            ExprKind::Number(value) => Ok(self.literal(value)),
            ExprKind::Truth(value) => Ok(Value::Truth(*value)),
            ExprKind::Reference { name, subscripts, primes } => {
                self.reference(name, subscripts, *primes, &expr.span)
            }
            ExprKind::Call { name, subscripts, primes, arguments } => {
                match self.delay_or_noise(name, subscripts, *primes, arguments, &expr.span) {
                    Some(value) => value,
                    None => self.call(name, arguments, &expr.span),
                }
            }
            ExprKind::Reduce { name, binders, body } => {
                self.reduce(name, binders, body, &expr.span)
            }
            ExprKind::Neg(operand) => self.negative(operand),
            ExprKind::Not(operand) => {
                let operand = self.condition(operand)?;
                Ok(self.not(operand))
            }
            ExprKind::Sum(first, rest) => self.sum(first, rest),
            ExprKind::Product(first, rest) => self.product(first, rest),
            ExprKind::Power(base, exponent) => self.power(base, exponent),
            ExprKind::Compare(compare, a, b) => self.compare(*compare, a, b),
            ExprKind::And(parts) => self.joined(parts, true),
            ExprKind::Or(parts) => self.joined(parts, false),
            ExprKind::If { branches, otherwise } => self.choice(branches, otherwise, &expr.span),
            ExprKind::Matrix(_) => Err(self.fault(
                Diagnostic::error("E041", expr.span.clone(), "a list of values cannot stand here")
                    .help("vectors and matrices are values of parameters and states"),
            )),
            ExprKind::Broken => Err(Halt),
        }
    }
}
