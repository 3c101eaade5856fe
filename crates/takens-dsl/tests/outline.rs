//! Names of a file: where they are defined and used, also where the file is broken.

use takens_dsl::outline::{NameKind, Outline, Place, Sort, outline};

const SYSTEM: &str = "\
const g = 9.81
/// A ramp.
fn ramp(x, m) = m*x + g
ode Base {
    param a = 1 in [0, 2], b = 2*a
    index i in 0..3 cyclic
    state x[i] = 0.1*i, y = 0
    let s = sum(j in 0..3)(j*x[j]) + sum(i)(x[i])
    x[i]' = ramp(x[i+1], a) - s
    y' = b*y + t
    known { divergence: -a }
}
ode Twin extends Base {
    meta { same_form_as: \"Base\" }
    param a = 3
    y' = a*y
}
";

/// What each use of a name means: the place of its definition's name, as `line:column`.
#[track_caller]
fn check(text: &str, name: &str, want: &[&str]) {
    let found = outline(text);
    let place = |offset: usize| {
        let line = text[..offset].matches('\n').count() + 1;
        let column = offset - text[..offset].rfind('\n').map_or(0, |at| at + 1) + 1;
        format!("{line}:{column}")
    };
    let uses = found.uses.iter().filter(|one| one.name == name);
    let got: Vec<String> = uses
        .map(|one| {
            assert!(text[one.span.clone()].trim_matches('`') == name, "a span is that of a name");
            let definition = one.definition.map(|place| &found.definitions[place]);
            let target = definition.map_or("none".to_owned(), |one| place(one.span.start));
            format!("{} {target}", place(one.span.start))
        })
        .collect();
    assert_eq!(got, want);
}

fn names(found: &Outline, kind: NameKind) -> Vec<&str> {
    let of_kind = found.definitions.iter().filter(|one| one.kind == kind);
    of_kind.map(|one| one.name.as_str()).collect()
}

#[test]
fn every_name_is_found_where_it_is_defined() {
    let found = outline(SYSTEM);
    assert_eq!(names(&found, NameKind::Parameter), ["a", "b", "a"]);
    assert_eq!(names(&found, NameKind::State), ["x", "y"]);
    assert_eq!(names(&found, NameKind::Argument), ["x", "m"]);
    assert_eq!(names(&found, NameKind::System), ["Base", "Twin"]);
    let ramp = found.definitions.iter().find(|one| one.name == "ramp").expect("it is defined");
    assert_eq!(ramp.doc, "A ramp.");
    assert_eq!(&SYSTEM[ramp.value.clone().expect("it has a body")], "m*x + g");
}

#[test]
fn uses_mean_the_innermost_definition() {
    check(SYSTEM, "g", &["3:23 1:7"]);
    check(SYSTEM, "m", &["3:17 3:12"]);
    check(SYSTEM, "j", &["8:28 8:17", "8:32 8:17"]);
    check(
        SYSTEM,
        "i",
        &["7:13 6:11", "7:22 6:11", "8:42 6:11", "8:47 6:11", "9:7 6:11", "9:20 6:11"],
    );
    check(SYSTEM, "s", &["9:31 8:9"]);
    check(SYSTEM, "t", &["10:16 none"]);
}

#[test]
fn a_system_that_extends_another_has_its_names() {
    check(SYSTEM, "a", &["5:34 5:11", "9:26 5:11", "11:26 5:11", "16:10 15:11"]);
    check(SYSTEM, "y", &["10:5 7:25", "10:12 7:25", "16:5 7:25", "16:12 7:25"]);
    check(SYSTEM, "Base", &["13:18 4:5", "14:27 4:5"]);
    let found = outline(SYSTEM);
    let places: Vec<usize> = (0..found.definitions.len())
        .filter(|&place| found.definitions[place].name == "a")
        .collect();
    assert_eq!(found.family(places[0]), places);
}

#[test]
fn a_broken_statement_still_tells_its_names() {
    let text =
        "ode A {\n param a = = 1\n param `fn` = 2, b\n state x = (0\n x' = a*x + `fn` +\n}\n";
    check(text, "a", &["5:7 2:8"]);
    check(text, "fn", &["5:13 3:8"]);
    check(text, "x", &["5:2 4:8", "5:9 4:8"]);
    let found = outline("ode A {\n state x = 1\n x' = sum(j in 0..");
    assert_eq!(names(&found, NameKind::Bound), ["j"]);
    assert_eq!(found.uses.iter().filter(|one| one.sort == Sort::Target).count(), 1);
}

#[test]
fn histories_energies_and_noise_have_their_names() {
    let text =
        "dde A {\n param tau = 1\n state x = 1\n history x(s) = 0.1*s\n x' = -x(t - tau)\n}\n";
    check(text, "s", &["4:21 4:12"]);
    check(text, "x", &["4:10 3:8", "5:2 3:8", "5:8 3:8"]);
    let text =
        "ode B {\n state q = 0, p = 1\n hamiltonian (q, p): p^2/2 + q^2/2\n invariant e = p\n}\n";
    check(text, "p", &["3:18 2:15", "3:22 2:15", "4:16 2:15"]);
    assert_eq!(names(&outline(text), NameKind::Invariant), ["e"]);
    let text = "sde C {\n state x = 0, y = 0\n x' = noise(w)\n y' = noise(w)\n}\n";
    check(text, "w", &["4:13 3:13"]);
}

#[test]
fn a_place_says_what_could_be_written_there() {
    let at = |text: &str| {
        let offset = text.find('|').expect("a mark");
        let text = text.replace('|', "");
        outline(&text).context(&text, offset).place
    };
    assert_eq!(at("o|"), Place::Item);
    assert_eq!(at("ode A {\n pa|\n}"), Place::Statement(0));
    assert_eq!(at("ode A {\n param a = |\n}"), Place::Value(Some(0)));
    assert_eq!(at("ode A {\n param a = 1 i|\n}"), Place::Clause(Some(0)));
    assert_eq!(at("ode A {\n param a|\n}"), Place::NewName);
    assert_eq!(at("ode A {\n x' = 1 +\n  s|\n}"), Place::Value(Some(0)));
    assert_eq!(at("ode A {\n meta { ci| }\n}"), Place::Entry("meta".into(), 0));
    assert_eq!(at("ode B extends A|"), Place::Base);
    assert_eq!(at("ode A {\n // x|\n}"), Place::Comment);
    assert_eq!(at("ode A {\n /// x|\n}"), Place::Comment);
    assert_eq!(at("use \"f|\""), Place::Text("use".into()));
}

#[test]
fn the_collection_has_no_loose_ends() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../systems.dsl");
    let text = std::fs::read_to_string(path).expect("the collection is there");
    let found = outline(&text);
    let builtin = |name: &str| takens_symbolic::Function::by_name(name).is_some();
    let others = ["pi", "t", "sum", "prod", "root", "noise", "sec", "csc", "cot"];
    for one in found.uses.iter().filter(|one| one.definition.is_none()) {
        let known = builtin(&one.name) || others.contains(&one.name.as_str());
        assert!(known, "`{}` at byte {} is nowhere", one.name, one.span.start);
    }
}
