//! Identities that the normal form must know, and near misses that it must not swallow.

use super::*;
use crate::{Compare, Graph};
use std::ops::{Add, Div, Mul, Neg, Sub};

/// Expressions for tests, written with operators.
#[derive(Clone)]
enum T {
    N(i64, i64),
    Pi,
    S(u32),
    Op(char, Box<T>, Box<T>),
    F(Function, Vec<T>),
    If(Box<T>, Box<T>, Box<T>, Box<T>),
}
use T::{N, Pi};

macro_rules! operator {
    ($($trait:ident $method:ident $symbol:literal),*) => {$(
        impl $trait for T {
            type Output = T;
            fn $method(self, other: T) -> T { T::Op($symbol, Box::new(self), Box::new(other)) }
        }
    )*};
}
operator!(Add add '+', Sub sub '-', Mul mul '*', Div div '/');
impl Neg for T {
    type Output = T;
    fn neg(self) -> T {
        T::Op('n', Box::new(self), Box::new(n(0)))
    }
}

fn n(value: i64) -> T {
    N(value, 1)
}
fn x() -> T {
    T::S(0)
}
fn y() -> T {
    T::S(1)
}
fn pow(a: T, b: T) -> T {
    T::Op('^', Box::new(a), Box::new(b))
}
fn f(function: Function, a: T) -> T {
    T::F(function, vec![a])
}
fn sin(a: T) -> T {
    f(Function::Sin, a)
}
fn cos(a: T) -> T {
    f(Function::Cos, a)
}
fn exp(a: T) -> T {
    f(Function::Exp, a)
}
fn log(a: T) -> T {
    f(Function::Log, a)
}
fn sqrt(a: T) -> T {
    f(Function::Sqrt, a)
}
fn abs(a: T) -> T {
    f(Function::Abs, a)
}
/// `if a < b then c else d`
fn if_less(a: T, b: T, c: T, d: T) -> T {
    T::If(Box::new(a), Box::new(b), Box::new(c), Box::new(d))
}

fn build(graph: &mut Graph, tree: &T) -> ExprId {
    match tree {
        T::N(p, q) => graph.number(Rational::new((*p).into(), (*q).into())),
        T::Pi => graph.pi(),
        T::S(i) => graph.symbol(Symbol::State(*i)),
        T::Op(op, a, b) => {
            let (a, b) = (build(graph, a), build(graph, b));
            match op {
                '+' => graph.add(a, b),
                '-' => graph.sub(a, b),
                '*' => graph.mul(a, b),
                '/' => graph.div(a, b),
                'n' => graph.neg(a),
                _ => graph.pow(a, b),
            }
        }
        T::F(function, arguments) => {
            let arguments: Vec<ExprId> = arguments.iter().map(|a| build(graph, a)).collect();
            graph.call(*function, &arguments)
        }
        T::If(a, b, c, d) => {
            let [a, b, c, d] = [a, b, c, d].map(|part| build(graph, part));
            let condition = graph.compare(Compare::Less, a, b);
            graph.select(condition, c, d)
        }
    }
}

fn equal(a: &T, b: &T) -> Result<bool, NormalError> {
    let mut graph = Graph::new();
    let (a, b) = (build(&mut graph, a), build(&mut graph, b));
    let mut normalizer = Normalizer::new(Style::Exponential, Limits::default());
    // Equal means: where the first is defined.
    normalizer.normalize(&graph, a)?;
    normalizer.assume_domain();
    let (a, b) = (normalizer.normalize(&graph, a)?, normalizer.normalize(&graph, b)?);
    normalizer.equal(&a, &b)
}

#[track_caller]
fn same(a: T, b: T) {
    assert_eq!(equal(&a, &b), Ok(true));
    // A half more is never the same.
    assert_eq!(equal(&a, &(b + N(1, 2))), Ok(false));
}

#[track_caller]
fn different(a: T, b: T) {
    assert_eq!(equal(&a, &b), Ok(false));
}

#[track_caller]
fn shown(a: T, text: &str) {
    let mut graph = Graph::new();
    let id = build(&mut graph, &a);
    let mut normalizer = Normalizer::new(Style::Readable, Limits::default());
    let value = normalizer.normalize(&graph, id).unwrap();
    let names = |symbol| match symbol {
        Symbol::State(0) => "x".into(),
        _ => "y".to_string(),
    };
    assert_eq!(normalizer.show(&value, &names), text);
}

#[test]
fn polynomials_expand() {
    same((x() + y()) * (x() - y()), pow(x(), n(2)) - pow(y(), n(2)));
    same(-(x() - y()), y() - x());
    same(pow(x() + n(1), n(3)), x() * x() * x() + n(3) * x() * (x() + n(1)) + n(1));
    different(pow(x(), n(2)), pow(x(), n(3)));
}

#[test]
fn quotients_compare_by_cross_multiplication() {
    same(n(1) / (n(1) + x()) + n(1) / (n(1) - x()), n(2) / (n(1) - x() * x()));
    same((x() * x() - n(1)) / (x() - n(1)), x() + n(1));
    same(x() / x(), n(1));
    same((x() * x() + x()) / pow(x() + n(1), n(2)), x() / (x() + n(1)));
    same(n(1) / (n(1) / x() + n(1) / y()), x() * y() / (x() + y()));
}

