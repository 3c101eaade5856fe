//! Requests and their answers.

use super::{Answer, Client, Refusal, Server};
use crate::document::Document;
use crate::files::{Elsewhere, Files};
use crate::{actions, completion, formatting, hover, navigate, rename, symbols};
use lsp_server::{ErrorCode, Request};
use lsp_types::request::{self as asks, Request as _};
use lsp_types::{
    CodeActionParams, CompletionParams, DocumentFormattingParams, DocumentHighlight,
    DocumentSymbolParams, GotoDefinitionParams, GotoDefinitionResponse, HoverParams,
    InitializeParams, Location, Position, PrepareRenameResponse, ReferenceParams, RenameParams,
    TextDocumentPositionParams, Uri,
};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use std::collections::HashMap;
use std::io::Write;
use std::rc::Rc;

/// What the editor said it can show. Whatever it did not say, it cannot.
pub(super) fn client(params: &Value) -> Client {
    let Ok(params) = serde_json::from_value::<InitializeParams>(params.clone()) else {
        return Client::default();
    };
    let Some(text) = params.capabilities.text_document else { return Client::default() };
    let related = text.publish_diagnostics.and_then(|one| one.related_information);
    let nested = text.document_symbol.and_then(|one| one.hierarchical_document_symbol_support);
    Client { related: related == Some(true), nested_symbols: nested == Some(true) }
}

/// What the server can do.
pub(super) fn greeting() -> Value {
    json!({
        "serverInfo": { "name": "takens", "version": env!("CARGO_PKG_VERSION") },
        "capabilities": {
            "positionEncoding": "utf-16",
            "textDocumentSync": { "openClose": true, "change": 2, "save": {} },
            "hoverProvider": true,
            "definitionProvider": true,
            "referencesProvider": true,
            "documentHighlightProvider": true,
            "documentSymbolProvider": true,
            "completionProvider": { "triggerCharacters": ["\"", "`"] },
            "documentFormattingProvider": true,
            "renameProvider": { "prepareProvider": true },
            "codeActionProvider": { "codeActionKinds": ["quickfix", "source.fixAll"] },
        },
    })
}

fn asked<T: DeserializeOwned>(request: Request) -> Result<T, Refusal> {
    serde_json::from_value(request.params)
        .map_err(|error| (ErrorCode::InvalidParams, format!("{}: {error}", request.method)))
}

fn told(answer: impl Serialize) -> Answer {
    serde_json::to_value(answer).map_err(|error| (ErrorCode::InternalError, error.to_string()))
}

impl<W: Write> Server<W> {
    pub(super) fn answer(&mut self, request: Request) -> Answer {
        match request.method.as_str() {
            asks::HoverRequest::METHOD => {
                let params: HoverParams = asked(request)?;
                let place = params.text_document_position_params;
                let (offset, other) = self.elsewhere(&place)?;
                let document = self.document(&place.text_document.uri)?;
                told(hover::hover(document, offset, other.as_ref()))
            }
            asks::GotoDefinition::METHOD => {
                let params: GotoDefinitionParams = asked(request)?;
                let place = params.text_document_position_params;
                let (document, used) = self.with_used(&place.text_document.uri)?;
                let offset = offset(document, place.position);
                let found = navigate::definition(document, offset, &used);
                told(GotoDefinitionResponse::Array(found))
            }
            asks::References::METHOD => {
                let params: ReferenceParams = asked(request)?;
                let place = params.text_document_position;
                let declaration = params.context.include_declaration;
                let found = self.named(&place, |home, definition, others| {
                    let lists = navigate::places(home, definition, others, declaration);
                    let located = lists.into_iter().flat_map(|(document, spans)| {
                        spans
                            .into_iter()
                            .map(|span| Location::new(document.uri.clone(), document.range(&span)))
                    });
                    located.collect::<Vec<_>>()
                })?;
                told(found.unwrap_or_default())
            }
            asks::DocumentHighlightRequest::METHOD => {
                let place: TextDocumentPositionParams = asked(request)?;
                let document = self.document(&place.text_document.uri)?;
                let offset = offset(document, place.position);
                let definition = document.outline().definition_at(offset);
                let found = definition.map(|one| navigate::places(document, one, &[], true));
                let spans = found.into_iter().flatten().flat_map(|(_, spans)| spans);
                let shown = spans
                    .map(|span| DocumentHighlight { range: document.range(&span), kind: None })
                    .collect::<Vec<_>>();
                told(shown)
            }
            asks::DocumentSymbolRequest::METHOD => {
                let params: DocumentSymbolParams = asked(request)?;
                let nested = self.client.nested_symbols;
                told(symbols::symbols(self.document(&params.text_document.uri)?, nested))
            }
            asks::Completion::METHOD => {
                let params: CompletionParams = asked(request)?;
                let place = params.text_document_position;
                let (document, used) = self.with_used(&place.text_document.uri)?;
                let offset = offset(document, place.position);
                told(completion::completion(document, offset, &used))
            }
            asks::PrepareRenameRequest::METHOD => {
                let place: TextDocumentPositionParams = asked(request)?;
                let (offset, other) = self.elsewhere(&place)?;
                let document = self.document(&place.text_document.uri)?;
                let found = rename::prepare(document, offset, other.as_ref());
                let (range, placeholder) = found.map_err(refused)?;
                told(PrepareRenameResponse::RangeWithPlaceholder { range, placeholder })
            }
            asks::Rename::METHOD => {
                let params: RenameParams = asked(request)?;
                let place = params.text_document_position;
                let found = self.named(&place, |home, definition, others| {
                    rename::rename(home, definition, others, &params.new_name)
                })?;
                let document = self.document(&place.text_document.uri)?;
                let offset = offset(document, place.position);
                let nameless = || Err(rename::nameless(document.outline(), offset));
                told(found.unwrap_or_else(nameless).map_err(refused)?)
            }
            asks::Formatting::METHOD => {
                let params: DocumentFormattingParams = asked(request)?;
                told(formatting::edits(self.document(&params.text_document.uri)?))
            }
            asks::CodeActionRequest::METHOD => {
                let params: CodeActionParams = asked(request)?;
                let document = self.document(&params.text_document.uri)?;
                let only = params.context.only.as_deref();
                told(actions::actions(document, &params.range, only))
            }
            other => {
                Err((ErrorCode::MethodNotFound, format!("`{other}` is not known to this server")))
            }
        }
    }

