//! Printing an expression and reading it back gives the same nodes.

use proptest::prelude::*;
use std::collections::BTreeMap;
use takens_dsl::{parse_expressions, parse_file};
use takens_symbolic::{VectorField, field_names, print_expr};

fn scope() -> VectorField {
    let text = "ode A {\n index i, j in 0..2\n param a = 1, `fn` = 2\n param k[i, j] = 1\n \
                state x = 1, y[i] = 2\n x' = a*y[0]*`fn`\n y[i]' = k[i, 0]*x\n}";
    let parsed = parse_file(text);
    parsed.systems[0].flatten(&BTreeMap::new()).unwrap().field
}

fn number() -> impl Strategy<Value = String> {
    prop_oneof![
        (0..1000_u32).prop_map(|n| n.to_string()),
        (0..1000_u32, 0..1000_u32).prop_map(|(a, b)| format!("{a}.{b}")),
        (1..99_u32, -30..30_i32).prop_map(|(a, b)| format!("{a}e{b}")),
        (1..99_u32, 1..99_u32).prop_map(|(a, b)| format!("({a}/{b})")),
    ]
}

fn expression() -> impl Strategy<Value = String> {
    const NAMES: &[&str] = &["x", "y[1]", "a", "`fn`", "k[1, 0]", "t", "pi"];
    let leaf = prop_oneof![number(), prop::sample::select(NAMES).prop_map(str::to_owned)];
    leaf.prop_recursive(6, 64, 3, |inner| {
        const OPERATORS: &[&str] = &["+", "-", "*", "/", "^"];
        const FUNCTIONS: &[&str] = &["sin", "exp", "abs", "heaviside", "sec"];
        let pair = (inner.clone(), prop::sample::select(OPERATORS), inner.clone());
        let bare = pair.clone().prop_map(|(a, op, b)| format!("{a} {op} {b}"));
        let grouped = pair.prop_map(|(a, op, b)| format!("({a}) {op} ({b})"));
        let call = (prop::sample::select(FUNCTIONS), inner.clone());
        let pick = (inner.clone(), inner.clone(), inner.clone());
        prop_oneof![
            bare,
            grouped,
            inner.clone().prop_map(|a| format!("-{a}")),
            call.prop_map(|(f, a)| format!("{f}({a})")),
            (inner.clone(), inner).prop_map(|(a, b)| format!("min({a}, {b}, mod({b}, {a}))")),
            pick.prop_map(|(a, b, c)| format!(
                "(if {a} < {b} and not ({b} >= {c} or {a} > 1) then {a} elif {c} > 0 then {b} else {c})"
            )),
        ]
    })
}

proptest! {
    #[test]
    fn parse_after_print_is_the_identity(text in expression()) {
        let scope = scope();
        // A random text may divide by a literal zero, which is refused.
        let Ok((graph, ids)) = parse_expressions(&text, &scope) else { return Ok(()) };
        let printed = print_expr(&graph, ids[0], &field_names(&scope));
        // Both into one graph: equal expressions have equal ids.
        let (both, pair) = parse_expressions(&format!("{text}; {printed}"), &scope)
            .map_err(|faults| TestCaseError::fail(format!("{printed}: {}", faults[0].message)))?;
        prop_assert_eq!(pair[0], pair[1], "{} printed as {}", text, printed);
        drop(both);
    }
}

#[test]
fn the_keywords_of_printer_and_grammar_agree() {
    for word in takens_symbolic::KEYWORDS {
        let text = format!("ode A {{\n param `{word}` = 1\n state x = 1\n x' = x*`{word}`\n}}");
        assert_eq!(parse_file(&text).diagnostics, [], "{word}");
        let bare = format!("ode A {{\n state x = 1\n let a = {word}\n x' = a\n}}");
        assert!(parse_file(&bare).systems.is_empty(), "{word}");
    }
    let grammar = include_str!("../../../grammar/systems.pest");
    let rule =
        grammar.split("keyword = _{").nth(1).and_then(|rest| rest.split('}').next()).unwrap();
    let mut words: Vec<String> = vec![];
    for line in rule.lines() {
        let quoted: Vec<&str> = line.split('"').skip(1).step_by(2).collect();
        match quoted.as_slice() {
            [] => {}
            [word] => words.push((*word).to_owned()),
            [start, ends @ ..] => words.extend(ends.iter().map(|end| format!("{start}{end}"))),
        }
    }
    words.sort();
    let mut keywords = takens_symbolic::KEYWORDS.to_vec();
    keywords.sort_unstable();
    assert_eq!(words, keywords);
}

/// Every expression of the collection, printed and read again, prints the same. Those with a delayed
/// value are left out: it is read in a `dde`, not among expressions; so is one map whose shared parts,
/// written out, are longer than an expression may be.
#[test]
fn the_collection_prints_as_it_is_read() {
    let (mut read, mut delayed) = (0, 0);
    let mut long = std::collections::BTreeSet::new();
    for system in parse_file(include_str!("../../../systems.dsl")).systems {
        let field = system.flatten(&BTreeMap::new()).unwrap().field;
        if !field.delays.is_empty() {
            delayed += 1;
            continue;
        }
        let names = field_names(&field);
        let coefficients = field.noise.terms.iter().flatten().map(|term| term.1);
        for id in field.rhs.iter().copied().chain(coefficients) {
            let text = print_expr(&field.graph, id, &names);
            if text.len() > takens_dsl::MAX_EXPRESSION {
                long.insert(system.name.clone());
                continue;
            }
            let (graph, ids) = parse_expressions(&text, &field)
                .unwrap_or_else(|faults| panic!("{}: {text}: {}", system.name, faults[0].message));
            assert_eq!(print_expr(&graph, ids[0], &names), text, "{}", system.name);
            read += 1;
        }
    }
    assert!(long.iter().all(|name| name.starts_with("BlinkingVortex")), "{long:?}");
    assert!(read > 1000 && delayed <= 8, "{read} read, {delayed} systems with delays");
}
