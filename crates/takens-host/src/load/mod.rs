//! Loading a plugin's library. For worker processes only: whatever the library does at load, it does
//! to the process.
//!
//! Start at [`Plugin::open`]. What can be done with a method of it is in `instance`, what only some can do
//! in `extensions`, keeping a fitted instance in `model`; `views` lends
//! Rust arrays to the C side, `callbacks` are the host's functions that plugins call.

pub(crate) mod callbacks;
mod extensions;
mod instance;
pub(crate) mod model;
mod process;
pub(crate) mod views;

pub(crate) use callbacks::{ASKED, CANCEL, Listener, set_listener};
pub(crate) use instance::{CallSetup, Failure, Instance, with_error};
pub(crate) use process::{process_files, process_id, wake_process};

use crate::plugins::{Manifest, Runner};
use crate::wire::MethodFacts;
use libloading::os::unix::{Library, RTLD_LOCAL, RTLD_NOW};
use std::path::Path;
use takens_abi::{ABI_MAJOR, ABI_MINOR, ENTRY_SYMBOL, Entry, MAGIC, Method, Status, caps, covered};

/// A loaded plugin; it stays loaded until the process ends.
#[derive(Debug)]
pub(crate) struct Plugin {
    entry: *const Entry,
    methods: Vec<Loaded>,
}

/// One method of it.
#[derive(Debug)]
pub(crate) struct Loaded {
    pub(crate) facts: MethodFacts,
    pub(crate) table: *const Method,
}

/// A library that cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub(crate) enum LoadError {
    #[error("the library cannot be loaded: {reason}")]
    Open { reason: String },
    #[error("the library has no symbol `takens_plugin_entry`: it is not a plugin")]
    NoEntry,
    #[error("the symbol `takens_plugin_entry` is not an entry: it begins with {found:#018x}")]
    Magic { found: u64 },
    #[error("the library was built for ABI {major}.{minor}, this host has {ABI_MAJOR}.{ABI_MINOR}")]
    Major { major: u16, minor: u16 },
    #[error(
        "the manifest in the library differs from the file beside it, from line {line} on; \
         build and copy both again"
    )]
    Manifest { line: usize },
    #[error("the library's table is broken: {reason}")]
    Table { reason: String },
    #[error("the library cannot be initialised: {reason}")]
    Init { reason: String },
}

impl Plugin {
    /// Loads the library, checks that it is the plugin of this manifest, and initialises it.
    pub(crate) fn open(library: &Path, manifest_text: &str) -> Result<Self, LoadError> {
        if let Ok(manifest) = Manifest::parse(manifest_text)
            && manifest.runner == Runner::Process
        {
            let entry = process::open(library, &manifest, manifest_text)
                .map_err(|reason| LoadError::Open { reason })?;
            // SAFETY: an entry of this host's own making.
            return unsafe { Self::of(entry, manifest_text) };
        }
        // SAFETY: this runs the library's initialisers, which is what a worker process is for.
        let opened = unsafe { Library::open(Some(library), RTLD_NOW | RTLD_LOCAL) };
        let library = opened.map_err(|error| {
            let source = std::error::Error::source(&error).map(ToString::to_string);
            LoadError::Open { reason: source.unwrap_or_else(|| error.to_string()) }
        })?;
        // SAFETY: only the symbol's address is taken here; what is there is checked below.
        let entry: *const Entry = unsafe {
            let symbol = library.get::<*const Entry>(ENTRY_SYMBOL);
            symbol.map_err(|_| LoadError::NoEntry)?.into_raw().cast()
        };
        // Never unloaded: threads and destructors of the library may outlive any use of it.
        std::mem::forget(library);
        // SAFETY: the symbol is there, and the contract says that it is an entry.
        unsafe { Self::of(entry, manifest_text) }
    }

