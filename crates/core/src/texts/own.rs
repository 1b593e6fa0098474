//! What the library says to users by itself.

use std::sync::{Arc, LazyLock};

use super::{Catalogue, Handle, Locale, Locales, Speech, files::own_in};
use crate::{FromRequest, Request, Result, Update};

mod generated {
    include!(concat!(env!("OUT_DIR"), "/texts.rs"));
}

pub use generated::OwnTexts;

/// What a bot without texts of its own says, to everybody.
static RUSSIAN: LazyLock<OwnTexts> = LazyLock::new(|| {
    let tags = ["ru".to_owned()];
    let catalogue = Catalogue::new(&tags, &own_in(&tags));
    OwnTexts::from_handle(Handle::new(Arc::new(catalogue)))
});

impl OwnTexts {
    /// As a bot without texts says it, to everybody.
    #[must_use]
    pub fn russian() -> Self {
        RUSSIAN.clone()
    }

    /// For who caused the update, as far as that is known: nothing is looked up, and nothing fails.
    #[must_use]
    pub fn known(request: &Request) -> Self {
        let (speech, locales) = (request.extensions.get(), request.extensions.get());
        Self::as_known(speech, locales, &request.update)
    }

    /// The same, of a request that went on.
    pub(crate) fn as_known(
        speech: Option<&Speech>,
        locales: Option<&Locales>,
        update: &Update,
    ) -> Self {
        let Some(speech) = speech else {
            return Self::russian();
        };
        let unknown = Locale::default();
        let locale = locales.and_then(Locales::known).unwrap_or(&unknown);
        speech.own(locale, Speech::client(update))
    }
}

/// In the language of who caused the update; in Russian where the bot has no texts.
impl FromRequest for OwnTexts {
    async fn from_request(request: &Request) -> Result<Self> {
        let Some(speech) = request.extensions.get::<Speech>() else {
            return Ok(Self::russian());
        };
        let locale = Speech::locale(request).await?;
        Ok(speech.own(&locale, Speech::client(&request.update)))
    }
}
