//! What a bot's own work outside of updates is given: the bot, the database, its state, and the end.

use std::sync::Arc;

use http::Extensions;
use ostankino_core::{State, internal::Whose};
use tokio_util::sync::CancellationToken;

use crate::{
    Bot, Clock, Config, Error, Limits, Result, Timers,
    db::Database,
    mailings::{Desk, Mail},
    texts::Bundle,
    timers::Timing,
    unit_of_work::TaskSession,
};

/// What tasks of a bot, and what it does at the start and at the end, work with. A clone shares it.
#[derive(Clone, Debug)]
pub struct Context {
    pub(super) config: Config,
    pub(super) clock: Clock,
    pub(super) timing: Timing,
    pub(super) bot: Bot,
    pub(super) limits: Limits,
    pub(super) database: Database,
    pub(super) states: Extensions,
    pub(super) desk: Desk,
    pub(super) texts_refused: Arc<[String]>,
    pub(super) stop: CancellationToken,
}

impl Context {
    /// The client of the Bot API.
    #[must_use]
    pub fn bot(&self) -> &Bot {
        &self.bot
    }

    /// The service's time, which tests move: by it ask what time it is, and wait.
    #[must_use]
    pub fn clock(&self) -> &Clock {
        &self.clock
    }

    /// How fast the bot may call: whoever calls in bulk waits for its turns.
    #[must_use]
    pub fn limits(&self) -> &Limits {
        &self.limits
    }

    /// The timers of a user, in the private chat with the bot, written by that session: what is not committed is not
    /// asked for. Handlers have them as [`Timers`].
    ///
    /// ```
    /// use std::time::Duration;
    ///
    /// use ostankino::{Context, Event, Result};
    /// # #[derive(serde::Serialize, serde::Deserialize)]
    /// # struct Welcome {}
    /// # impl Event for Welcome {
    /// #     const NAME: &'static str = "welcome";
    /// # }
    ///
    /// async fn welcome(context: &Context, user: i64) -> Result<()> {
    ///     let session = context.database().session();
    ///     let soon = context.timers(&session, user).after(Duration::from_secs(60));
    ///     soon.event(&Welcome {}).await?;
    ///     session.commit().await
    /// }
    /// # drop(welcome);
    /// ```
    #[must_use]
    pub fn timers(&self, session: &TaskSession, user: i64) -> Timers {
        let whose = Whose::user(user);
        Timers::of_task(session, self.timing.clone(), self.bot.id(), whose)
    }

    /// The mailings of the bot, looked after in that session.
    ///
    /// ```
    /// use ostankino::{Context, Reply, Result, mailings::NewMailing};
    ///
    /// async fn announce(context: Context) -> Result<()> {
    ///     let session = context.database().session();
    ///     let news = NewMailing::of("Новая версия", Reply::text("Мы обновились"))?;
    ///     context.mail(&session).create(news.key("version 2")).await?;
    ///     session.commit().await
    /// }
    /// # drop(announce);
    /// ```
    #[must_use]
    pub fn mail(&self, session: &TaskSession) -> Mail {
        Mail::of(self.desk.clone(), session.session().clone())
    }

    /// The pool of connections: [`Database::session`] begins a transaction.
    #[must_use]
    pub fn database(&self) -> &Database {
        &self.database
    }

    /// The configuration.
    #[must_use]
    pub fn config(&self) -> &Config {
        &self.config
    }

    /// A value that [`AppBuilder::state`](crate::AppBuilder::state) was given.
    ///
    /// # Errors
    ///
    /// It was given none of that type.
    pub fn state<T: Clone + Send + Sync + 'static>(&self) -> Result<T> {
        let state: Option<&State<T>> = self.states.get();
        state.map(|State(value)| value.clone()).ok_or_else(|| {
            let name = std::any::type_name::<T>();
            Error::message(format!(
                "the app has no state `{name}`: add it by `AppBuilder::state`"
            ))
        })
    }

    /// The texts that the app was given, in its first language: [`Bundle::of`] and [`Bundle::speaking`] give another.
    ///
    /// # Errors
    ///
    /// It was given none of that type.
    pub fn texts<T: Bundle>(&self) -> Result<T> {
        let texts: Option<&State<T>> = self.states.get();
        texts.map(|State(texts)| texts.clone()).ok_or_else(|| {
            let name = std::any::type_name::<T>();
            Error::message(format!(
                "the app has no texts `{name}`: add them by `AppBuilder::texts`"
            ))
        })
    }

    /// What is wrong with the files that were to override the texts, with file and line: nothing if they do, or there are
    /// none. As long as there is something, the bot says what it was built with.
    #[must_use]
    pub fn texts_refused(&self) -> &[String] {
        &self.texts_refused
    }

    /// Returns once the service is told to end: what is under way is to be finished soon.
    pub async fn stopped(&self) {
        self.stop.cancelled().await;
    }

    /// Is cancelled once the service is told to end.
    #[must_use]
    pub fn stop_token(&self) -> &CancellationToken {
        &self.stop
    }
}
