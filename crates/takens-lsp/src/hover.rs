//! What a name is: its definition as written, its documentation, and what follows from it.

use crate::derivatives;
use crate::document::Document;
use crate::files::Elsewhere;
use crate::words;
use lsp_types::{Hover, HoverContents, MarkupContent, MarkupKind};
use takens_dsl::outline::{Definition, NameKind, Outline};
use takens_dsl::{Span, System};

/// A longer definition is cut.
const MAX_CODE: usize = 1200;

/// What is shown for a byte of the text; `other` is the definition in another file, if it has none here.
pub(crate) fn hover(
    document: &mut Document,
    offset: usize,
    other: Option<&Elsewhere>,
) -> Option<Hover> {
    // The diagnostics know the sound systems; the outline knows the names.
    document.checked();
    let outline = document.outline();
    let named = outline.use_at(offset);
    let span = named.map(|one| one.span.clone());
    if let Some(place) = outline.definition_at(offset) {
        let own = outline.definitions[place].span.clone();
        let at = if own.start <= offset && offset <= own.end { Some(own) } else { span };
        let system = outline.definitions[place].system;
        let text = describe(document, outline, place, named.and_then(|one| one.system).or(system));
        return Some(shown(document, text, at));
    }
    if let Some(other) = other {
        let file = &other.document;
        let definition = file.definition(other.definition);
        let mut text = describe(file, file.outline(), other.definition, definition.system);
        text += &format!("\n\ndefined in `{}`", file.uri.as_str().rsplit('/').next()?);
        return Some(shown(document, text, span));
    }
    let span = span.unwrap_or_else(|| word_at(&document.text, offset));
    let word = document.slice(&span).to_owned();
    let block =
        outline.blocks.iter().find(|one| one.span.start <= offset && offset <= one.span.end);
    let key = block.and_then(|block| words::key(&block.word, &word));
    let (code, about) = match (named, key) {
        (None, Some(about)) => (format!("{word}:"), about),
        (Some(_), _) => words::builtin(&word).map(|(code, about)| (code.to_owned(), about))?,
        _ if in_prose(document, offset) => return None,
        _ => words::keyword(&word).map(|(code, about)| (code.to_owned(), about))?,
    };
    Some(shown(document, format!("{}\n\n{about}", fenced(&code)), Some(span)))
}

fn shown(document: &Document, text: String, span: Option<Span>) -> Hover {
    Hover {
        contents: HoverContents::Markup(MarkupContent { kind: MarkupKind::Markdown, value: text }),
        range: span.map(|span| document.range(&span)),
    }
}

/// In a comment or a string, words mean themselves.
fn in_prose(document: &Document, offset: usize) -> bool {
    use takens_dsl::outline::Place;
    let context = document.outline().context(&document.text, offset);
    matches!(context.place, Place::Comment | Place::Text(_))
}

fn describe(
    document: &Document,
    outline: &Outline,
    place: usize,
    seen_from: Option<usize>,
) -> String {
    let one = &outline.definitions[place];
    let system = one
        .system
        .map(|system| outline.definitions[outline.systems[system].definition].name.as_str());
    let mut text = fenced(&code(document, outline, one));
    if !one.doc.is_empty() {
        text += &format!("\n\n{}", one.doc);
    }
    text += &format!("\n\n{}", one.kind.words());
    if let Some(system) = system {
        text += &format!(" of `{system}`");
    }
    let slice = |span: &Option<Span>| span.as_ref().map(|span| document.slice(span).to_owned());
    let value = slice(&one.value).filter(|value| value.len() < 200);
    let mut about = vec![];
    match (one.kind, value) {
        (NameKind::Parameter | NameKind::Structural, Some(value)) => {
            about.push(format!("default `{value}`"));
        }
        (NameKind::State, Some(value)) => about.push(format!("starts at `{value}`")),
        (NameKind::Let | NameKind::Constant, Some(value)) => about.push(format!("value `{value}`")),
        _ => {}
    }
    if let Some(range) = slice(&one.range) {
        let word = match one.kind {
            NameKind::State => "wrapped into",
            NameKind::Index => "over",
            _ => "range",
        };
        about.push(format!("{word} `{range}`"));
    }
    if let Some(unit) = slice(&one.unit) {
        about.push(format!("unit `{unit}`"));
    }
    if !about.is_empty() {
        text += &format!(", {}", about.join(", "));
    }
    if one.replaces.is_some() {
        text += ", in place of the one of the system it extends";
    }
    let owner = seen_from.or(one.system);
    let owner = owner.map(|system| &outline.definitions[outline.systems[system].definition].name);
    let sound = owner.and_then(|name| document.known().systems.get(name));
    match one.kind {
        NameKind::State => text += &movement(document, outline, one, seen_from, sound),
        NameKind::System => text += &summary(document, one),
        _ => {}
    }
    text
}

