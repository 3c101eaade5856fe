//! Hostile input gets an error in bounded time, memory and stack.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};
use takens_dsl::{parse_expressions, parse_file};
use takens_symbolic::VectorField;

/// Reads `text` within a time that no sane machine needs; gives the codes of its diagnostics.
#[track_caller]
fn codes(text: &str) -> Vec<&'static str> {
    let start = Instant::now();
    let parsed = parse_file(text);
    let took = start.elapsed();
    assert!(took < Duration::from_secs(20), "{took:?}");
    parsed.diagnostics.iter().map(|one| one.code).collect()
}

#[track_caller]
fn refused(text: &str, code: &str) {
    let found = codes(text);
    assert!(found.contains(&code), "{found:?}");
}

fn ode(equation: &str) -> String {
    format!("ode A {{\n state x = 1\n x' = {equation}\n}}\n")
}

fn scope() -> VectorField {
    let parsed = parse_file("ode A {\n param a = 1\n state x = 1\n x' = a*x\n}");
    parsed.systems[0].flatten(&BTreeMap::new()).unwrap().field
}

#[test]
fn deep_nesting_is_an_error() {
    for (open, close) in
        [("(", ")"), ("sin(", ")"), ("-", ""), ("2^", ""), ("if x > 0 then 1 else ", "")]
    {
        let deep = |depth: usize| format!("{}x{}", open.repeat(depth), close.repeat(depth));
        assert!(codes(&ode(&deep(60))).iter().all(|code| code.starts_with('W')), "{open}");
        assert!(codes(&ode(&deep(250))).iter().all(|code| code.starts_with('W')), "{open}");
        refused(&ode(&deep(3000)), "E003");
        refused(&ode(&deep(100_000)), "E003");
        assert!(parse_expressions(&deep(60), &scope()).is_ok());
        assert!(parse_expressions(&deep(100_000), &scope()).is_err());
    }
    refused(&ode(&"(".repeat(100_000)), "E002");
    refused(&"ode A {\n".repeat(10_000), "E002");
    refused(&"{".repeat(100_000), "E002");
    assert!(parse_expressions(&"(".repeat(100_000), &scope()).is_err());
    assert!(parse_expressions(&"x+".repeat(10_000_000), &scope()).is_err());
    assert!(parse_expressions("", &scope()).is_err());
}

#[test]
fn huge_numbers_are_errors() {
    refused(&ode("x^1e999999999"), "E003");
    refused(&ode(&"9".repeat(100_000)), "E003");
    assert!(codes(&ode("x^(10^9)")).is_empty());
    refused(
        "ode A {\n structural param N = 1000000000\n index i in 0..N\n state x[i] = 1\n x[i]' = -x[i]\n}",
        "E003",
    );
    refused(&format!("ode A {{\n state {} = 1\n}}", "n".repeat(2_000_000)), "E003");
}

#[test]
fn large_systems_are_checked_quickly_and_expanded_within_limits() {
    let text = "ode A {\n structural param N = 5000000\n index i, j in 0..N cyclic\n state x[i] = 1\n \
                x[i]' = sum(j)(x[j] - x[i+1])\n}";
    let parsed = parse_file(text);
    assert_eq!(parsed.diagnostics, []);
    let error = parsed.systems[0].flatten(&BTreeMap::new()).unwrap_err().to_string();
    assert!(error.contains("1000000 nodes"), "{error}");
    let small = BTreeMap::from([("N".to_owned(), 100)]);
    assert_eq!(parsed.systems[0].flatten(&small).unwrap().field.dim(), 100);
}

#[test]
fn towers_of_functions_are_bounded() {
    let mut wide = "fn f0(x) = x + 1\n".to_owned();
    for level in 1..60 {
        wide += &format!("fn f{level}(x) = f{0}(x) + f{0}(x + 1)\n", level - 1);
    }
    refused(&(wide + &ode("f59(x)")), "E003");
    let mut deep = "fn f0(x) = x + 1\n".to_owned();
    for level in 1..20_000 {
        deep += &format!("fn f{level}(x) = f{}(x) + 1\n", level - 1);
    }
    refused(&(deep + &ode("f19999(x)")), "E003");
}

#[test]
fn long_chains_are_read_without_recursion() {
    let sum = vec!["x"; 30_000].join("+");
    assert!(codes(&ode(&sum)).is_empty());
    assert_eq!(parse_expressions(&sum, &scope()).unwrap().0.len(), 30_000);
    refused(&ode(&vec!["x"; 15_000].join("<")), "E011");
    let mut lets = "ode A {\n state x = 1\n let a0 = x\n".to_owned();
    for level in 1..10_000 {
        lets += &format!(" let a{level} = a{} + a{}\n", level - 1, level - 1);
    }
    lets += " x' = a9999\n}";
    assert!(codes(&lets).is_empty());
}

#[test]
fn judging_ranges_and_branches_is_bounded() {
    let mut text = "ode A {\n state x = 1\n".to_owned();
    for place in 0..80 {
        text += &format!(" param p{place} = 1 in [0.5, 2]\n");
    }
    text += " let a0 = p0\n let b0 = x\n";
    for level in 1..3000 {
        let (before, other) = (level - 1, level % 80);
        text += &format!(" let a{level} = a{before} - p{other}/(a{before} - p{other} + 9)\n");
        text += &format!(" let b{level} = b{before} + (if x > {level} then a{level} else x)\n");
    }
    codes(&(text + " x' = b2999\n}"));
    let calls = (1..40).map(|level| format!("fn f{level}(x) = f{0}(x)/f{0}(-x)\n", level - 1));
    let calls = format!("fn f0(x) = x\n{}", calls.collect::<String>());
    codes(&format!("{calls}ode A {{\n param a = 1 in [-1, 1]\n state x = 1/f30(a)\n x' = -x\n}}"));
}

#[test]
fn many_faults_are_cut_off() {
    let mut text = "ode A {\n state x = 1\n".to_owned();
    for place in 0..20_000 {
        text += &format!(" x' = unknown{place} + (\n");
    }
    assert!(codes(&text).len() <= 200);
    let text: String =
        (0..20_000).map(|place| format!(" param p{place} = nothing{place}\n")).collect();
    assert!(codes(&format!("ode A {{\n state x = 1\n x' = 1\n{text}}}")).len() <= 200);
}

#[test]
fn any_bytes_are_accepted() {
    for text in [
        "\u{FEFF}", "\r\n\r\n", "\0", "'", "\"", "`", "/*", "±", "ode", "ode A", "ode A {", "}",
        "fn", "x'",
    ] {
        codes(text);
    }
}

#[test]
fn long_defaults_are_computed_without_recursion() {
    let sum = vec!["1.5"; 15_000].join("+");
    let text = format!("ode A {{\n param a = {sum} in [0, 1e9]\n state x = a\n x' = a*x\n}}");
    assert_eq!(codes(&text), [""; 0]);
}

#[test]
fn expansion_of_faulty_systems_does_not_panic() {
    codes(
        "ode A {\n param a = x in [x, y]\n index i in 0..x\n state x = y, y[i] = t\n x' = a(3)\n y[j]' = q[2]\n}",
    );
    codes(
        "ode A {\n param a = b, b = a\n let c = d, d = c\n state x[c] = 1\n x[0]' = min() + sec() + root(1)\n}",
    );
}
