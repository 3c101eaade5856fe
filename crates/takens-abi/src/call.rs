//! What goes with one call: the seed, the budget, and the way back to the host.

use crate::Str;
use core::ffi::c_void;

/// One call's circumstances. The callbacks may be called from any thread while the call lasts.
#[repr(C)]
#[derive(Debug)]
pub struct Call {
    /// The size of this struct at the host.
    pub struct_size: u32,
    /// A hard budget of threads, at least 1.
    pub threads: u32,
    /// The first argument of every callback.
    pub ctx: *mut c_void,
    /// The seed of the task.
    pub seed: u64,
    /// Tells apart what one seed is used for. The host's `random_f64` knows it already.
    pub stream: u64,
    /// How long the call may take, in nanoseconds from its start. 0: no deadline.
    pub deadline_ns: u64,
    /// How much memory the process may use, in bytes. 0: not limited.
    pub memory_bytes: u64,
    /// One word to poll: not 0 means stop and return CANCELLED. Volatile, and may be null.
    pub cancel: *const u32,
    /// Reports how far the work has come: `fraction` from 0 to 1, `loss` or not a number.
    pub progress:
        Option<unsafe extern "C" fn(ctx: *mut c_void, fraction: f64, loss: f64, text: Str)>,
    /// Reports a message; for `level` see [`crate::level`].
    pub log: Option<unsafe extern "C" fn(ctx: *mut c_void, level: i32, text: Str)>,
    /// Random numbers, uniform in `[0, 1)`, multiples of 2⁻⁵³: number `offset + i` of `stream`
    /// into `out[i]`. The same place gives the same number, always. Streams below 2³² do not meet.
    pub random_f64: Option<
        unsafe extern "C" fn(ctx: *mut c_void, stream: u64, offset: u64, out: *mut f64, n: u64),
    >,
}
