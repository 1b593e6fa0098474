//! What is known of somebody's language.

use std::{
    fmt,
    sync::{Arc, OnceLock},
};

use futures_util::future::BoxFuture;

use crate::Result;

/// What is known of the language of who caused an update, the strongest first.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Locale {
    /// What was chosen for the chat.
    pub chat: Option<String>,
    /// What the user chose.
    pub user: Option<String>,
    /// What the user's app said last, where the update does not say it itself.
    pub client: Option<String>,
}

/// Where it is looked up, by those who ask for it.
pub trait LocaleSource: Send + Sync {
    /// Looks it up.
    fn locale(&self) -> BoxFuture<'_, Result<Locale>>;
}

/// What is known of the language of one update: an extension of its request, if the bot has texts. The layer that tracks users
/// tells it on the way.
#[derive(Clone, Default)]
pub struct Locales(Arc<Inner>);

#[derive(Default)]
struct Inner {
    known: OnceLock<Locale>,
    source: OnceLock<Arc<dyn LocaleSource>>,
}

impl Locales {
    /// It is known.
    pub fn tell(&self, locale: Locale) {
        // Who told it first knew it as well.
        let _ = self.0.known.set(locale);
    }

    /// It can be looked up there.
    pub fn look_up_in(&self, source: Arc<dyn LocaleSource>) {
        let _ = self.0.source.set(source);
    }

    /// As far as it is known.
    #[must_use]
    pub fn known(&self) -> Option<&Locale> {
        self.0.known.get()
    }

    /// What is known, or is looked up.
    ///
    /// # Errors
    ///
    /// It cannot be looked up.
    pub async fn get(&self) -> Result<Locale> {
        if let Some(known) = self.known() {
            return Ok(known.clone());
        }
        let Some(source) = self.0.source.get() else {
            return Ok(Locale::default());
        };
        let found = source.locale().await?;
        self.tell(found.clone());
        Ok(found)
    }
}

impl fmt::Debug for Locales {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.known(), f)
    }
}
