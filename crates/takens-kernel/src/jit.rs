//! Machine code by Cranelift: all that knows the code generator, and all that is `unsafe`, is here.
//!
//! A program becomes one function without branches. Elementary functions are calls of the very
//! functions that the interpreter uses.

use crate::engine::{Engine, check_lengths};
use crate::error::KernelError;
use crate::functions::{binary, unary};
use crate::ir::{Op, Program, SharedProgram};
use cranelift_codegen::ir::condcodes::FloatCC;
use cranelift_codegen::ir::immediates::Ieee64;
use cranelift_codegen::ir::{
    AbiParam, InstBuilder, MemFlagsData, SigRef, Signature, StackSlotData, StackSlotKind, Type,
    UserFuncName, Value as Register, types,
};
use cranelift_codegen::isa::OwnedTargetIsa;
use cranelift_codegen::settings::{self, Configurable};
use cranelift_frontend::{FunctionBuilder, FunctionBuilderContext};
use cranelift_jit::{JITBuilder, JITModule};
use cranelift_module::{FuncId, Module, default_libcall_names};
use std::collections::HashMap;
use std::mem::ManuallyDrop;
use std::sync::Arc;
use takens_core::math;
use takens_symbolic::{Compare, Function, find_root};

/// Machine code of a program: reads all inputs from the first place and then writes all outputs to
/// the second, which may be the same.
pub type Entry = unsafe extern "C" fn(*const f64, *mut f64);

/// Runs a [`Program`] as machine code.
#[derive(Debug, Clone)]
pub struct Compiled {
    entry: Entry,
    inputs: usize,
    outputs: usize,
    bytes: usize,
    // Keeps the code that `entry` points to.
    _code: Arc<Code>,
}

impl Compiled {
    /// Translates `program` for this machine.
    ///
    /// # Errors
    /// [`KernelError`] if there is no back end for this processor or the program is too large for it.
    pub fn new(program: &Program) -> Result<Self, KernelError> {
        let mut translator = Translator::new(program)?;
        let (main, bytes) = translator.function(program)?;
        let code = translator.finish()?;
        let address = code.module.get_finalized_function(main);
        // SAFETY: `main` was defined with the signature of `Entry`, in the C convention of this host.
        let entry = unsafe { std::mem::transmute::<*const u8, Entry>(address) };
        Ok(Self {
            entry,
            inputs: program.input_count(),
            outputs: program.output_count(),
            bytes,
            _code: Arc::new(code),
        })
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

/// Owner of executable memory, which is given back on drop.
struct Code {
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
    fn new(program: &Program) -> Result<Self, KernelError> {
        let ops = program.ops.len();
        let mut builder = JITBuilder::with_isa(target(ops)?, default_libcall_names());
        // Without SSE4.1 rounding is a call, of these rather than of what the C library has.
        builder.symbol("floor", floor as *const u8);
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
        for op in &program.ops {
            if let Op::Root { equation, .. } = op
                && !self.equations.contains_key(equation)
            {
                let (id, _) = self.function(&equation.0)?;
                self.equations.insert(equation.clone(), id);
            }
        }
        let module = &mut *self.code.module;
        let config = module.target_config();
        let pointer = config.pointer_type();
        let mut signature = module.make_signature();
        signature.params = vec![AbiParam::new(pointer); 2];
        let id = match module.declare_anonymous_function(&signature) {
            Ok(id) => id,
            Err(error) => return Err(self.refused(&error)),
        };
        let mut context = module.make_context();
        context.func.signature = signature;
        context.func.name = UserFuncName::user(0, id.as_u32());
        let mut scratch = FunctionBuilderContext::new();
        let mut body = Body {
            builder: FunctionBuilder::new(&mut context.func, &mut scratch),
            module,
            equations: &self.equations,
            pointer,
            signatures: HashMap::new(),
            registers: Vec::with_capacity(program.ops.len()),
        };
        body.emit(program);
        let Body { builder, .. } = body;
        builder.finalize(config);
        if let Err(error) = module.define_function(id, &mut context) {
            return Err(self.refused(&error));
        }
        let bytes = context.compiled_code().map_or(0, |code| code.code_info().total_size as usize);
        Ok((id, bytes))
    }
}

/// What calls from machine code look like.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Shape {
    Unary,
    Binary,
    Root,
}

struct Body<'a> {
    builder: FunctionBuilder<'a>,
    module: &'a mut JITModule,
    equations: &'a HashMap<SharedProgram, FuncId>,
    pointer: Type,
    signatures: HashMap<Shape, SigRef>,
    registers: Vec<Register>,
}

