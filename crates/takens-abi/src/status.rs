//! How a call ended, and the host's buffer that says why.

use core::ffi::c_char;

/// How a call ended. Other numbers than these count as [`Status::INTERNAL`].
#[repr(transparent)]
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Status(pub i32);

impl Status {
    /// All is well.
    pub const OK: Self = Self(0);
    /// The host asked to stop, and the method did.
    pub const CANCELLED: Self = Self(1);
    /// The deadline passed, and the method stopped by itself.
    pub const TIMEOUT: Self = Self(2);
    /// The method cannot do what was asked: many components, say, or irregular times.
    pub const UNSUPPORTED: Self = Self(3);
    /// The parameters are not valid.
    pub const INVALID_PARAMS: Self = Self(4);
    /// The data are not valid: too short, or not finite.
    pub const INVALID_DATA: Self = Self(5);
    /// The fit or the forecast ran away. A scored outcome, not a crash.
    pub const DIVERGED: Self = Self(6);
    /// More memory is needed than there is.
    pub const OUT_OF_MEMORY: Self = Self(7);
    /// The method panicked; the panic was caught on the plugin's side.
    pub const PANIC: Self = Self(8);
    /// A fault of the method itself.
    pub const INTERNAL: Self = Self(9);
}

/// The buffer, owned by the host, into which a failing call writes what went wrong.
///
/// The host sets `message`, `detail` and the capacities, and both lengths to 0. The plugin writes
/// at most as many bytes as the capacity says, cut where a character ends, and sets the length.
/// The pointer to it may be null: the host does not want to know.
#[repr(C)]
#[derive(Debug)]
pub struct Error {
    /// The size of this struct at the host.
    pub struct_size: u32,
    /// The same as the call returns.
    pub status: Status,
    /// Room for a message to a person, UTF-8.
    pub message: *mut c_char,
    /// How much room.
    pub message_capacity: u64,
    /// How much was written.
    pub message_len: u64,
    /// Room for details, a JSON object: `{"file", "line", "column"}` of a panic, for one.
    pub detail: *mut c_char,
    /// How much room.
    pub detail_capacity: u64,
    /// How much was written.
    pub detail_len: u64,
}
