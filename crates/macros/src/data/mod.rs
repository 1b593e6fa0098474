//! The derives for data in letters: `CallbackData`, `DeepLink`, and `Pack` for their parts. They write the
//! same two functions, which pack and unpack a type, into different traits.

mod attributes;
mod code;
mod fields;

use proc_macro2::TokenStream;
use quote::{quote, quote_spanned};
use syn::{Data, DeriveInput, Error, Result};

use self::{attributes::Options, fields::Packed};

/// What is derived.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Button,
    Link,
    Part,
}

impl Kind {
    /// The attribute with the options.
    fn attribute(self) -> &'static str {
        match self {
            Self::Button => "callback",
            Self::Link => "deep_link",
            Self::Part => "pack",
        }
    }
}

pub(crate) fn expand(input: &DeriveInput, kind: Kind) -> Result<TokenStream> {
    let options = Options::read(input, kind)?;
    let library = &options.library;
    if !input.generics.params.is_empty() {
        let problem = "data are of one type only: write it without parameters";
        return Err(Error::new_spanned(&input.generics, problem));
    }
    let Packed { max, pack, unpack } = match &input.data {
        Data::Struct(data) => fields::of_struct(library, &data.fields)?,
        Data::Enum(data) => fields::of_enum(library, input, &data.variants)?,
        Data::Union(data) => {
            let problem = "nobody knows what a union holds: make it an enum";
            return Err(Error::new_spanned(data.union_token, problem));
        }
    };
    let name = &input.ident;
    if kind == Kind::Part {
        return Ok(quote! {
            #[automatically_derived]
            impl #library::data::Pack for #name {
                const MAX: usize = #max;
                fn pack(&self, out: &mut #library::data::Packer) {
                    #pack
                }
                fn unpack(input: &mut #library::data::Unpacker<'_>) -> ::core::result::Result<Self, #library::data::Stale> {
                    ::core::result::Result::Ok(#unpack)
                }
            }
        });
    }
    let is_button = kind == Kind::Button;
    let data_trait = if is_button {
        quote!(CallbackData)
    } else {
        quote!(DeepLink)
    };
    let prefix = options.prefix;
    let (said, span) = (name.to_string(), name.span());
    // The mistake is shown at the name of the type.
    let check = quote_spanned! {span=>
        const _: () = #library::data::limit::check(#said, #is_button, <#name as #library::data::#data_trait>::MAX);
    };
    Ok(quote! {
        #[automatically_derived]
        impl #library::data::#data_trait for #name {
            const PREFIX: &'static str = #prefix;
            const MAX: usize = #prefix.len() + #max;
            fn encode(&self) -> ::std::string::String {
                let out = &mut #library::data::Packer::new(#prefix);
                #pack
                out.finish()
            }
            fn decode(text: &str) -> ::core::result::Result<Self, #library::data::Stale> {
                let input = &mut #library::data::Unpacker::new(#prefix, text)?;
                let data = #unpack;
                input.finish()?;
                ::core::result::Result::Ok(data)
            }
        }
        #check
    })
}