    fn document(&mut self, uri: &Uri) -> Result<&mut Document, Refusal> {
        self.documents.get_mut(uri.as_str()).ok_or_else(|| closed(uri))
    }

    /// A text with the files that it uses.
    fn with_used(&mut self, uri: &Uri) -> Result<(&Document, Vec<Rc<Document>>), Refusal> {
        with_used(&mut self.files, &self.documents, uri)
    }

    /// Does something with the file that defines the name at a position, the place of the definition, and
    /// all open texts with the files that they use; `None` if nothing there has a definition.
    fn named<T>(
        &mut self,
        place: &TextDocumentPositionParams,
        act: impl FnOnce(&Document, usize, &[(&Document, Vec<Rc<Document>>)]) -> T,
    ) -> Result<Option<T>, Refusal> {
        let (offset, other) = self.elsewhere(place)?;
        let (files, documents) = (&mut self.files, &self.documents);
        let mut keys: Vec<&String> = documents.keys().collect();
        keys.sort_unstable();
        let mut others = vec![];
        for key in keys {
            let document = &documents[key];
            others.push((document, files.used(document, documents)));
        }
        let uri = &place.text_document.uri;
        let document = documents.get(uri.as_str()).ok_or_else(|| closed(uri))?;
        if let Some(definition) = document.outline().definition_at(offset) {
            return Ok(Some(act(document, definition, &others)));
        }
        Ok(other.map(|other| act(&other.document, other.definition, &others)))
    }

    /// The byte of a position, and the definition in another file of the name there.
    fn elsewhere(
        &mut self,
        place: &TextDocumentPositionParams,
    ) -> Result<(usize, Option<Elsewhere>), Refusal> {
        let (document, used) = self.with_used(&place.text_document.uri)?;
        let offset = offset(document, place.position);
        Ok((offset, navigate::elsewhere(document, offset, &used)))
    }
}

fn with_used<'a>(
    files: &mut Files,
    documents: &'a HashMap<String, Document>,
    uri: &Uri,
) -> Result<(&'a Document, Vec<Rc<Document>>), Refusal> {
    let document = documents.get(uri.as_str()).ok_or_else(|| closed(uri))?;
    let used = files.used(document, documents);
    Ok((document, used))
}

fn closed(uri: &Uri) -> Refusal {
    (ErrorCode::InvalidParams, format!("{} is not open", uri.as_str()))
}

fn refused(why: String) -> Refusal {
    (ErrorCode::RequestFailed, why)
}

fn offset(document: &Document, position: Position) -> usize {
    document.lines().offset(&document.text, position)
}
