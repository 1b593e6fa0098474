//! How the fields of a type become letters, and how letters become fields again.

use proc_macro2::TokenStream;
use quote::{format_ident, quote, quote_spanned};
use syn::{
    DeriveInput, Error, Field, Fields, Member, Result, Type, Variant, punctuated::Punctuated,
    spanned::Spanned, token::Comma,
};

use super::{attributes, code};

/// Code that packs a type.
pub(super) struct Packed {
    /// How many letters it takes at the most: an expression.
    pub(super) max: TokenStream,
    /// Packs `self` into `out`: statements.
    pub(super) pack: TokenStream,
    /// Makes it of `input`: an expression.
    pub(super) unpack: TokenStream,
}

pub(super) fn of_struct(library: &TokenStream, fields: &Fields) -> Result<Packed> {
    let Packed { max, pack, unpack } = of_fields(library, &quote!(Self), fields)?;
    let pattern = pattern(fields);
    let pack = quote! {
        let Self #pattern = self;
        #pack
    };
    Ok(Packed { max, pack, unpack })
}

pub(super) fn of_enum(
    library: &TokenStream,
    input: &DeriveInput,
    variants: &Punctuated<Variant, Comma>,
) -> Result<Packed> {
    let codes = code::codes(input, variants)?;
    let (mut maxima, mut packs, mut unpacks) = (Vec::new(), Vec::new(), Vec::new());
    for (variant, code) in variants.iter().zip(codes) {
        let name = &variant.ident;
        let fields = of_fields(library, &quote!(Self::#name), &variant.fields)?;
        let Packed { max, pack, unpack } = fields;
        let pattern = pattern(&variant.fields);
        maxima.push(max);
        packs.push(quote!(Self::#name #pattern => { out.code(*#code); #pack }));
        unpacks.push(quote!(#code => #unpack));
    }
    Ok(Packed {
        max: quote!((2 + #library::data::limit::most(&[#(#maxima),*]))),
        pack: quote!(match self { #(#packs)* }),
        unpack: quote! {
            match &input.code()? {
                #(#unpacks,)*
                _ => return ::core::result::Result::Err(#library::data::Stale),
            }
        },
    })
}

/// The fields of a struct or variant that is called `name`, whose values are in variables.
fn of_fields(library: &TokenStream, name: &TokenStream, fields: &Fields) -> Result<Packed> {
    let (mut maxima, mut packs, mut unpacks) = (Vec::new(), Vec::new(), Vec::new());
    for (index, field) in fields.iter().enumerate() {
        let (member, variable) = (member(index, field), variable(index));
        let (packed_type, as_trait) = (&field.ty, packed_as(library, field)?);
        // Errors point at the type of the field.
        let span = packed_type.span();
        let codec = quote_spanned!(span=> <#packed_type as #as_trait>);
        maxima.push(quote!(#codec::MAX));
        packs.push(quote!(#codec::pack(#variable, out);));
        unpacks.push(quote!(#member: #codec::unpack(input)?));
    }
    Ok(Packed {
        max: quote!((0 #(+ #maxima)*)),
        pack: quote!(#(#packs)*),
        unpack: quote!(#name { #(#unpacks),* }),
    })
}

/// Binds each field to its variable.
fn pattern(fields: &Fields) -> TokenStream {
    let bindings = fields.iter().enumerate().map(|(index, field)| {
        let (member, variable) = (member(index, field), variable(index));
        quote!(#member: #variable)
    });
    quote!({ #(#bindings),* })
}

fn member(index: usize, field: &Field) -> Member {
    field
        .ident
        .clone()
        .map_or_else(|| index.into(), Member::Named)
}

fn variable(index: usize) -> syn::Ident {
    format_ident!("field{index}")
}

/// The trait that packs a field.
fn packed_as(library: &TokenStream, field: &Field) -> Result<TokenStream> {
    if let Some(max) = attributes::max(&field.attrs)? {
        return Ok(quote!(#library::data::Bounded<#max>));
    }
    // The compiler would say so as well, by the trait that is missing.
    if let Type::Path(path) = &field.ty
        && let Some(last) = path.path.segments.last()
        && last.ident == "String"
    {
        let problem = "a text needs a bound in bytes: add `#[max(20)]` before the field";
        return Err(Error::new_spanned(&field.ty, problem));
    }
    Ok(quote!(#library::data::Pack))
}
