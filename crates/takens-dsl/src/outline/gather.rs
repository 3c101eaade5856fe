//! From statements to definitions and uses.
//!
//! A new kind of statement is a row in [`Gatherer::statement`]: a rule of the grammar and what its tree
//! defines, or nothing, and then its words are read as they come.

use super::{
    Block, Definition, EquationOutline, Link, NameKind, Outline, Sort, SystemOutline, Use,
};
use crate::ast::*;
use crate::diagnostic::Span;
use crate::habits;
use crate::limits::MAX_FILE;
use crate::read::read;
use crate::split::{Braces, Separator, Statement, split};
use crate::syntax::StatementRule as Rule;
use crate::token::{Token, TokenKind, tokenize};
use std::ops::Range;

pub(super) struct Gatherer<'a> {
    pub(super) text: &'a str,
    pub(super) tokens: &'a [Token],
    braces: &'a Braces,
    pub(super) found: Outline,
    /// The system being read.
    pub(super) system: Option<usize>,
}

/// Definitions and uses of a file, not yet brought together.
pub(super) fn gather(text: &str) -> Outline {
    if text.len() > MAX_FILE {
        return Outline::default();
    }
    // What is wrong is said by the check.
    let mut faults = vec![];
    let mut tokens = tokenize(text, &mut faults);
    let patched = habits::patch(text, &tokens, &mut faults);
    if patched != text {
        tokens = tokenize(&patched, &mut faults);
    }
    let braces = Braces::match_all(&patched, &tokens, &mut faults);
    let mut gatherer = Gatherer {
        text: &patched,
        tokens: &tokens,
        braces: &braces,
        found: Outline::default(),
        system: None,
    };
    for statement in gatherer.split(0..tokens.len(), Separator::Line) {
        gatherer.item(&statement);
    }
    let mut found = gatherer.found;
    found.uses.sort_by_key(|one| one.span.start);
    found.tokens = tokens;
    found
}

impl<'a> Gatherer<'a> {
    fn split(&self, range: Range<usize>, separator: Separator) -> Vec<Statement> {
        split(self.text, self.tokens, range, self.braces, separator, &mut vec![])
    }

