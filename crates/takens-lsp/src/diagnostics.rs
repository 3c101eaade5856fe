//! Diagnostics as an editor shows them.

use crate::document::Document;
use lsp_types::{
    Diagnostic as Shown, DiagnosticRelatedInformation, DiagnosticSeverity, DiagnosticTag, Location,
    NumberOrString, PublishDiagnosticsParams,
};
use takens_dsl::{Diagnostic, Severity};

/// What is to be published for a text.
pub(crate) fn publish(document: &mut Document, related: bool) -> PublishDiagnosticsParams {
    let found = document.checked().diagnostics.clone();
    let diagnostics = found.iter().map(|one| show(document, one, related)).collect();
    PublishDiagnosticsParams { uri: document.uri.clone(), diagnostics, version: document.version }
}

pub(crate) fn show(document: &Document, one: &Diagnostic, related: bool) -> Shown {
    let mut message = one.message.clone();
    if !one.label.is_empty() {
        message += &format!("\n{}", one.label);
    }
    if let Some(help) = &one.help {
        message += &format!("\nhelp: {help}");
    }
    let others = one.related.iter().map(|(span, words)| DiagnosticRelatedInformation {
        location: Location::new(document.uri.clone(), document.range(span)),
        message: words.clone(),
    });
    let others: Vec<_> = others.collect();
    Shown {
        range: document.range(&one.span),
        severity: Some(match one.severity {
            Severity::Error => DiagnosticSeverity::ERROR,
            Severity::Warning => DiagnosticSeverity::WARNING,
        }),
        code: Some(NumberOrString::String(one.code.to_owned())),
        source: Some("takens".to_owned()),
        message,
        related_information: (related && !others.is_empty()).then_some(others),
        // An unused parameter is shown faded.
        tags: (one.code == "W002").then(|| vec![DiagnosticTag::UNNECESSARY]),
        ..Shown::default()
    }
}
