//! Taylor coefficients: every recurrence against numbers that were found without recurrences, and both
//! ways to run them with the same bits.

use std::collections::HashMap;
use takens_kernel::{
    Builder, Compiled, Engine, Jets, LaneChoice, LoopedJets, Oracle, Program, SweptJets, Value,
};
use takens_symbolic::{Compare, Function};

const ORDER: usize = 30;

/// Coefficients by curve and function: see the head of the file.
fn reference() -> HashMap<(String, String), Vec<f64>> {
    let text = include_str!("../../../tests/reference/taylor_coefficients.txt");
    let row = |line: &str| {
        let mut words = line.split(' ').map(str::to_owned);
        let key = (words.next().unwrap(), words.next().unwrap());
        (key, words.map(|word| word.parse().unwrap()).collect())
    };
    text.lines().filter(|line| !line.starts_with('#')).map(row).collect()
}

/// The functions of the reference.
fn apply(b: &mut Builder, name: &str, u: Value) -> Value {
    let (one, two) = (b.constant(1.0), b.constant(2.0));
    match name {
        "exp" => b.call(Function::Exp, u),
        "log" => b.call(Function::Log, u),
        "sqrt" => b.call(Function::Sqrt, u),
        "sin" => b.call(Function::Sin, u),
        "cos" => b.call(Function::Cos, u),
        "tan" => b.call(Function::Tan, u),
        "asin" => b.call(Function::Asin, u),
        "acos" => b.call(Function::Acos, u),
        "atan" => b.call(Function::Atan, u),
        "sinh" => b.call(Function::Sinh, u),
        "cosh" => b.call(Function::Cosh, u),
        "tanh" => b.call(Function::Tanh, u),
        "square" => b.powi(u, 2),
        "power_3" => b.powi(u, 3),
        "power_7" => b.powi(u, 7),
        "power_-2" => b.powi(u, -2),
        "power_1.75" => {
            let exponent = b.constant(1.75);
            b.pow(u, exponent)
        }
        "power_-0.25" => {
            let exponent = b.constant(-0.25);
            b.pow(u, exponent)
        }
        "power_u" => {
            let base = b.sub(two, u);
            b.pow(base, u)
        }
        "quotient" => {
            let above = b.add(one, u);
            let square = b.mul(u, u);
            let below = b.add(one, square);
            b.div(above, below)
        }
        "reciprocal" => {
            let below = b.sub(two, u);
            b.div(one, below)
        }
        "atan2" => {
            let x = b.sub(two, u);
            b.call2(Function::Atan2, u, x)
        }
        other => panic!("{other}"),
    }
}

/// `u' = u, y' = g(u)`, or `y' = g(0.3 + 0.7 t)`; the last component is `y`.
fn system(curve: &str, name: &str) -> (Program, Vec<f64>) {
    if curve == "growing" {
        let mut b = Builder::new(3);
        let u = b.input(1);
        let value = apply(&mut b, name, u);
        (b.finish(vec![u, value]), vec![0.0, 0.3, 0.0])
    } else {
        let mut b = Builder::new(2);
        let t = b.input(0);
        let (start, slope) = (b.constant(0.3), b.constant(0.7));
        let way = b.mul(slope, t);
        let u = b.add(start, way);
        let value = apply(&mut b, name, u);
        (b.finish(vec![value]), vec![0.0, 0.0])
    }
}

fn run(engine: &dyn Engine, inputs: &[f64]) -> Vec<f64> {
    let mut outputs = vec![0.0; engine.output_count()];
    engine.call(inputs, &mut outputs);
    outputs
}

#[test]
fn recurrences_give_the_coefficients() {
    for ((curve, name), want) in reference() {
        let (program, inputs) = system(&curve, &name);
        let n = program.output_count();
        let jets = Jets::new(&program, n).unwrap();
        let got = run(&Oracle::new(jets.unrolled(ORDER)), &inputs);
        // Rounding of order 0 grows as the coefficients of the function do, not as each of them.
        let mut size = 0.0f64;
        for (k, want) in want.iter().enumerate() {
            let got = got[k * n + n - 1] * (k + 1) as f64;
            size = want.abs().max(size * 0.5);
            assert!((got - want).abs() <= 2e-13 * size, "{curve} {name} {k}: {got:e}, {want:e}");
        }
    }
}

#[test]
fn loops_and_programs_give_the_same_bits() {
    for (curve, name) in reference().into_keys() {
        let (program, inputs) = system(&curve, &name);
        let jets = Jets::new(&program, program.output_count()).unwrap();
        for order in [1, 2, 7, ORDER] {
            check_engines(&jets, order, &inputs, &name);
        }
    }
}

#[track_caller]
fn check_engines(jets: &Jets, order: usize, inputs: &[f64], name: &str) {
    let program = jets.unrolled(order);
    let compiled = run(&Compiled::new(&program).unwrap(), inputs);
    let oracle = run(&Oracle::new(program), inputs);
    let looped = run(&LoopedJets::new(jets.clone(), order), inputs);
    let bits = |values: &[f64]| values.iter().map(|value| value.to_bits()).collect::<Vec<_>>();
    assert_eq!(bits(&oracle), bits(&compiled), "{name} {order}");
    assert_eq!(bits(&oracle), bits(&looped), "{name} {order}");
    for choice in [LaneChoice::Avx512, LaneChoice::Avx2, LaneChoice::Plain] {
        // What this machine lacks is tried on others.
        if let Ok(engine) = SweptJets::with(jets, order, choice) {
            let swept = run(&engine, inputs);
            assert_eq!(bits(&oracle), bits(&swept), "{name} {order} {choice:?}");
        }
    }
}

