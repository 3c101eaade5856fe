//! Nothing unwinds out of a plugin: panics become a status, with text and place.
//!
//! A host cannot catch a plugin's panic: it carries its own copy of the standard library, to which
//! the panic is foreign, and the process aborts. So every exported function runs under [`run`].

use std::cell::{Cell, RefCell};
use std::ffi::c_char;
use std::fmt::Write as _;
use std::panic::{AssertUnwindSafe, PanicHookInfo, catch_unwind};
use std::sync::{Mutex, Once};
use takens_abi::{Error, Status, covered};

use crate::Fault;

/// A panic's text and place.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Caught {
    text: String,
    place: Option<(String, u32, u32)>,
}

thread_local! {
    static DEPTH: Cell<u32> = const { Cell::new(0) };
    static LAST: RefCell<Option<Caught>> = const { RefCell::new(None) };
}

/// The last panic of a thread that the plugin itself started: thread pools carry the payload over
/// to the caller, but not the place.
static ELSEWHERE: Mutex<Option<Caught>> = Mutex::new(None);

/// Makes panics leave their place where [`run`] finds it, instead of printing.
pub(super) fn install() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        let before = std::panic::take_hook();
        std::panic::set_hook(Box::new(move |info| {
            let caught = note(info);
            if DEPTH.get() > 0 {
                LAST.with_borrow_mut(|last| *last = Some(caught));
            } else {
                *ELSEWHERE.lock().unwrap_or_else(|lock| lock.into_inner()) = Some(caught);
                before(info);
            }
        }));
    });
}

fn note(info: &PanicHookInfo<'_>) -> Caught {
    let payload = info.payload_as_str().unwrap_or("a panic without text");
    let place = info.location().map(|at| (at.file().to_owned(), at.line(), at.column()));
    Caught { text: payload.to_owned(), place }
}

/// Runs one exported function's body: a fault or a panic becomes a status and fills `error`.
///
/// # Safety
/// `error` is null or points at an error buffer as `takens_abi::Error` describes it.
pub unsafe fn run(error: *mut Error, body: impl FnOnce() -> Result<(), Fault>) -> Status {
    install();
    DEPTH.set(DEPTH.get() + 1);
    let result = catch_unwind(AssertUnwindSafe(body));
    DEPTH.set(DEPTH.get() - 1);
    let (status, text, detail) = match result {
        Ok(Ok(())) => return Status::OK,
        Ok(Err(fault)) => (fault.status(), fault.text().to_owned(), String::new()),
        Err(payload) => {
            let caught = caught(payload);
            (Status::PANIC, caught.sentence(), caught.detail())
        }
    };
    // SAFETY: by the caller's promise.
    unsafe { report(error, status, &text, &detail) };
    status
}

/// Runs what cannot report a fault: after a panic the answer is `fallback`.
pub fn contain<T>(fallback: T, body: impl FnOnce() -> T) -> T {
    let mut answer = None;
    // SAFETY: null is allowed for the error buffer.
    unsafe {
        run(std::ptr::null_mut(), || {
            answer = Some(body());
            Ok(())
        })
    };
    answer.unwrap_or(fallback)
}

fn caught(payload: Box<dyn std::any::Any + Send>) -> Caught {
    let text = match payload.downcast::<String>() {
        Ok(text) => Some(*text),
        Err(payload) => match payload.downcast::<&'static str>() {
            Ok(text) => Some((*text).to_owned()),
            Err(payload) => {
                // Dropping a payload of an unknown type may panic again.
                std::mem::forget(payload);
                None
            }
        },
    };
    let here = LAST.with_borrow_mut(Option::take);
    let elsewhere = || ELSEWHERE.lock().unwrap_or_else(|lock| lock.into_inner()).take();
    let known = here.or_else(elsewhere);
    match (text, known) {
        (Some(text), Some(known)) => Caught { text, place: known.place },
        (Some(text), None) => Caught { text, place: None },
        (None, Some(known)) => known,
        (None, None) => Caught { text: "a panic without text".into(), place: None },
    }
}

