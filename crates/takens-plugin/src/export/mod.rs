//! How safe Rust becomes a plugin: the functions behind the exported symbol.
//!
//! Start at [`export_plugin!`](crate::export_plugin). `method` has the functions of a method's
//! table, generic over the method, `extension` those of its extensions; `read` turns the host's structs into Rust values; `guard`
//! catches panics and fills the host's error buffer; `host_call` is the back of a
//! [`Call`](crate::Call) that a host made. Hidden from the documentation: authors need none of it.

mod extension;
mod guard;
mod host_call;
mod method;
mod read;

pub use extension::{Offer, find_extension, jacobian, none, online, probabilistic, symbolic};
pub use guard::contain;
pub(crate) use host_call::HostCall;
pub use method::{GetExtension, discoverer, forecaster, saves, table, unchanged};

/// The other side of the contract in safe Rust, for whoever stands in for a method: a host that runs one
/// in another process.
pub mod bridge {
    pub use super::extension::push;
    pub use super::guard::run;
    pub use super::host_call::call;
    pub use super::method::emit;
    pub use super::read::{dataset, matrix, shape, stream, text, write};
}

use std::ffi::c_void;
use takens_abi::{Error, Host, Method, Status, Str};

/// The methods of one plugin.
#[derive(Debug)]
pub struct Table {
    methods: Vec<Method>,
}

impl Table {
    /// The table of these methods.
    #[must_use]
    pub fn new(makers: &[fn() -> Method]) -> Self {
        Self { methods: makers.iter().map(|make| make()).collect() }
    }

    /// How many there are.
    #[must_use]
    pub fn len(&self) -> u32 {
        u32::try_from(self.methods.len()).unwrap_or(u32::MAX)
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.methods.is_empty()
    }

    /// The method of that number, null if there is none.
    #[must_use]
    pub fn get(&self, index: u32) -> *const Method {
        self.methods.get(index as usize).map_or(std::ptr::null(), std::ptr::from_ref)
    }
}

/// What every plugin does at `init`: nothing but to keep panics from printing.
pub fn init(_host: *const Host, _error: *mut Error) -> Status {
    guard::install();
    Status::OK
}

/// No plugin made here has extensions of its own; methods have.
#[must_use]
pub fn no_extension(_id: Str) -> *const c_void {
    std::ptr::null()
}

/// The answer of a method without extensions.
///
/// # Safety
/// None is needed: nothing is read.
pub unsafe extern "C" fn no_method_extension(
    _instance: *mut takens_abi::Instance,
    _id: Str,
) -> *const c_void {
    std::ptr::null()
}

