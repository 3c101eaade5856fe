//! The functions of a method's table, generic over the method. Extensions are in `extension`.

use std::ffi::c_void;
use std::sync::OnceLock;
use takens_abi::{
    Error, Host, IStream, Instance, Method as Table, OStream, Status, Str, Tensor, caps, covered,
};

use super::{guard, host_call, read};
use crate::envelope::{self, Origin};
use crate::{Fault, Forecaster, Method, Saves, params};

/// Answers to an id of an extension.
pub type GetExtension = unsafe extern "C" fn(*mut Instance, Str) -> *const c_void;

/// An instance and what has become of it.
pub(super) struct Holder<M> {
    pub(super) method: M,
    pub(super) state: State,
    params: [u8; 32],
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum State {
    New,
    Fitted,
    /// A call ended in the middle; what is in there may be anything.
    Broken,
}

/// The version of the library, the same for all of its methods. Each library has its own.
static VERSION: OnceLock<&'static str> = OnceLock::new();

/// The table of a method that has no roles yet.
#[must_use]
pub fn table<M: Method>(version: &'static str, get_extension: GetExtension) -> Table {
    VERSION.get_or_init(|| version);
    // A table lives as long as the process, and so does its schema.
    let schema: &'static str =
        Box::leak(params::schema::<M::Params>().to_string().into_boxed_str());
    let stochastic = if M::ABOUT.stochastic { caps::STOCHASTIC } else { 0 };
    let threads = if M::THREADS_MATTER { caps::THREADS_MATTER } else { 0 };
    Table {
        struct_size: takens_abi::struct_size::<Table>(),
        reserved: 0,
        id: Str::new(M::ABOUT.id),
        version: Str::new(version),
        kind: Str::new("discoverer"),
        params_schema: Str::new(schema),
        caps: stochastic | threads,
        create: Some(create::<M>),
        destroy: Some(destroy::<M>),
        fit: Some(fit::<M>),
        forecast: None,
        save: None,
        load: None,
        get_extension: Some(get_extension),
    }
}

/// The role `forecaster`.
#[must_use]
pub fn forecaster<M: Forecaster>(table: Table) -> Table {
    let caps = table.caps | caps::FORECASTS;
    Table { kind: Str::new("forecaster"), caps, forecast: Some(forecast::<M>), ..table }
}

/// The role `discoverer`.
#[must_use]
pub fn discoverer<M: crate::Discoverer>(table: Table) -> Table {
    Table { caps: table.caps | caps::DISCOVERS, ..table }
}

/// The role `saves`.
#[must_use]
pub fn saves<M: Saves>(table: Table) -> Table {
    Table { save: Some(save::<M>), load: Some(load::<M>), ..table }
}

/// A role that is an extension and leaves no trace in the table.
#[must_use]
pub fn unchanged(table: Table) -> Table {
    table
}

unsafe extern "C" fn create<M: Method>(
    _host: *const Host,
    params_json: Str,
    instance: *mut *mut Instance,
    error: *mut Error,
) -> Status {
    let body = || {
        if instance.is_null() {
            return Err(Fault::Internal("the host has no place for the instance".into()));
        }
        // SAFETY: not null, so by the contract a place for a pointer.
        unsafe { instance.write(std::ptr::null_mut()) };
        // SAFETY: the text is the host's and lasts for the call.
        let text =
            unsafe { read::text(params_json, "parameters") }.map_err(Fault::InvalidParams)?;
        let whole = params::completed::<M::Params>(&text).map_err(Fault::InvalidParams)?;
        let hash = envelope::params_hash(&whole);
        let params = serde_json::from_value(whole)
            .map_err(|error| Fault::InvalidParams(error.to_string()))?;
        let holder = Box::new(Holder { method: M::new(params)?, state: State::New, params: hash });
        // SAFETY: as above.
        unsafe { instance.write(Box::into_raw(holder).cast()) };
        Ok(())
    };
    // SAFETY: the error buffer is the host's, by the contract.
    unsafe { guard::run(error, body) }
}

unsafe extern "C" fn destroy<M: Method>(instance: *mut Instance) {
    let body = || {
        if !instance.is_null() {
            // SAFETY: made by `create::<M>`, and by the contract not used again.
            drop(unsafe { Box::from_raw(instance.cast::<Holder<M>>()) });
        }
        Ok(())
    };
    // SAFETY: null is allowed for the error buffer.
    unsafe { guard::run(std::ptr::null_mut(), body) };
}

/// The instance behind a pointer.
///
/// # Safety
/// `instance` is null or was made by `create::<M>`, is not destroyed, and nobody else uses it.
pub(super) unsafe fn holder<'a, M: Method>(
    instance: *mut Instance,
) -> Result<&'a mut Holder<M>, Fault> {
    // SAFETY: by the caller's promise.
    let holder = unsafe { instance.cast::<Holder<M>>().as_mut() };
    let holder = holder.ok_or_else(|| Fault::Internal("the host passed no instance".into()))?;
    if holder.state == State::Broken {
        return Err(Fault::Internal("an earlier call panicked; make a new instance".into()));
    }
    Ok(holder)
}

