//! What is logged of a call that Telegram refused.

use super::{answer::Answer, instead::Instead, make::Trouble};
use crate::{Call, chain};

impl Answer {
    pub(super) fn log(&self, trouble: &Trouble, method: &str, call: &Call, chat: Option<i64>) {
        let Trouble {
            error,
            limit,
            instead,
            ..
        } = trouble;
        let error = chain(error);
        let route = self.asker.route();
        let (route, limit) = (route.as_deref(), limit.as_deref());
        // The chat of the update is in the span.
        let to_chat_id = chat.filter(|chat| self.asker.update.chat_id() != Some(*chat));
        let said_instead = instead.map(Instead::as_str);
        let reply_made_at = line_of(call);
        if instead.is_some_and(Instead::is_whole) {
            tracing::warn!(
                event = "reply_changed",
                method,
                route,
                to_chat_id,
                error,
                said_instead,
                reply_made_at,
                "a reply was sent in another way"
            );
        } else {
            tracing::error!(
                event = "reply_unsent",
                method,
                route,
                to_chat_id,
                limit,
                error,
                said_instead,
                reply_made_at,
                "a reply was not sent"
            );
        }
    }
}

/// The line of the handler that made the call.
pub(super) fn line_of(call: &Call) -> Option<String> {
    let line = call.made_at()?;
    Some(format!("{}:{}", line.file(), line.line()))
}
