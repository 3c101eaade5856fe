//! The C types that cross a plugin boundary, and their version.
//!
//! Start at [`Entry`]: the one symbol that a plugin exports, [`ENTRY_SYMBOL`], is a constant of that
//! type. It leads to [`Method`]s; a method makes an [`Instance`], which is fitted to a [`Dataset`]
//! and writes forecasts into a [`Tensor`]. The C header `include/takens.h` is generated from this
//! crate; the name of a type there is the name here in lower case with `takens_` before it. What a
//! method can do beyond that are extensions: [`Symbolic`], [`Probabilistic`], [`Jacobian`],
//! [`Online`].
//!
//! # Versions
//! [`ABI_MAJOR`] and [`ABI_MINOR`] are not the version of any crate. A plugin of another major is
//! refused. A minor only appends fields to the end of structs. Every struct says its own size,
//! and **a field is read only if `struct_size` covers it**: see [`covered!`]. So an old plugin
//! meets a new host, and a new plugin an old host, and both find what they know.
//! Arrays of structs are arrays of pointers, for the stride of an array would fix the size.
//!
//! # Ownership
//! - The host owns everything it passes: inputs, the output tensor, the error buffer, the call. All
//!   of it is valid until the function returns, and no longer; a plugin copies what it keeps.
//! - Inputs are read-only. The plugin writes into the output tensor's data in place.
//! - A [`Str`] is borrowed, UTF-8, and does not end with a zero byte.
//! - What varies in size leaves through a callback of the host: [`OStream::write`],
//!   [`CandidateSink::push`]. The host copies before it returns.
//! - Where a tensor's ownership moves, the producer sets `release` and the consumer calls it once.
//! - [`Entry`], [`Method`] and extensions are immutable and live as long as the process.
//!
//! # Threads
//! A host calls an instance from one thread at a time, and an instance may move between threads in
//! between. The callbacks of a [`Call`] may be called from any thread while the call lasts.
//!
//! # Failure
//! Functions answer with a [`Status`]. Nothing unwinds across this boundary: neither a panic nor a
//! C++ exception, in either direction; the one who threw catches, and answers [`Status::PANIC`].

mod call;
mod dataset;
mod entry;
mod extension;
mod method;
mod status;
mod stream;
mod symbolic;
mod tensor;
mod text;

#[cfg(test)]
mod layout;

pub use call::Call;
pub use dataset::{Dataset, Series};
pub use entry::{Entry, Host};
pub use extension::{JACOBIAN, Jacobian, ONLINE, Online, PROBABILISTIC, Probabilistic};
pub use method::{Instance, Method};
pub use status::{Error, Status};
pub use stream::{IStream, OStream};
pub use symbolic::{Candidate, CandidateSink, SYMBOLIC, Symbolic};
pub use tensor::Tensor;
pub use text::Str;

/// What [`Entry::magic`] holds: the bytes `TAKENSPL` in memory order on a little-endian machine.
pub const MAGIC: u64 = 0x4c50_534e_454b_4154;

/// The major version of the contract: the two sides must have the same.
pub const ABI_MAJOR: u16 = 1;

/// The minor version of the contract: structs have grown at their end this many times.
pub const ABI_MINOR: u16 = 0;

/// The name of the one exported symbol, ended by a zero byte as the dynamic linker wants it.
pub const ENTRY_SYMBOL: &[u8] = b"takens_plugin_entry\0";

/// Bits of [`Entry::flags`].
pub mod entry_flags {
    /// A panic ends the process: the library was built to abort.
    pub const PANIC_ABORT: u32 = 1;
    /// Two instances must not be at work at once.
    pub const NOT_REENTRANT: u32 = 1 << 1;
}

/// Bits of [`Method::caps`](crate::Method::caps).
pub mod caps {
    /// The result depends on the seed.
    pub const STOCHASTIC: u64 = 1;
    /// The method has `forecast`.
    pub const FORECASTS: u64 = 1 << 1;
    /// The method answers to the extension `takens.symbolic/1`.
    pub const DISCOVERS: u64 = 1 << 2;
    /// The result depends on the number of threads, in its last bits at least.
    pub const THREADS_MATTER: u64 = 1 << 3;
}

/// Levels of log messages, as in [`Call::log`](crate::Call::log).
pub mod level {
    /// The method cannot go on, or gives a result that should not be used.
    pub const ERROR: i32 = 1;
    /// Something a user should look at.
    pub const WARN: i32 = 2;
    /// What a user may want to know.
    pub const INFO: i32 = 3;
    /// What the method's author may want to know.
    pub const DEBUG: i32 = 4;
}

/// Reads a field of a struct behind a pointer, if the struct is long enough to have it.
///
/// `covered!(pointer, Type, field)` is `Some(value)` if `struct_size` covers the field, else
/// `None`. No reference to the whole struct is ever made, since it may be shorter than `Type`.
///
/// Must stand in an `unsafe` block: the pointer must not be null, must be aligned, and at least
/// `struct_size` bytes must be readable behind it, the field `struct_size` itself included.
#[macro_export]
macro_rules! covered {
    ($pointer:expr, $type:ty, $field:ident) => {{
        let pointer: *const $type = $pointer;
        let place = &raw const (*pointer).$field;
        let end = ::core::mem::offset_of!($type, $field) + $crate::size_of_pointee(place);
        let size = (&raw const (*pointer).struct_size).read();
        if size as usize >= end { Some(place.read()) } else { None }
    }};
}

/// The size of what a pointer points at; never reads it.
#[doc(hidden)]
#[must_use]
pub const fn size_of_pointee<T>(_: *const T) -> usize {
    size_of::<T>()
}

/// The size of a struct as its field `struct_size` holds it.
#[must_use]
pub const fn struct_size<T>() -> u32 {
    // No struct of this crate comes near 4 GiB.
    size_of::<T>() as u32
}
