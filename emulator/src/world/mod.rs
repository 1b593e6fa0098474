//! The world behind the Bot API: people, chats, the update queue and what the bot did. It knows nothing of HTTP.

mod actions;
mod attachment;
mod call;
mod calls;
mod chats;
pub(crate) mod fault;
mod faults;
mod files;
mod flood;
mod journal;
mod latency;
mod messages;
mod people;
mod presses;
mod profile;
mod queue;
pub(crate) mod saved;
mod sent;
mod topics;
pub(crate) mod wait;
mod webhook;

use std::{
    collections::{BTreeMap, HashMap},
    fmt::Write as _,
    sync::{Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use serde_json::Value;
use tokio::sync::Notify;

pub use self::{
    attachment::Attachment,
    call::Call,
    fault::Fault,
    latency::Latency,
    sent::{Press, SentMessage},
};
pub(crate) use self::{
    calls::CallLog,
    chats::{Action, BotStatus, ChatLog, Group, Place, Stored},
    files::{Content as FileContent, Files},
    journal::Event,
    messages::Draft,
    people::Human,
    presses::{Button, Pressed},
    profile::Profile,
    queue::{Ended, Queue, SLOW},
    saved::{Broken, Rows},
    webhook::Webhook,
};
use self::{faults::Faults, flood::Flood, journal::Journal};
use crate::protocol::objects::User;

/// The bot this server serves.
pub(crate) struct Identity {
    pub(crate) token: String,
    pub(crate) user: User,
}

/// How Telegram behaves, as far as one may choose.
#[derive(Clone, Debug, Default)]
pub(crate) struct Settings {
    pub(crate) flood_control: bool,
    pub(crate) latency: Latency,
}

/// The shared world: its state behind a lock that is never held over an await, and the bells that ring on changes.
pub(crate) struct World {
    pub(crate) bot: Identity,
    pub(crate) deadline: Duration,
    /// Rings on every change.
    pub(crate) changed: Notify,
    /// Rings when an update is queued, for the poller.
    pub(crate) new_updates: Notify,
    state: Mutex<State>,
}

/// All that changes.
pub(crate) struct State {
    pub(crate) bot: User,
    pub(crate) people: BTreeMap<i64, Human>,
    pub(crate) groups: BTreeMap<i64, Group>,
    pub(crate) logs: BTreeMap<i64, ChatLog>,
    pub(crate) files: Files,
    pub(crate) queue: Queue,
    pub(crate) presses: HashMap<String, Pressed>,
    /// The bot's commands by scope (JSON text) and language.
    pub(crate) commands: BTreeMap<(String, String), Value>,
    pub(crate) profile: Profile,
    pub(crate) webhook: Option<Webhook>,
    pub(crate) calls: CallLog,
    pub(crate) faults: Faults,
    pub(crate) flood: Flood,
    pub(crate) settings: Settings,
    pub(crate) journal: Journal,
    /// Counts changes, so that the page can ask for the next one.
    pub(crate) version: u64,
    webhooks_set: u64,
    next_person_id: i64,
    next_group_id: i64,
    next_message_id: i64,
}

impl World {
    pub(crate) fn new(
        bot: Identity,
        settings: Settings,
        deadline: Duration,
        keep_calls: bool,
    ) -> Self {
        let state = State {
            bot: bot.user.clone(),
            people: BTreeMap::new(),
            groups: BTreeMap::new(),
            logs: BTreeMap::new(),
            files: Files::default(),
            queue: Queue::new(),
            presses: HashMap::new(),
            commands: BTreeMap::new(),
            profile: Profile::default(),
            webhook: None,
            calls: CallLog::new(keep_calls),
            faults: Faults::default(),
            flood: Flood::default(),
            settings,
            journal: Journal::new(),
            version: 0,
            webhooks_set: 0,
            // Past 2^31 (and 2^32), as new people's ids are: code that keeps them in 32 bits shall fail here.
            next_person_id: fastrand::i64(5_000_000_000..7_000_000_000),
            next_group_id: -1_000_000_000_000 - fastrand::i64(1_500_000_000..2_500_000_000),
            next_message_id: 1,
        };
        let state = Mutex::new(state);
        Self {
            bot,
            deadline,
            changed: Notify::new(),
            new_updates: Notify::new(),
            state,
        }
    }

    /// Looks at the state.
    pub(crate) fn read<R>(&self, look: impl FnOnce(&State) -> R) -> R {
        look(&self.lock())
    }

    /// Takes something out of the state that no one else waits for: no bell rings.
    pub(crate) fn change_quietly<R>(&self, change: impl FnOnce(&mut State) -> R) -> R {
        change(&mut self.lock())
    }

    /// Changes the state, then rings the bells.
    pub(crate) fn change<R>(&self, change: impl FnOnce(&mut State) -> R) -> R {
        self.attempt(|state| Some(change(state)))
            .expect("the change was made")
    }

    /// Changes the state if it finds in it what it wants. Otherwise no bell rings: one that waits for a change and looks with
    /// this would wake itself for ever.
    pub(crate) fn attempt<R>(&self, change: impl FnOnce(&mut State) -> Option<R>) -> Option<R> {
        let (result, queued) = {
            let mut state = self.lock();
            let before = state.queue.queued();
            let result = change(&mut state)?;
            state.version += 1;
            (Some(result), state.queue.queued() != before)
        };
        if queued {
            self.new_updates.notify_waiters();
        }
        self.changed.notify_waiters();
        result
    }

    /// The recent updates and calls, for failure messages.
    pub(crate) fn journal(&self) -> String {
        let state = self.lock();
        let mut text = state.journal.render(&state.calls);
        let poller = if state.queue.is_polled() {
            "waits"
        } else {
            "does not wait"
        };
        writeln!(
            text,
            "  {} updates unconfirmed; the bot {poller} for more",
            state.queue.pending()
        )
        .expect("writing to a string");
        text
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        // A panic in a test's closure must not hide behind a second one.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
