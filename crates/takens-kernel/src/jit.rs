//! Machine code by Cranelift: all that knows the code generator, and all that is `unsafe`, is here and in
//! the parts of this module.
//!
//! A straight program becomes one function without branches. Elementary functions are calls of the very
//! functions that the interpreter uses. `operations` emits single operations; `loops` is for programs
//! with loops.

mod loops;
mod operations;

pub use loops::CompiledLoops;

use crate::error::KernelError;
use crate::ir::{Op, Program, SharedProgram};
use cranelift_codegen::Context;
use cranelift_codegen::ir::{AbiParam, UserFuncName};
use cranelift_codegen::isa::OwnedTargetIsa;
use cranelift_codegen::settings::{self, Configurable};
use cranelift_frontend::{FunctionBuilder, FunctionBuilderContext};
use cranelift_jit::{JITBuilder, JITModule};
use cranelift_module::{FuncId, Module, default_libcall_names};
use operations::Body;
use std::collections::HashMap;
use std::mem::ManuallyDrop;

/// Machine code of a program: reads all inputs from the first place and then writes all outputs to
/// the second, which may be the same.
pub type Entry = unsafe extern "C" fn(*const f64, *mut f64);

/// Translates `program`; gives the code, where it begins and its length.
pub(crate) fn translate(program: &Program) -> Result<(Code, Entry, usize), KernelError> {
    let mut translator = Translator::new(program.ops.len())?;
    let (main, bytes) = translator.function(program)?;
    let code = translator.finish()?;
    let address = code.module.get_finalized_function(main);
    // SAFETY: `main` was defined with the signature of `Entry`, in the C convention of this host.
    let entry = unsafe { std::mem::transmute::<*const u8, Entry>(address) };
    Ok((code, entry, bytes))
}

/// Owner of executable memory, which is given back on drop.
pub(crate) struct Code {
    module: ManuallyDrop<JITModule>,
}

// SAFETY: after construction the module is only touched by `drop`; what it points to is code, which
// is read-only, and has no thread of its own.
unsafe impl Send for Code {}
// SAFETY: as above; no method reads or writes the module through a shared reference.
unsafe impl Sync for Code {}

impl std::fmt::Debug for Code {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Code")
    }
}

impl Drop for Code {
    fn drop(&mut self) {
        // SAFETY: the module is taken once, here; every holder of a pointer into its memory has to
        // keep the `Compiled` that keeps this.
        unsafe { ManuallyDrop::take(&mut self.module).free_memory() }
    }
}

/// Beyond this many operations registers are assigned in one pass: the thorough allocator takes five
/// times as long where a thousand values live at once, for code a third faster.
///
/// Optimization always pays: without it every constant and input occupies a register, and allocation
/// takes time that grows with the square of the program.
const LARGE: usize = 8000;

fn target(ops: usize) -> Result<OwnedTargetIsa, KernelError> {
    let machine = |reason: String| KernelError::Machine { reason };
    let mut flags = settings::builder();
    for (name, value) in [
        ("is_pic", "false"),
        ("use_colocated_libcalls", "false"),
        ("enable_verifier", "false"),
        ("opt_level", "speed"),
        ("regalloc_algorithm", if ops > LARGE { "single_pass" } else { "backtracking" }),
    ] {
        flags.set(name, value).map_err(|error| machine(error.to_string()))?;
    }
    let builder = cranelift_native::builder().map_err(|reason| machine(reason.to_owned()))?;
    builder.finish(settings::Flags::new(flags)).map_err(|error| machine(error.to_string()))
}

struct Translator {
    code: Code,
    /// Equations of roots, by the identity of their programs.
    equations: HashMap<SharedProgram, FuncId>,
    ops: usize,
}

impl Translator {
    fn new(ops: usize) -> Result<Self, KernelError> {
        let mut builder = JITBuilder::with_isa(target(ops)?, default_libcall_names());
        // Without SSE4.1 rounding is a call, of these rather than of what the C library has.
        builder.symbol("floor", crate::calls::floor as *const u8);
        let module = ManuallyDrop::new(JITModule::new(builder));
        Ok(Self { code: Code { module }, equations: HashMap::new(), ops })
    }

    fn refused(&self, error: &dyn std::fmt::Display) -> KernelError {
        KernelError::Program { ops: self.ops, reason: error.to_string() }
    }

    fn finish(mut self) -> Result<Code, KernelError> {
        match self.code.module.finalize_definitions() {
            Ok(()) => Ok(self.code),
            Err(error) => Err(self.refused(&error)),
        }
    }

    /// Defines a function with the signature of [`Entry`]; gives its length too.
    fn function(&mut self, program: &Program) -> Result<(FuncId, usize), KernelError> {
        self.equations(&program.ops)?;
        self.define(2, |body| body.emit(program))
    }

    /// Defines the equations of roots.
    fn equations(&mut self, ops: &[Op]) -> Result<(), KernelError> {
        for op in ops {
            if let Op::Root { equation, .. } = op
                && !self.equations.contains_key(equation)
            {
                let (id, _) = self.function(&equation.0)?;
                self.equations.insert(equation.clone(), id);
            }
        }
        Ok(())
    }

    /// Defines a function of some pointers; gives its length too.
    fn define(
        &mut self,
        pointers: usize,
        emit: impl FnOnce(&mut Body),
    ) -> Result<(FuncId, usize), KernelError> {
        let module = &mut *self.code.module;
        let config = module.target_config();
        let pointer = config.pointer_type();
        let mut signature = module.make_signature();
        signature.params = vec![AbiParam::new(pointer); pointers];
        let id = match module.declare_anonymous_function(&signature) {
            Ok(id) => id,
            Err(error) => return Err(self.refused(&error)),
        };
        let mut context: Context = module.make_context();
        context.func.signature = signature;
        context.func.name = UserFuncName::user(0, id.as_u32());
        let mut scratch = FunctionBuilderContext::new();
        let builder = FunctionBuilder::new(&mut context.func, &mut scratch);
        let mut body = Body::new(builder, module, &self.equations, pointer);
        emit(&mut body);
        body.builder.finalize(config);
        if let Err(error) = module.define_function(id, &mut context) {
            return Err(self.refused(&error));
        }
        let bytes = context.compiled_code().map_or(0, |code| code.code_info().total_size as usize);
        Ok((id, bytes))
    }
}