impl Caught {
    fn sentence(&self) -> String {
        let mut sentence = format!("panicked: {}", self.text);
        if let Some((file, line, column)) = &self.place {
            // Writing to a string does not fail.
            let _ = write!(sentence, " (at {file}:{line}:{column})");
        }
        sentence
    }

    fn detail(&self) -> String {
        self.place.as_ref().map_or(String::new(), |(file, line, column)| {
            serde_json::json!({ "file": file, "line": line, "column": column }).to_string()
        })
    }
}

/// Fills the host's error buffer, as far as it goes.
unsafe fn report(error: *mut Error, status: Status, message: &str, detail: &str) {
    if error.is_null() {
        return;
    }
    // SAFETY: the pointer is not null and points at an error buffer; each field is written only
    // if its `struct_size` covers it, and no more bytes than there is room for.
    unsafe {
        if covered!(error, Error, status).is_some() {
            (&raw mut (*error).status).write(status);
        }
        if covered!(error, Error, message_len).is_some() {
            let room = (*error).message_capacity;
            (&raw mut (*error).message_len).write(copy(message, (*error).message, room));
        }
        if covered!(error, Error, detail_len).is_some() {
            let room = (*error).detail_capacity;
            // Half a JSON object is none.
            let detail = if detail.len() as u64 > room { "" } else { detail };
            (&raw mut (*error).detail_len).write(copy(detail, (*error).detail, room));
        }
    }
}

/// Copies as much of `text` as there is room for, up to where a character ends.
unsafe fn copy(text: &str, to: *mut c_char, room: u64) -> u64 {
    if to.is_null() {
        return 0;
    }
    let room = usize::try_from(room).unwrap_or(usize::MAX);
    let length = text.floor_char_boundary(room);
    // SAFETY: `length` is at most the room behind `to`, and at most the length of the text.
    unsafe { to.copy_from_nonoverlapping(text.as_ptr().cast(), length) };
    length as u64
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Runs `body` with room for `room` bytes of message.
    fn check(room: u64, body: impl FnOnce() -> Result<(), Fault>) -> (Status, String, String) {
        let mut message = [0u8; 512];
        let mut detail = [0u8; 512];
        let mut error = Error {
            struct_size: takens_abi::struct_size::<Error>(),
            status: Status::OK,
            message: message.as_mut_ptr().cast(),
            message_capacity: room,
            message_len: 0,
            detail: detail.as_mut_ptr().cast(),
            detail_capacity: 512,
            detail_len: 0,
        };
        // SAFETY: a whole error buffer.
        let status = unsafe { run(&raw mut error, body) };
        let text = |bytes: &[u8], len: u64| String::from_utf8_lossy(&bytes[..len as usize]).into();
        (status, text(&message, error.message_len), text(&detail, error.detail_len))
    }

    #[test]
    fn a_panic_has_text_and_place() {
        let line = line!() + 1;
        let (status, message, detail) = check(512, || panic!("the {} is lost", "thread"));
        assert_eq!(status, Status::PANIC);
        assert!(message.starts_with("panicked: the thread is lost (at "), "{message}");
        assert!(message.contains(&format!("guard.rs:{line}:")), "{message}");
        assert!(detail.contains(&format!("\"line\":{line}")), "{detail}");
    }

    #[test]
    fn a_panic_in_another_thread_keeps_its_text() {
        let (status, message, _) = check(512, || {
            let joined = std::thread::spawn(|| panic!("far away")).join();
            std::panic::resume_unwind(joined.expect_err("it panicked"))
        });
        assert_eq!(status, Status::PANIC);
        assert!(message.starts_with("panicked: far away"), "{message}");
    }

    #[test]
    fn a_message_is_cut_where_a_character_ends() {
        let (status, message, _) = check(4, || Err(Fault::InvalidData("abc\u{3b1}".into())));
        assert_eq!((status, message.as_str()), (Status::INVALID_DATA, "abc"));
    }

    #[test]
    fn a_null_buffer_is_allowed() {
        // SAFETY: null is allowed.
        let status = unsafe { run(std::ptr::null_mut(), || Err(Fault::Cancelled)) };
        assert_eq!(status, Status::CANCELLED);
    }
}
