//! A message that is being asked for: its arguments, then its text.

use std::borrow::Cow;

use fluent_bundle::{FluentArgs, FluentValue};

use super::{Inserted, Number, Shown, catalogue::Found, shown::escaped};
use crate::{
    Html,
    html::{Plain, shorten_plain},
};

/// The most UTF-16 units of a note over the chat.
const TOAST: usize = 200;

/// A message of a language, and what it is given so far. What [`texts!`](crate::texts!) makes calls it.
#[derive(Debug)]
pub struct Ask<'a> {
    found: Found<'a>,
    arguments: FluentArgs<'a>,
}

impl<'a> Ask<'a> {
    pub(super) fn new(found: Found<'a>) -> Self {
        Self {
            found,
            arguments: FluentArgs::new(),
        }
    }

    /// What stands among markup.
    #[must_use]
    #[expect(
        clippy::needless_pass_by_value,
        reason = "methods of messages give away what they take"
    )]
    pub fn inserted(self, name: &'static str, value: impl Inserted) -> Self {
        let value = value.insert(self.found.tag).into_owned();
        self.with(name, FluentValue::String(value.into()))
    }

    /// What stands in the quotes of a tag, or chooses a variant.
    #[must_use]
    pub fn escaped(self, name: &'static str, value: impl Shown) -> Self {
        let value = escaped(value.show(self.found.tag)).into_owned();
        self.with(name, FluentValue::String(value.into()))
    }

    /// What stands where there is no markup.
    #[must_use]
    pub fn shown(self, name: &'static str, value: impl Shown) -> Self {
        let value = value.show(self.found.tag).into_owned();
        self.with(name, FluentValue::String(value.into()))
    }

    /// A number.
    #[must_use]
    pub fn number(self, name: &'static str, value: impl Into<Number>) -> Self {
        let Number(number) = value.into();
        self.with(name, FluentValue::Number(number))
    }

    fn with(mut self, name: &'static str, value: FluentValue<'a>) -> Self {
        self.arguments.set(name, value);
        self
    }

    /// The markup.
    #[must_use]
    pub fn html(self) -> Html {
        Html::raw(self.text().into_owned())
    }

    /// The words.
    #[must_use]
    pub fn plain(self) -> Plain {
        Plain(self.text().into_owned())
    }

    /// The words, as many as a note has room for.
    #[must_use]
    pub fn toast(self) -> Plain {
        let text = self.text();
        Plain(shorten_plain(&text, TOAST).into_owned())
    }

    fn text(&self) -> Cow<'_, str> {
        self.found.format(&self.arguments)
    }
}
