//! `#[derive(Params)]`: the parameters of a method, from a struct to a JSON Schema.
//!
//! `takens-plugin` exports it again and documents it, in `params`: methods depend on that crate alone. Here, `field`
//! reads what an author writes at a field, and says what is amiss; `expand` writes the code.

mod expand;
mod field;

use proc_macro::TokenStream;

/// Default values, reading and writing, and a JSON Schema for the parameters of a method: see
/// `takens_plugin::params`.
#[proc_macro_derive(Params, attributes(takens))]
pub fn params(input: TokenStream) -> TokenStream {
    let input = syn::parse_macro_input!(input as syn::DeriveInput);
    expand::params(&input).unwrap_or_else(syn::Error::into_compile_error).into()
}
