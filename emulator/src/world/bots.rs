//! Several bots in one world: people, groups and files are there once, all else is of each bot alone.
//!
//! The state is always that of one bot: whoever looks at it as another has it turned round first.

use std::{
    collections::BTreeMap,
    mem::swap,
    sync::{Arc, PoisonError},
};

use serde_json::Value;

use super::{
    Action, BotStatus, CallLog, ChatLog, Group, Identity, Profile, Queue, State, Stored, Streamed,
    Webhook, World, business::Account, ephemeral::Ephemeral, faults::Faults, flood::Flood,
    heard::Heard, inline::Inline, journal::Journal, payments::Payments, presses::Presses,
    web_apps::WebApps,
};
use crate::protocol::objects::{Common, User};

/// What is of one bot, while the state is another's.
pub(super) struct Own {
    bot: Common<User>,
    private: BTreeMap<i64, ChatLog>,
    pinned: BTreeMap<i64, Vec<i64>>,
    actions: BTreeMap<i64, Action>,
    presses: Presses,
    payments: Payments,
    inline: Inline,
    web_apps: WebApps,
    streams: BTreeMap<i64, Streamed>,
    ephemeral: Ephemeral,
    queue: Queue,
    commands: BTreeMap<(String, String), Value>,
    profile: Profile,
    business: BTreeMap<String, Account>,
    webhook: Option<Webhook>,
    webhooks_set: u64,
    calls: CallLog,
    faults: Faults,
    flood: Flood,
    heard: Heard,
    journal: Journal,
    next_message_id: i64,
}

impl Own {
    fn new(bot: User, keeps_calls: bool) -> Self {
        Self {
            bot: bot.into(),
            private: BTreeMap::new(),
            pinned: BTreeMap::new(),
            actions: BTreeMap::new(),
            presses: Presses::default(),
            payments: Payments::default(),
            inline: Inline::default(),
            web_apps: WebApps::default(),
            streams: BTreeMap::new(),
            ephemeral: Ephemeral::default(),
            queue: Queue::new(),
            commands: BTreeMap::new(),
            profile: Profile::default(),
            business: BTreeMap::new(),
            webhook: None,
            webhooks_set: 0,
            calls: CallLog::new(keeps_calls),
            faults: Faults::default(),
            flood: Flood::default(),
            heard: Heard::default(),
            journal: Journal::new(),
            next_message_id: 1,
        }
    }
}

impl State {
    /// Turns the state round to a bot that is there.
    pub(super) fn become_bot(&mut self, id: i64) {
        if self.bot.id == id {
            return;
        }
        let Some(mut own) = self.others.remove(&id) else {
            return;
        };
        let before = self.bot.id;
        let Own {
            bot,
            private,
            pinned,
            actions,
            presses,
            payments,
            inline,
            web_apps,
            streams,
            ephemeral,
            queue,
            commands,
            profile,
            business,
            webhook,
            webhooks_set,
            calls,
            faults,
            flood,
            heard,
            journal,
            next_message_id,
        } = own.as_mut();
        swap(&mut self.bot, bot);
        swap(&mut self.logs.private, private);
        swap(&mut self.pinned.private, pinned);
        swap(&mut self.actions, actions);
        swap(&mut self.presses, presses);
        swap(&mut self.payments, payments);
        swap(&mut self.inline, inline);
        swap(&mut self.web_apps, web_apps);
        swap(&mut self.streams, streams);
        swap(&mut self.ephemeral, ephemeral);
        swap(&mut self.queue, queue);
        swap(&mut self.commands, commands);
        swap(&mut self.profile, profile);
        swap(&mut self.business, business);
        swap(&mut self.webhook, webhook);
        swap(&mut self.webhooks_set, webhooks_set);
        swap(&mut self.calls, calls);
        swap(&mut self.faults, faults);
        swap(&mut self.flood, flood);
        swap(&mut self.heard, heard);
        swap(&mut self.journal, journal);
        swap(&mut self.next_message_id, next_message_id);
        self.others.insert(before, own);
        self.changes.look_as(id, id);
    }

    /// Adds a bot. The error says why it cannot be.
    pub(super) fn add_bot(&mut self, bot: User) -> Result<(), String> {
        let id = bot.id;
        if self.is_bot(id) || self.people.contains_key(&id) {
            return Err(format!("{id} is taken"));
        }
        if let Some(username) = bot.username.as_deref().filter(|name| self.is_taken(name)) {
            return Err(format!("the username {username} is taken"));
        }
        let mut own = Own::new(bot, self.calls.keeps());
        if self.changes.keeps_unsaved() {
            own.queue.keep_unsaved();
        }
        self.others.insert(id, Box::new(own));
        Ok(())
    }

