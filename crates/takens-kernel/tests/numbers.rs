//! One program in all kinds of numbers.

mod random;

use num_rational::BigRational;
use proptest::prelude::*;
use random::{INPUTS, choices, number, program};
use std::sync::Arc;
use takens_core::DoubleDouble;
use takens_core::interval::{Arithmetic, Interval, NoValue};
use takens_kernel::{
    Builder, DoubleDoubles, Doubles, Engine, Intervals, NotRational, Numbers, Op, Oracle,
    Rationals, SharedProgram, Value, lower_exact, sure,
};
use takens_symbolic::{Function, Graph, Symbol, VectorField};

const DIGITS: Intervals = Intervals(Arithmetic { bits: 160 });

fn contains(interval: &Interval, value: &BigRational) -> bool {
    let value = Arithmetic { bits: 4000 }.rational(value).unwrap();
    interval.low <= value.high && value.low <= interval.high
}

proptest! {
    #[test]
    fn f64_has_the_bits_of_an_engine(
        choices in choices(40),
        inputs in prop::array::uniform5(number()),
    ) {
        let oracle = Oracle::new(program(&choices, true));
        let mut outputs = vec![0.0; oracle.output_count()];
        oracle.call(&inputs, &mut outputs);
        for (value, output) in oracle.evaluate(&Doubles, &inputs).into_iter().zip(outputs) {
            let value = sure(value);
            prop_assert!(value.to_bits() == output.to_bits() || value.is_nan() && output.is_nan());
        }
    }

    #[test]
    fn intervals_hold_the_exact_values(
        choices in choices(12),
        inputs in prop::array::uniform5(-10.0..10.0f64),
    ) {
        prop_assert_eq!(inputs.len(), INPUTS);
        let oracle = Oracle::new(program(&choices, false));
        let points = inputs.map(|value| DIGITS.constant(value).unwrap());
        let exact = inputs.map(|value| Rationals.constant(value).unwrap());
        let enclosed = oracle.evaluate(&DIGITS, &points);
        for (interval, value) in enclosed.iter().zip(oracle.evaluate(&Rationals, &exact)) {
            if let (Ok(interval), Ok(value)) = (interval, &value) {
                prop_assert!(contains(interval, value), "{:?} {}", interval, value);
            }
            if let (Err(NoValue::Undefined), Ok(value)) = (interval, &value) {
                prop_assert!(false, "no interval around {}", value);
            }
        }
    }
}

/// A program of one input and one output.
fn of_one(write: impl FnOnce(&mut Builder, Value) -> Value) -> Oracle {
    let mut builder = Builder::exact(1);
    let x = builder.input(0);
    let y = write(&mut builder, x);
    Oracle::new(builder.finish(vec![y]))
}

fn double_double(oracle: &Oracle, x: f64) -> DoubleDouble {
    sure(oracle.evaluate(&DoubleDoubles, &[x.into()])[0])
}

#[test]
fn double_double_values_lie_in_the_intervals() {
    for (function, name, arity) in Function::ALL {
        for x in [0.25, 0.5, 0.875] {
            let oracle = of_one(|b, x| match arity {
                1 => b.call(function, x),
                _ => {
                    let y = b.constant(0.375);
                    b.call2(function, x, y)
                }
            });
            let interval = oracle.evaluate(&DIGITS, &[DIGITS.constant(x).unwrap()]);
            let interval = interval[0].as_ref().unwrap();
            let value = double_double(&oracle, x);
            let exact = Rationals.constant(value.high()).unwrap()
                + Rationals.constant(value.low()).unwrap();
            let radius = takens_core::interval::Float::power_of_two(-100);
            assert!(contains(&interval.widened(&radius), &exact), "{name}({x}) = {value:?}");
        }
    }
}

