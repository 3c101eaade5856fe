//! Where the two sides meet: the plugin's entry, and the host as a plugin sees it.

use crate::{Error, Method, Status, Str};
use core::ffi::c_void;

/// The host, as a plugin sees it. Lives as long as the process.
#[repr(C)]
#[derive(Debug)]
pub struct Host {
    /// The size of this struct at the host.
    pub struct_size: u32,
    /// The host's version of the contract.
    pub abi_major: u16,
    /// The host's version of the contract.
    pub abi_minor: u16,
    /// The first argument of every callback.
    pub ctx: *mut c_void,
    /// Who the host is and which version, for messages.
    pub name: Str,
    /// Reports a message outside of any call.
    pub log: Option<unsafe extern "C" fn(ctx: *mut c_void, level: i32, text: Str)>,
    /// What else the host offers, by id; null where the id is unknown.
    pub get_extension: Option<unsafe extern "C" fn(ctx: *mut c_void, id: Str) -> *const c_void>,
}

// SAFETY: a host is immutable, and its callbacks may be called from any thread.
unsafe impl Send for Host {}
// SAFETY: as above.
unsafe impl Sync for Host {}

/// The only exported symbol of a plugin is a constant of this type: `takens_plugin_entry`.
#[repr(C)]
#[derive(Debug)]
pub struct Entry {
    /// [`crate::MAGIC`].
    pub magic: u64,
    /// The size of this struct at the plugin.
    pub struct_size: u32,
    /// The version of the contract that the plugin was built for.
    pub abi_major: u16,
    /// The version of the contract that the plugin was built for.
    pub abi_minor: u16,
    /// Bits of [`crate::entry_flags`].
    pub flags: u32,
    /// Zero.
    pub reserved: u32,
    /// The text of the file `takens-plugin.toml` beside the library, to the byte.
    pub manifest: Str,
    /// Called before anything else. Counted: may be called again. May be null.
    pub init: Option<unsafe extern "C" fn(host: *const Host, error: *mut Error) -> Status>,
    /// Undoes one `init`. May be null.
    pub deinit: Option<unsafe extern "C" fn()>,
    /// The number of methods.
    pub method_count: Option<unsafe extern "C" fn() -> u32>,
    /// The method of that number, null if there is none.
    pub method: Option<unsafe extern "C" fn(index: u32) -> *const Method>,
    /// What else the plugin offers, by id; null where the id is unknown. May be null.
    pub get_extension: Option<unsafe extern "C" fn(id: Str) -> *const c_void>,
}

// SAFETY: an entry is a constant; its pointers are to text and code that live as long as the
// process.
unsafe impl Send for Entry {}
// SAFETY: as above.
unsafe impl Sync for Entry {}