impl Body<'_> {
    fn emit(&mut self, program: &Program) {
        let block = self.builder.create_block();
        self.builder.append_block_params_for_function_params(block);
        self.builder.switch_to_block(block);
        self.builder.seal_block(block);
        let &[inputs, outputs] = self.builder.block_params(block) else {
            unreachable!("the signature has two parameters")
        };
        for op in &program.ops {
            let register = self.op(op, inputs);
            self.registers.push(register);
        }
        for (index, output) in program.outputs.iter().enumerate() {
            let value = self.registers[output.0 as usize];
            self.builder.ins().store(flags(), value, outputs, offset(index));
        }
        self.builder.ins().return_(&[]);
    }

    fn op(&mut self, op: &Op, inputs: Register) -> Register {
        let at = |place: u32| self.registers[place as usize];
        match op {
            Op::Constant(bits) => self.builder.ins().f64const(Ieee64::with_bits(*bits)),
            Op::Input(index) => {
                self.builder.ins().load(types::F64, flags(), inputs, offset(*index as usize))
            }
            Op::Neg(a) => {
                let a = at(a.0);
                self.builder.ins().fneg(a)
            }
            Op::Add(a, b) => {
                let (a, b) = (at(a.0), at(b.0));
                self.builder.ins().fadd(a, b)
            }
            Op::Sub(a, b) => {
                let (a, b) = (at(a.0), at(b.0));
                self.builder.ins().fsub(a, b)
            }
            Op::Mul(a, b) => {
                let (a, b) = (at(a.0), at(b.0));
                self.builder.ins().fmul(a, b)
            }
            Op::Div(a, b) => {
                let (a, b) = (at(a.0), at(b.0));
                self.builder.ins().fdiv(a, b)
            }
            Op::Powi(a, exponent) => self.powi(at(a.0), *exponent),
            Op::Pow(a, b) => self.call(Shape::Binary, pow as *const u8, &[at(a.0), at(b.0)]),
            Op::Call(function, a) => self.unary(*function, at(a.0)),
            Op::Call2(function, a, b) => self.binary(*function, at(a.0), at(b.0)),
            Op::Compare(compare, a, b) => self.compare(*compare, at(a.0), at(b.0)),
            Op::And(a, b) => {
                let (a, b) = (at(a.0), at(b.0));
                self.builder.ins().band(a, b)
            }
            Op::Or(a, b) => {
                let (a, b) = (at(a.0), at(b.0));
                self.builder.ins().bor(a, b)
            }
            Op::Not(a) => {
                let a = at(a.0);
                self.builder.ins().bxor_imm_u(a, 1)
            }
            Op::Select(condition, yes, no) => {
                let (condition, yes, no) = (at(condition.0), at(yes.0), at(no.0));
                self.builder.ins().select(condition, yes, no)
            }
            Op::Root { equation, start, arguments } => {
                let arguments: Vec<Register> =
                    arguments.iter().map(|argument| at(argument.0)).collect();
                self.root(equation, at(start.0), &arguments)
            }
        }
    }

    /// The multiplications of [`math::powi`], in its order.
    fn powi(&mut self, x: Register, exponent: i32) -> Register {
        let mut rest = exponent.unsigned_abs();
        let mut square = x;
        let mut product = None;
        while rest > 0 {
            if rest & 1 == 1 {
                product = Some(match product {
                    None => square,
                    Some(before) => self.builder.ins().fmul(before, square),
                });
            }
            rest >>= 1;
            if rest > 0 {
                square = self.builder.ins().fmul(square, square);
            }
        }
        let one = self.builder.ins().f64const(1.0);
        match product {
            None => one,
            Some(product) if exponent < 0 => self.builder.ins().fdiv(one, product),
            Some(product) => product,
        }
    }

    fn compare(&mut self, compare: Compare, a: Register, b: Register) -> Register {
        let code = match compare {
            Compare::Less => FloatCC::LessThan,
            Compare::LessEqual => FloatCC::LessThanOrEqual,
            Compare::Greater => FloatCC::GreaterThan,
            Compare::GreaterEqual => FloatCC::GreaterThanOrEqual,
            Compare::Equal => FloatCC::Equal,
            Compare::NotEqual => FloatCC::NotEqual,
        };
        self.builder.ins().fcmp(code, a, b)
    }

    fn unary(&mut self, function: Function, x: Register) -> Register {
        match function {
            Function::Sqrt => self.builder.ins().sqrt(x),
            Function::Abs => self.builder.ins().fabs(x),
            Function::Floor => self.builder.ins().floor(x),
            Function::Sign => {
                let zero = self.builder.ins().f64const(0.0);
                let one = self.builder.ins().f64const(1.0);
                let minus = self.builder.ins().f64const(-1.0);
                let below = self.compare(Compare::Less, x, zero);
                let above = self.compare(Compare::Greater, x, zero);
                let otherwise = self.builder.ins().select(below, minus, zero);
                self.builder.ins().select(above, one, otherwise)
            }
            Function::Heaviside => {
                let zero = self.builder.ins().f64const(0.0);
                let one = self.builder.ins().f64const(1.0);
                let above = self.compare(Compare::Greater, x, zero);
                self.builder.ins().select(above, one, zero)
            }
            other => self.call(Shape::Unary, unary_address(other), &[x]),
        }
    }

    fn binary(&mut self, function: Function, a: Register, b: Register) -> Register {
        match function {
            Function::Min => {
                let less = self.compare(Compare::Less, a, b);
                self.builder.ins().select(less, a, b)
            }
            Function::Max => {
                let greater = self.compare(Compare::Greater, a, b);
                self.builder.ins().select(greater, a, b)
            }
            Function::Mod => {
                let ratio = self.builder.ins().fdiv(a, b);
                let whole = self.builder.ins().floor(ratio);
                let multiple = self.builder.ins().fmul(b, whole);
                self.builder.ins().fsub(a, multiple)
            }
            Function::Atan2 => self.call(Shape::Binary, atan2 as *const u8, &[a, b]),
            // Not an operation: the interpreter gives NaN too.
            _ => self.builder.ins().f64const(f64::NAN),
        }
    }

    /// Calls `find_root` on the equation's own code; the inputs of the equation lie on the stack.
    fn root(
        &mut self,
        equation: &SharedProgram,
        start: Register,
        arguments: &[Register],
    ) -> Register {
        let bytes = u32::try_from(8 * (1 + arguments.len())).expect("a stack of less than 4 GiB");
        let slot = self.builder.create_sized_stack_slot(StackSlotData::new(
            StackSlotKind::ExplicitSlot,
            bytes,
            3,
        ));
        let pointer = self.pointer;
        for (index, &argument) in arguments.iter().enumerate() {
            self.builder.ins().stack_store(pointer, argument, slot, offset(1 + index));
        }
        let function =
            self.module.declare_func_in_func(self.equations[equation], self.builder.func);
        let code = self.builder.ins().func_addr(pointer, function);
        let inputs = self.builder.ins().stack_addr(pointer, slot, 0);
        self.call(Shape::Root, root as *const u8, &[code, start, inputs])
    }

    fn call(&mut self, shape: Shape, address: *const u8, arguments: &[Register]) -> Register {
        let pointer = self.pointer;
        let signature = match self.signatures.get(&shape) {
            Some(&signature) => signature,
            None => {
                let number = AbiParam::new(types::F64);
                let mut signature: Signature = self.module.make_signature();
                signature.params = match shape {
                    Shape::Unary => vec![number],
                    Shape::Binary => vec![number, number],
                    Shape::Root => vec![AbiParam::new(pointer), number, AbiParam::new(pointer)],
                };
                signature.returns = vec![number];
                let signature = self.builder.import_signature(signature);
                self.signatures.insert(shape, signature);
                signature
            }
        };
        let callee = self.builder.ins().iconst(pointer, address as i64);
        let call = self.builder.ins().call_indirect(signature, callee, arguments);
        self.builder.inst_results(call)[0]
    }
}

