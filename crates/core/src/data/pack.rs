//! What can be a part of the data of a button or a link.

use super::{Packer, Stale, Unpacker};

/// A part of [`CallbackData`](super::CallbackData) or of a [`DeepLink`](super::DeepLink): the whole numbers up to
/// 64 bits, `bool`, `char`, options, arrays and tuples of such, and types that derive it.
///
/// ```
/// # extern crate ostankino_core as ostankino;
/// use ostankino::data::Pack;
///
/// #[derive(Pack)]
/// struct ItemId(i64);
///
/// #[derive(Pack)]
/// enum Order {
///     ByPrice { is_rising: bool },
///     ByName,
/// }
///
/// // Two letters for the name of the variant.
/// assert_eq!((ItemId::MAX, Order::MAX), (13, 3));
/// ```
///
/// A type of another crate goes into a newtype; one whose bytes are known is best packed as such:
///
/// ```
/// # extern crate ostankino_core as ostankino;
/// use ostankino::data::{Pack, Packer, Stale, Unpacker};
///
/// struct Key([u8; 16]);
///
/// impl Pack for Key {
///     const MAX: usize = (16 * 4usize).div_ceil(3);
///
///     fn pack(&self, out: &mut Packer) {
///         out.bytes(&self.0);
///     }
///
///     fn unpack(input: &mut Unpacker<'_>) -> Result<Self, Stale> {
///         let bytes = input.bytes(16)?;
///         bytes.try_into().map(Self).map_err(|_| Stale)
///     }
/// }
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be a part of the data of a button or a link",
    note = "a `String` needs a bound: `#[max(20)]` before the field",
    note = "a type of your own derives it: `#[derive(ostankino::data::Pack)]`"
)]
pub trait Pack: Sized {
    /// How many letters it takes at the most.
    const MAX: usize;

    /// Writes it.
    fn pack(&self, out: &mut Packer);

    /// Reads what [`pack`](Self::pack) wrote.
    ///
    /// # Errors
    ///
    /// [`Stale`] if that is something else.
    fn unpack(input: &mut Unpacker<'_>) -> Result<Self, Stale>;
}

/// The letters of a number of so many bits.
const fn letters(bits: u32) -> usize {
    bits.div_ceil(5) as usize
}

macro_rules! unsigned {
    ($($Number:ty),*) => {
        $(impl Pack for $Number {
            const MAX: usize = letters(Self::BITS);

            fn pack(&self, out: &mut Packer) {
                out.number((*self).into());
            }

            fn unpack(input: &mut Unpacker<'_>) -> Result<Self, Stale> {
                input.number()?.try_into().map_err(|_| Stale)
            }
        })*
    };
}

unsigned!(u8, u16, u32, u64);

macro_rules! signed {
    ($($Number:ty),*) => {
        $(impl Pack for $Number {
            const MAX: usize = letters(Self::BITS);

            fn pack(&self, out: &mut Packer) {
                // Small ones are short, negative or not: 0, -1, 1, -2, 2, ….
                let number = i64::from(*self);
                out.number((number << 1 ^ number >> 63).cast_unsigned());
            }

            fn unpack(input: &mut Unpacker<'_>) -> Result<Self, Stale> {
                let number = input.number()?;
                let number = (number >> 1).cast_signed() ^ -(number & 1).cast_signed();
                number.try_into().map_err(|_| Stale)
            }
        })*
    };
}

signed!(i8, i16, i32, i64);

impl Pack for bool {
    const MAX: usize = 1;

    fn pack(&self, out: &mut Packer) {
        out.number((*self).into());
    }

    fn unpack(input: &mut Unpacker<'_>) -> Result<Self, Stale> {
        match input.number()? {
            0 => Ok(false),
            1 => Ok(true),
            _ => Err(Stale),
        }
    }
}

impl Pack for char {
    const MAX: usize = letters(21);

    fn pack(&self, out: &mut Packer) {
        out.number(u32::from(*self).into());
    }

    fn unpack(input: &mut Unpacker<'_>) -> Result<Self, Stale> {
        Self::from_u32(u32::unpack(input)?).ok_or(Stale)
    }
}

impl<T: Pack> Pack for Option<T> {
    const MAX: usize = 1 + T::MAX;

    fn pack(&self, out: &mut Packer) {
        self.is_some().pack(out);
        if let Some(value) = self {
            value.pack(out);
        }
    }

    fn unpack(input: &mut Unpacker<'_>) -> Result<Self, Stale> {
        match bool::unpack(input)? {
            true => T::unpack(input).map(Some),
            false => Ok(None),
        }
    }
}

impl<T: Pack, const N: usize> Pack for [T; N] {
    const MAX: usize = N * T::MAX;

    fn pack(&self, out: &mut Packer) {
        self.iter().for_each(|value| value.pack(out));
    }

    fn unpack(input: &mut Unpacker<'_>) -> Result<Self, Stale> {
        let values = (0..N).map(|_| T::unpack(input));
        let values: Vec<T> = values.collect::<Result<_, _>>()?;
        values.try_into().map_err(|_| Stale)
    }
}

macro_rules! tuples {
    ($(($($T:ident $value:ident),*))*) => {
        $(impl<$($T: Pack),*> Pack for ($($T,)*) {
            const MAX: usize = 0 $(+ $T::MAX)*;

            fn pack(&self, out: &mut Packer) {
                let ($($value,)*) = self;
                $($value.pack(out);)*
            }

            fn unpack(input: &mut Unpacker<'_>) -> Result<Self, Stale> {
                Ok(($($T::unpack(input)?,)*))
            }
        })*
    };
}

tuples! {
    (A a)
    (A a, B b)
    (A a, B b, C c)
    (A a, B b, C c, D d)
    (A a, B b, C c, D d, E e)
    (A a, B b, C c, D d, E e, F f)
}
