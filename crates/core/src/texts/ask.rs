//! A message that is being asked for: its arguments, then its text.

use std::borrow::Cow;

use fluent_bundle::{FluentArgs, FluentValue};

use super::{Handle, Inserted, Number, Shown, shown::escaped};
use crate::{
    Html,
    html::{Plain, shorten_plain},
};

/// The most UTF-16 units of a note over the chat.
const TOAST: usize = 200;

/// A message of a language, and what it is given so far. What [`texts!`](crate::texts!) makes calls it.
#[derive(Debug)]
pub struct Ask<'a> {
    handle: &'a Handle,
    message: &'static str,
    attribute: Option<&'static str>,
    arguments: FluentArgs<'a>,
}

impl<'a> Ask<'a> {
    pub(super) fn new(
        handle: &'a Handle,
        message: &'static str,
        attribute: Option<&'static str>,
    ) -> Self {
        Self {
            handle,
            message,
            attribute,
            arguments: FluentArgs::new(),
        }
    }

    /// What stands among markup.
    #[must_use]
    pub fn inserted(self, name: &'static str, value: &impl Inserted) -> Self {
        let value = value.insert(self.handle.tag()).into_owned();
        self.with(name, FluentValue::String(value.into()))
    }

    /// What stands in the quotes of a tag, or chooses a variant.
    #[must_use]
    pub fn escaped(self, name: &'static str, value: &impl Shown) -> Self {
        let value = escaped(value.show(self.handle.tag())).into_owned();
        self.with(name, FluentValue::String(value.into()))
    }

    /// What stands where there is no markup.
    #[must_use]
    pub fn shown(self, name: &'static str, value: &impl Shown) -> Self {
        let value = value.show(self.handle.tag()).into_owned();
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
        self.handle
            .format(self.message, self.attribute, &self.arguments)
    }
}
