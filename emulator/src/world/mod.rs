//! The world behind the Bot API: people, chats, the update queue and what the bot did. It knows nothing of HTTP.

mod actions;
mod attachment;
mod bots;
pub(crate) mod business;
mod by_chat;
mod call;
mod calls;
pub(crate) mod changes;
pub(crate) mod channels;
mod chats;
mod checklists;
pub(crate) mod clock;
mod clock_followers;
mod direct;
mod drafts;
mod ephemeral;
pub(crate) mod fault;
mod faults;
mod files;
mod flood;
mod group_life;
mod handling;
mod heard;
mod identity;
mod inline;
mod journal;
mod latency;
mod letters;
pub(crate) mod members;
mod messages;
mod moves;
mod payments;
mod people;
mod pins;
mod polls;
mod presses;
mod profile;
mod pushed;
mod queue;
pub(crate) mod saved;
mod sent;
mod shared;
mod stickers;
mod stored;
pub(crate) mod topics;
pub(crate) mod traffic;
mod usernames;
pub(crate) mod wait;
mod web_apps;
mod webhook;

use std::{
    collections::{BTreeMap, VecDeque},
    fmt::Write as _,
    path::PathBuf,
    sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError},
    time::Duration,
};

use serde_json::Value;
use tokio::sync::{Notify, watch};

pub(crate) use self::{
    actions::Manner,
    calls::CallLog,
    chats::{Action, BotStatus, ChatLog, Group, Place},
    drafts::Streamed,
    ephemeral::Aside,
    files::{Content as FileContent, Files},
    group_life::out,
    identity::Identity,
    inline::{Chosen, InlineResult, Offer, Typed},
    journal::Event,
    members::Entry,
    messages::Draft,
    payments::{Invoice, Payment, Sale, Wallet},
    people::Human,
    presses::Button,
    profile::Profile,
    queue::{Ended, Queue, SLOW},
    saved::{Broken, Rows, Unsaved},
    stickers::StickerSet,
    stored::Stored,
    webhook::Webhook,
};
pub use self::{
    attachment::Attachment,
    call::Call,
    fault::Fault,
    latency::Latency,
    payments::CheckoutEnd,
    sent::{Press, SentMessage},
};
use self::{
    bots::Own, business::Account, by_chat::ByChat, changes::Changes, clock::Clock,
    ephemeral::Ephemeral, faults::Faults, flood::Flood, heard::Heard, inline::Inline,
    journal::Journal, payments::Payments, polls::Polls, presses::Presses, stickers::StickerSets,
    usernames::Usernames, web_apps::WebApps,
};
use crate::protocol::objects::{Common, User};

/// How Telegram behaves, as far as one may choose.
#[derive(Clone, Debug)]
pub(crate) struct Settings {
    pub(crate) flood_control: bool,
    pub(crate) latency: Latency,
    /// As a local server: files are given by their paths, below this folder.
    pub(crate) local: Option<PathBuf>,
    /// How many messages are kept in all chats together; the oldest go first.
    pub(crate) kept_messages: usize,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            flood_control: false,
            latency: Latency::default(),
            local: None,
            kept_messages: 200_000,
        }
    }
}

/// The world as one bot sees it.
pub(crate) struct World {
    pub(crate) bot: Identity,
    /// The connection to the account in which it looks at it, if it does.
    account: Option<String>,
    pub(crate) deadline: Duration,
    pub(crate) shared: Arc<Shared>,
}

/// What all views share: the state behind a lock that is never held over an await, and the bells that ring on changes.
pub(crate) struct Shared {
    /// The bots, in the order in which they were added.
    identities: Mutex<Vec<Identity>>,
    /// Rings when there is another bot.
    pub(crate) bots_changed: Notify,
    /// Rings on every change.
    pub(crate) changed: Notify,
    /// Rings when an update is queued, for the poller.
    pub(crate) new_updates: Notify,
    /// The version up to which everything is in the data file, if there is one.
    saved: OnceLock<watch::Receiver<u64>>,
    state: Mutex<State>,
}

