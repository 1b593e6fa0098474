//! Tells those who send too much, beside the polling: nobody waits for that.

use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;

use crate::{
    chain,
    telegram::{
        Bot, Call,
        internal::{Aside, Sending},
    },
};

/// So many may wait to be told.
const WAITING: usize = 64;

/// Where somebody is to be told.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Notice {
    /// In a private chat.
    Chat(i64),
    /// Over the answer to a press.
    Press(String),
}

/// Tells them.
#[derive(Debug)]
pub(crate) struct Notices {
    text: String,
    waiting: mpsc::Receiver<Notice>,
}

impl Notice {
    /// To whoever sent that, if he alone would read it.
    pub(super) fn to(sending: &Sending<'_>) -> Option<Self> {
        match sending.aside {
            Aside::Chat(chat) => Some(Self::Chat(chat)),
            Aside::Press(id) => serde_json::from_slice(id).ok().map(Self::Press),
            Aside::Nowhere => None,
        }
    }

    fn call(self, text: &str) -> Call {
        match self {
            Self::Chat(chat) => Call::new("sendMessage")
                .param("chat_id", chat)
                .param("text", text)
                .param("parse_mode", ""),
            Self::Press(id) => Call::new("answerCallbackQuery")
                .param("callback_query_id", id)
                .param("text", text),
        }
    }
}

impl Notices {
    pub(super) fn new(text: &str) -> (mpsc::Sender<Notice>, Self) {
        let (notices, waiting) = mpsc::channel(WAITING);
        let text = text.to_owned();
        (notices, Self { text, waiting })
    }

    /// Tells each until `stop`.
    pub(crate) async fn run(mut self, bot: Bot, stop: CancellationToken) {
        while let Some(Some(notice)) = stop.run_until_cancelled(self.waiting.recv()).await {
            if self.text.is_empty() {
                continue;
            }
            let mut call = notice.call(&self.text);
            let told = bot.make(&mut call);
            if let Some(Err(error)) = stop.run_until_cancelled(told).await {
                tracing::debug!(
                    event = "flood_untold",
                    error = chain(&error),
                    "one who sends too much could not be told"
                );
            }
        }
        // Whoever gives notices shall not see the end of this before that of the service.
        stop.cancelled().await;
    }
}

#[cfg(test)]
impl Notices {
    /// The next that waits.
    pub(super) fn next(&mut self) -> Option<Notice> {
        self.waiting.try_recv().ok()
    }
}
