//! The ladder: rewritings of the truth are L0 and proved, near misses are where they belong.

mod mutation;
mod systems;

use mutation::{REWRITINGS, last_term_dropped, last_term_scaled, scaled, shifted, squares_cubed};
use systems::{SYSTEMS, read, system};
use takens_discovery::{
    Certainty, JudgeOptions, Level, Verdict, Witness, judge_expressions, score_expressions,
};
use takens_symbolic::{ExprId, VectorField};

/// Judges a candidate made of expressions of the truth's own graph.
fn judge(field: &VectorField, candidate: &[ExprId]) -> Verdict {
    judge_expressions(field, (&field.graph, candidate), &JudgeOptions::default()).unwrap()
}

/// Judges candidate expressions written as text against one true expression over x and y.
#[track_caller]
fn check(truth: &str, candidate: &str, level: Level, certainty: Certainty) -> Verdict {
    let starts = "x=0.6 y=0.7";
    let mut field = system(&("Test", "", starts, "y; 0 - x"));
    let rhs = read(&mut field, truth);
    let mut field = VectorField { rhs: vec![rhs, field.rhs[1]], ..field };
    let id = read(&mut field, candidate);
    let verdict = judge(&field, &[id, field.rhs[1]]);
    assert_eq!((verdict.level, verdict.certainty), (level, certainty), "{verdict:#?}");
    verdict
}

#[test]
fn rewritings_are_proved_equal() {
    for plain in &SYSTEMS {
        let field = system(plain);
        for (what, rewriting) in REWRITINGS {
            let mut mutant = field.clone();
            let candidate: Vec<ExprId> =
                field.rhs.iter().map(|&id| rewriting(&mut mutant.graph, id)).collect();
            let verdict = judge(&mutant, &candidate);
            let got = (verdict.level, verdict.certainty);
            assert_eq!(
                got,
                (Level::L0, Certainty::Proved),
                "{} after: {what}\n{verdict:#?}",
                plain.0
            );
        }
    }
}

/// Judges each component of each system with one mutant in its place.
fn near_misses(
    what: &str,
    mutate: impl Fn(&mut VectorField, ExprId) -> Option<ExprId>,
    allowed: impl Fn(Level) -> bool,
) {
    let mut tried = 0;
    for plain in &SYSTEMS {
        let field = system(plain);
        for (i, &id) in field.rhs.iter().enumerate() {
            let mut mutant = field.clone();
            let Some(changed) = mutate(&mut mutant, id) else { continue };
            let mut candidate = field.rhs.clone();
            candidate[i] = changed;
            let verdict = judge(&mutant, &candidate);
            tried += 1;
            assert!(
                allowed(verdict.level),
                "{what} in {} {}: {verdict:#?}",
                plain.0,
                field.states[i]
            );
            assert_eq!(verdict.certainty, Certainty::Proved, "{what} in {}: {verdict:#?}", plain.0);
            let point = matches!(verdict.witness, Witness::Point { .. });
            assert!(point, "{what} in {}: {:?}", plain.0, verdict.witness);
        }
    }
    assert!(tried > 5, "{what}: only {tried} mutants");
}

#[test]
fn a_wrong_sign_is_not_the_truth() {
    near_misses(
        "sign",
        |field, id| Some(scaled(&mut field.graph, id, -1, 1)),
        |level| level == Level::L2,
    );
}

#[test]
fn an_offset_is_never_forgiven() {
    near_misses(
        "+ 1/2",
        |field, id| Some(shifted(&mut field.graph, id)),
        |level| level >= Level::L2,
    );
}

#[test]
fn a_thousandth_is_within_tolerance_but_not_equal() {
    near_misses(
        "0.1 %",
        |field, id| Some(scaled(&mut field.graph, id, 1001, 1000)),
        |level| level == Level::L1,
    );
    near_misses(
        "0.1 % of a term",
        |field, id| last_term_scaled(&mut field.graph, id, 999, 1000),
        |level| level == Level::L1,
    );
}

#[test]
fn five_percent_are_other_coefficients() {
    near_misses(
        "5 %",
        |field, id| Some(scaled(&mut field.graph, id, 105, 100)),
        |level| level == Level::L2,
    );
    near_misses(
        "5 % of a term",
        |field, id| last_term_scaled(&mut field.graph, id, 95, 100),
        |level| level == Level::L2,
    );
}

#[test]
fn a_missing_term_or_a_wrong_exponent_is_another_structure() {
    near_misses(
        "a term less",
        |field, id| last_term_dropped(&field.graph, id),
        |level| level >= Level::L3,
    );
    near_misses(
        "cubes",
        |field, id| squares_cubed(&mut field.graph, id),
        |level| level >= Level::L3,
    );
}

