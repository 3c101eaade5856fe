//! Where a name is defined and used.

use crate::document::Document;
use crate::files::Elsewhere;
use lsp_types::Location;
use std::rc::Rc;
use takens_dsl::Span;
use takens_dsl::outline::{NameKind, Outline, Sort, Use};

/// The definition that the name at a byte of the text has in one of the files it uses.
pub(crate) fn elsewhere(
    document: &Document,
    offset: usize,
    used: &[Rc<Document>],
) -> Option<Elsewhere> {
    let outline = document.outline();
    let one = outline.use_at(offset).filter(|one| one.definition.is_none())?;
    let found = |document: &Rc<Document>, definition: usize| Elsewhere {
        document: Rc::clone(document),
        definition,
    };
    // First what the system has from one that it extends.
    let mut base = one.system.and_then(|system| last_base(outline, system));
    while let Some(name) = base.take() {
        let Some((file, system)) =
            used.iter().find_map(|file| Some((file, file.outline().system(&name)?)))
        else {
            break;
        };
        let other = file.outline();
        for system in other.lineage(system) {
            let own = other.definitions.iter().position(|definition| {
                definition.system == Some(system)
                    && definition.name == one.name
                    && !definition.kind.is_local()
            });
            if let Some(own) = own.filter(|_| !matches!(one.sort, Sort::Base | Sort::Mention)) {
                return Some(found(file, own));
            }
        }
        base = last_base(other, system).filter(|next| *next != name);
    }
    used.iter().find_map(|file| {
        let fits = |place: &usize| {
            let definition = file.definition(*place);
            definition.name == one.name && fits(one, definition.kind)
        };
        let places = 0..file.outline().definitions.len();
        places.into_iter().find(fits).map(|place| found(file, place))
    })
}

/// The base that this file does not have.
fn last_base(outline: &Outline, system: usize) -> Option<String> {
    let line = outline.lineage(system);
    let base = outline.systems[*line.last()?].base.clone()?;
    outline.system(&base).is_none().then_some(base)
}

fn fits(one: &Use, kind: NameKind) -> bool {
    match one.sort {
        Sort::Base | Sort::Mention => kind == NameKind::System,
        Sort::Call => kind == NameKind::Function,
        _ => matches!(kind, NameKind::Constant | NameKind::Function),
    }
}

/// Where the name at a byte of the text is defined.
pub(crate) fn definition(
    document: &Document,
    offset: usize,
    used: &[Rc<Document>],
) -> Vec<Location> {
    let outline = document.outline();
    if let Some(place) = outline.definition_at(offset) {
        let span = &outline.definitions[place].span;
        return vec![Location::new(document.uri.clone(), document.range(span))];
    }
    let link =
        outline.links.iter().find(|link| link.span.start <= offset && offset <= link.span.end);
    if let Some(link) = link {
        let file = used.iter().find(|file| file.uri.as_str().ends_with(&link.path));
        return file
            .map(|file| Location::new(file.uri.clone(), file.range(&(0..0))))
            .into_iter()
            .collect();
    }
    elsewhere(document, offset, used)
        .map(|one| {
            let span = &one.document.definition(one.definition).span;
            Location::new(one.document.uri.clone(), one.document.range(span))
        })
        .into_iter()
        .collect()
}

/// A text with places in it.
pub(crate) type Places<'a> = (&'a Document, Vec<Span>);

/// All places of a name: in the file that defines it, first, and in `others`, which are texts with the
/// files that they use.
pub(crate) fn places<'a>(
    home: &'a Document,
    place: usize,
    others: &[(&'a Document, Vec<Rc<Document>>)],
    declaration: bool,
) -> Vec<Places<'a>> {
    let outline = home.outline();
    let family = outline.family(place);
    let defined = family.iter().map(|&place| outline.definitions[place].span.clone());
    let used = outline
        .uses
        .iter()
        .filter(|one| one.definition.is_some_and(|place| family.contains(&place)))
        .map(|one| one.span.clone());
    let mut spans: Vec<Span> = defined.filter(|_| declaration).chain(used).collect();
    spans.sort_by_key(|span| span.start);
    spans.dedup();
    let mut found = vec![(home, spans)];
    let name = &outline.definitions[place].name;
    if outline.definitions[place].kind.is_local() {
        return found;
    }
    for (other, used) in others {
        let reaches = used.iter().any(|file| file.uri == home.uri);
        if !reaches || other.uri == home.uri {
            continue;
        }
        let open = other.outline().uses.iter();
        let spans: Vec<Span> = open
            .filter(|one| one.definition.is_none() && one.name == *name)
            .filter(|one| {
                elsewhere(other, one.span.start, used).is_some_and(|target| {
                    target.document.uri == home.uri && family.contains(&target.definition)
                })
            })
            .map(|one| one.span.clone())
            .collect();
        if !spans.is_empty() {
            found.push((*other, spans));
        }
    }
    found
}
