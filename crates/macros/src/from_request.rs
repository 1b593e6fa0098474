//! The derive for arguments of handlers that are made of others: each field is one.

use proc_macro2::TokenStream;
use quote::{quote, quote_spanned};
use syn::{Data, DeriveInput, Error, Member, Result, spanned::Spanned};

use crate::options::Options;

pub(crate) fn expand(input: &DeriveInput) -> Result<TokenStream> {
    let Options { library, .. } = Options::read(input, "from_request", None)?;
    let Data::Struct(data) = &input.data else {
        let problem =
            "an argument that is made of others is a struct, each of its fields one of them";
        return Err(Error::new(input.ident.span(), problem));
    };
    let (mut fields, mut needs) = (Vec::new(), Vec::new());
    for (index, field) in data.fields.iter().enumerate() {
        let member = match &field.ident {
            Some(name) => Member::Named(name.clone()),
            None => index.into(),
        };
        // Errors point at the type of the field.
        let (argument, span) = (&field.ty, field.ty.span());
        let extract = quote_spanned!(span=> <#argument as #library::FromRequest>);
        fields.push(quote!(#member: #extract::from_request(request).await?));
        needs.push(quote!(#extract::needs(needs);));
    }
    let name = &input.ident;
    let (generics, arguments, bounds) = input.generics.split_for_impl();
    Ok(quote! {
        #[automatically_derived]
        impl #generics #library::FromRequest for #name #arguments #bounds {
            async fn from_request(request: &#library::Request) -> #library::Result<Self> {
                let _ = request;
                ::core::result::Result::Ok(Self { #(#fields),* })
            }
            fn needs(needs: &mut #library::Needs) {
                let _ = &needs;
                #(#needs)*
            }
        }
    })
}
