//! The macros of ostankino, told and tested where the library re-exports them: `html!`, whose HTML is
//! checked by the compiler, and the derives for the data of buttons and of links, states and arguments.
//!
//! ```text
//! ostankino-macros     you are here: html!, #[debug_handler], derives of data, states and arguments
//!         ▲
//! ostankino-core       has what they expand to, and re-exports them
//!         ▲
//! ostankino            re-exports all of this: what bots depend on; the derive for dialogs is ostankino-dialogs'
//! ```

mod data;
mod dialog_data;
mod dialogue_state;
mod from_request;
mod handler;
mod html;
mod options;

use proc_macro::TokenStream;
use syn::{DeriveInput, ItemFn, parse_macro_input};

/// What `html!` of the library hands over: its own path in brackets, the literal, the arguments.
#[doc(hidden)]
#[proc_macro]
pub fn html(input: TokenStream) -> TokenStream {
    let input = parse_macro_input!(input as html::Input);
    html::expand(&input)
        .unwrap_or_else(|error| error.into_compile_error())
        .into()
}

/// Implements `CallbackData`: what a button carries, as a type.
#[proc_macro_derive(CallbackData, attributes(callback, code, max))]
pub fn callback_data(input: TokenStream) -> TokenStream {
    derive(
        &parse_macro_input!(input as DeriveInput),
        data::Kind::Button,
    )
}

/// Implements `DeepLink`: what a link to the bot carries, as a type.
#[proc_macro_derive(DeepLink, attributes(deep_link, code, max))]
pub fn deep_link(input: TokenStream) -> TokenStream {
    derive(&parse_macro_input!(input as DeriveInput), data::Kind::Link)
}

/// Implements `Pack`: for what is a part of such data.
#[proc_macro_derive(Pack, attributes(pack, code, max))]
pub fn pack(input: TokenStream) -> TokenStream {
    derive(&parse_macro_input!(input as DeriveInput), data::Kind::Part)
}

/// Implements `DialogueState`: `#[state(name = "order.phone")]` is what it is stored as.
#[proc_macro_derive(DialogueState, attributes(state))]
pub fn dialogue_state(input: TokenStream) -> TokenStream {
    dialogue_state::expand(&parse_macro_input!(input as DeriveInput))
        .unwrap_or_else(|error| error.into_compile_error())
        .into()
}

/// Implements `DialogData` of the crate ostankino-dialogs, which re-exports it.
#[proc_macro_derive(DialogData, attributes(dialog))]
pub fn dialog_data(input: TokenStream) -> TokenStream {
    dialog_data::expand(&parse_macro_input!(input as DeriveInput))
        .unwrap_or_else(|error| error.into_compile_error())
        .into()
}

/// Implements `FromRequest` for a struct whose fields are arguments themselves.
#[proc_macro_derive(FromRequest, attributes(from_request))]
pub fn from_request(input: TokenStream) -> TokenStream {
    from_request::expand(&parse_macro_input!(input as DeriveInput))
        .unwrap_or_else(|error| error.into_compile_error())
        .into()
}

fn derive(input: &DeriveInput, kind: data::Kind) -> TokenStream {
    data::expand(input, kind)
        .unwrap_or_else(|error| error.into_compile_error())
        .into()
}

/// On a handler, has the compiler say which of its parts is wrong: an argument, what it returns, or what it
/// keeps while it waits. Without it, it says only that the whole is no handler. It changes nothing of the
/// handler.
#[proc_macro_attribute]
pub fn debug_handler(attribute: TokenStream, handler: TokenStream) -> TokenStream {
    let function = parse_macro_input!(handler as ItemFn);
    let expanded =
        handler::library(attribute.into()).and_then(|library| handler::expand(&library, &function));
    expanded
        .unwrap_or_else(|error| error.into_compile_error())
        .into()
}