unsafe extern "C" fn fit<M: Method>(
    instance: *mut Instance,
    data: *const takens_abi::Dataset,
    call: *const takens_abi::Call,
    error: *mut Error,
) -> Status {
    let body = || {
        // SAFETY: pointers as the contract says; the call outlives its copy, which ends here.
        let (holder, data, call) = unsafe {
            let holder = holder::<M>(instance)?;
            let data = read::dataset(data).map_err(Fault::InvalidData)?;
            (holder, data, host_call::call(call).map_err(Fault::Internal)?)
        };
        holder.state = State::Broken;
        let result = holder.method.fit(&data, &call);
        holder.state = if result.is_ok() { State::Fitted } else { State::New };
        result
    };
    // SAFETY: the error buffer is the host's, by the contract.
    unsafe { guard::run(error, body) }
}

/// An instance that is fitted.
///
/// # Safety
/// As [`holder`].
pub(super) unsafe fn fitted<'a, M: Method>(
    instance: *mut Instance,
) -> Result<&'a mut Holder<M>, Fault> {
    // SAFETY: by the caller's promise.
    let holder = unsafe { holder::<M>(instance) }?;
    if holder.state != State::Fitted {
        return Err(Fault::Internal("the instance is not fitted yet".into()));
    }
    Ok(holder)
}

unsafe extern "C" fn forecast<M: Forecaster>(
    instance: *mut Instance,
    context: *const Tensor,
    call: *const takens_abi::Call,
    out: *mut Tensor,
    error: *mut Error,
) -> Status {
    let body = || {
        // SAFETY: pointers as the contract says; the call outlives its copy, which ends here.
        let (holder, context, call, [horizon, components]) = unsafe {
            let holder = fitted::<M>(instance)?;
            let context = read::matrix(context, "context").map_err(Fault::InvalidData)?;
            let call = host_call::call(call).map_err(Fault::Internal)?;
            (holder, context, call, read::shape(out, "output").map_err(Fault::Internal)?)
        };
        holder.state = State::Broken;
        let result = holder.method.forecast(context.view(), horizon, &call);
        holder.state = State::Fitted;
        let values = result?;
        if values.dim() != (horizon, components) {
            return Err(Fault::Internal(format!(
                "the forecast is {:?}; asked for is {:?} (samples, components)",
                values.dim(),
                (horizon, components)
            )));
        }
        // SAFETY: the output is the host's, to be written, and of this shape.
        unsafe { read::write(out, &values) }.map_err(Fault::Internal)
    };
    // SAFETY: the error buffer is the host's, by the contract.
    unsafe { guard::run(error, body) }
}

fn origin<M: Method>(holder: &Holder<M>) -> Origin {
    let version = VERSION.get().copied().unwrap_or_default().to_owned();
    Origin { method: M::ABOUT.id.into(), version, params: holder.params }
}

/// Writes bytes into a stream of the host.
///
/// # Errors
/// [`Fault::Internal`] if the host does not take them.
///
/// # Safety
/// `stream` is null or points at a stream as `takens_abi::OStream` describes it.
pub unsafe fn emit(stream: *mut OStream, bytes: &[u8]) -> Result<(), Fault> {
    let none = || Fault::Internal("the host takes no bytes".into());
    if stream.is_null() {
        return Err(none());
    }
    // SAFETY: not null, and by the contract as long as its `struct_size` says.
    let (ctx, write) =
        unsafe { (covered!(stream, OStream, ctx), covered!(stream, OStream, write).flatten()) };
    let (Some(ctx), Some(write)) = (ctx, write) else { return Err(none()) };
    // SAFETY: the host's callback with the host's context; the bytes last for the call.
    match unsafe { write(ctx, bytes.as_ptr(), bytes.len() as u64) } {
        Status::OK => Ok(()),
        status => Err(Fault::Internal(format!("the host answered {status:?} to the bytes"))),
    }
}

unsafe extern "C" fn save<M: Saves>(
    instance: *mut Instance,
    stream: *mut OStream,
    error: *mut Error,
) -> Status {
    let body = || {
        // SAFETY: the instance is as the contract says.
        let holder = unsafe { fitted::<M>(instance) }?;
        holder.state = State::Broken;
        let result = holder.method.save();
        holder.state = State::Fitted;
        let sealed = envelope::seal(&origin(holder), &result?);
        // SAFETY: the stream is the host's, by the contract.
        unsafe { emit(stream, &sealed) }
    };
    // SAFETY: the error buffer is the host's, by the contract.
    unsafe { guard::run(error, body) }
}

