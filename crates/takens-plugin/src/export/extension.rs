//! The extensions of a method, generic over it: each a constant table behind its id.

use std::ffi::c_void;
use takens_abi::{
    Call, CandidateSink, Error, Instance, Jacobian as RawJacobian, Online as RawOnline,
    Probabilistic as RawProbabilistic, Status, Str, Symbolic, Tensor, covered,
};

use super::method::{State, fitted};
use super::{guard, host_call, read};
use crate::{Candidate, Discoverer, Fault, Jacobian, Method, Online, Probabilistic};
use ndarray::{Array3, ArrayView2};

/// An extension that a method offers: its id and where it lies.
pub type Offer = (&'static str, fn() -> *const c_void);

/// The extension of that id, null if it is not among those offered.
///
/// # Safety
/// `id` borrows bytes that are there, or is empty.
#[must_use]
pub unsafe fn find_extension(id: Str, offered: &[Offer]) -> *const c_void {
    // SAFETY: by the caller's promise.
    let id = unsafe { id.bytes() };
    let found = offered.iter().find(|(known, _)| known.as_bytes() == id);
    found.map_or(std::ptr::null(), |(_, place)| place())
}

/// What a role is that is no extension.
#[must_use]
pub fn none() -> *const c_void {
    std::ptr::null()
}

/// The extension of discoverers.
#[must_use]
pub fn symbolic<M: Discoverer>() -> *const c_void {
    let extension: &'static Symbolic = const {
        &Symbolic {
            struct_size: takens_abi::struct_size::<Symbolic>(),
            reserved: 0,
            candidates: Some(candidates::<M>),
        }
    };
    std::ptr::from_ref(extension).cast()
}

unsafe extern "C" fn candidates<M: Discoverer>(
    instance: *mut Instance,
    call: *const Call,
    sink: *const CandidateSink,
    error: *mut Error,
) -> Status {
    let body = || {
        // SAFETY: pointers as the contract says; the call outlives its copy, which ends here.
        let (holder, call) = unsafe {
            let holder = fitted::<M>(instance)?;
            (holder, host_call::call(call).map_err(Fault::Internal)?)
        };
        holder.state = State::Broken;
        let result = holder.method.candidates(&call);
        holder.state = State::Fitted;
        for candidate in result? {
            // SAFETY: the sink is the host's, by the contract.
            unsafe { push(sink, &candidate) }?;
        }
        Ok(())
    };
    // SAFETY: the error buffer is the host's, by the contract.
    unsafe { guard::run(error, body) }
}

/// Hands one candidate to the host.
///
/// # Safety
/// `sink` is null or points at a sink as `takens_abi::CandidateSink` describes it.
pub unsafe fn push(sink: *const CandidateSink, candidate: &Candidate) -> Result<(), Fault> {
    let none = || Fault::Internal("the host takes no candidates".into());
    if sink.is_null() {
        return Err(none());
    }
    // SAFETY: not null, and by the caller's promise as long as its `struct_size` says.
    let (ctx, push) = unsafe {
        (covered!(sink, CandidateSink, ctx), covered!(sink, CandidateSink, push).flatten())
    };
    let (Some(ctx), Some(push)) = (ctx, push) else { return Err(none()) };
    let equations: Vec<Str> = candidate.equations.iter().map(|text| Str::new(text)).collect();
    let raw = takens_abi::Candidate {
        struct_size: takens_abi::struct_size::<takens_abi::Candidate>(),
        reserved: 0,
        equation_count: equations.len() as u64,
        equations: equations.as_ptr(),
        complexity: candidate.complexity,
        loss: candidate.loss,
    };
    // SAFETY: the host's callback with the host's context; the candidate lasts for the call.
    match unsafe { push(ctx, &raw const raw) } {
        Status::OK => Ok(()),
        Status::CANCELLED => Err(Fault::Cancelled),
        Status::OUT_OF_MEMORY => Err(Fault::OutOfMemory("the host takes no more".into())),
        status => Err(Fault::Internal(format!("the host answered {status:?} to a candidate"))),
    }
}

/// The extension of methods that draw futures.
#[must_use]
pub fn probabilistic<M: Probabilistic>() -> *const c_void {
    let extension: &'static RawProbabilistic = const {
        &RawProbabilistic {
            struct_size: takens_abi::struct_size::<RawProbabilistic>(),
            reserved: 0,
            sample: Some(sample::<M>),
        }
    };
    std::ptr::from_ref(extension).cast()
}

