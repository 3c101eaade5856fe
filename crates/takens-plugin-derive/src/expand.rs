//! The code that `#[derive(Params)]` stands for.

use crate::field::{Parameter, documentation};
use proc_macro2::TokenStream;
use quote::{quote, quote_spanned};
use syn::spanned::Spanned as _;
use syn::{Data, DeriveInput, Error, Fields};

/// `Default`, `Serialize`, `Deserialize` and `JsonSchema` for a struct.
pub(crate) fn params(input: &DeriveInput) -> Result<TokenStream, Error> {
    let parameters = parameters(input)?;
    let (name, text) = (&input.ident, input.ident.to_string());
    let fields: Vec<_> = parameters.iter().map(|one| one.name).collect();
    let texts: Vec<String> = fields.iter().map(ToString::to_string).collect();
    let kinds: Vec<_> = parameters.iter().map(|one| one.kind).collect();
    let count = fields.len();
    let defaults = parameters.iter().map(|one| match &one.default {
        Some(value) => quote!(#value),
        None => quote!(::core::option::Option::None),
    });
    let about = documentation(&input.attrs);
    let properties = parameters.iter().map(property);
    Ok(quote! {
        const _: () = {
            use ::takens_plugin::{params::derived, schemars, serde};

            #[automatically_derived]
            impl ::core::default::Default for #name {
                fn default() -> Self {
                    Self { #(#fields: #defaults),* }
                }
            }

            // The same fields, read by serde: what is not given keeps its default.
            #[derive(serde::Deserialize)]
            #[serde(crate = "::takens_plugin::serde", rename = #text, default, deny_unknown_fields)]
            struct Given { #(#fields: #kinds),* }

            impl ::core::default::Default for Given {
                fn default() -> Self {
                    let #name { #(#fields),* } = ::core::default::Default::default();
                    Self { #(#fields),* }
                }
            }

            #[automatically_derived]
            impl<'de> serde::Deserialize<'de> for #name {
                fn deserialize<D: serde::Deserializer<'de>>(
                    deserializer: D,
                ) -> ::core::result::Result<Self, D::Error> {
                    let Given { #(#fields),* } = serde::Deserialize::deserialize(deserializer)?;
                    ::core::result::Result::Ok(Self { #(#fields),* })
                }
            }

            #[automatically_derived]
            impl serde::Serialize for #name {
                fn serialize<S: serde::Serializer>(
                    &self,
                    serializer: S,
                ) -> ::core::result::Result<S::Ok, S::Error> {
                    #[allow(unused_mut)]
                    let mut whole = serde::Serializer::serialize_struct(serializer, #text, #count)?;
                    #(serde::ser::SerializeStruct::serialize_field(&mut whole, #texts, &self.#fields)?;)*
                    serde::ser::SerializeStruct::end(whole)
                }
            }

            #[automatically_derived]
            impl schemars::JsonSchema for #name {
                fn schema_name() -> ::std::borrow::Cow<'static, str> {
                    ::std::borrow::Cow::Borrowed(#text)
                }
                fn schema_id() -> ::std::borrow::Cow<'static, str> {
                    ::std::borrow::Cow::Borrowed(::core::concat!(::core::module_path!(), "::", #text))
                }
                #[allow(unused_variables, unused_mut)]
                fn json_schema(generator: &mut schemars::SchemaGenerator) -> schemars::Schema {
                    let defaults = <Self as ::core::default::Default>::default();
                    let mut whole = derived::Properties::new(#about);
                    #(#properties)*
                    whole.schema()
                }
            }
        };
    })
}

/// The fields, or everything that is amiss with them at once.
fn parameters(input: &DeriveInput) -> Result<Vec<Parameter<'_>>, Error> {
    if !input.generics.params.is_empty() {
        return Err(Error::new(input.generics.span(), "parameters of a method have no generics"));
    }
    let fields = match &input.data {
        Data::Struct(data) => match &data.fields {
            Fields::Named(fields) => &fields.named,
            Fields::Unit | Fields::Unnamed(_) => {
                let text =
                    "parameters have names: `struct Params { /// what it is\\n units: usize }`";
                return Err(Error::new(input.ident.span(), text.replace("\\n", "")));
            }
        },
        Data::Enum(_) | Data::Union(_) => {
            let text = "`Params` is for structs; a choice is an enum that derives serde's traits and `JsonSchema`";
            return Err(Error::new(input.ident.span(), text));
        }
    };
    let mut found = Vec::new();
    let mut faults: Option<Error> = None;
    for field in fields {
        match (Parameter::of(field), &mut faults) {
            (Ok(parameter), _) => found.push(parameter),
            (Err(fault), Some(faults)) => faults.combine(fault),
            (Err(fault), None) => faults = Some(fault),
        }
    }
    faults.map_or(Ok(found), Err)
}

/// One parameter's part of the schema. Bounds and choices have the parameter's type, so that the compiler compares.
fn property(parameter: &Parameter<'_>) -> TokenStream {
    let Parameter { name, kind, inner, about, .. } = parameter;
    let text = name.to_string();
    let bound = |key: &str, value: &Option<syn::Expr>| {
        value
            .as_ref()
            .map(|value| quote_spanned!(value.span()=> property.bound::<#inner>(#key, #value);))
    };
    let least = bound("minimum", &parameter.least);
    let most = bound("maximum", &parameter.most);
    let scale = parameter.scale.as_ref().map(|scale| quote!(property.scale(#scale);));
    let tune = &parameter.tune;
    let tune = (!tune.is_empty()).then(|| quote!(property.tune::<#inner>(&[#(#tune),*]);));
    let fidelity = parameter.fidelity.then(|| quote!(property.fidelity();));
    quote! {
        let mut property = derived::Property::new::<#kind>(generator, #about, &defaults.#name);
        #least #most #scale #tune #fidelity
        whole.add(#text, property);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, told: &[&str]) {
        let input: DeriveInput = syn::parse_str(text).unwrap();
        let faults = params(&input)
            .err()
            .map(|error| error.into_iter().map(|one| one.to_string()).collect());
        let faults: Vec<String> = faults.unwrap_or_default();
        assert_eq!(faults.len(), told.len(), "{faults:?}");
        for (fault, told) in faults.iter().zip(told) {
            assert!(fault.contains(told), "{fault}");
        }
    }

    #[track_caller]
    fn check_field(attribute: &str, kind: &str, told: &str) {
        check(
            &format!("struct P {{ /// what it is\n #[takens({attribute})] units: {kind} }}"),
            &[told],
        );
    }

    #[test]
    fn what_is_well_is_taken() {
        check("struct P {}", &[]);
        check(
            "struct P { /// a\n #[takens(default = 5, range = 1..=9, tune = [1, 5], fidelity)] a: u32 }",
            &[],
        );
        check(
            "struct P { /// a\n #[takens(range = ..=1.0, scale = \"log\", tune = 0.1..=1.0)] a: Option<f64> }",
            &[],
        );
        check("struct P { /// a\n a: std::option::Option<Vec<u8>> }", &[]);
    }

    #[test]
    fn what_is_amiss_is_told_with_what_to_do() {
        check_field(
            "",
            "usize",
            "`units` has no default: write #[takens(default = ...)], or make it",
        );
        check_field("default = 5, defaults = 6", "usize", "unknown key; there are default, range,");
        check_field("default = 5, default = 6", "usize", "`default` is given twice");
        check_field(
            "default = 5, range = 1..9",
            "usize",
            "a range has both ends in it: `50..=5000`",
        );
        check_field("default = 5, range = 1", "usize", "a range has both ends in it");
        check_field("default = 5, range = 9..=1", "usize", "no value lies from 9 to 1");
        check_field(
            "default = 0, range = 1..",
            "usize",
            "the default of `units` is 0, outside its range",
        );
        check_field(
            "default = Some(-2.0), range = -1.0..",
            "Option<f64>",
            "the default of `units` is -2",
        );
        check_field(
            "default = 1, range = ..=9, tune = [1, 10]",
            "u8",
            "a choice of `units` is 10, outside",
        );
        check_field("default = 1, scale = \"cubic\"", "u8", "a scale is \"log\" or \"linear\"");
        check_field("default = 1, tune = 5", "u8", "what the tuner tries is a list");
        check_field("default = 1, tune = 5..", "u8", "the tuner needs both ends");
        check("struct P { a: u8 }", &["`a` has no description"]);
        check("struct P(u8);", &["parameters have names"]);
        check("enum P { A }", &["`Params` is for structs"]);
        check("struct P<T> { /// a\n a: T }", &["have no generics"]);
    }

    #[test]
    fn all_faults_are_told_at_once() {
        check(
            "struct P { a: u8, /// b\n b: u8 }",
            &["`a` has no description", "`b` has no default"],
        );
    }
}
