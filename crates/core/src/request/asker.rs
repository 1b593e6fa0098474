//! Whether somebody waits for the answer to an update, and so hears of it when that fails.

use super::{MatchedRoute, Request};
use crate::{
    apology::OnError,
    telegram::{Bot, Content, Update, UpdateKind},
    texts::{Locales, OwnTexts, Speech},
};

/// Who may wait for the answer to an update.
#[derive(Clone, Debug)]
pub struct Asker {
    /// What they wait for.
    pub update: Update,
    bot: Bot,
    route: Option<MatchedRoute>,
    /// What the bot says of failures, if it has words of its own.
    pub(crate) on_error: Option<OnError>,
    /// What the bot speaks, if it has texts.
    speech: Option<Speech>,
    /// What is known of the language of who asked.
    locales: Option<Locales>,
}

impl Asker {
    /// Of an update on its way down.
    #[must_use]
    pub fn of(request: &Request) -> Self {
        Self {
            update: request.update.clone(),
            bot: request.bot.clone(),
            route: request.extensions.get().cloned(),
            on_error: request.extensions.get().cloned(),
            speech: request.extensions.get().cloned(),
            locales: request.extensions.get().cloned(),
        }
    }

    /// The same, of a bot without words of its own.
    #[must_use]
    pub fn in_plain_words(&self) -> Self {
        Self {
            on_error: None,
            ..self.clone()
        }
    }

    /// Whether somebody waits: see [`Request::is_awaited`]. Whoever is in a dialogue waits as well,
    /// as far as that is known: once the router has found it.
    #[must_use]
    pub fn waits(&self) -> bool {
        let in_dialogue = self
            .route
            .as_ref()
            .is_some_and(MatchedRoute::is_of_dialogue);
        (in_dialogue && !self.update.is_automatic()) || is_awaited(&self.update, &self.bot)
    }

    /// The library's own texts for them, as far as it is known in which language.
    #[must_use]
    pub fn own(&self) -> OwnTexts {
        OwnTexts::as_known(self.speech.as_ref(), self.locales.as_ref(), &self.update)
    }

    /// The name of the route that was taken.
    #[must_use]
    pub fn route(&self) -> Option<std::sync::Arc<str>> {
        self.route.as_ref()?.get()
    }
}

fn is_awaited(update: &Update, bot: &Bot) -> bool {
    match (&update.content, update.kind) {
        (Content::CallbackQuery(_), _)
        | (_, UpdateKind::PreCheckoutQuery | UpdateKind::ShippingQuery) => true,
        // Two bots that apologise to each other would not end.
        _ if update.is_automatic() => false,
        (Content::Message(message), UpdateKind::Message | UpdateKind::BusinessMessage) => {
            message.is_to_bot(bot.id(), bot.username())
        }
        _ => false,
    }
}

impl Request {
    /// Whether a person waits for an answer, whatever the handler makes of the update: somebody
    /// pressed a button, is about to pay, or wrote to the bot — in the private chat, or in a group
    /// by a command, by its name or in reply to it. The rest of a group's talk may be none of the
    /// bot's business, and what Telegram tells of a chat is nobody's question.
    #[must_use]
    pub fn is_awaited(&self) -> bool {
        is_awaited(&self.update, &self.bot)
    }
}
