//! What plugins call: random numbers, messages, progress, and the word that asks them to stop.
//!
//! A worker does one job at a time, so the state is the process's own: a plugin that keeps a context
//! pointer longer than it may finds everything still there.

use std::ffi::c_void;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, AtomicU64, Ordering};
use takens_abi::{ABI_MAJOR, ABI_MINOR, Host, Str};
use takens_plugin::random_stream;

/// Not 0: the job at work is asked to stop.
pub(crate) static CANCEL: AtomicU32 = AtomicU32::new(0);

/// How often random numbers were asked for.
pub(crate) static ASKED: AtomicU64 = AtomicU64::new(0);

/// Who hears what plugins say.
pub(crate) trait Listener: Send + Sync {
    /// A message.
    fn log(&self, level: i32, text: &str);
    /// How far the work has come.
    fn progress(&self, fraction: f64, loss: f64, text: &str);
}

static LISTENER: OnceLock<Box<dyn Listener>> = OnceLock::new();

/// Sets who hears what plugins say; the first one stays.
pub(crate) fn set_listener(listener: Box<dyn Listener>) {
    // A second listener is dropped: the worker sets one, once.
    let _ = LISTENER.set(listener);
}

/// The host as plugins see it.
pub(crate) fn host() -> *const Host {
    static HOST: Host = Host {
        struct_size: takens_abi::struct_size::<Host>(),
        abi_major: ABI_MAJOR,
        abi_minor: ABI_MINOR,
        ctx: std::ptr::null_mut(),
        name: Str::new(concat!("takens ", env!("CARGO_PKG_VERSION"))),
        log: Some(log),
        get_extension: Some(get_extension),
    };
    &raw const HOST
}

/// The seeds of a call: what its random numbers depend on.
#[derive(Debug, Clone, Copy)]
pub(super) struct Seeds {
    pub(super) seed: u64,
    pub(super) stream: u64,
}

pub(super) unsafe extern "C" fn log(_ctx: *mut c_void, level: i32, text: Str) {
    // SAFETY: the contract says that the text is there for the call.
    let text = String::from_utf8_lossy(unsafe { text.bytes() });
    if let Some(listener) = LISTENER.get() {
        listener.log(level, &text);
    }
}

pub(super) unsafe extern "C" fn progress(_ctx: *mut c_void, fraction: f64, loss: f64, text: Str) {
    // SAFETY: as above.
    let text = String::from_utf8_lossy(unsafe { text.bytes() });
    if let Some(listener) = LISTENER.get() {
        listener.progress(fraction, loss, &text);
    }
}

/// The context is the call's [`Seeds`].
pub(super) unsafe extern "C" fn random_f64(
    ctx: *mut c_void,
    stream: u64,
    offset: u64,
    out: *mut f64,
    n: u64,
) {
    ASKED.fetch_add(1, Ordering::Relaxed);
    // SAFETY: the context is what the host put into the call, and lives as long as the process.
    let Some(seeds) = (unsafe { ctx.cast::<Seeds>().as_ref() }) else { return };
    let stream = random_stream(seeds.seed, seeds.stream, stream);
    for index in 0..n {
        // SAFETY: the contract says that there is room for `n` numbers.
        unsafe { out.add(index as usize).write(stream.uniform(offset.wrapping_add(index))) };
    }
}

unsafe extern "C" fn get_extension(_ctx: *mut c_void, _id: Str) -> *const c_void {
    std::ptr::null()
}
