//! Names and kinds: every name of an expression stands for something allowed there, numbers and
//! conditions are not mixed, functions get as many arguments as they take.
//!
//! Start at [`Checker::number`]; `names` and `calls` have the two large kinds of expression. A fault
//! is reported once: an unknown name counts as known from then on, and what is made of faulty parts
//! has the kind [`Kind::Unknown`], which fits everywhere.

mod calls;
mod delays;
mod names;

use crate::Diagnostic;
use crate::ast::*;
use crate::definition::{Definition, Role};
use crate::diagnostic::Span;
use std::collections::{HashMap, HashSet};
use takens_symbolic::Compare;

/// What an expression is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// A condition.
    Truth,
    /// A number known before a run.
    Static,
    /// A number.
    Number,
    /// Something reported already.
    Unknown,
}

/// Where an expression stands, and so what it may use. Each allows what those before it allow.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Context {
    /// Constants and functions, which belong to the file.
    Constant,
    /// Sizes and subscripts.
    Structural,
    /// Defaults of parameters.
    Parameter,
    /// Initial values.
    Initial,
    /// Equations.
    Run,
}

/// Checks the expressions of one system, or of the functions and constants of a file.
pub(crate) struct Checker<'a> {
    pub(crate) definition: &'a Definition,
    /// Kinds of functions, by name.
    pub(crate) function_kinds: &'a HashMap<String, Kind>,
    /// Kind of each `let`, and whether it depends on the state or time.
    pub(crate) lets: Vec<(Kind, bool)>,
    pub(crate) faults: Vec<Diagnostic>,
    /// Names that some expression uses.
    pub(crate) used: HashSet<String>,
    pub(crate) context: Context,
    /// What the expression is, for messages: "the default of `a`".
    pub(crate) place: String,
    pub(crate) locals: Vec<(String, Kind)>,
    /// The expression read last depends on the state or on time.
    pub(crate) dynamic: bool,
    /// A name may be defined in a file that could not be had, and is not reported.
    pub(crate) gave_up: bool,
    reported: HashSet<String>,
    suggestions: usize,
}

impl<'a> Checker<'a> {
    pub(crate) fn new(
        definition: &'a Definition,
        function_kinds: &'a HashMap<String, Kind>,
    ) -> Self {
        Self {
            definition,
            function_kinds,
            lets: vec![],
            faults: vec![],
            used: HashSet::new(),
            context: Context::Constant,
            place: String::new(),
            locals: vec![],
            dynamic: false,
            gave_up: false,
            reported: HashSet::new(),
            suggestions: 0,
        }
    }

    /// Checks an expression that must be a number, with indices in sight.
    pub(crate) fn number(&mut self, expr: &Expr, context: Context, place: &str, indices: &[&str]) {
        let kind = self.any(expr, context, place, indices);
        self.want_number(kind, &expr.span);
    }

    /// Checks an expression of any kind.
    pub(crate) fn any(
        &mut self,
        expr: &Expr,
        context: Context,
        place: &str,
        indices: &[&str],
    ) -> Kind {
        self.context = context;
        place.clone_into(&mut self.place);
        self.dynamic = false;
        let before = self.locals.len();
        self.locals.extend(indices.iter().map(|name| ((*name).to_owned(), Kind::Static)));
        let kind = self.kind(expr);
        self.locals.truncate(before);
        kind
    }

    fn want_number(&mut self, kind: Kind, span: &Span) {
        if kind == Kind::Truth {
            self.faults.push(
                Diagnostic::error(
                    "E050",
                    span.clone(),
                    "a number is needed here, and this is a condition",
                )
                .help("turn it into a number with `if ... then 1 else 0`"),
            );
        }
    }

    fn want_truth(&mut self, kind: Kind, span: &Span) {
        if matches!(kind, Kind::Number | Kind::Static) {
            self.faults.push(
                Diagnostic::error(
                    "E051",
                    span.clone(),
                    "a condition is needed here, and this is a number",
                )
                .help("compare it with something, as in `... > 0`"),
            );
        }
    }

    fn numeric(&mut self, expr: &Expr) -> Kind {
        let kind = self.kind(expr);
        self.want_number(kind, &expr.span);
        if kind == Kind::Truth { Kind::Unknown } else { kind }
    }

    fn truth(&mut self, expr: &Expr) {
        let kind = self.kind(expr);
        self.want_truth(kind, &expr.span);
    }

