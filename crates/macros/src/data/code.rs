//! What a variant is called in the data: two letters made of its name, so that variants may be added,
//! removed and moved while buttons of before are still pressed.

use syn::{DeriveInput, Error, LitByteStr, Result, Variant, punctuated::Punctuated, token::Comma};

use super::attributes;

const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

/// The codes of all variants, in their order; no two are the same.
pub(super) fn codes(
    input: &DeriveInput,
    variants: &Punctuated<Variant, Comma>,
) -> Result<Vec<LitByteStr>> {
    if variants.is_empty() {
        let problem = "there is no such data: add a variant";
        return Err(Error::new(input.ident.span(), problem));
    }
    let mut codes: Vec<LitByteStr> = Vec::new();
    for variant in variants {
        let code = match attributes::code(&variant.attrs)? {
            Some(code) => code.value().into_bytes(),
            None => hashed(&variant.ident.to_string()).to_vec(),
        };
        if let Some(same) = codes.iter().position(|known| known.value() == code) {
            let problem = format!(
                "`{}` and `{}` have the same code: give this one another, `#[code(\"xy\")]`",
                variant.ident, variants[same].ident
            );
            return Err(Error::new(variant.ident.span(), problem));
        }
        codes.push(LitByteStr::new(&code, variant.ident.span()));
    }
    Ok(codes)
}

/// FNV-1a of the name, folded to twelve bits. Buttons in chats depend on it: it stays.
fn hashed(name: &str) -> [u8; 2] {
    let step = |hash: u32, byte: u8| (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193);
    let hash = name.bytes().fold(0x811c_9dc5, step);
    let folded = (hash >> 24) ^ (hash >> 12) ^ hash;
    let letter = |bits: u32| LETTERS[(bits & 63) as usize];
    [letter(folded >> 6), letter(folded)]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_code_of_a_name_stays_since_buttons_in_chats_have_it() {
        let codes = ["Add", "Remove", "Pay", "Б"].map(hashed);
        assert_eq!(
            codes.map(|code| String::from_utf8(code.to_vec()).expect("letters")),
            ["az", "pl", "Ja", "zx"]
        );
    }
}