unsafe extern "C" fn sample<M: Probabilistic>(
    instance: *mut Instance,
    context: *const Tensor,
    call: *const Call,
    out: *mut Tensor,
    error: *mut Error,
) -> Status {
    let compute = |method: &mut M,
                   context: ArrayView2<'_, f64>,
                   [count, horizon, _]: [usize; 3],
                   call: &_| { method.sample(context, horizon, count, call) };
    // SAFETY: pointers as the contract says.
    unsafe { answer(instance, context, call, out, error, compute) }
}

/// The extension of methods that can be differentiated.
#[must_use]
pub fn jacobian<M: Jacobian>() -> *const c_void {
    let extension: &'static RawJacobian = const {
        &RawJacobian {
            struct_size: takens_abi::struct_size::<RawJacobian>(),
            reserved: 0,
            jacobian: Some(derivative::<M>),
        }
    };
    std::ptr::from_ref(extension).cast()
}

unsafe extern "C" fn derivative<M: Jacobian>(
    instance: *mut Instance,
    context: *const Tensor,
    call: *const Call,
    out: *mut Tensor,
    error: *mut Error,
) -> Status {
    let compute = |method: &mut M,
                   context: ArrayView2<'_, f64>,
                   [lags, ..]: [usize; 3],
                   call: &_| { method.jacobian(context, lags, call) };
    // SAFETY: pointers as the contract says.
    unsafe { answer(instance, context, call, out, error, compute) }
}

/// Writes what a fitted method computes from a context, its shape given by the output.
///
/// # Safety
/// The pointers are the host's, as the contract says.
unsafe fn answer<M: Method>(
    instance: *mut Instance,
    context: *const Tensor,
    call: *const Call,
    out: *mut Tensor,
    error: *mut Error,
    compute: impl FnOnce(
        &mut M,
        ArrayView2<'_, f64>,
        [usize; 3],
        &crate::Call,
    ) -> Result<Array3<f64>, Fault>,
) -> Status {
    let body = || {
        // SAFETY: by the caller's promise; the call outlives its copy, which ends here.
        let (holder, context, call, shape) = unsafe {
            let holder = fitted::<M>(instance)?;
            let context = read::matrix(context, "context").map_err(Fault::InvalidData)?;
            let call = host_call::call(call).map_err(Fault::Internal)?;
            (holder, context, call, read::shape::<3>(out, "output").map_err(Fault::Internal)?)
        };
        holder.state = State::Broken;
        let result = compute(&mut holder.method, context.view(), shape, &call);
        holder.state = State::Fitted;
        // SAFETY: the output is the host's, to be written.
        unsafe { write(out, &result?, shape) }
    };
    // SAFETY: the error buffer is the host's, by the contract.
    unsafe { guard::run(error, body) }
}

/// Writes what a method answered, if it is of the shape that was asked for.
///
/// # Safety
/// `out` is the host's output of that shape.
unsafe fn write(out: *mut Tensor, values: &Array3<f64>, shape: [usize; 3]) -> Result<(), Fault> {
    let found = <[usize; 3]>::from(values.dim());
    if found != shape {
        return Err(Fault::Internal(format!("the answer is {found:?}; asked for is {shape:?}")));
    }
    // SAFETY: by the caller's promise.
    unsafe { read::write_cube(out, values) }.map_err(Fault::Internal)
}

/// The extension of methods that go on learning.
#[must_use]
pub fn online<M: Online>() -> *const c_void {
    let extension: &'static RawOnline = const {
        &RawOnline {
            struct_size: takens_abi::struct_size::<RawOnline>(),
            reserved: 0,
            update: Some(update::<M>),
        }
    };
    std::ptr::from_ref(extension).cast()
}

unsafe extern "C" fn update<M: Online>(
    instance: *mut Instance,
    samples: *const Tensor,
    call: *const Call,
    error: *mut Error,
) -> Status {
    let body = || {
        // SAFETY: pointers as the contract says; the call outlives its copy, which ends here.
        let (holder, samples, call) = unsafe {
            let holder = fitted::<M>(instance)?;
            let samples = read::matrix(samples, "samples").map_err(Fault::InvalidData)?;
            (holder, samples, host_call::call(call).map_err(Fault::Internal)?)
        };
        holder.state = State::Broken;
        let result = holder.method.update(samples.view(), &call);
        holder.state = State::Fitted;
        result
    };
    // SAFETY: the error buffer is the host's, by the contract.
    unsafe { guard::run(error, body) }
}
