//! What no well-behaved editor does, and what a quick one does.

use crate::editor::{Editor, URI};
use serde_json::{Value, json};
use takens_lsp::{Checked, ServeError};

#[test]
fn nothing_is_answered_before_initialize_and_after_shutdown() {
    let mut editor = Editor::silent();
    assert!(editor.refused("textDocument/hover", Editor::at(0, 0)).contains("initialize"));
    editor.ask("initialize", json!({ "capabilities": {} }));
    assert!(editor.refused("initialize", json!({ "capabilities": {} })).contains("before"));
    editor.ask("shutdown", Value::Null);
    assert!(editor.refused("textDocument/hover", Editor::at(0, 0)).contains("shut down"));
    editor.tell("exit", Value::Null);
    assert!(editor.end().is_ok());
}

#[test]
fn an_editor_that_hangs_up_ends_the_server() {
    assert!(matches!(Editor::new().end(), Err(ServeError::Gone(None))));
    let mut editor = Editor::new();
    editor.raw(b"this is no header\r\n\r\n");
    assert!(matches!(editor.end(), Err(ServeError::Gone(Some(_)))));
    let mut editor = Editor::new();
    editor.raw(b"Content-Length: 99999999999999\r\n\r\n");
    assert!(matches!(editor.end(), Err(ServeError::Gone(Some(_)))));
    let mut editor = Editor::new();
    editor.raw(b"Content-Length: 50\r\n\r\n{}");
    assert!(matches!(editor.end(), Err(ServeError::Gone(None))));
}

#[test]
fn broken_json_is_answered_and_skipped() {
    let mut editor = Editor::new();
    editor.raw(b"Content-Length: 3\r\n\r\n{a}");
    let answer = editor.receive();
    assert_eq!((&answer["id"], &answer["error"]["code"]), (&Value::Null, &json!(-32700)));
    editor.raw(b"Content-Length: 2\r\nContent-Type: x\r\n\r\n\xff\xff");
    assert_eq!(editor.receive()["error"]["code"], -32700);
    editor.close().expect("it goes on");
}

#[test]
fn unknown_requests_and_wrong_parameters_are_errors() {
    let mut editor = Editor::new();
    assert!(editor.refused("textDocument/dance", Value::Null).contains("not known"));
    assert!(editor.refused("textDocument/hover", json!({ "a": 1 })).contains("textDocument/hover"));
    assert!(editor.refused("textDocument/hover", Editor::at(0, 0)).contains("not open"));
    editor.tell("textDocument/didChange", json!({ "nonsense": [] }));
    editor.tell("textDocument/didClose", json!({ "textDocument": { "uri": URI } }));
    editor.tell("workspace/unheardOf", Value::Null);
    editor.close().expect("it goes on");
}

#[test]
fn of_a_burst_the_last_text_is_checked() {
    let mut editor = Editor::new();
    editor.open("const a = 1\n");
    editor.diagnostics();
    for _ in 0..200 {
        editor.edit([0, 10, 0, 11], "b");
        editor.edit([0, 10, 0, 11], "1");
    }
    let cancelled =
        editor.start("textDocument/documentSymbol", json!({ "textDocument": { "uri": URI } }));
    editor.tell("$/cancelRequest", json!({ "id": cancelled }));
    editor.edit([0, 10, 0, 11], "c");
    let found = editor.diagnostics();
    assert_eq!(found[0]["code"], "E020");
    editor.close().expect("it ends well");
}

#[test]
fn places_that_are_not_there_are_nowhere() {
    let mut editor = Editor::new();
    editor.open("ode A {\n state x = 1\n x' = -x\n}\n\u{1D465}");
    for (line, column) in [(0, 900), (2, 3), (4, 1), (4, 2), (900, 0), (4_294_967_295, 1)] {
        for method in [
            "hover",
            "definition",
            "completion",
            "documentHighlight",
            "prepareRename",
            "references",
        ] {
            let mut params = Editor::at(line, column);
            params["context"] = json!({ "includeDeclaration": true });
            let id = editor.start(&format!("textDocument/{method}"), params);
            editor.response(id);
        }
    }
    editor.edit([3, 900, 0, 0], "}");
    editor.edit([900, 0, 901, 5], "// end");
    editor.diagnostics();
    editor.close().expect("it ends well");
}

#[test]
fn a_huge_file_is_an_answer_too() {
    let mut editor = Editor::new();
    let text = format!("const a = 1\n{}", "x".repeat(70 << 20));
    editor.open(&text);
    let found = editor.diagnostics();
    assert_eq!(found[0]["code"], "E003");
    editor.ask("textDocument/completion", Editor::at(0, 10));
    editor.close().expect("it ends well");
}

/// Numbers without a pattern, the same every time.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, below: usize) -> usize {
        self.0 =
            self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        ((self.0 >> 33) as usize) % below.max(1)
    }
}

#[test]
fn checking_what_changed_finds_what_checking_all_finds() {
    let start = "\
/// Ramp.
fn ramp(x) = x + abs(x)
const g = 9.81
ode A {
    param a = 1 in [0, 2], unused = 2
    state x = 1, y = 0
    x' = ramp(a)*y - g
    y' = -x
}
map B {
    param b = 0.3
    state x = 0.1, y = 0.3
    next x = 1 - 1.4*x**2 + y
    next y = b*x;
}
// Between.
ode C {
    index i in 0..3 cyclic
    state x[i] = 0.1*i
    x[i]' = x[i+1] - x[i] + missing
    known { lyapunov: [1, 0] }
}
const h = 2
ode D { state u = 1
    u' = h*u }
";
    let pieces = [
        "{",
        "}",
        "\n",
        "x",
        "'",
        "=",
        "ode E {",
        "const g = 1\n",
        "/*",
        "*/",
        "\"",
        "`",
        "a",
        "ramp(",
        ")",
        "// c\n",
        "/// d\n",
        " ",
        "1 +",
        ";",
        "extends A",
        "A",
        "B",
        "state z = 1\n",
        "z' = 1\n",
        "€",
    ];
    let mut dice = Dice(7);
    let mut checked = Checked::default();
    for round in 0..60 {
        let mut text = start.to_owned();
        for _ in 0..8 {
            let at = text.floor_char_boundary(dice.roll(text.len() + 1));
            if dice.roll(3) == 0 {
                let end = text.ceil_char_boundary((at + dice.roll(12)).min(text.len()));
                text.replace_range(at..end, "");
            } else {
                text.insert_str(at, pieces[dice.roll(pieces.len())]);
            }
            checked.update(&text);
            let whole = takens_dsl::parse_file(&text);
            assert_eq!(checked.diagnostics, whole.diagnostics, "round {round}:\n{text}");
            let mut names: Vec<&String> = checked.systems.keys().collect();
            let mut wanted: Vec<&String> = whole.systems.iter().map(|one| &one.name).collect();
            names.sort();
            wanted.sort();
            assert_eq!(names, wanted, "round {round}:\n{text}");
        }
    }
}
