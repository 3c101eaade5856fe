//! Every code has its explanation, and every example shows what it says.

use std::collections::BTreeSet;
use std::path::Path;
use takens_dsl::{explain, explanations, format, parse_file};

/// The codes that stand in the sources of this crate, the explanations aside.
fn codes(folder: &Path, found: &mut BTreeSet<String>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            if !path.ends_with("explain") {
                codes(&path, found);
            }
        } else if path.extension().is_some_and(|ending| ending == "rs") {
            let text = std::fs::read_to_string(&path).unwrap();
            // What stands between quotes, every second part.
            for word in text.split('"').skip(1) {
                let (kind, digits) = word.split_at(word.floor_char_boundary(1));
                let number = digits.len() == 3 && digits.bytes().all(|byte| byte.is_ascii_digit());
                if matches!(kind, "E" | "W") && number {
                    found.insert(word.to_owned());
                }
            }
        }
    }
}

#[test]
fn every_code_is_explained() {
    let mut found = BTreeSet::new();
    codes(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src"), &mut found);
    // Files are read elsewhere.
    found.insert("E000".to_owned());
    let explained: Vec<&str> = explanations().map(|one| one.code).collect();
    let missing: Vec<_> = found.iter().filter(|code| explain(code).is_err()).collect();
    assert!(missing.is_empty(), "{missing:?} have no entry in src/explain");
    let gone: Vec<_> = explained.iter().filter(|code| !found.contains(**code)).collect();
    assert!(gone.is_empty(), "{gone:?} are given nowhere");
    let sorted: BTreeSet<&str> = explained.iter().copied().collect();
    assert_eq!(explained, sorted.into_iter().collect::<Vec<_>>(), "in order, each once");
}

#[test]
fn every_example_shows_its_fault() {
    for one in explanations().filter(|one| !one.bad.is_empty()) {
        let codes = |text: &str| -> Vec<&str> {
            parse_file(text).diagnostics.iter().map(|fault| fault.code).collect()
        };
        let (bad, good) = (codes(one.bad), codes(one.good));
        assert!(bad.contains(&one.code), "{}: the bad example gets {bad:?}", one.code);
        let errors = |code: &&&str| code.starts_with('E');
        assert_eq!(good.iter().find(errors), None, "{}: the good example", one.code);
        assert!(!good.contains(&one.code), "{}: the good example gets {good:?}", one.code);
        assert_eq!(format(one.good), one.good, "{}", one.code);
    }
}

#[test]
fn codes_are_found_and_corrected() {
    assert_eq!(explain("e020").unwrap().code, "E020");
    assert_eq!(explain("E019"), Err(Some("E020")));
    assert_eq!(explain("W999").unwrap_err().map(|code| &code[..1]), Some("W"));
    assert_eq!(explain("hello"), Err(None));
}
