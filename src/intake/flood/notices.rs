//! Tells those who send too much, beside the polling: nobody waits for that.

use ostankino_core::texts::{Locale, OwnTexts, Speech};
use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;

use crate::{
    chain,
    telegram::{
        Bot, Call, Envelope,
        internal::{Aside, Sending},
    },
};

/// So many may wait to be told.
const WAITING: usize = 64;

/// Who is to be told, and in which language.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Notice {
    pub(super) place: Where,
    /// As the user's app has it. What was chosen is not known where updates are fetched.
    pub(super) language: Option<String>,
}

/// Where somebody is to be told.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Where {
    /// In a private chat.
    Chat(i64),
    /// Over the answer to a press.
    Press(String),
}

/// Tells them.
#[derive(Debug)]
pub(crate) struct Notices {
    /// The words of the configuration's own.
    text: Option<String>,
    /// What the bot speaks, if it has texts.
    speech: Option<Speech>,
    waiting: mpsc::Receiver<Notice>,
}

impl Notice {
    /// To whoever sent that, if he alone would read it.
    pub(super) fn to(sending: &Sending<'_>, envelope: &Envelope<'_>) -> Option<Self> {
        let place = match sending.aside {
            Aside::Chat(chat) => Where::Chat(chat),
            Aside::Press(id) => Where::Press(serde_json::from_slice(id).ok()?),
            Aside::Nowhere => return None,
        };
        let language = envelope.language_code();
        Some(Self { place, language })
    }

    fn call(self, text: &str) -> Call {
        match self.place {
            Where::Chat(chat) => Call::new("sendMessage")
                .param("chat_id", chat)
                .param("text", text)
                .param("parse_mode", ""),
            Where::Press(id) => Call::new("answerCallbackQuery")
                .param("callback_query_id", id)
                .param("text", text),
        }
    }
}

impl Notices {
    pub(super) fn new(text: Option<&str>) -> (mpsc::Sender<Notice>, Self) {
        let (notices, waiting) = mpsc::channel(WAITING);
        let notices_told = Self {
            text: text.map(str::to_owned),
            speech: None,
            waiting,
        };
        (notices, notices_told)
    }

    /// In the languages of the bot.
    pub(crate) fn with_texts(self, speech: Option<Speech>) -> Self {
        Self { speech, ..self }
    }

    fn text_for(&self, notice: &Notice) -> String {
        let language = notice.language.as_deref();
        match (&self.text, &self.speech) {
            (Some(text), _) => text.clone(),
            (None, Some(speech)) => speech.own(&Locale::default(), language).flood_toast().0,
            (None, None) => OwnTexts::russian().flood_toast().0,
        }
    }

    /// Tells each until `stop`.
    pub(crate) async fn run(mut self, bot: Bot, stop: CancellationToken) {
        while let Some(Some(notice)) = stop.run_until_cancelled(self.waiting.recv()).await {
            let text = self.text_for(&notice);
            if text.is_empty() {
                continue;
            }
            let mut call = notice.call(&text);
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