    pub(super) fn word(&self, statement: &Statement, place: usize) -> &'a str {
        statement.tokens.get(place).map_or("", |token| token.text(self.text))
    }

    fn read(&self, statement: &Statement, rule: Rule) -> Option<Syntax> {
        read(self.text, statement, rule, &mut vec![])
    }

    pub(super) fn define(&mut self, name: &Name, kind: NameKind, whole: &Span) -> &mut Definition {
        let place = self.found.definitions.len();
        self.found.definitions.push(Definition {
            name: name.text.clone(),
            kind,
            span: name.span.clone(),
            doc: String::new(),
            system: self.system.filter(|_| !kind.is_global()),
            visible: whole.clone(),
            whole: whole.clone(),
            value: None,
            range: None,
            unit: None,
            replaces: None,
        });
        &mut self.found.definitions[place]
    }

    pub(super) fn using(&mut self, name: &str, span: Span, sort: Sort) {
        let system = self.system;
        self.found.uses.push(Use { name: name.to_owned(), span, definition: None, system, sort });
    }

    /// A name that is one token.
    pub(super) fn name_of(&self, token: &Token) -> Name {
        let text = token.text(self.text).trim_matches('`').to_owned();
        Name { text, span: token.span() }
    }

    fn item(&mut self, statement: &Statement) {
        match self.word(statement, 0) {
            "lang" => {}
            "use" => {
                let strings = statement.tokens.iter().filter(|one| one.kind == TokenKind::Text);
                for token in strings {
                    let path = token.text(self.text).trim_matches('"').to_owned();
                    self.found.links.push(Link { path, span: token.span() });
                }
            }
            "ode" | "map" | "dde" | "sde" => self.item_system(statement),
            "const" => self.as_rule(statement, Rule::declaration),
            "fn" => self.as_rule(statement, Rule::function),
            _ => self.loose(statement, 0),
        }
    }

    /// What a statement says if it is read by this rule; its words if it cannot be.
    fn as_rule(&mut self, statement: &Statement, rule: Rule) {
        match self.read(statement, rule) {
            Some(syntax) => self.syntax(&syntax, statement),
            None => self.loose(statement, 0),
        }
    }

    fn item_system(&mut self, statement: &Statement) {
        let named = statement
            .tokens
            .get(1)
            .filter(|token| matches!(token.kind, TokenKind::Word | TokenKind::Quoted));
        let Some(name) = named.map(|token| self.name_of(token)) else { return };
        let block = statement.block.clone();
        let inside = block.clone().map_or(statement.span.end..statement.span.end, |block| {
            let start = self.tokens[block.start - 1].end;
            let end = self.tokens.get(block.end).map_or(self.text.len(), |token| token.start);
            start..end.max(start)
        });
        let closed = self.text[inside.end..].starts_with('}');
        let span = statement.span.start..inside.end + usize::from(closed);
        let place = self.found.systems.len();
        let definition = self.found.definitions.len();
        statement.doc.clone_into(&mut self.define(&name, NameKind::System, &span).doc);
        self.system = Some(place);
        let base = (self.word(statement, 2) == "extends")
            .then(|| statement.tokens.get(3))
            .flatten()
            .map(|token| self.name_of(token));
        if let Some(base) = &base {
            self.using(&base.text, base.span.clone(), Sort::Base);
        }
        self.found.systems.push(SystemOutline {
            definition,
            keyword: self.word(statement, 0).to_owned(),
            span,
            block: inside,
            base: base.map(|base| base.text),
        });
        for statement in self.split(block.unwrap_or_default(), Separator::Line) {
            self.statement(&statement);
        }
        self.system = None;
    }

    fn statement(&mut self, statement: &Statement) {
        // `time' = ...` is an equation, of a state whose name is a keyword.
        let head_is_word = statement.tokens[0].kind == TokenKind::Word
            && !matches!(self.word(statement, 1), "'" | "=" | "[");
        let word = self.word(statement, 0).to_owned();
        if let (Some(block), Some(system)) = (&statement.block, self.system) {
            let start = self.tokens[block.start - 1].end;
            let end = self.tokens.get(block.end).map_or(self.text.len(), |token| token.start);
            let span = start..end.max(start);
            self.found.blocks.push(Block { word: word.clone(), span, system });
        }
        match word.as_str() {
            "meta" | "known" | "sample" if head_is_word => {
                let block = statement.block.clone().unwrap_or_default();
                for entry in self.split(block, Separator::LineOrComma) {
                    self.entry(&entry, &word);
                }
            }
            "param" | "structural" | "state" | "let" | "output" if head_is_word => {
                self.as_rule(statement, Rule::declaration);
            }
            "index" if head_is_word => self.as_rule(statement, Rule::indices),
            "time" if head_is_word => self.as_rule(statement, Rule::time),
            "history" if head_is_word => self.as_rule(statement, Rule::history),
            "hamiltonian" if head_is_word => self.as_rule(statement, Rule::hamiltonian),
            "invariant" if head_is_word => self.as_rule(statement, Rule::invariant),
            "unit" | "mode" | "event" if head_is_word => {
                self.loose(statement, 0);
                for inner in
                    self.split(statement.block.clone().unwrap_or_default(), Separator::Line)
                {
                    self.loose(&inner, 0);
                }
            }
            _ => self.as_rule(statement, Rule::equation),
        }
    }

    fn entry(&mut self, entry: &Statement, word: &str) {
        if word == "meta" {
            // Strings that name systems: the only ones that hold a name.
            if self.word(entry, 0) == "same_form_as" {
                for token in entry.tokens.iter().filter(|token| token.kind == TokenKind::Text) {
                    let name = token.text(self.text).trim_matches('"').to_owned();
                    let span = token.start + 1..(token.end - 1).max(token.start + 1);
                    self.using(&name, span, Sort::Mention);
                }
            }
            return;
        }
        match self.read(entry, Rule::entry) {
            Some(Syntax::Entry(Entry { value, tolerance, .. })) => {
                for value in std::iter::once(&value).chain(&tolerance) {
                    if let Value::Expr(expr) = value {
                        self.expr(expr);
                    }
                }
            }
            _ => self.loose(entry, 1),
        }
    }

    fn syntax(&mut self, syntax: &Syntax, statement: &Statement) {
        let whole = &statement.span;
        match syntax {
            Syntax::Function(function) => {
                let defined = self.define(&function.name, NameKind::Function, whole);
                statement.doc.clone_into(&mut defined.doc);
                defined.value = Some(function.body.span.clone());
                for argument in &function.arguments {
                    self.define(argument, NameKind::Argument, whole);
                }
                self.expr(&function.body);
            }
            Syntax::Declaration { head, items } => {
                for item in items {
                    self.declared(*head, item, &statement.doc);
                }
            }
            Syntax::Indices(indices) => {
                let range = indices.low.span.start..indices.high.span.end;
                for name in &indices.names {
                    let defined = self.define(name, NameKind::Index, whole);
                    defined.range = Some(range.clone());
                    statement.doc.clone_into(&mut defined.doc);
                }
                self.expr(&indices.low);
                self.expr(&indices.high);
            }
            Syntax::Time { name, unit } => {
                let defined = self.define(name, NameKind::Time, whole);
                defined.unit.clone_from(unit);
                statement.doc.clone_into(&mut defined.doc);
            }
            Syntax::Equation(equation) => {
                let target = &equation.target;
                self.using(&target.text, target.span.clone(), Sort::Target);
                equation.subscripts.iter().for_each(|subscript| self.expr(subscript));
                self.expr(&equation.right);
                if let Some(system) = self.system {
                    let (target, span) = (target.text.clone(), whole.clone());
                    self.found.equations.push(EquationOutline { target, system, span });
                }
            }
            Syntax::History(history) => {
                self.component(&history.state);
                self.define(&history.time, NameKind::Argument, whole);
                self.expr(&history.value);
            }
            Syntax::Energy(energy) => {
                for (position, momentum) in &energy.pairs {
                    self.component(position);
                    self.component(momentum);
                }
                self.expr(&energy.value);
            }
            Syntax::Invariant(invariant) => {
                let defined = self.define(&invariant.name, NameKind::Invariant, whole);
                defined.value = Some(invariant.value.span.clone());
                statement.doc.clone_into(&mut defined.doc);
                self.expr(&invariant.value);
            }
            // Units, events and used files are read by their words.
            Syntax::Unit(_) | Syntax::Use { .. } | Syntax::Event(_) => {}
            Syntax::Entry(_) | Syntax::Language { .. } => {}
        }
    }

    fn component(&mut self, component: &Component) {
        self.using(&component.name.text, component.name.span.clone(), Sort::Target);
        component.subscripts.iter().for_each(|subscript| self.expr(subscript));
    }

    fn declared(&mut self, head: Head, item: &Declared, doc: &str) {
        let kind = match head {
            Head::Param => NameKind::Parameter,
            Head::Structural => NameKind::Structural,
            Head::State => NameKind::State,
            Head::Let => NameKind::Let,
            Head::Output => NameKind::Output,
            Head::Const => NameKind::Constant,
            Head::Mode => NameKind::Mode,
        };
        let name = &item.name;
        if item.primes > 0 {
            // `state x' = 0` says how the velocity of `x` starts; the name is that of `x`.
            self.using(&name.text, name.span.clone(), Sort::Target);
        } else {
            let defined = self.define(name, kind, &item.span);
            doc.clone_into(&mut defined.doc);
            defined.value = item.value.as_ref().map(|value| value.span.clone());
            let range = item.range.as_ref().or(item.wrap.as_ref());
            defined.range = range.map(|range| range.span.clone());
            defined.unit.clone_from(&item.unit);
        }
        for over in &item.over {
            self.using(&over.text, over.span.clone(), Sort::Value);
        }
        let ends = item.range.iter().chain(&item.wrap).flat_map(|one| [&one.low, &one.high]);
        let parts: Vec<&Expr> = item.subscripts.iter().chain(&item.value).chain(ends).collect();
        parts.into_iter().for_each(|part| self.expr(part));
    }
}
