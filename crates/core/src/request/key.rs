//! Which update: what everything that is remembered about it is filed under.

use super::Request;
use crate::{FromRequest, Result};

/// An update of a bot, by its id.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct UpdateKey {
    /// Whose update.
    pub bot_id: i64,
    /// Telegram's id.
    pub update_id: i64,
}

impl UpdateKey {
    /// Of the update of a request.
    #[must_use]
    pub fn of(request: &Request) -> Self {
        Self {
            bot_id: request.bot.id(),
            update_id: request.update.id,
        }
    }
}

impl FromRequest for UpdateKey {
    async fn from_request(request: &Request) -> Result<Self> {
        Ok(Self::of(request))
    }
}
