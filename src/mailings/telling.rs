//! Tells the author of a mailing that it went on: as an event, which a dialog takes.

use ostankino_core::internal::Whose;
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::table::Told;
use crate::{
    Event,
    events::{Events, Happening, of_news},
};

/// A mailing went on, or came to its end: an event of its [author](super::NewMailing::author), every three seconds at the most.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct MailingMoved {
    /// Which mailing.
    pub mailing: i64,
}

impl Event for MailingMoved {
    const NAME: &'static str = "ostankino.mailing";
}

/// Publishes these events.
#[derive(Debug)]
pub(crate) struct Telling {
    pub(crate) events: Events,
    /// Whether a route takes them.
    pub(crate) is_heard: bool,
}

impl Telling {
    /// Nothing depends on it: the next one comes soon.
    pub(super) async fn tell(&self, told: &Told) {
        if !self.is_heard {
            return;
        }
        let data = json!(MailingMoved { mailing: told.id });
        let happening = Happening {
            id: of_news(),
            name: MailingMoved::NAME,
            whose: &Whose::user(told.author_id),
            timer: None,
            data: &data,
        };
        if let Err(error) = self.events.publish(&happening).await {
            tracing::debug!(
                event = "mailing_untold",
                error = error.chain(),
                "the author of a mailing was not told how it goes"
            );
        }
    }
}
