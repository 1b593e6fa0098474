//! Whom to tell of each 429: it is noted where the answer comes in, so whoever made the call.

use std::{
    fmt,
    sync::{Arc, OnceLock},
    time::Duration,
};

use super::ApiError;

/// Is told of each 429: the chat that the call is for, and how long it is to be left alone.
type WhenLimited = Box<dyn Fn(i64, Duration) + Send + Sync>;

/// Whom to tell, once that is known. A clone shares it.
#[derive(Clone, Default)]
pub(super) struct Limited(Arc<OnceLock<WhenLimited>>);

impl Limited {
    /// Only the first one is told.
    pub(super) fn tell(&self, act: impl Fn(i64, Duration) + Send + Sync + 'static) {
        let _ = self.0.set(Box::new(act));
    }

    /// Notes how a call ended that was for that chat.
    pub(super) fn note<T>(&self, chat: Option<i64>, answer: &Result<T, ApiError>) {
        // A limit of a call without a chat is one of its method: of changing the bot's name, for hours.
        if let Err(error) = answer
            && let (Some(act), Some(chat)) = (self.0.get(), chat)
            && error.code() == Some(429)
            && let Some(wait) = error.retry_after()
        {
            act(chat, wait);
        }
    }
}

impl fmt::Debug for Limited {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let is_told = self.0.get().is_some();
        f.debug_tuple("Limited").field(&is_told).finish()
    }
}
