//! What a job works with.

use std::{fmt, sync::Arc};

use futures_util::future::BoxFuture;
use tokio::{
    sync::watch,
    time::{Duration, sleep},
};

use super::Draft;
use crate::{
    Bot, Call, Error, Result,
    event::Whose,
    texts::{Bundle, LocaleSource, Speech},
};

/// How long Telegram shows a chat action, nearly.
const SHOWN: Duration = Duration::from_millis(4_500);

/// What a job works with: its state, whose it is, and ways to show that it moves on. A clone is cheap.
#[derive(Clone, Debug)]
pub struct Work<S> {
    state: S,
    parts: Arc<WorkParts>,
}

/// What the service gives to a job that runs.
#[doc(hidden)]
pub struct WorkParts {
    /// The bot.
    pub bot: Bot,
    /// Whose it is.
    pub whose: Whose,
    /// See [`Work::once_key`].
    pub once_key: String,
    /// See [`Work::draft`].
    pub draft_id: i64,
    /// From 1.
    pub attempt: u16,
    /// True once it is cancelled.
    pub cancelled: watch::Receiver<bool>,
    /// Says that it is still at work.
    pub beat: Box<dyn Beat>,
    /// What the bot speaks, and where the user's language is looked up; nothing of a bot without texts.
    pub speech: Option<(Speech, Box<dyn LocaleSource>)>,
}

/// Says that a job is still at work.
#[doc(hidden)]
pub trait Beat: Send + Sync {
    /// Says so; false if it is another's by now.
    fn beat(&self) -> BoxFuture<'_, Result<bool>>;
}

impl<S> Work<S> {
    pub(super) fn new(state: S, parts: Arc<WorkParts>) -> Self {
        Self { state, parts }
    }

    /// What [`Router::job`](crate::Router::job) was given.
    pub fn state(&self) -> &S {
        &self.state
    }

    /// The client of the Bot API: what is called by it happens now, and may happen again if the job does.
    #[must_use]
    pub fn bot(&self) -> &Bot {
        &self.parts.bot
    }

    /// Whose it is.
    #[must_use]
    pub fn user_id(&self) -> Option<i64> {
        self.parts.whose.user
    }

    /// The chat it was asked for in.
    #[must_use]
    pub fn chat_id(&self) -> Option<i64> {
        self.parts.whose.chat
    }

    /// The texts that the app was given, in the language of whose it is. Each call looks it up.
    ///
    /// # Errors
    ///
    /// The app was given no such texts; [`Error::Unavailable`].
    pub async fn texts<T: Bundle>(&self) -> Result<T> {
        let missing = || {
            let name = std::any::type_name::<T>();
            Error::message(format!(
                "the app has no texts `{name}`: add them by `AppBuilder::texts`"
            ))
        };
        let (speech, source) = self.parts.speech.as_ref().ok_or_else(missing)?;
        speech.texts(&source.locale().await?).ok_or_else(missing)
    }

    /// How often it was begun, from 1.
    #[must_use]
    pub fn attempt(&self) -> u16 {
        self.parts.attempt
    }

    /// A key for other systems, the same whenever this job runs: `<bot>:<update>:<number>`.
    #[must_use]
    pub fn once_key(&self) -> &str {
        &self.parts.once_key
    }

    /// A message in the making, shown in the private chat while it grows: see [`Draft`].
    pub fn draft(&self) -> Draft {
        let WorkParts {
            bot,
            whose,
            draft_id,
            ..
        } = &*self.parts;
        Draft::new(bot.clone(), whose, *draft_id)
    }

    /// Ends the job by its `?` once it is cancelled. Costs nothing: call it as often as you like.
    ///
    /// # Errors
    ///
    /// [`Error::Aborted`]: it is cancelled, or another container has it.
    pub async fn progress(&self) -> Result<()> {
        // Whoever computes without end lets others run.
        tokio::task::yield_now().await;
        match *self.parts.cancelled.borrow() {
            true => Err(Error::Aborted),
            false => Ok(()),
        }
    }

    /// Makes sure, by asking, that no other container has the job: before what cannot be repeated.
    ///
    /// # Errors
    ///
    /// [`Error::Aborted`] if another one has it, or it is cancelled; [`Error::Unavailable`].
    pub async fn make_sure(&self) -> Result<()> {
        match self.parts.beat.beat().await? {
            true => self.progress().await,
            false => Err(Error::Aborted),
        }
    }

    /// Shows a chat action, such as `typing` or `upload_document`, while `work` goes on.
    pub async fn showing<T>(&self, action: &str, work: impl Future<Output = T>) -> T {
        tokio::select! {
            biased;
            done = work => done,
            never = self.show(action) => match never {},
        }
    }

    async fn show(&self, action: &str) -> std::convert::Infallible {
        let Whose { chat, topic, .. } = &self.parts.whose;
        let Some(chat) = chat else {
            return std::future::pending().await;
        };
        loop {
            let mut call = Call::new("sendChatAction")
                .param("chat_id", *chat)
                .param("action", action);
            if let Some(topic) = topic {
                call = call.param("message_thread_id", *topic);
            }
            if let Err(error) = self.parts.bot.call::<bool>(call).await {
                tracing::debug!(event = "action_not_shown", %error, "a chat action was not shown");
            }
            sleep(SHOWN).await;
        }
    }
}

impl fmt::Debug for WorkParts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("WorkParts")
            .field("once_key", &self.once_key)
            .field("attempt", &self.attempt)
            .finish_non_exhaustive()
    }
}
