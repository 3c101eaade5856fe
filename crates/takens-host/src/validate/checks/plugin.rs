//! Checks of the plugin as a whole.

use crate::load::{callbacks, with_error};
use crate::validate::subject::{Finding, Subject, fail};
use takens_abi::{Entry, Method, Str, covered};

/// Ids that no plugin knows.
const UNKNOWN: [&str; 4] = ["", "takens.none/1", "takens.symbolic/4000000000", "\u{3b1}\u{0}\n"];

/// Loading was all.
pub(super) fn load(subject: &Subject<'_>) -> Finding {
    let methods = subject.plugin.methods();
    for (index, method) in methods.iter().enumerate() {
        let id = &method.facts.id;
        if methods[..index].iter().any(|earlier| earlier.facts.id == *id) {
            fail!("the library has two methods `{id}`");
        }
    }
    Ok(())
}

/// What is not there is null.
pub(super) fn ids(subject: &Subject<'_>) -> Finding {
    let entry = subject.plugin.entry();
    // SAFETY: the entry was checked when it was loaded.
    let (count, method, extension) = unsafe {
        (
            covered!(entry, Entry, method_count).flatten(),
            covered!(entry, Entry, method).flatten(),
            covered!(entry, Entry, get_extension).flatten(),
        )
    };
    if let (Some(count), Some(method)) = (count, method) {
        // SAFETY: the entry's own functions.
        let count = unsafe { count() };
        for index in [count, count.saturating_add(1000), u32::MAX] {
            // SAFETY: as above.
            if !unsafe { method(index) }.is_null() {
                fail!("method({index}) is not null, though there are only {count}");
            }
        }
    }
    let long = "x".repeat(100_000);
    for id in UNKNOWN.into_iter().chain([long.as_str()]) {
        let short = &id[..id.floor_char_boundary(40)];
        if let Some(extension) = extension
            // SAFETY: the entry's own function; the text lasts for the call.
            && !unsafe { extension(Str::new(id)) }.is_null()
        {
            fail!("the plugin answers to the extension {short:?}, which nobody knows");
        }
        for method in subject.plugin.methods() {
            // SAFETY: the table was checked when it was loaded; no instance is allowed.
            let found = unsafe {
                let get = covered!(method.table, Method, get_extension).flatten();
                get.map(|get| get(std::ptr::null_mut(), Str::new(id)))
            };
            if found.is_some_and(|found| !found.is_null()) {
                fail!(
                    "`{}` answers to the extension {short:?}, which nobody knows",
                    method.facts.id
                );
            }
        }
    }
    Ok(())
}

/// Initialising is counted.
pub(super) fn init(subject: &Subject<'_>) -> Finding {
    let entry = subject.plugin.entry();
    // SAFETY: the entry was checked when it was loaded.
    let (init, deinit) = unsafe {
        (covered!(entry, Entry, init).flatten(), covered!(entry, Entry, deinit).flatten())
    };
    let again = |what: &str| match init {
        // SAFETY: the plugin's function, with the host and an error buffer.
        Some(init) => with_error(|error| unsafe { init(callbacks::host(), error) })
            .map_err(|failure| format!("{what}: {}", failure.message)),
        None => Ok(()),
    };
    let end = || {
        if let Some(deinit) = deinit {
            // SAFETY: the plugin's function.
            unsafe { deinit() };
        }
    };
    let result = again("a second init").and_then(|()| {
        end();
        end();
        again("init after as many deinit")
    });
    if let Err(message) = result {
        fail!("{message}");
    }
    for method in subject.plugin.methods() {
        if let Err(failure) = crate::load::Instance::create(method, "{}") {
            fail!(
                "`{}` cannot be made after init, deinit, init: {}",
                method.facts.id,
                failure.message
            );
        }
    }
    Ok(())
}
