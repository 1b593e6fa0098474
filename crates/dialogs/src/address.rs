//! What a button carries: which stack, which entry of which window, which picture of it, which widget, and what of that widget.
//! By it a press of any age is known for what it is.

pub(crate) use ostankino::data::DIALOG as MARK;
use ostankino::data::{Packer, Unpacker};

use crate::hash::fnv1a;

/// How many letters name an item of a widget at the most: 64 bytes less what is before it.
pub const LONGEST_KEY: usize = 64 - HEAD;

/// The mark, the class, the entry and the widget.
const HEAD: usize = 1 + 1 + ENTRY + WIDGET;
const ENTRY: usize = 8;
const WIDGET: usize = 4;

/// Whose the stack is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Class {
    /// Who presses has one of his own in that place.
    #[default]
    Own,
    /// All of the chat share one.
    Shared,
}

/// Which picture of which window a button is under.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Entry {
    /// Of the stack: drawn when it is begun.
    pub(crate) nonce: u32,
    /// How often a window was entered.
    pub(crate) serial: u32,
    /// How often the window was shown.
    pub(crate) revision: u32,
}

/// The whole of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Address<'a> {
    pub(crate) class: Class,
    pub(crate) entry: Entry,
    pub(crate) widget: u32,
    /// What of the widget, in words of its own.
    pub(crate) key: &'a str,
}

impl Entry {
    pub(crate) const NONCES: u32 = 1 << 18;
    pub(crate) const SERIALS: u32 = 1 << 12;
    pub(crate) const REVISIONS: u32 = 1 << 18;

    /// Of one stack, whose nonce is not counted: another for each window that was entered, and each picture of it.
    pub(crate) fn number(self) -> u32 {
        self.serial * Self::REVISIONS + self.revision
    }
}

impl<'a> Address<'a> {
    /// The data of a button. The key has [`LONGEST_KEY`] bytes at the most.
    pub(crate) fn encode(&self) -> String {
        let Entry {
            nonce,
            serial,
            revision,
        } = self.entry;
        let entry = u64::from(nonce) << 30 | u64::from(serial) << 18 | u64::from(revision);
        let class = match self.class {
            Class::Own => '0',
            // The queue knows it by that letter.
            Class::Shared => 'g',
        };
        let mut packer = Packer::new(&format!("{MARK}{class}"));
        // The bytes that hold something: six letters' bits are three bytes' bits.
        packer.bytes(&entry.to_be_bytes()[2..]);
        packer.bytes(&self.widget.to_be_bytes()[1..]);
        packer.finish() + self.key
    }

    /// What a button was made with; `None` if that was none of a dialog, or of another version's.
    pub(crate) fn decode(data: &'a str) -> Option<Self> {
        let rest = data.strip_prefix(MARK)?;
        let (class, rest) = match rest.strip_prefix('g') {
            Some(rest) => (Class::Shared, rest),
            None => (Class::Own, rest.strip_prefix('0')?),
        };
        let (entry, rest) = rest.split_at_checked(ENTRY)?;
        let (widget, key) = rest.split_at_checked(WIDGET)?;
        let entry = read(entry, 6)?;
        let bits = |from: u32, count: u32| u32::try_from(entry >> from & ((1 << count) - 1)).ok();
        Some(Self {
            class,
            entry: Entry {
                nonce: bits(30, 18)?,
                serial: bits(18, 12)?,
                revision: bits(0, 18)?,
            },
            widget: u32::try_from(read(widget, 3)?).ok()?,
            key,
        })
    }
}

/// The number by which a widget is addressed.
pub(crate) fn widget_of(dialog: &str, window: &str, id: &str) -> u32 {
    let path = [dialog, "/", window, "/", id];
    let hash = fnv1a(path.into_iter().flat_map(str::bytes));
    // The upper bits mix better.
    u32::try_from(hash >> 40).unwrap_or_default()
}

/// A number of so many bytes.
fn read(letters: &str, length: usize) -> Option<u64> {
    let bytes = Unpacker::new("", letters).and_then(|mut input| input.bytes(length));
    let number = |number, byte: u8| number << 8 | u64::from(byte);
    bytes.ok().map(|bytes| bytes.into_iter().fold(0, number))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_encoded_is_decoded() {
        for (class, (nonce, serial, revision)) in [
            (Class::Own, (0, 0, 0)),
            (Class::Own, (262_143, 4_095, 262_143)),
            (Class::Shared, (7, 1, 300)),
        ] {
            let address = Address {
                class,
                entry: Entry {
                    nonce,
                    serial,
                    revision,
                },
                widget: widget_of("order", "Dish", "d"),
                key: "товар:7",
            };
            let data = address.encode();
            assert_eq!(Address::decode(&data), Some(address), "{data}");
            assert_eq!(data.len(), HEAD + "товар:7".len());
            let is_shared = data.starts_with(ostankino::telegram::internal::SHARED);
            assert_eq!(is_shared, class == Class::Shared, "as the queue sees it");
        }
    }

    #[test]
    fn what_is_no_address_is_none() {
        for data in [
            "",
            "~",
            "~0AAAA",
            "~1AAAAAAAAAAAA",
            "~0AAAAAAAAяяяя",
            "x0AAAAAAAAAAAA",
        ] {
            assert_eq!(Address::decode(data), None, "{data}");
        }
        assert!(Address::decode("~0AAAAAAAAAAAA").is_some_and(|it| it.key.is_empty()));
    }
}
