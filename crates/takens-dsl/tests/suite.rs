//! The golden cases of `tests/suite` cover every code, and every fix takes its fault away.

use std::collections::BTreeSet;
use takens_dsl::{explanations, parse_file, repair};

const SUITE: &[&str] = &[
    include_str!("../../../tests/suite/habits.dsl-cases"),
    include_str!("../../../tests/suite/names.dsl-cases"),
    include_str!("../../../tests/suite/values.dsl-cases"),
    include_str!("../../../tests/suite/syntax.dsl-cases"),
    include_str!("../../../tests/suite/kinds.dsl-cases"),
    include_str!("../../../tests/suite/units.dsl-cases"),
    include_str!("../../../tests/suite/reuse.dsl-cases"),
    include_str!("../../../tests/suite/events.dsl-cases"),
    include_str!("../../../tests/suite/warnings.dsl-cases"),
];

fn cases() -> impl Iterator<Item = &'static str> {
    SUITE
        .iter()
        .flat_map(|file| file.split("--- ").skip(1))
        .filter_map(|case| case.split_once('\n').map(|(_, text)| text))
}

#[test]
fn every_code_has_a_case() {
    assert!(cases().count() >= 60);
    let found: BTreeSet<&str> =
        cases().flat_map(|text| parse_file(text).diagnostics).map(|fault| fault.code).collect();
    // A file that cannot be read has no text, and a circle takes two files.
    let codes = explanations().map(|one| one.code).filter(|code| !matches!(*code, "E000" | "E106"));
    let missing: Vec<&str> = codes.filter(|code| !found.contains(code)).collect();
    assert!(missing.is_empty(), "{missing:?} have no case in tests/suite");
}

#[test]
fn files_in_a_circle_are_reported_once() {
    let mut load = |path: &str| match path {
        "b.dsl" => Ok("use \"a.dsl\"\nconst c = 2\n".to_owned()),
        other => Err(format!("`{other}` was asked for")),
    };
    let text = "use \"b.dsl\"\node A {\n    state x = 1\n    x' = -c*x\n}\n";
    let parsed = takens_dsl::parse_file_with(text, "a.dsl", &mut load);
    let codes: Vec<&str> = parsed.diagnostics.iter().map(|fault| fault.code).collect();
    assert_eq!(codes, ["E106"]);
}

#[test]
fn every_fix_takes_its_fault_away() {
    for text in cases() {
        for fault in parse_file(text).diagnostics {
            let Some(fix) = &fault.fix else { continue };
            let mut fixed = text.to_owned();
            fixed.replace_range(fix.span.clone(), &fix.replacement);
            let same = |faults: Vec<takens_dsl::Diagnostic>| {
                faults
                    .iter()
                    .filter(|one| one.code == fault.code && one.message == fault.message)
                    .count()
            };
            let (before, after) =
                (same(parse_file(text).diagnostics), same(parse_file(&fixed).diagnostics));
            // A name that is a keyword is reported where it stands first: then comes the next place.
            let fewer = after < before || (fault.code == "E012" && after <= before);
            assert!(fewer, "{}: {}\n{fixed}", fault.code, fault.message);
        }
        let done = repair(text, |text| parse_file(text).diagnostics);
        let left: Vec<_> = done
            .remaining
            .iter()
            // Quoting one place of a name may bring up more faults than it takes away: then it is left.
            .filter(|fault| fault.code != "E012")
            .filter(|fault| fault.fix.as_ref().is_some_and(|fix| fix.safe))
            .collect();
        assert!(left.is_empty(), "{left:?}\n{}", done.text);
    }
}
