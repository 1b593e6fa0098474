//! How fast the bot may call: bulk traffic keeps to Telegram's limits and stands back behind interactive traffic, and what
//! Telegram refused with a 429 is left alone by all processes.

mod common;
mod driver;
mod held;
mod local;
mod pauses;
mod share;
mod steady;
mod talk;
mod window;

use std::{
    fmt,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use tokio::sync::{Notify, mpsc};

use self::{
    common::{Common, Said},
    driver::Told,
    held::Held,
    local::{Blocked, Local, Rates},
    pauses::Pauses,
    steady::Steady,
    talk::Counter,
    window::Full,
};
pub(crate) use self::{driver::LimitsDriver, share::Share};
use crate::{Clock, Config, queue::topology::Topology, redis::Redis};

/// How long the bot is left alone at the most for a call that is for no chat.
const WITHOUT_CHAT: Duration = Duration::from_secs(5);

/// The limits of outgoing calls, those that Telegram sets and those that it tells by a 429. A clone shares them.
///
/// *Bulk* traffic (a mailing, reminders, what is owed) waits for its [turn](Self::bulk_turn) before each call. *Interactive*
/// traffic, which somebody waits for, never does: it is only [counted](Self::interactive), and bulk traffic leaves it as much
/// of the overall rate as it took lately, and some more.
///
/// ```
/// use ostankino::{Context, Result, methods::SendMessageParams};
///
/// async fn tell_all(context: &Context, chats: &[i64]) -> Result<()> {
///     for chat in chats {
///         let message = SendMessageParams::builder().chat_id(*chat).text("Мы открылись").build();
///         let turn = context.limits().bulk_turn(Some(*chat)).await;
///         context.bot().send(&message).await?;
///         drop(turn);
///     }
///     Ok(())
/// }
/// ```
#[derive(Clone)]
pub struct Limits(Arc<Inner>);

struct Inner {
    clock: Clock,
    local: Mutex<(Steady, Local)>,
    common: Option<Common>,
    /// What this process may of what all may, where they cannot ask.
    share: Box<dyn Fn() -> Share + Send + Sync>,
    pauses: Pauses,
    talk: Counter,
    /// Whoever has it is next; the others wait in their order.
    gate: tokio::sync::Mutex<()>,
    /// A call was answered.
    answered: Notify,
    telling: mpsc::UnboundedSender<Told>,
}

/// The right to make one bulk call now. It is to be kept until the call is answered, and dropped then: Telegram counts a call
/// when it arrives, which is some time in between.
#[must_use = "the call counts as answered once its turn is dropped"]
pub struct Turn {
    limits: Limits,
    chat: Option<i64>,
    /// By which Redis knows it.
    name: Option<u64>,
}

impl Limits {
    /// Limits of the bot of that configuration, shared by Redis if there is one, else by share.
    pub(crate) fn new(
        config: &Config,
        clock: &Clock,
        redis: Option<Redis>,
        share: impl Fn() -> Share + Send + Sync + 'static,
    ) -> (Self, LimitsDriver) {
        let (prefix, bot) = (&config.nats.prefix, config.telegram.bot_id());
        let rates = Rates::from(&config.limits);
        let (telling, told) = mpsc::unbounded_channel();
        let inner = Arc::new(Inner {
            clock: clock.clone(),
            local: Mutex::new((Steady::of(clock), Local::new(rates))),
            common: redis.map(|redis| Common::new(redis, prefix, bot, rates)),
            share: Box::new(share),
            pauses: Pauses::new(clock),
            talk: Counter::default(),
            gate: tokio::sync::Mutex::new(()),
            answered: Notify::new(),
            telling,
        });
        let driver = LimitsDriver {
            inner: inner.clone(),
            told,
            held: Held::default(),
            subject: Topology::new(prefix, bot).limits(),
        };
        (Self(inner), driver)
    }

    /// Waits until a bulk call may be made: to a chat, or to none that is limited. Those whose chats have room are served in
    /// the order in which they came. Dropping the future gives the place up; one that is kept
    /// and not polled holds up the others.
    pub async fn bulk_turn(&self, chat: Option<i64>) -> Turn {
        loop {
            while let Some(left) = self.pause_of(chat) {
                self.0.clock.sleep(left).await;
            }
            // Told of whatever is answered from here on.
            let answered = self.0.answered.notified();
            let room = self.local(|local, now| local.room_in(chat, now));
            if let Err(full) = room {
                self.wait(full, answered).await;
                continue;
            }
            // Only one that could go on takes part, so that no chat holds up another.
            let gate = self.0.gate.lock().await;
            // And whatever is answered while it is asked.
            let answered = self.0.answered.notified();
            let full = match self.turn(chat).await {
                Ok(turn) => return turn,
                Err(full) => full,
            };
            drop(gate);
            self.wait(full, answered).await;
        }
    }

    /// Waits for room in the overall rate; the error is how long there is none in the chat.
    async fn turn(&self, chat: Option<i64>) -> Result<Turn, Full> {
        loop {
            let answered = self.0.answered.notified();
            if self.pause_of(chat).is_some() {
                return Err(Full::For(Duration::ZERO));
            }
            match self.begin(chat).await {
                Ok(turn) => return Ok(turn),
                Err(Blocked::Chat(full)) => return Err(full),
                Err(Blocked::Overall(full)) => self.wait(full, answered).await,
            }
        }
    }

    async fn begin(&self, chat: Option<i64>) -> Result<Turn, Blocked> {
        let talk = self.0.talk.total();
        let turn = |name| Turn {
            limits: self.clone(),
            chat,
            name,
        };
        if let Some(common) = self.0.common.as_ref().filter(|common| common.is_there()) {
            let by_share = self.local(|local, now| {
                local.room(chat, Share::WHOLE, talk, now)?;
                Ok(local.went_by_share(now))
            });
            match common.turn(chat, by_share?).await {
                Said::Go(name) => {
                    self.local(|local, now| local.begin(chat, Share::WHOLE, now, true));
                    self.tell(Told::Begun(name, chat));
                    return Ok(turn(Some(name)));
                }
                Said::Full(blocked) => return Err(blocked),
                Said::ByShare => {}
            }
        }
        let share = (self.0.share)();
        self.local(|local, now| {
            local.go_by_share(now);
            local.room(chat, share, talk, now)?;
            local.begin(chat, share, now, false);
            Ok(())
        })?;
        Ok(turn(None))
    }

    /// Counts an interactive call; it costs next to nothing and never waits. A call counted so leaves the overall rate as much
    /// room as calls like it took in the last seconds.
    pub fn interactive(&self) {
        self.0.talk.add();
    }

    /// Telegram refused a call with a 429 and asked for that long: the chat is left alone for that time. If three chats are
    /// refused within a second, it is the bot that is too fast: it is left alone for the shortest of these times. Where the call
    /// is for no chat, the bot is left alone, but for five seconds at the most: that may be a limit of its method alone, as the
    /// hours of changing a name.
    ///
    /// The client tells of what it is refused by itself.
    pub fn paused(&self, chat: Option<i64>, wait: Duration) {
        let pauses = &self.0.pauses;
        let wait = match chat {
            Some(_) => wait,
            None => wait.min(WITHOUT_CHAT),
        };
        pauses.add(chat, wait);
        self.tell(Told::Pause(chat, wait));
        if let Some(chat) = chat
            && let Some(of_bot) = pauses.refused(chat, wait)
        {
            pauses.add(None, of_bot);
            self.tell(Told::Pause(None, of_bot));
        }
    }

    /// How long a chat is to be left alone still, by a pause of its own or of the whole bot; for `None`, the bot. It costs one
    /// atomic load while nothing is.
    #[must_use]
    pub fn pause_of(&self, chat: Option<i64>) -> Option<Duration> {
        self.0.pauses.left(chat)
    }

    fn tell(&self, what: Told) {
        // At the end nobody may listen any more.
        let _ = self.0.telling.send(what);
    }

    async fn wait(&self, full: Full, answered: impl Future<Output = ()>) {
        match full {
            Full::UntilAnAnswer => answered.await,
            Full::For(left) => tokio::select! {
                () = answered => {}
                () = self.0.clock.sleep(left) => {}
            },
        }
    }

    fn local<T>(&self, look: impl FnOnce(&mut Local, Duration) -> T) -> T {
        self.0.local(look)
    }
}

impl Inner {
    fn local<T>(&self, look: impl FnOnce(&mut Local, Duration) -> T) -> T {
        let mut guard = self.local.lock().unwrap_or_else(PoisonError::into_inner);
        let (time, local) = &mut *guard;
        look(local, time.now())
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        self.limits.local(|local, now| local.end(self.chat, now));
        self.limits.0.answered.notify_waiters();
        if let Some(name) = self.name {
            self.limits.tell(Told::Answered(name, self.chat));
        }
    }
}

impl fmt::Debug for Limits {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Limits").finish_non_exhaustive()
    }
}

impl fmt::Debug for Turn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Turn")
            .field("chat", &self.chat)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests;
