//! What could be written at a place.

use crate::document::Document;
use crate::words;
use lsp_types::{
    CompletionItem, CompletionItemKind, CompletionTextEdit, Documentation, MarkupContent,
    MarkupKind, Range, TextEdit,
};
use std::collections::HashSet;
use std::rc::Rc;
use takens_dsl::outline::{Definition, NameKind, Place};
use takens_symbolic::quote;

/// More than a person looks through; editors filter what is there.
const MAX_ITEMS: usize = 2000;

/// The words that could stand at a byte of the text.
pub(crate) fn completion(
    document: &Document,
    offset: usize,
    used: &[Rc<Document>],
) -> Vec<CompletionItem> {
    let outline = document.outline();
    let context = outline.context(&document.text, offset);
    let end = offset.max(context.start);
    let range = document.range(&(context.start..end));
    let mut list = List { document, used, offset, range, items: vec![], seen: HashSet::new() };
    match &context.place {
        Place::Comment => {}
        Place::NewName if context.head == "structural" => list.keywords(&["param"]),
        Place::NewName => {}
        Place::Text(head) => {
            let start = context.start.min(document.text.len());
            let line = document.text[..start].rfind('\n').map_or(0, |at| at + 1);
            let named =
                head == "same_form_as" || document.text[line..start].contains("same_form_as");
            if named {
                list.systems(None);
            }
        }
        Place::Item => list.keywords(&words::ITEM),
        Place::Statement(system) => {
            list.keywords(&words::STATEMENT);
            list.equations(*system);
        }
        Place::Entry(block, system) => {
            for (key, about) in words::keys(block) {
                list.word(key, CompletionItemKind::PROPERTY, Some(&format!("{key}: ")), about);
            }
            if !matches!(block.as_str(), "meta" | "known" | "sample") {
                list.names(Some(*system));
            }
        }
        Place::Base => {
            let own = outline.systems.iter().rposition(|one| one.span.start <= context.start);
            list.systems(own);
        }
        Place::Value(system) => {
            list.names(*system);
            list.functions();
            list.keywords(&words::VALUE);
        }
        Place::Clause(system) => {
            list.keywords(words::clauses(&context.head));
            // What looks whole may be the start of a name, as in `x' = a`.
            if words::keyword(&context.head).is_none() {
                list.names(*system);
            }
        }
    }
    list.items.truncate(MAX_ITEMS);
    list.items
}

struct List<'a> {
    document: &'a Document,
    used: &'a [Rc<Document>],
    offset: usize,
    range: Range,
    items: Vec<CompletionItem>,
    seen: HashSet<String>,
}

