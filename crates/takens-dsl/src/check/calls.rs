//! Calls: functions and their arguments, and what looks like a call and is none.

use super::{Checker, Kind, joined};
use crate::Diagnostic;
use crate::ast::*;
use crate::definition::Role;
use crate::diagnostic::Span;
use crate::lower::wrong_rank;
use crate::nearest::nearest;
use takens_symbolic::Function;

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

impl Checker<'_> {
    #[inline(never)]
    pub(super) fn call(
        &mut self,
        name: &Name,
        subscripts: &[Expr],
        primes: usize,
        arguments: &[Expr],
        span: &Span,
    ) -> Kind {
        let text = name.text.as_str();
        if let Some(kind) = self.delay_or_noise(name, subscripts, primes, arguments, span) {
            return kind;
        }
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
                self.misplaced_delay(text, span);
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
        if self.definition.globals.missing && text != "noise" {
            self.gave_up = true;
            return Kind::Unknown;
        }
        if !self.reported.insert(format!("{text}()")) {
            return Kind::Unknown;
        }
        let span = name.span.clone();
        let mut fault =
            Diagnostic::error("E022", span.clone(), format!("no function is called `{text}`"));
        if text == "pow" || text == "Pow" || text == "power" {
            fault = fault.help("a power is written `a^b`");
        } else if let Some((_, ours)) = ALIASES.iter().find(|alias| alias.0 == text) {
            fault = fault.help(format!("it is called `{ours}` here")).fix(span, *ours);
        } else if self.suggests() {
            let builtin = Function::ALL.iter().map(|entry| entry.1).chain(EXPANDED);
            let own = self.definition.globals.functions.keys().map(String::as_str);
            if let Some(near) = nearest(text, builtin.chain(own).chain(["root", "sum", "prod"])) {
                fault = fault.help(format!("did you mean `{near}`?")).guess(span, near);
            }
        }
        self.faults.push(fault);
        Kind::Unknown
    }

    pub(super) fn is_function(&self, text: &str) -> bool {
        Function::by_name(text).is_some()
            || EXPANDED.contains(&text)
            || self.definition.globals.functions.contains_key(text)
    }
}
