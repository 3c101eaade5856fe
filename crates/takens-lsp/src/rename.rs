//! A name changed wherever it stands.
//!
//! The change is tried first: if any name would mean something else afterwards, it is refused.

use crate::actions::changes;
use crate::document::Document;
use crate::files::Elsewhere;
use crate::navigate::places;
use lsp_types::{Range, TextEdit, WorkspaceEdit};
use std::rc::Rc;
use takens_dsl::Span;
use takens_dsl::outline::{NameKind, Outline, Sort, outline};
use takens_symbolic::{KEYWORDS, quote};

/// The place of the name at a byte of the text, if it can be changed.
///
/// # Errors
/// A sentence that says why it cannot.
pub(crate) fn prepare(
    document: &Document,
    offset: usize,
    other: Option<&Elsewhere>,
) -> Result<(Range, String), String> {
    let outline = document.outline();
    let known = outline.definition_at(offset).is_some() || other.is_some();
    let defined = outline.definitions.iter().map(|one| (&one.span, &one.name));
    let used = outline.uses.iter().map(|one| (&one.span, &one.name));
    let named = defined
        .chain(used)
        .find(|(span, _)| span.start <= offset && offset <= span.end)
        .filter(|_| known);
    let (span, name) = named.ok_or_else(|| nameless(outline, offset))?;
    Ok((document.range(span), name.clone()))
}

/// Why nothing can be changed at a byte of the text.
pub(crate) fn nameless(outline: &Outline, offset: usize) -> String {
    let Some(one) = outline.use_at(offset) else {
        return "there is no name here that could be changed".to_owned();
    };
    if crate::words::builtin(&one.name).is_some() {
        format!("`{}` belongs to the language", one.name)
    } else {
        format!("nothing here is called `{}`", one.name)
    }
}

/// The edits that give a name of `home` another name, in that file and in `others`, which are texts
/// with the files that they use.
///
/// # Errors
/// A sentence that says why that cannot be.
pub(crate) fn rename(
    home: &Document,
    place: usize,
    others: &[(&Document, Vec<Rc<Document>>)],
    name: &str,
) -> Result<WorkspaceEdit, String> {
    let outline = home.outline();
    let new = name.trim().trim_matches('`');
    if !is_word(new) {
        return Err(format!(
            "`{}` is not a name: a name has letters, digits and `_`, and starts with none of the digits",
            name.chars().take(60).collect::<String>()
        ));
    }
    let definition = &outline.definitions[place];
    if new == definition.name {
        return Ok(changes([(home.uri.clone(), vec![])]));
    }
    reserved(new, definition.kind)?;
    clash(home, outline, &outline.family(place), new)?;
    let mut edits = vec![];
    for (document, spans) in places(home, place, others, true) {
        let outline = document.outline();
        let written = quote(new);
        let list: Vec<(Span, String)> = spans
            .into_iter()
            .map(|span| {
                let one = outline.use_at(span.start).filter(|one| one.span == span);
                // Between quotes no name needs backquotes.
                let mentioned = one.is_some_and(|one| one.sort == Sort::Mention);
                (span, if mentioned { new.to_owned() } else { written.to_string() })
            })
            .collect();
        let changed = applied(&document.text, &list);
        same_meaning(outline, &self::outline(&changed), new)?;
        let list = list.into_iter().map(|(span, text)| TextEdit::new(document.range(&span), text));
        edits.push((document.uri.clone(), list.collect()));
    }
    Ok(changes(edits))
}

/// Whether this is one word, as names are: a keyword is, for it can stand in backquotes.
fn is_word(text: &str) -> bool {
    let source = format!("const `{text}` = 0");
    let found = outline(&source);
    text.len() <= 256
        && !text.contains(['`', '\n'])
        && found.definitions.len() == 1
        && takens_dsl::parse_file(&source).diagnostics.iter().all(|one| !one.is_error())
}

fn reserved(new: &str, kind: NameKind) -> Result<(), String> {
    let builtin = crate::words::builtin(new).is_some();
    if builtin && kind == NameKind::Function && !matches!(new, "pi" | "t") {
        return Err(format!("`{new}` is a function of the language already"));
    }
    if builtin && matches!(new, "pi" | "t") && kind != NameKind::System && kind != NameKind::Time {
        return Err(format!("`{new}` has a meaning in the language already"));
    }
    Ok(())
}

/// A name beside the one that is changed which is called so already.
fn clash(
    document: &Document,
    outline: &Outline,
    family: &[usize],
    new: &str,
) -> Result<(), String> {
    for &place in family {
        let own = &outline.definitions[place];
        let beside = outline.definitions.iter().find(|other| {
            let apart = |kind: NameKind| {
                matches!(kind, NameKind::Output | NameKind::Invariant | NameKind::Noise)
            };
            let same_space = apart(own.kind) == apart(other.kind)
                && (own.kind == NameKind::System) == (other.kind == NameKind::System);
            let overlap = !own.kind.is_local() && !other.kind.is_local()
                || own.kind.is_local()
                    && other.kind.is_local()
                    && own.visible.start < other.visible.end
                    && other.visible.start < own.visible.end;
            other.name == new && other.system == own.system && same_space && overlap
        });
        if let Some(other) = beside {
            let line = document.range(&other.span).start.line + 1;
            let kind = other.kind.words();
            return Err(format!("`{new}` is a {kind} here already, on line {line}"));
        }
    }
    Ok(())
}

fn applied(text: &str, edits: &[(Span, String)]) -> String {
    let (mut found, mut at) = (String::with_capacity(text.len()), 0);
    for (span, new) in edits {
        if span.start < at {
            continue;
        }
        found.push_str(&text[at..span.start]);
        found.push_str(new);
        at = span.end;
    }
    found.push_str(&text[at..]);
    found
}

/// Every use means the same definition before and after.
fn same_meaning(before: &Outline, after: &Outline, new: &str) -> Result<(), String> {
    let meaning = |outline: &Outline| -> Vec<Option<usize>> {
        outline.uses.iter().map(|one| one.definition).collect()
    };
    let (old, now) = (meaning(before), meaning(after));
    let replaces = |outline: &Outline| -> Vec<Option<usize>> {
        outline.definitions.iter().map(|one| one.replaces).collect()
    };
    if old == now && replaces(before) == replaces(after) {
        return Ok(());
    }
    let changed = old.iter().zip(&now).position(|(a, b)| a != b);
    let system = changed.and_then(|place| before.uses.get(place)?.system);
    let place = system.map_or(String::new(), |system| {
        let name = &before.definitions[before.systems[system].definition].name;
        format!(" in `{name}`")
    });
    let word = if KEYWORDS.contains(&new) { "the word" } else { "the name" };
    Err(format!("{word} `{new}` would mean something else{place}; choose another one"))
}