/// Exports methods as a plugin: defines the one symbol that hosts look for.
///
/// To be called once, in the root of a `cdylib` crate. The manifest's methods must be those
/// given here, in any order, with the same ids and kinds.
///
/// ```ignore
/// export_plugin!(manifest = include_str!("../takens-plugin.toml"); forecaster Naive);
/// export_plugin!(manifest = include_str!("../takens-plugin.toml");
///     forecaster+discoverer Sindy, discoverer Search, forecaster+saves+probabilistic Network);
/// ```
///
/// Roles are the traits that the method implements: `forecaster`, `discoverer`, `saves`,
/// `probabilistic`, `jacobian`, `online`.
#[macro_export]
macro_rules! export_plugin {
    (manifest = $manifest:expr; $($role:ident $(+ $more:ident)* $method:ty),+ $(,)?) => {
        #[allow(missing_docs, unsafe_code)]
        const _: () = {
            use $crate::abi;
            use $crate::export;

            static TABLE: ::std::sync::OnceLock<export::Table> = ::std::sync::OnceLock::new();

            fn table() -> &'static export::Table {
                TABLE.get_or_init(|| export::Table::new(&[
                    $(|| $crate::__export_method!([$role $($more)*] $method, MethodVersion)),+
                ]))
            }

            #[allow(non_upper_case_globals)]
            const MethodVersion: &str = ::core::env!("CARGO_PKG_VERSION");

            unsafe extern "C" fn init(
                host: *const abi::Host,
                error: *mut abi::Error,
            ) -> abi::Status {
                export::init(host, error)
            }

            unsafe extern "C" fn method_count() -> u32 {
                export::contain(0, || table().len())
            }

            unsafe extern "C" fn method(index: u32) -> *const abi::Method {
                export::contain(::core::ptr::null(), || table().get(index))
            }

            unsafe extern "C" fn get_extension(id: abi::Str) -> *const ::core::ffi::c_void {
                export::no_extension(id)
            }

            // SAFETY: no other library of the process is asked for this name but through its own
            // handle, and a crate calls this macro once.
            #[unsafe(no_mangle)]
            #[allow(non_upper_case_globals)]
            pub static takens_plugin_entry: abi::Entry = abi::Entry {
                magic: abi::MAGIC,
                struct_size: abi::struct_size::<abi::Entry>(),
                abi_major: abi::ABI_MAJOR,
                abi_minor: abi::ABI_MINOR,
                flags: if ::core::cfg!(panic = "abort") {
                    abi::entry_flags::PANIC_ABORT
                } else {
                    0
                },
                reserved: 0,
                manifest: abi::Str::new($manifest),
                init: Some(init),
                deinit: None,
                method_count: Some(method_count),
                method: Some(method),
                get_extension: Some(get_extension),
            };
        };
    };
}

/// The maker of one method's table, by its roles.
#[doc(hidden)]
#[macro_export]
macro_rules! __export_method {
    ([$($role:ident)+] $method:ty, $version:expr) => {{
        unsafe extern "C" fn get_extension(
            _instance: *mut $crate::abi::Instance,
            id: $crate::abi::Str,
        ) -> *const ::core::ffi::c_void {
            let offered: &[$crate::export::Offer] =
                &[$($crate::__extension!($role, $method)),+];
            // SAFETY: the text is the host's and lasts for the call.
            let find = || unsafe { $crate::export::find_extension(id, offered) };
            $crate::export::contain(::core::ptr::null(), find)
        }
        let table = $crate::export::table::<$method>($version, get_extension);
        $(let table = $crate::__role!($role, $method, table);)+
        table
    }};
}

/// What a role adds to a method's table.
#[doc(hidden)]
#[macro_export]
macro_rules! __role {
    (forecaster, $method:ty, $table:expr) => {
        $crate::export::forecaster::<$method>($table)
    };
    (discoverer, $method:ty, $table:expr) => {
        $crate::export::discoverer::<$method>($table)
    };
    (saves, $method:ty, $table:expr) => {
        $crate::export::saves::<$method>($table)
    };
    (probabilistic, $method:ty, $table:expr) => {
        $crate::export::unchanged($table)
    };
    (jacobian, $method:ty, $table:expr) => {
        $crate::export::unchanged($table)
    };
    (online, $method:ty, $table:expr) => {
        $crate::export::unchanged($table)
    };
    ($role:ident, $method:ty, $table:expr) => {
        ::core::compile_error!(
            "roles of a method are forecaster, discoverer, saves, probabilistic, jacobian, online"
        )
    };
}

/// The extension that a role is, if it is one.
#[doc(hidden)]
#[macro_export]
macro_rules! __extension {
    (discoverer, $method:ty) => {
        ($crate::abi::SYMBOLIC, $crate::export::symbolic::<$method>)
    };
    (probabilistic, $method:ty) => {
        ($crate::abi::PROBABILISTIC, $crate::export::probabilistic::<$method>)
    };
    (jacobian, $method:ty) => {
        ($crate::abi::JACOBIAN, $crate::export::jacobian::<$method>)
    };
    (online, $method:ty) => {
        ($crate::abi::ONLINE, $crate::export::online::<$method>)
    };
    ($role:ident, $method:ty) => {
        ("", $crate::export::none)
    };
}
