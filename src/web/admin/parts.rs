//! What the page needs of a process that runs, beside what it is asked about anyway.

use std::sync::Arc;

use ostankino_core::{action::Action, event::EventSpec};

use super::looks::Looks;
use crate::{
    Event, Router,
    dialogue::NatsStorage,
    event::Look,
    mailings::Desk,
    personal::{Declared, Stores},
    timers::{Timing, Wake},
    unit_of_work::Inbox,
};

/// By which it looks, and acts.
pub(crate) struct Means {
    /// The bot's name in Telegram, without `@`.
    pub(crate) bot_name: Option<String>,
    /// Begins the names of all that is in NATS.
    pub(crate) prefix: String,
    pub(crate) stores: Stores,
    pub(crate) offered: Offered,
    /// Draws what a user has before them, if the bot can.
    pub(crate) looks: Option<Looks>,
    /// What mailings are created with, if the bot has any.
    pub(crate) desk: Option<Desk>,
    pub(crate) dialogues: NatsStorage,
    pub(crate) timing: Timing,
    pub(crate) wake: Wake,
    /// Tells processes that maintenance begins or ends.
    pub(crate) maintenance: Wake,
    pub(crate) inbox: Inbox,
}

/// What a bot itself has for admins.
pub(crate) struct Offered {
    /// What it keeps of people.
    pub(crate) declared: Declared,
    /// What it has admins do about users.
    pub(crate) actions: Arc<[Action]>,
    /// The events that may be sent to a user, by their names.
    pub(crate) events: Arc<[EventSpec]>,
    /// It shows what a user has before them.
    pub(crate) is_drawn: bool,
}

impl Offered {
    pub(crate) fn of(router: &Router, declared: Declared) -> Self {
        let events = router.events().iter();
        let mut events: Vec<_> = events
            .filter(|event| !event.is_internal())
            .copied()
            .collect();
        events.sort_unstable_by_key(EventSpec::name);
        Self {
            declared,
            actions: router.actions().into(),
            events: events.into(),
            is_drawn: router.takes_event(Look::NAME),
        }
    }
}
