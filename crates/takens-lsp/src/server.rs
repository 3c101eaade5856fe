//! The conversation: what is open, what was asked, when to check.
//!
//! One thread reads messages, this one answers them in their order. All that have arrived are taken
//! at once, so that of a burst of changes only the last text is checked, and what was cancelled meanwhile is
//! not answered any more. A panic while answering is an error of that answer.

mod answers;

use crate::diagnostics;
use crate::document::Document;
use crate::files::Files;
use crate::transport::{Incoming, read, write};
use lsp_server::{ErrorCode, Message, Notification, Request, RequestId, Response};
use lsp_types::notification::{self as notes, Notification as _};
use lsp_types::{
    DidChangeTextDocumentParams, DidCloseTextDocumentParams, DidOpenTextDocumentParams,
    DidSaveTextDocumentParams, PublishDiagnosticsParams,
};
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use std::collections::{HashMap, HashSet};
use std::io::{self, BufRead, Write};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::mpsc::{Receiver, channel};
use std::time::{Duration, Instant};

/// While changes keep coming, diagnostics are not put off for longer than this.
const PATIENCE: Duration = Duration::from_millis(400);

/// Why the conversation ended before its end.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ServeError {
    /// The stream to the editor broke.
    #[error("the editor cannot be written to: {0}")]
    Write(#[from] io::Error),
    /// The stream from the editor ended or cannot be read.
    #[error("the editor went away before `shutdown` and `exit`{}", reason(.0))]
    Gone(Option<String>),
}

fn reason(why: &Option<String>) -> String {
    why.as_ref().map_or(String::new(), |why| format!(": {why}"))
}

