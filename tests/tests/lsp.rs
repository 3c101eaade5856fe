//! `takens lsp` as an editor starts it; what the server answers is tested in its crate.

use std::io::{Read, Write};
use std::process::Stdio;
use takens_tests::takens;

/// What the server says to these messages, and whether it ends well.
fn conversation(messages: &[&str]) -> (String, bool) {
    let mut command = takens();
    command.args(["lsp", "--stdio"]).stdin(Stdio::piped()).stdout(Stdio::piped());
    let mut server = command.stderr(Stdio::null()).spawn().expect("the binary starts");
    let mut input = server.stdin.take().expect("it is piped");
    for message in messages {
        let length = message.len();
        write!(input, "Content-Length: {length}\r\n\r\n{message}").expect("it reads");
    }
    drop(input);
    let mut said = String::new();
    let mut output = server.stdout.take().expect("it is piped");
    output.read_to_string(&mut said).expect("it writes text");
    (said, server.wait().expect("it ends").success())
}

const HELLO: &str =
    r#"{"jsonrpc":"2.0","id":1,"method":"initialize","params":{"capabilities":{}}}"#;
const OPEN: &str = r#"{"jsonrpc":"2.0","method":"textDocument/didOpen","params":{"textDocument":{"uri":"untitled:1","languageId":"takens","version":1,"text":"const a = b\n"}}}"#;
const SYMBOLS: &str = r#"{"jsonrpc":"2.0","id":2,"method":"textDocument/documentSymbol","params":{"textDocument":{"uri":"untitled:1"}}}"#;
const SHUTDOWN: &str = r#"{"jsonrpc":"2.0","id":3,"method":"shutdown"}"#;
const EXIT: &str = r#"{"jsonrpc":"2.0","method":"exit"}"#;

#[test]
fn an_editor_is_served_until_it_leaves() {
    let (said, well) = conversation(&[HELLO, OPEN, SYMBOLS, SHUTDOWN, EXIT]);
    assert!(well, "{said}");
    for part in ["\"capabilities\"", "\"name\":\"a\"", "\"id\":3"] {
        assert!(said.contains(part), "{part} is missing: {said}");
    }
}

#[test]
fn an_editor_that_vanishes_is_no_success() {
    let (said, well) = conversation(&[HELLO]);
    assert!(!well && said.contains("\"id\":1"), "{said}");
}
