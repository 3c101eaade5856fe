//! The extension `takens.symbolic/1`: discovered equations.

use crate::{Call, Error, Instance, Status, Str};
use core::ffi::c_void;

/// The id under which a method offers [`Symbolic`].
pub const SYMBOLIC: &str = "takens.symbolic/1";

/// A candidate system: one equation for each component.
#[repr(C)]
#[derive(Debug)]
pub struct Candidate {
    /// The size of this struct at the plugin.
    pub struct_size: u32,
    /// Zero.
    pub reserved: u32,
    /// The number of equations: as many as the dataset has components.
    pub equation_count: u64,
    /// Right-hand sides (next states for maps), in the expression syntax of the language, over the
    /// names of the dataset and `t`.
    pub equations: *const Str,
    /// How complex the method finds it: larger is more. Not a number if unknown.
    pub complexity: f64,
    /// How badly it fits, by the method's own measure: smaller is better. Not a number if unknown.
    pub loss: f64,
}

/// Where a method pushes its candidates, best first.
#[repr(C)]
#[derive(Debug)]
pub struct CandidateSink {
    /// The size of this struct at the host.
    pub struct_size: u32,
    /// Zero.
    pub reserved: u32,
    /// The first argument of `push`.
    pub ctx: *mut c_void,
    /// Takes one candidate, copying it. Anything but OK means: stop, and return that status.
    pub push: Option<unsafe extern "C" fn(ctx: *mut c_void, candidate: *const Candidate) -> Status>,
}

/// What `get_extension("takens.symbolic/1")` of a method points at.
#[repr(C)]
#[derive(Debug)]
pub struct Symbolic {
    /// The size of this struct at the plugin.
    pub struct_size: u32,
    /// Zero.
    pub reserved: u32,
    /// The equations that a fitted instance has found: a front of complexity against loss.
    pub candidates: Option<
        unsafe extern "C" fn(
            instance: *mut Instance,
            call: *const Call,
            sink: *const CandidateSink,
            error: *mut Error,
        ) -> Status,
    >,
}

// SAFETY: the struct is immutable and points at code that lives as long as the process.
unsafe impl Send for Symbolic {}
// SAFETY: as above.
unsafe impl Sync for Symbolic {}
