//! Putting a loaded method to work, in safe Rust.

use ndarray::Array2;
use std::ffi::c_void;
use takens_abi::{
    Call, Candidate as RawCandidate, CandidateSink, Error, Host, Instance as RawInstance, Method,
    SYMBOLIC, Status, Str, Symbolic, covered,
};
use takens_plugin::{Candidate, Dataset};

use super::callbacks::{self, CANCEL, Seeds};
use super::views::{Data, Matrix};
use super::{Loaded, status_name};

/// Candidates beyond this many are refused: a front is short.
const MOST_CANDIDATES: usize = 10_000;

/// A call that did not go well.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Failure {
    pub(crate) status: Status,
    pub(crate) message: String,
}

/// What goes with every call of a job.
#[derive(Debug, Clone, Copy)]
pub(crate) struct CallSetup {
    pub(crate) seed: u64,
    pub(crate) stream: u64,
    pub(crate) threads: u32,
    pub(crate) deadline_ns: u64,
    pub(crate) memory_bytes: u64,
}

/// An instance of a method. Destroyed when dropped.
#[derive(Debug)]
pub(crate) struct Instance {
    table: *const Method,
    raw: *mut RawInstance,
}

/// Runs a function of the contract with an error buffer.
pub(crate) fn with_error(body: impl FnOnce(*mut Error) -> Status) -> Result<(), Failure> {
    let mut message = vec![0u8; 4096];
    let mut detail = vec![0u8; 1024];
    let mut error = Error {
        struct_size: takens_abi::struct_size::<Error>(),
        status: Status::OK,
        message: message.as_mut_ptr().cast(),
        message_capacity: message.len() as u64,
        message_len: 0,
        detail: detail.as_mut_ptr().cast(),
        detail_capacity: detail.len() as u64,
        detail_len: 0,
    };
    let status = body(&raw mut error);
    if status == Status::OK {
        return Ok(());
    }
    let length = usize::try_from(error.message_len).unwrap_or(usize::MAX).min(message.len());
    Err(Failure::new(status, &message[..length]))
}

impl Failure {
    /// With what the method wrote into the buffer.
    pub(crate) fn new(status: Status, message: &[u8]) -> Self {
        let mut message = String::from_utf8_lossy(message).into_owned();
        if message.trim().is_empty() {
            message = format!("the method gave no reason; its status is {}", status_name(status));
        }
        Self { status, message }
    }

    pub(crate) fn internal(message: &str) -> Self {
        Self { status: Status::INTERNAL, message: message.to_owned() }
    }
}

impl CallSetup {
    /// The call as the contract has it.
    pub(crate) fn raw(&self) -> Call {
        // Kept for ever: a plugin's thread that outlives the call still finds it. A few bytes a job.
        let seeds: &'static Seeds =
            Box::leak(Box::new(Seeds { seed: self.seed, stream: self.stream }));
        Call {
            struct_size: takens_abi::struct_size::<Call>(),
            threads: self.threads,
            ctx: std::ptr::from_ref(seeds).cast_mut().cast(),
            seed: self.seed,
            stream: self.stream,
            deadline_ns: self.deadline_ns,
            memory_bytes: self.memory_bytes,
            cancel: CANCEL.as_ptr().cast_const(),
            progress: Some(callbacks::progress),
            log: Some(callbacks::log),
            random_f64: Some(callbacks::random_f64),
        }
    }
}

impl Instance {
    /// Makes an instance.
    pub(crate) fn create(method: &Loaded, params_json: &str) -> Result<Self, Failure> {
        Self::create_by(callbacks::host(), method, params_json)
    }

    /// Makes an instance that knows this host.
    pub(crate) fn create_by(
        host: *const Host,
        method: &Loaded,
        params_json: &str,
    ) -> Result<Self, Failure> {
        let table = method.table;
        // SAFETY: the table was checked when it was loaded.
        let create = unsafe { covered!(table, Method, create).flatten() };
        let create = create.ok_or_else(|| Failure::internal("the method has no create"))?;
        let mut raw = std::ptr::null_mut();
        with_error(|error| {
            // SAFETY: the plugin's function; all pointers are good for the call.
            unsafe { create(host, Str::new(params_json), &raw mut raw, error) }
        })?;
        if raw.is_null() {
            return Err(Failure::internal("create says OK and gives no instance"));
        }
        Ok(Self { table, raw })
    }

    /// The table that it was made by.
    pub(crate) fn table(&self) -> *const Method {
        self.table
    }

    /// The plugin's own pointer.
    pub(crate) fn raw(&mut self) -> *mut RawInstance {
        self.raw
    }

