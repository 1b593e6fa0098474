//! What languages a bot speaks, without the type of its texts: an extension of each request, if the bot has texts.

use std::{any::TypeId, sync::Arc};

use super::{Bundle, Catalogue, Handle, Locale, Locales, OwnTexts};
use crate::{Request, Result, Update};

/// The languages of a bot.
#[derive(Clone, Debug)]
pub struct Speech {
    handle: Handle,
    /// The type of the texts.
    of: TypeId,
}

impl Speech {
    /// Of the bot with these texts.
    #[must_use]
    pub fn of<T: Bundle>(texts: &T) -> Self {
        Self {
            handle: texts.handle().clone(),
            of: TypeId::of::<T>(),
        }
    }

    /// The texts for who is known so well; none if they are of another type.
    #[must_use]
    pub fn texts<T: Bundle>(&self, locale: &Locale) -> Option<T> {
        self.texts_in(self.catalogue().language_for(locale, None))
    }

    /// The texts in one of the languages; none if they are of another type.
    #[must_use]
    pub fn texts_in<T: Bundle>(&self, language: usize) -> Option<T> {
        (self.of == TypeId::of::<T>()).then(|| T::from_handle(self.handle.of(language)))
    }

    /// The tags of the languages.
    #[must_use]
    pub fn tags(&self) -> &[String] {
        self.catalogue().tags()
    }

    /// All texts.
    #[must_use]
    pub fn catalogue(&self) -> &Arc<Catalogue> {
        self.handle.catalogue()
    }

    /// What was wrong with files that were to override them.
    #[must_use]
    pub fn refused(&self) -> &[String] {
        self.catalogue().refused()
    }

    /// The library's own texts for who is known so well.
    #[must_use]
    pub fn own(&self, locale: &Locale, client: Option<&str>) -> OwnTexts {
        let language = self.catalogue().language_for(locale, client);
        self.handle.of(language).own()
    }

    /// What is known of the language of who caused the update, looked up if need be.
    pub(super) async fn locale(request: &Request) -> Result<Locale> {
        match request.extensions.get::<Locales>() {
            Some(locales) => locales.get().await,
            None => Ok(Locale::default()),
        }
    }

    /// What the user's app says.
    pub(super) fn client(update: &Update) -> Option<&str> {
        update.person()?.language_code.as_deref()
    }
}