    /// # Safety
    /// `entry` points at an entry as `takens_abi::Entry` describes it, or at something that is
    /// told apart by its first 16 bytes.
    unsafe fn of(entry: *const Entry, manifest_text: &str) -> Result<Self, LoadError> {
        if entry.is_null() {
            return Err(LoadError::NoEntry);
        }
        // SAFETY: the first 16 bytes may be read, by the caller's promise.
        let (magic, major, minor) =
            unsafe { ((*entry).magic, (*entry).abi_major, (*entry).abi_minor) };
        if magic != MAGIC {
            return Err(LoadError::Magic { found: magic });
        }
        if major != ABI_MAJOR {
            return Err(LoadError::Major { major, minor });
        }
        // SAFETY: an entry of this major, so as long as it says.
        let (manifest, init, count, method) = unsafe {
            (
                covered!(entry, Entry, manifest),
                covered!(entry, Entry, init).flatten(),
                covered!(entry, Entry, method_count).flatten(),
                covered!(entry, Entry, method).flatten(),
            )
        };
        let table = |reason: &str| LoadError::Table { reason: reason.to_owned() };
        let manifest = manifest.ok_or_else(|| table("the entry has no manifest"))?;
        // SAFETY: the entry's text lives as long as the process.
        let inside = unsafe { manifest.bytes() };
        if inside != manifest_text.as_bytes() {
            return Err(LoadError::Manifest { line: differing_line(inside, manifest_text) });
        }
        let (Some(count), Some(method)) = (count, method) else {
            return Err(table("the entry has no methods"));
        };
        if let Some(init) = init {
            instance::with_error(|error| {
                // SAFETY: the plugin's function, with the host and an error buffer.
                unsafe { init(callbacks::host(), error) }
            })
            .map_err(|failure| LoadError::Init { reason: failure.message })?;
        }
        // SAFETY: the entry's own functions; a method lives as long as the process.
        let tables: Vec<*const Method> = unsafe { (0..count()).map(|i| method(i)).collect() };
        let methods = tables
            .into_iter()
            // SAFETY: as above.
            .map(|table| unsafe { Loaded::of(table) })
            .collect::<Result<Vec<_>, _>>()?;
        let plugin = Self { entry, methods };
        plugin.compare(manifest_text)?;
        Ok(plugin)
    }

    /// The methods must be those that the manifest lists.
    fn compare(&self, manifest_text: &str) -> Result<(), LoadError> {
        let table = |reason: String| LoadError::Table { reason };
        let manifest = Manifest::parse(manifest_text).map_err(|error| table(error.to_string()))?;
        for listed in &manifest.methods {
            let id = &listed.id;
            let Some(found) = self.method(id) else {
                return Err(table(format!("the manifest lists `{id}`, the library lacks it")));
            };
            if found.facts.kind != listed.kind.name() {
                return Err(table(format!(
                    "`{id}` is a {} in the manifest and a {} in the library",
                    listed.kind.name(),
                    found.facts.kind
                )));
            }
            let discovers = found.facts.caps & caps::DISCOVERS != 0;
            let listed_so = listed.discovers || found.facts.kind == "discoverer";
            if discovers != listed_so {
                let (manifest, library) = (listed_so, discovers);
                return Err(table(format!(
                    "`{id}`: discovers is {manifest} in the manifest and {library} in the library"
                )));
            }
        }
        match self
            .methods
            .iter()
            .find(|method| manifest.methods.iter().all(|listed| listed.id != method.facts.id))
        {
            Some(extra) => Err(table(format!(
                "the library has `{}`, the manifest does not list it",
                extra.facts.id
            ))),
            None => Ok(()),
        }
    }

    /// The library's one symbol.
    pub(crate) fn entry(&self) -> *const Entry {
        self.entry
    }

    /// The methods.
    pub(crate) fn methods(&self) -> &[Loaded] {
        &self.methods
    }

