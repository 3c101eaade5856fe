//! Keeping a fitted instance: its bytes, and the envelope that says whose they are.

use std::ffi::c_void;
use takens_abi::{IStream, Method, OStream, Status, covered};
use takens_plugin::envelope::{self, Origin};
use takens_plugin::params;

use super::Loaded;
use super::instance::{Failure, Instance, with_error};

/// A model larger than this, in bytes, is refused.
const MOST_BYTES: usize = 1 << 30;

/// Whose a model is: the method, its version, the completed parameters.
pub(crate) fn origin(method: &Loaded, params_json: &str) -> Origin {
    let facts = &method.facts;
    let given = if params_json.trim().is_empty() { "{}" } else { params_json };
    let completed = |schema: &str| {
        let (schema, given) =
            (serde_json::from_str(schema).ok()?, serde_json::from_str(given).ok()?);
        params::complete(&schema, &given).ok()
    };
    // Parameters that the schema does not fit were taken by the method nevertheless: their text counts.
    let whole = completed(&facts.schema).unwrap_or_else(|| given.into());
    Origin {
        method: facts.id.clone(),
        version: facts.version.clone(),
        params: envelope::params_hash(&whole),
    }
}

impl Instance {
    /// Whether it can be kept: saving and loading go together.
    pub(crate) fn keeps(&self) -> (bool, bool) {
        // SAFETY: the table was checked when it was loaded.
        unsafe {
            (
                covered!(self.table(), Method, save).flatten().is_some(),
                covered!(self.table(), Method, load).flatten().is_some(),
            )
        }
    }

    /// The bytes that the method itself writes.
    pub(crate) fn save(&mut self) -> Result<Vec<u8>, Failure> {
        // SAFETY: the table was checked when it was loaded.
        let save = unsafe { covered!(self.table(), Method, save).flatten() };
        let save = save.ok_or_else(|| unsupported("the method cannot be saved"))?;
        let mut bytes: Vec<u8> = Vec::new();
        let mut stream = OStream {
            struct_size: takens_abi::struct_size::<OStream>(),
            reserved: 0,
            ctx: (&raw mut bytes).cast(),
            write: Some(write),
        };
        with_error(|error| {
            // SAFETY: the plugin's function; all pointers are good for the call.
            unsafe { save(self.raw(), &raw mut stream, error) }
        })?;
        Ok(bytes)
    }

    /// Gives the method bytes that it once wrote.
    pub(crate) fn load(&mut self, mut bytes: &[u8]) -> Result<(), Failure> {
        // SAFETY: the table was checked when it was loaded.
        let load = unsafe { covered!(self.table(), Method, load).flatten() };
        let load = load.ok_or_else(|| unsupported("the method cannot be loaded"))?;
        let mut stream = IStream {
            struct_size: takens_abi::struct_size::<IStream>(),
            reserved: 0,
            ctx: (&raw mut bytes).cast(),
            read: Some(read),
        };
        with_error(|error| {
            // SAFETY: as above.
            unsafe { load(self.raw(), &raw mut stream, error) }
        })
    }

    /// The bytes in an envelope that says whose they are.
    pub(crate) fn save_sealed(&mut self, origin: &Origin) -> Result<Vec<u8>, Failure> {
        self.save().map(|bytes| envelope::seal(origin, &bytes))
    }

    /// Loads what [`Instance::save_sealed`] gave for the same method and parameters; anything else is
    /// refused before the method sees it.
    pub(crate) fn load_sealed(&mut self, origin: &Origin, bytes: &[u8]) -> Result<(), Failure> {
        let body = envelope::open(origin, bytes).map_err(|error| Failure {
            status: Status::INVALID_DATA,
            message: error.to_string(),
        })?;
        self.load(body)
    }
}

fn unsupported(message: &str) -> Failure {
    Failure { status: Status::UNSUPPORTED, message: message.to_owned() }
}

/// The context is the list of bytes.
unsafe extern "C" fn write(ctx: *mut c_void, data: *const u8, len: u64) -> Status {
    if ctx.is_null() || (data.is_null() && len > 0) {
        return Status::INTERNAL;
    }
    // SAFETY: the context is the list that the stream was made with, and lasts for the call; the bytes
    // are the plugin's.
    unsafe {
        let bytes = &mut *ctx.cast::<Vec<u8>>();
        if len > (MOST_BYTES - bytes.len().min(MOST_BYTES)) as u64 {
            return Status::OUT_OF_MEMORY;
        }
        if len > 0 {
            bytes.extend_from_slice(std::slice::from_raw_parts(data, len as usize));
        }
    }
    Status::OK
}

/// The context is the rest of the bytes.
unsafe extern "C" fn read(ctx: *mut c_void, to: *mut u8, len: u64, got: *mut u64) -> Status {
    if ctx.is_null() || got.is_null() || (to.is_null() && len > 0) {
        return Status::INTERNAL;
    }
    // SAFETY: the context is the rest that the stream was made with, and lasts for the call; the plugin
    // has room for `len` bytes.
    unsafe {
        let rest = &mut *ctx.cast::<&[u8]>();
        let (head, tail) =
            rest.split_at(rest.len().min(usize::try_from(len).unwrap_or(usize::MAX)));
        to.copy_from_nonoverlapping(head.as_ptr(), head.len());
        *rest = tail;
        got.write(head.len() as u64);
    }
    Status::OK
}
