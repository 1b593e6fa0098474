//! A text in Telegram's HTML, told apart by its type from what people write.

use std::{borrow::Cow, fmt, ops::Deref};

use serde_json::Value;

use super::{escape, plain};
use crate::{Text, extract::Caption};

/// A text in Telegram's HTML: what messages, captions and refusals are made of.
///
/// What a string is depends on where it is from: a literal is markup, a [`String`] is what somebody
/// wrote, and is escaped. So nobody's name becomes a tag, and what is `Html` already is not escaped
/// again. Texts with both are made by [`html!`](crate::html!).
///
/// ```
/// use ostankino_core::{Html, html};
///
/// let written = String::from("a <3");
/// assert_eq!(Html::from(written.clone()), "a &lt;3");
/// assert_eq!(Html::from("<b>a</b>"), "<b>a</b>");
/// assert_eq!(html!("<b>{written}</b>"), "<b>a &lt;3</b>");
/// ```
///
/// Beware of `format!`, whose result is a `String`: tags in it are shown, not obeyed. A text that is borrowed
/// from one is no literal either: [`Html::escaped`].
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Html(Cow<'static, str>);

impl Html {
    /// No text yet, to [`push`](Self::push) to.
    #[must_use]
    pub const fn new() -> Self {
        Self::markup("")
    }

    /// Markup that is part of the program; [`html!`](crate::html!) checks it as well.
    ///
    /// ```
    /// const RULES: ostankino_core::Html = ostankino_core::Html::markup("<b>Правила</b>");
    /// assert_eq!(RULES, "<b>Правила</b>");
    /// ```
    #[must_use]
    pub const fn markup(markup: &'static str) -> Self {
        Self(Cow::Borrowed(markup))
    }

    /// Takes a string for markup, unchecked: whoever wrote it chooses the tags, so let it be nobody
    /// but the bot. What people wrote belongs into [`escaped`](Self::escaped).
    ///
    /// ```
    /// use ostankino_core::Html;
    ///
    /// let from_a_file = String::from("<i>Новости</i>");
    /// assert_eq!(Html::raw(from_a_file), "<i>Новости</i>");
    /// ```
    #[must_use]
    pub const fn raw(markup: String) -> Self {
        Self(Cow::Owned(markup))
    }

    /// A text that is shown as it is.
    ///
    /// ```
    /// assert_eq!(ostankino_core::Html::escaped("a <3 & b"), "a &lt;3 &amp; b");
    /// ```
    #[must_use]
    pub fn escaped(text: &str) -> Self {
        Self::raw(escape(text).into_owned())
    }

    /// Adds to the end.
    ///
    /// ```
    /// use ostankino_core::{Html, html};
    ///
    /// let mut list = Html::markup("<b>Корзина</b>");
    /// for (name, count) in [("Чай", 2), ("Мёд & орехи", 1)] {
    ///     list.push(html!("\n{name}: {count} шт."));
    /// }
    /// assert_eq!(list, "<b>Корзина</b>\nЧай: 2 шт.\nМёд &amp; орехи: 1 шт.");
    /// ```
    pub fn push(&mut self, more: impl Into<Self>) {
        self.0.to_mut().push_str(&more.into());
    }

    /// All parts, one after the other.
    ///
    /// ```
    /// use ostankino_core::{Html, html};
    ///
    /// assert_eq!(Html::concat([html!("<b>a</b>"), "b".into()]), "<b>a</b>b");
    /// ```
    #[must_use]
    pub fn concat(parts: impl IntoIterator<Item = impl Into<Self>>) -> Self {
        Self::join(parts, "")
    }

    /// All parts, with a separator between them.
    ///
    /// ```
    /// use ostankino_core::{Html, html};
    ///
    /// let lines = ["a", "b & c"].map(|name| html!("• {name}"));
    /// assert_eq!(Html::join(lines, "\n"), "• a\n• b &amp; c");
    /// ```
    #[must_use]
    pub fn join(
        parts: impl IntoIterator<Item = impl Into<Self>>,
        separator: impl Into<Self>,
    ) -> Self {
        let separator = separator.into();
        let mut parts = parts.into_iter();
        let mut joined = parts.next().map_or_else(Self::new, Into::into);
        for part in parts {
            joined.push(separator.clone());
            joined.push(part);
        }
        joined
    }

    /// What is shown of it: for where Telegram takes no markup.
    ///
    /// ```
    /// assert_eq!(ostankino_core::Html::markup("<b>a</b> &lt; b").plain(), "a < b");
    /// ```
    #[must_use]
    pub fn plain(&self) -> String {
        plain(&self.0)
    }

    /// The markup.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// A literal is markup.
impl From<&'static str> for Html {
    fn from(markup: &'static str) -> Self {
        Self::markup(markup)
    }
}

/// What is made while the program runs is escaped.
impl From<String> for Html {
    fn from(text: String) -> Self {
        Self(match escape(&text) {
            Cow::Owned(escaped) => Cow::Owned(escaped),
            Cow::Borrowed(_) => Cow::Owned(text),
        })
    }
}

impl From<&String> for Html {
    fn from(text: &String) -> Self {
        Self::escaped(text)
    }
}

/// What somebody wrote is escaped.
impl From<Text> for Html {
    fn from(Text(text): Text) -> Self {
        text.into()
    }
}

/// What somebody wrote is escaped.
impl From<Caption> for Html {
    fn from(Caption(text): Caption) -> Self {
        text.into()
    }
}

/// The markup, for a parameter of a [`Call`](crate::Call).
impl From<Html> for Value {
    fn from(html: Html) -> Self {
        Self::String(html.0.into_owned())
    }
}

/// The markup.
impl fmt::Display for Html {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // No padding or cutting: a width would count the tags, and cut them.
        f.write_str(&self.0)
    }
}

/// The markup.
impl Deref for Html {
    type Target = str;

    fn deref(&self) -> &str {
        &self.0
    }
}

impl PartialEq<str> for Html {
    fn eq(&self, markup: &str) -> bool {
        *self.0 == *markup
    }
}

impl PartialEq<&str> for Html {
    fn eq(&self, markup: &&str) -> bool {
        *self.0 == **markup
    }
}
