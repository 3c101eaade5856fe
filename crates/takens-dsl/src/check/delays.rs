//! Calls that are none: the delay `x(t - tau)` and the noise `noise(w)`.

use super::{Checker, Context, Kind};
use crate::Diagnostic;
use crate::ast::*;
use crate::definition::{Role, primed};
use crate::diagnostic::Span;
use crate::lower::wrong_rank;
use crate::system::SystemKind;

impl Checker<'_> {
    /// The kind of a delay or a noise term; `None` for every other call.
    pub(super) fn delay_or_noise(
        &mut self,
        name: &Name,
        subscripts: &[Expr],
        primes: usize,
        arguments: &[Expr],
        span: &Span,
    ) -> Option<Kind> {
        let text = name.text.as_str();
        if self.definition.globals.functions.contains_key(text)
            || self.definition.globals.broken.contains(text)
            || self.locals.iter().any(|(local, _)| local == text)
        {
            return None;
        }
        let key = primed(text, primes);
        let entity = self.definition.names.get(&key);
        match entity.map(|entity| entity.role) {
            Some(Role::State(_)) if self.definition.kind == SystemKind::Dde => {
                let rank = entity.and_then(|entity| entity.rank);
                self.used.insert(key.clone());
                Some(self.delay(name, &key, rank, subscripts, arguments, span))
            }
            None if text == "noise" => Some(self.noise(subscripts, arguments, span)),
            _ => None,
        }
    }

    fn delay(
        &mut self,
        name: &Name,
        key: &str,
        rank: Option<usize>,
        subscripts: &[Expr],
        arguments: &[Expr],
        span: &Span,
    ) -> Kind {
        for subscript in subscripts {
            self.size(subscript);
        }
        let [argument] = arguments else {
            let message = format!("`{key}(...)` is a delay, and takes one time");
            self.faults.push(
                Diagnostic::error("E071", span.clone(), message)
                    .help(format!("write `{key}(t - tau)`; a product is `{key}*(...)`")),
            );
            return Kind::Unknown;
        };
        if self.context < Context::Run {
            let message = format!("a delayed state has no value in {}", self.place);
            self.faults.push(
                Diagnostic::error("E070", span.clone(), message)
                    .help("delays stand in equations, and in a `let` that equations use"),
            );
            return Kind::Unknown;
        }
        self.dynamic = true;
        self.numeric(argument);
        match rank {
            Some(rank) if rank != subscripts.len() => {
                self.faults.push(wrong_rank(name, rank, subscripts.len(), span));
                Kind::Unknown
            }
            _ => Kind::Number,
        }
    }

    /// A delay in a system that has none.
    pub(super) fn misplaced_delay(&mut self, text: &str, span: &Span) {
        let kind = self.definition.kind;
        let message = format!("`{text}` is delayed here, which {} cannot have", kind.words());
        let fault = Diagnostic::error("E034", span.clone(), message)
            .help("a system with delays is a `dde`");
        self.faults.push(match kind {
            SystemKind::Ode => fault.fix(self.definition.word.clone(), "dde"),
            _ => fault,
        });
    }

    fn noise(&mut self, subscripts: &[Expr], arguments: &[Expr], span: &Span) -> Kind {
        let kind = self.definition.kind;
        if kind != SystemKind::Sde {
            let message = format!("noise belongs in an `sde`, and this is {}", kind.words());
            let fault = Diagnostic::error("E034", span.clone(), message);
            self.faults.push(match kind {
                SystemKind::Ode => fault
                    .help("a system with noise is an `sde`")
                    .fix(self.definition.word.clone(), "sde"),
                SystemKind::Dde => fault.help("delays and noise in one system are not known here"),
                _ => fault.help("a system with noise is an `sde`"),
            });
            return Kind::Unknown;
        }
        let path = match arguments {
            [Expr { kind: ExprKind::Reference { name, subscripts: inner, primes: 0 }, .. }]
                if subscripts.is_empty() =>
            {
                Some((name, inner))
            }
            _ => None,
        };
        let Some((name, inner)) = path else {
            self.faults.push(
                Diagnostic::error("E077", span.clone(), "noise is the name of a path")
                    .help("write `noise(w)`, or `noise(w[i])` for one path for each `i`"),
            );
            return Kind::Unknown;
        };
        for subscript in inner {
            self.size(subscript);
        }
        if let Some(entity) = self.definition.names.get(&name.text)
            && entity.role != Role::Broken
        {
            let message = format!(
                "`{}` is {}; a path of noise has a name of its own",
                name.text,
                entity.role.words()
            );
            self.faults.push(
                Diagnostic::error("E077", name.span.clone(), message)
                    .related(entity.span.clone(), "declared here"),
            );
            return Kind::Unknown;
        }
        if self.context < Context::Run {
            let message = format!("noise has no value in {}", self.place);
            self.faults.push(
                Diagnostic::error("E079", span.clone(), message)
                    .help("noise stands in equations, and in a `let` that equations use"),
            );
            return Kind::Unknown;
        }
        self.dynamic = true;
        Kind::Number
    }
}