#[test]
fn waves_obey_addition_theorems() {
    same(sin(x() + y()), sin(x()) * cos(y()) + cos(x()) * sin(y()));
    same(sin(n(2) * x()), n(2) * sin(x()) * cos(x()));
    same(pow(sin(x()), n(2)) + pow(cos(x()), n(2)), n(1));
    same(cos(x()), n(1) - n(2) * pow(sin(x() / n(2)), n(2)));
    same(f(Function::Tan, x()), sin(x()) / cos(x()));
    same(sin(x() + Pi / n(2)), cos(x()));
    same(cos(Pi / n(3)) * x(), x() / n(2));
    same(sin(Pi / n(4)), sqrt(n(2)) / n(2));
    same(cos(Pi / n(12)), (sqrt(n(6)) + sqrt(n(2))) / n(4));
    same(sin(-x()), -sin(x()));
    same(sin(n(3) * x() + n(1)) - sin(n(1) + n(3) * x()), n(0));
    different(sin(x()), sin(N(1001, 1000) * x()));
}

#[test]
fn exponentials_and_logarithms() {
    same(exp(x() + y()), exp(x()) * exp(y()));
    same(exp(-x()), n(1) / exp(x()));
    same(f(Function::Tanh, x()), (n(1) - exp(n(-2) * x())) / (n(1) + exp(n(-2) * x())));
    same(f(Function::Sinh, x()) + f(Function::Cosh, x()), exp(x()));
    same(pow(f(Function::Cosh, x()), n(2)) - pow(f(Function::Sinh, x()), n(2)), n(1));
    same(log(x() * y()), log(x()) + log(y()));
    same(log(x() * x()) / n(2), log(x()));
    same(log(n(6)), log(n(2)) + log(n(3)));
    same(exp(log(x())), x());
    same(log(exp(x())), x());
    same(exp(x() * log(n(2))), pow(n(2), x()));
    same(pow(x(), y()) * x(), pow(x(), y() + n(1)));
}

#[test]
fn roots() {
    same(pow(sqrt(x()), n(2)), x());
    same(sqrt(n(12)), n(2) * sqrt(n(3)));
    same(sqrt(x() * x()), abs(x()));
    same(sqrt(pow(x() + n(1), n(2))), abs(x() + n(1)));
    same(sqrt(n(1) + x() * x()) * sqrt(n(1) + x() * x()), n(1) + x() * x());
    same(n(1) / sqrt(n(1) + x()), sqrt(n(1) + x()) / (n(1) + x()));
    same(pow(x(), N(3, 2)), x() * sqrt(x()));
    same(n(1) / (sqrt(n(2)) - n(1)), sqrt(n(2)) + n(1));
    different(sqrt(n(3)), N(173_205, 100_000));
    different(sqrt(x() * x()), x());
}

#[test]
fn corners_and_jumps() {
    same(abs(-x()), abs(x()));
    same(abs(x()) * abs(x()), x() * x());
    same(abs(x()) * f(Function::Sign, x()), x());
    same(T::F(Function::Max, vec![x(), y()]) + T::F(Function::Min, vec![y(), x()]), x() + y());
    same(if_less(x(), n(0), -x(), x()), abs(x()));
    same(f(Function::Heaviside, x()) + f(Function::Heaviside, -x()), n(1));
    same(T::F(Function::Mod, vec![x(), n(1)]), x() - f(Function::Floor, x()));
    same(f(Function::Floor, x() + n(1)), f(Function::Floor, x()) + n(1));
    same(abs(n(2) * x() + n(2)), n(2) * abs(x() + n(1)));
    different(abs(x()), x());
    different(if_less(x(), n(1), n(0), x()), x());
}

#[test]
fn hostile_input_ends_with_an_error_soon() {
    let sum = x() + y() + n(1);
    assert!(matches!(equal(&pow(sum.clone(), n(200)), &n(0)), Err(NormalError::Budget { .. })));
    assert!(matches!(equal(&pow(sum, n(1_000_000_000)), &n(0)), Err(NormalError::Budget { .. })));
    assert!(matches!(equal(&pow(n(2), n(1_000_000_000)), &n(0)), Err(NormalError::Budget { .. })));
    assert_eq!(equal(&pow(x(), n(1_000_000_000)), &x()), Ok(false));
    assert_eq!(equal(&(x() / (y() - y())), &x()), Err(NormalError::DivisionByZero));
    let tower = (0..60).fold(x(), |tower, _| pow(tower, n(1_000_000)));
    assert!(matches!(equal(&tower, &n(0)), Err(NormalError::Budget { .. })));
}

#[test]
fn long_sums_are_added_at_once() {
    let mut graph = Graph::new();
    let x = graph.symbol(Symbol::State(0));
    let mut sum = x;
    for exponent in 2..4_000 {
        let exponent = graph.integer(exponent);
        let term = graph.pow(x, exponent);
        sum = graph.add(sum, term);
    }
    let mut normalizer = Normalizer::new(Style::Exponential, Limits::default());
    assert_eq!(normalizer.normalize(&graph, sum).unwrap().len(), 3_999);
}

#[test]
fn forms_read_well() {
    shown((x() - y()) * (x() + y()) / n(2), "0.5*x^2 - 0.5*y^2");
    shown(n(10) * x() / (n(1) + x()), "10*x/(1 + x)");
    shown(sin(n(2) * x()) - N(1, 3), "-(1/3) + sin(2*x)");
    shown(exp(-x()) * sqrt(n(1) + x()), "exp(-x)*sqrt(1 + x)");
    shown(x() / y(), "x/y");
}

#[test]
fn side_conditions_are_recorded() {
    let mut graph = Graph::new();
    let tree = x() / (x() - y());
    let id = build(&mut graph, &tree);
    let mut normalizer = Normalizer::new(Style::Readable, Limits::default());
    normalizer.normalize(&graph, id).unwrap();
    let names = |symbol| if symbol == Symbol::State(0) { "x".into() } else { "y".to_string() };
    let texts: Vec<String> = normalizer
        .conditions()
        .map(|condition| normalizer.show_condition(condition, &names))
        .collect();
    assert_eq!(texts, ["x - y != 0"]);
}