    fn kind(&mut self, expr: &Expr) -> Kind {
        match &expr.kind {
            ExprKind::Number(value) if value.is_integer() => Kind::Static,
            ExprKind::Number(_) => Kind::Number,
            ExprKind::Truth(_) => Kind::Truth,
            ExprKind::Reference { name, subscripts, primes } => {
                self.reference(name, subscripts, *primes, &expr.span)
            }
            ExprKind::Call { name, subscripts, primes, arguments } => {
                self.call(name, subscripts, *primes, arguments, &expr.span)
            }
            ExprKind::Reduce { binders, body, .. } => self.reduce(binders, body),
            ExprKind::Neg(operand) => self.numeric(operand),
            ExprKind::Not(operand) => {
                self.truth(operand);
                Kind::Truth
            }
            ExprKind::Sum(..) | ExprKind::Product(..) | ExprKind::Power(..) => {
                self.arithmetic(expr)
            }
            ExprKind::Compare(compare, a, b) => self.compare(*compare, a, b, &expr.span),
            ExprKind::And(parts) | ExprKind::Or(parts) => {
                for part in parts {
                    self.truth(part);
                }
                Kind::Truth
            }
            ExprKind::If { branches, otherwise } => self.choice(branches, otherwise),
            ExprKind::Matrix(rows) => {
                for element in rows.iter().flatten() {
                    self.numeric(element);
                }
                Kind::Number
            }
            ExprKind::Broken => Kind::Unknown,
        }
    }

    #[inline(never)]
    fn arithmetic(&mut self, expr: &Expr) -> Kind {
        let mut kind = Kind::Static;
        for part in expr.parts() {
            kind = joined(kind, self.numeric(part));
        }
        kind
    }

    #[inline(never)]
    fn compare(&mut self, compare: Compare, a: &Expr, b: &Expr, span: &Span) -> Kind {
        let kinds = (self.numeric(a), self.numeric(b));
        let exact = matches!(compare, Compare::Equal | Compare::NotEqual);
        let real = kinds.0 == Kind::Number || kinds.1 == Kind::Number;
        let known = kinds.0 != Kind::Unknown && kinds.1 != Kind::Unknown;
        if exact && real && known {
            let sign = if compare == Compare::Equal { "==" } else { "!=" };
            self.faults.push(
                Diagnostic::warning(
                    "W004",
                    span.clone(),
                    format!("`{sign}` compares real numbers, which are hardly ever exactly equal"),
                )
                .help("compare with `<` or `>`, or a distance: `abs(a - b) < 1e-9`"),
            );
        }
        Kind::Truth
    }

    #[inline(never)]
    fn choice(&mut self, branches: &[(Expr, Expr)], otherwise: &Expr) -> Kind {
        let mut values = vec![];
        for (condition, value) in branches {
            self.truth(condition);
            values.push((self.kind(value), &value.span));
        }
        values.push((self.kind(otherwise), &otherwise.span));
        let first = values.iter().find(|(kind, _)| *kind != Kind::Unknown);
        let Some(&(first, _)) = first else { return Kind::Unknown };
        for (kind, span) in &values {
            match first {
                Kind::Truth => self.want_truth(*kind, span),
                _ => self.want_number(*kind, span),
            }
        }
        if first == Kind::Truth {
            return Kind::Truth;
        }
        let kind = values.iter().fold(Kind::Static, |kind, (next, _)| joined(kind, *next));
        // Which branch is taken is known before a run only if the condition is.
        if kind == Kind::Static { Kind::Number } else { kind }
    }

    #[inline(never)]
    fn reduce(&mut self, binders: &[Binder], body: &Expr) -> Kind {
        let before = self.locals.len();
        for binder in binders {
            match &binder.bounds {
                Some((low, high)) => {
                    self.size(low);
                    self.size(high);
                }
                None => {
                    let name = &binder.name;
                    self.used.insert(name.text.clone());
                    match self.definition.names.get(&name.text).map(|entity| entity.role) {
                        Some(Role::Index(_) | Role::Broken) => {}
                        Some(role) => {
                            let message =
                                format!("`{}` is {}, not an index", name.text, role.words());
                            self.faults.push(
                                Diagnostic::error("E025", name.span.clone(), message)
                                    .help("an index is declared by `index j in 0..N`"),
                            );
                        }
                        None if self.reported.insert(name.text.clone()) => {
                            let text = &name.text;
                            let message = format!("no index is called `{text}`");
                            self.faults
                                .push(Diagnostic::error("E020", name.span.clone(), message).help(
                                format!(
                                    "declare it by `index {text} in 0..N`, or give its range here: \
                                     `{text} in 0..N`"
                                ),
                            ));
                        }
                        None => {}
                    }
                }
            }
            self.locals.push((binder.name.text.clone(), Kind::Static));
            if let Some((_, other)) = &binder.condition {
                self.size(other);
            }
        }
        let kind = self.numeric(body);
        self.locals.truncate(before);
        kind
    }

    /// A subscript or the end of a range: a whole number known before a run.
    fn size(&mut self, expr: &Expr) {
        if self.numeric(expr) == Kind::Number {
            self.faults.push(
                Diagnostic::error(
                    "E043",
                    expr.span.clone(),
                    "this must be a whole number known before the run",
                )
                .help("it may use integers, indices and structural parameters"),
            );
        }
    }
}

/// The kind of an operation on two numbers.
fn joined(a: Kind, b: Kind) -> Kind {
    match (a, b) {
        (Kind::Unknown, _) | (_, Kind::Unknown) => Kind::Unknown,
        (Kind::Static, Kind::Static) => Kind::Static,
        _ => Kind::Number,
    }
}