impl List<'_> {
    fn push(
        &mut self,
        label: &str,
        kind: CompletionItemKind,
        insert: String,
        detail: String,
        about: String,
        order: &str,
    ) {
        if !self.seen.insert(label.to_owned()) {
            return;
        }
        let markup = MarkupContent { kind: MarkupKind::Markdown, value: about };
        self.items.push(CompletionItem {
            label: label.to_owned(),
            kind: Some(kind),
            detail: Some(detail),
            documentation: (!markup.value.is_empty())
                .then_some(Documentation::MarkupContent(markup)),
            sort_text: Some(format!("{order}{label}")),
            filter_text: Some(label.to_owned()),
            text_edit: Some(CompletionTextEdit::Edit(TextEdit::new(self.range, insert))),
            ..CompletionItem::default()
        });
    }

    fn word(&mut self, word: &str, kind: CompletionItemKind, insert: Option<&str>, about: &str) {
        let insert = insert.unwrap_or(word).to_owned();
        self.push(word, kind, insert, String::new(), about.to_owned(), "5");
    }

    fn keywords(&mut self, words: &[&str]) {
        for word in words {
            let (code, about) = words::keyword(word).unwrap_or((word, ""));
            let (detail, about) = (code.to_owned(), about.to_owned());
            self.push(word, CompletionItemKind::KEYWORD, (*word).to_owned(), detail, about, "6");
        }
    }

    fn functions(&mut self) {
        for (word, code, about) in words::BUILTIN {
            let kind = match word {
                "pi" | "t" => CompletionItemKind::CONSTANT,
                _ => CompletionItemKind::FUNCTION,
            };
            self.push(word, kind, word.to_owned(), code.to_owned(), about.to_owned(), "4");
        }
    }

    /// The names that an expression sees: those of the statement, of the system and those it extends, of
    /// the file and the files it uses.
    fn names(&mut self, system: Option<usize>) {
        let document = self.document;
        let outline = document.outline();
        let at = self.offset;
        for one in outline.definitions.iter().filter(|one| one.kind.is_local()) {
            if one.visible.start <= at && at <= one.visible.end {
                self.name(document, one, "1");
            }
        }
        for system in system.map(|system| outline.lineage(system)).unwrap_or_default() {
            let own = outline.definitions.iter().filter(|one| one.system == Some(system));
            for one in own.filter(|one| {
                !one.kind.is_local()
                    && !matches!(one.kind, NameKind::Output | NameKind::Invariant | NameKind::Event)
            }) {
                self.name(document, one, "2");
            }
        }
        for file in std::iter::once(document).chain(self.used.iter().map(|file| &**file)) {
            let global = file.outline().definitions.iter();
            for one in
                global.filter(|one| matches!(one.kind, NameKind::Constant | NameKind::Function))
            {
                self.name(file, one, "3");
            }
        }
    }

    fn name(&mut self, file: &Document, one: &Definition, order: &str) {
        let kind = match one.kind {
            NameKind::Function => CompletionItemKind::FUNCTION,
            NameKind::Constant => CompletionItemKind::CONSTANT,
            NameKind::System => CompletionItemKind::CLASS,
            NameKind::State | NameKind::Mode => CompletionItemKind::FIELD,
            NameKind::Parameter | NameKind::Structural => CompletionItemKind::PROPERTY,
            _ => CompletionItemKind::VARIABLE,
        };
        let value = one.value.as_ref().map(|value| file.slice(value));
        let detail = match value.filter(|value| value.len() < 60 && !value.contains('\n')) {
            Some(value) => format!("{} = {value}", one.kind.words()),
            None => one.kind.words().to_owned(),
        };
        self.push(&one.name, kind, quote(&one.name).into_owned(), detail, one.doc.clone(), order);
    }

    fn systems(&mut self, but: Option<usize>) {
        let document = self.document;
        let but = but.map(|system| document.outline().systems[system].definition);
        for file in std::iter::once(document).chain(self.used.iter().map(|file| &**file)) {
            for (place, one) in file.outline().definitions.iter().enumerate() {
                let own = std::ptr::eq(file, document) && but == Some(place);
                if one.kind == NameKind::System && !own {
                    self.name(file, one, "1");
                }
            }
        }
    }

    /// The left-hand sides that a system still lacks.
    fn equations(&mut self, system: usize) {
        let outline = self.document.outline();
        let map = outline.systems[system].keyword == "map";
        let line = outline.lineage(system);
        for one in outline.definitions.iter().filter(|one| {
            one.kind == NameKind::State && one.system.is_some_and(|own| line.contains(&own))
        }) {
            let has = outline
                .equations
                .iter()
                .any(|equation| equation.system == system && equation.target == one.name);
            let whole = self.document.slice(&(one.span.end..one.whole.end.max(one.span.end)));
            let subscripts = whole.strip_prefix('[').and_then(|rest| rest.split_once(']'));
            let subscripts = subscripts.map_or(String::new(), |(inner, _)| format!("[{inner}]"));
            let name = format!("{}{subscripts}", quote(&one.name));
            let left = if map { format!("next {name} = ") } else { format!("{name}' = ") };
            if !has {
                let label = left.trim_end_matches(" = ").to_owned();
                let (detail, about) = ("equation".to_owned(), one.doc.clone());
                self.push(&label, CompletionItemKind::SNIPPET, left, detail, about, "1");
            }
        }
    }
}
