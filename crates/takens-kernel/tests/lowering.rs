//! A lowered expression is worth what the expression is worth.

use takens_kernel::{Compiled, Engine, Oracle, lower_exprs};
use takens_symbolic::{
    Bindings, Compare, ExprId, Function, Graph, Rational, Symbol, evaluate, to_f64,
};

const STATE: [f64; 2] = [1.25, -0.75];
const PARAMETERS: [f64; 1] = [3.5];
const TIME: f64 = 0.125;

/// Evaluation of the graph, interpreter and machine code give the same bits.
#[track_caller]
fn check(write: impl FnOnce(&mut Graph, [ExprId; 4]) -> ExprId) {
    let mut graph = Graph::new();
    let x = graph.symbol(Symbol::State(0));
    let y = graph.symbol(Symbol::State(1));
    let p = graph.symbol(Symbol::Parameter(0));
    let t = graph.symbol(Symbol::Time);
    let expr = write(&mut graph, [x, y, p, t]);
    let bindings =
        Bindings { time: TIME, state: &STATE, parameters: &PARAMETERS, ..Bindings::default() };
    let want = evaluate(&graph, &[expr], &bindings)[0];
    let program = lower_exprs(&graph, &[expr], 2, 1);
    let inputs = [TIME, STATE[0], STATE[1], PARAMETERS[0]];
    let mut got = [f64::NAN; 2];
    Oracle::new(program.clone()).call(&inputs, &mut got[..1]);
    Compiled::new(&program).expect("a back end").call(&inputs, &mut got[1..]);
    assert_eq!([want.to_bits(); 2], got.map(f64::to_bits), "{want:e} {got:?}");
}

fn ratio(graph: &mut Graph, numerator: i64, denominator: i64) -> ExprId {
    graph.number(Rational::new(numerator.into(), denominator.into()))
}

#[test]
fn arithmetic_and_powers() {
    check(|g, [x, y, p, t]| {
        let a = g.mul(p, x);
        let b = g.div(y, t);
        let c = g.sub(a, b);
        let n = g.neg(c);
        g.add(n, x)
    });
    for exponent in [-64, -3, -1, 0, 1, 2, 3, 17, 64, 65, 200] {
        check(|g, [x, ..]| {
            let exponent = g.integer(exponent);
            g.pow(x, exponent)
        });
    }
    for (numerator, denominator) in [(1, 2), (-1, 2), (3, 2), (1, 3), (7, 10)] {
        check(|g, [x, ..]| {
            let exponent = ratio(g, numerator, denominator);
            g.pow(x, exponent)
        });
    }
    check(|g, [x, _, p, _]| g.pow(x, p));
    check(|g, [x, ..]| {
        let third = ratio(g, 1, 3);
        let pi = g.pi();
        let product = g.mul(third, pi);
        g.sub(product, x)
    });
}

#[test]
fn functions() {
    for (function, _, arity) in Function::ALL {
        check(|g, [x, y, p, t]| {
            let all = [t, y];
            let value = g.call(function, &all[..arity]);
            let scaled = g.mul(value, p);
            g.add(scaled, x)
        });
    }
}

#[test]
fn conditions() {
    for compare in [Compare::Less, Compare::GreaterEqual, Compare::NotEqual] {
        check(|g, [x, y, p, t]| {
            let first = g.compare(compare, x, y);
            let second = g.compare(Compare::Equal, p, t);
            let not = g.add_node(takens_symbolic::Node::Not(second));
            let both = g.add_node(takens_symbolic::Node::And(first, not));
            let either = g.add_node(takens_symbolic::Node::Or(both, second));
            g.select(either, x, p)
        });
    }
}

#[test]
fn roots_take_what_does_not_vary_from_outside() {
    // u = cos(p x) - t sin(u), and inside the equation a root in turn.
    check(|g, [x, _, p, t]| {
        let (number, u) = g.unknown();
        let product = g.mul(p, x);
        let cosine = g.call(Function::Cos, &[product]);
        let sine = g.call(Function::Sin, &[u]);
        let weighted = g.mul(t, sine);
        let right = g.sub(cosine, weighted);
        let equation = g.sub(u, right);
        g.add_node(takens_symbolic::Node::Root { unknown: number, equation, start: x })
    });
    check(|g, [x, y, p, _]| {
        let (outer, u) = g.unknown();
        let (inner, v) = g.unknown();
        let scaled = g.mul(p, v);
        let cube = g.mul(v, v);
        let sum = g.add(scaled, cube);
        let inner_equation = g.sub(sum, u);
        let nested = g.add_node(takens_symbolic::Node::Root {
            unknown: inner,
            equation: inner_equation,
            start: y,
        });
        let left = g.add(nested, u);
        let equation = g.sub(left, x);
        g.add_node(takens_symbolic::Node::Root { unknown: outer, equation, start: x })
    });
}

#[test]
fn unbound_unknowns_are_not_numbers() {
    let mut graph = Graph::new();
    let (_, u) = graph.unknown();
    let program = lower_exprs(&graph, &[u], 0, 0);
    let mut out = [0.0];
    Oracle::new(program).call(&[0.0], &mut out);
    assert!(out[0].is_nan());
}

/// Decimal literals become the nearest number, as the standard library reads them.
#[test]
fn exact_numbers_are_rounded_once() {
    let check = |digits: &str, exponent: i32| {
        let ten = num_rational::BigRational::from_integer(10.into());
        let integer: num_rational::BigRational = digits.parse().expect("digits");
        let exact = integer * num_traits::Pow::pow(&ten, exponent);
        let want: f64 = format!("{digits}e{exponent}").parse().expect("a decimal");
        assert_eq!(to_f64(&exact).to_bits(), want.to_bits(), "{digits}e{exponent}");
    };
    check("1", -1);
    check("123456789012345678901234567890", -30);
    check("9007199254740993", 0);
    check("9007199254740993", -16);
    check("49406564584124654", -340);
    check("24703282292062327", -340);
    check("24703282292062328", -340);
    check("22250738585072011", -324);
    check("22250738585072014", -324);
    check("17976931348623157", 292);
    check("17976931348623159", 292);
    check("18", 307);
    check("1", 400);
    check("1", -400);
    let mut digits = 1u64;
    for step in 0..4000 {
        digits = digits.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
        check(&digits.to_string(), (step % 660) - 345);
    }
}
