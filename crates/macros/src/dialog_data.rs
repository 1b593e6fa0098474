//! The derive for the data of dialogs: by which name a dialog is stored, which windows it has, and what it ends with.

use proc_macro2::{Span, TokenStream};
use quote::{ToTokens, quote};
use syn::{DeriveInput, Error, LitStr, Path, Result, Type};

pub(crate) fn expand(input: &DeriveInput) -> Result<TokenStream> {
    let (mut library, mut stored) = (quote!(::ostankino_dialogs), None::<LitStr>);
    let (mut windows, mut result) = (None::<Type>, quote!(()));
    for found in &input.attrs {
        if !found.path().is_ident("dialog") {
            continue;
        }
        found.parse_nested_meta(|meta| {
            if meta.path.is_ident("name") {
                stored = Some(meta.value()?.parse()?);
            } else if meta.path.is_ident("windows") {
                windows = Some(meta.value()?.parse()?);
            } else if meta.path.is_ident("result") {
                result = meta.value()?.parse::<Type>()?.into_token_stream();
            } else if meta.path.is_ident("crate") {
                let path: Path = meta.value()?.parse::<LitStr>()?.parse()?;
                library = path.into_token_stream();
            } else {
                let keys =
                    "there are `name = \"…\"`, `windows = …`, `result = …` and `crate = \"…\"`";
                return Err(meta.error(keys));
            }
            Ok(())
        })?;
    }
    let (Some(stored), Some(windows)) = (stored, windows) else {
        let problem = "add `#[dialog(name = \"order\", windows = Step)]`: the name by which it is stored, and the \
                       type that `windows!` made";
        return Err(Error::new(Span::call_site(), problem));
    };
    if stored.value().is_empty() {
        return Err(Error::new(stored.span(), "the name of a dialog is empty"));
    }
    let name = &input.ident;
    let (generics, arguments, bounds) = input.generics.split_for_impl();
    Ok(quote! {
        #[automatically_derived]
        impl #generics #library::DialogData for #name #arguments #bounds {
            const NAME: &'static str = #stored;
            type Window = #windows;
            type Result = #result;
        }
    })
}
