//! From the text of a file to its systems and all its faults.
//!
//! Start at [`parse_file`]. Statements are handed to the parser one by one; `clauses` knows what is
//! written well and yet cannot stand where it does; `events` reads what an event holds.

mod clauses;
mod events;

use crate::Diagnostic;
use crate::ast::*;
use crate::collect::{RawSystem, collect};
use crate::diagnostic::render;
use crate::extends;
use crate::files::{Loader, UsedFile, gather};
use crate::globals;
use crate::limits::{LANGUAGE_VERSION, MAX_FAULTS, MAX_FILE};
use crate::lint;
use crate::read::{declared_names, read};
use crate::refusal::RESERVED;
use crate::split::{Braces, HEADS, Separator, Statement, split};
use crate::syntax::StatementRule as Rule;
use crate::system::{System, SystemKind};
use crate::token::{Token, TokenKind};
use crate::units::Units;
use clauses::odd_clause;
use num_traits::ToPrimitive;
use std::collections::{HashMap, HashSet};

/// What a file gives.
#[derive(Debug, Clone, Default)]
pub struct Parsed {
    /// The systems without errors, in order; those of used files before those that use them.
    pub systems: Vec<System>,
    /// All faults and warnings, in order of the text.
    pub diagnostics: Vec<Diagnostic>,
    /// The files that it uses, in the order in which they were met.
    pub files: Vec<UsedFile>,
}

impl Parsed {
    /// The diagnostics as a person reads them, each with lines of the file it is about; `file` and
    /// `text` are the name and the text of the file that was read.
    #[must_use]
    pub fn render(&self, file: &str, text: &str, colour: bool) -> String {
        let folder = file.rfind(['/', '\\']).map_or("", |end| &file[..=end]);
        let shown = self.diagnostics.iter().map(|one| {
            let used = one.file.and_then(|place| self.files.get(place));
            let one = std::slice::from_ref(one);
            match used {
                Some(used) => render(one, &format!("{folder}{}", used.path), &used.text, colour),
                None => render(one, file, text, colour),
            }
        });
        shown.collect::<Vec<_>>().join("\n")
    }
}

/// Reads and checks a file. Any text is accepted: what is wrong becomes a diagnostic. A file that
/// it uses is one of those faults; [`parse_file_with`] can read it.
#[must_use]
pub fn parse_file(text: &str) -> Parsed {
    parse_file_with(text, "", &mut |_| Err("no other file is at hand here".to_owned()))
}

/// Reads and checks a file called `name`, with the files that it uses: `load` gives their texts by
/// their paths, which are relative to the folder of `name` and never leave it.
#[must_use]
pub fn parse_file_with(text: &str, name: &str, load: &mut Loader) -> Parsed {
    if text.len() > MAX_FILE {
        let message = format!("this file has {} bytes; at most {MAX_FILE} are allowed", text.len());
        let diagnostics = vec![Diagnostic::error("E003", 0..0, message)];
        return Parsed { diagnostics, ..Parsed::default() };
    }
    let mut faults = vec![];
    let sources = gather(text, name, load, &mut faults);
    let (root, text) = (text, sources.text.as_str());
    let braces: Vec<Braces> = sources
        .parts
        .iter()
        .map(|part| Braces::match_all(text, &part.tokens, &mut faults))
        .collect();
    let mut reader = FileReader {
        text,
        tokens: &[],
        braces: &braces[0],
        faults,
        constants: vec![],
        functions: vec![],
        units: vec![],
        broken: HashSet::new(),
        systems: vec![],
        reserved: HashSet::new(),
    };
    for &place in &sources.order {
        (reader.tokens, reader.braces) = (&sources.parts[place].tokens, &braces[place]);
        reader.file();
    }
    let FileReader { mut faults, constants, functions, units, broken, systems, .. } = reader;

    for value in constants.iter().filter_map(|one| one.value.as_ref()) {
        lint::rounded(text, value, &mut faults);
    }
    let units = Units::of_file(text, units, &mut faults);
    let missing = sources.missing;
    let globals = globals::check(constants, functions, broken, missing, &mut faults);
    let units = units.constants(text, &globals.globals, &mut faults);
    let mut unique: Vec<RawSystem> = vec![];
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
        unique.push(raw);
    }
    // A fault of the text inside a system makes it unsound, and those that extend it, however well
    // they were read.
    let at_fault = starts(&faults);
    let mut found: Vec<System> = vec![];
    for mut raw in extends::resolve(unique, missing, &mut faults) {
        if raw.ancestors.iter().any(|span| holds(&at_fault, span)) {
            raw.unsound = true;
        }
        found.extend(collect(text, raw, &globals, &units, &mut faults));
    }
    let at_fault = starts(&faults);
    found.retain(|system| !holds(&at_fault, &system.span));
    for system in &mut found {
        let part = sources.part_of(system.span.start);
        if part > 0 {
            system.localise(sources.parts[part].path.clone(), sources.parts[part].base);
        }
    }
    let faults = tidy(faults);
    let diagnostics: Vec<Diagnostic> =
        faults.into_iter().map(|fault| sources.localise(fault)).collect();
    let files = sources.into_files();
    let written = |place: Option<usize>| place.map_or(root, |place| files[place].text.as_str());
    let diagnostics = diagnostics
        .into_iter()
        .map(|fault| {
            let text = written(fault.file);
            fault.at_whole_characters(text)
        })
        .collect();
    Parsed { systems: found, diagnostics, files }
}

