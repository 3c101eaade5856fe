//! The back of a call that a host made: its callbacks, in safe Rust.

use std::ffi::c_void;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};
use takens_abi::{Str, covered};

use crate::call::{Back, Call};

type ProgressFn = unsafe extern "C" fn(*mut c_void, f64, f64, Str);
type LogFn = unsafe extern "C" fn(*mut c_void, i32, Str);
type RandomFn = unsafe extern "C" fn(*mut c_void, u64, u64, *mut f64, u64);

/// The host's callbacks. Lives no longer than the call: see [`call`].
#[derive(Debug)]
pub(crate) struct HostCall {
    ctx: *mut c_void,
    cancel: *const u32,
    progress: Option<ProgressFn>,
    log: Option<LogFn>,
    random: RandomFn,
}

// SAFETY: the contract allows the callbacks from any thread while the call lasts.
unsafe impl Send for HostCall {}
// SAFETY: as above.
unsafe impl Sync for HostCall {}

/// A host's call as a method sees it, or what it lacks.
///
/// # Safety
/// `call` is null or points at a call as `takens_abi::Call` describes it, which outlives the value
/// returned.
pub unsafe fn call(call: *const takens_abi::Call) -> Result<Call, String> {
    if call.is_null() {
        return Err("the host passed no call".into());
    }
    // SAFETY: not null, and by the caller's promise as long as its `struct_size` says.
    let (random, ctx, cancel, progress, log) = unsafe {
        (
            covered!(call, takens_abi::Call, random_f64).flatten(),
            covered!(call, takens_abi::Call, ctx),
            covered!(call, takens_abi::Call, cancel),
            covered!(call, takens_abi::Call, progress).flatten(),
            covered!(call, takens_abi::Call, log).flatten(),
        )
    };
    // SAFETY: as above.
    let (threads, seed, stream, deadline, memory) = unsafe {
        (
            covered!(call, takens_abi::Call, threads).unwrap_or(1).max(1),
            covered!(call, takens_abi::Call, seed).unwrap_or(0),
            covered!(call, takens_abi::Call, stream).unwrap_or(0),
            covered!(call, takens_abi::Call, deadline_ns).unwrap_or(0),
            covered!(call, takens_abi::Call, memory_bytes).unwrap_or(0),
        )
    };
    let random = random.ok_or("the host's call has no random numbers")?;
    let host = HostCall {
        ctx: ctx.unwrap_or(std::ptr::null_mut()),
        cancel: cancel.unwrap_or(std::ptr::null()),
        progress,
        log,
        random,
    };
    let deadline = (deadline != 0).then(|| Duration::from_nanos(deadline));
    Ok(Call {
        seed,
        stream,
        threads: threads as usize,
        deadline: deadline.and_then(|after| Instant::now().checked_add(after)),
        memory: (memory != 0).then_some(memory),
        back: Back::Host(host),
    })
}

impl HostCall {
    pub(crate) fn cancelled(&self) -> bool {
        if self.cancel.is_null() {
            return false;
        }
        // SAFETY: not null, so by the contract an aligned word that lives as long as the call, and
        // that the host changes as a whole.
        let word = unsafe { AtomicU32::from_ptr(self.cancel.cast_mut()) };
        word.load(Ordering::Relaxed) != 0
    }

    pub(crate) fn progress(&self, fraction: f64, loss: f64, text: &str) {
        if let Some(progress) = self.progress {
            // SAFETY: the host's callback with the host's context; the text is borrowed.
            unsafe { progress(self.ctx, fraction, loss, Str::new(text)) };
        }
    }

    pub(crate) fn log(&self, level: i32, text: &str) {
        if let Some(log) = self.log {
            // SAFETY: as above.
            unsafe { log(self.ctx, level, Str::new(text)) };
        }
    }

    pub(crate) fn random(&self, stream: u64, offset: u64, out: &mut [f64]) {
        // SAFETY: as above; `out` has room for as many numbers as are asked for.
        unsafe { (self.random)(self.ctx, stream, offset, out.as_mut_ptr(), out.len() as u64) };
    }
}
