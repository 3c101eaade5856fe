//! Files of other tools: what is read means the same, what cannot be read is named with its line.

use serde_json::Value;
use takens_dsl::{ImportFormat, System, import, parse_file};
use takens_symbolic::{Bindings, evaluate, odebench_entry};

/// The systems of a file, which pass all checks.
#[track_caller]
fn systems(text: &str, format: ImportFormat) -> Vec<System> {
    let made = import(text, format, "sample").unwrap_or_else(|faults| panic!("{faults:#?}"));
    let parsed = parse_file(&made);
    assert!(parsed.diagnostics.iter().all(|d| !d.is_error()), "{made}\n{:#?}", parsed.diagnostics);
    parsed.systems
}

/// The right-hand side at the start of the one system of an `.ode` file, at t = 0.5.
#[track_caller]
fn check(text: &str, names: &[&str], rhs: &[f64]) {
    let systems = systems(text, ImportFormat::Xpp);
    let field = systems[0].flatten(&Default::default()).expect("it is flat").field;
    assert_eq!(field.states, names);
    let parameters = field.default_parameters();
    let state = field.initial_state(&parameters);
    let modes = [0.0; 4];
    let bindings = Bindings {
        time: 0.5,
        state: &state,
        parameters: &parameters,
        delayed: &state,
        modes: &modes,
    };
    let got = evaluate(&field.graph, &field.rhs, &bindings);
    for (g, w) in got.iter().zip(rhs) {
        assert!((g - w).abs() <= 1e-12 * w.abs().max(1.0), "{got:?} for {rhs:?}");
    }
}

/// The fault of a file, with its line.
#[track_caller]
fn refuse(text: &str, line: usize, part: &str) {
    let faults = import(text, ImportFormat::Xpp, "sample").expect_err("it has a fault");
    let found = faults.iter().any(|fault| fault.line == line && fault.message.contains(part));
    assert!(found, "no fault in line {line} with {part:?}: {faults:#?}");
}

#[test]
fn flows_of_xppaut() {
    check(
        "# a comment\n\" another one\npar a=2, B=3 c = 4\nparam d=.5e0\ninit x=1 y=2.\nnumber k=1e-1\n!e=a*b\n\
         f(u,v)=u*v + a*g(u)\ng(w)=w**2 + d\nz=x+y\nx'=f(x,z) - k*e\ndY/dt = if(x<y & not(x>3))then(ln(c))else(flr(c))\n\
         @ total=100, meth=rk4\ndone\nnothing of this is read",
        &["x", "y"],
        &[1.0 * 3.0 + 2.0 * 1.5 - 0.1 * 6.0, 4.0_f64.ln()],
    );
}

#[test]
fn maps_and_arrays_of_xppaut() {
    check("p r=3.5\nx(0)=.25\nx(t+1)=r*x*(1-x)\n", &["x"], &[3.5 * 0.25 * 0.75]);
    check(
        "par eps=.5\ninit x0=1\ninit x[1..3]=2\nx0'=-x0\nx[1..3]'=-x[j]+eps*x[j-1]\naux s=x1+x3\n",
        &["x0", "x1", "x2", "x3"],
        &[-1.0, -1.5, -1.0, -1.0],
    );
}

#[test]
fn lines_that_cannot_be_said_are_named() {
    refuse("x'=-x\nb x-1\n", 2, "boundary condition");
    refuse("x'=-x + y\n", 1, "`y` is not defined");
    refuse("par a=1\nx'=a*ran(1)\n", 2, "`ran` has no counterpart");
    refuse("x'=-x\n\nmarkov m 2\n", 3, "markov");
    refuse("x'=-x\nwhat is this\n", 2, "no statement");
    refuse("x'=\n", 1, "no value");
    refuse("x'=-x $ 2\n", 1, "`$`");
    refuse("u(t)=int{exp(-t)#x}\nx'=-x\n", 1, "integral");
    refuse("x'=2 x\n", 1, "");
    refuse("", 0, "no equations");
    refuse("x'=(x\n", 1, "");
}

#[test]
fn hostile_files_are_refused_in_bounded_time() {
    refuse(&format!("x'={}x\n", "(".repeat(100_000)), 1, "");
    refuse("x[0..999999999999]'=1\n", 1, "an array");
    refuse(&format!("x'=1{}\n", "+f(".repeat(50_000)), 1, "");
}

#[test]
fn both_shapes_of_odebench_are_read() {
    let list = r#"[{"id": 7, "eq": "c_0*x_0 - x_1**2 | -x_0 + cot(c_1*x_1)/3.", "dim": 2, "consts": [[2.0, 0.5]],
        "init": [[1.0, 2.0], [3.0, 4.0]], "eq_description": "A pair (made up)", "source": "a \"book\""}]"#;
    let systems = systems(list, ImportFormat::Odebench);
    assert_eq!(systems[0].name, "APairMadeUp");
    let field = systems[0].flatten(&Default::default()).expect("it is flat").field;
    let state = field.initial_state(&[]);
    let bindings = Bindings { state: &state, parameters: &[2.0, 0.5], ..Bindings::default() };
    let got = evaluate(&field.graph, &field.rhs, &bindings);
    assert_eq!(got, [-2.0, -1.0 + (1.0_f64.cos() / 1.0_f64.sin()) / 3.0]);
    assert_eq!(systems[0].known[0].values.as_deref(), Some(&[3.0, 4.0][..]));
    for broken in ["", "3", "[]", "{\"rhs\": []}", "[{\"eq\": \"c_9\", \"consts\": [[1]]}]"] {
        assert!(import(broken, ImportFormat::Odebench, "x").is_err(), "{broken}");
    }
}

/// What `takens show --format odebench` writes reads back to the same equations.
#[test]
fn entries_of_odebench_round_trip() {
    let collection = parse_file(include_str!("../../systems.dsl")).systems;
    let mut done = 0;
    for system in &collection {
        let field = system.flatten(&Default::default()).expect("it is flat").field;
        let about = takens_symbolic::About { name: system.name.clone(), ..Default::default() };
        let Ok(entry) = odebench_entry(&field, &about) else { continue };
        let parameters: serde_json::Map<String, Value> =
            entry.parameters.iter().map(|(name, value)| (name.clone(), (*value).into())).collect();
        let text = serde_json::json!({
            "name": entry.name, "rhs": entry.rhs, "variables": entry.variables,
            "parameters": parameters, "initial_conditions": [entry.initial],
        });
        let needs_more = entry.rhs.iter().any(|side| {
            ["Piecewise", "Mod(", "Heaviside", "Eq(", "Min(", "Max("]
                .iter()
                .any(|one| side.contains(one))
        });
        if needs_more || field.dim() > 50 {
            continue;
        }
        let back = systems(&text.to_string(), ImportFormat::Odebench);
        let again = back[0].flatten(&Default::default()).expect("it is flat").field;
        let values = field.default_parameters();
        let state = field.initial_state(&values);
        let at = |field: &takens_symbolic::VectorField, parameters: &[f64]| {
            let bindings = Bindings { state: &state, parameters, ..Bindings::default() };
            evaluate(&field.graph, &field.rhs, &bindings)
        };
        let (got, want) = (at(&again, &again.default_parameters()), at(&field, &values));
        let scale = want.iter().fold(0.0_f64, |scale, w| scale.max(w.abs()));
        for (g, w) in got.iter().zip(&want) {
            assert!((g - w).abs() <= 1e-12 * scale, "{}: {g} for {w}", system.name);
        }
        done += 1;
    }
    assert!(done > 80, "only {done} entries");
}