/// The definition as it is written.
fn code(document: &Document, outline: &Outline, one: &Definition) -> String {
    let written = match one.kind {
        NameKind::System => {
            let system = outline.systems.iter().find(|system| system.span == one.whole);
            let base = system.and_then(|system| system.base.as_ref());
            let word = system.map_or("ode", |system| system.keyword.as_str());
            let base = base.map_or(String::new(), |base| format!(" extends {base}"));
            return format!("{word} {}{base}", one.name);
        }
        NameKind::Argument | NameKind::Bound | NameKind::Noise => return one.name.clone(),
        _ => document.slice(&one.whole),
    };
    let head = match one.kind {
        NameKind::Parameter => "param ",
        NameKind::Structural => "structural param ",
        NameKind::State => "state ",
        NameKind::Let => "let ",
        NameKind::Output => "output ",
        NameKind::Invariant => "invariant ",
        NameKind::Constant => "const ",
        _ => "",
    };
    let headed = head.is_empty() || written.starts_with(head);
    let written = if headed { written.to_owned() } else { format!("{head}{written}") };
    match written.char_indices().nth(MAX_CODE) {
        Some((end, _)) => format!("{} ...", &written[..end]),
        None => written,
    }
}

/// How a state moves: its equations, and their derivatives by the states.
fn movement(
    document: &Document,
    outline: &Outline,
    one: &Definition,
    seen_from: Option<usize>,
    sound: Option<&System>,
) -> String {
    let Some(system) = seen_from.or(one.system) else { return String::new() };
    // The equations that hold are those of the nearest system that has some.
    let equations = outline.lineage(system).into_iter().find_map(|system| {
        let found = outline
            .equations
            .iter()
            .filter(|equation| equation.system == system && equation.target == one.name);
        let found: Vec<&str> = found.map(|equation| document.slice(&equation.span)).collect();
        (!found.is_empty()).then_some(found)
    });
    let mut text = String::new();
    if let Some(equations) = equations {
        text += &format!("\n\n{}", fenced(&equations.join("\n")));
    }
    let lines = sound.map(|system| derivatives::lines(system, &one.name)).unwrap_or_default();
    if !lines.is_empty() {
        text += &format!("\n\npartial derivatives:\n\n{}", fenced(&lines.join("\n")));
    }
    text
}

/// What is known of a system that is sound.
fn summary(document: &Document, one: &Definition) -> String {
    let Some(system) = document.known().systems.get(&one.name) else { return String::new() };
    let count: usize = system.states.iter().map(|one| one.shape.iter().product::<usize>()).sum();
    let plural = |count: usize| if count == 1 { "" } else { "s" };
    let parameters = system.parameters.len();
    let mut text = format!(
        ", {count} component{}, {parameters} parameter{}",
        plural(count),
        plural(parameters)
    );
    if let Some(field) = &system.meta.field {
        text += &format!("\n\nfield: {field}");
    }
    for cite in &system.meta.cite {
        text += &format!("\n\nsource: {cite}");
    }
    text
}

fn fenced(code: &str) -> String {
    // No text of the language has three backquotes in a row that mean something.
    format!("```takens\n{}\n```", code.replace("```", "` ` `"))
}

/// The word at a byte of the text.
fn word_at(text: &str, offset: usize) -> Span {
    let offset = text.floor_char_boundary(offset);
    let part = |c: &char| c.is_alphanumeric() || *c == '_';
    let before = text[..offset].chars().rev().take_while(part).map(char::len_utf8).sum::<usize>();
    let after = text[offset..].chars().take_while(part).map(char::len_utf8).sum::<usize>();
    offset - before..offset + after
}
