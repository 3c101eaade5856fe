//! Bytes of any length, in and out.

use crate::Status;
use core::ffi::c_void;

/// Where a plugin writes what varies in size.
#[repr(C)]
#[derive(Debug)]
pub struct OStream {
    /// The size of this struct at the host.
    pub struct_size: u32,
    /// Zero.
    pub reserved: u32,
    /// The first argument of `write`.
    pub ctx: *mut c_void,
    /// Takes `len` bytes. Anything but OK means: stop, and return that status.
    pub write: Option<unsafe extern "C" fn(ctx: *mut c_void, data: *const u8, len: u64) -> Status>,
}

/// Where a plugin reads what it once wrote.
#[repr(C)]
#[derive(Debug)]
pub struct IStream {
    /// The size of this struct at the host.
    pub struct_size: u32,
    /// Zero.
    pub reserved: u32,
    /// The first argument of `read`.
    pub ctx: *mut c_void,
    /// Gives at most `len` bytes and says in `got` how many; 0 is the end.
    pub read: Option<
        unsafe extern "C" fn(ctx: *mut c_void, data: *mut u8, len: u64, got: *mut u64) -> Status,
    >,
}
