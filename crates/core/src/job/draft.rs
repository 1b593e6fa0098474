//! A message in the making: shown while it grows, by `sendMessageDraft`.

use std::{fmt, time::Duration};

use tokio::{task::JoinSet, time::Instant};

use crate::{
    Bot, Call, Html,
    event::Whose,
    html::shorten,
    telegram::{ApiError, internal::MAX_TEXT},
};

/// The least time between two looks of it: Telegram animates what comes, and refuses what comes too often.
const APART: Duration = Duration::from_millis(300);

/// How long a call may take: the next one shows more.
const PATIENCE: Duration = Duration::from_secs(5);

/// A message in the making. Only private chats show it, and it is no message: what is to stay is sent when the
/// job is [`Done`](super::Done).
///
/// The user may stop it, which cancels the job.
#[must_use = "nothing is shown before text is pushed"]
pub struct Draft {
    bot: Bot,
    chat: Option<i64>,
    topic: Option<i64>,
    id: i64,
    text: String,
    /// How much of the text is shown, or about to be.
    shown: usize,
    next: Instant,
    /// The call that is under way; it ends with the draft.
    showing: JoinSet<Result<(), ApiError>>,
}

impl Draft {
    pub(super) fn new(bot: Bot, whose: &Whose, id: i64) -> Self {
        Self {
            bot,
            // Of groups the Bot API knows no drafts.
            chat: whose.chat.filter(|chat| *chat > 0),
            topic: whose.topic,
            id,
            text: String::new(),
            shown: 0,
            next: Instant::now(),
            showing: JoinSet::new(),
        }
    }

    /// Adds to the text, and shows it if it is time for that. Waits for nothing: what could not be shown yet is
    /// shown with what comes next.
    pub async fn push(&mut self, text: &str) {
        self.text.push_str(text);
        match self.showing.try_join_next() {
            Some(Ok(Err(error))) => {
                self.next += error.retry_after().unwrap_or(APART);
                tracing::debug!(event = "draft_not_shown", %error, "a draft was not shown");
            }
            None if !self.showing.is_empty() => return,
            _ => {}
        }
        let is_due = self.text.len() > self.shown && Instant::now() >= self.next;
        if is_due && !self.text.trim().is_empty() {
            self.show();
        }
        // Whoever only computes lets the call go off.
        tokio::task::yield_now().await;
    }

    fn show(&mut self) {
        let Some(chat) = self.chat else {
            return;
        };
        (self.shown, self.next) = (self.text.len(), Instant::now() + APART);
        let mut call = Call::new("sendMessageDraft")
            .param("chat_id", chat)
            .param("draft_id", self.id)
            .param("text", shorten(&Html::escaped(&self.text), MAX_TEXT))
            .param("parse_mode", "HTML")
            .param("can_stop", true);
        if let Some(topic) = self.topic {
            call = call.param("message_thread_id", topic);
        }
        let bot = self.bot.clone();
        self.showing
            .spawn(async move { bot.try_once(call, PATIENCE).await.map(drop) });
    }

    /// The text so far.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The whole text.
    #[must_use]
    pub fn into_text(self) -> String {
        self.text
    }
}

impl fmt::Debug for Draft {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Draft")
            .field("id", &self.id)
            .field("length", &self.text.len())
            .finish_non_exhaustive()
    }
}
