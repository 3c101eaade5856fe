//! Nanoseconds per right-hand side, and milliseconds to compile: `cargo bench -p takens-kernel`.
//!
//! Every figure is the median of several runs; each run is long enough for the clock.

mod programs;

use programs::lorenz_at;
use std::hint::black_box;
use std::time::Instant;
use takens_core::math;
use takens_kernel::{Builder, Compiled, Engine, Oracle, Program, Value};
use takens_symbolic::Function;

fn median(mut runs: Vec<f64>) -> f64 {
    runs.sort_by(f64::total_cmp);
    runs[runs.len() / 2]
}

/// Nanoseconds for one of `work`.
fn nanoseconds(mut work: impl FnMut()) -> f64 {
    let count = 200_000;
    let run = |work: &mut dyn FnMut()| {
        let start = Instant::now();
        for _ in 0..count {
            work();
        }
        start.elapsed().as_secs_f64() * 1e9 / f64::from(count)
    };
    run(&mut work);
    median((0..9).map(|_| run(&mut work)).collect())
}

fn milliseconds(work: impl Fn()) -> f64 {
    let runs = (0..7).map(|_| {
        let start = Instant::now();
        work();
        start.elapsed().as_secs_f64() * 1e3
    });
    median(runs.collect())
}

/// Inputs: t, x, y, z, sigma, rho, beta.
fn lorenz() -> Program {
    let mut b = Builder::new(7);
    let [x, y, z, sigma, rho, beta] = [1, 2, 3, 4, 5, 6].map(|index| b.input(index));
    let outputs = lorenz_at(&mut b, [x, y, z], [sigma, rho, beta]);
    b.finish(outputs.to_vec())
}

/// `steps` Euler steps in a row: a program of any size with values that live long.
fn steps(steps: usize) -> Program {
    let mut b = Builder::new(7);
    let mut state = [1, 2, 3].map(|index| b.input(index));
    let parameters = [4, 5, 6].map(|index| b.input(index));
    let h = b.constant(0.001);
    let mut outputs = Vec::new();
    for _ in 0..steps {
        let slope = lorenz_at(&mut b, state, parameters);
        for i in 0..3 {
            let change = b.mul(h, slope[i]);
            state[i] = b.add(state[i], change);
        }
        outputs.extend(state);
    }
    b.finish(outputs)
}

/// Three Euler steps of the Lorenz 96 ring, with a sine: many values live at once, across calls.
fn ring(size: usize) -> Program {
    let mut b = Builder::new(size + 1);
    let mut state: Vec<Value> = (0..size).map(|index| b.input(1 + index)).collect();
    let (h, force) = (b.constant(0.001), b.constant(8.0));
    for step in 0..3 {
        let next = (0..size).map(|i| {
            let at = |offset: usize| state[(i + offset) % size];
            let difference = b.sub(at(1), at(size - 2));
            let product = b.mul(difference, at(size - 1));
            let decay = b.sub(product, at(0));
            let mut slope = b.add(decay, force);
            if step == 1 && i % 10 == 0 {
                slope = b.call(Function::Sin, slope);
            }
            let change = b.mul(h, slope);
            b.add(at(0), change)
        });
        state = next.collect();
    }
    b.finish(state)
}

fn native(inputs: &[f64], outputs: &mut [f64]) {
    let [_, x, y, z, sigma, rho, beta] = inputs else { return };
    outputs[0] = sigma * (y - x);
    outputs[1] = x * (rho - z) - y;
    outputs[2] = x * y - beta * z;
}

fn main() {
    let program = lorenz();
    let inputs = [0.0, 1.0, 2.0, 3.0, 10.0, 28.0, 8.0 / 3.0];
    let mut outputs = [0.0; 3];
    let oracle = Oracle::new(program.clone());
    let compiled = Compiled::new(&program).expect("a back end for this machine");
    let pointer: fn(&[f64], &mut [f64]) = black_box(native);
    println!("Lorenz, one right-hand side");
    let time = nanoseconds(|| pointer(black_box(&inputs), black_box(&mut outputs)));
    println!("  native, through a pointer  {time:8.2} ns");
    let time = nanoseconds(|| compiled.call(black_box(&inputs), black_box(&mut outputs)));
    println!("  machine code               {time:8.2} ns");
    let time = nanoseconds(|| oracle.call(black_box(&inputs), black_box(&mut outputs)));
    println!("  interpreter                {time:8.2} ns");

    println!("Elementary functions, one after the other (machine code, native here, native std)");
    type Unary = fn(f64) -> f64;
    let functions: [(Function, Unary, Unary); 6] = [
        (Function::Sin, math::sin, f64::sin),
        (Function::Tan, math::tan, f64::tan),
        (Function::Exp, math::exp, f64::exp),
        (Function::Log, math::log, f64::ln),
        (Function::Tanh, math::tanh, f64::tanh),
        (Function::Atan, math::atan, f64::atan),
    ];
    for (function, ours, theirs) in functions {
        let mut b = Builder::new(8);
        let values: Vec<Value> = (0..8).map(|i| b.input(i)).collect();
        let results = values.iter().map(|&x| b.call(function, x)).collect();
        let compiled = Compiled::new(&b.finish(results)).expect("a back end for this machine");
        let inputs = [0.1, 0.7, 1.3, 2.9, 0.01, 5.5, 12.0, 0.4];
        let mut outputs = [0.0; 8];
        let code = nanoseconds(|| compiled.call(black_box(&inputs), black_box(&mut outputs))) / 8.0;
        let [ours, theirs] = [ours, theirs].map(|f| {
            nanoseconds(|| {
                for (x, y) in black_box(&inputs).iter().zip(&mut outputs) {
                    *y = f(*x);
                }
            }) / 8.0
        });
        println!("  {:5} {code:8.2} {ours:8.2} {theirs:8.2} ns", function.name());
    }

    println!("Compiling, and running per operation");
    for count in [4, 40, 100, 300, 1000] {
        compile("chain", &steps(count), &inputs);
    }
    for size in [40, 100, 1000] {
        compile("ring", &ring(size), &vec![0.1; size + 1]);
    }
}

fn compile(name: &str, program: &Program, inputs: &[f64]) {
    let new = || Compiled::new(program).expect("a back end for this machine");
    let time = milliseconds(|| drop(new()));
    let (compiled, mut outputs) = (new(), vec![0.0; program.output_count()]);
    let ops = program.ops().len();
    let calls = 1 + 400_000 / ops;
    let run = median(
        (0..5)
            .map(|_| {
                let start = Instant::now();
                for _ in 0..calls {
                    compiled.call(black_box(inputs), black_box(&mut outputs));
                }
                start.elapsed().as_secs_f64() * 1e9 / (calls * ops) as f64
            })
            .collect(),
    );
    let bytes = compiled.code_len();
    println!("  {name} of {ops:6} operations {time:8.2} ms {bytes:7} bytes {run:6.3} ns");
}