fn flags() -> MemFlagsData {
    MemFlagsData::new().with_notrap().with_aligned()
}

fn offset(index: usize) -> i32 {
    i32::try_from(8 * index).expect("inputs and outputs of less than 2 GiB")
}

macro_rules! wrappers {
    ($($name:ident $function:ident)*) => {
        $(extern "C" fn $name(x: f64) -> f64 {
            unary(Function::$function, x)
        })*

        /// The address of a function that is not emitted in line.
        fn unary_address(function: Function) -> *const u8 {
            match function {
                $(Function::$function => $name as *const u8,)*
                _ => nan as *const u8,
            }
        }
    };
}

wrappers!(sin Sin cos Cos tan Tan asin Asin acos Acos atan Atan sinh Sinh cosh Cosh tanh Tanh exp Exp
    log Log floor Floor);

/// For a function of two arguments with one, which no program contains.
extern "C" fn nan(_: f64) -> f64 {
    f64::NAN
}

extern "C" fn atan2(y: f64, x: f64) -> f64 {
    binary(Function::Atan2, y, x)
}

extern "C" fn pow(x: f64, y: f64) -> f64 {
    math::pow(x, y)
}

/// The zero of an equation from `start`; `inputs` are its inputs, the first of them to be set.
extern "C" fn root(equation: Entry, start: f64, inputs: *mut f64) -> f64 {
    find_root(start, &mut |guess| {
        let mut residual = 0.0;
        // SAFETY: called from generated code alone, with a stack slot that holds all inputs of the
        // equation and with the equation's own code, which has one output.
        unsafe {
            *inputs = guess;
            equation(inputs, &raw mut residual);
        }
        residual
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Builder;

    #[test]
    fn outputs_may_lie_where_the_inputs_were() {
        let mut builder = Builder::new(3);
        let [a, b, c] = [0, 1, 2].map(|index| builder.input(index));
        let sum = builder.add(a, b);
        let sine = builder.call(Function::Sin, c);
        let compiled = Compiled::new(&builder.finish(vec![b, c, sum, sine])).expect("a back end");
        let mut place = [1.0, 2.0, 0.0, f64::NAN];
        let pointer = place.as_mut_ptr();
        // SAFETY: three numbers to read and four to write are there.
        unsafe { compiled.entry()(pointer, pointer) };
        assert_eq!(place, [2.0, 0.0, 3.0, 0.0]);
    }
}
