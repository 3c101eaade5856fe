//! Names and kinds: every name of an expression stands for something allowed there, numbers and
//! conditions are not mixed, functions get as many arguments as they take.
//!
//! Start at [`Checker::number`]. A fault is reported once: an unknown name counts as known from then
//! on, and what is made of faulty parts has the kind [`Kind::Unknown`], which fits everywhere.

use crate::Diagnostic;
use crate::ast::*;
use crate::definition::{Definition, Entity, Role, primed};
use crate::diagnostic::Span;
use crate::lower::{unbound_index, wrong_rank};
use crate::nearest::nearest;
use std::collections::{HashMap, HashSet};
use takens_symbolic::{Compare, Function};

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

/// How many unknown names get a suggestion, which costs a look at all names.
const MAX_SUGGESTIONS: usize = 50;

/// Functions that are expanded when they are lowered.
const EXPANDED: [&str; 3] = ["sec", "csc", "cot"];

/// What other tools call our functions.
const ALIASES: [(&str, &str); 18] = [
    ("ln", "log"),
    ("arcsin", "asin"),
    ("arccos", "acos"),
    ("arctan", "atan"),
    ("arctan2", "atan2"),
    ("fabs", "abs"),
    ("Abs", "abs"),
    ("sgn", "sign"),
    ("signum", "sign"),
    ("fmod", "mod"),
    ("Heaviside", "heaviside"),
    ("step", "heaviside"),
    ("tg", "tan"),
    ("th", "tanh"),
    ("sh", "sinh"),
    ("ch", "cosh"),
    ("Min", "min"),
    ("Max", "max"),
];

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
            ExprKind::Call { name, subscripts, arguments } => {
                self.call(name, subscripts, arguments, &expr.span)
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

    // ---- Names ------------------------------------------------------------------------------

    #[inline(never)]
    fn reference(&mut self, name: &Name, subscripts: &[Expr], primes: usize, span: &Span) -> Kind {
        for subscript in subscripts {
            self.size(subscript);
        }
        if primes == 0
            && let Some((_, kind)) = self.locals.iter().rev().find(|(local, _)| *local == name.text)
        {
            let kind = *kind;
            self.used.insert(name.text.clone());
            if !subscripts.is_empty() {
                self.faults.push(wrong_rank(name, 0, subscripts.len(), span));
            }
            return kind;
        }
        let key = primed(&name.text, primes);
        let definition = self.definition;
        if let Some(entity) = definition.names.get(&key) {
            self.used.insert(key);
            return self.entity(name, entity, subscripts, span);
        }
        if primes > 0 {
            return self.rate(name, primes, span);
        }
        if let Some(kind) = self.global(name, subscripts, span) {
            return kind;
        }
        self.unknown_name(name);
        Kind::Unknown
    }

    fn entity(&mut self, name: &Name, entity: &Entity, subscripts: &[Expr], span: &Span) -> Kind {
        let text = &name.text;
        let (needs, kind) = match entity.role {
            Role::Broken => return Kind::Unknown,
            Role::Index(_) => {
                self.faults.push(unbound_index(name));
                return Kind::Unknown;
            }
            Role::Structural(_) => (Context::Structural, Kind::Static),
            Role::Parameter(_) => (Context::Parameter, Kind::Number),
            Role::State(_) | Role::Time => {
                self.dynamic = true;
                (Context::Run, Kind::Number)
            }
            Role::Let(place) => {
                let (kind, dynamic) =
                    self.lets.get(place).copied().unwrap_or((Kind::Unknown, false));
                self.dynamic |= dynamic;
                (if dynamic { Context::Run } else { Context::Initial }, kind)
            }
        };
        if self.context < needs {
            let allowed = match self.context {
                Context::Constant => "constants",
                Context::Structural => "constants, indices and structural parameters",
                Context::Parameter => "constants and parameters",
                Context::Initial | Context::Run => "constants, parameters and what is made of them",
            };
            let what = match entity.role {
                Role::Let(_) if needs == Context::Run => "a `let` that depends on the state",
                role => role.words(),
            };
            self.faults.push(Diagnostic::error(
                "E025",
                span.clone(),
                format!("`{text}` is {what}; {} may use {allowed} only", self.place),
            ));
            return Kind::Unknown;
        }
        match entity.rank {
            Some(rank) if rank != subscripts.len() => {
                self.faults.push(wrong_rank(name, rank, subscripts.len(), span));
                Kind::Unknown
            }
            _ => kind,
        }
    }

    /// `x'` where no velocity of that name exists.
    fn rate(&mut self, name: &Name, primes: usize, span: &Span) -> Kind {
        let text = &name.text;
        let known = self.definition.names.get(text).map(|entity| entity.role);
        if known == Some(Role::Broken) {
            return Kind::Unknown;
        }
        let (code, message) = match known {
            Some(Role::State(_)) => (
                "E025",
                format!(
                    "`{text}{0}` stands in expressions only if `{text}''` has an equation",
                    "'".repeat(primes)
                ),
            ),
            _ => ("E020", format!("nothing here is called `{text}`")),
        };
        self.faults.push(
            Diagnostic::error(code, span.clone(), message).help(format!(
                "give the right-hand side of `{text}'` a name with `let` and use that"
            )),
        );
        Kind::Unknown
    }

    /// A constant of the file, `pi` or the time.
    fn global(&mut self, name: &Name, subscripts: &[Expr], span: &Span) -> Option<Kind> {
        let globals = &self.definition.globals;
        let text = name.text.as_str();
        let kind = if globals.broken.contains(text) {
            self.used.insert(name.text.clone());
            return Some(Kind::Unknown);
        } else if let Some(constant) = globals.constants.get(text) {
            self.used.insert(name.text.clone());
            let whole = constant.value.as_ref().is_some_and(
                |value| matches!(&value.kind, ExprKind::Number(number) if number.is_integer()),
            );
            if whole { Kind::Static } else { Kind::Number }
        } else if text == "pi" {
            Kind::Number
        } else if text == "t" && self.context != Context::Constant {
            self.dynamic = true;
            if self.context < Context::Run {
                let message = format!("`t` is the time; {} does not change with it", self.place);
                self.faults.push(Diagnostic::error("E025", span.clone(), message));
                return Some(Kind::Unknown);
            }
            Kind::Number
        } else {
            return None;
        };
        if !subscripts.is_empty() {
            self.faults.push(wrong_rank(name, 0, subscripts.len(), span));
        }
        Some(kind)
    }

    fn unknown_name(&mut self, name: &Name) {
        if !self.reported.insert(name.text.clone()) {
            return;
        }
        let text = &name.text;
        let mut fault = Diagnostic::error(
            "E020",
            name.span.clone(),
            format!("nothing here is called `{text}`"),
        );
        if self.is_function(text) {
            fault.message = format!("`{text}` is a function and needs its arguments");
        } else if self.suggests() {
            let names = self.definition.names.iter();
            let visible = names.filter(|(_, entity)| !matches!(entity.role, Role::Index(_)));
            let names = visible.map(|(name, _)| name.as_str());
            let constants = self.definition.globals.constants.keys().map(String::as_str);
            let locals = self.locals.iter().map(|(name, _)| name.as_str());
            let all = names.chain(constants).chain(locals).chain(["pi", "t"]);
            if let Some(near) = nearest(text, all) {
                fault = fault.help(format!("did you mean `{near}`?")).fix(name.span.clone(), near);
            }
        }
        self.faults.push(fault);
    }

    fn suggests(&mut self) -> bool {
        self.suggestions += 1;
        self.suggestions <= MAX_SUGGESTIONS
    }

    fn is_function(&self, text: &str) -> bool {
        Function::by_name(text).is_some()
            || EXPANDED.contains(&text)
            || self.definition.globals.functions.contains_key(text)
    }

    // ---- Calls ------------------------------------------------------------------------------

    #[inline(never)]
    fn call(&mut self, name: &Name, subscripts: &[Expr], arguments: &[Expr], span: &Span) -> Kind {
        let text = name.text.as_str();
        let globals = &self.definition.globals;
        let function = globals.functions.get(text);
        if function.is_none() && text == "root" {
            return self.root(arguments, span);
        }
        if function.is_none() && !globals.broken.contains(text) && !self.is_function(text) {
            return self.not_a_function(name, subscripts, arguments, span);
        }
        if !subscripts.is_empty() {
            self.faults.push(wrong_rank(name, 0, subscripts.len(), span));
        }
        let mut kind = Kind::Static;
        for argument in arguments {
            kind = joined(kind, self.numeric(argument));
        }
        if globals.broken.contains(text) {
            self.used.insert(name.text.clone());
            return Kind::Unknown;
        }
        let got = arguments.len();
        if let Some(function) = function {
            self.used.insert(name.text.clone());
            let want = function.arguments.len();
            if want != got {
                self.wrong_arity(name, &want.to_string(), want == 1, got, span);
                return Kind::Unknown;
            }
            let result = self.function_kinds.get(text).copied().unwrap_or(Kind::Unknown);
            return if kind == Kind::Unknown { kind } else { result };
        }
        let want = match text {
            "min" | "max" => 2,
            _ => Function::by_name(text).map_or(1, Function::arity),
        };
        let several = matches!(text, "min" | "max");
        if got < want || (got > want && !several) {
            let count = if several { "two or more".to_owned() } else { want.to_string() };
            self.wrong_arity(name, &count, want == 1, got, span);
            return Kind::Unknown;
        }
        let exact = matches!(text, "abs" | "floor" | "sign" | "mod" | "min" | "max");
        if kind == Kind::Static && !exact { Kind::Number } else { kind }
    }

    fn wrong_arity(&mut self, name: &Name, want: &str, one: bool, got: usize, span: &Span) {
        let plural = if one { "argument" } else { "arguments" };
        let message = format!("`{}` takes {want} {plural}, not {got}", name.text);
        let mut fault = Diagnostic::error("E023", span.clone(), message);
        if let Some(function) = self.definition.globals.functions.get(&name.text) {
            fault = fault.related(function.name.span.clone(), "declared here");
        }
        self.faults.push(fault);
    }

    /// `root(q, g, start)`: `q` is bound in `g`.
    fn root(&mut self, arguments: &[Expr], span: &Span) -> Kind {
        let [unknown, equation, start] = arguments else {
            let message =
                "`root` is written `root(q, g, start)`: the unknown, what vanishes, a start";
            self.faults.push(Diagnostic::error("E023", span.clone(), message));
            return Kind::Unknown;
        };
        if !self.definition.is_map {
            let message = "`root` solves an implicit equation, which is for a `map` only";
            self.faults.push(Diagnostic::error("E035", span.clone(), message));
        }
        let ExprKind::Reference { name, .. } = &unknown.kind else {
            let message = "the first argument of `root` is the name of the unknown";
            self.faults.push(Diagnostic::error("E023", unknown.span.clone(), message));
            return Kind::Unknown;
        };
        self.numeric(start);
        self.locals.push((name.text.clone(), Kind::Number));
        self.numeric(equation);
        self.locals.pop();
        Kind::Number
    }

    fn not_a_function(
        &mut self,
        name: &Name,
        subscripts: &[Expr],
        arguments: &[Expr],
        span: &Span,
    ) -> Kind {
        let text = name.text.as_str();
        let role = self.definition.names.get(text).map(|entity| entity.role);
        let local = self.locals.iter().any(|(known, _)| known == text);
        let constant = self.definition.globals.constants.contains_key(text) || text == "pi";
        if let Some(Role::State(_)) = role {
            self.used.insert(name.text.clone());
        }
        if role == Some(Role::Broken) && !local {
            return Kind::Unknown;
        }
        if role.is_some() || local || constant {
            self.used.insert(name.text.clone());
            let shifted = arguments.iter().flat_map(|argument| argument.parts()).any(
                |part| matches!(&part.kind, ExprKind::Reference { name, .. } if name.text == "t"),
            );
            if let Some(Role::State(_)) = role
                && shifted
            {
                let kind = if self.definition.is_map { "a `map`" } else { "an `ode`" };
                self.faults.push(
                    Diagnostic::error(
                        "E034",
                        span.clone(),
                        format!("`{text}` is delayed here, which {kind} cannot have"),
                    )
                    .help("a system with delays is a `dde`"),
                );
                return Kind::Unknown;
            }
            for subscript in subscripts {
                self.size(subscript);
            }
            for argument in arguments {
                self.numeric(argument);
            }
            let what = role.map_or("a number", Role::words);
            let at = subscripts.last().map_or(name.span.end, |_| name.span.end);
            self.faults.push(
                Diagnostic::error(
                    "E026",
                    span.clone(),
                    format!("`{text}` is {what}, not a function"),
                )
                .help(format!("for a product write `{text}*(...)`"))
                .fix(at..at, "*"),
            );
            return Kind::Unknown;
        }
        for argument in arguments {
            self.kind(argument);
        }
        if !self.reported.insert(format!("{text}()")) {
            return Kind::Unknown;
        }
        let span = name.span.clone();
        let mut fault =
            Diagnostic::error("E022", span.clone(), format!("no function is called `{text}`"));
        if text == "noise" {
            fault.code = "E034";
            fault.message = "noise belongs in an `sde`".to_owned();
        } else if text == "pow" || text == "Pow" || text == "power" {
            fault = fault.help("a power is written `a^b`");
        } else if let Some((_, ours)) = ALIASES.iter().find(|alias| alias.0 == text) {
            fault = fault.help(format!("it is called `{ours}` here")).fix(span, *ours);
        } else if self.suggests() {
            let builtin = Function::ALL.iter().map(|entry| entry.1).chain(EXPANDED);
            let own = self.definition.globals.functions.keys().map(String::as_str);
            if let Some(near) = nearest(text, builtin.chain(own).chain(["root", "sum", "prod"])) {
                fault = fault.help(format!("did you mean `{near}`?")).fix(span, near);
            }
        }
        self.faults.push(fault);
        Kind::Unknown
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
