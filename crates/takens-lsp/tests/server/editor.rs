//! An editor, as the server sees one: two pipes and the protocol.

use serde_json::{Value, json};
use std::io::{BufRead, BufReader, PipeReader, PipeWriter, Read, Write, pipe};
use std::thread::JoinHandle;
use takens_lsp::{ServeError, serve};

pub(crate) const URI: &str = "file:///nowhere/systems.dsl";

pub(crate) struct Editor {
    to: Option<PipeWriter>,
    from: BufReader<PipeReader>,
    server: Option<JoinHandle<Result<(), ServeError>>>,
    id: i32,
    version: i32,
    /// Notifications that came while something else was waited for.
    pub(crate) notes: Vec<Value>,
}

impl Editor {
    /// Starts a server and says `initialize`.
    pub(crate) fn new() -> Self {
        let mut editor = Self::silent();
        let capabilities = json!({ "textDocument": {
            "publishDiagnostics": { "relatedInformation": true },
            "documentSymbol": { "hierarchicalDocumentSymbolSupport": true },
        }});
        let params = json!({ "processId": null, "rootUri": null, "capabilities": capabilities });
        let answer = editor.ask("initialize", params);
        assert_eq!(answer["capabilities"]["positionEncoding"], "utf-16");
        editor.tell("initialized", json!({}));
        editor
    }

    /// Starts a server and says nothing.
    pub(crate) fn silent() -> Self {
        let (server_input, to) = pipe().expect("a pipe");
        let (from, server_output) = pipe().expect("a pipe");
        let server = std::thread::Builder::new()
            .stack_size(8 << 20)
            .spawn(move || serve(BufReader::new(server_input), server_output))
            .expect("a thread");
        let (from, server) = (BufReader::new(from), Some(server));
        Self { to: Some(to), from, server, id: 0, version: 0, notes: vec![] }
    }

    pub(crate) fn raw(&mut self, bytes: &[u8]) {
        let to = self.to.as_mut().expect("the editor has not gone");
        to.write_all(bytes).expect("the server reads");
    }

    fn send(&mut self, message: &Value) {
        let text = message.to_string();
        self.raw(format!("Content-Length: {}\r\n\r\n{text}", text.len()).as_bytes());
    }

    pub(crate) fn receive(&mut self) -> Value {
        let mut length = 0;
        loop {
            let mut line = String::new();
            assert!(self.from.read_line(&mut line).expect("a line") > 0, "the server has gone");
            match line.trim_end().split_once(": ") {
                Some(("Content-Length", value)) => length = value.parse().expect("a number"),
                _ => break,
            }
        }
        let mut bytes = vec![0; length];
        self.from.read_exact(&mut bytes).expect("a message");
        serde_json::from_slice(&bytes).expect("json")
    }

    pub(crate) fn tell(&mut self, method: &str, params: Value) {
        self.send(&json!({ "jsonrpc": "2.0", "method": method, "params": params }));
    }

    /// Sends a request and does not wait.
    pub(crate) fn start(&mut self, method: &str, params: Value) -> i32 {
        self.id += 1;
        let id = self.id;
        self.send(&json!({ "jsonrpc": "2.0", "id": id, "method": method, "params": params }));
        id
    }

    /// The whole response to a request.
    pub(crate) fn response(&mut self, id: i32) -> Value {
        loop {
            let message = self.receive();
            if message["id"] == id {
                return message;
            }
            self.notes.push(message);
        }
    }

    #[track_caller]
    pub(crate) fn ask(&mut self, method: &str, params: Value) -> Value {
        let id = self.start(method, params);
        let response = self.response(id);
        assert!(response.get("error").is_none(), "{method}: {}", response["error"]);
        response["result"].clone()
    }

    /// The message of a request that must fail.
    #[track_caller]
    pub(crate) fn refused(&mut self, method: &str, params: Value) -> String {
        let id = self.start(method, params);
        let response = self.response(id);
        response["error"]["message"].as_str().expect("an error").to_owned()
    }

    pub(crate) fn open(&mut self, text: &str) {
        self.version += 1;
        let document = json!({
            "uri": URI, "languageId": "takens", "version": self.version, "text": text,
        });
        self.tell("textDocument/didOpen", json!({ "textDocument": document }));
    }

    /// Replaces a range, given as `[line, column, end line, end column]`.
    pub(crate) fn edit(&mut self, range: [usize; 4], text: &str) {
        self.version += 1;
        let range = json!({
            "start": { "line": range[0], "character": range[1] },
            "end": { "line": range[2], "character": range[3] },
        });
        self.tell(
            "textDocument/didChange",
            json!({
                "textDocument": { "uri": URI, "version": self.version },
                "contentChanges": [{ "range": range, "text": text }],
            }),
        );
    }

    /// The diagnostics of the version that was sent last.
    pub(crate) fn diagnostics(&mut self) -> Vec<Value> {
        loop {
            let note = self.notes.pop().unwrap_or_else(|| self.receive());
            let newest = note["params"]["version"] == self.version;
            if note["method"] == "textDocument/publishDiagnostics" && newest {
                return note["params"]["diagnostics"].as_array().expect("a list").clone();
            }
        }
    }

    pub(crate) fn at(line: usize, column: usize) -> Value {
        json!({
            "textDocument": { "uri": URI },
            "position": { "line": line, "character": column },
        })
    }

    /// Says `shutdown` and `exit`; what the server ends with.
    pub(crate) fn close(mut self) -> Result<(), ServeError> {
        self.ask("shutdown", Value::Null);
        self.tell("exit", Value::Null);
        self.end()
    }

    /// Hangs up.
    pub(crate) fn end(mut self) -> Result<(), ServeError> {
        self.to = None;
        self.server.take().expect("it runs").join().expect("the server does not panic")
    }
}

/// Line and column, from 0 and in UTF-16 units, of the mark `|`, with the text without it.
pub(crate) fn marked(text: &str) -> (String, usize, usize) {
    let at = text.find('|').expect("a mark");
    let line = text[..at].matches('\n').count();
    let start = text[..at].rfind('\n').map_or(0, |at| at + 1);
    (text.replace('|', ""), line, text[start..at].encode_utf16().count())
}
