//! One method: how to make an instance of it and put it to work.

use crate::{Call, Dataset, Error, Host, IStream, OStream, Status, Str, Tensor};
use core::ffi::c_void;

/// An instance of a method; what it is, the plugin alone knows.
#[repr(C)]
#[derive(Debug)]
pub struct Instance {
    _private: [u8; 0],
}

/// One method. Immutable, lives as long as the process.
#[repr(C)]
#[derive(Debug)]
pub struct Method {
    /// The size of this struct at the plugin.
    pub struct_size: u32,
    /// Zero.
    pub reserved: u32,
    /// The name by which sweeps ask for it.
    pub id: Str,
    /// The method's version.
    pub version: Str,
    /// `forecaster` or `discoverer`. A discoverer that also forecasts is a forecaster with the
    /// capability [`caps::DISCOVERS`](crate::caps::DISCOVERS).
    pub kind: Str,
    /// The JSON Schema (2020-12) of the parameters, an object.
    pub params_schema: Str,
    /// Bits of [`crate::caps`].
    pub caps: u64,
    /// Makes an instance from parameters, a JSON object; missing ones take their defaults, an
    /// empty text means all defaults. On failure the instance is left null.
    pub create: Option<
        unsafe extern "C" fn(
            host: *const Host,
            params_json: Str,
            instance: *mut *mut Instance,
            error: *mut Error,
        ) -> Status,
    >,
    /// Ends an instance. Null is allowed and does nothing.
    pub destroy: Option<unsafe extern "C" fn(instance: *mut Instance)>,
    /// Learns from data. May be called again: the earlier fit is forgotten.
    pub fit: Option<
        unsafe extern "C" fn(
            instance: *mut Instance,
            data: *const Dataset,
            call: *const Call,
            error: *mut Error,
        ) -> Status,
    >,
    /// Continues `context` (`time × component`, ends at the present) by as many steps as `out`
    /// (`time × component`) has rows. Null for a method that only discovers.
    pub forecast: Option<
        unsafe extern "C" fn(
            instance: *mut Instance,
            context: *const Tensor,
            call: *const Call,
            out: *mut Tensor,
            error: *mut Error,
        ) -> Status,
    >,
    /// Writes the fitted instance. May be null.
    pub save: Option<
        unsafe extern "C" fn(
            instance: *mut Instance,
            stream: *mut OStream,
            error: *mut Error,
        ) -> Status,
    >,
    /// Reads what `save` wrote. May be null.
    pub load: Option<
        unsafe extern "C" fn(
            instance: *mut Instance,
            stream: *mut IStream,
            error: *mut Error,
        ) -> Status,
    >,
    /// The extension of that id, or null where it is unknown. The instance may be null: does the
    /// method have it at all?
    pub get_extension:
        Option<unsafe extern "C" fn(instance: *mut Instance, id: Str) -> *const c_void>,
}

// SAFETY: a method is immutable, and its pointers are to text and code that live as long as
// the process.
unsafe impl Send for Method {}
// SAFETY: as above.
unsafe impl Sync for Method {}
