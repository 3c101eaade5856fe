//! Checks of how instances behave: in what order they are used, beside each other, in failure.

use crate::load::ASKED;
use crate::validate::data::{self, HORIZON, SAMPLES};
use crate::validate::raw::{Era, Shaped};
use crate::validate::report::Outcome;
use crate::validate::subject::{Finding, Said, Subject, fail, say, told};
use std::sync::atomic::Ordering;
use takens_abi::{Error, Method, Status, Str, covered};

/// Nothing can be said before something was learnt.
pub(super) fn unfitted(subject: &Subject<'_>) -> Finding {
    let data = subject.clean(SAMPLES, 0)?;
    let mut instance = subject.create()?;
    match say(&mut instance, &data::context(&data), HORIZON, subject) {
        Err(failure) if failure.status == Status::PANIC => {
            fail!("{}", told("asked before it was fitted", &failure))
        }
        Err(_) => Ok(()),
        Ok(Said { forecast: None, candidates }) if candidates.is_empty() => Ok(()),
        Ok(said) => match said.odd_value() {
            Some(odd) => fail!("asked before it was fitted, it answers OK with {odd}"),
            None => Err(Outcome::passed_with("it answers without having been fitted")),
        },
    }
}

/// A fitted model stays what it is.
pub(super) fn repeat(subject: &Subject<'_>) -> Finding {
    let mut fitted = subject.fitted()?;
    let first = fitted.say(subject)?.digest();
    // Something else in between.
    let other = data::lorenz(SAMPLES / 2, fitted.context.ncols(), subject.request.seed ^ 1);
    let _ = say(&mut fitted.instance, &other, 3, subject);
    if fitted.say(subject)?.digest() != first {
        fail!("the same instance answers the same question differently the second time");
    }
    Ok(())
}

/// What was learnt before is forgotten.
pub(super) fn refit(subject: &Subject<'_>) -> Finding {
    let mut fitted = subject.fitted()?;
    let fresh = fitted.say(subject)?.digest();
    let other = subject.clean(SAMPLES, 1)?;
    for data in [&other, &fitted.data] {
        fitted
            .instance
            .fit(data, &subject.setup())
            .map_err(|failure| Outcome::failed(told("another fit", &failure)))?;
    }
    if fitted.say(subject)?.digest() != fresh {
        fail!("after a fit to other data, a fit to the first gives another result");
    }
    Ok(())
}

/// Two instances are two.
pub(super) fn instances(subject: &Subject<'_>) -> Finding {
    let alone = subject.fitted()?.say(subject)?.digest();
    let mut first = subject.fitted()?;
    let mut second = subject.create()?;
    let other = subject.clean(SAMPLES, 2)?;
    second
        .fit(&other, &subject.setup())
        .map_err(|failure| Outcome::failed(told("fit of a second instance", &failure)))?;
    let _ = say(&mut second, &data::context(&other), HORIZON, subject);
    if first.say(subject)?.digest() != alone {
        fail!("an instance answers differently once another one was fitted to other data");
    }
    drop(second);
    if first.say(subject)?.digest() != alone {
        fail!("an instance answers differently once another one was destroyed");
    }
    Ok(())
}

/// Null is allowed.
pub(super) fn destroy_null(subject: &Subject<'_>) -> Finding {
    // SAFETY: the table was checked when it was loaded; null is allowed.
    unsafe {
        if let Some(destroy) = covered!(subject.method().table, Method, destroy).flatten() {
            destroy(std::ptr::null_mut());
        }
    }
    drop(subject.create()?);
    Ok(())
}

/// Room in an error buffer.
const ROOM: usize = 64;
const CANARY: u8 = 0xa5;

/// Failing within a buffer of any size, and without one.
pub(super) fn errors(subject: &Subject<'_>) -> Finding {
    let table = subject.method().table;
    // SAFETY: the table was checked when it was loaded.
    let create = unsafe { covered!(table, Method, create).flatten() };
    let Some(create) = create else { return Ok(()) };
    let host = crate::load::callbacks::host();
    let bad = Str::new("{\"\u{3b1}\u{3b2}\u{3b3}");
    let mut instance = std::ptr::null_mut();
    // SAFETY: the plugin's function; the error buffer may be null.
    let status = unsafe { create(host, bad, &raw mut instance, std::ptr::null_mut()) };
    if status == Status::OK {
        fail!("parameters that are not JSON are taken");
    }
    let mut whole = String::new();
    for room in [ROOM, 5, 1, 0] {
        let (mut message, mut detail) = ([CANARY; 2 * ROOM], [CANARY; 2 * ROOM]);
        let error = Error {
            struct_size: 0,
            status: Status::OK,
            message: message.as_mut_ptr().cast(),
            message_capacity: room as u64,
            message_len: 0,
            detail: detail.as_mut_ptr().cast(),
            detail_capacity: room as u64,
            detail_len: 0,
        };
        let mut error = Shaped::new(&error, Era::Now, 0);
        // SAFETY: the plugin's function; all pointers are good for the call.
        let status = unsafe { create(host, bad, &raw mut instance, error.as_mut_ptr()) };
        // SAFETY: a whole error buffer.
        let error = unsafe { error.as_ptr().read() };
        for (what, buffer, length) in
            [("message", &message, error.message_len), ("detail", &detail, error.detail_len)]
        {
            if buffer[room..].iter().any(|byte| *byte != CANARY) {
                fail!("with room for {room} bytes, more of the {what} is written");
            }
            if length > room as u64 {
                fail!("with room for {room} bytes, the {what} is said to have {length}");
            }
        }
        if error.status != status && error.status != Status::OK {
            fail!("create answers {status:?} and writes {:?} into the error", error.status);
        }
        let text = &message[..error.message_len as usize];
        match std::str::from_utf8(text) {
            Ok(text) if room == ROOM => whole = text.to_owned(),
            Ok(_) => {}
            Err(_) => fail!("with room for {room} bytes, the message is cut within a character"),
        }
    }
    if whole.is_empty() {
        return Err(Outcome::warning("a failure says nothing: write a message for the user"));
    }
    Ok(())
}

/// Where a method's randomness comes from.
pub(super) fn random_source(subject: &Subject<'_>) -> Finding {
    let before = ASKED.load(Ordering::Relaxed);
    subject.fitted()?.say(subject)?;
    let asked = ASKED.load(Ordering::Relaxed) > before;
    if subject.stochastic() && !asked {
        fail!("the method says that it is stochastic, and never asks the host for random numbers");
    }
    if !subject.stochastic() && asked {
        return Err(Outcome::warning(
            "the method asks for random numbers and says that it is not stochastic",
        ));
    }
    Ok(())
}