    /// The method of that id.
    pub(crate) fn method(&self, id: &str) -> Option<&Loaded> {
        self.methods.iter().find(|method| method.facts.id == id)
    }
}

impl Loaded {
    /// # Safety
    /// `table` is null or points at a method as `takens_abi::Method` describes it.
    unsafe fn of(table: *const Method) -> Result<Self, LoadError> {
        let broken = |reason: &str| LoadError::Table { reason: reason.to_owned() };
        if table.is_null() {
            return Err(broken("a method is null"));
        }
        // SAFETY: not null, and by the caller's promise as long as its `struct_size` says; its texts
        // live as long as the process.
        let (text, caps, whole) = unsafe {
            let read = |text: Option<takens_abi::Str>| {
                text.and_then(|text| text.text().ok()).map(str::to_owned)
            };
            let texts = [
                read(covered!(table, Method, id)),
                read(covered!(table, Method, version)),
                read(covered!(table, Method, kind)),
                read(covered!(table, Method, params_schema)),
            ];
            let whole = covered!(table, Method, create).flatten().is_some()
                && covered!(table, Method, destroy).flatten().is_some()
                && covered!(table, Method, fit).flatten().is_some();
            (texts, covered!(table, Method, caps).unwrap_or(0), whole)
        };
        let [Some(id), Some(version), Some(kind), Some(schema)] = text else {
            return Err(broken("a method's texts are missing or not UTF-8"));
        };
        if !whole {
            return Err(broken(&format!("`{id}` lacks one of create, destroy and fit")));
        }
        Ok(Self { facts: MethodFacts { id, version, kind, schema, caps }, table })
    }
}

/// The first line, from 1, in which two texts differ.
fn differing_line(inside: &[u8], beside: &str) -> usize {
    let same = inside.iter().zip(beside.as_bytes()).take_while(|(a, b)| a == b).count();
    1 + inside[..same].iter().filter(|byte| **byte == b'\n').count()
}

/// The status of the contract as a word.
pub(crate) fn status_name(status: Status) -> &'static str {
    match status {
        Status::OK => "OK",
        Status::CANCELLED => "CANCELLED",
        Status::TIMEOUT => "TIMEOUT",
        Status::UNSUPPORTED => "UNSUPPORTED",
        Status::INVALID_PARAMS => "INVALID_PARAMS",
        Status::INVALID_DATA => "INVALID_DATA",
        Status::DIVERGED => "DIVERGED",
        Status::OUT_OF_MEMORY => "OUT_OF_MEMORY",
        Status::PANIC => "PANIC",
        Status::INTERNAL => "INTERNAL",
        _ => "of a number that the contract does not know",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_difference_has_a_line() {
        assert_eq!(differing_line(b"a\nb\nc", "a\nb\nd"), 3);
        assert_eq!(differing_line(b"a\nb", "a\nb\nd"), 2);
    }

    #[test]
    fn foreign_entries_are_refused() {
        let entry = |magic, abi_major| Entry {
            magic,
            struct_size: takens_abi::struct_size::<Entry>(),
            abi_major,
            abi_minor: 7,
            flags: 0,
            reserved: 0,
            manifest: takens_abi::Str::new("id = 1"),
            init: None,
            deinit: None,
            method_count: None,
            method: None,
            get_extension: None,
        };
        let check = |entry: Entry, expected: LoadError| {
            // SAFETY: an entry.
            let error = unsafe { Plugin::of(&raw const entry, "id = 2") }.unwrap_err();
            assert_eq!(error, expected);
        };
        check(entry(5, 1), LoadError::Magic { found: 5 });
        check(entry(MAGIC, 9), LoadError::Major { major: 9, minor: 7 });
        check(entry(MAGIC, ABI_MAJOR), LoadError::Manifest { line: 1 });
        let message = LoadError::Major { major: 9, minor: 7 }.to_string();
        assert_eq!(message, "the library was built for ABI 9.7, this host has 1.0");
    }
}
