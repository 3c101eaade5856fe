//! A day at the editor: the whole collection is opened, spoilt, mended and asked about.

use crate::editor::{Editor, URI, marked};
use serde_json::{Value, json};

fn collection() -> String {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../systems.dsl");
    std::fs::read_to_string(path).expect("the collection is there")
}

/// Line and column of a text in the collection.
fn place(text: &str, what: &str) -> (usize, usize) {
    let at = text.find(what).expect("it is there");
    (text[..at].matches('\n').count(), at - text[..at].rfind('\n').map_or(0, |at| at + 1))
}

#[track_caller]
fn hovered(text: &str) -> String {
    let (text, line, column) = marked(text);
    let mut editor = Editor::new();
    editor.open(&text);
    let answer = editor.ask("textDocument/hover", Editor::at(line, column));
    editor.close().expect("it ends well");
    answer["contents"]["value"].as_str().unwrap_or("").to_owned()
}

#[track_caller]
fn offered(text: &str) -> Vec<String> {
    let (text, line, column) = marked(text);
    let mut editor = Editor::new();
    editor.open(&text);
    let answer = editor.ask("textDocument/completion", Editor::at(line, column));
    editor.close().expect("it ends well");
    let items = answer.as_array().expect("a list").iter();
    items.map(|item| item["label"].as_str().expect("a label").to_owned()).collect()
}

/// The text after renaming what is at the mark, or why it is refused.
#[track_caller]
fn renamed(text: &str, name: &str) -> Result<String, String> {
    let (text, line, column) = marked(text);
    let mut editor = Editor::new();
    editor.open(&text);
    let mut params = Editor::at(line, column);
    params["newName"] = name.into();
    let id = editor.start("textDocument/rename", params);
    let response = editor.response(id);
    editor.close().expect("it ends well");
    if let Some(error) = response.get("error") {
        return Err(error["message"].as_str().expect("a message").to_owned());
    }
    Ok(applied(&text, &response["result"]["changes"][URI]))
}

/// A text of ASCII with edits applied.
fn applied(text: &str, edits: &Value) -> String {
    let starts: Vec<usize> =
        std::iter::once(0).chain(text.match_indices('\n').map(|(at, _)| at + 1)).collect();
    let offset = |position: &Value| {
        starts[position["line"].as_u64().expect("a line") as usize]
            + position["character"].as_u64().expect("a column") as usize
    };
    let mut edits: Vec<&Value> = edits.as_array().expect("edits").iter().collect();
    edits.sort_by_key(|edit| std::cmp::Reverse(offset(&edit["range"]["start"])));
    let mut text = text.to_owned();
    for edit in edits {
        let range = offset(&edit["range"]["start"])..offset(&edit["range"]["end"]);
        text.replace_range(range, edit["newText"].as_str().expect("a text"));
    }
    text
}

#[test]
fn the_collection_is_edited() {
    let text = collection();
    let mut editor = Editor::new();
    editor.open(&text);
    let before = editor.diagnostics();
    assert!(before.iter().all(|one| one["severity"] != 1), "the collection has no errors");

    let (line, column) = place(&text, "x' = sigma*(y - x)");
    editor.edit([line, column + 5, line, column + 10], "sigam");
    let found = editor.diagnostics();
    let error = found.iter().find(|one| one["severity"] == 1).expect("the slip is reported");
    assert_eq!(error["code"], "E020");
    assert_eq!(error["range"]["start"], json!({ "line": line, "character": column + 5 }));
    assert_eq!(error["range"]["end"], json!({ "line": line, "character": column + 10 }));

    let range = error["range"].clone();
    let params = json!({
        "textDocument": { "uri": URI }, "range": range, "context": { "diagnostics": [] },
    });
    let actions = editor.ask("textDocument/codeAction", params);
    let fix = &actions[0];
    assert_eq!(fix["title"], "Replace `sigam` by `sigma`");
    assert_eq!(fix["edit"]["changes"][URI][0]["newText"], "sigma");
    editor.edit([line, column + 5, line, column + 10], "sigma");
    assert_eq!(editor.diagnostics(), before);

    let hover = editor.ask("textDocument/hover", Editor::at(line, column));
    let shown = hover["contents"]["value"].as_str().expect("a text");
    assert!(shown.contains("state") && shown.contains("d(x')/d(y) = sigma"), "{shown}");
    let definition = editor.ask("textDocument/definition", Editor::at(line, column + 6));
    assert!(definition[0]["range"]["start"]["line"].as_u64().expect("a line") < line as u64);
    let symbols =
        editor.ask("textDocument/documentSymbol", json!({ "textDocument": { "uri": URI } }));
    let lorenz = symbols.as_array().expect("a list").iter().find(|one| one["name"] == "Lorenz");
    assert!(lorenz.expect("it is listed")["children"].as_array().expect("a list").len() >= 6);
    editor.close().expect("it ends well");
}

