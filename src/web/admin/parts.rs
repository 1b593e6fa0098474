//! What the page needs of a process that runs, beside what it is asked about anyway.

use std::sync::Arc;

use ostankino_core::action::Action;

use crate::{
    dialogue::NatsStorage,
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
    pub(crate) declared: Declared,
    /// What the bot itself has admins do about users.
    pub(crate) actions: Arc<[Action]>,
    /// What mailings are created with, if the bot has any.
    pub(crate) desk: Option<Desk>,
    pub(crate) dialogues: NatsStorage,
    pub(crate) timing: Timing,
    pub(crate) wake: Wake,
    /// Tells processes that maintenance begins or ends.
    pub(crate) maintenance: Wake,
    pub(crate) inbox: Inbox,
}