#[test]
fn a_root_is_known_to_all_digits() {
    // u² = x
    let mut equation = Builder::exact(2);
    let [u, x] = [0, 1].map(|index| equation.input(index));
    let square = equation.mul(u, u);
    let residual = equation.sub(square, x);
    let equation = SharedProgram(Arc::new(equation.finish(vec![residual])));
    let oracle = of_one(|b, x| {
        let start = b.constant(1.0);
        b.value(Op::Root { equation, start, arguments: [x].into() })
    });
    let difference = double_double(&oracle, 2.0) - DoubleDouble::from(2.0).sqrt();
    assert!(difference.high().abs() < 1e-31, "{difference:?}");
    let exact = oracle.evaluate(&Rationals, &[Rationals.constant(2.0).unwrap()]);
    assert_eq!(exact, [Err(NotRational::Root)]);
    assert_eq!(oracle.evaluate(&DIGITS, &[Interval::integer(2)]), [Err(NoValue::Unknown)]);
}

#[test]
fn what_is_not_rational_says_so() {
    let at = |function: Function, x: f64| {
        let oracle = of_one(|b, x| b.call(function, x));
        oracle.evaluate(&Rationals, &[Rationals.constant(x).unwrap()])[0].clone()
    };
    let quarter = BigRational::new(3.into(), 2.into());
    assert_eq!(at(Function::Sqrt, 2.25), Ok(quarter));
    assert_eq!(at(Function::Cos, 0.0), Rationals.constant(1.0));
    let error = at(Function::Sin, 0.5).unwrap_err();
    assert_eq!(error.to_string(), "sin has no rational value at 1/2");
    assert!(at(Function::Sqrt, 2.0).is_err() && at(Function::Log, 2.0).is_err());
    let zero = Rationals.constant(0.0).unwrap();
    assert_eq!(Rationals.div(&zero, &zero), Err(NotRational::DivisionByZero));
    assert!(Rationals.constant(f64::NAN).is_err());
}

#[test]
fn an_untaken_branch_may_have_no_value() {
    // if x > 0 then log(x) else 0
    let oracle = of_one(|b, x| {
        let zero = b.constant(0.0);
        let positive = b.compare(takens_symbolic::Compare::Greater, x, zero);
        let log = b.call(Function::Log, x);
        b.select(positive, log, zero)
    });
    assert_eq!(oracle.evaluate(&DIGITS, &[Interval::integer(-1)]), [Ok(Interval::integer(0))]);
}

/// Constants of expressions are exact: `x · 0.1 · pi · (10³⁰ + 1)/3`.
#[test]
fn exact_programs_round_no_constant() {
    let mut graph = Graph::new();
    let x = graph.symbol(Symbol::State(0));
    let tenth = graph.number(BigRational::new(1.into(), 10.into()));
    let large: num_bigint::BigInt = num_bigint::BigInt::from(10).pow(30) + 1;
    let large = graph.number(BigRational::new(large, 3.into()));
    let pi = graph.pi();
    let product = graph.mul(x, tenth);
    let exact = graph.mul(product, large);
    let with_pi = graph.mul(product, pi);
    let zero = graph.zero();
    let field = VectorField {
        graph,
        states: vec!["x".into(), "y".into()],
        rhs: vec![exact, with_pi],
        initial: vec![zero; 2],
        ..VectorField::default()
    };
    let oracle = Oracle::new(lower_exact(&field));
    let half = BigRational::new(1.into(), 2.into());
    let zero = Rationals.constant(0.0).unwrap();
    let value = oracle.evaluate(&Rationals, &[zero.clone(), half, zero])[0].clone().unwrap();
    let want: num_bigint::BigInt = num_bigint::BigInt::from(10).pow(30) + 1;
    assert_eq!(value, BigRational::new(want, 60.into()));
    let inputs = [0.0, 0.5, 0.0].map(DoubleDouble::from);
    let value = sure(oracle.evaluate(&DoubleDoubles, &inputs)[1]);
    let want = DoubleDouble::PI / 20.0.into();
    assert!((value - want).high().abs() < 1e-31, "{value:?}");
}
