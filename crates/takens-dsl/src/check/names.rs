//! Names: what each stands for, and whether that may be used where it is.

use super::{Checker, Context, Kind};
use crate::Diagnostic;
use crate::ast::*;
use crate::definition::{Entity, Role, primed};
use crate::diagnostic::Span;
use crate::lower::{unbound_index, wrong_rank};
use crate::nearest::nearest;

/// How many unknown names get a suggestion, which costs a look at all names.
const MAX_SUGGESTIONS: usize = 50;

impl Checker<'_> {
    #[inline(never)]
    pub(super) fn reference(
        &mut self,
        name: &Name,
        subscripts: &[Expr],
        primes: usize,
        span: &Span,
    ) -> Kind {
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
            Role::State(_) | Role::Mode(_) | Role::Time => {
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
        if self.definition.globals.missing {
            self.gave_up = true;
            return;
        }
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
                fault =
                    fault.help(format!("did you mean `{near}`?")).guess(name.span.clone(), near);
            }
        }
        self.faults.push(fault);
    }

    pub(super) fn suggests(&mut self) -> bool {
        self.suggestions += 1;
        self.suggestions <= MAX_SUGGESTIONS
    }
}
