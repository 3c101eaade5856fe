//! Several groups side by side, where one alone would wait for its own results.

use crate::ir::{Op, Program, Value};
use crate::native::is_call;

/// How many groups at once keep the arithmetic units busy: 1, 2 or 4.
///
/// The longest chain of operations that need each other is compared with the time in which two units do
/// them all. Short programs follow each other so closely that the processor overlaps them itself;
/// with calls the registers would not last.
pub(crate) fn copies(program: &Program) -> usize {
    const OVERLAPPED: usize = 48;
    const LARGE: usize = 2000;
    let ops = program.ops.len();
    if !(OVERLAPPED..=LARGE).contains(&ops) || program.ops.iter().any(is_call) {
        return 1;
    }
    let mut chains: Vec<u32> = Vec::with_capacity(ops);
    for op in &program.ops {
        let before = op.parts().into_iter().map(|part| chains[part as usize]).max();
        chains.push(before.unwrap_or(0) + latency(op));
    }
    let chain = chains.into_iter().max().unwrap_or(0) as usize;
    // Two operations a cycle.
    match 2 * chain / ops {
        0 => 1,
        1 => 2,
        _ => 4,
    }
}

/// Cycles until the result is there, on processors of 2015 and later.
fn latency(op: &Op) -> u32 {
    match op {
        Op::Input(_) | Op::Constant(_) => 0,
        Op::Neg(_) | Op::And(..) | Op::Or(..) | Op::Not(_) => 1,
        Op::Div(..) => 16,
        Op::Call(takens_symbolic::Function::Sqrt, _) => 20,
        _ => 4,
    }
}

/// `program` for `copies` groups that lie one after the other: each of its operations for all groups,
/// then the next.
pub(crate) fn side_by_side(program: &Program, copies: usize) -> Program {
    let copies = copies as u32;
    let mut ops = Vec::with_capacity(program.ops.len() * copies as usize);
    let mut places: Vec<Vec<u32>> = vec![Vec::with_capacity(program.ops.len()); copies as usize];
    for op in &program.ops {
        for copy in 0..copies {
            let shared = matches!(op, Op::Constant(_)) && copy > 0;
            if !shared {
                ops.push(match op {
                    Op::Input(index) => Op::Input(copy * program.inputs + index),
                    op => op.renumbered(&places[copy as usize]),
                });
            }
            places[copy as usize].push(ops.len() as u32 - 1);
        }
    }
    let outputs = places
        .iter()
        .flat_map(|places| program.outputs.iter().map(|output| Value(places[output.0 as usize])));
    Program { inputs: copies * program.inputs, outputs: outputs.collect(), ops }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Builder;

    #[test]
    fn chains_are_put_side_by_side() {
        let program = |chained: bool| {
            let mut builder = Builder::new(60);
            let mut values: Vec<Value> = (0..60).map(|index| builder.input(index)).collect();
            let mut sum = values[0];
            for value in &mut values {
                sum = builder.add(if chained { sum } else { *value }, *value);
                *value = sum;
            }
            builder.finish(values)
        };
        assert_eq!((copies(&program(true)), copies(&program(false))), (4, 1));
        let double = side_by_side(&program(true), 2);
        assert_eq!((double.input_count(), double.output_count()), (120, 120));
    }
}
