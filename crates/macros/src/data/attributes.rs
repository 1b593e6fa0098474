//! The attributes of the derives: `#[callback(prefix = "cart")]`, `#[code("ad")]`, `#[max(20)]`.

use proc_macro2::{Span, TokenStream};
use quote::{ToTokens, quote};
use syn::{Attribute, DeriveInput, Error, LitInt, LitStr, Path, Result};

use super::Kind;

/// What is said of a whole type.
pub(super) struct Options {
    /// The path of the library.
    pub(super) library: TokenStream,
    /// With the character that ends it; of a part there is none.
    pub(super) prefix: String,
}

impl Options {
    pub(super) fn read(input: &DeriveInput, kind: Kind) -> Result<Self> {
        let (mut library, mut prefix) = (quote!(::ostankino), None);
        let name = kind.attribute();
        for attribute in of(&input.attrs, name) {
            attribute.parse_nested_meta(|meta| {
                if meta.path.is_ident("crate") {
                    let path: Path = meta.value()?.parse::<LitStr>()?.parse()?;
                    library = path.into_token_stream();
                } else if meta.path.is_ident("prefix") && kind != Kind::Part {
                    prefix = Some(meta.value()?.parse()?);
                } else {
                    return Err(meta.error("there are `prefix = \"…\"` and `crate = \"…\"`"));
                }
                Ok(())
            })?;
        }
        let prefix = match (kind, prefix) {
            (Kind::Part, _) => String::new(),
            (_, Some(prefix)) => ended(kind, &prefix)?,
            (_, None) => {
                let example = if kind == Kind::Link { "r" } else { "cart" };
                let problem =
                    format!("add `#[{name}(prefix = \"{example}\")]`: by it the data are known");
                return Err(Error::new(Span::call_site(), problem));
            }
        };
        Ok(Self { library, prefix })
    }
}

/// The prefix with what no prefix has in it, so that none is the beginning of another.
fn ended(kind: Kind, prefix: &LitStr) -> Result<String> {
    let text = prefix.value();
    let is_letter = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_';
    if text.is_empty() || !text.bytes().all(is_letter) {
        let problem = "a prefix is made of `A` to `Z`, `a` to `z`, `0` to `9` and `_`";
        return Err(Error::new(prefix.span(), problem));
    }
    // A link may have no colon.
    let end = if kind == Kind::Link { '-' } else { ':' };
    Ok(format!("{text}{end}"))
}

/// What a variant is called in the data, if that is said: `#[code("ad")]`.
pub(super) fn code(attributes: &[Attribute]) -> Result<Option<LitStr>> {
    let Some(attribute) = of(attributes, "code").next() else {
        return Ok(None);
    };
    let code: LitStr = attribute.parse_args()?;
    let is_letter = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'-';
    if code.value().len() != 2 || !code.value().bytes().all(is_letter) {
        let problem = "a code is two of `A` to `Z`, `a` to `z`, `0` to `9`, `-` and `_`";
        return Err(Error::new(code.span(), problem));
    }
    Ok(Some(code))
}

/// How many bytes a text may have, if that is said: `#[max(20)]`.
pub(super) fn max(attributes: &[Attribute]) -> Result<Option<usize>> {
    let Some(attribute) = of(attributes, "max").next() else {
        return Ok(None);
    };
    let max: LitInt = attribute.parse_args()?;
    max.base10_parse().map(Some)
}

fn of<'a>(attributes: &'a [Attribute], name: &'a str) -> impl Iterator<Item = &'a Attribute> {
    attributes
        .iter()
        .filter(move |attribute| attribute.path().is_ident(name))
}