    /// Fits it.
    pub(crate) fn fit(&mut self, data: &Dataset, setup: &CallSetup) -> Result<(), Failure> {
        // SAFETY: the table was checked when it was loaded.
        let fit = unsafe { covered!(self.table, Method, fit).flatten() };
        let fit = fit.ok_or_else(|| Failure::internal("the method has no fit"))?;
        let (data, call) = (Data::new(data), setup.raw());
        with_error(|error| {
            // SAFETY: the plugin's function; all pointers are good for the call.
            unsafe { fit(self.raw, data.as_ptr(), &raw const call, error) }
        })
    }

    /// Whether it forecasts at all.
    pub(crate) fn forecasts(&self) -> bool {
        // SAFETY: the table was checked when it was loaded.
        unsafe { covered!(self.table, Method, forecast).flatten() }.is_some()
    }

    /// Continues `context` by `horizon` steps. What the method does not write stays a NaN.
    pub(crate) fn forecast(
        &mut self,
        context: &Array2<f64>,
        horizon: usize,
        setup: &CallSetup,
    ) -> Result<Array2<f64>, Failure> {
        // SAFETY: the table was checked when it was loaded.
        let forecast = unsafe { covered!(self.table, Method, forecast).flatten() };
        let forecast = forecast.ok_or_else(|| Failure {
            status: Status::UNSUPPORTED,
            message: "the method does not forecast".into(),
        })?;
        let mut out = Array2::from_elem((horizon, context.ncols()), f64::NAN);
        let (context, call) = (Matrix::read(context), setup.raw());
        let mut lent = Matrix::write(&mut out);
        with_error(|error| {
            // SAFETY: the plugin's function; all pointers are good for the call.
            unsafe {
                forecast(self.raw, context.as_ptr(), &raw const call, lent.as_mut_ptr(), error)
            }
        })?;
        Ok(out)
    }

    /// What it has found, best first. Empty for a method that does not discover.
    pub(crate) fn candidates(&mut self, setup: &CallSetup) -> Result<Vec<Candidate>, Failure> {
        let Some(extension) = self.extension::<Symbolic>(SYMBOLIC) else { return Ok(Vec::new()) };
        // SAFETY: the extension's type goes with its id.
        let candidates = unsafe { covered!(extension, Symbolic, candidates).flatten() };
        let candidates =
            candidates.ok_or_else(|| Failure::internal("takens.symbolic/1 is there, but empty"))?;
        let mut found: Vec<Candidate> = Vec::new();
        let sink = CandidateSink {
            struct_size: takens_abi::struct_size::<CandidateSink>(),
            reserved: 0,
            ctx: (&raw mut found).cast(),
            push: Some(push),
        };
        let call = setup.raw();
        with_error(|error| {
            // SAFETY: the plugin's function; all pointers are good for the call.
            unsafe { candidates(self.raw, &raw const call, &raw const sink, error) }
        })?;
        Ok(found)
    }
}

impl Drop for Instance {
    fn drop(&mut self) {
        // SAFETY: the instance was made by this table's create, and is not used again.
        unsafe {
            if let Some(destroy) = covered!(self.table, Method, destroy).flatten() {
                destroy(self.raw);
            }
        }
    }
}

unsafe extern "C" fn push(ctx: *mut c_void, candidate: *const RawCandidate) -> Status {
    if ctx.is_null() || candidate.is_null() {
        return Status::INTERNAL;
    }
    // SAFETY: the context is the list that the sink was made with, and lasts for the call.
    let found = unsafe { &mut *ctx.cast::<Vec<Candidate>>() };
    if found.len() >= MOST_CANDIDATES {
        return Status::OUT_OF_MEMORY;
    }
    // SAFETY: a candidate as the contract says; its texts last for the call.
    let copy = unsafe {
        let count = covered!(candidate, RawCandidate, equation_count).unwrap_or(0);
        let list = covered!(candidate, RawCandidate, equations);
        let mut equations = Vec::new();
        for index in 0..count as usize {
            let Some(list) = list.filter(|list| !list.is_null()) else { return Status::INTERNAL };
            let text = list.add(index).read();
            equations.push(String::from_utf8_lossy(text.bytes()).into_owned());
        }
        Candidate {
            equations,
            complexity: covered!(candidate, RawCandidate, complexity).unwrap_or(f64::NAN),
            loss: covered!(candidate, RawCandidate, loss).unwrap_or(f64::NAN),
        }
    };
    found.push(copy);
    Status::OK
}
