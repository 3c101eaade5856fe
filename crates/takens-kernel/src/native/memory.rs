//! Memory for code: written first, then executable and no longer writable.

use crate::error::KernelError;
use std::ptr::NonNull;

/// Code in memory, given back on drop.
#[derive(Debug)]
pub(crate) struct Executable {
    start: NonNull<u8>,
    bytes: usize,
}

// SAFETY: the memory is read-only after construction and belongs to this value alone.
unsafe impl Send for Executable {}
// SAFETY: as above.
unsafe impl Sync for Executable {}

impl Executable {
    pub(super) fn new(code: &[u8]) -> Result<Self, KernelError> {
        let refused = |what: &str| KernelError::Machine {
            reason: format!(
                "{what} {} bytes for code: {}",
                code.len(),
                std::io::Error::last_os_error()
            ),
        };
        let bytes = code.len().max(1);
        // SAFETY: a new mapping that touches no other memory.
        let start = unsafe {
            libc::mmap(
                std::ptr::null_mut(),
                bytes,
                libc::PROT_READ | libc::PROT_WRITE,
                libc::MAP_PRIVATE | libc::MAP_ANONYMOUS,
                -1,
                0,
            )
        };
        if start == libc::MAP_FAILED {
            return Err(refused("the system gives no memory of"));
        }
        let Some(start) = NonNull::new(start.cast::<u8>()) else {
            return Err(refused("the system gives no memory of"));
        };
        // Gives the memory back if what follows fails.
        let this = Self { start, bytes };
        // SAFETY: the mapping has room for the code and is writable; the two do not overlap.
        unsafe { std::ptr::copy_nonoverlapping(code.as_ptr(), start.as_ptr(), code.len()) };
        // SAFETY: the mapping is ours and has this length.
        let result = unsafe {
            libc::mprotect(start.as_ptr().cast(), bytes, libc::PROT_READ | libc::PROT_EXEC)
        };
        if result != 0 {
            return Err(refused("the system does not let run"));
        }
        Ok(this)
    }

    /// The first byte.
    pub(super) fn start(&self) -> *const u8 {
        self.start.as_ptr()
    }
}

impl Drop for Executable {
    fn drop(&mut self) {
        // SAFETY: mapped by `new` with this length; whoever holds a pointer into it has to keep this.
        unsafe { libc::munmap(self.start.as_ptr().cast(), self.bytes) };
    }
}
