//! What people do: they talk, press buttons, block and unblock the bot. Each act becomes the update Telegram sends for it.

use std::time::Instant;

use serde::Serialize;
use serde_json::{Value, json};

use super::{
    Button, Draft, Place, Press, State, Stored, members::ChatMemberUpdated, people::Stand,
    sent::buttons,
};
use crate::protocol::{
    objects::{ChatKind, Content, Message, User},
    text,
};

/// The most of one message, in UTF-16 units.
const MAX_TEXT: usize = 4096;

/// The service messages that a bot is told of even if it did what they tell.
const OWN_NOTES: [&str; 11] = [
    "new_chat_title",
    "new_chat_photo",
    "delete_chat_photo",
    "left_chat_member",
    "pinned_message",
    "forum_topic_created",
    "forum_topic_edited",
    "forum_topic_closed",
    "forum_topic_reopened",
    "general_forum_topic_hidden",
    "general_forum_topic_unhidden",
];

/// How something is said: in which topic, and as which chat.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Manner {
    pub(crate) thread: Option<i64>,
    pub(crate) speaks_as: Option<i64>,
}

#[derive(Serialize)]
struct CallbackQuery<'a> {
    id: &'a str,
    from: &'a User,
    #[serde(skip_serializing_if = "Option::is_none")]
    message: Option<&'a Message>,
    #[serde(skip_serializing_if = "Option::is_none")]
    inline_message_id: Option<&'a str>,
    chat_instance: String,
    data: &'a str,
}

impl State {
    /// A person writes to a chat, and the bot gets the message. Writing to the bot that one has blocked unblocks it first, as
    /// the apps do; writing to a group makes one a member.
    ///
    /// A text that is too long for one message becomes several, as in the apps; the id is that of the last one's update.
    /// `None` for a text with nothing to see in it, which no app sends.
    pub(crate) fn say(&mut self, person_id: i64, chat_id: i64, said: &str) -> Option<i64> {
        self.say_so(person_id, chat_id, Manner::default(), said)
    }

    /// The same, in a topic, or as another chat.
    pub(crate) fn say_so(
        &mut self,
        person_id: i64,
        chat_id: i64,
        manner: Manner,
        said: &str,
    ) -> Option<i64> {
        let said = text::plain(said)?;
        let mut last = None;
        for piece in text::pieces(&said, MAX_TEXT) {
            let content = Content::of_text(piece.to_owned(), text::found(piece, &[]));
            if chat_id < 0 && manner.speaks_as.is_none() && self.is_said_aside(piece) {
                last = self.says_aside(person_id, chat_id, content, None).ok();
                continue;
            }
            let draft = Draft {
                content,
                message_thread_id: manner.thread,
                speaks_as: manner.speaks_as,
                ..Draft::default()
            };
            last = Some(self.send_draft(person_id, chat_id, draft));
        }
        last
    }

    /// The same for what is not only text. In a group the bot has left, it hears nothing, and the id is 0.
    pub(crate) fn send(&mut self, person_id: i64, chat_id: i64, content: Content) -> i64 {
        let draft = Draft {
            content,
            ..Draft::default()
        };
        self.send_draft(person_id, chat_id, draft)
    }

    pub(super) fn send_draft(&mut self, person_id: i64, chat_id: i64, mut draft: Draft) -> i64 {
        if self.direct_of(chat_id).is_some() {
            let answered = || self.direct_topic_of(chat_id, draft.reply_to?);
            let given = draft.message_thread_id.or_else(answered);
            let given = given.filter(|_| self.answers_as(person_id, chat_id).is_some());
            draft.message_thread_id = given.or(Some(person_id));
        }
        if let Some(group) = self.groups.get(&chat_id) {
            let is_silent = self.answers_as(person_id, chat_id).is_some();
            if !is_silent && !group.members.contains(&person_id) {
                self.join(person_id, chat_id);
            }
        } else if self.present_connection().is_some() {
            self.note_heard(chat_id, person_id);
        } else if self.person(person_id).stand(self.bot.id).blocked {
            self.unblock(person_id);
        }
        if person_id == chat_id
            && self.present_connection().is_none()
            && !self.person(person_id).stand(self.bot.id).started
        {
            self.stand_mut(person_id).started = true;
        }
        let (from, sender) = self.speaker(person_id, chat_id, draft.speaks_as);
        let hides = sender.is_some();
        let sender = sender.or(draft.sender);
        let mut message = self.post(chat_id, from, Draft { sender, ..draft }, None);
        if hides && let Some(stored) = self.message_mut(chat_id, message.message_id) {
            stored.author = Some(person_id);
            message = stored.message.clone();
        }
        let update_id = self.tell_of(&message);
        self.forward_to_comments(&message);
        update_id
    }

    /// The same of a service message, of which a bot that did what is told hears only some, as from the real server.
    pub(super) fn tell_of_anothers(&mut self, message: &Message) -> i64 {
        let actor = message.from.as_ref().map_or(0, |from| from.id);
        let is_heard = OWN_NOTES
            .iter()
            .any(|field| message.content.parts.contains_key(*field));
        if !self.is_bot(actor) || is_heard {
            return self.tell_of(message);
        }
        self.as_each_bot_in(message.chat.id, |state| {
            match state.bot.id != actor && state.place(message.chat.id) == Place::Open {
                true => state.queue_update("message", message),
                false => 0,
            }
        })
    }