    /// Whether this is the id of a bot.
    pub(crate) fn is_bot(&self, id: i64) -> bool {
        id == self.bot.id || self.others.contains_key(&id)
    }

    /// A bot by its id.
    pub(crate) fn bot_user(&self, id: i64) -> Option<&User> {
        if id == self.bot.id {
            return Some(&self.bot);
        }
        Some(&self.others.get(&id)?.bot)
    }

    /// The ids of all bots, the present one first.
    pub(crate) fn bots(&self) -> Vec<i64> {
        [self.bot.id]
            .into_iter()
            .chain(self.others.keys().copied())
            .collect()
    }

    /// What the present bot is to a group.
    pub(crate) fn bot_status(&self, group_id: i64) -> BotStatus {
        self.groups()
            .get(&group_id)
            .map_or(BotStatus::Left, |group| group.bot(self.bot.id))
    }

    /// The bot whose message this is: one that sent it, or whose inline result it is.
    pub(super) fn owner(&self, stored: &Stored) -> Option<i64> {
        let message = &stored.message;
        let via = message
            .sender
            .as_ref()
            .and_then(|sender| sender.via_bot.as_ref());
        let ids = [
            via.map(|bot| bot.id),
            message.from.as_ref().map(|from| from.id),
            stored.author,
        ];
        ids.into_iter().flatten().find(|id| self.is_bot(*id))
    }

    /// Does this as each bot that is in a chat, the present one first; returns what came of it for that one.
    pub(super) fn as_each_bot_in(
        &mut self,
        chat_id: i64,
        mut act: impl FnMut(&mut Self) -> i64,
    ) -> i64 {
        if self.others.is_empty() || chat_id > 0 {
            return act(self);
        }
        let mut first = 0;
        for (number, id) in self.bots().into_iter().enumerate() {
            let result = self.as_bot(id, &mut act);
            if number == 0 {
                first = result;
            }
        }
        first
    }

    /// The presses of other bots.
    pub(super) fn other_presses(&self) -> impl Iterator<Item = &Presses> {
        self.others.values().map(|own| &own.presses)
    }

    /// The payments of other bots.
    pub(super) fn other_payments(&self) -> impl Iterator<Item = &Payments> {
        self.others.values().map(|own| &own.payments)
    }
}

impl Group {
    /// What a bot is to it.
    pub(crate) fn bot(&self, id: i64) -> BotStatus {
        self.bots.get(&id).copied().unwrap_or(BotStatus::Left)
    }

    /// How many bots are in it.
    pub(crate) fn bot_count(&self) -> usize {
        let is_in = |status: &&BotStatus| !matches!(status, BotStatus::Left | BotStatus::Kicked);
        self.bots.values().filter(is_in).count()
    }
}

impl World {
    /// Adds a bot, and returns the world as that one sees it.
    pub(crate) fn add_bot(&self, bot: Identity) -> Result<Arc<Self>, String> {
        if self.with_token(&bot.token).is_some() {
            return Err("the token is taken".to_owned());
        }
        self.change(|state| state.add_bot(bot.user.clone()))?;
        let mut identities = self
            .shared
            .identities
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        identities.push(bot.clone());
        drop(identities);
        self.shared.bots_changed.notify_waiters();
        Ok(self.seen_by(bot))
    }

    /// The world as each bot sees it, in the order in which they were added.
    pub(crate) fn views(&self) -> Vec<Arc<Self>> {
        self.identities()
            .into_iter()
            .map(|bot| self.seen_by(bot))
            .collect()
    }

    /// The world as the bot with this token sees it.
    pub(crate) fn with_token(&self, token: &str) -> Option<Arc<Self>> {
        let bot = self
            .identities()
            .into_iter()
            .find(|bot| bot.token == token)?;
        Some(self.seen_by(bot))
    }

    /// The same for the bot with this username or id.
    pub(crate) fn with_name(&self, name: &str) -> Option<Arc<Self>> {
        let name = name.trim_start_matches('@');
        let is = |bot: &Identity| {
            let username = bot.user.username.as_deref();
            username.is_some_and(|own| own.eq_ignore_ascii_case(name))
                || bot.user.id.to_string() == name
        };
        let bot = self.identities().into_iter().find(is)?;
        Some(self.seen_by(bot))
    }

    pub(crate) fn identities(&self) -> Vec<Identity> {
        let identities = self
            .shared
            .identities
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        identities.clone()
    }

    fn seen_by(&self, bot: Identity) -> Arc<Self> {
        Arc::new(Self {
            bot,
            account: None,
            deadline: self.deadline,
            shared: Arc::clone(&self.shared),
        })
    }
}