/// Serves an editor until it says `exit`.
///
/// # Errors
/// [`ServeError::Write`] if it cannot be written to, [`ServeError::Gone`] if it ends without saying
/// `shutdown` first.
pub fn serve(
    mut input: impl BufRead + Send + 'static,
    output: impl Write,
) -> Result<(), ServeError> {
    let (sender, receiver) = channel();
    std::thread::spawn(move || {
        loop {
            let incoming = read(&mut input);
            let last = matches!(incoming, Incoming::End(_));
            if sender.send(incoming).is_err() || last {
                break;
            }
        }
    });
    let mut server = Server {
        output,
        phase: Phase::New,
        client: Client::default(),
        documents: HashMap::new(),
        files: Files::default(),
        dirty: HashSet::new(),
        dirty_since: None,
    };
    server.run(&receiver)
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Phase {
    /// Before `initialize`.
    New,
    Running,
    /// After `shutdown`.
    Shut,
    /// After `exit`.
    Over,
}

/// What the editor can show.
#[derive(Debug, Clone, Copy, Default)]
struct Client {
    related: bool,
    nested_symbols: bool,
}

struct Server<W: Write> {
    output: W,
    phase: Phase,
    client: Client,
    /// Open texts by address.
    documents: HashMap<String, Document>,
    files: Files,
    /// Addresses of texts whose diagnostics are not published yet.
    dirty: HashSet<String>,
    dirty_since: Option<Instant>,
}

/// Why a request has no result: code and message.
type Refusal = (ErrorCode, String);

/// What an answer is.
type Answer = Result<Value, Refusal>;

impl<W: Write> Server<W> {
    fn run(&mut self, receiver: &Receiver<Incoming>) -> Result<(), ServeError> {
        let mut waiting = None;
        loop {
            let first = waiting.take().or_else(|| receiver.recv().ok());
            let Some(first) = first else { return Err(ServeError::Gone(None)) };
            let batch: Vec<Incoming> = std::iter::once(first).chain(receiver.try_iter()).collect();
            let cancelled = cancelled(&batch);
            for incoming in batch {
                match incoming {
                    Incoming::Message(message) => self.message(message, &cancelled)?,
                    Incoming::Broken(why) => {
                        let error = json!({ "code": ErrorCode::ParseError as i32, "message": why });
                        write(
                            &mut self.output,
                            &json!({ "jsonrpc": "2.0", "id": null, "error": error }),
                        )?;
                    }
                    Incoming::End(None) if self.phase == Phase::Shut => return Ok(()),
                    Incoming::End(why) => return Err(ServeError::Gone(why)),
                }
                if self.phase == Phase::Over {
                    return Ok(());
                }
            }
            waiting = self.publish(receiver)?;
        }
    }

    fn message(
        &mut self,
        message: Message,
        cancelled: &HashSet<RequestId>,
    ) -> Result<(), ServeError> {
        match message {
            Message::Request(request) => {
                let id = request.id.clone();
                let answer = if cancelled.contains(&id) {
                    Err((ErrorCode::RequestCanceled, "cancelled".to_owned()))
                } else {
                    self.request(request)
                };
                let response = match answer {
                    Ok(result) => Response { id, result: Some(result), error: None },
                    Err((code, message)) => Response::new_err(id, code as i32, message),
                };
                self.send(&response)
            }
            Message::Notification(note) => self.notification(note),
            // Nothing was asked of the editor.
            Message::Response(_) => Ok(()),
        }
    }

    fn send(&mut self, message: &impl serde::Serialize) -> Result<(), ServeError> {
        let mut value = serde_json::to_value(message).map_err(io::Error::from)?;
        value["jsonrpc"] = "2.0".into();
        Ok(write(&mut self.output, &value)?)
    }

    fn request(&mut self, request: Request) -> Answer {
        match (self.phase, request.method.as_str()) {
            (Phase::New, "initialize") => {
                self.client = answers::client(&request.params);
                self.phase = Phase::Running;
                Ok(answers::greeting())
            }
            (Phase::New, _) => Err((
                ErrorCode::ServerNotInitialized,
                "the first request is `initialize`".to_owned(),
            )),
            (Phase::Running, "shutdown") => {
                self.phase = Phase::Shut;
                Ok(Value::Null)
            }
            (Phase::Running, "initialize") => {
                Err((ErrorCode::InvalidRequest, "`initialize` was said before".to_owned()))
            }
            (Phase::Running, _) => {
                // What a request changes is only what can be computed again from the texts.
                let attempt = AssertUnwindSafe(|| self.answer(request));
                catch_unwind(attempt).unwrap_or_else(|panic| {
                    let what = panic
                        .downcast_ref::<&str>()
                        .map(|text| (*text).to_owned())
                        .or_else(|| panic.downcast_ref::<String>().cloned())
                        .unwrap_or_default();
                    Err((ErrorCode::InternalError, format!("a fault of the server: {what}")))
                })
            }
            _ => Err((ErrorCode::InvalidRequest, "the server is shut down".to_owned())),
        }
    }

    fn notification(&mut self, note: Notification) -> Result<(), ServeError> {
        match (self.phase, note.method.as_str()) {
            (Phase::Shut, notes::Exit::METHOD) => {
                self.phase = Phase::Over;
                Ok(())
            }
            (_, notes::Exit::METHOD) => Err(ServeError::Gone(None)),
            (Phase::Running, notes::DidOpenTextDocument::METHOD) => {
                if let Some(params) = parameters::<DidOpenTextDocumentParams>(note) {
                    let one = params.text_document;
                    let key = one.uri.as_str().to_owned();
                    self.mark(&key);
                    let document = Document::new(one.uri, Some(one.version), one.text);
                    self.documents.insert(key, document);
                }
                Ok(())
            }
            (Phase::Running, notes::DidChangeTextDocument::METHOD) => {
                if let Some(params) = parameters::<DidChangeTextDocumentParams>(note) {
                    let key = params.text_document.uri.as_str().to_owned();
                    if let Some(document) = self.documents.get_mut(&key) {
                        document.version = Some(params.text_document.version);
                        document.change(params.content_changes);
                        self.mark(&key);
                    }
                }
                Ok(())
            }
            (Phase::Running, notes::DidSaveTextDocument::METHOD) => {
                if let Some(params) = parameters::<DidSaveTextDocumentParams>(note) {
                    self.mark(params.text_document.uri.as_str());
                }
                Ok(())
            }
            (Phase::Running, notes::DidCloseTextDocument::METHOD) => {
                if let Some(params) = parameters::<DidCloseTextDocumentParams>(note) {
                    let uri = params.text_document.uri;
                    self.dirty.remove(uri.as_str());
                    // What is closed is no longer spoken of.
                    if self.documents.remove(uri.as_str()).is_some() {
                        let nothing =
                            PublishDiagnosticsParams { uri, diagnostics: vec![], version: None };
                        return self.announce(&nothing);
                    }
                }
                Ok(())
            }
            _ => Ok(()),
        }
    }

    fn mark(&mut self, key: &str) {
        self.dirty.insert(key.to_owned());
        self.dirty_since.get_or_insert_with(Instant::now);
    }

    fn announce(&mut self, what: &PublishDiagnosticsParams) -> Result<(), ServeError> {
        self.send(&Notification::new(notes::PublishDiagnostics::METHOD.to_owned(), what))
    }

    /// Publishes the diagnostics of what changed, unless more arrives, which is given back.
    fn publish(&mut self, receiver: &Receiver<Incoming>) -> Result<Option<Incoming>, ServeError> {
        let Some(since) = self.dirty_since else { return Ok(None) };
        if self.phase != Phase::Running {
            return Ok(None);
        }
        // A change that is being sent arrives within this time; a person notices none of it.
        if since.elapsed() < PATIENCE
            && let Ok(next) = receiver.recv_timeout(Duration::from_millis(2))
        {
            return Ok(Some(next));
        }
        self.dirty_since = None;
        let mut keys: Vec<String> = self.dirty.drain().collect();
        keys.sort_unstable();
        for key in keys {
            let Some(document) = self.documents.get_mut(&key) else { continue };
            let related = self.client.related;
            let attempt = AssertUnwindSafe(|| diagnostics::publish(document, related));
            match catch_unwind(attempt) {
                Ok(found) => self.announce(&found)?,
                Err(_) => {
                    let message = "the check of this file failed: a fault of the server";
                    self.send(&Notification::new(
                        notes::LogMessage::METHOD.to_owned(),
                        json!({ "type": 1, "message": format!("{key}: {message}") }),
                    ))?;
                }
            }
        }
        Ok(None)
    }
}

fn parameters<T: DeserializeOwned>(note: Notification) -> Option<T> {
    serde_json::from_value(note.params).ok()
}

/// The requests that are taken back in the same breath.
fn cancelled(batch: &[Incoming]) -> HashSet<RequestId> {
    let notes = batch.iter().filter_map(|incoming| match incoming {
        Incoming::Message(Message::Notification(note)) if note.method == "$/cancelRequest" => {
            serde_json::from_value(note.params.get("id")?.clone()).ok()
        }
        _ => None,
    });
    notes.collect()
}
