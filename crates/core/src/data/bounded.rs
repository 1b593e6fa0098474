//! Texts in data: with a bound, so that it is known how long the data get.

use super::{Pack, Packer, Stale, Unpacker};

/// What `#[max(N)]` before a field asks for: a `String` of at most `N` bytes, or an `Option` of one. It
/// takes a third more letters than bytes, and one or two for its length.
///
/// A longer text is packed whole, but data with it are [`Stale`]: a reply that has a button of such data is
/// an error of its handler.
#[diagnostic::on_unimplemented(
    message = "`#[max({N})]` is not for `{Self}`",
    note = "it bounds a `String` or an `Option<String>`, in bytes"
)]
pub trait Bounded<const N: usize>: Sized {
    /// How many letters it takes at the most.
    const MAX: usize;

    /// Writes it.
    fn pack(&self, out: &mut Packer);

    /// Reads what [`pack`](Self::pack) wrote.
    ///
    /// # Errors
    ///
    /// [`Stale`] if that is something else, or too long.
    fn unpack(input: &mut Unpacker<'_>) -> Result<Self, Stale>;
}

impl<const N: usize> Bounded<N> for String {
    const MAX: usize = {
        let mut letters = 1;
        let mut length = N >> 5;
        while length > 0 {
            letters += 1;
            length >>= 5;
        }
        letters + (N * 4).div_ceil(3)
    };

    fn pack(&self, out: &mut Packer) {
        out.number(self.len() as u64);
        out.bytes(self.as_bytes());
    }

    fn unpack(input: &mut Unpacker<'_>) -> Result<Self, Stale> {
        let length = usize::try_from(input.number()?).map_err(|_| Stale)?;
        if length > N {
            return Err(Stale);
        }
        Self::from_utf8(input.bytes(length)?).map_err(|_| Stale)
    }
}

impl<T: Bounded<N>, const N: usize> Bounded<N> for Option<T> {
    const MAX: usize = 1 + T::MAX;

    fn pack(&self, out: &mut Packer) {
        self.is_some().pack(out);
        if let Some(text) = self {
            text.pack(out);
        }
    }

    fn unpack(input: &mut Unpacker<'_>) -> Result<Self, Stale> {
        match bool::unpack(input)? {
            true => T::unpack(input).map(Some),
            false => Ok(None),
        }
    }
}
