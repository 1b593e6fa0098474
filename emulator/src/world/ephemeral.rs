//! Ephemeral messages: what one member of a group and the bot say to each other there, unseen by all others. They are never in
//! the chat itself, nor in a file.

use std::collections::BTreeMap;

use serde_json::Value;

use super::{Button, Draft, SentMessage, State, Stored, sent::buttons};
use crate::protocol::objects::{Common, Content, Message, Sender, User};

/// How long after a press, or a word of theirs, the bot may answer somebody so, in milliseconds.
const PATIENCE: u128 = 15_000;

/// The most that are kept; the oldest go first.
const KEPT: usize = 20_000;

/// Those of a bot.
#[derive(Debug, Default)]
pub(super) struct Ephemeral {
    by_id: BTreeMap<i64, Seen>,
    last: i64,
}

/// One of them.
#[derive(Debug)]
pub(crate) struct Seen {
    /// The member who sees it, beside the bot.
    pub(crate) member: i64,
    pub(crate) stored: Stored,
    /// The message in whose place they see it.
    pub(crate) replaces: Option<i64>,
    at_ms: u128,
    is_taken: bool,
}

/// What an ephemeral message of the bot's is to be beside a message.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Aside {
    pub(crate) receiver: i64,
    /// Another ephemeral message that it answers.
    pub(crate) reply_to: Option<i64>,
    pub(crate) replaces: Option<i64>,
}

impl State {
    /// The bot says something to a member of a group alone.
    pub(crate) fn say_aside(
        &mut self,
        chat_id: i64,
        aside: Aside,
        draft: Draft,
        params: &Value,
    ) -> Message {
        let receiver = self.person(aside.receiver).user.clone();
        let bot = self.bot.clone();
        let message = self.aside(chat_id, (bot, receiver.into()), aside.reply_to, &draft);
        let stored = Stored::new(message, draft.markup, Some(params));
        self.keep_aside(aside.receiver, stored, aside.replaces)
    }

    /// A member of a group says something to the bot alone; returns the update's id.
    pub(crate) fn says_aside(
        &mut self,
        person: i64,
        chat_id: i64,
        content: Content,
        reply_to: Option<i64>,
    ) -> Result<i64, String> {
        if reply_to.is_some_and(|id| self.aside_seen_by(person, chat_id, id).is_none()) {
            return Err("there is no such ephemeral message".to_owned());
        }
        let user = self.person(person).user.clone();
        let draft = Draft {
            content,
            ..Draft::default()
        };
        let bot = self.bot.clone();
        let message = self.aside(chat_id, (user.into(), bot), reply_to, &draft);
        let stored = Stored::new(message, None, None);
        let message = self.keep_aside(person, stored, None);
        Ok(self.queue_update("message", &message))
    }

    /// Whether this text is a command that the bot wants to be said to it alone.
    pub(super) fn is_said_aside(&self, text: &str) -> bool {
        let Some(word) = text
            .strip_prefix('/')
            .and_then(|rest| rest.split_whitespace().next())
        else {
            return false;
        };
        let (name, to) = word.split_once('@').unwrap_or((word, ""));
        let username = self.bot.username.as_deref().unwrap_or_default();
        let is_ours = to.is_empty() || to.eq_ignore_ascii_case(username);
        let mut commands = self.commands.values().filter_map(Value::as_array).flatten();
        is_ours
            && commands.any(|command| command["command"] == name && command["is_ephemeral"] == true)
    }

    /// Whether the bot may answer a word that a member said to it alone in this chat.
    pub(crate) fn is_answerable(&self, chat_id: i64, member: i64, id: i64) -> bool {
        let seen = self.aside_seen_by(member, chat_id, id);
        seen.is_some_and(|seen| !seen.stored.is_sent() && self.now_ms() < seen.at_ms + PATIENCE)
    }

    /// Whether a press by this person in this chat is so fresh that it can be answered aside.
    pub(crate) fn is_fresh_press(&self, id: &str, chat_id: i64, person: i64) -> bool {
        let pressed = self.pressed(id);
        pressed.is_some_and(|pressed| {
            pressed.place == Some((chat_id, person)) && self.now_ms() < pressed.at_ms + PATIENCE
        })
    }

