//! What an attribute of a derive says: `#[state(name = "order.phone", crate = "ostankino_core")]`.

use proc_macro2::TokenStream;
use quote::{ToTokens, quote};
use syn::{DeriveInput, LitStr, Path, Result};

/// What is said of a type.
pub(crate) struct Options {
    /// The path of the library.
    pub(crate) library: TokenStream,
    /// The value of the one key there is, if the attribute has one.
    pub(crate) value: Option<LitStr>,
}

impl Options {
    /// Reads `#[attribute(key = "…", crate = "…")]`.
    pub(crate) fn read(input: &DeriveInput, attribute: &str, key: Option<&str>) -> Result<Self> {
        let (mut library, mut value) = (quote!(::ostankino), None);
        for found in &input.attrs {
            if !found.path().is_ident(attribute) {
                continue;
            }
            found.parse_nested_meta(|meta| {
                if meta.path.is_ident("crate") {
                    let path: Path = meta.value()?.parse::<LitStr>()?.parse()?;
                    library = path.into_token_stream();
                } else if key.is_some_and(|key| meta.path.is_ident(key)) {
                    value = Some(meta.value()?.parse()?);
                } else {
                    let keys = key.map_or(String::new(), |key| format!("`{key} = \"…\"` and "));
                    return Err(meta.error(format!("there is {keys}`crate = \"…\"`")));
                }
                Ok(())
            })?;
        }
        Ok(Self { library, value })
    }
}