unsafe extern "C" fn load<M: Saves>(
    instance: *mut Instance,
    stream: *mut IStream,
    error: *mut Error,
) -> Status {
    let body = || {
        // SAFETY: the instance is as the contract says, and so is the stream.
        let (holder, bytes) = unsafe { (holder::<M>(instance)?, read::stream(stream)?) };
        let body = envelope::open(&origin(holder), &bytes)
            .map_err(|error| Fault::InvalidData(error.to_string()))?;
        holder.state = State::Broken;
        let result = holder.method.load(body);
        holder.state = if result.is_ok() { State::Fitted } else { State::New };
        result
    };
    // SAFETY: the error buffer is the host's, by the contract.
    unsafe { guard::run(error, body) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{About, Call, Dataset};
    use ndarray::{Array2, ArrayView2};
    use std::ptr::{null, null_mut};

    struct Echo;

    impl Method for Echo {
        type Params = ();
        const ABOUT: About =
            About { id: "echo", summary: "zeros", source: "none", stochastic: false };
        fn new(_params: ()) -> Result<Self, Fault> {
            Ok(Self)
        }
        fn fit(&mut self, _data: &Dataset, _call: &Call) -> Result<(), Fault> {
            Ok(())
        }
    }

    impl Forecaster for Echo {
        fn forecast(
            &self,
            context: ArrayView2<'_, f64>,
            horizon: usize,
            _call: &Call,
        ) -> Result<Array2<f64>, Fault> {
            Ok(Array2::from_elem((horizon, context.ncols()), context[[0, 0]]))
        }
    }

    fn new_instance(table: &Table) -> *mut Instance {
        let mut instance = null_mut();
        // SAFETY: the table's own function; null is allowed for host and error.
        let status = unsafe {
            (table.create.unwrap())(null(), Str::new("null"), &raw mut instance, null_mut())
        };
        assert_eq!(status, Status::OK);
        instance
    }

    #[test]
    fn null_pointers_are_answered() {
        let table = forecaster::<Echo>(table::<Echo>("0", super::super::no_method_extension));
        let instance = new_instance(&table);
        // SAFETY: the table's own functions; that nulls are seen is what is tested.
        unsafe {
            let (create, fit) = (table.create.unwrap(), table.fit.unwrap());
            let forecast = table.forecast.unwrap();
            assert_eq!(create(null(), Str::EMPTY, null_mut(), null_mut()), Status::INTERNAL);
            assert_eq!(fit(null_mut(), null(), null(), null_mut()), Status::INTERNAL);
            assert_eq!(fit(instance, null(), null(), null_mut()), Status::INVALID_DATA);
            let early = forecast(instance, null(), null(), null_mut(), null_mut());
            assert_eq!(early, Status::INTERNAL);
            assert!(table.get_extension.unwrap()(instance, Str::new("takens.none/1")).is_null());
            table.destroy.unwrap()(instance);
            table.destroy.unwrap()(null_mut());
        }
    }

    unsafe extern "C" fn zeros(_: *mut c_void, _: u64, _: u64, out: *mut f64, n: u64) {
        // SAFETY: as the contract says.
        unsafe { std::slice::from_raw_parts_mut(out, n as usize) }.fill(0.0);
    }

    /// A host with column-major arrays and a dataset that ends before the noise.
    #[test]
    fn an_old_host_with_other_strides_is_served() {
        let table = forecaster::<Echo>(table::<Echo>("0", super::super::no_method_extension));
        let instance = new_instance(&table);
        let (shape, strides) = ([2i64, 3], [1i64, 2]);
        let tensor = |data: &mut [f64; 6]| Tensor {
            struct_size: std::mem::offset_of!(Tensor, owner) as u32,
            dtype: Tensor::F64,
            ndim: 2,
            flags: 0,
            shape: shape.as_ptr(),
            strides: strides.as_ptr(),
            data: data.as_mut_ptr().cast(),
            owner: null_mut(),
            release: None,
        };
        let mut values = [7.0, 1.0, 2.0, 3.0, 4.0, 5.0];
        let mut forecast = [0.0; 6];
        let (context, mut out) = (tensor(&mut values), tensor(&mut forecast));
        let data = takens_abi::Dataset {
            struct_size: std::mem::offset_of!(takens_abi::Dataset, noise_kind) as u32,
            flags: takens_abi::Dataset::DISCRETE_TIME,
            series_count: 0,
            series: null(),
            component_count: 0,
            names: null(),
            // Beyond the size, so never looked at.
            noise_kind: Str { ptr: std::ptr::dangling(), len: u64::MAX },
            noise_level: 0.0,
        };
        let call = takens_abi::Call {
            struct_size: takens_abi::struct_size::<takens_abi::Call>(),
            threads: 1,
            ctx: null_mut(),
            seed: 0,
            stream: 0,
            deadline_ns: 0,
            memory_bytes: 0,
            cancel: null(),
            progress: None,
            log: None,
            random_f64: Some(zeros),
        };
        // SAFETY: the table's own functions with structs of the contract.
        unsafe {
            let fit = (table.fit.unwrap())(instance, &raw const data, &raw const call, null_mut());
            assert_eq!(fit, Status::OK);
            let status = (table.forecast.unwrap())(
                instance,
                &raw const context,
                &raw const call,
                &raw mut out,
                null_mut(),
            );
            assert_eq!(status, Status::OK);
            table.destroy.unwrap()(instance);
        }
        assert_eq!(forecast, [7.0; 6]);
    }
}