#[test]
fn columns_are_those_of_utf16() {
    let mut editor = Editor::new();
    editor.open("const a = 1 // \u{1D465}\nconst b = /* \u{1D465} */ c\n");
    let found = editor.diagnostics();
    assert_eq!(found[0]["range"]["start"], json!({ "line": 1, "character": 19 }));
    editor.edit([1, 19, 1, 20], "a");
    assert_eq!(editor.diagnostics(), Vec::<Value>::new());
    editor.close().expect("it ends well");
}

#[test]
fn hover_tells_what_a_name_is() {
    let system = "ode A {\n /// Ratio\n param a = 8/3 in [2, 4]\n state x = 1, y = 0\n let s = a*x^2\n x' = s - y\n y' = heaviside(x)\n}\n";
    let at = |mark: &str, with: &str| hovered(&system.replacen(mark, with, 1));
    let shown = at("a*x^2", "|a*x^2");
    assert!(shown.contains("Ratio") && shown.contains("default `8/3`"), "{shown}");
    assert!(shown.contains("range `[2, 4]`"), "{shown}");
    let shown = at("s - y", "s - |y");
    assert!(shown.contains("starts at `0`") && shown.contains("y' = heaviside(x)"), "{shown}");
    let shown = at("x' = s", "|x' = s");
    assert!(shown.contains("d(x')/d(y) = -1"), "{shown}");
    assert!(at("s - y", "|s - y").contains("let s = a*x^2"));
    assert!(at("heaviside", "heavi|side").contains("heaviside(0) = 0"));
    assert!(at("param", "pa|ram").contains("A parameter"));
    assert_eq!(at("Ratio", "Ra|tio"), "");
}

#[test]
fn completion_offers_what_fits() {
    let in_system = |inner: &str| {
        format!(
            "const g = 1\nfn f(u) = u\node A {{\n param a = 1\n state x = 1, y = 1\n y' = x\n {inner}\n}}\n"
        )
    };
    let names = offered(&in_system("x' = |"));
    for name in ["a", "x", "y", "g", "f", "sin", "pi", "if"] {
        assert!(names.contains(&name.to_owned()), "`{name}` is missing: {names:?}");
    }
    assert!(!names.contains(&"u".to_owned()) && !names.contains(&"param".to_owned()));
    let words = offered(&in_system("|"));
    assert!(words.contains(&"param".to_owned()) && words.contains(&"x'".to_owned()), "{words:?}");
    assert!(!words.contains(&"y'".to_owned()), "it has its equation");
    assert_eq!(offered(&in_system("meta { |")), ["field", "cite", "tags", "same_form_as"]);
    assert_eq!(offered(&in_system("param |")), Vec::<String>::new());
    assert_eq!(offered("ode A {\n}\node B extends |"), ["A"]);
    assert_eq!(offered("// o|"), Vec::<String>::new());
}

#[test]
fn rename_changes_every_use_or_none() {
    let text = "const h = 1\nfn f(u) = 2*u\node A {\n param a = 1\n state x = 1\n let s = f(a|)\n x' = s - x + a*h\n}\node B {\n param a = 2\n state x = 1\n x' = a\n}\n";
    let plain = text.replace('|', "");
    let changed = renamed(text, "gain").expect("it can be renamed");
    assert_eq!(
        changed,
        plain.replacen("param a", "param gain", 1).replacen("f(a)", "f(gain)", 1).replacen(
            "x + a*h",
            "x + gain*h",
            1
        )
    );
    let quoted = renamed(text, "fn").expect("a keyword is quoted");
    assert!(quoted.contains("param `fn` = 1") && quoted.contains("x + `fn`*h"), "{quoted}");
    assert!(renamed(text, "x").expect_err("it is taken").contains("state here already, on line 5"));
    assert!(renamed(text, "2a").expect_err("no name").contains("not a name"));
    assert!(renamed(text, "a b").expect_err("no name").contains("not a name"));
    assert!(renamed(text, "").expect_err("no name").contains("not a name"));
    assert!(
        renamed(text, "h")
            .expect_err("the constant would be hidden")
            .contains("mean something else")
    );
    let shadow = "fn f(u) = 2*u + g|\nconst g = 1\n";
    let shadow = shadow.replace("g|", "|g");
    assert!(renamed(&shadow, "u").expect_err("hidden by the argument").contains("something else"));
    assert!(renamed("fn f(u) = |sin(u)", "s").expect_err("built in").contains("language"));
}

