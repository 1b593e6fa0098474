//! The derive for states of dialogues: the name by which a state is stored.

use proc_macro2::{Span, TokenStream};
use quote::quote;
use syn::{DeriveInput, Error, Result};

use crate::options::Options;

pub(crate) fn expand(input: &DeriveInput) -> Result<TokenStream> {
    let Options { library, value } = Options::read(input, "state", Some("name"))?;
    let Some(stored) = value else {
        let problem = "add `#[state(name = \"order.phone\")]`: by it the state is stored";
        return Err(Error::new(Span::call_site(), problem));
    };
    if stored.value().is_empty() {
        return Err(Error::new(stored.span(), "the name of a state is empty"));
    }
    let name = &input.ident;
    let (generics, arguments, bounds) = input.generics.split_for_impl();
    Ok(quote! {
        #[automatically_derived]
        impl #generics #library::DialogueState for #name #arguments #bounds {
            const NAME: &'static str = #stored;
        }
    })
}
