//! Delays, noise, energies and invariants: what they flatten to, and what is wrong with them.

use std::collections::BTreeMap;
use takens_dsl::{parse_file, render};
use takens_symbolic::{Bindings, VectorField, evaluate, field_names, print_expr};

const SAMPLES: &str = include_str!("samples.dsl");

#[track_caller]
fn field(text: &str, name: &str) -> VectorField {
    let parsed = parse_file(text);
    let errors: Vec<_> = parsed.diagnostics.into_iter().filter(|one| one.is_error()).collect();
    assert!(errors.is_empty(), "{}", render(&errors, "text", text, false));
    let system = parsed.systems.into_iter().find(|system| system.name == name).expect(name);
    system.flatten(&BTreeMap::new()).unwrap().field
}

/// The right-hand side of a component, as text.
#[track_caller]
fn right(field: &VectorField, place: usize, want: &str) {
    let text = print_expr(&field.graph, field.rhs[place], &field_names(field));
    assert_eq!(text, want, "{}", field.states[place]);
}

/// The first fault has this code, and its message these words.
#[track_caller]
fn fault(text: &str, code: &str, words: &str) {
    let faults = parse_file(text).diagnostics;
    let shown = render(&faults, "text", text, false);
    let errors: Vec<_> = faults.iter().filter(|one| one.is_error()).collect();
    assert_eq!(errors.len(), 1, "{shown}");
    assert_eq!(errors[0].code, code, "{shown}");
    assert!(errors[0].message.contains(words), "{shown}");
}

/// Taking the fix of the first fault leaves none.
#[track_caller]
fn fixed(text: &str) {
    let faults = parse_file(text).diagnostics;
    let fix = faults.iter().find(|one| one.is_error()).unwrap().fix.clone().expect("a fix");
    let mut mended = text.to_owned();
    mended.replace_range(fix.span, &fix.replacement);
    field(&mended, "A");
}

#[test]
fn delays_are_listed_by_component_then_by_appearance() {
    let field = field(SAMPLES, "LateRing");
    let names: Vec<&str> = field.delays.iter().map(|one| one.name.as_str()).collect();
    let want = [
        "x[0](t - tau)",
        "x[1](t - tau)",
        "x[2](t - tau)",
        "x[3](t - tau)",
        "x[4](t - tau)",
        "y(t - 2*tau)",
    ];
    assert_eq!(names, want);
    right(&field, 1, "k*x[0](t - tau) - x[1] + y(t - 2*tau)*x[1](t - tau)");
    assert_eq!((field.history.len(), field.delays[5].state), (6, 5));
}

#[test]
fn history_without_start_ends_in_it() {
    let field = field(SAMPLES, "MackeyGlass");
    let parameters = field.default_parameters();
    assert_eq!(field.initial_state(&parameters), [0.9]);
    let past = |time| {
        let bindings = Bindings { time, parameters: &parameters, ..Bindings::default() };
        evaluate(&field.graph, &field.history, &bindings)[0]
    };
    assert!((past(-1.0) - (0.9 - 0.1 * 0.3_f64.sin())).abs() < 1e-15);
    let bindings =
        Bindings { state: &[0.9], parameters: &parameters, delayed: &[1.0], ..Bindings::default() };
    let rate = evaluate(&field.graph, &field.rhs, &bindings)[0];
    assert!((rate - (0.1 - 0.09)).abs() < 1e-15);
}

#[test]
fn lags_are_simplified() {
    let field = field(
        "dde A { param a = 1, b = 2\n state x = 1, y = 0\n \
         x' = x(t - a - b) + y(t - (a + b)) + x(t - 2)\n y' = x((t - b) - a) + x(t - b - a) }",
        "A",
    );
    let names: Vec<&str> = field.delays.iter().map(|one| one.name.as_str()).collect();
    assert_eq!(names, ["x(t - (a + b))", "x(t - 2)", "x(t - (b + a))", "y(t - (a + b))"]);
}

#[test]
fn energies_give_tidy_equations() {
    let field = field(SAMPLES, "HenonHeiles");
    right(&field, 0, "px");
    right(&field, 2, "-x - 2*lambda*x*y");
    right(&field, 3, "-y - lambda*(x^2 - y^2)");
    assert_eq!(field.hamiltonian.as_ref().unwrap().pairs, [(0, 2), (1, 3)]);
    assert_eq!(field.invariants[0].0, "hamiltonian");
}

#[test]
fn energies_pair_vectors_beside_other_states() {
    let field = field(SAMPLES, "Chain");
    assert_eq!(field.hamiltonian.as_ref().unwrap().pairs, [(0, 4), (1, 5), (2, 6), (3, 7)]);
    right(&field, 1, "p[1]");
    right(&field, 8, "1");
    let names: Vec<&str> = field.invariants.iter().map(|one| one.0.as_str()).collect();
    assert_eq!(names, ["hamiltonian", "momentum"]);
}