/// `x' = g(x, t, p)` of one component and one parameter.
fn scalar(g: impl FnOnce(&mut Builder, Value, Value, Value) -> Value) -> Jets {
    let mut b = Builder::new(3);
    let [t, x, p] = [0, 1, 2].map(|index| b.input(index));
    let rate = g(&mut b, x, t, p);
    Jets::new(&b.finish(vec![rate]), 1).unwrap()
}

#[track_caller]
fn check(jets: &Jets, inputs: [f64; 3], want: &[f64]) {
    let got = run(&Oracle::new(jets.unrolled(want.len())), &inputs);
    assert_eq!(got, want);
    check_engines(jets, want.len(), &inputs, "");
}

#[test]
fn what_does_not_move_is_constant() {
    check(&scalar(|_, _, _, p| p), [5.0, 1.0, 3.0], &[3.0, 0.0, 0.0, 0.0]);
    check(&scalar(|b, _, t, _| b.mul(t, t)), [1.0, 1.0, 0.0], &[1.0, 1.0, 1.0 / 3.0, 0.0]);
    // x' = sin(p) x: nothing but products with one number.
    let growth = scalar(|b, x, _, p| {
        let rate = b.call(Function::Sin, p);
        b.mul(rate, x)
    });
    assert_eq!(growth.operations(20), 2 + 20 + 20);
}

#[test]
fn pieces_are_chosen_at_order_zero() {
    let size = scalar(|b, x, _, _| b.call(Function::Abs, x));
    assert!(size.has_corners());
    check(&size, [0.0, -1.0, 0.0], &[1.0, -0.5, 1.0 / 3.0 * 0.5]);
    let lesser = scalar(|b, x, t, _| b.call2(Function::Min, x, t));
    check(&lesser, [7.0, 1.0, 0.0], &[1.0, 0.5]);
    check(&lesser, [0.25, 1.0, 0.0], &[0.25, 0.5, 0.0]);
    let rest = scalar(|b, x, _, p| b.call2(Function::Mod, x, p));
    check(&rest, [0.0, 7.5, 2.0], &[1.5, 0.75]);
    let switch = scalar(|b, x, t, p| {
        let late = b.compare(Compare::Less, p, t);
        b.select(late, x, p)
    });
    check(&switch, [3.0, 1.0, 2.0], &[1.0, 0.5]);
    check(&switch, [1.0, 1.0, 2.0], &[2.0, 0.0]);
    assert!(switch.has_corners());
    let settled = scalar(|b, x, _, p| {
        let zero = b.constant(0.0);
        let positive = b.compare(Compare::Less, zero, p);
        b.select(positive, x, p)
    });
    assert!(!settled.has_corners(), "a parameter does not move");
}

#[test]
fn powers_of_zero_are_polynomials() {
    let cube = scalar(|b, x, t, p| {
        let sum = b.add(x, t);
        let cube = b.powi(sum, 3);
        b.mul(p, cube)
    });
    check(&cube, [0.0, 0.0, 1.0], &[0.0, 0.0, 0.0, 0.25, 0.0]);
}

/// A ring of `n`, `x_i' = f(x_{i-1}, x_i, x_{i+1}, t)`, whose equations repeat.
fn ring(n: usize, f: impl Fn(&mut Builder, [Value; 3], Value) -> Value) -> Jets {
    let mut b = Builder::new(1 + n);
    let t = b.input(0);
    let x: Vec<Value> = (0..n).map(|i| b.input(1 + i)).collect();
    let rates = (0..n).map(|i| f(&mut b, [x[(i + n - 1) % n], x[i], x[(i + 1) % n]], t)).collect();
    Jets::new(&b.finish(rates), n).unwrap()
}

#[test]
fn sweeps_over_a_ring_give_the_same_bits() {
    type Rate = fn(&mut Builder, [Value; 3], Value) -> Value;
    let rates: [Rate; 6] = [
        |b, [left, x, right], _| {
            let ahead = b.sub(right, left);
            let carried = b.mul(ahead, left);
            b.sub(carried, x)
        },
        |b, [left, x, right], t| {
            let angle = b.sub(right, x);
            let pull = b.call(Function::Sin, angle);
            let push = b.mul(t, left);
            b.add(pull, push)
        },
        |b, [left, x, right], _| {
            let square = b.mul(x, x);
            let (one, sum) = (b.constant(1.0), b.add(left, right));
            let below = b.add(one, square);
            let root = b.call(Function::Sqrt, below);
            let part = b.div(sum, below);
            b.mul(part, root)
        },
        |b, [left, x, _], _| {
            let growth = b.call(Function::Exp, left);
            let size = b.call(Function::Abs, x);
            let rest = b.neg(size);
            b.add(growth, rest)
        },
        |b, [left, x, right], t| {
            let later = b.compare(Compare::Less, left, right);
            let moved = b.mul(t, x);
            b.select(later, moved, left)
        },
        |b, [left, x, right], _| {
            let tangent = b.call(Function::Tanh, x);
            let three = b.constant(3.0);
            let far = b.pow(right, three);
            let sum = b.add(far, left);
            b.mul(tangent, sum)
        },
    ];
    for n in [3, 7, 40, 67] {
        let inputs: Vec<f64> = (0..=n).map(|i| 0.3 + 0.7 * f64::from(i % 11) / 11.0).collect();
        for rate in rates {
            let jets = ring(n as usize, rate);
            for order in [1, 2, 9] {
                check_engines(&jets, order, &inputs, &format!("{n}"));
            }
        }
        let jets = ring(n as usize, rates[0]);
        let busy = SweptJets::new(&jets, 9).busy();
        assert!(busy >= f64::from(n) / 20.0, "{busy} lanes with {n}");
    }
}
