//! Text at the boundary.

use core::ffi::c_char;

/// A borrowed text: UTF-8, no zero byte at its end.
#[repr(C)]
#[derive(Debug, Clone, Copy)]
pub struct Str {
    /// The first byte. May be null if `len` is 0.
    pub ptr: *const c_char,
    /// The number of bytes.
    pub len: u64,
}

// SAFETY: a `Str` is a pointer to bytes that nobody writes; whoever reads them through it must
// show that they are still there, on whichever thread.
unsafe impl Send for Str {}
// SAFETY: as above.
unsafe impl Sync for Str {}

impl Str {
    /// The empty text.
    pub const EMPTY: Self = Self { ptr: core::ptr::null(), len: 0 };

    /// The text of `text`, borrowed: good for as long as `text` is.
    #[must_use]
    pub const fn new(text: &str) -> Self {
        Self { ptr: text.as_ptr().cast(), len: text.len() as u64 }
    }

    /// The bytes.
    ///
    /// # Safety
    /// `ptr` must be null with `len` 0, or point at `len` bytes that stay and do not change for `'a`.
    #[must_use]
    pub unsafe fn bytes<'a>(self) -> &'a [u8] {
        if self.ptr.is_null() || self.len == 0 {
            return &[];
        }
        // SAFETY: by the caller's promise.
        unsafe { core::slice::from_raw_parts(self.ptr.cast(), self.len as usize) }
    }

    /// The text, or an error where it is not UTF-8.
    ///
    /// # Errors
    /// The place of the first byte that is not UTF-8.
    ///
    /// # Safety
    /// As [`Str::bytes`].
    pub unsafe fn text<'a>(self) -> Result<&'a str, core::str::Utf8Error> {
        // SAFETY: by the caller's promise.
        core::str::from_utf8(unsafe { self.bytes() })
    }
}
