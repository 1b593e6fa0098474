//! Draws what a user has before them, by the bot's own handlers: see [`Look`].

use ostankino_core::internal::{Draft, Whose};
use serde_json::json;
use tower::Service;
use tracing::Instrument;

use crate::{
    Bot, Event, Request, Result, Update, event::Look, events::of_news, reply::Drawn, routing::Route,
};

/// The handlers, with the layers in which all that they do is undone.
pub(crate) struct Looks {
    pub(crate) handlers: Route,
    pub(crate) bot: Bot,
}

impl Looks {
    /// What is shown to whoever that is, in that place.
    ///
    /// # Errors
    ///
    /// What the handler failed with.
    pub(super) async fn at(&self, whose: &Whose) -> Result<Drawn> {
        let look = Draft {
            id: of_news(),
            name: Look::NAME,
            whose,
            timer: None,
            data: &json!({}),
        };
        let update = Update::decode(look.encode())?;
        let span = tracing::info_span!(
            "look",
            user_id = update.user_id(),
            chat_id = update.chat_id()
        );
        let mut handlers = self.handlers.clone();
        let request = Request::new(update, self.bot.clone());
        let reply = handlers.call(request).instrument(span).await?;
        Drawn::of(reply)
    }
}