#[test]
fn the_rules_of_the_ladder() {
    use Certainty::{Probable, Proved};
    // An irrational number and its decimals.
    check("sqrt(3)*x", "1.73205*x", Level::L1, Proved);
    check("pi*x", "3.14159265358979323846*x", Level::L1, Proved);
    // A digit lost in the 17th place.
    check("0.1*x", "0.10000000000000001*x", Level::L1, Proved);
    // An exponent is never a coefficient.
    check("x^2 + y", "abs(x)^2.001 + y", Level::L3, Proved);
    check("x^2 + y", "x^3 + y", Level::L5, Proved);
    // Coefficients inside functions, denominators and exponentials.
    check("sin(2*x)", "sin(2.002*x)", Level::L1, Proved);
    check("sin(2*x)", "sin(2.2*x)", Level::L2, Proved);
    check("exp(-2*x) + y", "exp(-2.01*x) + y", Level::L1, Proved);
    check("x/(1 + 3*y)", "x/(1.001 + 3*y)", Level::L1, Proved);
    check("x/(1 + 3*y^2)", "2*x/(1.9 + 6*y^2)", Level::L2, Proved);
    check("sin(x)*cos(x)", "0.5005*sin(2*x)", Level::L1, Proved);
    // Removable poles, and logarithms where the truth is defined.
    check("x + y", "(x^2 - y^2)/(x - y)", Level::L0, Proved);
    check("log(x)", "log(x^2)/2", Level::L0, Proved);
    check("exp(log(x))", "x", Level::L0, Proved);
    check("x*sqrt(x)", "x^1.5", Level::L0, Proved);
    // The other way round, the candidate has gaps where the truth has none.
    check("log(x^2)/2", "log(x)", Level::L5, Proved);
    check("x", "sqrt(x)^2", Level::L5, Proved);
    // What normal forms do not know, random points make probable.
    check("log(x^2 + 2*x + 1)", "2*log(abs(x + 1))", Level::L0, Probable);
    check("atan(x) + atan(1/x)", "pi/2*sign(x)", Level::L0, Probable);
    // Close, but another structure.
    check("y + sin(0.01*x)", "y + 0.01*x", Level::L3, Proved);
    check("y - 0.1*x", "y - 0.1*x + 0.001*x^2", Level::L3, Proved);
}

#[test]
fn conditions_and_jumps() {
    use Certainty::Proved;
    check("if(x, 0, 0 - x, x)", "abs(x)", Level::L0, Proved);
    check("max(x, y)", "if(x, y, y, x)", Level::L0, Proved);
    // No random point falls between the thresholds.
    check("if(x, 0.1, y, x)", "if(x, 0.1001, y, x)", Level::L1, Certainty::Probable);
    check("heaviside(x)*x", "(x + abs(x))/2", Level::L0, Proved);
    check("mod(x, 1)", "x - floor(x)", Level::L0, Proved);
}

#[test]
fn verdicts_are_json() {
    let verdict = check("x/(x - y)", "1 + y/(x - y)", Level::L0, Certainty::Proved);
    let json = serde_json::to_value(&verdict).unwrap();
    assert_eq!(json["level"], "L0");
    assert_eq!(json["certainty"], "proved");
    assert_eq!(json["components"][0]["name"], "x");
    let Witness::NormalForm { conditions, .. } = &verdict.components[0].witness else {
        panic!("{:?}", verdict.components[0].witness)
    };
    assert_eq!(conditions, &["y - x != 0"]);
}

#[test]
fn scores_count_terms() {
    let mut field = system(&SYSTEMS[0]);
    let found =
        ["10.1*(y - x)", "x*(28 - z) - y + 0.5*z", "x*y"].map(|text| read(&mut field, text));
    let scores =
        score_expressions(&field, (&field.graph, &found), &JudgeOptions::default()).unwrap();
    let exact: Vec<bool> =
        scores.components.iter().map(|component| component.exact_support).collect();
    assert_eq!(exact, [true, false, false]);
    assert!((scores.components[0].coefficient_error - 0.01).abs() < 1e-12);
    assert_eq!(scores.components[1].support_f1, 6.0 / 7.0);
    assert_eq!(scores.components[2].coefficient_error, 1.0);
    assert!(!scores.exact_support && scores.spectral_error > 0.01 && scores.spectral_error < 0.2);
    assert!(scores.box_error.unwrap() > 0.01);
    let truth =
        score_expressions(&field, (&field.graph, &field.rhs.clone()), &JudgeOptions::default())
            .unwrap();
    assert_eq!((truth.support_f1, truth.coefficient_error, truth.spectral_error), (1.0, 0.0, 0.0));
    assert!(truth.exact_support && truth.complexity == Some(truth.true_complexity));
}

#[test]
fn hostile_candidates_end_soon() {
    let start = std::time::Instant::now();
    let mut field = system(&SYSTEMS[0]);
    let texts = ["(x + y + z + 1)^200", "x^1000000000", "(x + 1)^1000000000 + 2^(3^(4^5))"];
    for text in texts {
        let id = read(&mut field, text);
        let verdict = judge(&field, &[id, field.rhs[1], field.rhs[2]]);
        assert!(verdict.level >= Level::L3, "{text}: {verdict:?}");
    }
    // A tower of sines, and a sum of very many terms.
    let mut tower = field.rhs[0];
    for _ in 0..200 {
        tower = field.graph.call(takens_symbolic::Function::Sin, &[tower]);
    }
    let x = read(&mut field, "x");
    let mut sum = x;
    for _ in 0..100_000 {
        sum = field.graph.add(sum, x);
    }
    for id in [tower, sum] {
        let verdict = judge(&field, &[id, field.rhs[1], field.rhs[2]]);
        assert_ne!(verdict.level, Level::L0);
    }
    assert!(start.elapsed().as_secs() < 60, "took {:?}", start.elapsed());
}
