//! The names of a file as a tree: systems, with what they declare.

use crate::document::Document;
use lsp_types::{DocumentSymbol, DocumentSymbolResponse, Location, SymbolInformation, SymbolKind};
use takens_dsl::Span;
use takens_dsl::outline::{Definition, NameKind};

/// What the editor lists for a file; a plain list for one that shows no trees.
pub(crate) fn symbols(document: &Document, nested: bool) -> DocumentSymbolResponse {
    let tree = tree(document);
    if nested {
        return DocumentSymbolResponse::Nested(tree);
    }
    let mut list = vec![];
    for one in tree {
        let container = one.name.clone();
        list.push(information(document, &one, None));
        for inner in one.children.into_iter().flatten() {
            list.push(information(document, &inner, Some(container.clone())));
        }
    }
    DocumentSymbolResponse::Flat(list)
}

fn tree(document: &Document) -> Vec<DocumentSymbol> {
    let outline = document.outline();
    let mut found = vec![];
    for one in &outline.definitions {
        if one.system.is_some() || one.kind.is_local() {
            continue;
        }
        let mut symbol = symbol(document, one);
        if one.kind == NameKind::System {
            let system = outline
                .systems
                .iter()
                .position(|system| outline.definitions[system.definition].span == one.span);
            let inner = outline
                .definitions
                .iter()
                .filter(|inner| inner.system == system && !inner.kind.is_local());
            symbol.children = Some(inner.map(|inner| self::symbol(document, inner)).collect());
            symbol.detail = system.map(|system| outline.systems[system].keyword.clone());
        }
        found.push(symbol);
    }
    found.sort_by_key(|one| (one.range.start.line, one.range.start.character));
    found
}

#[expect(deprecated, reason = "the protocol's type has the field")]
fn symbol(document: &Document, one: &Definition) -> DocumentSymbol {
    let whole: Span = one.whole.start.min(one.span.start)..one.whole.end.max(one.span.end);
    let value = one.value.as_ref().map(|value| document.slice(value));
    let short = value.filter(|value| value.len() < 40 && !value.contains('\n'));
    DocumentSymbol {
        name: one.name.clone(),
        detail: Some(match short {
            Some(value) => format!("{} = {value}", one.kind.words()),
            None => one.kind.words().to_owned(),
        }),
        kind: kind(one.kind),
        tags: None,
        deprecated: None,
        range: document.range(&whole),
        selection_range: document.range(&one.span),
        children: None,
    }
}

#[expect(deprecated, reason = "the protocol's type has the field")]
fn information(
    document: &Document,
    one: &DocumentSymbol,
    container_name: Option<String>,
) -> SymbolInformation {
    SymbolInformation {
        name: one.name.clone(),
        kind: one.kind,
        tags: None,
        deprecated: None,
        location: Location::new(document.uri.clone(), one.range),
        container_name,
    }
}

fn kind(kind: NameKind) -> SymbolKind {
    match kind {
        NameKind::System => SymbolKind::CLASS,
        NameKind::Function => SymbolKind::FUNCTION,
        NameKind::Constant | NameKind::Parameter | NameKind::Unit => SymbolKind::CONSTANT,
        NameKind::Structural => SymbolKind::TYPE_PARAMETER,
        NameKind::State | NameKind::Mode | NameKind::Time => SymbolKind::FIELD,
        NameKind::Let | NameKind::Argument | NameKind::Bound => SymbolKind::VARIABLE,
        NameKind::Output | NameKind::Invariant => SymbolKind::PROPERTY,
        NameKind::Index => SymbolKind::ARRAY,
        NameKind::Event | NameKind::Noise => SymbolKind::EVENT,
    }
}
