//! Fixes: each that a diagnostic names, and all of a file at once.

use crate::diagnostics::show;
use crate::document::Document;
use lsp_types::{
    CodeAction, CodeActionKind, CodeActionOrCommand, Range, TextEdit, Uri, WorkspaceEdit,
};
use std::collections::HashMap;
use takens_dsl::{Diagnostic, Fix};

/// The actions for a range of the text, of the kinds that are asked for.
pub(crate) fn actions(
    document: &mut Document,
    range: &Range,
    only: Option<&[CodeActionKind]>,
) -> Vec<CodeActionOrCommand> {
    let wanted = |kind: &CodeActionKind| {
        only.is_none_or(|kinds| kinds.iter().any(|one| covers(one.as_str(), kind.as_str())))
    };
    let found = document.checked().diagnostics.clone();
    let span = document.lines().span(&document.text, range);
    let fixable = found.iter().filter_map(|one| one.fix.as_ref().map(|fix| (one, fix)));
    let mut actions = vec![];
    if wanted(&CodeActionKind::QUICKFIX) {
        let near = fixable
            .clone()
            .filter(|(one, _)| one.span.start <= span.end && span.start <= one.span.end);
        for (one, fix) in near {
            actions.push(CodeActionOrCommand::CodeAction(CodeAction {
                title: title(document, fix),
                kind: Some(CodeActionKind::QUICKFIX),
                diagnostics: Some(vec![show(document, one, false)]),
                edit: Some(edit(document, &[fix])),
                is_preferred: Some(true),
                ..CodeAction::default()
            }));
        }
    }
    let all = apart(fixable);
    for kind in [CodeActionKind::SOURCE_FIX_ALL, CodeActionKind::QUICKFIX] {
        // Among the fixes of one place, "all" is worth a line where it is more than those.
        let more = kind == CodeActionKind::SOURCE_FIX_ALL || !actions.is_empty() && all.len() > 1;
        let asked = kind != CodeActionKind::SOURCE_FIX_ALL || only.is_some();
        if !all.is_empty() && more && asked && wanted(&kind) {
            actions.push(CodeActionOrCommand::CodeAction(CodeAction {
                title: format!("Fix all in this file ({})", all.len()),
                kind: Some(kind),
                edit: Some(edit(document, &all)),
                ..CodeAction::default()
            }));
        }
    }
    actions
}

/// Kinds are paths: `source` covers `source.fixAll`.
fn covers(wanted: &str, kind: &str) -> bool {
    let rest = kind.strip_prefix(wanted);
    wanted.is_empty() || rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
}

/// The fixes that do not touch one another, in order of the text.
fn apart<'a>(fixable: impl Iterator<Item = (&'a Diagnostic, &'a Fix)>) -> Vec<&'a Fix> {
    let mut fixes: Vec<&Fix> = fixable.map(|(_, fix)| fix).collect();
    fixes.sort_by_key(|fix| (fix.span.start, fix.span.end));
    let mut end = None;
    fixes.retain(|fix| {
        let free = end.is_none_or(|end| fix.span.start > end);
        if free {
            end = Some(fix.span.end);
        }
        free
    });
    fixes
}

fn edit(document: &Document, fixes: &[&Fix]) -> WorkspaceEdit {
    let edits = fixes
        .iter()
        .map(|fix| TextEdit::new(document.range(&fix.span), fix.replacement.clone()))
        .collect();
    changes([(document.uri.clone(), edits)])
}

/// Edits of texts as one change of the workspace.
#[expect(clippy::mutable_key_type, reason = "the protocol's type; an address is never changed")]
pub(crate) fn changes(edits: impl IntoIterator<Item = (Uri, Vec<TextEdit>)>) -> WorkspaceEdit {
    let changes: HashMap<Uri, Vec<TextEdit>> = edits.into_iter().collect();
    WorkspaceEdit { changes: Some(changes), ..WorkspaceEdit::default() }
}

fn title(document: &Document, fix: &Fix) -> String {
    let short = |text: &str| {
        let line = text.replace('\n', "⏎");
        let start: String = line.chars().take(40).collect();
        if start.len() < line.len() { format!("`{start}...`") } else { format!("`{start}`") }
    };
    let old = document.slice(&fix.span);
    match (old.trim().is_empty(), fix.replacement.trim().is_empty()) {
        (true, false) => format!("Insert {}", short(fix.replacement.trim())),
        (false, true) => format!("Remove {}", short(old)),
        _ => format!("Replace {} by {}", short(old), short(&fix.replacement)),
    }
}
