//! Updates that are pushed as they are become part of the world as far as they are understood: who wrote, where, what, and
//! which button was pressed.

use serde_json::Value;

use super::{BotStatus, Human, State, Stored};
use crate::protocol::objects::{ChatKind, Message, User};

/// The updates that are messages.
const MESSAGES: [&str; 4] = [
    "message",
    "edited_message",
    "channel_post",
    "edited_channel_post",
];

impl State {
    /// Takes up what an update tells.
    pub(super) fn learn(&mut self, update: &Value) {
        let Some(fields) = update.as_object() else {
            return;
        };
        for (kind, payload) in fields {
            self.heard.learn(kind, payload);
            if kind == "business_connection" {
                self.learn_user(&payload["user"]);
                self.learn_connection(payload);
            } else if let Some(account) = self.account_of(payload) {
                self.as_seen(account, |state| {
                    state.learn_message(payload);
                    let writer = payload["from"]["id"].as_i64().unwrap_or_default();
                    let chat = payload["chat"]["id"].as_i64().unwrap_or_default();
                    state.note_heard(chat, writer);
                });
            } else if MESSAGES.contains(&kind.as_str()) {
                self.learn_message(payload);
            } else if kind == "callback_query" {
                self.learn_user(&payload["from"]);
                self.learn_message(&payload["message"]);
                self.learn_member(&payload["from"], &payload["message"]);
                if let Some(id) = payload["id"].as_str()
                    && self.pressed(id).is_none()
                {
                    let place = payload["message"]["chat"]["id"]
                        .as_i64()
                        .zip(payload["from"]["id"].as_i64());
                    let on = payload["message"]["message_id"].as_i64();
                    self.add_press(id, place, on);
                }
            } else {
                self.learn_user(&payload["from"]);
                self.learn_user(&payload["user"]);
            }
        }
    }

    fn learn_user(&mut self, user: &Value) {
        let Ok(user) = serde_json::from_value::<User>(user.clone()) else {
            return;
        };
        if user.is_bot || user.id <= 0 {
            return;
        }
        let known = self.people().get(&user.id);
        if known.is_none_or(|human| human.user != user) {
            let mut human = known.cloned().unwrap_or_else(|| Human::new(user.clone()));
            (human.user, human.deactivated) = (user, false);
            self.put_person(human);
        }
    }

    fn learn_message(&mut self, message: &Value) {
        self.learn_user(&message["from"]);
        let Ok(message) = serde_json::from_value::<Message>(message.clone()) else {
            return;
        };
        let chat = &message.chat;
        match chat.kind {
            ChatKind::Private => match self.people().get(&chat.id) {
                Some(human) if !human.stand(self.bot.id).started => {
                    self.stand_mut(chat.id).started = true;
                }
                Some(_) => {}
                None => return,
            },
            ChatKind::Group | ChatKind::Supergroup | ChatKind::Channel => {
                let title = chat.title.clone().unwrap_or_default();
                if !self.groups().contains_key(&chat.id) {
                    self.put_group(chat.id, &title, BotStatus::Member);
                    let bot = self.bot.id;
                    let group = self.group_mut(chat.id);
                    group.is_basic = chat.kind == ChatKind::Group;
                    if chat.kind == ChatKind::Channel {
                        group.is_channel = true;
                        group.bots.insert(bot, BotStatus::Administrator);
                    }
                }
                let writer = message.from.as_ref().filter(|from| !from.is_bot);
                if let Some(writer) = writer.map(|from| from.id)
                    && self.people().contains_key(&writer)
                {
                    self.join(writer, chat.id);
                }
            }
        }
        self.count_past(message.chat.id, message.message_id);
        self.put(Stored::taken(message));
    }

    fn learn_member(&mut self, user: &Value, message: &Value) {
        let (user, chat) = (user["id"].as_i64(), message["chat"]["id"].as_i64());
        if let (Some(user), Some(chat)) = (user, chat)
            && self.people().contains_key(&user)
            && self.groups().contains_key(&chat)
        {
            self.join(user, chat);
        }
    }
}