#[test]
fn all_fixes_can_be_made_at_once() {
    let text = "ode A {\n state x = 1;\n x' = -x**2;\n}\n";
    let mut editor = Editor::new();
    editor.open(text);
    editor.diagnostics();
    let range =
        json!({ "start": { "line": 0, "character": 0 }, "end": { "line": 0, "character": 0 } });
    let params = json!({
        "textDocument": { "uri": URI }, "range": range,
        "context": { "diagnostics": [], "only": ["source.fixAll"] },
    });
    let actions = editor.ask("textDocument/codeAction", params);
    assert_eq!(actions.as_array().expect("a list").len(), 1);
    let changed = applied(text, &actions[0]["edit"]["changes"][URI]);
    assert_eq!(changed, "ode A {\n state x = 1\n x' = -x^2\n}\n");
    editor.close().expect("it ends well");
}

#[test]
fn formatting_changes_what_it_must() {
    let formatted = |text: &str| {
        let mut editor = Editor::new();
        editor.open(text);
        let params = json!({
            "textDocument": { "uri": URI }, "options": { "tabSize": 4, "insertSpaces": true },
        });
        let edits = editor.ask("textDocument/formatting", params);
        editor.close().expect("it ends well");
        (edits.as_array().expect("a list").len(), applied(text, &edits))
    };
    for text in [
        "ode A {\n state x=1\n    x' = -x\n}\n",
        "ode A {\n    state x = 1\n    x' =  -x\n}",
        "const a=1",
        "const a = 1\n\n\n\nconst b = 2   \n\n",
        "const a = 1\r\nconst b = 2\r\n",
    ] {
        assert_eq!(formatted(text), (1, takens_dsl::format(text)), "{text}");
    }
    assert_eq!(formatted("const a = 1\n"), (0, "const a = 1\n".to_owned()));
}

#[test]
fn a_name_of_a_used_file_is_found_there() {
    let folder = tempfile::tempdir().expect("a folder");
    std::fs::write(folder.path().join("lib.dsl"), "/// Twice.\nfn twice(x) = 2*x\n")
        .expect("a file");
    let uri = format!("file://{}/main.dsl", folder.path().display());
    let mut editor = Editor::new();
    let text = "use \"lib.dsl\"\nconst a = twice(1)\n";
    let document = json!({ "uri": uri, "languageId": "takens", "version": 1, "text": text });
    editor.tell("textDocument/didOpen", json!({ "textDocument": document }));
    let at = json!({ "textDocument": { "uri": uri }, "position": { "line": 1, "character": 12 } });
    let found = editor.ask("textDocument/definition", at.clone());
    assert!(found[0]["uri"].as_str().expect("an address").ends_with("/lib.dsl"));
    assert_eq!(found[0]["range"]["start"], json!({ "line": 1, "character": 3 }));
    let hover = editor.ask("textDocument/hover", at.clone());
    assert!(hover["contents"]["value"].as_str().expect("a text").contains("Twice."));
    let mut rename = at.clone();
    rename["newName"] = "double".into();
    let changes = &editor.ask("textDocument/rename", rename)["changes"];
    let lists: Vec<_> = changes.as_object().expect("files").iter().collect();
    assert_eq!(lists.len(), 2, "the file that defines it and the one that uses it");
    assert!(lists.iter().all(|(_, edits)| edits[0]["newText"] == "double"));
    let mut rename = at.clone();
    rename["newName"] = "a".into();
    assert!(editor.refused("textDocument/rename", rename).contains("something else"));
    let mut references = at;
    references["context"] = json!({ "includeDeclaration": true });
    let found = editor.ask("textDocument/references", references);
    assert_eq!(found.as_array().expect("a list").len(), 2);
    let at = json!({ "textDocument": { "uri": uri }, "position": { "line": 0, "character": 6 } });
    let found = editor.ask("textDocument/definition", at);
    assert!(found[0]["uri"].as_str().expect("an address").ends_with("/lib.dsl"));
    editor.close().expect("it ends well");
}
