//! What Ctrl-C leaves behind: no half-written file.

use std::ffi::CString;
use std::path::Path;
use std::ptr::null_mut;
use std::sync::atomic::{AtomicPtr, Ordering};

/// The file to be removed if the program is interrupted now; null if there is none.
static PARTIAL: AtomicPtr<libc::c_char> = AtomicPtr::new(null_mut());

/// While it lives, an interruption removes the file before the program ends.
pub(crate) struct Guard(());

impl Guard {
    /// Guards the file under `path`, one at a time.
    pub(crate) fn new(path: &Path) -> Self {
        use std::os::unix::ffi::OsStrExt;
        if let Ok(name) = CString::new(path.as_os_str().as_bytes()) {
            // The name is never freed: a handler may be reading it on another thread.
            PARTIAL.store(name.into_raw(), Ordering::SeqCst);
            let handler = remove_and_exit as extern "C" fn(libc::c_int) as libc::sighandler_t;
            for signal in [libc::SIGINT, libc::SIGTERM, libc::SIGHUP] {
                // SAFETY: the handler calls `unlink` and `_exit` only, which signal handlers may.
                unsafe { libc::signal(signal, handler) };
            }
        }
        Self(())
    }
}

impl Drop for Guard {
    fn drop(&mut self) {
        PARTIAL.store(null_mut(), Ordering::SeqCst);
    }
}

extern "C" fn remove_and_exit(signal: libc::c_int) {
    let name = PARTIAL.load(Ordering::SeqCst);
    // SAFETY: `name` is null or a C string that lives as long as the program; both functions are
    // safe in a signal handler.
    unsafe {
        if !name.is_null() {
            libc::unlink(name);
        }
        libc::_exit(128 + signal);
    }
}
