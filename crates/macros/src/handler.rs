//! `#[debug_handler]`: asks the compiler about each part of a handler by itself, so that it says which one is
//! wrong.

use proc_macro2::TokenStream;
use quote::{quote, quote_spanned};
use syn::{
    Error, FnArg, Ident, ItemFn, LitStr, Path, Result, ReturnType, parse_quote, spanned::Spanned,
};

/// The most arguments of a handler.
const MOST: usize = 8;

/// Where the library is: `crate = "ostankino_core"`, or `ostankino`.
pub(crate) fn library(attribute: TokenStream) -> Result<Path> {
    let mut library = parse_quote!(::ostankino);
    let parser = syn::meta::parser(|meta| {
        if !meta.path.is_ident("crate") {
            return Err(meta.error("write `crate = \"…\"`, or nothing"));
        }
        library = meta.value()?.parse::<LitStr>()?.parse()?;
        Ok(())
    });
    syn::parse::Parser::parse2(parser, attribute)?;
    Ok(library)
}

pub(crate) fn expand(library: &Path, handler: &ItemFn) -> Result<TokenStream> {
    let signature = &handler.sig;
    if signature.asyncness.is_none() {
        return Err(Error::new(
            signature.fn_token.span,
            "a handler is an `async fn`",
        ));
    }
    if !signature.generics.params.is_empty() {
        let problem = "a handler with parameters cannot be asked about";
        return Err(Error::new(signature.generics.span(), problem));
    }
    let mut types = Vec::new();
    for argument in &signature.inputs {
        match argument {
            FnArg::Typed(typed) => types.push(&typed.ty),
            FnArg::Receiver(this) => {
                return Err(Error::new(
                    this.span(),
                    "a handler is a function of its own",
                ));
            }
        }
    }
    if let Some(type_) = types.get(MOST) {
        let problem = "a handler has up to 8 arguments: make one type of several that implements `FromRequest`";
        return Err(Error::new(type_.span(), problem));
    }
    let arguments = types
        .iter()
        .map(|type_| quote_spanned!(type_.span()=> argument::<#type_>();));
    let unit = parse_quote!(());
    let reply = match &signature.output {
        ReturnType::Type(_, type_) => &**type_,
        ReturnType::Default => &unit,
    };
    let reply = quote_spanned!(reply.span()=> reply::<#reply>(););
    let name: &Ident = &signature.ident;
    let any = types.iter().map(|_| quote!(any()));
    let future = quote_spanned!(name.span()=> future(#name(#(#any),*)););
    Ok(quote! {
        #handler

        const _: () = {
            fn any<T>() -> T {
                loop {}
            }
            fn argument<T: #library::FromRequest + Send>() {}
            fn reply<T: #library::IntoReply>() {}
            fn future<T: Send>(_: T) {}
            fn check() {
                #(#arguments)*
                #reply
                #future
            }
            _ = check;
        };
    })
}