    /// A message that a member of a chat sees and others do not.
    pub(crate) fn aside_seen_by(&self, member: i64, chat_id: i64, id: i64) -> Option<&Seen> {
        let seen = self.ephemeral.by_id.get(&id)?;
        let is_there = seen.member == member && seen.stored.message.chat.id == chat_id;
        is_there.then_some(seen)
    }

    /// All that a member of a chat sees and others do not, oldest first.
    pub(crate) fn asides(&self, member: i64, chat_id: i64) -> impl Iterator<Item = &Seen> {
        self.ephemeral
            .by_id
            .values()
            .filter(move |seen| seen.member == member && seen.stored.message.chat.id == chat_id)
    }

    /// The first one of the bot's that nobody took by this yet.
    pub(crate) fn take_aside(&mut self, member: i64, chat_id: i64) -> Option<SentMessage> {
        let mut all = self.ephemeral.by_id.values_mut();
        let next = all.find(|seen| {
            !seen.is_taken
                && seen.stored.is_sent()
                && seen.member == member
                && seen.stored.message.chat.id == chat_id
        })?;
        next.is_taken = true;
        next.stored.sent()
    }

    /// Changes one of the bot's.
    pub(crate) fn edit_aside(
        &mut self,
        id: i64,
        params: &Value,
        content: Content,
        markup: Option<Value>,
    ) {
        let now = self.now();
        if let Some(seen) = self.ephemeral.by_id.get_mut(&id) {
            seen.stored.message.content = content;
            seen.stored.message.edit_date = Some(now);
            seen.stored.edit(markup, params);
        }
    }

    pub(crate) fn delete_aside(&mut self, id: i64) {
        self.ephemeral.by_id.remove(&id);
    }

    pub(super) fn forget_asides(&mut self) {
        self.ephemeral.by_id.clear();
    }

    /// The newest one with such a button that a member sees: what the button says, and the message.
    pub(super) fn aside_with_button(
        &self,
        member: i64,
        chat_id: i64,
        wanted: &Button,
    ) -> Option<(String, Message)> {
        let seen: Vec<&Seen> = self.asides(member, chat_id).collect();
        seen.into_iter().rev().find_map(|seen| {
            let message = &seen.stored.message;
            let button = buttons(message.reply_markup.as_ref()).find(|button| wanted.is(button))?;
            Some((
                button["callback_data"].as_str()?.to_owned(),
                message.clone(),
            ))
        })
    }

    fn aside(
        &mut self,
        chat_id: i64,
        (from, receiver): (Common<User>, Common<User>),
        reply_to: Option<i64>,
        draft: &Draft,
    ) -> Message {
        // Somewhere in the middle of all that Telegram ever had.
        let ephemeral = &mut self.ephemeral;
        if ephemeral.last == 0 {
            ephemeral.last = fastrand::i64(10_000_000..90_000_000);
        }
        ephemeral.last += 1;
        let sender = Sender {
            ephemeral_message_id: Some(ephemeral.last),
            receiver_user: Some(receiver),
            ..Sender::default()
        };
        let answered = reply_to.and_then(|id| self.ephemeral.by_id.get(&id));
        let reply_to_message = answered.map(|seen| {
            Box::new(Message {
                reply_to_message: None,
                ..seen.stored.message.clone()
            })
        });
        Message {
            message_id: 0,
            message_thread_id: draft.message_thread_id,
            is_topic_message: draft.message_thread_id.is_some() && self.is_forum(chat_id),
            from: Some(from),
            chat: self
                .chat(chat_id)
                .expect("the caller found the chat")
                .into(),
            sender: Some(Box::new(sender)),
            date: self.now(),
            edit_date: None,
            forward: None,
            reply_to_message,
            quote: None,
            media_group_id: None,
            effect_id: None,
            has_protected_content: draft.has_protected_content,
            content: draft.content.clone(),
            reply_markup: None,
        }
    }

    fn keep_aside(&mut self, member: i64, stored: Stored, replaces: Option<i64>) -> Message {
        let message = stored.message.clone();
        let seen = Seen {
            member,
            stored,
            replaces,
            at_ms: self.now_ms(),
            is_taken: false,
        };
        let ephemeral = &mut self.ephemeral;
        ephemeral.by_id.insert(ephemeral.last, seen);
        if ephemeral.by_id.len() > KEPT {
            ephemeral.by_id.pop_first();
        }
        message
    }
}
