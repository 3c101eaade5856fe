//! From the text of a file to its systems and all its faults.
//!
//! Start at [`parse_file`]. Statements are handed to the parser one by one; `clauses` knows what is
//! written well and yet cannot stand where it does.

mod clauses;

use crate::Diagnostic;
use crate::ast::*;
use crate::collect::{RawSystem, collect};
use crate::globals;
use crate::habits;
use crate::limits::{LANGUAGE_VERSION, MAX_FAULTS, MAX_FILE};
use crate::lint;
use crate::read::{declared_names, read};
use crate::refusal::RESERVED;
use crate::split::{Braces, HEADS, Separator, Statement, split};
use crate::syntax::StatementRule as Rule;
use crate::system::{System, SystemKind};
use crate::token::{Token, TokenKind, tokenize};
use clauses::{not_yet, odd_clause, units, unsupported};
use num_traits::ToPrimitive;
use std::collections::{HashMap, HashSet};

/// What a file gives.
#[derive(Debug, Clone, Default)]
pub struct Parsed {
    /// The systems without errors, in order.
    pub systems: Vec<System>,
    /// All faults and warnings, in order of the text.
    pub diagnostics: Vec<Diagnostic>,
}

/// Reads and checks a file. Any text is accepted: what is wrong becomes a diagnostic.
#[must_use]
pub fn parse_file(text: &str) -> Parsed {
    if text.len() > MAX_FILE {
        let message = format!("this file has {} bytes; at most {MAX_FILE} are allowed", text.len());
        let diagnostics = vec![Diagnostic::error("E003", 0..0, message)];
        return Parsed { systems: vec![], diagnostics };
    }
    let mut faults = vec![];
    let mut tokens = tokenize(text, &mut faults);
    let patched = habits::patch(text, &tokens, &mut faults);
    if patched != text {
        // Faults of the first look are not to be found twice.
        tokens = tokenize(&patched, &mut vec![]);
    }
    let braces = Braces::match_all(&patched, &tokens, &mut faults);
    let mut reader = FileReader {
        text: &patched,
        tokens: &tokens,
        braces: &braces,
        faults,
        constants: vec![],
        functions: vec![],
        broken: HashSet::new(),
        systems: vec![],
        reserved: HashSet::new(),
    };
    reader.file();
    let FileReader { mut faults, constants, functions, broken, systems, .. } = reader;

    for value in constants.iter().filter_map(|one| one.value.as_ref()) {
        lint::rounded(&patched, value, &mut faults);
    }
    let globals = globals::check(constants, functions, broken, &mut faults);
    let mut found: Vec<System> = vec![];
    let mut names: HashMap<String, crate::Span> = HashMap::new();
    for raw in systems {
        let name = raw.name.clone();
        if let Some(earlier) = names.get(&name.text) {
            let message = format!("a system called `{}` is defined twice", name.text);
            faults.push(
                Diagnostic::error("E021", name.span, message)
                    .related(earlier.clone(), "first here"),
            );
            continue;
        }
        names.insert(name.text, name.span);
        found.extend(collect(&patched, raw, &globals, &mut faults));
    }
    // A fault of the text inside a system makes it unsound, however well it was read.
    let mut at_fault: Vec<usize> =
        faults.iter().filter(|fault| fault.is_error()).map(|fault| fault.span.start).collect();
    at_fault.sort_unstable();
    found.retain(|system| {
        let next = at_fault.partition_point(|&start| start < system.span.start);
        at_fault.get(next).is_none_or(|&start| start >= system.span.end)
    });
    Parsed {
        systems: found,
        diagnostics: tidy(
            faults.into_iter().map(|fault| fault.at_whole_characters(text)).collect(),
        ),
    }
}

/// In order of the text, without repeats, and no more than a person reads.
fn tidy(mut faults: Vec<Diagnostic>) -> Vec<Diagnostic> {
    faults.sort_by(|a, b| {
        (a.span.start, a.span.end, a.code, &a.message).cmp(&(
            b.span.start,
            b.span.end,
            b.code,
            &b.message,
        ))
    });
    faults.dedup_by(|a, b| a.code == b.code && a.span == b.span);
    if faults.len() > MAX_FAULTS {
        // Errors before warnings: they are what has to be seen.
        let (mut errors, warnings): (Vec<_>, Vec<_>) =
            faults.into_iter().partition(Diagnostic::is_error);
        errors.extend(warnings);
        errors.truncate(MAX_FAULTS);
        errors.sort_by_key(|fault| fault.span.start);
        return errors;
    }
    faults
}

struct FileReader<'a> {
    text: &'a str,
    tokens: &'a [Token],
    braces: &'a Braces,
    faults: Vec<Diagnostic>,
    constants: Vec<Declared>,
    functions: Vec<FunctionItem>,
    broken: HashSet<String>,
    systems: Vec<RawSystem>,
    /// Keywords that were reported as names, in the system being read or outside of all.
    reserved: HashSet<String>,
}

