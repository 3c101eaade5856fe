//! The colours of editors know the words that the language knows.

use serde_json::Value;
use std::collections::BTreeSet;

fn grammar() -> Value {
    let path = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../../editors/vscode/syntaxes/takens.tmLanguage.json"
    );
    let text = std::fs::read_to_string(path).expect("the grammar is there");
    serde_json::from_str(&text).expect("the grammar is JSON")
}

/// The words of alternatives `(a|b|c)` in the patterns of a rule.
fn words(grammar: &Value, rule: &str) -> BTreeSet<String> {
    let patterns = grammar["repository"][rule]["patterns"].as_array().expect("a list of patterns");
    let texts = patterns.iter().filter_map(|pattern| pattern["match"].as_str());
    let groups = texts.filter_map(|text| {
        let start = text.find(")(").or_else(|| text.find("])("))?;
        let group = &text[start + 2..];
        group.split_once(')').map(|(words, _)| words)
    });
    let is_word = |word: &&str| word.chars().all(|c| c.is_ascii_alphanumeric());
    groups.flat_map(|group| group.split('|').filter(is_word)).map(str::to_owned).collect()
}

#[test]
fn every_keyword_has_its_colour() {
    let known: BTreeSet<String> =
        takens_symbolic::KEYWORDS.iter().map(|word| (*word).to_owned()).collect();
    assert_eq!(words(&grammar(), "keywords"), known);
}

#[test]
fn every_function_has_its_colour() {
    let mut known: BTreeSet<String> =
        takens_symbolic::Function::ALL.iter().map(|(_, name, _)| (*name).to_owned()).collect();
    let special = ["sec", "csc", "cot", "root", "sum", "prod", "noise"];
    known.extend(special.map(str::to_owned));
    assert_eq!(words(&grammar(), "builtin"), known);
}
