//! Golden diagnostics: what a writer sees for each mistake. `UPDATE_EXPECT=1` rewrites the files.
//!
//! The cases are in `tests/suite/*.dsl-cases`: a line `--- name` opens a case, the text up to the next
//! one is a file of its own. Beside each stands what is printed for it, case by case.

use expect_test::expect_file;
use std::fmt::Write;
use takens_dsl::{parse_file, render};

fn rendered(cases: &str) -> String {
    let mut shown = String::new();
    for case in cases.split("--- ").skip(1) {
        let (name, text) = case.split_once('\n').expect("a case has a name and a text");
        let parsed = parse_file(text);
        writeln!(shown, "--- {name}").expect("writing to a string");
        shown.push_str(&render(&parsed.diagnostics, "case.dsl", text, false));
        let systems: Vec<&str> = parsed.systems.iter().map(|one| one.name.as_str()).collect();
        writeln!(shown, "sound: {}\n", systems.join(", ")).expect("writing to a string");
    }
    shown
}

macro_rules! suite {
    ($($test:ident $file:literal),* $(,)?) => {$(
        #[test]
        fn $test() {
            let cases = include_str!(concat!("../suite/", $file, ".dsl-cases"));
            expect_file![concat!("../suite/", $file, ".expected")].assert_eq(&rendered(cases));
        }
    )*};
}

suite! {
    habits_of_other_tools "habits",
    names_and_definitions "names",
    kinds_shapes_and_ranges "values",
    recovery_after_syntax "syntax",
    delays_noise_and_energies "kinds",
    units_and_dimensions "units",
    reuse_and_files "reuse",
    events_and_modes "events",
    warnings "warnings",
}