    /// Tells the bot of a new message, unless it hears nothing there: then the id is 0.
    pub(super) fn tell_of(&mut self, message: &Message) -> i64 {
        let kind = match message.chat.kind {
            ChatKind::Channel => "channel_post",
            _ if self.present_connection().is_some() => "business_message",
            _ => "message",
        };
        self.as_each_bot_in(message.chat.id, |state| {
            match state.place(message.chat.id) {
                Place::Open if state.hears() => state.queue_update(kind, message),
                _ => 0,
            }
        })
    }

    /// The newest message in the chat that has such a button, or only the one numbered `on`.
    fn with_button(
        &self,
        chat_id: i64,
        on: Option<i64>,
        wanted: &Button,
    ) -> Option<(String, &Stored)> {
        self.logs
            .get(&chat_id)?
            .messages
            .values()
            .rev()
            .filter(|stored| on.is_none_or(|id| stored.message.message_id == id))
            .find_map(|stored| {
                let button = buttons(stored.message.reply_markup.as_ref())
                    .find(|button| wanted.is(button))?;
                Some((
                    button["callback_data"].as_str()?.to_owned(),
                    stored.as_ref(),
                ))
            })
    }

    /// A person presses a button of the newest message in the chat that has such a one, or of the one numbered `on`; `None` when
    /// there is none.
    pub(crate) fn press_on(
        &mut self,
        person_id: i64,
        chat_id: i64,
        on: Option<i64>,
        wanted: &Button,
    ) -> Option<Press> {
        let aside = on
            .is_none()
            .then(|| self.aside_with_button(person_id, chat_id, wanted));
        let (data, message, inline_id, owner) = match aside.flatten() {
            Some((data, message)) => (data, message, None, None),
            None => {
                let (data, stored) = self.with_button(chat_id, on, wanted)?;
                let (message, inline_id) = (stored.message.clone(), stored.inline_id.clone());
                (data, message, inline_id, self.owner(stored))
            }
        };
        let id = fastrand::u64(1 << 60..1 << 63).to_string();
        let chat_instance = (i128::from(chat_id) * 7_919 + 1_000_000_007).to_string();
        let from = self.person(person_id).user.clone();
        let query = CallbackQuery {
            id: &id,
            from: &from,
            // Of an inline result, the bot knows no more than its id.
            message: inline_id.is_none().then_some(&message),
            inline_message_id: inline_id.as_deref(),
            chat_instance,
            data: &data,
        };
        let owner = owner.unwrap_or(self.bot.id);
        let on = Some(message.message_id).filter(|id| *id > 0);
        let update_id = self.as_bot(owner, |state| {
            state.add_press(&id, Some((chat_id, person_id)), on);
            state.queue_update("callback_query", &query)
        });
        Some(Press {
            id,
            update_id,
            message_id: message.message_id,
            data,
        })
    }

    /// A person blocks the bot.
    pub(crate) fn block(&mut self, person_id: i64) -> i64 {
        self.stand_mut(person_id).blocked = true;
        self.membership_changes(person_id, "member", "kicked")
    }

    /// A person's account is deleted; the bot is not told.
    pub(crate) fn deactivate(&mut self, person_id: i64) {
        self.person_mut(person_id).deactivated = true;
    }

    /// A person unblocks the bot, which makes it one to whom the bot may write.
    pub(crate) fn unblock(&mut self, person_id: i64) -> i64 {
        *self.stand_mut(person_id) = Stand {
            started: true,
            blocked: false,
        };
        self.membership_changes(person_id, "kicked", "member")
    }

    /// Queues an update of a kind, unless the bot does not want that kind; the id is spent either way.
    pub(crate) fn queue_update(&mut self, kind: &str, payload: &impl Serialize) -> i64 {
        let now = self.now_ms();
        let (id, bytes) = self.queue.push(kind, payload, now);
        if let Some(bytes) = bytes {
            self.queued += 1;
            self.journal.update(bytes);
            if self.settings.flood_control {
                self.flood.traffic.update(Instant::now());
            }
        }
        id
    }

    /// Queues an update as it was given, under its own id or the next one.
    pub(crate) fn push_update(&mut self, update: &Value) -> Result<i64, String> {
        let Value::Object(fields) = update else {
            return Err(format!("an update is a JSON object, not {update}"));
        };
        let given = fields.get("update_id").and_then(Value::as_i64);
        let id = given.unwrap_or_else(|| self.queue.next_id());
        let mut fields = fields.clone();
        self.learn(update);
        // An odd one (a string, too big a number) goes as it is.
        fields.entry("update_id").or_insert_with(|| id.into());
        self.queue_raw(id, Value::Object(fields).to_string().into());
        Ok(id)
    }

    /// Queues an element of `getUpdates`' result as it is, whatever the bot wants.
    pub(crate) fn queue_raw(&mut self, update_id: i64, element: bytes::Bytes) {
        self.queued += 1;
        self.journal.update(element.clone());
        let now = self.now_ms();
        self.queue.push_raw(update_id, element, now);
    }

    fn membership_changes(&mut self, person_id: i64, old: &str, new: &str) -> i64 {
        let chat = self.chat(person_id).expect("a person has a private chat");
        let from = self.person(person_id).user.clone();
        let bot = self.bot.clone();
        let member = |status: &str| match status {
            // Blocked for ever: that is how Telegram writes it.
            "kicked" => json!({"user": bot, "status": status, "until_date": 0}),
            _ => json!({"user": bot, "status": status}),
        };
        let (old_chat_member, new_chat_member) = (member(old), member(new));
        let update = ChatMemberUpdated {
            chat,
            from: &from,
            date: self.now(),
            old_chat_member,
            new_chat_member,
            invite_link: None,
            via_join_request: false,
        };
        self.queue_update("my_chat_member", &update)
    }
}