impl FileReader<'_> {
    fn file(&mut self) {
        let all = 0..self.tokens.len();
        let statements =
            split(self.text, self.tokens, all, self.braces, Separator::Line, &mut self.faults);
        for statement in statements {
            self.item(&statement);
        }
    }

    fn read(&mut self, statement: &Statement, rule: Rule) -> Option<Syntax> {
        let before = self.faults.len();
        let syntax = read(self.text, statement, rule, &mut self.faults);
        self.once(before);
        if let Some(block) = &statement.block {
            let brace = self.tokens[block.start - 1].span();
            self.faults.push(
                Diagnostic::error("E001", brace, "no block is expected here")
                    .help("`{ ... }` follows `ode NAME`, `map NAME`, `meta`, `known` or `sample`"),
            );
        }
        syntax
    }

    /// A keyword as a name is reported where it stands first, not at its every use.
    fn once(&mut self, before: usize) {
        if let Some(fault) = self.faults[before..].last()
            && fault.code == RESERVED
            && !self.reserved.insert(self.text[fault.span.clone()].to_owned())
        {
            self.faults.pop();
        }
    }

    fn item(&mut self, statement: &Statement) {
        let head = statement.tokens[0];
        match head.text(self.text) {
            "lang" => {
                if let Some(Syntax::Language { version, span }) =
                    self.read(statement, Rule::language)
                {
                    self.version(&version, span);
                }
            }
            "const" => match self.read(statement, Rule::declaration) {
                Some(Syntax::Declaration { items, .. }) => self.constants_of(items, &statement.doc),
                _ => self.broken.extend(declared_names(self.text, statement)),
            },
            "fn" => match self.read(statement, Rule::function) {
                Some(Syntax::Function(function)) => {
                    let doc = statement.doc.clone();
                    self.functions.push(FunctionItem { doc, ..function });
                }
                _ => self.broken.extend(declared_names(self.text, statement)),
            },
            "ode" | "map" | "dde" | "sde" => self.system(statement),
            word => {
                let fault = if let Some(what) = not_yet(word) {
                    unsupported(&head, what)
                } else if HEADS.contains(&word) {
                    let message = format!("`{word}` belongs inside a system");
                    Diagnostic::error("E001", head.span(), message)
                        .help("open one with `ode NAME {` or `map NAME {`")
                } else {
                    let shown: String = word.chars().take(40).collect();
                    let message = format!("`{shown}` starts no item of a file");
                    Diagnostic::error("E001", head.span(), message)
                        .help("a file holds `ode NAME { .. }`, `map NAME { .. }`, `const` and `fn`")
                };
                self.faults.push(fault);
            }
        }
    }

    fn version(&mut self, version: &takens_symbolic::Rational, span: crate::Span) {
        let known = version.is_integer()
            && version.to_u32().is_some_and(|number| (1..=LANGUAGE_VERSION).contains(&number));
        if !known {
            let message = format!(
                "this file asks for version {} of the language; this program knows up to {LANGUAGE_VERSION}",
                &self.text[span.clone()]
            );
            self.faults
                .push(Diagnostic::error("E013", span, message).help("a newer program may read it"));
        }
    }

    fn constants_of(&mut self, items: Vec<Declared>, doc: &str) {
        for mut item in items {
            if let Some(fault) = odd_clause(&item, Head::Const) {
                self.faults.push(fault);
                self.broken.insert(item.name.text);
                continue;
            }
            doc.clone_into(&mut item.doc);
            self.constants.push(item);
        }
    }

    fn system(&mut self, statement: &Statement) {
        let head = statement.tokens[0];
        let kind = head.text(self.text);
        let named = statement
            .tokens
            .get(1)
            .filter(|token| matches!(token.kind, TokenKind::Word | TokenKind::Quoted));
        let Some(name) = named else {
            let message = format!("a name is expected after `{kind}`");
            self.faults.push(
                Diagnostic::error("E001", head.span(), message)
                    .help(format!("`{kind} Lorenz {{ .. }}`")),
            );
            return;
        };
        let Some(block) = statement.block.clone() else {
            let message = format!("`{kind} {}` has no block", name.text(self.text));
            self.faults.push(
                Diagnostic::error("E001", name.span(), message)
                    .help("its equations stand in `{ ... }`"),
            );
            return;
        };
        let close = self.tokens.get(block.end).filter(|token| token.text(self.text) == "}");
        let end = close.map_or_else(|| self.tokens[block.end - 1].end, |token| token.end);
        let mut raw = RawSystem {
            is_map: kind == "map",
            kind: SystemKind::by_keyword(kind).unwrap_or_default(),
            name: Name {
                text: name.text(self.text).trim_matches('`').to_owned(),
                span: name.span(),
            },
            doc: statement.doc.clone(),
            span: head.start..end,
            ..RawSystem::default()
        };
        self.reserved.clear();
        let mut supported = true;
        if let Some(token) = statement.tokens.get(2) {
            let word = token.text(self.text);
            supported = false;
            self.faults.push(match not_yet(word) {
                Some(what) => unsupported(token, what),
                None => Diagnostic::error(
                    "E001",
                    token.span(),
                    format!("`{word}` is not expected here"),
                )
                .help("after the name stands `{`"),
            });
        }
        let statements =
            split(self.text, self.tokens, block, self.braces, Separator::Line, &mut self.faults);
        for statement in &statements {
            supported &= self.statement(statement, &mut raw);
        }
        if supported {
            self.systems.push(raw);
        }
    }

    /// Reads a statement of a system; `false` if it is one that is not supported yet.
    fn statement(&mut self, statement: &Statement, raw: &mut RawSystem) -> bool {
        let head = statement.tokens[0];
        let word = head.text(self.text).to_owned();
        // `time' = ...` is an equation, of a state whose name is a keyword.
        let second = statement.tokens.get(1).map_or("", |token| token.text(self.text));
        let head_is_word = head.kind == TokenKind::Word && !matches!(second, "'" | "=" | "[");
        if head_is_word && let Some(what) = not_yet(&word) {
            self.faults.push(unsupported(&head, what));
            return false;
        }
        let rule = match word.as_str() {
            _ if !head_is_word => Rule::equation,
            "meta" | "known" | "sample" if statement.block.is_some() => {
                self.entries(statement, &word, raw);
                return true;
            }
            "meta" | "known" | "sample" => {
                let message = format!("`{word}` needs a block");
                self.faults.push(
                    Diagnostic::error("E001", head.span(), message)
                        .help(format!("write `{word} {{ key: value }}`")),
                );
                return true;
            }
            "lang" | "const" | "fn" | "ode" | "map" | "dde" | "sde" => {
                let message = format!("`{word}` belongs outside of systems");
                self.faults.push(Diagnostic::error("E001", head.span(), message));
                raw.broken.extend(declared_names(self.text, statement));
                return true;
            }
            "param" | "structural" | "state" | "let" | "output" => Rule::declaration,
            "index" => Rule::indices,
            "time" => Rule::time,
            "history" => Rule::history,
            "hamiltonian" => Rule::hamiltonian,
            "invariant" => Rule::invariant,
            _ => Rule::equation,
        };
        let equals = statement.tokens.iter().any(|token| token.text(self.text).trim_end() == "=");
        if rule == Rule::equation && !equals && !statement.broken {
            let shown: String = word.chars().take(40).collect();
            let message = format!("the line that starts with `{shown}` is no statement");
            if head.kind == TokenKind::Symbol {
                self.faults.push(Diagnostic::error("E001", head.span(), message).help(
                    "to go on with the line before, end that one with the operator, or put the \
                     whole in parentheses",
                ));
                return true;
            }
            self.faults.push(Diagnostic::error("E001", head.span(), message).help(
                "a system holds `param`, `state`, `let`, equations `x' = ...`, `index`, `output`, \
                 `meta`, `known` and `sample`",
            ));
            return true;
        }
        match self.read(statement, rule) {
            Some(Syntax::Declaration { head, items }) => {
                for mut item in items {
                    if let Some(fault) = odd_clause(&item, head) {
                        self.faults.push(fault);
                        raw.broken.insert(item.name.text.clone());
                        if head == Head::State {
                            raw.broken_equations.insert(item.name.text);
                        }
                        continue;
                    }
                    statement.doc.clone_into(&mut item.doc);
                    raw.declarations.push((head, item));
                }
            }
            Some(Syntax::Indices(indices)) => raw.indices.push(indices),
            Some(Syntax::Time { name, unit }) => {
                self.faults.extend(unit.map(units));
                raw.times.push(name);
            }
            Some(Syntax::Equation(equation)) => raw.equations.push(equation),
            Some(Syntax::History(history)) => raw.histories.push(history),
            Some(Syntax::Energy(energy)) => raw.energies.push(energy),
            Some(Syntax::Invariant(invariant)) => raw.invariants.push(invariant),
            // Nothing it says of a state can be told; that is no fault of the state.
            _ if word == "hamiltonian" => raw.unsure = true,
            _ if rule == Rule::equation => {
                raw.broken_equations.extend(declared_names(self.text, statement));
            }
            _ => {
                let names = declared_names(self.text, statement);
                if word == "state" {
                    raw.broken_equations.extend(names.iter().cloned());
                }
                raw.broken.extend(names);
            }
        }
        true
    }

    fn entries(&mut self, statement: &Statement, word: &str, raw: &mut RawSystem) {
        if let Some(extra) = statement.tokens.get(1) {
            let message = format!("`{}` is not expected here", extra.text(self.text));
            self.faults.push(Diagnostic::error("E001", extra.span(), message));
        }
        let block = statement.block.clone().unwrap_or_default();
        let separator = Separator::LineOrComma;
        let entries =
            split(self.text, self.tokens, block, self.braces, separator, &mut self.faults);
        for entry in &entries {
            let Some(Syntax::Entry(entry)) = self.read(entry, Rule::entry) else { continue };
            match word {
                "meta" => raw.meta.push(entry),
                "known" => raw.known.push(entry),
                _ => raw.sample.push(entry),
            }
        }
    }
}
