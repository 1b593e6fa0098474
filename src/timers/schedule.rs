//! A timer that is being asked for.

use jiff::Timestamp;
use ostankino_core::event::CatchUp;
use serde_json::Value;

use super::{
    Cron, TimerKey, Timers,
    asked::{self, New},
};
use crate::{Error, Event, Result, event};

/// A timer that is being asked for: nothing is stored before [`event`](Self::event).
#[derive(Clone, Debug)]
#[must_use = "nothing is stored before `event` says what is to happen"]
pub struct Schedule {
    timers: Timers,
    due: Due,
    key: Option<TimerKey>,
}

#[derive(Clone, Debug)]
pub(super) enum Due {
    At(Timestamp),
    Every(Box<Cron>),
}

impl Schedule {
    pub(super) fn new(timers: Timers, due: Due) -> Self {
        Self {
            timers,
            due,
            key: None,
        }
    }

    /// Names it among the timers of its user: it takes the place of the one of that name, and
    /// [`Timers::cancel`] cancels it by its name.
    pub fn key(mut self, key: impl Into<TimerKey>) -> Self {
        self.key = Some(key.into());
        self
    }

    /// Has `event` happen then. Gives the timer's id.
    ///
    /// # Errors
    ///
    /// [`Error::Unavailable`] without a connection; the event cannot be written as JSON of up to 64 KiB.
    pub async fn event<E: Event>(self, event: &E) -> Result<i64> {
        let data = event::to_json(event).map_err(Error::message)?;
        self.named(E::NAME, E::CATCH_UP, &data).await
    }

    /// The same of an event whose name is no type's.
    pub(crate) async fn named(self, event: &str, catch_up: CatchUp, data: &Value) -> Result<i64> {
        let Self { timers, due, key } = self;
        let key = key.as_ref().map(TimerKey::text).transpose();
        let key = key.map_err(Error::message)?;
        let (owner, now) = (timers.owner()?, timers.now());
        let (run_at, cron) = match &due {
            Due::At(time) => (*time, None),
            Due::Every(cron) => {
                let never = || Error::message("the cron line is never due");
                (cron.after(now).ok_or_else(never)?, Some(&**cron))
            }
        };
        let new = New {
            bot_id: timers.bot_id,
            owner,
            whose: &timers.whose,
            key,
            event,
            data,
            run_at,
            cron,
            catch_up,
            now,
        };
        let id = {
            let connection = &mut *timers.session.conn().await?;
            if let Some(key) = key {
                asked::lock_key(connection, timers.bot_id, owner, key).await?;
                asked::cancel_key(connection, timers.bot_id, owner, key, now).await?;
                asked::free_key(connection, timers.bot_id, owner, key).await?;
            }
            asked::insert(connection, &new).await?
        };
        timers.session.wakes(&timers.timing, run_at);
        Ok(id)
    }
}
