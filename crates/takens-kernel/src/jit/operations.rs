//! Single operations as machine code.

use crate::calls;
use crate::ir::{Op, Program, SharedProgram};
use cranelift_codegen::ir::condcodes::FloatCC;
use cranelift_codegen::ir::immediates::Ieee64;
use cranelift_codegen::ir::{
    AbiParam, InstBuilder, MemFlagsData, SigRef, Signature, StackSlotData, StackSlotKind, Type,
    Value as Register, types,
};
use cranelift_frontend::FunctionBuilder;
use cranelift_jit::JITModule;
use cranelift_module::{FuncId, Module};
use std::collections::HashMap;
use takens_symbolic::{Compare, Function};

/// What calls from machine code look like.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Shape {
    Unary,
    Binary,
    Root,
}

/// A function in the making.
pub(super) struct Body<'a> {
    pub(super) builder: FunctionBuilder<'a>,
    module: &'a mut JITModule,
    equations: &'a HashMap<SharedProgram, FuncId>,
    pub(super) pointer: Type,
    signatures: HashMap<Shape, SigRef>,
    /// Where each operation's result is.
    pub(super) registers: Vec<Register>,
}

impl<'a> Body<'a> {
    pub(super) fn new(
        builder: FunctionBuilder<'a>,
        module: &'a mut JITModule,
        equations: &'a HashMap<SharedProgram, FuncId>,
        pointer: Type,
    ) -> Self {
        let (signatures, registers) = (HashMap::new(), vec![]);
        Self { builder, module, equations, pointer, signatures, registers }
    }

    /// Begins the function; gives its parameters.
    pub(super) fn begin(&mut self) -> Vec<Register> {
        let block = self.builder.create_block();
        self.builder.append_block_params_for_function_params(block);
        self.builder.switch_to_block(block);
        self.builder.seal_block(block);
        self.builder.block_params(block).to_vec()
    }

    /// All of a straight program.
    pub(super) fn emit(&mut self, program: &Program) {
        let parameters = self.begin();
        let (inputs, outputs) = (parameters[0], parameters[1]);
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

    /// One operation; an input is read from `inputs`.
    pub(super) fn op(&mut self, op: &Op, inputs: Register) -> Register {
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
            Op::Pow(a, b) => self.call(Shape::Binary, calls::pow as *const u8, &[at(a.0), at(b.0)]),
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

    /// The multiplications of `takens_core::math::powi`, in its order.
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

    pub(super) fn compare(&mut self, compare: Compare, a: Register, b: Register) -> Register {
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
            other => self.call(Shape::Unary, calls::unary_address(other), &[x]),
        }
    }

    pub(super) fn binary(&mut self, function: Function, a: Register, b: Register) -> Register {
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
            Function::Atan2 => self.call(Shape::Binary, calls::atan2 as *const u8, &[a, b]),
            // Not an operation: the interpreter gives NaN too.
            _ => self.builder.ins().f64const(f64::NAN),
        }
    }

    /// A number to a power that is a number made of indices.
    pub(super) fn index_power(&mut self, base: Register, exponent: Register) -> Register {
        self.call(Shape::Binary, calls::index_power as *const u8, &[base, exponent])
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
        self.call(Shape::Root, calls::root as *const u8, &[code, start, inputs])
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

/// Memory that is there and aligned.
pub(super) fn flags() -> MemFlagsData {
    MemFlagsData::new().with_notrap().with_aligned()
}

fn offset(index: usize) -> i32 {
    i32::try_from(8 * index).expect("inputs and outputs of less than 2 GiB")
}
