//! Units: what agrees, and what is said where it does not.

use takens_dsl::parse_file;

/// The diagnostics of a system of two states, in metres and in metres a second, with `line`.
#[track_caller]
fn codes(line: &str) -> Vec<String> {
    let text = format!(
        "unit person\nunit hp = 735.49875*W\nconst half = 1/2\nfn square(x) = x^2\n\
         ode A {{\n time t <s>\n param L <m> = 2, T <s> = 3, n = 2, d <km> = 1\n \
         state x <m> = 1, v <m/s> = 0\n let used = L/T*n + d/(1*T)*0\n \
         x' = v + 0*used*d/d\n v' = -v/T\n {line}\n}}"
    );
    let mut codes: Vec<String> =
        parse_file(&text).diagnostics.iter().map(|one| one.code.to_owned()).collect();
    codes.retain(|code| code.starts_with('E'));
    codes
}

#[track_caller]
fn check(output: &str, want: &[&str]) {
    assert_eq!(codes(&format!("output o {output}")), want, "{output}");
}

#[test]
fn what_agrees_has_no_fault() {
    for good in [
        "<m> = x + L - v*T",
        "<m> = max(x, 0) + min(L, x, v*T)",
        "<m> = if x > 0 then x else 0",
        "<m^2> = square(x) + x^2",
        "<m^(1/2)> = sqrt(x) + x^half + x^(1/2)",
        "<1/s> = v/x",
        "<kg*m^2/s^2> = 3",
        "= sin(x/L) + exp(-t/T) + n^n*0",
        "= x/L + atan2(x, L)",
        "<N*s^2/kg> = x",
        "<(m)> = mod(x, L)",
        "<m/s> = t*v/T",
        "<hp> = 3",
    ] {
        check(good, &[]);
    }
    assert_eq!(codes("output o <person> = 7, p <mm^2*µs/kΩ> = 0"), [""; 0]);
}

#[test]
fn what_does_not_agree_is_named_once() {
    check("<m> = x + v", &["E092"]);
    check("<m> = x + 1", &["E092"]);
    check("<m> = x + d", &["E092"]);
    check("<m> = max(x, v) + 2*x", &["E092"]);
    check("= if x > v then 1 else 2", &["E092"]);
    check("<m> = if x > 0 then x else v", &["E092"]);
    check("<s> = x", &["E092"]);
    check("= x", &["E092"]);
    check("= sin(x)", &["E093"]);
    check("= exp(d/L)", &["E093"]);
    check("= 2^x", &["E093"]);
    check("<m> = x^n", &["E094"]);
    check("= floor(x)", &["E093"]);
    check("= square(x) + x", &["E092"]);
    check("= sin(x) + sin(v)", &["E093", "E093"]);
}

#[test]
fn units_are_read_or_refused() {
    check("<m s> = x", &["E090"]);
    check("<m^> = x", &["E090"]);
    check("<> = x", &["E090"]);
    check("<0*m> = x", &["E090"]);
    check("<metre> = x", &["E091"]);
    check("<furlong> = x", &["E091"]);
    check("<m^1000000000> = x", &["E097"]);
    check("<m^(1/1000000000)> = x", &["E097"]);
    check("<(m^900)^900> = x", &["E097"]);
    check("<m> = x^600*x^600/x^1199", &["E097"]);
    let nested = |depth| format!("<{}m{}> = x", "(".repeat(depth), ")".repeat(depth));
    check(&nested(100), &["E090"]);
    // Brackets of any kind nest no deeper than the language allows.
    check(&nested(400), &["E003"]);
    check(&format!("<{}m> = x", "m*".repeat(4000)), &["E097"]);
}

#[track_caller]
fn file(text: &str, want: &[&str]) {
    let parsed = parse_file(text);
    let codes: Vec<&str> = parsed.diagnostics.iter().map(|one| one.code).collect();
    assert_eq!(codes, want, "{:?}", parsed.diagnostics);
}

#[test]
fn a_system_has_units_or_none() {
    file("ode A {\n state x <m> = 1\n x' = 0\n}", &["E095"]);
    file("map A {\n state x <m> = 1\n next x = x/2\n}", &[]);
    file("ode A {\n time t <s>\n state x = 1\n x' = -x\n}", &["E092"]);
    file("const c <m/s> = 3\node A {\n state x = 1\n x' = -c*x\n}", &[]);
    file(
        "ode A {\n time t <s>\n structural param N <m> = 3\n index i in 0..N\n state x[i] = 1\n x[i]' = 0\n}",
        &["E098"],
    );
    file("unit a = 2*b\nunit b = 2*a\n", &["E096"]);
    file("unit m = 3*s\nunit q\nunit q", &["E096", "E096"]);
    file(
        "unit b = 2*a\nunit a = 3*m\node A {\n time t <min>\n state x <b> = 1\n param v <6*m/min> = 1\n x' = v\n}",
        &[],
    );
}

#[test]
fn the_factor_between_two_scales_is_named() {
    let text = "ode A {\n time t <min>\n param v <km/h> = 1\n state x <m> = 0\n x' = v\n}";
    let parsed = parse_file(text);
    let help = parsed.diagnostics[0].help.clone().unwrap();
    assert!(help.contains("one `km/h` is 50/3 of `m/min`"), "{help}");
    assert!(
        parsed.diagnostics[0].message.contains("`x'` is in `m/min`"),
        "{:?}",
        parsed.diagnostics
    );
    let text = "ode A {\n time t <s>\n state a <deg> = 0\n a' = sin(a)*a/(1*t)\n}";
    let help = parse_file(text).diagnostics[0].help.clone().unwrap();
    assert!(help.contains("pi/180"), "{help}");
}

#[test]
fn towers_of_units_are_bounded() {
    let mut text = "ode A {\n time t <s>\n state x <m> = 1\n let a0 = x\n".to_owned();
    for level in 1..10_000 {
        text += &format!(" let a{level} = a{0}*a{0}\n", level - 1);
    }
    text += " x' = 0*a9999\n}";
    let parsed = parse_file(&text);
    assert!(parsed.diagnostics.iter().any(|one| one.code == "E097"));
    let mut wide = "fn f0(x) = x + x\n".to_owned();
    for level in 1..60 {
        wide += &format!("fn f{level}(x) = f{0}(x) + f{0}(2*x)\n", level - 1);
    }
    let parsed =
        parse_file(&format!("{wide}ode A {{\n time t <s>\n state x <m> = 1\n x' = f59(x)/t\n}}"));
    assert!(parsed.diagnostics.iter().any(|one| one.code == "E003"));
}