/// All that changes.
pub(crate) struct State {
    pub(crate) bot: Common<User>,
    // What is of many is changed only by methods that mark the change.
    people: BTreeMap<i64, Human>,
    usernames: Usernames,
    groups: BTreeMap<i64, Group>,
    /// Accounts that the bot is connected to, by their connections, but the one in whose sight the state is now.
    business: BTreeMap<String, Account>,
    account: Option<Box<Account>>,
    /// Other bots than the one whose state this is now.
    others: BTreeMap<i64, Box<Own>>,
    logs: ByChat<ChatLog>,
    /// The places of all messages, oldest first, with whose sight they are in; some may be gone.
    order: VecDeque<(i64, i64, i64)>,
    pinned: ByChat<Vec<i64>>,
    actions: BTreeMap<i64, Action>,
    files: Files,
    sticker_sets: StickerSets,
    presses: Presses,
    payments: Payments,
    inline: Inline,
    web_apps: WebApps,
    streams: BTreeMap<i64, Streamed>,
    ephemeral: Ephemeral,
    polls: Polls,
    pub(crate) clock: Clock,
    pub(crate) changes: Changes,
    pub(crate) queue: Queue,
    /// The bot's commands by scope (JSON text) and language.
    pub(crate) commands: BTreeMap<(String, String), Value>,
    pub(crate) profile: Profile,
    pub(crate) webhook: Option<Webhook>,
    pub(crate) calls: CallLog,
    pub(crate) faults: Faults,
    pub(crate) flood: Flood,
    pub(crate) settings: Settings,
    pub(crate) heard: Heard,
    pub(crate) journal: Journal,
    /// Counts updates of all bots.
    queued: u64,
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
            bot: bot.user.clone().into(),
            people: BTreeMap::new(),
            usernames: Usernames::default(),
            groups: BTreeMap::new(),
            business: BTreeMap::new(),
            account: None,
            others: BTreeMap::new(),
            logs: ByChat::default(),
            order: VecDeque::new(),
            pinned: ByChat::default(),
            actions: BTreeMap::new(),
            files: Files::default(),
            sticker_sets: StickerSets::new(),
            presses: Presses::default(),
            payments: Payments::default(),
            inline: Inline::default(),
            web_apps: WebApps::default(),
            streams: BTreeMap::new(),
            ephemeral: Ephemeral::default(),
            polls: Polls::default(),
            clock: Clock::default(),
            heard: Heard::default(),
            changes: Changes::of(bot.user.id),
            queue: Queue::new(),
            commands: BTreeMap::new(),
            profile: Profile::default(),
            webhook: None,
            calls: CallLog::new(keep_calls),
            faults: Faults::default(),
            flood: Flood::default(),
            settings,
            journal: Journal::new(),
            queued: 0,
            version: 0,
            webhooks_set: 0,
            // Past 2^31 (and 2^32), as new people's ids are: code that keeps them in 32 bits shall fail here.
            next_person_id: fastrand::i64(5_000_000_000..7_000_000_000),
            next_group_id: -1_000_000_000_000 - fastrand::i64(1_500_000_000..2_500_000_000),
            next_message_id: 1,
        };
        let state = Mutex::new(state);
        let shared = Shared {
            identities: Mutex::new(vec![bot.clone()]),
            bots_changed: Notify::new(),
            changed: Notify::new(),
            new_updates: Notify::new(),
            saved: OnceLock::new(),
            state,
        };
        Self {
            bot,
            account: None,
            deadline,
            shared: Arc::new(shared),
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
            let before = state.queued;
            let result = change(&mut state)?;
            state.version += 1;
            (Some(result), state.queued != before)
        };
        if queued {
            self.shared.new_updates.notify_waiters();
        }
        self.shared.changed.notify_waiters();
        result
    }

    /// From now on what is done is done only when it is in the data file; `saved` tells the version that is.
    pub(crate) fn is_saved_by(&self, saved: watch::Receiver<u64>) {
        // A world has one file at most.
        let _ = self.shared.saved.set(saved);
    }

    /// Waits until all changes made so far are in the data file, if there is one.
    pub(crate) async fn saved(&self) {
        let Some(saved) = self.shared.saved.get() else {
            return;
        };
        let version = self.read(|state| state.version);
        // The end of the saver is the end of all this.
        let _ = saved.clone().wait_for(|saved| *saved >= version).await;
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
        let mut state = self
            .shared
            .state
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        state.look_as(self.bot.user.id, self.account.as_deref());
        state
    }
}
