//! What can be put into a text.

use std::borrow::Cow;

use fluent_bundle::types::FluentNumber;

use crate::{CommandArgs, Html, Text, extract::Caption, html::Plain};

/// A value that is shown in a text, as it is written in its language: words, numbers, [`Money`](super::Money), and whatever
/// implements it.
///
/// ```
/// # use std::borrow::Cow;
/// use ostankino_core::texts::Shown;
///
/// struct Weight { grams: u32 }
///
/// impl Shown for Weight {
///     fn show(&self, language: &str) -> Cow<'_, str> {
///         match language {
///             "ru" => format!("{} г", self.grams).into(),
///             _ => format!("{} g", self.grams).into(),
///         }
///     }
/// }
/// assert_eq!(Weight { grams: 5 }.show("en"), "5 g");
/// ```
///
/// It is words, not markup: in a text that is markup it is escaped.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be shown in a text",
    note = "words, whole numbers and `Money` can; a type of your own implements `ostankino::texts::Shown`",
    note = "`Html` cannot where there is no markup: on buttons, in notes and titles, and in the quotes of a tag"
)]
pub trait Shown {
    /// The words, in the language of that tag, `ru` or `pt-BR`.
    fn show(&self, language: &str) -> Cow<'_, str>;
}

/// A value that is put into a text that is markup: anything [`Shown`], which is escaped, and [`Html`], which is not.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be put into a text",
    note = "words, whole numbers, `Money` and `Html` can; a type of your own implements `ostankino::texts::Shown`"
)]
pub trait Inserted {
    /// The markup, in the language of that tag.
    #[doc(hidden)]
    fn insert(&self, language: &str) -> Cow<'_, str>;
}

impl<T: Shown + ?Sized> Inserted for T {
    fn insert(&self, language: &str) -> Cow<'_, str> {
        escaped(self.show(language))
    }
}

impl Inserted for Html {
    fn insert(&self, _: &str) -> Cow<'_, str> {
        self.as_str().into()
    }
}

impl Inserted for &Html {
    fn insert(&self, _: &str) -> Cow<'_, str> {
        self.as_str().into()
    }
}

pub(super) fn escaped(words: Cow<'_, str>) -> Cow<'_, str> {
    match crate::html::escape(&words) {
        Cow::Owned(escaped) => Cow::Owned(escaped),
        Cow::Borrowed(_) => words,
    }
}

impl<T: Shown + ?Sized> Shown for &T {
    fn show(&self, language: &str) -> Cow<'_, str> {
        T::show(self, language)
    }
}

impl Shown for str {
    fn show(&self, _: &str) -> Cow<'_, str> {
        self.into()
    }
}

macro_rules! words {
    ($($Words:ty),*) => {
        $(impl Shown for $Words {
            fn show(&self, _: &str) -> Cow<'_, str> {
                Cow::Borrowed(&**self)
            }
        })*
    };
}

words!(String, Cow<'_, str>, Box<str>, std::sync::Arc<str>);

macro_rules! written {
    ($($Written:ty),*) => {
        $(impl Shown for $Written {
            fn show(&self, _: &str) -> Cow<'_, str> {
                self.0.as_str().into()
            }
        })*
    };
}

written!(Text, Caption, Plain, CommandArgs);

macro_rules! numbers {
    ($($Number:ty),*) => {
        $(impl Shown for $Number {
            fn show(&self, _: &str) -> Cow<'_, str> {
                self.to_string().into()
            }
        }

        impl From<$Number> for Number {
            fn from(number: $Number) -> Self {
                Self(number.into())
            }
        })*
    };
}

numbers!(i8, i16, i32, i64, isize, u8, u16, u32, u64, usize);

/// A number by which a text is chosen, `{ $count -> [one] … *[other] … }`: of any type of whole numbers, or an `f64`. Up to 2⁵³
/// it is exact.
#[derive(Clone, Debug, PartialEq)]
pub struct Number(pub(super) FluentNumber);

impl From<f64> for Number {
    fn from(number: f64) -> Self {
        Self(number.into())
    }
}
