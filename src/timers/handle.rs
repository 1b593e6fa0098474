//! The argument of handlers by which they ask for timers.

use std::time::Duration;

use jiff::Timestamp;
use ostankino_core::internal::Whose;

use super::{Cron, Schedule, Timer, TimerKey, asked, schedule::Due, wake::Timing};
use crate::{
    DbSession, Error, Event, FromRequest, Request, Result, request::UpdateKey, telegram::EventPart,
    unit_of_work::TaskSession,
};

/// The timers of whoever caused the update: events that happen later, in the chat and topic in which they were asked for.
///
/// They are written in the transaction of the [`DbSession`]: a handler that fails has asked for none, and has cancelled
/// none.
///
/// ```
/// use std::time::Duration;
///
/// use ostankino::{CommandArgs, Event, Fired, Result, Router, Timers};
/// use serde::{Deserialize, Serialize};
///
/// #[derive(Serialize, Deserialize)]
/// struct Tea {
///     kind: String,
/// }
///
/// impl Event for Tea {
///     const NAME: &'static str = "tea";
/// }
///
/// async fn brew(timers: Timers, CommandArgs(kind): CommandArgs) -> Result<&'static str> {
///     let ready = timers.after(Duration::from_secs(4 * 60)).key("tea");
///     ready.event(&Tea { kind }).await?;
///     Ok("Завариваю.")
/// }
///
/// async fn ready(Fired(Tea { kind }): Fired<Tea>) -> String {
///     format!("Чай готов: {kind}")
/// }
///
/// let router = Router::new().command("tea", brew).event::<Tea, _>(ready);
/// # drop(router);
/// ```
#[derive(Clone, Debug)]
pub struct Timers {
    pub(super) session: DbSession,
    pub(super) timing: Timing,
    pub(super) bot_id: i64,
    pub(super) whose: Whose,
}

impl Timers {
    /// What time it is: by this clock timers are due.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        self.timing.clock().now()
    }

    /// Once, at that time; at once if it is past.
    pub fn at(&self, time: impl Into<Timestamp>) -> Schedule {
        Schedule::new(self.clone(), Due::At(time.into()))
    }

    /// Once, after this long.
    pub fn after(&self, long: Duration) -> Schedule {
        let time = self.now().checked_add(long);
        self.at(time.unwrap_or(Timestamp::MAX))
    }

    /// Again and again, whenever the cron line is due.
    pub fn every(&self, cron: Cron) -> Schedule {
        Schedule::new(self.clone(), Due::Every(Box::new(cron)))
    }

    /// The timers of another user, in the private chat with the bot.
    #[must_use]
    pub fn of_user(&self, id: i64) -> Self {
        Self {
            whose: Whose::user(id),
            ..self.clone()
        }
    }

    /// Cancels the timer of that key: an event that is on its way already does not happen either. Says whether one
    /// was still to come.
    ///
    /// # Errors
    ///
    /// [`Error::Unavailable`] without a connection; the key cannot be one.
    pub async fn cancel(&self, key: impl Into<TimerKey>) -> Result<bool> {
        let key = key.into();
        let key = key.text().map_err(Error::message)?;
        let (owner, now) = (self.owner()?, self.now());
        let connection = &mut *self.session.conn().await?;
        asked::lock_key(connection, self.bot_id, owner, key).await?;
        asked::cancel_key(connection, self.bot_id, owner, key, now).await
    }

    /// Cancels the timer with that [`Timer::id`], if it is one of theirs: see [`cancel`](Self::cancel).
    ///
    /// # Errors
    ///
    /// [`Error::Unavailable`] without a connection.
    pub async fn cancel_id(&self, id: i64) -> Result<bool> {
        let (owner, now) = (self.owner()?, self.now());
        let connection = &mut *self.session.conn().await?;
        asked::cancel_id(connection, self.bot_id, owner, id, now).await
    }

    /// The timers of that event that are still to come in this chat, in the order in which they are due: a hundred at the
    /// most.
    ///
    /// # Errors
    ///
    /// [`Error::Unavailable`] without a connection; what is stored is no `E` any more.
    pub async fn list<E: Event>(&self) -> Result<Vec<Timer<E>>> {
        let owner = self.owner()?;
        let connection = &mut *self.session.conn().await?;
        let rows = asked::list(connection, self.bot_id, owner, self.whose.chat, E::NAME).await?;
        rows.into_iter().map(Timer::of).collect()
    }

    /// Puts off the timer of that key, if it is still to come; says whether it is.
    pub(crate) async fn put_off(&self, key: &str, long: Duration) -> Result<bool> {
        let (owner, run_at) = (self.owner()?, self.now().checked_add(long));
        let run_at = run_at.unwrap_or(Timestamp::MAX);
        let connection = &mut *self.session.conn().await?;
        asked::put_off(connection, self.bot_id, owner, key, run_at).await
    }

    /// Notes that the timer happens whose event this is, which whoever fired it may not have noted yet.
    pub(crate) async fn mark_fired(&self, event: &EventPart) -> Result<()> {
        let Some(id) = event.timer else { return Ok(()) };
        let connection = &mut *self.session.conn().await?;
        asked::mark_fired(connection, id, self.now()).await
    }

    /// Whose they are.
    pub(super) fn owner(&self) -> Result<i64> {
        let nobody =
            || Error::message("the update has neither a user nor a chat whose the timer could be");
        self.whose.owner().ok_or_else(nobody)
    }

    /// Those of a task's own session, of whoever that is, where that is.
    pub(crate) fn of_task(
        session: &TaskSession,
        timing: Timing,
        bot_id: i64,
        whose: Whose,
    ) -> Self {
        Self {
            session: session.session().clone(),
            timing,
            bot_id,
            whose,
        }
    }
}

impl FromRequest for Timers {
    async fn from_request(request: &Request) -> Result<Self> {
        let session: DbSession = request.extension()?;
        let missing = || Error::message("the session layer of this stack has no timers");
        Ok(Self {
            timing: session.timing().ok_or_else(missing)?.clone(),
            session,
            bot_id: UpdateKey::of(request).bot_id,
            whose: Whose::of(&request.update),
        })
    }
}
