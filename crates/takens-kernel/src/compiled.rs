//! Straight programs as machine code, whoever writes it.

use crate::engine::{Engine, check_lengths};
use crate::error::KernelError;
use crate::ir::Program;
use crate::jit::{Code, Entry, translate};
#[cfg(all(unix, target_arch = "x86_64"))]
use crate::native::{Native, Width};
use std::sync::Arc;

/// Runs a [`Program`] as machine code.
///
/// On x86-64 with AVX the code is written here, in less than a microsecond for an operation; elsewhere
/// by Cranelift. Both give the same bits.
#[derive(Debug, Clone)]
pub struct Compiled {
    entry: Entry,
    inputs: usize,
    outputs: usize,
    bytes: usize,
    // Keeps the code that `entry` points to.
    _owner: Owner,
}

#[derive(Debug, Clone)]
#[expect(dead_code, reason = "owned, not read")]
enum Owner {
    #[cfg(all(unix, target_arch = "x86_64"))]
    Native(Arc<Native>),
    Cranelift(Arc<Code>),
}

impl Compiled {
    /// Translates `program` for this machine.
    ///
    /// # Errors
    /// [`KernelError`] if there is no back end for this processor or the program is too large for it.
    pub fn new(program: &Program) -> Result<Self, KernelError> {
        #[cfg(all(unix, target_arch = "x86_64"))]
        if std::arch::is_x86_feature_detected!("avx")
            && let Ok(code) = Native::new(program, Width::One)
        {
            let (entry, bytes) = (code.entry(), code.bytes());
            return Ok(Self::of(program, entry, bytes, Owner::Native(Arc::new(code))));
        }
        Self::portable(program)
    }

    /// Translates `program` by Cranelift, as [`new`](Self::new) does on other processors.
    ///
    /// # Errors
    /// As for [`new`](Self::new).
    pub fn portable(program: &Program) -> Result<Self, KernelError> {
        let (code, entry, bytes) = translate(program)?;
        Ok(Self::of(program, entry, bytes, Owner::Cranelift(Arc::new(code))))
    }

    fn of(program: &Program, entry: Entry, bytes: usize, owner: Owner) -> Self {
        let (inputs, outputs) = (program.input_count(), program.output_count());
        Self { entry, inputs, outputs, bytes, _owner: owner }
    }

    /// The code itself, for loops in which the check of lengths would be felt.
    ///
    /// The pointer may be called, from any thread, as long as this `Compiled` or a clone of it lives,
    /// with as many readable inputs and writable outputs as the program has.
    #[must_use]
    pub fn entry(&self) -> Entry {
        self.entry
    }

    /// The length of the code in bytes, what it calls not counted.
    #[must_use]
    pub fn code_len(&self) -> usize {
        self.bytes
    }
}

impl Engine for Compiled {
    fn input_count(&self) -> usize {
        self.inputs
    }

    fn output_count(&self) -> usize {
        self.outputs
    }

    fn call(&self, inputs: &[f64], outputs: &mut [f64]) {
        check_lengths((self.inputs, self.outputs), inputs, outputs);
        // SAFETY: the code reads `self.inputs` numbers and writes `self.outputs`; both are there, and
        // `self` keeps the code alive.
        unsafe { (self.entry)(inputs.as_ptr(), outputs.as_mut_ptr()) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Builder;
    use takens_symbolic::Function;

    /// Runs over the inputs themselves.
    #[track_caller]
    fn check(outputs: impl Fn(&mut Builder) -> Vec<crate::Value>, inputs: [f64; 3], want: &[f64]) {
        let mut builder = Builder::new(3);
        let outputs = outputs(&mut builder);
        let program = builder.finish(outputs);
        for compiled in [Compiled::new(&program), Compiled::portable(&program)] {
            let compiled = compiled.expect("a back end");
            let mut place = [f64::NAN; 8];
            place[..3].copy_from_slice(&inputs);
            let pointer = place.as_mut_ptr();
            // SAFETY: three numbers to read and at most eight to write are there.
            unsafe { compiled.entry()(pointer, pointer) };
            assert_eq!(&place[..want.len()], want);
        }
    }

    #[test]
    fn outputs_may_lie_where_the_inputs_were() {
        let sines = |builder: &mut Builder| {
            let [a, b, c] = [0, 1, 2].map(|index| builder.input(index));
            let sum = builder.add(a, b);
            let sine = builder.call(Function::Sin, c);
            vec![b, c, sum, sine]
        };
        check(sines, [1.0, 2.0, 0.0], &[2.0, 0.0, 3.0, 0.0]);
        let rotated = |builder: &mut Builder| [1, 2, 0].map(|i| builder.input(i)).to_vec();
        check(rotated, [1.0, 2.0, 3.0], &[2.0, 3.0, 1.0]);
        // The first output is known long before the first input has been read for the last time.
        let late = |builder: &mut Builder| {
            let [a, b, c] = [0, 1, 2].map(|index| builder.input(index));
            let first = builder.add(b, c);
            let mut sum = first;
            for _ in 0..40 {
                sum = builder.mul(sum, b);
            }
            let last = builder.add(sum, a);
            vec![first, last, first]
        };
        check(late, [7.0, 1.0, 2.0], &[3.0, 10.0, 3.0]);
    }
}
