//! Candidates as people and other tools write them.

use std::collections::BTreeMap;
use takens_discovery::{Certainty, JudgeError, JudgeOptions, Level, Verdict, judge, score};
use takens_symbolic::VectorField;

fn lorenz() -> VectorField {
    let text = "ode Lorenz {\n    param sigma = 10, rho = 28, beta = 8/3\n    state x = -9.79, y = -15.04, z = 20.53\n    \
                x' = sigma*(y - x)\n    y' = x*(rho - z) - y\n    z' = x*y - beta*z\n}\n";
    let parsed = takens_dsl::parse_file(text);
    parsed.systems[0].flatten(&BTreeMap::new()).unwrap().field
}

fn verdict(candidate: &str) -> Result<Verdict, JudgeError> {
    judge(&lorenz(), candidate, &JudgeOptions::default())
}

#[track_caller]
fn check(candidate: &str, level: Level) {
    let verdict = verdict(candidate).unwrap();
    assert_eq!((verdict.level, verdict.certainty), (level, Certainty::Proved), "{verdict:#?}");
}

#[test]
fn names_and_numbers_of_parameters_are_the_same() {
    check("sigma*(y - x); x*(rho - z) - y; x*y - beta*z", Level::L0);
    check("10*y - 10*x; 28*x - x*z - y; x*y - 8/3*z", Level::L0);
    check("10*y - 10*x; 28*x - x*z - y; x*y - 2.667*z", Level::L1);
    check("10*y - 11*x; 28*x - x*z - y; x*y - 8/3*z", Level::L2);
    check("10*y - 10*x + 0.5; 28*x - x*z - y; x*y - 8/3*z", Level::L3);
}

#[test]
fn what_is_no_candidate_is_an_error() {
    let is_syntax = |text: &str| matches!(verdict(text), Err(JudgeError::Syntax(_)));
    assert!(matches!(verdict("x; y"), Err(JudgeError::Count { want: 3, got: 2 })));
    assert!(is_syntax("x; y; w"));
    assert!(is_syntax("x; y; (z"));
    assert!(is_syntax(""));
    assert!(is_syntax("x; y; 1e400000*z"));
}

#[test]
fn hostile_text_is_an_error_or_a_verdict_soon() {
    let start = std::time::Instant::now();
    let deep = format!("{}x{}; y; z", "(".repeat(100_000), ")".repeat(100_000));
    assert!(matches!(verdict(&deep), Err(JudgeError::Syntax(_))));
    let long = format!("{}; y; z", vec!["x*y"; 1_000_000].join("+"));
    assert!(matches!(verdict(&long), Err(JudgeError::Syntax(_))));
    for text in [
        "1e400*x; y; z",
        "(x + y + z)^200; y; z",
        "x^(10^9); y; z",
        "exp(exp(exp(x))); y; z",
        "-----x; y; z",
    ] {
        if let Ok(verdict) = verdict(text) {
            assert!(verdict.level >= Level::L2, "{text}: {verdict:?}");
        }
    }
    let distinct: Vec<String> = (0..1_000).map(|i| format!("sin({i}.5*x)")).collect();
    assert!(verdict(&format!("{}; y; z", distinct.join("+"))).unwrap().level >= Level::L2);
    assert!(start.elapsed().as_secs() < 60, "took {:?}", start.elapsed());
}

#[test]
fn scores_come_from_text_too() {
    let scores =
        score(&lorenz(), "10*(y - x); 28*x - x*z - y; x*y - 8/3*z", &JudgeOptions::default())
            .unwrap();
    assert!(scores.exact_support);
    assert_eq!(scores.coefficient_error, 0.0);
}
