//! What languages a bot speaks, without the type of its texts: an extension of each request, if the bot has texts.

use std::sync::Arc;

use super::{Bundle, Catalogue, Handle, Locale, Locales, OwnTexts};
use crate::{Request, Result, Update};

/// The languages of a bot.
#[derive(Clone, Debug)]
pub struct Speech(Handle);

impl Speech {
    /// Of the bot with these texts.
    #[must_use]
    pub fn of(texts: &impl Bundle) -> Self {
        Self(texts.handle().clone())
    }

    /// All texts.
    #[must_use]
    pub fn catalogue(&self) -> &Arc<Catalogue> {
        self.0.catalogue()
    }

    /// The library's own texts for who is known so well.
    #[must_use]
    pub fn own(&self, locale: &Locale, client: Option<&str>) -> OwnTexts {
        let language = self.catalogue().language_for(locale, client);
        self.0.of(language).own()
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
