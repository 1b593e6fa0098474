//! Reads single fields out of the JSON of an update. What is absent and what is not as expected are
//! the same: one odd field harms no other.

use memchr::memchr;

use super::{repair::repair, scan};

/// A value that is read as far as it is there.
pub(super) trait Lenient: Sized {
    /// The value in `json`; `None` if it is of another kind.
    fn read(json: &[u8]) -> Option<Self>;
}

impl Lenient for i64 {
    fn read(json: &[u8]) -> Option<Self> {
        scan::integer(json)
    }
}

/// A finite number.
impl Lenient for f64 {
    fn read(json: &[u8]) -> Option<Self> {
        let is_number = matches!(json.first(), Some(b'-' | b'0'..=b'9'));
        let text = std::str::from_utf8(json).ok().filter(|_| is_number)?;
        text.parse().ok().filter(|number: &Self| number.is_finite())
    }
}

/// Whatever it is, it may be left out.
impl<T: Lenient> Lenient for Option<T> {
    fn read(json: &[u8]) -> Option<Self> {
        Some(T::read(json))
    }
}

impl Lenient for bool {
    fn read(json: &[u8]) -> Option<Self> {
        match json {
            b"true" => Some(true),
            b"false" => Some(false),
            _ => None,
        }
    }
}

/// Lone surrogates, bytes that are no UTF-8 and raw control characters are replaced by U+FFFD.
impl Lenient for String {
    fn read(json: &[u8]) -> Option<Self> {
        let inside = json.strip_prefix(b"\"")?.strip_suffix(b"\"")?;
        let is_plain = memchr(b'\\', inside).is_none() && !inside.iter().any(|byte| *byte < b' ');
        if is_plain && let Ok(text) = std::str::from_utf8(inside) {
            return Some(text.to_owned());
        }
        match serde_json::from_slice(json) {
            Ok(text) => Some(text),
            Err(_) => serde_json::from_str(&repair(json)?).ok(),
        }
    }
}

/// The elements that can be read.
impl<T: Lenient> Lenient for Vec<T> {
    fn read(json: &[u8]) -> Option<Self> {
        (json.first() == Some(&b'[')).then(|| {
            let elements = scan::elements(json).map_while(Result::ok);
            elements.filter_map(T::read).collect()
        })
    }
}

/// The members of the object in `json`, as far as they can be told apart.
pub(super) fn fields(json: &[u8]) -> impl Iterator<Item = (std::borrow::Cow<'_, [u8]>, &[u8])> {
    scan::members(json).map_while(Result::ok)
}

/// The field of that name.
pub(super) fn field<T: Lenient>(json: &[u8], name: &str) -> Option<T> {
    T::read(scan::member(json, name)?)
}