/// Where errors begin, in order.
fn starts(faults: &[Diagnostic]) -> Vec<usize> {
    let mut starts: Vec<usize> =
        faults.iter().filter(|fault| fault.is_error()).map(|fault| fault.span.start).collect();
    starts.sort_unstable();
    starts
}

fn holds(starts: &[usize], span: &crate::Span) -> bool {
    let next = starts.partition_point(|&start| start < span.start);
    starts.get(next).is_some_and(|&start| start < span.end)
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
    units: Vec<UnitItem>,
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
            "unit" => match self.read(statement, Rule::unit_item) {
                Some(Syntax::Unit(unit)) => self.units.push(unit),
                _ => {
                    let names = declared_names(self.text, statement).into_iter();
                    self.units.extend(names.map(|text| {
                        let name = Name { text, span: statement.span.clone() };
                        UnitItem { name, value: Some(0..0) }
                    }));
                }
            },
            // The file was read before; here only the form is judged.
            "use" => {
                self.read(statement, Rule::use_item);
            }
            "ode" | "map" | "dde" | "sde" => self.system(statement),
            word => {
                let fault = if HEADS.contains(&word) {
                    let message = format!("`{word}` belongs inside a system");
                    Diagnostic::error("E001", head.span(), message)
                        .help("open one with `ode NAME {` or `map NAME {`")
                } else {
                    let shown: String = word.chars().take(40).collect();
                    let message = format!("`{shown}` starts no item of a file");
                    Diagnostic::error("E001", head.span(), message)
                        .help("a file holds `ode NAME { .. }`, `map NAME { .. }`, `const`, `fn`, `unit` and `use`")
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
        let extends = statement.tokens.get(2).filter(|token| token.text(self.text) == "extends");
        let mut after = 2;
        if let Some(token) = extends {
            after = 4;
            let parent = statement.tokens.get(3);
            let parent =
                parent.filter(|token| matches!(token.kind, TokenKind::Word | TokenKind::Quoted));
            match parent {
                Some(parent) => {
                    let text = parent.text(self.text).trim_matches('`').to_owned();
                    raw.extends = Some(Name { text, span: parent.span() });
                }
                None => {
                    let message = "the name of a system is expected after `extends`";
                    self.faults.push(
                        Diagnostic::error("E001", token.span(), message)
                            .help(format!("`{kind} {} extends NAME {{ .. }}`", raw.name.text)),
                    );
                    raw.unsound = true;
                }
            }
        }
        if let Some(token) = statement.tokens.get(after) {
            let word = token.text(self.text);
            supported = false;
            let message = format!("`{word}` is not expected here");
            self.faults.push(
                Diagnostic::error("E001", token.span(), message).help("after the name stands `{`"),
            );
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
            "lang" | "const" | "fn" | "ode" | "map" | "dde" | "sde" | "unit" | "use" => {
                let message = format!("`{word}` belongs outside of systems");
                self.faults.push(Diagnostic::error("E001", head.span(), message));
                raw.broken.extend(declared_names(self.text, statement));
                return true;
            }
            "event" => {
                self.event(statement, raw);
                return true;
            }
            "param" | "structural" | "state" | "let" | "output" | "mode" => Rule::declaration,
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
                 `event`, `mode`, `meta`, `known` and `sample`",
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
                raw.time_units.extend(unit);
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
