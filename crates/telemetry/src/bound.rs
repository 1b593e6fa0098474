//! No field of a record is longer than a few kilobytes, whatever a server or a handler says.

use std::fmt::{self, Write};

/// The most bytes of a field.
const LONGEST: usize = 4096;

/// Prints as what it holds, but no more than so much of it.
pub(super) struct Bounded<'a>(pub(super) &'a dyn fmt::Debug);

impl fmt::Debug for Bounded<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut limit = Limit {
            inner: &mut *f,
            left: LONGEST,
            is_full: false,
        };
        let printed = write!(limit, "{:?}", self.0);
        if limit.is_full {
            f.write_str("…")
        } else {
            printed
        }
    }
}

/// Fails once it is full, so that nothing is printed in vain.
struct Limit<W> {
    inner: W,
    left: usize,
    is_full: bool,
}

impl<W: Write> Write for Limit<W> {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        if text.len() <= self.left {
            self.left -= text.len();
            return self.inner.write_str(text);
        }
        self.is_full = true;
        self.inner
            .write_str(&text[..text.floor_char_boundary(self.left)])?;
        Err(fmt::Error)
    }
}
