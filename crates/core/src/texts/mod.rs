//! Typed texts in the language of the user: a method for each message of the Fluent files of a bot.
//!
//! The files, `locales/<language>/<name>.ftl`, are checked and made into Rust by `ostankino-build` when the bot is built; the
//! macro [`texts!`](crate::texts!) puts them into the program. The guide is `docs/texts.md` in the repository.
//!
//! What a message is for is said by its name: `*-button`, `*-toast`, `*-plain` and `cmd-*` are [`Plain`](crate::html::Plain),
//! all others [`Html`](crate::Html). A label where a text is due, or the other way round, does not compile.

mod ask;
mod catalogue;
mod files;
mod locale;
mod money;
mod own;
mod shown;
mod speech;

#[doc(hidden)]
pub use self::{
    ask::Ask,
    files::Embedded,
    locale::{Locale, LocaleSource, Locales},
    speech::Speech,
};
pub use self::{
    catalogue::{Catalogue, Handle},
    money::Money,
    own::OwnTexts,
    shown::{Inserted, Number, Shown},
};
use crate::{CallbackData, FromRequest, data::Pack};

/// The texts of a bot, in one of its languages: what [`texts!`](crate::texts!) makes. Generic code names a message by the
/// path of its method: `fn(&T) -> Plain` is `Texts::pay_button`.
///
/// As an argument of a handler it speaks the language of the user: the one chosen, or else that of the app, or else the first of
/// the bot's. In a group whose language was chosen it speaks that.
pub trait Bundle: Clone + Send + Sync + FromRequest + 'static {
    /// The languages.
    type Lang: Language<Texts = Self>;

    /// The same texts in another language.
    #[must_use]
    fn of(&self, language: Self::Lang) -> Self;

    /// The language that they are in.
    fn lang(&self) -> Self::Lang;

    /// The same texts in the language that is best for who asks for that tag, as `users.language` has it; in the first where it is
    /// none of theirs.
    #[must_use]
    fn speaking(&self, tag: Option<&str>) -> Self {
        let handle = self.handle();
        let language = handle.catalogue().language_for(&Locale::default(), tag);
        Self::from_handle(handle.of(language))
    }

    #[doc(hidden)]
    fn handle(&self) -> &Handle;

    #[doc(hidden)]
    fn from_handle(handle: Handle) -> Self;
}

/// The languages of a bot: what [`texts!`](crate::texts!) makes.
pub trait Language: Copy + Eq + Send + Sync + CallbackData + Pack + 'static {
    /// What is said in them.
    type Texts: Bundle<Lang = Self>;

    /// All; the first is the one that has all texts, and is spoken to whose language is none of them.
    const ALL: &'static [Self];

    /// The IETF tag: `ru`, `pt-BR`.
    fn tag(self) -> &'static str;

    /// The texts in that language, as the bot was built with them.
    fn texts(self) -> Self::Texts;
}

/// The texts that `ostankino-build` made of the bot's Fluent files: `ostankino::texts!(pub Texts, Lang);` gives a struct with
/// a method for each message, which is a [`Bundle`], and an enum of the languages, which is a [`Language`].
#[macro_export]
macro_rules! texts {
    ($visible:vis $Texts:ident, $Lang:ident $(,)?) => {
        // In a bot that is no library nothing is reachable.
        #[allow(clippy::allow_attributes, unreachable_pub)]
        mod __texts {
            ::core::include!(::core::concat!(::core::env!("OUT_DIR"), "/texts.rs"));
        }
        $visible use __texts::{Lang as $Lang, Texts as $Texts};
    };
}

#[cfg(test)]
mod tests;