#[test]
fn noise_is_told_from_the_drift() {
    let duffing = field(SAMPLES, "NoisyDuffing");
    assert_eq!(duffing.noise.names, ["w1"]);
    right(&duffing, 1, "x - x^3 - 0.1*v");
    let text = |field: &VectorField, id| print_expr(&field.graph, id, &field_names(field));
    assert!(duffing.noise.terms[0].is_empty());
    assert_eq!(text(&duffing, duffing.noise.terms[1][0].1), "sqrt(2*D)");
    let ring = field(SAMPLES, "NoisyRing");
    assert_eq!(ring.noise.names, ["w[0]", "w[1]", "shared", "w[2]"]);
    right(&ring, 2, "-x[2]");
    let last: Vec<(u32, String)> =
        ring.noise.terms[2].iter().map(|&(path, id)| (path, text(&ring, id))).collect();
    let want = [(0, "-g"), (2, "x[2]/2"), (3, "g")];
    assert_eq!(last, want.map(|(path, text)| (path, text.to_owned())));
}

#[test]
fn delays_have_their_faults() {
    fixed("ode A { param tau = 1\n state x = 1\n x' = -x(t - tau) }");
    fault("map A { state x = 1\n next x = x(t - 1) }", "E034", "delayed");
    fault("dde A { state x\n x' = -x(t - 1) }", "E032", "no initial value");
    fault("dde A { state x = 1\n x' = -x(t - x) }", "E071", "depends on the state");
    fault("dde A { state x = 1\n x' = -x(t/2) }", "E071", "does not start from `t`");
    fault("dde A { state x = 1\n x' = -x(t - sin(t)) }", "E071", "changes with the time");
    fault("dde A { state x = 1\n x' = -x(3) }", "E071", "does not start from `t`");
    fault("dde A { state x = 1\n x' = -x(t + 1) }", "E072", "-1 at the default");
    fault("dde A { state x = 1\n x' = -x(t) }", "E072", "0 at the default");
    fault("dde A { param a = 2 in [0, 3]\n state x = 1\n x' = -x(t - a) }", "E072", "becomes 0");
    field("dde A { param a = 2 in (0, 3]\n state x = 1\n x' = -x(t - a) }", "A");
    fault("dde A { state x = 1\n output o = x(t - 1)\n x' = -x(t - 1) }", "E070", "delayed state");
}

#[test]
fn histories_have_their_faults() {
    fault("ode A { state x = 1\n history x(s) = s\n x' = -x }", "E073", "only a `dde`");
    fault("dde A { state x = 1\n history z(s) = s\n x' = -x(t - 1) }", "E074", "called `z`");
    fault("dde A { state x\n history x(s) = x + s\n x' = -x(t - 1) }", "E025", "history of `x`");
    fault(
        "dde A { state x\n history x(s) = s\n history x(s) = 1\n x' = -x(t - 1) }",
        "E021",
        "two histories",
    );
}

#[test]
fn noise_has_its_faults() {
    fixed("ode A { state x = 1\n x' = -x + noise(w) }");
    fault("dde A { state x = 1\n x' = -x(t - 1) + noise(w) }", "E034", "`sde`");
    fault("sde A { state x = 1\n x' = sin(noise(w)) }", "E078", "`noise(w)` stands inside `sin`");
    fault("sde A { state x = 1\n let n = x*noise(w)\n x' = n^2 }", "E078", "in a power");
    fault("sde A { state x = 1\n x' = noise(a)*noise(b) }", "E078", "multiplied");
    fault("sde A { state x = noise(w)\n x' = -x + noise(w) }", "E079", "initial value");
    fault("sde A { state x = 1\n x' = noise(x) }", "E077", "is a state");
    fault("sde A { state x = 1\n output o = noise(w)\n x' = noise(w) }", "E079", "reads noise");
}

#[test]
fn energies_have_their_faults() {
    let with = |rest: &str| format!("ode A {{ state q = 1, p = 0\n {rest} }}");
    fault(&with("hamiltonian (q, p): p^2 + q^2\n p' = -q"), "E083", "moves this component already");
    fault(&with("hamiltonian (q, r): p^2 + q^2\n p' = -q"), "E074", "called `r`");
    fault(&with("hamiltonian (q, p), (q, p): p^2 + q^2"), "E081", "two pairs");
    fault("map A { state q = 1, p = 0\n hamiltonian (q, p): p^2 + q^2 }", "E080", "only an `ode`");
}

#[test]
fn invariants_are_judged() {
    let with = |rest: &str| format!("ode A {{ state x = 1, y = 0\n x' = y\n y' = -x\n {rest} }}");
    field(&with("invariant e = x^2 + y^2"), "A");
    fault(&with("invariant e = x^2 - y^2"), "E085", "time derivative");
    fault(&with("invariant e = sin(x)"), "E085", "is cos(x)*y");
    fault("sde A { state x = 1\n x' = noise(w)\n invariant e = x }", "E086", "keeps a quantity");
    fault("map A { state x = 1\n next x = 2*x\n invariant e = x^2 }", "E085", "next");
}
