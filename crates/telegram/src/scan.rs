//! A lenient scanner over JSON bytes: it finds the members of an object and the elements of an
//! array without looking inside their values, so that one unreadable value harms no other.

use std::borrow::Cow;

use memchr::{memchr, memchr2};

/// The text ends too early or is no JSON on its outermost level.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Malformed;

/// The members of the object in `json`: pairs of a key and the bytes of a value.
pub(super) fn members(json: &[u8]) -> Members<'_> {
    Members(Items::new(json, b'{', b'}'))
}

/// The elements of the array in `json`.
pub fn elements(json: &[u8]) -> Elements<'_> {
    Elements(Items::new(json, b'[', b']'))
}

/// The value of the first member named `key`, if `json` is an object that has one.
pub(super) fn member<'a>(json: &'a [u8], key: &str) -> Option<&'a [u8]> {
    members(json)
        .map_while(Result::ok)
        .find(|(name, _)| **name == *key.as_bytes())
        .map(|(_, v)| v)
}

/// An integer value. A fraction is none, and neither is `-0`: decoders take it for one.
pub(super) fn integer(value: &[u8]) -> Option<i64> {
    let is_plain = value != b"-0" && value.first() != Some(&b'+');
    std::str::from_utf8(value)
        .ok()
        .filter(|_| is_plain)?
        .parse()
        .ok()
}

/// See [`members`].
pub(super) struct Members<'a>(Items<'a>);

impl<'a> Iterator for Members<'a> {
    type Item = Result<(Cow<'a, [u8]>, &'a [u8]), Malformed>;

    fn next(&mut self) -> Option<Self::Item> {
        let items = &mut self.0;
        match items.begin_item() {
            Ok(false) => None,
            Ok(true) => Some(items.key().and_then(|key| Ok((key, items.value()?)))),
            Err(error) => Some(Err(error)),
        }
        .inspect(|item| self.0.done |= item.is_err())
    }
}

/// See [`elements`].
#[derive(Debug)]
pub struct Elements<'a>(Items<'a>);

impl<'a> Iterator for Elements<'a> {
    type Item = Result<&'a [u8], Malformed>;

    fn next(&mut self) -> Option<Self::Item> {
        match self.0.begin_item() {
            Ok(false) => None,
            Ok(true) => Some(self.0.value()),
            Err(error) => Some(Err(error)),
        }
        .inspect(|item| self.0.done |= item.is_err())
    }
}

/// A walk over what stands between two brackets, separated by commas.
#[derive(Debug)]
struct Items<'a> {
    json: &'a [u8],
    at: usize,
    open: u8,
    close: u8,
    started: bool,
    done: bool,
}

impl<'a> Items<'a> {
    fn new(json: &'a [u8], open: u8, close: u8) -> Self {
        Self {
            json,
            at: 0,
            open,
            close,
            started: false,
            done: false,
        }
    }

    fn peek(&mut self) -> Result<u8, Malformed> {
        while let Some(byte) = self.json.get(self.at) {
            if !byte.is_ascii_whitespace() {
                return Ok(*byte);
            }
            self.at += 1;
        }
        Err(Malformed)
    }

    fn expect(&mut self, byte: u8) -> Result<(), Malformed> {
        if self.peek()? == byte {
            self.at += 1;
            return Ok(());
        }
        Err(Malformed)
    }

    /// Moves to the next item; false at the closing bracket.
    fn begin_item(&mut self) -> Result<bool, Malformed> {
        if self.done {
            return Ok(false);
        }
        let first = !std::mem::replace(&mut self.started, true);
        if first {
            self.expect(self.open)?;
        }
        if self.peek()? == self.close {
            self.at += 1;
            self.done = true;
            return Ok(false);
        }
        if !first {
            self.expect(b',')?;
        }
        Ok(true)
    }

    fn key(&mut self) -> Result<Cow<'a, [u8]>, Malformed> {
        if self.peek()? != b'"' {
            return Err(Malformed);
        }
        let begin = self.at + 1;
        self.at = string_end(self.json, begin)?;
        let end = self.at;
        self.expect(b':')?;
        let key = &self.json[begin..end - 1];
        // Telegram writes no key with an escape; it is one all the same.
        let written = |_| serde_json::from_slice(&self.json[begin - 1..end]).ok();
        let written: Option<String> = memchr(b'\\', key).and_then(written);
        Ok(written.map_or(Cow::Borrowed(key), |key| key.into_bytes().into()))
    }

    fn value(&mut self) -> Result<&'a [u8], Malformed> {
        self.peek()?;
        let begin = self.at;
        self.at = value_end(self.json, begin)?;
        Ok(&self.json[begin..self.at])
    }
}

/// The index behind the closing quote of the string whose inside begins at `at`.
pub(super) fn string_end(json: &[u8], mut at: usize) -> Result<usize, Malformed> {
    loop {
        at += memchr2(b'"', b'\\', json.get(at..).ok_or(Malformed)?).ok_or(Malformed)?;
        if json[at] == b'"' {
            return Ok(at + 1);
        }
        at += 2;
    }
}

/// The index behind the value that begins at `at`; brackets are counted, not matched by kind.
fn value_end(json: &[u8], mut at: usize) -> Result<usize, Malformed> {
    let mut depth = 0_usize;
    loop {
        match *json.get(at).ok_or(Malformed)? {
            b'"' => at = string_end(json, at + 1)?,
            b'{' | b'[' => {
                depth += 1;
                at += 1;
            }
            b'}' | b']' => {
                depth = depth.checked_sub(1).ok_or(Malformed)?;
                at += 1;
            }
            _ if depth > 0 => at += 1,
            _ => {
                let rest = &json[at..];
                let ends =
                    |byte: &u8| matches!(byte, b',' | b'}' | b']') || byte.is_ascii_whitespace();
                return match rest.iter().position(ends).unwrap_or(rest.len()) {
                    0 => Err(Malformed),
                    length => Ok(at + length),
                };
            }
        }
        if depth == 0 {
            return Ok(at);
        }
    }
}

#[cfg(test)]
mod tests;
